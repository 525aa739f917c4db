"""Whatever a supplier answers, only what its description declares is concluded from it."""

from __future__ import annotations

import json
from typing import Any

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quanyi.adapters.suppliers.answers import reply_of
from quanyi.adapters.suppliers.exchange import Answer
from quanyi.adapters.suppliers.fake.server import fake_description
from quanyi.campaigns.language.suppliers import CodesAt, Path, Template
from quanyi.entitlements.supply.replies import Absent, Accepted, Busy, Delivered, Refused, Reply, Unknown

FAKE = fake_description()
ASKED: Any = st.sampled_from(["order", "query", "cancel"])
STATES = ["PROCESSING", "DELIVERED", "FAILED", "CANCELLED", "ON_HOLD", "delivered", "", None, 2, True, ["DELIVERED"]]
WORDS = ["out_of_stock", "rate_limited", "not_found", "oops", "", None, 0, {"a": 1}]
ODD: Any = st.one_of(st.none(), st.booleans(), st.integers(), st.text(max_size=5), st.lists(st.integers(), max_size=2))


def mostly(usual: Any, *others: Any) -> Any:
    """The usual value in half of the cases, so that each oddity is met beside what is usual."""
    return st.one_of(st.just(usual), st.one_of(*others), st.just(usual))


SAID: Any = st.fixed_dictionaries(
    {
        "number": mostly("n1", ODD),
        "state": st.one_of(st.sampled_from(STATES), ODD),
        "cost": mostly("12.00", st.sampled_from(["12.005", "-1", "1e3", "9" * 30]), ODD),
        "codes": mostly([], st.just([{"code": "C1"}]), st.just([{"code": {}}]), ODD),
        "error": mostly(None, st.fixed_dictionaries({"code": st.sampled_from(WORDS)}), ODD),
    },
    optional={"reference": mostly("r", ODD)},
)
STATUS = mostly(200, st.sampled_from([201, 302, 400, 404, 422, 429, 500, 503]))


def replied(said: Any, asked: Any = "order", status: int = 200, **reading: Any) -> Reply:
    how = attrs.evolve(FAKE.operations[asked].reading, **reading)
    answer = Answer(status=status, headers={}, body=json.dumps(said).encode())
    return reply_of(answer, asked, "r", how, FAKE)


@settings(max_examples=400)
@given(said=SAID, asked=ASKED, status=STATUS)
def test_nothing_is_concluded_that_is_not_declared(said: dict[str, Any], asked: Any, status: int) -> None:
    """Each conclusion is held against what it needs; everything else is unknown."""
    reply = replied(said, asked, status)
    error = said.get("error")
    word = error.get("code") if isinstance(error, dict) else None
    state = said.get("state")
    match reply:
        case Delivered():
            assert (state, word or None, status < 300) == ("DELIVERED", None, True)
            assert reply.number == str(said["number"]).lower() or reply.number == said["number"]
        case Accepted():
            assert (state, word or None, status < 300, said.get("codes") or []) == ("PROCESSING", None, True, [])
        case Refused():
            assert not said.get("codes") or not isinstance(said["codes"], list)
            by_state = state in ("FAILED", "CANCELLED") and status < 300 and (asked != "order" or reply.number is None)
            assert by_state or (asked == "order" and word == "out_of_stock" and status < 500 and reply.number is None)
        case Busy():
            assert (asked, word) == ("order", "rate_limited")
            assert status < 500
        case Absent():
            assert (asked, word) == ("query", "not_found")
        case Unknown():
            assert reply.why


@given(body=st.binary(max_size=60), asked=ASKED, status=st.integers(100, 599))
def test_no_answer_raises(body: bytes, asked: Any, status: int) -> None:
    reply = reply_of(Answer(status=status, headers={}, body=body), asked, "r", FAKE.operations[asked].reading, FAKE)

    assert isinstance(reply, Unknown)


@given(said=SAID, status=st.sampled_from([200, 404, 429]))
def test_busy_answers_orders_and_absent_queries(said: dict[str, Any], status: int) -> None:
    """An order would be sent again for the one, and a purchase taken for gone by the other."""
    assert not isinstance(replied(said, "order", status), Absent)
    assert not isinstance(replied(said, "query", status), Busy)
    assert not isinstance(replied(said, "cancel", status), Absent | Busy)


def test_a_supplier_that_refuses_under_a_number_may_say_so() -> None:
    said = {"number": "n1", "state": "FAILED"}
    word = {"number": "n1", "error": {"code": "out_of_stock"}}

    assert isinstance(replied(said), Unknown)
    assert replied(said, numbered_refusals=True) == Refused("FAILED", "n1")
    assert isinstance(replied(word), Unknown)
    assert replied(word, numbered_refusals=True) == Refused("out_of_stock", "n1")
    assert replied(said, "query") == Refused("FAILED", "n1")


def test_a_supplier_without_states_may_say_what_a_number_means() -> None:
    assert isinstance(replied({"number": "n1", "cost": "12.00"}), Unknown)
    assert replied({"number": "n1", "cost": "12.00"}, no_state="accepted") == Accepted("n1", 1200)
    assert isinstance(replied({}, no_state="accepted"), Unknown)


@pytest.mark.parametrize(
    ("where", "said", "codes"),
    [
        (CodesAt(at=Path.parse("codes")), ["A", "B"], ("A", "B")),
        (CodesAt(at=Path.parse("codes[]")), ["A", "B"], ("A", "B")),
        (CodesAt(at=Path.parse("codes")), "A", ("A",)),
        (CodesAt(at=Path.parse("codes"), split="\n"), "A\n B \n\n", ("A", "B")),
        (CodesAt(at=Path.parse("codes[0]")), ["A", "B"], ("A",)),
        (CodesAt(at=Path.parse("codes[].c"), split=","), [{"c": "A,B"}, {"c": "D"}], ("A", "B", "D")),
        (CodesAt(at=Path.parse("codes"), text=Template.parse("{no} {pin?}")), [{"no": 7, "pin": "x"}, {"no": "8"}], ("7 x", "8")),
        (CodesAt(at=Path.parse("codes")), None, ()),
        (CodesAt(at=Path.parse("nowhere[].code")), ["A"], ()),
    ],
)  # fmt: skip
def test_codes_are_found_where_they_stand(where: CodesAt, said: Any, codes: tuple[str, ...]) -> None:
    assert replied({"number": "n", "state": "DELIVERED", "codes": said}, codes=where) == Delivered("n", None, codes)


@pytest.mark.parametrize("said", [[{"no": 1}], [True], [["A"]], {"a": "b"}, 1.5])
def test_what_are_no_codes_is_not_read_as_some(said: Any) -> None:
    plain = CodesAt(at=Path.parse("codes"))
    paired = CodesAt(at=Path.parse("codes"), text=Template.parse("{no} {pin}"))

    assert isinstance(replied({"number": "n", "state": "DELIVERED", "codes": said}, codes=plain), Unknown)
    assert isinstance(replied({"number": "n", "state": "DELIVERED", "codes": said}, codes=paired), Unknown)
