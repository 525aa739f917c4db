"""Faults in reading a project's files: what is opened, how much of it, and which characters come through."""

from __future__ import annotations

from tests.faults.fault import Edit, Fault

__all__ = ["FILES"]

_FILES = "tests/hostile/test_files.py::"
_TEXT = "campaigns/language/plain_text.py"
_NODES = "campaigns/language/nodes.py"

FILES = (
    Fault(
        name="finding-unsaid",
        promise="every text of a finding has its sentence in Chinese",
        tests=("tests/campaigns/test_translation.py::test_every_text_of_a_finding_has_a_sentence_in_chinese",),
        edits=(
            Edit("campaigns/project/lint/times.py", "the campaign exists for no user", "nobody gets this campaign"),
        ),
    ),
    Fault(
        name="finding-in-english",
        promise="on a Chinese page the mistakes of a draft are Chinese",
        tests=("tests/console/test_campaigns.py::test_mistakes_in_a_draft_are_said_in_the_language_of_the_page",),
        edits=(Edit("adapters/console/proposals.py", "in_language(found, to.locale)", 'in_language(found, "en")'),),
    ),
    Fault(
        name="file-outside",
        promise="a link that leads out of the project is not read",
        tests=(f"{_FILES}test_what_is_no_file_of_the_folder_is_not_opened[campaigns/x.yaml-_link_out]",),
        edits=(Edit(_TEXT, "if not real.is_relative_to(folder.resolve()):", "if False:"),),
    ),
    Fault(
        name="file-special",
        promise="what is no regular file is not opened",
        tests=(f"{_FILES}test_what_is_no_file_of_the_folder_is_not_opened[mall.yaml-_socket]",),
        edits=(Edit(_TEXT, "if not stat.S_ISREG(seen.st_mode):", "if False:"),),
    ),
    Fault(
        name="character-unfit",
        promise="a title can't turn the direction of reading or steer a terminal",
        tests=(
            f"{_FILES}test_a_hostile_file_is_a_finding_in_little_time_and_memory[right-to-left]",
            f"{_FILES}test_a_hostile_file_is_a_finding_in_little_time_and_memory[escape]",
        ),
        edits=(Edit(_TEXT, "found = _UNFIT.search(text)", "found = None and _UNFIT.search(text)"),),
    ),
    Fault(
        name="mistakes-without-end",
        promise="a document of thousands of mistakes is told up to a bound",
        tests=(f"{_FILES}test_many_mistakes_are_told_up_to_a_bound_and_the_rest_is_counted",),
        edits=(Edit("campaigns/language/schema/structure.py", "if len(errors) > _MOST_MISTAKES:", "if False:"),),
    ),
    Fault(
        name="recording-too-deep",
        promise="a line nested without end is a finding",
        tests=("tests/hostile/test_commands.py::test_a_line_that_is_no_event_is_named[deep-list]",),
        edits=(Edit("campaigns/tools/replay.py", "except RecursionError:", "except MemoryError:"),),
    ),
    Fault(
        name="recording-person-of-a-list",
        promise="a list is no person",
        tests=("tests/hostile/test_commands.py::test_a_line_that_is_no_event_is_named[user-list]",),
        edits=(
            Edit(
                "campaigns/tools/replay.py",
                'user=identifier_or_none(values["user"], "user"),',
                'user=None if values["user"] is None else str(values["user"]),',
            ),
        ),
    ),
    Fault(
        name="calls-take-anything",
        promise="a number that is none is answered in words, whichever call it is passed to",
        tests=("tests/hostile/test_calls.py::test_junk_in_any_parameter_is_answered_in_words[memory]",),
        edits=(Edit("entitlements/arguments.py", "if type(value) is not int:", "if False:"),),
    ),
    Fault(
        name="nodes-elsewhere",
        promise="nothing behind a key stands where the parser that explains itself sees it",
        tests=(
            "tests/campaigns/test_nodes.py::test_what_parsers_could_read_differently_is_left_to_the_one_that_explains[a: ]",
        ),
        edits=(Edit(_NODES, '_NOT_A_TEXT = frozenset({"", ', "_NOT_A_TEXT = frozenset({"),),
    ),
    Fault(
        name="nodes-other-number",
        promise="a number that is no plain decimal is a mistake with a place",
        tests=(
            "tests/campaigns/test_nodes.py::test_what_parsers_could_read_differently_is_left_to_the_one_that_explains[a: 0x1f]",
        ),
        edits=(Edit(_NODES, "(0[xob]\\w*|", "("),),
    ),
    Fault(
        name="nodes-twice",
        promise="a key that stands twice is a mistake, whichever parser reads it",
        tests=(
            "tests/campaigns/test_nodes.py::test_what_parsers_could_read_differently_is_left_to_the_one_that_explains[a: 1\\na: 2]",
        ),
        edits=(Edit(_NODES, "if name in data:", "if name is None:"),),
    ),
    Fault(
        name="nodes-unseen",
        promise="a character that nobody sees is a mistake, also where it is written as an escape",
        tests=(
            'tests/campaigns/test_nodes.py::test_what_parsers_could_read_differently_is_left_to_the_one_that_explains[a: "x\\\\u202ey"]',
        ),
        edits=(Edit(_NODES, "if event.style == '\"' and unfit_character(text):", "if False:"),),
    ),
    Fault(
        name="pieces-never-put-on-sale",
        promise="a plan says which pieces are put on sale or taken off",
        tests=("tests/cli/test_plan.py::test_a_quota_below_what_is_loaded_takes_pieces_off",),
        edits=(
            Edit(
                "entitlements/stocks.py",
                "return before is not None and (before.total, before.splits) == (total, splits)",
                "return before is not None and before.splits == splits",
            ),
        ),
    ),
    Fault(
        name="limits-not-looked-for",
        promise="every limit in a play's terms is found",
        tests=("tests/campaigns/test_terms.py::test_every_limit_and_benefit_of_every_play_is_found",),
        edits=(Edit("campaigns/kinds/terms.py", "if inside is None or (", "if ("),),
    ),
)
