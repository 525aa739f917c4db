"""Faults in stencils: what they are checked by, when they are used, and what they write."""

from __future__ import annotations

from tests.faults.fault import Edit, Fault

__all__ = ["STENCILS"]

_TESTS = "tests/engine/test_stencils.py::"
_SAME_ROWS = f"{_TESTS}test_random_calls_write_the_same_rows[sqlite-0]"

_FOLDER = "campaigns/engine/stencils/"
_GROUP = f"{_FOLDER}group.py"
_STAMPING = f"{_FOLDER}stamping.py"
_STENCILS = f"{_FOLDER}stencils.py"
_STENCIL = f"{_FOLDER}stencil.py"
_ANSWER = f"{_FOLDER}answer.py"
_PART = f"{_FOLDER}part.py"
_ALIKE = "entitlements/plays/sale/alike.py"

STENCILS = (
    Fault(
        name="stencil-unchecked",
        promise="a stencil is checked against other decisions before it is used",
        tests=(f"{_TESTS}test_a_play_that_forgets_what_it_looks_at_gets_no_stencil[sqlite]",),
        edits=(
            Edit(
                _STENCILS,
                "return made if found and all(matches(made, other, rows_of) for other in others) else None",
                "return made",
            ),
        ),
    ),
    Fault(
        name="stencil-never-sampled",
        promise="one in a thousand requests that stencils decide is decided in the ordinary way too",
        tests=(f"{_TESTS}test_a_stencil_that_disagrees_is_used_no_more[sqlite]",),
        edits=(Edit(_STENCILS, "return before // _SAMPLE != self._stamped // _SAMPLE", "return False"),),
    ),
    Fault(
        name="stencil-of-a-lot",
        promise="what draws lots by the holder has no stencil",
        tests=(f"{_TESTS}test_a_play_that_draws_lots_by_the_holder_gets_no_stencil[sqlite]",),
        edits=(Edit(_STENCIL, "    if explained.unused([*form.slots(), *ids]):", "    if False:"),),
    ),
    Fault(
        name="stencil-of-an-old-release",
        promise="another release has other stencils",
        tests=(f"{_TESTS}test_another_release_has_other_stencils[sqlite]",),
        edits=(
            Edit(_STENCILS, "if self._epoch != self._in_force.epoch:", "if self._epoch == -1:"),
            Edit(_STENCILS, "(play.head.campaign, play.head.version, said)", "(play.head.campaign, said)"),
        ),
    ),
    Fault(
        name="stencil-of-a-paused-sale",
        promise="a paused sale takes nothing",
        tests=(f"{_TESTS}test_a_paused_sale_takes_nothing[sqlite]",),
        edits=(
            Edit(
                _STENCILS,
                "None if self._in_force.paused(play.head.campaign) else _alike(play, ask)",
                "_alike(play, ask)",
            ),
            Edit(_STENCILS, "if self._epoch != self._in_force.epoch:", "if self._epoch == -1:"),
        ),
    ),
    Fault(
        name="stencil-planned-before-a-pause",
        promise="a stencil that was planned under another set of campaigns is not used",
        tests=(f"{_TESTS}test_a_pause_that_is_learnt_of_between_planning_and_locking_counts[sqlite]",),
        edits=(
            Edit(
                "campaigns/engine/transaction.py",
                "if stamping is not None and not stamping.made_under(picture.epoch):",
                "if False:",
            ),
        ),
    ),
    Fault(
        name="stencil-past-a-limit",
        promise="a stencil holds only where the holder's own limit has room",
        tests=(_SAME_ROWS,),
        edits=(Edit(_GROUP, "(own.cap is not None and (before or 0) + own.delta > own.cap)", "False"),),
    ),
    Fault(
        name="stencil-past-a-bound",
        promise="a stencil holds only where the balances that all move have room",
        tests=(f"{_TESTS}test_a_crowd_gets_what_there_is[sqlite]",),
        edits=(Edit(_GROUP, "        return after >= 0\n", "        return True\n"),),
    ),
    Fault(
        name="stencil-of-a-repeated-key",
        promise="a key that is taken is answered with its receipt",
        tests=(_SAME_ROWS,),
        edits=(
            Edit(
                "campaigns/engine/decisions.py",
                "if stamping is None or ask.id in self._known or not stamping.plans(ask):",
                "if stamping is None or not stamping.plans(ask):",
            ),
        ),
    ),
    Fault(
        name="stencil-for-one-who-comes-twice",
        promise="whoever is named twice in a batch is decided in the ordinary way",
        tests=(_SAME_ROWS,),
        edits=(Edit(_STAMPING, "ids[ask.id] == 1 and people[ask.holder] == 1", "ids[ask.id] == 1"),),
    ),
    Fault(
        name="stencil-with-its-own-moment",
        promise="all records of a batch are changed at one instant",
        tests=(_SAME_ROWS,),
        edits=(
            Edit(
                _PART,
                'columns.given["moment"] = [moment] * columns.count',
                'columns.given["moment"] = columns.given["at"]',
            ),
        ),
    ),
    Fault(
        name="stencil-opens-what-is-there",
        promise="a limit's balance that is there is moved, and not opened again",
        tests=(_SAME_ROWS,),
        edits=(Edit(_PART, "if row[0] not in there]", "if True]"),),
    ),
    Fault(
        name="stencil-in-another-window",
        promise="requests in different windows of a limit are not alike",
        tests=(f"{_TESTS}test_a_new_day_has_new_places[sqlite]",),
        edits=(Edit(_ALIKE, "limit.window.key(at, zone) for limit", '"" for limit'),),
    ),
    Fault(
        name="stencil-between-sessions",
        promise="a request between sessions is refused, however many came before",
        tests=(f"{_TESTS}test_between_sessions_nothing_is_sold[sqlite]",),
        edits=(Edit(_ALIKE, "if at not in head.runs or not is_open(head, at):", "if at not in head.runs:"),),
    ),
    Fault(
        name="stencil-for-an-audience",
        promise="a sale for some people has no stencil",
        tests=(f"{_TESTS}test_a_sale_for_some_is_decided_person_by_person[sqlite]",),
        edits=(
            Edit(_ALIKE, "head.audience is None and not head.holdout", "not head.holdout"),
            Edit(_ANSWER, "if decision.facts and not _is_in(noted, alike):", "if False:"),
        ),
    ),
    Fault(
        name="stencil-ahead-of-its-moment",
        promise="what was computed ahead for another instant than the batch's own is not used",
        tests=(f"{_TESTS}test_what_is_computed_ahead_is_only_what_was_decided[postgres-last0]",),
        edits=(
            Edit(
                _GROUP, "self._columns if self._ready_for in (None, moment) else _columns(self.asks)", "self._columns"
            ),
        ),
    ),
    Fault(
        name="stencil-of-those-before",
        promise="of what was computed ahead, the rows of those requests are written that fit",
        tests=(f"{_TESTS}test_what_is_computed_ahead_is_only_what_was_decided[postgres-last1]",),
        edits=(
            Edit(
                f"{_FOLDER}slots.py",
                "some._known = {slot: [values[n] for n in places] for slot, values in self._known.items()}",
                "some._known = {slot: values[: len(places)] for slot, values in self._known.items()}",
            ),
        ),
    ),
)
