"""
What a no says to a person: the sentence that fits, in Chinese or English, with its numbers.

An entry of the table is looked up by the reason, else by the code.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from string import Formatter
from typing import Any, Protocol

from quanyi.entitlements.amounts import Amount
from quanyi.entitlements.messages.catalogue import LANGUAGES, TEXTS, Language, Sentences
from quanyi.entitlements.time import zone_of

__all__ = [
    "LANGUAGES",
    "TEXTS",
    "Language",
    "Refusal",
    "Sentences",
    "language_of",
    "refusal_text",
    "say_amount",
    "say_day",
    "say_when",
]


class Refusal(Protocol):
    """What a refusal says of itself: `errors.Refused`, which is said by this module."""

    @property
    def code(self) -> str:
        """The stable word of its class."""
        ...

    @property
    def sentences(self) -> Mapping[Language, Sentences]:
        """The sentences of its class, where it has its own."""
        ...

    reason: str
    shows: Mapping[str, Any]
    next_at: datetime | None
    zone: str | None


_POINTS = {"zh": "积分", "en": "points"}
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_COUNTED: Mapping[str, Mapping[Language, str]] = {
    "times": {"zh": "次", "en": "times"},
    "pieces": {"zh": "件", "en": "pieces"},
}
_PIECES = ("asked", "least", "left")


def refusal_text(refusal: Refusal, locale: str = "zh") -> str:
    """The sentence for a refusal in the language of *locale*; English where it is not one of ours."""
    language = language_of(locale)
    own = refusal.shows.get("says")
    if isinstance(own, Mapping) and own:
        return str(own.get(language) or next(iter(own.values())))
    entry = refusal.sentences or TEXTS.get(refusal.reason) or TEXTS.get(refusal.code) or TEXTS["refused"]
    values = _said(refusal, language)
    fitting = (text for text in entry[language] if _fields(text) <= values.keys())
    return next(fitting).format_map(values)


def language_of(locale: str) -> Language:
    """`zh` for every kind of Chinese, else `en`."""
    return "zh" if locale.lower().startswith("zh") else "en"


def say_when(at: datetime, zone: str | None, locale: str) -> str:
    """
    An instant as people say it, in *zone*; to the minute. Without a zone it is in UTC, and says so.

    >>> from datetime import UTC
    >>> say_when(datetime(2026, 3, 8, 16, 0, tzinfo=UTC), "Asia/Shanghai", "en")
    '9 Mar 2026, 00:00'
    """
    local = at.astimezone(zone_of(zone or "UTC"))
    clock = f"{local:%H:%M}" + ("" if zone else " UTC")
    return f"{say_day(local.date(), locale)}{' ' if language_of(locale) == 'zh' else ', '}{clock}"


def say_day(day: date, locale: str) -> str:
    """
    A date as people say it.

    >>> say_day(date(2026, 4, 3), "zh"), say_day(date(2026, 4, 3), "en")
    ('2026年4月3日', '3 Apr 2026')
    """
    if language_of(locale) == "zh":
        return f"{day.year}年{day.month}月{day.day}日"
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"


def say_amount(amount: Amount, locale: str, title: Mapping[str, str] | None = None) -> str:
    """
    An amount with its unit, singular or plural.

    >>> say_amount(Amount(1, "points"), "en"), say_amount(Amount(30, "points"), "zh")
    ('1 point', '30 积分')
    >>> say_amount(Amount(1990, "CNY", 2), "zh")
    '19.90 元'
    """
    language = language_of(locale)
    if amount.unit == "CNY":
        return f"{amount} 元" if language == "zh" else f"CNY {amount}"
    names = title or (_POINTS if amount.unit == "points" else {})
    return _count(str(amount), names.get(language, amount.unit), language)


def _said(refusal: Refusal, language: Language) -> dict[str, str]:
    """The values of a refusal as its sentences say them."""
    shows = {**refusal.shows, **({"next_at": refusal.next_at} if refusal.next_at is not None else {})}
    counted = _COUNTED.get(shows.get("of", "pieces"), _COUNTED["pieces"])[language]
    said = {}
    for name, value in shows.items():
        text = _say(name, value, refusal, counted, language)
        if text:
            said[name] = text
    return said


def _say(name: str, value: Any, refusal: Refusal, counted: str, language: Language) -> str:
    if isinstance(value, Amount):
        return say_amount(value, language, refusal.shows.get("title"))
    if isinstance(value, datetime):
        return say_when(value, refusal.zone, language)
    if isinstance(value, date):
        return say_day(value, language)
    if name in _PIECES and refusal.code == "out-of-stock":
        return _count(str(value), counted, language) if value else ""
    if name in ("limit", "used", "asked"):
        return _count(str(value), counted, language)
    return str(value).replace(", ", "、" if language == "zh" else ", ")


def _count(number: str, noun: str, language: Language) -> str:
    if language == "en" and number == "1":
        noun = noun.removesuffix("s")
    return f"{number} {noun}"


def _fields(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}
