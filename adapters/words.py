"""
What the pages say: one catalogue file per language, keyed by codes.

A text may carry values, ``{name}``, and words that follow a number, ``{n|point|points}``.
Numbers are grouped by thousands. In Chinese a value stands apart from the 汉字 beside it where it begins or ends with
a number or a Latin letter, so texts need no spaces around it. A host replaces single texts by handing its own to `init_app`.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from quanyi.entitlements.messages.figures import grouped, money_text, number_text
from quanyi.entitlements.messages.render import singular
from quanyi.entitlements.messages.spacing import joined

__all__ = ["LOCALES", "Words", "catalogue", "grouped", "money_text", "number_text", "pick", "read_texts", "unit_word"]

LOCALES = ("zh", "en")
"""The languages of the pages, the first one being the one to fall back on."""

_SLOT = re.compile(r"\{(\w+)(?:\|([^|{}]*)\|([^|{}]*))?\}")


class Words:
    """
    The texts of one language.

    >>> Words("en", {"left": "{n} {n|piece|pieces} left"})("left", n=1200)
    '1,200 pieces left'
    """

    def __init__(self, locale: str, texts: Mapping[str, str] | None = None) -> None:
        self.locale = locale
        self._texts = catalogue(locale) if texts is None else texts

    def __call__(self, code: str, **values: Any) -> str:
        """The text of that code; KeyError for an unknown one or a missing value."""
        pieces = _pieces(self._texts[code], values)
        return joined(pieces) if self.locale == "zh" else "".join(pieces)

    def __contains__(self, code: str) -> bool:
        return code in self._texts

    def over(self, texts: Mapping[str, str]) -> Words:
        """The same language with some texts replaced."""
        return Words(self.locale, {**self._texts, **texts})


@cache
def catalogue(locale: str) -> Mapping[str, str]:
    """All texts of one language by dotted code."""
    return read_texts(files("quanyi.adapters").joinpath("web", "texts", f"{locale}.toml").read_text(encoding="utf-8"))


def read_texts(raw: str) -> Mapping[str, str]:
    """The texts of one file by dotted code."""
    return {f"{part}.{name}": text for part, texts in tomllib.loads(raw).items() for name, text in texts.items()}


def unit_word(title: Mapping[str, str], unit: str, number: object, locale: str) -> str:
    """
    A unit's name beside a number: ``1 point``, ``2 points``.

    >>> unit_word({"en": "points"}, "points", 1, "en")
    'point'
    """
    word = title.get(locale) or unit
    return singular(word) if locale == "en" and number in (1, -1) else word


def pick(texts: Mapping[str, str], locale: str) -> str:
    """The text in that language, else in any there is."""
    return texts.get(locale) or next((text for text in texts.values() if text), "")


def _pieces(text: str, values: Mapping[str, Any]) -> Iterator[str]:
    """A text and its values in turn."""
    place = 0
    for slot in _SLOT.finditer(text):
        yield text[place : slot.start()]
        yield _filled(slot, values)
        place = slot.end()
    yield text[place:]


def _filled(slot: re.Match[str], values: Mapping[str, Any]) -> str:
    name, one, many = slot.groups()
    value = values[name]
    if one is None:
        return grouped(value)
    return str(one if value in (1, -1) else many)
