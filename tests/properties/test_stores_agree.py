"""Whatever happens in whatever order: every database answers as the memory store does, and the books come out."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any, ClassVar

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import Engine

from quanyi.adapters.sql.migrate import upgrade
from quanyi.adapters.sql.store import SqlStore
from quanyi.adapters.sql.verify import verify
from quanyi.entitlements.inputs import Receipt
from tests.properties.twins import SOLD, USERS, Call, Twins

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]  # a failure is shrunk before it is told

NOON = datetime(2026, 3, 2, 4, tzinfo=UTC)
A_MOMENT = timedelta(microseconds=1)
NUMBERS = count(1)

users = st.sampled_from(USERS)
orders = st.sampled_from(["o1", "o2", "o3", "o4", "o5"])
campaigns = st.sampled_from(["check-in", "strict", "split", "coffee-for-points", "order-points"])
leaps = st.one_of(
    st.integers(1, 3600).map(lambda n: timedelta(seconds=n)),
    st.sampled_from([timedelta(minutes=10), timedelta(minutes=30), timedelta(hours=25)]),
    st.integers(1, 40).map(lambda n: timedelta(days=n)),
)


class Agree(RuleBasedStateMachine):
    """Random calls on both malls; hypothesis keeps what it needs to repeat and to shrink them."""

    open_store: ClassVar[Callable[[], tuple[Any, Callable[[], tuple[Any, ...]]]]]
    swept_apart: ClassVar[bool] = False

    def __init__(self) -> None:
        super().__init__()
        self.calls: list[Call] = []
        self.holds: list[str] = []
        self.rights: list[str] = []

    @initialize()
    def opened(self) -> None:
        store, self.differences = type(self).open_store()
        self.twins = Twins(store, NOON, swept_apart=self.swept_apart)
        self.acting = USERS[0]
        if self.swept_apart:  # a newcomer who is refused is written down if something due is booked on the way
            for user in USERS:
                self.report("points.granted", user, points=1)

    # --- what happens ------------------------------------------------------------------------

    @rule(user=users)
    def check_in(self, user: str) -> None:
        self.report("check_in", user)

    @rule(user=users, points=st.sampled_from([1, 10, 29, 30, 31, 100]))
    def points_granted(self, user: str, points: int) -> None:
        self.report("points.granted", user, points=points)

    @rule(user=users, order=orders, amount=st.sampled_from([1, 999, 2000, 50_000, 200_000]), inviter=users)
    def order_paid(self, user: str, order: str, amount: int, inviter: str) -> None:
        self.report("order.paid", user, order=order, amount=amount, inviter=inviter)

    @rule(user=users, order=orders)
    def order_refunded(self, user: str, order: str) -> None:
        self.report("order.refunded", user, order=order)

    @rule(
        user=users,
        offer=st.sampled_from(["coffee", "music", "nothing"]),
        qty=st.integers(0, 3),
        order=orders | st.just(""),
    )
    def exchange(self, user: str, offer: str, qty: int, order: str) -> None:
        self.call("exchange", offer, user=user, qty=qty, order=order)

    @rule(user=users, sold=st.sampled_from(SOLD[:4]), qty=st.sampled_from([1, 1, 1, 2, 3, 4]))
    def claim(self, user: str, sold: tuple[str, str], qty: int) -> None:
        self.call("claim", sold[0], item=sold[1], user=user, qty=qty)

    @precondition(lambda self: self.holds)
    @rule(data=st.data(), off=st.sampled_from([0, 0, 0, 0, 1, -1]), asker=st.none() | users)
    def settle(self, data: st.DataObject, off: int, asker: str | None) -> None:
        hold = self.one_of(data, self.holds)
        self.call("settle", hold, paid=max(self.twins.model.deal(hold).pay + off, 0), user=asker)

    @precondition(lambda self: self.holds)
    @rule(data=st.data(), asker=st.none() | users)
    def release(self, data: st.DataObject, asker: str | None) -> None:
        self.call("release", self.one_of(data, self.holds), user=asker)

    @precondition(lambda self: self.holds)
    @rule(data=st.data(), asker=st.none() | users)
    def refund(self, data: st.DataObject, asker: str | None) -> None:
        self.call("refund", self.one_of(data, self.holds), user=asker)

    @precondition(lambda self: self.rights)
    @rule(data=st.data(), user=users, method=st.sampled_from(["redeem", "reveal"]))
    def use(self, data: st.DataObject, user: str, method: str) -> None:
        self.call(method, self.one_of(data, self.rights), user=user)

    @rule(user=users, unit=st.sampled_from(["points", "stars"]), amount=st.sampled_from([-40, -1, 0, 1, 60]))
    def adjust(self, user: str, unit: str, amount: int) -> None:
        self.call("desk.adjust", user, unit, amount, reason="test")

    @rule(first=st.integers(0, 9), n=st.integers(1, 3))
    def import_codes(self, first: int, n: int) -> None:
        self.call("desk.import_codes", "music", [f"CODE-{i:04d}" for i in range(first, first + n)])

    # --- time --------------------------------------------------------------------------------

    @rule(leap=leaps)
    def time_passes(self, leap: timedelta) -> None:
        self.move(self.twins.clock.now() + leap)

    @rule(aside=st.sampled_from([-A_MOMENT, timedelta(), timedelta(), A_MOMENT]))
    def until_something_is_due(self, aside: timedelta) -> None:
        instant = self.twins.next_instant()
        if instant is not None:
            self.move(max(instant + aside, self.twins.clock.now()))

    @rule(limit=st.sampled_from([1, 2, 500]))
    def sweep(self, limit: int) -> None:
        twins = self.twins
        before = [twins.real.wallet(user) for user in USERS], [offer.left for offer in twins.real.offers()]
        twins.log.append(f"sweep({limit})")
        if self.swept_apart:
            twins.model.sweep(limit)
        else:
            twins.same(lambda mall: mall.sweep(limit))
        after = [twins.real.wallet(user) for user in USERS], [offer.left for offer in twins.real.offers()]
        assert after == before, "\n".join(["a sweep changed what can be read", *twins.log])

    # --- keys and operators ------------------------------------------------------------------

    @precondition(lambda self: self.calls)
    @rule(data=st.data())
    def the_same_again(self, data: st.DataObject) -> None:
        self.note(self.twins.again(self.one_of(data, self.calls)))

    @precondition(lambda self: self.calls)
    @rule(data=st.data(), user=users)
    def the_same_key_for_something_else(self, data: st.DataObject, user: str) -> None:
        call = self.one_of(data, self.calls)
        if "user" in call.kwargs:
            self.note(self.twins.again(Call(call.method, call.args, {**call.kwargs, "user": user})))

    @rule(campaign=campaigns, paused=st.booleans())
    def operate(self, campaign: str, paused: bool) -> None:
        self.twins.log.append(f"pause({campaign}, {paused})")
        self.twins.same(lambda mall: mall.desk.pause(campaign) if paused else mall.desk.resume(campaign))

    # --- what always holds -------------------------------------------------------------------

    @invariant()
    def all_can_be_read_alike(self) -> None:
        if hasattr(self, "twins"):
            self.twins.compare([self.acting])
            for purse in self.twins.real.wallet(self.acting).units.values():
                lots = sum(amount for _, amount in purse.ending)
                assert min(purse.owed, lots) == 0, "lots and debt are both there"
                assert all(amount > 0 for _, amount in purse.ending)

    @invariant()
    def history_adds_up(self) -> None:
        if hasattr(self, "twins"):
            running = 0
            for entry in reversed(self.twins.real.entries(self.acting, "points", limit=1000)):
                running += entry.amount
                assert entry.balance == running

    def teardown(self) -> None:
        if hasattr(self, "twins"):
            self.twins.compare()
            assert self.differences() == ()

    # --- inside ------------------------------------------------------------------------------

    def report(self, type_: str, user: str, **data: Any) -> None:
        self.call("report", type_, user=user, data=data)

    def call(self, method: str, *args: Any, **kwargs: Any) -> None:
        """Make a call under a key of its own."""
        call = Call(method, args, {**kwargs, "key": f"k{len(self.calls)}"})
        self.calls.append(call)
        self.acting = kwargs.get("user") or self.acting
        self.note(self.twins.again(call))

    def note(self, outcome: Any) -> None:
        """Remember the numbers that later calls are about."""
        if isinstance(outcome, Receipt):
            self.holds += [outcome.answer["deal"]] if "deal" in outcome.answer else []
            self.rights += [right for right in outcome.answer.get("entitlements", ()) if right not in self.rights]
            self.holds = list(dict.fromkeys(self.holds))

    def move(self, to: datetime) -> None:
        self.twins.log.append(f"clock.move({to.isoformat()})")
        self.twins.clock.move(to)

    def one_of(self, data: st.DataObject, things: list[Any]) -> Any:
        """One of the things so far, more often a recent one."""
        back = data.draw(st.integers(0, min(len(things), 8) - 1) | st.integers(0, len(things) - 1))
        return things[-1 - back]


class SweptApart(Agree):
    """The model is swept at random, the database never: nothing that is answered may depend on it."""

    swept_apart = True


@contextmanager
def hushed() -> Iterator[None]:
    """Thousands of warnings less, while it lasts."""
    logger = logging.getLogger("quanyi")
    level = logger.level
    logger.setLevel(logging.CRITICAL)
    try:
        yield
    finally:
        logger.setLevel(level)


def walk(machine: type[Agree], engine: Engine, examples: int) -> None:
    """Random walks on a mall of their own each, in one database."""
    upgrade(engine)

    def open_store() -> tuple[Any, Callable[[], tuple[Any, ...]]]:
        mall = f"m{next(NUMBERS)}"
        return SqlStore(engine, mall), lambda: verify(engine, mall).differences

    here = type(machine.__name__, (machine,), {"open_store": staticmethod(open_store)})
    with hushed():
        run_state_machine_as_test(
            here,
            settings=settings(
                max_examples=examples,
                stateful_step_count=50,
                deadline=None,
                suppress_health_check=list(HealthCheck),
                report_multiple_bugs=False,
                phases=[phase for phase in Phase if phase is not Phase.explain],
            ),
        )


def test_sqlite_agrees_with_memory(sqlite_engine: Engine) -> None:
    """Receipts, refusals, wallets, histories, deals, entitlements and offers are the same after every step."""
    walk(Agree, sqlite_engine, 30)


def test_postgres_agrees_with_memory(postgres_engine: Engine) -> None:
    """The same on PostgreSQL."""
    walk(Agree, postgres_engine, 12)


def test_mariadb_agrees_with_memory(mariadb_engine: Engine) -> None:
    """The same on MariaDB."""
    walk(Agree, mariadb_engine, 4)


def test_no_answer_depends_on_when_a_sweep_comes(sqlite_engine: Engine) -> None:
    """One mall is swept at random and the other never: every answer, wallet and offer is the same."""
    walk(SweptApart, sqlite_engine, 20)
