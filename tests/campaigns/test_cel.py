"""Expressions are typed before launch, and never raise into a campaign."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from quanyi.campaigns.language.events import Attribute, EventType
from quanyi.campaigns.language.expressions import CelExpressions, check_expression
from quanyi.entitlements.expressions import ExpressionFailed, Expressions

NOW = datetime(2026, 5, 1, 17, 30, tzinfo=UTC)
EVENT = EventType(
    id="order.paid",
    attributes={
        "amount": Attribute(name="amount", type="money", scale=2),
        "at": Attribute(name="at", type="instant"),
        "coupon": Attribute(name="coupon", type="text", optional=True),
        "items": Attribute(name="items", type="id", many=True),
    },
)
PROFILE = {"vip": Attribute(name="vip", type="bool"), "joined": Attribute(name="joined", type="instant")}
SCALES = {"money": 2, "CNY": 2, "points": 0}
VALUES = {
    "type": "order.paid",
    "event": {"amount": 2000, "at": "2026-05-01T10:00:00+00:00", "items": ["a", "b"]},
    "user": {"vip": True},
    "now": NOW,
}


@pytest.fixture(scope="module")
def expressions() -> Expressions:
    return CelExpressions({EVENT.id: EVENT}, PROFILE, SCALES, "Asia/Shanghai")


def check(text: str, wanted="bool"):
    return check_expression(text, wanted=wanted, event=EVENT, profile=PROFILE, scales=SCALES)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("event.amount >= amt('20.00')", True),
        ("user.vip && event.amount > 1999", True),
        ("event.at < now", True),  # instants are compared as instants
        ("now - event.at > duration('7h')", True),
        ("has(event.coupon) && event.coupon == 'x'", False),
        ("has(event.at)", True),
        ("'a' in event.items", True),
        ("day(now) == '2026-05-02'", True),  # the mall's day
        ("day(now, 'UTC') == '2026-05-01'", True),
        ("event.items.exists(i, i == 'b')", True),
        ('event.items[0].matches("^(?:[ab])$")', True),
    ],
)
def test_conditions(expressions, text, value):
    """What passes the check has the value one expects."""
    assert check(text) is None
    assert expressions.evaluate(text, VALUES) is value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("percent(event.amount, '17.5')", 350),
        ("percent(1999, '17.5', 'down')", 349),
        ("ratio(100, 1, 3)", 33),
        ("ratio(100, 1, 3, 'up')", 34),
        ("per(event.amount, 300, 5)", 30),
        ("min(event.amount, u('points', '7'))", 7),
        ("max(1, 2)", 2),
    ],
)
def test_amounts(expressions, text, value):
    """Whole numbers, one declared rounding."""
    assert check(text, "int") is None
    assert expressions.evaluate(text, VALUES) == value


@pytest.mark.parametrize(
    ("text", "column", "message"),
    [
        ("event.amont > 3", 1, "undeclared"),
        ("event.amount > 'x'", 14, "no matching overload"),
        ("event.amount > 1.5", 16, "an amount is written as text"),
        ("event.amount", 1, "a whole number, not true or false"),
        ("event.amount >", 15, "ends too early"),
        ("amt('1.999') > 1", 1, "more than 2 decimal places"),
        ("u('stars', '1') > 1", 1, "no unit 'stars'"),
        ("has(event.cupon)", None, ""),
        ("open('x')", 5, "undeclared"),
    ],
)
def test_mistakes_are_found_before_launch(text, column, message):
    """With the column inside the expression."""
    mistake = check(text)

    assert mistake is not None
    assert message in mistake.message
    assert column is None or mistake.column == column


def test_a_misspelt_name_is_suggested():
    """The nearest declared name."""
    assert check("event.amont > 3").hint == "did you mean event.amount?"


@pytest.mark.parametrize(
    "text",
    [
        "event.coupon == 'x'",  # missing
        "event.amount / 0 > 1",
        "event.amount + 9223372036854775807 > 1",
        "user.joined < now",  # the profile says nothing
        "percent(event.amount, 'much') > 1",
        "percent(event.amount, '1', 'sideways') > 1",
        "day(now, 'Mars') == ''",
        "event.amount ==",  # not even an expression: an older campaign, a newer language
    ],
)
def test_without_a_value_it_fails_closed(expressions, text):
    """Whatever goes wrong at run time is one kind of answer."""
    with pytest.raises(ExpressionFailed):
        expressions.evaluate(text, VALUES)


def test_cost_is_bounded(expressions):
    """Loops over loops over loops stop."""
    many = {**VALUES, "event": {**VALUES["event"], "items": ["x"] * 300}}
    text = "event.items.all(a, event.items.all(b, event.items.all(c, a + b != c + 'y')))"

    assert check(text) is None
    with pytest.raises(ExpressionFailed, match="budget"):
        expressions.evaluate(text, many)
