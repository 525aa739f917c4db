"""No answer depends on how many things somebody has."""

from __future__ import annotations

from datetime import timedelta

import pytest

from quanyi.adapters.wiring import OpenMall
from quanyi.entitlements.errors import InputError, NotFound
from quanyi.entitlements.ports import RecordWrite, Writing
from quanyi.entitlements.records import Deal, Entitlement, Record

MANY = 3_000


def hold(mall: OpenMall, records: list[Record]) -> None:
    """Write records as they stand, for Ann, whom the mall knows."""
    with mall.ports.store.begin() as tx:
        tx.write(Writing(records=tuple(RecordWrite(record=record, before=None, after=1) for record in records)))


def holder_of(mall: OpenMall, user: str) -> str:
    mall.report("check_in", user=user, key=f"known/{user}")
    return mall.ports.transactions.holders.look_up([user], mall.ports.store)[user]


def right(mall: OpenMall, holder: str, name: str, item: str) -> Entitlement:
    now = mall.now()
    return Entitlement(
        id=name, holder=holder, item=item, phase="usable", got_at=now, starts=now, due_at=now + timedelta(days=30)
    )


def test_a_pass_is_valid_however_many_newer_things_its_owner_holds(mall: OpenMall) -> None:
    """The oldest of 3,000 entitlements opens the door, and all of them are listed."""
    holder = holder_of(mall, "ann")
    hold(mall, [right(mall, holder, "pass", "music")])
    hold(mall, [right(mall, holder, f"c{n:04}", "coffee") for n in range(MANY)])

    assert mall.entitled("music", "ann")
    assert len(mall.entitlements("ann")) == MANY + 1
    assert "pass" in {view.id for view in mall.entitlements("ann")}


def test_all_deals_are_listed_and_paged(mall: OpenMall) -> None:
    """Pages follow each other without a gap, and the last one says that it is the last."""
    holder = holder_of(mall, "ann")
    deals: list[Record] = [
        Deal(id=f"d{n:04}", holder=holder, phase="paid", campaign="flash", item="phone", placed_at=mall.now())
        for n in range(1_234)
    ]
    hold(mall, deals)
    seen, after, pages = [], None, 0
    while pages == 0 or after is not None:
        page = mall.deals("ann", after=after, limit=500)
        seen += [deal.id for deal in page]
        after, pages = page.next, pages + 1

    assert (pages, len(seen), len(set(seen))) == (3, 1_234, 1_234)
    assert seen == [deal.id for deal in mall.deals("ann")]
    assert mall.deals("ann").next is None


def test_a_page_without_a_sensible_limit_or_mark_is_refused(mall: OpenMall) -> None:
    for limit in (0, -1, True, "5", 2.5):
        with pytest.raises(InputError):
            mall.deals("ann", limit=limit)  # type: ignore[arg-type]
    with pytest.raises(NotFound):
        mall.entitlements("ann", after="nothing")
