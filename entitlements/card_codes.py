"""
Card codes as they come in: white space is removed, and what can't be a code is refused.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence

from quanyi.entitlements.errors import InputError

__all__ = ["LONGEST_CODE", "clean_card_codes", "code_fault", "trimmed"]

LONGEST_CODE = 512
"""The most characters of one card code."""

_NAMED_AT_MOST = 20
_AROUND = re.compile(r"\A[\s\ufeff]+|[\s\ufeff]+\Z")
_HIDDEN = {"Cc": "a control character", "Cf": "a character that nobody sees", "Cs": "half a character"}
_WORDS = {"Cc": "control", "Cf": "invisible", "Cs": "half"}
_LINES = frozenset({"Zl", "Zp"})


def clean_card_codes(codes: Iterable[str]) -> list[str]:
    r"""
    The card codes without white space and byte order marks around them, in their order.

    >>> clean_card_codes(["\ufeffAB-1 ", "ab-1\r"])
    ['AB-1', 'ab-1']
    >>> clean_card_codes(["AB-1", "", "AB\t2"])
    Traceback (most recent call last):
    InputError: 2 of 3 codes can't be taken: line 2 is empty; line 3 has a control character (U+0009)

    Raises:
        InputError: *codes* is one text rather than a list; or some of them are no text, empty, longer than
            `LONGEST_CODE`, or have a line break, a control or an invisible character inside. The message
            names all of those by their lines and never quotes a code.
    """
    if isinstance(codes, str | bytes) or not isinstance(codes, Iterable):
        raise InputError("give a list of codes, one text each, not one text or something else")
    given = list(codes)
    clean = [trimmed(code) if isinstance(code, str) else "" for code in given]
    wrong = [
        f"line {place} {fault}"
        for place, (code, trimmed) in enumerate(zip(given, clean, strict=True), 1)
        if (fault := _fault(code, trimmed))
    ]
    if wrong:
        raise InputError(f"{len(wrong)} of {len(given)} codes can't be taken: {_listed(wrong)}")
    return clean


def trimmed(code: str) -> str:
    """One card code without white space and byte order marks around it."""
    return _AROUND.sub("", code)


def code_fault(code: str) -> str:
    r"""
    One word for what keeps a trimmed text from being a card code; empty if nothing does.

    >>> [code_fault(code) for code in ("AB-1", "--", "AB\t2")]
    ['', 'empty', 'control']
    """
    if not any(map(str.isalnum, code)):
        return "empty"
    if len(code) > LONGEST_CODE:
        return "too-long"
    if code.isascii() and code.isprintable():
        return ""
    if any(letter in "\r\n" or unicodedata.category(letter) in _LINES for letter in code):
        return "line-end"
    return next((word for letter in code if (word := _WORDS.get(unicodedata.category(letter), ""))), "")


def _fault(code: object, clean: str) -> str:
    """What is wrong with a code; empty if nothing is."""
    if not isinstance(code, str):
        return "is no text"
    if not any(map(str.isalnum, clean)):
        return "is empty"
    if len(clean) > LONGEST_CODE:
        return f"is longer than {LONGEST_CODE} characters"
    if clean.isascii() and clean.isprintable():
        return ""
    return next((f"has {fault} (U+{ord(letter):04X})" for letter in clean if (fault := _hidden(letter))), "")


def _hidden(letter: str) -> str:
    category = unicodedata.category(letter)
    return "a line's end" if category in _LINES or letter in "\r\n" else _HIDDEN.get(category, "")


def _listed(wrong: Sequence[str]) -> str:
    more = len(wrong) - _NAMED_AT_MOST
    return "; ".join(wrong[:_NAMED_AT_MOST]) + (f"; and {more} more" if more > 0 else "")
