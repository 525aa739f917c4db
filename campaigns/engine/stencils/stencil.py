"""
A stencil: what the decisions on alike requests have in common, as rows with slots in them.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import attrs

from quanyi.campaigns.engine.stencils.answer import Answer, answer_of
from quanyi.campaigns.engine.stencils.examples import LEAST, Example, NoExample, sum_of
from quanyi.campaigns.engine.stencils.explain import Explained
from quanyi.campaigns.engine.stencils.slots import Columns, Fixed, Given, Slot, given_in
from quanyi.entitlements.accounts import Account
from quanyi.entitlements.derivations import derivations
from quanyi.entitlements.ports import RowsOf
from quanyi.entitlements.records import RecordKey

__all__ = ["Absent", "Form", "Moved", "Own", "Purse", "Stencil", "matches", "stencil_of"]

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

    @property
    def personal(self) -> bool:
        """Whether it belongs to the request's holder, and not to a source alone."""
        return any(isinstance(part, Given) and part.name == "holder" for part in self.parts)


@attrs.frozen(kw_only=True, eq=False)
class Purse:
    """
    A wallet of the request's holder, and the one lot of it that it puts points into.

    Attributes:
        debt: The id of the row that stands for the wallet.
        lot: The id of the lot; `parts` are the fields of its account.
        delta: How many points.
    """

    unit: str
    debt: Slot
    lot: Slot
    parts: tuple[Slot, ...]
    delta: int


@attrs.frozen(kw_only=True, eq=False)
class Absent:
    """A record that the request needs, and that is not there."""

    kind: str
    parts: tuple[Slot, ...]


@attrs.frozen(kw_only=True, eq=False)
class Form:
    """
    The rows and the receipt for one state of the wallets.

    Attributes:
        rows: The rows of one request, by table, each as the slots of its columns.
        made: The ids of the records and balances that come into being with it.
        early: Those of its slots that follow from the request alone, whatever is stored.
    """

    rows: Mapping[str, tuple[tuple[Slot, ...], ...]]
    made: tuple[Slot, ...]
    answer: Answer
    early: tuple[Slot, ...]

    def table(self, name: str, columns: Columns) -> list[tuple[Any, ...]]:
        """The rows of many requests in one table."""
        return [row for form in self.rows[name] for row in columns.rows(form)]

    def slots(self) -> Iterator[Slot]:
        """Every slot of its rows."""
        yield from (slot for forms in self.rows.values() for form in forms for slot in form)


@attrs.frozen(kw_only=True, eq=False)
class Stencil:
    """
    The rows and the receipts of alike requests.

    It holds where the balances that it moves have room, where nothing is owed, and where nothing that it makes is there
    already.

    Attributes:
        alike: What its requests have in common.
        epoch: The set of campaigns that it was made under.
        shared: The balances that all of its requests move.
        own: The balances that each request has for itself, such as its place in a limit per user.
        purses: The wallets that each request puts points into.
        absent: The records that must not be there.
        forms: By the units whose lot is there.
        lasts: How long after the request its first timer is due; None if it sets none that follows it.
        until: When its first timer is due that falls due at one instant for all; None if it sets none.
    """

    alike: Hashable
    epoch: int
    shared: tuple[Moved, ...]
    own: tuple[Own, ...]
    purses: tuple[Purse, ...]
    absent: tuple[Absent, ...]
    forms: Mapping[frozenset[str], Form]
    lasts: timedelta | None
    until: datetime | None

    def outlasts(self, at: datetime, moment: datetime) -> bool:
        """Whether no timer that a request of the instant *at* sets is due by *moment*."""
        return (self.lasts is None or moment - at < self.lasts) and (self.until is None or moment < self.until)


@attrs.frozen(kw_only=True, eq=False)
class _Told:
    """What one example tells of a stencil."""

    form: Form
    own: tuple[Own, ...]
    purses: tuple[Purse, ...]
    absent: tuple[Absent, ...]
    due: tuple[tuple[Slot, datetime], ...]


def stencil_of(alike: Hashable, epoch: int, examples: Sequence[Example], rows_of: RowsOf) -> Stencil:
    """
    The stencil of *examples*, one for each state of the wallets, the one first where no lot is there.

    Raises:
        NoExample: Their rows can't be explained, or they differ in more than the wallets.
    """
    told = [_told(example, alike, rows_of) for example in examples]
    first, shared = examples[0], _shared(examples[0])
    if any(_shared(example) != shared for example in examples):
        raise NoExample("what all move depends on what somebody has")
    later = [at - first.ask.at for slot, at in told[0].due if not isinstance(slot, Fixed)]
    fixed = [at for slot, at in told[0].due if isinstance(slot, Fixed)]
    return Stencil(
        alike=alike,
        epoch=epoch,
        shared=shared,
        own=told[-1].own,  # the slots of the most frequent form, so that their columns are made once
        purses=told[0].purses,
        absent=told[0].absent,
        forms={example.there: one.form for example, one in zip(examples, told, strict=True)},
        lasts=min(later, default=None),
        until=min(fixed, default=None),
    )


def matches(stencil: Stencil, example: Example, rows_of: RowsOf) -> bool:
    """Whether *stencil* says the same as the ordinary decision of *example*, row by row and byte by byte."""
    form = stencil.forms.get(example.there)
    if form is None:
        return False
    columns = Columns({name: [value] for name, value in example.given.items()}, 1)
    ordinary = {table: rows for table, rows in rows_of(example.writing).items() if table != _MOVED}
    purses = next(columns.rows([slot for purse in stencil.purses for slot in (purse.debt, purse.lot)]), ())
    return (
        {name: sorted(form.table(name, columns), key=repr) for name in form.rows}
        == {table: sorted(rows, key=repr) for table, rows in ordinary.items() if rows}
        and list(form.answer.receipts(columns)) == [example.receipt]
        and set(stencil.shared) == set(_shared(example))
        and purses == tuple(id_ for one in example.gains for id_ in (one.debt.id, one.lot.account.id))
        and [purse.delta for purse in stencil.purses] == [one.gained for one in example.gains]
    )


def _shared(example: Example) -> tuple[Moved, ...]:
    """What all requests move, in one order for all examples: needs come in none."""
    writes = sorted(example.shared, key=lambda write: write.account.id)
    return tuple(Moved(account=w.account, delta=w.after - (w.before or 0), cap=w.cap) for w in writes)


def _told(example: Example, alike: Hashable, rows_of: RowsOf) -> _Told:
    with derivations() as derived:
        tables = rows_of(example.writing)
    shared = {write.account.id for write in example.shared}
    there = {one.lot.account.id for one in example.gains if one.there}
    if any(row[0] not in shared | there for row in tables.get(_MOVED, ())):
        raise NoExample("it moves balances that are no need of it")
    told = {table: rows for table, rows in tables.items() if table != _MOVED}
    values = {value for rows in told.values() for row in rows for value in row}
    sums = [sum_of(one.unit) for one in example.gains]
    explained = Explained(example.given, [*example.derived, *derived], values, sums)
    rows = {table: tuple(map(explained.row, rows)) for table, rows in told.items()}
    made = tuple(form[0] for table in (_OPENED, "made") for form in rows.get(table, ()))
    slots = {id(slot): slot for forms in rows.values() for form in forms for slot in form}.values()
    early = tuple(slot for slot in slots if given_in(slot).isdisjoint({LEAST, *sums}))
    form = Form(rows=rows, made=made, answer=answer_of(example, alike, explained), early=early)
    due = [emit.emit.at for emit in example.writing.timers if emit.emit.at is not None]
    found = _Told(
        form=form,
        own=tuple(_own(example, explained)),
        purses=tuple(_purses(example, explained)),
        absent=tuple(_absent(key, explained) for key in example.absent),
        due=tuple((explained.of(at), at) for at in due),
    )
    ids = [*(own.id for own in found.own), *(slot for purse in found.purses for slot in (purse.debt, purse.lot))]
    if explained.unused([*form.slots(), *ids]):
        raise NoExample("something that it derives from the request is in no row: it may have decided")
    return found


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


def _purses(example: Example, explained: Explained) -> Iterator[Purse]:
    for one in example.gains:
        account = one.lot.account
        yield Purse(
            unit=one.unit,
            debt=explained.of(one.debt.id),
            lot=explained.of(account.id),
            parts=explained.row(account.parts),
            delta=one.gained,
        )


def _absent(key: RecordKey, explained: Explained) -> Absent:
    return Absent(kind=key.kind, parts=explained.row(key.parts))
