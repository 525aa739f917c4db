"""
Checks for times that contradict each other.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from quanyi.campaigns.language.findings import Findings
from quanyi.campaigns.language.places import Place
from quanyi.campaigns.project.model import Campaign
from quanyi.entitlements.time import zone_of

__all__ = ["check_times"]

_SOME_TIME = datetime(2024, 1, 1, tzinfo=UTC)


def check_times(campaign: Campaign, root: Place, findings: Findings) -> None:
    """Note openings outside the run, and campaigns that exist for nobody."""
    head = campaign.head
    timed = findings.whole(root, "runs", "open", "zone")
    if timed and head.open and not _ever_opens(campaign):
        findings.error(root / "open", "never-open", "no opening lies in the time the campaign runs")
    shared = findings.sound(root / "rollout", root / "holdout")
    if shared and (head.rollout == 0 or head.holdout + (10_000 - head.rollout) >= 10_000):  # noqa: PLR2004  (100%)
        key = "holdout" if head.holdout else "rollout"
        findings.warning(root / key, "for-nobody", "the campaign exists for no user")


def _ever_opens(campaign: Campaign) -> bool:
    head = campaign.head
    zone = zone_of(head.zone)
    start = head.runs.start or (head.runs.end - timedelta(days=366) if head.runs.end else _SOME_TIME)
    if any(schedule.is_open(start, zone) for schedule in head.open):
        return True
    openings = (schedule.next_opening(start, zone) for schedule in head.open)
    return any(opening is not None and (head.runs.end is None or opening < head.runs.end) for opening in openings)
