"""
Giving: hand things to one receiver, and use up the limits and stocks that this takes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Protocol

import attrs

from quanyi.entitlements.accounts import outside, stock
from quanyi.entitlements.benefits import Benefit, PointsUnit
from quanyi.entitlements.clauses import Gift, Head, Limit, Undo, Unless
from quanyi.entitlements.derived_ids import derived_id
from quanyi.entitlements.errors import OutOfStock, Refused
from quanyi.entitlements.grants import grant
from quanyi.entitlements.inputs import Input
from quanyi.entitlements.limits.limit import no_room, room, take_place
from quanyi.entitlements.needs import LotsOf, Need
from quanyi.entitlements.picture import Draft
from quanyi.entitlements.points import earn
from quanyi.entitlements.records import Move
from quanyi.entitlements.stocks import take_pieces

__all__ = ["Gifts", "Giver", "Giving", "Undoable", "counted", "short_benefits", "trimmed"]

Gifts = list[tuple[Gift, int]]
"""Things with their amounts."""

_UNDONE = ("undone",)


class Giver(Protocol):
    """A play that gives things, in units it knows."""

    @property
    def head(self) -> Head:
        """What the campaign says about itself."""
        ...

    @property
    def units(self) -> Mapping[str, PointsUnit]:
        """The units of what it gives and takes."""
        ...

    def unit(self, id_: str) -> PointsUnit:
        """The unit of that id; a unit without any rules if the mall declares none of that name."""
        ...


class Undoable(Giver, Protocol):
    """A play whose gifts can be taken back when their cause goes away."""

    @property
    def if_undone(self) -> tuple[Undo, ...]:
        """What happens when the cause goes away."""
        ...

    @property
    def unless(self) -> Unless | None:
        """The event that makes an open promise void; None if there is none."""
        ...


def short_benefits(gifts: Gifts, draft: Draft) -> list[tuple[Benefit, int]]:
    """The benefits that have fewer pieces than *gifts* would give, each with the pieces asked for."""
    return [(benefit, n) for benefit, n in counted(gifts) if draft.stands(stock(benefit.id), n) < n]


def trimmed(gifts: Gifts, limits: Iterable[Limit], ask: Input, draft: Draft, zone: str) -> Gifts:
    """
    The gifts, cut down to what limits with ``over: clip`` leave of their unit.

    Where several gifts share a unit, earlier ones are served first. A gift of which nothing is left is dropped.
    """
    rooms: dict[str, int] = {}
    for limit in limits:
        if limit.over == "clip":
            asked = sum(amount for gift, amount in gifts if gift.thing == limit.of)
            here = max(room(draft, limit, ask, zone, asked), 0)
            rooms[limit.of] = min(here, rooms.get(limit.of, here))
    found: Gifts = []
    for gift, amount in gifts:
        part = min(amount, rooms.get(gift.thing, amount))
        if gift.thing in rooms:
            rooms[gift.thing] -= part
        found.append((gift, part))
    return [(gift, amount) for gift, amount in found if amount]


@attrs.frozen(kw_only=True)
class Giving:
    """
    What one receiver gets.

    Attributes:
        gifts: What is handed out, after trimming.
        wanted: What it would be without trimming.
        deal: The id of the deal that gives it; empty if none does.
    """

    reward: Giver
    receiver: str
    gifts: Gifts
    wanted: Gifts
    deal: str = ""

    def needs(self) -> set[Need]:
        """The wallets and stocks that giving touches."""
        units = {gift.thing for gift, _ in self.gifts if gift.benefit is None}
        return {*(LotsOf(self.receiver, unit) for unit in units), *(stock(b.id) for b, _ in counted(self.gifts))}

    def refusal(self, draft: Draft, limits: Iterable[Limit], ask: Input, *, budget: bool = False) -> Refused | None:
        """The refusal of the first of *limits* that has too little room for the gifts; None if all have enough."""
        zone = self.reward.head.zone
        for limit in limits:
            asked = self._least(limit) if limit.over == "clip" else self._asked(limit, self.gifts)
            if limit.over != "flag" and asked and room(draft, limit, ask, zone, asked) < asked:
                scale = self.reward.unit(limit.of).scale
                return no_room(draft, limit, ask, asked, zone=zone, budget=budget, scale=scale)
        return None

    def asked(self, limit: Limit) -> int:
        """How much of what *limit* counts the gifts would use."""
        return self._asked(limit, self.gifts)

    def take_places(self, draft: Draft, limits: Iterable[Limit], ask: Input, *, budget: bool = False) -> list[Move]:
        """
        Use up *limits*: one time each, or as much as is given of what they count.

        Returns:
            What was booked.

        Raises:
            LimitReached: A limit has too little room; `BudgetExhausted` for a budget.
        """
        moves: list[Move] = []
        for limit in limits:
            no = self.refusal(draft, [limit], ask, budget=budget)
            if no is not None:
                raise no
            moves += take_place(draft, limit, ask, self._asked(limit, self.gifts), zone=self.reward.head.zone)
        return moves

    def take_stock(self, draft: Draft) -> list[Move]:
        """
        Take the pieces of benefits that can run out, all or nothing. An undo does not return pieces behind a pool.

        Raises:
            OutOfStock: There are fewer pieces than are given.
        """
        for benefit, asked in short_benefits(self.gifts, draft):
            left = draft.stands(stock(benefit.id))
            raise OutOfStock(shows={"item": benefit.id, "left": left, "asked": asked, "missing": asked - left})
        moves: list[Move] = []
        for benefit, pieces in counted(self.gifts):
            accounts, to, back = [stock(benefit.id)], outside("sold", "pieces"), () if benefit.pool else _UNDONE
            moves += take_pieces(draft, accounts, pieces, holder=self.receiver, to=to, label="grant", back=back)
        return moves

    def hand_out(self, draft: Draft, firing: str) -> tuple[list[Move], list[str]]:
        """
        Credit the points and grant the entitlements.

        Args:
            firing: What the entitlements' ids are derived from.

        Returns:
            What was booked, and the ids of the entitlements.
        """
        moves: list[Move] = []
        grants: list[str] = []
        for gift, amount in self.gifts:
            if gift.benefit is None:
                moves += earn(draft, self.reward.unit(gift.thing), self.receiver, amount)
                draft.given.append((self.receiver, gift.thing, amount))
                continue
            for _ in range(amount):
                grants.append(derived_id("entitlement", firing, str(len(grants))))
                self._grant(draft, gift.benefit, grants[-1])
        return moves, grants

    def _grant(self, draft: Draft, benefit: Benefit, id_: str) -> None:
        head = self.reward.head
        made_by = {"campaign": head.campaign, "version": head.version, "zone": head.zone, "deal": self.deal}
        grant(draft, benefit, self.receiver, id_=id_, **made_by)

    def _least(self, limit: Limit) -> int:
        """How much room a clipping limit must have at least: its own floor, or all that is asked if that is less."""
        return min(limit.at_least, self._asked(limit, self.wanted))

    def _asked(self, limit: Limit, gifts: Gifts) -> int:
        """How much of what the limit counts is given. A limit in money counts what the benefits cost the mall."""
        if limit.of == "times":
            return 1
        if limit.of == "pieces":
            return sum(n for gift, n in gifts if gift.benefit is not None)
        if limit.of in self.reward.units or any(gift.thing == limit.of for gift, _ in self.wanted):
            return sum(n for gift, n in gifts if gift.thing == limit.of)
        return sum(gift.benefit.cost * n for gift, n in gifts if gift.benefit is not None)


def counted(gifts: Iterable[tuple[Gift, int]]) -> list[tuple[Benefit, int]]:
    """The benefits of *gifts* that have a stock, each with its pieces."""
    return [(gift.benefit, n) for gift, n in gifts if gift.benefit is not None and gift.benefit.counted]
