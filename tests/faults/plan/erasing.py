"""Faults of erasing a person."""

from __future__ import annotations

from tests.faults.fault import Edit, Fault

__all__ = ["ERASING"]

_TESTS, _RACES = "tests/engine/test_erasing.py", "tests/engine/test_erasing_races.py"
_SQL, _HOLDERS = "adapters/sql/erasing.py", "campaigns/engine/holders.py"
_FOUND = f"{_TESTS}::test_the_id_is_found_neither_by_looking_nor_by_trying[sqlite]"

ERASING = (
    Fault(
        name="erased-key-keeps-its-id",
        promise="the id of a receipt in whose key an erased person's id stood can't be tried",
        tests=(_FOUND,),
        edits=(Edit(_SQL, "id_, root = random_bytes(16), bytes", "id_, root = bytes(row.id), bytes"),),
    ),
    Fault(
        name="erased-api-key-stays",
        promise="an erasure deletes the API keys of the person",
        tests=(_FOUND,),
        edits=(Edit(_SQL, "self._tables.api_key.c.user_id == wish.user)", 'self._tables.api_key.c.user_id == "")'),),
    ),
    Fault(
        name="erasure-misses-decisions",
        promise="an erasure on PostgreSQL waits for decisions that are under way",
        tests=(f"{_RACES}::test_a_decision_under_way_is_waited_for[postgres-True]",),
        edits=(
            Edit(
                "adapters/sql/dialects/postgresql.py",
                'text(f"lock table {name} in exclusive mode")',
                'text(f"lock table {name} in access share mode")',
            ),
        ),
    ),
    Fault(
        name="erased-holder-stays-cached",
        promise="what was decided before an erasure fills no cache after it",
        tests=(f"{_RACES}::test_what_was_decided_before_fills_no_cache_afterwards[sqlite]",),
        edits=(
            Edit(_HOLDERS, "if cache.epoch != epoch:\n            return", "if cache is None:\n            return"),
        ),
    ),
    Fault(
        name="erased-deal-stays-open",
        promise="a deal that waits for its payment refuses an erasure",
        tests=(f"{_TESTS}::test_what_is_open_refuses_and_is_listed[sqlite]",),
        edits=(Edit(_SQL, 'record.phase == "placed")', 'record.phase == "held")'),),
    ),
)
