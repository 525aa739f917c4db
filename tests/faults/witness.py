"""
A pytest plugin that writes down each test's end the moment it is known: a line ``outcome nodeid``.

So a verdict counts even where the process hangs afterwards.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pytest

__all__ = ["NOTES", "pytest_runtest_logreport"]

NOTES = "QUANYI_FAULT_NOTES"
"""The environment variable that names the file."""


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """A failure or a skip at once, a success when the test itself has ended."""
    if report.when == "call" or report.outcome != "passed":
        outcome = report.outcome if report.when == "call" or report.skipped else "error"
        with Path(os.environ[NOTES]).open("a", encoding="utf-8") as notes:
            notes.write(f"{outcome} {report.nodeid}\n")
