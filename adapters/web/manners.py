"""
Which words pages use for getting a thing: those of an exchange, of a purchase, or of a flash sale.
"""

from __future__ import annotations

from quanyi.entitlements.plays.sale.view import Offer

__all__ = ["SALES", "is_sale", "manner_of"]

SALES = "flash_sale"
"""The kind of campaigns whose things have pages by sessions."""


def is_sale(offer: Offer) -> bool:
    """Whether a flash sale sells it."""
    return offer.kind == SALES


def manner_of(offer: Offer) -> str:
    """The ending of the texts to use: ``sale`` for a flash sale, ``cash`` for what costs money alone, else ``exchange``."""
    if is_sale(offer):
        return "sale"
    return "cash" if offer.price.money and not any(offer.price.units.values()) else "exchange"
