"""
One event meeting one task: its checks in the declared order.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import TYPE_CHECKING

from quanyi.entitlements.accounts import Account
from quanyi.entitlements.calculators import amount_of
from quanyi.entitlements.checks import admission
from quanyi.entitlements.checks.check import Check, by_name, go_through
from quanyi.entitlements.checks.conditions import judge, value_at
from quanyi.entitlements.clauses import Gift, Limit
from quanyi.entitlements.derived_ids import derived_id
from quanyi.entitlements.errors import NotEligible
from quanyi.entitlements.giving import Giving
from quanyi.entitlements.inputs import Input
from quanyi.entitlements.limits.limit import no_room, room, take_place
from quanyi.entitlements.picture import Draft
from quanyi.entitlements.plays.task.progress import ALL_DONE, Round, account, open_round
from quanyi.entitlements.records import Move
from quanyi.entitlements.undo.sources import check_not_undone, sources_of

if TYPE_CHECKING:
    from quanyi.entitlements.plays.task.terms import Goal, TaskTerms

__all__ = ["CHECKS", "DOER", "TaskAttempt"]

DOER = "@user"
"""The name of who did it, where an event counts for somebody else, and among the values of `distinct`."""


_MOST_VALUES = 1_000
"""How many different values a goal remembers at most."""


class TaskAttempt:
    """
    What one event does to one task.

    Attributes:
        round: The round it counts in.
        hits: The goals that it counts for, and how far it brings them.
        spare: What it is beyond the targets, by goal, where something before it may be undone.
        parts: What finishing gives, by rule; `taken` what that used up.
    """

    def __init__(self, task: TaskTerms, ask: Input, draft: Draft) -> None:
        self.task, self.head, self.ask, self.draft = task, task.head, ask, draft
        self.spare: dict[str, int] = {}
        self._why_not: list[NotEligible] = []

    def run(self) -> None:
        """Go through the checks; the first that fails refuses."""
        if not self.ask.holder:
            raise NotEligible(reason="no-receiver", shows={"to": self.task.who.get(self.ask.type, "user")})
        if self.ask.holders.get(DOER) == self.ask.holder:
            raise NotEligible(reason="own-event")
        go_through(self.task.checks, CHECKS, self, self.draft)

    @property
    def id(self) -> str:
        """The counting's own number."""
        ask = self.ask
        return derived_id("task", self.task.head.campaign, ask.type, ask.origin, ask.digest.hex())

    @cached_property
    def round(self) -> Round:
        """The round it counts in."""
        return open_round(self.task, self.ask, self.draft)

    @cached_property
    def hits(self) -> list[tuple[Goal, int]]:
        """The goals it counts for; those that are full for good, or that it is nothing to, are left out."""
        found: list[tuple[Goal, int]] = []
        for goal in self.task.goals:
            try:
                if self.ask.type in goal.when:
                    found.append((goal, self._added(goal)))
            except NotEligible as no:
                self._why_not.append(no)
        return found

    @cached_property
    def values(self) -> dict[str, str]:
        """The values that are new to goals which count different ones, by goal."""
        counts = (goal for goal, added in self.hits if added or self.spare.get(goal.name))
        hit = [goal for goal in counts if goal.how == "distinct"]
        return {goal.name: str(self._value(goal)) for goal in hit}

    @cached_property
    def finished(self) -> list[Goal]:
        """The goals that it fills and that have given nothing yet."""
        hit = [goal for goal, _ in self.hits]
        return [goal for goal in hit if self.after(goal) >= goal.target and not self.round.given(goal.rule)]

    @cached_property
    def completing(self) -> bool:
        """Whether everything is done with it."""
        return not self.round.given(ALL_DONE) and all(self.after(goal) >= goal.target for goal in self.task.goals)

    @cached_property
    def parts(self) -> dict[str, Giving]:
        """What is given, by rule."""
        parts = {goal.rule: self._handing(goal.give) for goal in self.finished}
        return {**parts, ALL_DONE: self._handing(self.task.all_done)} if self.completing else parts

    @cached_property
    def taken(self) -> dict[str, list[Move]]:
        """What giving used up, by rule."""
        return {rule: [] for rule in self.parts}

    def after(self, goal: Goal) -> int:
        """How far *goal* is with it."""
        return self.round.amounts[goal.name] + sum(added for hit, added in self.hits if hit is goal)

    def account(self, goal: Goal) -> Account:
        """The balance of *goal* in this round."""
        return account(self.task, goal, self.round.key, self.round.number)

    # --- the checks --------------------------------------------------------------------------

    def undone(self, draft: Draft) -> None:
        """The event was not undone before it came."""
        check_not_undone(draft, self.task.head.campaign, sources_of(self.task, self.ask))

    def goals(self, _draft: Draft) -> None:
        """It counts for a goal."""
        if not self.hits:
            raise self._why_not[0]

    def at_most(self, draft: Draft) -> None:
        """The limits have room for finishing and for what is given; places are taken."""
        if not self.parts and not any(added for _, added in self.hits):
            return  # nothing is done with it, and nothing given
        for limit in self.task.at_most:
            if limit.of != "times":
                self._amounts(limit, budget=False)
            elif self.completing:
                self._room(limit)
                self.taken[ALL_DONE] += take_place(draft, limit, self.ask, 1, zone=self.task.head.zone)
            else:
                self._room(limit)

    def stock(self, draft: Draft) -> None:
        """The pieces are there, and are taken."""
        for rule, handing in self.parts.items():
            self.taken[rule] += handing.take_stock(draft)

    def budget(self, _draft: Draft) -> None:
        """The budgets have room, and it is taken."""
        for limit in self.task.budget:
            self._amounts(limit, budget=True)

    # --- inside ------------------------------------------------------------------------------

    def _added(self, goal: Goal) -> int:
        """How far the event brings one goal; `NotEligible` if it does not count for it."""
        self._in_turn(goal)
        if goal.only_if is not None:
            self.draft.facts.update(self.ask.facts)
            judge(goal.only_if, self.ask, self.draft.evaluate)
        here = self.round.amounts[goal.name]
        left = max(goal.target - here, 0)
        if not left and self.round.given(goal.rule) and not self._waiting and not self._spares(goal):
            raise self._full(goal)
        worth = self._worth(goal, here)
        added = min(worth, left)
        if left and added <= 0:
            raise NotEligible(reason="nothing-to-count", shows={"goal": goal.name, "of": goal.by})
        if self._spares(goal) and worth > added:
            self.spare[goal.name] = worth - added
        elif not left and self.round.given(goal.rule) and not self._waiting:
            raise self._full(goal)
        return added

    def _spares(self, goal: Goal) -> bool:
        """Whether it is worth remembering what is beyond the target: it, or something before it, may be undone."""
        kept = len(self.round.record.values.get(goal.name, ()))
        return goal.how != "reach" and kept < _MOST_VALUES and bool(sources_of(self.task, self.ask))

    @property
    def _waiting(self) -> bool:
        """Whether everything was done before, by a campaign that asked for more."""
        amounts = self.round.amounts
        return not self.round.given(ALL_DONE) and all(amounts[goal.name] >= goal.target for goal in self.task.goals)

    def _worth(self, goal: Goal, here: int) -> int:
        if goal.how == "count":
            return 1
        if goal.how == "distinct":
            return self._is_new(goal)
        value = value_at(goal.by, self.ask)
        if not isinstance(value, int) or isinstance(value, bool):
            raise NotEligible(reason="amount-missing", shows={"of": goal.by})
        return value if goal.how == "sum" else value - here

    def _in_turn(self, goal: Goal) -> None:
        """Refuse what comes before its turn: as things stood before this event."""
        for name in goal.after:
            first = next((other for other in self.task.goals if other.name == name), None)
            if first is not None and self.round.amounts[name] < first.target:
                raise NotEligible(reason="not-yet", shows={"goal": goal.name, "after": name})

    def _is_new(self, goal: Goal) -> int:
        """Whether the value has not been counted yet; `NotEligible` if there is none, or if it has."""
        value = self._value(goal)
        if value in (None, ""):
            raise NotEligible(reason="amount-missing", shows={"of": goal.by})
        if str(value) in self.round.record.values.get(goal.name, ()):
            shows = {"goal": goal.name} if goal.by == DOER else {"goal": goal.name, goal.by.rpartition(".")[2]: value}
            raise NotEligible(reason="counted-already", shows=shows)
        return 1

    def _value(self, goal: Goal) -> object:
        """What tells one event from another: an attribute, or who did it."""
        return self.ask.holders.get(DOER, self.ask.holder) if goal.by == DOER else value_at(goal.by, self.ask)

    def _full(self, goal: Goal) -> NotEligible:
        reason = "task-done" if self.round.given(ALL_DONE) else "goal-done"
        zone, next_at = self.task.head.zone, self.round.ends_at
        return NotEligible(reason=reason, shows={"goal": goal.name}, next_at=next_at, zone=zone)

    def _handing(self, gifts: tuple[Gift, ...]) -> Giving:
        amounts = [(gift, amount_of(gift.how_much, self.ask, self.draft)) for gift in gifts]
        full = [(gift, amount) for gift, amount in amounts if amount > 0]
        return Giving(reward=self.task, receiver=self.ask.holder or "", gifts=full, wanted=full)

    def _room(self, limit: Limit) -> None:
        zone = self.task.head.zone
        if limit.over != "flag" and room(self.draft, limit, self.ask, zone, 1) < 1:
            raise no_room(self.draft, limit, self.ask, 1, zone=zone)

    def _amounts(self, limit: Limit, *, budget: bool) -> None:
        for rule, handing in self.parts.items():
            self.taken[rule] += handing.take_places(self.draft, [limit], self.ask, budget=budget)


CHECKS: Mapping[str, Check[TaskAttempt]] = by_name(
    admission.RUNS_AND_OPEN,
    admission.AUDIENCE,
    Check(name="undone", run=TaskAttempt.undone, keys=("if_undone",)),
    Check(name="goals", run=TaskAttempt.goals),
    Check(name="at_most", run=TaskAttempt.at_most),
    Check(name="stock", run=TaskAttempt.stock, keys=("goals",)),
    Check(name="budget", run=TaskAttempt.budget),
)
"""The checks of a task, in their usual order."""
