"""
Databases of earlier releases, kept so that every later program is tried on them.

A kept database is one file of JSON lines, packed: the revision it stands at, then every row of
every table. It is restored into any database: the tables of its revision are made by the
migrations, and the rows are put in as they were.

    python -m tests.releases.kept SQLITE_FILE OUTPUT.jsonl.xz     # keep the database in a file
"""

from __future__ import annotations

import json
import lzma
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, MetaData, Table, create_engine, insert, select, text

from quanyi.adapters.sql.migrate import upgrade

__all__ = ["RELEASES", "keep", "restore", "rows_of"]

HERE = Path(__file__).parent
RELEASES = tuple(sorted(path.name.removesuffix(".jsonl.xz") for path in HERE.glob("*.jsonl.xz")))
_VERSION_TABLE = "quanyi_alembic_version"
_AT_ONCE = 500


def keep(engine: Engine, path: Path) -> None:
    """Write the revision and all rows of our tables to *path*."""
    with engine.connect() as connection, lzma.open(path, "wb", preset=9) as out:
        revision = connection.scalar(text(f"select version_num from {_VERSION_TABLE}"))
        out.write(json.dumps({"revision": revision}).encode() + b"\n")
        for table in _tables(connection):
            for row in connection.execute(select(table)).mappings():
                line = [table.name, {name: _out(value) for name, value in row.items()}]
                out.write(json.dumps(line, ensure_ascii=False, separators=(",", ":")).encode() + b"\n")


def restore(release: str, engine: Engine) -> None:
    """Make the tables of *release* in an empty database, and put its rows in."""
    revision, rows = _read(release)
    upgrade(engine, revision=revision)
    with engine.begin() as connection:
        tables = {table.name: table for table in _tables(connection)}
        for name, some in rows.items():
            for start in range(0, len(some), _AT_ONCE):
                connection.execute(insert(tables[name]), [_in(row, engine) for row in some[start : start + _AT_ONCE]])
        if engine.dialect.name == "postgresql":
            _go_on_counting(connection, tables)


def rows_of(release: str) -> dict[str, list[dict[str, Any]]]:
    """The rows of *release* by table; bytes as ``{"$b": hex}``, instants as ``{"$at": ISO text}``."""
    return _read(release)[1]


def _read(release: str) -> tuple[str, dict[str, list[dict[str, Any]]]]:
    rows: dict[str, list[dict[str, Any]]] = {}
    with lzma.open(HERE / f"{release}.jsonl.xz", "rt", encoding="utf-8") as lines:
        revision = json.loads(next(lines))["revision"]
        for line in lines:
            name, row = json.loads(line)
            rows.setdefault(name, []).append(row)
    return revision, rows


def _tables(connection: Connection) -> Iterator[Table]:
    meta = MetaData()
    meta.reflect(connection, only=lambda name, _: name.startswith("quanyi_") and name != _VERSION_TABLE)
    yield from sorted(meta.tables.values(), key=lambda table: table.name)


def _go_on_counting(connection: Connection, tables: dict[str, Table]) -> None:
    """Rows that come next get numbers behind those that were put in."""
    for table in tables.values():
        if "number" in table.c:
            last = f"(select coalesce(max(number), 0) + 1 from {table.name})"
            connection.execute(text(f"select setval(pg_get_serial_sequence('{table.name}', 'number'), {last}, false)"))


def _out(value: Any) -> Any:
    if isinstance(value, bytes | memoryview):
        return {"$b": bytes(value).hex()}
    return {"$at": value.isoformat()} if isinstance(value, datetime) else value


def _in(row: dict[str, Any], engine: Engine) -> dict[str, Any]:
    return {name: _value(value, engine) for name, value in row.items()}


def _value(value: Any, engine: Engine) -> Any:
    if not isinstance(value, dict):
        return value
    if "$b" in value:
        return bytes.fromhex(value["$b"])
    at = datetime.fromisoformat(value["$at"])
    return at if engine.dialect.name == "sqlite" else at.replace(tzinfo=UTC)


if __name__ == "__main__":
    keep(create_engine(f"sqlite:///{sys.argv[1]}"), Path(sys.argv[2]))
