"""
Several lists of records in one statement: a union with a part for each listing, made once for listings of one form.
"""

from __future__ import annotations

from collections.abc import Sequence
from operator import itemgetter
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, CompoundSelect, Select, bindparam, literal_column, select, union_all

from quanyi.entitlements.listings import AT_ONCE, Listing

if TYPE_CHECKING:
    from quanyi.adapters.sql.tables import Tables

__all__ = ["Listings", "in_lists"]

_PARTS = 50
"""How many listings one statement reads at most: databases bound the parts of a union."""

_KEPT = 200
"""How many statements are kept."""

_Form = tuple[str, ...]
"""Which of its fields a listing names."""


class Listings:
    """The statements of one mall that list records."""

    def __init__(self, tables: Tables, mall: str) -> None:
        self._record, self._mall = tables.record.c, mall
        self._made: dict[tuple[_Form, ...], Select[Any] | CompoundSelect[Any]] = {}

    def portions(
        self, asked: Sequence[Listing]
    ) -> list[tuple[Sequence[Listing], Select[Any] | CompoundSelect[Any], dict[str, Any]]]:
        """The listings in portions, each with its statement and the values that it takes."""
        portions = [asked[start : start + _PARTS] for start in range(0, len(asked), _PARTS)]
        return [(some, self._statement(tuple(map(_form, some))), _values(some)) for some in portions]

    def _statement(self, forms: tuple[_Form, ...]) -> Select[Any] | CompoundSelect[Any]:
        """A union of one part for each form. Its rows are place, number, kind, shape, body."""
        made = self._made.get(forms)
        if made is None:
            if len(self._made) >= _KEPT:
                self._made.clear()
            parts = [
                select(self._part(form, place).subquery(f"list_subquery_{place}")) for place, form in enumerate(forms)
            ]
            made = self._made[forms] = union_all(*parts) if len(parts) > 1 else parts[0]
        return made

    def _part(self, form: _Form, place: int) -> Select[Any]:
        record = self._record
        columns = (record.number, record.kind, record.shape, record.body)
        query = select(literal_column(str(place)).label("place"), *columns)
        query = query.where(record.mall == self._mall, *(self._condition(name, place) for name in ("kind", *form)))
        return query.order_by(record.number.desc()).limit(bindparam(f"most_{place}"))

    def _condition(self, name: str, place: int) -> ColumnElement[bool]:
        """What a field of a listing asks of a record."""
        record, value = self._record, f"{name}_{place}"
        if name == "due_by":
            return record.due_at <= bindparam(value)
        if name == "after":
            last = select(record.number).where(record.mall == self._mall, record.id == bindparam(value))
            return record.number < last.scalar_subquery()
        if name in _IN:
            return record[_IN[name]].in_(bindparam(value, expanding=True))
        return record[name] == bindparam(value)


_IN = {"ids": "id", "holders": "holder"}
"""The fields with several values, by their columns."""


def _asked(listing: Listing) -> dict[str, Any]:
    """The fields that a listing names, with their values as the database takes them; of keys nothing else is asked."""
    ids = listing.ids if listing.keys is None else {key.id for key in listing.keys}
    if ids is not None:
        return {"ids": sorted(ids)}
    said = dict(listing.filters)
    if "after" in said:
        said["after"] = said["after"].id
    if listing.holders is not None and "holder" not in said:
        said["holders"] = sorted(listing.holders)
    return said


def _form(listing: Listing) -> _Form:
    return tuple(sorted(_asked(listing)))


def _values(asked: Sequence[Listing]) -> dict[str, Any]:
    named = [
        (place, {"kind": listing.kind, "most": min(listing.most or AT_ONCE, AT_ONCE), **_asked(listing)})
        for place, listing in enumerate(asked)
    ]
    return {f"{name}_{place}": value for place, said in named for name, value in said.items()}


def in_lists(rows: Sequence[tuple[Any, ...]], count: int) -> list[list[tuple[Any, ...]]]:
    """The rows of `Listings`' statements, (kind, shape, body), for each of *count* listings, newest first."""
    found: list[list[tuple[Any, ...]]] = [[] for _ in range(count)]
    for place, _, *row in sorted(rows, key=itemgetter(1), reverse=True):
        found[place].append(tuple(row))
    return found
