"""Numbers, dates and instants are read exactly, and refused before anything large is computed."""

from __future__ import annotations

import sys
from decimal import Decimal, InvalidOperation
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quanyi.entitlements.amounts import parse_amount
from quanyi.entitlements.parsing import LARGEST, parse_date, parse_decimal, parse_instant, parse_whole, quoted
from quanyi.entitlements.time import Duration, Schedule

MEGABYTE = 1_000_000
HUGE = (
    "1e600000",
    "1E+99999999",
    "-1e600000",
    "0e600000",
    "9" * 19,
    "9" * MEGABYTE,
    "0." + "0" * MEGABYTE,
    "1" + " " * MEGABYTE,
    Decimal("1e600000"),
    Decimal("1e-600000"),
    Decimal("NaN"),
    Decimal("sNaN"),
    Decimal("Infinity"),
    10**18,
    10**5000,
)


@pytest.mark.parametrize(
    ("text", "scale", "amount"),
    [("19.90", 2, 1990), ("1e3", 0, 1000), ("-.5", 1, -5), ("7.", 0, 7), (Decimal("1E+3"), 2, 100_000), (60, 2, 6000)],
)
def test_amounts_are_read_exactly(text, scale, amount):
    """Plain decimals, short exponents, and numbers that are decimals already."""
    assert parse_amount(text, scale) == amount


@pytest.mark.parametrize("huge", HUGE, ids=map(str, range(len(HUGE))))
def test_what_is_too_large_is_refused_before_it_is_computed(huge):
    """Half a megabyte of digits is not a number here: the answer takes no time, and quotes little."""
    began = process_time()
    with pytest.raises((ValueError, ArithmeticError)) as no:
        parse_amount(huge, 2)

    assert process_time() - began < 0.5
    assert len(str(no.value)) < 200


@pytest.mark.parametrize(
    "text", ["", " 1", "1 ", "1_000", "１２", "0x10", "1,000", "--1", "+", ".", "e5", "NaN", "1\x00"]
)
def test_what_is_no_number_is_said_to_be_none(text):
    """ASCII digits, one sign, one point; whoever reads files tells this from a number that does not fit."""
    with pytest.raises(InvalidOperation, match="is not a number"):
        parse_decimal(text)


def test_nothing_is_rounded_on_the_way():
    """All the places that are read count: the last of forty still makes it no whole number."""
    with pytest.raises(ValueError, match="decimal places"):
        parse_amount("1." + "0" * 39 + "1", 2)
    assert parse_amount("123456789012.99" + "9" * 38, 2, cut=True) == 12_345_678_901_299


def test_an_amount_has_a_largest_value():
    """Ten to the fifteenth of the smallest part, in either direction."""
    assert parse_amount("-10000000000000.00", 2) == -LARGEST
    with pytest.raises(ValueError, match="larger than any amount"):
        parse_amount("10000000000000.01", 2)


@given(st.decimals(allow_nan=False, allow_infinity=False))
def test_whatever_is_read_reads_as_decimal_reads_it(number):
    """The bounds refuse; they never change a value."""
    try:
        assert parse_decimal(str(number)) == number
    except (ValueError, ArithmeticError):
        assert number.adjusted() >= 18 or len(str(number)) > 20


@pytest.mark.parametrize("text", ["9" * 19, "9" * MEGABYTE, "1e5", "", "²", "--5", " 5"], ids=list("abcdefg"))
def test_whole_numbers_have_at_most_eighteen_digits(text):
    """ASCII digits with a sign before them."""
    with pytest.raises(ValueError, match="is not a whole number"):
        parse_whole(text)


@pytest.mark.parametrize(
    "text",
    ["0001-01-01", "1899-12-31", "3000-01-01", "9999-12-31", "2" * MEGABYTE, "", "\ud800", "2026-02-30", "0000-13-45"],
    ids=list("abcdefghi"),
)
def test_dates_are_of_our_time(text):
    """A year from 1900 to 2999, so that no zone can push it over the calendar's edge."""
    for parse in (parse_date, parse_instant):
        with pytest.raises(ValueError, match=r"of our time|is not (a date|an instant) like 2026"):
            parse(text)
    assert parse_date("1900-01-01").year == 1900


@pytest.mark.parametrize(
    "text", ["1" * MEGABYTE, "1d " * MEGABYTE, "9" * 10 + "d", " " * MEGABYTE], ids=["digits", "parts", "ten", "spaces"]
)
def test_durations_and_schedules_are_short_texts(text):
    """A pattern that goes back and forth is not let loose on a long text."""
    began = process_time()
    for parse in (Duration.parse, Schedule.parse):
        with pytest.raises(ValueError, match=r"is not a|is longer"):
            parse(text)

    assert process_time() - began < 0.5


def test_a_message_quotes_little():
    """Whatever was sent: text, a number, a heap of things."""
    for value in ("x" * MEGABYTE, 10**5000, list(range(MEGABYTE)), {"a": "b" * MEGABYTE}):
        assert len(quoted(value)) < 200
    assert quoted("ann") == "'ann'"
    assert sys.getsizeof(quoted("x" * MEGABYTE)) < 500
