"""
Values as people read them: decimals, local times, lists. For tools; screens have their own words.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from quanyi.entitlements.time import zone_of

__all__ = ["said", "said_all"]

_INSTANT_LENGTH = len("2026-05-01T10:00")


def said(value: Any, zone: str = "UTC") -> str:
    """
    A value in words.

    >>> from quanyi.entitlements.amounts import Amount
    >>> said(Amount(1990, "CNY", 2)), said(True), said(["a", 1])
    ('19.90', 'true', 'a, 1')
    >>> said(datetime.fromisoformat("2026-03-01T02:00:00+00:00"), "Asia/Shanghai")
    '2026-03-01 10:00:00'
    """
    if isinstance(value, bool) or value is None:
        return {True: "true", False: "false", None: "none"}[value]
    moment = _moment(value)
    if moment is not None:
        return f"{moment.astimezone(zone_of(zone)):%Y-%m-%d %H:%M:%S}"
    if isinstance(value, Mapping):
        return f"{{{', '.join(f'{name}: {said(part, zone)}' for name, part in value.items())}}}"
    if isinstance(value, list | tuple):
        return ", ".join(said(part, zone) for part in value)
    return str(value)


def said_all(values: Mapping[str, Any], zone: str = "UTC") -> dict[str, str]:
    """Each value in words, by its name."""
    return {name: said(value, zone) for name, value in values.items()}


def _moment(value: Any) -> datetime | None:
    """An instant, or the text of one with its offset."""
    if isinstance(value, str) and len(value) >= _INSTANT_LENGTH and value[4:5] == "-" and value[10] in "T ":
        try:
            value = datetime.fromisoformat(value)
        except ValueError:
            return None
    return value if isinstance(value, datetime) and value.tzinfo is not None else None
