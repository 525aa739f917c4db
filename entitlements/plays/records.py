"""
Every kind of record that a store knows from the start: those that all plays share, and each play's own.
"""

from __future__ import annotations

from quanyi.entitlements.plays.bundle import records as of_bundles
from quanyi.entitlements.plays.referral import records as of_referrals
from quanyi.entitlements.plays.streak import records as of_streaks
from quanyi.entitlements.plays.task import records as of_tasks
from quanyi.entitlements.records import RECORDS, Record

__all__ = ["BUILTIN_RECORDS"]

BUILTIN_RECORDS: tuple[type[Record], ...] = tuple(
    sorted(
        (*RECORDS, *of_bundles.RECORDS, *of_referrals.RECORDS, *of_streaks.RECORDS, *of_tasks.RECORDS),
        key=lambda kind: kind.__name__,
    )
)
"""In the order of their names; a host's own plays add theirs."""
