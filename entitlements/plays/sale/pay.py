"""
Paying: the money has come in, in time or late.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import attrs

from quanyi.entitlements.accounts import outside
from quanyi.entitlements.amounts import Amount
from quanyi.entitlements.because import because
from quanyi.entitlements.changes import Changes
from quanyi.entitlements.errors import HoldClosed, InputError, OutOfStock
from quanyi.entitlements.inputs import Input
from quanyi.entitlements.limits.limit import known_subjects
from quanyi.entitlements.parsing import quoted
from quanyi.entitlements.picture import Draft
from quanyi.entitlements.plays.sale.attempt import RETAKEN, SaleAttempt
from quanyi.entitlements.plays.sale.close import close, overdue
from quanyi.entitlements.plays.sale.deals import find_deal, granted
from quanyi.entitlements.plays.sale.telling import told
from quanyi.entitlements.records import Deal, Move
from quanyi.entitlements.undo.reverse import needs_of

if TYPE_CHECKING:
    from quanyi.entitlements.plays.sale.terms import SaleTerms

__all__ = ["pay"]

_RETURNED = ("refunded", "short")
_FINAL = {"paid": "already-paid", "refunded": "already-refunded"}


def pay(sale: SaleTerms, ask: Input, draft: Draft) -> Changes:
    """
    Settle a deal: what it holds is final, and its entitlements go out.

    Raises:
        HoldClosed: It is paid already, or it is closed and the sale refuses late payments, or
            refuses them by now.
        InputError: The amount is not the deal's.
        OutOfStock: The pieces were never held, and are gone by now; unless `short` asks for a refund.
        NotFound: No such deal, or somebody else's.
    """
    deal = find_deal(ask, draft)
    if deal.phase in _FINAL:
        raise HoldClosed(reason=_FINAL[deal.phase], shows={"order": deal.order})
    late = deal.phase == "closed" or overdue(sale, deal, ask.at)
    if late and sale.late.then == "refund" and deal.ended not in _RETURNED:
        return _pay_back(sale, ask, deal, draft)
    if late and (sale.late.then != "accept" or deal.ended in ("released", *_RETURNED)):
        raise HoldClosed(reason="order-closed", shows=_shown(deal))
    if late and sale.late.until is not None and ask.at >= sale.late.until:
        raise HoldClosed(reason="too-late", shows={**_shown(deal), "until": sale.late.until})
    _check_amount(sale, ask, deal)
    take = _accept_late if late else _settle
    if sale.short == "refuse":
        return _hand_out(sale, ask, take(sale, ask, deal, draft), draft)
    try:
        with draft.part():
            paid = take(sale, ask, deal, draft)
    except OutOfStock:
        return _pay_back(sale, ask, deal, draft, ended="short")
    return _hand_out(sale, ask, paid, draft)


def _settle(sale: SaleTerms, ask: Input, deal: Deal, draft: Draft) -> Deal:
    """Move what is held on, for good; take the pieces now, if none were held."""
    if sale.hold.since == "pay":
        deal = _take_pieces(sale, ask, deal, draft)
    draft.call_off(deal.key)
    settled = [_final(move) for move in deal.moves]
    totals: dict[tuple[str, str], int] = {}
    for move, final in zip(deal.moves, settled, strict=True):
        if move is not final:
            key = (final.destination.parts[0], final.destination.unit)
            totals[key] = totals.get(key, 0) + move.amount
    holds = {move.destination.unit: move.destination for move in deal.moves if move.destination.kind == "held"}
    for (name, unit), amount in totals.items():
        draft.post(holds[unit], outside(name, unit), amount, "settle")
    return attrs.evolve(deal, moves=tuple(settled))


def _final(move: Move) -> Move:
    """Where a held amount ends up: pieces are sold, points are revenue."""
    if move.destination.kind != "held":
        return move
    name = "sold" if move.destination.unit == "pieces" else "revenue"
    return attrs.evolve(move, destination=outside(name, move.destination.unit))


def _take_pieces(sale: SaleTerms, ask: Input, deal: Deal, draft: Draft) -> Deal:
    taking = _taking_again(sale, ask, deal)
    draft.require(*taking.needs())
    taking.run([check for check in sale.checks if check in ("quota", "stock")], draft)
    return attrs.evolve(deal, moves=(*deal.moves, *taking.moves))


def _accept_late(sale: SaleTerms, ask: Input, deal: Deal, draft: Draft) -> Deal:
    """Take once more what the closed deal gave back, as if it were asked for now."""
    taking = _taking_again(sale, ask, deal)
    open_moves = deal.moves if deal.phase == "placed" else ()
    draft.require(*needs_of(open_moves), *taking.needs())
    if deal.phase == "placed":
        deal, _ = close(sale, deal, draft, ending="lapsed", ended="lapsed")
    taking.run(_checks_again(sale), draft)
    return attrs.evolve(deal, moves=tuple(taking.moves))


def _taking_again(sale: SaleTerms, ask: Input, deal: Deal) -> SaleAttempt:
    data = {
        **ask.data,
        "item": deal.item,
        "offer": deal.item,
        "qty": deal.pieces,
        "order": deal.order,
        "code": deal.code,
    }
    again = attrs.evolve(ask, holder=deal.holder, data=data, subjects=known_subjects(deal.moves))
    taking = SaleAttempt(sale=sale, ask=again, thing=deal.item, pieces=deal.pieces, deal=deal.id, settled=True)
    if sale.offset is not None:
        unit = sale.offset.unit
        taking.offset = deal.price.get(unit, 0) - taking.price.get(unit, 0)
    return taking


def _checks_again(sale: SaleTerms) -> Iterable[str]:
    """The price is always due, and pieces that were never held; what was, only where the sale says so."""
    held = ("quota", "stock") if sale.hold.since == "pay" else ()
    wanted = RETAKEN if sale.late.take_again else ("points", *held)
    return [check for check in sale.checks if check in wanted]


def _hand_out(sale: SaleTerms, ask: Input, deal: Deal, draft: Draft) -> Changes:
    paid = granted(sale, deal, draft)
    draft.put(paid)
    answer = {"deal": paid.id, "paid": paid.pay, "currency": paid.currency, "entitlements": list(paid.grants)}
    return draft.done(because(sale, ask, "pay"), holder=paid.holder, answer=answer)


def _pay_back(sale: SaleTerms, ask: Input, deal: Deal, draft: Draft, ended: str = "refunded") -> Changes:
    """The deal is closed for good, and the host is told to return the money."""
    if deal.phase == "placed":
        ending = "lapsed" if overdue(sale, deal, ask.at) else "closed"
        deal, _ = close(sale, deal, draft, ending=ending, ended=ended)
    amount = _paid(ask)
    deal = attrs.evolve(deal, ended=ended, refunded=amount)
    draft.put(deal)
    told(draft, "deal.refund_due", deal, refund=amount, currency=deal.currency)
    answer = {"deal": deal.id, "refund": amount, "currency": deal.currency, "entitlements": []}
    return draft.done(because(sale, ask, "late"), holder=deal.holder, answer=answer, outcome="cancelled")


def _check_amount(sale: SaleTerms, ask: Input, deal: Deal) -> None:
    if _paid(ask) != deal.pay:
        paid, asked = (Amount(value, deal.currency, sale.currency_scale) for value in (_paid(ask), deal.pay))
        raise InputError(f"paid {paid}, the deal asks for {asked} {deal.currency}".rstrip())


def _paid(ask: Input) -> int:
    paid = ask.data.get("paid")
    if not isinstance(paid, int) or isinstance(paid, bool) or paid < 0:
        msg = f"paid must be a whole number of the smallest unit, 0 or more, not {quoted(paid)}"
        raise InputError(msg)
    return paid


def _shown(deal: Deal) -> dict[str, object]:
    shown = {"order": deal.order, "ended_at": deal.due_at}
    return {name: value for name, value in shown.items() if value}
