"""What promises that are due on one stock must not break."""

from __future__ import annotations

from tests.faults.fault import Edit, Fault

__all__ = ["PROMISES"]

_MANY = "tests/engine/test_many_promises.py::"
_IN_TURN = "tests/properties/test_promises_in_turn.py::"
_PICTURE, _TRANSACTION, _FIRE = (
    "entitlements/picture.py",
    "campaigns/engine/transaction.py",
    "entitlements/plays/reward/give.py",
)

PROMISES = (
    Fault(
        name="promises-in-no-sum",
        promise="what due promises take is kept for them, whoever comes first",
        tests=(f"{_MANY}test_a_claim_beside_many_due_promises[memory]",),
        edits=(Edit(_FIRE, "gives=gives, of=promise.key", "of=promise.key"),),
    ),
    Fault(
        name="promised-pieces-shown-as-left",
        promise="a page counts what due promises take as gone",
        tests=(f"{_MANY}test_a_claim_beside_many_due_promises[memory]",),
        edits=(Edit(_PICTURE, "(due.back - due.taken)", "due.back"),),
    ),
    Fault(
        name="promises-taken-for-kept",
        promise="a call is refused only where promises leave nothing for sure: some of them may lapse",
        tests=(f"{_MANY}test_a_page_shows_what_is_left_at_least[memory-70-0]",),
        edits=(Edit(_PICTURE, "if due.taken and enough is not None and not", "if False and not"),),
    ),
    Fault(
        name="promises-of-one-instant-at-once",
        promise="of timers of one instant each is decided on what those before it left",
        tests=(f"{_MANY}test_a_sweep_of_one_instant[memory]",),
        edits=(Edit(_PICTURE, "None if timer is None else (now, timer)", "None"),),
    ),
    Fault(
        name="call-finds-what-came-later",
        promise="a call in a batch counts as back what was due by its own instant",
        tests=(f"{_MANY}test_what_a_claim_leaves_is_told_by_its_own_instant[memory]",),
        edits=(Edit(_PICTURE, "due.last > self.now", "False"),),
    ),
    Fault(
        name="promise-finds-what-was-given-back-behind-it",
        promise="before pieces come back, promises that were due for what was there are decided",
        tests=(f"{_IN_TURN}test_swept_or_not[19]",),
        edits=(Edit(_PICTURE, "            self._promises_first(account)\n", "            pass\n"),),
    ),
    Fault(
        name="timers-of-one-instant-out-of-turn",
        promise="whatever portions a sweep books, timers of one instant come by their ids",
        tests=(f"{_IN_TURN}test_swept_or_not[1]",),
        edits=(Edit("campaigns/engine/turns.py", "_age(waiting[0]) < _age(ask)", "waiting[0].at <= ask.at"),),
    ),
    Fault(
        name="promised-instead-taken-by-others",
        promise="what a promise gives instead is kept for it as well",
        tests=(f"{_MANY}test_what_is_given_instead_comes_first_too[memory]",),
        edits=(
            Edit(
                _FIRE,
                "for account, pieces in sums.items() if account not in unknown}, unknown",
                "for account, pieces in sums.items()}, set()",
            ),
        ),
    ),
    Fault(
        name="promise-called-off-takes-on",
        promise="a promise that was called off takes nothing",
        tests=(f"{_MANY}test_a_promise_that_was_called_off_takes_nothing[memory]",),
        edits=(Edit(_FIRE, "of=promise.key, ", ""),),
    ),
    Fault(
        name="places-of-a-shared-limit-promised-twice",
        promise="what due promises take of a shared limit is kept for them",
        tests=(f"{_MANY}test_a_shared_limit_is_kept_for_promises[memory]",),
        edits=(Edit(_FIRE, "if isinstance(need, Account) and asked}", "if False}"),),
    ),
    Fault(
        name="page-decides-no-promise",
        promise="a page decides a few due promises and shows the exact number",
        tests=(f"{_MANY}test_a_page_shows_what_is_left_at_least[memory-5-4]",),
        edits=(Edit("campaigns/engine/looking.py", "        rounds.few(picture)\n", ""),),
    ),
    Fault(
        name="stock-not-shown",
        promise="a page shows no more pieces than the mall has, whatever the campaign may still place",
        tests=(f"{_MANY}test_a_claim_beside_many_due_promises[memory]",),
        edits=(Edit("entitlements/plays/sale/view.py", "for benefit in sale.stocks(item))]", "for benefit in ())]"),),
    ),
    Fault(
        name="older-timers-by-the-instant-alone",
        promise="timers of one instant are decided by their ids",
        tests=("tests/conformance/test_sqlite.py::TestSqlite::test_what_was_due_before_a_timer",),
        edits=(
            Edit(
                "adapters/sql/dialects/reading.py",
                'or_(wake.due_at < bindparam("now"), wake.timer',
                'or_(wake.due_at <= bindparam("now"), wake.timer',
            ),
        ),
    ),
    Fault(
        name="decided-here-and-summed",
        promise="what a batch decides itself is in no sum",
        tests=("tests/conformance/test_postgres.py::TestPostgres::test_what_is_decided_with_it_is_in_no_sum",),
        edits=(Edit("adapters/sql/dialects/selects.py", "and timer <> all($4)", "and $4 is not null"),),
    ),
)
