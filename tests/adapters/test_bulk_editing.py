"""Many things changed at once, as one release or none, and taken back."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import timedelta
from fractions import Fraction
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import create_engine

import quanyi
from quanyi import FixedClock, InputError, Outdated
from quanyi.adapters.bulk_editing import MOST_LINES, BulkLines, Edit
from quanyi.adapters.wiring import OpenMall, wire
from quanyi.campaigns.bulk import changing
from quanyi.campaigns.project.load import load_project
from tests.adapters.test_web_statements import counting
from tests.bench.catalogue.project import write_catalogue
from tests.engine.conftest import NOON, sql_store
from tests.stories.samples import write_project

TEA, CAKE = ("shelf", "tea"), ("shelf", "cake")
MUG = ("corner", "mug")
SHELF = """# what is eaten
campaign: shelf  # all day
kind: sale
sells: {tea: 5.00, cake: {points: 30, money: 1.00}}
quota: {tea: 10}
at_most: [9 pieces per user]
"""
CORNER = """campaign: corner
kind: points_exchange
sells:
  mug: {points: 40}  # blue
at_most: [9 pieces per user]
"""
THINGS = """benefits:
  tea: {is: voucher, title: Tea, face: 9.00, lasts: 9d}
  cake: {is: voucher, title: Cake, face: 9.00, lasts: 9d}
  mug: {is: voucher, title: Mug, face: 9.00, lasts: 9d}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = write_project(tmp_path / "mall")
    (folder / "catalogue" / "more.yaml").write_text(THINGS)
    (folder / "campaigns" / "shelf.yaml").write_text(SHELF)
    (folder / "campaigns" / "corner.yaml").write_text(CORNER)
    return folder


@pytest.fixture(params=["sqlite", "postgres", "mariadb"])
def store(request: pytest.FixtureRequest) -> Any:
    return sql_store(request.getfixturevalue(f"{request.param}_engine"))


def opened(folder: Path, store: Any) -> OpenMall:
    mall = wire(load_project(folder), store, clock=FixedClock(NOON))
    mall.desk.apply(by="files")
    return mall


@pytest.fixture
def mall(folder: Path, store: Any) -> OpenMall:
    return opened(folder, store)


def pieces(number: int) -> Edit:
    return lambda entry, taken: changing.stocked(entry, number, taken)


def dearer(amount: int) -> Edit:
    return lambda entry, _: changing.price_added(entry, "CNY", amount)


def off(entry: Any, _: int) -> Any:
    return changing.delisted(entry, None, NOON)


def brought(mall: OpenMall, lines: BulkLines) -> Any:
    editing = mall.desk.editing
    proposal = mall.desk.bulk.begin(lines, by="ops/7")
    editing.apply(proposal, onto=editing.epoch, by="ops/7")
    return editing.proposals.find(proposal.id)


def in_force(mall: OpenMall) -> Any:
    found = mall.ports.transactions.in_force
    found.reload()
    names = list(found.release.campaigns.items())
    return {name: kept.body for name, kept in found.stored(names).items()}


def codes(lines: BulkLines) -> list[str]:
    return [line.mistake.code if line.mistake else "" for line in lines.lines]


def test_many_things_become_one_release_and_go_back_to_the_same_bytes(mall):
    bulk, before = mall.desk.bulk, in_force(mall)
    lines = bulk.check([(TEA, dearer(100)), (CAKE, off), (MUG, pieces(7))])
    proposal = brought(mall, lines)

    assert mall.desk.editing.epoch == 2
    assert mall.desk.editing.releases()[0].changed == ("corner", "shelf")
    assert mall.offer(*TEA).price.money == 600
    assert mall.offer(*CAKE).state == "ended"
    assert mall.offer(*MUG).left == 7
    assert [one.item for one, _ in bulk.changes(proposal)] == ["mug", "cake", "tea"]

    brought(mall, bulk.undo(proposal))
    assert in_force(mall) == before
    assert mall.offer(*MUG).left is None


def test_a_line_below_what_is_taken_says_what_is_missing(mall):
    for n in range(3):
        mall.claim("shelf", item="tea", user=f"u{n}", key=f"k{n}")
    lines = mall.desk.bulk.check([(TEA, pieces(1)), (CAKE, dearer(1)), (MUG, dearer(1)), (TEA, pieces(9))])

    assert codes(lines) == ["below-taken", "", "not-in-unit", "twice"]
    assert lines.lines[0].mistake.shows == {"taken": 3, "asked": 1, "missing": 2}
    assert [line.name for line in lines.changed] == [CAKE]


def test_what_was_changed_since_is_not_taken_back(mall):
    bulk = mall.desk.bulk
    first = brought(mall, bulk.check([(TEA, dearer(100)), (CAKE, dearer(100)), (MUG, pieces(7))]))
    brought(mall, bulk.check([(TEA, dearer(5))]))
    back = bulk.undo(first)

    assert codes(back) == ["", "", "changed-since"]
    assert back.lines[2].mistake.shows == {"epoch": 3}
    brought(mall, back)
    assert [mall.offer(*name).price.money for name in (TEA, CAKE)] == [605, 100]


def test_an_undo_below_what_is_taken_by_now_is_refused(mall):
    bulk = mall.desk.bulk
    proposal = brought(mall, bulk.check([(TEA, pieces(20)), (CAKE, dearer(100))]))
    for n in range(11):
        mall.claim("shelf", item="tea", user=f"u{n}", key=f"k{n}")
    back = bulk.undo(proposal)

    assert codes(back) == ["", "below-taken"]
    brought(mall, back)
    assert (mall.offer(*TEA).total, mall.offer(*CAKE).price.money) == (20, 100)


def test_of_two_who_change_at_once_the_second_is_told(mall):
    editing = mall.desk.editing
    onto, bulk = editing.epoch, mall.desk.bulk
    mine, theirs = (
        bulk.begin(bulk.check([(TEA, dearer(more))]), by=who) for who, more in (("ops/1", 100), ("ops/2", 200))
    )
    editing.apply(theirs, onto=onto, by="ops/2")
    with pytest.raises(Outdated):
        editing.apply(mine, onto=onto, by="ops/1")
    with pytest.raises(Outdated):
        editing.apply(mine, onto=editing.epoch, by="ops/1")


def test_nothing_to_change_is_no_proposal(mall):
    bulk = mall.desk.bulk
    lines = bulk.check([(TEA, pieces(10)), (("shelf", "phone"), pieces(1))])
    assert codes(lines) == ["", "unknown"]
    with pytest.raises(InputError, match="nothing would change"):
        bulk.begin(lines, by="ops/7")
    with pytest.raises(InputError, match="at most 10000"):
        bulk.check([(TEA, pieces(1))] * (MOST_LINES + 1))


def test_pull_writes_it_into_the_folder(mall, folder):
    from quanyi.campaigns.project.pulling import file_changes

    editing = mall.desk.editing
    brought(mall, mall.desk.bulk.check([(TEA, dearer(100))]))
    present = dict(mall.ports.transactions.in_force.release.campaigns)
    files = file_changes(load_project(folder), present, {"shelf": editing.text_in_force("shelf")})
    for change in files:
        change.write(folder)

    assert (folder / "campaigns" / "shelf.yaml").read_text() == SHELF.replace("tea: 5.00", "tea: 6.00")
    assert {name: each.version for name, each in load_project(folder).campaigns.items()} == present


_EDITS: dict[str, Callable[[Any], Edit]] = {
    "price": dearer,
    "percent": lambda n: lambda entry, _: changing.price_by_percent(entry, "CNY", Fraction(n), 10),
    "quota": pieces,
    "off": lambda _: off,
    "on": lambda _: lambda entry, _: changing.listed(entry, None, NOON),
    "later": lambda n: lambda entry, _: changing.timed(entry, NOON + timedelta(days=n), None),
}


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_a_change_and_its_undo_leave_what_was_in_force(data, folder, tmp_path_factory):
    """Equal bytes of every stored campaign, whatever was changed, also where the second change is a further one."""
    engine = quanyi.prepare_engine(create_engine(f"sqlite:///{tmp_path_factory.mktemp('db') / 'a.db'}"))
    mall = opened(folder, sql_store(engine))
    bulk = mall.desk.bulk

    def drawn() -> BulkLines:
        names = data.draw(st.lists(st.sampled_from([TEA, CAKE, MUG]), min_size=1, unique=True))
        made = [
            (name, _EDITS[data.draw(st.sampled_from(sorted(_EDITS)))](data.draw(st.integers(1, 50)))) for name in names
        ]
        return bulk.check(made)

    first = drawn()
    if first.texts:
        brought(mall, first)
    before, second = in_force(mall), drawn()
    if second.texts:
        back = bulk.undo(brought(mall, second))
        assert not back.mistakes
        brought(mall, back)
    assert in_force(mall) == before
    engine.dispose()


_KILLED = """
import sys
from pathlib import Path
from sqlalchemy import create_engine
import quanyi
from quanyi import FixedClock
from tests.adapters.test_bulk_editing import NOON, TEA, MUG, pieces, dearer
mall = quanyi.open_mall(Path(sys.argv[1]), quanyi.prepare_engine(create_engine(sys.argv[2])), clock=FixedClock(NOON))
editing = mall.desk.editing
print("ready", flush=True)
for n in range(10_000):
    lines = mall.desk.bulk.check([(TEA, dearer(100)), (MUG, pieces(n + 1))])
    editing.apply(mall.desk.bulk.begin(lines, by="ops/7"), onto=editing.epoch, by="ops/7")
"""


@pytest.mark.slow
@pytest.mark.parametrize("after", [0.05, 0.13, 0.31])
def test_a_process_that_is_killed_leaves_all_or_nothing(folder, tmp_path, after):
    """Price of one thing and quota of the other move together, wherever the process dies."""
    url = f"sqlite:///{tmp_path / 'killed.db'}"
    engine = quanyi.prepare_engine(create_engine(url))
    opened(folder, sql_store(engine))
    command = [sys.executable, "-c", _KILLED, str(folder), url]
    with subprocess.Popen(command, stdout=subprocess.PIPE, env={**os.environ}) as process:
        assert process.stdout is not None
        process.stdout.readline()
        time.sleep(after)
        process.send_signal(signal.SIGKILL)
    mall = wire(load_project(folder), sql_store(engine), clock=FixedClock(NOON))
    steps = mall.desk.editing.epoch - 1

    assert mall.offer(*TEA).price.money == 500 + 100 * steps
    assert mall.offer(*MUG).left == (steps or None)
    engine.dispose()


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_ten_thousand_things_are_one_release_in_bounded_statements(tmp_path):
    folder = write_catalogue(tmp_path / "many", 10_000, 300)
    engine = quanyi.prepare_engine(create_engine(f"sqlite:///{tmp_path / 'many.db'}"))
    mall = opened(folder, sql_store(engine))
    bulk, before = mall.desk.bulk, in_force(mall)
    step = partial(changing.quota_added, pieces=5)
    unit = {name: "points" if "points" in entry.price.units else "CNY" for name, entry in bulk.entries().items()}

    def edit(name: Any) -> Edit:
        if unit[name] == "CNY":
            return lambda entry, taken: step(entry, taken=taken)
        return lambda entry, _: changing.price_by_percent(entry, "points", Fraction(10), 5)

    started = time.process_time()
    with counting(engine) as statements:
        proposal = brought(mall, bulk.check([(name, edit(name)) for name in unit]))
        lines = bulk.undo(proposal)
    spent = time.process_time() - started

    assert len(unit) == 10_000
    assert mall.desk.editing.epoch == 2
    assert not lines.mistakes
    assert len(statements) < 200, len(statements)
    assert spent < 120, spent
    brought(mall, lines)
    assert in_force(mall) == before
    engine.dispose()
