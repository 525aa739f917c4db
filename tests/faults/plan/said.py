"""Faults in what pages say: sentences that would be untrue for somebody."""

from __future__ import annotations

from tests.faults.fault import Edit, Fault

__all__ = ["SAID"]

_HISTORY = "tests/adapters/test_web_history.py::"
_STANDING = "tests/adapters/test_web_standing.py::"
_ORDERS = "tests/adapters/test_web_orders.py::"
_MAKEUP = "tests/entitlements/test_streak_makeup.py::"

SAID = (
    Fault(
        name="filtered-after-the-cut",
        promise="a filter of the history goes through all of it",
        tests=(f"{_HISTORY}test_what_was_spent_is_found_behind_twenty_rows_of_income",),
        edits=(
            Edit(
                "adapters/sql/views.py",
                '            query = query.where(entry.amount > 0 if way == "in" else entry.amount < 0)',
                "            pass",
            ),
        ),
    ),
    Fault(
        name="limit-as-its-own",
        promise="a limit over several things is not told as one thing's own",
        tests=(f"{_STANDING}test_a_limit_over_several_things_names_them[zh]",),
        edits=(
            Edit(
                "adapters/web/limits.py",
                '    shared = of == "pieces" and several(no.campaign or "", to)',
                "    shared = False",
            ),
        ),
    ),
    Fault(
        name="unpaid-told-as-limit",
        promise="an own order that waits for its payment is told as that, with the way to pay it",
        tests=(f"{_STANDING}test_an_own_unpaid_order_is_no_limit_but_the_way_to_pay[zh]",),
        edits=(
            Edit(
                "adapters/web/cards.py",
                '    if offer.state in {"open", "sold_out"} and (deal := _own_order(offer, to)):',
                "    if False:",
            ),
        ),
    ),
    Fault(
        name="unpaid-of-another-told-as-own",
        promise="in a list only the thing that was ordered says pay",
        tests=(f"{_STANDING}test_an_own_unpaid_order_is_no_limit_but_the_way_to_pay[zh]",),
        edits=(Edit("adapters/web/cards.py", "if deal.item == offer.item else", "if deal else"),),
    ),
    Fault(
        name="gone-told-as-unpaid",
        promise="an order of something else doesn't hide that this is sold out",
        tests=(f"{_STANDING}test_what_is_gone_is_not_called_unpaid",),
        edits=(Edit("adapters/web/cards.py", 'limited and (mine or offer.state == "open")', "limited"),),
    ),
    Fault(
        name="more-told-than-can-be-had",
        promise="how many one can have is told only where one can have any",
        tests=("tests/demo/test_truth.py::test_nobody_is_told_to_have_what_cannot_be_had",),
        edits=(Edit("adapters/web/about.py", "if card.can_try and offer.most:", "if offer.most:"),),
    ),
    Fault(
        name="held-told-as-sold",
        promise="pieces that are held and not paid may come back",
        tests=(f"{_STANDING}test_what_others_hold_and_have_not_paid_may_come_back[zh]",),
        edits=(
            Edit(
                "campaigns/offers.py",
                "attrs.evolve(offers[place], held=freed)",
                "offers[place]",
            ),
        ),
    ),
    Fault(
        name="gone-for-ever",
        promise="what is gone for one session says when there are pieces again",
        tests=(f"{_STANDING}test_what_is_gone_for_a_session_says_when_the_next_one_starts[zh]",),
        edits=(
            Edit(
                "entitlements/plays/sale/view.py",
                "    if gone:\n        next_at = _more_at(sale, head, gone, now)\n",
                "",
            ),
        ),
    ),
    Fault(
        name="celebrates-the-expired",
        promise="an order page tells today's state of what it brought",
        tests=(f"{_ORDERS}test_an_order_page_tells_todays_state[zh]",),
        edits=(
            Edit(
                "adapters/web/deals.py", "    phases = {_today(right) for right in own}", "    phases: set[str] = set()"
            ),
        ),
    ),
    Fault(
        name="no-in-utc",
        promise="a no about an entitlement tells instants in the mall's zone",
        tests=(f"{_ORDERS}test_a_used_voucher_is_told_in_the_malls_zone[en]",),
        edits=(Edit("entitlements/errors.py", "        self.zone = self.zone or zone\n", ""),),
    ),
    Fault(
        name="made-up-before-coming",
        promise="nobody makes up a day before the profile says they came",
        tests=(f"{_MAKEUP}test_nobody_missed_a_day_before_they_came[date]",),
        edits=(
            Edit(
                "entitlements/plays/streak/attempt.py",
                "        if first is not None and self.day < first:",
                "        if False:",
            ),
        ),
    ),
    Fault(
        name="two-things-in-one-row",
        promise="a change that did several things to a wallet writes a line of history for each",
        tests=("tests/adapters/test_sql_history.py::test_each_thing_has_its_line",),
        edits=(
            Edit(
                "campaigns/engine/write_set.py",
                "thing = LotsOf(account.holder, account.unit), move.label",
                'thing = LotsOf(account.holder, account.unit), "earn"',
            ),
        ),
    ),
    Fault(
        name="rows-of-earlier-releases",
        promise="the one line that earlier releases wrote for several things comes out",
        tests=("tests/adapters/test_sql_history.py::test_one_line_for_all_as_earlier_releases_wrote_it_comes_out",),
        edits=(Edit("adapters/sql/audit/booked.py", '            label = ""\n', "            pass\n"),),
    ),
    Fault(
        name="held-told-as-spent",
        promise="points of an unpaid order are held, not redeemed",
        tests=(f"{_HISTORY}test_points_of_an_unpaid_order_are_held_and_not_spent[zh]",),
        edits=(Edit("adapters/web/holdings.py", "        return _held_as(deal)\n", "        return entry.label\n"),),
    ),
    Fault(
        name="gone-for-a-day-told-as-for-ever",
        promise="what is gone says for how long",
        tests=("tests/adapters/test_web_stock.py::test_what_is_gone_says_for_how_long[day-zh]",),
        edits=(Edit("adapters/web/stock.py", '"later" if offer.next_at else "sold_out"', '"sold_out"'),),
    ),
    Fault(
        name="back-after-the-close",
        promise="what comes back after a sale has closed is not said to come back",
        tests=(
            "tests/adapters/test_web_stock.py::test_what_comes_back_after_the_close_is_not_said_to_come_back[13:50-en-Sold out for now-The next session starts tomorrow at 18:00.]",
        ),
        edits=(Edit("campaigns/offers.py", "min(instant, offer.ends_at - timedelta.resolution)", "instant"),),
    ),
    Fault(
        name="gone-stands-first",
        promise="what can be had now stands first",
        tests=("tests/adapters/test_web_stock.py::test_what_can_be_had_now_stands_first[scene]",),
        edits=(
            Edit(
                "adapters/web/shelves.py",
                "key=lambda card: 2 if gone_as(card.offer) else _rank(card.offer))",
                "key=lambda card: 0)",
            ),
        ),
    ),
    Fault(
        name="asked-about-what-was-never-used",
        promise="what expired unused is not asked about",
        tests=("tests/adapters/test_web_rights.py::test_what_expired_unused_is_not_asked_about[tea-False-False]",),
        edits=(Edit("adapters/web/rights.py", "right.benefit.form not in _TRIED_BY_USING or", "True or"),),
    ),
    Fault(
        name="ticks-forgotten",
        promise="a form keeps what was ticked when it is refused",
        tests=("tests/demo/test_plays.py::test_a_choice_that_does_not_count_keeps_its_ticks",),
        edits=(Edit("adapters/web/kinds/bundle.py", "chosen={part: choice}", "chosen={}"),),
    ),
    Fault(
        name="refunds-after-the-rental",
        promise="a refund is given as long as it is offered",
        tests=("tests/demo/test_as_time_goes.py::test_a_refund_is_offered_as_long_as_it_is_given[zh]",),
        edits=(Edit("demo_app/till.py", 'if found.state == "paid" and _is_over(found):', "if False:"),),
    ),
    Fault(
        name="headings-by-their-ids",
        promise="a heading without a name is no id on a page",
        tests=("tests/adapters/test_web_categories.py::test_a_heading_is_called_by_its_name_and_never_by_its_id[zh]",),
        edits=(
            Edit(
                "adapters/web/visit.py",
                'self.locale) or self.words("category.other")',
                "self.locale) or category",
            ),
        ),
    ),
)
