"""What a campaign gives is bounded, in every way it may come to give; and what is bounded is not complained of."""

from __future__ import annotations

import pytest

from quanyi.campaigns.project.load import check_project, load_project
from quanyi.campaigns.tools.show import show_data
from tests.campaigns.test_findings import project_with

FRIENDS = """\
campaign: friends
kind: referral
runs: {from: "2026-05-01", through: "2026-05-31"}
bind: {when: referral.bind, to: to}
"""


def codes(tmp_path, text):
    return [finding.code for finding in check_project(project_with(tmp_path, text))]


@pytest.mark.parametrize(
    ("at_most", "rule", "found"),
    [
        pytest.param("[5 per inviter]", "{to: inviter, when: bound, give: {points: 10}}", [], id="bound"),
        ("[5 per inviter per month]", "{to: inviter, when: bound, give: {points: 10}}", []),
        ("[{count: 100, per: campaign}]", "{to: inviter, when: bound, give: {points: 10}}", []),
        # whoever brings five may still order without end
        ("[5 per inviter]", "{to: inviter, when: order.paid, give: {points: 10}}", ["unbounded"]),
        ("[5 per inviter]", "{to: inviter, when: order.paid, give: {points: 10}, at_most: [1 per friend]}", []),
        ("none", "{to: inviter, when: order.paid, give: {points: 10}, at_most: [1 per friend]}", ["unbounded"]),
        # an amount that depends on the event needs a limit on the amount
        ("[5 per inviter]", "{to: inviter, when: order.paid, give: {points: {percent: 10%, of: amount}}, at_most: [1 per friend]}", ["unbounded"]),
        ("[5 per inviter]", "{to: inviter, when: order.paid, give: {points: {percent: 10%, of: amount}}, at_most: [90 points per friend]}", []),
        # a limit that only flags bounds nothing
        ("[{count: 5, per: inviter, over: flag}]", "{to: inviter, when: bound, give: {points: 10}}", ["unbounded"]),
        ("none", "{to: friend, when: bound, give: video, instead: {points: 10}}", []),
        ("none", "{to: friend, when: order.paid, give: video, instead: {points: 10}}", ["unbounded"]),
    ],
)  # fmt: skip
def test_a_limit_on_binding_bounds_what_hangs_on_the_bond(at_most, rule, found, tmp_path):
    assert codes(tmp_path, f"{FRIENDS}at_most: {at_most}\nrewards:\n  - {rule}\n") == found


@pytest.mark.parametrize(
    ("at_most", "rule", "cost"),
    [
        pytest.param("[5 per inviter]", "{to: inviter, when: bound, give: {points: 10}}", (50, None), id="bound"),
        ("[{count: 100, per: campaign}]", "{to: inviter, when: bound, give: {points: 10}}", (1000, 1000)),
        ("[5 per inviter]", "{to: inviter, when: order.paid, give: {points: 10}, at_most: [2 per friend]}", (100, None)),
        ("[5 per inviter]", "{to: inviter, when: order.paid, give: {points: {percent: 10%, of: amount}}, at_most: [90 points per friend]}", (450, None)),
        ("none", "{to: friend, when: bound, give: {points: 10}}", (10, None)),
        ("none", "{to: friend, when: order.paid, give: {points: 10}, at_most: [3 per user]}", (30, None)),
    ],
)  # fmt: skip
def test_what_is_shown_as_the_cost_counts_the_bonds(at_most, rule, cost, tmp_path):
    project = load_project(project_with(tmp_path, f"{FRIENDS}at_most: {at_most}\nrewards:\n  - {rule}\n"))
    (part,) = show_data(project, "friends")["exposure"]

    assert (part["per_user"], part["total"]) == cost


@pytest.mark.parametrize(
    ("keys", "cost"),
    [
        ("at_most: [{count: 20, of: pieces, per: campaign}]", (20, 20)),
        ("budget: {money: {amount: 100.00}}", (12, 12)),  # coffees at 8.00 each
        ("at_most: [{count: 2, of: coffee}]", (2, None)),
    ],
)
def test_benefits_are_bounded_by_pieces_and_by_what_they_cost(keys, cost, tmp_path):
    text = f"campaign: c\nkind: reward\nwhen: check_in\ngive: coffee\n{keys}\n"
    project = load_project(project_with(tmp_path, text))
    (part,) = show_data(project, "c")["exposure"]

    assert (part["per_user"], part["total"]) == cost
