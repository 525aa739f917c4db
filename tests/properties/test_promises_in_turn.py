"""Promises, holds and buyers on the same few pieces: it makes no difference when a sweep comes by, or who shares a batch."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import attrs
import pytest
from sqlalchemy import Engine

from quanyi.adapters.clock import FixedClock
from quanyi.adapters.ids import CountedIds
from quanyi.adapters.memory import MemoryStore
from quanyi.adapters.sql.migrate import upgrade
from quanyi.adapters.sql.store import SqlStore
from quanyi.adapters.sql.verify import verify
from quanyi.adapters.wiring import OpenMall, wire
from quanyi.campaigns.project.load import load_project
from quanyi.entitlements.errors import QuanyiError

PROJECT = load_project(Path(__file__).parents[1] / "malls" / "promised")
NOON = datetime(2026, 3, 2, 4, tzinfo=UTC)
USERS = tuple(f"u{n}" for n in range(6))
THINGS = ("mug", "cup")
ALONE = ("settle", "offer")


@attrs.frozen
class Step:
    """A call after so many minutes."""

    minutes: int
    method: str
    args: tuple[Any, ...]
    kwargs: dict[str, Any]


@pytest.mark.parametrize("seed", range(24))
def test_swept_or_not(seed: int) -> None:
    """Swept every minute, now and then, or never, alone or in batches: the same answers and the same end."""
    steps = list(life(seed))
    swept = lived(steps, MemoryStore(), every_minute)

    assert lived(steps, MemoryStore(), never) == swept
    assert lived(steps, MemoryStore(), now_and_then(seed)) == swept
    assert lived(steps, MemoryStore(), one_by_one) == swept
    assert lived(steps, MemoryStore(), never, together=3) == swept


@pytest.mark.parametrize("seed", [2, 3])
def test_on_a_database(seed: int, engine: Engine) -> None:
    """Databases answer as the model does, and their books come out."""
    steps = list(life(seed))
    upgrade(engine)
    store = SqlStore(engine, "promised")

    assert lived(steps, store, never, together=2) == lived(steps, MemoryStore(), every_minute)
    assert verify(engine, "promised").differences == ()


# --- words ---------------------------------------------------------------------------------------


def life(seed: int) -> Iterator[Step]:
    """Orders that promise, buyers who hold, payments, refunds and looks, minutes apart."""
    chance = random.Random(seed)
    orders: list[tuple[str, str]] = []
    claims: list[tuple[str, str]] = []
    for n in range(chance.randint(12, 40)):
        minutes, user, thing = chance.choice([0, 1, 2, 5, 10, 15]), chance.choice(USERS), chance.choice(THINGS)
        what = chance.choice(["order", "order", "claim", "claim", "pay", "refund", "check_in", "look"])
        if what == "order":
            orders.append((user, f"o{n}"))
            data = {"order": f"o{n}", "amount": chance.choice([1500, 3500, 4500])}
            yield Step(minutes, "report", ("order.paid",), {"user": user, "key": f"o{n}", "data": data})
        elif what == "claim":
            claims.append((user, f"c{n}"))
            yield Step(minutes, "claim", ("shop",), {"item": thing, "user": user, "key": f"c{n}"})
        elif what == "pay" and claims:
            user, key = claims.pop(chance.randrange(len(claims)))
            yield Step(minutes, "settle", (key,), {"paid": 0, "key": f"p{n}", "user": user})
        elif what == "refund" and orders:
            user, order = chance.choice(orders)
            yield Step(minutes, "report", ("order.refunded",), {"user": user, "key": f"r{n}", "data": {"order": order}})
        elif what == "check_in":
            yield Step(minutes, "report", ("check_in",), {"user": user, "key": f"i{n}"})
        elif what == "look":
            yield Step(minutes, "offer", ("shop", thing), {})


def lived(steps: Sequence[Step], store: Any, sweep: Callable[[OpenMall], None], *, together: int = 1) -> list[object]:
    """
    What each call came to, and what people have in the end.

    What is due at one instant goes by ids, so ids are counted, and people known in one order before anything happens.
    """
    clock = FixedClock(NOON)
    mall = wire(PROJECT, store, clock=clock, ids=CountedIds("h"))
    mall.desk.apply()
    for user in USERS:
        mall.report("order.refunded", user=user, key=f"known/{user}", data={"order": f"none/{user}"})
    said: dict[int, object] = {}
    receipts: dict[str, Any] = {}
    waiting = list(enumerate(steps))
    while waiting:
        some = _next(waiting, together)
        del waiting[: len(some)]
        with mall.batch() as batch:
            for _, step in some:
                for _ in range(step.minutes):
                    clock.advance(minutes=1)
                    sweep(mall)
                if step.method not in ALONE:
                    getattr(batch, step.method)(*step.args, **step.kwargs)
        if some[0][1].method in ALONE:
            outcomes: Sequence[object] = [_alone(mall, some[0][1], receipts)]
        else:
            outcomes = batch.outcomes
        for (n, step), outcome in zip(some, outcomes, strict=True):
            receipts[step.kwargs.get("key", "")] = outcome
            said[n] = told(outcome)
    clock.advance(hours=2)
    while mall.sweep():
        pass
    return [*(said[n] for n in range(len(steps))), *(_has(mall, user) for user in USERS)]


def _next(waiting: Sequence[tuple[int, Step]], together: int) -> list[tuple[int, Step]]:
    some = list(waiting[:together])
    alone = [place for place, (_, step) in enumerate(some) if step.method in ALONE]
    return some[: alone[0] or 1] if alone else some


def _alone(mall: OpenMall, step: Step, receipts: dict[str, Any]) -> object:
    """A payment of what a claim before it holds, or a look."""
    try:
        if step.method == "offer":
            return mall.offer(*step.args).left
        claim = receipts[step.args[0]]
        if isinstance(claim, QuanyiError):
            return "nothing to pay"
        return mall.settle(claim.hold, **step.kwargs | {"paid": claim.pay})
    except QuanyiError as no:
        return no


def told(outcome: Any) -> object:
    """What an answer says, without the numbers that are drawn anew each time."""
    if isinstance(outcome, QuanyiError):
        return type(outcome).__name__, str(outcome)
    decisions = getattr(outcome, "decisions", None)
    return outcome if decisions is None else [(d.campaign, d.outcome, d.reason) for d in decisions]


def _has(mall: OpenMall, user: str) -> object:
    rights = sorted((right.benefit.id, right.phase) for right in mall.entitlements(user))
    return user, rights, mall.wallet(user).units["points"].balance


def never(_mall: OpenMall) -> None:
    """Nobody sweeps."""


def every_minute(mall: OpenMall) -> None:
    """All that is due is booked at once."""
    while mall.sweep():
        pass


def one_by_one(mall: OpenMall) -> None:
    """All that is due is booked at once, each timer for itself."""
    while mall.sweep(limit=1):
        pass


def now_and_then(seed: int) -> Callable[[OpenMall], None]:
    """A sweep in some minutes."""
    chance = random.Random(seed)

    def sweep(mall: OpenMall) -> None:
        if chance.random() < 0.1:
            mall.sweep()

    return sweep
