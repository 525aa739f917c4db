"""
What the mall does and says no to without a campaign.
"""

from __future__ import annotations

from collections.abc import Iterator

from quanyi.campaigns.project.model import Project

__all__ = ["own_types", "own_words"]


def own_types(project: Project) -> Iterator[str]:
    """The types of input that the mall itself says yes to."""
    yield from ("entitlement.redeem", "wallet.adjust")
    if _has_pools(project):
        yield from ("codes.import", "entitlement.reveal")
    yield from ["stock.load"] if _is_stocked(project) else []
    yield from ["lot.ends"] if any(unit.lots.lasts is not None for unit in project.units.values()) else []


def own_words(project: Project) -> Iterator[tuple[str, str]]:
    """The noes that the mall itself says, each with the type of input that meets it."""
    yield from (("entitlement.redeem", word) for word in ("already-used", "expired", "unknown", "withdrawn"))
    if _has_pools(project):
        yield from (("entitlement.reveal", word) for word in ("unknown", "withdrawn"))
    yield ("wallet.adjust", "insufficient-points")
    yield from [("stock.load", "still-placed")] if _is_stocked(project) else []


def _has_pools(project: Project) -> bool:
    return any(benefit.pool for benefit in project.benefits.values())


def _is_stocked(project: Project) -> bool:
    """Whether an operator counts pieces of anything."""
    return any(benefit.counted and not benefit.pool for benefit in project.benefits.values())
