"""
What a supplier sends as plain data: JSON and forms read strictly, values found by path, amounts.

What two readers might understand differently, such as a key that stands there twice, is not read at all.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Any
from urllib.parse import parse_qsl

from quanyi.campaigns.language.suppliers import CodesAt, Path, Placeholder, SupplierDescription
from quanyi.entitlements.amounts import parse_amount
from quanyi.entitlements.supply.replies import LONGEST_WORD

__all__ = [
    "MISSING",
    "UnreadableError",
    "amount_at",
    "codes_at",
    "read_body",
    "text_at",
    "text_of",
    "value_at",
    "written",
]

MISSING: Any = object()
"""Stands where there is nothing."""

_MOST_FIELDS = 500
_PLAIN = re.compile(r"[0-9]{1,18}(\.[0-9]{1,18})?", re.ASCII)
_WHOLE = re.compile(r"[0-9]{1,18}", re.ASCII)


class UnreadableError(Exception):
    """What was sent can't be read; says why in words that hold nothing of it."""


def read_body(body: bytes, kind: str) -> dict[str, Any]:
    """
    The map that a body says, as ``json`` or as a form.

    Raises:
        UnreadableError: It is none, or has a key twice.
    """
    return _json(body) if kind == "json" else _form(body)


def _json(body: bytes) -> dict[str, Any]:
    try:
        found = json.loads(
            body.decode("utf-8-sig"),
            object_pairs_hook=_unique,
            parse_float=Decimal,
            parse_constant=_no_number,
        )
    except (ValueError, RecursionError):
        raise UnreadableError("no JSON that can be read") from None
    if not isinstance(found, dict):
        raise UnreadableError("no JSON map")
    return found


def _form(body: bytes) -> dict[str, Any]:
    try:
        pairs = parse_qsl(body.decode("utf-8"), keep_blank_values=True, errors="strict", max_num_fields=_MOST_FIELDS)
        return _unique(pairs)
    except ValueError:
        raise UnreadableError("no form that can be read") from None


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key stands there twice")
    return found


def _no_number(_: str) -> Any:
    raise ValueError("not a number")


def value_at(document: Any, path: Path) -> Any:
    """What stands at a path without a step for each item; `MISSING` if nothing does, or null."""
    found = next(_walk(document, path.steps), MISSING)
    return MISSING if found is None else found


def _walk(value: Any, steps: tuple[str | int | None, ...]) -> Iterator[Any]:
    """Everything at the steps; what is not there is left out."""
    if not steps:
        yield value
        return
    step, rest = steps[0], steps[1:]
    if step is None:
        for item in value if isinstance(value, list) else ():
            yield from _walk(item, rest)
    elif isinstance(step, int):
        if isinstance(value, list) and step < len(value):
            yield from _walk(value[step], rest)
    elif isinstance(value, dict) and step in value:
        yield from _walk(value[step], rest)


def text_of(value: Any) -> str | None:
    """
    A value as the text that descriptions compare; None for nothing, and for an empty text.

    >>> text_of(2), text_of(True), text_of(Decimal("12.50")), text_of("")
    ('2', 'true', '12.50', None)

    Raises:
        UnreadableError: It is a list or a map, or too long.
    """
    if value is MISSING or value is None or value == "":
        return None
    if isinstance(value, dict | list):
        raise UnreadableError("a list or a map where a text is meant")
    text = written(value)
    if len(text) > LONGEST_WORD:
        raise UnreadableError(f"a text of more than {LONGEST_WORD} characters")
    return text


def written(value: Any) -> str:
    """A value as forms and signatures write it: lists and maps as JSON without blanks, nothing as an empty text."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, dict | list | tuple):
        return json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=str)
    return "" if value is None else str(value)


def text_at(document: Any, path: Path | None) -> str | None:
    """The text at a path; None where there is none, or no path."""
    return None if path is None else text_of(value_at(document, path))


def amount_at(document: Any, path: Path | None, description: SupplierDescription) -> int | None:
    """
    The amount at a path, in the smallest part of the supplier's currency; None where there is none.

    Raises:
        UnreadableError: It is not one plain number from 0 on, or has more places than the currency.
    """
    text = text_at(document, path)
    if text is None:
        return None
    scale = description.scale if description.amounts == "decimal" else 0
    if not (_PLAIN if scale else _WHOLE).fullmatch(text):
        raise UnreadableError("an amount that is no plain number")
    try:
        return parse_amount(text, scale)
    except (ValueError, ArithmeticError):
        raise UnreadableError("an amount with more places than the currency, or too large") from None


def codes_at(document: Any, where: CodesAt | None) -> tuple[str, ...]:
    """
    The codes of a purchase.

    Raises:
        UnreadableError: What stands there are no codes.
    """
    if where is None:
        return ()
    found: list[str] = []
    for value in _walk(document, where.at.steps):
        items = value if isinstance(value, list) else [] if value is None or value == "" else [value]
        for item in items:
            found += _codes_of(item, where)
    return tuple(found)


def _codes_of(item: Any, where: CodesAt) -> list[str]:
    if where.text is not None:
        return [_joined(item, where)]
    if isinstance(item, bool) or not isinstance(item, str | int):
        raise UnreadableError("a code that is no text")
    parts = str(item).split(where.split) if where.split else [str(item)]
    return [part.strip() for part in parts if part.strip()]


def _joined(item: Any, where: CodesAt) -> str:
    """The code that an item is written as, of the texts in it."""
    assert where.text is not None
    said: list[str] = []
    for part in where.text.parts:
        text = part
        if isinstance(part, Placeholder):
            text = text_at(item, Path.parse(part.name)) or ""
            if not text and not part.optional:
                raise UnreadableError("a code without one of its parts")
        said.append(str(text))
    return "".join(said).strip()
