"""
Verifies a mall: recomputes everything that can be recomputed, and names each difference in words.

The journal is what the rest is compared with. Every balance is the sum of its postings. Every wallet's
history adds up to its lots less its debt and agrees with its changes. What a deal holds is what it booked.
What was put on sale is what was loaded. Every receipt has as many changes as it says. Every
drawn code belongs to the one it was drawn for. Every record is found by what it names, and every record,
timer, event, code, version and release is what the last change that wrote it says. Journal rows and
receipts have digests of their own.

This detects edits, whoever made them, not forgers: there is no key in a digest, so whoever can
write to the database can compute it anew. All is read in one snapshot, in pages; what has to be
compared is kept as sums, or on disk. Where anything differs all is read once more, for the names of what does.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING

import attrs

from quanyi.adapters.codec import Codec
from quanyi.adapters.sql.audit.booked import Books
from quanyi.adapters.sql.audit.kept import Kept
from quanyi.adapters.sql.audit.scan import UNTOLD, Difference, Scan
from quanyi.adapters.sql.formats import DIGESTED, flagged
from quanyi.adapters.sql.reconciliation import Reconciliation
from quanyi.adapters.sql.tables import tables_of
from quanyi.entitlements.plays.records import BUILTIN_RECORDS
from quanyi.entitlements.records import Record

if TYPE_CHECKING:
    from sqlalchemy import Connection, Engine

__all__ = ["Difference", "Report", "verify"]


@attrs.frozen(kw_only=True)
class Report:
    """
    The result of a check.

    Attributes:
        rows: How many rows of each table were read.
        differences: At most as many as were asked for; `more` counts the rest.
        failed: Decisions in which a campaign broke. That is no difference: what it broke on waits in the outbox.
        unwitnessed: Rows that a program without digests wrote; none may be left once the
            formats are raised (`quanyi db formats`).
    """

    mall: str
    rows: Mapping[str, int]
    differences: tuple[Difference, ...]
    more: int = 0
    failed: int = 0
    unwitnessed: int = 0

    @property
    def good(self) -> bool:
        """Whether there is no difference."""
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
    """Check a whole mall; at most *limit* differences are described one by one."""
    tables, codec = tables_of(prefix, schema), Codec(records)
    with _snapshot(engine) as connection:
        strict = flagged(connection, tables) >= DIGESTED

        def look(*, named: bool) -> Scan:
            with Reconciliation.open(named=named) as ledger:
                return _look(Scan(connection, tables, mall, codec, ledger, strict=strict))

        scan = look(named=False)
        if scan.doubtful:  # read again, now with the names of what differs
            scan = look(named=True)
    found = scan.found[:limit]
    return Report(
        mall=mall,
        rows=scan.rows,
        differences=tuple(found),
        more=len(scan.found) - len(found),
        failed=scan.failed,
        unwitnessed=scan.unwitnessed,
    )


@contextmanager
def _snapshot(engine: Engine) -> Iterator[Connection]:
    """A connection in a transaction that sees one moment of the database."""
    # One read transaction of SQLite is a snapshot anyway.
    level = {} if engine.dialect.name == "sqlite" else {"isolation_level": "REPEATABLE READ"}
    with engine.connect().execution_options(**level) as connection:
        yield connection


def _look(scan: Scan) -> Scan:
    """Read all tables, and compare."""
    Books(scan).look()
    Kept(scan).look()
    _compare(scan)
    return scan


def _compare(scan: Scan) -> None:
    """Note what differs, once everything is read."""
    ledger = scan.ledger
    scan.doubtful = ledger.doubtful()
    before = len(scan.found)
    _describe(scan, ledger)
    scan.doubtful |= not ledger.named and len(scan.found) > before


def _describe(scan: Scan, ledger: Reconciliation) -> None:
    """Describe every difference; without names if the ledger keeps none."""
    for code, words in _WORDS.items():
        for name, booked, stands in ledger.unequal(code):
            if not _may_be(code, booked, stands, strict=scan.strict):
                scan.tell(code, words.format(name=name, booked=booked, stands=stands))
    for name in ledger.onesided("balance"):
        scan.tell("balance", f"{name}: its row is gone, its postings come to 0")
    for name, code, said, found in ledger.contradicted():
        if said == UNTOLD or (said is None and not scan.strict):
            scan.undigested(code or "record", name)
        elif found is None:
            scan.tell("record", f"{name} is gone")
        elif said is None:
            scan.tell(code, f"{name} was written by no change of the journal")
        else:
            scan.tell(code, f"{name} is not as it was written")


def _may_be(code: str, booked: int, stands: int, *, strict: bool) -> bool:
    """Whether two numbers that differ are no difference all the same."""
    if code == "timer":  # called off and rung at once, or a host's key like a timer's
        return bool(stands or not booked)
    return code == "lookup" and not strict and booked > stands  # a release that knew no look-ups wrote the record


_WORDS = {
    "balance": "{name}: {stands} stands there, its postings come to {booked}",
    "wallet": "{name}: lots less debt are {stands}, its history comes to {booked}",
    "entry": "{name}: the history says {stands}, the journal {booked}",
    "held": "{name}: {stands} is held, the placed deal set aside {booked}",
    "loaded": "{name}: {stands} is said to be on sale, {booked} was loaded",
    "receipt": "the receipt {name} stands for {stands} changes, the journal has {booked}",
    "code": "{name}: {stands} codes are there, {booked} were drawn",
    "stash": "the code {name} is there {stands} times, it was brought in {booked} times",
    "lookup": "the look-up {name}: it stands there {stands} times, records say it {booked} times",
    "timer": "the timer {name}: it was set {booked} times, it waits or has rung {stands} times",
}
