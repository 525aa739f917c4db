"""Stories that change things on the way, and look into the books; `test_malls` tells those that come true."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from quanyi.adapters.stages import memory_stage
from quanyi.campaigns.language.findings import Findings
from quanyi.campaigns.project.load import load_project
from quanyi.campaigns.tools.stories import read_stories, tell

MALL = Path(__file__).parents[1] / "malls" / "midway"
STORY = """\
story: one
given: {users: {ann: {level: gold}, bob: {}}, codes: {game: [k1]}}
steps:
  - {at: "2026-03-01 10:00", who: ann, do: order.paid, with: {order: o1, amount: 1.00}, then: {points: {ann: 30}}}
"""


def read(folder: Path, text: str):
    """The midway mall with one more story of its own."""
    root = folder / "mall"
    shutil.copytree(MALL, root)
    (root / "stories" / "midway.yaml").write_text(text, encoding="utf-8")
    project, findings = load_project(root), Findings()
    return project, read_stories(root, project, findings), findings


def found(folder: Path, step: str) -> list[str]:
    """What is wrong with a second step."""
    return [str(finding) for finding in read(folder, f'{STORY}  - {{at: "2026-03-02", {step}}}\n')[2].sorted()]


def problems(folder: Path, step: str) -> list[str]:
    """What is not as told in a second step."""
    project, (story,), findings = read(folder, f'{STORY}  - {{at: "2026-03-02", {step}}}\n')
    assert not findings.items
    return [problem.message for problem in tell(story, project, memory_stage).problems]


@pytest.mark.parametrize(
    ("step", "finding"),
    [
        ("who: ann", "stories/midway.yaml:5:5 missing-key nothing happens here (write do: let time pass)"),
        ("facts: {anna: {level: gold}}", "unknown-user there is no user 'anna' (did you mean ann?)"),
        ("facts: {ann: {levl: gold}}", "unknown-fact there is no fact 'levl' (did you mean level?)"),
        ("stock: {cofee: 1}", "unknown-benefit there is no benefit 'cofee' (did you mean coffee?)"),
        ("stock: {game: 1}", "no-stock"),
        ("stock: {coffee: -1}", "out-of-range"),
        ("codes: {coffee: [k2]}", "no-pool"),
        ("pause: gold", "unknown-campaign there is no campaign 'gold'"),
        ("resume: [reader, sign]", "unknown-campaign there is no campaign 'sign' (did you mean sign-in?)"),
        ("apply: changes/none.yaml", "unknown-file there is no file 'changes/none.yaml' in the project"),
        ("apply: ../mall/changes/back.yaml", None),
        ("apply: /etc/hostname", "unknown-file there is no file '/etc/hostname' in the project"),
        ("do: let time pass, then: {lots: {ann: {points: {soon: 1}}}}", "bad-time soon is not an instant"),
        ("do: let time pass, then: {lots: {ann: {points: {never: 0.5}}}}", "bad-amount"),
        ("do: let time pass, then: {lots: {ann: {pionts: {}}}}", "unknown-unit"),
        ("do: let time pass, then: {lots: {anna: {points: {}}}}", "unknown-user"),
        ("do: let time pass, then: {ends: {ann: {tea: []}}}", "unknown-benefit"),
        ("do: let time pass, then: {ends: {ann: {coffee: now}}}", "bad-time now is not an instant"),
        ("do: let time pass, then: {used: {gold-thanks: {ann: 1}}}", "unknown-limit there is no limit 'gold-thanks'"),
        ("do: let time pass, then: {used: {coffee-bar: 1}}", "wrong-type expected a map of names"),
        ("do: let time pass, then: {used: {coffee-bar: {anna: 1}}}", "unknown-user"),
        ("do: let time pass, then: {step: {anna: 1}}", "unknown-user there is no user 'anna' (did you mean ann?)"),
        ("do: let time pass, then: {pool: {game: {k1: lost}}}", "unknown-word lost is not possible here"),
        ("do: let time pass, then: {pool: {game: {free: many}}}", "unknown-word many is not possible here"),
    ],
)
def test_what_is_wrong_with_a_step_is_a_finding(tmp_path, step, finding):
    lines = found(tmp_path, step)

    assert [finding in line for line in lines] == ([True] if finding else [])


def test_users_of_what_is_given_are_users_of_the_story(tmp_path):
    """With `users`, they are all there are; without, somebody must do something."""
    listed = STORY.replace("codes: {game: [k1]}", "points: {anna: 5}")
    unlisted = STORY.replace("users: {ann: {level: gold}, bob: {}}, codes: {game: [k1]}", "points: {anna: 5, ann: 1}")

    codes = [[f.code for f in read(tmp_path / str(n), text)[2].items] for n, text in enumerate((listed, unlisted))]
    assert codes == [["unknown-user"], ["unknown-user"]]


def test_mistakes_of_a_file_that_comes_into_force_are_named_in_it(tmp_path):
    text = f'{STORY}  - {{at: "2026-03-02", apply: changes/wrong.yaml}}\n'
    (tmp_path / "wrong.yaml").write_text("campaign: reader\nkind: reward\nwhen: book.reed\ngive: {credit: 1}\n")
    root = tmp_path / "mall"
    shutil.copytree(MALL, root)
    shutil.copy(tmp_path / "wrong.yaml", root / "changes" / "wrong.yaml")
    (root / "stories" / "midway.yaml").write_text(text, encoding="utf-8")
    findings = Findings()

    assert read_stories(root, load_project(root), findings) == ()
    assert [(f.file, f.line, f.code) for f in findings.sorted()] == [
        ("changes/wrong.yaml", 3, "unknown-event"),
        ("changes/wrong.yaml", 4, "unbounded"),
    ]


@pytest.mark.parametrize(
    ("step", "message"),
    [
        (
            "do: let time pass, then: {lots: {ann: {points: {never: 1}}}}",
            "expected lots of ann points to be {never: 1}, got {2026-05-01 00:00:00: 30}",
        ),
        (
            "do: let time pass, then: {lots: {bob: {points: {never: 1}}}}",
            "expected lots of bob points to be {never: 1}, got {}",
        ),
        (
            "who: ann, do: exchange, with: {offer: coffee}, then: {ends: {ann: {coffee: never}}}",
            "expected ends of ann coffee to be never, got 2026-03-09 00:00:00",
        ),
        (
            "do: let time pass, then: {ends: {ann: {coffee: never}}}",
            "expected ends of ann coffee to be never, got nothing",
        ),
        (
            "do: let time pass, then: {used: {gold-thanks/at_most/times/user: {ann: 2}}}",
            "expected used of gold-thanks/at_most/times/user ann to be 2, got 1",
        ),
        (
            "who: bob, do: book.read, with: {book: b}, then: {used: {reader/budget/credit/campaign: 1.00}}",
            "expected used of reader/budget/credit/campaign to be 1.00, got 1.50",
        ),
        ("do: let time pass, then: {step: {ann: 2}}", "expected step of sign-in ann to be 2, got 1"),
        ("do: let time pass, then: {pool: {game: {k1: seen}}}", "expected pool of game k1 to be seen, got free"),
        ("do: let time pass, then: {pool: {game: {k9: free}}}", "expected pool of game k9 to be free, got unknown"),
        ("do: let time pass, then: {pool: {game: {drawn: 1}}}", "expected pool of game drawn to be 1, got 0"),
    ],
)
def test_books_that_stand_otherwise_are_said(tmp_path, step, message):
    assert problems(tmp_path, step) == [message]


def test_what_the_host_says_midway_is_decided_by(tmp_path):
    step = "facts: {bob: {level: gold}}, who: bob, do: order.paid, with: {order: o2, amount: 1.00}"

    assert problems(tmp_path, f"{step}, then: {{points: {{bob: 30}}}}") == []


def test_somebody_else_does_nothing(tmp_path):
    (line,) = found(tmp_path, "who: anna, do: order.paid, with: {order: o2, amount: 1.00}")

    assert line == "stories/midway.yaml:5:29 unknown-user there is no user 'anna' (did you mean ann?)"


def test_what_cannot_be_changed_is_a_refusal_of_the_step(tmp_path):
    """Two pieces are sold, so the quota can't be one; and the step that does not expect the no is reported."""
    root = tmp_path / "mall"
    shutil.copytree(MALL, root)
    sale = "campaign: five\nkind: sale\nsells: {coffee: 1.00}\nquota: {coffee: 2}\n"
    (root / "campaigns" / "five.yaml").write_text(sale)
    (root / "changes" / "one.yaml").write_text(sale.replace("quota: {coffee: 2}", "quota: {coffee: 1}"))
    story = """\
story: two are sold
campaigns: [five]
steps:
  - {at: "2026-03-01 10:00", who: ann, do: order.place, with: {item: coffee, qty: 2, order: o1}}
  - {at: "2026-03-01 10:01", apply: changes/one.yaml, then: {refused: still-placed}}
  - {at: "2026-03-01 10:02", apply: changes/one.yaml}
"""
    (root / "stories" / "midway.yaml").write_text(story, encoding="utf-8")
    project, findings = load_project(root), Findings()
    (told,) = read_stories(root, project, findings)

    outcome = tell(told, project, memory_stage)
    assert [p.message for p in outcome.problems] == ["expected apply changes/one.yaml to be accepted, got still-placed"]
