"""A campaign whose stored text is not what was applied is parked; the mall goes on, and apply mends it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from sqlalchemy import Engine, select, update

from quanyi.adapters.clock import FixedClock
from quanyi.adapters.sql.migrate import upgrade
from quanyi.adapters.sql.store import SqlStore
from quanyi.adapters.sql.tables import tables_of
from quanyi.adapters.sql.verify import verify
from quanyi.adapters.wiring import OpenMall, wire
from quanyi.campaigns.project.load import load_project
from quanyi.entitlements.errors import NotOpen, StorageError
from tests.engine.conftest import FOLDER, NOON

VERSION, JOURNAL = tables_of().version, tables_of().journal


def _opened(engine: Engine) -> OpenMall:
    return wire(load_project(Path(FOLDER)), SqlStore(engine, "engine"), clock=FixedClock(NOON))


@pytest.fixture
def books(engine) -> Engine:
    upgrade(engine)
    _opened(engine).desk.apply(by="a clerk")
    return engine


def _rewrite(engine: Engine, campaign: str, *words: str) -> None:
    """Change the stored text by hand: some words of it, or all of it."""
    mine = (VERSION.c.mall == "engine", VERSION.c.campaign == campaign)
    with engine.begin() as connection:
        body = connection.execute(select(VERSION.c.body).where(*mine)).scalar_one()
        new = body.replace(*words) if len(words) > 1 else words[0]
        assert new != body
        connection.execute(update(VERSION).where(*mine).values(body=new))


def test_an_edited_campaign_pays_nothing_and_the_others_go_on(books):
    """Ten points a day made nine hundred in the database: nobody gets them."""
    _rewrite(books, "check-in", '"value":10}', '"value":900}')
    mall = _opened(books)
    receipt = mall.report("check_in", user="ann", key="k")

    assert [(d.campaign, d.outcome) for d in receipt.decisions] == [("check-in", "failed")]
    assert mall.wallet("ann").units["points"].balance == 0
    assert mall.report("points.granted", user="ann", key="g", data={"points": 5}).decisions[0].outcome == "granted"
    assert mall.claim("flash", item="phone", user="ann", key="c").hold


@pytest.mark.parametrize("text", ["{", '{"format":99,"play":{}}', "null"])
def test_a_text_that_cannot_be_read_parks_its_campaign_alone(books, text):
    """Whatever stands there, `reload` comes through; an event that it may have heard is kept for it."""
    _rewrite(books, "flash", text)
    mall = _opened(books)
    with pytest.raises(NotOpen) as no:
        mall.claim("flash", item="phone", user="ann", key="c")

    assert no.value.reason == "parked"
    assert mall.claim("hot", item="phone", user="ann", key="h").hold
    outcomes = {d.campaign: d.outcome for d in mall.report("check_in", user="ann", key="k").decisions}
    assert outcomes == {"check-in": "granted", "flash": "failed"}


def test_what_a_damaged_version_made_waits_for_it(books):
    """The money for its deal is neither taken nor refused, and goes through once the text is mended."""
    hold = _opened(books).claim("flash", item="phone", user="ann", key="c").hold
    _rewrite(books, "flash", "1800", "1801")
    mall = _opened(books)
    with pytest.raises(StorageError, match="is not what was applied"):
        mall.settle(hold, paid=569_900, key="p")
    applied = mall.desk.apply()

    assert applied.mended == ("flash",)
    assert mall.settle(hold, paid=569_900, key="p").decisions[0].outcome == "granted"
    assert verify(books, "engine").good


def test_what_comes_into_force_is_journaled_with_its_digest(books):
    """Who, which set, which version of each campaign, and the digest of the text that is stored."""
    _opened(books).desk.pause("hot", by="another clerk")
    with books.connect() as connection:
        rows = connection.execute(select(JOURNAL).where(JOURNAL.c.campaign == "").order_by(JOURNAL.c.number)).all()
        texts = connection.execute(select(VERSION.c.campaign, VERSION.c.version, VERSION.c.digest)).all()
    applied = [(row.rule, row.by, json.loads(row.lines)[0]) for row in rows if row.rule in ("apply", "pause")]
    kept = sorted([name, version, bytes(digest).hex()] for name, version, digest in texts)

    assert applied == [
        ("apply", "a clerk", ["in_force", 1, kept, []]),
        ("pause", "another clerk", ["in_force", 2, kept, ["hot"]]),
    ]
