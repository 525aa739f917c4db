"""
Where a task stands for somebody: the round, how far each goal is, what was given.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING

import attrs

from quanyi.entitlements.accounts import Account, outside, used
from quanyi.entitlements.inputs import Input
from quanyi.entitlements.limits.limit import limit_account, subject_of, tells
from quanyi.entitlements.limits.rolling import open_since, record_use, usage_key
from quanyi.entitlements.needs import Need
from quanyi.entitlements.picture import Draft
from quanyi.entitlements.plays.task.records import Progress
from quanyi.entitlements.records import Booked, RecordKey
from quanyi.entitlements.time import zone_of

if TYPE_CHECKING:
    from quanyi.entitlements.plays.task.terms import Goal, TaskTerms

__all__ = [
    "ALL_DONE",
    "Round",
    "account",
    "begin_another",
    "beyond",
    "goal_of",
    "open_round",
    "open_rows",
    "progress_key",
    "progress_of",
    "round_needs",
    "with_given",
    "with_values",
    "without_values",
]

ALL_DONE = "all_done"
"""The rule of the gift for everything."""

_BEYOND = "/beyond"


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
        ends_at: When its window ends; None if it never does, or is not open yet.
        opening: The record that tells when its window began, where the first event opens it;
            None otherwise, or if it is open already.
    """

    key: tuple[str, ...]
    number: int
    record: Progress
    amounts: Mapping[str, int]
    begun: bool
    ends_at: datetime | None = None
    opening: RecordKey | None = None

    def given(self, rule: str) -> bool:
        """Whether this rule has given already."""
        return any(booked.rule == rule for booked in self.record.given)


def open_round(task: TaskTerms, ask: Input, draft: Draft) -> Round:
    """The round that *ask* counts in, with everything that tells how it stands."""
    subject, window = subject_of(task.per, ask), task.window
    zone, opening = zone_of(task.head.zone), _opening(task, subject)
    start = open_since(draft, opening, window, ask.at, zone) if window.follows else None
    name = (start or ask.at).isoformat() if window.follows else window.key(ask.at, zone)
    ends_at = window.length.after(start or ask.at, zone) if window.follows else window.ends(ask.at, zone)
    key = (name, *subject)
    number = draft.balance(_rounds(task, key)) if task.restart else 0
    draft.require(*_needs(task, key, number))
    found = draft.get(Progress, task.head.campaign, *key, str(number))
    return Round(
        key=key,
        number=number,
        record=found or _new(task, ask, key, number, ends_at),
        amounts={goal.name: draft.balance(account(task, goal, key, number)) for goal in task.goals},
        begun=found is not None,
        ends_at=ends_at,
        opening=opening if window.follows and start is None else None,
    )


def round_needs(task: TaskTerms, ask: Input) -> Iterable[Need]:
    """What tells which round it is; if its window is known by the calendar and there is only one, all of it."""
    subject = subject_of(task.per, ask)
    if task.window.follows:
        return {_opening(task, subject)}
    key = (task.window.key(ask.at, zone_of(task.head.zone)), *subject)
    return {_rounds(task, key)} if task.restart else _needs(task, key, 0)


def account(task: TaskTerms, goal: Goal, key: tuple[str, ...], number: int) -> Account:
    """How far one goal of one round is."""
    return used(f"{task.head.campaign}/{goal.rule}", *key, str(number), unit=goal.unit)


def beyond(progress: Account) -> Account:
    """What counted beyond the target of a goal: it keeps the goal full when something before it is undone."""
    return used(f"{progress.parts[0]}{_BEYOND}", *progress.parts[1:], unit=progress.unit)


def progress_of(balance: Account) -> Account:
    """The progress that a balance belongs to: itself, or that of the goal beyond which it counts."""
    return used(balance.parts[0].removesuffix(_BEYOND), *balance.parts[1:], unit=balance.unit)


def open_rows(task: TaskTerms, found: Round, ask: Input, draft: Draft) -> None:
    """
    Let every balance that tells how a round stands be there from its first event on.

    A row that is there is locked, and read as it is by then; one that comes meanwhile may be
    missed. So the rows of a round come together: whoever misses one misses all, and meets a
    conflict when it writes its own.
    """
    if found.opening is not None:
        record_use(draft, found.opening, task.window, 0, zone_of(task.head.zone))
    counted = [limit for limit in task.at_most if limit.of == "times" and not limit.window.follows]
    limits = [limit_account(limit, ask, task.head.zone) for limit in counted if tells(limit, ask)]
    goals = [account(task, goal, found.key, found.number) for goal in task.goals]
    for balance in (*goals, *limits, *([_rounds(task, found.key)] if task.restart else [])):
        if not draft.balance(balance):
            draft.fresh(balance)


def begin_another(task: TaskTerms, found: Round, draft: Draft) -> None:
    """Count a finished round, so that the next event counts in a new one."""
    draft.post(outside("open", "times"), _rounds(task, found.key), 1, "round")


def goal_of(task: TaskTerms, balance: Account) -> Goal | None:
    """The goal whose progress a balance is; None if the campaign no longer has it."""
    rule = balance.parts[0].removeprefix(f"{task.head.campaign}/")
    return next((goal for goal in task.goals if goal.rule == rule), None)


def progress_key(task: TaskTerms, balance: Account) -> RecordKey:
    """The record of the round that a balance of a goal belongs to."""
    return RecordKey(kind=Progress.kind, parts=(task.head.campaign, *balance.parts[1:]))


def with_given(record: Progress, given: tuple[Booked, ...]) -> Progress:
    """The round with what it gave; done if that is everything."""
    done = any(booked.rule == ALL_DONE and not booked.undone for booked in given)
    return attrs.evolve(record, given=given, phase="done" if done else "open")


def with_values(record: Progress, new: Mapping[str, str]) -> Progress:
    """The round with one more value of each of these goals."""
    values = {name: (*record.values.get(name, ()), value) for name, value in new.items()}
    return attrs.evolve(record, values={**record.values, **values})


def without_values(record: Progress, gone: Mapping[str, str]) -> Progress:
    """The round without these values, so that they count again."""
    values = {name: tuple(v for v in known if v != gone.get(name)) for name, known in record.values.items()}
    return attrs.evolve(record, values=values)


def _opening(task: TaskTerms, subject: tuple[str, ...]) -> RecordKey:
    """The record of when a window began that the first event opens."""
    return usage_key(f"{task.head.campaign}/window", "times", subject)


def _rounds(task: TaskTerms, key: tuple[str, ...]) -> Account:
    return used(f"{task.head.campaign}/rounds", *key)


def _needs(task: TaskTerms, key: tuple[str, ...], number: int) -> set[Need]:
    balances = [account(task, goal, key, number) for goal in task.goals]
    return {*balances, *(progress_key(task, balance) for balance in balances)}


def _new(task: TaskTerms, ask: Input, key: tuple[str, ...], number: int, ends_at: datetime | None) -> Progress:
    head = task.head
    window, *subject = key
    return Progress(
        holder=ask.holder,
        phase="open",
        campaign=head.campaign,
        version=head.version,
        due_at=ends_at,
        window=window,
        subject=tuple(subject),
        round=number,
    )
