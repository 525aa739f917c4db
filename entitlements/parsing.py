"""
Numbers, dates and instants, read from values that somebody else sent.

Length and form of a text are checked before anything is computed from it, so that refusing one never
takes long or much memory. Messages quote the beginning of what was sent, never all of it.
"""

from __future__ import annotations

import re
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from reprlib import Repr
from typing import TypeVar

__all__ = ["LARGEST", "parse_date", "parse_decimal", "parse_instant", "parse_whole", "quoted"]

LARGEST = 10**15
"""The largest amount there is, in smallest parts, above zero and below."""

_Time = TypeVar("_Time", date, datetime)

_LONGEST_TIME = 50
_DIGITS = 18
_PLACES = 40
_WHOLE = re.compile(r"[+-]?[0-9]{1,18}")
_DECIMAL = re.compile(r"[+-]?(?:[0-9]{1,18}(?:\.[0-9]{0,40})?|\.[0-9]{1,40})(?:[eE][+-]?[0-9]{1,2})?")
_YEARS = range(1900, 3000)
_SHORT = Repr()
_SHORT.maxstring = _SHORT.maxother = 60


def quoted(value: object) -> str:
    """
    *value* for a message, cut to about 60 characters: a decimal by its digits, anything else by its `repr`.

    >>> quoted(Decimal("150.00")), quoted("150.00"), len(quoted("9" * 1000))
    ('150.00', "'150.00'", 60)
    """
    if isinstance(value, Decimal):
        return str(value)[: _SHORT.maxother]
    if isinstance(value, int) and abs(value) >= 10**_DIGITS:
        return f"a number of more than {_DIGITS} digits"
    return _SHORT.repr(value)


def parse_whole(text: str) -> int:
    """
    Read a whole number of at most 18 ASCII digits; ValueError for anything else.

    >>> parse_whole("-30")
    -30
    >>> parse_whole("٣")  # a digit, but not an ASCII one
    Traceback (most recent call last):
    ValueError: '٣' is not a whole number of at most 18 digits
    """
    if len(text) > _DIGITS + 1 or not _WHOLE.fullmatch(text):
        raise ValueError(f"{quoted(text)} is not a whole number of at most {_DIGITS} digits")
    return int(text)


def parse_decimal(value: str | int | Decimal) -> Decimal:
    """
    Read a decimal exactly: at most 18 digits before the point, and 40 after it.

    >>> parse_decimal("19.90"), parse_decimal("1e3")
    (Decimal('19.90'), Decimal('1E+3'))

    Raises:
        ArithmeticError: It is not a number (`decimal.InvalidOperation`, as `Decimal` itself raises).
        ValueError: It is one that is too large, too fine, or not finite.
    """
    if isinstance(value, str):
        if len(value) > 2 * _PLACES or not _DECIMAL.fullmatch(value):
            raise InvalidOperation(f"{quoted(value)} is not a number")
    elif isinstance(value, bool) or not isinstance(value, int | Decimal):
        raise InvalidOperation(f"{quoted(value)} is not a number")
    elif isinstance(value, int) and abs(value) >= 10**_DIGITS:
        raise ValueError(f"{quoted(value)} is larger than any amount that is counted")
    number = Decimal(value)
    if not number.is_finite():
        raise ValueError(f"{quoted(value)} is not a number that can be counted")
    if number.adjusted() >= _DIGITS:
        raise ValueError(f"{quoted(value)} is larger than any amount that is counted")
    exponent = number.as_tuple().exponent
    if isinstance(exponent, int) and exponent < -_PLACES:
        raise ValueError(f"{quoted(value)} has more than {_PLACES} decimal places")
    return number


def parse_date(text: str) -> date:
    """
    Read an ISO date of the years 1900 to 2999; ValueError for anything else.

    >>> parse_date("2026-03-08")
    datetime.date(2026, 3, 8)
    >>> parse_date("1026-03-08")
    Traceback (most recent call last):
    ValueError: '1026-03-08' is not of our time: years are from 1900 to 2999
    """
    return _of_our_time(_iso(date, text, "a date like 2026-05-01"), text)


def parse_instant(text: str) -> datetime:
    """
    Read an ISO instant of the years 1900 to 2999; ValueError for anything else.

    Without an offset the result has no zone: the caller must add one.

    >>> parse_instant("2026-03-08T10:00:00+08:00").utcoffset().seconds, parse_instant("2026-03-08").tzinfo
    (28800, None)
    """
    return _of_our_time(_iso(datetime, text, "an instant like 2026-05-01T10:00+08:00"), text)


def _iso(sort: type[_Time], text: str, wanted: str) -> _Time:
    """A short text, and in our words where it is none: the calendar's own speak of a month or a year out of range."""
    try:
        if len(text) <= _LONGEST_TIME:
            return sort.fromisoformat(text)
    except ValueError:
        pass
    raise ValueError(f"{quoted(text)} is not {wanted}")


def _of_our_time(found: _Time, text: str) -> _Time:
    if found.year not in _YEARS:
        raise ValueError(f"{quoted(text)} is not of our time: years are from {_YEARS.start} to {_YEARS.stop - 1}")
    return found
