"""A stream of facts, most of which repeat each other, with what undoes them, and points spent between them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from random import Random
from typing import Any

__all__ = ["Facts"]

_WAITS = [0, 0, 1, 30, 1500, 9000, 40_000]


class Facts:
    """A stream of batches, the same for the same seed."""

    def __init__(self, chance: Random) -> None:
        self.chance = chance
        self.number = 0
        self.batch: list[tuple[str, dict[str, Any]]] = []
        self.wait = timedelta(0)
        self.orders: list[dict[str, Any]] = []

    def next_batch(self) -> None:
        self.wait = timedelta(seconds=self.chance.choice(_WAITS), milliseconds=1)
        self.batch = [self._call() for _ in range(self.chance.choice([1, 1, 2, 5, 20, 40]))]

    def heard(self, verdicts: Sequence[tuple[str, Any]]) -> None:
        """What came of them changes nothing in what follows."""

    def _call(self) -> tuple[str, dict[str, Any]]:
        self.number += 1
        draw = self.chance.random()
        user = self.chance.choice([f"u{self.chance.randrange(60)}"] * 12 + ["guest"])
        if draw < 0.04 and self.orders:
            return "report", self.chance.choice(self.orders)
        if draw < 0.06 and self.orders:
            return "report", {**self.chance.choice(self.orders), "user": "u-other"}
        if draw < 0.08 and self.orders:  # the same order again, under another key
            return "report", {**self.chance.choice(self.orders), "key": f"again{self.number}"}
        if draw < 0.15 and self.orders:
            return "report", self._refund()
        if draw < 0.22:
            return "exchange", {"offer": "coffee", "user": user, "key": f"x{self.number}"}
        if draw < 0.40:
            return "report", {"type_": "check_in", "user": user, "key": f"c{self.number}"}
        if draw < 0.55:
            shop, spent = self.chance.choice(["north", "north", "south"]), self.chance.choice(["20.00", "30.00"])
            data = {"shop": shop, "spent": spent}
            return "report", {"type_": "visit", "user": user, "key": f"v{self.number}", "data": data}
        return "report", self._order(user)

    def _order(self, user: str) -> dict[str, Any]:
        order = f'o"{self.number}' if self.number % 7 == 0 else f"o{self.number}é"
        channel, amount = (
            self.chance.choice(["app", "app", "web"]),
            self.chance.choice(["20.00", "20.00", "20.50", "19.90"]),
        )
        data = {"order": order, "channel": channel, "amount": amount}
        self.orders.append({"type_": "order.paid", "user": user, "key": order, "data": data})
        return self.orders[-1]

    def _refund(self) -> dict[str, Any]:
        paid = self.chance.choice(self.orders)
        # Now and then an order that is still to come.
        order = f"o{self.number + 3}é" if self.chance.random() < 0.2 else paid["data"]["order"]
        data = {"order": order} | ({"amount": "5.00"} if self.chance.random() < 0.4 else {})
        return {"type_": "order.refunded", "user": paid["user"], "key": f"r{self.number}", "data": data}
