"""
How offers are shown of everything that is sold.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from quanyi.campaigns.kinds.view import Offers
from quanyi.entitlements.plays.sale import Sale
from quanyi.entitlements.plays.sale.view import limit_needs, most_pieces, offer_needs, offer_view

__all__ = ["OFFERS"]


def _things(play: Sale) -> Iterable[str]:
    return play.sells


def _asks(play: Sale, item: str) -> tuple[str, Mapping[str, Any]]:
    type_, name = ("exchange", "offer") if play.preset == "points_exchange" else ("order.place", "item")
    return type_, {name: item, "qty": 1, "order": ""}


OFFERS = Offers(
    things=_things, needs=offer_needs, show=offer_view, asks=_asks, room_needs=limit_needs, room=most_pieces
)
