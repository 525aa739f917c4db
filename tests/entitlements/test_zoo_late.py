"""
Late money of the zoo at play level: dujiaoka's last card and pretix's expired orders, as far as a sale says them.
"""

from __future__ import annotations

import attrs
import pytest

from quanyi.entitlements.accounts import quota, stock
from quanyi.entitlements.benefits import Benefit
from quanyi.entitlements.changes import SealedCode
from quanyi.entitlements.clauses import Head
from quanyi.entitlements.errors import Refused
from quanyi.entitlements.plays.sale import Hold, Late, Price, Sale
from quanyi.entitlements.records import Deal
from quanyi.entitlements.time import Duration
from tests.entitlements.stage import Stage, moment

# --- dujiaoka-last-card-paid-twice --------------------------------------------------------------
# Ours takes the code's piece when the order is placed, where the source only looks; so the second
# buyer of the last card is refused before paying, instead of being paid back. The rest holds.

GAMES = Sale(
    head=Head(campaign="games", zone="Asia/Shanghai"),
    currency="CNY",
    sells={"game": Price(money=1000, list_price=1000)},
    per_order=12,
    hold=Hold(pay_within=Duration(seconds=300)),
    late=Late(then="refund"),
    benefits={"game": Benefit(id="game", form="code", pool="game")},
)


def card_shop():
    cards = {
        f"k{n}": SealedCode(id=f"k{n}", pool="game", sealed=b"", key_id="k", blind=bytes([n])) for n in range(1, 7)
    }
    return Stage(balances={stock("game"): 6}, codes=cards)


def order(stage, at, user, number, qty):
    data = {"item": "game", "order": number, "qty": qty}
    return stage.ask(GAMES, "order.place", f"2026-08-01T{at}+08:00", user, data=data).answer["deal"]


def paid(stage, at, user, deal, amount):
    return stage.ask(GAMES, "order.pay", f"2026-08-01T{at}+08:00", user, about=deal, data={"paid": amount}).answer


def test_a_card_is_sold_once_and_late_money_goes_back():
    """Five cards go out once; a repeated notice hands out nothing; a late payment is returned."""
    stage = card_shop()
    o1 = order(stage, "10:00:00", "a", "o1", 5)
    paid(stage, "10:01:00", "a", o1, 5000)
    with pytest.raises(Refused, match="already-paid"):
        paid(stage, "10:01:01", "a", o1, 5000)
    assert sorted(code.id for code in stage.codes.values() if code.owner) == ["k1", "k2", "k3", "k4", "k5"]
    assert stage.balances[stock("game")] == 1

    o4 = order(stage, "10:03:00", "c", "o4", 1)
    stage.pass_time(GAMES, "2026-08-01T10:08:01+08:00")
    late = paid(stage, "10:08:02", "c", o4, 1000)
    assert (stage.record(Deal, o4).phase, late["refund"], late["entitlements"]) == ("closed", 1000, [])
    assert stage.balances[stock("game")] == 1

    with pytest.raises(Refused, match="out-of-stock"):
        order(stage, "10:09:00", "c", "o5", 2)


# --- pretix-late-payment-against-quota ----------------------------------------------------------

TICKETS = Sale(
    head=Head(campaign="tickets"),
    currency="EUR",
    sells={"ticket": Price(money=1000)},
    quota={"ticket": 2},
    hold=Hold(pay_within=Duration.parse("2 days")),
)
ROOM = quota("tickets", "ticket")


@pytest.mark.parametrize(
    ("case", "overdue", "late", "left", "outcome"),
    [
        ("o_pending", "stays", Late(), 0, "paid"),  # not marked expired: the quota is not asked
        ("o_overdue", "stays", Late(), 2, "paid"),
        ("o_exp_ok", "closes", Late(then="accept", until=moment("2026-03-04T00:00")), 2, "paid"),  # two taken again
        ("o_exp_lastdate", "closes", Late(then="accept", until=moment("2026-02-28T00:00")), 2, "too-late"),
        ("o_exp_nolate", "closes", Late(), 2, "order-closed"),
        ("o_exp_full", "closes", Late(then="accept"), 0, "out-of-stock"),
    ],
)
def test_a_late_payment_meets_grace_or_quota(case, overdue, late, left, outcome):
    """Pending orders keep their place; expired ones need permission, a date not past, and room."""
    sale = attrs.evolve(TICKETS, hold=attrs.evolve(TICKETS.hold, overdue=overdue), late=late)
    stage = Stage(balances={ROOM: 2})
    data = {"item": "ticket", "qty": 2, "order": case}
    deal = stage.ask(sale, "order.place", "2026-02-25T10:00", "a", data=data).answer["deal"]
    stage.pass_time(sale, "2026-03-01T09:00")
    stage.balances[ROOM] = left
    try:
        stage.ask(sale, "order.pay", "2026-03-01T10:00", "a", about=deal, data={"paid": 2000})
        found = stage.record(Deal, deal).phase
    except Refused as no:
        found = no.reason

    assert found == outcome
