"""
What is on offer, as cards: every state that an offer can be in for one person, in words.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

import attrs
from flask import url_for
from markupsafe import Markup

from quanyi.adapters.web.emblem import emblem
from quanyi.adapters.web.limits import measure_of
from quanyi.adapters.web.manners import is_sale, manner_of
from quanyi.adapters.web.pictures import brand_name, picture_of
from quanyi.adapters.web.refusals import No, WayOn, explain_no, missing_of, sold_out
from quanyi.adapters.web.stock import StockShown, gone_as, gone_name, stock_shown
from quanyi.adapters.web.visit import Visit, money_text, pick
from quanyi.entitlements.plays.sale.view import Offer
from quanyi.entitlements.records import Deal

__all__ = ["Card", "PriceShown", "Remind", "can_be_waited_for", "card_of", "price_of"]

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
class Remind:
    """
    The form by which a reminder is set, or taken back.

    Attributes:
        waits: Whether it is set.
        button: What the form's button says.
        hint: What a reminder does, or how it stands.
    """

    url: str
    waits: bool
    button: str
    hint: str


@attrs.frozen(kw_only=True)
class Card:
    """
    One offer for one person.

    Attributes:
        state: ``ready``, ``short``, ``limit``, ``barred``, ``signed_out``, ``no_till`` (it costs money, and the host
            takes none), ``waiting`` (an own order of it is to be paid), ``unpaid``
            (one of another thing is, before this one can be had), ``held`` (others have not paid yet), ``later`` (gone
            for this session), or the offer's own state.
        live: Whether the button leads to having it.
        until: The instant that a countdown runs to.
        affords: How many pieces the wallet covers; None where nothing counted is asked for.
        remind: How to be told when it can be had; None where it can, where it never will, or nobody would be told.
    """

    offer: Offer
    name: str
    line: str
    emblem: Markup
    brand: str
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
    remind: Remind | None = None

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
    def goes(self) -> str:
        """Where its button leads in a list: to the item's page, or to the till where that is what it says."""
        return self.way.url if self.state == "waiting" and self.way else self.href

    @property
    def measure(self) -> str:
        """What pieces of it are counted in in Chinese."""
        return measure_of(self.offer)

    @property
    def most(self) -> int:
        """How many pieces one may ask for at once: what limits, stock and wallet leave, 1 at least."""
        bounds = [self.offer.most, self.offer.left, self.affords, _MOST]
        return max(1, min(bound for bound in bounds if bound is not None))


def card_of(offer: Offer, to: Visit, deals: Iterable[Deal] = ()) -> Card:
    """
    Show *offer* to the visitor.

    Args:
        deals: The visitor's deals, where they are read anyway: a limit over several things names those had.
    """
    to.shown.append(offer)
    state = _state(offer, to)
    name = pick(_named(offer).title, to.locale)
    until, label = _until(offer, to)
    stock = stock_shown(offer, to)
    return Card(
        offer=offer,
        name=name,
        line=pick(_named(offer).text, to.locale),
        emblem=_picture(offer, to),
        brand=brand_name(offer.benefit, to),
        href=url_for("quanyi.item", campaign=offer.campaign, item=offer.item),
        state=state,
        button=_button(offer, state, to),
        price=price_of(offer, to),
        stock=stock,
        is_sale=is_sale(offer),
        manner=manner_of(offer),
        flag=to.words("offer.few", left=offer.left, measure=measure_of(offer)) if stock.tone == "few" else "",
        flag_tone=stock.tone,
        until=until,
        until_label=label,
        why=_why(offer, state, until, to, deals),
        sign_in=to.sign_in_url() if state == "signed_out" else None,
        calendar=_calendar(offer, state),
        affords=_affords(offer, to),
        remind=_remind(offer, state, to),
    )


_AWAITS = {"held": "stock", "later": "stock", "sold_out": "stock", "not_started": "start", "between": "start"}
"""What is lacking in the states in which one can ask to be reminded."""


def can_be_waited_for(state: str) -> bool:
    """Whether a card in that state has a reminder."""
    return state in _AWAITS


def _remind(offer: Offer, state: str, to: Visit) -> Remind | None:
    awaits = _AWAITS.get(state)
    if awaits is None or not to.reminds:
        return None
    waits = (offer.campaign, offer.item) in to.reminded
    return Remind(
        url=url_for("quanyi.remind", campaign=offer.campaign, item=offer.item),
        waits=waits,
        button=to.words("remind.waits" if waits else f"remind.{awaits}"),
        hint=to.words(f"remind.hint_{awaits}") if waits else "",
    )


def _picture(offer: Offer, to: Visit) -> Markup:
    """A bundle's own picture is drawn; anything else has that of the thing."""
    if offer.kind == "bundle":
        return emblem(offer.campaign, "gift")
    return picture_of(offer.item, to, offer.benefit)


@attrs.frozen
class _Named:
    title: Mapping[str, str]
    text: Mapping[str, str]


def _named(offer: Offer) -> _Named:
    """A bundle goes by its own name, anything else by the thing's."""
    if offer.kind == "bundle" and offer.campaign_title:
        return _Named(offer.campaign_title, offer.campaign_text)
    return _Named(offer.title, offer.text)


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
    if offer.state in {"open", "sold_out"} and (deal := _own_order(offer, to)):
        return "waiting" if deal.item == offer.item else "unpaid"
    if gone := gone_as(offer):
        return gone
    if offer.state != "open":
        return offer.state
    if to.user is None:
        return "signed_out"
    if offer.price.money and to.host.pay is None:
        return "no_till"
    return _REFUSED.get(offer.why_not.code, "barred") if offer.why_not else "ready"


def _own_order(offer: Offer, to: Visit) -> Deal | None:
    """An order of one's own that is still to be paid, where that is why nothing more can be had."""
    waiting = to.waits(offer.campaign)
    if waiting is None or to.host.pay is None:
        return None
    limited = offer.why_not is not None and offer.why_not.code == "limit-reached"
    mine = waiting.item == offer.item
    return waiting if (limited and (mine or offer.state == "open")) or (mine and offer.state == "sold_out") else None


def _button(offer: Offer, state: str, to: Visit) -> str:
    words = to.words
    if state in {"held", "later", "sold_out"}:
        return gone_name(offer, to)
    if state in _MANNERED:
        return words(f"button.{_MANNERED[state]}_{manner_of(offer)}")
    if state == "short" and offer.why_not is not None:
        number, unit = to.counted(*missing_of(offer.why_not))
        return words("button.short", n=number, unit=unit)
    return words(_BUTTONS.get(state, "button.unavailable"))


_MANNERED = {"ready": "get", "signed_out": "sign_in"}

_BUTTONS = {
    "limit": "button.limit",
    "no_till": "button.no_till",
    "waiting": "button.waiting",
    "unpaid": "button.unpaid",
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


def _why(offer: Offer, state: str, until: datetime | None, to: Visit, deals: Iterable[Deal]) -> No | None:
    """Why not, in the words of this page where it knows better what people call the time."""
    if state in {"waiting", "unpaid"} and (deal := _own_order(offer, to)):
        return _unpaid(deal, to)
    if state in {"held", "later", "sold_out"}:
        return sold_out(offer, to)
    if offer.state in {"not_started", "between"} and until:
        text = to.words(f"offer.starts_{manner_of(offer)}", moment=to.dates.moment(until))
        return No(title=to.words("why.title_not_open"), text=text)
    if state in {"ended", "paused"}:
        return No(title=to.words(f"why.title_{state}"), text="")
    return explain_no(offer.why_not, to, offer, deals) if offer.why_not else None


def _unpaid(deal: Deal, to: Visit) -> No:
    """One's own order that is still to be paid, with the way to pay it."""
    name, pay = to.deal_title(deal), to.host.pay
    left = to.dates.left(deal.due_at) if deal.due_at else ""
    label = to.words("button.waiting")
    way = WayOn(text=label, url=pay(deal), label=label) if pay else None
    return No(title=to.words("item.waiting_title"), text=to.words("item.waiting", name=name, left=left), way=way)


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


def _calendar(offer: Offer, state: str) -> str:
    waits = state in {"not_started", "between"} and (offer.next_at or offer.starts_at)
    return url_for("quanyi.calendar", campaign=offer.campaign, item=offer.item) if waits else ""
