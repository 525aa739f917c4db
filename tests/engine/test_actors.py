"""Who acts is kept with what was done, and readable where it is shown."""

from __future__ import annotations

import json

from click.testing import CliRunner

from quanyi.adapters.cli import main
from quanyi.adapters.clock import FixedClock
from quanyi.adapters.memory import MemoryStore
from quanyi.adapters.wiring import OpenMall
from tests.engine.conftest import FOLDER
from tests.engine.test_reveals import bought


def actors(mall: OpenMall) -> dict[str, str | None]:
    """Who is in the journal, by rule."""
    store = mall.ports.store
    if isinstance(store, MemoryStore):
        return {write.changes.because.rule: write.by for write in store._tables.journal.values()}
    with store.reading() as connection:  # type: ignore[attr-defined]
        journal = store.tables.journal  # type: ignore[attr-defined]
        return {row.rule: row.by for row in connection.execute(journal.select())}


def test_the_actor_of_every_write_stands_in_the_journal(mall: OpenMall, clock: FixedClock) -> None:
    """With each command that has one; None is the user, and time is nobody."""
    mall.desk.import_codes("music", ["M-1"], key="c1", by="job/codes")
    mall.desk.adjust("ann", "points", 500, key="a1", reason="sorry", by="clerk/7")
    hold = mall.exchange("music", user="ann", key="x1", by="api/app").hold
    right = mall.settle(hold, paid=500, key="p1", by="till/3").entitlements[0]
    mall.reveal(right, user="ann", key="r1", by="kiosk")
    mall.redeem(right, user="ann", key="u1")
    clock.advance(days=800)
    mall.sweep()
    found = actors(mall)

    assert found["codes.import"] == "job/codes"
    assert found["wallet.adjust"] == "clerk/7"
    assert {"api/app", "till/3", "kiosk"} <= set(found.values())
    assert found["entitlement.redeem"] is None
    assert found["lot.ends"] is None


def test_a_follow_up_carries_the_actor_of_its_cause(mall: OpenMall) -> None:
    """What a fact causes in the same breath was caused by whoever told it."""
    mall.report("order.paid", user="ann", key="o1", data={"order": "o1", "amount": "50.00"}, by="job/orders")

    booked = {rule: by for rule, by in actors(mall).items() if rule not in ("apply", "stock.load")}

    assert set(booked.values()) == {"job/orders"}


def test_a_history_and_a_receipt_say_who_acted(mall: OpenMall) -> None:
    mall.desk.adjust("ann", "points", 5, key="a1", reason="sorry", by="clerk/7")
    mall.report("check_in", user="ann", key="n1")
    kept = mall.ask("a1", "wallet.adjust")

    assert [entry.by for entry in mall.entries("ann", "points")] == [None, "clerk/7"]
    assert kept is not None
    assert kept.by == "clerk/7"


def test_a_told_sight_says_who_looked(mall: OpenMall) -> None:
    """Whoever watches the outbox sees a clerk who looks at other people's codes."""
    right = bought(mall)
    mall.reveal(right, user="ann", key="r1", by="clerk/7")
    store = mall.ports.store
    if isinstance(store, MemoryStore):
        told = [w.emit.data for w in store._tables.outbox.values() if w.emit.event == "code.revealed"]
    else:
        with store.reading() as connection:  # type: ignore[attr-defined]
            outbox = store.tables.outbox  # type: ignore[attr-defined]
            rows = connection.execute(outbox.select().where(outbox.c.event == "code.revealed")).all()
        told = [json.loads(row.data) for row in rows]

    assert [data["by"] for data in told] == ["clerk/7"]


def test_the_command_line_says_who_acted(tmp_path) -> None:
    """`quanyi explain --key` names the actor of an earlier call."""
    url = f"sqlite:///{tmp_path / 'mall.db'}"
    runner = CliRunner()
    for args in (["db", "upgrade"], ["apply", str(FOLDER), "--yes"]):
        runner.invoke(main, [*args, "--db", url])
    _adjust(url)
    shown = runner.invoke(main, ["explain", "--db", url, "--type", "wallet.adjust", "--key", "a1"])

    assert "by clerk/7" in shown.output


def _adjust(url: str) -> None:
    from sqlalchemy import create_engine

    from quanyi.adapters.sql.engine import prepare_engine
    from quanyi.adapters.wiring import open_mall

    mall = open_mall(FOLDER, prepare_engine(create_engine(url)))
    mall.desk.adjust("ann", "points", 5, key="a1", reason="sorry", by="clerk/7")
