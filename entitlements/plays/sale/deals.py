"""
What every counter of the sale does: find the deal, and hand out what was bought.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

from quanyi.entitlements.accounts import stock
from quanyi.entitlements.benefits import Benefit
from quanyi.entitlements.derived_ids import derived_id
from quanyi.entitlements.errors import NotFound
from quanyi.entitlements.grants import grant
from quanyi.entitlements.inputs import Input
from quanyi.entitlements.picture import Draft
from quanyi.entitlements.plays.sale.telling import told
from quanyi.entitlements.records import Deal, Move
from quanyi.entitlements.supply.purchasing import opened

if TYPE_CHECKING:
    from quanyi.entitlements.plays.sale.terms import SaleTerms

__all__ = ["deal_of", "find_deal", "granted"]


def deal_of(ask: Input) -> str:
    """The number of the deal that *ask* is about."""
    return ask.about.parts[0] if ask.about is not None else str(ask.data.get("deal", ""))


def find_deal(ask: Input, draft: Draft) -> Deal:
    """The deal, if it is the asker's, or the host or a timer asks; `NotFound` either way else."""
    deal = draft.get(Deal, deal_of(ask))
    if deal is None or (not ask.due and ask.user is not None and ask.holder != deal.holder):
        msg = f"no deal {deal_of(ask)}"
        raise NotFound(msg)
    return deal


def granted(sale: SaleTerms, deal: Deal, draft: Draft) -> Deal:
    """The deal as paid now, with one entitlement for each piece of a benefit; what is bought from suppliers comes later."""
    benefit = sale.benefits.get(deal.item)
    bought = benefit is not None and benefit.supply is not None
    ids = () if benefit is None or bought else _hand_out(sale, benefit, deal, draft)
    pooled = benefit is not None and bool(benefit.pool)
    moves = tuple(_spent(move, deal.item) for move in deal.moves) if pooled else deal.moves
    paid = attrs.evolve(deal, phase="paid", ended="", due_at=None, paid_at=draft.now, grants=ids, moves=moves)
    told(draft, "deal.paid", paid)
    if bought:
        opened(paid, draft)
    return paid


def _hand_out(sale: SaleTerms, benefit: Benefit, deal: Deal, draft: Draft) -> tuple[str, ...]:
    ids = tuple(derived_id("entitlement", deal.id, str(n)) for n in range(deal.pieces))
    for id_ in ids:
        grant(
            draft,
            benefit,
            deal.holder or "",
            id_=id_,
            campaign=deal.campaign,
            version=deal.version,
            zone=sale.head.zone,
            deal=deal.id,
        )
    return ids


def _spent(move: Move, item: str) -> Move:
    """A drawn code never goes back into its pool, so its piece does not go back into stock."""
    return attrs.evolve(move, back=()) if move.source == stock(item) else move
