"""A condition passes, or says which test failed, with the values compared."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from quanyi.entitlements.amounts import Amount
from quanyi.entitlements.checks.conditions import AllOf, AnyOf, Expression, Not, equalities, judge, values_of
from quanyi.entitlements.checks.conditions import Test as Compare
from quanyi.entitlements.errors import NotEligible
from quanyi.entitlements.expressions import ExpressionFailed
from quanyi.entitlements.inputs import Input

NOW = datetime(2026, 5, 8, 10, tzinfo=UTC)
ASK = Input(
    type="order.paid",
    key="k",
    at=NOW,
    user="ann",
    data={"amount": 1999, "sku": "a", "tags": ["new", "gift"], "day": "2026-05-02"},
    personal={"phone": "123"},
    facts={"level": "gold", "joined": "2026-05-01T10:00:00+00:00", "vip": True},
)


def never(text, values):
    """No expression is asked for."""
    raise AssertionError(text)


def no_of(condition, evaluate=never) -> NotEligible:
    with pytest.raises(NotEligible) as caught:
        judge(condition, ASK, evaluate)
    return caught.value


def compare(path, op, value) -> Compare:
    return Compare(path=path, op=op, value=value)


@pytest.mark.parametrize(
    ("path", "op", "value", "holds"),
    [
        ("event.amount", "min", 1999, True),  # the bound is inside
        ("event.amount", "min", 2000, False),
        ("event.amount", "max", 1999, True),
        ("event.amount", "more_than", 1999, False),
        ("event.amount", "less_than", 2000, True),
        ("amount", "is", 1999, True),  # a bare name is the event's
        ("event.sku", "is", "b", False),
        ("event.sku", "not", "b", True),
        ("event.sku", "in", ["a", "b"], True),
        ("event.tags", "has", "gift", True),
        ("event.tags", "has", "old", False),
        ("event.none", "missing", True, True),
        ("event.sku", "missing", True, False),
        ("event.sku", "missing", False, True),
        ("event.none", "min", 1, False),  # what is missing passes no test …
        ("event.none", "not", "a", True),  # … but to be another
        ("event.phone", "is", "123", True),  # personal attributes are seen
        ("user.level", "is", "gold", True),
        ("user.joined", "within", "8 days", True),
        ("user.joined", "within", "7d", False),  # half open: seven days later is outside
        ("event.day", "within", "7 days", True),
        ("event.sku", "min", 3, False),  # values of two kinds never compare
    ],
)
def test_tests(path, op, value, holds):
    """Each test, at its edges."""
    if holds:
        judge(compare(path, op, value), ASK, never)
    else:
        assert no_of(compare(path, op, value)).reason == f"{path.rpartition('.')[2]}-{op}".replace("_", "-")


def test_a_no_shows_what_is_missing():
    """As amounts in the unit's places."""
    no = no_of(Compare(path="event.amount", op="min", value=2000, scale=2, unit="CNY"))

    assert no.reason == "amount-min"
    assert {name: str(value) for name, value in no.shows.items()} == {
        "amount": "19.99",
        "min": "20.00",
        "missing": "0.01",
    }
    assert no.missing == Amount(1, "CNY", 2)


def test_the_first_that_fails_gives_the_reason():
    """In the order of the file."""
    both = AllOf(parts=(compare("event.sku", "is", "b"), compare("event.amount", "min", 5000)))

    assert no_of(both).reason == "sku-is"


def test_one_of_several_is_enough():
    """And if none holds, the last gives the reason."""
    judge(AnyOf(parts=(compare("event.sku", "is", "b"), compare("user.vip", "is", value=True))), ASK, never)

    assert no_of(AnyOf(parts=(compare("event.sku", "is", "b"), compare("event.amount", "min", 5000)))).reason == (
        "amount-min"
    )


def test_not_turns_a_no_around():
    """With a reason of its own."""
    judge(Not(part=compare("event.sku", "is", "b")), ASK, never)

    assert no_of(Not(part=compare("event.sku", "is", "a"))).reason == "not-sku-is"


def test_an_expression_sees_the_input():
    """The event with its personal part, the profile, the time, and the type for the evaluator."""
    seen = {}
    judge(Expression(text="x"), ASK, lambda _, values: seen.update(values) or True)

    assert seen == values_of(ASK)
    assert seen["event"]["phone"] == "123"
    assert (seen["user"]["level"], seen["now"], seen["type"]) == ("gold", NOW, "order.paid")


@pytest.mark.parametrize("turned", [False, True])
def test_an_expression_without_a_value_is_a_no(turned):
    """Whichever way it is asked."""

    def fails(text, values):
        raise ExpressionFailed("missing")

    condition = Expression(text="x", where="a.yaml:3")
    no = no_of(Not(part=condition) if turned else condition, fails)

    assert no.shows == {"expression": "x", "where": "a.yaml:3", "failed": "missing"}


@pytest.mark.parametrize("value", [False, 1, "true", None])
def test_only_true_is_true(value):
    """Never the truthiness of a value."""
    assert no_of(Expression(text="x"), lambda *_: value).reason == "not-eligible"


def test_equalities_are_what_must_be_equal():
    """Alternatives and negations imply none."""
    sku, level = compare("event.sku", "is", "a"), compare("user.level", "is", "gold")

    assert equalities(AllOf(parts=(sku, AnyOf(parts=(level,)), AllOf(parts=(level,))))) == {
        "event.sku": "a",
        "user.level": "gold",
    }
    assert equalities(AnyOf(parts=(sku,))) == equalities(Not(part=sku)) == equalities(None) == {}
