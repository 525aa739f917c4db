"""Faults in tasks, rewards and the windows in which they count."""

from __future__ import annotations

from tests.faults.fault import Edit, Fault

__all__ = ["TASKS"]

_PART = "tests/entitlements/test_undone_in_part.py::"
_ORDER = "tests/entitlements/test_task_order.py::"
_TASK = "tests/entitlements/test_task.py::"
_UNDONE = "tests/entitlements/test_task_undone.py::"
_WINDOWS = "tests/entitlements/test_windows.py::"

_COUNT = "entitlements/plays/task/count.py"
_FALL = "entitlements/plays/task/undo.py"
_ROUNDS = "entitlements/plays/task/progress.py"
_SHARES = "entitlements/undo/partial.py"
_TALLY = "entitlements/plays/task/attempt.py"
_USAGE = "entitlements/limits/rolling.py"

TASKS = (
    # --- goals ---------------------------------------------------------------------------------
    Fault(
        name="goal-given-twice",
        promise="a goal gives once a round, whatever is undone and done again",
        tests=(f"{_UNDONE}test_what_is_spent_stays_and_the_goal_pays_nothing_twice",),
        edits=(Edit(_TALLY, " and not self.round.given(goal.rule)]", "]"),),
    ),
    Fault(
        name="progress-past-target",
        promise="no goal passes its target, and what comes beyond is not kept",
        tests=(f"{_TASK}test_a_goal_counts_an_attribute[sum-values0-progress0]",),
        edits=(
            Edit(_TALLY, "added = min(worth, left)", "added = worth"),
            Edit(_COUNT, '"progress", cap=goal.target)', '"progress")'),
        ),
    ),
    Fault(
        name="condition-of-a-goal-ignored",
        promise="an event counts only for the goals whose condition holds",
        tests=(f"{_TASK}test_events_that_fail_a_goals_condition_count_for_the_others",),
        edits=(Edit(_TALLY, "if goal.only_if is not None:", "if False:"),),
    ),
    Fault(
        name="out-of-turn",
        promise="nothing counts for a goal before those it comes after are done",
        tests=(f"{_ORDER}test_nothing_counts_before_its_turn",),
        edits=(Edit(_TALLY, "        self._in_turn(goal)\n", ""),),
    ),
    Fault(
        name="value-counted-twice",
        promise="a goal of different values counts each of them once",
        tests=(f"{_ORDER}test_a_value_counts_once",),
        edits=(Edit(_TALLY, "if str(value) in self.round.record.values.get(goal.name, ()):", "if False:"),),
    ),
    Fault(
        name="value-never-again",
        promise="a value counts again once what brought it is undone",
        tests=(f"{_ORDER}test_a_value_counts_again_once_what_brought_it_is_undone",),
        edits=(Edit(_FALL, "        _forget_values(task, booked, draft)\n", ""),),
    ),
    Fault(
        name="paid-for-ones-own-click",
        promise="an event that counts for somebody else does not count for who did it",
        tests=(f"{_ORDER}test_an_event_counts_for_whom_it_names",),
        edits=(Edit(_TALLY, "if self.ask.holders.get(DOER) == self.ask.holder:", "if False:"),),
    ),
    # --- rounds and windows --------------------------------------------------------------------
    Fault(
        name="window-not-begun-anew",
        promise="a task of the week begins at nothing on Monday",
        tests=(f"{_TASK}test_each_window_begins_anew_without_any_job",),
        edits=(Edit(_ROUNDS, "key = (name, *subject)", 'key = ("", *subject)'),),
    ),
    Fault(
        name="round-not-counted",
        promise="after a round the next event counts in another one",
        tests=(f"{_TASK}test_a_task_begins_again_as_often_as_it_may",),
        edits=(Edit(_COUNT, "if found.completing and task.restart:", "if False:"),),
    ),
    Fault(
        name="deadline-from-the-last-event",
        promise="a deadline runs from the first event, and not anew from each",
        tests=(f"{_ORDER}test_a_deadline_runs_from_the_first_event",),
        edits=(
            Edit(_ROUNDS, "opening=opening if window.follows and start is None else None,", "opening=opening,"),
            Edit(
                _USAGE,
                'counted_at = next(iter(uses)) if uses and window.name == "since_first" else at',
                "counted_at, uses = at, {}",
            ),
        ),
    ),
    Fault(
        name="rolling-window-one-too-long",
        promise="a use counts until exactly so long after it",
        tests=(
            f"{_WINDOWS}test_a_use_counts_until_exactly_so_long_after_it",
            f"{_WINDOWS}test_no_stretch_of_a_rolling_window_holds_more_than_the_cap",
        ),
        edits=(
            Edit(
                _USAGE,
                "tuple(use for use in uses if window.length.after(use.at, zone) > at)",
                "tuple(use for use in uses if window.length.after(use.at, zone) >= at)",
            ),
        ),
    ),
    Fault(
        name="rolling-use-kept-after-undo",
        promise="what is given back leaves room in the window it came from",
        tests=(
            f"{_WINDOWS}test_what_is_given_back_leaves_room_at_once",
            f"{_WINDOWS}test_a_hold_that_ends_gives_its_place_back_to_a_rolling_window",
        ),
        edits=(Edit(_USAGE, "amount=max(use.amount - amount, 0)", "amount=use.amount"),),
    ),
    # --- undone --------------------------------------------------------------------------------
    Fault(
        name="sum-not-lowered",
        promise="an undone event takes its progress with it",
        tests=(f"{_UNDONE}test_an_undo_before_the_end_only_lets_the_goal_fall_back",),
        edits=(Edit(_FALL, 'draft.post(account, outside("open", account.unit), part, "fall back")', "pass"),),
    ),
    Fault(
        name="beyond-the-target-forgotten",
        promise="what counted beyond the target keeps a goal full when something before it is undone",
        tests=(
            f"{_UNDONE}test_what_counted_beyond_the_target_keeps_a_goal_full[o1]",
            f"{_UNDONE}test_a_sum_remembers_what_it_was_paid_beyond",
        ),
        edits=(Edit(_TALLY, "if self._spares(goal) and worth > added:", "if False:"),),
    ),
    Fault(
        name="end-gift-kept",
        promise="the gift for everything goes when a goal is no longer full",
        tests=(f"{_UNDONE}test_an_undone_event_takes_its_progress_and_what_hung_on_it",),
        edits=(Edit(_FALL, "b.rule in {*open_again, ALL_DONE}", "b.rule in open_again"),),
    ),
    Fault(
        name="task-undone-twice",
        promise="a source is undone once, and an undo that comes first is met by its cause",
        tests=(f"{_UNDONE}test_a_source_is_undone_once_and_an_early_undo_is_met_by_its_cause",),
        edits=(Edit(_FALL, "    mark_undone(cause.trail, task.head.campaign, ask, draft)\n", ""),),
    ),
    Fault(
        name="share-rounded-down",
        promise="what is undone in part is rounded up over all parts together",
        tests=(
            f"{_PART}test_points_go_with_the_share_that_is_undone[refunds1-found1]",
            f"{_PART}test_parts_take_the_share_of_all_of_them",
        ),
        edits=(Edit(_SHARES, "return -(-amount * parted // base) if base else 0", "return amount * parted // base"),),
    ),
    Fault(
        name="parts-not-added-up",
        promise="a second part is of what the first one left",
        tests=(f"{_PART}test_points_go_with_the_share_that_is_undone[refunds1-found1]",),
        edits=(
            Edit(
                "entitlements/plays/reward/undo.py",
                "replace(draft, attrs.evolve(booked, parted=so_far), cause.sources)",
                "pass",
            ),
        ),
    ),
    Fault(
        name="sum-falls-too-far",
        promise="a sum counts of an order what is left of it, and no less",
        tests=(f"{_PART}test_a_sum_counts_no_more_of_an_order_than_is_left_of_it[cut_at_the_target]",),
        edits=(
            Edit(
                _FALL,
                "return before - min(before, booked.base - parted) if shared else 0",
                "return min(before, parted - booked.parted) if shared else 0",
            ),
        ),
    ),
    # --- commands ------------------------------------------------------------------------------
    Fault(
        name="command-not-told-why",
        promise="whoever waits is told which condition said no",
        tests=(
            "tests/stories/test_malls.py::test_a_story_in_memory_does_not_depend_on_sweeps[errands: the first two of all are in-swept]",
        ),
        edits=(Edit("campaigns/engine/index.py", "if not found and ask.asks:", "if False:"),),
    ),
)
