"""What somebody with a long history is shown: a page of it, at a cost that does not grow with the rest."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from quanyi.adapters.codec import Codec
from quanyi.adapters.wiring import OpenMall
from quanyi.entitlements.errors import InputError, NotFound

LONG, SHORT, PAGE = 50, 12, 10
"""Deals of two people, and how many a page has."""


def buys(mall: OpenMall, user: str, times: int) -> None:
    """So many deals: each coffee is given back, so that no limit says no."""
    mall.report("points.granted", user=user, key=f"g/{user}", data={"points": 300})
    for number in range(times):
        receipt = mall.exchange("coffee", user=user, key=f"x/{user}/{number}")
        mall.refund(receipt.answer["deal"], user=user, key=f"r/{user}/{number}")


@contextmanager
def read(mall: OpenMall, monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, int]]:
    """How many records are read of the database meanwhile, and how many lists of them are asked for."""
    counts = {"records": 0, "lists": 0}
    store: Any = mall.ports.store
    record_in, listed = Codec.record_in, type(store).listed

    def counted(codec: Codec, *row: Any) -> Any:
        counts["records"] += 1
        return record_in(codec, *row)

    def asked(self: Any, some: Any) -> Any:
        counts["lists"] += 1
        return listed(self, some)

    with monkeypatch.context() as patched:
        patched.setattr(Codec, "record_in", counted)
        patched.setattr(type(store), "listed", asked)
        yield counts


@pytest.fixture
def busy(mall: OpenMall, monkeypatch: pytest.MonkeyPatch) -> OpenMall:
    """Ann has had many deals, and Bob a few."""
    buys(mall, "ann", LONG)
    buys(mall, "bob", SHORT)
    return mall


def test_a_page_of_deals_and_of_history_costs_what_is_on_it(busy, monkeypatch):
    costs = []
    for user in ("ann", "bob"):
        with read(busy, monkeypatch) as counts:
            assert len(busy.deals(user, limit=PAGE)) == PAGE
            entries = busy.entries(user, "points", limit=PAGE)
            assert all(entry.deal for entry in entries)
            (granted,) = busy.granted(busy.deals(user, limit=1), user)
            assert busy.entitlement(granted.id, user) == granted
        costs.append(counts)

    assert costs[0] == costs[1]


def test_the_pages_of_deals_are_all_of_them_each_once(busy):
    whole, pages, after = busy.deals("ann"), [], None
    while True:
        page = busy.deals("ann", after=after, limit=17)
        pages += page
        after = page.next
        if after is None:
            break

    assert pages == whole
    assert len(pages) == LONG


@pytest.mark.parametrize("after", ["nothing", "bobs"])
def test_a_place_in_nobodys_or_somebody_elses_list_is_not_found(busy, after):
    name = busy.deals("bob")[0].id if after == "bobs" else after

    with pytest.raises(NotFound):
        busy.deals("ann", after=name, limit=PAGE)
    with pytest.raises(InputError):
        busy.deals("ann", limit=0)


def test_nobody_is_shown_what_somebody_else_has(busy):
    (right,) = busy.granted(busy.deals("ann", limit=1), "ann")

    assert busy.granted(busy.deals("ann", limit=1), "bob") == []
    with pytest.raises(NotFound):
        busy.entitlement(right.id, "bob")
