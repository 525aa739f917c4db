"""Faults in alarms: raised twice, told again, never over, and sums that are not those of the books."""

from __future__ import annotations

from tests.faults.fault import Edit, Fault

__all__ = ["ALARMS"]

_ALARMS = "tests/alarms/test_alarms.py::"
_SUMS = "tests/alarms/test_sums.py::"
_CONSOLE = "tests/console/test_alarms.py::"
_NOTES = "entitlements/plays/alarms.py"
_LOOKS = "adapters/alarms/alarms.py"
_COUNTING = "adapters/figures/counting.py"

ALARMS = (
    Fault(
        name="alarm-counted-with-each-look",
        promise="an alarm is counted once an hour while it lasts",
        tests=(f"{_ALARMS}test_it_is_counted_once_an_hour_while_it_lasts[memory]",),
        edits=(
            Edit(
                "entitlements/records/alarms.py",
                "return worse or at - self.last_at >= self.counted_each",
                "return True",
            ),
        ),
    ),
    Fault(
        name="alarm-raised-beside-another",
        promise="several who find the same thing at once make one alarm of it",
        tests=(f"{_ALARMS}test_a_look_that_began_before_another_raised_it_makes_no_second",),
        edits=(Edit(_LOOKS, "return last[0].round\n", "return last[0].round + 1\n"),),
    ),
    Fault(
        name="alarm-never-over",
        promise="an alarm is cleared when what it was about is over",
        tests=(f"{_ALARMS}test_what_is_over_is_cleared_and_what_comes_again_is_another_alarm[memory]",),
        edits=(Edit(_LOOKS, "if alarm.name == name and key not in seen:", "if False:"),),
    ),
    Fault(
        name="alarm-over-is-seen-again",
        promise="a stale look changes nothing of an alarm that is over",
        tests=(f"{_ALARMS}test_a_stale_look_changes_nothing_of_what_is_over",),
        edits=(Edit(_NOTES, "if not before.open or not before.counts(", "if not before.counts("),),
    ),
    Fault(
        name="alarm-acknowledged-twice",
        promise="one operator acknowledges an alarm",
        tests=(f"{_ALARMS}test_nobody_acknowledges_without_a_reason_twice_or_what_is_over[memory]",),
        edits=(Edit(_NOTES, 'if before.phase != "raised":', 'if before.phase == "cleared":'),),
    ),
    Fault(
        name="alarm-cleared-by-a-failing-rule",
        promise="a rule that fails clears nothing",
        tests=(f"{_ALARMS}test_a_rule_that_fails_hides_nothing_and_clears_nothing",),
        edits=(Edit(_LOOKS, "                    continue\n", "                    found = []\n"),),
    ),
    Fault(
        name="spent-points-stay-owed",
        promise="points outstanding are what is in wallets",
        tests=(f"{_SUMS}test_points_by_end_are_what_is_in_wallets[memory]",),
        edits=(Edit("adapters/figures/liability.py", "amounts[_ISSUED] - amounts[_SPENT]", "amounts[_ISSUED]"),),
    ),
    Fault(
        name="part-counted-points-shown-as-all",
        promise="points that were not counted from the first change are not shown as a number",
        tests=(f"{_SUMS}test_sums_that_an_older_program_began_are_told_until_they_are_counted_again[sqlite]",),
        edits=(Edit("adapters/sql/figures.py", "whole=mark.text is None", "whole=True"),),
    ),
    Fault(
        name="given-back-budget-stays-used",
        promise="the days of a budget come to what the books say is used",
        tests=(f"{_SUMS}test_the_days_of_a_budget_come_to_what_the_books_say_is_used[memory]",),
        edits=(Edit(_COUNTING, 'parts[0]), day, "", unit)\n', 'parts[0]), "", "", unit)\n'),),
    ),
    Fault(
        name="tile-leads-to-other-rows",
        promise="each number of the overview leads to rows that add up to it",
        tests=(f"{_CONSOLE}test_each_number_of_the_last_days_leads_to_campaigns_that_add_up[issued-Points issued]",),
        edits=(
            Edit(
                "adapters/console/figures/rows.py", "return _by_unit(getattr(row, name), to)", "return _by_unit({}, to)"
            ),
        ),
    ),
)
