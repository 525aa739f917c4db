"""A condition with a word of its own for the no, and a `for` that routes a command as `only_if` does."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import attrs
import pytest

from quanyi.adapters.stages import memory_stage
from quanyi.campaigns.project.load import check_project
from quanyi.campaigns.project.versions import structure_play, unstructure_play
from quanyi.campaigns.tools.stories import tell
from quanyi.entitlements.checks.conditions import AllOf
from quanyi.entitlements.errors import NotEligible
from tests.stories.stages import stories_of

if TYPE_CHECKING:
    from pathlib import Path

MALL = """\
mall: own
zone: UTC
currency: EUR
locales: [zh, en]
units:
  points: {title: {zh: 积分, en: points}}
profile:
  level: id = silver
"""
EVENTS = """\
events:
  order.paid: {key: order, source: [order], order: id, amount: money, channel: text?}
  sign: {command: true, place: id?}
"""
WORDS = "reason: too-small, says: {zh: 满 20 元可参加, en: For orders of 20 and more}"
REWARD = f"""\
campaign: thanks
kind: reward
when: order.paid
only_if: {{amount: {{min: 20.00}}, channel: app, {WORDS}}}
give: {{points: 1}}
at_most: [9 per user]
"""
SIGN = """\
campaign: {name}
kind: reward
when: sign
for: {{level: {name}}}
give: {{points: {points}}}
at_most: [9 per user]
"""


def project(folder: Path, campaigns: str, story: str = "") -> Path:
    for name, text in {
        "mall.yaml": MALL,
        "events/e.yaml": EVENTS,
        "campaigns/c.yaml": campaigns,
        "stories/s.yaml": story,
    }.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def problems(folder: Path, campaigns: str, steps: str, given: str = "{users: [ann]}") -> list[str]:
    own, (story,) = stories_of(project(folder, campaigns, f"story: s\ngiven: {given}\nsteps:\n{steps}"))
    return [str(problem) for problem in tell(story, own, memory_stage).problems]


def step(amount: str, then: str, more: str = "") -> str:
    data = f"{{order: o{amount}, amount: {amount}{more}}}"
    return f'  - {{at: "2026-05-01", who: ann, do: order.paid, with: {data}, then: {then}}}\n'


def test_a_condition_gives_its_own_word_and_a_story_expects_it(tmp_path: Path) -> None:
    """Where the channel is another one too, which the index alone would pass over."""
    steps = [
        step("19.99", "{skipped: {thanks: too-small}, shows: {missing: 0.01}}", ", channel: app"),
        step("25.00", "{skipped: {thanks: too-small}, points: {ann: 0}}", ", channel: web"),
        step("26.00", "{points: {ann: 1}}", ", channel: app"),
    ]

    assert problems(tmp_path, REWARD, "".join(steps)) == []


@pytest.mark.parametrize(
    ("locale", "said"), [("zh", "满 20 元可参加"), ("en", "For orders of 20 and more")], ids=["zh", "en"]
)
def test_the_user_is_told_in_the_campaigns_own_sentence(locale, said, tmp_path: Path) -> None:
    own, _ = stories_of(project(tmp_path, REWARD, 'story: s\nsteps: [{at: "2026-05-01", do: let time pass}]\n'))
    condition = own.campaign("thanks").play.only_if
    assert isinstance(condition, AllOf)

    no = NotEligible(reason=condition.reason, shows={"says": dict(condition.says)})
    assert (no.reason, no.message(locale)) == ("too-small", said)


def test_a_kept_condition_comes_back_and_one_of_before_has_no_word(tmp_path: Path) -> None:
    own, _ = stories_of(project(tmp_path, REWARD, 'story: s\nsteps: [{at: "2026-05-01", do: let time pass}]\n'))
    play = own.campaign("thanks").play
    assert structure_play(unstructure_play(play)) == play

    kept = json.loads(unstructure_play(play))
    kept["play"]["only_if"].pop("reason")
    kept["play"]["only_if"].pop("says")
    old = structure_play(json.dumps(kept))
    assert old == attrs.evolve(play, only_if=attrs.evolve(play.only_if, reason="", says={}))


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ("reason: Too small!", "bad-condition"),
        ("says: {zh: 不行, en: no}", "bad-condition"),
        ("reason: too-small, says: 3", "wrong-type"),
        ("reason: too-small, says: {zh: 不行, fr: non}", "unknown-language"),
    ],
)
def test_a_word_that_is_none_is_a_finding(words, code, tmp_path: Path) -> None:
    found = check_project(project(tmp_path, REWARD.replace(WORDS, words)))

    assert code in [finding.code for finding in found]


def test_an_attribute_called_reason_is_still_an_attribute(tmp_path: Path) -> None:
    text = REWARD.replace(f"channel: app, {WORDS}", "reason: gift")
    folder = project(tmp_path, text)
    (folder / "events" / "e.yaml").write_text(EVENTS.replace("channel", "reason"), encoding="utf-8")

    assert check_project(folder) == ()


# --- for, on a command --------------------------------------------------------------------------


def test_a_command_goes_to_the_campaign_that_is_for_its_user(tmp_path: Path) -> None:
    """Gold comes first by its name, and answers those it is for only; nobody's command is refused with a reason."""
    campaigns = f"{SIGN.format(name='gold', points=5)}---\n{SIGN.format(name='silver', points=2)}"
    steps = (
        '  - {at: "2026-05-01", who: bob, do: sign, then: {points: {bob: 2}}}\n'
        '  - {at: "2026-05-01", who: ann, do: sign, then: {points: {ann: 5}}}\n'
        '  - {at: "2026-05-01", who: eve, do: sign, then: {refused: level-is, why: not-eligible}}\n'
    )

    assert problems(tmp_path, campaigns, steps, "{users: {ann: {level: gold}, bob: {}, eve: {level: iron}}}") == []


def test_commands_of_two_audiences_are_not_heard_twice(tmp_path: Path) -> None:
    """Nobody is both; with one audience for both it is said which answers."""
    apart = f"{SIGN.format(name='gold', points=5)}---\n{SIGN.format(name='silver', points=2)}"
    together = apart.replace("for: {level: gold}", "for: {level: silver}")

    found = [[f.code for f in check_project(project(tmp_path, text))] for text in (apart, together)]
    assert found == [[], ["command-heard-twice"]]
