"""
The endings of a deal that is not paid: the buyer gives up, or the hold lapses.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import attrs

from quanyi.entitlements.accounts import held
from quanyi.entitlements.because import because
from quanyi.entitlements.changes import Changes
from quanyi.entitlements.errors import HoldClosed
from quanyi.entitlements.inputs import Input
from quanyi.entitlements.needs import Need
from quanyi.entitlements.picture import Draft
from quanyi.entitlements.plays.sale.deals import deal_of, find_deal
from quanyi.entitlements.plays.sale.telling import told
from quanyi.entitlements.records import Deal, RecordKey
from quanyi.entitlements.undo.reverse import reverse

if TYPE_CHECKING:
    from datetime import datetime

    from quanyi.entitlements.plays.sale.terms import SaleTerms

__all__ = ["cancel", "close", "lapse", "needs", "overdue"]


def needs(sale: SaleTerms, ask: Input) -> Iterable[Need]:
    """The deal and what it holds; where that came from stands on the deal."""
    id_ = deal_of(ask)
    units = {unit for price in sale.sells.values() for unit in price.units}
    return {RecordKey(kind=Deal.kind, parts=(id_,)), *(held(id_, unit) for unit in {"pieces", *units})}


def overdue(sale: SaleTerms, deal: Deal, now: datetime) -> bool:
    """Whether the hold's end has passed, so that the deal reads as lapsed."""
    return deal.due_at is not None and deal.due_at <= now and sale.hold.overdue == "closes"


def cancel(sale: SaleTerms, ask: Input, draft: Draft) -> Changes:
    """The buyer gives up: points, pieces and places go back."""
    deal = find_deal(ask, draft)
    if deal.phase != "placed" or overdue(sale, deal, ask.at):
        raise HoldClosed(reason="already-paid" if deal.phase == "paid" else "order-closed", shows=_shown(deal))
    closed, returned = close(sale, deal, draft, ending="closed", ended="released")
    answer = {"deal": closed.id, "returned": returned}
    return draft.done(because(sale, ask, "cancel"), holder=deal.holder, answer=answer, outcome="cancelled")


def lapse(sale: SaleTerms, ask: Input, draft: Draft) -> Changes:
    """The hold has ended at this very instant: everything goes back."""
    deal = find_deal(ask, draft)
    if deal.phase != "placed" or not overdue(sale, deal, ask.at):
        raise HoldClosed(reason="order-closed", shows=_shown(deal))
    close(sale, deal, draft, ending="lapsed", ended="lapsed")
    return draft.done(because(sale, ask, "lapse"), holder=deal.holder, outcome="lapsed")


def close(sale: SaleTerms, deal: Deal, draft: Draft, *, ending: str, ended: str) -> tuple[Deal, dict[str, int]]:
    """Close a placed deal; the deal, and what the wallet got back."""
    returned = reverse(draft, deal.moves, ending=ending, units=sale.units, label="return").changed
    closed = attrs.evolve(deal, phase="closed", ended=ended)
    draft.put(closed)
    draft.call_off(deal.key)
    told(draft, "deal.closed", closed)
    return closed, returned


def _shown(deal: Deal) -> dict[str, object]:
    shown = {"order": deal.order, "ended": deal.ended, "ended_at": deal.due_at}
    return {name: value for name, value in shown.items() if value}
