"""Both sides of rows do what they say: in a run of a moment with few people, all books agree with the answers."""

from __future__ import annotations

import shutil
from collections import Counter

import pytest

from tests.bench.catalogue.rows import ITEM, PAGE, SEARCH, page
from tests.bench.claims.crowd import Crowd, Measured
from tests.bench.claims.rows import beside_redis, guarded, in_processes, joined, on_postgres, on_sqlite, problems
from tests.bench.contest import Bound, Contest
from tests.bench.facts.history import ENTRIES, HISTORY
from tests.bench.facts.rows import facts, points
from tests.bench.matching import rows as matching
from tests.bench.matching.project import project_of
from tests.bench.matching.rules import events, matches, rules
from tests.bench.prepared import KNOWN
from tests.bench.servers import BUILD
from tests.bench.waits import books, recordings

MOMENT = 0.2
BOOKS = {"sold": 5, "rows": 5, "people": 2}


def measured(**more: int) -> Measured:
    return Measured(seconds=1.0, latencies=[0.01], verdicts=Counter(ok=5), newcomers=2, **more)


@pytest.fixture(autouse=True)
def build_folder():
    BUILD.mkdir(exist_ok=True)


def assert_good(contest: Contest | Bound) -> None:
    """Every side ran and its books agree; how long it took is nobody's business here."""
    (result,) = contest.measure(1, MOMENT, lambda _: None)
    assert result.checks == contest.checked
    assert result.state == "good"


@pytest.mark.parametrize("path", [PAGE, SEARCH, ITEM])
def test_pages_of_a_catalogue(path):
    """In a mall of two thousand things, of which the search finds more than a page shows."""
    assert_good(Bound(name="a", unit="CPU ms", side=page(path, 2_000, 120), bound=1e6, checked="all"))


@pytest.mark.parametrize("known", [True, False])
def test_claims_on_sqlite(known):
    assert_good(on_sqlite("a", 3, known=known))


@pytest.mark.parametrize(
    "contest",
    [
        pytest.param(on_postgres("a", 3, bare=True), id="known"),
        pytest.param(on_postgres("a", 3, known=False), id="newcomers"),
        pytest.param(on_postgres("a", 1, lone=True), id="lone"),
        pytest.param(guarded("a", 3), id="guarded"),
        pytest.param(joined("a", 3), id="joined"),
        pytest.param(facts("a", 3), id="facts"),
        pytest.param(points("a", 7, threads=3), id="points"),
    ],
)
@pytest.mark.usefixtures("postgres_url")
def test_sides_on_postgres(contest):
    assert_good(contest)


@pytest.mark.slow
@pytest.mark.usefixtures("postgres_url")
def test_claims_by_two_processes():
    assert_good(in_processes("a", 4))


@pytest.mark.usefixtures("postgres_url")
def test_a_long_history_is_what_it_adds_up_to(monkeypatch):
    monkeypatch.setitem(ENTRIES, "long", 60)
    assert_good(HISTORY)


@pytest.mark.usefixtures("postgres_url")
def test_the_gate_in_redis():
    assert_good(beside_redis("a", 3))


@pytest.mark.usefixtures("postgres_url")
def test_without_redis_ours_is_measured_alone(monkeypatch):
    monkeypatch.setattr(shutil, "which", lambda _: None)
    (result,) = beside_redis("a", 3).measure(1, MOMENT, lambda _: None)

    assert (result.state, result.ratio, result.checks) == (
        "absent",
        None,
        "no floor: there is no redis-server on this machine",
    )


def test_a_recording_is_lived_and_compared(monkeypatch):
    monkeypatch.setattr(recordings, "RECORDED", 40)
    monkeypatch.setattr(recordings, "CAMPAIGNS", 20)
    assert_good(next(row for row in recordings.ROWS if row.name == "backtest.vs_live"))


def test_books_are_verified(monkeypatch):
    monkeypatch.setattr(books, "PEOPLE", 20)
    monkeypatch.setattr(books, "BATCH", 10)
    assert_good(next(row for row in books.ROWS if row.name == "verify.rows"))


@pytest.mark.parametrize("name", list(BOOKS))
def test_books_that_differ_from_the_answers_are_found(name):
    assert problems(measured(), BOOKS) == []
    assert len(problems(measured(), BOOKS | {name: BOOKS[name] + 1})) == 1


def test_a_wrong_verdict_is_found():
    assert problems(measured(wrong=1), BOOKS) == ["1 wrong verdicts"]


def test_a_crowd_is_of_people_who_are_known_until_they_run_out():
    crowd = Crowd(size=4, first=2)
    name = crowd._names(1)

    assert [name(0), name(1)] == ["p3", "p7"]
    assert name(KNOWN) == f"u3.{KNOWN}"


def test_two_crowds_that_call_at_once_are_one():
    both = measured() + measured(wrong=1)

    assert (both.seconds, both.verdicts["ok"], both.wrong, both.newcomers) == (1.0, 10, 1, 4)


@pytest.fixture
def few_rules(monkeypatch):
    monkeypatch.setattr(matching, "MANY", 60)
    monkeypatch.setattr(matching, "EVENTS", 50)
    matching._reference.cache_clear()
    yield
    matching._reference.cache_clear()


@pytest.mark.usefixtures("few_rules")
def test_what_the_index_finds_is_what_a_look_at_each_rule_finds():
    with matching._ours() as ours:
        figure = ours.measure(0.0)

        assert ours.check(figure) == []
        assert [bool(found) for found in figure.found] == [bool(found) for found in matching._reference()[:20]]
        blind = matching._Ours(ours.inputs, lambda ask: ours.match(ask)[1:])
        assert blind.check(figure) != []


def test_rules_are_the_campaigns_that_stand_for_them():
    known = rules(40, types=2)
    (event,) = events(1, types=2)

    assert set(matches(known, event)) < {rule["id"] for rule in known}
    assert sorted(project_of(40).campaigns) == sorted(f"rule-{number}" for number in range(40))
