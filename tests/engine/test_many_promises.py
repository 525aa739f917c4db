"""Many promises of one stock fall due together, and nobody sweeps: calls are short, numbers right, and promises come first."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from quanyi.adapters.clock import FixedClock
from quanyi.adapters.memory import MemoryStore
from quanyi.adapters.wiring import OpenMall, wire
from quanyi.campaigns.project.load import load_project
from quanyi.entitlements.errors import Conflict, Refused
from quanyi.entitlements.inputs import Receipt
from tests.engine.conftest import sql_store
from tests.engine.lapsed import counted

MANY = 300
FEW = 3
"""Transactions that a call begins at most."""

PROJECT = Path(__file__).parents[1] / "malls" / "promised"
Open = Callable[..., OpenMall]


@pytest.fixture(params=["memory", "sqlite", "postgres"])
def opened(request: pytest.FixtureRequest, clock: FixedClock, tmp_path: Path) -> Open:
    """Open the mall of promises with so many mugs and cups."""

    def open_mall(mugs: int, cups: int = 2) -> OpenMall:
        folder = tmp_path / "mall"
        for file in PROJECT.rglob("*.yaml"):
            text = file.read_text(encoding="utf-8")
            text = text.replace("en: Mug}, face: 15.00, cost: 9.00, lasts: 30d, stock: 2", _stocked("Mug", mugs))
            text = text.replace("en: Cup}, face: 15.00, cost: 9.00, lasts: 30d, stock: 2", _stocked("Cup", cups))
            there = folder / file.relative_to(PROJECT)
            there.parent.mkdir(parents=True, exist_ok=True)
            there.write_text(text.replace("{mug: 2, cup: 2}", f"{{mug: {mugs}, cup: {cups}}}"), encoding="utf-8")
        database = None if request.param == "memory" else request.getfixturevalue(f"{request.param}_engine")
        mall = wire(load_project(folder), sql_store(database) if database else MemoryStore(), clock=clock)
        mall.desk.apply()
        return mall

    return open_mall


def test_a_claim_beside_many_due_promises(opened: Open, clock: FixedClock) -> None:
    """Two pieces more than are promised: the page counts the promised ones as gone, and nobody gets one of them."""
    mall = opened(MANY + 2)
    promise(mall, MANY)
    clock.advance(hours=1)
    free = stock(mall)
    with counted(mall) as begun:
        claimed = [claim(mall, "ann"), claim(mall, "bob")]

    assert (free, claimed, claim(mall, "cat")) == (2, ["held", "held"], "out-of-stock")
    assert begun[0] <= FEW * 2
    assert mall.entitled("mug", "u0")


def test_a_claim_behind_them_books_none(opened: Open, clock: FixedClock) -> None:
    """With pieces to spare it is one transaction, however many promises wait."""
    mall = opened(MANY * 2)
    promise(mall, MANY)
    clock.advance(hours=1)
    with counted(mall) as begun:
        assert claim(mall, "ann") == "held"

    assert begun[0] <= FEW
    assert len(mall.ports.store.due(clock.now(), MANY * 2)) == MANY
    swept(mall)
    assert [stock(mall), mall.entitled("mug", "u0"), mall.entitled("mug", f"u{MANY - 1}")] == [MANY - 1, True, True]


def test_more_than_one_call_decides_is_a_conflict(
    opened: Open, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As many are due as there are pieces: a call decides some of them, says so, and comes to its answer behind a sweep."""
    monkeypatch.setattr("quanyi.campaigns.engine.transaction._PORTIONS", 2)
    mall = opened(MANY)
    promise(mall, MANY)
    clock.advance(hours=1)
    shown = stock(mall)
    with pytest.raises(Conflict, match="sweep"):
        claim(mall, "ann")
    kept = MANY - len(mall.ports.store.due(clock.now(), MANY))
    swept(mall)

    assert (shown, kept, claim(mall, "ann")) == (0, 128, "out-of-stock")


def test_a_promise_that_was_called_off_takes_nothing(opened: Open, clock: FixedClock) -> None:
    """Refunded orders leave the pieces to others, before and after the instant."""
    mall = opened(2)
    promise(mall, 2)
    mall.report("order.refunded", user="u0", key="r0", data={"order": "o0"})
    clock.advance(hours=1)

    assert len(mall.ports.store.due(clock.now(), 9)) == 1
    assert (stock(mall), claim(mall, "ann"), claim(mall, "bob")) == (1, "held", "out-of-stock")


def test_a_promise_takes_what_stood_at_its_instant(opened: Open, clock: FixedClock) -> None:
    """The last mug is held when the promise falls due and free again later: the promise is kept with a cup, whoever sweeps when."""
    for sweeps in (True, False):
        mall = opened(1)
        promise(mall, 1)
        clock.advance(minutes=20)
        hold = claim(mall, "bob")
        for _ in range(40):
            clock.advance(minutes=1)
            if sweeps:
                mall.sweep()
        swept(mall)
        assert (hold, mall.entitled("mug", "u0"), mall.entitled("cup", "u0"), stock(mall)) == ("held", False, True, 1)
        if mall.ports.store.__class__ is not MemoryStore:  # a database keeps the mall
            return


def test_a_sweep_keeps_the_oldest(opened: Open, clock: FixedClock) -> None:
    """More are promised than there are: the first ones by their instants get mugs, the next ones cups, in whatever portions."""
    mall = opened(100)
    promise(mall, 150)
    clock.advance(hours=1)
    swept(mall)

    got = ["".join(right.benefit.id for right in mall.entitlements(f"u{n}")) for n in range(150)]
    assert got == ["mug"] * 100 + ["cup"] * 2 + [""] * 48


def test_a_sweep_of_one_instant(opened: Open, clock: FixedClock) -> None:
    """More promises than pieces fall due at the very same instant: as many are kept as there are pieces, in portions."""
    mall = opened(100)
    promise(mall, 150, apart=0)
    clock.advance(hours=1)
    with counted(mall) as begun:
        swept(mall)

    got = sorted("".join(right.benefit.id for right in mall.entitlements(f"u{n}")) for n in range(150))
    assert got == [""] * 48 + ["cup"] * 2 + ["mug"] * 100
    assert begun[0] <= FEW * 6


def test_what_a_claim_leaves_is_told_by_its_own_instant(opened: Open, clock: FixedClock) -> None:
    """A hold that ends later in the batch is not counted as left before."""
    mall = opened(2)
    mall.claim("shop", item="mug", user="ann", key="a")
    clock.advance(minutes=20, milliseconds=-1)
    with mall.batch() as batch:
        batch.claim("shop", item="mug", user="bob", key="b")
        clock.advance(milliseconds=2)
        batch.report("check_in", user="cat", key="c")

    first = batch.outcomes[0]
    assert isinstance(first, Receipt)
    assert (first.answer["left"], stock(mall)) == (0, 1)


def test_a_hold_that_ends_inside_a_batch(opened: Open, clock: FixedClock) -> None:
    """Of two claims in one batch the one before the hold's end finds nothing, the one behind it finds the piece."""
    mall = opened(1)
    mall.claim("shop", item="mug", user="ann", key="a")
    clock.advance(minutes=20, milliseconds=-1)
    with mall.batch() as batch:
        batch.claim("shop", item="mug", user="bob", key="b")
        clock.advance(milliseconds=2)
        batch.claim("shop", item="mug", user="cat", key="c")

    assert [getattr(outcome, "reason", "held") for outcome in batch.outcomes] == ["out-of-stock", "held"]


def test_a_shared_limit_is_kept_for_promises(opened: Open, clock: FixedClock) -> None:
    """180 points a day, 140 of them promised and due: who checks in later gets what is left of the limit, and no more."""
    mall = opened(2)
    promise(mall, 2, amount=4500)
    clock.advance(minutes=16)
    said = [check_in(mall, n) for n in range(3)]

    assert said == ["granted", "limit-reached", "limit-reached"]
    assert [mall.wallet(f"u{n}").units["points"].balance for n in range(2)] == [70, 70]


@pytest.mark.parametrize(("orders", "shown"), [(5, 4), (70, 0)])
def test_a_page_shows_what_is_left_at_least(opened: Open, clock: FixedClock, orders: int, shown: int) -> None:
    """Three orders a day get their two cups. A page decides a few due promises and is exact; of many it shows the least."""
    mall = opened(2, cups=10)
    promise(mall, orders, amount=3500)
    clock.advance(minutes=21)
    left = mall.offer("shop", "cup").left
    claimed = claim(mall, "ann", "cup")

    assert (left, claimed, mall.offer("shop", "cup").left) == (shown, "held", 3)


def test_what_is_given_instead_comes_first_too(opened: Open, clock: FixedClock) -> None:
    """No mug is left at the instant, so the promise takes the last cup before who asks for it a moment later."""
    mall = opened(1, cups=1)
    promise(mall, 2)
    clock.advance(hours=1)

    assert (claim(mall, "ann", "cup"), mall.entitled("mug", "u0"), mall.entitled("cup", "u1")) == (
        "out-of-stock",
        True,
        True,
    )


# --- words ---------------------------------------------------------------------------------------


def promise(mall: OpenMall, count: int, amount: int = 1500, apart: int = 1) -> None:
    """Promise a piece for each of so many orders, so many milliseconds apart."""
    clock = mall.ports.clock
    for start in range(0, count, 100):
        with mall.batch() as batch:
            for n in range(start, min(start + 100, count)):
                data = {"order": f"o{n}", "amount": amount}
                batch.report("order.paid", user=f"u{n}", key=f"o{n}", data=data)
                clock.move(clock.now() + timedelta(milliseconds=apart))  # type: ignore[attr-defined]


def claim(mall: OpenMall, user: str, thing: str = "mug") -> str:
    """Hold a piece; the reason if there is none."""
    try:
        mall.claim("shop", item=thing, user=user, key=f"c/{user}")
    except Refused as no:
        return no.reason
    return "held"


def check_in(mall: OpenMall, number: int) -> str:
    """What came of the points for a check-in."""
    (said,) = mall.report("check_in", user="ann", key=f"i{number}").decisions
    return said.reason or said.outcome


def stock(mall: OpenMall) -> int | None:
    """How many mugs a page shows."""
    return mall.offer("shop", "mug").left


def swept(mall: OpenMall) -> None:
    """Sweep until nothing is due."""
    while mall.sweep():
        pass


def _stocked(title: str, pieces: int) -> str:
    return f"en: {title}}}, face: 15.00, cost: 9.00, lasts: 30d, stock: {pieces}"
