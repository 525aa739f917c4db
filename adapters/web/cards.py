"""
What is on offer, as cards: every state that an offer can be in for one person, in words.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

import attrs
from flask import url_for
from markupsafe import Markup

from quanyi.adapters.web.emblem import emblem
from quanyi.adapters.web.refusals import No, WayOn, explain_no, missing_of
from quanyi.adapters.web.visit import Visit, money_text, pick
from quanyi.entitlements.plays.sale.view import Offer

__all__ = ["Card", "PriceShown", "StockShown", "card_of", "is_sale", "manner_of", "price_of"]

_FEW = 10  # percent of the pieces left, at which a card says "only"
_MOST = 99


@attrs.frozen(kw_only=True)
class PriceShown:
    """A price: counted units, money, what it costs elsewhere. Nothing is ever shown as zero."""

    units: tuple[tuple[str, str], ...] = ()
    money: str = ""
    was: str = ""

    @property
    def free(self) -> bool:
        """Whether it costs nothing."""
        return not self.units and not self.money


@attrs.frozen(kw_only=True)
class StockShown:
    """What is left, as it is: `percent` of the pieces are gone; None where there is no count."""

    text: str
    percent: int | None = None
    tone: str = "plain"


@attrs.frozen(kw_only=True)
class Card:
    """
    One offer for one person.

    Attributes:
        state: ``ready``, ``short``, ``limit``, ``barred``, ``signed_out``, or the offer's own state.
        live: Whether the button leads to having it.
        until: The instant that a countdown runs to.
        affords: How many pieces the wallet covers; None where nothing counted is asked for.
    """

    offer: Offer
    name: str
    line: str
    emblem: Markup
    href: str
    state: str
    button: str
    price: PriceShown
    stock: StockShown
    is_sale: bool
    manner: str
    flag: str = ""
    flag_tone: str = "plain"
    until: datetime | None = None
    until_label: str = ""
    why: No | None = None
    sign_in: str | None = None
    calendar: str = ""
    affords: int | None = None

    @property
    def live(self) -> bool:
        """Whether pressing the button is worth a try."""
        return self.state in {"ready", "signed_out"}

    @property
    def can_try(self) -> bool:
        """Whether there is a form to send."""
        return self.state == "ready"

    @property
    def way(self) -> WayOn | None:
        """What to do instead."""
        return self.why.way if self.why else None

    @property
    def most(self) -> int:
        """How many pieces one may ask for at once: what limits, stock and wallet leave, 1 at least."""
        bounds = [self.offer.most, self.offer.left, self.affords, _MOST]
        return max(1, min(bound for bound in bounds if bound is not None))


def card_of(offer: Offer, to: Visit) -> Card:
    """Show *offer* to the visitor."""
    state = _state(offer, to)
    name = pick(_named(offer).title, to.locale)
    until, label = _until(offer, to)
    stock = _stock(offer, to)
    return Card(
        offer=offer,
        name=name,
        line=pick(_named(offer).text, to.locale),
        emblem=emblem(offer.item, name),
        href=url_for("quanyi.item", campaign=offer.campaign, item=offer.item),
        state=state,
        button=_button(offer, state, to),
        price=price_of(offer, to),
        stock=stock,
        is_sale=is_sale(offer),
        manner=manner_of(offer),
        flag=to.words("offer.few", left=offer.left) if stock.tone == "few" else "",
        flag_tone=stock.tone,
        until=until,
        until_label=label,
        why=_why(offer, until, to),
        sign_in=to.sign_in_url() if state == "signed_out" else None,
        calendar=_calendar(offer, state),
        affords=_affords(offer, to),
    )


@attrs.frozen
class _Named:
    title: Mapping[str, str]
    text: Mapping[str, str]


def _named(offer: Offer) -> _Named:
    """A bundle goes by its own name, anything else by the thing's."""
    if offer.kind == "bundle" and offer.campaign_title:
        return _Named(offer.campaign_title, offer.campaign_text)
    return _Named(offer.title, offer.text)


def is_sale(offer: Offer) -> bool:
    """Whether it is sold by the clock, and not exchanged at leisure."""
    return offer.kind == "flash_sale"


def manner_of(offer: Offer) -> str:
    """What having it is called: bought in a ``sale``, bought for ``cash`` at leisure, or an ``exchange``."""
    if is_sale(offer):
        return "sale"
    return "cash" if offer.price.money and not any(offer.price.units.values()) else "exchange"


def price_of(offer: Offer, to: Visit, pieces: int = 1) -> PriceShown:
    """The price of some pieces."""
    price = offer.price.at(pieces)
    money = price.money * pieces
    was = price.list_price * pieces
    currency, scale = offer.currency, offer.currency_scale
    return PriceShown(
        units=tuple(to.counted(number * pieces, unit) for unit, number in price.units.items() if number),
        money=money_text(money, currency, scale) if money else "",
        was=money_text(was, currency, scale) if was > money else "",
    )


# --- states ------------------------------------------------------------------------------------

_REFUSED = {"insufficient-points": "short", "limit-reached": "limit", "out-of-stock": "sold_out"}


def _state(offer: Offer, to: Visit) -> str:
    if offer.state != "open":
        return offer.state
    if to.user is None:
        return "signed_out"
    if offer.price.money and to.host.pay is None:
        return "barred"
    return _REFUSED.get(offer.why_not.code, "barred") if offer.why_not else "ready"


def _button(offer: Offer, state: str, to: Visit) -> str:
    words = to.words
    if state in _MANNERED:
        return words(f"button.{_MANNERED[state]}_{manner_of(offer)}")
    if state == "short" and offer.why_not is not None:
        number, unit = to.counted(*missing_of(offer.why_not))
        return words("button.short", n=number, unit=unit)
    return words(_BUTTONS.get(state, "button.unavailable"))


_MANNERED = {"ready": "get", "sold_out": "sold_out", "signed_out": "sign_in"}

_BUTTONS = {
    "limit": "button.limit",
    "not_started": "button.not_started",
    "between": "button.not_started",
    "paused": "button.paused",
    "ended": "button.ended",
    "barred": "button.not_eligible",
    "short": "button.unavailable",
}


def _affords(offer: Offer, to: Visit) -> int | None:
    """How many pieces the wallet covers."""
    prices = [(to.purse(unit), number) for unit, number in offer.price.units.items() if number]
    return min((max(0, purse.balance) // number for purse, number in prices if purse), default=None)


def _why(offer: Offer, until: datetime | None, to: Visit) -> No | None:
    """Why not, in the words of this page where it knows better what people call the time."""
    if offer.state in {"not_started", "between"} and until:
        text = to.words(f"offer.starts_{manner_of(offer)}", moment=to.dates.moment(until))
        return No(title=to.words("why.title_not_open"), text=text)
    return explain_no(offer.why_not, to) if offer.why_not else None


def _until(offer: Offer, to: Visit) -> tuple[datetime | None, str]:
    """What a countdown runs to: the end of a sale that is on, or the start of one that is not."""
    if offer.state in {"not_started", "between"}:
        start = offer.next_at or offer.starts_at
        near = "on" if start and to.dates.far(start) else "in"
        return start, to.words(f"offer.starts_{near}_{manner_of(offer)}")
    if is_sale(offer) and offer.state in {"open", "sold_out"}:
        far = offer.ends_at is not None and to.dates.far(offer.ends_at)
        return offer.ends_at, to.words("offer.ends_on" if far else "offer.ends_in")
    return None, ""


def _stock(offer: Offer, to: Visit) -> StockShown:
    left, total, words = offer.left, offer.total, to.words
    if left is None:
        return StockShown(text=words("offer.plenty"))
    if left <= 0:
        return StockShown(text=words(f"offer.gone_{manner_of(offer)}"), percent=100, tone="gone")
    if not total or total < left:
        return StockShown(text=words("offer.left_only", left=left))
    tone = "few" if left * 100 <= total * _FEW and offer.state == "open" else "plain"
    percent = (total - left) * 100 // total
    return StockShown(text=words("offer.left", left=left, total=total), percent=percent, tone=tone)


def _calendar(offer: Offer, state: str) -> str:
    waits = state in {"not_started", "between"} and (offer.next_at or offer.starts_at)
    return url_for("quanyi.calendar", campaign=offer.campaign, item=offer.item) if waits else ""
