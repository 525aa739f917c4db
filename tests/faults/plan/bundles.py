"""Faults in bundles and in what a sale can declare: parts, choices, shares of a price, sessions, codes."""

from __future__ import annotations

from tests.faults.fault import Edit, Fault

__all__ = ["BUNDLES"]

_BUNDLE = "tests/entitlements/test_bundle.py::"
_REFUND = "tests/entitlements/test_bundle_refund.py::"
_TERMS = "tests/entitlements/test_sale_terms.py::"

_GIVING = "entitlements/plays/bundle/parts.py"
_PRICES = "entitlements/plays/bundle/prices.py"
_REFUNDS = "entitlements/plays/bundle/refund.py"
_BACK = "entitlements/plays/sale/refund.py"
_PAY = "entitlements/plays/sale/pay.py"
_TAKING = "entitlements/plays/sale/attempt.py"

BUNDLES = (
    # --- parts and choices ---------------------------------------------------------------------
    Fault(
        name="part-given-twice",
        promise="what was chosen is not given again at the deadline",
        tests=(f"{_BUNDLE}test_a_timer_after_the_choice_gives_nothing_more",),
        edits=(
            Edit(_GIVING, ' or record.phase not in ("waiting", "open", "short"):', ":"),
            Edit(_GIVING, 'self._put(phase="given", due_at=None, ', 'self._put(phase="given", '),
        ),
    ),
    Fault(
        name="failed-part-blocks",
        promise="a part that is out of stock holds up nobody",
        tests=(
            f"{_BUNDLE}test_a_part_out_of_stock_waits_and_holds_up_nobody",
            f"{_REFUND}test_a_failed_part_leaves_the_others_alone",
        ),
        edits=(
            Edit(
                _GIVING,
                "        except OutOfStock:\n            self.record = attrs.evolve(self.record, tries",
                "        except NotOpen:\n            self.record = attrs.evolve(self.record, tries",
            ),
        ),
    ),
    Fault(
        name="one-try-more",
        promise="so many tries and no more",
        tests=(f"{_REFUND}test_a_failed_part_brings_its_price_back_once",),
        edits=(
            Edit(_GIVING, "if self.record.tries <= self.part.tries:", "if self.record.tries <= self.part.tries + 1:"),
        ),
    ),
    Fault(
        name="default-not-given",
        promise="who does not choose gets the default at the deadline",
        tests=(f"{_BUNDLE}test_who_does_not_choose_gets_the_default_at_the_deadline",),
        edits=(Edit(_GIVING, "chosen=part.choose.default, defaulted=True)", "defaulted=True)"),),
    ),
    Fault(
        name="choice-after-the-deadline",
        promise="at the deadline it is too late to choose",
        tests=(f"{_BUNDLE}test_who_does_not_choose_gets_the_default_at_the_deadline",),
        edits=(
            Edit(
                _GIVING,
                '    if record.phase != "open":\n        raise HoldClosed(reason="choice-closed"',
                '    if record.phase == "x":\n        raise HoldClosed(reason="choice-closed"',
            ),
        ),
    ),
    Fault(
        name="pick-not-counted",
        promise="as many are chosen as there are to pick, each once",
        tests=(
            f"{_BUNDLE}test_a_choice_that_is_none_says_what_there_is[choice1]",
            f"{_BUNDLE}test_a_choice_that_is_none_says_what_there_is[choice4]",
        ),
        edits=(Edit(_GIVING, "len(set(wanted)) != choice.pick or len(wanted) != choice.pick or not", "not"),),
    ),
    Fault(
        name="noted-choice-given-at-once",
        promise="a choice that can be changed gives nothing before its end",
        tests=(f"{_REFUND}test_a_choice_can_be_changed_until_the_end[choices1-given1]",),
        edits=(Edit(_GIVING, 'if choice.given == "at_end":', "if not choice.given:"),),
    ),
    Fault(
        name="all-or-nothing-goes-on",
        promise="a bundle that was taken back begins no further part",
        tests=(f"{_REFUND}test_a_part_that_must_not_fail_takes_the_whole_bundle_back",),
        edits=(Edit(_GIVING, "if _refunded(draft, deal.id):", "if _refunded(draft, part.name):"),),
    ),
    # --- refunds of bundles --------------------------------------------------------------------
    Fault(
        name="refund-leaves-promises",
        promise="a refund cancels what is still to come",
        tests=(
            f"{_BUNDLE}test_a_refund_withdraws_what_was_given_and_cancels_what_is_to_come",
            f"{_REFUND}test_promised_parts_are_gone_with_a_refund",
        ),
        edits=(Edit(_REFUNDS, 'if record.phase in ("open", "short", "waiting"):', 'if record.phase in ("short",):'),),
    ),
    Fault(
        name="used-part-refunded",
        promise="a bundle of which something was used is not refunded, unless it says so",
        tests=(f"{_BUNDLE}test_a_refund_is_whole_or_not_at_all",),
        edits=(
            Edit(
                _REFUNDS,
                "        if not self.keeps:\n            raise no",
                "        if not self.bundle:\n            raise no",
            ),
        ),
    ),
    Fault(
        name="used-part-for-nothing",
        promise="a part that was used is kept at its price",
        tests=(
            f"{_REFUND}test_what_was_used_is_kept_at_its_price[items1-6400-left1]",
            f"{_REFUND}test_spent_points_are_kept_at_their_price",
        ),
        edits=(Edit(_REFUNDS, "self.kept.append(part)", "self.lost.append(part)"),),
    ),
    Fault(
        name="failed-part-returned-twice",
        promise="what a failed part brought back is not returned again",
        tests=(f"{_REFUND}test_a_failed_part_brings_its_price_back_once",),
        edits=(Edit(_PRICES, "refunded=deal.refunded + money)", "refunded=deal.refunded)"),),
    ),
    Fault(
        name="kept-part-frees-its-place",
        promise="whoever keeps a part has used the one place",
        tests=(
            f"{_REFUND}test_what_is_kept_keeps_its_place[tea-1-1]",
            f"{_REFUND}test_what_is_kept_keeps_its_place[card-0-1]",
        ),
        edits=(
            Edit(
                _REFUNDS,
                "if not self.noes:\n            return (*(",
                "if self.deal:\n            return (*(",
            ),
        ),
    ),
    Fault(
        name="refund-end-inclusive",
        promise="at its end the time for a refund is over",
        tests=(f"{_REFUND}test_until_when_it_can_be_taken_back[rule2-2026-05-03T10:05-refund-too-late]",),
        edits=(Edit(_BACK, "if ask.at >= until:", "if ask.at > until:"),),
    ),
    # --- what a sale declares ------------------------------------------------------------------
    Fault(
        name="shares-lose-a-cent",
        promise="the refunds of all pieces come to what was paid",
        tests=(f"{_TERMS}test_shares_of_money_that_does_not_divide_come_to_all_of_it",),
        edits=(
            Edit(
                _BACK,
                "money = deal.pay * gone // deal.pieces - deal.pay * deal.returned // deal.pieces",
                "money = deal.pay * back // deal.pieces",
            ),
        ),
    ),
    Fault(
        name="paid-twice-for-one-card",
        promise="a piece that was only looked at is taken by one payment",
        tests=(
            f"{_TERMS}test_paid_for_pieces_that_are_gone[2026-03-01T10:29:59]",
            f"{_TERMS}test_pieces_are_looked_at_when_ordered_and_taken_when_paid",
        ),
        edits=(Edit(_PAY, 'if sale.hold.since == "pay":\n        deal', 'if sale.hold.since == "x":\n        deal'),),
    ),
    Fault(
        name="session-not-counted",
        promise="so many pieces in a session, whatever there are in all",
        tests=(f"{_TERMS}test_a_piece_of_a_session_comes_back_to_its_session",),
        edits=(
            Edit(
                _TAKING,
                "        if left < self.pieces:\n            next_at",
                "        if left < 0:\n            next_at",
            ),
        ),
    ),
    Fault(
        name="code-not-counted",
        promise="a code is used so often and no more",
        tests=(f"{_TERMS}test_a_code_is_used_so_often_and_comes_back_with_an_order_that_comes_to_nothing",),
        edits=(Edit(_TAKING, "for limit in self.coupon.at_most:", "for limit in ():"),),
    ),
    Fault(
        name="share-not-kept",
        promise="points pay for no more than their share of the money",
        tests=(
            f"{_TERMS}test_the_smallest_of_wish_wallet_and_share_is_used_in_whole_steps[offset2-10000-10000-10000-5000]",
        ),
        edits=(
            Edit(
                "entitlements/plays/sale/terms.py",
                "found = min(asked, have, int(share * self.each / self.money))",
                "found = min(asked, have)",
            ),
        ),
    ),
    Fault(
        name="begun-day-returned",
        promise="a day that has begun is gone",
        tests=(
            f"{_TERMS}test_days_that_have_begun_are_gone[2026-03-01T10:00-29]",
            f"{_TERMS}test_days_that_have_begun_are_gone[2026-03-31T09:59:59-0]",
        ),
        edits=(
            Edit(
                "entitlements/grants.py",
                "gone = (now - right.starts) // _A_DAY + 1",
                "gone = (now - right.starts) // _A_DAY",
            ),
        ),
    ),
)
