"""
Numbers and texts as a host passes them in: looked at before anything is reckoned from them.

Ids and keys have rules of their own, in `quanyi.entitlements.identifiers`.
"""

from __future__ import annotations

import re

from quanyi.entitlements.errors import InputError
from quanyi.entitlements.parsing import LARGEST

__all__ = ["LAST_NUMBER", "a_text", "a_whole_number", "how_many"]

_UNSOUND = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")
_LONGEST = 2_000


LAST_NUMBER = 2**63 - 1
"""The highest number that a database gives to a row."""


def a_whole_number(value: object, what: str, most: int = LARGEST) -> int:
    """
    A whole number within what is counted.

    Args:
        most: How far from zero it may be.

    Raises:
        InputError: It is of another type (True is none), or beyond *most*.

    >>> a_whole_number(5, "qty")
    5
    """
    if type(value) is not int:
        raise InputError(f"{what} is a whole number, not of the type {type(value).__name__}")
    if not -most <= value <= most:
        raise InputError(f"{what} is beyond ±{most}, the most that is counted")
    return value


def how_many(value: object, what: str = "limit") -> int:
    """How many of something are asked for: a whole number above zero; InputError for anything else."""
    number = a_whole_number(value, what)
    if number < 1:
        raise InputError(f"{what} is a whole number above zero, not {number}")
    return number


def a_text(value: object, what: str) -> str:
    """
    A text for people, of at most 2,000 characters.

    Raises:
        InputError: It is of another type, too long, or has control characters or halves of characters.
    """
    if type(value) is not str:
        raise InputError(f"{what} is a text, not of the type {type(value).__name__}")
    if len(value) > _LONGEST:
        raise InputError(f"{what} has {len(value)} characters, and may have {_LONGEST}")
    if found := _UNSOUND.search(value):
        raise InputError(f"{what} has U+{ord(found[0]):04X} at {found.start()}")
    return value
