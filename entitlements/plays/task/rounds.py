"""
Where a task stands for somebody: the round, how far each goal is, what was given.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

import attrs

from quanyi.entitlements.accounts import Account, outside, used
from quanyi.entitlements.inputs import Input
from quanyi.entitlements.limits import limit_account, subject_of
from quanyi.entitlements.picture import Draft, Need
from quanyi.entitlements.records import Booked, Progress, RecordKey
from quanyi.entitlements.time import zone_of

if TYPE_CHECKING:
    from quanyi.entitlements.plays.task.model import Goal, Task

__all__ = [
    "ALL_DONE",
    "Round",
    "account",
    "begin_another",
    "goal_of",
    "open_round",
    "open_rows",
    "progress_key",
    "round_needs",
    "with_given",
]

ALL_DONE = "all_done"
"""The rule of the gift for everything."""


@attrs.frozen(kw_only=True)
class Round:
    """
    One round of a task.

    Attributes:
        key: Window and subject, as they stand in the names of balances.
        number: How many were finished before it.
        record: What it gave so far.
        amounts: How far each goal is, by name.
        begun: Whether anything counted in it before.
    """

    key: tuple[str, ...]
    number: int
    record: Progress
    amounts: Mapping[str, int]
    begun: bool

    def given(self, rule: str) -> bool:
        """Whether this rule has given already."""
        return any(booked.rule == rule for booked in self.record.given)


def open_round(task: Task, ask: Input, draft: Draft) -> Round:
    """The round that *ask* counts in, with everything that tells how it stands."""
    key = _key(task, ask)
    number = draft.balance(_rounds(task, key)) if task.restart else 0
    draft.require(*_needs(task, key, number))
    found = draft.get(Progress, task.head.campaign, *key, str(number))
    record = found or _new(task, ask, key, number)
    amounts = {goal.name: draft.balance(account(task, goal, key, number)) for goal in task.goals}
    return Round(key=key, number=number, record=record, amounts=amounts, begun=found is not None)


def round_needs(task: Task, ask: Input) -> Iterable[Need]:
    """What tells which round it is; without restart there is only one, so all of it."""
    key = _key(task, ask)
    return {_rounds(task, key)} if task.restart else _needs(task, key, 0)


def account(task: Task, goal: Goal, key: tuple[str, ...], number: int) -> Account:
    """How far one goal of one round is."""
    return used(f"{task.head.campaign}/{goal.rule}", *key, str(number), unit=goal.unit)


def open_rows(task: Task, found: Round, ask: Input, draft: Draft) -> None:
    """
    Let every balance that tells how a round stands be there from its first event on.

    A row that is there is locked, and read as it is by then; one that comes meanwhile may be
    missed. So the rows of a round come together: whoever misses one misses all, and meets a
    conflict when it writes its own.
    """
    limits = [limit_account(limit, ask, task.head.zone) for limit in task.at_most if limit.of == "times"]
    goals = [account(task, goal, found.key, found.number) for goal in task.goals]
    for balance in (*goals, *limits, *([_rounds(task, found.key)] if task.restart else [])):
        if not draft.balance(balance):
            draft.fresh(balance)


def begin_another(task: Task, found: Round, draft: Draft) -> None:
    """Count a finished round, so that the next event counts in a new one."""
    draft.post(outside("open", "times"), _rounds(task, found.key), 1, "round")


def goal_of(task: Task, balance: Account) -> Goal | None:
    """The goal whose progress a balance is; None if the campaign no longer has it."""
    rule = balance.parts[0].removeprefix(f"{task.head.campaign}/")
    return next((goal for goal in task.goals if goal.rule == rule), None)


def progress_key(task: Task, balance: Account) -> RecordKey:
    """The record of the round that a balance of a goal belongs to."""
    return RecordKey(kind=Progress.kind, parts=(task.head.campaign, *balance.parts[1:]))


def with_given(record: Progress, given: tuple[Booked, ...]) -> Progress:
    """The round with what it gave; done if that is everything."""
    done = any(booked.rule == ALL_DONE and not booked.undone for booked in given)
    return attrs.evolve(record, given=given, phase="done" if done else "open")


def _key(task: Task, ask: Input) -> tuple[str, ...]:
    return (task.window.key(ask.at, zone_of(task.head.zone)), *subject_of(task.per, ask))


def _rounds(task: Task, key: tuple[str, ...]) -> Account:
    return used(f"{task.head.campaign}/rounds", *key)


def _needs(task: Task, key: tuple[str, ...], number: int) -> set[Need]:
    balances = [account(task, goal, key, number) for goal in task.goals]
    return {*balances, *(progress_key(task, balance) for balance in balances)}


def _new(task: Task, ask: Input, key: tuple[str, ...], number: int) -> Progress:
    head = task.head
    window, *subject = key
    return Progress(
        holder=ask.holder,
        phase="open",
        campaign=head.campaign,
        version=head.version,
        due_at=task.window.ends(ask.at, zone_of(head.zone)),
        window=window,
        subject=tuple(subject),
        round=number,
    )
