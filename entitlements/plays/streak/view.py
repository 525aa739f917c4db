"""
What a host shows of streaks: rows, marked days, what comes next, and what can be made up.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime, timedelta

import attrs

from quanyi.entitlements.checks.openings import present_state
from quanyi.entitlements.clauses import Limit
from quanyi.entitlements.inputs import Input
from quanyi.entitlements.limits.limit import limit_needs, room, tells
from quanyi.entitlements.needs import LotsOf, Need
from quanyi.entitlements.picture import View
from quanyi.entitlements.plain import Plain
from quanyi.entitlements.plays.streak.days import last_date, member_zone, mendable, today_of
from quanyi.entitlements.plays.streak.freeze import frozen, present_length
from quanyi.entitlements.plays.streak.records import Marks
from quanyi.entitlements.plays.streak.runs import Row, best_rows, in_period, period_of, present_row, row_of, rows_of
from quanyi.entitlements.plays.streak.terms import Ladder, Milestone, StreakTerms
from quanyi.entitlements.plays.task.view import Gifts, given_of
from quanyi.entitlements.records import RecordKey
from quanyi.entitlements.time import Window, local_start, zone_of

__all__ = ["MakeupView", "MilestoneView", "StepView", "StreakView", "streak_needs", "streak_view"]


@attrs.frozen(kw_only=True)
class MilestoneView(Plain):
    """
    One milestone, as one user sees it now.

    Attributes:
        counts: Days in a ``row``, or in ``total``.
        days: How many it takes; of what is given every so often, the next number of them.
        every: How often it is given again; 0 for once.
        left: How many more days it takes from the present row or total; 0 once it is reached.
        paid: Whether it was given for the present row, in the present period, or ever, as it is given.
        gives: (unit or benefit, amount) of each thing.
    """

    counts: str
    days: int
    left: int
    paid: bool
    gives: Gifts
    every: int = 0


@attrs.frozen(kw_only=True)
class StepView(Plain):
    """
    One step of a ladder, in the round that the next mark is in.

    Attributes:
        number: Which day it is.
        done: Whether it was climbed; `next` whether the next mark is on it.
    """

    number: int
    gives: Gifts
    done: bool
    next: bool


@attrs.frozen(kw_only=True)
class MakeupView(Plain):
    """
    What can be made up now.

    Attributes:
        days: The missed days, newest first; `until` the last date for each.
        left: How often it may still be done, by its limits; None for as often as one likes.
        free: How often it costs nothing before it takes `pay`.
        pay: What it takes, by the word that chooses; the empty word where there is one way.
    """

    days: tuple[date, ...]
    until: Mapping[date, date]
    left: int | None
    pay: Mapping[str, Gifts]
    free: int = 0


@attrs.frozen(kw_only=True)
class StreakView(Plain):
    """
    One streak, as one user sees it now. Days are local dates; for weeks, their Mondays.

    Attributes:
        zone: Whose calendar the days are of.
        today: The present day; `marked_today` whether it is marked.
        present: The length of the present row: the one with today, else with yesterday, else one that
            a mark today would save by what covers missed days; 0 without.
        longest: The length of the longest row ever, or of this period where it begins anew.
        total: How many days are marked in this period.
        month: ``2026-04``, the month shown; `marked` its marked days, `mended` those of them made up.
        rows: Every row, newest first.
        gives: What the next mark gives by itself.
        ladder: The steps of the round it is in; empty without a ladder.
        next: The nearest milestone that is not reached; None after the last.
        makeup: What can be made up; None where nothing can ever be.
        state: What the campaign is: ``open``, ``not_started``, ``between``, ``paused``, ``ended``.
        resets_at: When rows and totals begin anew; None if never.
    """

    campaign: str
    title: Mapping[str, str]
    text: Mapping[str, str]
    zone: str
    step: int
    today: date
    marked_today: bool
    present: int
    longest: int
    total: int
    month: str
    marked: tuple[date, ...]
    mended: tuple[date, ...]
    rows: tuple[Row, ...]
    gives: Gifts
    ladder: tuple[StepView, ...]
    milestones: tuple[MilestoneView, ...]
    next: MilestoneView | None
    makeup: MakeupView | None
    state: str
    resets_at: datetime | None
    ends_at: datetime | None

    def best(self, count: int) -> list[Row]:
        """The longest rows, the newer of equally long ones; listed newest first."""
        return best_rows(self.rows, count)


def streak_needs(streak: StreakTerms, ask: Input) -> set[Need]:
    """What tells how the subject of *ask* stands."""
    limits = (*streak.makeup.at_most, *streak.makeup.free) if streak.makeup is not None else ()
    counts = limit_needs(limits, ask, streak.head.zone)
    wallets = (LotsOf(ask.holder or "", gift.thing) for gift in (streak.freeze.take if streak.freeze else ()))
    return {RecordKey(kind=Marks.kind, parts=(streak.head.campaign, ask.holder or "")), *counts, *wallets}


def streak_view(streak: StreakTerms, ask: Input, view: View, *, paused: bool, month: str | None = None) -> StreakView:
    """One streak as the subject of *ask* sees it; *month* is the present one unless named."""
    marks = view.draft(ask.at).get(Marks, streak.head.campaign, ask.holder or "")
    zone = member_zone(streak, marks, ask.facts, ask.at)
    today, step, resets = today_of(streak, zone, ask.at), streak.mark.step, streak.resets
    days = marks.days if marks is not None else frozenset()
    draft = view.draft(ask.at)
    present = present_length(streak, marks, today, draft) if marks is not None else 0
    kept = days.union(frozen(streak, marks, today, draft)) if marks is not None else days
    shown = month or f"{today:%Y-%m}"
    milestones = tuple(_milestone(streak, milestone, marks, kept, today) for milestone in streak.milestones)
    here = rows_of(in_period(days, today, resets), step, resets)
    number = _next_number(streak, kept, today)
    mended = tuple(date.fromisoformat(day) for day in (marks.mended if marks is not None else ()))
    return StreakView(
        campaign=streak.head.campaign,
        title=streak.head.title,
        text=streak.head.text,
        zone=zone,
        step=step,
        today=today,
        marked_today=today in days,
        present=present,
        longest=max((row.length for row in here), default=0),
        total=len(in_period(days, today, resets)),
        month=shown,
        marked=tuple(sorted(day for day in days if f"{day:%Y-%m}" == shown)),
        mended=tuple(sorted(day for day in mended if f"{day:%Y-%m}" == shown)),
        rows=tuple(reversed(rows_of(days, step, resets))),
        gives=given_of((*streak.give, *(streak.ladder.step(number) if streak.ladder is not None else ()))),
        ladder=tuple(_steps(streak.ladder, number)) if streak.ladder is not None else (),
        milestones=milestones,
        next=min((m for m in milestones if m.left), key=lambda m: m.left, default=None),
        makeup=_makeup(streak, marks, ask, view, zone),
        state=present_state(streak.head, ask.at, paused=paused),
        resets_at=_resets_at(today, resets, zone),
        ends_at=streak.head.runs.end,
    )


def _milestone(
    streak: StreakTerms, milestone: Milestone, marks: Marks | None, days: frozenset[date], today: date
) -> MilestoneView:
    row = present_row(days, today, streak.mark.step, streak.resets)
    total = len(in_period(days, today, streak.resets))
    reached = total if milestone.counts == "total" else row.length if row is not None else 0
    paid = [date.fromisoformat(day) for day in (marks.paid.get(milestone.id, ()) if marks is not None else ())]
    given = {
        "ever": bool(paid),
        "period": any(period_of(day, streak.resets) == period_of(today, streak.resets) for day in paid),
        "row": row is not None and any(row_of(days, day, streak.mark.step, streak.resets) == row for day in paid),
    }[milestone.once]
    if milestone.every:
        return MilestoneView(
            counts=milestone.counts,
            days=reached - reached % milestone.days + milestone.days,
            left=milestone.days - reached % milestone.days,
            paid=False,
            gives=given_of(milestone.give),
            every=milestone.days,
        )
    return MilestoneView(
        counts=milestone.counts,
        days=milestone.days,
        left=0 if given and milestone.once == "ever" else max(milestone.days - reached, 0),
        paid=given,
        gives=given_of(milestone.give),
    )


def _next_number(streak: StreakTerms, days: frozenset[date], today: date) -> int:
    """Which day the next mark is, as the ladder counts: today's, or where that is marked the next one's."""
    step, resets = streak.mark.step, streak.resets
    day = today + timedelta(days=step) if today in days else today
    if streak.ladder is not None and streak.ladder.by == "total":
        return len(in_period(days | {day}, day, resets))
    row = row_of(days | {day}, day, step, resets)
    return (day - row.first).days // step + 1 if row is not None else 1


def _steps(ladder: Ladder, number: int) -> Iterator[StepView]:
    """The steps in the round of the day of this *number*."""
    size = len(ladder.steps)
    before = (number - 1) // size * size if ladder.then == "again" else 0
    here = min(number, size) if ladder.then == "stay" else number
    for n, gifts in enumerate(ladder.steps, before + 1):
        yield StepView(number=n, gives=given_of(gifts), done=n < number and n != here, next=n == here)


def _makeup(streak: StreakTerms, marks: Marks | None, ask: Input, view: View, zone: str) -> MakeupView | None:
    if streak.makeup is None:
        return None
    days = tuple(mendable(streak, marks, zone, ask.at, ask.facts))
    free = _rooms(streak, streak.makeup.free, ask, view)
    return MakeupView(
        days=days,
        until={day: last_date(streak, streak.makeup, day, zone) for day in days},
        left=min(_rooms(streak, streak.makeup.at_most, ask, view), default=None),
        free=min(free, default=0),
        pay={payment.choice: given_of(payment.take) for payment in streak.makeup.pay},
    )


def _rooms(streak: StreakTerms, limits: Iterable[Limit], ask: Input, view: View) -> list[int]:
    """How often each of *limits* lets it be done."""
    return [
        max(room(view.draft(ask.at), limit, ask, streak.head.zone), 0)
        for limit in limits
        if limit.of == "times" and limit.over != "flag" and tells(limit, ask)
    ]


def _resets_at(today: date, resets: Window, zone: str) -> datetime | None:
    over = resets.ends(local_start(today, zone_of("UTC")), zone_of("UTC"))
    return None if over is None else local_start(over.date(), zone_of(zone))
