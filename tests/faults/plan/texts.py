"""Faults in how texts from outside are read."""

from __future__ import annotations

from tests.faults.fault import Edit, Fault

__all__ = ["TEXTS"]

_PARSING = "tests/entitlements/test_parsing.py::"
_EVENTS = "tests/campaigns/test_events.py::"
_HOME = "entitlements/parsing.py"

TEXTS = (
    Fault(
        name="exponent-computed",
        promise="a number of half a million digits is refused before it is computed",
        tests=(f"{_PARSING}test_what_is_too_large_is_refused_before_it_is_computed[3]",),
        edits=(
            Edit(
                _HOME, "        if len(value) > 2 * _PLACES or not _DECIMAL.fullmatch(value):", "        if not value:"
            ),
            Edit(_HOME, "    if number.adjusted() >= _DIGITS:", "    if number.adjusted() >= 10**6:"),
        ),
    ),
    Fault(
        name="amount-without-a-bound",
        promise="no amount is beyond ten to the fifteenth of its smallest part",
        tests=(f"{_PARSING}test_an_amount_has_a_largest_value",),
        edits=(Edit("entitlements/amounts.py", "    if abs(number) > LARGEST:", "    if False:"),),
    ),
    Fault(
        name="any-year",
        promise="a date that no zone can hold is refused at the door",
        tests=(
            f"{_PARSING}test_dates_are_of_our_time[a]",
            f"{_EVENTS}test_what_does_not_fit_is_refused['date'-'0001-01-01']",
        ),
        edits=(Edit(_HOME, "range(1900, 3000)", "range(1, 10000)"),),
    ),
    Fault(
        name="rounded-while-read",
        promise="all the places of a decimal count, however many",
        tests=(f"{_PARSING}test_nothing_is_rounded_on_the_way",),
        edits=(Edit("entitlements/amounts.py", "scaleb(scale, _EXACT)", "scaleb(scale)"),),
    ),
    Fault(
        name="long-duration-searched",
        promise="a long text is no duration, and no pattern goes back and forth in it",
        tests=(f"{_PARSING}test_durations_and_schedules_are_short_texts[parts]",),
        edits=(Edit("entitlements/time.py", " if len(text) <= _LONGEST_DURATION else []", ""),),
    ),
)
