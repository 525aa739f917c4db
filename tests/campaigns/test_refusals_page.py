"""The page of refusals says what the library says: every word of the source, its code, its sentences."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from quanyi.campaigns.tools.refusals_page import PAGE, refusals_page, sample
from quanyi.entitlements import errors
from quanyi.entitlements.messages.catalogue import TEXTS
from quanyi.entitlements.refusals import WORDS

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[2]
CLASSES = {name: getattr(errors, name) for name in errors.__all__ if hasattr(getattr(errors, name), "code")}


def test_the_page_of_refusals_is_current() -> None:
    assert (ROOT / PAGE).read_text(encoding="utf-8") == refusals_page()


def test_every_sentence_is_of_a_word_and_every_code_is_one() -> None:
    codes = {kind.code for kind in CLASSES.values()}

    assert set(TEXTS) - set(WORDS) == set()
    assert {code for no in WORDS.values() for code in no.code.split(", ")} - codes == set()
    assert codes - set(WORDS) == set()


def said_in_the_source() -> Iterator[tuple[str, str, str]]:
    """(class, reason, file) of each refusal that is made in the domain with a word in quotes."""
    for path in sorted((ROOT / "entitlements").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in CLASSES:
                for keyword in node.keywords:
                    if keyword.arg == "reason":
                        words = [part.value for part in ast.walk(keyword.value) if isinstance(part, ast.Constant)]
                        yield from ((node.func.id, word, path.name) for word in words if is_word(word))


def is_word(value: object) -> bool:
    return isinstance(value, str) and re.fullmatch(r"[a-z]+(-[a-z]+)+", value) is not None


def test_every_word_of_the_source_stands_on_the_page_under_its_code() -> None:
    found = list(said_in_the_source())
    wrong = {
        (kind, word, file)
        for kind, word, file in found
        if word not in WORDS or CLASSES[kind].code not in WORDS[word].code.split(", ")
    }

    assert len(found) > 30
    assert wrong == set()


@pytest.mark.parametrize("locale", ["zh", "en"])
@pytest.mark.parametrize("word", WORDS)
def test_a_sample_is_a_whole_sentence_with_decimals(word, locale) -> None:
    said = sample(word, locale)

    assert said.endswith(("。", "."))
    assert "{" not in said
    assert not re.search(r"Amount|Decimal|datetime|\b2500\b", said)
