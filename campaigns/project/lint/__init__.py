"""
Lint: finds what is well formed and still not right, once campaigns are compiled.
"""

from __future__ import annotations

from collections.abc import Sequence

from quanyi.campaigns.language.findings import Findings
from quanyi.campaigns.language.places import Document
from quanyi.campaigns.project.compile import MallParts
from quanyi.campaigns.project.lint.bounds import check_bounds
from quanyi.campaigns.project.lint.chains import check_chains
from quanyi.campaigns.project.lint.commands import check_commands
from quanyi.campaigns.project.lint.conditions import check_conditions
from quanyi.campaigns.project.lint.limits import check_limits, check_shared_limits
from quanyi.campaigns.project.lint.offers import check_offers
from quanyi.campaigns.project.lint.times import check_times
from quanyi.campaigns.project.lint.undoing import check_undoing
from quanyi.campaigns.project.model import Campaign

__all__ = ["lint", "lint_alone", "lint_together"]

_Compiled = tuple[Campaign, Document]


def lint(campaigns: Sequence[_Compiled], parts: MallParts, findings: Findings) -> None:
    """Note what is wrong in each campaign by itself, and between campaigns."""
    for campaign, document in campaigns:
        lint_alone(campaign, document, parts, findings)
    lint_together(campaigns, parts, findings)


def lint_alone(campaign: Campaign, document: Document, parts: MallParts, findings: Findings) -> None:
    """Note what is wrong in a campaign by itself."""
    root = document.root
    check_bounds(campaign, root, parts.currency.id, findings)
    check_limits(campaign, root, parts.currency.id, findings)
    check_undoing(campaign, root, parts.events, findings)
    check_conditions(campaign, root, findings)
    campaign.kind.lint.check(campaign.play, root, findings)
    check_times(campaign, root, findings)


def lint_together(campaigns: Sequence[_Compiled], parts: MallParts, findings: Findings) -> None:
    """Note what is wrong between campaigns."""
    check_shared_limits(campaigns, findings)
    check_offers(campaigns, findings)
    check_commands(campaigns, parts.events, findings)
    check_chains(campaigns, findings)
