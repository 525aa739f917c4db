"""Faults in what ends, what is undone, and what a campaign may cost or cause."""

from __future__ import annotations

from tests.faults.fault import Edit, Fault

__all__ = ["RULES"]

_ENDED = "tests/entitlements/test_points_ended.py::"

_CHAINS = "tests/campaigns/test_chains.py::"
_BOUNDS = "tests/campaigns/test_bounds.py::"

_BAD = "tests/campaigns/test_findings.py::test_a_mistake_is_found_where_it_stands"

_CHECKS = "tests/entitlements/test_checks.py::"

_CHECK = "entitlements/checks/check.py"
_POINTS = "entitlements/points.py"
_RECURRENCE = "entitlements/recurrence.py"
_UNDOING = "campaigns/project/lint/undoing.py"
_REWARD, _REFERRAL = "campaigns/kinds/reward/lint.py", "campaigns/kinds/referral/lint.py"

RULES = (
    Fault(
        name="budget-of-a-month-unbounded",
        promise="what a month's budget bounds is said",
        tests=("tests/campaigns/test_show.py::test_what_goes_on_for_ever_is_bounded_in_each_window[month]",),
        edits=(
            Edit(
                "entitlements/limits/bounds.py",
                "    windows = _joined(one.windows, other.windows)\n",
                "    windows = ()\n",
            ),
        ),
    ),
    # --- checks --------------------------------------------------------------------------------
    Fault(
        name="first-check-skipped",
        promise="every check that a campaign names is asked",
        tests=(
            f"{_CHECKS}test_checks_are_asked_in_the_order_given_up_to_the_first_that_fails",
            "tests/entitlements/test_check_order.py::test_a_sale_refuses_by_the_first_check_that_fails[0-checks0]",
            "tests/entitlements/test_check_order.py::test_a_reward_is_skipped_by_the_first_check_that_fails[0-checks0]",
        ),
        edits=(Edit(_CHECK, "    for name in names:", "    for name in tuple(names)[1:]:"),),
    ),
    Fault(
        name="unknown-check-let-through",
        promise="a stored campaign with a check that nobody knows is stopped",
        tests=(f"{_CHECKS}test_a_stored_campaign_with_a_check_that_nobody_knows_is_an_error_of_storage",),
        edits=(
            Edit(_CHECK, "            raise StorageError(", "            continue\n            raise StorageError("),
        ),
    ),
    Fault(
        name="refusal-without-its-check",
        promise="a refusal names the check that said no, and its place in the file",
        tests=(f"{_CHECKS}test_a_refusal_names_its_check_and_the_first_of_its_keys_that_the_file_has",),
        edits=(Edit(_CHECK, "            no.at(name, attempt.head.place_of(*check.keys))\n", ""),),
    ),
    # --- what has ended ------------------------------------------------------------------------
    Fault(
        name="ended-points-taken-twice",
        promise="an undo takes no other points for those that have ended",
        tests=(
            f"{_ENDED}test_an_undo_takes_no_other_points_for_those_that_ended[left-True]",
            f"{_ENDED}test_an_undo_makes_no_debt_of_points_that_ended[True]",
            f"{_ENDED}test_a_milestone_whose_points_ended_takes_no_others",
        ),
        edits=(Edit(_POINTS, "gone = min(draft.balance(ended(first)), amount)", "gone = 0"),),
    ),
    Fault(
        name="ended-points-of-everybody",
        promise="of a lot that several events share, what ended counts for one of them only",
        tests=(f"{_ENDED}test_orders_that_share_a_lot_owe_together_what_was_spent_of_it[o1]",),
        edits=(
            Edit(
                _POINTS,
                'draft.post(ended(first), outside("issued", first.unit), gone, label)',
                "pass",
            ),
        ),
    ),
    Fault(
        name="ended-only-when-swept",
        promise="what ended counts as ended whether or not anybody booked it",
        tests=(f"{_ENDED}test_an_undo_takes_no_other_points_for_those_that_ended[refuse-False]",),
        edits=(Edit(_POINTS, "    end_lot(draft, first)\n    gone", "    gone"),),
    ),
    # --- what it may cost ----------------------------------------------------------------------
    Fault(
        name="instead-unbounded",
        promise="what is given in the place of something else needs a bound of its own",
        tests=(f"{_BAD}[unbounded-instead]",),
        edits=(Edit(_REWARD, ', *(("instead", gift) for gift in play.instead)):', ",):"),),
    ),
    Fault(
        name="instead-of-a-rule-unbounded",
        promise="so does what a referral's rule gives in the place of something else",
        tests=(f"{_BAD}[unbounded-instead]",),
        edits=(Edit(_REFERRAL, "for gift in (*reward.give, *reward.instead):", "for gift in reward.give:"),),
    ),
    Fault(
        name="limit-on-binding-overlooked",
        promise="a limit on how many friends are bound bounds what is given for the bond",
        tests=(f"{_BOUNDS}test_a_limit_on_binding_bounds_what_hangs_on_the_bond[bound]",),
        edits=(Edit(_REFERRAL, "        return [*found, *bonds]", "        return found"),),
    ),
    Fault(
        name="bonds-not-counted-in-the-cost",
        promise="the cost that is shown counts how many friends can be bound",
        tests=(f"{_BOUNDS}test_what_is_shown_as_the_cost_counts_the_bonds[bound]",),
        edits=(Edit("entitlements/plays/referral/exposure.py", "        yield from bonds\n", ""),),
    ),
    # --- what causes itself --------------------------------------------------------------------
    Fault(
        name="circle-of-campaigns-overlooked",
        promise="campaigns that go on causing each other are found before they run",
        tests=(f"{_CHAINS}test_two_that_feed_each_other", f"{_CHAINS}test_one_that_hears_itself"),
        edits=(Edit("campaigns/project/lint/__init__.py", "    check_chains(campaigns, findings)\n", ""),),
    ),
    Fault(
        name="any-limit-ends-a-circle",
        promise="a limit ends a circle only if it does so within the steps that the engine follows",
        tests=(f"{_CHAINS}test_one_that_hears_itself",),
        edits=(
            Edit(
                "campaigns/project/lint/chains.py",
                "return times is not None and times * length <= _DEPTH",
                "return times is not None",
            ),
        ),
    ),
    Fault(
        name="condition-of-a-link-ignored",
        promise="who listens to one campaign by name is not taken to hear all",
        tests=(f"{_CHAINS}test_a_ring_of_three_and_one_beside_it",),
        edits=(
            Edit(
                "campaigns/project/lint/chains.py",
                "return link.only_if is None or _truth(link.only_if, known) is not False",
                "return True",
            ),
        ),
    ),
    # --- undoing that does nothing, or too much -------------------------------------------------
    Fault(
        name="cause-that-undoes",
        promise="an event that both causes and undoes is a mistake",
        tests=(f"{_BAD}[undone-by-its-cause]",),
        edits=(Edit(_UNDOING, "if found := sorted(causes & set(when)):", "if found := ():"),),
    ),
    Fault(
        name="person-undone-for-good",
        promise="whoever undoes by a person is warned that it is for good",
        tests=(f"{_BAD}[undone-for-good]",),
        edits=(Edit(_UNDOING, "        _check_people(undoable, place, events, findings)\n", ""),),
    ),
    # --- days and openings ---------------------------------------------------------------------
    Fault(
        name="midnight-loses-a-day",
        promise="what is got at midnight ends with what is got a second later",
        tests=(
            "tests/entitlements/test_sale_goods.py::test_what_is_got_at_midnight_ends_with_what_is_got_a_second_later[7d]",
        ),
        edits=(
            Edit(
                "entitlements/grants.py",
                'Window("day").ends(end, zone_of(zone))',
                'Window("day").ends(end - timedelta(microseconds=1), zone_of(zone))',
            ),
        ),
    ),
    Fault(
        name="opening-after-the-end",
        promise="no opening is named that the campaign does not live to see",
        tests=("tests/entitlements/test_openings.py::test_what_is_over_by_tomorrow_does_not_start_tomorrow",),
        edits=(Edit("entitlements/checks/openings.py", "if found is not None and found in head.runs)", "if found)"),),
    ),
    Fault(
        name="rhythm-lost-at-new-year",
        promise="every third week stays every third week over New Year",
        tests=("tests/entitlements/test_recurrence.py::test_the_rhythm_goes_on_over_new_year",),
        edits=(
            Edit(
                _RECURRENCE,
                "(self._week_start(day) - self._week_start(_EPOCH)).days",
                "(self._week_start(day) - self._week_start(date(day.year, 1, 1))).days",
            ),
        ),
    ),
    Fault(
        name="rule-that-names-no-day",
        promise="a rule that names no day is refused when it is read",
        tests=("tests/entitlements/test_recurrence.py::test_a_rule_that_cannot_be_is_refused_at_once[thirtieth]",),
        edits=(Edit(_RECURRENCE, "    if not found.ever():", "    if False:"),),
    ),
    # --- receipts ------------------------------------------------------------------------------
    Fault(
        name="given-by-the-last-one-only",
        promise="a receipt sums up what all campaigns gave",
        tests=("tests/entitlements/test_receipts.py::test_what_was_given_is_summed_up_over_all_decisions",),
        edits=(Edit("entitlements/inputs.py", "found[thing] = found.get(thing, 0) + amount", "found[thing] = amount"),),
    ),
    Fault(
        name="answers-written-over",
        promise="what one campaign answers is not written over by another that hears the same",
        tests=("tests/campaigns/test_sheet.py::test_lists_are_joined_and_what_was_given_is_all_of_it",),
        edits=(
            Edit(
                "campaigns/engine/decisions.py",
                "known = answer.setdefault(name, value)",
                "known = answer[name] = value",
            ),
        ),
    ),
    Fault(
        name="days-of-long-ago",
        promise="news of a day counts only so long after it",
        tests=("tests/entitlements/test_streak.py::test_news_of_days_long_ago_is_refused[day-2026-04-01-day-too-old]",),
        edits=(
            Edit(
                "entitlements/plays/streak/attempt.py",
                "if until is not None and self._date() > until:",
                "if False:",
            ),
        ),
    ),
    # --- what is said --------------------------------------------------------------------------
    Fault(
        name="beyond-a-cap-not-said",
        promise="what is shown of a limit says what happens beyond it",
        tests=("tests/campaigns/test_show.py::test_what_happens_beyond_a_cap_is_said[skip]",),
        edits=(
            Edit(
                "campaigns/tools/show/__init__.py",
                '        yield speaker.say(f"  超出时{beyond}", f"  beyond it: {beyond}")\n',
                "",
            ),
        ),
    ),
    Fault(
        name="one-months",
        promise="one is said in the singular",
        tests=("tests/campaigns/test_show.py::test_one_is_said_in_the_singular[one]",),
        edits=(
            Edit("campaigns/language/speaker.py", 'return noun if count == 1 else f"{noun}s"', 'return f"{noun}s"'),
        ),
    ),
    Fault(
        name="bundle-without-windows",
        promise="what a sale or a bundle costs in each month is said where only a month bounds it",
        tests=("tests/campaigns/test_show.py::test_a_sale_and_a_bundle_are_bounded_in_each_window",),
        edits=(
            Edit(
                "entitlements/limits/bounds.py",
                "total=_total(b.total for b in each), windows=bounded)",
                "total=_total(b.total for b in each))",
            ),
        ),
    ),
)
