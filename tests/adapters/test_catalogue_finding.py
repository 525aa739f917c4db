"""Finding things in a large catalogue: a page asks the store for what it passes, bounded, and says what it has not looked at."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from quanyi import FixedClock
from quanyi.adapters.catalogue import finding
from quanyi.adapters.catalogue.finding import Search, cursor_of
from quanyi.adapters.memory import MemoryStore
from quanyi.adapters.wiring import OpenMall, wire
from quanyi.campaigns.offers import OffersInForce
from quanyi.campaigns.project.load import load_project
from tests.bench.catalogue.project import write_catalogue

THINGS = 600


@pytest.fixture(scope="module")
def mall(tmp_path_factory: pytest.TempPathFactory) -> OpenMall:
    """A mall of 600 things, of whose flash sales three are sold out."""
    folder = write_catalogue(tmp_path_factory.mktemp("many"), things=THINGS, campaigns=20, sales=4)
    mall = wire(load_project(folder), MemoryStore(), clock=FixedClock(datetime(2026, 3, 20, 4, tzinfo=UTC)))
    mall.desk.apply()
    return mall


@pytest.fixture
def gone(mall: OpenMall, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Three things far from each other that are sold out; the last one is the last of all."""
    every = Search(unit="CNY").all(mall.ports, mall.now())
    names = [cursor_of(every[place]) for place in (5, 300, THINGS - 1)]
    real = finding.state_of

    def state_of(thing, offer, now):
        return "sold_out" if cursor_of(thing) in names else real(thing, offer, now)

    monkeypatch.setattr(finding, "state_of", state_of)
    return names


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """For how many things the store was asked, each time."""
    times: list[int] = []
    real = OffersInForce.several

    def several(self, named):
        times.append(len(named))
        return real(self, named)

    monkeypatch.setattr(OffersInForce, "several", several)
    return times


def pages(mall: OpenMall, state: str, limit: int = 50) -> Iterator[finding.FoundPage]:
    after: str | None = None
    while True:
        page = Search(state=state, unit="CNY").page(mall.ports, mall.now(), after, limit)
        yield page
        if page.next is None:
            return
        after = page.next


@pytest.mark.parametrize("state", ["", "on_sale", "scheduled", "not_listed"])
def test_a_page_asks_for_what_it_shows(mall, asked, state):
    """And for one more, by which it knows that it goes on."""
    page = next(pages(mall, state))

    assert sum(asked) <= 51
    assert len(page.things) == (50 if state in ("", "on_sale") else 0)


def test_what_is_rare_is_looked_for_in_so_many_things_alone(mall, gone, asked, monkeypatch):
    """No page asks for more, all of it is found by going on, and each says how many are left."""
    monkeypatch.setattr(finding, "_MOST_LOOKED", 120)
    found = list(pages(mall, "sold_out"))

    assert [cursor_of(thing) for page in found for thing, _ in page.things] == gone
    assert [(page.looked, page.left) for page in found] == [(120, 480), (120, 360), (120, 240), (120, 120), (120, 0)]
    assert {page.total for page in found} == {None}
    assert sum(asked) == THINGS


@pytest.mark.parametrize("state", ["on_sale", "sold_out"])
def test_pages_follow_each_other_without_a_gap(mall, gone, state):
    """Whatever their size; together they are all that is found at once."""
    whole = [cursor_of(thing) for thing in Search(state=state, unit="CNY").all(mall.ports, mall.now())]
    for limit in (7, 100, 1000):
        found = [cursor_of(thing) for page in pages(mall, state, limit) for thing, _ in page.things]
        assert found == whole, limit


def test_a_page_that_has_all_of_it_says_how_many(mall, gone):
    page = next(pages(mall, "sold_out"))
    assert (page.total, page.next, page.left) == (3, None, 0)


def test_what_ends_later_is_not_asked_about(mall, asked):
    """Its times are known without the store."""
    assert next(pages(mall, "ends_soon")).total == 0
    assert sum(asked) == 0
