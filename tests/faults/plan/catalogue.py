"""Faults in the catalogue as operators find and change it from a shell, and in what the console carries and shows."""

from __future__ import annotations

from tests.faults.fault import Edit, Fault

__all__ = ["CATALOGUE"]

_SHELL = "tests/cli/test_catalogue.py::"
_FINDING = "tests/adapters/test_catalogue_finding.py::"
_UPLOADS = "tests/hostile/test_uploads.py::"
_FOUND = "adapters/catalogue/finding.py"
_PLANS = "adapters/cli/catalogue_plans.py"

CATALOGUE = (
    Fault(
        name="published-unasked",
        promise="a change at the shell is published by a yes alone",
        tests=(f"{_SHELL}test_nothing_is_published_without_a_yes",),
        edits=(
            Edit(
                _PLANS,
                'if not yes and not click.confirm(say("ask", self.lang)):',
                'if not yes and click.confirm(say("ask", self.lang)):',
            ),
        ),
    ),
    Fault(
        name="a-list-done-in-part",
        promise="a list with a line that can't be done changes nothing until that is said",
        tests=(f"{_SHELL}test_a_list_is_checked_line_by_line[csv]",),
        edits=(Edit(_PLANS, "stops = bool(found.mistakes) and not skip", "stops = bool(found.mistakes) and skip"),),
    ),
    Fault(
        name="all-are-asked-about",
        promise="a page asks the store for a bounded number of things",
        tests=(f"{_FINDING}test_what_is_rare_is_looked_for_in_so_many_things_alone",),
        edits=(Edit(_FOUND, "_growing(behind[:_MOST_LOOKED], limit + 1)", "_growing(behind, limit + 1)"),),
    ),
    Fault(
        name="found-and-left-out",
        promise="pages of what is found follow each other without a gap",
        tests=(f"{_FINDING}test_pages_follow_each_other_without_a_gap[on_sale]",),
        edits=(
            Edit(
                _FOUND,
                "        if len(found) > limit:\n            looked =",
                "        if not found:\n            looked =",
            ),
        ),
    ),
    Fault(
        name="a-large-form-in-chunks",
        promise="a form whose length was not said is refused when it is too large",
        tests=(f"{_UPLOADS}test_it_is_refused_early_with_a_page[in-chunks-/codes/import-zh]",),
        edits=(Edit("adapters/console/form_bounds.py", "_read(LARGEST_FORM + 1)", "_read(LARGEST_FORM * 1000)"),),
    ),
    Fault(
        name="a-large-file-is-sent",
        promise="a file that no form carries is told beside its field, and not sent",
        tests=(f"{_UPLOADS}test_a_browser_shows_why[True]",),
        edits=(Edit("adapters/console/static/console.js", "    if (!large()) return;\n", "    return;\n"),),
    ),
    Fault(
        name="two-greens",
        promise="the lines of a chart are told apart",
        tests=("tests/console/test_looks.py::test_the_lines_of_a_chart_are_told_apart[False]",),
        edits=(Edit("adapters/console/static/figures.css", "--qo-line-3: #6a3fc4", "--qo-line-3: #1b7443"),),
    ),
    Fault(
        name="a-filter-without-a-card",
        promise="every filter stands in a card",
        tests=("tests/console/test_looks.py::test_every_filter_stands_in_a_card[alarms]",),
        edits=(Edit("adapters/console/templates/quanyi_console/alarms.html", "qo-asking qo-card", "qo-asking"),),
    ),
    Fault(
        name="a-name-server-that-hangs",
        promise="a name server that never answers has seconds, and no more",
        tests=("tests/webhooks/test_hostile_receivers.py::test_a_host_that_is_not_resolved_in_time_is_told_so",),
        edits=(Edit("adapters/webhooks/addresses.py", "answer.result(LONGEST_RESOLVING)", "answer.result()"),),
    ),
    Fault(
        name="pay-what-is-paid",
        promise="only who still has to pay is asked to, in the quickstart's till too",
        tests=("tests/docs/test_quickstart.py::test_only_who_still_has_to_pay_is_asked_to[paid]",),
        edits=(
            Edit(
                "docs/quickstart-flask.md",
                'over = request.method == "POST" or due.phase != "placed"',
                'over = request.method == "POST"',
            ),
        ),
    ),
    Fault(
        name="events-in-english",
        promise="what is wrong with the data of an event is said in Chinese",
        tests=(
            "tests/campaigns/test_broken_files.py::test_what_is_wrong_with_an_events_data_is_said_part_by_part[several]",
        ),
        edits=(
            Edit(
                "campaigns/language/translation/__init__.py",
                "if all(found is not None for found in problems):",
                "if not problems:",
            ),
        ),
    ),
    Fault(
        name="books-in-english",
        promise="what verify finds is said in the language that was asked for",
        tests=("tests/cli/test_books_in_chinese.py::test_what_is_wrong_with_books_is_said_in_both",),
        edits=(
            Edit(
                "campaigns/language/translation/books.py",
                'return _worded(text) if locale == "zh" else text',
                "return text",
            ),
        ),
    ),
)
