"""A key belongs to one user and one content: whoever else uses it is told so, and nothing is lost."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from quanyi.adapters.clock import FixedClock
from quanyi.adapters.memory import MemoryStore
from quanyi.adapters.wiring import OpenMall, wire
from quanyi.campaigns.project.load import load_project
from quanyi.campaigns.requests import Requests
from quanyi.entitlements.errors import InputError, KeyReused
from quanyi.entitlements.inputs import Receipt
from quanyi.entitlements.ports import ReceiptWrite, Writing


def points(mall: OpenMall, user: str) -> int:
    return mall.wallet(user).units["points"].balance


def test_a_key_that_somebody_else_used_swallows_no_fact(mall: OpenMall) -> None:
    """Eve's order under Ann's key is refused, and counts once it comes with a key of its own."""
    paid = {"order": "o2", "amount": "60.00"}
    mall.report("order.paid", user="ann", key="n1", data={"order": "o1", "amount": "50.00"})
    with pytest.raises(KeyReused):
        mall.report("order.paid", user="eve", key="n1", data=paid)

    assert points(mall, "eve") == 0
    mall.report("order.paid", user="eve", key="n2", data=paid)
    assert (points(mall, "ann"), points(mall, "eve")) == (5, 6)


@pytest.mark.parametrize("other", [{"order": "o1", "amount": "51.00"}, {"order": "o9", "amount": "50.00"}])
def test_other_content_under_a_used_key_is_told_so(mall: OpenMall, other: dict[str, str]) -> None:
    """A fact is no exception: what came first stands, and what came second is not taken for it."""
    first = mall.report("order.paid", user="ann", key="n1", data={"order": "o1", "amount": "50.00"})
    again = mall.report("order.paid", user="ann", key="n1", data={"order": "o1", "amount": 5000})
    with pytest.raises(KeyReused):
        mall.report("order.paid", user="ann", key="n1", data=other)

    assert (first.duplicate, again.duplicate, points(mall, "ann")) == (False, True, 5)


def test_a_key_used_twice_in_one_batch_is_told_so(mall: OpenMall) -> None:
    """Whoever comes second in the same transaction hears of it as well."""
    with mall.batch() as batch:
        batch.report("check_in", user="ann", key="n1")
        batch.report("check_in", user="eve", key="n1")
        batch.report("check_in", user="ann", key="n1")

    assert [type(outcome).__name__ for outcome in batch.outcomes] == ["Receipt", "KeyReused", "Receipt"]
    assert (points(mall, "ann"), points(mall, "eve")) == (10, 0)


def test_who_acts_is_no_part_of_the_content(mall: OpenMall) -> None:
    """The same fact told again by another job is the same fact."""
    mall.report("check_in", user="ann", key="n1", by="job/1")

    assert mall.report("check_in", user="ann", key="n1", by="clerk/7").duplicate


def test_asking_for_a_type_that_there_is_none_of_is_a_mistake(mall: OpenMall) -> None:
    """A slip in the type does not read as "never happened"; the answer lists the types."""
    mall.claim("flash", item="phone", user="ann", key="k")

    assert mall.ask("k", "order.place") is not None
    assert [mall.ask("k2", type_) for type_ in ("order.place", "deal.lapse", "entitlement.reveal")] == [None] * 3
    with pytest.raises(InputError, match=r"order\.place"):
        mall.ask("k", "order.placed")


def test_a_batch_outside_its_block_settles_at_once(mall: OpenMall, clock: FixedClock) -> None:
    """A write before or after the block is not lost."""
    batch = mall.batch()
    batch.report("check_in", user="ann", key="n1")
    with batch:
        batch.report("check_in", user="ann", key="n2")
    clock.advance(days=1)
    batch.report("check_in", user="ann", key="n3")

    assert points(mall, "ann") == 20


def test_a_redelivery_on_another_day_is_the_same_fact(clock: FixedClock, tmp_path) -> None:
    """Defaults that we fill in are not what the host sent: tomorrow's "today" is no other content."""
    mall = dated(tmp_path, clock)
    first = mall.report("visited", user="ann", key="v1")
    clock.advance(days=1)
    again = mall.report("visited", user="ann", key="v1")

    assert (first.duplicate, again.duplicate) == (False, True)
    with pytest.raises(KeyReused):
        mall.report("visited", user="ann", key="v1", data={"on": "2026-01-01"})


def test_spellings_of_one_value_are_one_content(clock: FixedClock, tmp_path) -> None:
    mall = dated(tmp_path, clock)
    mall.report("visited", user="ann", key="v1", data={"on": date(2026, 3, 1)})

    assert mall.report("visited", user="ann", key="v1", data={"on": "2026-03-01"}).duplicate


def test_an_old_receipt_is_answered_by_the_old_formula(clock: FixedClock, tmp_path) -> None:
    """Keys that an older release took answer as they did, its defaults filled in, and refuse other content."""
    mall = dated(tmp_path, clock)
    ask = Requests(mall.ports).event("visited", user="ann", key="n1", data={})
    receipt = Receipt(key="n1", type="visited", at=clock.now())
    with mall.ports.store.begin() as tx:
        tx.lock([], clock.now())
        old = ReceiptWrite(id=ask.id, digest=ask.digest_by(1), receipt=receipt, formula=1)
        tx.write(Writing(receipts=(old,)))

    assert ask.digest_by(1) != ask.digest_by(2)
    assert mall.report("visited", user="ann", key="n1").duplicate
    with pytest.raises(KeyReused):
        mall.report("visited", user="ann", key="n1", data={"on": "2026-01-01"})


def dated(folder: Path, clock: FixedClock) -> OpenMall:
    """A mall whose one event has a date that is today unless it is said."""
    (folder / "campaigns").mkdir()
    (folder / "mall.yaml").write_text(
        "mall: dated\nzone: UTC\ncurrency: CNY\nunits: {points: {title: {zh: 积分, en: points}}}\n", encoding="utf-8"
    )
    (folder / "events").mkdir()
    (folder / "events" / "visits.yaml").write_text("events: {visited: {on: date = today}}\n", encoding="utf-8")
    (folder / "campaigns" / "visits.yaml").write_text(
        "campaign: visits\nkind: reward\nwhen: visited\ngive: {points: 1}\nat_most: [5 per user per day]\n",
        encoding="utf-8",
    )
    made = wire(load_project(folder), MemoryStore(), clock=clock)
    made.desk.apply()
    return made
