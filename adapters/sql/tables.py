"""
The tables, for one prefix and schema.

Every unique key begins with the mall. Where they can, the indexes of lists begin with something else: without statistics,
a planner would choose one of those to find a single row by the mall alone. Ids are 16-byte digests of typed keys. Rows are
only added, except in `balance`, `record`, `code` (its owner, when it was seen, and its seal), `timer`/`wake` (deleted once decided), `outbox` (deleted once
taken), `lookup`, `mark`, `api_key`, `webhook`, and the sums; and except for what an erasure forgets.

=============  ==================================================================================
table          a row is
=============  ==================================================================================
``balance``    what is in one account now; guarded by its floor
``record``     the latest state of one deal, entitlement, person…
``journal``    one `Changes`: every line of it, and why
``entry``      one line of a wallet's history
``outbox``     one event for one sink
``timer``      one event that is due later
``wake``       one account or record at which a due timer is decided first
``receipt``    one key that is taken, with its receipt
``code``       one sealed card code
``version``    one immutable version of a campaign
``release``    one set of campaigns that came into force; the highest epoch is in force
``lookup``     one name under which a record can be found: an order, a code, a phone's digest
``mark``       one value of the mall itself: how far its clock has come, which worker does a job, …
``api_key``    one key for the HTTP API; the digest of its secret
``webhook``    one address that events are sent to, with its sealed secrets
``figure``     what the journal comes to on one day for one campaign and item; ``showing``: what pages say
``proposal``   one campaign that an operator writes and that is not in force yet
=============  ==================================================================================
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import attrs
from sqlalchemy import CheckConstraint, Column, Index, Integer, MetaData, PrimaryKeyConstraint, Table, UniqueConstraint

from quanyi.adapters.sql.beside import BESIDE
from quanyi.adapters.sql.by_end import BY_END
from quanyi.adapters.sql.code_table import code
from quanyi.adapters.sql.types import BODY, BYTES, COUNT, DIGEST, NAME, NUMBER, Instant

__all__ = ["Tables", "tables_of"]


@attrs.frozen(kw_only=True, eq=False)
class Tables:
    """
    The tables of one installation.

    Columns whose names need an explanation:

    ====================  =========================================================================
    ``journal.by``        who caused it: a clerk, a job; null for the person themselves
    ``journal.bodies``    for each row that this change wrote and whose content its lines don't say
                          (a record's last state in the batch, a timer, an event, a code, a version,
                          a release): its id and its digest, 32 bytes each; people are left out
    ``journal.digest``    the digest of the row's own columns
    ``journal.xact``      PostgreSQL: the transaction that wrote it; who reads the journal forward
                          stops below the oldest transaction that is still open (`quanyi.adapters.sql.forward`);
                          MariaDB: the change's place among those that were committed, given by who reads
    ``code.batch``        the code batch that it came in with; null in rows of earlier releases
    ``code.twin_of``      the blind index of its text, where ``blind`` is not made of the text alone: where equal texts are
                          as many cards
    ``code.seen_at``      when its owner first looked at it
    ``outbox.sink``       who takes it: ``host``, or another consumer
    ``outbox.order_key``  events of one sink and key are taken in order
    ``outbox.lease``      which relay has it, until ``next_at``
    ``wake.amount``       how much a due timer gives back to the key; null where it must be decided
                          before anything is read there
    ``receipt.formula``   how ``digest`` was computed: 1 over what was accepted, 2 over what was sent,
                          3 over what was sent, with holders in place of ids
    ``receipt.holder``    who asked; null for nobody, and in rows that formulas 1 and 2 are of
    ``receipt.input``     what ``journal.input`` calls the request; null where that is ``receipt.id``
    ``receipt.body_digest``, ``version.digest``, ``release.digests``
                          digests of the stored text, by which an edit is found
    ====================  =========================================================================
    """

    metadata: MetaData
    prefix: str
    schema: str | None
    balance: Table
    record: Table
    journal: Table
    entry: Table
    outbox: Table
    timer: Table
    wake: Table
    receipt: Table
    code: Table
    version: Table
    release: Table
    lookup: Table
    mark: Table
    api_key: Table
    webhook: Table
    figure: Table
    showing: Table
    proposal: Table
    trial: Table

    @property
    def version_table(self) -> str:
        """Where Alembic keeps which migration was run last."""
        return f"{self.prefix}alembic_version"

    def names(self) -> frozenset[str]:
        """The names of all tables, Alembic's own included."""
        return frozenset({table.name for table in self.metadata.tables.values()} | {self.version_table})


@lru_cache(maxsize=32)
def tables_of(prefix: str = "quanyi_", schema: str | None = None) -> Tables:
    """The tables under *prefix* in *schema*; the same objects every time."""
    meta = MetaData(schema=schema)
    made = {make.__name__.lstrip("_"): make(prefix, meta) for make in _MAKERS}
    return Tables(metadata=meta, prefix=prefix, schema=schema, **made)


def _mall() -> Column[Any]:
    return Column("mall", NAME, nullable=False)


def _id(name: str = "id") -> Column[Any]:
    return Column(name, DIGEST, nullable=False)


def _name(name: str, *, nullable: bool = False) -> Column[Any]:
    return Column(name, NAME, nullable=nullable)


def _body(name: str) -> Column[Any]:
    return Column(name, BODY, nullable=False)


def _number() -> Column[Any]:
    return Column("number", NUMBER, primary_key=True, autoincrement=True)


def _at(name: str, *, nullable: bool = False) -> Column[Any]:
    return Column(name, Instant, nullable=nullable)


def _only(column: str) -> dict[str, Any]:
    """Keep rows out of an index where *column* is null, on databases that can."""
    where = Column(column, NAME).is_not(None)
    return {"postgresql_where": where, "sqlite_where": where}


def _balance(prefix: str, meta: MetaData) -> Table:
    name = f"{prefix}balance"
    return Table(
        name,
        meta,
        _mall(),
        _id(),
        _name("kind"),
        _name("unit"),
        _name("holder", nullable=True),
        _body("parts"),
        Column("balance", COUNT, nullable=False),
        Column("floor", COUNT),
        _at("ends_at", nullable=True),
        PrimaryKeyConstraint("mall", "id", name=f"{name}_pk"),
        CheckConstraint("balance >= floor", name=f"{name}_floor"),
        Index(f"{name}_wallet", "mall", "holder", "unit", **_only("holder")),
        sqlite_with_rowid=False,
    )


def _record(prefix: str, meta: MetaData) -> Table:
    name = f"{prefix}record"
    return Table(
        name,
        meta,
        _number(),
        _mall(),
        _id(),
        _name("kind"),
        _name("holder", nullable=True),
        _name("phase"),
        _name("campaign"),
        _name("campaign_version"),
        _name("item"),
        _at("due_at", nullable=True),
        Column("shape", Integer, nullable=False),
        _body("body"),
        Column("version", COUNT, nullable=False),
        _at("made_at", nullable=True),
        _at("changed_at", nullable=True),
        UniqueConstraint("mall", "id", name=f"{name}_key"),
        Index(f"{name}_holder", "mall", "holder", "kind", "number", **_only("holder")),
        Index(f"{name}_campaign", "kind", "campaign", "mall", "number"),
        Index(f"{name}_end", "mall", "holder", "kind", "due_at", **BY_END),
    )


def _journal(prefix: str, meta: MetaData) -> Table:
    name = f"{prefix}journal"
    return Table(
        name,
        meta,
        _number(),
        _mall(),
        _id(),
        _id("input"),
        _name("campaign"),
        _name("version"),
        _name("rule"),
        _body("source"),
        _name("holder", nullable=True),
        _name("outcome"),
        _at("decided_at"),
        _body("lines"),
        _name("by", nullable=True),
        Column("bodies", BYTES),
        Column("digest", DIGEST),
        Column("xact", COUNT),
        UniqueConstraint("mall", "id", name=f"{name}_key"),
        Index(f"{name}_forward", "mall", "xact", "number", **_only("xact")),
    )


def _entry(prefix: str, meta: MetaData) -> Table:
    name = f"{prefix}entry"
    return Table(
        name,
        meta,
        _number(),
        _mall(),
        _id("change"),
        _name("holder"),
        _name("unit"),
        _at("at"),
        Column("amount", COUNT, nullable=False),
        Column("balance", COUNT, nullable=False),
        _name("label"),
        _name("campaign"),
        _name("rule"),
        Index(f"{name}_wallet", "mall", "holder", "unit", "number"),
    )


def _outbox(prefix: str, meta: MetaData) -> Table:
    name = f"{prefix}outbox"
    return Table(
        name,
        meta,
        _number(),
        _mall(),
        _id(),
        _name("event"),
        _body("data"),
        _name("holder", nullable=True),
        _at("emitted_at"),
        Column("attempts", Integer, nullable=False, server_default="0"),
        _at("next_at", nullable=True),
        _at("parked_at", nullable=True),
        Column("sink", NAME, nullable=False, server_default="host"),
        _name("order_key", nullable=True),
        _name("lease", nullable=True),
        UniqueConstraint("mall", "id", "sink", name=f"{name}_key"),
        Index(f"{name}_sink", "mall", "sink", "number"),
    )


def _timer(prefix: str, meta: MetaData) -> Table:
    name = f"{prefix}timer"
    return Table(
        name,
        meta,
        _mall(),
        _id(),
        _name("event"),
        _body("data"),
        _name("holder", nullable=True),
        _at("due_at"),
        PrimaryKeyConstraint("mall", "id", name=f"{name}_pk"),
        Index(f"{name}_due", "mall", "due_at"),
        sqlite_with_rowid=False,
    )


def _wake(prefix: str, meta: MetaData) -> Table:
    name = f"{prefix}wake"
    return Table(
        name,
        meta,
        _mall(),
        _id("key"),
        _at("due_at"),
        _id("timer"),
        Column("amount", COUNT),
        PrimaryKeyConstraint("mall", "key", "due_at", "timer", name=f"{name}_pk"),
        Index(f"{name}_timer", "timer", "mall"),
        sqlite_with_rowid=False,
    )


def _receipt(prefix: str, meta: MetaData) -> Table:
    name = f"{prefix}receipt"
    return Table(
        name,
        meta,
        _mall(),
        _id(),
        _id("digest"),
        _at("at"),
        _body("body"),
        Column("formula", Integer, nullable=False, server_default="1"),
        Column("body_digest", DIGEST),
        _name("holder", nullable=True),
        Column("input", DIGEST),
        PrimaryKeyConstraint("mall", "id", name=f"{name}_pk"),
        Index(f"{name}_holder", "mall", "holder", **_only("holder")),
        sqlite_with_rowid=False,
    )


def _version(prefix: str, meta: MetaData) -> Table:
    name = f"{prefix}version"
    return Table(
        name,
        meta,
        _mall(),
        _name("campaign"),
        _name("version"),
        _body("body"),
        _body("source"),
        Column("digest", DIGEST),
        PrimaryKeyConstraint("mall", "campaign", "version", name=f"{name}_pk"),
    )


def _release(prefix: str, meta: MetaData) -> Table:
    name = f"{prefix}release"
    return Table(
        name,
        meta,
        _mall(),
        Column("epoch", COUNT, nullable=False, autoincrement=False),
        _body("project"),
        _body("campaigns"),
        _body("paused"),
        Column("digests", BODY, nullable=False, server_default="{}"),
        PrimaryKeyConstraint("mall", "epoch", name=f"{name}_pk"),
    )


def _lookup(prefix: str, meta: MetaData) -> Table:
    name = f"{prefix}lookup"
    return Table(
        name,
        meta,
        _mall(),
        _name("kind"),
        _name("name"),
        _id("value"),
        _id("record"),
        PrimaryKeyConstraint("mall", "kind", "name", "value", "record", name=f"{name}_pk"),
        Index(f"{name}_record", "record", "mall"),
        sqlite_with_rowid=False,
    )


def _mark(prefix: str, meta: MetaData) -> Table:
    name = f"{prefix}mark"
    return Table(
        name,
        meta,
        _mall(),
        _name("name"),
        Column("number", COUNT),
        _at("at", nullable=True),
        Column("text", BODY),
        PrimaryKeyConstraint("mall", "name", name=f"{name}_pk"),
        sqlite_with_rowid=False,
    )


_BOOKS = (_balance, _record, _journal, _entry, _outbox, _timer, _wake, _receipt, code, _version, _release, _lookup)
_MAKERS = (*_BOOKS, _mark, *BESIDE)
