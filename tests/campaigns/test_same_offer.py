"""Two campaigns may sell one thing, as long as they never do at once."""

from __future__ import annotations

import pytest

from quanyi.campaigns.project.load import check_project
from tests.campaigns.test_findings import project_with

SHELF = """\
campaign: {name}
kind: points_exchange
runs: {{from: "2026-03-01", through: "2026-03-31"}}
sells: {{coffee: {{points: 300}}}}
at_most: [1 piece per user]
on_sale: {{coffee: {{from: "{start} 00:00", until: "{end} 00:00"}}}}
"""


def shelf(name: str, start: str, end: str) -> str:
    return SHELF.format(name=name, start=start, end=end)


@pytest.mark.parametrize(
    ("times", "found"),
    [
        pytest.param(("2026-03-05", "2026-03-09"), [], id="behind"),
        pytest.param(("2026-03-04", "2026-03-09"), ["same-offer-twice"], id="overlap"),
    ],
)
def test_times_of_a_thing_that_are_apart_are_not_at_once(times, found, tmp_path):
    both = shelf("first", "2026-03-01", "2026-03-05") + "---\n" + shelf("second", *times)

    assert [finding.code for finding in check_project(project_with(tmp_path, both))] == found
