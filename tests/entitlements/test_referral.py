"""
Referrals: who is bound, in which order a no is looked for, and whose a code is.
"""

from __future__ import annotations

from itertools import pairwise

import attrs
import pytest

from quanyi.entitlements.checks import conditions
from quanyi.entitlements.clauses import Head, Limit
from quanyi.entitlements.errors import NotEligible, VoucherRefused
from quanyi.entitlements.plays.referral.attempt import HIGHEST
from quanyi.entitlements.plays.referral.invite_codes import first_code, read_code
from quanyi.entitlements.plays.referral.records import Bond, Invite
from quanyi.entitlements.time import Duration, Schedule, Span
from tests.entitlements.sharing import (
    AT,
    CHECKS,
    NEW,
    ORDER,
    SHARE,
    join,
    referral,
)
from tests.entitlements.stage import Stage, moment

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
