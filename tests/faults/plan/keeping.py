"""Faults in what is kept beside the books: look-ups, the outbox and its sinks, codes as they come in, backups."""

from __future__ import annotations

from tests.faults.fault import Edit, Fault

__all__ = ["KEEPING"]

_MEMORY = "tests/conformance/test_memory.py::TestMemory::"
_SQLITE = "tests/conformance/test_sqlite.py::TestSqlite::"
_POSTGRES = "tests/conformance/test_postgres.py::TestPostgres::"
_LAST = "test_a_record_is_found_by_what_it_names_last"

KEEPING = (
    # --- look-ups ------------------------------------------------------------------------------
    Fault(
        name="memory-found-by-the-past",
        promise="the memory store, which is the specification, finds no record by what it names no longer",
        tests=(f"{_MEMORY}{_LAST}",),
        edits=(Edit("adapters/memory.py", "tables.named[record.kind, name, value].pop(key, None)", "pass"),),
    ),
    Fault(
        name="sqlite-found-by-the-past",
        promise="SQLite and any driver: no record is found by what it names no longer",
        tests=(f"{_SQLITE}{_LAST}",),
        edits=(Edit("adapters/sql/dialects/generic.py", "        self._forget(connection, rows.forgotten)\n", ""),),
    ),
    Fault(
        name="one-statement-found-by-the-past",
        promise="PostgreSQL: no record is found by what it names no longer",
        tests=(f"{_POSTGRES}{_LAST}",),
        edits=(
            Edit(
                "adapters/sql/dialects/guarded.py",
                '    _Step("forgotten", "lookup", _forget, strict=False),\n',
                "",
            ),
        ),
    ),
    Fault(
        name="one-statement-forgets-what-stays",
        promise="PostgreSQL: a changed record is still found by what it goes on naming",
        tests=(f"{_POSTGRES}{_LAST}",),
        edits=(Edit("adapters/sql/dialects/guarded.py", " and not (k.value = any(u.stays))", ""),),
    ),
    Fault(
        name="old-records-without-names",
        promise="records of an earlier release are found by what they name",
        tests=("tests/releases/test_lookups.py::test_old_records_are_found_by_what_they_name[sqlite-0.1-2026-11]",),
        edits=(Edit("adapters/sql/migrations/filling.py", "name_records, *STEPS)", "*STEPS)"),),
    ),
    Fault(
        name="found-as-it-stood",
        promise="a deal that is found by its order reads as it is now, not as it was last booked",
        tests=("tests/engine/test_find.py::test_deals_are_found_by_the_hosts_order_number[memory]",),
        edits=(
            Edit(
                "campaigns/reads.py",
                'return [cast("Deal", view.stored(record.key)[0]) for record in found]',
                'return [cast("Deal", record) for record in found if view]',
            ),
        ),
    ),
)
