"""Campaigns that set each other off, or never have enough: they fail alone, and everybody is answered."""

from __future__ import annotations

import logging
from pathlib import Path

import attrs
import pytest

from quanyi.adapters.clock import FixedClock
from quanyi.adapters.memory import MemoryStore
from quanyi.adapters.outbox import CloudEvent
from quanyi.adapters.wiring import OpenMall, wire
from quanyi.campaigns.project.load import load_project
from quanyi.campaigns.project.model import Project
from quanyi.entitlements.accounts import used
from quanyi.entitlements.changes import Because, Changes
from quanyi.entitlements.errors import CampaignFailed
from quanyi.entitlements.inputs import Input, Receipt
from quanyi.entitlements.needs import Need
from quanyi.entitlements.picture import Draft
from quanyi.entitlements.plays.reward import Reward
from quanyi.entitlements.plays.sale import Sale
from quanyi.entitlements.plays.task import Task
from tests.engine.conftest import FOLDER, NOON, sql_store


def unlimited() -> Project:
    """The mall of circles without the limits that check its files: as what is in force may be, however it came to be."""
    project = load_project(Path(__file__).parents[1] / "malls" / "circles")
    circles = {
        id_: attrs.evolve(campaign, play=attrs.evolve(campaign.play, at_most=()))
        for id_, campaign in project.campaigns.items()
        if isinstance(campaign.play, Task)
    }
    return attrs.evolve(project, campaigns={**project.campaigns, **circles})


CIRCLES = unlimited()
SHOP = load_project(FOLDER)

whole_task, whole_reward, whole_sale = Task.decide, Reward.decide, Sale.decide

pytestmark = pytest.mark.usefixtures("quiet")


@pytest.fixture
def quiet(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.CRITICAL, "quanyi")


@pytest.fixture(params=["memory", "sqlite", "postgres"])
def store(request: pytest.FixtureRequest) -> object:
    memory = request.param == "memory"
    return MemoryStore() if memory else sql_store(request.getfixturevalue(f"{request.param}_engine"))


@pytest.fixture
def circles(store: object) -> OpenMall:
    """Two tasks that hear ``goal.done`` and tell it, beside a streak, a task and a reward that are sound."""
    mall = wire(CIRCLES, store, clock=FixedClock(NOON))
    mall.desk.apply()
    return mall


def come(mall: OpenMall, user: str = "ann", key: str = "v1") -> dict[str, str]:
    receipt = mall.report("check_in", user=user, key=key, data={"visit": key})
    return {decision.campaign: decision.reason or decision.outcome for decision in receipt.decisions}


def points(mall: OpenMall, user: str = "ann") -> int:
    return mall.wallet(user).units["points"].balance


def stuck(mall: OpenMall) -> list[CloudEvent]:
    """What was parked because a campaign broke on it."""
    told: list[CloudEvent] = []
    mall.desk.relay(told.append).run()
    return [event for event in told if event.type == "campaign.failed"]


def test_campaigns_in_a_circle_fail_alone(circles: OpenMall) -> None:
    """Nothing of the chain that goes too deep stands; the check-in and its task pay, and the key is taken."""
    first, again = come(circles), come(circles)

    assert first == again == {"daily": "granted", "goes": "granted", "echo": "too-deep", "choir": "too-deep"}
    assert points(circles) == 5 + 1


def test_a_task_that_sets_itself_off_pays_nothing(circles: OpenMall) -> None:
    """Not nine times, cut where the chain gets too deep: it is broken, and said to be."""
    circles.desk.pause("choir")

    assert come(circles) == {"daily": "granted", "goes": "granted", "echo": "too-deep", "choir": "paused"}
    assert points(circles) == 5 + 1


def test_others_of_the_batch_are_answered(circles: OpenMall) -> None:
    """Three check-ins that go too deep, and reviews between them, in one batch."""
    with circles.batch() as batch:
        for n in range(3):
            batch.report("check_in", user=f"u{n}", key=f"v{n}", data={"visit": f"v{n}"})
            batch.report("review.written", user="bob", key=f"r{n}")

    assert all(isinstance(outcome, Receipt) for outcome in batch.outcomes)
    assert [points(circles, user) for user in ("u0", "u1", "u2", "bob")] == [6, 6, 6, 9]


def test_explaining_a_circle_is_an_answer_too(circles: OpenMall) -> None:
    decisions = circles.explain("check_in", user="ann", data={"visit": "v1"})

    assert {d.campaign: d.outcome for d in decisions}["echo"] == "failed"


@pytest.mark.parametrize("store", ["sqlite", "postgres"], indirect=True)
def test_what_a_circle_broke_on_is_decided_again_once_it_is_mended(
    circles: OpenMall, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The parked events name what each campaign did not count; mended, each counts it once."""
    come(circles)
    parked = stuck(circles)
    monkeypatch.setattr(Task, "decide", deaf_to_each_other)
    receipts = [circles.desk.retry(event) for event in (*parked, parked[0])]

    assert [event.data["campaign"] for event in parked] == ["choir", "echo"]
    assert parked[0].data["type"] == "goal.done"
    assert [receipt.duplicate for receipt in receipts] == [False, False, True]
    assert points(circles) == 6 + 7 + 11


def deaf_to_each_other(self: Task, ask: Input, draft: Draft) -> Changes:
    """A task as it is mended: it tells nobody of goals that were reached by hearing of goals."""
    changes = whole_task(self, ask, draft)
    if ask.type == "goal.done":
        return Changes(**{**fields(changes), "lines": tuple(line for line in changes.lines if not tells(line))})
    return changes


def fields(changes: Changes) -> dict[str, object]:
    return {name: getattr(changes, name) for name in Changes.__match_args__ or changes.__slots__ if name[0] != "_"}


def tells(line: object) -> bool:
    return getattr(line, "event", "") == "goal.done"


# --- decisions that keep asking ------------------------------------------------------------------


@pytest.fixture
def shop(store: object) -> OpenMall:
    mall = wire(SHOP, store, clock=FixedClock(NOON))
    mall.desk.apply()
    return mall


def greedy(ask: Input, draft: Draft) -> Changes:
    """Needs one more account than there is, however many there are."""
    for n in range(10_000):
        draft.balance(used("endless", str(n), ask.key))
    return draft.done(Because(campaign="never"))


def test_a_campaign_that_keeps_asking_fails_alone(shop: OpenMall, monkeypatch: pytest.MonkeyPatch) -> None:
    """The campaign beside it pays, and so does the next batch."""

    def decide(self: Reward, ask: Input, draft: Draft) -> Changes:
        broken = self.head.campaign == "first-order-coffee"
        return greedy(ask, draft) if broken else whole_reward(self, ask, draft)

    monkeypatch.setattr(Reward, "decide", decide)
    receipt = shop.report("order.paid", user="ann", key="o1", data={"order": "o1", "amount": 5000})

    assert {d.campaign: d.reason or d.outcome for d in receipt.decisions} == {
        "order-points": "granted",
        "first-order-coffee": "keeps-asking",
    }


def test_whoever_asks_a_broken_campaign_is_told_so(shop: OpenMall, monkeypatch: pytest.MonkeyPatch) -> None:
    """A command to a campaign that keeps asking, and to one that divides by zero; the key stays free."""
    monkeypatch.setattr(Sale, "decide", lambda _self, ask, draft: greedy(ask, draft))
    with pytest.raises(CampaignFailed, match="flash") as endless:
        shop.claim("flash", item="phone", user="ann", key="k")
    monkeypatch.setattr(Sale, "decide", lambda _self, _ask, _draft: 1 // 0)
    with pytest.raises(CampaignFailed, match="flash") as divided:
        shop.claim("flash", item="phone", user="ann", key="k")
    monkeypatch.setattr(Sale, "decide", whole_sale)

    assert [endless.value.reason, divided.value.reason] == ["keeps-asking", "failed"]
    assert not shop.claim("flash", item="phone", user="ann", key="k").duplicate


def test_a_campaign_that_breaks_on_what_it_needs_fails_alone(shop: OpenMall, monkeypatch: pytest.MonkeyPatch) -> None:
    """What a campaign needs is asked before anything is decided; the others of the batch don't notice."""
    whole_needs = Reward.needs

    def needs(self: Reward, ask: Input) -> list[Need]:
        return 1 // 0 if self.head.campaign == "first-order-coffee" else list(whole_needs(self, ask))

    def decide(self: Reward, ask: Input, draft: Draft) -> Changes:
        draft.require(*self.needs(ask))
        return whole_reward(self, ask, draft)

    monkeypatch.setattr(Reward, "needs", needs)
    monkeypatch.setattr(Reward, "decide", decide)
    receipt = shop.report("order.paid", user="ann", key="o1", data={"order": "o1", "amount": 5000})

    assert {d.campaign: d.outcome for d in receipt.decisions}["order-points"] == "granted"
    assert {d.campaign: d.outcome for d in receipt.decisions}["first-order-coffee"] == "failed"
