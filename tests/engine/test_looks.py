"""A look answers what a page asks as each question would be answered by itself, all as of one instant."""

from __future__ import annotations

from threading import Thread
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from quanyi.adapters.clock import FixedClock
from quanyi.adapters.memory import MemoryStore
from quanyi.adapters.wiring import OpenMall, wire
from quanyi.campaigns.project.load import load_project
from quanyi.entitlements.errors import InputError, NotFound, QuanyiError, Refused
from quanyi.entitlements.inputs import Input
from tests.engine.conftest import FOLDER, NOON, sql_store
from tests.engine.looking import in_one_look, one_by_one, questions
from tests.engine.looking import told as said

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import Engine

    from quanyi.campaigns.queries import Queries

PROJECT = load_project(FOLDER)


@pytest.fixture(params=["memory", "sqlite", "postgres", "mariadb"])
def store(request: pytest.FixtureRequest) -> Any:
    return MemoryStore() if request.param == "memory" else sql_store(request.getfixturevalue(f"{request.param}_engine"))


def elsewhere(act: Callable[[], object]) -> None:
    """What another request does meanwhile, in a thread of its own."""
    thread = Thread(target=act)
    thread.start()
    thread.join(20)
    assert not thread.is_alive()


# --- the same answers --------------------------------------------------------------------------------


def lived(mall: OpenMall, clock: FixedClock) -> None:
    """A little of everything: points, a hold that lapses, a promise that falls due, a code that ran out."""
    mall.report("points.granted", user="ann", key="g", data={"points": 1_000})
    mall.report("order.paid", user="ann", key="o/1", data={"order": "o1", "amount": 5_000})
    mall.exchange("coffee", user="ann", key="x/1")
    mall.claim("flash", item="phone", user="ann", key="c/1")
    mall.claim("arena", item="phone", user="bob", key="c/2")
    clock.advance(minutes=10)
    mall.claim("hot", item="phone", user="ann", key="c/3")


@pytest.mark.parametrize("later", [{}, {"minutes": 25}, {"days": 7}, {"days": 40}, {"days": 400}])
def test_a_look_answers_as_each_question_does(mall: OpenMall, clock: FixedClock, later: dict[str, int]) -> None:
    """Wallets, offers with why not, entitlements, deals and promises: of several people, and with timers due."""
    lived(mall, clock)
    clock.advance(**(later or {"seconds": 1}))
    asked = questions(["ann", "bob", "nobody", None])

    assert in_one_look(mall, asked) == one_by_one(mall, asked)


STEPS = st.one_of(
    st.tuples(st.just("granted"), st.sampled_from(["ann", "bob"]), st.integers(1, 900)),
    st.tuples(st.just("order"), st.sampled_from(["ann", "bob"]), st.integers(100, 5_000)),
    st.tuples(st.just("claim"), st.sampled_from(["ann", "bob"]), st.sampled_from(["flash", "hot", "arena"])),
    st.tuples(st.just("coffee"), st.sampled_from(["ann", "bob"]), st.integers(1, 3)),
    st.tuples(
        st.just("wait"), st.just(""), st.sampled_from([{"minutes": 29}, {"minutes": 1}, {"days": 7}, {"days": 31}])
    ),
)


def step(mall: OpenMall, clock: FixedClock, n: int, what: tuple[str, str, Any]) -> None:
    act, user, how = what
    key = f"k/{n}"
    try:
        if act == "granted":
            mall.report("points.granted", user=user, key=key, data={"points": how})
        elif act == "order":
            mall.report("order.paid", user=user, key=key, data={"order": key, "amount": how})
        elif act == "claim":
            mall.claim(how, item="phone", user=user, key=key)
        elif act == "coffee":
            mall.exchange("coffee", user=user, key=key, qty=how)
        else:
            clock.advance(**how)
    except QuanyiError:
        pass


@settings(max_examples=40)
@given(st.lists(STEPS, max_size=12))
def test_after_whatever_happened_it_answers_the_same(steps: list[tuple[str, str, Any]]) -> None:
    """Random lives of two people; timers that nobody has booked yet among them."""
    clock = FixedClock(NOON)
    mall = wire(PROJECT, MemoryStore(), clock=clock)
    mall.desk.apply()
    for n, what in enumerate(steps):
        step(mall, clock, n, what)
    asked = questions(["ann", "bob", None])

    assert in_one_look(mall, asked) == one_by_one(mall, asked)


@settings(max_examples=25)
@example([])
@given(st.lists(STEPS, max_size=8))
def test_why_not_is_the_no_that_the_call_would_meet(steps: list[tuple[str, str, Any]]) -> None:
    """An offer is tried by the campaign that answers, alone; deciding all that would follow says no other no."""
    clock = FixedClock(NOON)
    mall = wire(PROJECT, MemoryStore(), clock=clock)
    mall.desk.apply()
    mall.desk.pause("hot")
    for n, what in enumerate(steps):
        step(mall, clock, n, what)
    offers = mall.offers("ann")
    asks = [asked_of(mall, offer) for offer in offers]
    outcomes = mall.ports.transactions.preview(asks, mall.ports.store)

    assert [said(o.why_not) for o in offers] == [said(out) if isinstance(out, Refused) else None for out in outcomes]


def asked_of(mall: OpenMall, offer: Any) -> Input:
    type_, name = ("exchange", "offer") if offer.kind == "points_exchange" else ("order.place", "item")
    data = {name: offer.item, "qty": 1, "order": ""}
    return Input(type=type_, key="look", at=mall.now(), user="ann", campaign=offer.campaign, data=data, asks=True)


def test_several_errors_are_told_by_the_first_question(mall: OpenMall) -> None:
    """What a question raises, the look raises, and nothing else."""
    with pytest.raises(NotFound, match="no deal d9"):
        mall.look(lambda at: at.wallet("ann"), lambda at: at.deal("d9"), lambda at: at.entries("ann", "gold"))
    with pytest.raises(InputError, match="gold"):
        mall.look(lambda at: at.entries("ann", "gold"), lambda at: at.deal("d9"))


def test_a_look_in_a_look_is_a_part_of_it(mall: OpenMall) -> None:
    """A question may ask several at once too."""
    mall.report("check_in", user="ann", key="ci")
    ((wallet, deals),) = mall.look(lambda at: at.look(lambda at: at.wallet("ann"), lambda at: at.deals("ann")))

    assert (wallet.units["points"].balance, deals) == (10, [])


def test_nothing_to_ask_is_answered_too(mall: OpenMall) -> None:
    """No question, no answer; a question that needs nothing has its answer."""
    assert mall.look() == ()
    assert mall.look(lambda at: at.project.mall) == ("engine",)


def test_many_questions_one_after_the_other_are_answered(mall: OpenMall) -> None:
    """One question may ask as much as it likes, each time for what it learned before."""
    mall.report("check_in", user="ann", key="ci")

    (found,) = mall.look(lambda at: [len(at.entries("ann", "points", limit=n)) for n in range(1, 90)])

    assert found == [1] * 89


# --- one instant -------------------------------------------------------------------------------------


def test_a_page_shows_one_instant(store: Any, clock: FixedClock) -> None:
    """Somebody else writes between two reads of a page: its numbers agree all the same; without a look they don't."""
    mall = wire(PROJECT, store, clock=clock)
    mall.desk.apply()
    mall.report("points.granted", user="ann", key="g/1", data={"points": 100})
    written: list[int] = []

    def meanwhile() -> None:
        if not written:
            written.append(1)
            elsewhere(lambda: mall.report("points.granted", user="ann", key="g/2", data={"points": 5}))

    def page(at: Queries) -> tuple[int, int, list[Any]]:
        balance = at.wallet("ann").units["points"].balance
        meanwhile()
        newest = at.entries("ann", "points")[0].balance
        return balance, newest, at.deals("ann")

    (shown,) = mall.look(page)
    (fresh,) = mall.look(page)
    written.clear()
    mall.report("points.granted", user="ann", key="g/3", data={"points": 1})
    apart = page(mall)  # whose writer's key was used, so that nothing is added by it

    assert (shown, fresh) == ((100, 100, []), (105, 105, []))
    assert apart == (106, 106, [])


def test_without_a_look_two_reads_are_two_instants(store: Any, clock: FixedClock) -> None:
    """The same page read one by one: the balance is of before, and the history of after."""
    mall = wire(PROJECT, store, clock=clock)
    mall.desk.apply()
    mall.report("points.granted", user="ann", key="g/1", data={"points": 100})
    balance = mall.wallet("ann").units["points"].balance
    elsewhere(lambda: mall.report("points.granted", user="ann", key="g/2", data={"points": 5}))

    assert (balance, mall.entries("ann", "points")[0].balance) == (100, 105)


def test_time_stands_still_in_a_look(mall: OpenMall, clock: FixedClock) -> None:
    """Every question is answered at the instant at which the look began."""

    def late(at: Queries) -> Any:
        clock.advance(seconds=1)
        return at.now()

    first, second = mall.look(lambda at: at.now(), late)

    assert first == second == NOON


# --- campaigns that come into force ------------------------------------------------------------------


def test_campaigns_that_others_applied_are_seen(store: Any, clock: FixedClock) -> None:
    """Another process brings campaigns into force: the next look shows them."""
    here, there = (wire(PROJECT, store, clock=clock) for _ in range(2))
    assert here.look(lambda at: at.offers()) == ([],)
    there.desk.apply()

    (offers,) = here.look(lambda at: at.offers("ann"))

    assert {offer.campaign for offer in offers} == {"flash", "hot", "arena", "coffee-for-points", "music-for-both"}


def test_a_look_begins_again_if_campaigns_change_under_it(store: Any, clock: FixedClock) -> None:
    """A release is taken over in the middle of a look: all of it is of the new one, and none of it mixed."""
    here, there = (wire(PROJECT, store, clock=clock) for _ in range(2))
    there.desk.apply()
    here.look(lambda at: at.wallet("ann"))
    done: list[int] = []

    def meanwhile(at: Queries) -> Any:
        wallet = at.wallet("ann")
        at.offers("ann")  # so that it is answered right after the other question
        if not done:
            done.append(1)
            elsewhere(lambda: there.desk.pause("flash"))
            here.ports.transactions.in_force.reload()
        return wallet

    states, _ = here.look(lambda at: {o.campaign: o.state for o in at.offers("ann")}, meanwhile)

    assert states["flash"] == "paused"
    assert states["hot"] == "open"


# --- the host's facts --------------------------------------------------------------------------------


class Told:
    """What the host says, with a list of whom it was asked about."""

    def __init__(self, store: Any) -> None:
        self.store = store
        self.asked: list[str] = []
        self.taken: list[int] = []

    def __call__(self, user: str) -> dict[str, Any]:
        self.asked.append(user)
        engine = getattr(self.store, "engine", None)
        self.taken.append(engine.pool.checkedout() if engine is not None else 0)
        if user == "rude":
            raise RuntimeError("the host is down")
        return {"vip": user == "vic"} if user != "odd" else {"vip": 7}


@pytest.fixture
def told(store: Any) -> Told:
    return Told(store)


@pytest.fixture
def asking(store: Any, clock: FixedClock, told: Told, tmp_path: Any) -> OpenMall:
    """A mall where one offer is for some people alone, by what the host says of them."""
    mall = wire(load_project(_vip_mall(tmp_path)), store, clock=clock, facts=told)
    mall.desk.apply()
    return mall


def _vip_mall(folder: Any) -> Any:
    (folder / "mall.yaml").write_text(
        "mall: engine\nzone: Asia/Shanghai\ncurrency: CNY\nunits:\n  points: {title: {zh: 积分, en: points}}\n"
        "profile:\n  vip: bool = false\n"
    )
    for name in ("events", "catalogue", "campaigns"):
        (folder / name).mkdir()
    (folder / "events" / "all.yaml").write_text("events:\n  check_in: {}\n")
    things = "".join(f"  t{n}: {{is: voucher, title: {{zh: 券, en: Coupon}}, lasts: 30d}}\n" for n in range(9))
    (folder / "catalogue" / "all.yaml").write_text(f"benefits:\n{things}")
    sold = ", ".join(f"t{n}: {{points: 1}}" for n in range(9))
    (folder / "campaigns" / "all.yaml").write_text(
        "campaign: daily\nkind: reward\nwhen: check_in\ngive: {points: 100}\nat_most: [1 per user per day]\n"
        'exposure: {accept: "a test"}\n---\n'
        f"campaign: shelf\nkind: points_exchange\nsells: {{{sold}}}\nat_most: [3 pieces per user]\n"
        'for: {vip: true}\nexposure: {accept: "a test"}\n'
    )
    return folder


def test_the_host_is_asked_once_in_a_look(asking: OpenMall, told: Told) -> None:
    """Once about each user, however many offers and questions there are; in the next look again."""
    for user in ("ann", "vic"):
        asking.report("check_in", user=user, key=f"ci/{user}")
    told.asked.clear()
    for _ in range(2):
        of_ann, of_vic, again, _ = asking.look(
            lambda at: at.offers("ann"),
            lambda at: at.offers("vic"),
            lambda at: at.offer("shelf", "t3", "ann"),
            lambda at: at.views("task", "ann"),
        )
        assert {offer.why_not.reason for offer in of_ann} == {again.why_not.reason} == {"vip-is"}
        assert {offer.why_not for offer in of_vic} == {None}

    assert sorted(told.asked) == ["ann", "ann", "vic", "vic"]


def test_the_host_is_asked_once_for_a_decision_and_once_for_a_list(asking: OpenMall, told: Told) -> None:
    """Nine offers are one question; so is an input, whatever it causes."""
    asking.offers("vic")
    asking.report("check_in", user="vic", key="ci")
    asking.exchange("t1", user="vic", key="x")
    asking.explain("check_in", user="vic")

    assert told.asked == ["vic"] * 4


def test_the_host_is_asked_before_a_connection_is_taken(asking: OpenMall, told: Told) -> None:
    """A host that answers from the same pool never waits for a connection that this look holds."""
    asking.report("check_in", user="vic", key="ci")
    told.asked.clear()
    told.taken.clear()
    asking.look(lambda at: at.offers("vic"), lambda at: at.wallet("vic"))
    asking.look(lambda at: (at.wallet("ann"), at.deals("ann"), at.offers("ann")))

    assert (told.asked, told.taken) == (["vic", "ann"], [0, 0])


def test_what_the_host_says_wrongly_is_told_as_without_a_look(asking: OpenMall, told: Told) -> None:
    """A host that fails, and one that says something else than the profile declares."""
    for user, error in (("rude", RuntimeError), ("odd", InputError)):
        with pytest.raises(error) as alone:
            asking.offers(user)
        told.asked.clear()
        with pytest.raises(error) as looked:
            asking.look(lambda at, user=user: at.offers(user), lambda at, user=user: at.offers(user))  # type: ignore[misc]
        assert str(looked.value) == str(alone.value)
        assert told.asked == [user]


# --- in a host's transaction -------------------------------------------------------------------------


@pytest.mark.parametrize("store", ["sqlite", "postgres", "mariadb"], indirect=True)
def test_in_a_hosts_transaction_a_look_shows_what_that_sees(store: Any, clock: FixedClock) -> None:
    """What the host has not committed is seen inside and nowhere else; nobody is remembered who never came to be."""
    mall, engine = wire(PROJECT, store, clock=clock), store.engine
    mall.desk.apply()
    with Session(engine) as db, db.begin() as host:
        inside = mall.within(db)
        inside.report("points.granted", user="new", key="g", data={"points": 300})
        wallet, offers = inside.look(lambda at: at.wallet("new"), lambda at: at.offers("new"))
        (outside,) = mall.look(lambda at: at.wallet("new"))
        host.rollback()
    mall.report("points.granted", user="new", key="g", data={"points": 7})
    people = [person.user for person in store.records("person")]

    assert (wallet.units["points"].balance, outside.units["points"].balance) == (300, 0)
    assert {o.item: o.why_not for o in offers if o.campaign == "coffee-for-points"} == {"coffee": None}
    assert people == ["new"]
    assert mall.look(lambda at: at.wallet("new"))[0].units["points"].balance == 7


@pytest.mark.parametrize("store", ["sqlite", "postgres", "mariadb"], indirect=True)
def test_a_look_gives_its_connection_back(store: Any, clock: FixedClock) -> None:
    """Whatever a question raises, and however often a look begins again."""
    mall = wire(PROJECT, store, clock=clock)
    mall.desk.apply()
    engine: Engine = store.engine
    mall.look(lambda at: at.offers("ann"))
    with pytest.raises(NotFound):
        mall.look(lambda at: at.deal("d9"))
    with pytest.raises(ZeroDivisionError):
        mall.look(lambda at: at.wallet("ann").units["points"].balance // 0)

    assert engine.pool.checkedout() == 0  # type: ignore[attr-defined]
