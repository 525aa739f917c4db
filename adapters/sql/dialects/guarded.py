"""
One statement that writes everything of a batch, and fails as a whole if any guard says no.

Each table's rows come in as arrays, one per column; or, where there are few rows, value by value, which
spares both sides the arrays. A row that must be new is inserted plainly: a
unique index raises the error if it is there already. An update raises nothing where a guard says
no, so the steps that update are counted, and the statement compares the counts with the numbers of
rows. If they differ, it divides by zero. It must raise an error inside the database: the COMMIT
travels in the same message, so nobody could look at the counts before it.

A statement depends only on which tables have rows; one with values, also on how many. So there are few
different ones, and they stay prepared.

A large writing goes as several statements of this sort, each for some of the tables, in the same order. The server
writes the first tables while the rows of the next ones are computed. A statement that fails takes the transaction along.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from typing import Any

import attrs
from sqlalchemy import Table
from sqlalchemy.dialects import postgresql

from quanyi.adapters.sql.dialects.arrays import Bytes, Column, Numbers, column_of
from quanyi.adapters.sql.rows import Batch, Rows
from quanyi.adapters.sql.tables import Tables

__all__ = ["Forms", "guarded", "name_of"]

_Form = tuple[tuple[int, tuple[str, ...], int], ...]
"""For each step: its place, its columns, and how many rows it has where they go value by value, else 0."""

_preparer = postgresql.dialect().identifier_preparer  # type: ignore[no-untyped-call]
_CONDITIONS = {"after": Numbers, "before": Numbers, "cap": Numbers, "delta": Numbers, "id": Bytes}


def name_of(table: Table) -> str:
    """The table's name with its schema, quoted for statements."""
    return _preparer.format_table(table)


_FORMS = 32


@attrs.define
class Forms:
    """
    Which writings go value by value.

    Args:
        few: Writings with so many rows for each table, or fewer.
        most: How many different forms of them are taken, so that plans and their memory stay bounded. The
            first ones that come are; whatever else comes goes as arrays.
    """

    few: int = 0
    most: int = _FORMS
    _taken: set[tuple[Tables, _Form]] = attrs.field(factory=set, init=False)

    def form(self, tables: Tables, batches: Sequence[tuple[int, Batch]]) -> _Form:
        """The form of the statement for *batches*."""
        if all(len(batch) <= self.few for _, batch in batches):
            form = tuple((place, batch.columns, len(batch)) for place, batch in batches)
            if (tables, form) in self._taken:
                return form
            if len(self._taken) < self.most:
                self._taken.add((tables, form))
                return form
        return tuple((place, batch.columns, 0) for place, batch in batches)


def guarded(rows: Rows, tables: Tables, mall: str, forms: Forms) -> Iterator[tuple[str, list[Any]]]:
    """
    The statements and their parameters: ``$1`` is the mall, the rows follow. None if there are no rows.

    Where there are several, the rows of each may be computed only as it is asked for.
    """
    together = [range(len(_STEPS))] if len(rows.receipts) <= forms.few else _PARTS
    for places in together:
        batches = [(place, batch) for place in places if (batch := _batch(rows, _STEPS[place]))]
        if batches:
            yield _one(batches, tables, mall, forms)


def _one(batches: Sequence[tuple[int, Batch]], tables: Tables, mall: str, forms: Forms) -> tuple[str, list[Any]]:
    """The statement that writes *batches*."""
    form, values = forms.form(tables, batches), list[Any]([mall])
    for (place, columns, count), (_, batch) in zip(form, batches, strict=True):
        kinds = _kinds(getattr(tables, _STEPS[place].table), columns)
        if count:
            values += [
                None if value is None else kind.raw(value)
                for row in batch.rows
                for kind, value in zip(kinds, row, strict=True)
            ]
        else:
            values += [kind(column) for kind, column in zip(kinds, batch.by_column(), strict=True)]
    return _statement(tables, form), values


@attrs.frozen
class _Step:
    """
    What is done with the rows of one table.

    Attributes:
        counted: Whether the statement must find that it was done to each of them: so where it raises no error itself.
    """

    rows: str
    table: str
    write: Callable[[str, tuple[str, ...], str], str]
    counted: bool = False


def _batch(rows: Rows, step: _Step) -> Batch:
    found = getattr(rows, step.rows)
    return found if isinstance(found, Batch) else Batch(("id",), [(timer,) for timer in found])


@lru_cache(maxsize=512)
def _kinds(table: Table, columns: tuple[str, ...]) -> list[type[Column]]:
    """The kind of value in each column of the table, and in those that only conditions use."""
    return [column_of(table.c[name].type) if name in table.c else _CONDITIONS[name] for name in columns]


@lru_cache(maxsize=256)
def _statement(tables: Tables, form: _Form) -> str:
    """The statement of this form."""
    done, counted, parameter = [], [], 2
    for place, columns, count in form:
        step = _STEPS[place]
        table = getattr(tables, step.table)
        source = _values(table, columns, count, parameter) if count else _arrays(columns, parameter)
        write = step.write(name_of(table), columns, source)
        done.append(f"step{place} as ({write}{' returning 1' if step.counted else ''})")
        if step.counted:
            counted.append(f"(select count(*) from step{place}) = {count or f'cardinality(${parameter})'}")
        parameter += len(columns) * (count or 1)
    # PostgreSQL runs steps that nobody counts from the last to the first. Written backwards they run as in `_STEPS`,
    # in which every other driver writes too: in different orders two writers of the same new rows could wait in a ring.
    # False is 0, and dividing by it fails the transaction, so the COMMIT that follows unasked can't commit it.
    return f"with {', '.join(reversed(done))} select 1 / ({' and '.join(counted) or 'true'})::int"


def _arrays(columns: tuple[str, ...], first: int) -> str:
    """The rows as one parameter for each column, beginning with number *first*."""
    numbers = range(first, first + len(columns))
    return f"unnest({', '.join(f'${number}' for number in numbers)}) u({', '.join(columns)})"


def _values(table: Table, columns: tuple[str, ...], count: int, first: int) -> str:
    """So many rows as one parameter for each value, whose type the cast tells the server."""
    number, kinds = itertools.count(first), _kinds(table, columns)
    rows = [f"({', '.join(f'${next(number)}::{kind.sql}' for kind in kinds)})" for _ in range(count)]
    return f"(values {', '.join(rows)}) u({', '.join(columns)})"


def _insert(table: str, columns: tuple[str, ...], source: str) -> str:
    """Insert rows that must be new: one that is there already is a unique violation, which fails all."""
    return f"insert into {table} (mall, {', '.join(columns)}) select $1, u.* from {source}"


def _insert_new(table: str, columns: tuple[str, ...], source: str) -> str:
    """Insert the rows that are new, and leave those alone which are there already."""
    return f"{_insert(table, columns, source)} on conflict do nothing"


def _found(table: str, key: str) -> str:
    """A join that finds each row by its key, one after the other, whatever the planner's statistics say."""
    return f" cross join lateral (select ctid from {table} where mall = $1 and {key} = u.id offset 0) k"


def _move(table: str, _columns: tuple[str, ...], source: str) -> str:
    after = "b.balance + u.delta"
    return (
        f"update {table} b set balance = {after} from {source}{_found(table, 'id')}"
        f" where b.ctid = k.ctid and b.balance = u.before"
        f" and (b.floor is null or {after} >= b.floor)"
        f" and (u.cap is null or {after} <= greatest(u.cap, b.balance))"
    )


def _change(table: str, columns: tuple[str, ...], source: str) -> str:
    values = ", ".join(f"{name} = u.{name}" for name in columns if name not in {"id", "before", "after"})
    return (
        f"update {table} r set {values}, version = u.after from {source}{_found(table, 'id')}"
        f" where r.ctid = k.ctid and r.version = u.before"
    )


def _hush(table: str, _columns: tuple[str, ...], source: str) -> str:
    return f"delete from {table} w using {source}{_found(table, 'timer')} where w.ctid = k.ctid"


def _ring(table: str, _columns: tuple[str, ...], source: str) -> str:
    return f"delete from {table} t using {source}{_found(table, 'id')} where t.ctid = k.ctid"


def _forget(table: str, _columns: tuple[str, ...], source: str) -> str:
    """Delete the look-ups by which changed records are found no longer. Those that stay are not touched."""
    kept = f"select id, array_remove(array_agg(value), null) stays from {source} group by id"
    here = f"select ctid, value from {table} where mall = $1 and record = u.id offset 0"
    return (
        f"delete from {table} w using ({kept}) u cross join lateral ({here}) k"
        f" where w.ctid = k.ctid and not (k.value = any(u.stays))"
    )


_STEPS = (
    _Step("receipts", "receipt", _insert),
    _Step("moved", "balance", _move, counted=True),
    _Step("opened", "balance", _insert),
    _Step("changed", "record", _change, counted=True),
    _Step("made", "record", _insert),
    _Step("forgotten", "lookup", _forget),
    _Step("named", "lookup", _insert_new),
    _Step("journal", "journal", _insert),
    _Step("entries", "entry", _insert),
    _Step("outbox", "outbox", _insert),
    _Step("first_timers", "timer", _insert),
    _Step("first_wakes", "wake", _insert),
    _Step("timers", "timer", _insert_new),
    _Step("wakes", "wake", _insert_new),
    _Step("rung", "wake", _hush),
    _Step("rung", "timer", _ring),
    _Step("codes", "code", _insert),
    _Step("versions", "version", _insert_new),
)

_PARTS = (range(3), range(3, 7), range(7, 9), range(9, len(_STEPS)))
"""The steps of a large writing, statement by statement: the server writes each while the next one is made ready."""
