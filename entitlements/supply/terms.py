"""
What the catalogue says of a benefit that is bought from suppliers once somebody has paid for it.
"""

from __future__ import annotations

from typing import Literal

import attrs

from quanyi.entitlements.time import Duration

__all__ = ["Health", "Route", "Supply"]

_AGAIN = (Duration(seconds=30), Duration(seconds=60), Duration(seconds=300))
_ASKS = (Duration(seconds=10), Duration(seconds=60), Duration(seconds=600), Duration(seconds=3600))


@attrs.frozen(kw_only=True)
class Route:
    """
    One supplier from whom a benefit can be bought.

    Attributes:
        supplier: The supplier's id in the mall.
        product: What the supplier calls it.
        cost: What one piece is expected to cost, in the currency's smallest unit; a reply may say another cost.
    """

    supplier: str
    product: str
    cost: int = 0


@attrs.frozen(kw_only=True)
class Health:
    """
    When a supplier is left out: of its last purchases, too few were delivered.

    Attributes:
        least: How many purchases must have ended before it is judged at all.
        of_last: How many of the last ones are looked at.
        percent: The least share of them that was delivered, in percent.

    >>> Health(least=3).fits((True, False), 2), Health(least=3).fits((True, False, False), 3)
    (True, False)
    """

    least: int = 3
    of_last: int = 5
    percent: int = 80

    def fits(self, delivered: tuple[bool, ...], ended: int) -> bool:
        """Whether a supplier may be asked, by how its last purchases ended and how many ended in all."""
        last = delivered[-self.of_last :]
        return ended < self.least or sum(last) * 100 >= self.percent * len(last)


@attrs.frozen(kw_only=True)
class Supply:
    """
    How a benefit is bought.

    Attributes:
        routes: Where it can be bought; the cheapest comes first, and of equal ones the first.
        currency: In what costs are counted.
        codes: Whether what is delivered are card codes, one for each piece; else the supplier charges an account, or
            the thing needs no code.
        switch: Whether a final no of one supplier sends the purchase to the next one.
        if_refused: What becomes of the deal when no supplier is left: ``refund`` it at once, or ``keep`` it paid until
            an operator decides.
        again: How long to wait before the same order is sent once more to a supplier who was busy; as often as there
            are waits.
        asks: How long after an order without a final answer the supplier is asked what became of it; the last wait
            is repeated. Empty where the supplier can't be asked.
        silence: How long an order may be without any answer until its outcome is unknown.
        overdue: After how long an unknown outcome is reported once more.
        billed: When the cost is owed: once the supplier has said its order ``number``, or at ``delivery``.
        health: When a supplier is left out; None for never.
    """

    routes: tuple[Route, ...]
    currency: str = ""
    codes: bool = False
    switch: bool = False
    if_refused: Literal["keep", "refund"] = "refund"
    again: tuple[Duration, ...] = _AGAIN
    asks: tuple[Duration, ...] = _ASKS
    silence: Duration = attrs.field(factory=lambda: Duration(seconds=30))
    overdue: Duration = attrs.field(factory=lambda: Duration(seconds=86_400))
    billed: Literal["delivery", "number"] = "number"
    health: Health | None = None

    def route(self, supplier: str) -> Route | None:
        """The route at *supplier*; None if the benefit is not bought there."""
        return next((route for route in self.routes if route.supplier == supplier), None)

    def by_cost(self) -> list[Route]:
        """The routes, the cheapest first."""
        return sorted(self.routes, key=lambda route: route.cost)
