"""Faults in streaks: days, rows, milestones, make-ups, ladders, marks taken back."""

from __future__ import annotations

from tests.faults.fault import Edit, Fault

__all__ = ["STREAKS"]

_DAYS = "tests/entitlements/test_streak.py::"
_FREEZE = "tests/entitlements/test_streak_freeze.py::"
_LADDER = "tests/entitlements/test_streak_ladder.py::"
_MAKEUP = "tests/entitlements/test_streak_makeup.py::"
_ROWS = "tests/properties/test_streaks.py::"
_UNDONE = "tests/entitlements/test_streak_undone.py::"

_SEED = f"{_MAKEUP}test_check_ins_with_make_up_cards_to_the_end"
_MARKING = "entitlements/plays/streak/attempt.py"
_TAKEN_BACK = "entitlements/plays/streak/undo.py"

STREAKS = (
    # --- days --------------------------------------------------------------------------------
    Fault(
        name="second-mark-accepted",
        promise="a day is marked once",
        tests=(f"{_DAYS}test_a_second_mark_of_a_day_is_refused_with_the_way_on", _SEED),
        edits=(Edit(_MARKING, "if self.day in self.marks.days and not self.again:", "if False:"),),
    ),
    Fault(
        name="tomorrow-marked",
        promise="a day to come can't be marked",
        tests=(f"{_DAYS}test_days_that_cannot_be_marked[data0-day-to-come]",),
        edits=(Edit(_MARKING, "if self.day > self.today:", "if False:"),),
    ),
    Fault(
        name="zone-of-members-ignored",
        promise="with zone: user days are the member's own",
        tests=(f"{_DAYS}test_days_are_the_members_own[America/New_York-2026-04-09]",),
        edits=(Edit("entitlements/plays/streak/days.py", "if not streak.member_zone:", "if streak.member_zone:"),),
    ),
    Fault(
        name="day-twice-by-moving",
        promise="moving to another zone gives no day twice, and none ahead of time",
        tests=(f"{_DAYS}test_moving_gives_no_day_twice_and_none_ahead_of_time",),
        edits=(
            Edit("entitlements/plays/streak/days.py", "not pinned or _date(at, wanted) == _date(at, pinned)", "wanted"),
        ),
    ),
    # --- rows and milestones -----------------------------------------------------------------
    Fault(
        name="row-not-joined",
        promise="a row is everything marked without a gap, before the day and after it",
        tests=(
            f"{_DAYS}test_events_that_say_their_day_may_come_in_any_order[order3]",
            f"{_ROWS}test_rows_are_runs_of_crosses",
        ),
        edits=(
            Edit(
                "entitlements/plays/streak/runs.py",
                "(_far_end(days, day, timedelta(days=sign * step), period) for sign in (-1, 1))",
                "(_far_end(days, day, timedelta(days=-step), period), day)",
            ),
        ),
    ),
    Fault(
        name="row-over-the-period",
        promise="where a period ends, a row ends",
        tests=(f"{_LADDER}test_a_new_period_begins_below",),
        edits=(
            Edit("entitlements/plays/streak/runs.py", "in days and _are_together(day, following, period):", "in days:"),
        ),
    ),
    Fault(
        name="milestone-twice-a-row",
        promise="a milestone is paid once for each row, also where a day made up joins two",
        tests=(_SEED,),
        edits=(
            Edit(
                _MARKING, "return sum(day in self.row for day in paid)", "return sum(self.day == day for day in paid)"
            ),
        ),
    ),
    Fault(
        name="every-but-once",
        promise="what is given for every seven days is given for the fourteenth",
        tests=(f"{_LADDER}test_every_third_day_also_where_rows_are_joined",),
        edits=(Edit("entitlements/plays/streak/terms.py", "return count // self.days if self.every else", "return"),),
    ),
    Fault(
        name="step-by-one",
        promise="the first day has the first step",
        tests=(
            f"{_LADDER}test_after_the_last_step[again-found0]",
            f"{_LADDER}test_a_gap_costs_the_climb_or_nothing[row-found0]",
        ),
        edits=(Edit("entitlements/plays/streak/terms.py", "else (number - 1) % last]", "else number % last]"),),
    ),
    Fault(
        name="rounded-gift-by-gift",
        promise="the points of a day are multiplied together, and rounded once",
        tests=(f"{_LADDER}test_the_points_of_a_day_are_multiplied_together_and_rounded_once",),
        edits=(
            Edit(
                "entitlements/plays/streak/gifts.py",
                "self._multiplied(before + amount) - self._multiplied(before)",
                "self._multiplied(amount)",
            ),
        ),
    ),
    # --- making up ---------------------------------------------------------------------------
    Fault(
        name="makeup-window-short",
        promise="the last day on which a day can be made up counts as a whole",
        tests=(f"{_MAKEUP}test_a_missed_week_is_reckoned_from_its_sunday", _SEED),
        edits=(
            Edit(_MARKING, "last is not None and last < self._date()", "last is not None and last <= self._date()"),
        ),
    ),
    Fault(
        name="makeup-window-long",
        promise="the day after the last one is too late",
        tests=(f"{_MAKEUP}test_a_missed_week_is_reckoned_from_its_sunday", _SEED),
        edits=(
            Edit(
                _MARKING,
                "last is not None and last < self._date()",
                "last is not None and last + timedelta(days=1) < self._date()",
            ),
        ),
    ),
    Fault(
        name="makeup-not-charged",
        promise="making up takes what it costs",
        tests=(_SEED,),
        edits=(Edit(_MARKING, 'spend(draft, unit, holder, amount, to=outside("revenue", gift.thing))', "pass"),),
    ),
    Fault(
        name="makeup-limit-not-asked",
        promise="days are made up so often and no more",
        tests=(_SEED,),
        edits=(Edit(_MARKING, "self.gains.take_places(self.makeup.at_most)", "pass"),),
    ),
    Fault(
        name="makeup-free-for-ever",
        promise="only so many make-ups are free",
        tests=(f"{_LADDER}test_the_first_make_ups_of_a_month_are_free",),
        edits=(
            Edit(
                _MARKING,
                "self.gains.take_places(self.makeup.free if self.makeup is not None else ())",
                "pass",
            ),
        ),
    ),
    Fault(
        name="freeze-not-charged",
        promise="days that are covered by themselves take what they take",
        tests=(f"{_FREEZE}test_missed_days_are_covered_when_the_next_mark_comes[01 02 04-1-rows0-0]",),
        edits=(
            Edit(
                "entitlements/plays/streak/mark.py", 'pay_for(streak, ask.holder or "", len(found.covered), draft)', ""
            ),
        ),
    ),
    Fault(
        name="freeze-of-part-of-a-gap",
        promise="all missed days are covered, or none",
        tests=(f"{_FREEZE}test_missed_days_are_covered_when_the_next_mark_comes[01 02 06-9-rows3-9]",),
        edits=(Edit("entitlements/plays/streak/freeze.py", "len(missed) > freeze.most or", "False or"),),
    ),
    # --- taking back -------------------------------------------------------------------------
    Fault(
        name="undone-day-stays",
        promise="a day whose mark is undone falls out",
        tests=(
            f"{_UNDONE}test_a_source_is_undone_once_and_one_that_comes_later_is_not_marked",
            f"{_UNDONE}test_one_source_may_hold_up_several_days",
        ),
        edits=(Edit(_TAKEN_BACK, "self.draft.put(left)", "pass"),),
    ),
    Fault(
        name="undone-milestones-kept",
        promise="what the days left no longer earn is taken back",
        tests=(
            f"{_UNDONE}test_a_payment_stands_as_long_as_some_row_earns_it[01 02 03-02-left0]",
            f"{_UNDONE}test_a_payment_stands_as_long_as_some_row_earns_it[01 02 03 04 05 06-03-left3]",
        ),
        edits=(Edit(_TAKEN_BACK, "moved = shifts(self.streak, left)", "moved: list[Shift] = []"),),
    ),
    Fault(
        name="undone-while-held",
        promise="a day stays until the last event that holds it up is undone",
        tests=(f"{_UNDONE}test_every_event_of_a_day_holds_it_up",),
        edits=(Edit(_TAKEN_BACK, "if record.held > 1:", "if False:"),),
    ),
    Fault(
        name="spent-and-given-again",
        promise="what did not come back whole is not given again",
        tests=(f"{_UNDONE}test_what_did_not_come_back_whole_is_not_given_again",),
        edits=(Edit(_MARKING, "kept = self.streak.if_undone and any(", "kept = any((False,)) and any("),),
    ),
)
