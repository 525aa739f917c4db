"""
The flag of the formats: the newest form that every process sharing the tables can read.

=======  ==========================================================================================
format   what is new in it
=======  ==========================================================================================
1        what the release 0.1 wrote
2        every row has a digest, or a change that names one
=======  ==========================================================================================

A program reads every format up to its own, and writes the flagged one. So processes of two releases
can share the tables: the flag is raised once none of the older ones runs any more. A database that
this program made starts at its newest format.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import Insert, ScalarSelect, delete, insert, select, text

from quanyi.adapters.sql.engine import Finding
from quanyi.adapters.sql.migrations.lookups import name_records
from quanyi.adapters.sql.migrations.witnessing import witness_what_is_left
from quanyi.adapters.sql.tables import Tables, tables_of
from quanyi.entitlements.records import FIRST_FORMAT

if TYPE_CHECKING:
    from sqlalchemy import Connection, Engine

__all__ = ["DIGESTED", "NEWEST", "flag_findings", "flag_statement", "flagged", "number_of", "raise_flag"]

DIGESTED = 2
"""From this format on every program writes digests, so a row without one was edited."""

NEWEST = 2
"""The newest format that this program reads and writes."""

_EVERY_MALL = ""
_NAME = "formats"


def number_of(tables: Tables) -> ScalarSelect[Any]:
    """The flag as a part of another statement; null if it was never raised."""
    mark = tables.mark.c
    return select(mark.number).where(mark.mall == _EVERY_MALL, mark.name == _NAME).scalar_subquery()


def flagged(connection: Connection, tables: Tables) -> int:
    """The format that every process is known to read."""
    return int(connection.scalar(select(number_of(tables))) or FIRST_FORMAT)


def flag_statement(tables: Tables) -> Insert:
    """The statement that sets the flag of a new database, which no older program has ever used."""
    return insert(tables.mark).values(mall=_EVERY_MALL, name=_NAME, number=NEWEST)


def raise_flag(connection: Connection, tables: Tables, *, by: str | None, at: datetime) -> int:
    """
    Raise the flag to the newest format, in the transaction of *connection*; no mall writes meanwhile.

    What older processes wrote since the upgrade gets its digests first, as it stands, and its look-ups:
    from then on a row without them is a difference.

    Returns:
        How many changes of older processes got digests. 0 too where the flag stands there already,
        or at the format of a newer program: it is never lowered.
    """
    if connection.dialect.name == "postgresql":
        table = connection.dialect.identifier_preparer.format_table(tables.journal)
        connection.execute(text(f"lock table {table} in exclusive mode"))
    before = flagged(connection, tables)
    if before >= NEWEST:
        return 0
    found = 0
    if before < DIGESTED:
        name_records(connection, tables.prefix, tables.schema)
        found = witness_what_is_left(connection, tables.prefix, tables.schema)
    connection.execute(delete(tables.mark).where(tables.mark.c.mall == _EVERY_MALL, tables.mark.c.name == _NAME))
    connection.execute(flag_statement(tables).values(at=at, text=by))
    return found


def flag_findings(engine: Engine, *, prefix: str = "quanyi_", schema: str | None = None) -> list[Finding]:
    """Whether the flag can be raised, or is beyond what this program knows."""
    with engine.connect() as connection:
        stands = flagged(connection, tables_of(prefix, schema))
    if stands > NEWEST:
        message = f"the tables are flagged for format {stands}, this program knows {NEWEST}"
        return [Finding(code="formats-ahead", message=message, hint="upgrade this program")]
    if stands == NEWEST:
        return []
    message = f"format {stands} is written, for processes of an earlier release; this program knows {NEWEST}"
    hint = "once none of them runs any more: quanyi db formats --raise"
    return [Finding(code="formats-behind", message=message, hint=hint)]
