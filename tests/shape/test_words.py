"""
Names are made of words that have a meaning: those of the glossary, or words that everybody in the field knows.

A module or a public class with another word gets a name in the glossary's words, or the glossary gets the word.
What everybody knows stands in words.txt, sorted; a word that no name has any more leaves it.
"""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

import pytest

from tests.shape.source import ROOT, listing, product

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.shape.source import Module

NAMED = ("entitlements", "campaigns", "adapters")
ENDINGS = ("", "s", "es", "ed", "d", "ing")
"""What a name may add to a word: plurals, and verbs as they happen or happened; never a doer, as `Settler` is one."""


def test_names_are_made_of_known_words() -> None:
    odd = {f"{path}: {name}": ", ".join(found) for path, name in names() if (found := odd_words(name))}

    assert not odd, listing(odd)


@pytest.mark.parametrize(
    ("name", "odd"),
    [
        ("Settler", ["settler"]),
        ("settled_holds", []),
        ("CampaignsInForce", []),
        ("SQLThingamajig", ["thingamajig"]),
        ("lookups", []),
    ],
)
def test_an_odd_word_is_noticed(name: str, odd: list[str]) -> None:
    assert odd_words(name) == odd


def test_common_words_are_sorted_and_of_use() -> None:
    used = {form for _, name in names() for word in words_of(name) for form in forms(word)}
    for heading, words in common().items():
        assert words == sorted(set(words)), heading

    assert [word for words in common().values() for word in words if word not in used or word in explained()] == []


# --- words ---------------------------------------------------------------------------------------


def names() -> Iterator[tuple[str, str]]:
    """The path of each module, with its own name and the names of its public classes."""
    for module in product():
        path = PurePosixPath(module.path)
        if path.parts[0] in NAMED and "versions" not in path.parent.name:
            yield module.path, path.parent.name if path.stem == "__init__" else path.stem
            yield from ((module.path, name) for name in classes_of(module))


def classes_of(module: Module) -> Iterator[str]:
    classes = (node.name for node in module.tree.body if isinstance(node, ast.ClassDef))
    yield from (name for name in classes if not name.startswith("_"))


def odd_words(name: str) -> list[str]:
    """The words of a name that nobody has explained."""
    known = explained() | {word for words in common().values() for word in words}
    return [word for word in words_of(name) if not forms(word) & known]


def words_of(name: str) -> list[str]:
    """``CampaignsInForce`` and ``in_force`` word by word, in small letters."""
    return [word.lower() for word in re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+", name)]


def forms(word: str) -> set[str]:
    """What a word may be a form of: ``promises`` of ``promise``, ``entries`` of ``entry``, ``giving`` of ``give``."""
    stems = {word.removesuffix(ending) for ending in ENDINGS if word.endswith(ending)}
    stems |= {word.removesuffix("ing") + "e"} if word.endswith("ing") else set()
    return stems | ({word.removesuffix("ies") + "y"} if word.endswith("ies") else set())


@cache
def explained() -> frozenset[str]:
    """Every word in bold in the glossary; ``look-up`` as ``lookup``, too."""
    terms = re.findall(r"\*\*([A-Za-z -]+)\*\*", (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8"))
    parts = {part for term in terms for part in re.split(r"[ -]", term.lower())}
    return frozenset(form for part in parts for form in forms(part)) | {re.sub("[ -]", "", term) for term in terms}


@cache
def common() -> dict[str, list[str]]:
    """The words of words.txt, by heading."""
    found: dict[str, list[str]] = {}
    for line in (ROOT / "tests" / "shape" / "words.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith("# "):
            found[line] = []
        elif line:
            found[list(found)[-1]] += line.split()
    return found
