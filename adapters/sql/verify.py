"""
Recompute everything that can be recomputed, and name each difference in words.

The journal is the witness: every balance is the sum of its postings, every wallet's history adds
up to its lots less its debt, what a deal holds is what it booked, what was put on sale is what
was loaded, every receipt stands for as many changes as it says, and every drawn code belongs to
the one it was drawn for. All is read in one snapshot, in pages; sums are kept on disk.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import attrs
from sqlalchemy import ColumnElement, Table, select, tuple_

from quanyi.adapters.codec import Codec, account_in, posting_in
from quanyi.adapters.sql.scratch import Scratch
from quanyi.adapters.sql.tables import Tables, tables_of
from quanyi.entitlements.accounts import Account, digest16, held
from quanyi.entitlements.errors import StorageError
from quanyi.entitlements.records import BUILTIN_RECORDS, Deal, Loaded, Record

if TYPE_CHECKING:
    from sqlalchemy import Connection, Engine, Row

__all__ = ["Difference", "Report", "verify"]

_PAGE = 1_000
_NOTHING_BOOKED = frozenset({"failed", "refused", "skipped"})


@attrs.frozen(kw_only=True)
class Difference:
    """
    Something that does not come out.

    Attributes:
        code: ``balance``, ``wallet``, ``history``, ``held``, ``loaded``, ``receipt``, ``code``,
            ``stash``, ``account``, ``record``.
        message: What, in words and numbers.
    """

    code: str
    message: str

    def __str__(self) -> str:
        return f"{self.code}: {self.message}"


@attrs.frozen(kw_only=True)
class Report:
    """
    What was looked at, and what was found.

    Attributes:
        rows: How many rows of each table were read.
        differences: At most as many as were asked for; `more` counts the rest.
    """

    mall: str
    rows: Mapping[str, int]
    differences: tuple[Difference, ...]
    more: int = 0

    @property
    def good(self) -> bool:
        """Whether everything comes out."""
        return not self.differences


def verify(
    engine: Engine,
    mall: str = "default",
    *,
    records: Iterable[type[Record]] = BUILTIN_RECORDS,
    prefix: str = "quanyi_",
    schema: str | None = None,
    limit: int = 1_000,
) -> Report:
    """Look at a whole mall; at most *limit* differences are told one by one."""
    with _snapshot(engine) as connection, Scratch.open() as scratch:
        audit = _Audit(connection, tables_of(prefix, schema), mall, Codec(records), scratch)
        audit.run()
        found = audit.found[:limit]
    return Report(mall=mall, rows=audit.rows, differences=tuple(found), more=len(audit.found) - len(found))


@contextmanager
def _snapshot(engine: Engine) -> Iterator[Connection]:
    """A connection that sees one moment."""
    # One read transaction of SQLite is a snapshot anyway.
    level = {} if engine.dialect.name == "sqlite" else {"isolation_level": "REPEATABLE READ"}
    with engine.connect().execution_options(**level) as connection:
        yield connection


class _Audit:
    """One run: pages in, pairs of numbers into the scratch, differences out."""

    def __init__(self, connection: Connection, tables: Tables, mall: str, codec: Codec, scratch: Scratch) -> None:
        self.found: list[Difference] = []
        self.rows: dict[str, int] = {}
        self._connection, self._tables, self._mall = connection, tables, mall
        self._codec, self._scratch = codec, scratch

    def run(self) -> None:
        """Read every table once, then compare."""
        tables = self._tables
        self._each(tables.journal, self._journal, tables.journal.c.number)
        self._each(tables.balance, self._balance, tables.balance.c.id)
        self._each(tables.record, self._record, tables.record.c.number)
        self._each(tables.receipt, self._receipt, tables.receipt.c.id)
        self._each(tables.code, self._code, tables.code.c.number)
        self._history()
        for code, words in _WORDS.items():
            for name, booked, stands in self._scratch.unequal(code):
                self._tell(code, words.format(name=name, booked=booked, stands=stands))

    def _tell(self, code: str, message: str) -> None:
        self.found.append(Difference(code=code, message=message))

    # --- reading -----------------------------------------------------------------------------

    def _each(self, table: Table, look: Any, *key: ColumnElement[Any]) -> None:
        name = table.name.removeprefix(self._tables.prefix)
        self.rows[name] = 0
        for row in self._pages(table, *key):
            self.rows[name] += 1
            look(row)

    def _pages(self, table: Table, *key: ColumnElement[Any]) -> Iterator[Row[Any]]:
        """All rows of the mall in the order of *key*, page by page."""
        query = select(table).where(table.c.mall == self._mall).order_by(*key).limit(_PAGE)
        page = self._connection.execute(query).all()
        while page:
            yield from page
            last = [getattr(page[-1], column.name) for column in key]
            page = self._connection.execute(query.where(tuple_(*key) > tuple_(*last))).all()

    # --- the tables --------------------------------------------------------------------------

    def _journal(self, row: Any) -> None:
        lines = self._codec.lines_in(row.lines)
        imports = any(line[0] == "stash" for line in lines)
        self._scratch.add("receipt", bytes(row.input), f"of {row.campaign or 'the mall'}/{row.rule}", booked=1)
        for line in lines:
            if line[0] == "post":
                self._posting(line, imports=imports)
            elif line[0] == "draw":
                _, pool, count, owner = line
                self._scratch.add("code", digest16(pool, owner), f"{owner} from pool {pool}", booked=count)
            elif line[0] == "stash":
                for pool, id_ in line[1:]:
                    self._scratch.add("stash", digest16(pool, id_), f"{id_} in pool {pool}", booked=1)

    def _posting(self, line: list[Any], *, imports: bool) -> None:
        posting = posting_in(line)
        for account, amount in ((posting.source, -posting.amount), (posting.destination, posting.amount)):
            if not account.outside:
                self._scratch.add("balance", account.id, _words(account), booked=amount)
        for account, other, amount in (
            (posting.destination, posting.source, posting.amount),
            (posting.source, posting.destination, -posting.amount),
        ):
            if other.outside and other.parts == ("loaded",) and not imports and account.kind in ("quota", "stock"):
                thing = (account.kind, *account.parts[:2])
                self._scratch.add("loaded", digest16(*thing), " ".join(thing), booked=amount)

    def _balance(self, row: Any) -> None:
        account = account_in([row.kind, row.unit, *json.loads(row.parts)])
        self._scratch.add("balance", bytes(row.id), _words(account), stands=row.balance)
        if (account.id, account.floor, account.holder) != (bytes(row.id), row.floor, row.holder):
            self._tell("account", f"{_words(account)}: id, floor or holder of the row is not its own")
        if account.kind == "held":
            self._scratch.add("held", account.id, _words(account), stands=row.balance)
        if account.holder is not None:
            wallet = (account.holder, account.unit)
            self._scratch.add("wallet", digest16(*wallet), _wallet(*wallet), stands=row.balance)

    def _record(self, row: Any) -> None:
        try:
            record = self._codec.record_in(row.kind, row.shape, row.body)
        except (StorageError, TypeError, ValueError, KeyError) as error:
            self._tell("record", f"{row.kind} number {row.number} can't be read: {error}")
            return
        name = f"{row.kind} {'/'.join(record.parts) if row.kind != 'person' else row.holder}"
        for column, value in _columns(record).items():
            if getattr(row, column) != value:
                self._tell("record", f"{name}: the column {column} says {getattr(row, column)!r}, the body {value!r}")
        if bytes(row.id) != record.key.id:
            self._tell("record", f"{name} is kept under another record's id")
        if isinstance(record, Deal) and record.phase == "placed":
            self._deal(record)
        elif isinstance(record, Loaded):
            self._scratch.add("loaded", digest16(*record.thing), " ".join(record.thing), stands=record.total)

    def _deal(self, deal: Deal) -> None:
        """A placed deal holds what its moves set aside."""
        for move in deal.moves:
            if move.destination == held(deal.id, move.destination.unit):
                account = move.destination
                self._scratch.add("held", account.id, _words(account), booked=move.amount)

    def _receipt(self, row: Any) -> None:
        receipt = self._codec.receipt_in(row.body)
        changes = sum(decision.outcome not in _NOTHING_BOOKED for decision in receipt.decisions)
        self._scratch.add("receipt", bytes(row.id), f"of {receipt.type} {receipt.key}", stands=changes)

    def _code(self, row: Any) -> None:
        self._scratch.add("stash", digest16(row.pool, row.id), f"{row.id} in pool {row.pool}", stands=1)
        if row.owner is not None:
            self._scratch.add("code", digest16(row.pool, row.owner), f"{row.owner} from pool {row.pool}", stands=1)

    def _history(self) -> None:
        """Each line of a wallet's history follows from the line before."""
        entry = self._tables.entry
        wallet, balance, count = ("", ""), 0, 0
        for row in self._pages(entry, entry.c.holder, entry.c.unit, entry.c.number):
            count += 1
            if (row.holder, row.unit) != wallet:
                wallet, balance = (row.holder, row.unit), 0
            balance += row.amount
            self._scratch.add("wallet", digest16(*wallet), _wallet(*wallet), booked=row.amount)
            if row.balance != balance:
                words = f"{_wallet(*wallet)}, line {row.number}: it says {row.balance}, its amounts come to {balance}"
                self._tell("history", words)
                balance = row.balance
        self.rows["entry"] = count


_WORDS = {
    "balance": "{name}: {stands} stands there, its postings come to {booked}",
    "wallet": "{name}: lots less debt are {stands}, its history comes to {booked}",
    "held": "{name}: {stands} is held, the placed deal set aside {booked}",
    "loaded": "{name}: {stands} is said to be on sale, {booked} was loaded",
    "receipt": "the receipt {name} stands for {stands} changes, the journal has {booked}",
    "code": "{name}: {stands} codes are there, {booked} were drawn",
    "stash": "the code {name} is there {stands} times, it was brought in {booked} times",
}


def _columns(record: Record) -> dict[str, Any]:
    """What the row's columns must say."""
    return {
        "kind": record.kind,
        "holder": record.holder,
        "phase": record.phase,
        "campaign": record.campaign,
        "campaign_version": record.version,
        "item": record.item,
        "due_at": record.due_at,
    }


def _words(account: Account) -> str:
    return f"{account.kind} {'/'.join(account.parts)} in {account.unit}"


def _wallet(holder: str, unit: str) -> str:
    return f"wallet of {holder} in {unit}"
