"""Faults in what product teams and hosts have at hand: plan, apply, backtest, retry, events, forms."""

from __future__ import annotations

from tests.faults.fault import Edit, Fault

__all__ = ["TOOLS"]

_DEFAULTS = "tests/campaigns/test_kind_defaults.py::"
_TELLING = "tests/stories/test_telling.py::"
_PLAN = "tests/cli/test_plan.py::"
_FORMS = "tests/adapters/test_web_forms.py::"

_MAIN = "tests/cli/test_main.py::"

TOOLS = (
    Fault(
        name="misread-lines-untold",
        promise="lines of a recording that could not be read are told, beside whether all decisions are the same",
        tests=("tests/cli/test_backtest.py::test_lines_that_say_nothing_are_told",),
        edits=(Edit("adapters/cli/output.py", "    if not misread:\n", "    if misread or not misread:\n"),),
    ),
    Fault(
        name="story-deaf-to-a-slip",
        promise="what a command of a story would not read is a finding",
        tests=("tests/stories/test_reading.py::test_what_a_command_would_not_read_is_a_finding[order.refund]",),
        edits=(
            Edit(
                "campaigns/tools/stories/read.py",
                "            if name not in (taken or ()):",
                "            if name in (taken or ()) and name not in (taken or ()):",
            ),
        ),
    ),
    Fault(
        name="payment-without-a-shape",
        promise="whatever stands in a place of a campaign is told in words",
        tests=(
            "tests/hostile/test_places.py::test_whatever_stands_in_a_place_of_a_campaign_is_told_in_words[plain-payment]",
        ),
        edits=(
            Edit(
                "campaigns/kinds/streak/schema.py",
                '(isinstance(value, dict) and "choose" in value)',
                '"choose" in value',
            ),
        ),
    ),
    Fault(
        name="lives-swapped",
        promise="a back-test tells the life before from the life after, also where they are lived at once",
        tests=("tests/cli/test_at_once.py::test_two_lives_at_once_are_the_two_lives_one_after_the_other",),
        edits=(Edit("adapters/cli/at_once.py", "return theirs, mine", "return mine, theirs"),),
    ),
    Fault(
        name="lives-half-told",
        promise="a life that failed in a process of its own fails where it is asked for, with its own words",
        tests=("tests/cli/test_at_once.py::test_what_fails_in_the_other_process_fails_here_with_its_own_words",),
        edits=(
            Edit(
                "adapters/cli/at_once.py",
                "        there.send(first())\n",
                "        there.send(first())\n        return\n    there.send(None)\n",
            ),
        ),
    ),
    Fault(
        name="seed-step-by-step",
        promise="seeding the demo shares commits among the steps of the crowd",
        tests=("tests/demo/test_world.py::test_seeding_says_how_far_it_is_and_shares_commits",),
        edits=(Edit("demo_app/steps.py", "_TOGETHER = 100", "_TOGETHER = 1"),),
    ),
    Fault(
        name="check-loads-database",
        promise="checking files loads no database",
        tests=(f"{_MAIN}test_looking_at_files_loads_neither_database_nor_web_framework[validate]",),
        edits=(
            Edit(
                "adapters/cli/validate.py",
                "    from quanyi.campaigns.language.findings import Findings\n",
                "    import sqlalchemy\n    from quanyi.campaigns.language.findings import Findings\n",
            ),
        ),
    ),
    Fault(
        name="version-forgets-digests",
        promise="what a limit keeps as a digest belongs to the campaign's version",
        tests=(
            "tests/campaigns/test_context.py::test_a_count_of_a_personal_attribute_begins_at_zero_and_plan_says_so",
        ),
        edits=(Edit("campaigns/project/versions.py", '{"hidden": hidden} if hidden else {}', "{}"),),
    ),
    Fault(
        name="plan-forgets-zero",
        promise="a plan says when an edit makes a count begin at zero",
        tests=(f"{_PLAN}test_a_limit_with_another_window_counts_from_zero",),
        edits=(
            Edit("campaigns/tools/plan.py", "if id_ not in old or _renamed(limit, old[id_]):", "if False:"),
            Edit("campaigns/tools/plan.py", "elif _rule", "elif id_ in old and _rule"),
        ),
    ),
    Fault(
        name="plan-hides-refusal",
        promise="what can't come into force is said before anybody presses apply",
        tests=(f"{_PLAN}test_a_quota_below_what_is_sold_is_refused",),
        edits=(
            Edit(
                "campaigns/tools/plan.py",
                "for name, no in pieces.items() if isinstance(no, Refused)}",
                "for name, no in pieces.items() if not no}",
            ),
        ),
    ),
    Fault(
        name="places-may-move",
        promise="a unit that has balances keeps its decimal places",
        tests=(f"{_PLAN}test_the_places_of_a_unit_are_there_to_stay[apply]",),
        edits=(
            Edit(
                "campaigns/project/release.py",
                "        _insist_on_scales(read_project(release.project), project)\n",
                "        pass\n",
            ),
        ),
    ),
    Fault(
        name="backtest-forgets-people",
        promise="a back-test says how many people end with more, and by how much",
        tests=("tests/cli/test_backtest.py::test_what_became_different_is_counted",),
        edits=(
            Edit(
                "campaigns/tools/replay.py",
                "self.tally.got[self._user(holder), thing] += amount",
                "self.tally.got[campaign, thing] += amount",
            ),
        ),
    ),
    Fault(
        name="retried-twice",
        promise="what a campaign broke on is decided again once for each event",
        tests=(
            "tests/engine/test_isolation.py::test_what_a_campaign_broke_on_is_decided_again_once_it_is_mended[sqlite]",
        ),
        edits=(Edit("adapters/desk.py", 'f"retry/{failed.id}"', '__import__("uuid").uuid4().hex'),),
    ),
    Fault(
        name="retried-by-all",
        promise="only the campaign that broke decides again",
        tests=(
            "tests/engine/test_isolation.py::test_what_a_campaign_broke_on_is_decided_again_once_it_is_mended[sqlite]",
        ),
        edits=(Edit("adapters/desk.py", 'campaign=str(what["campaign"]), asks=False', "asks=False"),),
    ),
    Fault(
        name="inner-ids-told",
        promise="people in told events go by the host's ids",
        tests=("tests/adapters/test_outbox.py::test_people_in_an_event_go_by_the_hosts_ids[sqlite]",),
        edits=(
            Edit(
                "adapters/sql/outbox.py",
                "data=_named(data, users),",
                "data=data,",
            ),
        ),
    ),
    Fault(
        name="code-not-sent",
        promise="a code typed on an offer's page lowers what is to pay",
        tests=(f"{_FORMS}test_a_code_and_points_lower_what_is_to_pay",),
        edits=(Edit("adapters/web/forms.py", "code=typed.code,", 'code="",'),),
    ),
    Fault(
        name="rule-without-words",
        promise="every page of every mall can be shown, whatever its limits count in",
        tests=("tests/adapters/test_web_malls.py::test_every_page_of_a_mall_can_be_shown[boxes]",),
        edits=(Edit("adapters/web/texts/zh.toml", "rule_limit_session = ", "rule_limit_sitting = "),),
    ),
    Fault(
        name="one-gain-shown",
        promise="what one deed earns is added up",
        tests=("tests/demo/test_flows.py::test_what_one_deed_earns_is_added_up",),
        edits=(
            Edit(
                "demo_app/gains.py",
                "        units.update({thing: amount for _, thing, amount in decision.given})\n",
                "        units = Counter({thing: amount for _, thing, amount in decision.given})\n",
            ),
        ),
    ),
    Fault(
        name="answerer-by-name",
        promise="who answers a command is not left to names unsaid",
        tests=("tests/campaigns/test_findings.py::test_a_mistake_is_found_where_it_stands[command-heard-twice]",),
        edits=(
            Edit(
                "campaigns/project/lint/commands.py",
                "if campaign.head.priority == first[0].head.priority and not _apart(campaign, first[0], type_):",
                "if False:",
            ),
        ),
    ),
    Fault(
        name="limit-not-told",
        promise="every limit of a campaign is told, those of its codes too",
        tests=(f"{_DEFAULTS}test_a_kind_that_lists_its_limits_itself_forgets_none[zoo]",),
        edits=(
            Edit(
                "campaigns/kinds/sale/terms.py",
                "    for coupon in play.codes.values():\n        yield from coupon.at_most\n",
                "",
            ),
        ),
    ),
    Fault(
        name="pinned-only-on-top",
        promise="what a campaign has pinned is found wherever it stands in its terms",
        tests=(f"{_DEFAULTS}test_its_limits_and_benefits_are_found_wherever_they_stand",),
        edits=(
            Edit("campaigns/kinds/terms.py", "return _values if issubclass(kind, Mapping) else None", "return None"),
        ),
    ),
    Fault(
        name="check-not-listed",
        promise="a check that only its own kind knows is listed as one that can say no",
        tests=(f"{_DEFAULTS}test_each_of_its_checks_can_say_no_but_those_that_have_nothing_to_look_at",),
        edits=(Edit("campaigns/kinds/coverage.py", "if can.get(check, True)", "if can.get(check, False)"),),
    ),
    Fault(
        name="backtest-misread-dropped",
        promise="the console's back-test names the recorded events that could not be read",
        tests=("tests/adapters/test_trials.py::test_a_back_test_names_what_could_not_be_read[memory]",),
        edits=(Edit("adapters/trial_runs.py", "unreadable + sum(found.misread.values())", "unreadable"),),
    ),
    Fault(
        name="story-order-by-its-digest",
        promise="a story's order that nobody placed is named as the story names it",
        tests=(
            f"{_TELLING}test_an_order_that_nobody_placed_is_named_as_the_story_names_it[order.cancel, with: {{order: o9}}]",
        ),
        edits=(Edit("campaigns/kinds/attributes.py", "or deal not in str(no)", "or deal in str(no)"),),
    ),
)
