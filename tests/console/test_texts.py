"""The console's texts: the same codes and values in both languages, written as docs/texts.md says."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from quanyi.adapters.console import ROLES, SCREENS
from quanyi.adapters.console.visit import texts_of
from quanyi.adapters.words import catalogue, read_texts
from quanyi.entitlements.messages.spacing import spaced

SLOT = re.compile(r"\{[^{}]*\}")
FOLDER = Path(__file__).parents[2] / "adapters" / "console"
CODE = re.compile(r"\b(?:t|words)\(\s*[\"']([a-z_]+\.[a-z_.-]+)[\"']")


def names_of(text):
    return sorted({slot.strip("{}").partition("|")[0] for slot in SLOT.findall(text)})


def test_both_languages_say_the_same():
    zh, en = texts_of("zh"), texts_of("en")
    assert zh.keys() ^ en.keys() == set()

    assert {code for code in zh if names_of(zh[code]) != names_of(en[code])} == set()


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_code_stands_in_one_file(lang):
    files = [read_texts(path.read_text(encoding="utf-8")) for path in (FOLDER / "texts" / lang).glob("*.toml")]
    codes = [code for file in files for code in file]

    assert sorted(codes) == sorted(set(codes))


def test_every_code_that_is_asked_for_is_there():
    known = texts_of("zh").keys() | catalogue("zh").keys()
    pages = [*FOLDER.rglob("*.html"), *FOLDER.rglob("*.py")]
    asked = {code: page.name for page in pages for code in CODE.findall(page.read_text(encoding="utf-8"))}

    assert {code: page for code, page in asked.items() if code not in known and not code.endswith(("_", "."))} == {}


def test_screens_actions_and_roles_have_names():
    wanted = [f"screen.{screen.name}" for screen in SCREENS]
    wanted += [f"act.{screen.name}.{action.name}" for screen in SCREENS for action in screen.actions]
    wanted += [f"role.{role}" for role in ROLES]

    assert [code for code in wanted if code not in texts_of("zh")] == []


def test_chinese_and_english_are_written_well():
    assert {code: text for code, text in texts_of("zh").items() for p in SLOT.split(text) if spaced(p) != p} == {}
    marks = re.compile(r"[!！']|\b(cannot|do not|is not|are not)\b")

    assert {c: t for lang in ("zh", "en") for c, t in texts_of(lang).items() if marks.search(SLOT.sub("", t))} == {}


def test_an_alarm_says_its_bound_and_not_that_it_is_beyond_it():
    """The number is that of now: one that has come down to the bound since is not above it."""
    says = {code: text for code, text in texts_of("zh").items() if ".says_" in code and "{bound}" in text}

    assert len(says) > 2
    assert {code for code, text in says.items() if "超过" in text} == set()
