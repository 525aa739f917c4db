"""What a clock that is wrong must not break."""

from __future__ import annotations

from tests.faults.fault import Edit, Fault

__all__ = ["CLOCKS"]

_CLOCK = "adapters/guarded_clock.py"
_MARKS = "adapters/sql/marks.py"
_TIME = "tests/engine/test_guarded_clock.py::"
_SEEN = "tests/engine/test_clock_marks.py::"
_COMMANDS = "tests/cli/test_clock.py::"

CLOCKS = (
    Fault(
        name="time-goes-back",
        promise="time never goes back behind what the mall has seen",
        tests=(f"{_TIME}test_a_clock_that_goes_back_gives_no_second_day[sqlite]",),
        edits=(Edit(_CLOCK, "at if self._mark is None else max(at, self._mark)", "at"),),
    ),
    Fault(
        name="leap-believed",
        promise="a clock far ahead ends nothing",
        tests=(f"{_TIME}test_ten_years_ahead_expire_nobody[sqlite]",),
        edits=(Edit(_CLOCK, "at - mark > bound", "False"),),
    ),
    Fault(
        name="mark-brought-back",
        promise="a process whose clock is behind does not bring the mark of the others back",
        tests=(f"{_TIME}test_a_mark_is_kept_and_never_brought_back[sqlite]",),
        edits=(Edit(_MARKS, "mark.at < at), *unmoved", "mark.at != at), *unmoved"),),
    ),
    Fault(
        name="opened-unguarded",
        promise="a mall that is opened without a clock does not believe the machine's",
        tests=(f"{_TIME}test_an_opened_mall_is_guarded",),
        edits=(Edit("adapters/wiring.py", "clock = clock or guarded(store)", "clock = clock or SystemClock()"),),
    ),
    Fault(
        name="sleeper-refused",
        promise="a mall that nobody used for months opens",
        tests=(f"{_SEEN}test_a_mall_that_slept_for_months_opens",),
        edits=(Edit(_CLOCK, "self._sleep if self._told is None else", "self._leap if self._told is None else"),),
    ),
    Fault(
        name="moved-clock-unseen",
        promise="where the database has a clock, this process's may leap as it likes",
        tests=(f"{_SEEN}test_a_clock_that_leaps_beside_the_databases_is_seen_through_at_once",),
        edits=(Edit(_CLOCK, "return abs(gone) > SKEW", "return False"),),
    ),
    Fault(
        name="behind-the-mark",
        promise="decision time is never more than the skew below the mark",
        tests=(f"{_SEEN}test_one_who_is_behind_follows_the_mark_by_a_second",),
        edits=(Edit(_CLOCK, "return BEHIND_EVERY if behind else EVERY", "return EVERY"),),
    ),
    Fault(
        name="mark-raised-again",
        promise="a mark that an operator sets back stays back",
        tests=(f"{_SEEN}test_a_mark_that_an_operator_sets_back_is_followed_and_not_raised_again",),
        edits=(Edit(_MARKS, "else (mark.at >= since,)", "else ()"),),
    ),
    Fault(
        name="wrong-time-vouched-for",
        promise="what was booked under a wrong time does not bring that time back",
        tests=(f"{_SEEN}test_a_mark_that_an_operator_sets_back_is_followed_and_not_raised_again",),
        edits=(Edit(_MARKS, "journal.number > vouched", "journal.number > 0"),),
    ),
    Fault(
        name="last-change-forgotten",
        promise="a process that starts is not before what the last one booked",
        tests=(f"{_SEEN}test_a_process_that_starts_begins_where_the_last_one_booked[sqlite]",),
        edits=(Edit(_CLOCK, "(seen.mark, seen.booked, None", "(seen.mark, None"),),
    ),
    Fault(
        name="look-with-each-call",
        promise="a guarded clock costs a call no statement",
        tests=(f"{_SEEN}test_a_claim_costs_no_statement_more[sqlite]",),
        edits=(Edit(_CLOCK, "self._monotonic() - looked[0] < self._every()", "False"),),
    ),
    Fault(
        name="look-beside-the-host",
        promise="inside a host's transaction the mall needs no connection beside the host's",
        tests=(f"{_SEEN}test_inside_a_hosts_transaction_the_look_needs_no_connection_of_its_own",),
        edits=(
            Edit(
                "adapters/wiring.py",
                "if isinstance(clock, GuardedClock):\n            clock = clock.through",
                "if False:\n            clock = clock.through",
            ),
        ),
    ),
    Fault(
        name="sweep-unguarded",
        promise="quanyi sweep refuses a clock far ahead",
        tests=(f"{_COMMANDS}test_a_sweep_by_a_clock_far_ahead_is_refused",),
        edits=(Edit("adapters/cli/books.py", ", clock=guarded(store)), limit)", "), limit)"),),
    ),
    Fault(
        name="mark-ahead-untold",
        promise="doctor tells of a mark ahead of the clock",
        tests=(f"{_COMMANDS}test_doctor_tells_of_a_mark_ahead_and_accept_sets_it_back",),
        edits=(Edit("adapters/cli/books.py", "        *time_ahead(engine, books),\n", ""),),
    ),
)
