"""The README's host is built as written, beside folders of its own called like ours."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import create_engine

from quanyi import open_mall, prepare_engine
from quanyi.adapters.cli import main

ROOT = Path(__file__).parents[2]
FILM = ["--event", "order.place", "--data", '{"item": "film"}']
_BLOCK = re.compile(r"^```(\w+) title=(\S+)\n(.*?)^```$", re.DOTALL | re.MULTILINE)

OWN_TABLE = """
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
class Base(DeclarativeBase): pass
class Order(Base):
    __tablename__ = "orders"
    id: Mapped[str] = mapped_column(primary_key=True)
    hold: Mapped[str]
    amount: Mapped[int]
Base.metadata.create_all(engine)
"""


def blocks() -> dict[str, str]:
    """The README's titled pieces, by title."""
    return {title: body for _, title, body in _BLOCK.findall((ROOT / "README.md").read_text())}


def test_a_host_written_from_the_readme_works(tmp_path: Path) -> None:
    """The files and the code, word for word, in a project that has its own adapters/ and campaigns/."""
    pieces = blocks()
    shutil.copytree(ROOT / "docs" / "quickstart" / "mall", tmp_path / "mall")
    for name in ("adapters", "campaigns"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "__init__.py").write_text("OURS = False\n")
    code = "\n".join(
        [pieces["setup"], OWN_TABLE, pieces["use"], pieces["order"], "import adapters; assert not adapters.OURS"]
    )
    (tmp_path / "host.py").write_text(code + "\nprint('films left', mall.offer('film-sale', 'film').left)\n")
    run = subprocess.run(
        [sys.executable, "host.py"], cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False
    )

    assert run.returncode == 0, run.stderr
    assert run.stdout.startswith("limit-reached Limit")
    assert "\n40\nTrue\n" in run.stdout
    assert run.stdout.rstrip().endswith("films left 19")


def test_what_the_first_minute_shows_is_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The campaign is the quickstart's; the sentence, its cost and the no are what the commands print."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("QUANYI_DB", "sqlite:///host.db")
    shutil.copytree(ROOT / "docs" / "quickstart" / "mall", tmp_path / "mall")
    pieces = blocks()
    files = (tmp_path / "mall/campaigns/first.yaml").read_text(encoding="utf-8").split("---\n")
    shown = [line for line in files[2].splitlines(keepends=True) if not line.startswith("title:")]
    commands = [
        ["db", "upgrade"],
        ["apply", "mall", "--yes", "--lang", "en"],
        ["explain", "mall", "--user", "ann", *FILM],
    ]
    engine = prepare_engine(create_engine("sqlite:///host.db"))
    said = [CliRunner().invoke(main, command).output for command in commands[:2]]
    mall = open_mall("mall", engine)
    mall.claim("film-sale", item="film", user="ann", key="o/1")
    no = CliRunner().invoke(main, commands[2]).output
    engine.dispose()

    assert pieces["campaign"] == "".join(shown)
    assert all(f"  {line}\n" in said[1] for line in pieces["understood"].splitlines())
    first, values = pieces["no"].splitlines()
    assert no.splitlines()[0] == first
    assert values in no.splitlines()
