"""What comes in is checked and becomes whole numbers of the smallest unit."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import count

import pytest

from quanyi.campaigns.kinds.builtin import BUILTIN
from quanyi.campaigns.language.events import Attribute, EventType, read_values
from quanyi.entitlements.errors import InputError
from quanyi.entitlements.parsing import quoted
from quanyi.entitlements.time import zone_of

NOW = datetime(2026, 5, 1, 17, 30, tzinfo=UTC)  # already the second of May in Shanghai
SHANGHAI = zone_of("Asia/Shanghai")


def attribute(kind: str, **more) -> Attribute:
    return Attribute(name="x", type=kind, **more)


def read(found: Attribute, value, **more):
    return read_values("e", {"x": found}, {} if value is None else {"x": value}, now=NOW, zone=SHANGHAI, **more)["x"]


def quoted_shortly(value: object) -> str:
    return quoted(value)[:30]


@pytest.mark.parametrize(
    ("kind", "scale", "value", "result"),
    [
        ("money", 2, 1990, 1990),  # an int is in the smallest unit
        ("money", 2, "19.90", 1990),
        ("money", 2, Decimal("19.9"), 1990),
        ("decimal", 2, "19.909", 1990),  # extra places are cut
        ("credit", 2, "0.01", 1),
        ("points", 0, "7", 7),
        ("int", 0, "7", 7),
        ("id", 0, 7, "7"),
        ("bool", 0, "true", True),
        ("date", 0, date(2026, 5, 1), "2026-05-01"),
        ("instant", 0, "2026-05-01 10:00", "2026-05-01T02:00:00+00:00"),  # local to the mall
        ("instant", 0, "2026-05-01T10:00+02:00", "2026-05-01T08:00:00+00:00"),
        ("user", 0, "ann", "ann"),
    ],
)
def test_values_are_read_exactly(kind, scale, value, result):
    """Each type, from what hosts and files send."""
    assert read(attribute(kind, scale=scale), value) == result


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("money", 19.9),  # binary floats are never money
        ("money", "19.905"),
        ("money", "much"),
        ("money", True),
        ("int", "7.5"),
        ("int", True),
        ("bool", 1),
        ("text", ["a"]),
        ("date", "tomorrow"),
        ("instant", datetime(2026, 5, 1)),  # noqa: DTZ001  (naive on purpose)
        ("instant", "0001-01-01T00:00+08:00"),  # before the calendar begins, in UTC
        ("instant", datetime(9999, 12, 31, 23, tzinfo=SHANGHAI)),
        ("instant", "9" * 1_000_000),
        ("date", "0001-01-01"),
        ("date", date(9999, 12, 31)),
        ("date", 7),
        ("money", "1e600000"),
        ("money", Decimal("1e600000")),
        ("decimal", "1e600000"),
        ("decimal", Decimal("NaN")),
        ("points", "9" * 1_000_000),
        ("int", "9" * 19),
        ("int", "²"),
        ("int", "--7"),
        ("text", 10**5000),
        ("text", "a" * 10_001),
    ],
    ids=quoted_shortly,
)
def test_what_does_not_fit_is_refused(kind, value):
    """With the attribute's name in the message."""
    with pytest.raises(InputError, match="'x'") as no:
        read(attribute(kind, scale=2 if kind == "money" else 0), value)

    assert len(str(no.value)) < 300


def test_decimals_in_files_are_decimals():
    """In stories and recorded files a whole number of yuan is yuan."""
    assert read(attribute("money", scale=2), 60, decimals=True) == 6000


def test_lists_keep_their_order():
    """And text is no list of letters."""
    assert read(attribute("id", many=True), ["b", "a"]) == ["b", "a"]
    with pytest.raises(InputError, match="not a list"):
        read(attribute("id", many=True), "ab")


@pytest.mark.parametrize(
    "items",
    [{"a", "b"}, frozenset("ab"), {"a": 1}, b"ab", count(), (f"i{n}" for n in range(1001))],
    ids=["set", "frozenset", "map", "bytes", "endless", "a-thousand-and-one"],
)
def test_what_has_no_order_or_no_end_is_no_list(items):
    """Items of a set come in another order in another process: the same fact would be another content."""
    with pytest.raises(InputError, match=r"not a list|more than 1000 items"):
        read(attribute("text", many=True), items)


def test_a_list_is_bounded_and_the_bound_is_taken():
    assert len(read(attribute("text", many=True), (f"i{n}" for n in range(1000)))) == 1000
    assert read(attribute("text"), "a" * 10_000) == "a" * 10_000


def test_of_very_many_problems_some_are_named_and_the_rest_is_counted():
    with pytest.raises(InputError, match="and 980 more") as no:
        read_values("e", {}, {f"k{n}": 1 for n in range(1000)}, now=NOW, zone=SHANGHAI)

    assert len(str(no.value)) < 2000


def test_defaults_are_read_at_the_moment():
    """Today is the mall's day, and now is now."""
    assert read(attribute("date", default="today"), None) == "2026-05-02"
    assert read(attribute("instant", default="now"), None) == NOW.isoformat()
    assert read(attribute("int", default="1"), None) == 1


def test_all_problems_are_named_at_once():
    """Missing, unknown and mistyped in one message."""
    attributes = {"a": Attribute(name="a", type="id"), "b": Attribute(name="b", type="int")}

    with pytest.raises(InputError, match=r"unknown attribute 'c'; 'a' is missing; 'b': 'x' is not a whole number"):
        read_values("e", attributes, {"b": "x", "c": 1}, now=NOW, zone=SHANGHAI)


def test_an_event_is_taken_apart():
    """What is kept, what is personal, what it can be undone by, what makes it unique."""
    event = EventType(
        id="order.paid",
        attributes={
            "order": Attribute(name="order", type="id"),
            "line": Attribute(name="line", type="id", optional=True),
            "phone": Attribute(name="phone", type="text", personal=True),
        },
        key="order",
        source=("order", "line"),
    )

    found = event.read({"order": "o1", "phone": "123"}, now=NOW, zone=SHANGHAI)

    assert found.data == {"order": "o1"}
    assert found.personal == {"phone": "123"}
    assert found.source == (("order", "o1"),)
    assert found.key == "o1"


def test_built_in_commands_know_the_mall_s_money():
    """Yen have no places."""
    assert BUILTIN.commands(0)["order.pay"].attributes["paid"].scale == 0
    assert all(event.command for event in BUILTIN.commands().values())
