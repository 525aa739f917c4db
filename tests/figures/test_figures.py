"""What figures say of what happened, on every store."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from time import sleep

import pytest

from quanyi.entitlements.errors import InputError

DAY = date(2026, 3, 2)


def counted(mall):
    """Count all there is. PostgreSQL lets nobody read what was written while another transaction of the server is open."""
    store = mall.ports.store
    if not hasattr(store, "engine"):
        return
    for _ in range(3_000):
        mall.worker().catch_up()
        from quanyi.adapters.figures.reading import in_database

        if in_database(mall.ports, store)._marked().number == last(store):
            return
        sleep(0.02)
    raise AssertionError("a transaction of this server stays open")


def last(store):
    from sqlalchemy import func, select

    with store.reading() as connection:
        return connection.scalar(select(func.max(store.tables.journal.c.number))) or 0


def row(mall, **asked):
    counted(mall)
    return mall.figures(first=DAY, last=DAY, **asked).total


def test_a_deal_is_claimed_paid_and_refunded(mall):
    deals = [mall.claim("flash", item="phone", user=f"u{n}", key=f"c{n}") for n in range(4)]
    mall.settle(deals[0].hold, paid=deals[0].pay, key="p0")
    mall.settle(deals[1].hold, paid=deals[1].pay, key="p1")
    mall.refund(deals[1].hold, key="r1")
    mall.release(deals[2].hold, user="u2", key="x2")
    found = row(mall, campaign="flash")

    assert (found.claims, found.claimed, found.closed, found.refunds, found.delivered) == (4, 4, 1, 1, 2)
    assert (found.paid, found.refunded, found.income) == (2 * 569_900, 569_900, 569_900)


def test_a_hold_that_lapses_is_counted_on_the_day_on_which_it_ended(mall, clock):
    mall.claim("flash", item="phone", user="ann", key="c1")
    clock.advance(days=2)
    mall.sweep()

    assert row(mall, campaign="flash").closed == 1


def test_points_are_issued_spent_and_used(mall):
    mall.desk.adjust("ann", "points", 900, key="a", reason="test")
    bought = mall.exchange("coffee", user="ann", key="x1")
    mall.exchange("coffee", user="ann", key="x2")
    mall.redeem(bought.entitlements[0], user="ann", key="u1")
    mall.rate(bought.entitlements[0], user="ann", key="r1", worked=True, stars=4)
    mall.rate(bought.entitlements[0], user="ann", key="r2", worked=False)
    found = row(mall, item="coffee")

    assert (found.claims, found.delivered, found.redeemed) == (2, 2, 1)
    assert (found.worked, found.failed, found.rated, found.stars) == (0, 1, 1, 4)
    assert found.redemption_rate == Fraction(1, 2)
    assert row(mall).issued == {"points": 900}
    assert row(mall).spent == {"points": 600}
    assert found.cost == 2 * mall.ports.project.benefits["coffee"].cost > 0


def test_a_gift_is_claimed_once_a_time_and_taken_back_by_an_undo(mall):
    mall.report("check_in", user="ann", key="ci1")
    mall.report("order.paid", user="ann", key="o1", data={"order": "o1", "amount": "30.00"})
    promised = row(mall, campaign="first-order-coffee")
    assert row(mall, campaign="check-in").issued == {"points": 10}
    mall.report("order.refunded", user="ann", key="b1", data={"order": "o1"})

    assert (promised.claims, promised.delivered) == (1, 0)
    assert row(mall, campaign="order-points").issued == {}


def test_figures_are_told_apart_by_what_the_mall_counts_by(mall):
    web, shop = {"channel": "web", "staff": False, "ip": "10.0.0.1"}, {"channel": "shop", "staff": True}
    mall.claim("flash", item="phone", user="ann", key="c1", context=web)
    mall.claim("flash", item="phone", user="bob", key="c2", context=web)
    mall.claim("flash", item="phone", user="cleo", key="c3", context=shop)
    mall.claim("flash", item="phone", user="dan", key="c4")
    counted(mall)
    found = {r.key: r.claims for r in mall.figures(by="channel", first=DAY, last=DAY).rows}

    assert found == {"web": 2, "shop": 1}
    assert {r.key: r.claims for r in mall.figures(by="staff", first=DAY, last=DAY).rows} == {"no": 2, "yes": 1}
    assert {r.key: r.claims for r in mall.figures(by="hour", first=DAY, last=DAY).rows if r.claims} == {"12": 4}
    with pytest.raises(InputError, match="not by 'ip'"):
        mall.figures(by="ip")


def test_what_nobody_took_has_a_row_too(mall):
    mall.claim("flash", item="phone", user="ann", key="c1")
    counted(mall)
    rows = mall.figures(by="item", first=DAY, last=DAY).rows

    assert next((r.key, r.claims) for r in rows) == ("phone", 1)
    assert {"coffee", "music"} <= {r.key for r in rows if not r.claims}
