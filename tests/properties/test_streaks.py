"""
Streaks whatever the order: rows are what a calendar with crosses shows, milestones are paid once a row.
"""

from __future__ import annotations

from contextlib import suppress
from datetime import date, timedelta

import attrs
from hypothesis import given, settings
from hypothesis import strategies as st

from quanyi.entitlements.accounts import lot
from quanyi.entitlements.clauses import Fixed, Gift, Undo
from quanyi.entitlements.errors import Refused
from quanyi.entitlements.plays.streak import Mark, Milestone
from quanyi.entitlements.plays.streak.records import Marks
from quanyi.entitlements.plays.streak.runs import best_rows, period_of, present_row, row_of, rows_of
from quanyi.entitlements.time import Duration, Window
from tests.entitlements.checkins import CHECK_IN
from tests.entitlements.stage import Stage

START = date(2026, 2, 20)
MANY = 30
LEN = 3


def crosses(days, period, step):
    """Go through a calendar, one square after the other, and note the runs of crosses."""
    runs, run = [], []
    square = min(days, default=START)
    while square <= max(days, default=START):
        if run and period_of(run[-1], period) != period_of(square, period):
            runs, run = [*runs, run], []
        if square in days:
            run = [*run, square]
        elif run:
            runs, run = [*runs, run], []
        square += timedelta(days=step)
    return [*runs, run] if run else runs


numbers = st.lists(st.integers(0, MANY), max_size=40)
periods = st.sampled_from(["ever", "week", "month", "year"]).map(Window)


@given(found=numbers, period=periods, step=st.sampled_from([1, 7]))
def test_rows_are_runs_of_crosses(found, period, step):
    """Whichever way they are asked for: all, the one around a day, the present one."""
    days = {date(2026, 1, 5) + timedelta(days=n * step) for n in found}
    runs = [(run[0], run[-1], len(run)) for run in crosses(days, period, step)]

    assert [attrs.astuple(row) for row in rows_of(days, step, period)] == runs
    assert {attrs.astuple(row_of(days, day, step, period)) for day in days} == set(runs)
    for day in days:
        assert present_row(days, day, step, period) == row_of(days, day, step, period)


@given(found=numbers, count=st.integers(1, 5))
def test_no_row_left_out_is_better_than_one_named(found, count):
    """The best rows are as many as asked for, and in the order of the calendar, newest first."""
    rows = rows_of(START + timedelta(days=n) for n in found)
    best = best_rows(rows, count)
    others = [row for row in rows if row not in best]

    assert len(best) == min(count, len(rows))
    assert [row.last for row in best] == sorted((row.last for row in best), reverse=True)
    assert all((row.length, row.last) < (kept.length, kept.last) for row in others for kept in best)


class Calendar:
    """The row logic of the language, word for word, on plain lists."""

    def __init__(self):
        self.days, self.paid, self.points = set(), [], 0

    def mark(self, day, gives):
        self.days.add(day)
        self.points += gives
        row = next(run for run in crosses(self.days, Window(), 1) if day in run)
        if len(row) >= LEN and not any(paid in row for paid in self.paid):
            self.paid.append(day)
            self.points += 30


STREAK = attrs.evolve(
    CHECK_IN,
    mark=Mark(on=("ran",), day="event.on"),
    milestones=(Milestone(counts="row", days=LEN, give=(Gift(thing="points", how_much=Fixed(value=30)),)),),
    makeup=attrs.evolve(CHECK_IN.makeup, within=Duration.parse("100 days"), at_most=()),
)


@settings(max_examples=60)
@given(steps=st.lists(st.tuples(st.integers(0, 14), st.booleans()), max_size=25))
def test_marks_and_make_ups_in_any_order_come_out_as_on_the_calendar(steps):
    """The same marks, the same points; every long row is paid for, and no two payments met in one row before."""
    stage, calendar = Stage(balances={lot("h-ann", "card"): 99}), Calendar()
    for number, made_up in steps:
        day = START + timedelta(days=number)
        data = {"date": day.isoformat(), "on": day.isoformat(), "pay": "card"}
        ask = (STREAK, "make_up" if made_up else "ran", "2026-03-20T12:00", "ann")
        if day in calendar.days:
            assert stage.refusal(*ask, data=data).reason == "already-marked"
        else:
            stage.ask(*ask, data=data)
            calendar.mark(day, 0 if made_up else 10)

    marks = stage.records.get(Marks(campaign="check-in", holder="h-ann").key)
    assert (marks[0].days if marks else frozenset()) == calendar.days
    assert stage.points("ann") == calendar.points
    paid = {date.fromisoformat(day) for day in (marks[0].paid.get("row/3", ()) if marks else ())}
    assert all(any(day in row for day in paid) for row in rows_of(calendar.days) if row.length >= LEN)


UNDONE = attrs.evolve(
    STREAK, mark=Mark(on=("ran",), day="event.on", again="same"), if_undone=(Undo(when=("deleted",), same=("run",)),)
)


class Diary:
    """Who holds up which day, on plain lists."""

    def __init__(self):
        self.runs, self.gone, self.mended = {}, set(), set()

    @property
    def days(self):
        return self.mended | {day for name, day in self.runs.items() if name not in self.gone}

    @property
    def owed(self):
        return sum(len(run) >= LEN for run in crosses(self.days, Window(), 1))


doings = st.lists(
    st.tuples(st.sampled_from(["ran", "ran", "ran", "deleted", "make_up"]), st.integers(0, 9), st.integers(0, 11)),
    max_size=30,
)


@settings(max_examples=80)
@given(steps=doings)
def test_whatever_is_taken_back_what_stands_is_what_the_days_earn(steps):
    """No row is paid for twice, no payment stands outside a row, and none goes while some row earns it."""
    stage, diary, on_time = Stage(balances={lot("h-ann", "card"): 99}), Diary(), set()
    stamps = []
    for doing, name, number in steps:
        day = START + timedelta(days=number)
        data = {"date": day.isoformat(), "on": day.isoformat(), "pay": "card", "run": str(name)}
        before, paid = diary.days, len(stamps)
        if doing == "deleted":
            diary.gone.add(str(name))
        elif doing == "make_up" and day not in before:
            diary.mended.add(day)
        elif doing == "ran" and str(name) not in diary.gone and str(name) not in diary.runs:
            diary.runs[str(name)] = day
            on_time |= {day} - before
        on_time &= diary.days
        with suppress(Refused):
            if doing != "ran" or diary.runs.get(str(name)) in (day, None):
                source = {"source": {"run": str(name)}} if doing != "make_up" else {}
                stage.ask(UNDONE, doing, "2026-03-20T12:00", "ann", data=data, **source)
        stamps = _stamps(stage)
        rows = rows_of(diary.days)

        assert _days(stage) == diary.days
        assert all(sum(stamp in row for stamp in stamps) <= (row.length >= LEN) for row in rows)
        assert all(any(stamp in row for row in rows) for stamp in stamps)
        assert doing != "deleted" or len(stamps) == min(paid, diary.owed)
        assert stage.points("ann") == 10 * len(on_time) + 30 * len(stamps)


def _stamps(stage):
    marks = stage.records.get(Marks(campaign="check-in", holder="h-ann").key)
    return [date.fromisoformat(day) for day in (marks[0].paid.get("row/3", ()) if marks else ())]


def _days(stage):
    marks = stage.records.get(Marks(campaign="check-in", holder="h-ann").key)
    return marks[0].days if marks else frozenset()
