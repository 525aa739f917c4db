"""
The laws of the README are held by tests that are there.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from quanyi import entitlements

README = (Path(entitlements.__file__).parent / "README.md").read_text(encoding="utf-8")
TESTS = Path(__file__).parent.parent
LAWS = [line.split("|")[1:3] for line in README.splitlines() if line.startswith("| ") and "test_" in line]


@pytest.mark.parametrize(("law", "tests"), LAWS)
def test_every_law_names_tests_that_are_there(law, tests):
    """Each file it names exists, and each test or invariant stands in one of them."""
    names = re.findall(r"`([\w/.]+)`", tests)
    files = [next(TESTS.rglob(Path(name).name)) for name in names if name.endswith(".py")]
    source = "".join(file.read_text(encoding="utf-8") for file in files)
    missing = [name for name in names if not name.endswith(".py") and f"def {name}(" not in source]

    assert files
    assert not missing, law
