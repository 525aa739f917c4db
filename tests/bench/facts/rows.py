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

__all__ = ["ROWS"]

_ORDERS = (Gives("order-points", 20, budget=True), Gives("app-points", 5), Gives("big-order-points", 7))
_CHAPTERS = (Gives("reading-points", 2, budget=True),)
_CHECKED = "wallets, lots, history, journal, outbox, limits and budget say the same number of facts as the answers"
_MALL = partial(postgres_mall, "facts", people)
_SIXTEEN = Crowd(size=16, again=0.0)


def _floor(campaigns: tuple[Gives, ...]) -> Side:
    return side(postgres_database, lambda url: FactFloor(url, 16, campaigns), _SIXTEEN)


def _points(size: int) -> Contest:
    @contextmanager
    def ours() -> Iterator[OurPoints]:
        with _MALL() as url:
            mall = FactMall(url, _CHAPTERS)
            try:
                yield OurPoints(mall, size)
            finally:
                mall.close()

    sides: dict[str, Side] = {"ours": ours, "floor": _floor(_CHAPTERS)}
    return Contest(name=f"points.pg.hot.{size}", unit="facts/s", sides=sides, checked=_CHECKED)


EVENTS = Contest(
    name="events.pg.16",
    unit="facts/s",
    sides={"ours": side(_MALL, lambda url: OurFacts(url, _ORDERS), _SIXTEEN), "floor": _floor(_ORDERS)},
    checked=_CHECKED,
)

ROWS = (EXCHANGE, EVENTS, _points(100), _points(1_000), HISTORY)
