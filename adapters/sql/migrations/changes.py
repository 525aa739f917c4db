"""
Changes that an upgrade writes into the journal, so that every row has a change that names its digest.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from hashlib import blake2b
from typing import Any

import sqlalchemy as sa

from quanyi.adapters.sql.types import Instant

__all__ = ["digest", "journal_of", "latest_of", "upgrade_change"]

_LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)


def journal_of(connection: sa.Connection, prefix: str, schema: str | None) -> sa.Table:
    """The journal as it stands during the migration."""
    meta = sa.MetaData(schema=schema)
    return sa.Table(f"{prefix}journal", meta, sa.Column("decided_at", Instant), autoload_with=connection)


def latest_of(connection: sa.Connection, journal: sa.Table, mall: str) -> datetime:
    """The instant of the mall's last change."""
    latest = connection.scalar(sa.select(sa.func.max(journal.c.decided_at)).where(journal.c.mall == mall))
    return latest or _LONG_AGO


def upgrade_change(mall: str, table: str, portion: int, lines: Sequence[Any], at: datetime) -> dict[str, Any]:
    """
    A journal row of the rule ``upgrade``, without its digest.

    Args:
        table: What the change is about; with *portion* it makes the row's id.
        lines: What follows its first line, which says that no input caused it.
    """
    return {
        "mall": mall,
        "id": digest("change", "upgrade", table, str(portion)),
        "input": digest("upgrade", "0002"),
        "campaign": "",
        "version": "",
        "rule": "upgrade",
        "source": "[]",
        "outcome": "done",
        "decided_at": at.astimezone(UTC),
        "lines": json.dumps([["covered", table], *lines], ensure_ascii=False, separators=(",", ":")),
    }


def digest(*fields: str) -> bytes:
    """The id of a record, an account or a change, by the formula of the day when the migration was written."""
    body = b"".join(len(raw).to_bytes(4) + raw for raw in map(str.encode, fields))
    return blake2b(body, digest_size=16).digest()
