"""Replies, orders and call-backs are values that can't be what makes no sense, and show nothing secret."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from quanyi.entitlements.errors import InputError
from quanyi.entitlements.supply.port import REFUSALS, CallbackRefused, CallbackRequest, Order, Product
from quanyi.entitlements.supply.replies import Absent, Accepted, Busy, Delivered, Refused, Unknown, is_final

AT = datetime(2026, 5, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    "make",
    [
        lambda: Accepted(""),
        lambda: Accepted("  "),
        lambda: Accepted("n" * 201),
        lambda: Accepted(17),  # type: ignore[arg-type]
        lambda: Delivered("n", -1),
        lambda: Delivered("n", 12.5),  # type: ignore[arg-type]
        lambda: Delivered("n", True),
        lambda: Delivered("n", 10**16),
        lambda: Delivered("n", codes=("",)),
        lambda: Delivered("n", codes=(5,)),  # type: ignore[arg-type]
        lambda: Delivered("n", codes=("c" * 2001,)),
        lambda: Refused("no", ""),
        lambda: Refused(None),  # type: ignore[arg-type]
        lambda: Order(reference="", product="p", at=AT),
        lambda: Order(reference="r\n", product="p", at=AT),
        lambda: Order(reference="r", product="p", quantity=0, at=AT),
        lambda: Order(reference="r", product="p", quantity=10_001, at=AT),
        lambda: Order(reference="r", product="p", price=-1, at=AT),
        lambda: Order(reference="r", product="p", at=datetime(2026, 5, 1)),  # noqa: DTZ001
        lambda: Product(product="p", price=None),  # type: ignore[arg-type]
        lambda: Product(product="p", price=1, stock=-1),
        lambda: CallbackRefused("dislike"),
    ],
)
def test_a_reply_is_not_made_of_what_it_can_not_be(make: Callable[[], Any]) -> None:
    """And the same of an order and a product."""
    with pytest.raises(InputError):
        make()


def test_two_replies_end_a_purchase() -> None:
    replies = (Accepted("n"), Delivered("n"), Refused("no"), Busy("later"), Absent(), Unknown("?"))

    assert [is_final(reply) for reply in replies] == [False, True, True, False, False, False]


def test_no_repr_shows_what_is_secret() -> None:
    delivered = Delivered("n", codes=("CODE-1",))
    order = Order(reference="r", product="p", account={"phone": "13800000000"}, at=AT)
    request = CallbackRequest(method="POST", path="/x", headers={"sign": "s3cret"}, body=b"CODE-2", at=AT)
    shown = repr((delivered, order, request))

    assert [text for text in ("CODE-1", "CODE-2", "13800000000", "s3cret") if text in shown] == []
    assert delivered.codes == ("CODE-1",)


def test_a_long_word_is_cut() -> None:
    assert len(Refused("x" * 5000).word) == len(Unknown("x" * 5000).why) == 200


def test_every_refusal_of_a_call_back_is_an_error_of_the_sender() -> None:
    """None of them is a success, or a failure of ours, by which a supplier would send it again and again."""
    assert all(400 <= status < 500 for status in REFUSALS.values())
