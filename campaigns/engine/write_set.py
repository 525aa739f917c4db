"""
The write set: collects what a batch writes, every row once with its final value.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from heapq import heappop, heappush
from typing import TYPE_CHECKING

import attrs

from quanyi.entitlements.accounts import Account, debt, digest16
from quanyi.entitlements.changes import (
    CallOff,
    Changes,
    CodesSeen,
    Draw,
    Emit,
    InContext,
    Posting,
    Put,
    SealedCode,
    Stash,
)
from quanyi.entitlements.inputs import Input, Receipt
from quanyi.entitlements.needs import LotsOf, Timer
from quanyi.entitlements.picture import View
from quanyi.entitlements.ports import (
    BalanceWrite,
    ChangeWrite,
    EmitWrite,
    Entry,
    EntryWrite,
    ReceiptWrite,
    RecordWrite,
    Writing,
)
from quanyi.entitlements.records import Deal

if TYPE_CHECKING:
    from quanyi.campaigns.engine.stencils.stamping import Stamped

__all__ = ["WriteSet"]


class WriteSet:
    """Collects the changes of a batch in the order in which they were decided."""

    def __init__(self, view: View, newcomers: Sequence[RecordWrite] = ()) -> None:
        self._view = view
        self._newcomers = newcomers
        self._changes: list[ChangeWrite] = []
        self._entries: list[EntryWrite] = []
        self._receipts: list[ReceiptWrite] = []
        self._rung: list[bytes] = []
        self._heard: set[str | None] = set()
        self._caps: dict[Account, int] = {}
        self._purses: dict[LotsOf, int] = {}
        self._ahead: list[tuple[datetime, int, bytes, int, Emit]] = []

    def book(self, ask: Input, changes: Changes, ordinal: int) -> None:
        """Add one decision's changes."""
        if ask.counted:  # behind all others: the id of an event goes by the place of its line
            changes = attrs.evolve(changes, lines=(*changes.lines, InContext(values=ask.counted)))
        id_ = digest16("change", ask.root.hex(), changes.because.campaign, str(ordinal))
        self._changes.append(ChangeWrite(id=id_, input=ask.root, decided_at=ask.at, changes=changes, by=ask.by))
        moves = [line for line in changes.lines if isinstance(line, Posting)]
        for move in moves:
            if move.cap is not None:
                self._caps[move.destination] = max(move.cap, self._caps.get(move.destination, 0))
        self._enter(self._changes[-1], moves)
        for n, line in enumerate(changes.lines):
            if isinstance(line, Emit) and line.at is not None:
                heappush(self._ahead, (line.at, len(self._changes), id_, n, line))

    def put_off(self, now: datetime) -> Timer | None:
        """The first timer set in this batch that is due by *now*; each is returned once, None if there is none."""
        if not self._ahead or self._ahead[0][0] > now:
            return None
        at, _, change, n, line = heappop(self._ahead)
        return Timer(id=_emit_id(line, change, n), event=line.event, due_at=at, data=line.data, holder=line.holder)

    def receipt(self, ask: Input, receipt: Receipt) -> None:
        """Add the receipt for an input, in the form that is stored."""
        kept = ReceiptWrite(id=ask.id, digest=ask.digest, receipt=receipt, holder=ask.holder, input=ask.root)
        self._receipts.append(kept)
        self._heard.update((ask.holder, *ask.holders.values()))
        if ask.due:
            self._rung.append(bytes.fromhex(ask.key))

    def heard(self, ask: Input) -> None:
        """Note who an input is from, so that a newcomer is remembered."""
        self._heard.add(ask.holder)

    def latest(self) -> datetime | None:
        """The latest instant of what was decided here; None if nothing was."""
        return max((write.decided_at for write in self._changes), default=None)

    def writing(self, stamped: Stamped | None = None) -> Writing | None:
        """
        Everything to write; None if nothing was decided.

        Args:
            stamped: What stencils decided.
        """
        if not self._receipts and stamped is None:
            return None
        lines = [line for write in self._changes for line in write.changes.lines]
        emits = self._emits()
        timers = [emit for emit in emits if emit.emit.at is not None]
        gone = [*self._rung, *(line.record.id for line in lines if isinstance(line, CallOff))]
        own = {emit.id for emit in timers} & set(gone)
        return Writing(
            balances=self._balances(stamped),
            records=self._records(),
            changes=tuple(self._changes),
            draws=tuple(line for line in lines if isinstance(line, Draw)),
            stash=_stashed(lines),
            seen=tuple(line.owner for line in lines if isinstance(line, CodesSeen)),
            outbox=tuple(emit for emit in emits if emit.emit.at is None),
            timers=tuple(emit for emit in timers if emit.id not in own),
            rung=tuple(id_ for id_ in dict.fromkeys(gone) if id_ not in own),
            receipts=tuple(self._receipts),
            entries=tuple(self._entries),
            rows={} if stamped is None else stamped.rows,
            moment=None if stamped is None else stamped.moment,
        )

    # --- wallets -----------------------------------------------------------------------------

    def _enter(self, change: ChangeWrite, moves: Sequence[Posting]) -> None:
        """Write a line of history for every wallet that the moves touched, and for each thing that they did to it."""
        deltas: dict[tuple[LotsOf, str], int] = {}
        for move in moves:
            for account, sign in ((move.source, -1), (move.destination, 1)):
                if account.holder is not None:
                    thing = LotsOf(account.holder, account.unit), move.label
                    deltas[thing] = deltas.get(thing, 0) + sign * move.amount
        for (purse, label), delta in deltas.items():
            if delta:
                self._entries.append(self._entry(change, purse, delta, label))

    def _entry(self, change: ChangeWrite, purse: LotsOf, delta: int, label: str) -> EntryWrite:
        before = self._purses.get(purse)
        balance = (self._opening(purse) if before is None else before) + delta
        self._purses[purse] = balance
        entry = Entry(
            number=0,
            at=change.decided_at,
            unit=purse.unit,
            amount=delta,
            balance=balance,
            label=label,
            campaign=change.changes.because.campaign,
            rule=change.changes.because.rule,
            by=change.by,
            record=_deal_in(change.changes),
        )
        return EntryWrite(change=change.id, holder=purse.holder, entry=entry)

    def _opening(self, purse: LotsOf) -> int:
        """The wallet's balance before this batch: lots less debt."""
        picture = self._view.picture
        accounts = (*picture.lots.get(purse, ()), debt(purse.holder, purse.unit))
        return sum(picture.balances.get(account, 0) for account in accounts)

    # --- rows --------------------------------------------------------------------------------

    def _balances(self, stamped: Stamped | None) -> tuple[BalanceWrite, ...]:
        """The balances that moved; and with each new lot the debt account of its wallet."""
        for account, cap in stamped.caps.items() if stamped is not None else ():
            self._caps[account] = max(cap, self._caps.get(account, 0))
        before = self._view.picture.balances
        touched = dict(self._view.balances)
        # A new lot is invisible to those who wait for the wallet, so the row that they wait for must exist.
        anchors = {debt(a.parts[0], a.unit) for a in touched if a.kind == "lot" and a not in before}
        for anchor in anchors:
            touched.setdefault(anchor, before.get(anchor, 0))
        writes = [
            BalanceWrite(account=account, before=before.get(account), after=after, cap=self._caps.get(account))
            for account, after in touched.items()
            if before.get(account) != after or account in anchors
        ]
        # Sorted like the locks: new rows are first locked by being inserted.
        return tuple(sorted(writes, key=lambda write: write.account.id))

    def _records(self) -> tuple[RecordWrite, ...]:
        before = self._view.picture.records
        writes = [newcomer for newcomer in self._newcomers if newcomer.record.holder in self._heard]
        for key, (record, version) in self._view.records.items():
            if record is not None and version is not None:
                stood = before[key][1] if key in before else None
                writes.append(RecordWrite(record=record, before=stood, after=version))
        return tuple(sorted(writes, key=lambda write: write.record.key.id))

    def _emits(self) -> list[EmitWrite]:
        return [
            EmitWrite(id=_emit_id(line, write.id, n), emit=line, emitted_at=write.decided_at)
            for write in self._changes
            for n, line in enumerate(write.changes.lines)
            if isinstance(line, Emit)
        ]


def _emit_id(emit: Emit, change: bytes, n: int) -> bytes:
    """The id of an event; the timer of a record has the record's id."""
    return emit.of.id if emit.of is not None else digest16("emit", change.hex(), str(n))


def _stashed(lines: Sequence[object]) -> tuple[SealedCode, ...]:
    return tuple(code for line in lines if isinstance(line, Stash) for code in line.codes)


def _deal_in(changes: Changes) -> str:
    """The id, in hex, of the deal's record that a change wrote; empty for none."""
    put = (line.record for line in changes.lines if isinstance(line, Put) and line.record.kind == Deal.kind)
    return next((record.key.id.hex() for record in put), "")
