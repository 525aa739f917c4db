"""What is asked of the database about each need."""

from __future__ import annotations

from quanyi.adapters.conformance.material import deal
from quanyi.adapters.sql.needs_by_table import NeedsByTable
from quanyi.entitlements.records import Person, RecordKey


def test_nothing_is_asked_about_timers_of_people() -> None:
    """Their records are locked with many decisions, and no timer is about them: two statements less on MariaDB."""
    ann, order = RecordKey(kind=Person.kind, parts=("ann",)), deal("d1").key
    asked = NeedsByTable.of([ann, order])

    assert set(asked.records) == {ann.id, order.id}
    assert (asked.timed(), asked.keys()) == ([order.id], [order.id])
