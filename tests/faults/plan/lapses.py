"""What many holds that lapse together must not break."""

from __future__ import annotations

from tests.faults.fault import Edit, Fault

__all__ = ["LAPSES"]

_MANY = "tests/engine/test_many_lapsed.py::"
_TRANSACTION = "campaigns/engine/transaction.py"
_MEMORY = "adapters/memory.py"

LAPSES = (
    Fault(
        name="ends-before-whoever-was-in-time",
        promise="a batch decides as calls alone would: what falls due between two of them comes between them",
        tests=("tests/engine/test_in_turn.py::test_a_payment_just_before_the_end_counts[memory]",),
        edits=(Edit("campaigns/engine/transaction.py", "turns = in_turn(overdue, asks)", "turns = [*overdue, *asks]"),),
    ),
    Fault(
        name="timer-of-a-paid-deal-left",
        promise="what is paid is not counted as due to come back",
        tests=(f"{_MANY}test_a_paid_deal_has_nothing_that_is_due_back[memory]",),
        edits=(Edit("entitlements/plays/sale/pay.py", "    draft.call_off(deal.key)\n", ""),),
    ),
    Fault(
        name="given-back-twice",
        promise="a hold that was booked in this batch is not counted as due once more",
        tests=(f"{_MANY}test_the_pieces_of_the_oldest_lapsed_holds_are_sold_and_no_more[memory]",),
        edits=(Edit(_MEMORY, "if row[1] not in deciding]", "if row]"),),
    ),
    Fault(
        name="shown-as-booked",
        promise="every page counts what has lapsed as free, whether or not it was booked",
        tests=("tests/engine/test_due_reads.py::test_a_page_counts_every_lapsed_hold[memory]",),
        edits=(
            Edit("entitlements/plays/sale/view.py", "sum(view.stands(account) for", "sum(view.balance(account) for"),
        ),
    ),
    Fault(
        name="short-and-nothing-looked-for",
        promise="a claim gets the pieces of the oldest lapsed holds",
        tests=(f"{_MANY}test_the_pieces_of_the_oldest_lapsed_holds_are_sold_and_no_more[memory]",),
        edits=(
            Edit(
                "entitlements/picture.py",
                "            if account.gives_room and missing <= self._due(account).back:",
                "            if False:",
            ),
        ),
    ),
    Fault(
        name="portions-without-end",
        promise="a call books a bounded number of what is due before its own, and says so",
        tests=(f"{_MANY}test_more_than_one_call_books_is_a_conflict[memory]",),
        edits=(Edit(_TRANSACTION, "        for _ in range(_PORTIONS):", "        while True:"),),
    ),
    Fault(
        name="old-hold-not-looked-for",
        promise="a hold of an older program, of which nobody knows what it gives, is booked before anything is decided",
        tests=(f"{_MANY}test_a_hold_of_an_older_program_comes_back_as_well[sqlite]",),
        edits=(Edit("campaigns/engine/deciding.py", "picture.unsummed - rounds.short.keys()", "frozenset[Account]()"),),
    ),
    Fault(
        name="old-holds-without-amounts",
        promise="after the upgrade every old hold says what it gives back",
        tests=("tests/releases/test_wakes.py::test_old_holds_say_what_they_give_back[sqlite-0.1-2026-11]",),
        edits=(Edit("adapters/sql/migrations/filling.py", "fill_wakes, name_records", "name_records"),),
    ),
    Fault(
        name="sweep-stops-at-what-is-stuck",
        promise="timers that can't be booked keep those behind them from nothing",
        tests=(
            "tests/engine/test_sweeping.py::test_what_is_behind_them_is_booked_in_the_same_sweep[memory-DataError]",
        ),
        edits=(
            Edit("campaigns/engine/sweeping.py", "timers[-1] if passed and len(timers) == wanted else None", "None"),
        ),
    ),
    Fault(
        name="sweep-never-begins-again",
        promise="what could not be booked is booked once it can be",
        tests=("tests/engine/test_sweeping.py::test_they_are_booked_once_nothing_holds_them[memory-DataError]",),
        edits=(
            Edit(
                "campaigns/engine/sweeping.py",
                "timers[-1] if passed and len(timers) == wanted else None",
                "timers[-1] if timers else self._after",
            ),
        ),
    ),
)
