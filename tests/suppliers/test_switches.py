"""However the fake supplier misbehaves, nothing is concluded that it did not say."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from quanyi.adapters.suppliers.fake.switches import Switches
from quanyi.entitlements.errors import SupplierUnavailable
from quanyi.entitlements.supply.port import Order
from quanyi.entitlements.supply.replies import Absent, Accepted, Busy, Delivered, Refused, Unknown

if TYPE_CHECKING:
    from quanyi.adapters.suppliers.connector import HttpSupplier
    from tests.suppliers.conftest import FakeProcess

Made = Callable[..., Order]


@pytest.mark.parametrize(
    ("switch", "reply"),
    [
        ("rate_limited", Busy("rate_limited", timedelta(seconds=1))),
        ("error_before", Unknown("status 500")),
        ("out_of_stock", Refused("out_of_stock")),
        ("balance_empty", Refused("insufficient_balance")),
    ],
)
def test_what_was_not_taken(fake: FakeProcess, supplier: HttpSupplier, order: Made, switch: str, reply: Any) -> None:
    """A query afterwards finds nothing, once the supplier behaves again."""
    fake.set(**{switch: 100})
    asked = order()
    found = supplier.order(asked)
    fake.set(**{switch: 0})

    assert found == reply
    assert supplier.query(asked.reference) == Absent()


@pytest.mark.parametrize("switch", ["error_after", "no_number", "odd_state"])
def test_what_was_taken_and_is_not_said_clearly_is_unknown(
    fake: FakeProcess, supplier: HttpSupplier, order: Made, switch: str
) -> None:
    """A query clears it up, and the order that is sent again is charged once."""
    fake.set(**{switch: 100})
    asked = order()
    found = supplier.order(asked)
    fake.set(**{switch: 0})
    known = supplier.query(asked.reference)

    assert isinstance(found, Unknown), found
    assert isinstance(known, Delivered), known
    assert supplier.order(asked) == known


def test_what_is_delivered_and_never_answered_is_unknown(
    fake: FakeProcess, impatient: HttpSupplier, order: Made
) -> None:
    fake.set(silent=100, silent_seconds=2)
    asked = order()
    found = impatient.order(asked)

    assert found == Unknown("no answer in time")
    assert isinstance(impatient.query(asked.reference), Delivered)


def test_a_slow_answer_in_time_is_an_answer(fake: FakeProcess, supplier: HttpSupplier, order: Made) -> None:
    fake.set(slow=100, slow_seconds=0.3)

    assert isinstance(supplier.order(order()), Delivered)


def test_a_slow_query_says_nothing(fake: FakeProcess, impatient: HttpSupplier, order: Made) -> None:
    asked = order()
    impatient.order(asked)
    fake.set(slow=100, slow_seconds=1)

    assert impatient.query(asked.reference) == Unknown("no answer in time")


def test_being_asked_too_often_says_nothing_of_the_purchase(
    fake: FakeProcess, supplier: HttpSupplier, order: Made
) -> None:
    """`Busy` to a query would have the order sent again."""
    asked = order()
    supplier.order(asked)
    fake.set(rate_limited=100)

    assert supplier.query(asked.reference) == Unknown("the word 'rate_limited' is not declared")
    assert isinstance(supplier.cancel(asked.reference), Unknown)


def test_what_fails_later_was_accepted_and_is_then_refused(
    fake: FakeProcess, supplier: HttpSupplier, order: Made
) -> None:
    """The number of the purchase comes with it, since it was taken before."""
    fake.set(fails_later=100, delivers_after=0.2)
    asked = order()
    first = supplier.order(asked)
    last: Any = supplier.query(asked.reference)
    while isinstance(last, Accepted):
        last = supplier.query(asked.reference)

    assert isinstance(first, Accepted)
    assert last == Refused("failed", first.number)


def test_a_refusal_with_a_number_is_unknown(fake: FakeProcess, supplier: HttpSupplier, order: Made) -> None:
    fake.set(out_of_stock=100, numbered_refusal=100)

    assert isinstance(supplier.order(order()), Unknown)


def test_a_price_that_went_up_is_refused_where_a_bound_was_said(
    fake: FakeProcess, supplier: HttpSupplier, order: Made
) -> None:
    """Without a bound it is bought, and the reply says for how much."""
    before = next(each.price for each in supplier.catalogue().products if each.product == "film-ticket")
    fake.set(price_change=100)
    bounded = supplier.order(order("film-ticket", price=before))
    free: Any = supplier.order(order("film-ticket"))

    assert bounded == Refused("price_changed")
    assert free.cost > before


def test_another_amount_is_what_the_reply_says(fake: FakeProcess, supplier: HttpSupplier, order: Made) -> None:
    """Whoever books compares it with what was ordered; both sides are then seen to differ."""
    fake.set(wrong_amount=100)
    asked = order(quantity=2)
    said: Any = supplier.order(asked)
    kept = fake.kept(asked.reference)
    assert kept is not None

    assert (said.cost, kept["cost"]) == (2500, "24.00")


def test_codes_come_as_they_were_sent(fake: FakeProcess, supplier: HttpSupplier, order: Made) -> None:
    """Too few, or one that was sent before: to be found by the books, and not made up for here."""
    fake.set(short_batch=100)
    short: Any = supplier.order(order(quantity=3))
    fake.set(short_batch=0, same_code=100)
    same: Any = supplier.order(order(quantity=3))

    assert len(short.codes) == 2
    assert (len(same.codes), same.codes[-1]) == (3, short.codes[0])


def test_an_order_under_a_known_reference_with_another_content_is_unknown(supplier: HttpSupplier, order: Made) -> None:
    first = order()
    supplier.order(first)
    other = supplier.order(order("film-ticket", reference=first.reference))

    assert other == Unknown("the word 'reference_used' is not declared")


def test_what_goes_on_can_be_given_up_and_is_paid_back(fake: FakeProcess, supplier: HttpSupplier, order: Made) -> None:
    fake.set(delivers_after=60)
    asked, before = order(), supplier.balance()
    first = supplier.order(asked)
    given_up = supplier.cancel(asked.reference)

    assert isinstance(first, Accepted)
    assert given_up == Refused("cancelled", first.number)
    assert (supplier.balance(), supplier.cancel("never-ordered")) == (
        before,
        Unknown("the word 'not_found' is not declared"),
    )


def test_a_list_that_is_not_whole_completes_nothing(fake: FakeProcess, supplier: HttpSupplier) -> None:
    whole = supplier.catalogue(supplier.catalogue().next)
    fake.set(incomplete_list=100)
    part = supplier.catalogue(supplier.catalogue().next)

    assert (whole.complete, len(whole.products)) == (True, 2)
    assert (part.complete, len(part.products)) == (False, 1)


def test_the_list_says_price_stock_and_whether_it_can_be_had(supplier: HttpSupplier) -> None:
    first, last = supplier.catalogue(), supplier.catalogue("2")
    found = {each.product: each for each in (*first.products, *last.products)}

    assert found["film-ticket"].stock is None
    assert (found["old-game"].active, found["old-game"].stock, found["old-game"].price) == (False, 0, 500)
    assert found["music-month"].title == "Music, one month"


def test_what_can_not_be_read_for_the_lists_is_told_as_an_error(fake: FakeProcess, supplier: HttpSupplier) -> None:
    fake.set(error_before=100)
    for ask in (supplier.catalogue, supplier.balance):
        with pytest.raises(SupplierUnavailable, match="status 500"):
            ask()
    assert supplier.check_account("phone-100", {"phone": "13800000000"}).state == "silent"


def test_an_account_is_known_unknown_or_not_said(fake: FakeProcess, impatient: HttpSupplier) -> None:
    known = impatient.check_account("phone-100", {"phone": "13800000000"})
    unknown = impatient.check_account("phone-100", {"phone": "42"})
    fake.set(slow=100, slow_seconds=1)
    silent = impatient.check_account("phone-100", {"phone": "42"})

    assert (known.state, unknown.state, unknown.word, silent.state) == ("known", "unknown", "bad_number", "silent")


def test_the_same_seed_meets_the_same_requests(fake: FakeProcess, supplier: HttpSupplier, order: Made) -> None:
    """About as many as the switch says, and those that its seed says."""
    fake.set(out_of_stock=40, seed="a")
    switches = Switches(shares={"out_of_stock": 40}, seed="a")
    references = [order().reference for _ in range(40)]
    met = [each for each in references if isinstance(supplier.order(order(reference=each)), Refused)]

    assert met == [each for each in references if switches.hit("out_of_stock", f"order/{each}/1")]
    assert 6 <= len(met) <= 28
