"""
The ports: what the domain asks of the world.

Every port has one to four methods and a public in-memory implementation. `adapters.conformance` proves a store.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Any, Literal, NamedTuple, Protocol, Self

import attrs

from quanyi.entitlements.accounts import Account
from quanyi.entitlements.changes import Changes, Draw, Emit, SealedCode
from quanyi.entitlements.code_shelf import Vault
from quanyi.entitlements.inputs import FORMULA, Receipt
from quanyi.entitlements.needs import ById, Need, Picture, Short, Timer
from quanyi.entitlements.plain import Plain
from quanyi.entitlements.records import Record, RecordKey
from quanyi.entitlements.releases import Release, Shelf, VersionWrite

__all__ = [
    "BalanceWrite",
    "ChangeWrite",
    "Clock",
    "EmitWrite",
    "Entry",
    "EntryWrite",
    "Facts",
    "Ids",
    "Kept",
    "MakesRows",
    "ReceiptWrite",
    "RecordWrite",
    "RowsOf",
    "Store",
    "Transaction",
    "Vault",
    "Views",
    "Way",
    "Writing",
]


class Clock(Protocol):
    """The one authority on time."""

    def now(self) -> datetime:
        """The present instant, aware, in UTC."""
        ...


class Ids(Protocol):
    """Where random ids come from."""

    def new(self) -> str:
        """An id that nobody can guess and nobody else gets."""
        ...


class Facts(Protocol):
    """What the host knows about its users."""

    def facts(self, user: str) -> Mapping[str, Any]:
        """The declared profile values of *user*; missing ones are left out."""
        ...


# --- what is written ---------------------------------------------------------------------------


@attrs.frozen(kw_only=True)
class BalanceWrite:
    """
    One account's net move in a batch.

    Attributes:
        before: The balance that was locked; None where there was no row, so one is inserted.
        cap: The bound that the batch's own postings declared, if any.
    """

    account: Account
    before: int | None
    after: int
    cap: int | None = None


@attrs.frozen(kw_only=True)
class RecordWrite:
    """A record's last state in a batch; `before` is the version that must be stored, None where there is no record."""

    record: Record
    before: int | None
    after: int


@attrs.frozen(kw_only=True)
class ChangeWrite:
    """
    One `Changes` as the journal keeps it.

    Attributes:
        id: 16 bytes: the input's id, the campaign and the place in the chain of follow-ups.
        input: The id of the input that came from outside, see `Input.root`.
        decided_at: The instant it was decided at.
        by: Who acted, where it was not the user; the same for what follows from it, None for a timer.
    """

    id: bytes
    input: bytes
    decided_at: datetime
    changes: Changes
    by: str | None = None


@attrs.frozen(kw_only=True)
class EmitWrite:
    """An outbox row, or a timer if `emit.at` is set; `id` is 16 bytes and unique."""

    id: bytes
    emit: Emit
    emitted_at: datetime


@attrs.frozen(kw_only=True)
class ReceiptWrite:
    """
    A key that is taken from now on, with its receipt; see `Kept` for *digest* and *formula*.

    Attributes:
        holder: Who asked, or whom the event is about; None for nobody.
        input: The id by which changes name what came under the key, see `Input.root`; None where that is *id*.
    """

    id: bytes
    digest: bytes
    receipt: Receipt
    formula: int = FORMULA
    holder: str | None = None
    input: bytes | None = None


class Kept(NamedTuple):
    """
    What is stored of a key that is taken.

    Attributes:
        digest: The content that came under it.
        formula: How it was computed, see `Input.digest_by`; `holder`, `input`: as in `ReceiptWrite`, where the store says so.
    """

    digest: bytes
    receipt: Receipt
    formula: int = FORMULA
    holder: str | None = None
    input: bytes | None = None


Way = Literal["in", "out"]
"""Which way points went: into a wallet or out of it."""


@attrs.frozen(kw_only=True)
class Entry(Plain):
    """
    One line of a wallet's history, newest first in lists.

    Attributes:
        amount: Signed, in the unit's smallest part.
        balance: The wallet's balance after it (lots less debt).
        label: ``earn``, ``spend``, ``refund``, ``expire``, ``takeback``…
        campaign: Which campaign it comes from.
        by: Who acted, where it was not the user.
        number: The place in the mall's journal: what to pass as *before* for the next page.
        record: The id of the deal's record that was written with it, in hex; empty where it is about none.
        deal: That deal's number, and `item` what it is about; a store leaves them empty, `Queries.entries` fills them in.
    """

    number: int
    at: datetime
    unit: str
    amount: int
    balance: int
    label: str
    campaign: str
    rule: str
    by: str | None = None
    record: str = ""
    deal: str = ""
    item: str = ""


@attrs.frozen(kw_only=True)
class EntryWrite:
    """One line of a holder's wallet history: one thing that one change did to one unit of one wallet, by its label."""

    change: bytes
    holder: str
    entry: Entry


MakesRows = Callable[[], Sequence[tuple[Any, ...]]]
"""Computes the rows of one table."""


@attrs.frozen(kw_only=True)
class Writing:
    """
    Everything one batch writes, every row once with its final value.

    `balances` and `records` are sorted by id. `rung` names timers that have done their work.
    `release` takes the place of the one with the epoch before it, or is a Conflict.

    Attributes:
        seen: Owners whose card codes were looked at for the first time.
        rows: Further rows like those that `Store.rows` makes, in any order: by table, what computes them.
        moment: The instant at which records are said to be changed, where `rows` say one too.
    """

    balances: tuple[BalanceWrite, ...] = ()
    records: tuple[RecordWrite, ...] = ()
    changes: tuple[ChangeWrite, ...] = ()
    draws: tuple[Draw, ...] = ()
    stash: tuple[SealedCode, ...] = ()
    seen: tuple[str, ...] = ()
    outbox: tuple[EmitWrite, ...] = ()
    timers: tuple[EmitWrite, ...] = ()
    rung: tuple[bytes, ...] = ()
    receipts: tuple[ReceiptWrite, ...] = ()
    entries: tuple[EntryWrite, ...] = ()
    versions: tuple[VersionWrite, ...] = ()
    release: Release | None = None
    rows: Mapping[str, MakesRows] = attrs.field(factory=dict)
    moment: datetime | None = None


RowsOf = Callable[[Writing], Mapping[str, Sequence[tuple[Any, ...]]]]
"""What makes the rows of a writing, by table; the first column is the row's id wherever it has one."""


class Transaction(Protocol):
    """
    One transaction: locks until its end, writes once.

    Attributes:
        alone: Whether nobody else can write until it ends. Then `lock` may be called again, for more.
        locks_people: Whether the records of all people in it must be locked, or an erasure would not wait for it.
    """

    @property
    def alone(self) -> bool: ...
    @property
    def locks_people(self) -> bool: ...

    def holders(self, people: Collection[RecordKey]) -> Mapping[RecordKey, str]:
        """The holders of those people who have a record. Nothing is locked. Call it before `lock`."""
        ...

    def lock(
        self,
        needs: Iterable[Need],
        now: datetime,
        keys: Sequence[bytes] = (),
        short: Short | None = None,
        deciding: Collection[bytes] = (),
        by_id: ById | None = None,
        meanwhile: Callable[[], object] | None = None,
    ) -> Picture:
        """
        Lock what exists of *needs*, in sorted order, and read it; with the timers that wake on these needs and are
        due, `DUE_AT_ONCE` at most.

        Args:
            keys: Ids that `known` will be asked for next: a store may look at them once everything is locked.
            short: How much is missing where: the picture also names the oldest due timers that move so much, and those
                that move an unknown amount, `DUE_AT_ONCE` for each at most, unless it is full without.
            deciding: Timers that the caller decides itself: what they move is in no sum.
            by_id: Rows to lock by their ids alone; only of a store that has `Store.rows`.
            meanwhile: Work that needs nothing of what is read. A store may let it be done while the database is looking;
                it is never done otherwise.
        """
        ...

    def known(self, ids: Sequence[bytes]) -> Mapping[bytes, Kept]:
        """What is stored of those keys that are taken. Call it after `lock`."""
        ...

    def write(self, writing: Writing) -> None:
        """
        Write all of it, or nothing.

        Raises:
            Conflict: A row was not as it was read, or was inserted by somebody else; a pool has too few codes. It is raised
                here, or at the end of the block by a store that sends the writes together with the commit.
        """
        ...


class Store(Shelf, Protocol):
    """The store of one mall."""

    def begin(self) -> AbstractContextManager[Transaction]:
        """
        Open a transaction that commits at the end of the block, and rolls back on any exception.
        A store that joined a host's transaction uses a savepoint and never commits.
        """
        ...

    def peek(
        self, needs: Iterable[Need], now: datetime, short: Short | None = None, deciding: Collection[bytes] = ()
    ) -> Picture:
        """Read without locking; nothing scarce may be decided on it. *short* and *deciding* are those of `Transaction.lock`."""
        ...

    @property
    def rows(self) -> RowsOf | None:
        """Makes the rows of a writing, for a stencil; None where the store has no rows."""
        ...

    @property
    def joined(self) -> bool:
        """Whether it is part of a host's transaction."""
        ...

    def due(self, now: datetime, limit: int, after: Timer | None = None) -> Sequence[Timer]:
        """Timers that are due, oldest first, and by id at one instant; those behind *after* if it is given."""
        ...

    def held(self, needs: Collection[Need]) -> frozenset[Need] | None:
        """Which of *needs* have rows that other transactions hold; None where the store can't tell."""
        ...

    def join(self, connection: Any) -> Self:
        """The same mall inside a transaction that the host has begun and will end."""
        ...


class Views(Protocol):
    """What screens read. Nothing scarce may be decided on any of it."""

    def lots(self, holder: str) -> Sequence[tuple[Account, int]]:
        """All the holder's lots and debts that are not zero, in every unit."""
        ...

    def entries(
        self, holder: str, unit: str, *, limit: int = 50, before: int | None = None, way: Way | None = None
    ) -> Sequence[Entry]:
        """The wallet's history, newest first; *way* leaves out what went the other way."""
        ...

    def records(
        self,
        kind: str,
        *,
        holder: str | None = None,
        phase: str | None = None,
        campaign: str | None = None,
        item: str | None = None,
        due_by: datetime | None = None,
        after: RecordKey | None = None,
        limit: int = 100,
    ) -> Sequence[Record]:
        """
        Records of one kind, newest first.

        Args:
            item: Only those of this thing.
            due_by: Only those that are due at that instant or were before.
            after: Only what was made before that record; nothing where there is no such record.
        """
        ...

    def find(self, kind: str, name: str, value: str, *, limit: int = 100) -> Sequence[Record]:
        """Records of one kind whose last state names *value* under *name* (`Record.lookups`), newest first."""
        ...

    def receipt(self, id: bytes) -> Receipt | None:  # noqa: A002  (the word for it)
        """The receipt kept under a key's id."""
        ...
