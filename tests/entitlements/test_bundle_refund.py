"""
Shares of a bundle's price: a part that fails brings its own back, a part that was used keeps it.
"""

from __future__ import annotations

import attrs
import pytest

from quanyi.entitlements.accounts import lot, quota, stock, used
from quanyi.entitlements.clauses import Head, Limit
from quanyi.entitlements.errors import Refused, VoucherRefused
from quanyi.entitlements.plays.reward import Reward
from quanyi.entitlements.plays.sale import Price, Refund
from quanyi.entitlements.records import Deal, Entitlement
from quanyi.entitlements.time import Duration
from tests.entitlements.test_bundle import (
    LATER,
    POINTS,
    TEA,
    YEAR,
    bought,
    choose,
    gift,
    points,
    refund,
    stocked,
    story,
)

SHARES = (
    attrs.evolve(TEA, instead=(), tries=1, price=Price(money=500), if_failed="refund"),
    attrs.evolve(LATER, price=Price(money=1000)),
    attrs.evolve(YEAR.parts[2], price=Price(money=2400)),
)
KEEPS = attrs.evolve(YEAR, parts=SHARES, refund=Refund(if_used="keep"))
"""69.00: tea 5.00, later 10.00, the two of three 24.00, so the card itself is 30.00."""


def use(stage, item):
    right = next(r for r, _ in stage.records.values() if isinstance(r, Entitlement) and r.item == item)
    stage.records[right.key] = (attrs.evolve(right, phase="used", used_at=right.got_at), 1)


# --- a part that fails -------------------------------------------------------------------------


def test_a_failed_part_brings_its_price_back_once():
    """At the instant of its last try; the other parts stay, and a later refund is less by it."""
    stage = stocked(tea=0)
    deal, _ = bought(stage, KEEPS)
    early = stage.record(Deal, deal).refunded
    stage.pass_time(KEEPS, "2026-05-01T11:05")
    told = [(e.data["refund"], e.data["part"]) for e in stage.events("deal.refund_due")]
    later = refund(stage, deal, play=KEEPS)

    assert (early, told) == (0, [(500, "tea")])
    assert (later.answer["refund"], stage.record(Deal, deal).refunded) == (6400, 6900)


def test_a_failed_part_leaves_the_others_alone():
    """One after another, whatever became of the one before."""
    stage = stocked(tea=0)
    deal, changes = bought(stage, attrs.evolve(KEEPS, parts=(attrs.evolve(SHARES[0], tries=0), *SHARES[1:])))

    assert [p["phase"] for p in changes.answer["parts"]] == ["failed", "waiting", "open"]
    assert stage.record(Deal, deal).refunded == 500


def test_a_failed_part_that_cost_points_returns_them_to_their_lot():
    """The rest of the price stays paid."""
    price, share = Price(units={"points": 300}), Price(units={"points": 40})
    play = attrs.evolve(KEEPS, sells={"card": price}, parts=(attrs.evolve(SHARES[0], tries=0, price=share),))
    stage = stocked(tea=0)
    stage.balances[lot("h-ann", "points")] = 300
    deal, _ = bought(stage, play, pay=0)
    paid = stage.points("ann")
    refund(stage, deal, play=play)

    assert (paid, stage.points("ann"), stage.record(Deal, deal).refunded) == (40, 300, 0)


# --- a refund that keeps what was used ---------------------------------------------------------


@pytest.mark.parametrize(
    ("items", "money", "left"),
    [
        ((), 6900, []),
        (("tea",), 6400, ["tea"]),
        (("song",), 4500, ["book", "song"]),
        (("tea", "song"), 4000, ["book", "song", "tea"]),
        (("card",), 3900, ["card"]),
        (("card", "tea"), 3400, ["card", "tea"]),
        (("card", "tea", "song"), 1000, ["book", "card", "song", "tea"]),
    ],
)
def test_what_was_used_is_kept_at_its_price(items, money, left):
    """By parts: a part with one thing used is kept whole; the card costs what the parts leave."""
    stage = stocked()
    deal, _ = bought(stage, KEEPS)
    choose(stage, deal, ["song", "book"], play=KEEPS)
    for item in items:
        use(stage, item)
    changes = refund(stage, deal, play=KEEPS)
    kept = {r.item for r, _ in stage.records.values() if isinstance(r, Entitlement) and r.phase != "withdrawn"}

    assert (changes.answer["refund"], sorted(kept)) == (money, left)
    assert story(stage, deal)["later"] == "cancelled"


def test_where_nothing_comes_back_it_is_refused():
    """All that had a price was used: taking the rest away for nothing would be no refund."""
    play = attrs.evolve(KEEPS, parts=(attrs.evolve(SHARES[0], price=Price(money=6900)), LATER))
    stage = stocked()
    deal, _ = bought(stage, play)
    use(stage, "tea")
    with pytest.raises(VoucherRefused, match="already-used"):
        refund(stage, deal, play=play)

    assert stage.record(Deal, deal).phase == "paid"


def test_spent_points_are_kept_at_their_price():
    """What the wallet no longer has was used; what it has is taken back."""
    stage = stocked()
    deal, _ = bought(stage, KEEPS)
    stage.pass_time(KEEPS, "2026-06-02T00:00")
    spender = Reward(head=Head(campaign="s"), when=("buy",), take=points(60), units=POINTS)
    stage.ask(spender, "buy", "2026-06-02T11:00", "ann", data={})
    changes = refund(stage, deal, "2026-06-03T00:00", play=KEEPS)

    assert (changes.answer["refund"], stage.points("ann")) == (5900, 40)


@pytest.mark.parametrize(("item", "piece", "place"), [(None, 1, 0), ("tea", 1, 1), ("card", 0, 1)])
def test_what_is_kept_keeps_its_place(item, piece, place):
    """A place of a limit comes back with a whole refund only; the piece unless the card itself is kept."""
    limit = Limit(id="one", count=1)
    play = attrs.evolve(KEEPS, at_most=(limit,), quota={"card": 1})
    stage = stocked()
    stage.balances[quota("year", "card")] = 1
    deal, _ = bought(stage, play)
    if item:
        use(stage, item)
    refund(stage, deal, play=play)

    assert (stage.balances[quota("year", "card")], stage.balances[used("one", "", "h-ann")]) == (piece, place)


def test_promised_parts_are_gone_with_a_refund():
    """Nothing comes a month later, nobody can choose any more, whatever was kept."""
    stage = stocked()
    deal, _ = bought(stage, KEEPS)
    use(stage, "tea")
    refund(stage, deal, play=KEEPS)
    with pytest.raises(Refused, match="choice-closed"):
        choose(stage, deal, ["song", "book"], at="2026-05-03T11:00", play=KEEPS)

    assert (stage.pass_time(KEEPS, "2026-12-01T00:00"), stage.points("ann")) == ([], 0)
    assert {stage.balances[stock(name)] for name in ("film", "song", "book")} == {5}


@pytest.mark.parametrize(
    ("rule", "at", "reason"),
    [
        (Refund(never=True), "2026-05-01T10:06", "no-refunds"),
        (Refund(within=Duration(days=2)), "2026-05-03T10:04:59", ""),
        (Refund(within=Duration(days=2)), "2026-05-03T10:05", "refund-too-late"),
    ],
)
def test_until_when_it_can_be_taken_back(rule, at, reason):
    """From paying on, half open."""
    stage, play = stocked(), attrs.evolve(YEAR, refund=rule)
    deal, _ = bought(stage, play)
    if not reason:
        assert refund(stage, deal, at, play=play).answer["refund"] == 6900
        return
    no = stage.refusal(play, "order.refund", at, "ann", about=deal)

    assert (no.reason, no.clause) == (reason, "refund")


# --- all or nothing ----------------------------------------------------------------------------


def test_a_part_that_must_not_fail_takes_the_whole_bundle_back():
    """At once, where it is never tried again: what was given before is withdrawn, what comes after never begins."""
    must = attrs.evolve(TEA, name="must", give=gift("book"), instead=(), tries=0, if_failed="refund_all")
    play = attrs.evolve(KEEPS, parts=(attrs.evolve(SHARES[0], give=gift("tea")), must, *SHARES[1:]))
    stage = stocked(book=0)
    deal, changes = bought(stage, play)
    found = stage.record(Deal, deal)

    assert [p["phase"] for p in changes.answer["parts"]] == ["given", "failed", "cancelled", "cancelled"]
    assert (changes.answer["refund"], found.phase, found.refunded, stage.rights("ann")) == (6900, "refunded", 6900, [])
    assert [e.data["refund"] for e in stage.events("deal.refund_due")] == [6900]
    assert stage.pass_time(play, "2026-12-01T00:00") == []


def test_what_was_used_before_a_part_failed_for_all_is_kept_at_its_price():
    """Whatever the bundle says about refunds that the buyer asks for."""
    must = attrs.evolve(SHARES[0], name="must", give=gift("book"), price=Price(money=900), if_failed="refund_all")
    stage, play = stocked(book=0), attrs.evolve(KEEPS, parts=(must, *SHARES), refund=Refund(never=True))
    deal, _ = bought(stage, play)
    use(stage, "tea")
    stage.pass_time(play, "2026-05-01T11:05")

    assert (stage.record(Deal, deal).refunded, stage.rights("ann")) == (6400, [])
    assert story(stage, deal) == {"tea": "given", "later": "cancelled", "pick": "cancelled"}


# --- choices that stand at the end -------------------------------------------------------------


@pytest.mark.parametrize(
    ("choices", "given"), [((), ["book", "film"]), ((("song", "book"), ("song", "film")), ["film", "song"])]
)
def test_a_choice_can_be_changed_until_the_end(choices, given):
    """Nothing is given before; at the end the last choice, or the default."""
    pick = YEAR.parts[2]
    play = attrs.evolve(YEAR, parts=(attrs.evolve(pick, choose=attrs.evolve(pick.choose, given="at_end")),))
    stage = stocked()
    deal, _ = bought(stage, play)
    for choice in choices:
        choose(stage, deal, list(choice), play=play)
    before = stage.rights("ann")
    stage.pass_time(play, "2026-05-08T10:05")
    with pytest.raises(Refused, match="choice-closed"):
        choose(stage, deal, ["song", "book"], at="2026-05-08T10:05", play=play)

    assert (before, stage.rights("ann")) == (["card"], sorted(["card", *given]))
