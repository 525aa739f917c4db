"""The command as a whole: quick, helpful, one line for every error."""

from __future__ import annotations

import subprocess
import sys

import click
import pytest
from sqlalchemy.exc import OperationalError

from quanyi.adapters.cli import COMMANDS, main
from quanyi.campaigns.language.documents import read_documents

HEAVY = ("sqlalchemy", "flask", "alembic", "pydantic", "ruamel", "yaml", "cryptography", "quanyi.demo_app")


NOT_FOR_FILES = (
    "alembic",
    "cryptography",
    "flask",
    "jinja2",
    "psycopg",
    "quanyi.adapters.sql",
    "quanyi.adapters.web",
    "quanyi.adapters.wiring",
    "quanyi.demo_app",
    "rich",
    "sqlalchemy",
)
"""What checking files never needs: loading it would be most of the time that a short command takes."""


@pytest.mark.parametrize("arguments", [["--help"], ["--version"], ["db", "--help"], ["validate", "--help"]])
def test_help_loads_neither_database_nor_web_framework(arguments):
    assert loaded(arguments, HEAVY) == []


@pytest.mark.parametrize("command", ["validate", "show"])
def test_looking_at_files_loads_neither_database_nor_web_framework(folder, command):
    assert loaded([command, str(folder)], NOT_FOR_FILES) == []


def test_a_sound_project_is_read_without_looking_up_what_its_keys_mean(folder):
    """Descriptions of keys are parsed from source: for an error's hint and the editor's schema alone."""
    code = f"from quanyi.adapters.cli import main\nmain(['validate', {str(folder)!r}], standalone_mode=False)\n"
    code += "from quanyi.campaigns.language.schema.key_texts import field_docstrings\n"
    answer = subprocess.run(
        [sys.executable, "-c", f"{code}print(field_docstrings.cache_info().misses)"],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )

    assert answer.stdout.splitlines() == ["no mistakes", "0"]


def test_checking_reads_each_file_once(quanyi, folder, monkeypatch):
    read = []

    def counted(path, *others):
        read.append(path.relative_to(folder).as_posix())
        return read_documents(path, *others)

    monkeypatch.setattr("quanyi.campaigns.project.load.read_documents", counted)
    monkeypatch.setattr("quanyi.campaigns.tools.stories.read.read_documents", counted)

    assert quanyi("validate", folder).code == 0
    assert sorted(read) == sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*.yaml"))


def test_help_lists_every_command(quanyi):
    answer = quanyi("--help")

    assert answer.code == 0
    lines = answer.out.split("Commands:\n")[1].splitlines()
    assert [line.split()[0] for line in lines if line[2:3].strip()] == list(COMMANDS)  # long ones go on, further right


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_loads_and_begins_its_help_as_listed(name):
    command = main.get_command(click.Context(main), name)

    assert command is not None
    assert command.name == name
    if name != "demo":
        assert " ".join((command.help or "").split("\n\n")[0].split()) == COMMANDS[name][1]


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        (["valdate"], "error: No such command 'valdate'"),
        (["validate"], "error: Missing argument 'DIR'. (hint: see quanyi validate --help)"),
        (["validate", "/no/where"], "error: Invalid value for 'DIR'"),
        (["apply", "."], "error: Missing option '--db'."),
        (["run", ".", "--events", __file__], "error: name one place to run in: --memory or --db URL"),
        (["sweep", "--db", "nonsense"], "error: --db is not a database URL that is known here (hint: write sqlite:///"),
        (["sweep", "--db", "oracle+x://a:secret@b/c"], "error: --db is not a database URL that is known here"),
        (["sweep", "--db", "postgresql://nobody@127.0.0.1:1/x"], "error: (psycopg.OperationalError) connection failed"),
        (
            ["sweep", "--db", "sqlite:////no/where/x.db"],
            "error: (sqlite3.OperationalError) unable to open database file",
        ),
        (
            ["explain", "--db", "sqlite://", "--event", "x", "--data", "{"],
            "error: Invalid value for '--data': not JSON",
        ),
        (
            ["explain", "--db", "sqlite://", "--event", "x", "--data", "[]"],
            "error: Invalid value for '--data': not a map",
        ),
    ],
)
def test_wrong_usage_and_what_cannot_be_done_is_said_in_one_line(quanyi, arguments, error):
    answer = quanyi(*arguments)

    assert answer.code == 2
    assert answer.err.startswith(error)
    assert answer.err.count("\n") == 1
    assert "secret" not in answer.err


def test_a_database_without_tables_is_told_how_to_get_them(quanyi, tmp_path):
    answer = quanyi("sweep", "--db", f"sqlite:///{tmp_path / 'empty.db'}")

    assert answer.code == 2
    assert "no such table" in answer.err
    assert "quanyi db upgrade" in answer.err


def test_what_should_not_happen_is_said_in_one_line_too(quanyi, folder, monkeypatch):
    monkeypatch.setattr("quanyi.campaigns.project.load.try_project", lambda *_: 1 / 0)

    answer = quanyi("validate", folder)

    assert (answer.code, answer.err.count("\n")) == (2, 1)
    assert answer.err.startswith("error: this should not happen: ZeroDivisionError: division by zero (hint: run again")


def test_the_database_s_own_words_are_one_line(quanyi, folder, monkeypatch):
    def broken(*_):
        raise OperationalError("select 1\nfrom nowhere", {}, Exception("server closed\nthe connection"))

    monkeypatch.setattr("quanyi.campaigns.project.load.try_project", broken)

    assert quanyi("validate", folder).err == "error: (builtins.Exception) server closed\n"


# --- words ---------------------------------------------------------------------------------------


def loaded(arguments, names):
    """Which of the modules of those names a command loads, in a process of its own."""
    code = f"""
import sys
from quanyi.adapters.cli import main
try:
    main({arguments!r})
finally:
    print("LOADED", *[name for name in {names!r} if name in sys.modules])
"""
    answer = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True)
    word, *found = answer.stdout.splitlines()[-1].split()
    assert word == "LOADED"
    return found
