"""
What a reward gives, to whom, how much of it, instead of what; and how it is undone.
"""

from __future__ import annotations

import attrs
import pytest

from quanyi.entitlements.accounts import debt, lot, stock, used
from quanyi.entitlements.benefits import Benefit, PointsUnit
from quanyi.entitlements.changes import SealedCode
from quanyi.entitlements.clauses import Fixed, Gift, Head, Limit, Percent, PerStep, Slabs, Undo, Unless
from quanyi.entitlements.errors import Refused
from quanyi.entitlements.plays.basics import BASICS
from quanyi.entitlements.plays.reward import Reward
from quanyi.entitlements.records import Promise, Trail
from quanyi.entitlements.time import Duration, Window
from tests.entitlements.stage import Stage

AT = "2026-03-01T10:00"
POINTS = {"points": PointsUnit(id="points")}


def points(n):
    return Gift(thing="points", how_much=Fixed(value=n))


def reward(**more):
    fields = {
        "head": Head(campaign="c", version="v1"),
        "when": ("order.paid",),
        "give": (points(100),),
        "units": POINTS,
    }
    return Reward(**{**fields, **more})


def paid(stage, play, user="ann", order="o1", at=AT, **data):
    source = {"order": order, **({"line": data["line"]} if "line" in data else {})}
    return stage.ask(play, "order.paid", at, user, data={"order": order, **data}, source=source, asks=False)


def undone(stage, play, order="o1", at="2026-03-02T10:00", type_="order.refunded", **data):
    return stage.ask(play, type_, at, "ann", data={"order": order, **data}, asks=False)


# --- how much, and to whom ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("how_much", "amount", "given"),
    [
        (Fixed(value=7), 0, 7),
        (Percent(percent="17.5", of="event.amount"), 1003, 175),  # 175.525 down
        (Percent(percent="17.5", of="amount", rounding="up"), 1003, 176),
        (PerStep(step=300, give=5, of="event.amount"), 899, 10),
        (Slabs(of="event.amount", steps=((100, 1), (500, 9))), 499, 1),
        (Slabs(of="event.amount", steps=((100, 1), (500, 9))), 500, 9),
    ],
)
def test_amounts_are_reckoned_exactly(how_much, amount, given):
    """One rounding, the highest step reached, whole steps only."""
    stage = Stage()
    paid(stage, reward(give=(Gift(thing="points", how_much=how_much),)), amount=amount)

    assert stage.points("ann") == given


@pytest.mark.parametrize(
    ("data", "reason"),
    [({"amount": 99}, "nothing-to-give"), ({}, "amount-missing"), ({"amount": "9"}, "amount-missing")],
)
def test_without_an_amount_nothing_fires(data, reason):
    """A step that was not reached uses up no place."""
    play = reward(
        give=(Gift(thing="points", how_much=Slabs(of="event.amount", steps=((100, 1),))),),
        at_most=(Limit(id="once", count=1),),
    )
    stage = Stage()
    with pytest.raises(Refused, match=reason):
        paid(stage, play, **data)

    assert stage.balances == {}


def test_another_user_may_be_the_receiver():
    """The subject's limit counts the subject, the inviter gets the points; without one nobody does."""
    play = reward(to="inviter", at_most=(Limit(id="once", count=1),))
    stage = Stage()
    stage.ask(play, "order.paid", AT, "bob", data={"inviter": "ann"}, holders={"inviter": "h-ann"}, asks=False)
    with pytest.raises(Refused, match="no-receiver"):
        stage.ask(play, "order.paid", AT, "cat", data={}, asks=False)

    assert (stage.points("ann"), stage.points("bob")) == (100, 0)
    assert stage.balances[used("once", "", "h-bob")] == 1


def test_taking_comes_before_giving():
    """All or nothing: what the subject loses must be there before anything is given."""
    play = reward(take=(Gift(thing="coins", how_much=Fixed(value=5)),))
    stage = Stage(balances={lot("h-ann", "coins"): 4})
    with pytest.raises(Refused, match="insufficient-points"):
        paid(stage, play)
    stage.balances[lot("h-ann", "coins")] = 5
    paid(stage, play)

    assert (stage.points("ann"), stage.points("ann", "coins")) == (100, 0)


# --- limits that clip, budgets ------------------------------------------------------------------


def packets(day, total):
    """seed-budget-cap-and-kill-switch: nested budgets, trimmed to what is left, not below 1.00."""
    common = {"of": "cash", "per": ("campaign",), "over": "clip", "at_least": 100}
    return reward(
        give=(Gift(thing="cash", how_much=PerStep(step=1, give=1, of="event.roll")),),
        at_most=(Limit(id="one", count=1, back=(), reason="personal-limit"),),
        budget=(
            Limit(id="day", count=day, window=Window("day"), back=(), reason="come-back-tomorrow", **common),
            Limit(id="total", count=total, reason="ended", **common),
        ),
        units={"cash": PointsUnit(id="cash", scale=2)},
    )


def test_nested_budgets_trim_to_the_smallest_room():
    """The first steps of the seed's walk: 8.00, 9.50, 6.00 cut to 2.50, then no room today."""
    play, stage = packets(2000, 5000), Stage()
    for user, roll in (("u1", 800), ("u2", 950), ("u3", 600)):
        paid(stage, play, user, order=user, roll=roll)
    assert [stage.points(user, "cash") for user in ("u1", "u2", "u3")] == [800, 950, 250]

    with pytest.raises(Refused, match="come-back-tomorrow") as no:
        paid(stage, play, "u4", order="u4", roll=500)
    assert no.value.code == "budget-exhausted"
    assert used("one", "", "h-u4") not in stage.balances  # his place is not used
    with pytest.raises(Refused, match="personal-limit"):
        paid(stage, play, "u1", order="again", roll=500)


@pytest.mark.parametrize(
    ("room", "given"),
    [(99, "ended"), (100, 100), (250, 250), (900, 600)],  # not below 1.00, never above the roll
)
def test_trimming_stops_at_the_least(room, given):
    """Less than `at_least` is a no with the reason of the limit that lacks room."""
    play, stage = packets(9999, 1000), Stage(balances={used("total", "", unit="cash"): 1000 - room})
    try:
        paid(stage, play, roll=600)
        found = stage.points("ann", "cash")
    except Refused as no:
        found = no.reason

    assert found == given


def test_a_small_gift_may_be_less_than_the_least():
    """`at_least` is about trimming: 0.50 that fits is given."""
    stage = Stage()
    paid(stage, packets(2000, 5000), roll=50)

    assert stage.points("ann", "cash") == 50


def test_the_least_is_never_more_than_the_gift():
    """0.80 of room is less than the least, and yet enough for 0.50."""
    stage = Stage(balances={used("total", "", unit="cash"): 920})
    paid(stage, packets(2000, 1000), roll=50)

    assert stage.points("ann", "cash") == 50


def test_several_gifts_of_a_unit_share_the_room():
    """60 and 60 with room for 100: 60 and 40."""
    budget = (Limit(id="all", count=100, of="points", per=("campaign",), over="clip"),)
    stage = Stage()
    changes = paid(stage, reward(give=(points(60), points(60)), budget=budget))

    assert [amount for _, _, amount in changes.given] == [60, 40]


# --- stock, codes, instead ----------------------------------------------------------------------

MUG = Benefit(id="mug", stock=1)


@pytest.mark.parametrize(("left", "rights", "points_"), [(1, ["mug"], 0), (0, [], 500)])
def test_instead_is_given_where_stock_is_gone(left, rights, points_):
    """Two receivers, one mug: the second gets the points."""
    play, stage = reward(give=(Gift(thing="mug", benefit=MUG),), instead=(points(500),)), Stage()
    stage.balances[stock("mug")] = left
    paid(stage, play)

    assert (stage.rights("ann"), stage.points("ann")) == (rights, points_)


def test_without_instead_the_rule_is_out_of_stock():
    """And nothing of it is booked."""
    play = reward(give=(points(1), Gift(thing="mug", benefit=MUG)))
    with pytest.raises(Refused, match="out-of-stock"):
        paid(Stage(), play)


def test_a_gift_may_be_a_code():
    """The code is drawn with the entitlement, and the piece is gone for good."""
    card = Benefit(id="card", pool="cards", form="code")
    stage = Stage(balances={stock("card"): 1})
    stage.codes["c0"] = SealedCode(id="c0", pool="cards", sealed=b"", key_id="k", blind=b"0")
    play = reward(
        give=(Gift(thing="card", benefit=card),), if_undone=(Undo(when=("order.refunded",), same=("order",)),)
    )
    paid(stage, play)
    undone(stage, play)

    assert (stage.rights("ann"), stage.balances[stock("card")]) == ([], 0)


# --- undo ---------------------------------------------------------------------------------------


def undoable(take="left", same=("order",), **more):
    return reward(if_undone=(Undo(when=("order.refunded",), same=same, take=take),), **more)


def test_undo_gives_back_what_was_taken_and_the_places():
    """In reverse order: the reward is taken back, then the price returned, then the place."""
    play = undoable(at_most=(Limit(id="once", count=1), Limit(id="ever", count=9, back=())))
    play = attrs.evolve(play, take=(Gift(thing="coins", how_much=Fixed(value=5)),))
    stage = Stage(balances={lot("h-ann", "coins"): 5})
    paid(stage, play)
    undone(stage, play)

    assert (stage.points("ann"), stage.points("ann", "coins")) == (0, 5)
    assert (stage.balances[used("once", "", "h-ann")], stage.balances[used("ever", "", "h-ann")]) == (0, 1)


@pytest.mark.parametrize(("take", "outcome"), [("left", (0, 0)), ("debt", (0, -60)), ("refuse", "insufficient-points")])
def test_undo_follows_the_policy(take, outcome):
    """Of 100 points 60 are spent."""
    play, stage = undoable(take), Stage()
    paid(stage, play)
    stage.balances[lot("h-ann", "points")] = 40
    try:
        undone(stage, play)
        found = (stage.balances[lot("h-ann", "points")], stage.balances.get(debt("h-ann", "points"), 0))
    except Refused as no:
        found = no.reason

    assert found == outcome


@pytest.mark.parametrize("take", ["left", "refuse"])
def test_a_used_entitlement_stays_used(take):
    """What is used cannot be taken back; the policy `refuse` says so aloud."""
    play, stage = undoable(take, give=(Gift(thing="mug", benefit=attrs.evolve(MUG, stock=None)),)), Stage()
    paid(stage, play)
    (right,) = (key.parts[0] for key in stage.records if key.kind == "entitlement")
    stage.ask(BASICS["entitlement.redeem"], "entitlement.redeem", AT, "ann", data={"entitlement": right})
    if take == "refuse":
        with pytest.raises(Refused, match="already-used"):
            undone(stage, play)
        return
    undone(stage, play)

    assert {record.phase for record, _ in stage.records.values() if record.kind == "entitlement"} == {"used"}


BY_LINE_OR_ORDER = (
    Undo(when=("line.returned",), same=("order", "line")),
    Undo(when=("order.refunded",), same=("order",)),
)


@pytest.mark.parametrize("first", ["line.returned", "order.refunded"])
def test_nothing_is_undone_twice_by_two_ways_of_naming_it(first):
    """Two lines earn 100 each; the line's and the order's undo together take back each line once."""
    play, stage = reward(if_undone=BY_LINE_OR_ORDER), Stage()
    paid(stage, play, line="1")
    paid(stage, play, line="2")
    assert stage.points("ann") == 200
    stage.balances[lot("h-ann", "points")] = 1000  # enough to be robbed

    if first == "line.returned":
        undone(stage, play, type_="line.returned", line="1")
        assert stage.points("ann") == 900
        undone(stage, play)
    else:
        undone(stage, play)
        with pytest.raises(Refused, match="undone"):
            undone(stage, play, type_="line.returned", line="1")

    assert stage.points("ann") == 800


def test_campaigns_do_not_undo_each_other():
    """One source, two campaigns: the undo of one leaves the other's gift alone."""
    one, other = undoable(), undoable(head=Head(campaign="other"))
    stage = Stage()
    paid(stage, one)
    paid(stage, other)
    undone(stage, one)

    assert stage.points("ann") == 100
    assert len(stage.record(Trail, "order", "o1").booked) == 2
    paid(stage, other)  # its own source was not undone
    assert stage.points("ann") == 200


def test_an_undo_without_its_source_is_skipped():
    """A refund that names no order undoes nothing."""
    stage = Stage()
    with pytest.raises(Refused, match="no-source"):
        stage.ask(undoable(), "order.refunded", AT, "ann", data={})


# --- promises -----------------------------------------------------------------------------------


def promised(**more):
    fields = {"after": Duration.parse("7d"), "unless": Unless(event="order.refunded", same="order")}
    return reward(**{**fields, **more})


DUE = "2026-03-08T10:00"


def test_a_promise_holds_its_place_and_its_budget():
    """Limits are asked at the event; the amount is fixed then, and given at the due time."""
    budget = (Limit(id="all", count=100, of="points", per=("campaign",)),)
    play, stage = promised(budget=budget), Stage()
    paid(stage, play)
    with pytest.raises(Refused, match="budget-exhausted"):
        paid(stage, play, "bob", order="o2")
    assert stage.points("ann") == 0
    stage.pass_time(play, DUE)

    assert stage.points("ann") == 100


def test_a_cancelled_promise_gives_its_places_back_and_is_never_kept():
    """The timer still rings, and finds the promise closed."""
    play, stage = promised(at_most=(Limit(id="once", count=1),)), Stage()
    paid(stage, play)
    changes = undone(stage, play)
    rung = stage.pass_time(play, DUE)

    assert (changes.outcome, rung, stage.points("ann")) == ("cancelled", [], 0)
    assert stage.balances[used("once", "", "h-ann")] == 0


@pytest.mark.parametrize(
    ("at_payout", "give", "reason"),
    [
        ((Limit(id="month", count=0, over="lapse"),), (points(100),), "limit-reached"),
        ((), (Gift(thing="mug", benefit=MUG),), "out-of-stock"),
    ],
)
def test_a_promise_without_room_lapses(at_payout, give, reason):
    """It is closed for good, and the places of the event come back."""
    play, stage = promised(at_payout=at_payout, give=give, at_most=(Limit(id="once", count=1),)), Stage()
    paid(stage, play)
    (lapsed,) = stage.pass_time(play, DUE)
    (promise,) = (record for record, _ in stage.records.values() if isinstance(record, Promise))

    assert (lapsed.outcome, lapsed.facts["no"]["reason"], promise.phase) == ("lapsed", reason, "lapsed")
    assert stage.balances[used("once", "", "h-ann")] == 0


def test_a_kept_promise_can_still_be_undone():
    """With both declared: before the due time the promise is cancelled, after it the points are taken back."""
    play, stage = promised(if_undone=(Undo(when=("order.refunded",), same=("order",)),)), Stage()
    paid(stage, play)
    paid(stage, play, order="o2")
    undone(stage, play, order="o2")
    stage.pass_time(play, DUE)
    assert stage.points("ann") == 100
    undone(stage, play, at="2026-03-09T10:00")

    assert stage.points("ann") == 0
    with pytest.raises(Refused, match="undone"):
        undone(stage, play, at="2026-03-10T10:00")


def test_a_promise_wakes_whoever_touches_its_source_or_its_wallet():
    """So that a refund or a spend after the due time finds it kept, sweep or not."""
    play, stage = promised(), Stage()
    paid(stage, play)
    ((_, _, timer),) = stage.timers
    keys = {need.kind for need in timer.wakes}

    assert (keys, timer.of and timer.of.kind) == ({"trail", "debt"}, "promise")
    assert set(timer.data) == {"promise", "campaign", "version"}
