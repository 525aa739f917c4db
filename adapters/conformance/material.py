"""
What the suites write: small, and every piece with its own name.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from hashlib import blake2b
from typing import Any, Protocol

from quanyi.entitlements.accounts import Account, digest16, held, lot, quota, stock
from quanyi.entitlements.changes import Because, Changes, Emit, Line, Posting, SealedCode
from quanyi.entitlements.inputs import Receipt
from quanyi.entitlements.listings import Snapshots
from quanyi.entitlements.needs import Need, Picture
from quanyi.entitlements.ports import (
    BalanceWrite,
    ChangeWrite,
    EmitWrite,
    Entry,
    EntryWrite,
    ReceiptWrite,
    RecordWrite,
    Store,
    Views,
    Writing,
)
from quanyi.entitlements.records import Deal, Record, RecordKey
from quanyi.entitlements.releases import Shelf

__all__ = [
    "GOLD",
    "HALL",
    "LATER",
    "NOW",
    "PILE",
    "WholeStore",
    "balance",
    "change",
    "code",
    "deal",
    "emit",
    "entry",
    "put",
    "read",
    "receipt",
    "write",
]

NOW = datetime(2026, 3, 8, 4, 0, 0, 123456, tzinfo=UTC)
LATER = NOW + timedelta(hours=1)
PILE = quota("afternoon", "iphone14")
HALL = stock("video_month")
GOLD = lot("h-ann", "points", datetime(2026, 4, 1, tzinfo=UTC))


class WholeStore(Store, Views, Shelf, Snapshots, Protocol):
    """Everything a store promises."""


def balance(account: Account, before: int | None, after: int, cap: int | None = None) -> BalanceWrite:
    """A move of one account."""
    return BalanceWrite(account=account, before=before, after=after, cap=cap)


def put(record: Record, before: int | None = None) -> RecordWrite:
    """A record's next version."""
    return RecordWrite(record=record, before=before, after=(before or 0) + 1)


def deal(name: str, **fields: Any) -> Deal:
    """A placed deal."""
    given = {"holder": "h-ann", "phase": "placed", "campaign": "afternoon", "item": "iphone14", **fields}
    return Deal(id=name, placed_at=NOW, **given)


def change(name: str, *lines: Line, rule: str = "place") -> ChangeWrite:
    """A change with some lines, or with one posting."""
    because = Because(campaign="afternoon", version="v1", rule=rule, source=("order", name))
    some = lines or (Posting(source=PILE, destination=held(name, "pieces"), amount=1, label="place"),)
    changes = Changes(because=because, holder="h-ann", lines=some)
    return ChangeWrite(id=digest16("change", name), input=digest16("input", name), decided_at=NOW, changes=changes)


def emit(
    name: str,
    at: datetime | None = None,
    *wakes: Any,
    gives: Mapping[Account, int] | None = None,
    of: RecordKey | None = None,
) -> EmitWrite:
    """An event for the outbox, or a timer."""
    given = tuple((gives or {}).items())
    about = Emit(
        event="deal.lapse", data={"deal": name, "at": NOW}, at=at, wakes=wakes, gives=given, of=of, holder="h-ann"
    )
    return EmitWrite(id=of.id if of is not None else digest16("emit", name), emit=about, emitted_at=NOW)


def receipt(name: str, **answer: Any) -> ReceiptWrite:
    """A key that is taken."""
    kept = Receipt(key=name, type="order.place", at=NOW, answer=answer)
    return ReceiptWrite(id=digest16("key", name), digest=digest16("content", name), receipt=kept)


def entry(number: int, holder: str = "h-ann", unit: str = "points") -> EntryWrite:
    """A line of a wallet's history; *number* is its amount."""
    line = Entry(
        number=0, at=NOW, unit=unit, amount=number, balance=number, label="earn", campaign="afternoon", rule="give"
    )
    return EntryWrite(change=digest16("change", f"entry/{number}"), holder=holder, entry=line)


def code(name: str, pool: str = "videos") -> SealedCode:
    """A sealed code."""
    return SealedCode(
        id=name, pool=pool, sealed=f"sealed {name}".encode(), key_id="k1", blind=blake2b(name.encode()).digest()[:32]
    )


def write(store: Store, **parts: Any) -> None:
    """Write in a transaction of its own."""
    with store.begin() as tx:
        tx.write(Writing(**parts))


def read(store: Store, *needs: Need, now: datetime = NOW, short: Mapping[Account, int] | None = None) -> Picture:
    """Lock and read in a transaction of its own."""
    with store.begin() as tx:
        return tx.lock(needs, now, (), short)
