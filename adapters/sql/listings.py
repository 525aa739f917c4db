"""
Several lists of records in one statement: a union with a part for each listing, made once for listings of one form.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import ColumnElement, CompoundSelect, Select, and_, bindparam, literal_column, or_, select, union_all

from quanyi.entitlements.listings import AT_ONCE, Listing, Order, Stand

if TYPE_CHECKING:
    from quanyi.adapters.sql.tables import Tables

__all__ = ["Listings", "in_lists"]

_PARTS = 50
"""How many listings one statement reads at most: databases bound the parts of a union."""

_KEPT = 200
"""How many statements are kept."""


class _Form(NamedTuple):
    """
    What tells the statements of listings apart.

    Attributes:
        kind: The kind, where it is said in the statement: a database takes the index by end only where it sees that
            the kind is one of those that are in it. Empty where it is a value.
        order: The order.
        names: Which of its fields a listing names.
        stands: Where records stand.
    """

    kind: str
    order: Order
    names: tuple[str, ...]
    stands: tuple[Stand, ...]


_BY_END = frozenset({"due_by", "due_from", "never_due"})
"""The fields by which an index by end is of use."""


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
        kind: ColumnElement[str] = literal_column(f"'{form.kind}'") if form.kind else bindparam(f"kind_{place}")
        query = query.where(record.mall == self._mall, record.kind == kind)
        query = query.where(*(self._condition(name, place, form.order) for name in form.names))
        if form.stands:
            query = query.where(or_(*(self._stand(stand, place) for stand in form.stands)))
        return query.order_by(*self._order(form.order)).limit(bindparam(f"most_{place}"))

    def _order(self, order: Order) -> list[ColumnElement[Any]]:
        number, due = self._record.number, self._record.due_at
        orders: dict[Order, list[ColumnElement[Any]]] = {
            "newest": [number.desc()],
            "oldest": [number],
            "soonest": [due, number.desc()],
            "latest": [due.desc(), number],
        }
        return orders[order]

    def _stand(self, stand: Stand, place: int) -> ColumnElement[bool]:
        """Whether a record stands so."""
        phase, due = self._record.phase == literal_column(f"'{stand.phase}'"), self._record.due_at
        at = bindparam(f"at_{place}", type_=due.type)
        if stand.due is None:
            return phase
        return and_(phase, due <= at if stand.due else or_(due > at, due.is_(None)))

    def _condition(self, name: str, place: int, order: Order) -> ColumnElement[bool]:
        """What a field of a listing asks of a record."""
        record, value = self._record, f"{name}_{place}"
        if name == "due_by":
            return record.due_at <= bindparam(value)
        if name == "due_from":
            return record.due_at >= bindparam(value)
        if name == "never_due":
            return record.due_at.is_(None)
        if name == "dated":
            return record.due_at.is_not(None)
        if name == "after":
            return self._behind(bindparam(value), order)
        if name in _IN:
            return record[_IN[name]].in_(bindparam(value, expanding=True))
        return record[name] == bindparam(value)

    def _behind(self, id_: ColumnElement[bytes], order: Order) -> ColumnElement[bool]:
        """Whether a record stands behind the one with that id; of no such record nothing does."""
        record = self._record
        last = select(record.number).where(record.mall == self._mall, record.id == id_).scalar_subquery()
        newer = record.number > last if order in ("oldest", "latest") else record.number < last
        if order in ("newest", "oldest"):
            return newer
        due = select(record.due_at).where(record.mall == self._mall, record.id == id_).scalar_subquery()
        beyond = record.due_at > due if order == "soonest" else record.due_at < due
        return or_(beyond, and_(record.due_at == due, newer))


_IN = {"ids": "id", "holders": "holder", "items": "item"}
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
    if listing.items is not None:
        said["items"] = sorted(listing.items)
    if listing.due_from is not None:
        said["due_from"] = listing.due_from
    return said


def _form(listing: Listing) -> _Form:
    names = set(_asked(listing)) | ({"never_due"} if listing.never_due else set())
    if listing.by_due:
        names.add("dated")
    ended = listing.by_due or not names.isdisjoint(_BY_END)
    stands = tuple(sorted(listing.stands or (), key=str))
    return _Form(listing.kind if ended else "", listing.order, tuple(sorted(names)), stands)


def _values(asked: Sequence[Listing]) -> dict[str, Any]:
    """The values of all listings by the names of their parameters; those that a statement does not have do no harm."""
    named = [
        (
            place,
            {"kind": listing.kind, "at": listing.at, "most": min(listing.most or AT_ONCE, AT_ONCE), **_asked(listing)},
        )
        for place, listing in enumerate(asked)
    ]
    return {f"{name}_{place}": value for place, said in named for name, value in said.items()}


def in_lists(rows: Sequence[tuple[Any, ...]], count: int) -> list[list[tuple[Any, ...]]]:
    """The rows of `Listings`' statements, (number, kind, shape, body), for each of *count* listings."""
    found: list[list[tuple[Any, ...]]] = [[] for _ in range(count)]
    for place, *row in rows:
        found[place].append(tuple(row))
    return found
