"""Faults in reminders: who is told, of what, and how often; and in what the counter scans."""

from __future__ import annotations

from tests.faults.fault import Edit, Fault

__all__ = ["REMINDERS"]

_ENGINE = "tests/engine/test_reminders.py::"

_PAGES = "tests/adapters/test_web_reminders.py::"
_BARS = "tests/adapters/test_web_barcodes.py::"

REMINDERS = (
    Fault(
        name="story-without-a-worker",
        promise="a story tells what a worker answers",
        tests=("tests/stories/test_telling.py::test_a_story_tells_of_reminders[swept]",),
        edits=(Edit("campaigns/tools/stories/tell.py", "while self.scene.stage.answer_reminders():", "while False:"),),
    ),
    Fault(
        name="reminder-answered-for-ever",
        promise="a reminder is answered once",
        tests=(f"{_ENGINE}test_what_is_back_is_told_to_each_once[memory-given_up]",),
        edits=(Edit("entitlements/plays/remind.py", "attrs.evolve(before, phase=_end(ask))", "before"),),
    ),
    Fault(
        name="reminder-set-twice",
        promise="one set twice waits once",
        tests=(f"{_ENGINE}test_one_set_twice_waits_once[memory]",),
        edits=(Edit("entitlements/plays/remind.py", "if ask.type == _SET and not waits:", "if ask.type == _SET:"),),
    ),
    Fault(
        name="reminder-of-anybody",
        promise="nobody takes another's reminder back",
        tests=(f"{_ENGINE}test_one_taken_back_is_not_told[sqlite]",),
        edits=(
            Edit(
                "entitlements/plays/remind.py",
                "if ask.type != _SET and before is not None and waits:",
                "if ask.type == _ANSWER and before is not None and waits:",
            ),
        ),
    ),
    Fault(
        name="reminder-before-stock",
        promise="nothing is told while nothing can be had",
        tests=(f"{_ENGINE}test_nothing_is_told_while_nothing_can_be_had[memory]",),
        edits=(Edit("campaigns/reminders.py", 'offer.state == "open" and', 'offer.state in {"open", "sold_out"} or'),),
    ),
    Fault(
        name="reminder-while-paused",
        promise="a paused sale tells nobody",
        tests=(f"{_ENGINE}test_those_of_a_paused_sale_wait[memory]",),
        edits=(Edit("campaigns/reminders.py", 'offer.state == "open" and', 'offer.state != "sold_out" and'),),
    ),
    Fault(
        name="reminder-for-ever",
        promise="those of what has ended lapse, and nobody is told",
        tests=(f"{_ENGINE}test_those_of_what_has_ended_lapse_untold[memory]",),
        edits=(
            Edit(
                "entitlements/plays/remind.py",
                'return "lapsed" if ask.data.get("ended") else "answered"',
                'return "answered"',
            ),
        ),
    ),
    Fault(
        name="reminder-key-for-ever",
        promise="one set again is told again",
        tests=(f"{_ENGINE}test_one_set_again_is_told_again[memory]",),
        edits=(Edit("campaigns/reminders.py", "reminder.set_at.isoformat()", '"once"'),),
    ),
    Fault(
        name="reminder-form-leads-away",
        promise="a form comes back to the mall alone",
        tests=(f"{_PAGES}test_a_form_comes_back_to_the_mall_alone[https://evil.example/]",),
        edits=(
            Edit(
                "adapters/web/fields.py",
                "return path if within and _PATH.fullmatch(path) else default",
                "return path or default",
            ),
        ),
    ),
    Fault(
        name="reminder-without-messages",
        promise="nobody is promised a message that does not come",
        tests=(f"{_PAGES}test_nobody_is_promised_a_message_that_does_not_come",),
        edits=(Edit("adapters/web/visit.py", "self.host.inbox.wanted(self.user))", "self.user != '')"),),
    ),
    Fault(
        name="bar-code-out-of-step",
        promise="a bar code can be read back",
        tests=(f"{_BARS}test_a_bar_code_says_what_it_was_made_of[A]",),
        edits=(Edit("adapters/web/barcodes.py", "        at += wide", "        at += 1"),),
    ),
)
