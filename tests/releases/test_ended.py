"""Points that ended before the upgrade are known as ended afterwards: an undo of what brought them takes no others."""

from __future__ import annotations

import json
from collections import Counter
from datetime import UTC, datetime

import pytest
from sqlalchemy import text

from quanyi.adapters.clock import FixedClock
from quanyi.adapters.codec import account_in, posting_in
from quanyi.adapters.sql.migrate import upgrade
from quanyi.adapters.sql.store import SqlStore
from quanyi.adapters.sql.verify import verify
from quanyi.adapters.wiring import wire
from quanyi.campaigns.project.versions import structure_project
from quanyi.entitlements.accounts import ended
from quanyi.entitlements.needs import LotsOf
from quanyi.entitlements.points import take_back
from tests.releases.kept import RELEASES, restore, rows_of

OLD = RELEASES[0]


def test_what_ended_of_each_lot_stands_beside_it(engine):
    restore(OLD, engine)
    upgrade(engine)
    booked: Counter[tuple[str, str, tuple[str, ...]]] = Counter()
    for row in rows_of(OLD)["quanyi_journal"]:
        for line in json.loads(row["lines"]):
            if line[0] == "post" and line[4] == "expire":
                posting = posting_in(line)
                booked[row["mall"], posting.source.unit, posting.source.parts] += posting.amount
    with engine.connect() as connection:
        query = text("select mall, unit, parts, balance, id from quanyi_balance where kind = 'ended'")
        rows = connection.execute(query).all()

    assert booked
    assert {(row.mall, row.unit, tuple(json.loads(row.parts))): row.balance for row in rows} == booked
    assert all(account_in(["ended", row.unit, *json.loads(row.parts)]).id == bytes(row.id) for row in rows)
    assert [found for mall in ("lumen", "life") for found in verify(engine, mall).differences] == []


@pytest.mark.parametrize("mall", ["life"])
def test_an_undo_after_the_upgrade_takes_nothing_for_what_ended_before(mall, engine):
    """By the mechanism that every undo goes through: five points of a lot that ended leave the wallet as it is."""
    restore(OLD, engine)
    upgrade(engine)
    store = SqlStore(engine, mall)
    lot, holder = _an_ended_lot(engine, mall)
    project = structure_project(store.release().project)
    opened = wire(project, store, clock=FixedClock(_after_everything(engine, mall)))
    before = sum(amount for account, amount in store.lots(holder) if account.unit == lot.unit)

    view = opened.ports.transactions.look(_needs(lot), opened.now(), store)
    draft = view.draft(opened.now())
    taken = take_back(draft, project.units[lot.unit], lot, 5)

    assert (taken.wallet, taken.ended) == (0, 5)
    assert before == sum(amount for account, amount in store.lots(holder) if account.unit == lot.unit)


def _an_ended_lot(engine, mall):
    with engine.connect() as connection:
        query = text("select unit, parts from quanyi_balance where kind = 'ended' and mall = :mall and balance >= 5")
        unit, parts = connection.execute(query, {"mall": mall}).first()
    lot = account_in(["lot", unit, *json.loads(parts)])
    return lot, lot.parts[0]


def _needs(lot):
    return {LotsOf(lot.parts[0], lot.unit), ended(lot)}


def _after_everything(engine, mall):
    with engine.connect() as connection:
        latest = connection.scalar(
            text("select max(decided_at) from quanyi_journal where mall = :mall"), {"mall": mall}
        )
    at = datetime.fromisoformat(latest) if isinstance(latest, str) else latest
    return at.replace(tzinfo=UTC) if at.tzinfo is None else at
