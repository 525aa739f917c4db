"""Faults in the domain: amounts, limits, instants, undo."""

from __future__ import annotations

from tests.faults.fault import Edit, Fault

__all__ = ["DECISIONS"]

_GUARDS = "tests/engine/test_guards.py::"
_INSTANTS = "tests/engine/test_instants.py::"
_PROMISES = "tests/engine/test_promises.py::"

_PICTURE = "entitlements/picture.py"
_POINTS = "entitlements/points.py"

DECISIONS = (
    # --- guards --------------------------------------------------------------------------------
    Fault(
        name="floor-of-a-draft",
        promise="a play that forgets to ask can't sell what is not there",
        tests=(
            f"{_GUARDS}test_a_play_that_forgets_to_ask_is_stopped_alone[memory-oversell]",
            f"{_GUARDS}test_a_guard_holds_at_the_bound_and_not_beyond",
        ),
        edits=(Edit(_PICTURE, "floor - after if delta < 0 and floor is not None else 0", "0"),),
    ),
    Fault(
        name="cap-of-a-draft",
        promise="a play that forgets to ask can't pass a limit",
        tests=(
            f"{_GUARDS}test_a_play_that_forgets_to_ask_is_stopped_alone[memory-overrun]",
            f"{_GUARDS}test_a_guard_holds_at_the_bound_and_not_beyond",
        ),
        edits=(Edit(_PICTURE, "max(low, after - cap if cap is not None else 0)", "low"),),
    ),
    Fault(
        name="cap-by-one",
        promise="a limit of one is one",
        tests=(f"{_GUARDS}test_a_guard_holds_at_the_bound_and_not_beyond",),
        edits=(Edit(_PICTURE, "after - cap if cap is not None", "after - cap - 1 if cap is not None"),),
    ),
    Fault(
        name="limit-not-asked",
        promise="so often and no more, and the no is a refusal",
        tests=(f"{_PROMISES}test_one_user_gets_one_piece_however_often_they_press[memory]",),
        edits=(Edit("entitlements/limits/limit.py", "if room(draft, limit, ask, zone, asked) < asked:", "if False:"),),
    ),
    Fault(
        name="cap-not-posted",
        promise="a limit's cap goes to the database with the amount",
        tests=(f"{_GUARDS}test_every_limit_carries_its_cap_to_the_store",),
        edits=(Edit("entitlements/limits/limit.py", "cap=None if flagged else limit.count)", "cap=None)"),),
    ),
    Fault(
        name="stock-not-asked",
        promise="the 21st of 20 pieces is refused",
        tests=(f"{_PROMISES}test_sixty_four_buyers_get_twenty_pieces[memory]",),
        edits=(Edit("entitlements/stocks.py", "if left < pieces:", "if False:"),),
    ),
    Fault(
        name="split-not-followed",
        promise="what is left in one part of a split quota is found by all",
        tests=(f"{_GUARDS}test_the_last_pieces_of_a_split_quota_are_found",),
        edits=(
            Edit("entitlements/stocks.py", "left = sum(map(draft.stands, order))", "left = draft.stands(order[0])"),
        ),
    ),
    # --- instants ------------------------------------------------------------------------------
    Fault(
        name="hold-end-inclusive",
        promise="at its end a hold is gone",
        tests=(f"{_INSTANTS}test_a_hold_ends_at_its_end[memory]",),
        edits=(Edit("entitlements/plays/sale/close.py", "deal.due_at <= now", "deal.due_at < now"),),
    ),
    Fault(
        name="entitlement-end-inclusive",
        promise="at its end an entitlement has expired",
        tests=(f"{_INSTANTS}test_an_entitlement_ends_at_its_end[memory]",),
        edits=(Edit("entitlements/records/deals.py", "self.due_at <= now", "self.due_at < now"),),
    ),
    Fault(
        name="promise-due-exclusive",
        promise="a promise is kept at the instant it is due",
        tests=(f"{_INSTANTS}test_a_promise_falls_due_at_its_instant[memory]",),
        edits=(Edit("entitlements/plays/reward/promise.py", "ask.at < promise.due_at", "ask.at <= promise.due_at"),),
    ),
    Fault(
        name="run-start-exclusive",
        promise="the first instant of a run is inside",
        tests=(f"{_INSTANTS}test_a_run_begins_and_ends_at_midnight",),
        edits=(
            Edit(
                "entitlements/checks/admission.py",
                "start is not None and at < start",
                "start is not None and at <= start",
            ),
        ),
    ),
    Fault(
        name="run-end-inclusive",
        promise="the end of a run is outside",
        tests=(f"{_INSTANTS}test_a_run_begins_and_ends_at_midnight",),
        edits=(
            Edit("entitlements/checks/admission.py", "end is not None and at >= end", "end is not None and at > end"),
        ),
    ),
    Fault(
        name="expired-lots-spent",
        promise="points are gone at the end of their lot, whether or not anybody booked it",
        tests=(f"{_GUARDS}test_an_ended_lot_is_not_spent_before_it_is_booked",),
        edits=(Edit(_PICTURE, "if lot.ends is None or lot.ends > now]", "]"),),
    ),
    Fault(
        name="lot-end-inclusive",
        promise="the end of a lot is outside",
        tests=(f"{_GUARDS}test_an_ended_lot_is_not_spent_before_it_is_booked",),
        edits=(Edit(_PICTURE, "lot.ends > now]", "lot.ends >= now]"),),
    ),
    Fault(
        name="lot-end-not-booked",
        promise="at its end what is left in a lot is booked as expired",
        tests=(f"{_GUARDS}test_what_is_left_in_an_ended_lot_is_booked[memory]",),
        edits=(Edit(_POINTS, "account.ends > draft.now.isoformat():", "account.ends >= draft.now.isoformat():"),),
    ),
    # --- points --------------------------------------------------------------------------------
    Fault(
        name="refund-into-today",
        promise="a refund returns points to the very lots, with the ends they had",
        tests=(f"{_PROMISES}test_points_come_back_to_the_very_lots[memory]",),
        edits=(Edit(_POINTS, 'if gone and then == "reopen" else origin', 'if then != "reopen" else origin'),),
    ),
    Fault(
        name="debt-not-first",
        promise="any credit pays the debt first: lots and debt are never both there",
        tests=(f"{_GUARDS}test_any_credit_pays_the_debt_first[memory]",),
        edits=(Edit(_POINTS, "paid = min(draft.owed(holder, unit), amount)", "paid = 0"),),
    ),
    Fault(
        name="burn-order",
        promise="what ends first is spent first",
        tests=(f"{_GUARDS}test_what_ends_first_is_spent_first[memory]",),
        edits=(
            Edit(_POINTS, "_burn_key(pair[0], unit.lots.burn))", "_burn_key(pair[0], unit.lots.burn), reverse=True)"),
        ),
    ),
    # --- undo and endings ----------------------------------------------------------------------
    Fault(
        name="tombstone-not-checked",
        promise="a refund that comes before its order leaves nothing to earn",
        tests=(f"{_PROMISES}test_a_refund_before_its_order_leaves_nothing_to_earn[memory]",),
        edits=(
            Edit(
                "entitlements/undo/sources.py",
                'if any(mark.startswith(f"{name}/") for mark in trail.undone_by):',
                "if False:",
            ),
        ),
    ),
    Fault(
        name="undone-twice",
        promise="an undo never takes back more than was booked",
        tests=(
            f"{_GUARDS}test_an_order_is_undone_once[memory]",
            "tests/entitlements/test_undone_in_part.py::test_what_one_name_of_a_cause_undid_no_other_undoes_again",
        ),
        edits=(
            Edit(
                "entitlements/undo/causes.py",
                "for found in trails for b in found.booked if b.undone}",
                "for found in trails for b in found.booked if 0}",
            ),
        ),
    ),
    Fault(
        name="refunded-twice",
        promise="a deal is refunded once",
        tests=(f"{_GUARDS}test_a_deal_is_refunded_once[memory]",),
        edits=(Edit("entitlements/plays/sale/refund.py", 'if deal.phase != "paid":', 'if deal.phase == "placed":'),),
    ),
    Fault(
        name="released-after-paid",
        promise="a hold closes once",
        tests=(f"{_PROMISES}test_a_hold_closes_once[memory]",),
        edits=(
            Edit(
                "entitlements/plays/sale/close.py",
                'if deal.phase != "placed" or overdue(sale, deal, ask.at):',
                "if False:",
            ),
        ),
    ),
    Fault(
        name="any-amount-pays",
        promise="only the deal's own amount pays it",
        tests=(f"{_GUARDS}test_another_amount_does_not_pay[memory]",),
        edits=(Edit("entitlements/plays/sale/pay.py", "if _paid(ask) != deal.pay:", "if _paid(ask) < deal.pay:"),),
    ),
    Fault(
        name="strangers-deal",
        promise="somebody else's deal answers like none",
        tests=(f"{_PROMISES}test_somebody_elses_deal_and_no_deal_answer_alike[memory]",),
        edits=(
            Edit(
                "entitlements/plays/sale/deals.py",
                " or (not ask.due and ask.user is not None and ask.holder != deal.holder)",
                "",
            ),
        ),
    ),
    Fault(
        name="used-twice",
        promise="an entitlement is used up once",
        tests=(f"{_INSTANTS}test_an_entitlement_is_used_up_once[memory]",),
        edits=(Edit("entitlements/grants.py", 'if phase != "usable":', 'if phase == "expired":'),),
    ),
    Fault(
        name="seen-code-refunded",
        promise="a code that was seen is not taken back as new",
        tests=(f"{_GUARDS}test_a_seen_code_is_not_taken_back[memory]",),
        edits=(Edit("entitlements/grants.py", "right.pool and right.revealed_at is not None", "False"),),
    ),
    Fault(
        name="strangers-code",
        promise="a code is shown to its owner alone",
        tests=(f"{_PROMISES}test_a_code_is_drawn_when_paid_and_revealed_to_its_owner_alone[memory]",),
        edits=(Edit("entitlements/plays/basics.py", " or (ask.user is not None and right.holder != ask.holder)", ""),),
    ),
    Fault(
        name="seal-in-a-repr",
        promise="a sealed code is not shown by what keeps it",
        tests=(f"{_GUARDS}test_nothing_secret_or_personal_is_shown",),
        edits=(Edit("entitlements/changes.py", "sealed: bytes = attrs.field(repr=False)", "sealed: bytes"),),
    ),
    Fault(
        name="person-in-a-repr",
        promise="personal values of an input are not shown in logs",
        tests=(f"{_GUARDS}test_nothing_secret_or_personal_is_shown",),
        edits=(Edit("entitlements/inputs.py", "attrs.field(factory=dict, repr=False)", "attrs.field(factory=dict)"),),
    ),
)
