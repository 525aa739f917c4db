"""
What is left of a thing on offer, in words that are the same on its card, on its page and where an order is refused.
"""

from __future__ import annotations

from typing import Literal

import attrs

from quanyi.adapters.web.limits import measure_of
from quanyi.adapters.web.manners import manner_of
from quanyi.adapters.web.visit import Visit
from quanyi.entitlements.plays.sale.view import Offer

__all__ = ["GoneAs", "StockShown", "gone_as", "gone_name", "gone_text", "gone_title", "stock_shown"]

_FEW = 10  # percent of the pieces left, at which a card says "only"

_STRETCHES = ("day", "month", "session", "week", "year")

GoneAs = Literal["", "held", "later", "sold_out"]


@attrs.frozen(kw_only=True)
class StockShown:
    """What is left, as it is: `percent` of the pieces are gone; None where there is no count. The text may be empty."""

    text: str
    percent: int | None = None
    tone: str = "plain"


def gone_as(offer: Offer) -> GoneAs:
    """
    Whether all pieces are gone, and for how long.

    ``held``: others have not paid yet, so that some may come back; ``later``: there are more in the next session, day,
    week, month or year; ``sold_out``: for good. Empty where some are left, and for what has ended or is paused.
    """
    if offer.state == "sold_out":
        return "held" if offer.held else "later" if offer.next_at else "sold_out"
    return "sold_out" if offer.state in {"between", "not_started"} and offer.left == 0 else ""


def gone_name(offer: Offer, to: Visit) -> str:
    """What a button says in its place: sold out, sold out today, sold out for now, none free right now."""
    gone = gone_as(offer)
    if gone == "held":
        return to.words("button.held")
    said = to.words(f"offer.gone_{manner_of(offer)}")
    return to.words(f"offer.gone_in_{_stretch(offer)}", gone=said) if gone == "later" else said


def gone_title(offer: Offer, to: Visit) -> str:
    """The same as the title of a notice."""
    return to.words("why.held_title") if gone_as(offer) == "held" else gone_name(offer, to)


def gone_text(offer: Offer, to: Visit) -> str:
    """When there may be some again; empty for what is gone for good."""
    gone = gone_as(offer)
    if gone == "held":
        minutes = -(-_seconds_back(offer, to) // 60)
        return to.words("why.held", n=offer.held, minutes=minutes, measure=measure_of(offer))
    if gone != "later" or offer.next_at is None:
        return ""
    if _stretch(offer) == "session":
        return to.words("why.next_session", moment=to.dates.moment(offer.next_at))
    return to.words("why.more", moment=to.dates.start(offer.next_at))


def stock_shown(offer: Offer, to: Visit) -> StockShown:
    """What stands beside the bar; nothing is said to be left of what has ended."""
    left, total, words, measure = offer.left, offer.total, to.words, measure_of(offer)
    over = offer.state == "ended"
    if left is None:
        return StockShown(text="" if over else words("offer.plenty"))
    if left <= 0:
        text = words("offer.held", n=offer.held, measure=measure) if gone_as(offer) == "held" else gone_name(offer, to)
        return StockShown(text=text, percent=100, tone="gone")
    remains = "" if over else words("offer.left_only", left=left, measure=measure)
    if not total or total < left:
        return StockShown(text=remains)
    tone = "few" if left * 100 <= total * _FEW and offer.state == "open" else "plain"
    percent = (total - left) * 100 // total
    said = words(f"offer.taken_{manner_of(offer)}", percent=percent) if percent else remains
    return StockShown(text=said, percent=percent, tone=tone)


def _seconds_back(offer: Offer, to: Visit) -> int:
    """In how many seconds what is held is back, if it is not paid: by the end of the opening, or it would not be told."""
    left = None if offer.ends_at is None else max(1, int((offer.ends_at - to.now).total_seconds()))
    return offer.hold_seconds if left is None else min(offer.hold_seconds, left)


def _stretch(offer: Offer) -> str:
    """Which stretch of time has no more pieces, as texts call it; ``some`` for one that they have no word for."""
    return offer.gone_in if offer.gone_in in _STRETCHES else "some"
