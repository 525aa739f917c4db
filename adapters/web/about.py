"""
What an item page tells about a thing besides its price: who stands behind it, where it works, how many are gone.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from quanyi.adapters.web.articles import article
from quanyi.adapters.web.cards import Card
from quanyi.adapters.web.pictures import brand_name, display_of, picture_of
from quanyi.adapters.web.visit import Visit, money_text, pick
from quanyi.campaigns.language.display import Compare, Display
from quanyi.entitlements.plays.sale.view import Offer

__all__ = ["about_of"]


def about_of(card: Card, to: Visit) -> dict[str, Any]:
    """Everything that `item.html` shows of how a thing is displayed."""
    offer = card.offer
    shown = display_of(offer.item, to) if offer.kind != "bundle" else Display()
    return {
        "picture": picture_of(offer.item, to, offer.benefit, said=True) if offer.kind != "bundle" else card.emblem,
        "where": [text for text in (brand_name(offer.benefit, to), pick(shown.where, to.locale)) if text],
        "counts": _counts(card, to),
        "compare": _compare(shown.compare, offer, to),
        "video": _video(shown, to),
        "guides": [
            {"title": pick(guide.title, to.locale), "text": article(pick(guide.text, to.locale))}
            for guide in shown.guides
        ],
    }


def _counts(card: Card, to: Visit) -> list[str]:
    """
    How many are gone, by the balances that sell them; and how many this person can have, where it is any.

    What stands beside the bar already isn't said again.
    """
    offer, manner, measure = card.offer, card.manner, card.measure
    said = []
    if offer.total is not None and offer.left is not None and offer.total > offer.left:
        said.append(to.words(f"item.taken_{manner}", n=offer.total - offer.left, measure=measure))
    if offer.left and offer.state != "ended":
        said.append(to.words("item.left", n=offer.left, measure=measure))
    if card.can_try and offer.most:
        most = min(offer.most, offer.most if card.affords is None else card.affords)
        said.append(to.words(f"item.yours_{manner}", n=most, measure=measure))
    return [line for line in said if line != card.stock.text]


def _compare(compare: Compare | None, offer: Offer, to: Visit) -> dict[str, Any] | None:
    if compare is None:
        return None
    prices = (("list", compare.list_price), ("official", compare.official))
    return {
        "rows": [
            (to.words(f"item.compare_{name}"), money_text(price, offer.currency, offer.currency_scale))
            for name, price in prices
            if price
        ],
        "seen": to.words(
            "item.compare_seen",
            day=to.dates.date(date.fromisoformat(compare.seen)),
            source=pick(compare.source, to.locale),
        ),
        "link": compare.link,
    }


def _video(shown: Display, to: Visit) -> dict[str, Any] | None:
    video = shown.video
    if video is None:
        return None
    return {
        "src": video.src,
        "poster": video.poster,
        "title": pick(video.title, to.locale),
        "captions": sorted(video.captions.items()),
    }
