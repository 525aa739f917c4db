"""
How offers are shown of everything that is sold.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from quanyi.campaigns.kinds.view import Offers, Said
from quanyi.entitlements.benefits import Goods
from quanyi.entitlements.plays.sale import Sale
from quanyi.entitlements.plays.sale.view import limit_needs, most_pieces, offer_needs, offer_view, pieces_left

__all__ = ["OFFERS"]


def _things(play: Sale) -> Iterable[str]:
    return play.sells


def _asks(play: Sale, item: str) -> tuple[str, Mapping[str, Any]]:
    type_, name = ("exchange", "offer") if play.preset == "points_exchange" else ("order.place", "item")
    return type_, {name: item, "qty": 1, "order": ""}


def _said(play: Sale, item: str, goods: Goods | None) -> Said:
    """A thing goes by its own name; a bundle, and what has no name, by the campaign's."""
    head, benefit = play.head, play.benefits.get(item)
    named = head if play.preset == "bundle" and head.title else benefit or goods or head
    return Said(
        title=named.title,
        text=named.text,
        shelf=head.title,
        category=benefit.category if benefit else "",
        platform=benefit.platform if benefit else "",
        form=benefit.form if benefit else "",
        price=play.sells[item],
    )


def _terms(play: Sale) -> Sale:
    """A sale is its own terms."""
    return play


OFFERS = Offers(
    things=_things,
    needs=offer_needs,
    show=offer_view,
    asks=_asks,
    room_needs=limit_needs,
    room=most_pieces,
    said=_said,
    left=pieces_left,
    head=Sale.head_of,
    terms=_terms,
)
