"""
What the fake supplier keeps: purchases, its catalogue, our balance, call-backs to be sent; in memory, or in a SQLite file.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from threading import RLock
from typing import Any

import attrs

from quanyi.adapters.suppliers.fake.switches import Switches

__all__ = ["Book", "DueCallback", "Listed", "Purchase"]

_TABLES = """
CREATE TABLE IF NOT EXISTS purchase (reference TEXT PRIMARY KEY, due REAL, body TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS callback (id INTEGER PRIMARY KEY, due REAL NOT NULL, body TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS fact (name TEXT PRIMARY KEY, body TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS asked (name TEXT PRIMARY KEY, times INTEGER NOT NULL);
"""


@attrs.frozen(kw_only=True)
class Listed:
    """A thing in the fake's catalogue; prices are whole parts of a hundred, a stock of -1 is without bound."""

    sku: str
    name: str
    price: int
    stock: int = -1
    on_sale: bool = True
    charges: bool = False


@attrs.frozen(kw_only=True)
class Purchase:
    """One purchase as the fake keeps it; `state` is PROCESSING, DELIVERED, FAILED or CANCELLED."""

    reference: str
    number: str
    sku: str
    quantity: int
    account: Mapping[str, str]
    cost: int
    state: str = "PROCESSING"
    codes: Sequence[str] = ()
    fails: bool = False

    @property
    def final(self) -> bool:
        """Whether nothing more becomes of it."""
        return self.state != "PROCESSING"


@attrs.frozen(kw_only=True)
class DueCallback:
    """A call-back to be sent: `wrong` is empty, or ``forged`` or ``stale``."""

    reference: str
    wrong: str = ""
    copies: int = 1
    tries: int = 0


_CATALOGUE = (
    Listed(sku="music-month", name="Music, one month", price=1200, stock=100_000),
    Listed(sku="film-ticket", name="Film ticket", price=3000),
    Listed(sku="phone-100", name="Phone credit 100", price=9700, charges=True),
    Listed(sku="old-game", name="Old game", price=500, stock=0, on_sale=False),
)
_BALANCE = 100_000_000


class Book:
    """
    The fake's books: one change at a time, committed before it is answered, so that a kill loses nothing that was said.

    Args:
        file: Where they are kept; in memory unless given.
    """

    def __init__(self, file: Path | None = None) -> None:
        self._lock = RLock()
        self._db = sqlite3.connect(file or ":memory:", check_same_thread=False, isolation_level=None)
        self._db.execute("PRAGMA journal_mode = WAL")
        self._db.execute("PRAGMA synchronous = NORMAL")  # a kill of the process loses nothing; a power cut may
        self._db.executescript(_TABLES)
        with self.change():
            if self.fact("balance") is None:
                self.put_fact("balance", _BALANCE)
                self.put_fact("catalogue", [attrs.asdict(each) for each in _CATALOGUE])

    @contextmanager
    def change(self) -> Iterator[None]:
        """Everything inside is kept, or nothing."""
        with self._lock:
            if self._db.in_transaction:
                yield
                return
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield
            except BaseException:
                self._db.execute("ROLLBACK")
                raise
            self._db.execute("COMMIT")

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._db.close()

    def fact(self, name: str) -> Any:
        """A value that is kept by name; None if there is none."""
        found = self._one("SELECT body FROM fact WHERE name = ?", name)
        return None if found is None else json.loads(found[0])

    def put_fact(self, name: str, value: Any) -> None:
        """Keep a value by name."""
        self._do("INSERT OR REPLACE INTO fact VALUES (?, ?)", name, json.dumps(value))

    @property
    def switches(self) -> Switches:
        """How the switches stand."""
        return Switches().changed(self.fact("switches") or {})

    def set_switches(self, said: Mapping[str, Any]) -> Switches:
        """Change switches; InputError for what there is not."""
        with self.change():
            found = self.switches.changed(said)
            self.put_fact("switches", found.to_dict())
        return found

    def catalogue(self) -> dict[str, Listed]:
        """What is listed, by name."""
        return {each["sku"]: Listed(**each) for each in self.fact("catalogue")}

    def put_listed(self, listed: Listed) -> None:
        """Change one thing of the catalogue."""
        self.put_fact("catalogue", [attrs.asdict(each) for each in (self.catalogue() | {listed.sku: listed}).values()])

    def asked(self, name: str) -> int:
        """Count a request: how often it has come, with this one."""
        with self.change():
            self._do("INSERT INTO asked VALUES (?, 1) ON CONFLICT (name) DO UPDATE SET times = times + 1", name)
            found = self._one("SELECT times FROM asked WHERE name = ?", name)
        return int(found[0]) if found else 1

    def purchase(self, reference: str) -> Purchase | None:
        """The purchase under a reference, if there is one."""
        found = self._one("SELECT body FROM purchase WHERE reference = ?", reference)
        return None if found is None else Purchase(**json.loads(found[0]))

    def purchases(self) -> list[Purchase]:
        """All of them, in the order in which they came."""
        return [Purchase(**json.loads(body)) for (body,) in self._all("SELECT body FROM purchase ORDER BY rowid")]

    def latest(self, most: int) -> list[Purchase]:
        """The last ones, the newest first."""
        found = self._all("SELECT body FROM purchase ORDER BY rowid DESC LIMIT ?", most)
        return [Purchase(**json.loads(body)) for (body,) in found]

    def put_purchase(self, purchase: Purchase, due: datetime | None) -> None:
        """Keep a purchase, which goes on at *due*."""
        at = None if due is None else due.timestamp()
        body = json.dumps(attrs.asdict(purchase))
        text = "INSERT INTO purchase VALUES (?, ?, ?) ON CONFLICT (reference) DO UPDATE SET due = ?2, body = ?3"
        self._do(text, purchase.reference, at, body)

    def due_purchases(self, now: datetime) -> list[Purchase]:
        """Those that go on by now."""
        found = self._all("SELECT body FROM purchase WHERE due <= ? ORDER BY due LIMIT 100", now.timestamp())
        return [Purchase(**json.loads(body)) for (body,) in found]

    def add_callback(self, callback: DueCallback, due: datetime) -> None:
        """Have a call-back sent at *due*."""
        body = json.dumps(attrs.asdict(callback))
        self._do("INSERT INTO callback (due, body) VALUES (?, ?)", due.timestamp(), body)

    def due_callbacks(self, now: datetime) -> list[tuple[int, DueCallback]]:
        """Call-backs to be sent by now, with their ids."""
        found = self._all("SELECT id, body FROM callback WHERE due <= ? ORDER BY due LIMIT 100", now.timestamp())
        return [(int(id_), DueCallback(**json.loads(body))) for id_, body in found]

    def drop_callback(self, id_: int) -> None:
        """Send a call-back no more."""
        self._do("DELETE FROM callback WHERE id = ?", id_)

    def _do(self, text: str, *values: Any) -> None:
        with self._lock:
            self._db.execute(text, values)

    def _one(self, text: str, *values: Any) -> tuple[Any, ...] | None:
        with self._lock:
            found: tuple[Any, ...] | None = self._db.execute(text, values).fetchone()
        return found

    def _all(self, text: str, *values: Any) -> list[tuple[Any, ...]]:
        with self._lock:
            return self._db.execute(text, values).fetchall()
