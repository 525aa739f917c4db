"""The plan of faults fits the source as it is."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.faults.bench import ROOT
from tests.faults.fault import Edit
from tests.faults.plan import FAULTS


@pytest.mark.parametrize("edit", [pytest.param(edit, id=fault.name) for fault in FAULTS for edit in fault.edits])
def test_every_fault_finds_its_place_once(edit: Edit) -> None:
    """Whoever changes a guarded line changes the fault that breaks it as well."""
    found = (ROOT / edit.path).read_text(encoding="utf-8").count(edit.find)

    assert found == 1, f"{edit.path} has {found} times: {edit.find}"


def test_every_fault_has_a_name_a_test_and_a_place() -> None:
    """No fault is there for the count alone."""
    names = [fault.name for fault in FAULTS]

    assert len(set(names)) == len(names) >= 40
    assert all(fault.tests and fault.edits for fault in FAULTS)


def test_every_named_test_exists() -> None:
    """A test that was renamed, or has other parameters, would catch nothing."""
    named = sorted({test for fault in FAULTS for test in fault.tests})
    found = subprocess.run(
        [sys.executable, "-m", "pytest", "--collect-only", "-q", "-p", "no:cacheprovider", *named],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )

    assert (found.returncode, [line for line in found.stderr.splitlines() if line.startswith("ERROR")]) == (0, [])
