"""Stored bodies of every kind are read as they were written, and nothing in them is passed over."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import get_args

import pytest

from quanyi.adapters.codec import Codec
from quanyi.campaigns.project.versions import (
    structure_campaign,
    structure_play,
    structure_project,
    unstructure_campaign,
    unstructure_play,
    unstructure_project,
)
from quanyi.entitlements.changes import Line
from quanyi.entitlements.errors import StorageError
from quanyi.entitlements.plays.records import BUILTIN_RECORDS
from tests.formats.kept import FOLDER, NAMES, goldens, names

CODEC = Codec()
GOLDEN = sorted(path.name for path in FOLDER.glob("*.json"))
READ = [name for name in GOLDEN if name != "lines.json"]


def _again(name: str) -> Callable[[str], str]:
    """What reads a golden body and writes it again."""
    if name.startswith("record-"):
        _, kind, shape = name.removesuffix(".json").split("-")
        return lambda text: CODEC.record_out(CODEC.record_in(kind, int(shape), text))
    return {
        "play": lambda text: unstructure_play(structure_play(text)),
        "campaign": lambda text: unstructure_campaign(structure_campaign(text)),
        "project": lambda text: unstructure_project(structure_project(text)),
        "receipt": lambda text: CODEC.receipt_out(CODEC.receipt_in(text)),
    }[name.removesuffix(".json").split("-")[0]]


def _text(name: str) -> str:
    return (FOLDER / name).read_text(encoding="utf-8")


@pytest.mark.parametrize("name", READ)
def test_a_golden_body_is_read_and_written_again_the_same(name):
    """Of every kind of play and record, a receipt, a campaign, a project; fields that came later are added."""
    once = _again(name)(_text(name))

    assert _says(json.loads(once), json.loads(_text(name)))
    assert _again(name)(once) == once


def _says(new: object, old: object) -> bool:
    """Whether *new* says everything that *old* does, each under its own name."""
    if isinstance(old, dict):
        return isinstance(new, dict) and all(key in new and _says(new[key], value) for key, value in old.items())
    if isinstance(old, list):
        return isinstance(new, list) and len(new) == len(old) and all(map(_says, new, old))
    return bool(new == old)


def test_journal_lines_are_written_as_they_were():
    """A line of every kind."""
    words = {"post", "put", "draw", "stash", "emit", "in_force", "off", "counted", "context", "gone", "seen"}

    assert {line[0] for line in json.loads(_text("lines.json"))} == words
    assert len(get_args(Line)) == len(words)
    assert goldens()["lines.json"] == json.dumps(json.loads(_text("lines.json")), separators=(",", ":"))


def test_every_kind_has_its_golden_body():
    """Whoever adds a kind keeps a body of it: ``python -m tests.formats.kept``."""
    assert set(GOLDEN) >= set(goldens())


@pytest.mark.parametrize("kind", [kind.kind for kind in BUILTIN_RECORDS])
def test_a_renamed_field_of_a_record_is_an_error(kind):
    """Each field of each record under another name is refused, and never read as its default."""
    (name,) = [name for name in GOLDEN if name.startswith(f"record-{kind}-")]
    for field in json.loads(_text(name)):
        body = json.loads(_text(name))
        body[f"{field}_"] = body.pop(field)
        with pytest.raises(StorageError):
            _again(name)(json.dumps(body))


@pytest.mark.parametrize("name", [name for name in READ if name.startswith("play-")])
def test_a_renamed_field_of_a_play_is_an_error(name):
    """A sale whose ``quota`` has another name is no sale without a quota."""
    for field in json.loads(_text(name))["play"]:
        kept = json.loads(_text(name))
        kept["play"][f"{field}_"] = kept["play"].pop(field)
        with pytest.raises(Exception, match=r"(?s)."):
            _again(name)(json.dumps(kept))


@pytest.mark.parametrize(
    ("field", "value"), [("pieces", "7"), ("pieces", True), ("id", 7), ("grants", "e1"), ("price", [])]
)
def test_a_value_of_another_type_is_an_error(field, value):
    """A text where a number belongs is not taken for one, nor a text for a list of letters."""
    body = json.loads(_text("record-deal-1.json")) | {field: value}
    with pytest.raises(StorageError):
        CODEC.record_in("deal", 1, json.dumps(body))


def test_the_names_of_the_format_are_frozen():
    """Whoever renames, adds or removes a field of what is stored reads docs/formats.md first."""
    assert names() == NAMES.read_text(encoding="utf-8").splitlines()
