"""
Referrals: who is bound, in which order a no is looked for, what each rule gives, and that nobody is paid twice.
"""

from __future__ import annotations

from itertools import pairwise

import attrs
import pytest

from quanyi.entitlements import conditions
from quanyi.entitlements.accounts import used
from quanyi.entitlements.benefits import Benefit, PointsUnit
from quanyi.entitlements.clauses import Fixed, Gift, Head, Limit, Undo, Unless
from quanyi.entitlements.errors import HoldClosed, NotEligible, VoucherRefused
from quanyi.entitlements.plays.referral import Bind, Referral, Rule
from quanyi.entitlements.plays.referral.bonds import HIGHEST
from quanyi.entitlements.plays.referral.codes import first_code, read_code
from quanyi.entitlements.plays.reward import Reward
from quanyi.entitlements.records import Bond, Invite, Promise
from quanyi.entitlements.time import Duration, Schedule, Span, Window
from tests.entitlements.stage import Stage, moment

AT = "2026-05-01T10:00"
NEW = conditions.Test(path="user.registered", op="is", value=False)
POINTS = {"points": PointsUnit(id="points")}
CHECKS = ("phase", "open", "for", "only_if", "code", "self", "same", "again", "loop", "at_most")


def points(amount):
    return (Gift(thing="points", how_much=Fixed(value=amount)),)


def rule(name, to, when, give, lane="", **more):
    head = Head(campaign="share")
    reward = Reward(head=head, rule=name, to=to, when=(when,), give=give, units=POINTS, **more)
    return Rule(reward=reward, lane=lane)


WELCOME = rule("welcome", "friend", "bound", (Gift(thing="coffee", benefit=Benefit(id="coffee")),))
ORDER = rule(
    "order",
    "inviter",
    "order.paid",
    points(100),
    at_most=(Limit(id="first", count=1, per=("friend",), back=()),),
    after=Duration(days=7),
    unless=Unless(event="order.refunded", same="order"),
    at_payout=(Limit(id="month", count=2, per=("inviter",), window=Window("month"), over="lapse"),),
)
SHARE = Referral(
    head=Head(campaign="share", version="v1"),
    bind=Bind(when=("join", "referral.bind"), to={"join": "inviter", "referral.bind": "to"}, code="code"),
    rules=(WELCOME, ORDER),
)


def referral(*rules, **more):
    return attrs.evolve(SHARE, rules=rules, **more)


def join(stage, friend, inviter, play=SHARE, at=AT, **more):
    data = {"inviter": inviter, **more.pop("data", {})}
    return stage.ask(play, "join", at, friend, data=data, holders={"inviter": f"h-{inviter}"}, **more)


def paid(stage, friend, order, play=SHARE, at="2026-05-02T10:00", **more):
    return stage.ask(play, "order.paid", at, friend, data={"order": order}, source={"order": order}, **more)


# --- binding -----------------------------------------------------------------------------------


def test_a_friend_is_bound_and_welcomed():
    """One bond, one gift; the inviter is told, and gets nothing yet."""
    stage = Stage()
    changes = join(stage, "bob", "ann")

    assert stage.record(Bond, "share", "h-bob").inviter_at(moment(AT)) == "h-ann"
    assert (changes.answer["bound"], stage.rights("bob"), stage.points("ann")) == (True, ["coffee"], 0)
    assert [emit.holder for emit in stage.events("referral.bound")] == ["h-ann"]


def test_an_event_without_an_inviter_is_skipped():
    """Most people register by themselves."""
    no = Stage().refusal(SHARE, "join", AT, "bob", data={})

    assert no.reason == "no-inviter"


@pytest.mark.parametrize("checks", [CHECKS, CHECKS[::-1], CHECKS[4:] + CHECKS[:4]])
@pytest.mark.parametrize("first", range(len(CHECKS)))
def test_binding_refuses_by_the_first_check_that_fails(checks, first):
    """With all later checks failing too (as far as they can together), the declared order gives the answer."""
    failing = [
        check for check in checks[first:] if check == checks[first] or check not in ("code", "self", "again", "loop")
    ]
    answers = {
        "phase": "ended",
        "open": "not-open",
        "for": "level-is",
        "only_if": "only-new-users",
        "code": "unknown-code",
        "self": "self-referral",
        "same": "self-referral",
        "again": "already-bound",
        "loop": "loop",
        "at_most": "limit-reached",
    }
    stage, play = Stage(), attrs.evolve(SHARE, rules=(), checks=checks)
    if "again" in failing:
        join(stage, "bob", "cat", play)
    if "loop" in failing:
        join(stage, "ann", "bob", play)
    if "same" in failing:
        marked = attrs.evolve(play, bind=attrs.evolve(play.bind, same=("event.device",)))
        stage.ask(marked, "referral.code", AT, "ann", data={"device": "d1"})
        play = marked
    head = Head(
        campaign="share",
        runs=Span(end=moment("2026-02-01T00:00")) if "phase" in failing else Span(),
        open=(Schedule.parse("daily 03:00-04:00"),) if "open" in failing else (),
        audience=conditions.Test(path="user.level", op="is", value="gold") if "for" in failing else None,
    )
    bind = attrs.evolve(play.bind, only_if=NEW if "only_if" in failing else None)
    limits = (Limit(id="many", count=0 if "at_most" in failing else 9, per=("inviter",)),)
    play = attrs.evolve(play, head=head, bind=bind, at_most=limits)
    inviter = "bob" if "self" in failing else "ann"
    holders = {} if "code" in failing else {"to": f"h-{inviter}"}
    data = {"code": "nobody's"} if "code" in failing else {"to": inviter}
    no = stage.refusal(play, "referral.bind", AT, "bob", data={**data, "device": "d1"}, holders=holders)

    assert no.reason == answers[checks[first]]
    assert no.clause.split("/")[0] == checks[first]


def test_nobody_is_bound_twice():
    """Neither to another inviter nor again to the same."""
    stage = Stage()
    join(stage, "bob", "ann")

    assert [
        stage.refusal(SHARE, "join", AT, "bob", data={}, holders={"inviter": h}).reason for h in ("h-ann", "h-cat")
    ] == ["already-bound"] * 2


def test_a_bond_that_has_ended_makes_room():
    """Up to the instant it stands; from then on the friend reads as free."""
    stage, play = Stage(), attrs.evolve(SHARE, bind=attrs.evolve(SHARE.bind, keep=Duration(days=30)), rules=(ORDER,))
    join(stage, "bob", "ann", play)
    with pytest.raises(NotEligible, match="already-bound"):
        join(stage, "bob", "cat", play, at="2026-05-31T09:59:59")

    assert stage.refusal(play, "order.paid", "2026-05-31T10:00", "bob", data={"order": "o"}).reason == "not-bound"
    join(stage, "bob", "cat", play, at="2026-05-31T10:00")

    assert stage.record(Bond, "share", "h-bob").holder == "h-cat"


def test_a_loop_is_seen_however_long(monkeypatch):
    """Up to the highest tree that is walked; above that the answer is no as well."""
    monkeypatch.setattr("tests.entitlements.stage.ROUNDS", HIGHEST + 4)
    stage, play = Stage(), referral()
    names = [f"p{n}" for n in range(HIGHEST + 2)]
    for above, below in pairwise(names):
        join(stage, below, above, play)

    assert [
        stage.refusal(play, "join", AT, "p0", data={}, holders={"inviter": f"h-p{n}"}).reason for n in (0, 1, 19)
    ] == [
        "self-referral",
        "loop",
        "loop",
    ]
    assert stage.refusal(play, "join", AT, "p0", data={}, holders={"inviter": "h-p21"}).reason == "tree-too-tall"


def test_a_device_seen_before_is_bound_flagged_and_not_rewarded():
    """The bond is kept, for support to see; both sides go without."""
    play = attrs.evolve(SHARE, bind=attrs.evolve(SHARE.bind, seen_before=("event.device",)))
    stage = Stage()
    join(stage, "bob", "ann", play, data={"device": "d1"})
    changes = join(stage, "cat", "ann", play, data={"device": "d1"})

    assert (changes.answer["flags"], changes.facts["skipped"]) == (["seen-before"], {"welcome": "seen-before"})
    assert (stage.rights("bob"), stage.rights("cat")) == (["coffee"], [])
    assert (
        stage.refusal(play, "order.paid", AT, "cat", data={"order": "o"}, source={"order": "o"}).reason == "seen-before"
    )


def test_who_registers_alone_leaves_a_mark_too():
    """A second account on the same device is flagged even if the first had no inviter; only a digest is kept."""
    play = attrs.evolve(SHARE, bind=attrs.evolve(SHARE.bind, seen_before=("event.device",)))
    stage = Stage()
    stage.ask(play, "join", AT, "bob", data={}, personal={"device": "phone of bob"}, asks=False)
    changes = join(stage, "cat", "ann", play, personal={"device": "phone of bob"})

    assert changes.answer["flags"] == ["seen-before"]
    assert "phone of bob" not in str(stage.records)


# --- codes -------------------------------------------------------------------------------------


def test_a_code_is_the_same_every_time_and_binds():
    """Short, one for each inviter, read whichever way it is typed."""
    stage = Stage()
    codes = [stage.ask(SHARE, "referral.code", AT, who).answer["code"] for who in ("ann", "ann", "bob")]
    stage.ask(SHARE, "referral.bind", AT, "cat", data={"code": f" {codes[0].lower()}- "})

    assert codes[0] == codes[1] != codes[2]
    assert (len(codes[0]), stage.record(Bond, "share", "h-cat").holder) == (8, "h-ann")


def test_a_code_that_is_taken_gets_longer():
    """Two people whose numbers begin alike both get one."""
    short = first_code("share", "h-ann")
    taken = Invite(code=short, holder="h-zed", campaign="share")
    code = Stage(records={taken.key: (taken, 1)}).ask(SHARE, "referral.code", AT, "ann").answer["code"]

    assert (len(code), read_code(code)[:8]) == (9, short)


def test_an_unknown_code_and_another_campaigns_answer_alike():
    """So that nobody learns which codes there are."""
    stage = Stage()
    code = stage.ask(SHARE, "referral.code", AT, "ann").answer["code"]
    other = attrs.evolve(SHARE, head=Head(campaign="other"))
    nos = [
        stage.refusal(SHARE, "referral.bind", AT, "bob", data={"code": "00000000"}),
        stage.refusal(other, "referral.bind", AT, "bob", data={"code": code}),
    ]

    assert {(type(no), no.reason, str(no.shows)) for no in nos} == {(VoucherRefused, "unknown-code", "{}")}


def test_ones_own_code_and_an_account_of_the_same_person_are_refused():
    """By the id, and by what both have in common."""
    play = attrs.evolve(SHARE, bind=attrs.evolve(SHARE.bind, same=("user.print",)))
    stage = Stage()
    code = stage.ask(play, "referral.code", AT, "ann", facts={"print": "F1"}).answer["code"]
    who = [("ann", "F1"), ("alt", "F1")]
    nos = [stage.refusal(play, "referral.bind", AT, w, data={"code": code}, facts={"print": p}) for w, p in who]

    assert [no.reason for no in nos] == ["self-referral"] * 2


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


def test_a_rule_that_says_no_harms_no_other():
    """The friend's coffee is gone, the inviter's points come all the same."""
    gone = Gift(thing="tea", benefit=Benefit(id="tea", stock=1))
    play = referral(rule("tea", "friend", "bound", (gone,)), rule("ten", "inviter", "bound", points(10)))
    stage = Stage()
    changes = join(stage, "bob", "ann", play)

    assert (stage.points("ann"), stage.rights("bob")) == (10, [])
    assert changes.facts["skipped"] == {"tea": "out-of-stock"}


def test_a_promise_is_kept_by_the_rule_that_made_it():
    """Two rules with promises of their own lengths and amounts."""
    play = referral(
        rule("week", "inviter", "order.paid", points(7), after=Duration(days=7)),
        rule("month", "inviter", "order.paid", points(30), after=Duration(months=1)),
    )
    stage = Stage()
    join(stage, "bob", "ann", play)
    paid(stage, "bob", "o1", play)
    stage.pass_time(play, "2026-05-10T00:00")
    early = stage.points("ann")
    stage.pass_time(play, "2026-06-10T00:00")

    assert (early, stage.points("ann")) == (7, 37)


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


def test_a_device_that_others_use_too_is_still_the_inviters():
    """Whoever showed it first, what two people may not have in common is known of each of them."""
    play = attrs.evolve(SHARE, bind=attrs.evolve(SHARE.bind, same=("event.device",)))
    stage = Stage()
    for user in ("eve", "ann"):
        stage.ask(play, "referral.code", AT, user, data={"device": "shared"})
    no = stage.refusal(play, "join", AT, "bob", data={"device": "shared"}, holders={"inviter": "h-ann"})

    assert (no.reason, no.clause) == ("self-referral", "same")


def test_an_unknown_code_is_no_news_to_whoever_may_not_be_bound():
    """Whether a code is somebody's is not told before the campaign runs for the asker."""
    over = attrs.evolve(SHARE, head=Head(campaign="share", runs=Span(end=moment("2026-02-01T00:00"))))

    assert Stage().refusal(over, "referral.bind", AT, "bob", data={"code": "nobody"}).reason == "ended"
