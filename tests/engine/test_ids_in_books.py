"""
Where the host's ids of people stand: in the record of a person alone.

Two malls live through the same, with other people in it who get the same holders. Whatever differs between them was
made of a host's id: in clear, or as a digest by whatever formula.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, delete, select

from quanyi.adapters.clock import FixedClock
from quanyi.adapters.ids import CountedIds
from quanyi.adapters.memory import MemoryStore
from quanyi.adapters.outbox import CloudEvent
from quanyi.adapters.sql.migrate import upgrade
from quanyi.adapters.sql.store import SqlStore
from quanyi.adapters.sql.verify import verify
from quanyi.adapters.wiring import OpenMall, wire
from quanyi.campaigns.project.load import load_project
from quanyi.entitlements.errors import KeyReused
from quanyi.entitlements.plays.reward import Reward
from quanyi.entitlements.records import Person
from tests.engine.conftest import NOON

_FILES = {
    "mall.yaml": "mall: ids\nzone: UTC\ncurrency: CNY\nunits: {points: {title: {zh: 积分, en: points}}}\n",
    "events/shop.yaml": """\
events:
  check_in: {}
  joined: {inviter: user, note: text?}
  order.paid: {key: order, source: [order], order: id, amount: money}
  order.refunded: {source: [order], order: id}
""",
    "catalogue/things.yaml": "benefits: {mug: {is: voucher, title: {zh: 杯子, en: A mug}, face: 15.00, cost: 9.00, lasts: 30d, stock: 50}}\n",
    "campaigns/all.yaml": """\
campaign: check-in
kind: reward
when: check_in
give: {points: 10}
at_most: [1 per user per day]
budget: {points: [{amount: 1000}]}
---
campaign: joined
kind: reward
when: joined
give: {points: 20}
after: 7d
at_most: [1 per user, 3 per inviter]
budget: {points: [{amount: 1000}]}
---
campaign: invite
kind: referral
bind: {when: joined, to: inviter}
rewards:
  - {to: inviter, when: bound, give: {points: 5}, at_most: [9 per inviter]}
  - {to: friend, when: order.paid, give: mug, at_most: [1 per friend]}
---
campaign: told
kind: reward
when: referral.bound
give: mug
at_most: [9 per user]
---
campaign: order-mug
kind: reward
when: order.paid
give: mug
if_undone: {when: order.refunded, same: order}
at_most: [1 per order]
---
campaign: mugs
kind: flash_sale
sells: {mug: 10.00}
quota: {mug: 3}
at_most: [1 piece per user]
hold: {pay_within: 30m}
""",
}
_OWN_TO_A_RUN = {"mall", "number", "xact"}
"""Columns that differ between two malls whoever is in them."""


@pytest.fixture(params=["sqlite", "postgres", "mariadb"])
def books(request: pytest.FixtureRequest) -> Engine:
    engine: Engine = request.getfixturevalue(f"{request.param}_engine")
    upgrade(engine)
    return engine


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, text in _FILES.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


def opened(folder: Path, store: Any) -> OpenMall:
    mall = wire(load_project(folder), store, clock=FixedClock(NOON), ids=CountedIds("h"), seeds=CountedIds("s"))
    mall.desk.apply()
    return mall


def live(mall: OpenMall, one: str, other: str, *, keys: str = "k", breaks: bool = True) -> None:
    """Everything that names somebody: facts, a promise, a sale, a campaign that broke, and a repeated key."""
    mall.report("check_in", user=one, key=f"{keys}1")
    mall.report("joined", user=one, key=f"{keys}2", data={"inviter": other, "note": "hello"})
    mall.report("order.paid", user=one, key=f"{keys}3", data={"order": "o1", "amount": "5.00"})
    mall.report("order.refunded", user=one, key=f"{keys}8", data={"order": "o1"})
    hold = str(mall.claim("mugs", item="mug", user=one, key=f"{keys}4", by="clerk/7").hold)
    mall.settle(hold, paid=1000, key=f"{keys}5")
    mall.claim("mugs", item="mug", user=other, key=f"{keys}6", order="o2")
    with pytest.MonkeyPatch.context() as while_broken:
        if breaks:
            while_broken.setattr(Reward, "decide", broken)
        mall.report("joined", user=one, key=f"{keys}7", data={"inviter": other})
    assert mall.report("joined", user=one, key=f"{keys}2", data={"inviter": other, "note": "hello"}).duplicate


def broken(self: Reward, ask: object, draft: object) -> object:
    raise RuntimeError("broken")


def rows_of(store: SqlStore) -> dict[str, list[str]]:
    """Every row of every table, by table, without those of people."""
    found: dict[str, list[str]] = {}
    with store.reading() as connection:
        for table in store.tables.metadata.tables.values():
            rows = connection.execute(select(table).where(table.c.mall == store.mall)).mappings()
            said = [{name: row[name] for name in row if name not in _OWN_TO_A_RUN} for row in rows]
            found[table.name] = sorted(repr(row) for row in said if row.get("kind") != Person.kind)
    return found


def test_nothing_but_the_record_of_a_person_is_made_of_the_hosts_id(books: Engine, folder: Path) -> None:
    """Not in clear, and in no digest: the rows of two lives are equal, byte for byte."""
    first, second = SqlStore(books, "first"), SqlStore(books, "second")
    live(opened(folder, first), "ann", "bob")
    live(opened(folder, second), "xenia@example.org", "yuri@example.org")
    rows = rows_of(first)

    assert len(rows["quanyi_receipt"]) >= 7
    assert rows["quanyi_outbox"]
    assert any("'kind': 'promise'" in row for row in rows["quanyi_record"])
    assert rows_of(second) == rows


def test_so_it_is_in_memory(folder: Path) -> None:
    """The same of the store for tests and demos."""
    stores = [MemoryStore(), MemoryStore()]
    live(opened(folder, stores[0]), "ann", "bob")
    live(opened(folder, stores[1]), "xenia@example.org", "yuri@example.org")
    told = []
    for store in stores:
        tables = store._tables
        records = [repr(row) for key, row in tables.records.items() if key.kind != Person.kind]
        told.append([*map(repr, (tables.balances, tables.receipts, tables.journal, tables.outbox)), *sorted(records)])

    assert told[0] == told[1]


def test_who_is_named_in_what_a_campaign_broke_on_is_told_by_the_hosts_id(books: Engine, folder: Path) -> None:
    """The stored event has the holder; what is told has the id, as long as there is one, and is tried again with it."""
    store = SqlStore(books, "first")
    mall = opened(folder, store)
    live(mall, "ann", "bob")
    (event,) = failures(mall)
    receipt = mall.desk.retry(event)

    assert event.data["data"] == {"inviter": "bob"}
    assert "users" not in event.data
    assert [decision.campaign for decision in receipt.decisions] == ["joined"]


def test_who_has_no_record_any_more_is_left_out_of_what_is_told(books: Engine, folder: Path) -> None:
    """A holder without a person is nobody's id."""
    store = SqlStore(books, "first")
    mall = opened(folder, store)
    live(mall, "ann", "bob")
    record = store.tables.record
    with store.working() as connection:
        connection.execute(
            delete(record).where(record.c.kind == Person.kind, record.c.holder == mall.ports.holder("bob"))
        )
    (event,) = failures(mall)

    assert (event.subject, event.data["data"]) == ("ann", {})


def failures(mall: OpenMall) -> list[CloudEvent]:
    told: list[CloudEvent] = []
    mall.desk.relay(told.append).run()
    return [event for event in told if event.type == "campaign.failed"]


@pytest.mark.parametrize(
    ("user", "data"),
    [("bob", {"inviter": "cat"}), ("ann", {"inviter": "bob"}), ("ann", {"inviter": "cat", "note": "x"})],
)
def test_other_people_and_other_attributes_are_other_content(folder: Path, user: str, data: dict[str, str]) -> None:
    """Under one key: another user, another person named, or another attribute."""
    mall = opened(folder, MemoryStore())
    mall.report("joined", user="ann", key="k1", data={"inviter": "cat"})

    with pytest.raises(KeyReused):
        mall.report("joined", user=user, key="k1", data=data)


def test_receipts_say_whose_they_are(books: Engine, folder: Path) -> None:
    """By the holder, in a column that `verify` watches."""
    store = SqlStore(books, "first")
    mall = opened(folder, store)
    mall.report("check_in", user="ann", key="k1")
    receipt = store.tables.receipt
    with store.working() as connection:
        holders = connection.scalars(select(receipt.c.holder).where(receipt.c.holder.is_not(None))).all()
        good = verify(books, "first").good
        connection.execute(receipt.update().where(receipt.c.holder.is_not(None)).values(holder="somebody"))

    assert (holders, good) == ([mall.ports.holder("ann")], True)
    assert [difference.code for difference in verify(books, "first").differences] == ["receipt"]


def test_of_a_key_only_its_receipt_is_made(books: Engine, folder: Path) -> None:
    """Lives under other keys: no deal, entitlement, promise, change or event has an id that leads to the key."""
    first, second = SqlStore(books, "first"), SqlStore(books, "second")
    live(opened(folder, first), "ann", "bob", keys="mall/ann/", breaks=False)
    live(opened(folder, second), "ann", "bob", keys="mall/eve/", breaks=False)
    rows, others = rows_of(first), rows_of(second)

    assert rows.pop("quanyi_receipt") != others.pop("quanyi_receipt")
    assert others == rows


def test_a_mall_that_is_opened_as_usual_has_seeds(folder: Path) -> None:
    """Two of them give deals of one key different numbers; with counted ids a run repeats itself."""
    usual = [wire(load_project(folder), MemoryStore(), clock=FixedClock(NOON)) for _ in "ab"]
    counted = [wire(load_project(folder), MemoryStore(), clock=FixedClock(NOON), ids=CountedIds("h")) for _ in "ab"]
    for mall in (*usual, *counted):
        mall.desk.apply()
    holds = [str(mall.claim("mugs", item="mug", user="ann", key="k1").hold) for mall in (*usual, *counted)]

    assert holds[0] != holds[1]
    assert holds[2] == holds[3]
