"""A supplier of quite another shape is YAML alone: forms, MD5 over sorted fields, states that are numbers."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import attrs
import pytest

from quanyi.adapters.clock import SystemClock
from quanyi.adapters.suppliers.connector import HttpSupplier
from quanyi.campaigns.project.suppliers import load_supplier
from quanyi.entitlements.errors import InputError
from quanyi.entitlements.supply.port import CallbackRefused, CallbackRequest, Capability, Order
from quanyi.entitlements.supply.replies import Absent, Accepted, Busy, Delivered, Refused, Unknown
from tests.suppliers.conftest import LOOPBACK
from tests.suppliers.wave import KEY, Wave, callback_body, stamp, wave_sign


@pytest.fixture
def wave() -> Iterator[Wave]:
    found = Wave()
    yield found
    found.close()


@pytest.fixture
def supplier(wave: Wave, second: Any) -> HttpSupplier:
    described = attrs.evolve(load_supplier(second), url=wave.url)
    return HttpSupplier.of(described, {"WAVE_KEY": KEY}, reach=LOOPBACK)


@pytest.fixture
def charge(order: Callable[..., Order]) -> Order:
    return order("100", account={"phone": "13800000000"}, reference="r-1")


def test_it_has_what_its_file_has_operations_for(supplier: HttpSupplier) -> None:
    assert supplier.capabilities == {Capability.ORDER, Capability.QUERY, Capability.CALLBACK}
    with pytest.raises(InputError, match="wave has no balance: it can be asked order, query"):
        supplier.balance()


def test_an_order_goes_as_a_signed_form(supplier: HttpSupplier, wave: Wave, charge: Order) -> None:
    """Numbers are texts, and what is empty takes no part in the signature."""
    reply = supplier.order(charge)
    (asked,) = wave.asked

    assert reply == Accepted("9000", 9700)
    assert {**asked, "time": "", "sign": ""} == {
        "merchant": "m77", "out_no": "r-1", "face": "100", "num": "1", "mobile": "13800000000", "memo": "", "time": "",
        "sign": "",
    }  # fmt: skip


def test_what_is_asked_for_is_what_is_there(supplier: HttpSupplier, wave: Wave, charge: Order) -> None:
    before = supplier.query("r-1")
    supplier.order(charge)
    wave.orders["r-1"] |= {"status": 2, "cards": "AA-1, BB-2"}
    after = supplier.query("r-1")

    assert (before, after) == (Absent(), Delivered("9000", 9700, ("AA-1", "BB-2")))


@pytest.mark.parametrize(
    ("state", "kind"),
    [(0, Accepted), (1, Accepted), (2, Delivered), (3, Refused), (4, Refused), (6, Accepted), (7, Accepted)]
    + [(each, Unknown) for each in (5, 8, -1, "2 ", "２", None, "", [2], {"2": 2}, 2.0, True)],
)
def test_only_declared_states_say_anything(supplier: HttpSupplier, wave: Wave, state: Any, kind: type[Any]) -> None:
    wave.says.append({"code": 0, "data": {"out_no": "r-1", "order_no": 5, "status": state, "price": 9700}})

    assert isinstance(supplier.query("r-1"), kind)


@pytest.mark.parametrize(
    ("said", "reply"),
    [
        ({"code": 1001}, Refused("1001")),
        ({"code": 1009}, Busy("1009")),
        ({"code": 0, "data": {"status": 3}}, Refused("3")),
        ({"code": 1404}, Unknown("the word '1404' is not declared")),
        ({"code": 42}, Unknown("the word '42' is not declared")),
        ({"code": 0}, Unknown("no state")),
        ({}, Unknown("no state")),
        ({"code": 0, "data": {"status": 2}}, Unknown("contradicts itself: delivered, and no order number")),
        (
            {"code": 0, "data": {"order_no": 7, "status": 3}},
            Unknown("contradicts itself: state '3', and an order number or codes"),
        ),
        (
            {"code": 1001, "data": {"order_no": 7}},
            Unknown("contradicts itself: '1001', and an order number, codes or a state of success"),
        ),
        (
            {"code": 0, "data": {"order_no": 7, "status": 1, "out_no": "r-2"}},
            Unknown("the answer is about another purchase"),
        ),
        (
            {"code": 0, "data": {"order_no": 7, "status": 1, "price": "12.5"}},
            Unknown("the answer can't be read: an amount that is no plain number"),
        ),
    ],
)
def test_what_an_answer_to_an_order_says(
    supplier: HttpSupplier, wave: Wave, charge: Order, said: dict[str, Any], reply: Any
) -> None:
    wave.says.append(said)

    assert supplier.order(charge) == reply


def came(body: bytes) -> CallbackRequest:
    return CallbackRequest(method="POST", path="/callbacks/wave", headers={}, body=body, at=SystemClock().now())


def test_a_call_back_is_read(supplier: HttpSupplier) -> None:
    found = supplier.read_callback(
        came(callback_body(out_no="r-1", order_no="5", status="2", price="9700", cards="A,B"))
    )

    assert (found.reference, found.reply) == ("r-1", Delivered("5", 9700, ("A", "B")))
    assert (found.answer.status, found.answer.text) == (200, "success")


def test_a_failure_that_a_call_back_tells_has_its_number(supplier: HttpSupplier) -> None:
    found = supplier.read_callback(came(callback_body(out_no="r-1", order_no="5", status="3")))

    assert found.reply == Refused("3", "5")


@pytest.mark.parametrize(
    ("make", "reason"),
    [
        (lambda: callback_body("guess", out_no="r-1", order_no="5", status="2"), "bad_signature"),
        (lambda: callback_body(out_no="r-1", order_no="5", status="2") + b"&cards=X", "bad_signature"),
        (lambda: callback_body(out_no="r-1", order_no="5", status="2") + b"&out_no=r-2", "malformed"),
        (lambda: callback_body(out_no="r-1", order_no="5", status="2").replace(b"r-1", b"r-2"), "bad_signature"),
        (lambda: callback_body(out_no="r-1", order_no="5", status="2").partition(b"&sign")[0], "bad_signature"),
        (lambda: callback_body(out_no="r-1", order_no="5", status="2", price="9,7"), "wrong_amount"),
        (lambda: callback_body(out_no="r-1", order_no="5", status="2", price="-1"), "wrong_amount"),
        (lambda: callback_body(out_no="", order_no="5", status="2"), "unknown_reference_form"),
        (lambda: callback_body(out_no="r-1", status="2", time="yesterday"), "malformed"),
        (lambda: b"\xff\xfe", "malformed"),
        (lambda: b"", "bad_signature"),
        (lambda: b"x" * 300_000, "too_large"),
    ],
)
def test_a_call_back_that_is_not_the_suppliers_own_is_refused(
    supplier: HttpSupplier, make: Callable[[], bytes], reason: str
) -> None:
    """What is sent is made when it is sent: its instant is signed."""
    body = make()
    with pytest.raises(CallbackRefused) as no:
        supplier.read_callback(came(body))

    assert no.value.reason == reason


@pytest.mark.parametrize(
    ("away", "taken"),
    [(0, True), (-290, True), (290, True), (-310, False), (310, False), (-(10**6), False)],
)
def test_a_call_back_is_believed_for_five_minutes(supplier: HttpSupplier, away: int, taken: bool) -> None:
    body = callback_body(out_no="r-1", order_no="5", status="2", time=stamp(timedelta(seconds=away)))
    if taken:
        assert supplier.read_callback(came(body)).reference == "r-1"
        return
    with pytest.raises(CallbackRefused, match="too_old"):
        supplier.read_callback(came(body))


def test_while_a_secret_is_changed_the_older_one_is_believed(wave: Wave, second: Any) -> None:
    """Ours are signed with the new one alone."""
    described = attrs.evolve(load_supplier(second), url=wave.url)
    supplier = HttpSupplier.of(described, {"WAVE_KEY": "new", "WAVE_KEY_OLD": KEY}, reach=LOOPBACK)
    found = supplier.read_callback(came(callback_body(out_no="r-1", order_no="5", status="2")))
    reply = supplier.query("r-1")
    (asked,) = wave.asked

    assert found.reference == "r-1"
    assert asked["sign"] == wave_sign(asked, "new")
    assert reply == Unknown("the word '1002' is not declared")
