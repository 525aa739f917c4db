"""Faults in what keeps callers from harming each other: circles, greed, numbers, waits, crowds, hosts."""

from __future__ import annotations

from tests.faults.fault import Edit, Fault

__all__ = ["CROWDS"]

_ASYNC = "tests/engine/test_async_hosts.py::"
_CIRCLES = "tests/engine/test_circles.py::"
_HELD = "tests/engine/test_held_rows.py::"
_NUMBERS = "tests/engine/test_numbers.py::"

_LINES = "adapters/sidelines.py"
_TRANSACTION = "campaigns/engine/transaction.py"
_SHEET = "campaigns/engine/decisions.py"

CROWDS = (
    # --- circles and greed -----------------------------------------------------------------------
    Fault(
        name="circle-cut-silently",
        promise="a chain that goes too deep leaves nothing, and its campaign is said to be broken",
        tests=(f"{_CIRCLES}test_a_task_that_sets_itself_off_pays_nothing[memory]",),
        edits=(
            Edit(_SHEET, 'raise Endless({(ask.id, first_in_a_circle(link.path)): "too-deep"})', "return"),
            Edit(_SHEET, "queue.extend(caused)", "queue.extend(caused if len(path) <= DEPTH else ())"),
        ),
    ),
    Fault(
        name="greed-fails-the-batch",
        promise="a campaign that keeps asking for more fails alone",
        tests=(f"{_CIRCLES}test_a_campaign_that_keeps_asking_fails_alone[memory]",),
        edits=(Edit("campaigns/engine/rounds.py", "return Endless({pair:", "return RuntimeError({pair:"),),
    ),
    Fault(
        name="needs-fail-the-batch",
        promise="a campaign that breaks on what it needs fails alone",
        tests=(f"{_CIRCLES}test_a_campaign_that_breaks_on_what_it_needs_fails_alone[memory]",),
        edits=(Edit("campaigns/engine/deciding.py", "        return ()\n", "        raise\n"),),
    ),
    Fault(
        name="a-builtin-error-for-whoever-asks",
        promise="whoever asks a broken campaign gets a typed answer",
        tests=(f"{_CIRCLES}test_whoever_asks_a_broken_campaign_is_told_so[memory]",),
        edits=(Edit(_SHEET, "raise CampaignFailed(play.head.campaign, reason)", "raise RuntimeError(reason)"),),
    ),
    # --- numbers ---------------------------------------------------------------------------------
    Fault(
        name="no-bound-at-the-door",
        promise="a number too large is its own caller's mistake",
        tests=(f"{_NUMBERS}test_a_number_too_large_is_refused_at_the_door[memory-report]",),
        edits=(Edit("campaigns/requests.py", "and not -LARGEST <= number <= LARGEST", "and not number"),),
    ),
    Fault(
        name="no-bound-on-an-argument",
        promise="a number of pieces or points that nobody counts is its own caller's mistake",
        tests=(f"{_NUMBERS}test_a_number_too_large_is_refused_at_the_door[memory-adjust]",),
        edits=(
            Edit("entitlements/arguments.py", "if not -most <= value <= most:", "if False:"),
            Edit("campaigns/requests.py", "and not -LARGEST <= number <= LARGEST", "and not number"),
        ),
    ),
    Fault(
        name="balances-without-bound",
        promise="no balance goes beyond what is counted",
        tests=(f"{_NUMBERS}test_a_campaign_that_would_pass_the_bound_fails_alone[memory]",),
        edits=(Edit("entitlements/picture.py", "if not -LARGEST <= after <= LARGEST:", "if False:"),),
    ),
    Fault(
        name="a-full-wallet-breaks",
        promise="an operator who gives too much is told how much there is room for",
        tests=(f"{_NUMBERS}test_a_full_wallet_takes_no_more[memory]",),
        edits=(Edit("entitlements/by_hand.py", "if amount > room:", "if False:"),),
    ),
    Fault(
        name="poisoned-data-hits-everybody",
        promise="a value that the database can't keep concerns its own request alone",
        tests=(f"{_NUMBERS}test_what_the_database_cannot_keep_fails_alone",),
        edits=(Edit("adapters/collector.py", " and not isinstance(failure, self._poisons)", ""),),
    ),
    Fault(
        name="data-errors-are-the-databases",
        promise="the driver's errors about data are told from those of the database",
        tests=(f"{_NUMBERS}test_what_the_database_cannot_keep_fails_alone",),
        edits=(
            Edit("adapters/sql/dialects/postgresql.py", "return _code(error).startswith(_DATA)", "return False"),
            Edit("adapters/sql/dialects/psycopg.py", "isinstance(error, psycopg.DataError) or ", ""),
        ),
    ),
    # --- rows that others hold, and crowds -------------------------------------------------------
    Fault(
        name="asked-beside-each-call",
        promise="a call is one transaction, and nothing is asked beside it",
        tests=("tests/engine/test_guards.py::test_a_call_takes_one_connection[postgres]",),
        edits=(Edit("adapters/sql/dialects/locked.py", "if not needs:", "if False:"),),
    ),
    Fault(
        name="sweeps-wait-for-everybody",
        promise="a sweep passes by what a host's open transaction holds",
        tests=(f"{_HELD}test_a_sweep_passes_by_what_a_host_holds[postgres]",),
        edits=(Edit("campaigns/engine/sweeping.py", "if held is None:", "if True:"),),
    ),
    Fault(
        name="command-stops-at-what-is-held",
        promise="the command that sweeps goes on behind what others hold",
        tests=(f"{_HELD}test_the_command_goes_on_behind_what_is_held[postgres]",),
        edits=(Edit("adapters/cli/books.py", "        if not done:\n", "        if done < limit:\n"),),
    ),
    Fault(
        name="one-timer-stops-the-sweep",
        promise="a timer whose change the database can't keep stops no other",
        tests=(f"{_HELD}test_a_timer_that_cannot_be_kept_stops_no_other",),
        edits=(
            Edit(
                "campaigns/engine/sweeping.py",
                "    except DataError as unfit:\n",
                "    except DataError as unfit:\n        raise\n",
            ),
        ),
    ),
    Fault(
        name="nobody-waits-at-the-side",
        promise="who needs a row that a host holds waits for it, beside the line",
        tests=(f"{_HELD}test_who_needs_other_rows_is_answered_meanwhile[postgres]",),
        edits=(Edit(_LINES, "call.rows = sent.rows", "raise LockTimeout from sent"),),
    ),
    Fault(
        name="held-rows-in-the-line",
        promise="no leader waits for a row that is known to be held",
        tests=(f"{_HELD}test_what_is_held_is_kept_away_from_the_line[postgres]",),
        edits=(Edit(_LINES, "held = self._held.now()", "held = frozenset[Need]()"),),
    ),
    Fault(
        name="waited-for-nobody-knows-what",
        promise="whoever waited in vain is told for what",
        tests=(f"{_HELD}test_waiting_ends_and_says_for_what[postgres]",),
        edits=(Edit(_LINES, "self._given_up(answer) if isinstance(answer, LockTimeout) else answer", "answer"),),
    ),
    Fault(
        name="a-hosts-time-out-is-changed",
        promise="what we set in a host's transaction comes back as it was",
        tests=(f"{_HELD}test_a_host_waits_no_longer_than_its_mall",),
        edits=(
            Edit(
                "adapters/sql/dialects/psycopg.py",
                "before = dict(zip(_OURS, self._settings, strict=True))",
                "before = dict(zip(_BY_KEY, self._settings, strict=False))",
            ),
        ),
    ),
    Fault(
        name="a-line-without-end",
        promise="more than can be answered are told so, and when to come again",
        tests=(f"{_HELD}test_a_crowd_is_told_to_come_again",),
        edits=(Edit("adapters/collector.py", "if len(self.places) >= self.most_waiting:", "if False:"),),
    ),
    # --- async hosts -----------------------------------------------------------------------------
    Fault(
        name="the-malls-own-driver-in-a-hosts-transaction",
        promise="the dialect follows the connection that is joined",
        tests=(f"{_ASYNC}test_both_stand[asyncpg]",),
        edits=(Edit("adapters/sql/store.py", "if host.dialect.driver != self.engine.dialect.driver:", "if False:"),),
    ),
    Fault(
        name="async-hosts-not-awaited",
        promise="a joined connection waits in its driver's own way",
        tests=(f"{_ASYNC}test_both_stand[psycopg]",),
        edits=(Edit("adapters/sql/dialects/pipeline.py", "return await_only(waited)", "return waited"),),
    ),
)
