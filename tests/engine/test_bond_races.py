"""Two who invite each other at the same instant, in two processes: one is bound, one is refused, and no circle stands."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from threading import Barrier
from typing import Any

import pytest

from quanyi.adapters.clock import FixedClock
from quanyi.adapters.vault import KeyRing, SealingVault
from quanyi.adapters.wiring import OpenMall, wire
from quanyi.campaigns.load import load_project
from quanyi.entitlements.errors import Refused
from quanyi.entitlements.inputs import Receipt
from quanyi.entitlements.records import Bond
from tests.engine.conftest import NOON, sql_store
from tests.engine.test_races import attempt, beside, stopped

FRIENDS = Path(__file__).parents[1] / "malls" / "friends"
ROUNDS = 12


@pytest.fixture(params=["sqlite", "postgres"])
def mall(request: pytest.FixtureRequest) -> OpenMall:
    store: Any = sql_store(request.getfixturevalue(f"{request.param}_engine"))
    mall = wire(load_project(FRIENDS), store, clock=FixedClock(NOON), vault=SealingVault(KeyRing.for_development()))
    mall.apply()
    return mall


def bind(mall: OpenMall, friend: str, inviter: str) -> Any:
    """A command, so that a no is raised."""
    return mall.report("referral.bind", user=friend, key=f"{friend}/{inviter}", data={"code": codes[inviter]})


codes: dict[str, str] = {}


def known(mall: OpenMall, *users: str) -> None:
    """Everybody has a code, and so is somebody."""
    for user in users:
        codes[user] = mall.invite_code("invite", user=user, key=f"code/{user}").code


def test_two_who_invite_each_other_at_once(mall: OpenMall) -> None:
    """The second is stopped after it has decided; the first comes through meanwhile, and the second sees it."""
    known(mall, "ann", "bob")
    slow, store = beside(mall, "write")
    with stopped(store, lambda: bind(slow, "ann", "bob")) as running, ThreadPoolExecutor(1) as threads:
        other = threads.submit(attempt, lambda: bind(mall, "bob", "ann"))
        store.go_on.wait(0.3)
        store.go_on.set()
        outcomes = [running.result(8), other.result(8)]

    assert reasons(outcomes) == ["bound", "loop"]
    assert no_circle(mall)


def test_chains_that_would_close_a_circle_between_them(mall: OpenMall) -> None:
    """Not the two themselves race, but the tops of two trees, each under the other's lowest."""
    known(mall, "a1", "a2", "a3", "b1", "b2", "b3")
    for friend, inviter in (("a2", "a1"), ("a3", "a2"), ("b2", "b1"), ("b3", "b2")):
        bind(mall, friend, inviter)
    other, _ = beside(mall)
    outcomes = together(lambda: bind(mall, "a1", "b3"), lambda: bind(other, "b1", "a3"))

    assert reasons(outcomes) == ["bound", "loop"]
    assert no_circle(mall)


def test_many_pairs_race(mall: OpenMall) -> None:
    """Whichever comes first, exactly one of each pair is bound."""
    other, _ = beside(mall)
    pairs = [(f"x{n}", f"y{n}") for n in range(ROUNDS)]
    for x, y in pairs:
        known(mall, x, y)
        outcomes = together(lambda x=x, y=y: bind(mall, x, y), lambda x=x, y=y: bind(other, y, x))  # type: ignore[misc]
        assert reasons(outcomes) == ["bound", "loop"]

    assert no_circle(mall)


def together(*acts: Any) -> list[Any]:
    """Run *acts* at the same instant, as far as threads can."""
    gate = Barrier(len(acts))

    def run(act: Any) -> Any:
        gate.wait(4)
        return attempt(act)

    with ThreadPoolExecutor(len(acts)) as threads:
        running: list[Future[Any]] = [threads.submit(run, act) for act in acts]
        return [each.result(20) for each in running]


def reasons(outcomes: list[Any]) -> list[str]:
    """What came of each: bound, or why not."""
    return sorted(
        "bound" if isinstance(o, Receipt) else o.reason if isinstance(o, Refused) else repr(o) for o in outcomes
    )


def no_circle(mall: OpenMall) -> bool:
    """Walking up from anybody ends."""
    above = {bond.friend: bond.inviter_at(NOON) for bond in bonds(mall)}
    for person, inviter in above.items():
        seen, at = {person}, inviter
        while at:
            if at in seen:
                return False
            seen.add(at)
            at = above.get(at, "")
    return True


def bonds(mall: OpenMall) -> Iterator[Bond]:
    yield from (record for record in mall.ports.store.records(Bond.kind, limit=1000) if isinstance(record, Bond))
