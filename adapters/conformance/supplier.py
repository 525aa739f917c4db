"""
What a supplier's connector promises, tried against a sandbox of the supplier.
"""

# ruff: noqa: PLR2004  (numbers are the point)
from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from time import monotonic, sleep
from typing import ClassVar

import attrs
import pytest

from quanyi.adapters.chance import random_bytes
from quanyi.adapters.clock import SystemClock
from quanyi.entitlements.errors import InputError
from quanyi.entitlements.supply.port import CallbackRefused, CallbackRequest, Capability, CataloguePage, Order, Supplier
from quanyi.entitlements.supply.replies import Absent, Accepted, Busy, Delivered, Refused, Reply, Unknown, is_final

__all__ = ["SupplierSample", "SupplierSuite"]

_PAGES = 1_000


@attrs.frozen(kw_only=True)
class SupplierSample:
    """
    What the suite buys in the sandbox.

    Attributes:
        product: Something that is in stock there.
        quantity: How many; two or more show that there are as many codes.
        account: What the product needs to know; empty for codes.
        codes: Whether it delivers codes.
        gone: A product that can't be had.
        unknown_account: An account that the supplier does not know, for `check_account`.
        seconds: How long a purchase takes there at most.
    """

    product: str
    quantity: int = 1
    account: Mapping[str, str] = attrs.field(factory=dict)
    codes: bool = True
    gone: str = "quanyi-no-such-product"
    unknown_account: Mapping[str, str] = attrs.field(factory=dict)
    seconds: float = 60.0


class SupplierSuite:
    """
    What every connector promises; what the supplier has no capability for is asserted to be refused as a wrong call.

    Subclass it, and give the fixtures `supplier` and `sample`; with the capability ``callback`` also `callback`.

    Attributes:
        dated: Whether its call-backs say when they were sent, so that old ones must be refused.
    """

    dated: ClassVar[bool] = True

    @pytest.fixture
    def supplier(self) -> Supplier:
        """Give the connector, pointed at a sandbox."""
        raise NotImplementedError("give a fixture supplier: the connector, pointed at a sandbox")

    @pytest.fixture
    def sample(self) -> SupplierSample:
        """Give what can be bought there."""
        raise NotImplementedError("give a fixture sample: what can be bought in the sandbox")

    @pytest.fixture
    def callback(self) -> Callable[[str], CallbackRequest]:
        """Give the first call-back that the supplier really sent about a reference, as it came."""
        raise NotImplementedError("give a fixture callback: reference -> the request that the supplier sent")

    # --- purchases ---------------------------------------------------------------------------

    def test_it_can_be_ordered_and_asked(self, supplier: Supplier) -> None:
        """Without a query or call-backs nobody would ever learn what became of an order without an answer."""
        assert isinstance(supplier, Supplier)
        assert Capability.ORDER in supplier.capabilities
        assert supplier.capabilities & {Capability.QUERY, Capability.CALLBACK}

    def test_an_order_is_taken_and_ends_delivered(self, supplier: Supplier, sample: SupplierSample) -> None:
        """With the supplier's number from the first reply on, and as many codes as were ordered."""
        order = _order(sample)
        first = supplier.order(order)
        last = _ended(supplier, order.reference, first, sample)

        assert isinstance(first, Accepted | Delivered), first
        assert isinstance(last, Delivered), last
        assert last.number == first.number
        assert len(set(last.codes)) == (order.quantity if sample.codes else 0)

    def test_an_order_that_is_sent_again_is_charged_once(self, supplier: Supplier, sample: SupplierSample) -> None:
        """What is repeatable has the same number; what is not is at least no second success."""
        order = _order(sample)
        first, again = supplier.order(order), supplier.order(order)

        assert isinstance(first, Accepted | Delivered), first
        if Capability.REPEATABLE in supplier.capabilities:
            assert isinstance(again, Accepted | Delivered), again
            assert again.number == first.number
        else:
            assert not isinstance(again, Accepted | Delivered) or again.number == first.number

    def test_what_it_does_not_sell_is_refused_or_unknown(self, supplier: Supplier, sample: SupplierSample) -> None:
        """Never taken, and the word is kept."""
        reply = supplier.order(attrs.evolve(_order(sample), product=sample.gone))

        assert isinstance(reply, Refused | Unknown), reply
        assert not isinstance(reply, Refused) or reply.word

    def test_a_reference_that_was_never_ordered(self, supplier: Supplier, sample: SupplierSample) -> None:
        """It is absent, or nothing is known of it; it is never a success, and never busy."""
        if Capability.QUERY not in supplier.capabilities:
            with pytest.raises(InputError):
                supplier.query("quanyi-none")
            return
        reply = supplier.query(_order(sample).reference)

        assert isinstance(reply, Absent | Unknown), reply

    def test_a_query_is_never_busy_and_an_order_never_absent(self, supplier: Supplier, sample: SupplierSample) -> None:
        """An order would be sent again for the one, and taken for gone by the other."""
        order = _order(sample)
        first = supplier.order(order)
        asked = [supplier.query(order.reference) for _ in range(3)] if Capability.QUERY in supplier.capabilities else []

        assert not isinstance(first, Absent)
        assert not any(isinstance(reply, Busy | Absent) for reply in asked), asked

    def test_what_is_delivered_is_not_cancelled(self, supplier: Supplier, sample: SupplierSample) -> None:
        """`Refused` would say that nothing was delivered."""
        if Capability.CANCEL not in supplier.capabilities:
            with pytest.raises(InputError):
                supplier.cancel("quanyi-none")
            return
        order = _order(sample)
        last = _ended(supplier, order.reference, supplier.order(order), sample)
        reply = supplier.cancel(order.reference)

        assert isinstance(last, Delivered), last
        assert isinstance(reply, Delivered | Unknown), reply

    def test_codes_are_in_no_repr(self, supplier: Supplier, sample: SupplierSample) -> None:
        """Replies are logged."""
        order = _order(sample)
        last = _ended(supplier, order.reference, supplier.order(order), sample)

        assert isinstance(last, Delivered), last
        assert not any(code in repr(last) for code in last.codes)

    # --- what else it may be asked -----------------------------------------------------------

    def test_the_balance_goes_down_by_the_cost(self, supplier: Supplier, sample: SupplierSample) -> None:
        """Where both are said; the sandbox must have no other callers meanwhile."""
        if Capability.BALANCE not in supplier.capabilities:
            with pytest.raises(InputError):
                supplier.balance()
            return
        before, order = supplier.balance(), _order(sample)
        last = _ended(supplier, order.reference, supplier.order(order), sample)
        after = supplier.balance()

        assert isinstance(last, Delivered), last
        assert (after.unit, after.scale) == (before.unit, before.scale)
        assert last.cost is None or before.value - after.value == last.cost

    def test_the_catalogue_ends_and_names_each_thing_once(self, supplier: Supplier, sample: SupplierSample) -> None:
        """No page but the last completes it."""
        if Capability.CATALOGUE not in supplier.capabilities:
            with pytest.raises(InputError):
                supplier.catalogue()
            return
        pages = _pages(supplier)
        names = [each.product for page in pages for each in page.products]

        assert pages[-1].next is None
        assert not any(page.complete for page in pages[:-1])
        assert sample.product in names
        assert len(set(names)) == len(names)

    def test_an_account_is_known_or_not(self, supplier: Supplier, sample: SupplierSample) -> None:
        """Silence is no no."""
        if Capability.CHECK_ACCOUNT not in supplier.capabilities:
            with pytest.raises(InputError):
                supplier.check_account(sample.product, {})
            return
        right = supplier.check_account(sample.product, sample.account)
        wrong = supplier.check_account(sample.product, sample.unknown_account)

        assert right.state in ("known", "silent")
        assert wrong.state in ("unknown", "silent")

    # --- call-backs --------------------------------------------------------------------------

    def test_a_call_back_is_believed_as_it_came(
        self, supplier: Supplier, sample: SupplierSample, request: pytest.FixtureRequest
    ) -> None:
        """It names our reference, and what it says is what a query says."""
        order, came = self._called_back(supplier, sample, request)
        if came is None:
            return
        found = supplier.read_callback(came)

        assert found.reference == order.reference
        assert isinstance(found.reply, Accepted | Delivered), found.reply

    @pytest.mark.parametrize("change", ["body", "signature", "path", "late", "early", "unsigned"])
    def test_a_call_back_that_was_altered_is_not(
        self, supplier: Supplier, sample: SupplierSample, request: pytest.FixtureRequest, change: str
    ) -> None:
        """Another body, no signature, another day: each is refused, by a reason."""
        _, came = self._called_back(supplier, sample, request)
        if (
            came is None
            or (change == "path" and "?" not in came.path)
            or (change in ("late", "early") and not self.dated)
        ):
            return
        with pytest.raises(CallbackRefused) as no:
            supplier.read_callback(_altered(came, change))

        assert no.value.reason in ("bad_signature", "too_old", "malformed")

    def _called_back(
        self, supplier: Supplier, sample: SupplierSample, request: pytest.FixtureRequest
    ) -> tuple[Order, CallbackRequest | None]:
        order = _order(sample)
        if Capability.CALLBACK not in supplier.capabilities:
            return order, None
        first = supplier.order(order)
        assert isinstance(first, Accepted | Delivered), first
        came: CallbackRequest = request.getfixturevalue("callback")(order.reference)
        return order, came


def _order(sample: SupplierSample) -> Order:
    """An order under a reference of its own."""
    return Order(
        reference=f"quanyi-{random_bytes(8).hex()}",
        product=sample.product,
        quantity=sample.quantity,
        account=sample.account,
        at=SystemClock().now(),
    )


def _ended(supplier: Supplier, reference: str, reply: Reply, sample: SupplierSample) -> Reply:
    """What a purchase comes to, asked for until it has ended or the sample's time is over."""
    ends, pause = monotonic() + sample.seconds, 0.05
    while not is_final(reply) and monotonic() < ends and Capability.QUERY in supplier.capabilities:
        sleep(pause)
        pause = min(pause * 2, 5)
        reply = supplier.query(reference)
    return reply


def _pages(supplier: Supplier) -> list[CataloguePage]:
    found = [supplier.catalogue()]
    while found[-1].next is not None and len(found) < _PAGES:
        found.append(supplier.catalogue(found[-1].next))
    return found


def _altered(came: CallbackRequest, change: str) -> CallbackRequest:
    """A request that the supplier did not send."""
    if change in ("late", "early"):
        away = timedelta(days=30)
        return attrs.evolve(came, at=came.at + (away if change == "late" else -away))
    if change == "path":
        return attrs.evolve(came, path=f"{came.path}0")
    if change == "unsigned":
        return attrs.evolve(came, headers={}, path=came.path.partition("?")[0])
    if change == "signature":
        headers = {name: _turned(value) for name, value in came.headers.items()}
        return attrs.evolve(came, headers=headers, body=came.body if _has_digits(came) else _turned_bytes(came.body))
    return attrs.evolve(came, body=_turned_bytes(came.body), path=_turned_query(came.path))


def _has_digits(came: CallbackRequest) -> bool:
    """Whether a header may hold a signature: a long one of digits and letters."""
    return any(len(value) >= 24 and value.isalnum() for value in came.headers.values())


def _turned(value: str) -> str:
    return value[:-1] + ("0" if value[-1:] != "0" else "1") if len(value) >= 24 else value


def _turned_bytes(body: bytes) -> bytes:
    """Another body of the same form: its first digit is another one."""
    for n, byte in enumerate(body):
        if chr(byte).isdigit():
            return body[:n] + (b"8" if chr(byte) != "8" else b"7") + body[n + 1 :]
    return body + b" "


def _turned_query(path: str) -> str:
    start, mark, query = path.partition("?")
    return f"{start}?{_turned_bytes(query.encode()).decode()}" if mark else path
