"""
An event counts: how far it brings the goals, and what finishing them gives.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import attrs

from quanyi.entitlements.accounts import outside, stock
from quanyi.entitlements.because import because
from quanyi.entitlements.changes import Changes
from quanyi.entitlements.inputs import Input
from quanyi.entitlements.limits.limit import limit_needs
from quanyi.entitlements.needs import LotsOf, Need
from quanyi.entitlements.picture import Draft
from quanyi.entitlements.plays.task.attempt import TaskAttempt
from quanyi.entitlements.plays.task.progress import (
    ALL_DONE,
    begin_another,
    beyond,
    open_rows,
    round_needs,
    with_given,
    with_values,
)
from quanyi.entitlements.records import Booked, Move
from quanyi.entitlements.undo.partial import base_of
from quanyi.entitlements.undo.sources import booked_by, note, sources_of, trail_keys

if TYPE_CHECKING:
    from quanyi.entitlements.plays.task.terms import TaskTerms

__all__ = ["needs", "tally"]

_UNDONE = ("undone",)


def needs(task: TaskTerms, ask: Input) -> Iterable[Need]:
    """The round or what tells which it is, limits, trails, and what handing out may touch."""
    needs: set[Need] = {*round_needs(task, ask), *trail_keys(sources_of(task, ask))}
    needs.update(limit_needs((*task.at_most, *task.budget), ask, task.head.zone))
    needs.update(stock(g.benefit.id) for g in task.gifts if g.benefit is not None and g.benefit.counted)
    return needs | {LotsOf(ask.holder or "", gift.thing) for gift in task.gifts if gift.benefit is None}


def tally(task: TaskTerms, ask: Input, draft: Draft) -> Changes:
    """
    Count the event towards every goal that hears it, and give what that finishes.

    Raises:
        Refused: The first of the task's checks that fails; then nothing was counted.
    """
    found = TaskAttempt(task, ask, draft)
    found.run()
    open_rows(task, found.round, ask, draft)
    moves = tuple(_progress(found))
    given = tuple(_hand_out(found, rule) for rule in found.parts)
    for rule in found.parts:
        draft.note(rule, "done")
    if given or found.values or not found.round.begun:
        record = with_values(found.round.record, found.values)
        draft.put(with_given(record, (*record.given, *given)))
    if found.completing and task.restart:
        begin_another(task, found.round, draft)
    counted = attrs.evolve(
        _booked(found, "count", found.id, moves), values=found.values, base=base_of(task.if_undone, ask)
    )
    note(draft, counted, sources_of(task, ask))
    _tell(found)
    return draft.done(because(task, ask, "goals"), holder=ask.holder, answer=_answer(found))


def _progress(found: TaskAttempt) -> Iterable[Move]:
    """Bring the goals further; no balance may pass its target, so nobody finishes twice. What is beyond is kept apart."""
    for goal, added in found.hits:
        account = found.account(goal)
        source = outside("open", goal.unit)
        spare = found.spare.get(goal.name, 0)
        if added:
            found.draft.post(source, account, added, "progress", cap=goal.target)
            yield Move(source=source, destination=account, amount=added, back=_UNDONE)
        if spare:
            found.draft.post(source, beyond(account), spare, "progress")
            yield Move(source=source, destination=beyond(account), amount=spare, back=_UNDONE)


def _hand_out(found: TaskAttempt, rule: str) -> Booked:
    id_ = f"{found.id}/{rule}"
    moves, grants = found.parts[rule].hand_out(found.draft, id_)
    return _booked(found, rule, id_, (*found.taken[rule], *moves), tuple(grants))


def _booked(found: TaskAttempt, rule: str, id_: str, moves: tuple[Move, ...], grants: tuple[str, ...] = ()) -> Booked:
    return booked_by(found.task, rule, id_, found.ask.holder or "", moves=moves, grants=grants)


def _tell(found: TaskAttempt) -> None:
    campaign, holder = found.task.head.campaign, found.ask.holder
    for goal in found.finished:
        found.draft.emit("goal.done", {"campaign": campaign, "goal": goal.name}, holder=holder)
    if ALL_DONE in found.parts:
        found.draft.emit("task.done", {"campaign": campaign, "round": found.round.number + 1}, holder=holder)


def _answer(found: TaskAttempt) -> dict[str, object]:
    progress = {goal.name: found.after(goal) for goal in found.task.goals}
    given = {gift.thing: n for handing in found.parts.values() for gift, n in handing.gifts}
    return {"progress": progress, "done": ALL_DONE in found.parts, "given": given}
