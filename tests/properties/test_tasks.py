"""
Tasks whatever happens: no goal passes its target, and nobody is paid twice for what is done once.
"""

from __future__ import annotations

import contextlib

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from quanyi.entitlements.clauses import Undo
from quanyi.entitlements.errors import Refused
from quanyi.entitlements.plays.task import Goal, Task
from quanyi.entitlements.plays.task.progress import ALL_DONE
from tests.entitlements.errands import AT, LATER, ORDERS, POINTS, points
from tests.entitlements.stage import Stage

GOALS = (
    Goal(name="buy", when=("paid",), target=2, give=points(10)),
    Goal(name="spend", when=("paid",), target=100, how="sum", by="event.amount", unit="CNY", give=points(100)),
)


class Errands(RuleBasedStateMachine):
    """Orders are paid and refunded in any order, points are spent between."""

    restart = False
    take = "left"
    share = ""

    def __init__(self):
        super().__init__()
        self.stage, self.number, self.spent = Stage(), 0, 0
        self.stands: dict[str, int] = {}
        self.task = Task(
            head=ORDERS.head,
            goals=GOALS,
            all_done=points(1000),
            restart=self.restart,
            if_undone=(Undo(when=("refunded",), same=("order",), take=self.take, share=self.share),),
            units=POINTS,
        )

    @rule(amount=st.integers(1, 120))
    def pay(self, amount):
        self.number += 1
        order = {"order": f"o{self.number}"}
        self.attempt("paid", AT, {**order, "amount": amount}, order)

    @rule(number=st.integers(1, 12))
    def refund(self, number):
        self.attempt("refunded", LATER, {"order": f"o{number}"}, {"order": f"o{number}"})

    @rule(amount=st.integers(1, 700))
    def spend(self, amount):
        lots = [account for account, n in self.stage.balances.items() if account.kind == "lot" and n]
        part = min(self.stage.balances[lots[0]], amount) if lots else 0
        if part:
            self.stage.balances[lots[0]] -= part
            self.spent += part

    def attempt(self, type_, at, data, source):
        with contextlib.suppress(Refused):
            self.stage.ask(self.task, type_, at, "ann", data=data, source=source)
            if type_ == "paid":
                self.stands[data["order"]] = data["amount"]
            else:
                self.stands.pop(data["order"], None)

    def rounds(self):
        return [record for record, _ in self.stage.records.values() if record.kind == "progress"]

    @invariant()
    def no_goal_passes_its_target(self):
        targets = {f"orders/{goal.rule}": goal.target for goal in GOALS}
        found = [(a.parts[0], n) for a, n in self.stage.balances.items() if a.parts[0] in targets]

        assert all(0 <= n <= targets[name] for name, n in found)

    @invariant()
    def a_goal_is_as_far_as_what_stands_brings_it(self):
        """Whatever came when the goal was full already, and whatever of all that is undone."""
        if self.restart or self.share:
            return
        worth = {"buy": len(self.stands), "spend": sum(self.stands.values())}
        for goal in GOALS:
            rows = [n for a, n in self.stage.balances.items() if a.parts[0] == f"orders/{goal.rule}"]
            assert sum(rows) == min(worth[goal.name], goal.target)

    @invariant()
    def each_gift_stands_once_a_round(self):
        for record in self.rounds():
            rules = [booked.rule for booked in record.given]
            assert len(rules) == len(set(rules))

    @invariant()
    def the_books_show_what_stands(self):
        """What was ever earned less what came back is what the rounds say was given, at most."""
        worth = {goal.rule: goal.give[0].how_much.value for goal in GOALS} | {ALL_DONE: 1000}
        stands = sum(worth[booked.rule] for record in self.rounds() for booked in record.given)
        held = self.stage.points("ann") + self.spent

        assert held <= stands

    @invariant()
    def a_full_goal_was_paid(self):
        for record in self.rounds():
            given = {booked.rule for booked in record.given}
            key = (record.window, *record.subject, str(record.round))
            full = {
                goal.rule
                for goal in GOALS
                for a, n in self.stage.balances.items()
                if a.parts == (f"orders/{goal.rule}", *key) and n >= goal.target
            }
            assert full <= given


class Again(Errands):
    restart = True


class Owing(Errands):
    take = "debt"

    @invariant()
    def everything_that_fell_back_came_back(self):
        """With a debt, what is held and was spent is exactly what stands."""
        worth = {goal.rule: goal.give[0].how_much.value for goal in GOALS} | {ALL_DONE: 1000}
        stands = sum(worth[booked.rule] for record in self.rounds() for booked in record.given)

        assert self.stage.points("ann") + self.spent == stands


class Strict(Errands):
    take = "refuse"


class Parts(Owing):
    """Orders are sent back in parts as well; what is left of them is all that sums still count."""

    share = "amount"

    def __init__(self):
        super().__init__()
        self.paid, self.gone = {}, {}

    def attempt(self, type_, at, data, source):
        if type_ == "paid":
            self.paid[data["order"]] = data["amount"]
        elif data["order"] in self.paid:
            self.gone[data["order"]] = self.gone.get(data["order"], 0) + data.get("amount", self.paid[data["order"]])
        super().attempt(type_, at, data, source)

    @rule(number=st.integers(1, 12), amount=st.integers(1, 80))
    def refund_part(self, number, amount):
        self.attempt("refunded", LATER, {"order": f"o{number}", "amount": amount}, {"order": f"o{number}"})

    @invariant()
    def sums_are_never_more_than_is_left_of_the_orders(self):
        left = sum(max(amount - self.gone.get(order, 0), 0) for order, amount in self.paid.items())
        held = [n for a, n in self.stage.balances.items() if a.parts[0] == "orders/goals.spend"]

        assert sum(held) <= left


FEW = settings(max_examples=60, stateful_step_count=25, deadline=None)
KINDS = (Errands, Again, Owing, Strict, Parts)
TestErrands, TestAgain, TestOwing, TestStrict, TestParts = (kind.TestCase for kind in KINDS)
for _case in (TestErrands, TestAgain, TestOwing, TestStrict, TestParts):
    _case.settings = FEW
