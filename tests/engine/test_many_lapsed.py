"""However many holds have ended together: whoever comes next is answered, from the oldest, and every page says the same."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from quanyi.adapters.clock import FixedClock
from quanyi.adapters.memory import MemoryStore
from quanyi.adapters.wiring import OpenMall
from quanyi.entitlements.errors import Conflict, Refused
from quanyi.entitlements.inputs import Input
from tests.engine.conftest import NOON, sql_store
from tests.engine.lapsed import PIECES, counted, hold_many, name, stadium

MANY = 100_000
FEW = 8
"""More transactions than this are no answer to one claim."""

IN_A_DATABASE = pytest.mark.parametrize("opened", ["sqlite", "postgres", "mariadb"], indirect=True)
"""For what memory does not have: a host's transaction, rows that another program wrote."""

Open = Callable[[int], OpenMall]


@pytest.fixture(params=["memory", "sqlite", "postgres", "mariadb"])
def opened(request: pytest.FixtureRequest, clock: FixedClock, tmp_path: Path) -> Open:
    """A stadium of so many pieces, on each store in turn."""
    engine = None if request.param == "memory" else request.getfixturevalue(f"{request.param}_engine")
    return lambda pieces: stadium(MemoryStore() if engine is None else sql_store(engine), tmp_path, pieces, clock)


def test_a_claim_behind_a_hundred_thousand_lapsed_holds(opened: Open, clock: FixedClock) -> None:
    """Every piece was held and nobody swept: all are left, and a claim books the oldest hold and no other."""
    mall = opened(MANY)
    hold_many(mall, MANY, whole=3)
    sold_out = mall.offer("stadium", "phone").left
    clock.advance(minutes=45)
    free = mall.offer("stadium", "phone", user="ann").left, mall.offer("stadium", "phone", user="ann").why_not
    with counted(mall) as begun:
        receipt = mall.claim("stadium", item="phone", user="ann", key="c")
        mall.report("check_in", user="bob", key="ci")

    assert (sold_out, free, receipt.answer["left"]) == (0, (MANY, None), MANY - 1)
    assert begun[0] <= FEW
    assert [mall.ports.store.due(clock.now(), 1)[0].data["deal"], mall.deal(name(0)).phase] == [name(1), "closed"]
    assert mall.offer("stadium", "phone").left == MANY - 1


def test_the_pieces_of_the_oldest_lapsed_holds_are_sold_and_no_more(opened: Open, clock: FixedClock) -> None:
    """Sold out by twelve holds that lapsed: seven pieces in one order of claims, then five, and nobody oversells."""
    mall = opened(12)
    hold_many(mall, 12, whole=12)
    clock.advance(minutes=45)
    with mall.batch() as batch:
        for n in range(7):
            batch.claim("stadium", item="phone", user=f"u{n}", key=f"c{n}")
    closed = [mall.deal(name(n)).phase for n in range(12)]
    waiting = [timer.data["deal"] for timer in mall.ports.store.due(clock.now(), 100)]
    answers = [claimed(mall, f"w{n}") for n in range(6)]

    assert [outcome.answer["left"] for outcome in batch.outcomes] == [11, 10, 9, 8, 7, 6, 5]  # type: ignore[union-attr]
    assert (closed, set(waiting) <= {name(n) for n in range(12)}) == (["closed"] * 12, True)
    assert answers == [4, 3, 2, 1, 0, "out-of-stock"]
    assert mall.offer("stadium", "phone", user="zoe").state == "sold_out"


@pytest.mark.parametrize("first", ["sweep", "claim"])
def test_whoever_comes_first_the_end_is_the_same(opened: Open, clock: FixedClock, first: str) -> None:
    """A sweep before the claims or behind them: equal answers, equal pieces, every hold closed at its own instant."""
    mall = opened(40)
    hold_many(mall, 40, whole=40)
    clock.advance(minutes=45)
    if first == "sweep":
        assert swept(mall) == 40
    answers = [claimed(mall, f"u{n}") for n in range(5)]
    left = mall.offer("stadium", "phone").left
    swept(mall)

    assert (answers, left, mall.offer("stadium", "phone").left) == ([39, 38, 37, 36, 35], 35, 35)
    assert {mall.deal(name(n)).ended for n in range(40)} == {"lapsed"}
    assert row(mall) == 35


def test_a_paid_deal_has_nothing_that_is_due_back(opened: Open, clock: FixedClock) -> None:
    """Its timer is called off: the piece is not counted as free once the hold would have ended."""
    mall = opened(3)
    holds = [mall.claim("stadium", item="phone", user=user, key=user).hold or "" for user in ("ann", "bob")]
    mall.settle(holds[0], paid=569900, key="p")
    mall.release(holds[1], key="r")
    clock.advance(minutes=45)

    assert (mall.offer("stadium", "phone").left, row(mall)) == (2, 2)
    assert mall.ports.store.due(clock.now(), 9) == []


def test_a_sweep_can_be_interrupted_and_shared(opened: Open, clock: FixedClock) -> None:
    """What a portion booked stands; several sweepers at once book each hold once."""
    mall = opened(300)
    hold_many(mall, 300, whole=300)
    clock.advance(minutes=45)
    run, portions = type(mall.ports.transactions).run, [0]

    def stopping(*args: object, **options: object) -> object:
        portions[0] += 1
        if portions[0] > 1:
            raise KeyboardInterrupt
        return run(*args, **options)  # type: ignore[arg-type]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(type(mall.ports.transactions), "run", stopping)
        with pytest.raises(KeyboardInterrupt):
            mall.sweep()
    stood = row(mall)
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: swept(mall), range(4)))

    assert (stood, mall.offer("stadium", "phone").left, row(mall)) == (64, 300, 300)
    assert mall.ports.store.due(clock.now(), 1) == []


@IN_A_DATABASE
def test_a_claim_in_the_hosts_transaction_is_answered_too(opened: Open, clock: FixedClock) -> None:
    """The same numbers and the same few transactions inside a host's own."""
    mall = opened(MANY)
    hold_many(mall, MANY, whole=1)
    clock.advance(minutes=45)
    with Session(mall.ports.store.engine) as db, db.begin():  # type: ignore[attr-defined]
        receipt = mall.within(db).claim("stadium", item="phone", user="ann", key="c")

    assert (receipt.answer["left"], mall.deal(name(0)).phase) == (MANY - 1, "closed")


def test_a_lower_quota_counts_what_has_lapsed(opened: Open, clock: FixedClock, tmp_path: Path) -> None:
    """Ten of ten pieces are held and have lapsed: the quota may go down to four, and the holds are booked for it."""
    mall = opened(10)
    hold_many(mall, 10, whole=10)
    clock.advance(minutes=45)
    ask = Input(
        type="stock.load",
        key="less",
        at=clock.now(),
        data={"campaign": "stadium", "thing": "phone", "total": 4, "splits": 1},
        asks=True,
    )
    (outcome,) = mall.ports.transactions.run([ask], mall.ports.store)

    assert not isinstance(outcome, Exception)
    assert mall.offer("stadium", "phone").left == 4


def test_many_promises_of_one_person_are_kept_before_she_acts(opened: Open, clock: FixedClock) -> None:
    """Hundreds of promises are due for one wallet: pages show them kept, and a claim is answered behind them."""
    mall = opened(5)
    promise_many(mall, 150)
    before, price = points(mall), 300
    clock.advance(days=8)
    read = points(mall), mall.promises("ann")
    with counted(mall) as begun:
        mall.exchange("coffee", user="ann", key="x")

    assert read == (before + 150 * 7, [])
    assert begun[0] <= FEW * 2
    assert points(mall) == before + 150 * 7 - price
    assert swept(mall) == 1  # her coffee: there is enough, so that it was in nobody's way


def test_more_than_one_call_books_is_a_conflict(
    opened: Open, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A call that meets more than it may book says so, keeps what it booked, and works behind a sweep."""
    monkeypatch.setattr("quanyi.campaigns.engine.transaction._PORTIONS", 2)
    mall = opened(5)
    promise_many(mall, 150)
    clock.advance(days=8)
    with pytest.raises(Conflict, match="sweep"):
        mall.desk.adjust("ann", "points", 1, key="a", reason="test")
    swept(mall)

    assert mall.desk.adjust("ann", "points", 1, key="a", reason="test")


@IN_A_DATABASE
def test_a_hold_of_an_older_program_comes_back_as_well(opened: Open, clock: FixedClock) -> None:
    """It says no amount: it is booked before anything is decided or shown at the pieces, as it always was."""
    mall = opened(2)
    store = mall.ports.store
    for user in ("ann", "bob"):
        mall.claim("stadium", item="phone", user=user, key=user)
    with store.engine.begin() as connection:  # type: ignore[attr-defined]
        connection.execute(text("update quanyi_wake set amount = null"))
    clock.advance(minutes=45)

    assert mall.offer("stadium", "phone").left == 2
    assert [claimed(mall, user) for user in ("cat", "dan", "eve")] == [1, 0, "out-of-stock"]


# --- words ---------------------------------------------------------------------------------------


def claimed(mall: OpenMall, user: str) -> object:
    """How many are left behind this user's claim, or why there is none."""
    try:
        return mall.claim("stadium", item="phone", user=user, key=f"c/{user}").answer["left"]
    except Refused as no:
        return no.reason


def swept(mall: OpenMall) -> int:
    """Sweep until nothing is due; how many timers that were."""
    booked = 0
    while some := mall.sweep():
        booked += some
    return booked


def row(mall: OpenMall) -> int:
    """What is booked of the pieces."""
    return mall.ports.store.peek([PIECES], NOON).balances[PIECES]


def points(mall: OpenMall) -> int:
    """What Ann has."""
    return mall.wallet("ann").units["points"].balance


def promise_many(mall: OpenMall, count: int) -> None:
    """Promise Ann points for each of so many orders."""
    with mall.batch() as batch:
        for n in range(count):
            batch.report("order.paid", user="ann", key=f"o{n}", data={"order": f"o{n}", "amount": 5000})
