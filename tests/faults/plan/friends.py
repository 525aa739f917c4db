"""Faults in referrals: who is bound, what counts when, what is paid and taken back."""

from __future__ import annotations

from tests.faults.fault import Edit, Fault

__all__ = ["FRIENDS"]

_BINDING = "tests/entitlements/test_referral.py::"
_RULES = "tests/entitlements/test_referral_rules.py::"
_RACES = "tests/engine/test_bond_races.py::"
_STORIES = "tests/stories/test_malls.py::test_a_story_in_memory_does_not_depend_on_sweeps"

_BONDS = "entitlements/plays/referral/attempt.py"
_MARKS = "entitlements/plays/referral/fingerprints.py"
_HEARING = "entitlements/plays/referral/handle.py"
_MODEL = "entitlements/plays/referral/play.py"
_TERMS = "entitlements/plays/referral/terms.py"
_DUE = "entitlements/plays/reward/promise.py"

FRIENDS = (
    # --- binding -----------------------------------------------------------------------------
    Fault(
        name="self-invited",
        promise="nobody invites himself",
        tests=(f"{_STORIES}[invitations: one person is not two-swept]",),
        edits=(Edit(_BONDS, "if self.inviter == self.friend:", "if False:"),),
    ),
    Fault(
        name="same-device-invited",
        promise="inviter and friend don't share what they may not have in common",
        tests=(
            f"{_BINDING}test_ones_own_code_and_an_account_of_the_same_person_are_refused",
            f"{_STORIES}[invitations: one person is not two-swept]",
        ),
        edits=(Edit(_BONDS, "if shown_by(self.referral, self.inviter, self.ask, draft):", "if False:"),),
    ),
    Fault(
        name="device-of-the-first-alone",
        promise="what two people may not have in common is known of each, whoever showed it first",
        tests=(
            f"{_BINDING}test_a_device_that_others_use_too_is_still_the_inviters",
            f"{_STORIES}[invitations: a device that others use too is still the inviter's-swept]",
        ),
        edits=(
            Edit(_MARKS, "str(value), who).hex()", "str(value)).hex()"),
            Edit(
                _MARKS,
                "return bool(who and _found(_keys(referral, referral.bind.same, ask, who), draft))",
                "return any(mark.holder == who for mark in _found(_keys(referral, referral.bind.same, ask), draft))",
            ),
        ),
    ),
    Fault(
        name="flagged-rewarded",
        promise="nobody is rewarded for a friend whose device was seen before",
        tests=(
            f"{_BINDING}test_a_device_seen_before_is_bound_flagged_and_not_rewarded",
            f"{_STORIES}[invitations: one person is not two-swept]",
        ),
        edits=(Edit(_HEARING, "if bond is None or not inviter or bond.flags:", "if bond is None or not inviter:"),),
    ),
    Fault(
        name="bound-twice",
        promise="a friend is bound once",
        tests=(f"{_BINDING}test_nobody_is_bound_twice", f"{_BINDING}test_a_bond_that_has_ended_makes_room"),
        edits=(Edit(_BONDS, "if self._above(self.friend):", "if False:"),),
    ),
    Fault(
        name="loop-closed",
        promise="bonds never form a circle",
        tests=(
            f"{_BINDING}test_a_loop_is_seen_however_long",
            f"{_RACES}test_two_who_invite_each_other_at_once[sqlite]",
        ),
        edits=(Edit(_BONDS, 'raise NotEligible(reason="loop" if above == self.friend else "tree-too-tall")', "pass"),),
    ),
    Fault(
        name="inviter-not-anchored",
        promise="two who race to invite each other meet on each other's row",
        tests=(f"{_BINDING}test_a_loop_is_seen_however_long",),
        edits=(Edit(_BONDS, "if self._place(self.inviter) is None:", "if False:"),),
    ),
    Fault(
        name="bond-end-inclusive",
        promise="at its end a bond is over",
        tests=(
            f"{_BINDING}test_a_bond_that_has_ended_makes_room",
            f"{_STORIES}[invitations: new for a day, bound for thirty-swept]",
        ),
        edits=(Edit("entitlements/plays/referral/records.py", "self.due_at <= now", "self.due_at < now"),),
    ),
    Fault(
        name="foreign-code",
        promise="a code of another campaign is no code here",
        tests=(
            f"{_BINDING}test_an_unknown_code_and_another_campaigns_answer_alike",
            f"{_STORIES}[invitations: a code of one scheme is nothing to the other, and one friend may be in both-swept]",
        ),
        edits=(
            Edit(
                "entitlements/plays/referral/invite_codes.py",
                "if invite is None or invite.campaign != referral.head.campaign:",
                "if invite is None:",
            ),
        ),
    ),
    Fault(
        name="code-before-its-time",
        promise="whether a code is somebody's is not told to whoever may not be bound",
        tests=(
            f"{_BINDING}test_an_unknown_code_is_no_news_to_whoever_may_not_be_bound",
            f"{_STORIES}[invitations: a code of one scheme is nothing to the other, and one friend may be in both-swept]",
        ),
        edits=(
            Edit(
                _BONDS,
                'order = referral.checks if "code" in referral.checks else ("code", *referral.checks)',
                'order = ("code", *referral.checks)',
            ),
        ),
    ),
    # --- what is paid, and when ----------------------------------------------------------------
    Fault(
        name="caps-of-the-promise",
        promise="caps of a payout count on the day it is paid out, not on the day it was promised",
        tests=(f"{_STORIES}[invitations: two a month count when they are paid out-swept]",),
        edits=(
            Edit(
                _DUE,
                "return attrs.evolve(ask, holder=event",
                "return attrs.evolve(ask, at=ask.at - reward_time, holder=event",
            ),
            Edit(_DUE, "def keep(", "from datetime import timedelta\n\nreward_time = timedelta(days=7)\n\n\ndef keep("),
        ),
    ),
    Fault(
        name="cap-at-payout-forgotten",
        promise="what finds no room at its time lapses",
        tests=(
            f"{_RULES}test_the_inviter_is_paid_after_a_while_at_most_twice_a_month",
            f"{_STORIES}[invitations: two a month count when they are paid out-swept]",
        ),
        edits=(
            Edit(_DUE, "handing.refusal(draft, reward.at_payout, origin)", "None"),
            Edit(_DUE, "*handing.take_places(draft, reward.at_payout, origin), ", ""),
        ),
    ),
    Fault(
        name="promise-not-cut",
        promise="a promise is cut to the room there is when it is paid",
        tests=(
            f"{_RULES}test_a_promise_is_cut_to_the_room_there_is[1-150-outcomes0]",
            f"{_STORIES}[invitations: what was paid out is cut to the room there is-swept]",
        ),
        edits=(
            Edit(_DUE, "gifts = trimmed(wanted, reward.at_payout, origin, draft, reward.head.zone)", "gifts = wanted"),
        ),
    ),
    Fault(
        name="paid-when-promised",
        promise="what is promised is not given before its time",
        tests=(
            f"{_RULES}test_the_inviter_is_paid_after_a_while_at_most_twice_a_month",
            f"{_STORIES}[invitations: ten for each, the inviter's once the order has outlived its returns-swept]",
        ),
        edits=(Edit("entitlements/plays/reward/give.py", "if reward.after is not None:", "if False:"),),
    ),
    Fault(
        name="promise-by-another-rule",
        promise="a promise is kept by the rule that made it",
        tests=(f"{_RULES}test_a_promise_is_kept_by_the_rule_that_made_it",),
        edits=(Edit(_MODEL, "if rule.reward.rule == name), self.live_rules[0])", "if not name), self.live_rules[0])"),),
    ),
    Fault(
        name="foreign-costs-in-a-budget",
        promise="a shared budget counts only what is given of its unit",
        tests=(
            f"{_RULES}test_a_shared_budget_counts_only_what_is_given_of_its_unit",
            f"{_STORIES}[invitations: a promise holds its part of the budget, and gives it back-swept]",
        ),
        edits=(Edit(_TERMS, "return limit.of in things or (costs and", "return True or (costs and"),),
    ),
    Fault(
        name="one-of-a-lane-and-all",
        promise="of the rules of a lane only the one that gives most pays",
        tests=(
            f"{_RULES}test_of_a_lane_one_rule_pays_each_receiver",
            f"{_STORIES}[invitations: the code at the till-swept]",
        ),
        edits=(Edit(_HEARING, "                    break\n", ""),),
    ),
    # --- what is taken back --------------------------------------------------------------------
    Fault(
        name="unless-ignored",
        promise="a refund cancels the promise",
        tests=(
            f"{_RULES}test_a_refund_cancels_the_promise",
            f"{_STORIES}[invitations: ten for each, the inviter's once the order has outlived its returns-swept]",
        ),
        edits=(
            Edit("entitlements/plays/reward/undo.py", 'draft.put(attrs.evolve(promise, phase="cancelled"))', "pass"),
        ),
    ),
    Fault(
        name="place-not-given-back",
        promise="a cancelled promise gives its place back, so that a later order counts",
        tests=(f"{_STORIES}[invitations: ten for each, the inviter's once the order has outlived its returns-swept]",),
        edits=(
            Edit(
                "entitlements/plays/reward/undo.py",
                'reverse(draft, promise.moves, ending="undone", units=reward.units, label="cancel")',
                "pass",
            ),
        ),
    ),
    Fault(
        name="rewarded-after-the-refund",
        promise="a refund that comes first leaves nothing to earn",
        tests=(
            f"{_RULES}test_a_refund_that_comes_first_keeps_every_rule_from_paying",
            f"{_STORIES}[invitations: the code at the till-swept]",
        ),
        edits=(
            Edit(
                "entitlements/plays/reward/attempt.py",
                "check_not_undone(draft, self.reward.name, sources_of(self.reward, self.ask))",
                "sources_of(self.reward, self.ask)",
            ),
        ),
    ),
    # --- what is told --------------------------------------------------------------------------
    Fault(
        name="milestone-outlives-its-order",
        promise="what campaigns hear can be undone by its source",
        tests=(
            f"{_RULES}test_what_the_inviter_got_is_told_with_its_source",
            f"{_STORIES}[invitations: a promise counts when it is paid out-swept]",
        ),
        edits=(Edit(_HEARING, "{**dict(source), **data}", "{**data}"),),
    ),
    Fault(
        name="anybody-tells",
        promise="what campaigns tell, nobody can report",
        tests=("tests/stories/test_invitations.py::test_what_campaigns_tell_nobody_can_report",),
        edits=(Edit("campaigns/requests.py", "if declared.inner:", "if False:"),),
    ),
    # --- words ---------------------------------------------------------------------------------
    Fault(
        name="a-no-without-words",
        promise="every reason has a sentence",
        tests=(
            "tests/entitlements/test_texts.py::test_every_code_and_every_reason_has_a_text_in_each_language[undone]",
        ),
        edits=(Edit("entitlements/messages/catalogue.py", '    "undone": {', '    "gone": {'),),
    ),
)
