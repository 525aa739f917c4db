"""The same promises from several processes on one database, each with threads of its own."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy import URL, Engine, create_engine

from quanyi.adapters.clock import FixedClock
from quanyi.adapters.sql.engine import prepare_engine
from quanyi.adapters.sql.store import SqlStore
from quanyi.adapters.sql.verify import verify
from quanyi.adapters.wiring import OpenMall, wire
from quanyi.campaigns.project.load import load_project
from quanyi.entitlements.errors import Refused
from tests.engine.conftest import FOLDER, NOON, sql_store

pytestmark = pytest.mark.alone

PROCESSES = 4
THREADS = 16


@pytest.fixture(params=["sqlite", "postgres", "mariadb"])
def url(request: pytest.FixtureRequest) -> URL:
    return request.getfixturevalue(f"{request.param}_url")


@pytest.fixture
def engine(url: URL) -> Iterator[Engine]:
    engine = create_engine(url)
    prepare_engine(engine)
    yield engine
    engine.dispose()


@pytest.fixture
def mall(engine: Engine) -> OpenMall:
    mall = wire(load_project(FOLDER), sql_store(engine), clock=FixedClock(NOON))
    mall.desk.apply()
    engine.dispose()  # the children must not inherit open connections
    return mall


def crowd(url: URL, act: Callable[[OpenMall, int], Any]) -> list[Any]:
    """Run *act* for numbers 0 to 63 from 4 processes with 16 threads each; what each call came to."""
    context = multiprocessing.get_context("fork")
    answers = context.SimpleQueue()
    text = url.render_as_string(hide_password=False)
    workers = [context.Process(target=_work, args=(text, n, act, answers)) for n in range(PROCESSES)]
    for worker in workers:
        worker.start()
    found = [answers.get() for _ in workers]
    for worker in workers:
        worker.join(60)
    return [answer for share in found for answer in share]


def _work(url: str, n: int, act: Callable[[OpenMall, int], Any], answers: Any) -> None:
    engine = create_engine(url, pool_size=4)
    prepare_engine(engine)
    mall = wire(load_project(FOLDER), SqlStore(engine, "engine"), clock=FixedClock(NOON))
    numbers = range(n * THREADS, (n + 1) * THREADS)
    with ThreadPoolExecutor(THREADS) as pool:
        answers.put(list(pool.map(lambda i: _outcome(act, mall, i), numbers)))
    engine.dispose()


def _outcome(act: Callable[[OpenMall, int], Any], mall: OpenMall, n: int) -> Any:
    try:
        return act(mall, n)
    except Refused as no:
        return no.code
    except Exception as error:
        return f"{type(error).__name__}: {error}"


def test_sixty_four_buyers_in_four_processes_get_twenty_pieces(url: URL, mall: OpenMall) -> None:
    """Exactly 20 deals, 44 times out of stock, and no error of any other kind."""
    outcomes = crowd(url, lambda m, n: m.claim("flash", item="phone", user=f"u{n}", key=f"k{n}").answer["left"])

    assert outcomes.count("out-of-stock") == 44
    assert len([outcome for outcome in outcomes if isinstance(outcome, int)]) == 20
    assert mall.offer("flash", "phone").left == 0


def test_one_newcomer_in_four_processes_is_one_person(url: URL, mall: OpenMall) -> None:
    """Everybody meets the same new user at once: one holder, one piece."""
    outcomes = crowd(url, lambda m, n: m.claim("flash", item="phone", user="ann", key=f"k{n}").hold)

    assert outcomes.count("limit-reached") == 63
    assert len(mall.deals("ann")) == 1


def test_the_same_key_from_four_processes_is_one_deal(url: URL, mall: OpenMall) -> None:
    """A caller that retries everywhere at once gets one receipt."""
    outcomes = crowd(url, lambda m, _: m.claim("flash", item="phone", user="ann", key="k").hold)

    assert len(set(outcomes)) == 1
    assert mall.offer("flash", "phone").left == 19


def test_one_wallet_from_four_processes_adds_up(url: URL, engine: Engine, mall: OpenMall) -> None:
    """Earning and spending at once on one wallet: what is left is what was earned less what was spent."""

    def act(m: OpenMall, n: int) -> int:
        if n % 2:
            m.report("points.granted", user="ann", key=f"g{n}", data={"points": 150})
            return 150
        m.exchange("coffee", user="ann", key=f"x{n}")
        return -300

    outcomes = crowd(url, act)
    booked = [outcome for outcome in outcomes if isinstance(outcome, int)]

    assert {o for o in outcomes if isinstance(o, str)} <= {"insufficient-points", "limit-reached"}
    assert mall.wallet("ann").units["points"].balance == sum(booked) >= 0
    assert verify(engine, "engine").differences == ()
