"""A thing that is on sale for a while, inside the run of its campaign: nobody presses anything when it begins and ends."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from quanyi import FixedClock, OfferQuery
from quanyi.adapters.wiring import wire
from quanyi.campaigns.project.load import load_project
from quanyi.campaigns.project.versions import structure_play, unstructure_play
from quanyi.entitlements.errors import NotOpen
from tests.engine.conftest import NOON, sql_store
from tests.stories.samples import write_project

DAY = timedelta(days=1)
SHELF = """campaign: shelf
kind: sale
title: Shelf
sells: {tea: 5.00, cake: 6.00}
on_sale: {tea: {from: "2026-03-03 10:00", until: "2026-03-04 10:00"}}
at_most: [9 pieces per user]
"""
THINGS = "benefits:\n  tea: {is: voucher, title: Tea, face: 9.00, lasts: 9d}\n  cake: {is: voucher, title: Cake, face: 9.00, lasts: 9d}\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = write_project(tmp_path / "mall")
    (folder / "catalogue" / "more.yaml").write_text(THINGS)
    (folder / "campaigns" / "shelf.yaml").write_text(SHELF)
    return folder


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(NOON)  # 2026-03-02 12:00 in Shanghai


@pytest.fixture
def mall(folder: Path, clock: FixedClock, sqlite_engine: Any) -> Any:
    mall = wire(load_project(folder), sql_store(sqlite_engine), clock=clock)
    mall.desk.apply()
    return mall


def refused(mall: Any, key: str) -> tuple[str, Any]:
    with pytest.raises(NotOpen) as no:
        mall.claim("shelf", item="tea", user="ann", key=key)
    return no.value.reason, no.value.next_at


def phase(mall: Any) -> list[str]:
    return [p for p in ("soon", "now", "past") for o in mall.offers(query=OfferQuery(phases=(p,))) if o.item == "tea"]


def test_it_can_be_had_from_its_start_to_its_end(mall, clock):
    start, end = NOON.replace(hour=2) + DAY, NOON.replace(hour=2) + 2 * DAY
    assert refused(mall, "a") == ("not-open", start)
    assert (mall.offer("shelf", "tea").state, mall.offer("shelf", "tea").starts_at) == ("not_started", start)
    mall.claim("shelf", item="cake", user="ann", key="b")

    clock.move(start)
    placed = mall.claim("shelf", item="tea", user="ann", key="c")
    assert (mall.offer("shelf", "tea").state, mall.offer("shelf", "tea").ends_at) == ("open", end)

    clock.move(end)
    assert refused(mall, "d")[0] == "ended"
    assert mall.offer("shelf", "tea").state == "ended"
    assert mall.offer("shelf", "cake").state == "open"
    assert placed.answer["pay"] == 500


def test_lists_show_it_as_coming_as_there_and_as_past(mall, clock):
    seen = []
    for day in range(3):
        clock.move(NOON + day * DAY)
        seen.append(phase(mall))

    assert seen == [["soon"], ["now"], ["past"]]


def test_lists_put_it_behind_what_can_be_had_until_it_begins(folder, clock, sqlite_engine):
    """Once it can be had it has its own place again, and when it is over it is not listed."""
    (folder / "campaigns" / "shelf.yaml").write_text(SHELF.replace("{tea: {from", "{cake: {from"))
    mall = wire(load_project(folder), sql_store(sqlite_engine), clock=clock)
    mall.desk.apply()
    seen = []
    for day in range(3):
        clock.move(NOON + day * DAY)
        seen.append([o.item for o in mall.offers(query=OfferQuery(), limit=50) if o.campaign == "shelf"])

    assert seen == [["tea", "cake"], ["cake", "tea"], ["tea"]]


def test_the_page_of_a_thing_says_it_in_words(folder):
    from quanyi.campaigns.tools.show import show_data

    said = show_data(load_project(folder), "shelf", "en")["sentence"]["en"]
    assert "Tea for ¥5 (list price ¥9), on sale from 3 Mar 2026 at 10:00 until" in said


def test_a_sale_without_such_times_is_kept_as_before(folder):
    project = load_project(folder)
    with_times, without = (unstructure_play(project.campaign(name).play) for name in ("shelf", "coffee-hour"))

    assert '"on_sale"' in with_times
    assert '"on_sale"' not in without
    assert structure_play(with_times).on_sale == project.campaign("shelf").play.on_sale
