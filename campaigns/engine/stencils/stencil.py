"""
A stencil: what the decisions on alike requests have in common, as rows with slots in them.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

import attrs

from quanyi.campaigns.engine.stencils.examples import Example, NoExample
from quanyi.campaigns.engine.stencils.explain import Explained
from quanyi.campaigns.engine.stencils.slots import Columns, Fixed, Slot
from quanyi.entitlements.accounts import Account
from quanyi.entitlements.derivations import derivations
from quanyi.entitlements.inputs import Decision, Receipt
from quanyi.entitlements.ports import RowsOf

__all__ = ["Moved", "Own", "Stencil", "matches", "stencil_of"]

_OPENED, _MOVED = "opened", "moved"


@attrs.frozen(kw_only=True)
class Moved:
    """A balance that every one of the requests moves: by how much, and up to which bound."""

    account: Account
    delta: int
    cap: int | None


@attrs.frozen(kw_only=True, eq=False)
class Own:
    """A balance of the request's own, that it opens or moves: its id, the fields of its account, by how much."""

    id: Slot
    account: Account
    parts: tuple[Slot, ...]
    delta: int
    cap: int | None


@attrs.frozen(kw_only=True, eq=False)
class _Answer:
    """The receipt: what is the same in all, and the slots of the values of its answer."""

    receipt: Receipt
    names: tuple[str, ...]
    slots: tuple[Slot, ...]


@attrs.frozen(kw_only=True, eq=False)
class Stencil:
    """
    The rows and the receipt of alike requests.

    It holds where the balances that it moves have room, and where nothing that it makes is there already.

    Attributes:
        alike: What its requests have in common.
        shared: The balances that all of its requests move.
        own: The balances that each request has for itself, such as its place in a limit per user.
        rows: The rows of one request, by table, each as the slots of its columns.
        made: The ids of the records and balances that come into being with it.
        lasts: How long after the request its first timer is due; None if it sets none.
        epoch: The set of campaigns that it was made under.
    """

    alike: Hashable
    epoch: int
    shared: tuple[Moved, ...]
    own: tuple[Own, ...]
    rows: Mapping[str, tuple[tuple[Slot, ...], ...]]
    made: tuple[Slot, ...]
    lasts: timedelta | None
    _answer: _Answer

    def tables(self, columns: Columns) -> dict[str, list[tuple[Any, ...]]]:
        """The rows of many requests, by table."""
        return {
            table: [row for form in forms for row in columns.rows(form)] for table, forms in self.rows.items() if forms
        }

    def receipts(self, columns: Columns) -> Iterator[Receipt]:
        """The receipts of many requests."""
        same, names = self._answer.receipt, self._answer.names
        answers = columns.rows(self._answer.slots) if names else iter([()] * columns.count)
        for key, at, values in zip(columns.given["key"], columns.given["at"], answers, strict=True):
            yield Receipt(
                key=key,
                type=same.type,
                at=at,
                decisions=same.decisions,
                answer=dict(zip(names, values, strict=True)),
                by=same.by,
            )

    def slots(self) -> Iterator[Slot]:
        """Every slot of its rows, and of the ids of what it moves."""
        yield from (slot for forms in self.rows.values() for form in forms for slot in form)
        yield from (own.id for own in self.own)


def stencil_of(alike: Hashable, epoch: int, example: Example, rows_of: RowsOf) -> Stencil:
    """The stencil of *example*. Raises NoExample where its rows can't be explained."""
    with derivations() as derived:
        tables = rows_of(example.writing)
    instants = {value for rows in tables.values() for row in rows for value in row if isinstance(value, datetime)}
    explained = Explained(example.given, [*example.derived, *derived], instants)
    shared = {write.account.id for write in example.shared}
    if any(row[0] not in shared for row in tables.get(_MOVED, ())):
        raise NoExample("it moves balances that are no need of it")
    forms = {table: tuple(map(explained.row, rows)) for table, rows in tables.items() if table != _MOVED}
    due = [emit.emit.at for emit in example.writing.timers if emit.emit.at is not None]
    found = Stencil(
        alike=alike,
        epoch=epoch,
        shared=tuple(Moved(account=w.account, delta=w.after - (w.before or 0), cap=w.cap) for w in example.shared),
        own=tuple(_own(example, explained)),
        rows=forms,
        made=tuple(form[0] for table in (_OPENED, "made") for form in forms.get(table, ())),
        lasts=min(due) - example.ask.at if due else None,
        answer=_answer(example.receipt, explained),
    )
    if explained.unused(found.slots()):
        raise NoExample("something that it derives from the request is in no row: it may have decided")
    return found


def matches(stencil: Stencil, example: Example, rows_of: RowsOf) -> bool:
    """Whether *stencil* says the same as the ordinary decision of *example*, row by row and byte by byte."""
    columns = Columns({name: [value] for name, value in example.given.items()}, 1)
    ordinary = {table: rows for table, rows in rows_of(example.writing).items() if table != _MOVED}
    shared = {(write.account, write.after - (write.before or 0), write.cap) for write in example.shared}
    return (
        {table: sorted(rows, key=repr) for table, rows in stencil.tables(columns).items()}
        == {table: sorted(rows, key=repr) for table, rows in ordinary.items() if rows}
        and list(stencil.receipts(columns)) == [example.receipt]
        and {(moved.account, moved.delta, moved.cap) for moved in stencil.shared} == shared
    )


def _own(example: Example, explained: Explained) -> Iterator[Own]:
    for write in example.own:
        account = write.account
        yield Own(
            id=explained.of(account.id),
            account=account,
            parts=explained.row(account.parts),
            delta=write.after,
            cap=write.cap,
        )


def _answer(receipt: Receipt, explained: Explained) -> _Answer:
    for decision in receipt.decisions:
        _insist_on_sameness(decision, explained)
    slots = tuple(map(explained.of, receipt.answer.values()))
    return _Answer(receipt=receipt, names=tuple(receipt.answer), slots=slots)


def _insist_on_sameness(decision: Decision, explained: Explained) -> None:
    """The decisions of a receipt are shared by all, so nothing in them may differ."""
    texts = [value for value in attrs.astuple(decision, recurse=False) if isinstance(value, str)]
    if decision.given or decision.facts or any(not isinstance(explained.of(text), Fixed) for text in texts):
        raise NoExample("its decisions are not the same for all")
