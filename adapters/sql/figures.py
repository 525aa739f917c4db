"""
Figures in a database: counted from the journal page by page, each change once, and read as sums.

The mark ``figures`` says how far the journal is counted. It moves together with the sums of a page, in one transaction and
only from where that page began; so whoever counts at the same time, or dies meanwhile, counts nothing twice.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import attrs
from sqlalchemy import ColumnElement, delete, func, insert, literal, select, update
from sqlalchemy.dialects import mysql, postgresql, sqlite
from sqlalchemy.exc import IntegrityError

from quanyi.adapters.figures.asking import LAST, Asked, Group, Range, merged
from quanyi.adapters.figures.counting import Counting, SumKey, record_ids
from quanyi.adapters.sql.dialects.sessions import SERVERS
from quanyi.adapters.sql.forward import Journaled, Place, changes_after
from quanyi.adapters.sql.in_order import of_mall
from quanyi.campaigns.figures.dimensions import HOUR, WHOLE
from quanyi.campaigns.figures.figures import COUNTED, SHOWN
from quanyi.entitlements.accounts import digest16

if TYPE_CHECKING:
    from sqlalchemy import Connection, Table

    from quanyi.adapters.sql.store import SqlStore
    from quanyi.entitlements.records import Record

__all__ = ["MINUTE", "CountedAgain", "SqlFigures"]

_NAME = "figures"
_AT_ONCE = 2_000
_IDS = 500
MINUTE = timedelta(seconds=60)
"""How old figures may be."""


@attrs.frozen(kw_only=True)
class _Mark:
    """
    How far the journal is counted.

    Attributes:
        text: As it is stored; None where nothing is counted yet.
        number: The highest number of a change that is counted.
        at: When the latest of them was decided.
    """

    text: str | None = None
    number: int = 0
    at: datetime | None = None
    zone: str

    @property
    def place(self) -> Place | None:
        return None if self.text is None else Place.parse(self.text.partition(" ")[0])

    def after(self, page: Sequence[Journaled]) -> _Mark:
        """The mark behind *page*."""
        latest = max(change.decided_at for change in page)
        return _Mark(
            text=f"{page[-1].place} {self.zone}",
            number=max(self.number, *(change.place.number for change in page)),
            at=latest if self.at is None else max(self.at, latest),
            zone=self.zone,
        )


@attrs.frozen(kw_only=True)
class CountedAgain:
    """
    What counting the journal again has come to.

    Attributes:
        changes: How many changes were counted.
        sums: How many sums they come to.
        differing: How many of those stood otherwise before, or did not stand at all, or stood and are none.
    """

    changes: int
    sums: int
    differing: int


class SqlFigures:
    """
    The figures of one mall in a database.

    Args:
        zone: Whose days they are, when the first change is counted or all are counted again.
        costs: What the benefits of a campaign's version cost, by id.
    """

    def __init__(self, store: SqlStore, zone: str, costs: Callable[[str, str], Mapping[str, int]]) -> None:
        self._store, self._zone, self._costs = store, zone, costs
        self._place: Place | None = None
        self._figure, self._showing, self._mark = store.tables.figure, store.tables.showing, store.tables.mark

    # --- counting ----------------------------------------------------------------------------

    def waiting(self) -> bool:
        """Whether there is a change to count, after what this object knows to be counted: others may be further."""
        return bool(changes_after(self._store, self._place, limit=1))

    def count(self, limit: int = _AT_ONCE) -> int:
        """Count the next page of changes; how many those were, 0 also where somebody else was first."""
        mark = self._marked()
        self._place = mark.place
        page = changes_after(self._store, mark.place, limit=limit)
        if not page:
            return 0
        counting = Counting(mark.zone, self._costs, self._known(page), whole=mark.text is None)
        self._add(counting, page)
        rows = list(self._rows(counting.sums.items()))
        with self._store.working() as connection:
            if not self._moved(connection, mark, mark.after(page)):
                return 0
            if rows:
                connection.execute(_adding(connection, self._figure, COUNTED), rows)
        self._place = page[-1].place
        return len(page)

    def rebuild(self, *, keep: bool = True) -> CountedAgain:
        """
        Count everything up to the mark again, in the zone of today, and put it in the place of what stands.

        Args:
            keep: Whether to write it; else it is only compared.
        """
        while self.count():
            pass
        zone = self._zone if keep else self._marked().zone
        counting, place, changes = Counting(zone, self._costs, whole=True), None, 0
        while True:
            mark = self._marked()
            place, more = self._up_to(counting, place, mark.place)
            changes += more
            with self._store.working() as connection:
                behind = attrs.evolve(mark, text=f"{mark.place} {zone}", zone=zone)
                if mark.text is not None and not self._moved(connection, mark, behind if keep else mark):
                    continue
                standing = {bytes(row.id): tuple(row)[1:] for row in connection.execute(self._all())}
                rows = {row["id"]: row for row in self._rows(counting.sums.items())}
                fresh = {id_: tuple(row[figure] for figure in COUNTED) for id_, row in rows.items()}
                if keep:
                    connection.execute(delete(self._figure).where(self._figure.c.mall == self._store.mall))
                    if rows:
                        connection.execute(insert(self._figure), list(rows.values()))
            differing = sum(standing.get(id_) != fresh.get(id_) for id_ in standing.keys() | fresh.keys())
            return CountedAgain(changes=changes, sums=len(rows), differing=differing)

    def _up_to(self, counting: Counting, place: Place | None, end: Place | None) -> tuple[Place | None, int]:
        """Count on from *place* to *end*; where that has led, and how many changes those were."""
        counted = 0
        while end is not None and (place is None or place < end):
            page = [c for c in changes_after(self._store, place, limit=_AT_ONCE) if c.place <= end]
            if not page:
                break
            self._add(counting, page)
            place, counted = page[-1].place, counted + len(page)
        return place, counted

    def _add(self, counting: Counting, page: Sequence[Journaled]) -> None:
        records = self.records({id_ for change in page for id_ in record_ids(change.lines)})
        for change in page:
            counting.add(change, records)

    def records(self, ids: Iterable[str]) -> dict[str, Record]:
        """The records of these ids in hex, as they are now."""
        record, codec, found = self._store.tables.record, self._store.codec, {}
        wanted = sorted(bytes.fromhex(id_) for id_ in ids)
        with self._store.reading() as connection:
            for start in range(0, len(wanted), _IDS):
                query = select(record.c.id, record.c.kind, record.c.shape, record.c.body).where(
                    record.c.mall == self._store.mall, record.c.id.in_(wanted[start : start + _IDS])
                )
                for row in connection.execute(query):
                    found[bytes(row.id).hex()] = codec.record_in(row.kind, row.shape, row.body)
        return found

    def _known(self, page: Sequence[Journaled]) -> dict[str, list[str]]:
        """The values of contexts that are counted by themselves; looked up only where a change has any."""
        if not any(line[0] == "context" for change in page for line in change.lines):
            return {}
        sums = self._figure.c
        query = select(sums.dimension, sums.value).distinct()
        query = query.where(
            sums.mall == self._store.mall, sums.dimension.not_in([WHOLE, HOUR]), sums.dimension.not_like("% %")
        )
        known: dict[str, list[str]] = {}
        with self._store.reading() as connection:
            for dimension, value in connection.execute(query):
                known.setdefault(dimension, []).append(value)
        return known

    # --- the mark ----------------------------------------------------------------------------

    def _marked(self) -> _Mark:
        mark = self._mark.c
        query = select(mark.text, mark.number, mark.at).where(mark.mall == self._store.mall, mark.name == _NAME)
        with self._store.reading() as connection:
            row = connection.execute(query).one_or_none()
        if row is None:
            return _Mark(zone=self._zone)
        return _Mark(text=row.text, number=row.number or 0, at=row.at, zone=row.text.partition(" ")[2])

    def _moved(self, connection: Connection, mark: _Mark, to: _Mark) -> bool:
        """Move the mark, if it still stands where it stood. Its row is the lock of the sums."""
        values = {"text": to.text, "number": to.number, "at": to.at}
        if mark.text is not None:
            stands = (self._mark.c.mall == self._store.mall, self._mark.c.name == _NAME, self._mark.c.text == mark.text)
            return bool(connection.execute(update(self._mark).where(*stands).values(values)).rowcount)
        try:
            with connection.begin_nested():
                connection.execute(insert(self._mark).values(mall=self._store.mall, name=_NAME, **values))
        except IntegrityError:  # somebody else was the first
            return False
        return True

    # --- what pages say ----------------------------------------------------------------------

    def add_showings(self, sums: Mapping[SumKey, Sequence[int]]) -> None:
        """Add what pages have shown, in the order of `SHOWN`."""
        rows = [self._row(key, SHOWN, values) for key, values in sums.items()]
        if rows:
            rows.sort(key=lambda row: row["id"])
            with self._store.working() as connection:
                connection.execute(_adding(connection, self._showing, SHOWN), rows)

    # --- reading -----------------------------------------------------------------------------

    def counted(self, asked: Asked) -> list[Group]:
        """The sums of what the journal says, by what was asked and by item, in the order of `COUNTED`."""
        return merged(group for some in asked.ranges for group in self._summed(self._figure, COUNTED, asked, some))

    def balances(self, dimension: str, first: str = "", last: str = LAST) -> list[tuple[SumKey, Sequence[int]]]:
        """The sums of one dimension whose day lies between these two, both included, in the order of `COUNTED`."""
        sums = self._figure.c
        query = select(*(sums[name] for name in (*SumKey._fields, *COUNTED))).where(
            sums.mall == self._store.mall, sums.dimension == dimension, sums.day >= first, sums.day <= last
        )
        with self._store.reading() as connection:
            rows = connection.execute(query).all()
        parts = len(SumKey._fields)
        return [(SumKey(*row[:parts]), tuple(map(int, row[parts:]))) for row in rows]

    def shown(self, asked: Asked) -> list[Group]:
        """The sums of what pages say, likewise, in the order of `SHOWN`."""
        return merged(group for some in asked.ranges for group in self._summed(self._showing, SHOWN, asked, some))

    def standing(self, now: datetime) -> tuple[datetime | None, bool]:
        """When the last counted change was decided, and whether another one waits for more than a minute."""
        mark, journal = self._marked(), self._store.tables.journal.c
        first = select(journal.decided_at).where(of_mall(journal.mall, self._store.mall), journal.number > mark.number)
        with self._store.reading() as connection:
            waits = connection.scalar(first.order_by(journal.number).limit(1))
        return mark.at, waits is not None and waits < now - MINUTE

    def _summed(self, table: Table, figures: Sequence[str], asked: Asked, some: Range) -> list[Group]:
        sums = table.c
        key: ColumnElement[Any] = literal("") if asked.column is None else sums[asked.column]
        query = select(key.label("key"), sums.item, *(func.sum(sums[figure]) for figure in figures))
        query = query.where(
            sums.mall == self._store.mall,
            sums.dimension == some.dimension,
            sums.day >= some.first,
            sums.day <= some.last,
        )
        if asked.campaign is not None:
            query = query.where(sums.campaign == asked.campaign)
        if asked.items is not None:
            query = query.where(sums.item.in_(sorted(asked.items)))
        grouped = [sums.item] if asked.column is None else [sums[asked.column], sums.item]
        with self._store.reading() as connection:
            rows = connection.execute(query.group_by(*grouped)).all()
        return [Group(row[0], row[1], tuple(map(int, row[2:]))) for row in rows]

    # --- rows --------------------------------------------------------------------------------

    def _all(self) -> Any:
        sums = self._figure.c
        return select(sums.id, *(sums[figure] for figure in COUNTED)).where(sums.mall == self._store.mall)

    def _rows(self, sums: Iterable[tuple[SumKey, Sequence[int]]]) -> Iterator[dict[str, Any]]:
        """The rows of sums that are not all zero, by id, so that two writers can't wait for each other in a circle."""
        rows = (self._row(key, COUNTED, values) for key, values in sums if any(values))
        return iter(sorted(rows, key=lambda row: row["id"]))

    def _row(self, key: SumKey, figures: Sequence[str], values: Sequence[int]) -> dict[str, Any]:
        named = {"mall": self._store.mall, "id": digest16(*key), **key._asdict()}
        return {**named, **dict(zip(figures, values, strict=True))}


def _adding(connection: Connection, table: Table, figures: Sequence[str]) -> Any:
    """The statement that adds rows to those that stand there."""
    if connection.dialect.name in SERVERS:
        into = mysql.insert(table)
        return into.on_duplicate_key_update({name: table.c[name] + into.inserted[name] for name in figures})
    there: Any = postgresql.insert(table) if connection.dialect.name == "postgresql" else sqlite.insert(table)
    more = {name: table.c[name] + there.excluded[name] for name in figures}
    return there.on_conflict_do_update(index_elements=["mall", "id"], set_=more)
