"""
Checks that what a campaign gives has a bound.

Something given below its price needs a finite limit on the path: places per user or in all, a
budget, a quota or a stock. Where the amount itself depends on the event, counting the times is not
enough: the amount needs a limit too. A gift in place of one that is out of stock is
given as often as the event comes, so it needs a bound of its own.
"""

from __future__ import annotations

from quanyi.campaigns.language.findings import Findings
from quanyi.campaigns.language.places import Place
from quanyi.campaigns.project.model import Campaign

__all__ = ["check_bounds"]


def check_bounds(campaign: Campaign, root: Place, currency: str, findings: Findings) -> None:
    """Note what has no bound, unless the file accepts that with a reason."""
    own = Findings()
    campaign.kind.lint.bounds(campaign.play, root, currency, own, findings)
    if not findings.whole(root, "at_most", "at_payout", "budget", "quota", "exposure"):
        return  # what bounds it may be what is misspelt
    if not campaign.accepted:
        findings.items.extend(own.items)
    elif not own.items and findings.sound(root / "give", root / "sells"):
        message = "everything here is bounded; there is nothing to accept"
        findings.warning(root / "exposure", "exposure-not-needed", message)
