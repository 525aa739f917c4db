"""
Values with a fixed form: amounts, durations, percents, instants, schedules, limits, expressions.

Each is checked for its form and kept as text; what it means in a unit or a zone is found later.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any
from zoneinfo import ZoneInfoNotFoundError

from pydantic import AfterValidator, BeforeValidator, WithJsonSchema

from quanyi.campaigns.schema.base import Word, wrong
from quanyi.entitlements.time import Duration, Schedule, zone_of

__all__ = [
    "LIMIT",
    "Cel",
    "DurationText",
    "Instant",
    "LimitText",
    "NoneOrLimitText",
    "Number",
    "Percentage",
    "ScheduleText",
    "Zone",
]

_NUMBER = re.compile(r"-?\d+(\.\d+)?")
_PERCENT = re.compile(r"\d+(\.\d+)?%")
_WINDOWS = "day|week|month|year"
LIMIT = re.compile(
    rf"(?P<amount>\d+(?:\.\d+)?)(?: (?P<of>(?!per )[a-z][A-Za-z0-9_-]*))?"
    rf" per (?P<keys>[a-z][A-Za-z0-9_.]*(?: and [a-z][A-Za-z0-9_.]*)*)(?: per (?P<window>{_WINDOWS}))?"
)
"""`2 per user per month`, `1 piece per user`, `500 points per user and item per day`."""


def _number(value: Any) -> str:
    if isinstance(value, bool) or not isinstance(value, int | Decimal | str) or not _NUMBER.fullmatch(str(value)):
        raise wrong("bad-amount", f"{value!s} is not an amount", "write digits, like 300 or 19.90")
    return str(value)


def _percent(value: str) -> str:
    if not _PERCENT.fullmatch(value):
        raise wrong("bad-percent", f"{value!r} is not a percentage", "write 5% or 17.5%")
    return value.removesuffix("%")


def _parsed(code: str, parse: Callable[[str], object]) -> Callable[[str], str]:
    """Keep the text if *parse* can read it."""

    def check(value: str) -> str:
        try:
            parse(value)
        except (ValueError, ZoneInfoNotFoundError, OSError) as no:
            raise wrong(code, *_message(code, value, no)) from no
        return value

    return check


def _message(code: str, value: str, no: Exception) -> tuple[str, str]:
    if code == "unknown-zone":
        return f"no time zone is called {value!r}", "write Asia/Shanghai, Europe/Berlin or UTC"
    text, _, hint = str(no).partition("; ")
    return text, hint


def _moment(value: str) -> date:
    try:
        return datetime.fromisoformat(value) if len(value) > len("2026-05-01") else date.fromisoformat(value)
    except ValueError:
        hint = 'write "2026-05-01", "2026-05-01 10:00" or "2026-05-01T10:00+08:00"'
        msg = f"{value!r} is not a date or an instant; {hint}"
        raise ValueError(msg) from None


def _limit(value: str) -> str:
    if LIMIT.fullmatch(value) is None:
        hint = "write 2 per user per month, 1 piece per user, or a map with count, per and in"
        raise wrong("bad-limit", f"{value!r} is not a limit", hint)
    return value


def _expression(value: str) -> str:
    return value.strip()


Number = Annotated[
    str, BeforeValidator(_number), WithJsonSchema({"type": ["number", "string"], "pattern": r"^-?\d+(\.\d+)?$"})
]
Percentage = Annotated[Word, AfterValidator(_percent), WithJsonSchema({"type": "string", "pattern": r"^\d+(\.\d+)?%$"})]
_DURATION = r"^(\d+\s*(s|m|h|d|days?|weeks?|months?|years?)\s*)+$"
DurationText = Annotated[
    Word,
    AfterValidator(_parsed("bad-duration", Duration.parse)),
    WithJsonSchema({"type": "string", "pattern": _DURATION, "examples": ["30m", "7d", "1 month"]}),
]
ScheduleText = Annotated[
    Word,
    AfterValidator(_parsed("bad-schedule", Schedule.parse)),
    WithJsonSchema({"type": "string", "pattern": "^(daily |weekly |RRULE:)", "examples": ["daily 14:00-16:00"]}),
]
Zone = Annotated[Word, AfterValidator(_parsed("unknown-zone", zone_of))]
Instant = Annotated[Word, AfterValidator(_parsed("bad-time", _moment))]
_LIMIT_SCHEMA = {"type": "string", "examples": ["2 per user per month", "1 piece per user"]}
LimitText = Annotated[Word, AfterValidator(_limit), WithJsonSchema(_LIMIT_SCHEMA)]
NoneOrLimitText = Annotated[
    Word, AfterValidator(lambda value: value if value == "none" else _limit(value)), WithJsonSchema(_LIMIT_SCHEMA)
]
Cel = Annotated[Word, AfterValidator(_expression)]
