"""
The sentence of a refusal, in Chinese or English, with its numbers.

The entry in `catalogue` is found by the refusal's reason, else by its code.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from string import Formatter
from typing import Any, Protocol

from quanyi.entitlements.amounts import Amount
from quanyi.entitlements.messages.catalogue import LANGUAGES, TEXTS, Language, Sentences
from quanyi.entitlements.messages.spacing import joined
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
    "singular",
]


class Refusal(Protocol):
    """The parts of a refusal that its sentence is made of; `errors.Refused` has them."""

    @property
    def code(self) -> str:
        """The stable code of its class."""
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
    """
    The sentence for a refusal: the campaign's own where it has one, else that of the catalogue.

    Args:
        locale: Chinese for every ``zh…``; English for everything else.

    >>> from quanyi.entitlements.errors import OutOfStock
    >>> refusal_text(OutOfStock(shows={"asked": 2, "left": 1}), "en"), refusal_text(OutOfStock(), "zh-TW")
    ('Only 1 piece left of the 2 pieces you want. Please choose fewer.', '已兑完，看看其他好物吧。')
    """
    language = language_of(locale)
    own = refusal.shows.get("says")
    if isinstance(own, Mapping) and own:
        return str(own.get(language) or next(iter(own.values())))
    entry = refusal.sentences or TEXTS.get(refusal.reason) or TEXTS.get(refusal.code) or TEXTS["refused"]
    values = _said(refusal, language)
    fitting = (text for text in entry[language] if _fields(text) <= values.keys())
    text = next(fitting, TEXTS["refused"][language][-1])  # a class whose sentences all need more
    pieces = [piece for said, name, _, _ in Formatter().parse(text) for piece in (said, values[name] if name else "")]
    return joined(pieces) if language == "zh" else "".join(pieces)


def language_of(locale: str) -> Language:
    """
    ``zh`` for every kind of Chinese, else ``en``.

    >>> language_of("zh-Hant-TW"), language_of("de")
    ('zh', 'en')
    """
    return "zh" if locale.lower().startswith("zh") else "en"


def say_when(at: datetime, zone: str | None, locale: str) -> str:
    """
    An instant as people say it, in *zone*, to the minute. Without a zone it is in UTC, and the text says so.

    >>> from datetime import UTC
    >>> at = datetime(2026, 3, 8, 16, 0, tzinfo=UTC)
    >>> say_when(at, "Asia/Shanghai", "en"), say_when(at, None, "en")
    ('9 Mar 2026, 00:00', '8 Mar 2026, 16:00 UTC')
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


def singular(noun: str) -> str:
    """
    An English noun as it stands beside 1: without its last s.

    >>> singular("streak savers"), singular("glass")
    ('streak saver', 'glass')
    """
    return noun if noun.endswith("ss") else noun.removesuffix("s")


def _said(refusal: Refusal, language: Language) -> dict[str, str]:
    """The values of a refusal as text, by the names that sentences use."""
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
        noun = singular(noun)
    return f"{number} {noun}"


def _fields(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}
