"""
A refunded bundle: what was given is withdrawn, what is still to come is cancelled.

Whole or not at all, unless the bundle lets people keep what they used at its price: then the rest
of the price goes back, and with it everything that is as good as new.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from math import ceil
from typing import TYPE_CHECKING

import attrs

from quanyi.entitlements.changes import Changes
from quanyi.entitlements.errors import InsufficientPoints, Refused, VoucherRefused
from quanyi.entitlements.grants import days_left, grant_keys, granted, spoiled, withdraw
from quanyi.entitlements.inputs import Input
from quanyi.entitlements.picture import Draft
from quanyi.entitlements.plays.bundle.prices import money_of, units_of
from quanyi.entitlements.plays.bundle.records import PackPart, part_key
from quanyi.entitlements.plays.sale import Price
from quanyi.entitlements.plays.sale.portions import amounts, drawn
from quanyi.entitlements.plays.sale.refund import asked_of, refundable, returned, rights_of
from quanyi.entitlements.plays.sale.telling import told
from quanyi.entitlements.records import Deal, Entitlement, Move
from quanyi.entitlements.undo.reverse import needs_of, reverse

if TYPE_CHECKING:
    from quanyi.entitlements.plays.bundle.terms import BundleTerms, Part

__all__ = ["refund", "return_all"]


def refund(bundle: BundleTerms, ask: Input, draft: Draft) -> Changes:
    """
    Take a paid bundle back: whole, or all but what was used.

    Raises:
        HoldClosed: It is not paid, or it can't be taken back any more.
        VoucherRefused: Something of it was used, or a code was seen, and it is not to be kept, or
            nothing would come back.
        InsufficientPoints: Points that a part gave are spent; likewise.
    """
    deal = refundable(bundle, ask, draft)
    asked_of(ask, 1)
    refunding = _Refunding(bundle, deal, draft, keeps=bundle.refund.if_used == "keep")
    money, units = refunding.run()
    if (refunding.noes or refunding.worn) and not money and not units and (deal.pay or deal.price):
        raise refunding.noes[0] if refunding.noes else VoucherRefused(reason="expired", shows={"item": deal.item})
    after, back = refunding.close(money, units)
    return returned(bundle, ask, after, back, draft, money=money)


def return_all(bundle: BundleTerms, number: str, draft: Draft) -> None:
    """Take a paid bundle back because a part of it can't be given; what was used meanwhile is kept at its price."""
    deal = draft.get(Deal, number)
    assert deal is not None  # its parts are written with it
    refunding = _Refunding(bundle, deal, draft, keeps=True)
    money, units = refunding.run()
    after, _ = refunding.close(money, units)
    draft.put(after)
    told(draft, "deal.refund_due", after, refund=money, currency=after.currency)


@attrs.define
class _Refunding:
    """
    A bundle on its way back.

    Attributes:
        keeps: Whether what was used stays, or refuses the whole.
        kept: Parts that were used and stay; `lost` those whose price came back before.
        worn: Prices, and the share of each that its days have used up.
        noes: Why they could not be taken back, the main thing's included.
    """

    bundle: BundleTerms
    deal: Deal
    draft: Draft
    keeps: bool
    kept: list[Part] = attrs.field(factory=list)
    lost: list[Part] = attrs.field(factory=list)
    worn: list[tuple[Price, Fraction]] = attrs.field(factory=list)
    main_kept: bool = False
    noes: list[Refused] = attrs.field(factory=list)

    def run(self) -> tuple[int, Mapping[str, int]]:
        """End every part and the main thing; the money and the units to return."""
        for record in _parts(self.bundle, self.deal, self.draft):
            self.end(record)
        self.end_main()
        return self.due()

    def close(self, money: int, units: Mapping[str, int]) -> tuple[Deal, dict[str, int]]:
        """The deal as refunded, and what wallets got back."""
        going, staying = self.moves(units)
        back = reverse(self.draft, going, ending="refunded", units=self.bundle.units).changed
        total = self.deal.refunded + money
        after = attrs.evolve(self.deal, phase="refunded", ended="refunded", returned=1, refunded=total)
        return attrs.evolve(after, moves=staying), back

    def end(self, record: PackPart) -> None:
        """End one part; what was used is kept, or refuses the whole."""
        part = self.bundle.part(record.name)
        if part is None:
            return
        try:
            with self.draft.part():
                _end(self.bundle, record, self.draft)
            self._wear(part.price, record.grants if record.phase == "given" else ())
        except (InsufficientPoints, VoucherRefused) as no:
            self._keep(no)
            self.kept.append(part)
        if record.phase == "failed" and part.if_failed == "refund":
            self.lost.append(part)

    def end_main(self) -> None:
        """Withdraw the main thing, or keep it."""
        rights = rights_of(self.deal, self.draft)
        try:
            _fresh(rights)
        except VoucherRefused as no:
            self._keep(no)
            self.main_kept = True
            return
        for right in rights:
            withdraw(self.draft, right)
        parts = self.bundle.parts
        left = {unit: n - units_of(parts).get(unit, 0) for unit, n in amounts(self.deal.moves).items()}
        self._wear(Price(units=left, money=max(self.deal.pay - money_of(parts), 0)), self.deal.grants)

    def _wear(self, price: Price, grants: Sequence[str]) -> None:
        """Note how much of a price the days of these entitlements have used up."""
        if not self.bundle.refund.by_day or not grants:
            return
        rights = granted(grants, self.draft)
        left = sum((days_left(right, self.draft.now) for right in rights), Fraction(0)) / len(rights)
        if left < 1:
            self.worn.append((price, 1 - left))

    def due(self) -> tuple[int, Mapping[str, int]]:
        """The money and the units to return."""
        deal, paid = self.deal, amounts(self.deal.moves)
        if self.main_kept:
            rest = [part for part in self.bundle.parts if part not in (*self.kept, *self.lost)]
            money, units = money_of(rest), dict(units_of(rest))
        else:
            held = units_of(self.kept)
            money = deal.pay - deal.refunded - money_of(self.kept)
            units = {unit: amount - held.get(unit, 0) for unit, amount in paid.items()}
        money -= ceil(sum((price.money * share for price, share in self.worn), Fraction(0)))
        for unit in units:
            units[unit] -= ceil(sum((price.units.get(unit, 0) * share for price, share in self.worn), Fraction(0)))
        capped = {unit: min(amount, paid.get(unit, 0)) for unit, amount in units.items()}
        return max(min(money, deal.pay - deal.refunded), 0), {unit: n for unit, n in capped.items() if n > 0}

    def moves(self, units: Mapping[str, int]) -> tuple[tuple[Move, ...], tuple[Move, ...]]:
        """What goes back: all if nothing is kept; else units, and the piece unless the main thing is kept."""
        going, staying = drawn(self.deal.moves, units)
        if not self.noes:
            return (*(move for move in staying if move.source.kind != "lot"), *going), ()
        if self.main_kept:
            return going, staying
        pieces = tuple(move for move in staying if move.source.kind in ("quota", "stock"))
        return (*pieces, *going), tuple(move for move in staying if move not in pieces)

    def _keep(self, no: Refused) -> None:
        if not self.keeps:
            raise no
        self.noes.append(no)


def _parts(bundle: BundleTerms, deal: Deal, draft: Draft) -> Sequence[PackPart]:
    """The deal's parts, with everything that taking them and the deal back needs locked."""
    keys = [part_key(deal.id, part.name) for part in bundle.parts]
    draft.require(*keys)
    found = [record for key in keys if (record := draft.get(PackPart, *key.parts)) is not None]
    grants = [*deal.grants, *(id_ for record in found for id_ in record.grants)]
    moves = [*deal.moves, *(move for record in found for move in record.moves)]
    draft.require(*grant_keys(grants), *needs_of(moves))
    return found


def _end(bundle: BundleTerms, record: PackPart, draft: Draft) -> None:
    """Cancel a part that is still to come, or withdraw what it gave, whole or not at all."""
    if record.phase in ("open", "short", "waiting"):
        draft.put(attrs.evolve(record, phase="cancelled", due_at=None))
        draft.note(f"parts.{record.name}", "cancelled")
    if record.phase != "given":
        return
    rights = granted(record.grants, draft)
    _fresh(rights)
    for right in rights:
        withdraw(draft, right)
    reverse(draft, record.moves, ending="undone", units=bundle.units, take="refuse", label="takeback")
    draft.put(attrs.evolve(record, phase="withdrawn"))
    draft.note(f"parts.{record.name}", "withdrawn")


def _fresh(rights: Sequence[Entitlement]) -> None:
    for right in rights:
        if reason := spoiled(right):
            raise VoucherRefused(reason=reason, shows={"item": right.item})
