"""
The work bench: copies of the checkout, and tests run in them.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from time import time

import attrs

from tests.faults.witness import NOTES

__all__ = ["ROOT", "Run", "copied", "run_tests"]

_CLEARING_UP_SECONDS = 5
ROOT = Path(__file__).resolve().parents[2]
_PARTS = ("adapters", "campaigns", "demo_app", "docs", "entitlements", "pyproject.toml", "quanyi", "tests")
_PARTS += ("CHANGELOG.md", "CONTRIBUTING.md", "Makefile", "README.md", "mkdocs.yml")
_LEAVE = shutil.ignore_patterns(".*", "*.db", "*.sqlite*", "node_modules")
_PYTEST = ("-m", "pytest", "-q", "--tb=short", "-p", "no:cacheprovider", "-p", "pytest_timeout")
_WITNESS = ("-p", "tests.faults.witness")


@attrs.frozen(kw_only=True)
class Run:
    """
    What became of some tests.

    Attributes:
        outcomes: ``passed``, ``failed``, ``skipped`` or ``error`` by test; tests that said nothing are missing.
        seconds: Until the last of them was known; until it was stopped if some never were.
        said: What pytest wrote.
    """

    outcomes: dict[str, str]
    seconds: float
    said: str


def copied(source: Path, target: Path) -> Path:
    """Copy what the tests need, compiled files with it; links stay links."""
    target.mkdir()
    for part in _PARTS:
        if (source / part).is_dir():
            shutil.copytree(source / part, target / part, symlinks=True, ignore=_LEAVE)
        else:
            shutil.copy2(source / part, target / part)
    return target


def run_tests(root: Path, tests: Sequence[str], *, limit: float) -> Run:
    """
    Run *tests* in the copy under *root*.

    What has no verdict after *limit* seconds is ended; with its verdict a test may take some
    seconds more to clear up behind itself.
    """
    notes = root / "notes"
    notes.touch()
    with (root / "said").open("w+", encoding="utf-8") as said:
        begun = time()
        process = _start(root, tests, notes, said)
        _wait(process, limit, notes, tests)
        outcomes = _told(notes, tests)
        spent = (notes.stat().st_mtime if len(outcomes) == len(tests) else time()) - begun
        said.seek(0)
        return Run(outcomes=outcomes, seconds=spent, said=said.read())


def _wait(process: subprocess.Popen[bytes], limit: float, notes: Path, tests: Sequence[str]) -> None:
    try:
        process.wait(limit)
    except subprocess.TimeoutExpired:
        with suppress(subprocess.TimeoutExpired):
            process.wait(_CLEARING_UP_SECONDS if len(_told(notes, tests)) == len(tests) else 0)
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _start(root: Path, tests: Sequence[str], notes: Path, said: object) -> subprocess.Popen[bytes]:
    settings = {"PYTHONPATH": str(root), "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", NOTES: str(notes)}
    return subprocess.Popen(
        [sys.executable, *_PYTEST, *_WITNESS, *tests],
        cwd=root,
        env={**os.environ, **settings},
        stdin=subprocess.DEVNULL,
        stdout=said,  # type: ignore[arg-type]
        stderr=subprocess.STDOUT,
        start_new_session=True,
    )


def _told(notes: Path, tests: Sequence[str]) -> dict[str, str]:
    """The outcome of each test that has one: the first that is not a success."""
    outcomes: dict[str, str] = {}
    for outcome, test in (line.split(" ", 1) for line in notes.read_text(encoding="utf-8").splitlines()):
        outcomes[test] = outcome if outcomes.get(test, "passed") == "passed" else outcomes[test]
    return {test: outcomes[test] for test in tests if test in outcomes}
