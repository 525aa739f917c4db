"""Faults in ranges: whom an event is put to, and who still says why not."""

from __future__ import annotations

from tests.faults.fault import Edit, Fault

__all__ = ["RANGES"]

_CONDITIONS = "tests/entitlements/test_ranges.py::"
_ENGINE = "tests/engine/test_ranges.py::"
_INDEX = "tests/properties/test_ranges.py::"

_BY_RANGE, _IN_FORCE = "campaigns/engine/by_range.py", "campaigns/engine/in_force.py"
_RANGES, _TREE = "entitlements/checks/ranges.py", "campaigns/engine/intervals.py"

RANGES = (
    # --- bounds --------------------------------------------------------------------------------
    Fault(
        name="open-bound-taken-as-closed",
        promise="an event at an open bound is put to nobody",
        tests=(
            f"{_CONDITIONS}test_each_test_of_order_is_a_bound",
            f"{_ENGINE}test_bounds_belong_to_it_or_not_as_the_campaign_says[10.00-a b]",
        ),
        edits=(Edit(_RANGES, '"low": value, "low_open": True', '"low": value'),),
    ),
    Fault(
        name="closed-bound-taken-as-open",
        promise="an event at a bound that belongs to it is put to the campaign",
        tests=(
            f"{_ENGINE}test_bounds_belong_to_it_or_not_as_the_campaign_says[10.00-a b]",
            f"{_INDEX}test_a_value_finds_the_ranges_that_it_lies_in[10-c0]",
        ),
        edits=(
            Edit(
                _RANGES,
                '"min": lambda value: {"low": value},',
                '"min": lambda value: {"low": value, "low_open": True},',
            ),
        ),
    ),
    Fault(
        name="bounds-off-by-one",
        promise="the tree finds a range at its first value",
        tests=(f"{_INDEX}test_a_large_tree_finds_ranges_at_their_bounds",),
        edits=(
            Edit(
                _TREE, "2 * numbers[range_.low] + 1 + range_.low_open", "2 * numbers[range_.low] + 2 + range_.low_open"
            ),
        ),
    ),
    Fault(
        name="wider-of-two-bounds",
        promise="of two bounds the narrower one holds",
        tests=(f"{_CONDITIONS}test_several_tests_of_one_value_come_together",),
        edits=(Edit(_RANGES, "= max(lows, default", "= min(lows, default"),),
    ),
    Fault(
        name="alternative-taken-as-demand",
        promise="what need not hold divides nobody",
        tests=(f"{_CONDITIONS}test_what_need_not_hold_is_no_range",),
        edits=(Edit(_RANGES, 'case AllOf(parts=parts, reason=""):', "case AllOf(parts=parts):"),),
    ),
    # --- values --------------------------------------------------------------------------------
    Fault(
        name="missing-value-let-in",
        promise="an event without the value is put to nobody who compares it",
        tests=(f"{_INDEX}test_a_value_finds_the_ranges_that_it_lies_in[9-]",),
        edits=(
            Edit(
                _RANGES,
                "        if value is None:\n            return False\n",
                "        if value is None:\n            return True\n",
            ),
            Edit(
                _BY_RANGE,
                "            if value is None:\n                continue\n",
                "            if value is None:\n                yield from self.entries\n",
            ),
        ),
    ),
    Fault(
        name="odd-value-left-out",
        promise="a value without a place among bounds is left to the conditions",
        tests=(f"{_INDEX}test_true_is_one_here_as_it_is_in_conditions",),
        edits=(
            Edit(
                _RANGES,
                'bool: "number", Decimal: "number", float: "number", int:',
                'Decimal: "number", float: "number", int:',
            ),
            Edit(_BY_RANGE, "            if family is None:  # it", "            if family == 0:  # it"),
        ),
    ),
    # --- the index -----------------------------------------------------------------------------
    Fault(
        name="added-campaign-not-found",
        promise="a campaign that is added is found from then on",
        tests=(f"{_INDEX}test_what_is_added_later_is_found_at_once",),
        edits=(Edit(_BY_RANGE, "        if self._fresh:\n", "        if self._fresh and not self._parts:\n"),),
    ),
    Fault(
        name="all-sorted-again",
        promise="one more campaign costs no rebuild of all",
        tests=(f"{_INDEX}test_what_is_added_is_not_sorted_again_and_again[1]",),
        edits=(Edit(_BY_RANGE, "len(parts[-1].entries) < 2 * len(entries):", "len(entries) > 0:"),),
    ),
    Fault(
        name="every-range-looked-at",
        promise="an event costs what it concerns",
        tests=(f"{_INDEX}test_a_tree_is_divided_until_few_ranges_are_left",),
        edits=(Edit(_TREE, "    if len(placed) <= _FEW:\n", "    if len(placed) <= 99_999:\n"),),
    ),
    Fault(
        name="index-not-made-anew",
        promise="what is applied or paused is in force with the next event",
        tests=(f"{_ENGINE}test_another_range_is_in_force_with_the_next_event[memory]",),
        edits=(
            Edit(
                _IN_FORCE,
                "self._index if same else Index(newest.values())",
                "self._index if self._newest else Index(newest.values())",
            ),
        ),
    ),
    # --- who says why --------------------------------------------------------------------------
    Fault(
        name="no-left-unsaid",
        promise="whoever asks hears why a campaign did nothing",
        tests=(f"{_ENGINE}test_a_receipt_names_only_those_who_were_asked[memory]",),
        edits=(Edit("campaigns/requests.py", "self.ports.transactions.exhaustively()", "self.ports.transactions"),),
    ),
    Fault(
        name="story-hears-no-no",
        promise="a story is told why a campaign did nothing",
        tests=(f"{_ENGINE}test_stories_and_recordings_ask_everybody",),
        edits=(Edit("adapters/sandboxes.py", "suppliers=suppliers, exhaustive=True", "suppliers=suppliers"),),
    ),
    Fault(
        name="wrong-range-unnoticed",
        promise="a campaign that acts outside of its ranges stops the story",
        tests=(f"{_ENGINE}test_where_everybody_is_asked_a_wrong_range_is_noticed",),
        edits=(
            Edit("campaigns/engine/decisions.py", "                self._not_left_out(link.ask, decision, play)\n", ""),
        ),
    ),
    Fault(
        name="command-divided-by-range",
        promise="whoever gives a command is told what is missing",
        tests=(f"{_ENGINE}test_whoever_asks_is_told_that_a_value_is_too_small",),
        edits=(
            Edit("campaigns/engine/index.py", "everyone = everyone or ask.asks", "everyone = everyone"),
            Edit("campaigns/engine/index.py", "if not found and ask.asks:", "if False:"),
        ),
    ),
    Fault(
        name="key-of-nobody-forgotten",
        promise="the key of an event is taken although nobody was asked",
        tests=(f"{_ENGINE}test_a_key_is_kept_although_nobody_was_asked",),
        edits=(Edit("campaigns/engine/decisions.py", " or self._in_force.wanted(ask):", ":"),),
    ),
    Fault(
        name="damaged-range-believed",
        promise="a damaged text hides nothing behind its ranges",
        tests=(f"{_ENGINE}test_a_damaged_text_hides_nothing_behind_its_ranges[sqlite]",),
        edits=(Edit(_IN_FORCE, "attrs.evolve(trigger, ranges={})", "trigger"),),
    ),
)
