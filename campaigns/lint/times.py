"""
Times that contradict each other.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from quanyi.campaigns.documents import Place
from quanyi.campaigns.findings import Findings
from quanyi.campaigns.project import Campaign
from quanyi.entitlements.plays.sale import Sale
from quanyi.entitlements.time import zone_of

__all__ = ["check_times"]

_SOME_TIME = datetime(2024, 1, 1, tzinfo=UTC)


def check_times(campaign: Campaign, root: Place, findings: Findings) -> None:
    """Note openings outside the run, holds longer than it, and campaigns for nobody."""
    head = campaign.head
    start, end = head.runs.start, head.runs.end
    timed = findings.whole(root, "runs", "open", "zone")
    if timed and head.open and not _ever_opens(campaign):
        findings.error(root / "open", "never-open", "no opening lies in the time the campaign runs")
    shared = findings.sound(root / "rollout", root / "holdout")
    if shared and (head.rollout == 0 or head.holdout + (10_000 - head.rollout) >= 10_000):  # noqa: PLR2004  (100%)
        key = "holdout" if head.holdout else "rollout"
        findings.warning(root / key, "for-nobody", "the campaign exists for no user")
    play = campaign.play
    if not isinstance(play, Sale) or not timed or not findings.sound(root / "hold"):
        return
    if start is not None and end is not None:
        held_until = play.hold.pay_within.after(start, zone_of(head.zone))
        if held_until > end:
            message = "an unpaid deal is kept longer than the whole campaign runs"
            findings.warning(root / "hold" / "pay_within", "hold-longer-than-run", message)
    _check_late(play, root, findings)
    _check_short(play, root, findings)


def _check_short(play: Sale, root: Place, findings: Findings) -> None:
    """A rule for pieces that are gone at paying where none can be."""
    if play.short == "refuse" or not findings.whole(root, "hold", "late", "short"):
        return
    if play.hold.since == "place" and play.late.then != "accept":
        message = "pieces are held from placing on, so none are gone when the money comes"
        findings.warning(root / "short", "short-not-needed", message, "leave short out, or write hold: {from: pay}")


def _check_late(play: Sale, root: Place, findings: Findings) -> None:
    """A rule for late payments where no payment can be late."""
    if play.late.then == "refuse" or not findings.whole(root, "sells", "hold", "late"):
        return
    if not any(each.money for price in play.sells.values() for each in price.all):
        message = "nothing here is paid in money, so no payment can be late"
        findings.warning(root / "late", "late-not-needed", message, "leave late out")
    elif play.hold.overdue == "stays":
        message = "with overdue: stays a deal is never closed, so no payment is late"
        findings.warning(root / "late", "late-not-needed", message, "leave late out, or write overdue: closes")


def _ever_opens(campaign: Campaign) -> bool:
    head = campaign.head
    zone = zone_of(head.zone)
    start = head.runs.start or (head.runs.end - timedelta(days=366) if head.runs.end else _SOME_TIME)
    if any(schedule.is_open(start, zone) for schedule in head.open):
        return True
    openings = (schedule.next_opening(start, zone) for schedule in head.open)
    return any(opening is not None and (head.runs.end is None or opening < head.runs.end) for opening in openings)
