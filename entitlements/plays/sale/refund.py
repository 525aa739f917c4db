"""
A paid deal is taken back: all of it, some of its pieces, or all but what was used.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import TYPE_CHECKING

import attrs

from quanyi.entitlements.because import because
from quanyi.entitlements.changes import Changes
from quanyi.entitlements.counted import count
from quanyi.entitlements.errors import HoldClosed, InputError, NotEligible, VoucherRefused
from quanyi.entitlements.grants import days_left, grant_keys, granted, spoiled, withdraw
from quanyi.entitlements.inputs import Input
from quanyi.entitlements.parsing import quoted
from quanyi.entitlements.picture import Draft
from quanyi.entitlements.plays.sale.deals import find_deal
from quanyi.entitlements.plays.sale.portions import portion, scaled
from quanyi.entitlements.plays.sale.supply import called_off
from quanyi.entitlements.plays.sale.telling import told
from quanyi.entitlements.records import Deal, Entitlement
from quanyi.entitlements.time import zone_of
from quanyi.entitlements.undo.reverse import reverse

if TYPE_CHECKING:
    from quanyi.entitlements.plays.sale.terms import SaleTerms

__all__ = ["asked_of", "refund", "refundable", "returned", "rights_of"]


def refund(sale: SaleTerms, ask: Input, draft: Draft) -> Changes:
    """
    Take pieces of a paid deal back: entitlements withdrawn, points to their very lots, pieces and places back.

    Raises:
        HoldClosed: It is not a paid deal, or it can't be taken back any more.
        NotEligible: It has fewer pieces than are to be taken back.
        VoucherRefused: One of its entitlements was used, or its code has been seen.
    """
    deal = refundable(sale, ask, draft)
    left = deal.pieces - deal.returned
    asked = asked_of(ask, left)
    called_off(sale, deal, draft, whole=asked == left)
    keeps = sale.refund.if_used == "keep" and ask.data.get("qty") is None
    fresh = _fresh(deal, rights_of(deal, draft), asked, keeps=keeps)
    back = asked if fresh is None else len(fresh)
    for right in fresh or ():
        withdraw(draft, right)
    after = _after(deal, back, final=keeps or back == left)
    going, staying = portion(deal.moves, back, left)
    money = after.refunded - deal.refunded
    if sale.refund.by_day and fresh:
        share = sum((days_left(right, draft.now) for right in fresh), Fraction(0)) / len(fresh)
        going, money = scaled(going, share), int(money * share)
        if not share:
            raise VoucherRefused(reason="expired", shows={"item": deal.item})
        after = attrs.evolve(after, refunded=deal.refunded + money)
    units = reverse(draft, going, ending="refunded", units=sale.units).changed
    return returned(sale, ask, attrs.evolve(after, moves=staying), units, draft, money=money)


def refundable(sale: SaleTerms, ask: Input, draft: Draft) -> Deal:
    """The deal, if it is paid and may be taken back by now; `HoldClosed` else."""
    deal = find_deal(ask, draft)
    shown = {"order": deal.order} if deal.order else {}
    if deal.phase != "paid":
        raise HoldClosed(reason="already-refunded" if deal.phase == "refunded" else "not-paid", shows=_shown(deal))
    if sale.refund.never:
        raise HoldClosed(reason="no-refunds", shows=shown).at("refund", sale.head.where.get("refund", ""))
    if sale.refund.within is not None and deal.paid_at is not None:
        until = sale.refund.within.after(deal.paid_at, zone_of(sale.head.zone))
        if ask.at >= until:
            no = HoldClosed(reason="refund-too-late", shows={**shown, "until": until})
            raise no.at("refund", sale.head.where.get("refund", ""))
    return deal


def rights_of(deal: Deal, draft: Draft) -> Sequence[Entitlement]:
    """The deal's entitlements that were not taken back before."""
    draft.require(*grant_keys(deal.grants))
    return [right for right in granted(deal.grants, draft) if right.phase != "withdrawn"]


def asked_of(ask: Input, left: int) -> int:
    """How many pieces are to be taken back: all that are *left*, unless it says; `NotEligible` for more."""
    qty = left if ask.data.get("qty") is None else ask.data["qty"]
    if not isinstance(qty, int) or isinstance(qty, bool) or qty < 1:
        msg = f"qty must be a whole number of 1 or more, not {quoted(qty)}"
        raise InputError(msg)
    if qty > left:
        raise NotEligible(reason="more-than-bought", shows={"left": left, "asked": qty})
    return qty


def returned(sale: SaleTerms, ask: Input, deal: Deal, units: dict[str, int], draft: Draft, *, money: int) -> Changes:
    """Write the deal as it is by now, and tell the host how much *money* to return."""
    draft.put(deal)
    count(draft, "refunded", money)
    told(draft, "deal.refunded", deal, refund=money, currency=deal.currency)
    answer = {"deal": deal.id, "refund": money, "currency": deal.currency, "returned": units}
    return draft.done(because(sale, ask, "refund"), holder=deal.holder, answer=answer)


def _fresh(deal: Deal, rights: Sequence[Entitlement], asked: int, *, keeps: bool) -> Sequence[Entitlement] | None:
    """The entitlements to withdraw, the last ones first; None where the deal gave none."""
    if not deal.grants:
        return None
    fresh = [right for right in reversed(rights) if not spoiled(right)]
    if len(fresh) < asked and not (keeps and fresh):
        item, reason = next((right.item, reason) for right in rights if (reason := spoiled(right)))
        raise VoucherRefused(reason=reason, shows={"item": item})
    return fresh[:asked]


def _after(deal: Deal, back: int, *, final: bool) -> Deal:
    """The deal with *back* more pieces returned; its money is shared out so that all pieces come to all of it."""
    gone = deal.returned + back
    money = deal.pay * gone // deal.pieces - deal.pay * deal.returned // deal.pieces
    after = attrs.evolve(deal, returned=gone, refunded=deal.refunded + money)
    return attrs.evolve(after, phase="refunded", ended="refunded") if final else after


def _shown(deal: Deal) -> dict[str, object]:
    shown = {"order": deal.order, "ended": deal.ended, "ended_at": deal.due_at}
    return {name: value for name, value in shown.items() if value}
