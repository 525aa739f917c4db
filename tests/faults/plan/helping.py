"""Faults in help by hand that needs two people, and in what a person's page shows."""

from __future__ import annotations

from tests.faults.fault import Edit, Fault

__all__ = ["HELPING"]

_ENGINE = "tests/engine/test_help_requests.py::"
_REQUESTS = "tests/console/test_requests.py::"
_MESSAGES = "tests/console/test_messages.py::"
_PLAY = "entitlements/plays/help.py"

HELPING = (
    Fault(
        name="own-yes",
        promise="nobody approves the help by hand that they asked for",
        tests=(f"{_ENGINE}test_what_is_asked_for_is_given_once_by_somebody_else[memory]",),
        edits=(Edit(_PLAY, "if request.by == ask.by:", "if not request.by:"),),
    ),
    Fault(
        name="alone-above-the-bound",
        promise="above the mall's bound nobody gives alone, at the console or from Python",
        tests=(f"{_ENGINE}test_above_the_bound_nobody_gives_alone[memory]",),
        edits=(
            Edit(
                "campaigns/help_requests.py",
                "found = None if by is None else self.bound(thing, amount)",
                "found = self.bound(thing, amount) if by is None else None",
            ),
        ),
    ),
    Fault(
        name="two-wait",
        promise="one request waits for each person and thing",
        tests=(f"{_ENGINE}test_one_waits_for_each_person_and_thing[memory]",),
        edits=(
            Edit(
                _PLAY,
                'if before is not None and before.state(ask.at) == "waiting":',
                'if before is not None and before.state(ask.at) == "lapsed":',
            ),
        ),
    ),
    Fault(
        name="never-lapses",
        promise="what nobody decides in seven days lapses, and gives nothing",
        tests=(f"{_ENGINE}test_what_nobody_decides_lapses[memory]",),
        edits=(
            Edit(
                "entitlements/records/help.py",
                'return "lapsed" if self.phase == "waiting" and at >= self.until else self.phase',
                "return self.phase",
            ),
        ),
    ),
    Fault(
        name="given-again",
        promise="what is over gives nothing, whoever still has its page open",
        tests=(f"{_ENGINE}test_what_is_over_is_told_and_gives_nothing[memory-decline-request-declined]",),
        edits=(Edit(_PLAY, 'if state != "waiting":', 'if state == "given":'),),
    ),
    Fault(
        name="another-ones-yes",
        promise="a yes is to the request that was looked at, and to none that took its place",
        tests=(f"{_ENGINE}test_a_yes_is_to_the_request_that_was_looked_at[memory]",),
        edits=(Edit(_PLAY, 'if before is None or before.id != ask.data["request"]:', "if before is None:"),),
    ),
    Fault(
        name="asked-for-called-done",
        promise="the log calls nothing done that only waits for somebody",
        tests=(f"{_REQUESTS}test_help_above_the_bound_waits_and_says_so_in_both_languages",),
        edits=(Edit("adapters/console/people/helping.py", ', why="asked")', ")"),),
    ),
    Fault(
        name="a-row-above-the-bound",
        promise="a list books no row above the bound",
        tests=(f"{_REQUESTS}test_a_row_above_the_bound_is_not_booked_by_a_list",),
        edits=(Edit("adapters/console/people/bulk.py", 'code = "bound"', 'code = ""'),),
    ),
    Fault(
        name="codes-in-messages",
        promise="no attribute of a message is shown that may be a code",
        tests=(f"{_MESSAGES}test_no_code_is_shown_nor_exported",),
        edits=(
            Edit(
                "adapters/console/people/messages.py",
                'return found[:_LONGEST] if isinstance(found, str) else ""',
                "return str(found)[:_LONGEST]",
            ),
        ),
    ),
    Fault(
        name="colleagues-by-number",
        promise="colleagues are called as the host calls them",
        tests=(f"{_MESSAGES}test_colleagues_are_called_as_the_host_calls_them",),
        edits=(
            Edit(
                "adapters/console/visit.py",
                'if named is not None else "") or number',
                'if named is None else "") or number',
            ),
        ),
    ),
)
