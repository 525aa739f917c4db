"""Who reads the journal forward gets every change once, whoever commits late."""

from __future__ import annotations

from random import Random
from threading import Thread
from time import sleep

import pytest
from sqlalchemy import func, select, text, update
from sqlalchemy.orm import Session

from quanyi.adapters.conformance.material import change, write
from quanyi.adapters.sql.forward import Place, changes_after, pages_after
from quanyi.adapters.sql.migrate import upgrade
from quanyi.adapters.sql.store import SqlStore
from quanyi.entitlements.errors import InputError
from quanyi.entitlements.ports import Writing


@pytest.fixture
def store(engine):
    upgrade(engine)
    return SqlStore(engine, "north")


@pytest.fixture
def on_postgres(postgres_engine):
    upgrade(postgres_engine)
    return SqlStore(postgres_engine, "north")


@pytest.fixture
def with_writers(locking_engine):
    """A store with many writers at once."""
    upgrade(locking_engine)
    return SqlStore(locking_engine, "north")


def book(store, name):
    write(store, changes=(change(name),))


def book_in(store, host, name):
    with store.join(host).begin() as tx:
        tx.write(Writing(changes=(change(name),)))


def final(store, *expected):
    """Wait until these changes are final: other transactions of the server are open for moments."""
    ids = [change(name).id for name in expected]
    journal = store.tables.journal.c
    for _ in range(3_000):
        with store.reading() as connection:
            if store.engine.dialect.name != "postgresql":
                return
            below = text("xact < txid_snapshot_xmin(txid_current_snapshot())")
            if connection.scalar(select(func.count()).where(journal.id.in_(ids), below)) == len(ids):
                return
        sleep(0.02)
    raise AssertionError("a transaction of this server stays open")


def names(page):
    return [said.source[1] for said in page]


def highest(store):
    journal = store.tables.journal.c
    with store.reading() as connection:
        return connection.scalar(select(func.max(journal.number)).where(journal.mall == store.mall))


def test_pages_are_bounded_and_come_once(store):
    for n in range(7):
        book(store, f"c{n}")
    final(store, *(f"c{n}" for n in range(7)))
    pages = list(pages_after(store, limit=3))

    assert [names(page) for page in pages] == [["c0", "c1", "c2"], ["c3", "c4", "c5"], ["c6"]]
    assert changes_after(store, pages[-1][-1].place) == []
    book(store, "c7")
    final(store, "c7")
    assert names(changes_after(store, Place.parse(str(pages[-1][-1].place)))) == ["c7"]


def test_a_change_says_what_the_journal_keeps(store):
    book(store, "c1")
    final(store, "c1")
    (said,) = changes_after(store)

    assert (said.id, said.campaign, said.version, said.rule) == (change("c1").id, "afternoon", "v1", "place")
    assert (said.holder, said.outcome, said.decided_at) == ("h-ann", "done", change("c1").decided_at)
    assert said.lines[0][0] == "post"


def test_malls_do_not_meet(store):
    south = SqlStore(store.engine, "south")
    book(south, "c1")
    final(south, "c1")

    assert changes_after(store) == []


def test_a_late_commit_is_not_lost(on_postgres):
    """The lower number commits later: whoever went on behind the highest number would never see it."""
    store = on_postgres
    book(store, "before")
    final(store, "before")
    with Session(store.engine) as slow, slow.begin():
        book_in(store, slow, "late")
        book(store, "early")
        last = highest(store)
        seen = changes_after(store)
    final(store, "late", "early")
    rest = changes_after(store, seen[-1].place)

    assert (names(seen), names(rest)) == (["before"], ["late", "early"])
    assert rest[0].place.number < last


def test_a_transaction_that_began_late_and_wrote_early_is_not_lost(on_postgres):
    """Numbers and transactions in opposite orders: the reader has passed the higher number, and meets the lower one."""
    store = on_postgres
    with store.engine.connect() as first, store.engine.connect() as second:
        for host in (first, second):
            host.execute(select(func.txid_current()))
        book_in(store, second, "low")
        book_in(store, first, "high")
        first.commit()
        final(store, "high")
        seen = changes_after(store)
        second.commit()
    final(store, "low")
    rest = changes_after(store, seen[-1].place)

    assert (names(seen), names(rest)) == (["high"], ["low"])
    assert rest[0].place.number < seen[0].place.number


def test_where_transactions_have_no_numbers_a_late_commit_is_not_lost(mariadb_engine):
    """MariaDB: what is committed is shown at once, and what commits later comes behind it, whatever its number."""
    store = SqlStore(mariadb_engine, "north")
    book(store, "before")
    with Session(store.engine) as slow, slow.begin():
        book_in(store, slow, "late")
        book(store, "early")
        seen = changes_after(store)
    book(store, "last")
    rest = changes_after(store, seen[-1].place)

    assert (names(seen), names(rest)) == (["before", "early"], ["late", "last"])
    assert rest[0].place.number < seen[-1].place.number
    assert names(changes_after(store)) == ["before", "early", "late", "last"]


def test_what_a_host_takes_back_is_never_seen(with_writers):
    store = with_writers
    with store.engine.connect() as host:
        book_in(store, host, "gone")
        host.rollback()
    book(store, "kept")
    final(store, "kept")

    assert names(changes_after(store)) == ["kept"]


def test_changes_from_before_transactions_were_kept_come_first(on_postgres):
    """In the order of their numbers; then those whose transaction is known."""
    store, journal = on_postgres, on_postgres.tables.journal
    for n in range(5):
        book(store, f"old{n}")
    with store.engine.begin() as connection:
        connection.execute(update(journal).values(xact=None))
    for n in range(3):
        book(store, f"new{n}")
    final(store, *(f"new{n}" for n in range(3)))

    pages = [names(page) for page in pages_after(store, limit=2)]
    assert [name for page in pages for name in page] == [*(f"old{n}" for n in range(5)), *(f"new{n}" for n in range(3))]
    assert max(map(len, pages)) == 2


@pytest.mark.alone
def test_a_reader_beside_writers_misses_nothing(with_writers):
    """Four hosts that commit when they like, and a reader all the while."""
    store, chance = with_writers, Random(7)

    def host(n, waits):
        for turn, wait in enumerate(waits):
            with store.engine.begin() as connection:
                book_in(store, connection, f"{n}/{turn}")
                sleep(wait)

    waits = [[chance.random() / 100 for _ in range(12)] for _ in range(4)]
    everything = [f"{n}/{turn}" for n in range(4) for turn in range(12)]
    threads = [Thread(target=host, args=(n, mine)) for n, mine in enumerate(waits)]
    for thread in threads:
        thread.start()
    seen, place, drained = [], None, False
    while not drained:
        if drained := not any(thread.is_alive() for thread in threads):
            final(store, *everything)
        while page := changes_after(store, place, limit=3):
            seen, place = seen + names(page), page[-1].place

    assert sorted(seen) == sorted(everything)


@pytest.mark.parametrize("said", ["", "1", "1/x", "-1/2", "1/2/3", "١/٢"])
def test_a_place_that_is_none_is_refused(said):
    with pytest.raises(InputError):
        Place.parse(said)


def test_an_empty_page_can_not_be_asked_for(store):
    with pytest.raises(InputError):
        changes_after(store, limit=0)
