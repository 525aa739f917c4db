"""
One mall twice: on the memory store, which is the model, and on a real database beside it.

Every call goes to both, and every answer is compared: receipts and refusals field by field, and
what anybody can read afterwards.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from operator import attrgetter
from pathlib import Path
from typing import Any

import attrs

from quanyi.adapters.clock import FixedClock
from quanyi.adapters.ids import CountedIds
from quanyi.adapters.memory import MemoryStore
from quanyi.adapters.vault import KeyRing, SealingVault
from quanyi.adapters.wiring import OpenMall, wire
from quanyi.campaigns.project.load import load_project
from quanyi.entitlements.errors import QuanyiError, Refused
from quanyi.entitlements.inputs import Receipt

__all__ = ["SOLD", "USERS", "Call", "Twins"]

PROJECT = load_project(Path(__file__).parents[1] / "malls" / "agree")
RING = KeyRing(keys={"k1": bytes(range(32))}, index=bytes(range(32, 64)), current="k1")
USERS = ("ann", "bob", "cat")
UNITS = ("points", "stars")
SOLD = (
    ("strict", "phone"),
    ("kind", "watch"),
    ("fair", "tablet"),
    ("split", "camera"),
    ("coffee-for-points", "coffee"),
    ("music-for-both", "music"),
)


@attrs.frozen
class Call:
    """One call of the public face: of the mall, or of its desk."""

    method: str
    args: tuple[Any, ...]
    kwargs: Mapping[str, Any]

    def on(self, mall: OpenMall) -> Any:
        """Make it; what it came to, as something that compares."""
        try:
            return told(attrgetter(self.method)(mall)(*self.args, **self.kwargs))
        except QuanyiError as error:
            return told(error)

    def __str__(self) -> str:
        words = [*map(repr, self.args), *(f"{name}={value!r}" for name, value in self.kwargs.items())]
        return f"mall.{self.method}({', '.join(words)})"


class Twins:
    """
    Both malls, one clock.

    Attributes:
        swept_apart: Whether the model may be swept without the other; then only what may not
            depend on sweeps is compared.
    """

    def __init__(self, store: Any, now: datetime, *, swept_apart: bool = False) -> None:
        self.clock = FixedClock(now)
        self.model = self._open(MemoryStore())
        self.real = self._open(store)
        self.swept_apart = swept_apart
        self.log: list[str] = []
        self.same(lambda mall: mall.desk.apply())

    def call(self, method: str, *args: Any, **kwargs: Any) -> Any:
        """Make one call on both; what both came to."""
        call = Call(method, args, kwargs)
        self.log.append(str(call))
        return self.same(call.on)

    def again(self, call: Call) -> Any:
        """Make a call that was made before."""
        return self.call(call.method, *call.args, **call.kwargs)

    def same(self, ask: Callable[[OpenMall], Any]) -> Any:
        """Ask both the same, and compare."""
        expected, found = ask(self.model), ask(self.real)
        assert found == expected, "\n".join(
            ["the stores differ after", *self.log, f"memory: {expected}", f"database: {found}"]
        )
        return found

    def compare(self, users: Sequence[str] = USERS) -> None:
        """Everything that can be read."""
        self.same(offers)
        for user in users:
            self.same(lambda mall, user=user: {**mall.wallet(user).units})
            self.same(lambda mall, user=user: [(o.campaign, o.left, told(o.why_not)) for o in mall.offers(user)])
            if not self.swept_apart:
                self.same(lambda mall, user=user: (mall.deals(user), mall.entitlements(user)))
                self.same(lambda mall, user=user: [history(mall, user, unit) for unit in UNITS])

    def next_instant(self) -> datetime | None:
        """When the next thing falls due."""
        far = self.clock.now().replace(year=self.clock.now().year + 9)
        timers = self.model.ports.store.due(far, 1)
        return timers[0].due_at if timers else None

    def _open(self, store: Any) -> OpenMall:
        facts = {"ann": {"vip": True}}
        mall = wire(
            PROJECT,
            store,
            clock=self.clock,
            ids=CountedIds("h"),
            facts=lambda user: facts.get(user, {}),
            vault=SealingVault(RING),
        )
        mall.ports.transactions.holders.forget = self._conflicted  # type: ignore[method-assign]
        return mall

    def _conflicted(self, _asks: Any) -> None:
        raise AssertionError("\n".join(["a conflict, though nobody else is there, after", *self.log]))


def offers(mall: OpenMall) -> list[Any]:
    """What everybody sees."""
    return [attrs.asdict(attrs.evolve(offer, benefit=None), recurse=False) for offer in mall.offers()]


def history(mall: OpenMall, user: str, unit: str) -> list[Any]:
    """A wallet's lines, newest first; their numbers count all malls of a database."""
    return [attrs.evolve(entry, number=0) for entry in mall.entries(user, unit, limit=1000)]


def told(outcome: Any) -> Any:
    """An outcome as something that compares: errors by what they say and show."""
    if isinstance(outcome, Refused):
        no = outcome
        return (type(no).__name__, no.reason, dict(no.shows), no.next_at, no.campaign, no.clause, no.where)
    if isinstance(outcome, Exception):
        return (type(outcome).__name__, str(outcome))
    if isinstance(outcome, Receipt):
        return attrs.evolve(outcome, answer=dict(outcome.answer))
    return outcome
