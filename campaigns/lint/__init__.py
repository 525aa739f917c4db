"""
What is well formed and still not right: found once campaigns are compiled.
"""

from __future__ import annotations

from collections.abc import Sequence

from quanyi.campaigns.compile import MallParts
from quanyi.campaigns.documents import Document
from quanyi.campaigns.findings import Findings
from quanyi.campaigns.lint.bounds import check_bounds
from quanyi.campaigns.lint.chains import check_chains
from quanyi.campaigns.lint.commands import check_commands
from quanyi.campaigns.lint.conditions import check_conditions
from quanyi.campaigns.lint.limits import check_limits, check_shared_limits
from quanyi.campaigns.lint.offers import check_offers, check_pieces
from quanyi.campaigns.lint.times import check_times
from quanyi.campaigns.lint.undoing import check_undoing
from quanyi.campaigns.project import Campaign

__all__ = ["lint"]


def lint(campaigns: Sequence[tuple[Campaign, Document]], parts: MallParts, findings: Findings) -> None:
    """Note what is wrong in each campaign by itself, and among all of them."""
    for campaign, document in campaigns:
        root = document.root
        check_bounds(campaign, root, parts.currency.id, findings)
        check_limits(campaign, root, parts.currency.id, findings)
        check_undoing(campaign, root, parts.events, findings)
        for check in (check_conditions, check_pieces, check_times):
            check(campaign, root, findings)
    check_shared_limits(campaigns, findings)
    check_offers(campaigns, findings)
    check_commands(campaigns, parts.events, findings)
    check_chains(campaigns, findings)
