"""Help by hand above the mall's bound: asked for by one, given by another, once; on every store."""

from __future__ import annotations

import shutil
from datetime import timedelta
from threading import Barrier, Thread

import pytest

from quanyi.adapters.memory import MemoryStore
from quanyi.adapters.vault import KeyRing, SealingVault
from quanyi.adapters.wiring import wire
from quanyi.campaigns.help_requests import HelpRequests
from quanyi.campaigns.project.load import check_project, load_project
from quanyi.entitlements.errors import InputError, LimitReached, NotFound, OutOfStock
from quanyi.entitlements.parsing import LARGEST
from quanyi.entitlements.plays.help import LASTS, HelpRefused
from tests.engine.conftest import FOLDER, sql_store

RULE = "approval: {by_hand: {points: 500, money: 5.00}}\n"


@pytest.fixture
def folder(tmp_path):
    shutil.copytree(FOLDER, tmp_path / "mall")
    with (tmp_path / "mall" / "mall.yaml").open("a") as file:
        file.write(RULE)
    return tmp_path / "mall"


@pytest.fixture(params=["memory", "sqlite", "postgres", "mariadb"])
def mall(request, folder, clock):
    engine = None if request.param == "memory" else request.getfixturevalue(f"{request.param}_engine")
    store = MemoryStore() if engine is None else sql_store(engine)
    mall = wire(load_project(folder), store, clock=clock, vault=SealingVault(KeyRing.for_development()))
    mall.desk.apply()
    return mall


def asked(mall, thing="points", amount=900, key="h/1", by="ops/7"):
    return mall.desk.help.ask("ann", thing, amount, key=key, reason="a lost parcel", by=by).request


def balance(mall):
    return mall.wallet("ann").units["points"].balance


def word_of(call, *arguments, **options):
    with pytest.raises(HelpRefused) as met:
        call(*arguments, **{"key": "x", "reason": "because", **options})
    return met.value.word


def test_above_the_bound_nobody_gives_alone(mall):
    """The bound itself is allowed; a program's own gift, by nobody, is not by hand; what is taken has no bound."""
    desk = mall.desk
    assert word_of(desk.adjust, "ann", "points", 501, by="ops/7") == "needs-approval"
    assert word_of(desk.grant, "ann", "coffee", by="ops/7") == "needs-approval"
    assert balance(mall) == 0

    desk.adjust("ann", "points", 500, key="a/1", reason="late", by="ops/7")
    desk.adjust("ann", "points", 600, key="a/2", reason="a job's")
    desk.adjust("ann", "points", -600, key="a/3", reason="back", by="ops/7")
    desk.import_codes("music", ["AAAA-1111"], key="codes")
    assert desk.grant("ann", "music", key="g/1", reason="costs nothing", by="ops/7").given == {"music": 1}
    assert balance(mall) == 500


def test_what_is_asked_for_is_given_once_by_somebody_else(mall):
    number = asked(mall)
    assert balance(mall) == 0
    assert word_of(mall.desk.help.approve, number, by="ops/7") == "own-request"
    done = mall.desk.help.approve(number, key="h/2", reason="seen", by="ops/8")
    assert mall.desk.help.approve(number, key="h/2", reason="seen", by="ops/8").duplicate
    assert word_of(mall.desk.help.approve, number, by="ops/8") == "request-given"

    assert (done.given, balance(mall)) == ({"points": 900}, 900)
    request = mall.desk.help.get(number)
    assert (request.phase, request.by, request.decided_by, request.why) == ("given", "ops/7", "ops/8", "seen")
    assert mall.entries("ann", "points")[0].by == "ops/8"


def test_one_waits_for_each_person_and_thing(mall):
    """Another thing, and another person, may wait beside it; what is over makes room."""
    number = asked(mall)
    ask = mall.desk.help.ask
    assert word_of(ask, "ann", "points", 700, by="ops/9") == "waits-already"
    ask("ann", "coffee", key="h/2", reason="cold", by="ops/7")
    ask("ben", "points", 900, key="h/3", reason="late", by="ops/7")
    assert word_of(mall.desk.help.withdraw, number, by="ops/8") == "not-yours"
    mall.desk.help.withdraw(number, key="h/4", reason="wrong person", by="ops/7")
    other = asked(mall, key="h/5")

    assert {each.item for each in mall.desk.help.of("ann")} == {"points", "coffee"}
    assert sorted(each.amount for each in mall.desk.help.list(phase="waiting")) == [0, 900, 900]
    with pytest.raises(NotFound):
        mall.desk.help.get(number)
    assert mall.desk.help.get(other).phase == "waiting"


@pytest.mark.parametrize(("step", "word"), [("decline", "request-declined"), ("withdraw", "request-withdrawn")])
def test_what_is_over_is_told_and_gives_nothing(mall, step, word):
    number = asked(mall)
    by = "ops/7" if step == "withdraw" else "ops/8"
    getattr(mall.desk.help, step)(number, key="h/2", reason="it came", by=by)

    assert word_of(mall.desk.help.approve, number, by="ops/8") == word
    assert balance(mall) == 0


def test_what_nobody_decides_lapses(mall, clock):
    number = asked(mall)
    clock.advance(seconds=(LASTS - timedelta(seconds=1)).total_seconds())
    assert mall.desk.help.get(number).state(mall.now()) == "waiting"
    clock.advance(seconds=1)
    assert mall.desk.help.get(number).state(mall.now()) == "lapsed"
    for step in ("approve", "decline"):
        assert word_of(getattr(mall.desk.help, step), number, by="ops/8") == "request-lapsed"
    again = asked(mall, key="h/9")
    mall.desk.help.approve(again, key="h/10", reason="seen", by="ops/8")

    assert balance(mall) == 900


def test_what_it_takes_is_looked_at_again_when_it_is_approved(mall, folder, clock):
    """Stock, codes, room in the wallet, and whether there is such a thing and person still; a refusal leaves it waiting."""
    desk = mall.desk
    music, points = asked(mall, "music", 0), asked(mall, key="h/2")
    with pytest.raises(OutOfStock):
        desk.help.approve(music, key="h/3", reason="seen", by="ops/8")
    desk.adjust("ann", "points", LARGEST - 10, key="rich", reason="a job's")
    with pytest.raises(LimitReached):
        desk.help.approve(points, key="h/4", reason="seen", by="ops/8")
    assert {each.phase for each in desk.help.of("ann")} == {"waiting"}

    desk.import_codes("music", ["AAAA-1111"], key="codes")
    assert desk.help.approve(music, key="h/5", reason="seen", by="ops/8").given == {"music": 1}
    catalogue = folder / "catalogue" / "benefits.yaml"
    coffee = asked(mall, "coffee", 0, key="h/6")
    catalogue.write_text(catalogue.read_text().replace("  coffee:\n", "  mocha:\n"))
    for file in (folder / "campaigns").iterdir():
        file.write_text(file.read_text().replace("coffee", "mocha"))
    later = wire(load_project(folder), mall.ports.store, clock=clock)
    with pytest.raises(NotFound):
        later.desk.help.approve(coffee, key="h/7", reason="seen", by="ops/8")


def test_a_yes_is_to_the_request_that_was_looked_at(mall, monkeypatch):
    """One that takes its place between the look and the yes is not given by it."""
    desk, old = mall.desk, asked(mall)
    seen = desk.help.get(old)
    desk.help.withdraw(old, key="h/2", reason="too much", by="ops/7")
    asked(mall, amount=5000, key="h/3")
    monkeypatch.setattr(HelpRequests, "get", lambda *_: seen)

    assert word_of(desk.help.approve, old, by="ops/8") == "request-replaced"
    assert balance(mall) == 0


def test_an_erased_person_gets_nothing(mall):
    number = asked(mall)
    mall.desk.erase("ann", by="ops/9", reason="they asked for it", drop_events=True)
    with pytest.raises(NotFound):
        mall.desk.help.approve(number, key="h/2", reason="seen", by="ops/8")


def test_of_two_who_approve_at_once_one_gives_it(mall):
    """And of many who ask at once one asks."""
    number, ready, met = asked(mall), Barrier(6), []

    def approve(n):
        ready.wait()
        try:
            mall.desk.help.approve(number, key=f"approve/{n}", reason="seen", by=f"ops/1{n}")
            met.append("given")
        except HelpRefused as no:
            met.append(no.word)

    threads = [Thread(target=approve, args=(n,)) for n in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(met) == ["given", *["request-given"] * 5]
    assert balance(mall) == 900


@pytest.mark.parametrize(
    "said",
    [
        {"thing": "gold"},
        {"amount": 0},
        {"amount": -5},
        {"amount": True},
        {"thing": "coffee"},
        {"by": None},
        {"reason": " "},
    ],
)
def test_what_is_no_help_is_refused(mall, said):
    wanted = {"thing": "points", "amount": 900, "by": "ops/7", "reason": "late", **said}
    with pytest.raises((InputError, NotFound)):
        mall.desk.help.ask("ann", wanted.pop("thing"), wanted.pop("amount"), key="h/1", **wanted)


def test_a_bound_in_an_unknown_unit_is_a_mistake(folder):
    file = folder / "mall.yaml"
    file.write_text(file.read_text().replace("{points: 500", "{pionts: 500"))

    assert [found.code for found in check_project(folder) if found.level == "error"] == ["unknown-unit"]
