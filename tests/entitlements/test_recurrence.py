"""
Rules of days: the same days as the standard's, in a rhythm that no New Year breaks, and never without an end.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from itertools import pairwise, takewhile

import pytest
from dateutil.rrule import rrulestr
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from quanyi.entitlements.recurrence import Recurrence, kept, recurrence
from quanyi.entitlements.time import Schedule, zone_of
from tests.entitlements.stage import moment

EPOCH = date(2024, 1, 1)
DAYS = [EPOCH + timedelta(days=n) for n in range(4 * 366)]


def days_of(rule: Recurrence) -> list[date]:
    return [day for day in DAYS if day in rule]


def standard(text: str) -> list[date]:
    """The days that the standard's own reading gives, from the same first day on."""
    found = rrulestr(text, dtstart=datetime(2024, 1, 1))  # noqa: DTZ001  (local days)
    return [at.date() for at in takewhile(lambda at: at.date() <= DAYS[-1], found)]


@pytest.mark.parametrize(
    "text",
    [
        "RRULE:FREQ=DAILY;INTERVAL=3",
        "RRULE:FREQ=WEEKLY;INTERVAL=2;BYDAY=SA,SU",
        "RRULE:FREQ=WEEKLY;INTERVAL=2;BYDAY=TU,SU;WKST=SU",
        "RRULE:FREQ=WEEKLY",
        "RRULE:FREQ=MONTHLY",
        "RRULE:FREQ=MONTHLY;INTERVAL=5;BYMONTHDAY=-1,31",
        "RRULE:FREQ=MONTHLY;BYDAY=1MO,-1FR",
        "RRULE:FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1,2",
        "RRULE:FREQ=MONTHLY;BYMONTHDAY=13;BYDAY=FR",
        "RRULE:FREQ=YEARLY",
        "RRULE:FREQ=YEARLY;BYMONTH=11;BYMONTHDAY=11",
        "RRULE:FREQ=YEARLY;INTERVAL=2;BYDAY=20MO,-1SU",
        "RRULE:FREQ=YEARLY;BYMONTH=5;BYDAY=2SU",
        "RRULE:FREQ=YEARLY;BYYEARDAY=1,100,-1,366",
        "RRULE:FREQ=YEARLY;BYWEEKNO=20;BYDAY=MO",
        "RRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29",
        "RRULE:FREQ=DAILY;BYMONTH=1,6;BYDAY=SU;UNTIL=20250615",
    ],
)
def test_a_rule_gives_the_days_of_the_standard(text):
    assert days_of(recurrence(text)) == standard(text)


@settings(max_examples=60, deadline=None)
@given(
    frequency=st.sampled_from(["DAILY", "WEEKLY", "MONTHLY", "YEARLY"]),
    interval=st.integers(1, 5),
    weekdays=st.lists(st.sampled_from(["MO", "TU", "WE", "TH", "FR", "SA", "SU"]), unique=True, max_size=3),
    months=st.lists(st.integers(1, 12), unique=True, max_size=3),
    month_days=st.lists(st.integers(-28, 28).filter(bool), unique=True, max_size=3),
)
def test_any_rule_gives_the_days_of_the_standard(frequency, interval, weekdays, months, month_days):
    by = {"BYDAY": weekdays, "BYMONTH": months, "BYMONTHDAY": month_days}
    parts = [f"{name}={','.join(map(str, values))}" for name, values in by.items() if values]
    text = ";".join([f"RRULE:FREQ={frequency}", f"INTERVAL={interval}", *parts])
    rule = kept(text)
    assume(rule.ever())  # the standard's own reading looks for a day that never comes until the year 9999

    assert days_of(rule) == standard(text)


def test_the_rhythm_goes_on_over_new_year():
    """Every third Saturday is every 21 days, whatever year it is, and whoever asks when."""
    schedule, zone = Schedule.parse("RRULE:FREQ=WEEKLY;INTERVAL=3;BYDAY=SA"), zone_of("Asia/Shanghai")
    at, found = moment("2026-11-01T00:00+08:00"), []
    for _ in range(8):
        following = schedule.next_opening(at, zone)
        assert following is not None
        found.append(following)
        at = following + timedelta(hours=1)
    asked_late = [at for at in found if schedule.is_open(at, zone)]

    assert {later - sooner for sooner, later in pairwise(found)} == {timedelta(days=21)}
    assert asked_late == found


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("RRULE:FREQ=DAILY;INTERVAL=0", "out of range"),
        ("RRULE:FREQ=DAILY;INTERVAL=-1", "out of range"),
        ("RRULE:FREQ=DAILY;INTERVAL=99999999999", "three digits"),
        pytest.param("RRULE:FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30", "names no day", id="thirtieth"),
        ("RRULE:FREQ=MONTHLY;BYMONTH=4;BYMONTHDAY=31", "names no day"),
        ("RRULE:FREQ=MONTHLY;BYDAY=6MO", "names no day"),
        ("RRULE:FREQ=WEEKLY;BYDAY=MO;BYSETPOS=2", "names no day"),
        ("RRULE:FREQ=YEARLY;BYYEARDAY=1;BYMONTH=5", "names no day"),
        ("RRULE:FREQ=DAILY;UNTIL=19990101", "names no day"),
        ("RRULE:FREQ=DAILY;COUNT=1000000000", "no first day"),
        ("RRULE:FREQ=YEARLY;BYEASTER=400", "BYEASTER"),
        ("RRULE:FREQ=SECONDLY", "within a day"),
        ("RRULE:FREQ=DAILY;BYHOUR=25", "within a day"),
        ("RRULE:FREQ=DAILY;BYMONTH=13", "out of range"),
        ("RRULE:FREQ=DAILY;BYMONTHDAY=0", "out of range"),
        ("RRULE:FREQ=WEEKLY;BYDAY=1MO", "not possible"),
        ("RRULE:FREQ=MONTHLY;BYDAY=0MO", "not possible"),
        ("RRULE:FREQ=MONTHLY;BYDAY=XX", "not a weekday"),
        ("RRULE:FREQ=DAILY;FREQ=WEEKLY", "not a rule"),
        ("RRULE:FREQ=DAILY;UNTIL=20269999", "UNTIL=20269999 names a day that there is not"),
        ("RRULE:FREQ=MONTHLY;BYWEEKNO=20", "possible with FREQ=YEARLY"),
        ("RRULE:FREQ=YEARLY;BYWEEKNO=20;WKST=SU", "weeks from Monday"),
        ("RRULE:FREQ=MONTHLY;BYMONTHDAY=-32", "1 to 31, or -31 to -1 from the end"),
        ("RRULE:FREQ=DAILY\nRRULE:FREQ=WEEKLY", "one of"),
        ("RRULE:", "not a rule"),
        ("RRULE:BYDAY=MO", "needs FREQ"),
    ],
)
def test_a_rule_that_cannot_be_is_refused_at_once(text, says):
    with pytest.raises(ValueError, match=says):
        Schedule.parse(text)


def test_a_rule_that_was_kept_is_read_all_the_same():
    """A campaign in force whose rule counts is read as without the count."""
    schedule = Schedule(rule="RRULE:FREQ=DAILY;COUNT=5")

    assert schedule.is_open(moment("2026-11-01T00:00"), zone_of("UTC"))
