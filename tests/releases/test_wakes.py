"""What old holds give back is known after the upgrade: for every placed deal, and for no other."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from sqlalchemy import text

from quanyi.adapters.sql.migrate import upgrade
from quanyi.adapters.sql.store import SqlStore
from quanyi.entitlements.needs import DueBack
from tests.releases.kept import RELEASES, restore

MALLS = ("lumen", "life")
LONG_AFTER = datetime(2999, 1, 1, tzinfo=UTC)
COPIES = 14
"""With so many copies of the mall beside it, the timers are more than one portion of the filling."""


@pytest.fixture(params=RELEASES)
def release(request) -> str:
    return request.param


def test_old_holds_say_what_they_give_back(engine, release):
    """What is due to come back to each balance, once all holds have ended, is what the deals hold; by the deals' ids."""
    restore(release, engine)
    with engine.begin() as connection:
        for n in range(COPIES):
            for table, columns in _COPIED.items():
                connection.execute(
                    text(
                        f"insert into quanyi_{table} (mall, {columns}) select '{n}/' || mall, {columns}"
                        f" from quanyi_{table} where mall in ('lumen', 'life')"
                    )
                )
    upgrade(engine)
    found = [_sums(engine, f"{copy}{mall}") for mall in MALLS for copy in ("", f"{COPIES - 1}/")]

    assert [due for due, _ in found] == [held for _, held in found]
    assert sum(len(due) for due, _ in found) > 0
    assert _timers_of_other_deals(engine) == 0


def _sums(engine, mall: str) -> tuple[dict, dict]:
    """What is due back by the timers, and what placed deals hold."""
    store = SqlStore(engine, mall)
    held: dict = {}
    for deal in store.records("deal", phase="placed", limit=9_999):
        for move in deal.moves if deal.due_at is not None else ():
            back = move.destination if move.source.outside else move.source
            if "lapsed" in move.back and back.gives_room:
                held[back] = held.get(back, 0) + move.amount
    dues = store.peek([DueBack(account) for account in held], LONG_AFTER).due_back
    return {need.account: due.back for need, due in dues.items()}, held


def _timers_of_other_deals(engine) -> int:
    query = (
        "select count(*) from quanyi_timer t join quanyi_record r on r.mall = t.mall and r.id = t.id"
        " where t.event = 'deal.lapse' and r.phase <> 'placed'"
    )
    with engine.connect() as connection:
        return connection.scalar(text(query))


_COPIED = {
    "record": "id, kind, holder, phase, campaign, campaign_version, item, due_at, shape, body, version",
    "timer": "id, event, data, holder, due_at",
    "wake": "key, due_at, timer",
}
