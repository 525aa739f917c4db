"""Every change is counted once: over random lives, by several at once, by those who die meanwhile, and anew."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random
from threading import Thread
from time import sleep

import attrs
import pytest
from sqlalchemy import event, select

from quanyi.adapters.figures.counting import Counting
from quanyi.adapters.figures.reading import costs_of, in_database
from quanyi.adapters.sql import figures as module
from quanyi.adapters.sql.figures import CountedAgain, SqlFigures
from quanyi.adapters.sql.forward import pages_after
from quanyi.adapters.wiring import wire
from quanyi.campaigns.figures.figures import COUNTED
from tests.figures.conftest import opened
from tests.figures.lives import Life
from tests.figures.plainly import recounted
from tests.figures.test_figures import counted


def figures_of(mall) -> SqlFigures:
    return in_database(mall.ports, mall.ports.store)


def sums(mall):
    """What stands in the table, by (day, campaign, item, figure), as a whole."""
    table = mall.ports.store.tables.figure
    found = {}
    with mall.ports.store.engine.connect() as db:
        for r in db.execute(table.select().where(table.c.dimension == "")).mappings():
            found |= {(r["day"], r["campaign"], r["item"], name): r[name] for name in COUNTED if r[name]}
    return found


@pytest.mark.parametrize("seed", [1, 2])
def test_sums_are_what_counting_again_comes_to(stored, clock, seed):
    random = Random(seed)
    life, figures = Life(stored, clock, random), figures_of(stored)
    for _ in range(160):
        life.step()
        if random.random() < 0.2:
            figures.count(random.choice([1, 3, 50]))
    counted(stored)
    plainly = recounted(stored.ports.store, stored.ports.project)
    again = figures.rebuild(keep=False)

    assert sums(stored) == plainly
    assert again.differing == 0
    assert {name for *_, name in plainly} >= {
        "claims",
        "paid",
        "cost",
        "redeemed",
        "refunded",
        "closed",
        "issued",
        "spent",
    }


def test_each_dimension_comes_to_the_same(stored, clock):
    life = Life(stored, clock, Random(5))
    for _ in range(120):
        life.step()
    counted(stored)
    total, hours = stored.figures().total, stored.figures(by="hour").total

    assert total.claims > 20
    assert hours == total
    for by in ("day", "campaign", "item", "brand"):
        assert stored.figures(by=by).total == total
    assert 0 < stored.figures(by="channel").total.claims < total.claims


def test_months_and_days_come_to_the_same(stored, clock):
    """Whole months are read from their own sums: every range comes to what its days come to. One checks in each day."""
    begin = date(2026, 3, 2)
    for day in range(100):
        stored.report("check_in", user="ann", key=f"d{day}", context={"channel": "app"})
        clock.advance(days=1)
    counted(stored)
    for start, days in ((0, 1), (0, 30), (0, 100), (8, 60), (13, 50), (30, 30), (30, 31), (30, 35), (35, 65), (60, 40)):
        first, last = begin + timedelta(days=start), begin + timedelta(days=start + days - 1)
        for by in ("", "day", "campaign", "item", "hour", "channel"):
            total = stored.figures(by=by, first=first, last=last, campaign="check-in").total
            assert (total.claims, total.issued) == (days, {"points": 10 * days}), (by, first, last)


def test_an_edited_sum_is_found_and_put_right(stored, clock):
    life = Life(stored, clock, Random(6))
    for _ in range(40):
        life.step()
    counted(stored)
    right, table = sums(stored), stored.ports.store.tables.figure
    with stored.ports.store.working() as db:
        db.execute(table.update().where(table.c.dimension == "", table.c.claims > 0).values(claims=table.c.claims + 1))
    wrong = figures_of(stored).rebuild(keep=False)
    assert sums(stored) != right
    put_right = figures_of(stored).rebuild()

    assert wrong.differing == put_right.differing > 0
    assert sums(stored) == right
    assert figures_of(stored).rebuild().differing == 0


def test_several_count_at_once_while_others_write(stored, clock):
    life = Life(stored, clock, Random(7))
    going, failed = [True], []

    def count():
        figures = figures_of(stored)
        while going:
            try:
                figures.count(7)
            except Exception as error:
                failed.append(error)
                return

    threads = [Thread(target=count) for _ in range(3)]
    for thread in threads:
        thread.start()
    for _ in range(80):
        life.step()
    going.clear()
    for thread in threads:
        thread.join()
    counted(stored)

    assert failed == []
    assert sums(stored) == recounted(stored.ports.store, stored.ports.project)


class Killed(BaseException):
    """A process that ends here."""


def count_until_it_dies(figures):
    """Somebody else's older transaction may be open in the same PostgreSQL: until it ends, there is nothing to count."""
    for _ in range(3_000):
        figures.count(11)
        sleep(0.02)


@pytest.mark.parametrize("when", ["before the sums", "before the commit"])
def test_who_dies_while_counting_has_counted_nothing(stored, clock, monkeypatch, when):
    life = Life(stored, clock, Random(8))
    for _ in range(30):
        life.step()
    counted(stored)
    before = sums(stored)
    for _ in range(30):
        life.step()

    def die(*_args):
        raise Killed

    with monkeypatch.context() as patch:
        if when == "before the sums":
            patch.setattr(module, "_adding", die)
        else:
            event.listen(stored.ports.store.engine, "commit", die)
        with pytest.raises(Killed):
            count_until_it_dies(figures_of(stored))
    if when == "before the commit":
        event.remove(stored.ports.store.engine, "commit", die)
    assert sums(stored) == before
    counted(stored)

    assert sums(stored) == recounted(stored.ports.store, stored.ports.project)


def test_a_change_that_is_committed_late_is_counted(postgres_engine, folder, clock):
    """It has a lower number than one that is counted before it."""
    from sqlalchemy.orm import Session

    from tests.engine.conftest import sql_store

    mall = opened(folder, sql_store(postgres_engine), clock)
    mall.report("check_in", user="zoe", key="before")
    counted(mall)
    with Session(postgres_engine) as host, host.begin():
        mall.within(host).report("check_in", user="late", key="late")
        mall.report("check_in", user="early", key="early")
        figures_of(mall).count()
    counted(mall)

    assert mall.figures(campaign="check-in").total.claims == 3
    assert figures_of(mall).rebuild(keep=False).differing == 0


def test_few_values_of_a_context_are_counted_by_themselves(stored, monkeypatch):
    from quanyi.adapters.figures import counting

    monkeypatch.setattr(counting, "MOST", 2)
    for n, channel in enumerate(["a", "b", "c", "a", "d", "x" * 65]):
        stored.report("check_in", user=f"u{n}", key=f"k{n}", context={"channel": channel})
        figures_of(stored).count(1)
    counted(stored)

    assert {r.key: r.claims for r in stored.figures(by="channel").rows} == {"a": 2, "b": 1, "*": 3}
    assert figures_of(stored).rebuild(keep=False).differing == 0


def test_another_zone_counts_in_its_days_from_the_next_recount_on(stored, clock):
    stored.report("check_in", user="ann", key="k1")
    counted(stored)
    project = attrs.evolve(stored.ports.project, zone="America/New_York")
    moved = wire(project, stored.ports.store, clock=clock)
    moved.report("check_in", user="bob", key="k2")
    counted(moved)
    assert [r.key for r in moved.figures(by="day").rows if r.claims] == []
    figures_of(moved).rebuild()

    assert sorted({key[0] for key in sums(moved)}) == ["2026-03-01"]


def test_malls_do_not_meet(stored, clock):
    stored.report("check_in", user="ann", key="k1")
    counted(stored)
    other = attrs.evolve(stored.ports, store=stored.ports.store)
    from quanyi.adapters.sql.store import SqlStore

    south = SqlStore(stored.ports.store.engine, "south")
    assert SqlFigures(south, "UTC", costs_of(other)).count() == 0
    assert CountedAgain(changes=0, sums=0, differing=0) == SqlFigures(south, "UTC", costs_of(other)).rebuild()

    assert stored.figures(campaign="check-in").total.claims == 1


def test_memory_counts_what_databases_count(stored, clock):
    """The same journal, counted in one go."""
    life = Life(stored, clock, Random(9))
    for _ in range(60):
        life.step()
    counted(stored)
    counting = Counting(stored.ports.project.zone, costs_of(stored.ports), whole=True)
    figures = figures_of(stored)
    for page in pages_after(stored.ports.store):
        figures._add(counting, page)
    with stored.ports.store.engine.connect() as db:
        standing = db.execute(select(stored.ports.store.tables.figure)).mappings().all()

    assert {
        (r["dimension"], r["value"], r["day"], r["campaign"], r["item"]): [r[n] for n in COUNTED] for r in standing
    } == {tuple(key): values for key, values in counting.sums.items() if any(values)}
