"""
Saying no on a page: which rule, with its numbers, and the way on.
"""

from __future__ import annotations

import re
from datetime import datetime

import attrs

from quanyi.adapters.web.visit import Visit, Way
from quanyi.entitlements.amounts import Amount
from quanyi.entitlements.errors import CampaignFailed, Conflict, QuanyiError, Refused

__all__ = ["No", "WayOn", "explain_no", "explain_trouble", "missing_of"]

_TITLES = {
    "insufficient-points": "why.title_insufficient",
    "limit-reached": "why.title_limit",
    "out-of-stock": "why.title_stock",
    "budget-exhausted": "why.title_stock",
    "not-open": "why.title_not_open",
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


def explain_no(no: Refused, to: Visit) -> No:
    """Put a refusal into words, with the way on where there is one."""
    title = to.words(_TITLES.get(no.code, "why.title_other"))
    return No(title=title, text=_reason(no, to) or _limit(no, to) or _said(no, to), way=_way_on(no, to))


def _limit(no: Refused, to: Visit) -> str:
    """A limit by the stretch of calendar it counts in: two a month, and from when on again."""
    window, of = _window_of(no, to), str(no.shows.get("of", ""))
    if not window or no.reason != no.code or of not in ("pieces", "times") or not {"limit", "used"} <= no.shows.keys():
        return ""
    again = to.words("why.again", moment=to.dates.moment(no.next_at)) if no.next_at else ""
    code = f"why.limit_{window}_{of}"
    return to.words(code, limit=no.shows["limit"], used=no.shows["used"]) + again


def _window_of(no: Refused, to: Visit) -> str:
    """In what the limit that said no counts: a day, a week, a month, a year, or ever."""
    found = to.mall.project.campaigns.get(no.campaign or "")
    limits = found.play.at_most if found and no.code == "limit-reached" else ()
    window = next((limit.window for limit in limits if no.clause.endswith(f"/{limit.id}")), None)
    return "" if window is None or window.follows or window.start is not None else window.name


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


def explain_trouble(problem: QuanyiError, to: Visit) -> No:
    """Busy, or not known yet: the same form may be sent again; or a campaign that is broken."""
    code = _trouble(problem)
    return No(title=to.words(f"error.{code}"), text=to.words(f"error.{code}_hint"))


def missing_of(no: Refused) -> tuple[int, str]:
    """How much is short, in smallest parts, and of what; 0 where nothing is counted."""
    short = no.missing
    return (short.value, short.unit) if isinstance(short, Amount) else (0, "")


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
