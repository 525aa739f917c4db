"""
Whatever becomes of deals, no piece and no place is made, lost or sold twice.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import attrs
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, invariant, multiple, rule

from quanyi.entitlements.accounts import lot, quota, used
from quanyi.entitlements.benefits import Benefit, PointsUnit
from quanyi.entitlements.clauses import Head, Limit
from quanyi.entitlements.errors import Refused
from quanyi.entitlements.plays.basics import BASICS
from quanyi.entitlements.plays.sale import Hold, Late, Price, Sale
from quanyi.entitlements.records import Deal
from quanyi.entitlements.time import Duration
from tests.entitlements.stage import Stage

USERS = ("ann", "bob", "cat")
PIECES, POINTS = 7, 1000
SALE = Sale(
    head=Head(campaign="c"),
    currency="CNY",
    sells={"mug": Price(units={"points": 50}, money=100)},
    quota={"mug": PIECES},
    at_most=(Limit(id="each", count=3, of="pieces"),),
    hold=Hold(pay_within=Duration(seconds=1800)),
    benefits={"mug": Benefit(id="mug")},
    units={"points": PointsUnit(id="points")},
)


class Deals(RuleBasedStateMachine):
    """Three people place, pay, cancel, refund and forget, and a sweep comes by or not."""

    deals = Bundle("deals")

    @initialize(splits=st.integers(1, 4), late=st.sampled_from(["accept", "refuse", "refund"]), again=st.booleans())
    def open(self, splits, late, again):
        """A sale with its quota in some number of balances."""
        self.sale = attrs.evolve(SALE, splits=splits, late=Late(then=late, take_again=again))
        self.exact = late != "accept" or again
        self.now = datetime(2026, 3, 1, tzinfo=UTC)
        self.stage = Stage(balances={lot(f"h-{user}", "points"): POINTS for user in USERS})
        data = {"campaign": "c", "thing": "mug", "total": PIECES, "splits": splits}
        self.stage.ask(BASICS["stock.load"], "stock.load", self.now.isoformat(), data=data)

    def ask(self, type_, user, **more):
        """One command; None for a no."""
        try:
            return self.stage.ask(self.sale, type_, self.now.isoformat(), user, **more).answer
        except Refused:
            return None

    @rule(target=deals, user=st.sampled_from(USERS), qty=st.integers(1, 3))
    def place(self, user, qty):
        """A deal, or a no."""
        answer = self.ask("order.place", user, data={"item": "mug", "qty": qty})
        return (answer["deal"], user, answer["pay"]) if answer else multiple()

    @rule(deal=deals)
    def pay(self, deal):
        """In time, late, or again."""
        self.ask("order.pay", deal[1], about=deal[0], data={"paid": deal[2]})

    @rule(deal=deals, type_=st.sampled_from(["order.cancel", "order.refund"]))
    def end(self, deal, type_):
        """In whatever state it is."""
        self.ask(type_, deal[1], about=deal[0])

    @rule(minutes=st.integers(1, 40), sweep=st.booleans())
    def pass_time(self, minutes, sweep):
        """Holds end, whether or not anybody looks."""
        self.now += timedelta(minutes=minutes)
        if sweep:
            self.stage.pass_time(self.sale, self.now.isoformat())

    def _deals(self, *phases):
        found = [record for record, _ in self.stage.records.values() if isinstance(record, Deal)]
        return [deal for deal in found if deal.phase in phases]

    @invariant()
    def pieces_are_free_held_or_sold(self):
        """Quota and open or paid deals sum to what was loaded."""
        free = sum(self.stage.balances[quota("c", "mug", n)] for n in range(self.sale.splits))
        taken = sum(deal.pieces for deal in self._deals("placed", "paid"))

        assert not self.exact or free + taken == PIECES
        assert free >= 0

    @invariant()
    def points_are_with_their_owner_or_in_a_deal(self):
        """Price by price."""
        for user in USERS:
            spent = sum(deal.price["points"] for deal in self._deals("placed", "paid") if deal.holder == f"h-{user}")

            assert self.stage.points(user) == POINTS - spent

    @invariant()
    def places_are_those_of_live_deals(self):
        """Closed and refunded ones have given theirs back."""
        for user in USERS:
            live = sum(deal.pieces for deal in self._deals("placed", "paid") if deal.holder == f"h-{user}")
            counted = self.stage.balances.get(used("each", "", f"h-{user}", unit="pieces"), 0)

            assert not self.exact or counted == live
            assert counted <= 3

    @invariant()
    def rights_are_those_of_paid_deals(self):
        """One for each piece, and none for any other deal."""
        for user in USERS:
            paid = sum(deal.pieces for deal in self._deals("paid") if deal.holder == f"h-{user}")

            assert len(self.stage.rights(user)) == paid

    @invariant()
    def a_hold_empties_once(self):
        """Only open deals hold anything."""
        holding = {account.parts[0] for account, n in self.stage.balances.items() if account.kind == "held" and n}

        assert holding == {deal.id for deal in self._deals("placed")}


Deals.TestCase.settings = settings(max_examples=120, stateful_step_count=30, deadline=None)
TestDeals = Deals.TestCase
