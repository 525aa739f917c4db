"""Faults in what keeps callers from harming each other: circles, greed, numbers, waits, crowds, hosts."""

from __future__ import annotations

from tests.faults.fault import Edit, Fault

__all__ = ["CROWDS"]

_CIRCLES = "tests/engine/test_circles.py::"

_SETTLE = "campaigns/settle.py"
_SHEET = "campaigns/sheet.py"

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
        edits=(Edit(_SETTLE, "return Endless({pair:", "return RuntimeError({pair:"),),
    ),
    Fault(
        name="needs-fail-the-batch",
        promise="a campaign that breaks on what it needs fails alone",
        tests=(f"{_CIRCLES}test_a_campaign_that_breaks_on_what_it_needs_fails_alone[memory]",),
        edits=(Edit(_SETTLE, "        return ()\n\n\ndef _meet", "        raise\n\n\ndef _meet"),),
    ),
    Fault(
        name="a-builtin-error-for-whoever-asks",
        promise="whoever asks a broken campaign gets a typed answer",
        tests=(f"{_CIRCLES}test_whoever_asks_a_broken_campaign_is_told_so[memory]",),
        edits=(Edit(_SHEET, "raise CampaignFailed(play.head.campaign, reason)", "raise RuntimeError(reason)"),),
    ),
)
