"""The walks through the code name files, functions and methods that exist."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
WALKS = ("walk.md", "walk-of-an-event.md")
_WORD = re.compile(r"`([\w/]+(?:\.py|/))`|\*\*`([\w.]+)`\*\*")


@pytest.mark.parametrize("page", WALKS)
def test_every_stop_exists(page: str) -> None:
    """Each name in bold stands in the file that was named last."""
    stops = list(stops_of((ROOT / "docs" / page).read_text(encoding="utf-8")))
    missing = [f"{file}: {name}" for file, name in stops if name not in names_in(file)]

    assert len(stops) > 9
    assert not missing


@pytest.mark.parametrize("page", WALKS)
def test_every_file_exists(page: str) -> None:
    """Every path on a walk leads somewhere."""
    found = [path for path, _ in _WORD.findall((ROOT / "docs" / page).read_text(encoding="utf-8")) if path]

    assert [path for path in found if not (ROOT / path).exists()] == []


def stops_of(text: str) -> Iterator[tuple[str, str]]:
    """Files with the names that a walk stops at, in order."""
    file = ""
    for path, name in _WORD.findall(text):
        file = path or file
        if name:
            yield file, name


def names_in(file: str) -> set[str]:
    """Functions and classes of a file, and methods as `Class.method`."""
    tree = ast.parse((ROOT / file).read_text(encoding="utf-8"))
    found = {node.name for node in tree.body if isinstance(node, ast.FunctionDef | ast.ClassDef)}
    for cls in (node for node in tree.body if isinstance(node, ast.ClassDef)):
        found |= {f"{cls.name}.{node.name}" for node in cls.body if isinstance(node, ast.FunctionDef)}
    return found
