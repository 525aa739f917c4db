"""
Facts that give points and vouchers: what stencils decide is what ordinary decisions are, byte by byte.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any

import pytest

from quanyi.adapters.clock import FixedClock
from quanyi.adapters.sql.migrate import upgrade
from quanyi.adapters.sql.verify import verify
from quanyi.campaigns.engine.stencils import stencils as module
from quanyi.campaigns.mall import Mall
from quanyi.entitlements.changes import Changes
from quanyi.entitlements.derived_ids import bucket
from quanyi.entitlements.inputs import Input, Receipt
from quanyi.entitlements.parsing import LARGEST
from quanyi.entitlements.picture import Draft
from quanyi.entitlements.plays.reward import Reward
from tests.engine.crash import killed_at
from tests.engine.paired import Pair, applied, elsewhere, pair_of, told
from tests.engine.reported import Facts

if TYPE_CHECKING:
    from sqlalchemy import Engine

FOLDER = Path(__file__).parents[1] / "malls" / "deluge"
TEN = datetime(2026, 3, 2, 2, 30, tzinfo=UTC)  # 10:30 in Shanghai


@pytest.fixture(params=["sqlite", "postgres", "mariadb"])
def pair(request: pytest.FixtureRequest) -> Iterator[Pair]:
    yield from pair_of(request.getfixturevalue(f"{request.param}_engine"), FOLDER, FixedClock(TEN), _known)


def _known(user: str) -> dict[str, Any]:
    return {"vip": user != "guest", "level": "gold" if user.startswith("g") else "reader"}


# --- the same rows -------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(3))
def test_random_facts_write_the_same_rows(pair: Pair, seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Newcomers and known people, debts, lots that end, limits, budgets that run out, undos before and after."""
    monkeypatch.setattr(module, "_OFTEN", 1)
    facts = Facts(Random(seed))
    for _ in range(30):
        facts.next_batch()
        assert told(pair, facts) == [], "the same verdicts"

    assert_equal(pair)
    assert stamped(pair) >= facts.number / 8


def test_a_stencil_decides_what_repeats(pair: Pair) -> None:
    """One stencil for all three campaigns, for those who come for the first time and for those who come again."""
    for n in range(40):
        order(pair, f"u{n % 20}", f"o{n}")

    assert stamped(pair) == 32
    assert [[campaign for campaign, *_ in stencil.alike[0]] for stencil in pair.stencils] == [  # type: ignore[index]
        ["app-bonus", "early-orders", "share-of-order"]
    ]
    assert pair.stamping.wallet("u3").units["points"].balance == 2 * (2 + 5)
    assert_equal(pair)


def test_what_is_owed_is_paid_first(pair: Pair) -> None:
    """A wallet in debt is decided in the ordinary way, in the middle of a crowd."""
    crowd(pair)
    for mall in pair.both:
        mall.report("check_in", user="spender", key="c1")
        mall.report("order.paid", user="spender", key="p1", data=paid("first", "web", "100.00"))
        mall.exchange("coffee", user="spender", key="x1", qty=3)
        mall.report("order.refunded", user="spender", key="r1", data={"order": "first"})
    assert pair.stamping.wallet("spender").units["points"].balance == -10
    order(pair, "spender", "o-late")

    assert pair.stamping.wallet("spender").units["points"].balance == -10 + 2 + 5
    assert_equal(pair)


def test_an_order_that_was_undone_before_it_came_gives_nothing(pair: Pair) -> None:
    crowd(pair)
    for mall in pair.both:
        mall.report("order.refunded", user="early", key="r1", data={"order": "o-early"})
    order(pair, "early", "o-early")

    assert pair.stamping.wallet("early").units["points"].balance == 5
    assert_equal(pair)


def test_an_order_that_is_undone_afterwards_is_found(pair: Pair) -> None:
    """By the trail that a stencil has written."""
    crowd(pair)
    order(pair, "u1", "o-again")
    for mall in pair.both:
        mall.report("order.refunded", user="u1", key="r1", data={"order": "o-again"})

    assert pair.stamping.wallet("u1").units["points"].balance == 2 + 5 + 5
    assert_equal(pair)


def test_an_order_counts_once_whoever_reports_it(pair: Pair) -> None:
    """By a newcomer too, of whom nothing is stored, and twice in one batch."""
    crowd(pair)
    for mall in pair.both:
        mall.report("order.paid", user="newcomer", key="k1", data=paid("o1"))
        with mall.batch() as batch:
            for user in ("someone", "someone-else"):
                batch.report("order.paid", user=user, key=f"k-{user}", data=paid("o-twice"))

    assert [pair.stamping.wallet(user).units["points"].balance for user in ("newcomer", "someone", "someone-else")] == [
        5,
        7,
        5,
    ]
    assert_equal(pair)


def test_points_end_when_those_of_their_day_end(pair: Pair) -> None:
    """Facts of two days differ in nothing but the end of their points."""
    for day in range(2):
        for n in range(12):
            order(pair, f"u{n}", f"o{day}.{n}", "web", "19.90")
        pair.clock.move(pair.clock.now() + timedelta(days=1))

    assert len(pair.stencils) == 2
    assert_equal(pair)


def test_points_that_end_meanwhile_are_gone_before_new_ones_come(pair: Pair) -> None:
    """The end of a lot is decided in the same batch as the fact."""
    for day in range(3):
        for n in range(12):
            order(pair, f"u{n}", f"o{day}.{n}", "web", "19.90")
        pair.clock.move(pair.clock.now() + timedelta(days=3))

    assert pair.stamping.wallet("u3").units["points"].balance == 0
    assert_equal(pair)


def test_a_batch_that_takes_days_ends_its_own_points(pair: Pair) -> None:
    """The clock goes on inside of it: the timer of the first fact is due before the last one."""
    crowd(pair)
    now = pair.clock.now()
    for mall in pair.both:
        pair.clock.move(now)
        with mall.batch() as batch:
            for n in range(3):
                batch.report("order.paid", user=f"long{n}", key=f"long{n}", data=paid(f"long{n}"))
                pair.clock.move(pair.clock.now() + timedelta(days=3 if n else 0))

    assert pair.stamping.wallet("long0").units["points"].balance == 0
    assert_equal(pair)


def test_a_wallet_that_is_full_takes_no_more(pair: Pair) -> None:
    crowd(pair)
    for mall in pair.both:
        mall.desk.adjust("rich", "coins", LARGEST - 3, key="a1", by="clerk", reason="a test")
    order(pair, "rich", "o-rich")

    assert pair.stamping.wallet("rich").units["coins"].balance == LARGEST - 3 + 1
    assert_equal(pair)


def test_a_paused_campaign_is_left_out(pair: Pair) -> None:
    crowd(pair)
    for mall in pair.both:
        mall.desk.pause("app-bonus")
    order(pair, "late", "o-late")

    assert pair.stamping.wallet("late").units["points"].balance == 2
    assert_equal(pair)


def test_each_is_told_what_was_known_of_them(pair: Pair) -> None:
    """The profile that a condition looked at stands in the decision, and so does who got what."""
    for n in range(12):
        visit(pair, f"u{n}")
    receipts = {user: visit(pair, user) for user in ("gail", "late")}

    assert receipts["gail"].decisions[0].facts == {"vip": True, "level": "gold"}
    assert receipts["late"].decisions[0].facts == {"vip": True, "level": "reader"}
    for user, receipt in receipts.items():
        assert receipt.decisions[0].given[0][0] == pair.stamping.ports.transactions.holders.known(user)
    assert_equal(pair)


def test_each_is_judged_by_its_own_values(pair: Pair) -> None:
    """After a dozen visits to one shop: another shop, another amount, and a mood that a condition says no to."""
    for n in range(12):
        visit(pair, f"u{n}")
    visit(pair, "south", shop="south")
    visit(pair, "spender", spent="30.00")
    visit(pair, "moody", mood="bad")

    assert pair.stamping.wallet("spender").units["points"].balance == 3
    assert not pair.stamping.entitled("coffee", "moody")
    assert_equal(pair)


def test_a_receipt_belongs_to_its_caller(pair: Pair) -> None:
    """Whoever changes one changes no other."""
    crowd(pair)
    first, second = (
        pair.stamping.report("order.paid", user=user, key=user, data=paid(user)) for user in ("one", "two")
    )
    first.answer["given"]["points"] = 0
    first.answer["entitlements"].append("a mug")

    assert (second.answer["given"], second.answer["entitlements"]) == ({"coins": 4, "points": 7}, [])
    for user in ("one", "two"):
        pair.ordinary.report("order.paid", user=user, key=user, data=paid(user))


def test_a_rule_that_draws_lots_by_the_source_gets_no_stencil(pair: Pair, monkeypatch: pytest.MonkeyPatch) -> None:
    """A digest of the order that stands in no row may have decided."""
    by_lot = Reward.decide

    def decide(reward: Reward, ask: Input, draft: Draft) -> Changes:
        bucket(2, "lot", str(ask.data.get("order")))
        return by_lot(reward, ask, draft)

    monkeypatch.setattr(Reward, "decide", decide)
    crowd(pair)

    assert pair.stencils == []


def test_one_in_a_thousand_is_compared(pair: Pair, monkeypatch: pytest.MonkeyPatch) -> None:
    """Here every one: by those who come for the first time, and by those who come again."""
    monkeypatch.setattr(module, "_SAMPLE", 1)
    for n in range(40):
        order(pair, f"u{n % 20}", f"o{n}")

    assert len(pair.stencils) == 1
    assert_equal(pair)


# --- crowds and crashes --------------------------------------------------------------------------


def test_a_crowd_gets_what_the_budget_gives(pair: Pair, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two programs with 8 threads each: of 100 orders 80 get three coins."""
    monkeypatch.setattr(module, "_OFTEN", 0)
    other = elsewhere(pair.engine, "stamping", pair.clock, FOLDER, _known)

    def attempt(n: int) -> int:
        receipt = (pair.stamping, other)[n % 2].report("order.paid", user=f"u{n % 30}", key=f"k{n}", data=paid(f"o{n}"))
        return int(receipt.given.get("coins", 0))

    with ThreadPoolExecutor(16) as pool:
        got = sum(pool.map(attempt, range(100)))

    assert got == 80 * 3 + sum(min(4, len(range(n, 100, 30))) for n in range(30))
    balances = [pair.stamping.wallet(f"u{n}").units["coins"].balance for n in range(30)]
    assert sum(balances) == got


@pytest.mark.parametrize("database", ["sqlite", "postgres", "mariadb"])
def test_a_killed_program_leaves_whole_batches(
    request: pytest.FixtureRequest, database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Wherever it dies: a fact repeated with its key is answered once, and the books are right."""
    monkeypatch.setattr(module, "_OFTEN", 0)
    url, engine = (request.getfixturevalue(f"{database}_{what}") for what in ("url", "engine"))
    upgrade(engine)
    mall = applied(engine, "stamping", FixedClock(TEN), FOLDER, _known)
    engine.dispose()
    deaths = 0
    for step in range(1, 60, 7):
        deaths += killed_at(step, url, partial(_three_batches, step))
    with mall.batch() as batch:
        for step in range(1, 60, 7):
            _orders(batch, step, range(12))

    assert deaths >= 5
    assert {type(outcome) for outcome in batch.outcomes} == {Receipt}
    assert [mall.wallet(f"{n}").units["points"].balance for n in range(12)] == [2 * 9 + 5 * 4] * 12
    assert verify(engine, "stamping").differences == ()


def _three_batches(step: int, engine: Engine) -> None:
    mall = elsewhere(engine, "stamping", FixedClock(TEN), FOLDER, _known)
    for n in range(3):
        with mall.batch() as batch:
            _orders(batch, step, range(n * 4, n * 4 + 4))


def _orders(batch: Mall, step: int, numbers: Iterable[int]) -> None:
    for n in numbers:
        batch.report("order.paid", user=f"{n}", key=f"{step}.{n}", data=paid(f"{step}.{n}"))


# --- words ---------------------------------------------------------------------------------------


def crowd(pair: Pair) -> None:
    """A dozen orders, so that there is a stencil."""
    for n in range(12):
        order(pair, f"u{n}", f"o{n}")


def order(pair: Pair, user: str, number: str, channel: str = "app", amount: str = "20.00") -> None:
    """One order in both malls; the same verdict."""
    receipts = [
        mall.report("order.paid", user=user, key=number, data=paid(number, channel, amount)) for mall in pair.both
    ]
    assert receipts[0] == receipts[1]


def visit(pair: Pair, user: str, **more: str) -> Receipt:
    """One visit in both malls; the same verdict."""
    receipts = [mall.report("visit", user=user, key=user, data={"shop": "north", **more}) for mall in pair.both]
    assert receipts[0] == receipts[1]
    return receipts[0]


def paid(number: str, channel: str = "app", amount: str = "20.00") -> dict[str, str]:
    return {"order": number, "channel": channel, "amount": amount}


def stamped(pair: Pair) -> int:
    """How many facts stencils have decided."""
    return pair.stamping.ports.transactions.stencils._stamped


def assert_equal(pair: Pair) -> None:
    """Both malls have the same rows, and the lines of each wallet in the same order."""
    assert pair.rows(pair.stamping) == pair.rows(pair.ordinary)
    assert pair.order(pair.stamping) == pair.order(pair.ordinary)
