"""Faults in what changes many things at once, and in what lists and delists a thing at its time."""

from __future__ import annotations

from tests.faults.fault import Edit, Fault

__all__ = ["BULK"]

_EDITING = "tests/adapters/test_bulk_editing.py::"
_CONSOLE = "tests/console/test_catalogue.py::"
_TIMES = "tests/engine/test_on_sale.py::"

BULK = (
    Fault(
        name="sold-outside-its-times",
        promise="a thing can be had from its start to its end, and nobody presses anything",
        tests=(f"{_TIMES}test_it_can_be_had_from_its_start_to_its_end",),
        edits=(
            Edit("entitlements/plays/sale/attempt.py", "return self.sale.head_of(self.thing)", "return self.sale.head"),
        ),
    ),
    Fault(
        name="listed-outside-its-times",
        promise="lists show a thing as coming, as there and as past by its own times",
        tests=(f"{_TIMES}test_lists_show_it_as_coming_as_there_and_as_past",),
        edits=(Edit("campaigns/kinds/sale/view.py", "    head=Sale.head_of,\n", ""),),
    ),
    Fault(
        name="times-in-every-stored-sale",
        promise="a sale without times of its things is stored as before",
        tests=(f"{_TIMES}test_a_sale_without_such_times_is_kept_as_before",),
        edits=(Edit("campaigns/project/versions.py", '"displays", "on_sale", "scenes"', '"displays", "scenes"'),),
    ),
    Fault(
        name="quota-below-what-is-taken",
        promise="a stock below what is taken is refused in its line, with what is missing",
        tests=(f"{_EDITING}test_a_line_below_what_is_taken_says_what_is_missing[sqlite]",),
        edits=(Edit("campaigns/bulk/changing.py", "    if pieces < taken:\n", "    if pieces < 0:\n"),),
    ),
    Fault(
        name="undo-over-a-later-change",
        promise="an undo leaves alone what something else has changed since",
        tests=(f"{_EDITING}test_what_was_changed_since_is_not_taken_back[sqlite]",),
        edits=(Edit("adapters/bulk_editing.py", "if now is None or now.says != after.says:", "if now is None:"),),
    ),
    Fault(
        name="undo-of-the-whole-text-with-a-mistake-in-it",
        promise="a line that can't be taken back is not taken back with the others of its campaign",
        tests=(f"{_EDITING}test_an_undo_below_what_is_taken_by_now_is_refused[sqlite]",),
        edits=(
            Edit(
                "adapters/bulk_editing.py", "for name in found.texts.keys() - mistaken if", "for name in found.texts if"
            ),
        ),
    ),
    Fault(
        name="mistakes-left-out-unasked",
        promise="what can't be done is told before anything happens",
        tests=(f"{_CONSOLE}test_a_line_that_cannot_be_done_is_told_first_and_left_out",),
        edits=(
            Edit(
                "adapters/console/catalogue/screens.py",
                'if (found.mistakes and to.typed.get("without") != "yes") or not found.changed:',
                "if not found.changed:",
            ),
        ),
    ),
    Fault(
        name="written-over-an-anchor",
        promise="a text in which one value stands for several things is left alone",
        tests=("tests/campaigns/test_bulk_writing.py::test_what_is_written_with_anchors_is_left_alone",),
        edits=(Edit("campaigns/bulk/writing.py", "if value_start < start:", "if False:"),),
    ),
)
