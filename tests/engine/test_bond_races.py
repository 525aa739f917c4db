"""Invitations at the same instant in two processes: no circle stands, no place is taken twice, no milestone paid twice."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from threading import Barrier
from typing import Any

import attrs
import pytest

from quanyi.adapters.clock import FixedClock
from quanyi.adapters.vault import KeyRing, SealingVault
from quanyi.adapters.wiring import OpenMall, wire
from quanyi.campaigns.project.load import load_project
from quanyi.entitlements.errors import Refused
from quanyi.entitlements.inputs import Receipt
from quanyi.entitlements.plays.referral.records import Bond
from tests.engine.conftest import NOON, sql_store
from tests.engine.test_races import attempt, beside, stopped

FRIENDS = Path(__file__).parents[1] / "malls" / "friends"
INVITATIONS = Path(__file__).parents[1] / "malls" / "invitations"
ROUNDS = 12
DAY = timedelta(days=1)


@pytest.fixture(params=["sqlite", "postgres", "mariadb"])
def mall(request: pytest.FixtureRequest) -> OpenMall:
    store: Any = sql_store(request.getfixturevalue(f"{request.param}_engine"))
    mall = wire(load_project(FRIENDS), store, clock=FixedClock(NOON), vault=SealingVault(KeyRing.for_development()))
    mall.desk.apply()
    return mall


@pytest.fixture(params=["sqlite", "postgres", "mariadb"])
def milestones(request: pytest.FixtureRequest) -> OpenMall:
    """The scheme with milestones alone."""
    project = load_project(INVITATIONS)
    kept = {name: project.campaigns[name] for name in ("friends", "milestones")}
    store: Any = sql_store(request.getfixturevalue(f"{request.param}_engine"))
    mall = wire(attrs.evolve(project, campaigns=kept), store, clock=FixedClock(NOON))
    mall.desk.apply()
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


def test_one_friend_whom_two_invite_at_once(mall: OpenMall) -> None:
    """Two links opened in the same instant: he is bound to one of them, and the other is told."""
    known(mall, "ann", "eve")
    other, _ = beside(mall)
    for n in range(ROUNDS // 3):
        friend = f"f{n}"
        outcomes = together(lambda f=friend: join(mall, f, "ann"), lambda f=friend: join(other, f, "eve"))  # type: ignore[misc]
        assert sorted(d.reason or d.outcome for o in outcomes for d in o.decisions) == ["already-bound", "granted"]
        mall.ports.clock.move(mall.now() + DAY)  # type: ignore[attr-defined]  # another day has two places again

    assert sum(bond.phase == "bound" for bond in bonds(mall)) == ROUNDS // 3


def test_the_last_place_of_an_inviter(mall: OpenMall) -> None:
    """Two friends a day: of six who come at once two are bound, and the others are told by which limit."""
    known(mall, "ann")
    malls = [mall, *(beside(mall)[0] for _ in range(2))]
    outcomes = together(*(lambda n=n: bind(malls[n % 3], f"f{n}", "ann") for n in range(6)))  # type: ignore[misc]

    assert reasons(outcomes) == ["bound"] * 2 + ["enough-friends"] * 4


def test_an_order_and_its_refund_at_once(mall: OpenMall) -> None:
    """Whichever comes first, nothing is earned in the end."""
    known(mall, "ann")
    bind(mall, "bob", "ann")
    other, _ = beside(mall)
    for n in range(ROUNDS // 2):
        paid = {"order": f"o{n}", "amount": "100.00"}
        together(
            lambda data=paid: mall.report("order.paid", user="bob", key=data["order"], data=data),  # type: ignore[misc]
            lambda n=n: other.report("order.refunded", user="bob", key=f"r{n}", data={"order": f"o{n}"}),  # type: ignore[misc]
        )
        assert mall.wallet("ann").units["points"].balance == 0


def test_the_third_friend_counts_once_whoever_comes_at_once(milestones: OpenMall) -> None:
    """The third and the fourth order at one instant: 20 for each of four, and 100 once."""
    mall, (other, _) = milestones, beside(milestones)
    for n in range(4):
        mall.report("referral.bind", user=f"f{n}", key=f"b{n}", data={"to": "ann"})
    for n in range(2):
        order(mall, n)
    together(lambda: order(mall, 2), lambda: order(other, 3))

    assert mall.wallet("ann").units["points"].balance == 4 * 20 + 100


def join(mall: OpenMall, friend: str, inviter: str) -> Any:
    return mall.report("user.register", user=friend, key=f"{friend}/{inviter}", data={"inviter": inviter})


def order(mall: OpenMall, n: int) -> Any:
    return mall.report("order.paid", user=f"f{n}", key=f"o{n}", data={"order": f"o{n}", "amount": "5.00"})


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
