"""
Values with a fixed form: amounts, durations, percents, instants, schedules, limits, expressions.

Here only the form is checked, and the text is kept; what it means in a unit or a zone is found later.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from functools import partial
from typing import Annotated, Any
from zoneinfo import ZoneInfoNotFoundError

from pydantic import AfterValidator, BeforeValidator, WithJsonSchema
from pydantic_core import PydanticCustomError

from quanyi.campaigns.language.findings import did_you_mean
from quanyi.campaigns.language.message import Message
from quanyi.campaigns.language.schema.base import Word, said, wrong
from quanyi.campaigns.language.schema.hints import (
    date_meant,
    duration_meant,
    limit_meant,
    schedule_meant,
    share_meant,
    value_meant,
)
from quanyi.entitlements.parsing import quoted
from quanyi.entitlements.time import Duration, Schedule, zone_of

__all__ = [
    "LIMIT",
    "AmountText",
    "Cel",
    "DurationText",
    "Instant",
    "LimitText",
    "MinutesText",
    "NoLimit",
    "NoneOrLimitText",
    "Number",
    "Percentage",
    "PriceText",
    "ScheduleText",
    "Zone",
]

_NUMBER = re.compile(r"-?\d{1,18}(\.\d{1,18})?")
_PERCENT = re.compile(r"\d{1,6}(\.\d{1,18})?%")
_NEARLY_NUMBER = re.compile(
    r"\s*(?:[¥￥$€£]|CNY|RMB|USD|EUR)?\s*(-?\d[\d,，]*(?:\.\d+)?)\s*(?:%|％|[¥￥$€£元]|[A-Za-z]+)?\s*"
)
_OF_UNIT = re.compile(r"(\d{1,18}(?:\.\d{1,18})?) ?([a-z][A-Za-z0-9_-]*)")
_WINDOWS = ("day", "month", "session", "week", "year")
_LIMIT = (
    r"(?P<amount>\d{1,18}(?:\.\d{1,18})?)(?: (?P<of>(?!per )[a-z][A-Za-z0-9_-]*))?"
    r" per (?P<keys>[a-z][A-Za-z0-9_.]*(?: and [a-z][A-Za-z0-9_.]*)*)(?: per (?P<window>%s))?"
)
LIMIT = re.compile(_LIMIT % "|".join(_WINDOWS))
"""`2 per user per month`, `1 piece per user`, `500 points per user and item per day`."""

_NEARLY_LIMIT = re.compile(_LIMIT % "[A-Za-z]+")
_STRETCH_LIMIT = re.compile(
    r"(?P<count>\d+)(?: [a-z]+)? per (?P<key>[a-z][A-Za-z0-9_.]*) (?:per|in|within|every) "
    r"(?:(?P<number>\d+) ?)?(?P<unit>s|m|h|d|min|seconds?|minutes?|hours?|(?<=\d )(?:days?|weeks?|months?))"
)
_LONGEST = Duration(months=12 * 100)
_LONGEST_NUMBER = 60
_LONGEST_LIMIT = 500
_YEARS = range(1970, 3000)


def _number(value: Any) -> str:
    if isinstance(value, int | Decimal) and not -(10**18) < value < 10**18:
        raise wrong("out-of-range", Message("{value} is larger than any amount that is counted", value=value))
    if isinstance(value, bool) or not isinstance(value, int | Decimal | str) or not _NUMBER.fullmatch(str(value)):
        raise _no_amount(value, _plain(value) or "write digits, like 300 or 19.90")
    return str(value)


def _no_amount(value: Any, hint: str) -> PydanticCustomError:
    return wrong("bad-amount", Message("{value} is not an amount", value=said(value)), hint)


def _plain(value: Any) -> str:
    """How to write what is nearly a number: ``¥1,999.00``, ``10%``, ``10 points``."""
    found = _NEARLY_NUMBER.fullmatch(value) if isinstance(value, str) and len(value) <= _LONGEST_NUMBER else None
    return "" if found is None else Message("write {number}", number=found[1].replace(",", "").replace("，", ""))


def _price(value: str) -> str:
    if value == "list" or _NUMBER.fullmatch(value):
        return value
    unit = _OF_UNIT.fullmatch(value) if len(value) <= _LONGEST_NUMBER else None
    plain = Message("write {{{unit}: {number}}}", unit=unit[2], number=unit[1]) if unit else _plain(value)
    raise wrong(
        "bad-amount", Message("{value!r} is not a price", value=value), plain or "write 19.90, {points: 300} or list"
    )


def _expression(value: str) -> str:
    if share_meant(value):
        raise _no_amount(value, Message("write {meant}", meant=share_meant(value)))
    if not _NUMBER.fullmatch(value) and _plain(value):
        share, number = value.rstrip().endswith(("%", "％")), _plain(value).removeprefix("write ")
        raise _no_amount(
            value, Message("write {{percent: {number}%, of: amount}}", number=number) if share else _plain(value)
        )
    return value.strip()


def _percent(value: Any) -> str:
    if isinstance(value, str) and _PERCENT.fullmatch(value):
        return value.removesuffix("%")
    number = isinstance(value, int | Decimal | str) and not isinstance(value, bool) and _NUMBER.fullmatch(str(value))
    plain = value_meant("percent", Decimal(str(value)), {}) or f"{value}%" if number else Message("5% or 17.5%")
    raise wrong(
        "bad-percent", Message("{value} is not a percentage", value=said(value)), Message("write {plain}", plain=plain)
    )


def _parsed(
    code: str, what: str, parse: Callable[[str], object], hint: str, meant: Callable[[Any], str] = lambda _: ""
) -> Callable[[Any], str]:
    """A validator that keeps the text if *parse* can read it; *meant* gives the hint for everyday words."""

    def check(value: Any) -> str:
        if not isinstance(value, str) or not value.strip():
            plain = meant(value) if isinstance(value, int) and not isinstance(value, bool) else ""
            raise wrong(
                code,
                Message("{value} is not {what}", value=said(value) or Message("nothing"), what=Message(what)),
                Message("write {plain}", plain=plain) if plain else hint,
            )
        try:
            parse(value)
        except (ValueError, ZoneInfoNotFoundError, OSError, OverflowError, TypeError) as no:
            text, _, own = str(no).partition("; ")
            plain = (
                text
                if own or text.startswith(repr(value))
                else Message("{value!r} is not {what}", value=value, what=Message(what))
            )
            better = meant(value)
            raise wrong(
                code, plain, Message("write {better}", better=better) if better and better != value else own or hint
            ) from no
        return value

    return check


def _duration(value: str) -> None:
    if len(value) > 60:  # noqa: PLR2004
        msg = "a duration this long is not read; write something like 30m, 7d or 1 month"
        raise ValueError(msg)
    found = Duration.parse(value)
    if not (found.seconds or found.days or found.months):
        msg = f"{value!r} is no time at all; leave the key out, or write something like 30m or 7d"
        raise ValueError(msg)
    if found.months > _LONGEST.months or found.days + found.seconds / 86400 > 366 * 100:
        msg = f"{value!r} is longer than a hundred years; leave the key out, if it means for ever"
        raise ValueError(msg)


def _moment(value: str) -> None:
    found = datetime.fromisoformat(value) if len(value) > len("2026-05-01") else date.fromisoformat(value)
    if found.year not in _YEARS:
        msg = f"{value!r} is not in our time; write a year from 1970 to 2999"
        raise ValueError(msg)


def _moment_meant(value: Any) -> str:
    return date_meant(str(value))


def _limit(value: Any) -> str:
    if isinstance(value, str) and len(value) > _LONGEST_LIMIT:
        raise wrong(
            "bad-limit", Message("{value} is too long for a limit", value=quoted(value)), "write 2 per user per month"
        )
    if isinstance(value, str) and LIMIT.fullmatch(value):
        return value
    stretch = _STRETCH_LIMIT.fullmatch(value) if isinstance(value, str) else None
    if stretch is not None:
        calendar = stretch["unit"].startswith(("day", "week", "month"))
        number = stretch["number"] or "1"
        length = f"{number} {stretch['unit']}" if calendar else f"{number}{stretch['unit'][0]}"
        hint: str = Message(
            "write {{count: {count}, per: {key}, in: {{last: {length}}}}}",
            count=stretch["count"],
            key=stretch["key"],
            length=length,
        )
        raise wrong("bad-limit", "a stretch of time is no window of the calendar", hint)
    nearly = _NEARLY_LIMIT.fullmatch(value) if isinstance(value, str) else None
    if nearly is not None:
        window = nearly["window"]
        raise wrong(
            "bad-limit", Message("there is no window {window!r}", window=window), did_you_mean(window, _WINDOWS)
        )
    if isinstance(value, int) and not isinstance(value, bool):
        raise wrong(
            "bad-limit",
            Message("{value} of what, per whom?", value=value),
            Message("write {value} per user, or {value} per user per day", value=value),
        )
    plain = limit_meant(value) if isinstance(value, str) else ""
    hint = (
        Message("write {plain}", plain=plain)
        if plain
        else "write 2 per user per month, 1 piece per user, or a map with count, per and in"
    )
    raise wrong("bad-limit", Message("{value!r} is not a limit", value=said(value)), hint)


Number = Annotated[
    str, BeforeValidator(_number), WithJsonSchema({"type": ["number", "string"], "pattern": r"^-?\d+(\.\d+)?$"})
]
PriceText = Annotated[
    Word,
    AfterValidator(_price),
    WithJsonSchema({"anyOf": [{"const": "list"}, {"type": "string", "pattern": r"^\d+(\.\d+)?$"}]}),
]
Percentage = Annotated[str, BeforeValidator(_percent), WithJsonSchema({"type": "string", "pattern": r"^\d+(\.\d+)?%$"})]
_DURATION = r"^(\d+\s*(s|m|h|d|days?|weeks?|months?|years?)\s*)+$"
_DURATION_SCHEMA = {"type": "string", "pattern": _DURATION, "examples": ["30m", "7d", "1 month"]}


def _length(meant: Callable[[Any], str]) -> BeforeValidator:
    return BeforeValidator(
        _parsed("bad-duration", "a duration", _duration, "write 30m, 24h, 7d, 3 days or 1 month", meant)
    )


DurationText = Annotated[str, _length(duration_meant), WithJsonSchema(_DURATION_SCHEMA)]
MinutesText = Annotated[str, _length(partial(duration_meant, unit="m")), WithJsonSchema(_DURATION_SCHEMA)]
"""A duration that is minutes as a rule: a bare number means them."""

_SCHEDULE_HINT = "write daily 14:00-16:00, weekly sat,sun 10:00-22:00 or RRULE:…"
ScheduleText = Annotated[
    str,
    BeforeValidator(_parsed("bad-schedule", "a schedule", Schedule.parse, _SCHEDULE_HINT, schedule_meant)),
    WithJsonSchema({"type": "string", "pattern": "^(daily |weekly |RRULE:)", "examples": ["daily 14:00-16:00"]}),
]
_ZONE_HINT = "write Asia/Shanghai, Europe/Berlin or UTC"
Zone = Annotated[str, BeforeValidator(_parsed("unknown-zone", "a time zone", zone_of, _ZONE_HINT))]
_MOMENT_HINT = 'write "2026-05-01", "2026-05-01 10:00" or "2026-05-01T10:00+08:00"'
Instant = Annotated[
    str, BeforeValidator(_parsed("bad-time", "a date or an instant", _moment, _MOMENT_HINT, _moment_meant))
]
_LIMIT_SCHEMA = {"type": "string", "examples": ["2 per user per month", "1 piece per user"]}
LimitText = Annotated[str, BeforeValidator(_limit), WithJsonSchema(_LIMIT_SCHEMA)]
NoLimit = Annotated[Any, BeforeValidator(_limit), WithJsonSchema({"not": {}})]
NoneOrLimitText = Annotated[
    str, BeforeValidator(lambda value: value if value == "none" else _limit(value)), WithJsonSchema(_LIMIT_SCHEMA)
]
Cel = Annotated[Word, AfterValidator(str.strip)]
AmountText = Annotated[Word, AfterValidator(_expression)]
