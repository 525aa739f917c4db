"""
What is taken back, and what stands in for what is gone.
"""

from __future__ import annotations

from quanyi.campaigns.documents import Place
from quanyi.campaigns.findings import Findings
from quanyi.campaigns.project import Campaign
from quanyi.entitlements.plays.reward import Reward

__all__ = ["check_undoing"]


def check_undoing(campaign: Campaign, root: Place, findings: Findings) -> None:
    """Note debts that the unit doesn't allow, and gifts that can never be needed."""
    play = campaign.play
    if not isinstance(play, Reward):
        return
    for n, undo in enumerate(play.if_undone):
        place = root / "if_undone"
        place = place if isinstance(place.data, dict) else place / n
        tight = [unit.id for unit in play.units.values() if not unit.debt]
        if undo.take == "debt" and tight:
            message = f"{', '.join(tight)} may not go below zero"
            hint = f"write debt: allowed at {tight[0]} in mall.yaml, or take: left"
            findings.error(place / "take", "debt-not-allowed", message, hint)
    if play.instead and not any(gift.benefit is not None and gift.benefit.counted for gift in play.give):
        message = "nothing that is given can run out"
        findings.warning(root / "instead", "instead-not-needed", message)
