"""The rows of claims: who calls, on which database, against which floor."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from functools import partial
from typing import Protocol

import attrs
from sqlalchemy import URL

from tests.bench.claims.crowd import Claim, Crowd, Measured
from tests.bench.claims.floor_postgres import Bare, Floor, FloorGuarded
from tests.bench.claims.floor_redis import RedisGate
from tests.bench.claims.floor_session import FloorSession
from tests.bench.claims.floor_sqlite import SqliteFloor
from tests.bench.claims.ours import WATCHES, Ours, OursJoined
from tests.bench.claims.processes import OursInProcesses
from tests.bench.contest import Contest, Figure, Side
from tests.bench.peers.embedded import reservations
from tests.bench.prepared import nobody, people, postgres_mall, sqlite_mall
from tests.bench.servers import postgres_database, sqlite_file

__all__ = ["ROWS", "guarded", "in_processes", "joined", "on_postgres", "on_sqlite", "problems", "side"]

_CHECKED = "sold = rows = users = keys = outbox = yes answers; never oversold; no wrong verdict; balances sum"


class Shop(Protocol):
    """One contestant with an empty database: called by a crowd, and its books looked at."""

    def claims(self, threads: int) -> list[Claim]: ...

    def books(self) -> dict[str, int]: ...

    def close(self) -> None: ...


@attrs.define(kw_only=True)
class Sale:
    """
    A crowd at one shop.

    Attributes:
        lone: Whether the figure is the median latency in milliseconds, instead of claims a second.
    """

    shop: Shop
    crowd: Crowd
    lone: bool = False
    measured: Measured | None = None

    def measure(self, seconds: float) -> Figure:
        measured = self.measured = self._call(seconds)
        p50 = measured.at(0.5)
        return Figure(value=p50 if self.lone else measured.per_second, p50_ms=p50, p99_ms=measured.at(0.99))

    def check(self, figure: Figure) -> Sequence[str]:
        assert self.measured is not None
        return problems(self.measured, self.shop.books())

    def _call(self, seconds: float) -> Measured:
        if isinstance(self.shop, OursInProcesses):
            return self.shop.call(self.crowd, seconds)
        return self.crowd.call(self.shop.claims(self.crowd.size), seconds)


def problems(measured: Measured, books: dict[str, int]) -> list[str]:
    """What does not agree between the answers and the books."""
    sold = measured.verdicts["ok"]
    wanted = {"people": measured.newcomers}
    found = [
        f"{name} is {count}, {wanted.get(name, sold)} were told yes"
        for name, count in books.items()
        if count != wanted.get(name, sold)
    ]
    if measured.wrong:
        found.append(f"{measured.wrong} wrong verdicts")
    return found


def side(
    database: Callable[[], AbstractContextManager[URL]],
    make: Callable[[URL], Shop],
    crowd: Crowd,
    *,
    lone: bool = False,
) -> Side:
    """A shop on a database of its own for each round."""

    @contextmanager
    def opened() -> Iterator[Sale]:
        with database() as url:
            shop = make(url)
            try:
                yield Sale(shop=shop, crowd=crowd, lone=lone)
            finally:
                shop.close()

    return opened


def on_postgres(name: str, threads: int, *, known: bool = True, bare: bool = False, lone: bool = False) -> Contest:
    """Claims on PostgreSQL by so many threads."""
    crowd = Crowd(size=threads, known=known)
    mall = partial(postgres_mall, "sale", people if known else nobody)
    sides = {
        "ours": side(mall, Ours, crowd, lone=lone),
        "floor": side(postgres_database, lambda url: Floor(url, threads, known=known), crowd, lone=lone),
    }
    if bare:
        sides["bare"] = side(postgres_database, lambda url: Bare(url, threads, known=False), crowd)
    unit = "ms p50" if lone else "claims/s"
    return Contest(name=name, unit=unit, sides=sides, checked=_CHECKED, less=lone)


def on_sqlite(name: str, threads: int, *, known: bool = True) -> Contest:
    """Claims on SQLite by so many threads."""
    crowd = Crowd(size=threads, known=known)
    sides = {
        "ours": side(partial(sqlite_mall, "sale", people if known else nobody), Ours, crowd),
        "floor": side(sqlite_file, lambda url: SqliteFloor(url, threads, known=known), crowd),
    }
    return Contest(name=name, unit="claims/s", sides=sides, checked=_CHECKED)


def against(name: str, ours: Side, floor: Side, **more: Side) -> Contest:
    """Claims a second of any two sides."""
    return Contest(name=name, unit="claims/s", sides={"ours": ours, "floor": floor, **more}, checked=_CHECKED)


_KNOWN_MALL = partial(postgres_mall, "sale", people)


def guarded(name: str, threads: int) -> Contest:
    """Claims under a second limit, in a month, and a budget."""
    crowd = Crowd(size=threads)
    ours = side(_KNOWN_MALL, lambda url: Ours(url, WATCHES), crowd)
    return against(name, ours, side(postgres_database, lambda url: FloorGuarded(url, threads), crowd))


def in_processes(name: str, threads: int) -> Contest:
    """Claims by two processes; the floor has all threads in one."""
    crowd = Crowd(size=threads)
    ours = side(_KNOWN_MALL, OursInProcesses, crowd)
    return against(name, ours, side(postgres_database, lambda url: Floor(url, threads), crowd))


def joined(name: str, threads: int) -> Contest:
    """Claims that the host pays for inside its own transaction."""
    crowd = Crowd(size=threads)
    ours = side(_KNOWN_MALL, OursJoined, crowd)
    return against(name, ours, side(postgres_database, lambda url: FloorSession(url, threads), crowd))


def beside_redis(name: str, threads: int) -> Contest:
    """Claims beside a gate in Redis."""
    crowd = Crowd(size=threads)
    return against(name, side(_KNOWN_MALL, Ours, crowd), side(RedisGate.server, RedisGate, crowd))


def beside_embedded(name: str, threads: int) -> Contest:
    """Claims on SQLite beside the peer's reservations: by its own settings, and as `bare` synced like ours."""
    ours = side(partial(sqlite_mall, "sale", people), Ours, Crowd(size=threads))
    return against(name, ours, reservations(threads), bare=reservations(threads, durable=True))


ROWS = (
    on_postgres("claims.pg.lone", 1, lone=True),
    on_postgres("claims.pg.16", 16, bare=True),
    on_postgres("claims.pg.16.newcomers", 16, known=False),
    on_postgres("claims.pg.64", 64, bare=True),
    on_postgres("claims.pg.64.newcomers", 64, known=False),
    guarded("claims.pg.64.guarded", 64),
    on_postgres("claims.pg.256", 256, bare=True),
    on_postgres("claims.pg.256.newcomers", 256, known=False),
    in_processes("claims.pg.processes", 64),
    joined("claims.pg.joined", 16),
    on_sqlite("claims.sqlite.64", 64),
    on_sqlite("claims.sqlite.64.newcomers", 64, known=False),
    beside_redis("claims.vs_redis.64", 64),
    beside_embedded("peer.embedded.lone", 1),
    beside_embedded("peer.embedded.32", 32),
)
