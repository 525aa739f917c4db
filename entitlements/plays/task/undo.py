"""
Something that counted goes away: the goals fall back by it, and what is no longer earned is taken back.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

import attrs

from quanyi.entitlements.accounts import Account, outside
from quanyi.entitlements.because import because
from quanyi.entitlements.changes import Changes
from quanyi.entitlements.clauses import Undo
from quanyi.entitlements.inputs import Input
from quanyi.entitlements.needs import Need
from quanyi.entitlements.picture import Draft
from quanyi.entitlements.plays.task.progress import (
    ALL_DONE,
    beyond,
    goal_of,
    progress_key,
    progress_of,
    with_given,
    without_values,
)
from quanyi.entitlements.plays.task.records import Progress
from quanyi.entitlements.records import Booked, RecordKey
from quanyi.entitlements.undo.causes import cause_of
from quanyi.entitlements.undo.gifts import gift_needs, take_back_gifts
from quanyi.entitlements.undo.sources import check_not_undone, mark_undone, replace, sources_of, trail_keys

if TYPE_CHECKING:
    from quanyi.entitlements.plays.task.terms import TaskTerms

__all__ = ["needs", "undo"]


def needs(task: TaskTerms, ask: Input) -> Iterable[Need]:
    """The trails; the rounds that they lead to come next."""
    return trail_keys(sources_of(task, ask))


def undo(task: TaskTerms, ask: Input, draft: Draft) -> Changes:
    """
    Let the goals fall back by what this source brought, once; or in part, where a sum counted it.

    A gift goes with its goal, whichever event finished it. What does not come back whole stays
    given: finishing the goal again gives nothing.

    Raises:
        NotEligible: The source was undone before, the event names none, or a part was undone of
            something that never counted.
        InsufficientPoints: The policy is ``refuse``, and the points are spent.
    """
    cause = cause_of(task, ask, draft)
    check_not_undone(draft, task.head.campaign, cause.sources)
    assert cause.policy is not None  # nothing is promised that an event could make void
    balances = dict.fromkeys(progress_of(move.destination) for booked in cause.still for move in booked.moves)
    draft.require(*balances, *map(beyond, balances), *(progress_key(task, balance) for balance in balances))
    parted = cause.parted(ask)
    for booked in reversed(cause.still):
        _fall_back(task, booked, parted[booked.id], cause.sources, draft)
    for balance in balances:
        draft.note(_rule(task, balance), "fell back")
    for key in dict.fromkeys(progress_key(task, balance) for balance in balances):
        _take_back(task, cause.policy, key, [b for b in balances if progress_key(task, b) == key], draft)
    if all(so_far is None for so_far in parted.values()):
        mark_undone(cause.trail, task.head.campaign, ask, draft)
    return draft.done(because(task, ask, "undo"), holder=ask.holder, outcome="cancelled")


def _fall_back(
    task: TaskTerms, booked: Booked, parted: int | None, sources: tuple[tuple[str, ...], ...], draft: Draft
) -> None:
    """Let the goals fall back by one counting: whole for None, else as far as its sums are worth less."""
    counted: dict[Account, int] = {}
    for move in booked.moves:
        balance = progress_of(move.destination)
        counted[balance] = counted.get(balance, 0) + move.amount
    for balance, amount in counted.items():
        _lower(balance, _worth_less(task, booked, balance, amount, parted), draft)
    if parted is None:
        _forget_values(task, booked, draft)
        after = attrs.evolve(booked, undone=max(sum(move.amount for move in booked.moves), 1))
    else:
        after = attrs.evolve(booked, parted=parted)
    replace(draft, after, sources)


def _lower(balance: Account, amount: int, draft: Draft) -> None:
    """Take what a goal counted off it again: first what it has beyond its target, so that it stays full while it can."""
    for account in (beyond(balance), balance):
        part = min(amount, draft.balance(account))
        if part:
            draft.post(account, outside("open", account.unit), part, "fall back")
            amount -= part


def _worth_less(task: TaskTerms, booked: Booked, balance: Account, amount: int, parted: int | None) -> int:
    """How far one goal falls back: a sum counts no more of an event than is left of it."""
    goal = goal_of(task, balance)
    shared = goal is not None and goal.how == "sum" and goal.by in {f"event.{undo.share}" for undo in task.if_undone}
    before = min(amount, booked.base - booked.parted) if shared and booked.parted else amount
    if parted is None:
        return before
    return before - min(before, booked.base - parted) if shared else 0


def _forget_values(task: TaskTerms, booked: Booked, draft: Draft) -> None:
    """Let the values that it brought count again."""
    for move in booked.moves:
        record = draft.get(Progress, *progress_key(task, move.destination).parts)
        name = _name(task, progress_of(move.destination))
        gone = {goal: value for goal, value in booked.values.items() if goal == name}
        if record is not None and gone:
            draft.put(without_values(record, gone))


def _take_back(task: TaskTerms, policy: Undo, key: RecordKey, balances: Sequence[Account], draft: Draft) -> None:
    """Take back what the goals of one round gave that are no longer full, and the gift for all of them."""
    record = draft.get(Progress, *key.parts)
    open_again = {_rule(task, balance) for balance in balances if _is_open(task, balance, draft)}
    if record is None or not open_again:
        return
    lost = [b for b in record.given if b.rule in {*open_again, ALL_DONE} and not b.undone]
    draft.require(*gift_needs(lost))
    kept = {b.id: attrs.evolve(b, undone=1) for b in reversed(lost) if not take_back_gifts(task, policy, b, draft)}
    for booked in lost:
        draft.note(booked.rule, "kept" if booked.id in kept else "undone")
    gone = {booked.id for booked in lost} - kept.keys()
    given: list[Booked] = [kept.get(b.id, b) for b in record.given if b.id not in gone]
    draft.put(with_given(record, tuple(given)))


def _is_open(task: TaskTerms, balance: Account, draft: Draft) -> bool:
    """Whether a goal is not full; one that the campaign no longer has is open for good."""
    goal = goal_of(task, balance)
    return goal is None or draft.balance(balance) < goal.target


def _name(task: TaskTerms, balance: Account) -> str:
    return _rule(task, balance).removeprefix("goals.")


def _rule(task: TaskTerms, balance: Account) -> str:
    return balance.parts[0].removeprefix(f"{task.head.campaign}/")
