"""The tutorial's files and commands, taken from its page, do what the page says."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

PAGE = Path(__file__).parents[2] / "docs" / "tutorial" / "first-campaign.md"
BLOCK = re.compile(r"^```(yaml|json|console)\n(.*?)^```$", re.DOTALL | re.MULTILINE)


def test_the_tutorial_does_what_it_says(quanyi, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    told, shown = [], []
    for kind, text in BLOCK.findall(PAGE.read_text(encoding="utf-8")):
        if kind == "console":
            told.append(text)
            shown.append("".join(said(quanyi, line[2:]) for line in text.splitlines() if line.startswith("$ ")))
        else:
            write(text, json=kind == "json")

    assert "\n".join(shown) == "\n".join(told)


def write(text, *, json):
    """Write a block to the file that its first line names; JSON has no comments."""
    head, _, body = text.partition("\n")
    path = Path(head.removeprefix("# "))
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(body if json else text, encoding="utf-8")


def said(quanyi, command):
    answer = quanyi(*shlex.split(command)[1:])
    return f"$ {command}\n{answer.out}{answer.err}"
