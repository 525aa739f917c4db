"""
An event that marked a day goes away: the day falls out, and what it earned is taken back.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import TYPE_CHECKING

import attrs

from quanyi.entitlements.because import because
from quanyi.entitlements.changes import Changes
from quanyi.entitlements.clauses import Undo
from quanyi.entitlements.inputs import Input
from quanyi.entitlements.needs import LotsOf, Need
from quanyi.entitlements.picture import Draft
from quanyi.entitlements.plays.streak.gifts import MARK
from quanyi.entitlements.plays.streak.milestones import Shift, shifts
from quanyi.entitlements.plays.streak.records import MarkedDay, Marks
from quanyi.entitlements.records import Booked, RecordKey
from quanyi.entitlements.undo.causes import cause_of
from quanyi.entitlements.undo.gifts import gift_needs, take_back_gifts
from quanyi.entitlements.undo.sources import check_not_undone, mark_undone, replace, sources_of, trail_keys

if TYPE_CHECKING:
    from quanyi.entitlements.plays.streak.terms import StreakTerms

__all__ = ["needs", "undo"]


def needs(streak: StreakTerms, ask: Input) -> Iterable[Need]:
    """The trails; the days that they lead to come next."""
    return trail_keys(sources_of(streak, ask))


def undo(streak: StreakTerms, ask: Input, draft: Draft) -> Changes:
    """
    Let go of the days that this source held up, once.

    A day that nothing else holds up falls out: what the mark gave is taken back, and so is every
    milestone that the days left no longer earn. What does not come back whole stays given.

    Raises:
        NotEligible: The source was undone before, or the event names none.
        InsufficientPoints: The policy is ``refuse``, and the points are spent.
    """
    cause = cause_of(streak, ask, draft)
    check_not_undone(draft, streak.head.campaign, cause.sources)
    assert cause.policy is not None  # nothing is promised that an event could make void
    _require(streak, cause.still, draft)
    for held in cause.still:
        _Falling(streak, cause.policy, held.holder, draft).let_go(held.rule.removeprefix("day/"))
        replace(draft, attrs.evolve(held, undone=1), cause.sources)
    mark_undone(cause.trail, streak.head.campaign, ask, draft)
    return draft.done(because(streak, ask, "undo"), holder=ask.holder, outcome="cancelled")


def _require(streak: StreakTerms, mine: Sequence[Booked], draft: Draft) -> None:
    """The days, and the wallets of whoever marked them, at once."""
    for holder in {held.holder for held in mine}:
        draft.require(
            RecordKey(kind=Marks.kind, parts=(streak.head.campaign, holder)),
            *(_key(streak, holder, held.rule.removeprefix("day/")) for held in mine if held.holder == holder),
            *(LotsOf(holder, unit) for unit in streak.units),
        )


def _key(streak: StreakTerms, holder: str, day: str) -> RecordKey:
    return RecordKey(kind=MarkedDay.kind, parts=(streak.head.campaign, holder, day))


@attrs.frozen
class _Falling:
    """Days that fall out of somebody's streak."""

    streak: StreakTerms
    policy: Undo
    holder: str
    draft: Draft

    def let_go(self, day: str) -> None:
        """One event less for *day*; without any, it falls out."""
        record, marks = self._day(day), self._marks
        if record.held > 1:
            self.draft.put(attrs.evolve(record, held=record.held - 1))
            return
        self.draft.note(MARK, "undone")
        left = marks.without_day(date.fromisoformat(day))
        moved = shifts(self.streak, left)
        self._lock(record, moved)
        given = self._kept([booked for booked in record.given if booked.rule == MARK])
        others = [booked for booked in record.given if booked.rule != MARK]
        self.draft.put(attrs.evolve(record, phase="out", held=0, given=(*given, *others)))
        self.draft.put(left)
        for shift in moved:
            self._shift(shift)

    @property
    def _marks(self) -> Marks:
        found = self.draft.get(Marks, self.streak.head.campaign, self.holder)
        assert found is not None
        return found

    def _day(self, day: str) -> MarkedDay:
        head = self.streak.head
        found = self.draft.get(MarkedDay, head.campaign, self.holder, day)
        return found or MarkedDay(
            holder=self.holder, phase="out", campaign=head.campaign, version=head.version, day=day
        )

    def _lock(self, record: MarkedDay, moved: Iterable[Shift]) -> None:
        """Everything that may be taken back, in as few rounds as there can be."""
        days = {day.isoformat() for shift in moved for day in (shift.paid, shift.to) if day is not None}
        self.draft.require(*(_key(self.streak, self.holder, day) for day in days))
        gone = {(shift.milestone, shift.paid.isoformat()) for shift in moved if shift.to is None}
        lost = [b for day in days for b in self._day(day).given if (b.rule, day) in gone]
        lost += [booked for booked in record.given if booked.rule == MARK]
        self.draft.require(*gift_needs(lost))

    def _kept(self, given: Iterable[Booked]) -> list[Booked]:
        """Take back what was given; what of it did not come back whole, and so is never given again."""
        return [
            attrs.evolve(booked, undone=1)
            for booked in given
            if booked.undone or not take_back_gifts(self.streak, self.policy, booked, self.draft)
        ]

    def _shift(self, shift: Shift) -> None:
        """Move one payment to the day that earns it, or take it back."""
        day = shift.paid.isoformat()
        record = self._day(day)
        found = next((booked for booked in record.given if booked.rule == shift.milestone), None)
        if shift.to is None and found is not None and not self._kept([found]):
            self._put_given(record, [booked for booked in record.given if booked is not found])
            self._stamp(shift.milestone, day, None)
            self.draft.note(shift.milestone, "undone")
        elif shift.to is None and found is not None:
            kept = attrs.evolve(found, undone=1)
            self._put_given(record, [kept if booked is found else booked for booked in record.given])
        elif shift.to is not None:
            self._move(shift, record, found)

    def _move(self, shift: Shift, record: MarkedDay, found: Booked | None) -> None:
        assert shift.to is not None
        to = shift.to.isoformat()
        if found is not None:
            self._put_given(record, [booked for booked in record.given if booked is not found])
            there = self._day(to)
            self._put_given(there, [*there.given, found])
        self._stamp(shift.milestone, record.day, to)

    def _put_given(self, record: MarkedDay, given: Iterable[Booked]) -> None:
        self.draft.put(attrs.evolve(record, given=tuple(given)))

    def _stamp(self, milestone: str, day: str, to: str | None) -> None:
        """Write down that a payment stands on another day, or no longer."""
        marks = self._marks
        days = list(marks.paid.get(milestone, ()))
        days.remove(day)
        paid = {**marks.paid, milestone: tuple(sorted([*days, *([to] if to else [])]))}
        self.draft.put(attrs.evolve(marks, paid=paid))
