"""
Checks of the numbers and texts that a host passes in, made before anything is computed from them.

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
    *value* itself, if it is a whole number no further from zero than *most*.

    Args:
        what: What it is called in the error: ``qty``.

    Raises:
        InputError: It is of another type (also True and False), or beyond *most*.

    >>> a_whole_number(5, "qty")
    5
    >>> a_whole_number(True, "qty")
    Traceback (most recent call last):
    InputError: qty is a whole number, not of the type bool
    """
    if type(value) is not int:
        raise InputError(f"{what} is a whole number, not of the type {type(value).__name__}")
    if not -most <= value <= most:
        raise InputError(f"{what} is beyond ±{most}, the most that is counted")
    return value


def how_many(value: object, what: str = "limit") -> int:
    """
    *value* itself, if it is a whole number above zero; InputError for anything else.

    >>> how_many(0)
    Traceback (most recent call last):
    InputError: limit is a whole number above zero, not 0
    """
    number = a_whole_number(value, what)
    if number < 1:
        raise InputError(f"{what} is a whole number above zero, not {number}")
    return number


def a_text(value: object, what: str) -> str:
    r"""
    *value* itself, if it is text of at most 2,000 characters.

    Args:
        what: What it is called in the error: ``reason``.

    Raises:
        InputError: It is of another type, too long, or has control characters or lone surrogates. A line
            break and a tab are allowed.

    >>> a_text("clear\x07", "reason")
    Traceback (most recent call last):
    InputError: reason has U+0007 at 5
    """
    if type(value) is not str:
        raise InputError(f"{what} is a text, not of the type {type(value).__name__}")
    if len(value) > _LONGEST:
        raise InputError(f"{what} has {len(value)} characters, and may have {_LONGEST}")
    if found := _UNSOUND.search(value):
        raise InputError(f"{what} has U+{ord(found[0]):04X} at {found.start()}")
    return value
