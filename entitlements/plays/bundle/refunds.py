"""
A refunded bundle: what was given is withdrawn, what is still to come is cancelled.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import attrs

from quanyi.entitlements.changes import Changes
from quanyi.entitlements.errors import VoucherRefused
from quanyi.entitlements.grants import spoiled, withdraw
from quanyi.entitlements.inputs import Input
from quanyi.entitlements.picture import Draft
from quanyi.entitlements.plays.bundle.giving import part_key
from quanyi.entitlements.plays.sale.desk import find_deal
from quanyi.entitlements.plays.sale.ends import refund as refund_deal
from quanyi.entitlements.records import Deal, Entitlement, PackPart, RecordKey
from quanyi.entitlements.undo import needs_of, reverse

if TYPE_CHECKING:
    from quanyi.entitlements.plays.bundle.model import Bundle

__all__ = ["refund"]


def refund(bundle: Bundle, ask: Input, draft: Draft) -> Changes:
    """
    Take a paid bundle back, whole or not at all.

    Raises:
        HoldClosed: It is not paid.
        VoucherRefused: Something of it was used, or a code was seen.
        InsufficientPoints: Points that a part gave are spent.
    """
    deal = find_deal(ask, draft)
    if deal.phase == "paid":
        for record in _parts(bundle, deal, draft):
            _end(bundle, record, draft)
    return refund_deal(bundle, ask, draft)


def _parts(bundle: Bundle, deal: Deal, draft: Draft) -> Sequence[PackPart]:
    """The deal's parts, with everything that taking them and the deal back needs locked."""
    keys = [part_key(deal.id, part.name) for part in bundle.parts]
    draft.require(*keys)
    found = [record for key in keys if (record := draft.get(PackPart, *key.parts)) is not None]
    grants = [*deal.grants, *(id_ for record in found for id_ in record.grants)]
    moves = [*deal.moves, *(move for record in found for move in record.moves)]
    draft.require(*(RecordKey(kind=Entitlement.kind, parts=(id_,)) for id_ in grants), *needs_of(moves))
    return found


def _end(bundle: Bundle, record: PackPart, draft: Draft) -> None:
    if record.phase in ("open", "short", "waiting"):
        draft.put(attrs.evolve(record, phase="cancelled", due_at=None))
    if record.phase != "given":
        return
    for right in (draft.get(Entitlement, id_) for id_ in record.grants):
        if right is None:
            continue
        if reason := spoiled(right):
            raise VoucherRefused(reason=reason, shows={"item": right.item})
        withdraw(draft, right)
    reverse(draft, record.moves, ending="undone", units=bundle.units, take="refuse", label="takeback")
    draft.put(attrs.evolve(record, phase="withdrawn"))
