"""
What is sold: pieces that don't add up, and two campaigns that answer the same request.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import combinations

from quanyi.campaigns.documents import Document, Place
from quanyi.campaigns.findings import Findings
from quanyi.campaigns.project import Campaign
from quanyi.entitlements.clauses import Head
from quanyi.entitlements.plays.sale import Sale
from quanyi.entitlements.time import zone_of

__all__ = ["check_offers", "check_pieces"]

_SOME_TIME = datetime(2024, 1, 1, tzinfo=UTC)
_AHEAD = timedelta(days=14)


def check_pieces(campaign: Campaign, root: Place, findings: Findings) -> None:
    """Note quotas that stock or splits contradict."""
    play = campaign.play
    if not isinstance(play, Sale):
        return
    for thing, pieces in play.quota.items():
        place = root / "quota" / thing
        benefit = play.benefits.get(thing)
        if benefit is not None and benefit.stock is not None and benefit.stock < pieces:
            message = f"the mall has only {benefit.stock} of {thing} in stock"
            findings.warning(place, "quota-above-stock", message)
        if 0 < pieces < play.splits:
            message = f"{pieces} pieces in {play.splits} balances leave some of them empty"
            findings.warning(root / "splits", "splits-above-quota", message)


def check_offers(campaigns: Sequence[tuple[Campaign, Document]], findings: Findings) -> None:
    """Note things that two campaigns sell at once: a request that names no campaign would fit both."""
    sales = [(campaign.play, document) for campaign, document in campaigns if isinstance(campaign.play, Sale)]
    for (one, first), (other, second) in combinations(sales, 2):
        both = sorted(one.sells.keys() & other.sells.keys())
        exchange = one.preset == "points_exchange"
        if not both or exchange != (other.preset == "points_exchange") or not _meet(one.head, other.head):
            continue
        place = second.root / "sells" / both[0]
        message = f"{one.head.campaign} sells {both[0]} at the same time"
        hint = f"see {(first.root / 'sells' / both[0]).where}"
        if exchange:
            findings.key_error(place, "same-offer-twice", message, hint)
        else:
            findings.warning(place, "same-offer-twice", message, f"{hint}; requests must name the campaign")


def _meet(one: Head, other: Head) -> bool:
    """Whether two campaigns ever take requests at the same instant."""
    starts_before = one.runs.start is None or other.runs.end is None or one.runs.start < other.runs.end
    ends_after = one.runs.end is None or other.runs.start is None or other.runs.start < one.runs.end
    if not (starts_before and ends_after):
        return False
    return not one.open or not other.open or _opens_during(one, other) or _opens_during(other, one)


def _opens_during(one: Head, other: Head) -> bool:
    """Whether an opening of *one* begins while *other* is open, looking two weeks ahead."""
    first = max(head.runs.start or _SOME_TIME for head in (one, other))
    for schedule in one.open:
        at: datetime | None = first
        while at is not None and at < first + _AHEAD:
            here = at
            if schedule.is_open(here, zone_of(one.zone)) and any(
                s.is_open(here, zone_of(other.zone)) for s in other.open
            ):
                return True
            at = schedule.next_opening(here, zone_of(one.zone))
    return False
