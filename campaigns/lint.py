"""
What is well formed and still not right: found once a campaign is compiled.
"""

from __future__ import annotations

from collections.abc import Sequence

from quanyi.campaigns.documents import Document
from quanyi.campaigns.findings import Findings
from quanyi.campaigns.project import Campaign

__all__ = ["lint"]


def lint(campaigns: Sequence[tuple[Campaign, Document]], findings: Findings) -> None:
    """Note what is wrong in each campaign by itself, and among all of them."""
