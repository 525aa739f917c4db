"""Guards behind the plays: what a wrong decision meets, and what a right one leaves behind."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, event, text
from sqlalchemy.exc import IntegrityError, OperationalError

from quanyi.adapters.clock import FixedClock
from quanyi.adapters.ids import CountedIds
from quanyi.adapters.memory import MemoryStore
from quanyi.adapters.wiring import OpenMall, wire
from quanyi.campaigns.project.load import load_project
from quanyi.entitlements.accounts import lot, outside, stock, used
from quanyi.entitlements.changes import Because, Changes, SealedCode
from quanyi.entitlements.errors import HoldClosed, InputError, InsufficientPoints, VoucherRefused
from quanyi.entitlements.inputs import Input, Receipt
from quanyi.entitlements.needs import LotsOf, Picture, with_due_back
from quanyi.entitlements.picture import Draft, GuardBroken, View
from quanyi.entitlements.plays.reward import Reward
from quanyi.entitlements.ports import Writing
from quanyi.entitlements.records import Deal, Person
from tests.engine.conftest import FOLDER, NOON, sql_store

whole_decide = Reward.decide


def oversell(draft: Draft) -> None:
    """A piece more than there is."""
    coffee = stock("coffee")
    draft.require(coffee)
    draft.post(coffee, outside("sold", "pieces"), draft.balance(coffee) + 1, "give")


def overrun(draft: Draft) -> None:
    """One time more than the limit."""
    account = used("of-a-broken-play", "")
    draft.require(account)
    draft.post(outside("open", "times"), account, 2, "place", cap=1)


@pytest.mark.parametrize("wrong", [oversell, overrun])
def test_a_play_that_forgets_to_ask_is_stopped_alone(
    mall: OpenMall, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, wrong: Callable[[Draft], None]
) -> None:
    """It may neither sell what is not there nor pass a limit; the campaign beside it gives all the same."""

    def decide(self: Reward, ask: Input, draft: Draft) -> Changes:
        if self.head.campaign != "first-order-coffee":
            return whole_decide(self, ask, draft)
        wrong(draft)
        return draft.done(Because(campaign=self.head.campaign, rule="give"))

    monkeypatch.setattr(Reward, "decide", decide)
    with caplog.at_level(logging.CRITICAL, "quanyi"):
        receipt = mall.report("order.paid", user="ann", key="o1", data={"order": "o1", "amount": 5000})

    outcomes = {decision.campaign: decision.outcome for decision in receipt.decisions}
    assert outcomes == {"order-points": "granted", "first-order-coffee": "failed"}
    assert mall.offer("coffee-for-points", "coffee").left == 1000


def test_a_guard_holds_at_the_bound_and_not_beyond() -> None:
    """The last piece and the last place may go; one more is one too many."""
    pile, limit = stock("coffee"), used("once", "")
    draft = View(Picture(needs=frozenset(with_due_back({pile, limit})), balances={pile: 1})).draft(NOON)
    draft.post(pile, outside("sold", "pieces"), 1, "give")
    draft.post(outside("open", "times"), limit, 1, "place", cap=1)

    with pytest.raises(GuardBroken):
        draft.post(pile, outside("sold", "pieces"), 1, "give")
    with pytest.raises(GuardBroken):
        draft.post(outside("open", "times"), limit, 1, "place", cap=1)


class Watched(MemoryStore):
    """Keeps what was written."""

    def __init__(self) -> None:
        super().__init__()
        self.written: list[Writing] = []

    @contextmanager
    def begin(self) -> Iterator[MemoryStore]:
        with super().begin() as tx:
            yield tx

    def write(self, writing: Writing) -> None:
        self.written.append(writing)
        super().write(writing)


def test_every_limit_carries_its_cap_to_the_store() -> None:
    """So that the database refuses what a wrong decision would let through."""
    store = Watched()
    mall = wire(load_project(FOLDER), store, clock=FixedClock(NOON), ids=CountedIds("h"))
    mall.desk.apply()
    mall.claim("flash", item="phone", user="ann", key="k1")
    caps = {write.account.kind: write.cap for write in store.written[-1].balances if write.account.kind == "used"}

    assert caps == {"used": 1}


def test_the_database_itself_knows_the_floor(engine: Engine) -> None:
    """A hand that writes past the SDK can't sell what is not there."""
    store: Any = sql_store(engine)
    mall = wire(load_project(FOLDER), store, clock=FixedClock(NOON))
    mall.desk.apply()
    lower = text(f"update {store.tables.balance.name} set balance = -1 where kind = 'stock'")

    with pytest.raises((IntegrityError, OperationalError)), engine.begin() as connection:
        connection.execute(lower)


def test_what_a_refused_write_took_is_there_for_the_next(mall: OpenMall) -> None:
    """A no inside a batch leaves neither a place nor a piece behind."""
    with mall.batch() as batch:
        batch.exchange("coffee", user="ann", key="x1", qty=3)
        batch.report("points.granted", user="ann", key="g", data={"points": 900})
        batch.exchange("coffee", user="ann", key="x2", qty=3)
    refused, _, bought = batch.outcomes

    assert isinstance(refused, InsufficientPoints)
    assert isinstance(bought, Receipt), bought
    assert mall.offer("coffee-for-points", "coffee").left == 997


def test_the_last_pieces_of_a_split_quota_are_found(clock: FixedClock) -> None:
    """Fifty buyers of fifty pieces in four parts: nobody is told that there are none."""
    mall = wire(load_project(FOLDER), MemoryStore(), clock=clock, ids=CountedIds("h"))
    mall.desk.apply()
    for n in range(50):
        mall.claim("hot", item="phone", user=f"u{n}", key=f"k{n}")

    assert mall.offer("hot", "phone").left == 0


class Hurried:
    """A clock that goes on by a second each time it is asked."""

    def __init__(self) -> None:
        self.asked = 0

    def now(self) -> datetime:
        self.asked += 1
        return NOON + timedelta(seconds=self.asked)


def test_what_is_decided_is_decided_at_the_moment_of_acceptance() -> None:
    """The clock is asked once a call: deal, hold, journal, outbox and receipt name one instant."""
    store, clock = Watched(), Hurried()
    mall = wire(load_project(FOLDER), store, clock=clock, facts=lambda _user: {"vip": True})
    mall.desk.apply()
    before = clock.asked
    receipt = mall.claim("flash", item="phone", user="ann", key="k")
    asked, written = clock.asked - before, store.written[-1]
    deal = next(write.record for write in written.records if isinstance(write.record, Deal))
    moments = {deal.placed_at, *(c.decided_at for c in written.changes), *(e.emitted_at for e in written.outbox)}

    assert (asked, moments) == (1, {receipt.at})
    assert deal.due_at == receipt.at + timedelta(minutes=30)


def test_any_credit_pays_the_debt_first(mall: OpenMall) -> None:
    """A wallet that owes holds no points, and one that holds points owes nothing."""
    mall.report("order.paid", user="ann", key="o1", data={"order": "o1", "amount": 300000})
    mall.exchange("coffee", user="ann", key="x1")
    mall.report("order.refunded", user="ann", key="r1", data={"order": "o1"})
    seen = []
    for amount in (100, 250):
        mall.report("points.granted", user="ann", key=f"g{amount}", data={"points": amount})
        purse = mall.wallet("ann").units["points"]
        seen.append((purse.balance, purse.owed, sum(n for _, n in purse.ending)))

    assert seen == [(-200, 200, 0), (50, 0, 50)]


def test_an_order_is_undone_once(mall: OpenMall) -> None:
    """A second refund of the same order, under another key, takes nothing more."""
    mall.report("points.granted", user="ann", key="g", data={"points": 1000})
    mall.report("order.paid", user="ann", key="o1", data={"order": "o1", "amount": 300000})
    for n in (1, 2):
        mall.report("order.refunded", user="ann", key=f"r{n}", data={"order": "o1"})

    assert mall.wallet("ann").units["points"].balance == 1000


def test_another_amount_does_not_pay(mall: OpenMall) -> None:
    """Neither too little nor too much settles a deal, and the right amount still does."""
    hold = mall.claim("flash", item="phone", user="ann", key="k1").hold
    for paid in (569899, 569901, 0):
        with pytest.raises(InputError):
            mall.settle(hold, paid=paid, key=f"pay/{paid}")

    assert mall.settle(hold, paid=569900, key="pay").paid == 569900


def test_a_deal_is_refunded_once(mall: OpenMall) -> None:
    """The second refund is refused, and gives no points back."""
    mall.report("points.granted", user="ann", key="g", data={"points": 300})
    deal = mall.exchange("coffee", user="ann", key="x1").deal
    mall.refund(deal, key="r1")
    with pytest.raises(HoldClosed, match="already-refunded"):
        mall.refund(deal, key="r2")

    assert mall.wallet("ann").units["points"].balance == 300


def test_an_ended_lot_is_not_spent_before_it_is_booked() -> None:
    """From its end on a lot is empty to every decision, though its points are still in its row."""
    end = NOON + timedelta(days=1)
    account, need = lot("h1", "points", end), LotsOf("h1", "points")
    picture = Picture(needs=frozenset({need}), balances={account: 300}, lots={need: (account,)})
    moments = (end - timedelta(microseconds=1), end, end + timedelta(microseconds=1))

    assert [View(picture).draft(now).lots("h1", "points") for now in moments] == [[(account, 300)], [], []]


def test_what_is_left_in_an_ended_lot_is_booked(mall: OpenMall, clock: FixedClock) -> None:
    """A sweep at the very end writes the loss into the wallet's history, once."""
    mall.report("points.granted", user="ann", key="g", data={"points": 300})
    clock.move(mall.wallet("ann").units["points"].ending[0][0])
    mall.sweep()
    mall.sweep()
    history = [(entry.label, entry.amount, entry.balance) for entry in mall.entries("ann", "points")]

    assert history == [("expire", -300, 0), ("earn", 300, 300)]


def test_what_ends_first_is_spent_first(mall: OpenMall, clock: FixedClock) -> None:
    """Of two lots the older one is drained before the younger one is touched."""
    mall.report("points.granted", user="ann", key="g1", data={"points": 200})
    clock.advance(days=40)
    mall.report("points.granted", user="ann", key="g2", data={"points": 200})
    younger = mall.wallet("ann").units["points"].ending[1][0]
    mall.exchange("coffee", user="ann", key="x")

    assert mall.wallet("ann").units["points"].ending == ((younger, 100),)


def test_a_seen_code_is_not_taken_back(mall: OpenMall) -> None:
    """Once its code was revealed, a card is not refunded."""
    mall.desk.import_codes("music", ["AAAA-1111"], key="codes")
    mall.report("points.granted", user="ann", key="g", data={"points": 100})
    hold = mall.exchange("music", user="ann", key="x").hold
    (right,) = mall.settle(hold, paid=500, key="pay").entitlements
    mall.reveal(right, user="ann", key="see")
    with pytest.raises(VoucherRefused, match="already-revealed"):
        mall.refund(hold, key="r")

    assert mall.deal(hold).phase == "paid"


def test_nothing_secret_or_personal_is_shown() -> None:
    """Seals, blind indexes, personal values and the host's user ids are kept out of every repr."""
    sealed = SealedCode(id="c1", pool="p", sealed=b"SECRET", key_id="k", blind=b"SECRET")
    ask = Input(type="x", key="k", at=NOON, personal={"phone": "SECRET"})
    shown = [repr(each) for each in (sealed, ask, Person(user="SECRET", holder="h1"))]

    assert not [line for line in shown if "SECRET" in line]


def test_a_timer_that_was_met_on_the_way_is_gone(mall: OpenMall, clock: FixedClock) -> None:
    """Whoever needs what it gives back books the lapse; a sweep then finds nothing to do."""
    mall.claim("flash", item="phone", user="ann", key="k1")
    clock.advance(minutes=30)
    mall.claim("flash", item="phone", user="ann", key="k2")

    assert [timer.event for timer in mall.ports.store.due(clock.now(), 10)] == []
    assert mall.sweep() == 0


def test_a_promise_that_is_met_late_is_kept_at_its_instant(mall: OpenMall, clock: FixedClock) -> None:
    """A sweep that comes two days late gives what an earlier one would have given."""
    mall.report("order.paid", user="ann", key="o1", data={"order": "o1", "amount": 5000})
    clock.advance(days=9)
    booked = mall.sweep(), mall.sweep()
    (coffee,) = mall.entitlements("ann")

    assert booked == (1, 0)
    assert (coffee.got_at, coffee.starts) == (NOON + timedelta(days=7),) * 2


@pytest.mark.parametrize("database", ["sqlite", "postgres", "mariadb"])
def test_a_call_takes_one_connection(database: str, request: pytest.FixtureRequest, clock: FixedClock) -> None:
    """A claim, an exchange or a report of somebody known is one transaction, and nothing is asked beside it."""
    engine = request.getfixturevalue(f"{database}_engine")
    mall = wire(load_project(FOLDER), sql_store(engine), clock=clock)
    mall.desk.apply()
    mall.report("points.granted", user="ann", key="g", data={"points": 300})
    taken: list[object] = []
    event.listen(engine, "checkout", lambda *connection: taken.append(connection))
    mall.claim("flash", item="phone", user="ann", key="c")
    mall.exchange("coffee", user="ann", key="x")
    mall.report("check_in", user="ann", key="ci")

    assert len(taken) == 3
