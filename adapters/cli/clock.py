"""`quanyi clock`: how far a mall's time has come."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING

import click

from quanyi.adapters.cli.options import Books, as_json, database, open_engine, open_store

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from quanyi.adapters.sql.engine import Finding

__all__ = ["clock", "time_ahead"]


@click.command()
@database
@click.option("--accept", is_flag=True, help="The clock is right: set the mark to it, ahead or back.")
@as_json
def clock(books: Books, accept: bool, json_: bool) -> None:
    """
    Say how far the mall's time has come, or set it.

    Time never goes back behind the mark, and a clock far ahead of it is refused. After a wrong clock was put right, or
    where a mall has lain unused for more than a year, --accept sets the mark to the present instant.
    """
    from quanyi.adapters.cli.output import print_json
    from quanyi.adapters.sql.marks import SqlMarks

    engine = open_engine(books)
    marks = SqlMarks(open_store(engine, books))
    if accept:
        marks.put(_present(marks.read().theirs))
    seen = marks.read()
    now, mark = _present(seen.theirs), seen.mark
    engine.dispose()
    if json_:
        print_json({"now": now, "mark": mark})
    else:
        stands = "nobody has marked yet how far the mall's time has come"
        click.echo(f"the clock says {now.isoformat()}")
        click.echo(stands if mark is None else f"the mall's time has come to {mark.isoformat()}")


def time_ahead(engine: Engine, books: Books) -> Iterator[Finding]:
    """Malls whose time is ahead of the clock: it stands still for them until the clock has caught up."""
    from sqlalchemy import select
    from sqlalchemy.exc import SQLAlchemyError

    from quanyi.adapters.guarded_clock import SKEW
    from quanyi.adapters.sql.engine import Finding
    from quanyi.adapters.sql.marks import CLOCK
    from quanyi.adapters.sql.tables import tables_of

    mark = tables_of(**books.tables).mark.c
    try:
        with engine.connect() as connection:
            found = connection.execute(select(mark.mall, mark.at).where(mark.name == CLOCK, mark.at.is_not(None))).all()
    except SQLAlchemyError:
        return  # the tables are out of date, which is told already
    for mall, at in found:
        if at - _present(None) > SKEW:
            message = f"the time of mall {mall!r} stands at {at.isoformat()}, ahead of the clock"
            yield Finding(code="time-ahead", message=message, hint="put the clock right, or say quanyi clock --accept")


def _present(theirs: datetime | None) -> datetime:
    from quanyi.adapters.clock import SystemClock

    return theirs or SystemClock().now()
