"""What kinds add to stories: steps and checks of their own, and what holds for a kind without any."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any

import attrs
import pytest

from quanyi.adapters.stages import memory_stage
from quanyi.adapters.wiring import OpenMall
from quanyi.campaigns.kinds.builtin import BUILTIN, KINDS
from quanyi.campaigns.kinds.reward.kind import REWARD
from quanyi.campaigns.kinds.stories import StoryCheck, StoryWords, merged
from quanyi.campaigns.language.events import Attribute, EventType
from quanyi.campaigns.language.findings import Findings
from quanyi.campaigns.project.load import load_project
from quanyi.campaigns.tools.sandbox import perform
from quanyi.campaigns.tools.stories import read_stories, tell
from quanyi.entitlements.amounts import Amount
from quanyi.entitlements.errors import InputError, NotFound
from quanyi.entitlements.inputs import Receipt
from quanyi.entitlements.plain import Plain
from tests.shape.source import ROOT
from tests.stories.samples import write_project

PLAYS = "Bundle|Referral|Reward|Sale|Streak|Task"


def told(folder, steps, *, campaigns="[thanks]", project=None, kinds=BUILTIN):
    """The findings of a story of the sample project, and the problems of telling it."""
    text = f"story: words\ncampaigns: {campaigns}\nsteps:\n{steps}"
    write_project(folder, one=text)
    project, findings = project or load_project(folder, kinds), Findings()
    stories = read_stories(folder, project, findings)
    problems = [problem for story in stories for problem in tell(story, project, memory_stage).problems]
    return [str(finding) for finding in findings.sorted()], [problem.message for problem in problems]


def a_step(then, do="do: let time pass"):
    return f"  - {{at: '2026-03-01 10:00', {do}, then: {{{then}}}}}\n"


@pytest.mark.parametrize("path", ["campaigns/tools/sandbox.py", "campaigns/tools/words.py", "campaigns/tools/stories"])
def test_the_tools_know_no_play(path):
    """They ask the kinds instead; a kind of a host's own is asked the same."""
    files = [ROOT / path] if path.endswith(".py") else sorted((ROOT / path).glob("*.py"))
    named = rf"\b({PLAYS})\b|entitlements\.plays"
    found = [(file.name, word[0]) for file in files for word in re.finditer(named, file.read_text(encoding="utf-8"))]

    assert not found


# --- a kind that a host brings -------------------------------------------------------------------


def _clap(stage, user, key, data, context):
    paid = {"order": str(data["order"]), "amount": 5000}
    return stage.mall.report("order.paid", user=user, key=key, data=paid, context=context)


def _read_claps(reader, name, value, place):
    for whose, count, at in reader.map(value, place):
        campaign, user = reader.campaign_and_user(whose, name, at)
        yield from reader.count(count, at, name, campaign, user) if campaign else ()


def _claps(scene, campaign, user):
    return sum(promise.campaign == campaign for promise in scene.stage.mall.promises(user))


CLAPS = StoryWords(steps={"clap": _clap}, checks={"claps": StoryCheck(read=_read_claps, look=_claps, user_at=1)})


@pytest.fixture
def clapping():
    """The kind of rewards with words of its own, as a host's kind would have them."""
    kind = attrs.evolve(REWARD, story=CLAPS)
    return [*(each for each in KINDS if each.word != "reward"), kind]


def test_a_kind_brings_steps_and_checks(tmp_path, clapping):
    clap = "who: ann, do: clap, with: {order: o1}"
    steps = a_step("claps: {ann: 1, thanks.ann: 1}", clap) + a_step("claps: {ann: 3}")

    assert told(tmp_path, steps, kinds=clapping) == ([], ["expected claps of thanks ann to be 3, got 1"])


def test_words_of_a_kind_are_checked_as_all_others(tmp_path, clapping):
    """Who does something is needed, and whoever is looked at is somebody."""
    steps = a_step("claps: {}", "do: clap") + a_step("claps: {bob: 1}, clops: {}")

    findings, _ = told(tmp_path, steps, kinds=clapping)
    assert [finding.split()[1] for finding in findings] == ["missing-key", "unknown-user", "unknown-check"]


def test_without_the_kind_there_are_no_such_words(tmp_path):
    findings, _ = told(tmp_path, a_step("claps: {ann: 1}", "who: ann, do: clap"))

    assert [finding.split()[1] for finding in findings] == ["unknown-event", "unknown-check"]


def test_kinds_may_share_a_word_and_not_redefine_it():
    other = StoryWords(steps={"clap": lambda *_: None})
    assert merged({"a": CLAPS, "b": CLAPS}).checks == CLAPS.checks

    with pytest.raises(InputError, match="a and b both bring the step 'clap' of stories"):
        merged({"a": CLAPS, "b": other})


# --- a kind without words of its own -------------------------------------------------------------


@attrs.frozen
class _Goal(Plain):
    name: str
    done: bool


@attrs.frozen
class _Raffle(Plain):
    """What a raffle would show."""

    tickets: int = 2
    won: bool = False
    worth: Amount = attrs.field(factory=lambda: Amount(1990, "CNY", 2))
    ends: datetime = datetime(2026, 3, 1, 2, 30, tzinfo=UTC)
    name: str = "spring"
    prize: str | None = None
    goals: tuple[_Goal, ...] = (_Goal("read", done=True),)
    drawn: tuple[int, ...] = (3, 5)


@pytest.fixture
def raffle(monkeypatch):
    """A face that shows a raffle to ann, whatever the campaign."""

    def view(_self: Any, campaign: str, user: str, **_: Any) -> _Raffle:
        if user != "ann":
            raise NotFound(f"{user} has nothing in {campaign}")
        return _Raffle()

    monkeypatch.setattr(OpenMall, "view", view, raising=False)


def test_whatever_a_campaign_shows_can_be_looked_at(tmp_path, raffle):
    plain = "tickets: 2, won: false, name: spring, prize: null, drawn: [3, 5], goals.0.done: true, goals.0.name: read"
    said = 'worth: 19.90, ends: "2026-03-01 10:30"'
    steps = a_step(f"view: {{thanks.ann: {{{plain}}}, ann: {{{said}}}}}", "who: ann, do: redeem, with: {benefit: x}")
    steps = steps.replace("then: {", "then: {refused: not-found, ")

    assert told(tmp_path, steps) == ([], [])


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ("tickets: 3", "tickets to be 3, got 2"),
        ("won: 0", "won to be 0, got false"),
        ('tickets: "2"', "tickets to be 2, got 2"),
        ("worth: 19.00", "worth to be 19.00, got 19.90"),
        ("drawn: [3]", "drawn to be 3, got 3, 5"),
        ("goals.1.done: true", "goals.1.done to be true, got no field '1'; there are: 0"),
        ("goals.0.don: true", "goals.0.don to be true, got no field 'don'; there are: name, done"),
        (
            "tickts: 2",
            "tickts to be 2, got no field 'tickts'; there are: tickets, won, worth, ends, name, prize, goals, drawn",
        ),
    ],
)
def test_another_field_or_value_is_said(tmp_path, raffle, fields, message):
    step = "who: ann, do: order.paid, with: {order: o1, amount: 50.00}"

    findings, problems = told(tmp_path, a_step(f"view: {{ann: {{{fields}}}}}", step))
    assert (findings, problems) == ([], [f"expected view of thanks ann {message}"])


def test_a_view_of_nothing_is_no_crash(tmp_path, raffle):
    step = "who: bob, do: order.paid, with: {order: o1, amount: 50.00}"

    _, problems = told(tmp_path, a_step("view: {bob: {tickets: 2}}", step))
    assert problems == ["expected view of thanks bob tickets to be 2, got nothing"]


def test_a_view_names_its_campaign_where_there_are_several(tmp_path):
    step = "who: ann, do: order.paid, with: {order: o1, amount: 50.00}"

    findings, _ = told(tmp_path, a_step("view: {ann: {tickets: 2}}", step), campaigns="[thanks, coffee-hour]")
    assert ["unknown-campaign the story has 2 campaigns" in finding for finding in findings] == [True]


# --- commands that a kind declares ---------------------------------------------------------------


@pytest.fixture
def asked(monkeypatch):
    """What the face was asked to do."""
    calls: list[Any] = []

    def do(self: Any, type_: str, **named: Any) -> Receipt:
        calls.append((type_, named))
        return Receipt(key=named["key"], type=type_, at=self.now())

    monkeypatch.setattr(OpenMall, "do", do, raising=False)
    return calls


def drawing(folder):
    """The sample project with a command that a kind might declare."""
    stake = Attribute(name="stake", type="money", scale=2)
    draw = EventType(id="raffle.draw", attributes={"stake": stake}, command=True, built_in=True)
    project = load_project(write_project(folder))
    return attrs.evolve(project, events={**project.events, draw.id: draw})


def test_a_command_of_a_kind_asks_its_campaign(tmp_path, asked):
    step = "who: ann, do: raffle.draw, with: {campaign: thanks, stake: 1.50}, key: k1"

    assert told(tmp_path, a_step("duplicate: false", step), project=drawing(tmp_path)) == ([], [])
    named = {"user": "ann", "key": "k1", "campaign": "thanks", "data": {"stake": 150}, "context": {}}
    assert asked == [("raffle.draw", named)]


@pytest.mark.parametrize(
    ("attributes", "code"),
    [("campaign: thank, stake: 1.50", "unknown-campaign"), ("campaign: thanks, steak: 1", "bad-event")],
)
def test_a_command_of_a_kind_is_checked(tmp_path, attributes, code):
    step = f"who: ann, do: raffle.draw, with: {{{attributes}}}"

    (finding,), _ = told(tmp_path, a_step("duplicate: false", step), project=drawing(tmp_path))
    assert finding.split()[1] == code


def test_a_recorded_line_does_the_same(tmp_path, asked):
    project, at = drawing(tmp_path), datetime(2026, 3, 1, tzinfo=UTC)
    with memory_stage(project, _NoFacts(), at) as stage:
        perform(stage, "raffle.draw", user="ann", key="k", data={"campaign": "thanks", "stake": "2.00"})

    assert [(type_, named["data"]) for type_, named in asked] == [("raffle.draw", {"stake": 200})]


class _NoFacts:
    def facts(self, user: str) -> dict[str, object]:
        return {}
