"""
One deal's taking: places of limits, pieces, points and budget, check by check in the declared order.

Each check both refuses and books: what it booked stands on the deal as moves, in that order, and
is dropped whole if a later check says no.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from typing import TYPE_CHECKING

import attrs

from quanyi.entitlements.accounts import Account, debt, held, outside, stock
from quanyi.entitlements.benefits import PointsUnit
from quanyi.entitlements.checks import admission
from quanyi.entitlements.checks.check import Check, by_name, go_through
from quanyi.entitlements.clauses import Head, Limit
from quanyi.entitlements.errors import InputError, LimitReached, NotEligible, OutOfStock
from quanyi.entitlements.inputs import Input
from quanyi.entitlements.limits.limit import limit_needs, room, take_place
from quanyi.entitlements.limits.rolling import usage_behind
from quanyi.entitlements.needs import LotsOf, Need
from quanyi.entitlements.parsing import quoted
from quanyi.entitlements.picture import Draft
from quanyi.entitlements.points import available, spend
from quanyi.entitlements.records import Move, RecordKey
from quanyi.entitlements.stocks import look, own_split, pieces_left, quota_splits, take_pieces
from quanyi.entitlements.time import zone_of

if TYPE_CHECKING:
    from quanyi.entitlements.plays.sale.terms import Coupon, Price, SaleTerms

__all__ = ["CHECKS", "RETAKEN", "SaleAttempt"]

RETAKEN = ("code", "at_most", "quota", "stock", "points", "budget")
"""The checks that take something; a late payment goes through them once more."""

_ENDINGS = ("closed", "lapsed", "refunded")


@attrs.define(kw_only=True)
class SaleAttempt:
    """
    What one request for pieces of a thing takes.

    Attributes:
        deal: The deal's number.
        settled: Whether it is final at once: then nothing is held.
        offset: How much of the sale's offset unit pays for money.
        moves: What was booked so far.
    """

    sale: SaleTerms
    ask: Input
    thing: str
    pieces: int
    deal: str
    settled: bool
    offset: int = 0
    moves: list[Move] = attrs.field(factory=list)

    def needs(self) -> set[Need]:
        """What must be locked: of a split quota only the holder's own balance."""
        own = self.coupon.at_most if self.coupon is not None else ()
        limits = (*own, *self.sale.at_most, *self.sale.budget, *self.sale.rounds.get(self.thing, ()))
        needs: set[Need] = {*limit_needs(limits, self.ask, self.sale.head.zone)}
        needs.update(LotsOf(self.holder, unit) for unit in self.price)
        if self.sale.offset is not None and self.ask.data.get("offset"):
            needs.add(LotsOf(self.holder, self.sale.offset.unit))
        needs.update(stock(benefit) for benefit in self.stocks)
        if self.thing in self.sale.quota:
            needs.add(own_split(self.quota, self.holder))
        return needs

    def run(self, checks: Iterable[str], draft: Draft) -> None:
        """Go through *checks*; the first that fails refuses."""
        go_through(checks, CHECKS, self, draft)

    def wakes(self) -> tuple[Account | RecordKey, ...]:
        """Whoever decides anything at these must hear that the hold has ended: wallets, and records of uses."""
        heard = (debt(a.parts[0], a.unit) if a.kind == "lot" else usage_behind(a) for a, _ in self._lapsing())
        return tuple(dict.fromkeys(found for found in heard if found is not None))

    def gives(self) -> tuple[tuple[Account, int], ...]:
        """What comes back to balances that many draw on, once the hold has ended."""
        back: dict[Account, int] = {}
        for account, amount in self._lapsing():
            if account.gives_room:
                back[account] = back.get(account, 0) + amount
        return tuple(back.items())

    def _lapsing(self) -> Iterator[tuple[Account, int]]:
        for move in self.moves:
            if "lapsed" in move.back:
                yield (move.destination if move.source.outside else move.source), move.amount

    # --- what it is about --------------------------------------------------------------------

    @property
    def head(self) -> Head:
        """What the campaign says about itself, as long as the thing is on sale."""
        return self.sale.head_of(self.thing)

    @property
    def holder(self) -> str:
        """Who asks."""
        return self.ask.holder or ""

    @property
    def each(self) -> Price:
        """What one piece costs, among so many."""
        return self.sale.sells[self.thing].at(self.pieces)

    @property
    def price(self) -> dict[str, int]:
        """What all pieces cost in counted units."""
        price = {unit: n * self.pieces for unit, n in self.each.units.items() if n}
        if self.offset and self.sale.offset is not None:
            price[self.sale.offset.unit] = price.get(self.sale.offset.unit, 0) + self.offset
        return price

    @property
    def pay(self) -> int:
        """What all pieces cost in money, less what a code takes off and a unit pays."""
        return self.total - (self.sale.offset.worth(self.offset) if self.offset and self.sale.offset else 0)

    @property
    def total(self) -> int:
        """What all pieces cost in money, less what a code takes off."""
        total = self.each.money * self.pieces
        return total if self.coupon is None else total - self.coupon.of(total)

    @property
    def code(self) -> str:
        """The code that the order names, as it is written in the campaign."""
        return str(self.ask.data.get("code") or "").strip().upper()

    @property
    def coupon(self) -> Coupon | None:
        """What its code takes off; None without one, or for one that there is not."""
        return self.sale.codes.get(self.code) if self.sale.codes else None

    @property
    def given_away(self) -> int:
        """How far that is below list price."""
        return max(self.sale.sells[self.thing].list_price * self.pieces - self.total, 0)

    @property
    def quota(self) -> tuple[Account, ...]:
        """The balances of this thing's quota."""
        return quota_splits(self.sale.head.campaign, self.thing, self.sale.splits)

    @cached_property
    def stocks(self) -> list[str]:
        """Benefits whose stock goes down with each piece: the thing itself, if it can run out, and `takes`."""
        return self.sale.stocks(self.thing)

    def pay_partly(self, draft: Draft) -> None:
        """Find out how much of the offset unit is used of what the buyer wants."""
        asked, offset = self.ask.data.get("offset") or 0, self.sale.offset
        if not asked or offset is None:
            return
        if not isinstance(asked, int) or isinstance(asked, bool) or asked < 0:
            msg = f"offset must be a whole number of the unit's smallest part, 0 or more, not {quoted(asked)}"
            raise InputError(msg)
        own = self.each.units.get(offset.unit, 0) * self.pieces
        have = max(available(draft, self.holder, offset.unit) - own, 0)
        self.offset = offset.used(asked, have, self.total)
        self.settled = not self.pay

    def left(self, draft: Draft) -> int | None:
        """How many pieces the campaign still has by now, in all and in this window; None if nobody counts, or can say."""
        zone = self.sale.head.zone
        rounds = [max(room(draft, limit, self.ask, zone), 0) for limit in self.sale.rounds.get(self.thing, ())]
        quotas = [self.quota] if self.thing in self.sale.quota else []
        whole = [pieces_left(draft, supply) for supply in (*quotas, *((stock(benefit),) for benefit in self.stocks))]
        return None if None in whole else min([*rounds, *(left for left in whole if left is not None)], default=None)

    # --- the checks --------------------------------------------------------------------------

    def per_order_kept(self, _draft: Draft) -> None:
        """It asks for no more pieces than one order may have."""
        most = self.sale.per_order
        if most is not None and self.pieces > most:
            raise LimitReached(
                reason="per-order", shows={"limit": most, "used": 0, "asked": self.pieces, "of": "pieces"}
            )

    def code_known(self, draft: Draft) -> None:
        """Its code is one of the campaign's, and the code's own limits have room."""
        if not self.code:
            return
        if self.coupon is None:
            raise NotEligible(reason="unknown-code")
        for limit in self.coupon.at_most:
            self._place(draft, limit, budget=False)

    def at_most(self, draft: Draft) -> None:
        """The limits have room, and places are taken."""
        for limit in self.sale.at_most:
            self._place(draft, limit, budget=False)

    def take_quota(self, draft: Draft) -> None:
        """The campaign has the pieces, in all and in this window, and they are taken."""
        if self.thing in self.sale.quota:
            self._take(draft, self.quota)
        for limit in self.sale.rounds.get(self.thing, ()):
            self._take_round(draft, limit)

    def take_stock(self, draft: Draft) -> None:
        """The benefits have the pieces, and they are taken."""
        for benefit in self.stocks:
            self._take(draft, (stock(benefit),))

    def take_points(self, draft: Draft) -> None:
        """The balance covers the price, and it is taken."""
        for unit, amount in self.price.items():
            to = self._keep(draft, "revenue", unit)
            points = self.sale.units.get(unit) or PointsUnit(id=unit)
            self.moves += spend(draft, points, self.holder, amount, to=to, back=_ENDINGS)

    def budget(self, draft: Draft) -> None:
        """The budgets have room for what is given away, and it is taken."""
        for limit in self.sale.budget:
            self._place(draft, limit, budget=True)

    # --- inside ------------------------------------------------------------------------------

    def _place(self, draft: Draft, limit: Limit, *, budget: bool) -> None:
        asked, zone = self._asked(limit.of, budget=budget), self.sale.head.zone
        scale = self.sale.units[limit.of].scale if limit.of in self.sale.units else self.sale.currency_scale
        self.moves += take_place(draft, limit, self.ask, asked, zone=zone, budget=budget, scale=scale)

    def _take_round(self, draft: Draft, limit: Limit) -> None:
        """Pieces of the present window; the next one has its own."""
        zone = self.sale.head.zone
        left = max(room(draft, limit, self.ask, zone, self.pieces), 0)
        if left < self.pieces:
            next_at = limit.window.ends(self.ask.at, zone_of(zone))
            shows = {"left": left, "asked": self.pieces, "missing": self.pieces - left}
            raise OutOfStock(shows=shows, next_at=next_at, zone=zone)
        if not self._only_looks:
            self.moves += take_place(draft, limit, self.ask, self.pieces, zone=zone)

    @property
    def _only_looks(self) -> bool:
        """Whether pieces are taken when the money has come, and not before."""
        return self.sale.hold.since == "pay" and not self.settled

    def _asked(self, of: str, *, budget: bool) -> int:
        """How much of what a limit counts is asked for."""
        if of in ("money", self.sale.currency):
            return self.given_away if budget else self.pay
        if of in self.price:
            return self.price[of]
        return {"times": 1, "pieces": self.pieces}.get(of, 0)

    def _take(self, draft: Draft, accounts: tuple[Account, ...]) -> None:
        if self._only_looks:
            look(draft, accounts, self.pieces, holder=self.holder)
            return
        to = self._keep(draft, "sold", "pieces")
        self.moves += take_pieces(draft, accounts, self.pieces, holder=self.holder, to=to, back=_ENDINGS)

    def _keep(self, draft: Draft, name: str, unit: str) -> Account:
        """Where it goes: out for good, or into the deal's hold."""
        return outside(name, unit) if self.settled else draft.fresh(held(self.deal, unit))


CHECKS: Mapping[str, Check[SaleAttempt]] = by_name(
    admission.RUNS,
    admission.OPEN,
    admission.AUDIENCE,
    Check(name="per_order", run=SaleAttempt.per_order_kept),
    Check(name="code", run=SaleAttempt.code_known, keys=("codes",)),
    Check(name="at_most", run=SaleAttempt.at_most),
    Check(name="quota", run=SaleAttempt.take_quota),
    Check(name="stock", run=SaleAttempt.take_stock, keys=("sells",)),
    Check(name="points", run=SaleAttempt.take_points, keys=("sells",)),
    Check(name="budget", run=SaleAttempt.budget),
)
"""The checks of a sale, in their usual order."""
