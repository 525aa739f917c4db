"""A stream of calls, most of which repeat each other, and how their outcomes are compared."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from random import Random
from typing import Any

from quanyi.entitlements.errors import QuanyiError
from quanyi.entitlements.inputs import Receipt

__all__ = ["Calls", "seen"]

SALES = {
    "once": ("phone",),
    "daily": ("mug", "phone"),
    "vouchers": ("coffee", "tea"),
    "easy": ("mug",),
    "closed-at-night": ("mug",),
    "for-vips": ("phone",),
    "in-parts": ("phone",),
    "for-points": ("mug",),
}


class Calls:
    """A stream of batches, the same for the same seed."""

    def __init__(self, chance: Random) -> None:
        self.chance = chance
        self.number = 0
        self.batch: list[tuple[str, dict[str, Any]]] = []
        self.wait = timedelta(0)
        self.made: list[dict[str, Any]] = []
        self.deals: list[tuple[str, int, str]] = []

    def next_batch(self) -> None:
        self.wait = timedelta(seconds=self.chance.choice([0, 0, 1, 30, 600, 1500, 9000]), milliseconds=1)
        self.batch = [self._call() for _ in range(self.chance.choice([1, 1, 2, 5, 20, 40]))]

    def heard(self, verdicts: Sequence[tuple[str, Any]]) -> None:
        self.deals += [
            (one["deal"], one["pay"], call["user"])
            for (kind, one), (_, call) in zip(verdicts, self.batch, strict=True)
            if kind == "order.place" and "deal" in one
        ]

    def _call(self) -> tuple[str, dict[str, Any]]:
        self.number += 1
        draw = self.chance.random()
        if draw < 0.03 and self.made:
            return "claim", self.chance.choice(self.made)
        if draw < 0.05 and self.made:
            return "claim", {**self.chance.choice(self.made), "user": "u-other"}
        if draw < 0.12 and self.deals:
            deal, pay, user = self.chance.choice(self.deals)
            if self.chance.random() < 0.5:
                return "settle", {"deal": deal, "paid": pay, "key": f"p{self.number}", "user": user}
            return "release", {"deal": deal, "key": f"r{self.number}", "user": user}
        user = f"u{self.chance.randrange(60)}"
        if draw < 0.16:
            return "report", {"type_": "check_in", "user": user, "key": f"c{self.number}"}
        return "claim", self._claim(user)

    def _claim(self, user: str) -> dict[str, Any]:
        sale = self.chance.choice(["once", "daily", "daily", *SALES])
        item, qty = self.chance.choice(SALES[sale]), self.chance.choice([1, 1, 1, 2])
        key = f'k"{self.number}' if self.number % 7 == 0 else f"k{self.number}é"
        self.made.append({"campaign": sale, "item": item, "user": user, "key": key, "qty": qty})
        return self.made[-1]


def seen(outcome: Receipt | QuanyiError) -> tuple[str, Any]:
    """An outcome as it can be compared."""
    if isinstance(outcome, Receipt):
        return outcome.type, {**outcome.answer, "receipt": outcome}
    return type(outcome).__name__, str(outcome)
