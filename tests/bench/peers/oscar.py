"""django-oscar as a side of a row: whole voucher redemptions on the same PostgreSQL, one client."""

from __future__ import annotations

import atexit
import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache

import attrs
from sqlalchemy import URL

from tests.bench.contest import Figure
from tests.bench.peers.talk import Peer, peer
from tests.bench.servers import drop_database, new_database, url_of

__all__ = ["redemptions"]

MOST_PER_SECOND = 60
"""Vouchers that wait for each second: more than the shop redeems."""


@attrs.frozen
class _Redemptions:
    shop: Peer

    def measure(self, seconds: float) -> Figure:
        self.shop.ask(vouchers=int(MOST_PER_SECOND * seconds) + 2)
        told = self.shop.ask(seconds=seconds)
        return Figure(value=told["per_second"], p50_ms=told["p50_ms"], p99_ms=told["p99_ms"])

    def check(self, figure: Figure) -> Sequence[str]:
        books = self.shop.ask()
        made = books.pop("made")
        return [f"{name} is {number}, {made} were redeemed" for name, number in books.items() if number != made]


@contextmanager
def redemptions() -> Iterator[_Redemptions]:
    """The shop, in a database that its tables are made in once."""
    with peer("django-oscar", "oscar.py", _database()) as shop:
        yield _Redemptions(shop)


@cache
def _database() -> str:
    name = new_database()
    atexit.register(drop_database, name)
    return json.dumps(_django(url_of(name)))


def _django(url: URL) -> dict[str, str]:
    """A database's address in Django's words."""
    return {
        "NAME": str(url.database),
        "USER": url.username or "",
        "PASSWORD": url.password or "",
        "HOST": url.host or "",
        "PORT": str(url.port or ""),
    }
