"""
What stencils decide is what ordinary decisions are, byte by byte.

Two malls in one database get the same calls at the same instants, one with stencils and one without. Every
table has the same rows afterwards.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from random import Random
from shutil import copytree
from typing import TYPE_CHECKING, Any

import attrs
import pytest

from quanyi.adapters.clock import FixedClock
from quanyi.adapters.sql.migrate import upgrade
from quanyi.adapters.sql.verify import verify
from quanyi.campaigns.engine import transaction
from quanyi.campaigns.engine.stencils import stencils as module
from quanyi.campaigns.engine.stencils.stamping import Plan, planned
from quanyi.campaigns.mall import Mall
from quanyi.entitlements.changes import Changes
from quanyi.entitlements.derived_ids import bucket
from quanyi.entitlements.errors import LimitReached, NotEligible, NotOpen, OutOfStock
from quanyi.entitlements.inputs import Input
from quanyi.entitlements.picture import Draft
from quanyi.entitlements.plays.sale.play import Sale
from tests.engine.crash import killed_at
from tests.engine.paired import Pair, applied, elsewhere, pair_of, told
from tests.engine.repeated import Calls

if TYPE_CHECKING:
    from sqlalchemy import Engine

FOLDER = Path(__file__).parents[1] / "malls" / "stampede"
TEN = datetime(2026, 3, 2, 2, 30, tzinfo=UTC)  # 10:30 in Shanghai


@pytest.fixture(params=["sqlite", "postgres", "mariadb"])
def pair(request: pytest.FixtureRequest) -> Iterator[Pair]:
    yield from pair_of(request.getfixturevalue(f"{request.param}_engine"), FOLDER, FixedClock(TEN))


# --- the same rows -------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(3))
def test_random_calls_write_the_same_rows(pair: Pair, seed: int) -> None:
    """Claims, second claims, repeated and reused keys, payments, cancels, lapses, in batches of any size."""
    calls = Calls(Random(seed))
    for _ in range(30):
        calls.next_batch()
        assert told(pair, calls) == [], "the same verdicts"

    assert pair.rows(pair.stamping) == pair.rows(pair.ordinary)
    assert len(pair.stencils) >= 3


@pytest.mark.parametrize("last", [["u3"], []])
def test_what_is_computed_ahead_is_only_what_was_decided(pair: Pair, last: list[str]) -> None:
    """Some of a batch are refused, perhaps the last of them: the others are changed at the instant of the last who is not."""
    for n in range(12):
        claim(pair, "once", "phone", f"u{n}")
    began = pair.clock.now()
    for mall in pair.both:
        with mall.batch() as batch:
            for place, user in enumerate(["u1", "a", "b", "u2", "c", *last]):
                pair.clock.move(began + timedelta(seconds=place))
                batch.claim("once", item="phone", user=user, key=f"again/{user}")
        assert [isinstance(told, LimitReached) for told in batch.outcomes] == [
            True,
            False,
            False,
            True,
            False,
            *map(bool, last),
        ]

    assert pair.stamping.ports.transactions.stencils._stamped == 4 + 3
    assert pair.rows(pair.stamping) == pair.rows(pair.ordinary)


def test_a_stencil_decides_what_repeats(pair: Pair) -> None:
    """Not only by ordinary decisions: from the ninth request on most are stamped."""
    for n in range(40):
        claim(pair, "once", "phone", f"u{n}")

    assert [stencil.alike[0][0][0] for stencil in pair.stencils] == ["once"]  # type: ignore[index]
    assert pair.stamping.ports.transactions.stencils._stamped == 32
    assert pair.rows(pair.stamping) == pair.rows(pair.ordinary)


def test_another_release_has_other_stencils(pair: Pair, tmp_path: Path) -> None:
    """A price that changes in the middle of a sale is the new one from the next request on."""
    for n in range(12):
        claim(pair, "once", "phone", f"u{n}")
    copytree(FOLDER, tmp_path / "cheaper")
    sales = tmp_path / "cheaper" / "campaigns" / "sales.yaml"
    sales.write_text(sales.read_text(encoding="utf-8").replace("5699.00", "4999.00"), encoding="utf-8")
    for name in ("stamping", "ordinary"):
        elsewhere(pair.engine, name, pair.clock, tmp_path / "cheaper").desk.apply()
    for n in range(12, 24):
        claim(pair, "once", "phone", f"u{n}")

    assert pair.stamping.deals("u23")[0].pay == 499900
    assert pair.rows(pair.stamping) == pair.rows(pair.ordinary)


def test_a_paused_sale_takes_nothing(pair: Pair) -> None:
    for n in range(12):
        claim(pair, "once", "phone", f"u{n}")
    pair.stamping.desk.pause("once")

    with pytest.raises(NotOpen):
        pair.stamping.claim("once", item="phone", user="late", key="late")
    pair.ordinary.desk.pause("once")


def test_a_pause_that_is_learnt_of_between_planning_and_locking_counts(
    pair: Pair, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another thread of this program learns of it just then, so that the set in force is not a stale one."""
    for n in range(12):
        claim(pair, "once", "phone", f"u{n}")
    in_force = pair.stamping.ports.transactions.in_force
    elsewhere(pair.engine, "stamping", pair.clock, FOLDER).desk.pause("once")

    def learnt_meanwhile(*given: Any) -> Plan:
        plan = planned(*given)
        in_force.reload()
        return plan

    monkeypatch.setattr(transaction, "planned", learnt_meanwhile)
    with pytest.raises(NotOpen):
        pair.stamping.claim("once", item="phone", user="late", key="late")


def test_a_new_day_has_new_places(pair: Pair) -> None:
    """Three a day: who had them yesterday has three again."""
    for day in range(2):
        for n in range(12):
            for mall in pair.both:
                mall.claim("daily", item="mug", user=f"u{n}", key=f"{day}/{n}", qty=3)
        pair.clock.move(pair.clock.now() + timedelta(hours=20))

    assert len(pair.stencils) == 2
    assert pair.rows(pair.stamping) == pair.rows(pair.ordinary)


def test_between_sessions_nothing_is_sold(pair: Pair) -> None:
    for n in range(12):
        claim(pair, "closed-at-night", "mug", f"u{n}")
    pair.clock.move(pair.clock.now() + timedelta(hours=3))

    with pytest.raises(NotOpen):
        pair.stamping.claim("closed-at-night", item="mug", user="late", key="late")


def test_a_sale_for_some_is_decided_person_by_person(pair: Pair) -> None:
    """After a dozen who may, somebody who may not: the profile of each is looked at."""
    for n in range(12):
        claim(pair, "for-vips", "phone", f"u{n}")

    with pytest.raises(NotEligible):
        pair.stamping.claim("for-vips", item="phone", user="guest", key="guest")
    assert pair.stencils == []


def test_a_stencil_that_disagrees_is_used_no_more(pair: Pair, monkeypatch: pytest.MonkeyPatch) -> None:
    """The batch in which it is found is decided in the ordinary way."""
    monkeypatch.setattr(module, "_SAMPLE", 1)
    for n in range(12):
        claim(pair, "once", "phone", f"u{n}")
    (stencil,) = pair.stencils
    wrong = attrs.evolve(stencil, shared=tuple(attrs.evolve(moved, delta=-2) for moved in stencil.shared))
    stencils = pair.stamping.ports.transactions.stencils
    stencils._known[stencil.alike] = wrong
    for n in range(12, 24):
        claim(pair, "once", "phone", f"u{n}")

    assert pair.stencils == []
    assert pair.stamping.offer("once", "phone").left == 70 - 24


def test_a_play_that_forgets_what_it_looks_at_gets_no_stencil(pair: Pair, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its examples differ from each other in more than the request."""
    told_by_key = Sale.decide

    def decide(sale: Sale, ask: Input, draft: Draft) -> Changes:
        made = told_by_key(sale, ask, draft)
        return attrs.evolve(made, answer={**made.answer, "luck": len(ask.key) + sum(ask.digest) % 7})

    monkeypatch.setattr(Sale, "decide", decide)
    for n in range(24):
        claim(pair, "once", "phone", f"u{n}")

    assert pair.stencils == []
    assert pair.rows(pair.stamping) == pair.rows(pair.ordinary)


def test_a_play_that_draws_lots_by_the_holder_gets_no_stencil(pair: Pair, monkeypatch: pytest.MonkeyPatch) -> None:
    """A digest of the holder that stands in no row may have decided."""
    by_lot = Sale.decide

    def decide(sale: Sale, ask: Input, draft: Draft) -> Changes:
        bucket(2, "lot", str(ask.holder))
        return by_lot(sale, ask, draft)

    monkeypatch.setattr(Sale, "decide", decide)
    for n in range(24):
        claim(pair, "once", "phone", f"u{n}")

    assert pair.stencils == []


# --- crowds and crashes --------------------------------------------------------------------------


def test_a_crowd_gets_what_there_is(pair: Pair, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two programs with 8 threads each, all requests by stencils as far as they fit: 70 of 100 get a phone."""
    monkeypatch.setattr(module, "_OFTEN", 0)
    other = elsewhere(pair.engine, "stamping", pair.clock, FOLDER)

    def attempt(n: int) -> str:
        try:
            return (pair.stamping, other)[n % 2].claim("once", item="phone", user=f"u{n}", key=f"k{n}").type
        except OutOfStock as no:
            return str(no.reason)

    with ThreadPoolExecutor(16) as pool:
        got = Counter(pool.map(attempt, range(100)))

    assert got == {"order.place": 70, "out-of-stock": 30}
    assert len(pair.rows(pair.stamping)["quanyi_timer"]) == 70


@pytest.mark.parametrize("database", ["sqlite", "postgres", "mariadb"])
def test_a_killed_program_leaves_whole_batches(
    request: pytest.FixtureRequest, database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Wherever it dies: a request repeated with its key is answered once, and the books are right."""
    monkeypatch.setattr(module, "_OFTEN", 0)
    url, engine = (request.getfixturevalue(f"{database}_{what}") for what in ("url", "engine"))
    upgrade(engine)
    mall = applied(engine, "stamping", FixedClock(TEN), FOLDER)
    engine.dispose()
    deaths = 0
    for step in range(1, 60, 5):
        deaths += killed_at(step, url, partial(_three_batches, step))
    with mall.batch() as batch:
        for step in range(1, 60, 5):
            _claims(batch, step, range(12))

    assert deaths >= 6
    assert {type(outcome).__name__ for outcome in batch.outcomes} == {"Receipt"}
    assert mall.offer("daily", "mug").left == 300 - len(batch.outcomes)
    assert verify(engine, "stamping").differences == ()


def _three_batches(step: int, engine: Engine) -> None:
    mall = elsewhere(engine, "stamping", FixedClock(TEN), FOLDER)
    for n in range(3):
        with mall.batch() as batch:
            _claims(batch, step, range(n * 4, n * 4 + 4))


def _claims(batch: Mall, step: int, numbers: Iterable[int]) -> None:
    for n in numbers:
        batch.claim("daily", item="mug", user=f"{step}.{n}", key=f"{step}.{n}")


# --- calls ---------------------------------------------------------------------------------------


def claim(pair: Pair, sale: str, item: str, user: str, **more: Any) -> None:
    """One claim in both malls."""
    for mall in pair.both:
        mall.claim(sale, item=item, user=user, key=f"{sale}/{item}/{user}", **more)
