"""
Saying what a thing costs, how many there are and when it is on sale; and why a line can't be done.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from quanyi.adapters.bulk_editing import BulkLine
from quanyi.adapters.console.visit import Console
from quanyi.adapters.web.visit import money_text, number_text
from quanyi.campaigns.bulk.entries import Entry
from quanyi.entitlements.amounts import Amount
from quanyi.entitlements.plays.sale.terms import Price

__all__ = ["mistake_text", "price_raw", "price_text", "quota_text", "span_text", "times"]


def price_text(entry: Entry | None, to: Console) -> str:
    """What a piece costs, as people say it."""
    if entry is None:
        return ""
    said = _one_price(entry.price, entry, to)
    return to.words("catalogue.by_quantity", price=said) if entry.price.steps else said


def _one_price(price: Price, entry: Entry, to: Console) -> str:
    scale = to.mall.project.scale_of(entry.currency)
    parts = [" ".join(to.counted(amount, unit)) for unit, amount in price.units.items()]
    parts += [money_text(price.money, entry.currency, scale)] if price.money else []
    return " + ".join(parts) or to.words("catalogue.free")


def price_raw(entry: Entry | None, to: Console) -> str:
    """What a piece costs, as a list that is uploaded says it."""
    if entry is None:
        return ""
    scale_of = to.mall.project.scale_of
    parts = [f"{Amount(amount, unit, scale_of(unit))} {unit}" for unit, amount in entry.price.units.items()]
    parts += [str(Amount(entry.price.money, entry.currency, scale_of(entry.currency)))] if entry.price.money else []
    return " + ".join(parts)


def quota_text(entry: Entry, to: Console) -> str:
    """How many pieces the campaign has."""
    return to.words("catalogue.unlimited") if entry.quota is None else number_text(entry.quota)


def times(entry: Entry | None) -> tuple[datetime | None, datetime | None]:
    """From when to when it is on sale; None where it says nothing of its own."""
    return (None, None) if entry is None else (entry.span.start, entry.span.end)


def span_text(entry: Entry, to: Console) -> str:
    """From when to when it is on sale, in words."""
    starts, ends = (None if at is None else to.dates.moment_alone(at) for at in times(entry))
    if starts and ends:
        return to.words("catalogue.from_until", starts=starts, ends=ends)
    if starts or ends:
        return to.words("catalogue.from_on" if starts else "catalogue.until_then", at=starts or ends)
    return to.words("catalogue.whole_run")


def mistake_text(line: BulkLine, to: Console) -> str:
    """Why a line can't be done, with the numbers in it."""
    if line.mistake is None:
        return ""
    shows: dict[str, Any] = dict(line.mistake.shows)
    if "unit" in shows:
        shows["unit"] = (
            to.unit_name(shows["unit"]) if shows["unit"] in to.mall.project.units else to.words("catalogue.money")
        )
    shows = {
        name: to.dates.moment(value) if isinstance(value, datetime) else _said(value) for name, value in shows.items()
    }
    return to.words(f"catalogue.no_{line.mistake.code}", **shows)


def _said(value: Any) -> str:
    return number_text(value) if isinstance(value, int) else str(value)
