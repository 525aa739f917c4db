"""
Suppliers that reply what a story says, in the order in which it says it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

import attrs

from quanyi.entitlements.amounts import Amount
from quanyi.entitlements.errors import InputError
from quanyi.entitlements.supply.port import (
    AccountAnswer,
    Callback,
    CallbackRequest,
    Capability,
    CataloguePage,
    Order,
    Supplier,
)
from quanyi.entitlements.supply.replies import Delivered, Reply

__all__ = ["Line", "NoReply", "StorySuppliers"]

Line = tuple[str, Reply | None]
"""The next reply of a supplier; None for a supplier that does not answer."""


class NoReply(Exception):  # noqa: N818  (what became of a call)
    """A call that has not been answered yet, and may have arrived: the books hear nothing of it."""


@attrs.define
class StorySuppliers(Mapping[str, Supplier]):
    """
    Every supplier that anybody asks for.

    >>> from datetime import UTC, datetime
    >>> from quanyi.entitlements.supply.replies import Accepted
    >>> suppliers = StorySuppliers()
    >>> suppliers.follow([("alpha", Accepted("s1"))])
    >>> suppliers["alpha"].order(Order(reference="p-1", product="x", at=datetime(2026, 3, 8, tzinfo=UTC)))
    Accepted(number='s1', cost=None)

    Attributes:
        obliging: Whether every order is delivered at once, with codes that are made up; else nobody answers what no line
            was written for.
    """

    obliging: bool = False
    lines: list[Line] = attrs.field(factory=list)

    def follow(self, lines: Iterable[Line]) -> None:
        """Reply by these lines from now on; lines that were left over are forgotten."""
        self.lines = list(lines)

    def next(self, supplier: str, order: Order | None) -> Reply | None:
        """The next line of *supplier*."""
        place = next((n for n, (name, _) in enumerate(self.lines) if name == supplier), None)
        if place is not None:
            return self.lines.pop(place)[1]
        if order is None or not self.obliging:
            return None
        codes = tuple(f"{order.reference}-{n}" for n in range(order.quantity))
        return Delivered(f"n-{order.reference}", codes=codes)

    def __getitem__(self, supplier: str) -> Supplier:
        return _OfOne(supplier, self)

    def __iter__(self) -> Iterator[str]:
        return iter(dict.fromkeys(name for name, _ in self.lines))

    def __len__(self) -> int:
        return len(list(iter(self)))


@attrs.frozen
class _OfOne:
    """One of the suppliers; what a story can't say of it is refused."""

    name: str
    script: StorySuppliers

    @property
    def capabilities(self) -> frozenset[Capability]:
        """It can be ordered from and asked."""
        return frozenset({Capability.ORDER, Capability.QUERY, Capability.CALLBACK})

    def order(self, order: Order) -> Reply:
        """
        The next line.

        Raises:
            NoReply: The line is silence, or there is none.
        """
        return self._answered(self.script.next(self.name, order))

    def query(self, reference: str) -> Reply:
        """The next line, like `order`."""
        return self._answered(self.script.next(self.name, None))

    @staticmethod
    def _answered(reply: Reply | None) -> Reply:
        if reply is None:
            raise NoReply
        return reply

    def cancel(self, reference: str) -> Reply:
        """Refused: a story can't say it."""
        raise InputError("a story can't cancel at a supplier")

    def catalogue(self, after: str | None = None) -> CataloguePage:
        """Refused."""
        raise InputError("a story's supplier has no list")

    def balance(self) -> Amount:
        """Refused."""
        raise InputError("a story's supplier has no balance")

    def check_account(self, product: str, account: Mapping[str, str]) -> AccountAnswer:
        """Silence."""
        return AccountAnswer("silent")

    def read_callback(self, request: CallbackRequest) -> Callback:
        """Refused: stories say `supplier.reply`."""
        raise InputError("a story says supplier.reply")
