"""
Reading on: what is decided with what was read late is what is decided when everything begins again.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any

import pytest

import quanyi.demo_app
from quanyi.adapters.clock import FixedClock
from quanyi.adapters.ids import CountedIds
from quanyi.adapters.memory import MemoryStore
from quanyi.adapters.stages import stage_on
from quanyi.campaigns.engine.reading_on import ReadingOn, ReadingView
from quanyi.campaigns.engine.rounds import Rounds
from quanyi.campaigns.mall import Mall
from quanyi.campaigns.project.load import load_project
from quanyi.campaigns.tools.replay import Replay, Tally, read_events
from quanyi.demo_app.life import live
from quanyi.entitlements.accounts import used
from quanyi.entitlements.errors import QuanyiError
from quanyi.entitlements.expressions import NoExpressions
from quanyi.entitlements.inputs import Input
from quanyi.entitlements.needs import DueBack, Picture, Undeclared
from quanyi.entitlements.picture import Draft
from quanyi.entitlements.records import RecordKey
from tests.engine.paired import Pair, Stream, pair_of, without_stencils
from tests.engine.repeated import Calls, seen
from tests.engine.reported import Facts

if TYPE_CHECKING:
    from sqlalchemy import Engine

DEMO = Path(quanyi.demo_app.__file__).parent / "mall"
MALLS = Path(__file__).parents[1] / "malls"
TEN = datetime(2026, 3, 2, 2, 30, tzinfo=UTC)  # 10:30 in Shanghai
TIMES = used("daily", "2026-03-02", "h1")


@pytest.fixture(params=["stampede", "deluge"])
def pair(request: pytest.FixtureRequest, sqlite_engine: Engine) -> Iterator[Pair]:
    """One mall that reads on, and one that begins again."""
    for pair in pair_of(sqlite_engine, MALLS / request.param, FixedClock(TEN)):
        without_stencils(pair.stamping)
        pair.ordinary.ports.store._dialect.alone = False
        yield pair


@pytest.fixture
def calls(request: pytest.FixtureRequest) -> Stream:
    return Facts(Random(5)) if request.node.callspec.params["pair"] == "deluge" else Calls(Random(5))


@pytest.fixture
def read_on(monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """For each time that it was tried, whether it could be done."""
    tried: list[bool] = []
    more = ReadingOn.more

    def noted(self: ReadingOn, needs: Any) -> Picture | None:
        picture = more(self, needs)
        tried.append(picture is not None)
        return picture

    monkeypatch.setattr(ReadingOn, "more", noted)
    return tried


def test_random_calls_one_by_one_write_the_same_rows(pair: Pair, calls: Any, read_on: list[bool]) -> None:
    """Nothing is swept between them, so that holds, lots and promises are due wherever something is read on."""
    for _ in range(15):
        calls.next_batch()
        pair.clock.move(pair.clock.now() + calls.wait)
        verdicts: list[tuple[str, Any]] = []
        for name, said in calls.batch:
            one, other = (_called(mall, name, said) for mall in pair.both)
            assert one == other
            verdicts.append(other)
            pair.clock.move(pair.clock.now() + timedelta(milliseconds=3))
        calls.heard(verdicts)

    assert True in read_on, "the stream is about something"
    for mall in pair.both:
        mall.sweep()
    assert pair.rows(pair.stamping) == pair.rows(pair.ordinary)
    assert pair.order(pair.stamping) == pair.order(pair.ordinary)


def _called(mall: Mall, name: str, said: dict[str, Any]) -> tuple[str, Any]:
    try:
        return seen(getattr(mall, name)(**said))
    except QuanyiError as no:
        return seen(no)


class Unswept(Replay):
    """Time passes, and nobody sweeps: what is due is decided where a later event comes upon it."""

    def _pass_time(self, to: datetime) -> None:
        self._stage.move(max(to, self._stage.mall.now()))


def lived(seed: int, folder: Path, *, alone: bool) -> tuple[Tally, MemoryStore]:
    """A part of the demo's life, in a mall that may read on or not."""
    project = load_project(DEMO)
    (folder / "life.jsonl").write_text("\n".join(live(Random(seed), 900)), encoding="utf-8")
    events, store, known = read_events(folder / "life.jsonl", project), MemoryStore(), {}
    store.alone = alone
    stage = stage_on(store, project, lambda user: known.get(user, {}), events[0].at, ids=CountedIds("h"))
    stage.apply()
    return Unswept(stage, known).run(events), store


@pytest.mark.parametrize("seed", range(2))
def test_a_life_in_which_nobody_sweeps_is_lived_the_same(seed: int, tmp_path: Path, read_on: list[bool]) -> None:
    """Tasks, streaks, friends, parts of orders, and what fell due since: all of it is decided in the same order."""
    (one, late), (other, again) = (lived(seed, tmp_path, alone=alone) for alone in (True, False))

    assert one == other
    assert [*map(repr, late.changes())] == [*map(repr, again.changes())], (
        "but for how codes are sealed, which is random"
    )
    assert late.records_by_id() == again.records_by_id()
    assert late._tables.balances == again._tables.balances
    assert late._tables.receipts == again._tables.receipts
    assert late._tables.timers == again._tables.timers
    assert late._tables.outbox == again._tables.outbox
    assert read_on.count(True) > 20, "the life is about something"
    assert False in read_on, "something was due where it was read late"


# --- where it can't be done ----------------------------------------------------------------------


def reading(store: MemoryStore) -> ReadingOn:
    return ReadingOn(tx=store, ask=Input(type="visit", key="v1", at=TEN), rounds=Rounds(()))


def draft_on(view: ReadingView) -> Draft:
    return view.draft(TEN)


def test_what_is_asked_for_is_needed_in_the_next_round_too() -> None:
    """So that a decision which has to begin again for something else does not ask for it again."""
    own = reading(MemoryStore())
    draft_on(ReadingView(Picture(), NoExpressions(), own)).require(TIMES)

    assert own.rounds.needs == {TIMES, DueBack(TIMES)}


def test_what_an_earlier_decision_wrote_unread_is_not_read_on() -> None:
    """It would have been written over what is there, had that been locked."""
    view = ReadingView(Picture(), NoExpressions(), reading(MemoryStore()))
    first = draft_on(view)
    first.fresh(TIMES)
    view.absorb(first)

    with pytest.raises(Undeclared):
        draft_on(view).require(TIMES)


def test_what_the_same_decision_wrote_unread_is_not_read_on() -> None:
    draft = draft_on(ReadingView(Picture(), NoExpressions(), reading(MemoryStore())))
    draft.fresh(TIMES)

    with pytest.raises(Undeclared):
        draft.require(TIMES)


def test_a_decision_that_asks_for_ever_more_gives_up() -> None:
    own = reading(MemoryStore())
    draft = draft_on(ReadingView(Picture(), NoExpressions(), own))

    def ask_on() -> None:
        for number in range(1_000):
            draft.require(RecordKey(kind="deal", parts=(str(number),)))

    with pytest.raises(Undeclared):
        ask_on()
    assert own.given_up
