"""
Rows of days: present ones, best ones, and where a period cuts them.
"""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from quanyi.entitlements.plays.streak.runs import best_rows, in_period, present_row, rows_of
from quanyi.entitlements.time import Window
from tests.entitlements.checkins import (
    day,
)

LONG_HABIT = [
    *(0, 1, 3, 5, 7, 8, 9, 10, 12, 14, 15, 17, 19, 20, 26, 27, 28, 50, 51, 52, 53, 54, 58, 60, 63, 65),
    *(70, 71, 72, 73, 74, 75, 80, 81, 83, 89, 90, 91, 95, 102, 103, 108, 109, 120),
]


@pytest.mark.parametrize(("count", "lengths"), [(4, [4, 3, 5, 6]), (2, [5, 6])])
def test_the_best_rows_of_a_long_habit(count, lengths):
    """uhabits: the longest, the newer of equal ones, listed newest first."""
    today = date(2015, 1, 25)
    rows = rows_of(today - timedelta(days=ago) for ago in LONG_HABIT)

    assert [row.length for row in best_rows(rows, count)] == lengths


def test_the_present_row_is_todays_or_yesterdays():
    """Two days ago is over."""
    days = {day("04-01"), day("04-02")}
    found = [present_row(days, day(text)) for text in ("04-02", "04-03", "04-04")]

    assert [row and row.length for row in found] == [2, 2, None]


def test_a_period_cuts_rows():
    """Sunday and Monday are neighbours, but of two weeks."""
    days = {day("03-08"), day("03-09"), day("03-10")}
    week = Window("week")

    assert [row.length for row in rows_of(days, period=week)] == [1, 2]
    assert present_row(days, day("03-09"), period=week).length == 2
    assert present_row({day("03-08")}, day("03-09"), period=week) is None
    assert len(in_period(days, day("03-09"), week)) == 2
