"""The page of the Python API is made from the code as it is, and every public name has a place in it."""

from __future__ import annotations

import pytest

import quanyi
from quanyi import QuanyiError
from tests.docs.python_page import PAGE, python_page


@pytest.fixture
def patience() -> None:
    """Nothing: the page says how long a host waits, not a test."""


def test_the_page_is_current() -> None:
    """Renew it: python -m tests.docs.python_page."""
    assert PAGE.read_text(encoding="utf-8") == python_page()


def test_the_page_is_the_same_every_time() -> None:
    assert python_page() == python_page()
    assert " at 0x" not in python_page()


def test_every_public_name_is_on_it() -> None:
    page = PAGE.read_text(encoding="utf-8")
    missing = []
    for name in quanyi.__all__:
        found = getattr(quanyi, name)
        error = isinstance(found, type) and issubclass(found, QuanyiError)
        if (f"| `{name}` |" if error else f" {name}\n") not in page:
            missing.append(name)

    assert missing == []
