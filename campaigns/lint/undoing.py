"""
What is taken back, and what stands in for what is gone.
"""

from __future__ import annotations

from collections.abc import Mapping

from quanyi.campaigns.documents import Place
from quanyi.campaigns.events import EventType
from quanyi.campaigns.findings import Findings
from quanyi.campaigns.project import Campaign
from quanyi.entitlements.plays.referral import Referral
from quanyi.entitlements.plays.reward import Reward
from quanyi.entitlements.plays.streak import Streak
from quanyi.entitlements.plays.task import Task

__all__ = ["check_undoing"]


def check_undoing(campaign: Campaign, root: Place, events: Mapping[str, EventType], findings: Findings) -> None:
    """Note promises that nothing calls off, debts that the unit doesn't allow, and gifts that can never be needed."""
    play = campaign.play
    if isinstance(play, Reward | Streak | Task):
        _check_debts(play, root, findings)
    if isinstance(play, Referral):
        for n, rule in enumerate(play.rules):
            _check_debts(rule.reward, root / "rewards" / n, findings)
            _check_promise(rule.reward, root / "rewards" / n, events, findings)
    if not isinstance(play, Reward):
        return
    _check_promise(play, root, events, findings)
    if (
        findings.whole(root, "give", "instead")
        and play.instead
        and not any(gift.benefit is not None and gift.benefit.counted for gift in play.give)
    ):
        message = "nothing that is given can run out"
        findings.warning(root / "instead", "instead-not-needed", message)


def _check_debts(play: Reward | Streak | Task, root: Place, findings: Findings) -> None:
    """Debts that a unit does not allow."""
    for n, undo in enumerate(play.if_undone):
        place = root / "if_undone"
        place = place if isinstance(place.data, dict) else place / n
        tight = [unit.id for unit in play.units.values() if not unit.debt]
        if undo.take == "debt" and tight:
            message = f"{', '.join(tight)} may not go below zero"
            hint = f"write debt: allowed at {tight[0]} in mall.yaml, or take: left"
            findings.error(place / "take", "debt-not-allowed", message, hint)


def _check_promise(play: Reward, root: Place, events: Mapping[str, EventType], findings: Findings) -> None:
    """A promise waits for something; where the mall knows what could undo its cause, nobody listens to it."""
    promised = play.after is not None and play.unless is None and not play.if_undone
    if not promised or not findings.whole(root, "when", "after", "unless", "if_undone"):
        return
    causes = [events[name] for name in play.when if name in events]
    for other in (event for event in events.values() if not event.inner):
        shared = [name for event in causes for name in event.source if name in other.source and other not in causes]
        if shared:
            hint = f"write unless: {{event: {other.id}, same: {shared[0]}}}"
            findings.warning(root / "after", "after-without-unless", "nothing calls this promise off", hint)
            return
