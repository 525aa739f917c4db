"""What is measured: each row's contestants, and how many threads call them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from statistics import median
from typing import Any, Protocol

import attrs
from sqlalchemy import URL

from tests.bench.crowd import Claim, Measured, crowd
from tests.bench.floor_postgres import Bare, Floor, FloorJoined
from tests.bench.floor_sqlite import SqliteFloor
from tests.bench.ours import Ours, OursJoined
from tests.bench.servers import postgres_database, sqlite_file

__all__ = ["ROWS", "Result", "Row", "Shop"]


class Shop(Protocol):
    """One contestant with an empty database: opened, called by a crowd, and its books looked at."""

    def claims(self, threads: int) -> list[Claim]: ...

    def books(self) -> dict[str, int]: ...

    def close(self) -> None: ...


@attrs.frozen(kw_only=True)
class Result:
    """
    What a row came to, in the form of build/bench.json.

    Attributes:
        ratio: Above 1 is better, whatever the unit; None where a check failed.
    """

    name: str
    unit: str
    ours: float
    floor: float
    ratio: float | None
    p50_ms: float | None = None
    p99_ms: float | None = None
    floor_p99_ms: float | None = None
    bare: float | None = None
    checks: str = ""


@attrs.frozen(kw_only=True)
class Row:
    """
    A closed loop of *threads* callers against each contestant in turn.

    Attributes:
        lone: Also report the median latency, as a row of that name.
    """

    name: str
    threads: int
    database: Callable[[], AbstractContextManager[URL]]
    shops: Mapping[str, Callable[[URL, int], Shop]]
    lone: str = ""

    def measure(self, rounds: int, seconds: float, say: Callable[[str], None]) -> list[Result]:
        """Run all contestants in each round, so that a slow minute hits them all."""
        runs: dict[str, list[Measured]] = {name: [] for name in self.shops}
        checked: list[str] = []
        for turn in range(rounds):
            for name, shop in self.shops.items():
                measured, books = self._run(shop, seconds)
                runs[name].append(measured)
                checked += [f"{name}: {problem}" for problem in problems(measured, books)]
                say(
                    f"  {self.name} {turn + 1}/{rounds} {name}: {measured.per_second:,.0f}/s p50 {measured.at(0.5):.2f} ms"
                )
        return self._results(runs, checked)

    def _run(self, make: Callable[[URL, int], Shop], seconds: float) -> tuple[Measured, dict[str, int]]:
        with self.database() as url:
            shop = make(url, self.threads)
            try:
                measured = crowd(shop.claims(self.threads), seconds)
                return measured, shop.books()
            finally:
                shop.close()

    def _results(self, runs: dict[str, list[Measured]], wrong: list[str]) -> list[Result]:
        rate = {name: median(run.per_second for run in measured) for name, measured in runs.items()}
        slow = {name: median(run.at(0.99) for run in measured) for name, measured in runs.items()}
        middle = {name: median(run.at(0.5) for run in measured) for name, measured in runs.items()}
        checks = "; ".join(wrong) or _CHECKED
        shared: dict[str, Any] = {"checks": checks, "p99_ms": slow["ours"], "floor_p99_ms": slow["floor"]}
        results = [
            Result(
                name=self.name,
                unit="claims/s",
                ours=rate["ours"],
                floor=rate["floor"],
                ratio=None if wrong else rate["ours"] / rate["floor"],
                p50_ms=middle["ours"],
                bare=rate.get("bare"),
                **shared,
            )
        ]
        if self.lone:
            ratio = None if wrong else middle["floor"] / middle["ours"]
            results.append(
                Result(name=self.lone, unit="ms p50", ours=middle["ours"], floor=middle["floor"], ratio=ratio, **shared)
            )
        return results


_CHECKED = "sold = rows = users = keys = outbox = yes answers; never oversold; no wrong verdict; balances sum"


def problems(measured: Measured, books: Mapping[str, int]) -> list[str]:
    """What does not agree between the answers and the books."""
    sold = measured.verdicts["ok"]
    found = [f"{name} is {count}, {sold} were told yes" for name, count in books.items() if count != sold]
    if measured.wrong:
        found.append(f"{measured.wrong} wrong verdicts")
    return found


def _claims(threads: int, lone: str = "") -> Row:
    shops: dict[str, Callable[[URL, int], Shop]] = {"ours": Ours, "floor": Floor, "bare": Bare}
    return Row(name=f"claims.pg.{threads}", threads=threads, database=postgres_database, shops=shops, lone=lone)


ROWS: tuple[Row, ...] = (
    _claims(1, lone="claims.pg.lone"),
    _claims(16),
    _claims(64),
    _claims(256),
    Row(
        name="claims.pg.joined",
        threads=16,
        database=postgres_database,
        shops={"ours": OursJoined, "floor": FloorJoined},
    ),
    Row(name="claims.sqlite.64", threads=64, database=sqlite_file, shops={"ours": Ours, "floor": SqliteFloor}),
)
