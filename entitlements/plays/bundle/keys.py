"""
The name under which one part of a bought bundle is kept.
"""

from __future__ import annotations

from quanyi.entitlements.records import PackPart, RecordKey

__all__ = ["part_key"]


def part_key(deal: str, name: str) -> RecordKey:
    """The record of one part of a deal."""
    return RecordKey(kind=PackPart.kind, parts=(deal, name))
