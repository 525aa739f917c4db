"""
Checks of offers: two campaigns that answer the same request.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from quanyi.campaigns.language.findings import Findings
from quanyi.campaigns.language.message import Message
from quanyi.campaigns.language.places import Document
from quanyi.campaigns.project.model import Campaign
from quanyi.entitlements.clauses import Head
from quanyi.entitlements.time import zone_of

__all__ = ["check_offers"]

_SOME_TIME = datetime(2024, 1, 1, tzinfo=UTC)
_AHEAD = timedelta(days=14)


def check_offers(campaigns: Sequence[tuple[Campaign, Document]], findings: Findings) -> None:
    """Note things that two campaigns sell at once: a request that names no campaign would fit both."""
    sellers: dict[tuple[str, str], list[tuple[Head, Document]]] = {}
    for campaign, document in campaigns:
        play = campaign.play
        if not findings.whole(document.root, "campaign", "sells", "runs", "open", "zone"):
            continue
        for command, thing in campaign.kind.lint.offers(play):
            earlier = sellers.setdefault((command, thing), [])
            head = _head(campaign, thing, document, findings)
            other = next((pair for pair in earlier if _meet(pair[0], head)), None)
            earlier.append((head, document))
            if other is not None:
                _note_both(command, thing, other, document, findings)


def _head(campaign: Campaign, thing: str, document: Document, findings: Findings) -> Head:
    """What the campaign says about itself, with a run that is no longer than the thing is on sale."""
    offers = campaign.kind.offers
    if offers is None or not findings.whole(document.root, "on_sale"):
        return campaign.play.head
    return offers.head(campaign.play, thing)


def _note_both(command: str, thing: str, one: tuple[Head, Document], other: Document, findings: Findings) -> None:
    place = other.root / "sells" / thing
    message = Message("{campaign} sells {thing} at the same time", campaign=one[0].campaign, thing=thing)
    hint = Message("see {where}", where=(one[1].root / "sells" / thing).where)
    if command == "exchange":  # which names the thing alone
        findings.key_error(place, "same-offer-twice", message, hint)
    else:
        findings.warning(
            place, "same-offer-twice", message, Message("{hint}; requests must name the campaign", hint=hint)
        )


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
