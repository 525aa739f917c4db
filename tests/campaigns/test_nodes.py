"""The parser in C reads what the one that explains itself reads, to the column, or leaves the text to it."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from quanyi.campaigns.language import documents, nodes
from quanyi.campaigns.language.documents import read_documents
from quanyi.campaigns.language.findings import Findings
from quanyi.campaigns.language.nodes import NotPlainError, quick_document

ROOT = Path(__file__).parents[2]
FOLDERS = [ROOT / "demo_app/mall", ROOT / "tests/campaigns", ROOT / "tests/malls", ROOT / "tests/bench/malls"]
FILES = sorted(path for folder in FOLDERS for path in folder.rglob("*.yaml"))
TYPED = [
    *" \n:,[]{}-#'\"|>?&*!%@`~<=.0123456789abcntuefx+_\\/()",
    ": ",
    "- ",
    "\n  ",
    "\n- ",
    " #",
    "null",
    "true",
    "1_0",
]
TYPED += [
    "0x1f",
    "1e5",
    ".5",
    "|\n",
    ">-\n",
    "- - ",
    "? ",
    "<<",
    "：",
    "，",
    "\n\n",
    "1.",
    '"a":b',
    ":a",
    "a: ",
    "a:\n",
    "\t",
]
TYPED += ["|2\n", "|#", "> #a\n", "...", "---", "é", "\u200b", "'a' :b", "{a}", "[a: b]", "[, ]", "~", "'' "]


def texts(file: Path) -> list[str]:
    try:
        return file.read_text(encoding="utf-8").split("\n---")
    except UnicodeError:
        return []


def quick(text: str) -> Any:
    """What the quick parser makes of a text: data with types, and places."""
    try:
        found = quick_document(text)
    except NotPlainError:
        return NotPlainError
    return None if found is None else (found.line, typed(found.data), found.keys, found.values)


def explained(text: str) -> Any:
    """The same by the other parser, and what it finds wrong."""
    yaml = YAML(typ="safe", pure=True)
    yaml.composer.warn_double_anchors = False
    findings = Findings()
    node = yaml.compose(text)
    found = documents._Reader("a.yaml", 0, findings).read(node, tuple(text.split("\n")))
    assert findings.items == []
    return None if found is None else (found.line - 1, typed(found.data), found.keys, found.values)


def typed(data: Any) -> Any:
    """With the type of each value, since True is 1 and a decimal may be a whole number."""
    if isinstance(data, dict):
        return [(name, typed(value)) for name, value in data.items()]
    return [typed(item) for item in data] if isinstance(data, list) else (type(data), data)


def same(text: str) -> bool:
    """Whether the parsers agree on a text that the one in C reads; True too where it leaves the text to the other."""
    found = quick(text)
    return found is NotPlainError or found == explained(text)


def test_files_are_read_alike_by_both_parsers_and_nearly_all_by_the_quick_one() -> None:
    parts = [text for file in FILES for text in texts(file)]
    assert len(parts) > 500
    assert [text for text in parts if not same(text)] == []
    assert sum(quick(text) is NotPlainError for text in parts) < len(parts) / 20


@pytest.mark.parametrize("seed", range(4))
def test_texts_with_slips_are_read_alike_or_left_to_the_parser_that_explains(seed: int) -> None:
    chance = random.Random(seed)
    parts = [text for file in FILES for text in texts(file)]
    for _ in range(1_500):
        lines = chance.choice(parts).split("\n")
        first = chance.randrange(len(lines))
        text = "\n".join(lines[first : first + chance.randint(1, 6)])
        for _ in range(chance.randint(1, 5)):
            place = chance.randrange(len(text) + 1)
            text = text[:place] + chance.choice(("", *TYPED)) + text[place + chance.randint(0, 1) :]
        assert same(text), text


@pytest.mark.parametrize(
    "text",
    [
        "a: ",
        "a:  # nothing\nb: 1",
        "a: !!str 1",
        "a: &one 1\nb: *one",
        "? a\n: b",
        "%YAML 1.1\n---\na: yes",
        "a: 0x1f",
        "a: 1_000",
        "a: 1e5",
        "a: .inf",
        "a: =",
        "<<: {a: 1}",
        '["a":b]',
        "|\n# no comment",
        "|#",
        "a:\tb",
        "a: b\n---\nc: d",
        "a: {b",
        "[" * 100 + "]" * 100,
        "- " * 5_000,
        "a: 1\na: 2",
        "a: {b: 1, b: 2}",
        "price: {points: 1,000}",
        "'<<': 1",
        "a: " + "1" * 31,
        "a: x\u202ey",
        'a: "x\\u202ey"',
        "{a: b}: c",
        "only a text",
    ],
)
def test_what_parsers_could_read_differently_is_left_to_the_one_that_explains(text: str) -> None:
    assert quick(text) is NotPlainError


def read(file: Path) -> Any:
    findings = Findings()
    found = [(d.line, d.data, d.keys, d.values, d.text) for d in read_documents(file, file.parent, findings)]
    return found, findings.items


def test_findings_stand_where_they_stood_whatever_parser_reads(monkeypatch: pytest.MonkeyPatch) -> None:
    found = {file: read(file) for file in FILES}

    def unusual(text: str, top: int) -> Any:
        raise NotPlainError

    monkeypatch.setattr(documents, "quick_document", unusual)
    assert {file: read(file) for file in FILES} == found


def test_without_libyaml_everything_is_left_to_the_other_parser(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(nodes, "_PARSER", None)
    assert quick("a: 1") is NotPlainError
    file = ROOT / "demo_app/mall/mall.yaml"
    assert read_documents(file, file.parent, Findings())[0].data["mall"]
