"""Faults in what an upgrade fills in, and in what an older program may go on writing."""

from __future__ import annotations

from tests.faults.fault import Edit, Fault

__all__ = ["RELEASES"]

_OLDER = "tests/releases/test_upgrade.py::test_a_program_of_the_earlier_release_still_writes_its_rows"
_ENDED = "tests/releases/test_ended.py::"

RELEASES = (
    Fault(
        name="upgrade-forgets-what-ended",
        promise="points that ended before the upgrade are not taken a second time after it",
        tests=(
            f"{_ENDED}test_what_ended_of_each_lot_stands_beside_it[sqlite]",
            f"{_ENDED}test_an_undo_after_the_upgrade_takes_nothing_for_what_ended_before[sqlite-life]",
        ),
        edits=(Edit("adapters/sql/migrations/filling.py", "(keep_what_ended, ", "("),),
    ),
    Fault(
        name="upgrade-stops-the-older-program",
        promise="processes of the release before go on writing after the upgrade",
        tests=(f"{_OLDER}[sqlite-0.1-2026-11]",),
        edits=(
            Edit(
                "adapters/sql/migrations/versions/0002_formats.py",
                'sa.Column("sink", NAME, nullable=False, server_default="host"),\n        sa.Column("order_key"',
                'sa.Column("sink", NAME, nullable=False),\n        sa.Column("order_key"',
            ),
        ),
    ),
)
