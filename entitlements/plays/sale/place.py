"""
Placing: the request that opens a deal.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from quanyi.entitlements.because import because
from quanyi.entitlements.changes import Changes
from quanyi.entitlements.derived_ids import deal_id
from quanyi.entitlements.errors import Blocked, InputError, NotFound
from quanyi.entitlements.inputs import Input
from quanyi.entitlements.needs import Need
from quanyi.entitlements.parsing import quoted
from quanyi.entitlements.picture import Draft
from quanyi.entitlements.plays.sale.attempt import SaleAttempt
from quanyi.entitlements.plays.sale.deals import granted
from quanyi.entitlements.plays.sale.telling import told
from quanyi.entitlements.records import Deal, RecordKey
from quanyi.entitlements.time import zone_of

if TYPE_CHECKING:
    from quanyi.entitlements.plays.sale.terms import SaleTerms

__all__ = ["needs", "place"]


def needs(sale: SaleTerms, ask: Input) -> Iterable[Need]:
    """Everything a request may touch, of a split quota only the holder's own part; nothing if it is malformed."""
    try:
        taking = _taking(sale, ask)
    except (InputError, NotFound):
        return ()
    return {*taking.needs(), RecordKey(kind=Deal.kind, parts=(taking.deal,))} if _order(ask) else taking.needs()


def place(sale: SaleTerms, ask: Input, draft: Draft) -> Changes:
    """
    Take what the request needs and open a deal; without cash it is paid at once.

    Raises:
        Refused: The first of the sale's checks that fails; `Blocked` for an order number that
            has a deal already.
    """
    taking = _taking(sale, ask)
    if _order(ask) and draft.get(Deal, taking.deal) is not None:
        raise Blocked(reason="order-exists", shows={"order": _order(ask)})
    taking.pay_partly(draft)
    taking.run(sale.checks, draft)
    deal = _deal(taking)
    told(draft, "deal.placed", deal)
    if taking.settled:
        deal = granted(sale, deal, draft)
    elif deal.due_at is not None and sale.hold.overdue == "closes":
        _wake_at_the_end(taking, deal, draft)
    draft.put(deal)
    return draft.done(because(sale, ask, "place"), holder=ask.holder, answer=_answer(taking, deal, draft))


def _taking(sale: SaleTerms, ask: Input) -> SaleAttempt:
    thing, pieces = str(ask.data.get("item") or ask.data.get("offer")), ask.data.get("qty", 1)
    if not isinstance(pieces, int) or isinstance(pieces, bool) or pieces < 1:
        msg = f"qty must be a whole number of 1 or more, not {quoted(pieces)}"
        raise InputError(msg)
    if thing not in sale.sells:
        msg = f"{sale.head.campaign} does not sell {thing!r}"
        raise NotFound(msg)
    if ask.holder is None:
        msg = f"{ask.type} needs a user"
        raise InputError(msg)
    deal = deal_id(ask.type, ask.origin, _order(ask))
    taking = SaleAttempt(sale=sale, ask=ask, thing=thing, pieces=pieces, deal=deal, settled=False)
    taking.settled = not taking.pay
    return taking


def _order(ask: Input) -> str:
    return str(ask.data.get("order") or "")


def _deal(taking: SaleAttempt) -> Deal:
    sale, ask = taking.sale, taking.ask
    end = sale.hold.pay_within.after(ask.at, zone_of(sale.head.zone))
    return Deal(
        id=taking.deal,
        holder=ask.holder,
        phase="placed",
        campaign=sale.head.campaign,
        version=sale.head.version,
        item=taking.thing,
        due_at=None if taking.settled else end,
        order=_order(ask),
        pieces=taking.pieces,
        code=taking.code if taking.coupon is not None else "",
        pay=taking.pay,
        currency=sale.currency,
        price=taking.price,
        list_price=sale.sells[taking.thing].list_price * taking.pieces,
        moves=tuple(taking.moves),
        placed_at=ask.at,
    )


def _wake_at_the_end(taking: SaleAttempt, deal: Deal, draft: Draft) -> None:
    data = {"deal": deal.id, "campaign": deal.campaign, "version": deal.version}
    wakes, gives = taking.wakes(), taking.gives()
    draft.emit("deal.lapse", data, at=deal.due_at, wakes=wakes, gives=gives, of=deal.key, holder=deal.holder)


def _answer(taking: SaleAttempt, deal: Deal, draft: Draft) -> Mapping[str, Any]:
    answer: dict[str, Any] = {
        "deal": deal.id,
        "hold": deal.id,
        "pay": deal.pay,
        "currency": deal.currency,
        "price": dict(deal.price),
        "list_price": deal.list_price,
        "due_at": deal.due_at and deal.due_at.isoformat(),
        "entitlements": list(deal.grants),
    }
    left = taking.left(draft)
    return answer if left is None else {**answer, "left": left}
