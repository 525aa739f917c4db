"""Faults in telemetry: what is told of people, and what is counted."""

from __future__ import annotations

from tests.faults.fault import Edit, Fault

__all__ = ["TELEMETRY"]

_TESTS = "tests/telemetry/test_telemetry.py::"
_FILE = "adapters/telemetry.py"

TELEMETRY = (
    Fault(
        name="telemetry-tells-users",
        promise="no span or figure names a person",
        tests=(f"{_TESTS}test_nothing_of_people_keys_and_codes_is_told",),
        edits=(
            Edit(
                _FILE,
                '"quanyi.type": ask.type}\n            begun',
                '"quanyi.type": f"{ask.type} {ask.user}"}\n            begun',
            ),
        ),
    ),
    Fault(
        name="telemetry-tells-errors",
        promise="no span has the text of an error",
        tests=(f"{_TESTS}test_nothing_of_people_keys_and_codes_is_told",),
        edits=(
            Edit(
                _FILE,
                "attributes=told,\n                record_exception=False,\n                set_status_on_exception=False,",
                "attributes=told,",
            ),
        ),
    ),
    Fault(
        name="telemetry-counts-twice",
        promise="what a receipt answers is no verdict of its own",
        tests=(f"{_TESTS}test_verdicts_are_counted_by_code",),
        edits=(Edit(_FILE, "if not outcome.duplicate:", "if outcome:"),),
    ),
    Fault(
        name="telemetry-in-between",
        promise="without telemetry the same classes run",
        tests=(f"{_TESTS}test_without_telemetry_nothing_is_in_between_and_nothing_is_loaded",),
        edits=(
            Edit(
                "adapters/wiring.py",
                "Transactions(**fields) if telemetry is None else",
                "Transactions(**fields) if telemetry else __import__('quanyi.adapters.telemetry', fromlist=['x']).Telemetry().transactions(name, **fields) if telemetry is None else",
            ),
        ),
    ),
)
