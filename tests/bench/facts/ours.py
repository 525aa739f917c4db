"""Ours: facts by `mall.report`, one by one from many threads, or many in one batch."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import count
from statistics import median
from time import perf_counter

import attrs
from sqlalchemy import URL, text

from quanyi import QuanyiError, open_mall
from tests.bench.claims.crowd import Claim, Verdict
from tests.bench.contest import Figure
from tests.bench.facts.floor import Gives
from tests.bench.prepared import KNOWN, MALLS, known_person
from tests.bench.servers import host_engine

__all__ = ["FactMall", "OurFacts", "OurPoints"]

_BOOKS = {
    "keys": "select count(*) from quanyi_receipt",
    "points": "select sum(balance) from quanyi_balance where kind = 'lot'",
    "entries": "select count(*) from quanyi_entry",
    "journal": "select count(*) from quanyi_journal where rule = 'give'",
    "outbox": "select count(*) from quanyi_outbox where event = 'points.changed'",
    "limits": "select sum(balance) from quanyi_balance where kind = 'used' and unit = 'times'",
    "budget": "select sum(balance) from quanyi_balance where kind = 'used' and unit = 'points'",
}


class FactMall:
    """The mall of `malls/facts`, and what its books say that was reported since it was opened."""

    def __init__(self, url: URL, campaigns: tuple[Gives, ...]) -> None:
        self.campaigns = campaigns
        self.engine = host_engine(url)
        self.mall = open_mall(MALLS / "facts", self.engine, facts=_gold)
        self.before = self._counts()

    def close(self) -> None:
        self.engine.dispose()

    def books(self) -> dict[str, int]:
        """How many facts each table says there were."""
        many, points = len(self.campaigns), sum(gives.points for gives in self.campaigns)
        each = {"keys": 1, "points": points, "budget": sum(gives.points for gives in self.campaigns if gives.budget)}
        now = self._counts()
        return {name: (now[name] - self.before[name]) // each.get(name, many) for name in now}

    def _counts(self) -> dict[str, int]:
        with self.engine.connect() as connection:
            return {name: int(connection.execute(text(sql)).scalar() or 0) for name, sql in _BOOKS.items()}


class OurFacts(FactMall):
    """A crowd that reports orders."""

    def claims(self, threads: int) -> list[Claim]:
        return [self.report] * threads

    def report(self, user: str, key: str) -> Verdict:
        data = {"order": key, "channel": "app", "amount": "20.00"}
        receipt = self.mall.report("order.paid", user=user, key=key, data=data)
        if receipt.duplicate:
            return "replay"
        granted = sum(decision.outcome == "granted" for decision in receipt.decisions)
        return "ok" if granted == len(self.campaigns) else "out"


@attrs.define
class OurPoints:
    """
    One caller who reports chapters, so many in one batch; each is answered on its own.

    Attributes:
        granted: How many were answered with points.
    """

    mall: FactMall
    size: int
    granted: int = 0
    numbers: count[int] = attrs.field(factory=count)

    def measure(self, seconds: float) -> Figure:
        self._batch()  # connections, statement caches
        times: list[float] = []
        begun = perf_counter()
        while perf_counter() - begun < seconds or not times:
            started = perf_counter()
            self._batch()
            times.append(perf_counter() - started)
        rate = self.size * len(times) / (perf_counter() - begun)
        times.sort()
        return Figure(value=rate, p50_ms=median(times) * 1000, p99_ms=times[int(len(times) * 0.99)] * 1000)

    def check(self, figure: Figure) -> Sequence[str]:
        return _unequal(self.mall.books(), self.granted)

    def _batch(self) -> None:
        with self.mall.mall.batch() as batch:
            for _ in range(self.size):
                number = next(self.numbers)
                user, chapter = known_person(number % KNOWN), f"c{number}"
                batch.report("chapter.read", user=user, key=chapter, data={"chapter": chapter})
        self.granted += sum(not isinstance(outcome, QuanyiError) and bool(outcome.given) for outcome in batch.outcomes)


def _unequal(books: Mapping[str, int], granted: int) -> list[str]:
    return [f"{name} is {found}, {granted} were granted" for name, found in books.items() if found != granted]


def _gold(user: str) -> Mapping[str, str]:
    """What the host knows about everybody."""
    return {"level": "gold"}
