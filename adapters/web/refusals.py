"""
Saying no on a page: which rule, with its numbers, and the way on.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime

import attrs

from quanyi.adapters.web.limits import limit_of, limit_text, measure_of
from quanyi.adapters.web.manners import manner_of
from quanyi.adapters.web.stock import gone_as, gone_text, gone_title
from quanyi.adapters.web.visit import Visit, Way
from quanyi.entitlements.amounts import Amount
from quanyi.entitlements.errors import CampaignFailed, Conflict, QuanyiError, Refused
from quanyi.entitlements.plays.sale.view import Offer
from quanyi.entitlements.records import Deal

__all__ = ["No", "WayOn", "explain_no", "explain_trouble", "missing_of", "sold_out"]

_TITLES = {
    "budget-exhausted": "why.title_budget",
    "ended": "why.title_ended",
    "limit-reached": "why.title_limit",
    "not-eligible": "why.title_not_eligible",
    "not-open": "why.title_not_open",
    "out-of-stock": "why.title_stock",
    "paused": "why.title_paused",
}


_ON_A_NEAR_DAY = re.compile(r"\bon (?=(?:today|tomorrow|yesterday)\b)")
"""Dates take a preposition in English that today does not."""


@attrs.frozen(kw_only=True)
class WayOn:
    """What a person can do about a no: a link, with a word for a button."""

    text: str
    url: str
    label: str


@attrs.frozen(kw_only=True)
class No:
    """A refusal as a person reads it."""

    title: str
    text: str
    way: WayOn | None = None


def explain_no(no: Refused, to: Visit, offer: Offer | None = None, deals: Iterable[Deal] = ()) -> No:
    """
    Put a refusal into words, with the way on where there is one.

    Args:
        offer: What was asked for, if it was a thing on offer, as it stands after the refusal.
        deals: The visitor's deals, for limits over several things.
    """
    if no.code == no.reason == "out-of-stock" and offer is not None and (told := _none_left(no, to, offer)):
        return told
    text = _reason(no, to) or limit_text(no, to, offer, deals) or _short(no, to) or _said(no, to)
    return No(title=_title(no, to, offer), text=text, way=_way_on(no, to))


def _none_left(no: Refused, to: Visit, offer: Offer) -> No | None:
    """What the offer's own page says of it now: gone, for good or for how long, or fewer than were asked for."""
    if gone_as(offer):
        return sold_out(offer, to) or No(title=gone_title(offer, to), text=to.words("why.gone"))
    left, asked = no.shows.get("left"), no.shows.get("asked")
    if not left or not asked:
        return None
    text = to.words("why.few", left=left, asked=asked, measure=measure_of(offer))
    return No(title=to.words("why.title_few"), text=text)


def sold_out(offer: Offer, to: Visit) -> No | None:
    """When there may be some again: in the next session or day, or once those who hold it do not pay. None if never."""
    text = gone_text(offer, to)
    return No(title=gone_title(offer, to), text=text) if text else None


def explain_trouble(problem: QuanyiError, to: Visit) -> No:
    """Busy, or not known yet: the same form may be sent again; or a campaign that is broken."""
    code = _trouble(problem)
    return No(title=to.words(f"error.{code}"), text=to.words(f"error.{code}_hint"))


def missing_of(no: Refused) -> tuple[int, str]:
    """How much is short, in smallest parts, and of what; 0 where nothing is counted."""
    short = no.missing
    return (short.value, short.unit) if isinstance(short, Amount) else (0, "")


def _title(no: Refused, to: Visit, offer: Offer | None) -> str:
    if no.code == "insufficient-points" and missing_of(no)[1]:
        return to.words("why.title_insufficient", unit=to.unit_name(missing_of(no)[1]))
    limit = limit_of(no, to)
    if limit is not None and limit.per == ("campaign",):
        return to.words("why.title_full")
    if limit is not None and offer is not None and manner_of(offer) != "exchange":
        return to.words(f"why.title_limit_{manner_of(offer)}")
    if no.code == "out-of-stock" and offer is not None:
        return to.words(f"offer.gone_{manner_of(offer)}")
    return to.words(_TITLES.get(no.reason) or _TITLES.get(no.code, "why.title_other"))


def _short(no: Refused, to: Visit) -> str:
    """What is short of a unit, in the unit's own words; what is owed comes first."""
    said = {name: no.shows.get(name) for name in ("missing", "needed", "available")}
    amounts = {name: value for name, value in said.items() if isinstance(value, Amount)}
    if no.code != "insufficient-points" or len(amounts) < len(said):
        return ""
    unit = amounts["needed"].unit
    purse = to.purse(unit)
    needed = to.amount(amounts["needed"].value, unit)
    if purse is not None and purse.owed:
        return to.words("why.short_owed", owed=to.amount(purse.owed, unit), needed=needed)
    return to.words("why.short", **{name: to.amount(value.value, unit) for name, value in amounts.items()})


def _said(no: Refused, to: Visit) -> str:
    """The library's sentence, with its dates as this page says dates: today at 20:00."""
    times = {**no.shows, **({"next_at": no.next_at} if no.next_at else {})}
    shows = {name: to.dates.moment(v) if isinstance(v, datetime) else v for name, v in times.items()}
    said = type(no)(reason=no.reason, shows=shows, zone=no.zone).message(to.locale)
    return _ON_A_NEAR_DAY.sub("", said)


def _reason(no: Refused, to: Visit) -> str:
    """The host's own sentence for the reason that a campaign gives, if it has one."""
    code = f"reason.{no.reason}"
    return to.words(code, **no.shows) if code in to.words else ""


def _trouble(problem: QuanyiError) -> str:
    if isinstance(problem, CampaignFailed):
        return "broken"
    return "conflict" if isinstance(problem, Conflict) else "unknown"


def _way_on(no: Refused, to: Visit) -> WayOn | None:
    """The quickest way to earn what is missing."""
    way = _quickest(no, to)
    if way is None or no.code != "insufficient-points" or missing_of(no)[1] != _main_unit(to):
        return None
    number, unit = to.counted(way.points, _main_unit(to))
    text = to.words("why.earn_way", way=way.title, n=number, unit=unit)
    return WayOn(text=text, url=way.url, label=way.action)


def _quickest(no: Refused, to: Visit) -> Way | None:
    """One way that earns enough by itself, the smallest such; else the one that earns most."""
    missing, _ = missing_of(no)
    open_ways = [way for way in to.ways if not way.done]
    enough = [way for way in open_ways if way.points >= missing]
    return min(enough, key=lambda way: way.points) if enough else max(open_ways, key=lambda w: w.points, default=None)


def _main_unit(to: Visit) -> str:
    purse = to.purse()
    return purse.unit if purse else ""
