"""
What the world is told of a deal.
"""

from __future__ import annotations

from quanyi.entitlements.picture import Draft
from quanyi.entitlements.records import Deal

__all__ = ["told"]


def told(draft: Draft, event: str, deal: Deal, **more: object) -> None:
    """Tell the world about a deal."""
    data = {
        "deal": deal.id,
        "order": deal.order,
        "campaign": deal.campaign,
        "item": deal.item,
        "pieces": deal.pieces,
        "pay": deal.pay,
        "ended": deal.ended,
    }
    draft.emit(event, {**data, **more}, holder=deal.holder)
