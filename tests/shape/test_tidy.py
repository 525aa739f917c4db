"""
Small files, short functions: measured, so that the house stays readable while it grows.

What is too large stands in sizes.toml with today's size; an allowance may only shrink.
"""

from __future__ import annotations

import tomllib
from statistics import median
from typing import TYPE_CHECKING

import pytest

from tests.shape.source import ROOT, listing, product, proofs

if TYPE_CHECKING:
    from collections.abc import Mapping

LONGEST_FILE = 400
LONGEST_FUNCTION = 50
MEDIAN_FUNCTION = 8

ALLOWED = tomllib.loads((ROOT / "tests" / "shape" / "sizes.toml").read_text(encoding="utf-8"))


def file_sizes() -> dict[str, int]:
    return {module.path: module.lines for module in (*product(), *proofs())}


def function_sizes() -> dict[str, int]:
    return {
        f"{module.path}::{name}": length for module in (*product(), *proofs()) for name, length in module.functions()
    }


@pytest.mark.parametrize(
    ("what", "sizes", "limit"),
    [("files", file_sizes, LONGEST_FILE), ("functions", function_sizes, LONGEST_FUNCTION)],
)
def test_nothing_is_larger_than_allowed(what, sizes, limit):
    too_large = {
        name: f"{size} lines, at most {ALLOWED[what].get(name, limit)}"
        for name, size in sizes().items()
        if size > ALLOWED[what].get(name, limit)
    }

    assert not too_large, listing(too_large)


@pytest.mark.parametrize(
    ("what", "sizes", "limit"),
    [("files", file_sizes, LONGEST_FILE), ("functions", function_sizes, LONGEST_FUNCTION)],
)
def test_allowances_only_shrink(what, sizes, limit):
    stale = stale_allowances(ALLOWED[what], sizes(), limit)

    assert not stale, listing(stale)


def test_functions_are_short_in_the_middle():
    lengths = [length for module in product() for _, length in module.functions()]

    assert median(lengths) <= MEDIAN_FUNCTION


def stale_allowances(allowed: Mapping[str, int], sizes: Mapping[str, int], limit: int) -> dict[str, str]:
    """Name the entries that are larger than what they allow for."""
    stale = {name: sizes.get(name, 0) for name, size in allowed.items() if sizes.get(name, 0) < size}
    return {name: "remove the entry" if size <= limit else f"lower it to {size}" for name, size in stale.items()}


def test_a_stale_allowance_is_noticed():
    allowed = {"gone.py": 500, "small.py": 500, "shrunk.py": 500, "same.py": 500}
    sizes = {"small.py": 100, "shrunk.py": 450, "same.py": 500}

    assert stale_allowances(allowed, sizes, LONGEST_FILE) == {
        "gone.py": "remove the entry",
        "small.py": "remove the entry",
        "shrunk.py": "lower it to 450",
    }
