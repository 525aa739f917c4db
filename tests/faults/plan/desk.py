"""Faults in the product team's desk: stories, hints, sentences, the command line's options."""

from __future__ import annotations

from tests.faults.fault import Edit, Fault

__all__ = ["DESK"]

DESK = (
    Fault(
        name="prefix-is-not-heard",
        promise="every command finds the tables under the prefix that it is told",
        tests=("tests/cli/test_places.py::test_a_mall_under_a_name_and_a_prefix_of_its_own_is_found_by_all_of_them",),
        edits=(
            Edit(
                "adapters/cli/books.py",
                "recompute(engine, only_mall(engine, books), **books.tables)",
                "recompute(engine, only_mall(engine, books))",
            ),
        ),
    ),
)
