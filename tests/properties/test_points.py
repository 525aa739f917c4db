"""
Whatever happens to a wallet, no point is made and none is lost.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import attrs
import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from quanyi.entitlements import points
from quanyi.entitlements.accounts import Account, debt, ended, lot, outside
from quanyi.entitlements.benefits import LotRule, PointsUnit
from quanyi.entitlements.changes import Because
from quanyi.entitlements.errors import InsufficientPoints
from quanyi.entitlements.needs import LotsOf
from quanyi.entitlements.picture import View
from quanyi.entitlements.records import Move
from quanyi.entitlements.time import Duration
from quanyi.entitlements.undo.reverse import reverse
from tests.entitlements.stage import Stage

WALLET = LotsOf("h-ann", "points")
START = datetime(2026, 1, 15, 12, tzinfo=UTC)
AMOUNTS = st.integers(min_value=1, max_value=100)


class Wallet(RuleBasedStateMachine):
    """Earn, spend, refund, take back, expire, in any order and at any time."""

    @initialize(
        ends_to=st.sampled_from(["day", "exact", "month", "year"]), lasts=st.sampled_from([None, "20d", "2 months"])
    )
    def open(self, ends_to, lasts):
        """A wallet whose points may end, rounded in some zone."""
        rule_ = LotRule(lasts=lasts and Duration.parse(lasts), ends_to=ends_to)
        self.unit = PointsUnit(id="points", lots=rule_, zone="Asia/Shanghai")
        self.stage, self.now = Stage(), START
        self.issued = self.revenue = 0
        self.exact = True
        self.spent: list[tuple[Move, ...]] = []
        self.earned: list[tuple[Move, ...]] = []

    def decide(self, act):
        """Let *act* draw on an exact picture, then book its lines under their guards."""
        lots = [account for account in self.stage.balances if account.kind == "lot"]
        draft = View(self.stage.picture({WALLET, *map(ended, lots)})).draft(self.now)
        result = act(draft)
        changes = draft.done(Because(campaign="c"))
        for line in changes.lines:
            if hasattr(line, "amount"):
                self._count(line.source, -line.amount)
                self._count(line.destination, line.amount)
        self.stage.book(changes)
        return result

    def _count(self, account: Account, delta: int) -> None:
        if account == outside("issued", "points"):
            self.issued -= delta
        elif account == outside("revenue", "points"):
            self.revenue += delta

    @rule(days=st.integers(min_value=0, max_value=40))
    def pass_days(self, days):
        """Time goes on; nobody sweeps."""
        self.now += timedelta(days=days)

    @rule(amount=AMOUNTS)
    def earn(self, amount):
        """Parts of what is earned sum to the whole."""
        owed, before = self._owed(), self._live()
        moves = self.decide(lambda draft: points.earn(draft, self.unit, "h-ann", amount))
        self.earned.append(moves)

        assert sum(move.amount for move in moves) == amount
        assert self._live() - before == max(amount - owed, 0)

    @rule(amount=AMOUNTS)
    def spend(self, amount):
        """Exactly what is asked for is taken, from live lots, or nothing."""
        live, owed = self._live(), self._owed()
        revenue = outside("revenue", "points")
        if live - owed < amount:
            with pytest.raises(InsufficientPoints) as no:
                self.decide(lambda draft: points.spend(draft, self.unit, "h-ann", amount, to=revenue))
            assert no.value.missing.value == amount - live + owed
            return
        spent = self.decide(
            lambda draft: points.spend(draft, self.unit, "h-ann", amount, to=revenue, back=("refunded",))
        )
        self.spent.append(spent)

        assert sum(move.amount for move in spent) == amount
        assert self._live() == live - amount

    @precondition(lambda self: self.spent)
    @rule(data=st.data())
    def refund(self, data):
        """What comes back goes to the very lots it came from, where nothing is owed and none has ended."""
        moves = self.spent.pop(data.draw(st.integers(0, len(self.spent) - 1)))
        before, owed, had = dict(self.stage.balances), self._owed(), self._live() - self._owed()
        units = {"points": self.unit}
        back = self.decide(lambda draft: reverse(draft, moves, ending="refunded", units=units))
        self.exact = False

        assert back.changed.get("points", 0) == self._live() - self._owed() - had
        if not owed and all(self._alive(move.source) for move in moves):
            assert all(self.stage.balances[m.source] == before[m.source] + m.amount for m in moves)

    @precondition(lambda self: self.earned)
    @rule(data=st.data(), policy=st.sampled_from(["left", "debt", "refuse"]))
    def take_back(self, data, policy):
        """Never more than was booked less what ended of it; all of that, what is left, or nothing, by the policy."""
        moves = self.earned.pop(data.draw(st.integers(0, len(self.earned) - 1)))
        booked, issued, had = sum(move.amount for move in moves), self.issued, self._live() - self._owed()
        due = booked - sum(min(move.amount, self._ended_in(move.destination)) for move in moves)
        units = {"points": self.unit}
        try:
            back = self.decide(lambda draft: reverse(draft, moves, ending="undone", units=units, take=policy))
        except InsufficientPoints:
            assert policy == "refuse"
            assert self._live() < due
            self.earned.append(moves)
            return
        lost = had - self._live() + self._owed()
        self.exact &= not back.short

        assert lost == -back.changed.get("points", 0) <= due
        assert back.short == due - lost == booked - (issued - self.issued)
        assert policy == "left" or not back.short

    @precondition(lambda self: self.earned and self.exact)
    @rule()
    def take_everything_back(self):
        """Whoever earned nothing in the end owes what he spent, and nothing of it is called ended."""
        for moves in self.earned:
            units = {"points": self.unit}
            self.decide(lambda draft, m=moves, u=units: reverse(draft, m, ending="undone", units=u, take="debt"))
        self.earned = []

        assert (self.issued, self._owed(), self._live(), self._ended()) == (0, self.revenue, 0, 0)

    @rule()
    def expire(self):
        """A sweep books ended lots; what can be spent does not change by it."""
        live = self._live()
        for account in [a for a in self.stage.balances if a.kind == "lot"]:
            self.decide(lambda draft, account=account: points.end_lot(draft, account))

        assert self._live() == live

    @invariant()
    def no_point_is_made_or_lost(self):
        """What was issued is in the wallet, spent, or ended."""
        wallet = sum(n for account, n in self.stage.balances.items() if account.holder == "h-ann")

        assert self.issued == wallet + self.revenue + self._ended()

    @invariant()
    def nothing_is_negative_but_a_debt(self):
        """Lots and what ended of them never go below zero, a debt never above."""
        assert all(n >= 0 for account, n in self.stage.balances.items() if account.kind in ("lot", "ended"))
        assert self.stage.balances.get(debt("h-ann", "points"), 0) <= 0

    @invariant()
    def lots_and_debt_are_never_both(self):
        """Whoever owes has nothing to spend."""
        assert not (self._owed() and self._live())

    @invariant()
    def every_lot_with_an_end_has_its_timer(self):
        """What ends is told once, when its row is new."""
        ends = {emit.data["ends"] for _, _, emit in self.stage.timers}

        assert {a.ends for a in self.stage.balances if a.kind == "lot" and a.ends} == ends
        assert len(self.stage.timers) == len(ends)

    def _alive(self, account: Account) -> bool:
        return account.ends is None or account.ends > self.now.isoformat()

    def _ended(self) -> int:
        return sum(n for account, n in self.stage.balances.items() if account.kind == "ended")

    def _ended_in(self, account: Account) -> int:
        """What ended of one lot, whether or not anybody booked it."""
        if account.kind != "lot" or self._alive(account):
            return 0
        return self.stage.balances.get(account, 0) + self.stage.balances.get(ended(account), 0)

    def _live(self) -> int:
        return sum(n for a, n in self.stage.balances.items() if a.kind == "lot" and self._alive(a))

    def _owed(self) -> int:
        return -self.stage.balances.get(debt("h-ann", "points"), 0)


Wallet.TestCase.settings = settings(max_examples=150, stateful_step_count=30, deadline=None)
TestWallet = Wallet.TestCase


def test_a_wallet_is_spent_in_its_burn_order():
    """Soonest end first, no end last."""
    unit = PointsUnit(id="points", lots=LotRule())
    late, soon, never = (lot("h-ann", "points", end) for end in (START + timedelta(9), START + timedelta(3), None))
    draft = View(Stage(balances={never: 5, late: 5, soon: 5}).picture({WALLET})).draft(START)
    moves = points.spend(draft, unit, "h-ann", 12, to=outside("revenue", "points"))

    assert [(attrs.evolve(move).source, move.amount) for move in moves] == [(soon, 5), (late, 5), (never, 2)]
