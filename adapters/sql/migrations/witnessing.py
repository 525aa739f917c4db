"""
Computes digests for the rows of a database that had none, as they are on the day of the upgrade.

An edit before that day can't be detected any more. Old
journal rows, receipts, versions and releases get digests of their own; records, timers, events,
codes, versions and releases are named, some at a time, by changes with the rule ``upgrade``, so
that from then on every row has a change that names its digest. The same is done once more, with the
rule ``formats``, for what processes of the older release wrote after the upgrade.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from functools import partial
from typing import Any

from sqlalchemy import Connection, text

from quanyi.adapters.codec import dump
from quanyi.adapters.sql import digests
from quanyi.entitlements.accounts import digest16
from quanyi.entitlements.digests import text_digest

__all__ = ["STEPS", "witness_what_is_left"]

_AT_ONCE = 1_000
_UPGRADE, _RAISED = ("upgrade", "0002"), ("formats", "2")
"""Why rows are named: the rule of the changes, and which upgrade or format."""
_TIMER_OF = 5
"""How long the line of a record's one timer is, which has the record's id."""
_LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)

_Row = Mapping[str, Any]


class _Place:
    """The tables of one installation, by plain statements."""

    def __init__(self, connection: Connection, prefix: str, schema: str | None) -> None:
        self._connection, self._prefix, self._schema = connection, prefix, schema

    def name(self, table: str) -> str:
        """The table's name as statements have it."""
        preparer = self._connection.dialect.identifier_preparer
        named = preparer.quote(f"{self._prefix}{table}")
        return named if self._schema is None else f"{preparer.quote_schema(self._schema)}.{named}"

    def rows(self, table: str, *key: str, where: str = "1 = 1", **values: Any) -> Iterator[_Row]:
        """All rows in the order of *key*, some at a time."""
        columns, last = ", ".join(key), ""
        query = f"select * from {self.name(table)} where {where}"
        while True:
            ordered = f"{query}{last} order by {columns} limit {_AT_ONCE}"
            page = self._connection.execute(text(ordered), values).mappings().all()
            yield from map(dict, page)
            if len(page) < _AT_ONCE:
                return
            last = f" and ({columns}) > ({', '.join(f':last_{name}' for name in key)})"
            values |= {f"last_{name}": page[-1][name] for name in key}

    def update(self, table: str, column: str, *key: str) -> Callable[[Sequence[tuple[Any, ...]]], None]:
        """A function that sets *column* of many rows: each is the new value, then the key's values."""
        where = " and ".join(f"{name} = :k{n}" for n, name in enumerate(key))
        statement = text(f"update {self.name(table)} set {column} = :value where {where}")

        def run(rows: Sequence[tuple[Any, ...]]) -> None:
            if rows:
                keyed = [{"value": value, **{f"k{n}": part for n, part in enumerate(rest)}} for value, *rest in rows]
                self._connection.execute(statement, keyed)

        return run

    def fill(
        self, table: str, column: str, key: Sequence[str], value: Callable[[_Row], Any], where: str = "1 = 1"
    ) -> None:
        """Set *column* of every row, or of those *where* something holds, to what *value* makes of it."""
        write, waiting = self.update(table, column, *key), []
        found = self.rows(table, *key, where=where)
        for row in list(found) if table in _FEW else found:
            waiting.append((value(row), *(row[name] for name in key)))
            if len(waiting) == _AT_ONCE:
                write(waiting)
                waiting = []
        write(waiting)

    def insert(self, table: str, row: _Row) -> None:
        """Add one row."""
        columns = ", ".join(row)
        marks = ", ".join(f":{name}" for name in row)
        self._connection.execute(text(f"insert into {self.name(table)} ({columns}) values ({marks})"), dict(row))

    def instant(self, at: datetime) -> Any:
        """An instant in the form in which this database stores it."""
        if self._connection.dialect.name != "sqlite":
            return at
        return at.astimezone(UTC).replace(tzinfo=None).isoformat(sep=" ", timespec="microseconds")

    def values(self, query: str, **values: Any) -> list[Any]:
        """The first column of what *query* finds."""
        return list(self._connection.execute(text(query), values).scalars())


_FEW = frozenset({"release", "version"})


def _own_digests(connection: Connection, prefix: str, schema: str | None) -> None:
    place = _Place(connection, prefix, schema)
    for table, column, key, value, _ in _OWN:
        place.fill(table, column, key, partial(value, place))


def _of_version(_place: _Place, row: _Row) -> bytes:
    return text_digest(row["body"])


def _of_receipt(_place: _Place, row: _Row) -> bytes:
    more = row.get("holder"), row.get("input")  # columns that came later than this is first run
    return digests.receipt_digest(row["id"], row["digest"], _at(row["at"]), row["formula"], row["body"], *more)


def _of_change(_place: _Place, row: _Row) -> bytes:
    return digests.journal_digest([_at(row[name]) if name == "decided_at" else row[name] for name in digests.JOURNAL])


def _of_texts(place: _Place, release: _Row) -> str:
    """The digests of a release's versions and of its own text, which the release repeats."""
    versions = {
        (row["campaign"], row["version"]): bytes(row["digest"]).hex()
        for row in place.rows("version", "campaign", "version", where="mall = :mall", mall=release["mall"])
    }
    campaigns = json.loads(release["campaigns"]).items()
    found = {name: versions[name, version] for name, version in campaigns if (name, version) in versions}
    return dump(dict(sorted({"": text_digest(release["project"]).hex(), **found}.items())))


_OWN: tuple[tuple[str, str, tuple[str, ...], Callable[[_Place, _Row], Any], str], ...] = (
    ("version", "digest", ("mall", "campaign", "version"), _of_version, "digest is null"),
    ("receipt", "body_digest", ("mall", "id"), _of_receipt, "body_digest is null"),
    ("journal", "digest", ("number",), _of_change, "digest is null"),
    ("release", "digests", ("mall", "epoch"), _of_texts, "digests = '{}'"),
)
"""The rows with a digest of their own: table, column, key, and the condition for rows that have none yet."""


def _witnesses(connection: Connection, prefix: str, schema: str | None) -> None:
    place = _Place(connection, prefix, schema)
    tables = ("journal", "record", "version")
    malls = {mall for table in tables for mall in place.values(f"select distinct mall from {place.name(table)}")}
    for mall in sorted(malls):
        cover = _Cover(place, mall, _UPGRADE)
        for table, key, witness in _COVERED:
            cover.name(table, place.rows(table, *key, where="mall = :mall", mall=mall), witness)


def witness_what_is_left(connection: Connection, prefix: str, schema: str | None) -> int:
    """
    Give digests to what older processes wrote since the upgrade, as it stands; nobody writes meanwhile.

    Returns:
        How many of their changes there were.
    """
    place = _Place(connection, prefix, schema)
    left = list(place.rows("journal", "number", where="digest is null"))
    named = {mall: _written_by([row for row in left if row["mall"] == mall]) for mall in {row["mall"] for row in left}}
    for table, column in (("version", "digest is null"), ("release", "digests = '{}'")):
        key = next(key for name, key, _ in _COVERED if name == table)
        for row in list(place.rows(table, "mall", *key, where=column)):
            named.setdefault(row["mall"], {}).setdefault(table, []).append({name: row[name] for name in key})
    for table, column, key, value, none_yet in _OWN:
        place.fill(table, column, key, partial(value, place), none_yet)
    for mall, keys in sorted(named.items()):
        cover = _Cover(place, mall, _RAISED)
        for table, key, witness in _COVERED:
            cover.name(table, _found(place, mall, table, key, keys.get(table, ())), witness)
    return len(left)


def _written_by(changes: Iterable[_Row]) -> dict[str, list[_Row]]:
    """The keys of all rows that *changes* wrote and that may still exist, by table."""
    records: set[bytes] = set()
    emitted: set[bytes] = set()
    codes: set[tuple[str, str]] = set()
    for row in changes:
        for place, line in enumerate(json.loads(row["lines"])):
            if line[0] == "put":
                records.add(bytes.fromhex(line[2]))
            elif line[0] == "stash":
                codes.update((pool, id_) for pool, id_ in line[1:])
            elif line[0] == "emit" and len(line) == _TIMER_OF:
                emitted.add(bytes.fromhex(line[-1]))
            elif line[0] == "emit":
                emitted.add(digest16("emit", bytes(row["id"]).hex(), str(place)))
    events: list[_Row] = [{"id": id_} for id_ in sorted(emitted)]
    return {
        "record": [{"id": id_} for id_ in sorted(records)],
        "timer": events,
        "outbox": events,
        "code": [{"pool": pool, "id": id_} for pool, id_ in sorted(codes)],
    }


def _found(place: _Place, mall: str, table: str, order: Sequence[str], keys: Iterable[_Row]) -> Iterator[_Row]:
    for key in keys:
        where = " and ".join(f"{name} = :{name}" for name in ("mall", *key))
        yield from place.rows(table, *order, where=where, mall=mall, **key)


class _Cover:
    """Journal changes of one mall that name rows with their digests."""

    def __init__(self, place: _Place, mall: str, why: tuple[str, str]) -> None:
        latest = place.values(f"select max(decided_at) from {place.name('journal')} where mall = :mall", mall=mall)
        self._at = _LONG_AGO if latest[0] is None else _at(latest[0])
        self._place, self._mall, self._why = place, mall, why

    def name(self, table: str, rows: Iterator[_Row], witness: Callable[[_Place, _Row], bytes]) -> None:
        """Name all *rows*, some at a time."""
        bodies, portion = [], 0
        for row in rows:
            bodies.append(witness(self._place, row))
            if len(bodies) == _AT_ONCE:
                self._change(table, portion, b"".join(bodies))
                bodies, portion = [], portion + 1
        if any(bodies):
            self._change(table, portion, b"".join(bodies))

    def _change(self, table: str, portion: int, bodies: bytes) -> None:
        rule, _ = self._why
        values: dict[str, Any] = {
            "id": digest16("change", rule, table, str(portion)),
            "input": digest16(*self._why),
            "campaign": "",
            "version": "",
            "rule": rule,
            "source": "[]",
            "holder": None,
            "outcome": "done",
            "decided_at": self._at,
            "lines": dump([["covered", table]]),
            "by": None,
            "bodies": bodies,
        }
        digest = digests.journal_digest([values[name] for name in digests.JOURNAL])
        del values["by"]  # null, and a word that not every database takes bare
        decided_at = self._place.instant(self._at)
        self._place.insert("journal", {**values, "decided_at": decided_at, "mall": self._mall, "digest": digest})


def _record(_place: _Place, row: _Row) -> bytes:
    if row["kind"] == "person":
        return b""
    changed = None if row["changed_at"] is None else _at(row["changed_at"])
    digest = digests.record_digest(row["kind"], row["shape"], row["version"], changed, row["body"])
    return bytes(row["id"]) + digest


def _timer(place: _Place, row: _Row) -> bytes:
    wakes = place.rows(
        "wake", "key", "due_at", where="mall = :mall and timer = :timer", mall=row["mall"], timer=row["id"]
    )
    waked = [(bytes(wake["key"]), _at(wake["due_at"]), wake["amount"]) for wake in wakes]
    digest = digests.timer_digest(row["event"], row["data"], row["holder"], _at(row["due_at"]), waked)
    return digests.timer_id(row["id"]) + digest


def _event(_place: _Place, row: _Row) -> bytes:
    return bytes(row["id"]) + digests.event_digest(row["event"], row["data"], row["holder"], _at(row["emitted_at"]))


def _code(_place: _Place, row: _Row) -> bytes:
    said = {
        name: row.get(name) for name in ("batch", "channel", "region", "ends_at", "twin_of")
    }  # a new table has them
    ends, twin = said["ends_at"] and _at(said["ends_at"]), said["twin_of"] and bytes(said["twin_of"])
    told = (said["channel"], said["region"], ends, twin)
    digest = digests.code_digest(row["pool"], row["id"], bytes(row["blind"]), said["batch"], told)
    return digests.code_id(row["pool"], row["id"]) + digest


def _version(_place: _Place, row: _Row) -> bytes:
    return digests.version_id(row["campaign"], row["version"]) + digests.version_digest(row["body"], row["source"])


def _release(_place: _Place, row: _Row) -> bytes:
    texts = (row[name] for name in ("project", "campaigns", "paused", "digests"))
    return digests.release_id(row["epoch"]) + digests.release_digest(row["epoch"], *texts)


_COVERED: tuple[tuple[str, tuple[str, ...], Callable[[_Place, _Row], bytes]], ...] = (
    ("record", ("number",), _record),
    ("timer", ("id",), _timer),
    ("outbox", ("number",), _event),
    ("code", ("number",), _code),
    ("version", ("campaign", "version"), _version),
    ("release", ("epoch",), _release),
)


def _at(value: Any) -> datetime:
    """An instant as a plain statement reads it: aware, or SQLite's text in UTC."""
    at = datetime.fromisoformat(value) if isinstance(value, str) else value
    return at.replace(tzinfo=UTC) if at.tzinfo is None else at


STEPS: tuple[Callable[[Connection, str, str | None], None], ...] = (_own_digests, _witnesses)
"""The steps of the upgrade, in this order."""
