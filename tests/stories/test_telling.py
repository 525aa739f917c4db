"""Telling a story: what holds passes, what does not is said with its place and its reason."""

from __future__ import annotations

from datetime import UTC, datetime

import attrs
import pytest

from quanyi.adapters.stages import memory_stage
from quanyi.campaigns.tools.coverage.clauses import unheard
from quanyi.campaigns.tools.stories import tell
from quanyi.campaigns.tools.stories.scene import Scene
from tests.stories.samples import GOOD, write_project
from tests.stories.stages import stories_of, verified_stage

STEP = """\
story: one step
given:
  users: {{ann: {{vip: true}}}}
  points: {{ann: 5}}
steps:
  - {{at: "2026-03-01 14:00", who: ann, {step}}}
"""
ORDER = "do: order.place, with: {item: coffee, order: o1}"


def told(folder, step):
    """The problems of a story of one step."""
    project, (story,) = stories_of(write_project(folder, one=STEP.format(step=step)))
    return tell(story, project, memory_stage).problems


@pytest.mark.parametrize("lazy", [False, True], ids=["swept", "unswept"])
def test_a_good_story_passes_whether_or_not_a_sweep_runs(tmp_path, lazy):
    project, stories = stories_of(write_project(tmp_path))

    assert [tell(story, project, memory_stage, lazy=lazy).problems for story in stories] == [(), ()]


@pytest.mark.parametrize(
    "step",
    [
        "order.pay, with: {order: o9, amount: 1}",
        "order.cancel, with: {order: o9}",
        "order.refund, with: {order: o9}",
        "redeem, with: {order: o9}",
    ],
)
def test_an_order_that_nobody_placed_is_named_as_the_story_names_it(tmp_path, step):
    (problem,) = told(tmp_path, f"do: {step}")

    assert "no deal of an order 'o9'" in " ".join([problem.message, *map(str, problem.why)])


def test_a_good_story_passes_in_a_database_which_is_empty_afterwards(tmp_path, sqlite_engine):
    project, stories = stories_of(write_project(tmp_path))
    put_up = verified_stage(sqlite_engine)

    assert all(tell(story, project, put_up).good for story in stories)
    with sqlite_engine.connect() as connection:
        counts = [
            connection.exec_driver_sql(f"select count(*) from quanyi_{t}").scalar() for t in ("journal", "record")
        ]
    assert counts == [0, 0]


def test_a_failing_check_is_said_with_its_place_what_was_found_and_why(tmp_path):
    (problem,) = told(tmp_path, "do: order.paid, with: {order: o1, amount: 19.99}, then: {promises: {ann: 1}}")

    assert problem.where == "stories/one.yaml:6"
    assert problem.message == "expected promises of ann to be 1, got 0"
    assert [str(line) for line in problem.why] == [
        "thanks: skipped amount-min (amount 19.99, min 20.00, missing 0.01)  campaigns/thanks.yaml:4"
    ]


@pytest.mark.parametrize(
    ("step", "message"),
    [
        ("do: order.place, with: {item: coffee, qty: 2}", "expected ann order.place to be accepted, got limit-reached"),
        ("do: order.place, with: {item: tea}", "expected ann order.place to be accepted, got not-found"),
        (f"{ORDER}, then: {{refused: out-of-stock}}", "expected refused to be out-of-stock, got accepted"),
        (f"{ORDER}, then: {{pay: 10.00}}", "expected pay to be 10.00, got 9.90"),
        (f"{ORDER}, then: {{left: {{coffee: 3}}}}", "expected left of coffee to be 3, got 2"),
        (f"{ORDER}, then: {{order: {{o1: paid}}}}", "expected order of o1 to be paid, got placed"),
        (f"{ORDER}, then: {{points: {{ann: 6}}}}", "expected balance of ann points to be 6, got 5"),
        (f"{ORDER}, then: {{has: {{ann: {{coffee: 1}}}}}}", "expected has of ann coffee to be 1, got 0"),
        ("do: order.returned, with: {order: o9}, then: {outcome: {thanks: granted}}", "expected outcome of thanks"),
        ("do: redeem, with: {benefit: coffee}", "expected ann redeem to be accepted, got not-found"),
    ],
)
def test_what_is_not_as_told_is_said(tmp_path, step, message):
    (problem,) = told(tmp_path, step)

    assert problem.message.startswith(message)


def test_the_steps_after_a_failing_one_are_told_too(tmp_path):
    """Every wrong step is reported in one telling, and those that are right are not."""
    broken = GOOD.split("---", maxsplit=1)[0].replace("promises: {ann: 1}", "promises: {ann: 7}")
    project, (story,) = stories_of(write_project(tmp_path, one=broken))

    problems = tell(story, project, memory_stage).problems
    assert [(p.where, p.message) for p in problems] == [
        ("stories/one.yaml:5", "expected promises of ann to be 7, got 1"),
        ("stories/one.yaml:8", "expected promises of ann to be 7, got 1"),
    ]


def test_a_story_goes_on_after_a_step_that_was_to_be_accepted(tmp_path):
    steps = [f"  - {{at: '2026-03-01 14:0{n}', who: ann, {ORDER.replace('o1', f'o{n}')}}}" for n in range(3)]
    text = "\n".join(["story: three orders", "given: {users: {ann: {vip: true}}}", "steps:", *steps, ""])
    project, (story,) = stories_of(write_project(tmp_path, one=text))

    problems = tell(story, project, memory_stage).problems
    assert [problem.where for problem in problems] == ["stories/one.yaml:5", "stories/one.yaml:6"]
    assert {problem.message for problem in problems} == {"expected ann order.place to be accepted, got limit-reached"}


def test_everything_given_that_cannot_be_is_said(tmp_path):
    """One unit's debt is not declared, and the other's neither: both are named, and the steps are told."""
    given = "given: {users: [ann], points: {ann: -1}, credit: {ann: -2.00}}"
    text = f"story: debts\n{given}\nsteps: [{{at: '2026-03-01', do: let time pass, then: {{points: {{ann: 1}}}}}}]\n"
    project, (story,) = stories_of(write_project(tmp_path, one=text))

    messages = [problem.message for problem in tell(story, project, memory_stage).problems]
    assert [message.partition(":")[0] for message in messages[:2]] == ["what is given can't be brought about"] * 2
    assert messages[2:] == ["expected balance of ann points to be 1, got 0"]


def test_a_refused_step_that_left_a_trace_is_noticed(tmp_path, monkeypatch):
    counts = iter(range(100))
    monkeypatch.setattr(Scene, "standing", lambda _: {"ann's points": next(counts)})

    (problem,) = told(tmp_path, "do: order.place, with: {item: tea}, then: {refused: not-found}")

    assert problem.message == "a refused step changed ann's points"


def test_a_campaign_that_breaks_is_a_problem_of_the_story_and_not_of_the_tool(tmp_path, monkeypatch):
    monkeypatch.setattr("quanyi.adapters.wiring.OpenMall.claim", lambda *_, **__: 1 / 0)

    (problem,) = told(tmp_path, ORDER)

    assert problem.message == "ann order.place broke: ZeroDivisionError: division by zero"


def test_coverage_names_the_clauses_that_never_said_no(tmp_path):
    project, stories = stories_of(write_project(tmp_path))
    outcomes = [tell(story, project, memory_stage) for story in stories]

    silent = [f"{clause.campaign} {clause.text}" for clause in unheard(project, outcomes)]
    assert silent == [
        "coffee-hour at_most 1 pieces per user",
        "coffee-hour stock",
        "thanks undone",
        "thanks at_most 2 times per user per month",
        "thanks budget 1000 points per campaign",
    ]


def test_without_stories_every_clause_is_silent(tmp_path):
    project, _ = stories_of(write_project(tmp_path))

    clauses = {(clause.campaign, clause.clause) for clause in unheard(project, [])}
    assert {("coffee-hour", "open"), ("coffee-hour", "for/vip-is"), ("thanks", "only_if/amount-min")} <= clauses


def test_a_story_stands_on_its_own_campaigns_only(tmp_path):
    project, (story, _) = stories_of(write_project(tmp_path))
    with memory_stage(attrs.evolve(project, campaigns={}), _nobody(), datetime(2026, 3, 1, tzinfo=UTC)) as stage:
        assert stage.apply().added == ()

    assert story.campaigns == ("thanks",)


def _nobody():
    class Nobody:
        def facts(self, user):
            return {}

    return Nobody()


REMINDERS = """\
story: who waits is told once
campaigns: [coffee-hour]
given:
  users: {ann: {vip: true}, bob: {vip: true}, cat: {vip: true}, dan: {}}
  used: {coffee-hour.quota.coffee: 2}
steps:
  - {at: "2026-03-01 13:00", who: cat, do: reminder.set, with: {item: coffee}, then: {reminder: {cat: {coffee: open}, dan: {coffee: none}}}}
  - {at: "2026-03-01 14:00", who: ann, do: order.place, with: {item: coffee, order: o1}, then: {left: {coffee: 0}, reminder: {cat: {coffee: answered}}}}
  - {at: "2026-03-01 14:01", who: bob, do: reminder.set, with: {item: coffee, campaign: coffee-hour}, then: {reminder: {bob: {coffee: open}}}}
  - {at: "2026-03-01 14:02", who: cat, do: reminder.set, with: {item: coffee}, then: {reminder: {cat: {coffee-hour.coffee: open}}}}
  - {at: "2026-03-01 14:03", who: cat, do: reminder.cancel, with: {item: coffee}, then: {reminder: {cat: {coffee: cancelled}}}}
  - {at: "2026-03-01 14:04", who: ann, do: order.cancel, with: {order: o1}, then: {left: {coffee: 1}, reminder: {bob: {coffee: answered}, cat: {coffee: cancelled}}}}
"""


@pytest.mark.parametrize("lazy", [False, True], ids=["swept", "unswept"])
def test_a_story_tells_of_reminders(tmp_path, lazy):
    """A worker looks before and after each step; who has been told, or wants it no more, waits no longer."""
    project, stories = stories_of(write_project(tmp_path, one=REMINDERS))

    assert [tell(story, project, memory_stage, lazy=lazy).problems for story in stories] == [()]


def test_a_reminder_that_is_not_as_told_is_a_problem(tmp_path):
    step = "do: reminder.set, with: {item: coffee}, then: {reminder: {ann: {coffee: open}}}"
    (problem,) = told(tmp_path, step)  # there is coffee, so that it is answered at once

    assert problem.message == "expected reminder of ann coffee-hour coffee to be open, got answered"
