"""
What is sold: pieces that don't add up, and two campaigns that answer the same request.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from quanyi.campaigns.documents import Document, Place
from quanyi.campaigns.findings import Findings
from quanyi.campaigns.project import Campaign
from quanyi.entitlements.amounts import Amount
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
    if findings.whole(root, "sells", "quota", "budget"):
        _check_budget(play, root, findings)


def _check_budget(play: Sale, root: Place, findings: Findings) -> None:
    """A budget that ends before the quota does: the last pieces are shown, and never sold."""
    off = {
        thing: max(max(each.list_price - each.money, 0) for each in price.all) for thing, price in play.sells.items()
    }
    cost = sum(pieces * off.get(thing, 0) for thing, pieces in play.quota.items())
    for limit in play.budget:
        if (
            limit.of == play.currency
            and limit.per == ("campaign",)
            and limit.window.name == "ever"
            and limit.count < cost
        ):
            money = [str(Amount(value, limit.of, play.currency_scale)) for value in (cost, limit.count)]
            message = f"all pieces together cost the mall {money[0]}, and the budget ends at {money[1]}"
            findings.warning(root / "quota", "quota-above-budget", message, "raise the budget, or lower the quota")
            return


def check_offers(campaigns: Sequence[tuple[Campaign, Document]], findings: Findings) -> None:
    """Note things that two campaigns sell at once: a request that names no campaign would fit both."""
    sellers: dict[tuple[str, bool], list[tuple[Sale, Document]]] = {}
    for campaign, document in campaigns:
        play = campaign.play
        if not findings.whole(document.root, "campaign", "sells", "runs", "open", "zone"):
            continue
        for thing in sorted(play.sells) if isinstance(play, Sale) else ():
            assert isinstance(play, Sale)
            earlier = sellers.setdefault((thing, play.preset == "points_exchange"), [])
            other = next((pair for pair in earlier if _meet(pair[0].head, play.head)), None)
            earlier.append((play, document))
            if other is not None:
                _note_both(thing, other, (play, document), findings)


def _note_both(thing: str, one: tuple[Sale, Document], other: tuple[Sale, Document], findings: Findings) -> None:
    place = other[1].root / "sells" / thing
    message = f"{one[0].head.campaign} sells {thing} at the same time"
    hint = f"see {(one[1].root / 'sells' / thing).where}"
    if other[0].preset == "points_exchange":
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
