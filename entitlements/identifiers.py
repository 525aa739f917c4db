"""
Keys and ids as they come in from outside: one rule for all of them.

An identifier is text of 1 to 200 characters without control characters and without halves of
characters. Whole numbers and UUIDs are taken as their text, so ``7`` and ``"7"`` are the same.
The text is taken exactly as it was sent: nothing is trimmed, folded or normalised, because only
whoever made an id knows which spellings of it are equal.
"""

from __future__ import annotations

import re
from uuid import UUID

from quanyi.entitlements.errors import InputError

__all__ = ["LONGEST", "identifier", "identifier_or_none"]

LONGEST = 200
"""How many characters an identifier has at most."""

_SOUND = re.compile(rf"[^\x00-\x1f\x7f-\x9f\ud800-\udfff]{{1,{LONGEST}}}").fullmatch
_UNSOUND = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]")


def identifier(value: object, what: str) -> str:
    """
    The text of a key or an id, exactly as it was sent; a whole number or UUID as its text.

    Args:
        what: What it is called in the error: ``key``, ``user``.

    Raises:
        InputError: It is empty, longer than 200 characters, has control characters or lone surrogates, or is
            neither text nor a whole number nor a UUID.

    >>> identifier(7, "user"), identifier(" n/1", "key")  # nothing is trimmed
    ('7', ' n/1')
    >>> identifier("", "key")
    Traceback (most recent call last):
    InputError: the key is empty; it is text of 1 to 200 characters, a number or a UUID
    """
    text = _text(value)
    if text is None or not _SOUND(text):
        raise InputError(
            f"the {what} {_wrong(value, text)}; it is text of 1 to {LONGEST} characters, a number or a UUID"
        )
    return text


def identifier_or_none(value: object, what: str) -> str | None:
    """`identifier`, but None is allowed and stays None."""
    return None if value is None else identifier(value, what)


def _text(value: object) -> str | None:
    if type(value) is str:
        return value
    if isinstance(value, str):
        return str.__str__(value)
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) < 10**LONGEST:
        return int.__repr__(value)
    return None


def _wrong(value: object, text: str | None) -> str:
    """What is wrong with it. The value is not repeated: it may be long, or a secret."""
    if text is None:
        return f"is {'too large' if type(value) is int else f'of the type {type(value).__name__}'}"
    if not text:
        return "is empty"
    if len(text) > LONGEST:
        return f"has {len(text)} characters"
    found = _UNSOUND.search(text)
    return "" if found is None else f"has U+{ord(found[0]):04X} at {found.start()}"
