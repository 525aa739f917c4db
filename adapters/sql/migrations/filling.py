"""
Fills the columns that came later, in rows of an older release.

Each step reads and writes plain rows by statements of its own: a program of next year must still
fill a database of today, whatever its classes have become.
"""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import Connection

from quanyi.adapters.sql.migrations.ended import keep_what_ended
from quanyi.adapters.sql.migrations.lookups import name_records
from quanyi.adapters.sql.migrations.wakes import fill_wakes
from quanyi.adapters.sql.migrations.witnessing import STEPS

__all__ = ["fill"]

_Step = Callable[[Connection, str, str | None], None]

_STEPS: tuple[_Step, ...] = (keep_what_ended, fill_wakes, name_records, *STEPS)


def fill(connection: Connection, prefix: str, schema: str | None) -> None:
    """Fill in what `0002` added, inside the migration's own transaction."""
    for step in _STEPS:
        step(connection, prefix, schema)
