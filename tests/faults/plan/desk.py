"""Faults in the product team's desk: stories, hints, sentences, the command line's options."""

from __future__ import annotations

from tests.faults.fault import Edit, Fault

__all__ = ["DESK"]

_HINTS = "tests/campaigns/test_hints_followed.py::test_a_hint_that_is_followed_word_for_word_is_accepted"
_MIDWAY = "tests/stories/test_midway.py::"
_TELLING = "tests/stories/test_telling.py::"

DESK = (
    Fault(
        name="story-stops-at-first",
        promise="a telling reports every step that is not as told",
        tests=(f"{_TELLING}test_the_steps_after_a_failing_one_are_told_too",),
        edits=(
            Edit(
                "campaigns/tools/stories/tell.py",
                "                    yield problem\n",
                "                    yield problem\n                if problems:\n                    return\n",
            ),
        ),
    ),
    Fault(
        name="story-forgets-facts",
        promise="what the host says of a user midway is what is decided by from then on",
        tests=(f"{_MIDWAY}test_what_the_host_says_midway_is_decided_by",),
        edits=(Edit("campaigns/tools/stories/midway.py", "users.users.update(", "dict(users.users).update("),),
    ),
    Fault(
        name="story-applies-nothing",
        promise="a file that comes into force midway decides what is done after it",
        tests=(f"{_MIDWAY}test_what_cannot_be_changed_is_a_refusal_of_the_step",),
        edits=(
            Edit(
                "campaigns/tools/stories/midway.py", "        stage.apply()\n        scene.stage", "        scene.stage"
            ),
        ),
    ),
    Fault(
        name="kinds-redefine-words",
        promise="two kinds do not mean different things by one word of stories",
        tests=("tests/stories/test_words.py::test_kinds_may_share_a_word_and_not_redefine_it",),
        edits=(Edit("campaigns/kinds/stories.py", "if known != meaning:", "if False:"),),
    ),
    Fault(
        name="view-of-anything",
        promise="what a campaign does not show to a user is a problem of a story that looks for it",
        tests=("tests/stories/test_words.py::test_a_view_of_nothing_is_no_crash",),
        edits=(
            Edit("campaigns/tools/stories/shown.py", "    return _alike(expectation.wanted, found)", "    return True"),
        ),
    ),
    Fault(
        name="anybody-in-who",
        promise="somebody who does something in a story is one of its users",
        tests=(f"{_MIDWAY}test_somebody_else_does_nothing",),
        edits=(
            Edit("campaigns/tools/stories/cast.py", "if given.users and step.who and", "if False and step.who and"),
        ),
    ),
    Fault(
        name="hint-leads-astray",
        promise="what a hint says to write is accepted where it says it",
        tests=(f"{_HINTS}[in: 7 days]",),
        edits=(
            Edit(
                "campaigns/language/schema/clauses.py",
                '_not_a_stretch(value, "since_first")',
                '_not_a_stretch(value, "last")',
            ),
        ),
    ),
    Fault(
        name="another-kind-is-blamed",
        promise="a kind that there is not yet is one finding, whatever its keys look like",
        tests=("tests/campaigns/test_hints_followed.py::test_a_kind_there_is_not_yet_is_one_finding",),
        edits=(
            Edit(
                "campaigns/kinds/recognise.py",
                "if meant and not same:\n        return None",
                "if False:\n        return None",
            ),
        ),
    ),
    Fault(
        name="smallest-part-is-said",
        promise="amounts that people read are decimals",
        tests=("tests/cli/test_decimals.py::test_a_payment_that_is_not_the_deals_is_said_in_money",),
        edits=(
            Edit(
                "entitlements/plays/sale/pay.py",
                "Amount(value, deal.currency, sale.currency_scale)",
                "Amount(value, deal.currency)",
            ),
        ),
    ),
    Fault(
        name="refusal-without-a-row",
        promise="every word of a no stands on the page of refusals",
        tests=(
            "tests/campaigns/test_refusals_page.py::test_every_word_of_the_source_stands_on_the_page_under_its_code",
        ),
        edits=(Edit("entitlements/plays/referral/attempt.py", 'reason="already-bound"', 'reason="bound-before"'),),
    ),
    Fault(
        name="own-word-is-lost",
        promise="a no is called by the word that its condition gives it",
        tests=("tests/campaigns/test_own_words.py::test_a_condition_gives_its_own_word_and_a_story_expects_it",),
        edits=(Edit("entitlements/checks/conditions.py", "if not condition.reason:", "if True:"),),
    ),
    Fault(
        name="own-sentence-is-lost",
        promise="the user is told in the sentence that the condition gives",
        tests=("tests/campaigns/test_own_words.py::test_the_user_is_told_in_the_campaigns_own_sentence[en]",),
        edits=(Edit("entitlements/messages/render.py", "if isinstance(own, Mapping) and own:", "if False:"),),
    ),
    Fault(
        name="command-for-somebody-else",
        promise="a command goes to the campaign that is for its user",
        tests=("tests/campaigns/test_own_words.py::test_a_command_goes_to_the_campaign_that_is_for_its_user",),
        edits=(Edit("campaigns/engine/index.py", "found = theirs or found", "found = found"),),
    ),
    Fault(
        name="warnings-are-mistakes",
        promise="a warning is no mistake, however many mistakes stand beside it",
        tests=("tests/cli/test_project.py::test_warnings_of_a_project_that_cannot_be_read_are_not_called_mistakes",),
        edits=(
            Edit(
                "adapters/cli/output.py",
                'errors = sum(finding.level == "error" for finding in findings)',
                "errors = len(findings)",
            ),
        ),
    ),
    Fault(
        name="prefix-is-not-heard",
        promise="every command finds the tables under the prefix that it is told",
        tests=("tests/cli/test_places.py::test_the_only_mall_need_not_be_named[verify]",),
        edits=(
            Edit(
                "adapters/cli/books.py",
                "recompute(engine, only_mall(engine, books), records=known_kinds().records, **books.tables)",
                "recompute(engine, only_mall(engine, books), records=known_kinds().records)",
            ),
        ),
    ),
)
