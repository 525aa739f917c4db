"""The rows of facts and points."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial

from tests.bench.claims.crowd import Crowd
from tests.bench.claims.rows import side
from tests.bench.contest import Contest, Side
from tests.bench.facts.exchange import EXCHANGE
from tests.bench.facts.floor import FactFloor, Gives
from tests.bench.facts.history import HISTORY
from tests.bench.facts.ours import FactMall, OurFacts, OurPoints
from tests.bench.prepared import people, postgres_mall
from tests.bench.servers import postgres_database

__all__ = ["ROWS", "facts", "points"]

_ORDERS = (Gives("order-points", 20, budget=True), Gives("app-points", 5), Gives("big-order-points", 7))
_CHAPTERS = (Gives("reading-points", 2, budget=True),)
_CHECKED = "wallets, lots, history, journal, outbox, limits and budget say the same number of facts as the answers"
_MALL = partial(postgres_mall, "facts", people)


def _floor(campaigns: tuple[Gives, ...], threads: int) -> Side:
    crowd = Crowd(size=threads, again=0.0)
    return side(postgres_database, lambda url: FactFloor(url, threads, campaigns), crowd)


def points(name: str, size: int, threads: int = 16) -> Contest:
    """Facts that take of one budget, so many in a batch by one caller; the floor's one by one by so many threads."""

    @contextmanager
    def ours() -> Iterator[OurPoints]:
        with _MALL() as url:
            mall = FactMall(url, _CHAPTERS)
            try:
                yield OurPoints(mall, size)
            finally:
                mall.close()

    sides: dict[str, Side] = {"ours": ours, "floor": _floor(_CHAPTERS, threads)}
    return Contest(name=name, unit="facts/s", sides=sides, checked=_CHECKED)


def facts(name: str, threads: int) -> Contest:
    """Facts that three campaigns hear, one call each."""
    ours = side(_MALL, lambda url: OurFacts(url, _ORDERS), Crowd(size=threads, again=0.0))
    sides = {"ours": ours, "floor": _floor(_ORDERS, threads)}
    return Contest(name=name, unit="facts/s", sides=sides, checked=_CHECKED)


ROWS = (
    EXCHANGE,
    facts("events.pg.16", 16),
    points("points.pg.hot.100", 100),
    points("points.pg.hot.1000", 1_000),
    HISTORY,
)
