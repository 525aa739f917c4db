"""
Flash sales as sessions: what starts and ends together stands together.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime

import attrs

from quanyi.adapters.web.cards import Card, card_of
from quanyi.adapters.web.manners import is_sale
from quanyi.adapters.web.visit import Visit
from quanyi.entitlements.plays.sale.view import Offer

__all__ = ["Session", "sessions_of"]

_TABS = {
    "open": "now",
    "sold_out": "now",
    "paused": "now",
    "not_started": "soon",
    "between": "soon",
    "ended": "past",
}
_FAR = datetime.max.replace(tzinfo=UTC)
_GONE = {"held", "later", "sold_out"}
"""States in which nothing is to be had just now."""


@attrs.frozen(kw_only=True)
class Session:
    """What one campaign sells in its present or next opening."""

    title: str
    line: str
    cards: tuple[Card, ...]
    open: bool
    until: datetime | None
    until_label: str
    calendar: str = ""

    def first(self, count: int) -> Session:
        """The same with fewer cards."""
        return attrs.evolve(self, cards=self.cards[:count])


def sessions_of(offers: Iterable[Offer], tab: str, to: Visit) -> list[Session]:
    """The sessions of one tab, what comes soonest first."""
    by_campaign: dict[str, list[Offer]] = {}
    for offer in offers:
        if is_sale(offer) and _TABS[offer.state] == tab:
            by_campaign.setdefault(offer.campaign, []).append(offer)
    sessions = [_session(found, tab, to) for found in by_campaign.values()]
    ordered = sorted(sessions, key=lambda session: session.until or _FAR)
    return ordered[::-1] if tab == "past" else ordered


def _session(offers: list[Offer], tab: str, to: Visit) -> Session:
    cards = sorted((card_of(offer, to) for offer in offers), key=lambda card: card.state in _GONE)
    first = cards[0]
    return Session(
        title=_title(first, to),
        line=_line(first.offer, tab, to),
        cards=tuple(cards),
        open=tab == "now",
        until=first.until,
        until_label=first.until_label,
        calendar=first.calendar,
    )


def _title(card: Card, to: Visit) -> str:
    return to.campaign_title(card.offer.campaign) or card.name


def _line(offer: Offer, tab: str, to: Visit) -> str:
    at = {"soon": offer.next_at or offer.starts_at}.get(tab, offer.ends_at)
    if at is None:
        return ""
    if tab == "past":
        return to.words("sale.ended_on", day=to.dates.last_day(at))
    return to.words("offer.starts_sale" if tab == "soon" else "offer.ends", moment=to.dates.moment(at))
