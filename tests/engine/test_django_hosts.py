"""Django hosts: Django's rows and the mall's are in one transaction, which is Django's."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from datetime import timedelta
from itertools import count
from threading import Thread
from typing import Any

import pytest
from sqlalchemy import URL, Engine, create_engine, text

from quanyi import prepare_engine
from quanyi.adapters.clock import FixedClock
from quanyi.adapters.django import within
from quanyi.adapters.memory import MemoryStore
from quanyi.adapters.sql.store import SqlStore
from quanyi.adapters.sql.verify import verify
from quanyi.adapters.vault import KeyRing, SealingVault
from quanyi.adapters.wiring import OpenMall, wire
from quanyi.campaigns.project.load import load_project
from quanyi.entitlements.errors import InputError, InsufficientPoints, LockTimeout
from tests.django_host import connected
from tests.engine.conftest import FOLDER, NOON, sql_store
from tests.engine.crash import killed_at

pytest.importorskip("django")

from django.db import connection, transaction

PROJECT = load_project(FOLDER)
VAULT = SealingVault(KeyRing.for_development())


@pytest.fixture(params=["sqlite", "postgres"])
def url(request: pytest.FixtureRequest) -> URL:
    return request.getfixturevalue(f"{request.param}_url")


@pytest.fixture
def engine(url: URL) -> Iterator[Engine]:
    engine = prepare_engine(create_engine(url))
    yield engine
    engine.dispose()


@pytest.fixture
def mall(engine: Engine) -> OpenMall:
    mall = opened(engine)
    mall.desk.apply()
    mall.desk.import_codes("music", [f"CODE-{n}" for n in range(3)], key="codes")
    with engine.begin() as own:
        own.execute(text("create table shop_order (id varchar(60) primary key)"))
    return mall


@pytest.fixture
def django(mall: OpenMall, url: URL) -> Iterator[None]:
    """Django on the mall's database."""
    with connected(url):
        yield


def opened(engine: Engine) -> OpenMall:
    return wire(PROJECT, sql_store(engine), clock=FixedClock(NOON), vault=VAULT)


def placed(mall: OpenMall, user: str = "ann") -> str:
    """A deal for 100 points and 5.00, placed and not paid."""
    mall.report("points.granted", user=user, key=f"g/{user}", data={"points": 100})
    return mall.exchange("music", user=user, key=f"x/{user}").hold


def order(id_: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("insert into shop_order (id) values (%s)", [id_])


def orders(engine: Engine) -> list[str]:
    """What stands in the database, as another connection sees it."""
    with engine.connect() as own:
        return list(own.scalars(text("select id from shop_order order by id")))


class MindChangedError(Exception):
    pass


# --- one transaction ---------------------------------------------------------------------------------


def test_both_stand_after_the_block(mall: OpenMall, engine: Engine, django: None) -> None:
    """Nothing of either is seen before the block ends; afterwards both are."""
    hold = placed(mall)
    told: list[str] = []
    with transaction.atomic():
        transaction.on_commit(lambda: told.append(mall.deal(hold).phase))
        order(hold)
        within(mall).settle(hold, paid=500, key="pay")
        before = (orders(engine), mall.deal(hold).phase, list(told))

    assert before == ([], "placed", [])
    assert (orders(engine), mall.deal(hold).phase, told) == ([hold], "paid", ["paid"])
    assert verify(engine, "engine").differences == ()


def test_a_look_shows_what_djangos_transaction_sees(mall: OpenMall, django: None) -> None:
    """A page inside the block has what is not committed yet; one outside has not."""
    with transaction.atomic():
        inside = within(mall)
        inside.report("points.granted", user="ann", key="g", data={"points": 100})
        wallet, offers = inside.look(lambda at: at.wallet("ann"), lambda at: at.offers("ann"))
        (outside,) = mall.look(lambda at: at.wallet("ann"))

    assert (wallet.units["points"].balance, outside.units["points"].balance) == (100, 0)
    assert {o.item: o.why_not for o in offers if o.campaign == "music-for-both"} == {"music": None}


def test_an_exception_takes_both_along(mall: OpenMall, engine: Engine, django: None) -> None:
    hold = placed(mall)
    told: list[str] = []
    with pytest.raises(MindChangedError), transaction.atomic():  # noqa: PT012  (what is done before it counts)
        transaction.on_commit(lambda: told.append("committed"))
        order(hold)
        within(mall).settle(hold, paid=500, key="pay")
        raise MindChangedError

    assert (orders(engine), mall.deal(hold).phase, mall.entitlements("ann"), told) == ([], "placed", [], [])
    assert mall.settle(hold, paid=500, key="pay").deal == hold


def test_a_nested_block_takes_back_what_is_in_it(mall: OpenMall, engine: Engine, django: None) -> None:
    """Django's savepoints are around ours: the inner block is rolled back, the outer one stands."""
    hold = placed(mall)
    with transaction.atomic():
        within(mall).report("check_in", user="bob", key="ci")
        with pytest.raises(MindChangedError), transaction.atomic():  # noqa: PT012  (what is done before it counts)
            order("inner")
            within(mall).settle(hold, paid=500, key="pay")
            raise MindChangedError
        inside = within(mall).deal(hold).phase
        order("outer")

    assert (inside, mall.deal(hold).phase, orders(engine)) == ("placed", "placed", ["outer"])
    assert mall.wallet("bob").units["points"].balance == 10


def test_savepoints_of_the_host_may_begin_and_end_between_our_calls(
    mall: OpenMall, engine: Engine, django: None
) -> None:
    hold = placed(mall)
    with transaction.atomic():
        first = transaction.savepoint()
        inside = within(mall)
        inside.settle(hold, paid=500, key="pay")
        transaction.savepoint_rollback(first)
        again = transaction.savepoint()
        receipt = inside.settle(hold, paid=500, key="pay")
        transaction.savepoint_commit(again)
        order(hold)

    assert (receipt.deal, orders(engine), mall.deal(hold).phase) == (hold, [hold], "paid")


def test_a_refusal_leaves_the_transaction_usable(mall: OpenMall, engine: Engine, django: None) -> None:
    """A newcomer's no, then points, what they buy, and the code to see at once; all in one transaction."""
    with transaction.atomic():
        inside = within(mall)
        order("before")
        with pytest.raises(InsufficientPoints):
            inside.exchange("coffee", user="bob", key="too-early")
        inside.report("points.granted", user="bob", key="g", data={"points": 100})
        hold = inside.exchange("music", user="bob", key="x").hold
        order(hold)
        inside.settle(hold, paid=500, key="pay")
        (right,) = inside.entitlements("bob")
        shown = inside.reveal(right.id, user="bob", key="look")

    assert (shown.codes, orders(engine)) == (("CODE-0",), sorted(["before", hold]))
    assert mall.wallet("bob").units["points"].balance == 0


def test_killed_before_the_commit_is_done_both_stand_or_both_vanish(
    mall: OpenMall, url: URL, engine: Engine, django: None
) -> None:
    """SIGKILL at every seventh step between Django's connection and the end of its commit."""
    connection.close()
    mall.desk.import_codes("music", [f"MORE-{n}" for n in range(100)], key="more")
    deaths = 0
    for step in count(1, 7):
        hold = placed(mall, f"u{step}")
        engine.dispose()  # the child must not inherit open connections
        died = killed_at(step, url, lambda own, hold=hold: buy(own, url, hold))
        deaths += died
        ordered = hold in orders(engine)

        assert (mall.deal(hold).phase == "paid") == ordered == (len(mall.entitlements(f"u{step}")) == 1), step
        if not died:
            break

    assert ordered
    assert deaths >= 8
    assert verify(engine, "engine").differences == ()


def buy(own: Engine, url: URL, hold: str) -> None:
    """What the child does; Django's SQLite connection has the fuse that the engine's has."""
    factory = type(own.raw_connection().driver_connection) if url.drivername == "sqlite" else None
    with connected(url, **({"factory": factory} if factory else {})), transaction.atomic():
        order(hold)
        within(wire(PROJECT, SqlStore(own, "engine"), clock=FixedClock(NOON), vault=VAULT)).settle(
            hold, paid=500, key=f"pay/{hold}"
        )


def test_a_host_that_dies_before_the_end_of_its_block_leaves_nothing(
    mall: OpenMall, url: URL, engine: Engine, django: None
) -> None:
    hold = placed(mall)
    connection.close()
    engine.dispose()
    child = os.fork()
    if child == 0:
        try:
            with connected(url), transaction.atomic():
                order(hold)
                within(opened(create_engine(url))).settle(hold, paid=500, key="pay")
                os.kill(os.getpid(), signal.SIGKILL)
        finally:
            os._exit(1)
    _, status = os.waitpid(child, 0)

    assert os.WTERMSIG(status) == signal.SIGKILL
    assert (orders(engine), mall.deal(hold).phase) == ([], "placed")


# --- what is refused ---------------------------------------------------------------------------------


def test_outside_a_transaction_nothing_joins(mall: OpenMall, django: None) -> None:
    connection.ensure_connection()
    with pytest.raises(InputError, match=r"transaction\.atomic"):
        within(mall)
    with transaction.atomic(), pytest.raises(InputError, match="no database 'elsewhere'"):
        within(mall, using="elsewhere")


def test_what_was_joined_is_of_no_use_after_its_block(mall: OpenMall, engine: Engine, django: None) -> None:
    """Kept and used later it would book on its own; reads and writes are refused alike."""
    hold = placed(mall)
    with transaction.atomic():
        inside = within(mall)
        order("before")
    with pytest.raises(InputError, match=r"transaction\.atomic"):
        inside.settle(hold, paid=500, key="pay")
    with pytest.raises(InputError, match=r"transaction\.atomic"):
        inside.wallet("ann")

    assert (orders(engine), mall.deal(hold).phase) == (["before"], "placed")


def test_another_thread_has_no_part_in_it(mall: OpenMall, django: None) -> None:
    caught: list[BaseException] = []
    with transaction.atomic():
        inside = within(mall)

        def elsewhere() -> None:
            try:
                inside.report("check_in", user="ann", key="ci")
            except BaseException as error:
                caught.append(error)

        thread = Thread(target=elsewhere)
        thread.start()
        thread.join()

    assert [type(error) for error in caught] == [InputError]
    assert mall.wallet("ann").units["points"].balance == 0


def test_a_transaction_that_can_only_be_rolled_back_is_not_joined(mall: OpenMall, django: None) -> None:
    with transaction.atomic():
        inside = within(mall)
        with pytest.raises(MindChangedError), transaction.atomic(savepoint=False):
            raise MindChangedError
        with pytest.raises(InputError, match="rolled back"):
            inside.report("check_in", user="ann", key="ci")
        with pytest.raises(InputError, match="rolled back"):
            within(mall)


def test_a_mall_in_another_database_is_not_joined(mall: OpenMall, django: None, url: URL, tmp_path: Any) -> None:
    """Another kind of database, another one of the same kind, and a mall in memory."""
    others = [wire(PROJECT, MemoryStore(), clock=FixedClock(NOON), vault=VAULT)]
    other = prepare_engine(create_engine(URL.create("sqlite", database=str(tmp_path / "other.db"))))
    others.append(opened(other))
    third = create_engine(url if url.drivername == "sqlite" else url.set(database="postgres"))
    if url.drivername != "sqlite":
        others.append(wire(PROJECT, SqlStore(third, "engine"), clock=FixedClock(NOON), vault=VAULT))
    for another in others:
        with transaction.atomic(), pytest.raises(InputError):
            within(another)
    other.dispose()
    third.dispose()


# --- Django's own settings ---------------------------------------------------------------------------


@pytest.mark.parametrize("zone", [None, "Asia/Shanghai"])
def test_instants_are_the_same_inside_whatever_zone_django_reads_in(mall: OpenMall, url: URL, zone: str | None) -> None:
    """Django turns instants into its zone, or cuts the zone off; on SQLite its converters are at work."""
    with connected(url, time_zone=zone), transaction.atomic():
        inside = within(mall)
        inside.report("points.granted", user="ann", key="g", data={"points": 100})
        inside.exchange("music", user="ann", key="x")
        at = {entry.at for entry in inside.entries("ann", "points")}

    assert at == {NOON}


def test_timers_that_are_due_are_booked_inside(mall: OpenMall, engine: Engine, url: URL) -> None:
    """A hold that lapsed is read with its instant, in Django's connection too."""
    clock = FixedClock(NOON)
    late = wire(PROJECT, mall.ports.store, clock=clock, vault=VAULT)
    placed(late)
    clock.advance(timedelta(hours=5))
    with connected(url, time_zone="Asia/Shanghai"), transaction.atomic():
        inside = within(late)
        swept = inside.sweep()
        left = inside.wallet("ann").units["points"].balance

    assert (swept > 0, left) == (True, 100)


def test_nothing_of_djangos_connection_is_changed(mall: OpenMall, url: URL) -> None:
    """Its functions, its way to begin, its settings: as they were; plans that psycopg keeps don't clash with ours."""
    sqlite = url.drivername == "sqlite"
    look = "select 'ABC' regexp 'a.c'" if sqlite else "select current_setting('lock_timeout')"
    with connected(url, **({} if sqlite else {"prepare_threshold": 0})):
        with transaction.atomic(), connection.cursor() as cursor:
            raw = connection.connection
            for turn in range(3):
                within(mall).report("check_in", user=f"u{turn}", key=f"ci/{turn}")
            cursor.execute(look)
            (after,) = cursor.fetchone()
            assert connection.connection is raw
        with connection.cursor() as cursor:
            cursor.execute(look)
            (later,) = cursor.fetchone()
        autocommit = connection.get_autocommit()

    assert (after, later, autocommit) == ((0, 0, True) if sqlite else (after, after, True))


def test_a_host_without_autocommit_joins_as_well(mall: OpenMall, engine: Engine, url: URL) -> None:
    """With AUTOCOMMIT off sqlite3 begins only at the first write: without a transaction ours would commit at once."""
    with connected(url, autocommit=False):
        with transaction.atomic(savepoint=False):
            within(mall).report("check_in", user="ann", key="ci")
        connection.rollback()
        gone = mall.wallet("ann").units["points"].balance
        with transaction.atomic():
            within(mall).report("check_in", user="ann", key="ci")
        connection.commit()

    assert (gone, mall.wallet("ann").units["points"].balance) == (0, 10)
    assert verify(engine, "engine").differences == ()


@pytest.mark.parametrize("url", ["postgres"], indirect=True)
def test_waiting_is_bounded_and_the_hosts_time_out_comes_back(engine: Engine, url: URL, mall: OpenMall) -> None:
    """Somebody else holds the deal: a LockTimeout, and the host's transaction goes on. SQLite waits as Django's own OPTIONS say."""
    hold = placed(mall)
    quick = wire(PROJECT, SqlStore(engine, "engine", lock_timeout_ms=200), clock=FixedClock(NOON), vault=VAULT)
    with connected(url), transaction.atomic(), engine.begin() as other:
        mall.within(other).settle(hold, paid=500, key="pay/other")
        with pytest.raises(LockTimeout):
            within(quick).settle(hold, paid=500, key="pay")
        within(quick).report("check_in", user="bob", key="ci")

    assert mall.wallet("bob").units["points"].balance == 10
