"""Ranges that conditions demand: they say no more than the conditions themselves."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quanyi.entitlements.checks.conditions import AllOf, AnyOf, Expression, Not, judge
from quanyi.entitlements.checks.conditions import Test as Compared
from quanyi.entitlements.checks.ranges import Range, ranges
from quanyi.entitlements.errors import NotEligible
from quanyi.entitlements.inputs import Input
from tests.entitlements.stage import moment

BOUNDS = st.one_of(
    st.integers(-3, 3),
    st.sampled_from([10**40, -(10**40), Decimal("0.5"), Decimal("1E+30"), "", "a", "1", "2026-03-01", True, None, ()]),
    st.sampled_from([Decimal("NaN"), Decimal("Infinity"), float("nan"), 1.5]),
)
VALUES = st.one_of(
    BOUNDS, st.sampled_from([float("inf"), -float("inf"), [], {}, [1], b"a", moment("2026-03-01T10:00")])
)
TESTS = st.builds(Compared, path=st.just("event.amount"), op=st.sampled_from(["min", "max", "more_than", "less_than"]), value=BOUNDS)  # fmt: skip


def compare(op: str, value: object, path: str = "event.amount") -> Compared:
    return Compared(path=path, op=op, value=value)


def test_each_test_of_order_is_a_bound():
    """With the bound itself inside or outside; other tests are none."""
    assert ranges(compare("min", 5)) == {"event.amount": Range(low=5)}
    assert ranges(compare("more_than", 5)) == {"event.amount": Range(low=5, low_open=True)}
    assert ranges(compare("max", "2026-03-01")) == {"event.amount": Range(high="2026-03-01")}
    assert ranges(compare("less_than", 5)) == {"event.amount": Range(high=5, high_open=True)}
    assert ranges(compare("is", 5)) == ranges(compare("not", 5)) == ranges(compare("in", (5, 6))) == ranges(None) == {}


def test_several_tests_of_one_value_come_together():
    """The narrower bound holds, and of two equal ones the open one."""
    amounts = (
        compare("min", 5),
        compare("more_than", 5),
        compare("min", 3),
        compare("max", 9),
        compare("less_than", 9),
    )
    other = compare("min", 1, "user.level")

    assert ranges(AllOf(parts=(*amounts, AllOf(parts=(other,))))) == {
        "event.amount": Range(low=5, high=9, low_open=True, high_open=True),
        "user.level": Range(low=1),
    }


def test_what_need_not_hold_is_no_range():
    """Alternatives, negations, expressions, and a no with a word of its own, which has to be said."""
    amount = compare("min", 5)

    assert ranges(AnyOf(parts=(amount,))) == ranges(Not(part=amount)) == ranges(Expression(text="x")) == {}
    assert ranges(AllOf(parts=(amount,), reason="too-small")) == {}


@pytest.mark.parametrize("value", [True, None, Decimal("NaN"), Decimal("Infinity"), float("nan"), 1.5, (1,)])
def test_a_bound_without_a_place_in_an_order_is_no_range(value):
    """The condition alone decides."""
    assert ranges(compare("min", value)) == {}


def test_bounds_of_two_families_have_nothing_in_common():
    """No value lies in both; the first says enough."""
    assert ranges(AllOf(parts=(compare("min", 5), compare("max", "a")))) == {"event.amount": Range(low=5)}


@given(st.lists(TESTS, min_size=1, max_size=4), VALUES, st.booleans())
def test_a_value_that_passes_the_condition_lies_in_its_ranges(tests, value, missing):
    """Whatever the value is, and whatever it is compared with; and where it can be compared, the other way round."""
    condition = AllOf(parts=tuple(tests))
    ask = Input(type="x", key="k", at=moment("2026-03-01T10:00"), data={} if missing else {"amount": value})
    inside = all(range_.holds(ask.data.get("amount")) for range_ in ranges(condition).values())
    try:
        judge(condition, ask, never)
    except NotEligible:
        ordinary = all(type(test.value) in (int, str) for test in tests) and type(value) in (int, bool, str)
        kinds = {type(test.value) for test in tests}
        assert not (inside and ordinary and len(kinds) == 1)
    except ArithmeticError:  # a decimal that is no number breaks the condition
        return
    else:
        assert inside


def test_a_decimal_that_is_no_number_is_left_to_the_condition():
    """The campaign is asked, and says itself that it is broken."""
    assert Range(low=1).holds(Decimal("NaN"))
    assert not Range(low=1).holds(float("nan"))


def never(*_args: object) -> bool:
    raise AssertionError("there is no expression")
