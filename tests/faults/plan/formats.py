"""Faults in the flag that says what every process reads."""

from __future__ import annotations

from tests.faults.fault import Edit, Fault

__all__ = ["FORMATS"]

_FLAG = "tests/formats/test_flag.py"

FORMATS = (
    Fault(
        "formats-newer-shape-too-early",
        "Until the flag is raised, records are written in the shape that the older program reads.",
        (f"{_FLAG}::test_before_the_flag_is_raised_both_programs_read_each_other[sqlite]",),
        (Edit("adapters/sql/views.py", "self.codec.write_as(flag or FIRST_FORMAT)", "self.codec.write_as(flag or 2)"),),
    ),
    Fault(
        "formats-upgrade-raises",
        "An upgraded database stays at the format it had until its operator says so.",
        (f"{_FLAG}::test_an_upgraded_database_waits_for_its_operator[sqlite-0.1-2026-11]",),
        (Edit("adapters/sql/migrate.py", "(fresh or _never_flagged(connection, tables))", "True"),),
    ),
    Fault(
        "formats-covers-edits-up",
        "Raising the flag gives digests only to what had none.",
        (f"{_FLAG}::test_only_what_had_no_digest_gets_one[sqlite]",),
        (
            Edit(
                "adapters/sql/migrations/witnessing.py",
                "partial(value, place), none_yet)",
                "partial(value, place))",
            ),
        ),
    ),
)
