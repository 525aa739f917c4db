"""Telling a page: its files are written, its commands run in this process, and what the page shows of an answer is compared."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from click.testing import CliRunner

from quanyi.adapters.cli import main

__all__ = ["blocks", "differences"]

_BLOCK = re.compile(r"^```(\w+)(?: title=(\S+))?\n(.*?)^```$", re.DOTALL | re.MULTILINE)
FILES = {"yaml", "json"}


def blocks(page: Path) -> Iterator[tuple[str, str, str]]:
    """Language, title and text of each block of a page, in its order."""
    yield from _BLOCK.findall(page.read_text(encoding="utf-8"))


def differences(page: Path, folder: Path) -> list[str]:
    """
    What a page shows that is not so, told in *folder*, which is the present one.

    Blocks of YAML and JSON are files; of a shell or a console only `quanyi` is run, Python is executed.
    """
    return [answer for block in blocks(page) if (answer := _told(*block, folder=folder))]


def _told(language: str, title: str, text: str, *, folder: Path) -> str:
    if language in FILES or (language == "python" and title == "desk.py"):
        _write(folder / title, text)
    elif language == "python":
        exec(compile(text, title, "exec"), {})
    elif language == "sh":
        return "".join(_failed(line) for line in text.splitlines() if line.startswith("quanyi "))
    elif language == "console":
        shown = "".join(_answer(line) for line in text.splitlines() if line.startswith("$ "))
        return "" if shown == text else f"--- the page\n{text}--- is answered\n{shown}"
    return ""


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def _run(command: str) -> Any:
    return CliRunner().invoke(main, shlex.split(command)[1:], prog_name="quanyi")


def _failed(line: str) -> str:
    command, _, may_find = line.partition(" ||")
    answer = _run(command)
    return "" if answer.exit_code == 0 or (may_find and answer.exit_code == 1) else f"{line}\n{answer.output}"


def _answer(line: str) -> str:
    answer = _run(line[2:])
    return f"{line}\n{answer.stdout}{answer.stderr}"
