"""Faults in the web: what pages take, what they say about safety, what they do when something goes wrong."""

from __future__ import annotations

from tests.faults.fault import Edit, Fault

__all__ = ["PAGES"]

_HOSTILE = "tests/hostile/test_web_inputs.py::test_an_address_is_answered_by_the_right_page"
_SAFETY = "tests/adapters/test_web_safety.py::"
_BRAKE = "tests/adapters/test_brake.py::"
_LETTERS = "tests/demo/test_browser_letters.py::"
_EVERY = "tests/demo/test_browser_every_page.py::"
_ONE_ROW = "tests/adapters/test_web_orders.py::test_equal_messages_are_one_row_within_a_day_and_while_all_are_new"
_STYLES = "adapters/web/static/styles"
_FIELDS = "adapters/web/fields.py"
_SAFE = "adapters/web/safety.py"

_MINE = "tests/engine/test_my_benefits.py::"
_ORDERS = "tests/adapters/test_web_orders.py::"

PAGES = (
    Fault(
        name="a-heading-lost-on-the-next-page",
        promise="the way to the next page of what one has keeps the heading",
        tests=(f"{_MINE}test_a_heading_narrows_every_page[memory]",),
        edits=(Edit("adapters/web/rights.py", '"category": category or None, "q"', '"q"'),),
    ),
    Fault(
        name="numbers-behind-500-lost",
        promise="a thing is found by its whole number, however many others there are",
        tests=(f"{_MINE}test_a_search_by_number[memory]",),
        edits=(Edit("adapters/web/rights.py", "whole = _with_number(number, at)", "whole = None"),),
    ),
    Fault(
        name="holdings-before-what-is-due",
        promise="what is due counts among what one has before any sweep",
        tests=("tests/engine/test_long_holdings.py::test_holdings_are_how_many_the_list_has_of_each[memory]",),
        edits=(
            Edit(
                "campaigns/own_pages.py",
                "        counts.update(_reads(record, now) for record in due.values() if record.holder == holder)\n",
                "",
            ),
        ),
    ),
    Fault(
        name="all-usable-ones-read-for-a-number",
        promise="the first page of the mall reads no more usable things than it counts",
        tests=(f"{_MINE}test_the_first_page_of_the_mall_counts_to_99[memory]",),
        edits=(Edit("adapters/web/listing.py", 'phase="usable", limit=_COUNTED)', 'phase="usable")'),),
    ),
    Fault(
        name="entitled-by-what-begins-later",
        promise="who holds only what begins later is not entitled now",
        tests=("tests/engine/test_long_holdings.py::test_being_entitled_reads_a_few_of_them[memory]",),
        edits=(
            Edit("campaigns/own_queries.py", "return any(view.starts <= now for view in held)", "return bool(held)"),
        ),
    ),
    Fault(
        name="unread-behind-what-was-read",
        promise="unread messages stand in front of those that were read",
        tests=(f"{_ORDERS}test_unread_messages_stand_in_front_of_those_that_were_read[en]",),
        edits=(
            Edit(
                "adapters/web/messages.py",
                '_together(sorted(shown, key=lambda note: not note["new"]), to)',
                "_together(shown, to)",
            ),
        ),
    ),
    Fault(
        name="months-never-together",
        promise="of many messages those of earlier months stand together by month",
        tests=(f"{_ORDERS}test_of_many_messages_those_of_earlier_months_stand_by_month[en]",),
        edits=(Edit("adapters/web/messages.py", "long=len(notes) > _ROWS)", "long=False)"),),
    ),
    Fault(
        name="another-stock-untold",
        promise="a plan tells of another stock although no campaign is another",
        tests=("tests/engine/test_pieces.py::test_another_stock_is_told_although_no_campaign_is_another[memory]",),
        edits=(Edit("campaigns/project/release.py", "return stocks_in(release.project) == stocks", "return True"),),
    ),
    Fault(
        name="names-with-commas-run-together",
        promise="names with commas are told apart in a list",
        tests=("tests/campaigns/test_show.py::test_names_with_commas_are_told_apart",),
        edits=(
            Edit(
                "entitlements/messages/lists.py",
                "semicolon if len(found) > 1 and any(map(_MARKS.search, found)) else comma",
                "comma",
            ),
        ),
    ),
    Fault(
        name="messages-over-days",
        promise="messages that say the same are one row within a day only",
        tests=(_ONE_ROW,),
        edits=(
            Edit("adapters/web/messages.py", 'return (to.dates.day(note["at"]), note["url"]', 'return (note["url"]'),
        ),
    ),
    Fault(
        name="query-spread",
        promise="what a stranger puts into an address is no argument of a link",
        tests=(f"{_HOSTILE}[/mall/points?endpoint=x]", f"{_HOSTILE}[/mall/?_method=POST]"),
        edits=(
            Edit(
                _FIELDS,
                "kept = {name: text for name in _FILTERS if (text := asked(name))}",
                "kept = request.args.to_dict()",
            ),
        ),
    ),
    Fault(
        name="any-month",
        promise="a month that no calendar can draw is not found",
        tests=(f"{_HOSTILE}[/mall/streaks/days?month=9999-12]",),
        edits=(Edit(_FIELDS, 'parse_date(f"{text}-01") if', 'date.fromisoformat(f"{text}-01") if'),),
    ),
    Fault(
        name="any-place",
        promise="a place in a list is a number that a database can hold",
        tests=(f"{_HOSTILE}[/mall/points?before=1_0]",),
        edits=(Edit(_FIELDS, "found = parse_whole(text)", "found = int(text)"),),
    ),
    Fault(
        name="form-without-bound",
        promise="a form is bounded before a host's own check reads it",
        tests=(f"{_SAFETY}test_a_form_is_bounded_before_anybody_reads_it",),
        edits=(Edit(_SAFE, "blueprint.url_value_preprocessor(_bounded)", "blueprint.before_request(lambda: None)"),),
    ),
    Fault(
        name="no-policy",
        promise="every answer of the mall carries its content policy",
        tests=(f"{_SAFETY}test_every_answer_says_what_browsers_may_do_with_it[/mall/nothing]",),
        edits=(Edit(_SAFE, "    if policy:", "    if policy and response.status_code == 200:"),),
    ),
    Fault(
        name="pages-cached",
        promise="nobody on the way keeps a page of one person's things",
        tests=(f"{_SAFETY}test_pages_are_kept_by_nobody[/mall/points]",),
        edits=(Edit(_SAFE, '"private, no-store"', '"private"'),),
    ),
    Fault(
        name="mounted-unprotected",
        promise="a mall without CSRF protection is not mounted by oversight",
        tests=(f"{_SAFETY}test_a_mall_without_csrf_protection_is_not_mounted_by_oversight",),
        edits=(Edit("adapters/web/setup.py", "    if csrf is _UNSAID and csrf_token is None:", "    if False:"),),
    ),
    Fault(
        name="dead-end",
        promise="an expired session leads to signing in and back to the same step",
        tests=(
            f"{_SAFETY}test_an_expired_session_leads_to_signing_in_and_back_to_the_step[/mall/deals/d1/cancel-/mall/deals/d1]",
        ),
        edits=(Edit("adapters/web/failures.py", "    if to.user is None and (url", "    if False and (url"),),
    ),
    Fault(
        name="number-not-logged",
        promise="the number on an error's page stands in the log beside the traceback",
        tests=(
            f"{_SAFETY}test_an_error_is_a_page_with_a_number_that_stands_in_the_log[zh-\\u51fa\\u4e86\\u4e00\\u70b9\\u95ee\\u9898]",
        ),
        edits=(Edit("adapters/web/failures.py", ", exc_info=error)", ")"),),
    ),
    Fault(
        name="guessing-unbraked",
        promise="who tries many codes that do not exist has to wait",
        tests=(f"{_SAFETY}test_guessing_codes_is_braked", f"{_BRAKE}test_it_says_when_to_come_again"),
        edits=(Edit("adapters/brake.py", "                brake.missed(each, now)", "                pass"),),
    ),
    Fault(
        name="brake-without-end",
        promise="the brake's memory is bounded",
        tests=(f"{_BRAKE}test_its_memory_is_bounded",),
        edits=(Edit("adapters/brake.py", "while len(self._seen) > self.most:", "while False:"),),
    ),
    Fault(
        name="scripts-stale",
        promise="another content of a style has another address",
        tests=(f"{_SAFETY}test_styles_are_compressed_and_kept",),
        edits=(Edit("adapters/web/statics.py", 'values.setdefault("v", found.digest)', "pass"),),
    ),
    Fault(
        name="answer-left-open",
        promise="a reader that hangs up leaves no file open in the demo's server",
        tests=("tests/demo/test_serving.py::test_an_answer_is_closed_when_its_reader_has_hung_up",),
        edits=(Edit("demo_app/serving.py", "port, _closing(app), threaded", "port, app, threaded"),),
    ),
    # --- what does not fit ---------------------------------------------------------------------
    Fault(
        name="large-letters-cut",
        promise="letters of twice their size fit a phone",
        tests=(f"{_LETTERS}test_letters_of_twice_their_size_fit_a_phone[en]",),
        edits=(Edit(f"{_STYLES}/92-large-letters.css", "(max-width: 18em)", "(max-width: 1em)"),),
    ),
    Fault(
        name="stock-under-its-button",
        promise="what a sale says of its stock lies under no button",
        tests=(f"{_LETTERS}test_nothing_lies_on_anything_else[360-chen-en]",),
        edits=(Edit(f"{_STYLES}/5-home.css", ".qy-sale .qy-stock-text { flex: 0 1 auto; white-space: normal; }", ""),),
    ),
    Fault(
        name="long-price-cut",
        promise="a price of nine digits is shown whole",
        tests=(f"{_LETTERS}test_long_names_and_long_numbers_fit[en]",),
        edits=(Edit(f"{_STYLES}/3-figures.css", ".qy-points { color", ".qy-points { white-space: nowrap; color"),),
    ),
    Fault(
        name="low-links",
        promise="what one presses is 44 pixels high",
        tests=(f"{_EVERY}test_a_row_of_the_history_is_as_high_to_press_as_it_looks",),
        edits=(
            Edit(f"{_STYLES}/7-lists.css", '.qy-entry a::after { content: "";', ".qy-entry a::after { content: none;"),
        ),
    ),
    Fault(
        name="heading-left-out",
        promise="every page is accessible, the list of everything too",
        tests=(f"{_EVERY}test_who_is_not_signed_in_has_accessible_pages_too[light]",),
        edits=(Edit("adapters/web/templates/quanyi/things.html", "{% if cards %}<h2", "{% if not cards %}<h2"),),
    ),
    Fault(
        name="signed-out-in-silence",
        promise="whose session ended in the middle of a form is told so",
        tests=("tests/demo/test_sessions.py::test_whose_session_ended_is_told_so[/mall/messages/read]",),
        edits=(Edit("demo_app/app.py", 'flash(word(current_locale(), "error.signed_out"), "bad")', "pass"),),
    ),
    Fault(
        name="one-savers",
        promise="a unit beside 1 is singular",
        tests=("tests/campaigns/test_show.py::test_a_unit_beside_one_is_singular",),
        edits=(Edit("campaigns/language/speaker.py", "singular(name) if one else name", "name"),),
    ),
)
