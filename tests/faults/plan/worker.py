"""Faults in the worker: its leases, its pauses, how it stops, and what a relay does for it."""

from __future__ import annotations

from tests.faults.fault import Edit, Fault

__all__ = ["WORKER"]

_SINKS = "tests/adapters/test_outbox_sinks.py::"
_UNITS = "tests/adapters/test_worker.py::"
_COMMAND = "tests/cli/test_work.py::"
_PROCESSES = "tests/cli/test_work_processes.py::"
_SLOW = f"{_SINKS}test_a_slow_receiver_keeps_its_lease[sqlite]"
_ENDS = f"{_UNITS}test_one_worker_has_a_lease_until_it_runs_out[sqlite]"
_GIVES_BACK = f"{_SINKS}test_a_relay_that_is_to_stop_finishes_one_event_and_gives_the_others_back[sqlite]"

WORKER = (
    # --- leases of events ----------------------------------------------------------------------
    Fault(
        name="worker-lease-never-renewed",
        promise="a receiver that is slow, but not slower than the lease, is told everything by one relay",
        tests=(_SLOW,),
        edits=(Edit("adapters/outbox.py", "if now < until - self._lease / 2:", "if until:"),),
    ),
    Fault(
        name="worker-renewed-and-not-written",
        promise="what was taken is written down before its lease runs out, however slow the receiver is",
        tests=(_SLOW,),
        edits=(
            Edit(
                "adapters/outbox.py",
                "        results.report(now)  # what was taken by now is not in the rest, and its lease would run out\n",
                "",
            ),
        ),
    ),
    Fault(
        name="worker-done-before-told",
        promise="an event is forgotten only after it was told",
        tests=("tests/adapters/test_outbox.py::test_a_relay_that_dies_loses_nothing[sqlite]",),
        edits=(
            Edit(
                "adapters/outbox.py",
                "        try:\n            self._tell(",
                "        results.taken.append(waiting)\n        try:\n            self._tell(",
            ),
            Edit("adapters/outbox.py", "        else:\n            results.taken.append(waiting)\n", ""),
        ),
    ),
    # --- leases of jobs ------------------------------------------------------------------------
    Fault(
        name="worker-job-leased-for-ever",
        promise="the job of a worker that is gone is done by another once the lease has run out",
        tests=(_ENDS,),
        edits=(
            Edit(
                "adapters/sql/leases.py",
                "or_(mark.at <= now, mark.text == self._owner)",
                "or_(mark.at.is_(None), mark.text == self._owner)",
            ),
        ),
    ),
    Fault(
        name="worker-job-lease-never-renewed",
        promise="a worker that goes on keeps the lease of its job",
        tests=(_ENDS, f"{_UNITS}test_a_worker_that_goes_on_keeps_the_lease[sqlite]"),
        edits=(Edit("adapters/sql/leases.py", "or_(mark.at <= now, mark.text == self._owner)", "or_(mark.at <= now)"),),
    ),
    Fault(
        name="worker-timers-without-lease",
        promise="one worker at a time books what is due",
        tests=(f"{_UNITS}test_one_worker_at_a_time_books_what_is_due[sqlite]",),
        edits=(
            Edit(
                "adapters/jobs.py",
                "        if self._leases is not None and not self._leases.take(self.name, now, now + LEASE):\n            return 0\n",
                "",
            ),
        ),
    ),
    # --- pauses --------------------------------------------------------------------------------
    Fault(
        name="worker-pauses-that-do-not-grow",
        promise="a job that fails again and again is tried less and less often",
        tests=(f"{_UNITS}test_a_job_that_fails_rests_longer_and_longer",),
        edits=(Edit("adapters/worker.py", "self.first * 2 ** min(failures - 1, 30)", "self.first"),),
    ),
    Fault(
        name="worker-idle-writes",
        promise="a worker that finds nothing to do makes no writer wait",
        tests=(f"{_UNITS}test_a_worker_that_finds_nothing_to_do_writes_nothing[sqlite]",),
        edits=(Edit("adapters/sql/outbox.py", "if not self._ready(connection, now, 1):", "if not connection:"),),
    ),
    # --- stopping ------------------------------------------------------------------------------
    Fault(
        name="worker-stop-forgets-the-rest",
        promise="a relay that stops forgets no event that it has not told",
        tests=(_GIVES_BACK,),
        edits=(Edit("adapters/outbox.py", "results.untried += leased[place:]", "results.taken += leased[place:]"),),
    ),
    Fault(
        name="worker-stop-keeps-the-rest",
        promise="what a relay has leased and not told is free at once when it stops",
        tests=(_GIVES_BACK,),
        edits=(Edit("adapters/outbox.py", "                    results.untried += leased[place:]\n", ""),),
    ),
    Fault(
        name="worker-stop-cuts-the-hand-off",
        promise="a worker that stops finishes what it has in hand",
        tests=(f"{_UNITS}test_what_ends_a_program_ends_the_worker",),
        edits=(Edit("adapters/worker.py", "                thread.join()\n", "                pass\n"),),
    ),
    Fault(
        name="worker-sigterm-kills",
        promise="SIGTERM lets a worker finish what it has in hand, and end with 0",
        tests=(f"{_PROCESSES}test_a_signal_ends_a_worker_when_it_has_finished_what_it_has_in_hand[15-sqlite]",),
        edits=(
            Edit(
                "adapters/cli/work.py",
                "for number in (signal.SIGTERM, signal.SIGINT):",
                "for number in (signal.SIGINT,):",
            ),
        ),
    ),
    # --- sinks ---------------------------------------------------------------------------------
    Fault(
        name="worker-sinks-passed-by",
        promise="no worker that lacks a sink books events that the sink would take",
        tests=(f"{_COMMAND}test_sinks_that_only_the_program_knows_are_not_passed_by",),
        edits=(Edit("adapters/cli/work.py", "        _refuse_unknown_sinks(mall)\n", ""),),
    ),
)
