"""
What stories say of sales, and of everything that is sold: orders, prices, pieces that are left.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from quanyi.campaigns.kinds.attributes import amount_in, deal_in, named_deal, word_in
from quanyi.campaigns.kinds.expectation import Expectation
from quanyi.campaigns.kinds.reader import Campaigns, Reader
from quanyi.campaigns.kinds.sale.supply_story import SUPPLY_STORY
from quanyi.campaigns.kinds.stories import Scene, Stage, StoryCheck, StoryWords
from quanyi.campaigns.language.places import Place
from quanyi.entitlements.derived_ids import deal_id
from quanyi.entitlements.errors import InputError, NotFound
from quanyi.entitlements.inputs import Receipt
from quanyi.entitlements.parsing import quoted
from quanyi.entitlements.plays.sale import Sale
from quanyi.entitlements.records import Deal, RecordKey

__all__ = ["STORY"]

_Context = Mapping[str, Any] | None
_ORDER_WORDS = ("closed", "none", "paid", "placed", "refunded")


def _sales(project: Campaigns) -> list[Sale]:
    return [play for play in project.plays() if isinstance(play, Sale)]


# --- steps ---------------------------------------------------------------------------------------


def _place(stage: Stage, user: str, key: str, data: dict[str, Any], context: _Context) -> Receipt:
    item = word_in(data, "item", "sku")
    campaign = str(data.get("campaign") or _seller(stage.project, item))
    receipt: Receipt = stage.mall.claim(campaign, item=item, user=user, key=key, context=context, **_how_many(data))
    return receipt


def _exchange(stage: Stage, user: str, key: str, data: dict[str, Any], context: _Context) -> Receipt:
    offer = word_in(data, "offer", "item")
    receipt: Receipt = stage.mall.exchange(offer, user=user, key=key, context=context, **_how_many(data))
    return receipt


def _pay(stage: Stage, user: str, key: str, data: dict[str, Any], context: _Context) -> Receipt:
    paid = amount_in(data, stage.project.currency.scale, "amount", "paid")
    with named_deal(data) as deal:
        receipt: Receipt = stage.mall.settle(deal, paid=paid, key=key, context=context, user=user or None)
    return receipt


def _cancel(stage: Stage, user: str, key: str, data: dict[str, Any], context: _Context) -> Receipt:
    with named_deal(data) as deal:
        receipt: Receipt = stage.mall.release(deal, key=key, context=context, user=user or None)
    return receipt


def _refund(stage: Stage, user: str, key: str, data: dict[str, Any], context: _Context) -> Receipt:
    asked = {"key": key, "context": context, "user": user or None, "qty": data.get("qty")}
    with named_deal(data) as deal:
        receipt: Receipt = stage.mall.refund(deal, **asked)
    return receipt


def _seller(project: Campaigns, item: str) -> str:
    sellers = [sale.head.campaign for sale in _sales(project) if item in sale.sells]
    if len(sellers) > 1:
        raise InputError(f"{item!r} is sold by {' and '.join(sellers)}; say which: campaign: {sellers[0]}")
    if not sellers:
        raise NotFound(f"no campaign sells {item!r}")
    return sellers[0]


def _how_many(data: Mapping[str, Any]) -> dict[str, Any]:
    qty = data.get("qty", 1)
    if not isinstance(qty, int):
        raise InputError(f"'qty': {quoted(qty)} is not a whole number")
    offset = data.get("offset", 0)
    if not isinstance(offset, int):
        raise InputError(f"'offset': {quoted(offset)} is not a whole number")
    return {"qty": qty, "offset": offset, **{name: str(data.get(name) or "") for name in ("order", "code")}}


def _try(_project: Campaigns, data: Mapping[str, Any]) -> tuple[RecordKey, dict[str, Any]]:
    deal = deal_in(data)
    return RecordKey(kind=Deal.kind, parts=(deal,)), {"deal": deal}


def _try_pay(project: Campaigns, data: Mapping[str, Any]) -> tuple[RecordKey, dict[str, Any]]:
    about, values = _try(project, data)
    return about, {**values, "paid": amount_in(data, project.currency.scale, "amount", "paid")}


def _try_refund(project: Campaigns, data: Mapping[str, Any]) -> tuple[RecordKey, dict[str, Any]]:
    about, values = _try(project, data)
    return about, values if data.get("qty") is None else {**values, "qty": data["qty"]}


# --- what a `then` says --------------------------------------------------------------------------


def _read_money(reader: Reader, name: str, value: Any, place: Place) -> Iterator[Expectation]:
    yield from reader.amount(value, reader.project.currency.id, place, name)


def _read_price(reader: Reader, name: str, value: Any, place: Place) -> Iterator[Expectation]:
    units = reader.project.units
    for word, amount, at in reader.map(value, place):
        if reader.known("unit", word, {**units, "money": None, "list": None}, at):
            unit = word if word in units else reader.project.currency.id
            yield from reader.amount(amount, unit, at, name, word)


def _read_left(reader: Reader, name: str, value: Any, place: Place) -> Iterator[Expectation]:
    for thing, pieces, at in reader.map(value, place):
        campaign, _, item = thing.rpartition(".")
        sold = {each for sale in _sales(reader.project) for each in sale.sells}
        sold |= {f"{sale.head.campaign}.{each}" for sale in _sales(reader.project) for each in sale.sells}
        if reader.known("thing", thing, dict.fromkeys(sold), at):
            yield from reader.count(pieces, at, name, *filter(None, (campaign, item)))


def _read_order(reader: Reader, name: str, value: Any, place: Place) -> Iterator[Expectation]:
    for order, word, at in reader.map(value, place):
        yield from reader.one_word(word, _ORDER_WORDS, at, name, order)


def _read_refunds(reader: Reader, name: str, value: Any, place: Place) -> Iterator[Expectation]:
    for order, amount, at in reader.map(value, place):
        yield from reader.amount(amount, reader.project.currency.id, at, name, order)


def _read_codes(reader: Reader, name: str, value: Any, place: Place) -> Iterator[Expectation]:
    for order, codes, at in reader.map(value, place):
        if isinstance(codes, list):
            yield Expectation(what=name, about=(order,), wanted=sorted(map(str, codes)), place=at)
        else:
            reader.findings.error(at, "wrong-type", "expected a list of codes")


# --- what is found -------------------------------------------------------------------------------


def _pay_told(scene: Scene) -> Any:
    return scene.told("pay")


def _refund_told(scene: Scene) -> Any:
    return scene.told("refund")


def _price(scene: Scene, unit: str) -> Any:
    names = {"money": "pay", "list": "list_price"}
    if unit in names:
        return scene.told(names[unit])
    price = scene.told("price")
    return price.get(unit, 0) if isinstance(price, Mapping) else price


def _left(scene: Scene, *about: str) -> Any:
    *named, thing = about
    campaigns = named or [sale.head.campaign for sale in _sales(scene.stage.project) if thing in sale.sells]
    offers = [scene.stage.mall.offer(campaign, thing) for campaign in campaigns]
    counts = [offer.left for offer in offers if offer.left is not None]
    return "unlimited" if not counts else min(counts)


def _order(scene: Scene, order: str) -> str:
    deal = _deal(scene, order)
    return "none" if deal is None else deal.phase


def _refunds(scene: Scene, order: str) -> int:
    """Money that was returned for an order, all in all."""
    deal = _deal(scene, order)
    return 0 if deal is None else deal.refunded


def _codes(scene: Scene, order: str) -> list[str]:
    deal = _deal(scene, order)
    return sorted(code for grant in (deal.grants if deal else ()) for code in scene.stage.read_codes(grant))


def _deal(scene: Scene, order: str) -> Deal | None:
    try:
        found: Deal = scene.stage.mall.deal(deal_id("", "", order))
    except NotFound:
        return None
    return found


STORY = StoryWords(
    steps={
        "exchange": _exchange,
        "order.cancel": _cancel,
        "order.pay": _pay,
        "order.place": _place,
        "order.refund": _refund,
        **SUPPLY_STORY.steps,
    },
    takes={
        "exchange": ("code", "item", "offer", "offset", "order", "qty"),
        "order.cancel": ("deal", "order"),
        "order.pay": ("amount", "deal", "order", "paid"),
        "order.place": ("campaign", "code", "item", "offset", "order", "qty", "sku"),
        "order.refund": ("deal", "order", "qty"),
        **SUPPLY_STORY.takes,
    },
    tries={"order.cancel": _try, "order.pay": _try_pay, "order.refund": _try_refund},
    checks={
        "codes": StoryCheck(read=_read_codes, look=_codes),
        "left": StoryCheck(read=_read_left, look=_left),
        "order": StoryCheck(read=_read_order, look=_order),
        "pay": StoryCheck(read=_read_money, look=_pay_told),
        "price": StoryCheck(read=_read_price, look=_price),
        "refund": StoryCheck(read=_read_money, look=_refund_told),
        "refunds": StoryCheck(read=_read_refunds, look=_refunds),
        **SUPPLY_STORY.checks,
    },
)
"""Shared by `sale`, `flash_sale` and `points_exchange`; a bundle adds its parts."""
