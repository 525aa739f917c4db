"""Faults in stencils of facts: what makes them alike, and what a wallet must be like."""

from __future__ import annotations

from tests.faults.fault import Edit, Fault

__all__ = ["FACTS"]

_TESTS = "tests/engine/test_stencils_of_facts.py::"
_SAME_ROWS = f"{_TESTS}test_random_facts_write_the_same_rows[sqlite-0]"

_FOLDER = "campaigns/engine/stencils/"
_ANSWER = f"{_FOLDER}answer.py"
_EXAMPLES = f"{_FOLDER}examples.py"
_GROUP = f"{_FOLDER}group.py"
_PART = f"{_FOLDER}part.py"
_SLOTS = f"{_FOLDER}slots.py"
_STAMPING = f"{_FOLDER}stamping.py"
_STENCIL = f"{_FOLDER}stencil.py"
_STENCILS = f"{_FOLDER}stencils.py"
_ALIKE = "entitlements/plays/reward/alike.py"

FACTS = (
    Fault(
        name="fact-of-another-amount",
        promise="facts that give different amounts are not alike",
        tests=(f"{_TESTS}test_each_is_judged_by_its_own_values[sqlite]",),
        edits=(Edit(_ALIKE, "    return amount, end if", "    return None, end if"),),
    ),
    Fault(
        name="fact-of-another-end",
        promise="facts whose points end at different instants are not alike",
        tests=(f"{_TESTS}test_points_end_when_those_of_their_day_end[sqlite]",),
        edits=(Edit(_ALIKE, "    return amount, end if whole or end is None else end - at", "    return amount"),),
    ),
    Fault(
        name="fact-in-another-window",
        promise="facts in different windows of a limit are not alike",
        tests=(_SAME_ROWS,),
        edits=(
            Edit(_ALIKE, "limit.window.key(at, zone) for limit", '"" for limit'),
            Edit(_ALIKE, "    return amount, end if whole or end is None else end - at", "    return amount, None"),
        ),
    ),
    Fault(
        name="fact-of-another-shop",
        promise="facts that are counted under different attributes are not alike",
        tests=(f"{_TESTS}test_each_is_judged_by_its_own_values[sqlite]",),
        edits=(Edit(_ALIKE, "windows, tuple(map(str, subjects))", "windows"),),
    ),
    Fault(
        name="fact-of-another-base",
        promise="facts of which different amounts may be undone are not alike",
        tests=(_SAME_ROWS,),
        edits=(Edit(_ALIKE, "    return known, gifts, base, windows", "    return known, gifts, windows"),),
    ),
    Fault(
        name="fact-whose-condition-is-not-asked",
        promise="a fact that a condition says no to is not like one that it lets through",
        tests=(f"{_TESTS}test_each_is_judged_by_its_own_values[sqlite]",),
        edits=(Edit(_ALIKE, "        judge(condition, ask, _no_expressions)\n", "        pass\n"),),
    ),
    Fault(
        name="fact-with-the-profile-of-another",
        promise="a decision says what was known of the very person",
        tests=(f"{_TESTS}test_each_is_told_what_was_known_of_them[sqlite]",),
        edits=(
            Edit(_ALIKE, "return known_of(ask) if asked else ()", "return ()"),
            Edit(_ANSWER, "if decision.facts and not _is_in(noted, alike):", "if False:"),
        ),
    ),
    Fault(
        name="fact-for-a-wallet-in-debt",
        promise="what is owed is paid before points come in",
        tests=(f"{_TESTS}test_what_is_owed_is_paid_first[sqlite]",),
        edits=(Edit(_GROUP, "            if owed:\n", "            if False:\n"),),
    ),
    Fault(
        name="fact-for-a-full-wallet",
        promise="nothing is counted beyond the largest number",
        tests=(f"{_TESTS}test_a_wallet_that_is_full_takes_no_more[sqlite]",),
        edits=(Edit(_GROUP, "if (before or 0) + purse.delta > LARGEST:", "if False:"),),
    ),
    Fault(
        name="fact-after-its-undo",
        promise="a fact whose source is known is decided in the ordinary way",
        tests=(f"{_TESTS}test_an_order_that_was_undone_before_it_came_gives_nothing[sqlite]",),
        edits=(Edit(_GROUP, "need in view.locked or need in view.picture.records", "need in view.locked"),),
    ),
    Fault(
        name="fact-beside-a-lot-that-ends",
        promise="a wallet that another decision of the batch may look at is decided in the ordinary way",
        tests=(f"{_TESTS}test_points_that_end_meanwhile_are_gone_before_new_ones_come[sqlite]",),
        edits=(Edit(_GROUP, "need in view.locked or need in view.picture.records", "need in view.picture.records"),),
    ),
    Fault(
        name="fact-of-one-source-twice",
        promise="what stems from one source is decided in the ordinary way where it comes twice in a batch",
        tests=(f"{_TESTS}test_an_order_counts_once_whoever_reports_it[sqlite]",),
        edits=(Edit(_STAMPING, " and all(sources[pair] == 1 for pair in ask.source)", ""),),
    ),
    Fault(
        name="fact-of-a-newcomer",
        promise="of a newcomer's fact all is looked up that belongs to its source",
        tests=(f"{_TESTS}test_an_order_counts_once_whoever_reports_it[sqlite]",),
        edits=(Edit(_GROUP, "yield from (ids[n] for n in of_sources) if", "yield from () if"),),
    ),
    Fault(
        name="fact-past-the-end-of-its-points",
        promise="a timer that is due in its own batch is decided in it",
        tests=(f"{_TESTS}test_a_batch_that_takes_days_ends_its_own_points[sqlite]",),
        edits=(Edit(_STENCIL, " and (self.until is None or moment < self.until)", ""),),
    ),
    Fault(
        name="fact-in-the-lot-of-another-state",
        promise="a new lot, and one that is there, are written by different forms",
        tests=(_SAME_ROWS,),
        edits=(Edit(_GROUP, "part = self._part(wallets.there)", "part = self._part(frozenset())"),),
    ),
    Fault(
        name="fact-that-opens-a-wallet-again",
        promise="a wallet's row that is there is moved, and not opened again",
        tests=(_SAME_ROWS,),
        edits=(Edit(_GROUP, "            elif owed is not None:\n", "            elif False:\n"),),
    ),
    Fault(
        name="fact-with-the-sum-of-its-lot",
        promise="a line of a wallet's history says what is in all of its lots",
        tests=(_SAME_ROWS,),
        edits=(Edit(_GROUP, "found.sums.append(sum(lots.values()))", "found.sums.append(before or 0)"),),
    ),
    Fault(
        name="wallets-that-follow-from-each-other",
        promise="the invented wallets of an example don't follow from each other",
        tests=(_SAME_ROWS,),
        edits=(
            Edit(_EXAMPLES, "_LOT * n + number", "_LOT + 1_000 * n + number"),
            Edit(_EXAMPLES, "_REST * n + number", "_REST + 1_000 * n + number"),
        ),
    ),
    Fault(
        name="source-that-is-no-slot",
        promise="what follows from a fact's source differs with it",
        tests=(f"{_TESTS}test_a_stencil_decides_what_repeats[sqlite]",),
        edits=(Edit(_EXAMPLES, '        given[f"source {name}"] = value\n', "        pass\n"),),
    ),
    Fault(
        name="fact-of-a-paused-campaign",
        promise="a paused campaign gives nothing, while the others that hear a fact go on",
        tests=(f"{_TESTS}test_a_paused_campaign_is_left_out[sqlite]",),
        edits=(
            Edit(
                _STENCILS,
                "None if self._in_force.paused(play.head.campaign) else _alike(play, ask)",
                "_alike(play, ask)",
            ),
            Edit(_STENCILS, "        if self._epoch != self._in_force.epoch:", "        if self._epoch == -1:"),
        ),
    ),
    Fault(
        name="receipts-that-share-an-answer",
        promise="whoever changes the answer of a receipt changes no other",
        tests=(f"{_TESTS}test_a_receipt_belongs_to_its_caller[sqlite]",),
        edits=(
            Edit(
                _SLOTS,
                "return [dict(zip(self.names, row, strict=True)) for row in rows]",
                "same = dict(zip(self.names, next(rows), strict=True)); return [same] * columns.count",
            ),
            Edit(
                _ANSWER,
                "slots=tuple(map(explained.of, receipt.answer.values()))",
                "slots=tuple(map(Fixed, receipt.answer.values()))",
            ),
        ),
    ),
    Fault(
        name="gifts-of-another-holder",
        promise="a decision says who got what it gave",
        tests=(f"{_TESTS}test_each_is_told_what_was_known_of_them[sqlite]",),
        edits=(
            Edit(_ANSWER, "        if not any(self.given):\n", "        if True:\n"),
            Edit(_STENCIL, "and list(form.answer.receipts(columns)) == [example.receipt]", ""),
        ),
    ),
)
