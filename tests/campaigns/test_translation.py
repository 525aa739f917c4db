"""Each finding can be said in Chinese: its template stands in the table, and its parts are in the sentence."""

from __future__ import annotations

import ast
import pickle
import re
from pathlib import Path
from string import Formatter
from typing import TYPE_CHECKING

import pytest

from quanyi.campaigns.language.message import Message
from quanyi.campaigns.language.translation import CHINESE, in_language, worded
from quanyi.campaigns.project.load import check_project
from tests.campaigns.test_findings import SAMPLES, project_with

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[2]
ROOMS = [ROOT / "campaigns" / room for room in ("language", "kinds", "project", "tools/stories")]
GIVERS = {"error", "error_inside", "key_error", "warning", "note", "wrong", "found", "thing", "UnreadableError"}
GIVERS |= {"_blank", "_finding", "_literal_at", "_no_amount", "_parsed", "Finding", "Slip", "CelMistake"}
HAN = re.compile("[\u4e00-\u9fff]")
PROSE = re.compile(r"\b(or|and|the|a|an|at|if|beside|like|something|its|least|most|use|own)\b(?!_)")
"""Words that show that a hint is more than what is to be written into the file."""


def strings_of(node: ast.AST) -> Iterator[ast.Constant]:
    """The texts that stand in an argument: not those in calls inside of it, nor what is looked up."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str) and " " in node.value:
        yield node
    elif isinstance(node, ast.IfExp):
        yield from (found for part in (node.body, node.orelse) for found in strings_of(part))
    elif isinstance(node, ast.BoolOp | ast.Tuple):
        yield from (found for part in ast.iter_child_nodes(node) for found in strings_of(part))


def texts_of(path: Path) -> Iterator[str]:
    """Each template and each plain text of a finding in a module."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call):
            name = getattr(node.func, "attr", getattr(node.func, "id", ""))
            if name == "Message" or name in GIVERS:
                given = [*node.args, *(word.value for word in node.keywords if word.arg in {"message", "hint", "what"})]
                yield from (found.value for part in given for found in strings_of(part))
        if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") in {"message", "hint"}:
            yield from (found.value for found in strings_of(node.value))


def modules() -> list[Path]:
    paths = [path for room in ROOMS for path in sorted(room.rglob("*.py"))]
    return [path for path in paths if "findings" in path.read_text(encoding="utf-8") or "Message(" in path.read_text()]


def fields_of(template: str) -> set[str]:
    """The parts of a template; none of a text that is taken word for word."""
    try:
        return {name for _, name, _, _ in Formatter().parse(template) if name}
    except ValueError:
        return set()


def test_every_text_of_a_finding_has_a_sentence_in_chinese():
    """Each template and text in the source stands in the table, but for hints that only say what to write."""
    texts = {text for path in modules() for text in texts_of(path)}

    missing = {text for text in texts - CHINESE.keys() if not text.startswith("write ") or PROSE.search(text)}

    assert len(texts) > 300
    assert {text for text in missing if not text.startswith(("Args:", "unknown-"))} == set()


def test_no_message_of_a_finding_loses_its_parts():
    """A message with parts is made by `Message`: an f-string would have nothing to be looked up by."""
    lost = [
        f"{path.name}:{part.lineno}"
        for path in modules()
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and getattr(node.func, "attr", "") in {"error", "key_error", "warning", "note"}
        for part in node.args[2:]
        if isinstance(part, ast.JoinedStr)
    ]

    assert lost == []


@pytest.mark.parametrize("template", [template for template in CHINESE if fields_of(template)])
def test_the_sentence_has_the_parts_of_its_template(template):
    """No part is dropped, and none is asked for that is not there."""
    assert fields_of(CHINESE[template]) == fields_of(template)


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda path: path.stem)
def test_a_sample_of_each_mistake_is_said_in_chinese(sample, tmp_path):
    """Every code that can be raised has its sentence, with every part filled in; place and code stay."""
    found = check_project(project_with(tmp_path, sample.read_text(encoding="utf-8")))

    said = [in_language(finding, "zh") for finding in found]

    assert [(f.code, f.line, f.column, f.level) for f in said] == [(f.code, f.line, f.column, f.level) for f in found]
    assert [f.message for f in said if not HAN.search(f.message)] == []
    assert [f.hint for f in said if f.hint and not HAN.search(f.hint) and not f.hint.startswith("{")] == []
    for text, chinese in ((text, worded(text)) for finding in found for text in (finding.message, finding.hint)):
        parts = text.parts.values() if isinstance(text, Message) else ()
        assert [part for part in parts if not isinstance(part, Message) and str(part) not in chinese] == []


def test_english_stays_as_it_was(tmp_path):
    """In English, a finding is the very one that was found."""
    (finding,) = check_project(project_with(tmp_path, "campaign: c\nkind: rewrad\n"))[:1]

    assert in_language(finding, "en") is finding


def test_a_message_can_be_kept_and_read_again():
    """A message that went through another process still has its parts, also where they have braces."""
    kept = pickle.loads(pickle.dumps(Message("write {{{name}: {text}}}", name="level", text="{gold}")))

    assert (kept, kept.parts) == ("write {level: {gold}}", {"name": "level", "text": "{gold}"})
    assert worded(kept) == "写成 {level: {gold}}"
