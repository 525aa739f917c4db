"""Campaigns that cause themselves are found before they run; those that a limit stops, or that die out, are left alone."""

from __future__ import annotations

import pytest

from quanyi.campaigns.project.load import check_project
from tests.campaigns.test_findings import project_with

CHECK_IN = "campaign: visits\nkind: task\ngoals: {visit: {when: check_in, give: {points: 1}}}\n"


def task(name, goals, *more):
    return "\n".join(
        [f"campaign: {name}", "kind: task", "restart: true", "at_most: [100 per user]", *more, f"goals: {goals}", ""]
    )


def told(tmp_path, *campaigns):
    found = check_project(project_with(tmp_path, "---\n".join(campaigns)))
    return [finding.message.rpartition(": ")[2] for finding in found if finding.code == "causes-itself"]


def goal(**keys):
    words = {"when": "goal.done", "give": "{points: 1}", **keys}
    return "{any: {" + ", ".join(f"{key}: {value}" for key, value in words.items()) + "}}"


def test_one_that_hears_itself(tmp_path):
    assert told(tmp_path, CHECK_IN, task("a", goal())) == ["a → goal.done → a"]


def test_two_that_feed_each_other(tmp_path):
    """Each listens to the other by name, so neither feeds itself; the way is said from the first to itself."""
    a, b = (task(name, goal(only_if=f"{{campaign: {other}}}")) for name, other in (("a", "b"), ("b", "a")))

    assert told(tmp_path, a, b) == ["a → goal.done → b → goal.done → a"]


def test_a_ring_of_three_and_one_beside_it(tmp_path):
    ring = [task(name, goal(only_if=f"{{campaign: {of}}}")) for name, of in (("a", "c"), ("b", "a"), ("c", "b"))]
    beside = task("d", goal(only_if="{campaign: c}"))

    assert told(tmp_path, *ring, beside) == ["a → goal.done → b → goal.done → c → goal.done → a"]


@pytest.mark.parametrize(
    "campaign",
    [
        # once a round, and there is only one round
        f"campaign: a\nkind: task\ngoals: {goal()}\n",
        # a limit stops it in time
        f"campaign: a\nkind: task\nrestart: true\nat_most: [3 per user per day]\ngoals: {goal()}\n",
        f"campaign: a\nkind: task\nrestart: true\nat_most: [{{amount: 5, of: points}}]\ngoals: {goal()}\n",
        # it hears others, and not itself
        task("a", goal(only_if="{campaign: visits}")),
        task("a", goal(only_if="{campaign: {not: a}}")),
        task("a", goal(only_if="{campaign: [visits, b]}")),
        task("a", goal(only_if="{goal: visit}")),
        # five of anybody's goals make one of its own: that dies out
        task("a", goal(count=5)),
    ],
)
def test_what_ends_is_left_alone(campaign, tmp_path):
    found = check_project(project_with(tmp_path, f"{CHECK_IN}---\n{campaign}"))

    assert [str(finding) for finding in found if finding.code == "causes-itself"] == []


@pytest.mark.parametrize(
    ("keys", "way"),
    [
        ("at_most: [9 per user per day]", ["a → goal.done → a"]),  # nine are more than the engine follows
        ("at_most: [{count: 1, per: user, over: flag}]\nbudget: {points: {amount: 10000}}", ["a → goal.done → a"]),
    ],
)
def test_a_limit_that_does_not_end_it_in_time_is_none(keys, way, tmp_path):
    campaign = f"campaign: a\nkind: task\nrestart: true\n{keys}\ngoals: {goal()}\n"

    assert told(tmp_path, campaign) == way


def test_goals_that_need_two_each_and_give_two_go_on(tmp_path):
    """Each passes on a half of what it hears, and both together all of it."""
    goals = "{x: {when: goal.done, count: 2, give: {points: 1}}, y: {when: goal.done, count: 2, give: {points: 1}}}"

    assert told(tmp_path, task("a", goals)) == ["a → goal.done → a"]


def test_campaigns_that_never_run_together_feed_nobody(tmp_path):
    a = task("a", goal(only_if="{campaign: b}"), 'runs: {from: "2026-05-01", through: "2026-05-31"}')
    b = task("b", goal(only_if="{campaign: a}"), 'runs: {from: "2026-06-01", through: "2026-06-30"}')

    assert told(tmp_path, a, b) == []


def test_a_referral_that_hears_its_own_rewards(tmp_path):
    """What an inviter gets is told of him, and his own inviter may get something for it, and so on."""
    rule = "{to: inviter, when: referral.rewarded, give: {points: 1}, at_most: [100 per inviter]}"
    text = f"campaign: up\nkind: referral\nbind: {{when: referral.bind, to: to}}\nrewards:\n  - {rule}\n"

    assert told(tmp_path, text) == ["up → referral.rewarded → up"]


@pytest.mark.parametrize(("event", "give"), [("points.changed", "{points: 1}"), ("entitlement.granted", "coffee")])
def test_what_a_mall_declares_under_the_name_of_something_told(event, give, tmp_path):
    """The engine hands it on like any other."""
    folder = project_with(tmp_path, f"campaign: a\nkind: reward\nwhen: {event}\ngive: {give}\nat_most: [99 per user]\n")
    (folder / "events" / "more.yaml").write_text(f"events: {{{event}: {{}}}}\n", encoding="utf-8")

    assert [finding.code for finding in check_project(folder)] == ["causes-itself"]


def test_a_kept_promise_that_makes_another(tmp_path):
    text = "campaign: a\nkind: reward\nwhen: promise.kept\nafter: 1d\ngive: {points: 1}\nat_most: [99 per user]\n"
    folder = project_with(tmp_path, text)
    (folder / "events" / "more.yaml").write_text("events: {promise.kept: {}}\n", encoding="utf-8")

    assert "causes-itself" in [finding.code for finding in check_project(folder)]
