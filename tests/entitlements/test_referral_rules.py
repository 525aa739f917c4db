"""
What referrals give: each rule by itself, what they share, and that nobody is paid twice.
"""

from __future__ import annotations

import attrs
import pytest

from quanyi.entitlements.accounts import used
from quanyi.entitlements.benefits import Benefit
from quanyi.entitlements.clauses import Fixed, Gift, Head, Limit, Undo
from quanyi.entitlements.errors import HoldClosed
from quanyi.entitlements.plays.referral.records import Bond
from quanyi.entitlements.plays.reward import Reward
from quanyi.entitlements.records import Promise
from quanyi.entitlements.time import Duration
from tests.entitlements.sharing import (
    AT,
    POINTS,
    SHARE,
    join,
    paid,
    points,
    referral,
    rule,
)
from tests.entitlements.stage import Stage

# --- rules -------------------------------------------------------------------------------------


def test_the_inviter_is_paid_after_a_while_at_most_twice_a_month():
    """Caps count when it is paid out; what is over them lapses, and does not come back."""
    stage = Stage()
    for n, friend in enumerate(("bob", "cat", "dan")):
        join(stage, friend, "ann")
        paid(stage, friend, f"o{n}", at=f"2026-05-0{n + 2}T10:00")
    told = stage.pass_time(SHARE, "2026-06-30T00:00")

    assert [changes.outcome for changes in told] == ["done", "done", "lapsed"]
    assert stage.points("ann") == 200
    assert stage.balances[used("month", "2026-05", "h-ann")] == 2


def test_only_the_first_order_of_a_friend_counts():
    """A second one is skipped, and says why."""
    stage = Stage()
    join(stage, "bob", "ann")
    paid(stage, "bob", "o1")
    no = stage.refusal(SHARE, "order.paid", AT, "bob", data={"order": "o2"}, source={"order": "o2"})

    assert (no.reason, no.clause) == ("limit-reached", "rewards/order/at_most/first")


def test_a_refund_cancels_the_promise():
    """Nothing is paid for an order that was sent back."""
    stage = Stage()
    join(stage, "bob", "ann")
    paid(stage, "bob", "o1")
    stage.ask(SHARE, "order.refunded", "2026-05-03T10:00", "bob", data={"order": "o1"}, source={"order": "o1"})
    with_promise = [record for record, _ in stage.records.values() if isinstance(record, Promise)]

    assert [promise.phase for promise in with_promise] == ["cancelled"]
    assert (stage.pass_time(SHARE, "2026-06-01T00:00"), stage.points("ann")) == ([], 0)


@pytest.mark.parametrize(("take", "left"), [("left", 0), ("debt", -60)])
def test_what_was_paid_is_taken_back_by_the_policy_of_its_rule(take, left):
    """The inviter's part into debt or not; the friend's own rule has no undo and stays."""
    undo = (Undo(when=("order.refunded",), same=("order",), take=take),)
    own = rule("friend", "friend", "order.paid", points(5))
    play = referral(rule("back", "inviter", "order.paid", points(100), if_undone=undo), own)
    stage = Stage()
    join(stage, "bob", "ann", play)
    paid(stage, "bob", "o1", play)
    spender = Reward(head=Head(campaign="s"), when=("buy",), take=points(60), units=POINTS)
    stage.ask(spender, "buy", "2026-05-02T11:00", "ann", data={})
    stage.ask(play, "order.refunded", "2026-05-03T10:00", data={"order": "o1"}, source={"order": "o1"})

    assert (stage.points("ann"), stage.points("bob")) == (left, 5)


def test_a_refund_that_comes_first_keeps_every_rule_from_paying():
    """Each rule that it undoes meets its mark."""
    undo = (Undo(when=("order.refunded",), same=("order",)),)
    play = referral(*(rule(n, "inviter", "order.paid", points(9), if_undone=undo) for n in ("one", "two")))
    stage = Stage()
    join(stage, "bob", "ann", play)
    stage.ask(play, "order.refunded", AT, data={"order": "o1"}, source={"order": "o1"})
    no = stage.refusal(play, "order.paid", AT, "bob", data={"order": "o1"}, source={"order": "o1"})

    assert (no.reason, stage.points("ann")) == ("undone", 0)


def test_rules_of_a_lane_compete_and_others_add_up():
    """First order: 150 wins over 100, 5 for every order besides; the friend's 40 is another receiver's."""
    first = (Limit(id="first", count=1, per=("friend",), back=()),)
    play = referral(
        rule("r1", "inviter", "order.paid", points(100), "first", at_most=first),
        rule("r2", "inviter", "order.paid", points(150), "first", at_most=first),
        rule("r3", "friend", "order.paid", points(40), "first", at_most=(Limit(id="own", count=1, per=("friend",)),)),
        rule("r4", "inviter", "order.paid", points(5)),
    )
    stage = Stage()
    join(stage, "bob", "ann", play)
    paid(stage, "bob", "o1", play)
    before = (stage.points("ann"), stage.points("bob"))
    changes = paid(stage, "bob", "o2", play)

    assert before == (155, 40)
    assert (stage.points("ann"), stage.points("bob")) == (160, 40)
    assert changes.facts["skipped"] == dict.fromkeys(("r1", "r2", "r3"), "limit-reached")


def test_of_a_lane_one_rule_pays_each_receiver():
    """Of two rules for the inviter the larger, on every order; the friend's stands by itself."""
    play = referral(
        rule("three", "inviter", "order.paid", points(3), "each"),
        rule("four", "inviter", "order.paid", points(4), "each"),
        rule("two", "friend", "order.paid", points(2), "each"),
    )
    stage = Stage()
    join(stage, "bob", "ann", play)
    paid(stage, "bob", "o1", play)
    paid(stage, "bob", "o2", play)

    assert (stage.points("ann"), stage.points("bob")) == (8, 4)


def test_a_rule_that_says_no_harms_no_other():
    """The friend's coffee is gone, the inviter's points come all the same."""
    gone = Gift(thing="tea", benefit=Benefit(id="tea", stock=1))
    play = referral(rule("tea", "friend", "bound", (gone,)), rule("ten", "inviter", "bound", points(10)))
    stage = Stage()
    changes = join(stage, "bob", "ann", play)

    assert (stage.points("ann"), stage.rights("bob")) == (10, [])
    assert changes.facts["skipped"] == {"tea": "out-of-stock"}


def test_a_promise_is_kept_by_the_rule_that_made_it():
    """Two rules with promises of their own lengths and things."""
    star = Gift(thing="stars", how_much=Fixed(value=3))
    play = referral(
        rule("week", "inviter", "order.paid", points(7), after=Duration(days=7)),
        rule("month", "inviter", "order.paid", (star,), after=Duration(months=1)),
    )
    stage = Stage()
    join(stage, "bob", "ann", play)
    paid(stage, "bob", "o1", play)
    stage.pass_time(play, "2026-05-10T00:00")
    early = stage.points("ann")
    stage.pass_time(play, "2026-06-10T00:00")

    assert (early, stage.points("ann"), stage.points("ann", "stars")) == (7, 7, 3)


def test_a_promise_is_kept_once():
    """Its timer ringing twice is no second payment."""
    stage = Stage()
    join(stage, "bob", "ann")
    promise = paid(stage, "bob", "o1").answer["promises"][0]
    timer = min(stage.timers)
    stage.pass_time(SHARE, "2026-05-10T00:00")

    assert (stage.ring(timer, (SHARE,)), stage.points("ann")) == ([], 100)
    with pytest.raises(HoldClosed, match="promise-closed"):
        stage.ask(SHARE, "promise.due", "2026-05-11T00:00", data={"promise": promise}, due=True)


def test_the_most_it_can_cost_is_the_sum_of_its_rules():
    """A person may be both friend and inviter."""
    year = (Limit(id="year", count=5, per=("inviter",)),)
    play = referral(
        rule("a", "inviter", "bound", points(10), at_most=year),
        rule("b", "friend", "bound", points(3), at_most=(Limit(id="own", count=1, per=("friend",)),)),
    )
    (cost,) = play.exposure()

    assert (cost.unit, cost.per_user, cost.total) == ("points", 53, None)


# --- what rules share --------------------------------------------------------------------------


def test_a_shared_budget_counts_only_what_is_given_of_its_unit():
    """A welcome in coffees costs money, and no points; the budget of points stays whole."""
    dear = Gift(thing="coffee", benefit=Benefit(id="coffee", cost=400))
    budget = (Limit(id="budget", count=100, of="points", per=("campaign",)),)
    play = referral(rule("welcome", "friend", "bound", (dear,)), rule("thanks", "inviter", "bound", points(60)))
    play = attrs.evolve(play, budget=budget)
    stage = Stage()
    join(stage, "bob", "ann", play)
    changes = join(stage, "cat", "ann", play)

    assert (stage.points("ann"), len(stage.rights("cat"))) == (60, 1)
    assert changes.facts["skipped"] == {"thanks": "budget-exhausted"}


def test_an_amount_in_the_limits_of_all_counts_what_is_given_and_not_who_is_bound():
    """90 points an inviter, whatever rule gives them; friends are bound all the same."""
    most = (Limit(id="most", count=90, of="points", per=("inviter",)),)
    play = referral(rule("one", "inviter", "bound", points(30)), rule("two", "inviter", "bound", points(20)))
    play = attrs.evolve(play, at_most=most)
    stage = Stage()
    for friend in ("bob", "cat", "dan"):
        join(stage, friend, "ann", play)

    assert (stage.points("ann"), stage.record(Bond, "share", "h-dan").phase) == (80, "bound")
    assert stage.balances[used("most", "", "h-ann", unit="points")] == 80


@pytest.mark.parametrize(("at_least", "given", "outcomes"), [(1, 150, ["done", "done"]), (60, 100, ["done", "lapsed"])])
def test_a_promise_is_cut_to_the_room_there_is(at_least, given, outcomes):
    """Room for 150: the second 100 become 50, or nothing where that is less than the least."""
    room = (Limit(id="m", count=150, of="points", per=("inviter",), over="clip", at_least=at_least),)
    play = referral(rule("week", "inviter", "order.paid", points(100), after=Duration(days=7), at_payout=room))
    stage = Stage()
    for n, friend in enumerate(("bob", "cat")):
        join(stage, friend, "ann", play)
        paid(stage, friend, f"o{n}", play)
    told = stage.pass_time(play, "2026-06-01T00:00")

    assert ([changes.outcome for changes in told], stage.points("ann")) == (outcomes, given)


def test_what_the_inviter_got_is_told_with_its_source():
    """At once, and when a promise is kept; what the friend got is not."""
    play = referral(
        rule("now", "inviter", "order.paid", points(1)),
        rule("week", "inviter", "order.paid", points(7), after=Duration(days=7)),
        rule("own", "friend", "order.paid", points(5)),
    )
    stage = Stage()
    join(stage, "bob", "ann", play)
    paid(stage, "bob", "o1", play)
    early = [emit.data["rule"] for emit in stage.events("referral.rewarded")]
    stage.pass_time(play, "2026-05-10T00:00")
    late = stage.events("referral.rewarded")[-1]

    assert (early, late.holder) == (["now"], "h-ann")
    assert late.data == {"campaign": "share", "friend": "h-bob", "rule": "week", "order": "o1"}
