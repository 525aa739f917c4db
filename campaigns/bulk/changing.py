"""
Changing entries: what one change makes of a thing, or why it can't be made.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from fractions import Fraction
from typing import Any

import attrs

from quanyi.campaigns.bulk.entries import Entry
from quanyi.entitlements.amounts import Rounding, round_to
from quanyi.entitlements.time import Span

__all__ = [
    "EntryMistake",
    "delisted",
    "listed",
    "price_added",
    "price_by_percent",
    "price_set",
    "priced",
    "quota_added",
    "stocked",
    "timed",
]

_MOST = 10**12


class EntryMistake(Exception):  # noqa: N818  (of one line among many, which are told together)
    """
    Why an entry can't be changed so.

    Attributes:
        code: What is wrong: ``below-taken``, ``not-in-unit``; texts name it.
        shows: The numbers in it.
    """

    def __init__(self, code: str, **shows: Any) -> None:
        super().__init__(code)
        self.code = code
        self.shows = shows


# --- prices --------------------------------------------------------------------------------------


def priced(entry: Entry, amounts: Mapping[str, int]) -> Entry:
    """
    With *amounts* as the whole price, by unit or currency, in smallest parts.

    >>> from quanyi.entitlements.plays.sale.terms import Price
    >>> tea = Entry(campaign="c", item="tea", price=Price(units={"points": 20}), quota=9, zone="UTC", currency="CNY")
    >>> priced(tea, {"points": 30, "CNY": 100}).price
    Price(units={'points': 30}, money=100, list_price=0, steps=())
    """
    _insist_on_one_price(entry)
    if any(not 0 < amount < _MOST for amount in amounts.values()) or not amounts:
        raise EntryMistake("price-not-above-zero")
    units = {unit: amount for unit, amount in amounts.items() if unit != entry.currency}
    money = amounts.get(entry.currency, 0)
    return attrs.evolve(entry, price=attrs.evolve(entry.price, units=units, money=money))


def price_set(entry: Entry, unit: str, amount: int) -> Entry:
    """With *amount* as the part of the price that is paid in *unit*."""
    return priced(entry, {**_parts(entry, unit), unit: amount})


def price_added(entry: Entry, unit: str, amount: int) -> Entry:
    """With so much more, or less where below zero, of *unit*."""
    parts = _parts(entry, unit)
    return priced(entry, {**parts, unit: parts[unit] + amount})


def price_by_percent(entry: Entry, unit: str, percent: Fraction, step: int = 1, mode: Rounding = "half_up") -> Entry:
    """
    With the part in *unit* raised, or lowered where below zero, by a share of it, in whole steps.

    >>> from quanyi.entitlements.plays.sale.terms import Price
    >>> tea = Entry(campaign="c", item="tea", price=Price(money=990), quota=9, zone="UTC", currency="CNY")
    >>> price_by_percent(tea, "CNY", Fraction(-15), step=10).price.money  # 8.415, to a tenth
    840
    """
    parts = _parts(entry, unit)
    amount = round_to(parts[unit] * (100 + percent) / 100 / step, mode) * step
    return priced(entry, {**parts, unit: amount})


def _parts(entry: Entry, unit: str) -> dict[str, int]:
    """The price by unit; it has a part in *unit*."""
    _insist_on_one_price(entry)
    money = {entry.currency: entry.price.money} if entry.price.money else {}
    parts = {**entry.price.units, **money}
    if unit not in parts:
        raise EntryMistake("not-in-unit", unit=unit)
    return parts


def _insist_on_one_price(entry: Entry) -> None:
    if entry.price.steps:
        raise EntryMistake("price-by-quantity")


# --- quotas --------------------------------------------------------------------------------------


def stocked(entry: Entry, pieces: int, taken: int) -> Entry:
    """With a quota of *pieces* in all, of which so many are *taken* already."""
    if entry.by_window:
        raise EntryMistake("quota-by-window")
    if not 0 <= pieces < _MOST:
        raise EntryMistake("quota-below-zero")
    if pieces < taken:
        raise EntryMistake("below-taken", taken=taken, asked=pieces, missing=taken - pieces)
    return attrs.evolve(entry, quota=pieces)


def quota_added(entry: Entry, pieces: int, taken: int) -> Entry:
    """With so many pieces more, or fewer where below zero."""
    if entry.quota is None and not entry.by_window:
        raise EntryMistake("no-quota")
    return stocked(entry, (entry.quota or 0) + pieces, taken)


# --- times ---------------------------------------------------------------------------------------


def listed(entry: Entry, at: datetime | None, now: datetime) -> Entry:
    """On sale from *at* on; at once where it is None."""
    start = at or now
    if entry.ends_at is not None and entry.ends_at <= start:
        raise EntryMistake("campaign-ended", at=entry.ends_at)
    end = entry.span.end if entry.span.end is not None and entry.span.end > start else None
    return attrs.evolve(entry, span=Span(start=at, end=end))


def delisted(entry: Entry, at: datetime | None, now: datetime) -> Entry:
    """No longer on sale from *at* on; at once where it is None."""
    if entry.span.end is not None and entry.span.end <= now:
        raise EntryMistake("not-listed")
    start = entry.span.start
    if at is None:
        return attrs.evolve(entry, span=Span(start=start if start is not None and start < now else None, end=now))
    return timed(entry, start, at)


def timed(entry: Entry, start: datetime | None, end: datetime | None) -> Entry:
    """On sale from *start* to *end*."""
    if start is not None and end is not None and end <= start:
        raise EntryMistake("ends-before-start")
    return attrs.evolve(entry, span=Span(start=start, end=end))
