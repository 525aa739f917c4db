"""One change that did several things to a wallet: a line of history each, and the books come out, also those of before."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import create_engine, text

from quanyi.adapters.clock import FixedClock
from quanyi.adapters.sql.verify import verify
from tests.adapters.test_web_history import MALL, NOW


@pytest.fixture
def restored(open_host, tmp_path):
    """Ann restores a day for 4 points, which reaches the milestone of 50."""
    clock = FixedClock(NOW)
    mall, _ = open_host(MALL, clock=clock)
    for day in (2, 0):
        clock.move(NOW - timedelta(days=day))
        mall.report("come", user="ann", key=f"c{day}")
    mall.report("mend", user="ann", key="m", data={"date": "2026-03-19"})
    engine = create_engine(f"sqlite:///{tmp_path / 'host.db'}")
    yield mall, engine
    engine.dispose()


def differences(engine, *statements: str) -> list[str]:
    """What the audit finds after *statements* of somebody behind our back."""
    with engine.begin() as connection:
        for statement in statements:
            connection.execute(text(statement))
    return [difference.code for difference in verify(engine, "tiny").differences]


def test_each_thing_has_its_line(restored):
    """What was taken, then what was given, each with the balance after it."""
    mall, engine = restored
    lines = [(entry.label, entry.amount, entry.balance) for entry in mall.entries("ann", "points", limit=2)]

    assert lines == [("earn", 50, 66), ("spend", -4, 16)]
    assert differences(engine) == []


def test_one_line_for_all_as_earlier_releases_wrote_it_comes_out(restored):
    """And not with another amount."""
    _, engine = restored
    merge = "update quanyi_entry set amount = 46, label = 'spend' where amount = 50"

    assert differences(engine, "delete from quanyi_entry where amount = -4", merge) == []
    assert "entry" in differences(engine, "update quanyi_entry set amount = 45, balance = 65 where amount = 46")
