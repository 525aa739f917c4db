"""
Pages of lists: a cursor is where the page before ended, in a form that callers keep and don't read.
"""

from __future__ import annotations

import binascii
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Iterable
from typing import Any

from quanyi.adapters.api.problems import Mistake, Problem
from quanyi.entitlements.errors import InputError, NotFound
from quanyi.entitlements.identifiers import identifier
from quanyi.entitlements.parsing import parse_whole

__all__ = ["cursor_of", "no_cursor", "number_at", "page_answer", "place_at", "turned"]


def cursor_of(place: str | None) -> str | None:
    """The cursor of a place in a list; None for the end."""
    return None if place is None else urlsafe_b64encode(place.encode()).decode().rstrip("=")


def place_at(cursor: str | None) -> str | None:
    """The place that a cursor stands for; None for the beginning, a `Problem` for what is no cursor."""
    if cursor is None:
        return None
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        return identifier(urlsafe_b64decode(padded.encode("ascii")).decode(), "cursor")
    except (ValueError, InputError, binascii.Error):
        raise no_cursor() from None


def number_at(cursor: str | None) -> int | None:
    """The same, where places are numbers above zero."""
    place = place_at(cursor)
    try:
        number = None if place is None else parse_whole(place)
    except ValueError:
        raise no_cursor() from None
    if number is not None and number < 1:
        raise no_cursor()
    return number


def turned(page: Callable[[], Any]) -> Any:
    """What *page* answers; a place that its list has no more is a mistake in the cursor."""
    try:
        return page()
    except NotFound:
        raise no_cursor() from None


def page_answer(items: Iterable[Any], last: str | None) -> dict[str, Any]:
    """A page in plain values."""
    return {"items": [item.to_dict() for item in items], "next": cursor_of(last)}


def no_cursor() -> Problem:
    """The problem of a cursor that is no place in its list."""
    detail = "no place in this list, or one that it has no more; begin without a cursor"
    return Problem.malformed([Mistake(place="query", path=("cursor",), detail=detail)])
