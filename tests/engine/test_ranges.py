"""Campaigns told apart by ranges: only those are asked that an event concerns, and nothing else differs."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from pathlib import Path
from shutil import copytree
from typing import TYPE_CHECKING, Any

import attrs
import pytest
from sqlalchemy import select, update

from quanyi.adapters import stages
from quanyi.adapters.clock import FixedClock
from quanyi.adapters.memory import MemoryStore
from quanyi.adapters.sql.tables import tables_of
from quanyi.adapters.wiring import OpenMall, wire
from quanyi.campaigns.mall import Mall
from quanyi.campaigns.project.load import load_project
from quanyi.campaigns.tools.replay import Replay, Tally, read_events
from quanyi.demo_app.life import live
from quanyi.entitlements.checks.conditions import AllOf, Condition
from quanyi.entitlements.checks.conditions import Test as Compared
from quanyi.entitlements.checks.ranges import Range
from quanyi.entitlements.digests import text_digest
from quanyi.entitlements.errors import KeyReused, NotEligible
from quanyi.entitlements.plays.reward import play as reward
from tests.engine.conftest import FOLDER, NOON, sql_store

if TYPE_CHECKING:
    from quanyi.campaigns.project.model import Project
    from quanyi.entitlements.inputs import Receipt

REWARDS = Path(__file__).parents[1] / "bench" / "malls" / "rewards"
DEMO = Path(__file__).parents[2] / "demo_app" / "mall"


class _Nothing:
    """The host says nothing of anybody."""

    def facts(self, _user: str) -> Mapping[str, Any]:
        return {}


NOTHING_KNOWN = _Nothing()


def rewards(**bounds: Mapping[str, int]) -> Project:
    """A mall of rewards for orders, each with its bounds on the amount, in cents: ``a={"min": 1000}``."""
    project = load_project(REWARDS)
    pattern = project.campaigns["channel-reward"]

    def campaign(name: str, asked: Mapping[str, int]) -> Any:
        tests: tuple[Condition, ...] = tuple(
            Compared(path="event.amount", op=op, value=value)  # type: ignore[arg-type]
            for op, value in asked.items()
        )
        head = attrs.evolve(pattern.play.head, campaign=name, version=text_digest(str(asked)).hex()[:16])
        return attrs.evolve(pattern, play=attrs.evolve(pattern.play, head=head, wheres={}, only_if=AllOf(parts=tests)))

    return attrs.evolve(project, campaigns={name: campaign(name, asked) for name, asked in bounds.items()})


def opened(project: Project, store: Any = None, **more: Any) -> OpenMall:
    mall = wire(project, store or MemoryStore(), clock=FixedClock(NOON), **more)
    mall.desk.apply()
    return mall


def pay(mall: Mall, amount: str, key: str = "o1", user: str = "ann") -> Receipt:
    return mall.report("order.paid", user=user, key=key, data={"order": key, "channel": "c", "amount": amount})


def came(receipt: Receipt) -> dict[str, str]:
    return {decision.campaign: decision.reason or decision.outcome for decision in receipt.decisions}


# --- receipts ----------------------------------------------------------------------------------


def test_a_receipt_names_only_those_who_were_asked(mall):
    """A campaign for larger orders hears nothing of a small one, and `explain` still says why."""
    told = mall.report("order.paid", user="ann", key="o1", data={"order": "o1", "amount": "10.00"})
    explained = {d.campaign: d for d in mall.explain("order.paid", user="ann", data={"order": "o2", "amount": "10.00"})}

    assert came(told) == {"order-points": "granted"}
    assert came(mall.ask("o1", "order.paid")) == came(told)
    coffee = explained["first-order-coffee"]
    assert (coffee.outcome, coffee.reason, coffee.clause) == ("skipped", "amount-min", "only_if/amount-min")
    assert {name: str(value) for name, value in coffee.shows.items()} == {"amount": "10.00", "min": "20.00", "missing": "10.00"}  # fmt: skip


@pytest.mark.parametrize(("amount", "who"), [("9.99", ""), ("10.00", "a b"), ("10.01", "a b c"), ("19.99", "a b c"), ("20.00", "a c d")])  # fmt: skip
def test_bounds_belong_to_it_or_not_as_the_campaign_says(amount, who):
    """`min` and `max` include the bound, `more_than` and `less_than` don't."""
    mall = opened(
        rewards(
            a={"min": 1000, "max": 2000}, b={"min": 1000, "less_than": 2000}, c={"more_than": 1000}, d={"min": 2000}
        )
    )

    assert came(pay(mall, amount)) == dict.fromkeys(who.split(), "granted")


def test_a_key_is_kept_although_nobody_was_asked():
    """The same event is known again, and the key is nobody else's: as it was when everybody was asked."""
    mall = opened(rewards(a={"min": 1000}))

    assert pay(mall, "9.99").decisions == ()
    assert pay(mall, "9.99").duplicate
    with pytest.raises(KeyReused):
        pay(mall, "10.00")


def test_whoever_asks_is_told_that_a_value_is_too_small(tmp_path):
    """A command is refused with a reason, however many ranges it lies outside of."""
    copytree(REWARDS, tmp_path, dirs_exist_ok=True)
    (events,) = (tmp_path / "events").iterdir()
    events.write_text(
        events.read_text(encoding="utf-8").replace("{key: order,", "{command: true, key: order,"), "utf-8"
    )
    mall = opened(load_project(tmp_path))
    with pytest.raises(NotEligible) as no:
        mall.report("order.paid", user="ann", key="o1", data={"order": "o1", "channel": "c0", "amount": "9.99"})

    assert no.value.reason == "amount-min"


# --- another set of campaigns ------------------------------------------------------------------


@pytest.mark.parametrize("place", ["memory", "sqlite", "postgres"])
def test_another_range_is_in_force_with_the_next_event(place, request):
    """Applied by somebody else meanwhile; and a pause changes nothing about who is asked."""
    store = MemoryStore() if place == "memory" else sql_store(request.getfixturevalue(f"{place}_engine"))
    mall = opened(rewards(a={"min": 1000}, b={"min": 3000}), store)

    assert came(pay(mall, "20.00", "o1")) == {"a": "granted"}
    opened(rewards(a={"min": 5000}, b={"min": 2000}, c={"max": 2000}), store)
    assert came(pay(mall, "20.00", "o2")) == {"b": "granted", "c": "granted"}
    mall.desk.pause("b")
    assert came(pay(mall, "20.00", "o3")) == {"b": "paused", "c": "granted"}
    assert came(pay(mall, "19.99", "o4")) == {"c": "granted"}
    mall.desk.resume("b")
    assert came(pay(mall, "20.00", "o5")) == {"b": "granted", "c": "granted"}


@pytest.mark.parametrize("place", ["sqlite", "postgres"])
def test_a_damaged_text_hides_nothing_behind_its_ranges(place, request):
    """What it says of amounts can't be believed: whatever it may have heard is kept for it."""
    store: Any = sql_store(request.getfixturevalue(f"{place}_engine"))
    opened(load_project(FOLDER), store)
    version = tables_of().version
    with store.engine.begin() as connection:
        mine = version.c.campaign == "first-order-coffee"
        body = connection.execute(select(version.c.body).where(mine)).scalar_one()
        assert '"value":2000' in body
        changed = body.replace('"value":2000', '"value":900000')
        connection.execute(update(version).where(mine).values(body=changed))
    mall = wire(load_project(FOLDER), store, clock=FixedClock(NOON))
    told = mall.report("order.paid", user="ann", key="o1", data={"order": "o1", "amount": "30.00"})

    assert came(told) == {"order-points": "granted", "first-order-coffee": "failed"}


# --- asked all the same ------------------------------------------------------------------------


def test_stories_and_recordings_ask_everybody():
    """So that they can say why a campaign did nothing."""
    with stages.memory_stage(rewards(a={"min": 1000}, b={"min": 3000}), NOTHING_KNOWN, NOON) as stage:
        stage.apply()

        assert came(pay(stage.mall, "20.00")) == {"a": "granted", "b": "amount-min"}


def test_where_everybody_is_asked_a_wrong_range_is_noticed(monkeypatch):
    """A play that acts outside of what it declares stops the story, instead of being missed in earnest."""
    monkeypatch.setattr(reward, "ranges", lambda _: {"event.amount": Range(low=9_999)})
    project = rewards(a={"min": 1000})

    assert pay(opened(project), "20.00").decisions == ()
    with pytest.raises(RuntimeError, match="outside of the ranges"):
        pay(opened(project, exhaustive=True), "20.00")


def test_nothing_else_depends_on_who_is_asked():
    """Many campaigns and events by chance: all that is given is the same, and so is everybody's wallet."""
    chance = random.Random(7)
    ops = ({"min"}, {"max"}, {"min", "less_than"}, {"more_than", "max"}, set[str]())
    bounds = {
        f"c{number}": {op: chance.randrange(0, 3000, 100) for op in sorted(chance.choice(ops))} for number in range(60)
    }
    lean, full = opened(rewards(**bounds)), opened(rewards(**bounds), exhaustive=True)
    for number in range(60):
        amount = f"{chance.randrange(0, 30)}.{chance.choice(['00', '01', '99'])}"
        few, all_ = (pay(mall, amount, f"o{number}") for mall in (lean, full))
        acted = [d for d in all_.decisions if d.outcome != "skipped"]

        assert [attrs.evolve(d, given=()) for d in few.decisions] == [attrs.evolve(d, given=()) for d in acted]
        assert few.given == all_.given
    assert lean.wallet("ann").units["points"].balance == full.wallet("ann").units["points"].balance


def test_a_life_comes_to_the_same_whether_all_are_asked_or_not(tmp_path, monkeypatch):
    """Sales, tasks, streaks, invitations, promises: what is given, by whom, and what is refused."""
    project = load_project(DEMO)
    recording = tmp_path / "life.jsonl"
    recording.write_text("\n".join(live(random.Random(5), 600)) + "\n", encoding="utf-8")
    full = _lived(project, recording)
    monkeypatch.setattr(stages, "wire", lambda *ports, **more: wire(*ports, **{**more, "exhaustive": False}))
    lean = _lived(project, recording)

    assert (lean.given, lean.got, lean.timers, lean.left_out) == (full.given, full.got, full.timers, full.left_out)
    assert dict(_without_skipped(lean)) == dict(_without_skipped(full))
    assert lean.counts["short-reviews", "skipped", "length-min"] < full.counts["short-reviews", "skipped", "length-min"]


def _lived(project: Project, recording: Path) -> Tally:
    facts: dict[str, Mapping[str, Any]] = {}
    lines = read_events(recording, project)
    port = type("Said", (), {"facts": lambda _, user: facts.get(user, {})})()
    with stages.memory_stage(project, port, lines[0].at) as stage:
        stage.apply()
        return Replay(stage, facts).run(lines)


def _without_skipped(tally: Tally) -> Iterator[tuple[object, int]]:
    return ((key, count) for key, count in tally.counts.items() if key[1] != "skipped")
