"""Faults of the code desk: rules, imports, batches, ends, traces, new seals."""

from __future__ import annotations

from tests.faults.fault import Edit, Fault

__all__ = ["CODES"]

_RULES = "tests/codes/test_rules.py::"
_GENERATING = "tests/codes/test_generating.py::"
_BATCHES = "tests/codes/test_batches.py::"
_IMPORTING = "tests/codes/test_importing.py::"
_FILES = "tests/codes/test_files.py::"
_TRACING = "tests/codes/test_tracing.py::"
_RESEALING = "tests/codes/test_resealing.py::"
_CANARIES = "tests/codes/test_canaries.py::"

CODES = (
    Fault(
        name="weak-rules-are-taken",
        promise="a rule by which codes would be guessed is a finding",
        tests=("tests/campaigns/test_findings.py::test_a_mistake_is_found_where_it_stands[codes-guessable]",),
        edits=(Edit("campaigns/language/compile/code_rules.py", "    if rule.too_weak:\n", "    if False:\n"),),
    ),
    Fault(
        name="lucky-guesses-of-an-hour",
        promise="lucky guesses are reckoned for a year",
        tests=(f"{_RULES}test_lucky_guesses_of_a_year[12-letters]",),
        edits=(Edit("entitlements/code_rules.py", "_HOURS_A_YEAR = 8_760", "_HOURS_A_YEAR = 24"),),
    ),
    Fault(
        name="letters-that-are-likelier",
        promise="each letter of a generated code is as likely as any other",
        tests=(f"{_RULES}test_each_letter_is_as_likely_as_any_other[letters]",),
        edits=(Edit("entitlements/code_rules.py", "translate(table, left_out)", "translate(table)"),),
    ),
    Fault(
        name="check-letter-without-doubling",
        promise="a check letter tells two neighbours that changed places",
        tests=(f"{_RULES}test_a_check_letter_tells_slips[digits]",),
        edits=(Edit("entitlements/code_rules.py", "    twice = 2 * value\n", "    twice = value\n"),),
    ),
    Fault(
        name="more-codes-than-the-rule-is-good-for",
        promise="no more codes are generated than the rule is strong enough for",
        tests=(f"{_GENERATING}test_no_more_are_made_than_the_rule_is_strong_enough_for[memory]",),
        edits=(Edit("adapters/codes/by_rule.py", "    if alive + count > most:\n", "    if False:\n"),),
    ),
    Fault(
        name="collisions-are-not-drawn-again",
        promise="a generated code that is there already is drawn again",
        tests=(f"{_GENERATING}test_codes_that_are_there_already_are_drawn_again[memory]",),
        edits=(
            Edit(
                "adapters/codes/by_rule.py",
                'made += stashing.part(part, marked, said, last=wanted == count - made).answer["added"]',
                "stashing.part(part, marked, said, last=wanted == count - made)\n        made += wanted",
            ),
        ),
    ),
    Fault(
        name="memory-draws-ended-codes",
        promise="the memory store, which is the specification, gives nobody a code past its end",
        tests=(f"{_BATCHES}test_a_code_past_its_end_is_not_drawn[memory]",),
        edits=(
            Edit(
                "adapters/memory.py",
                "return code.ends_at is not None and at is not None and code.ends_at <= at",
                "return False",
            ),
        ),
    ),
    Fault(
        name="sql-draws-ended-codes",
        promise="no database gives anybody a code past its end",
        tests=(f"{_BATCHES}test_a_code_past_its_end_is_not_drawn[sqlite]",),
        edits=(
            Edit("adapters/sql/dialects/generic.py", "or_(code.ends_at.is_(None), code.ends_at > rows.at)", "true()"),
        ),
    ),
    Fault(
        name="ended-codes-stay-stock",
        promise="codes that ended leave the stock, whether or not a sweep came",
        tests=(f"{_BATCHES}test_a_code_past_its_end_is_not_drawn[memory]",),
        edits=(Edit("entitlements/plays/codes.py", ", at=end, wakes=(stock(benefit),))", ", at=end)"),),
    ),
    Fault(
        name="equal-texts-are-one-card",
        promise="where a pool keeps them, two equal texts are two cards",
        tests=(f"{_IMPORTING}test_keep_makes_a_card_of_every_line[memory]",),
        edits=(
            Edit(
                "adapters/codes/importing.py",
                '        if self.stashing.pool.duplicates != "keep":\n',
                "        if True:\n",
            ),
        ),
    ),
    Fault(
        name="bad-files-are-taken-in-part",
        promise="of a file with a line that can't be taken, a pool that says so takes nothing",
        tests=(f"{_IMPORTING}test_all_or_nothing_takes_nothing_of_a_file_with_one_bad_line[memory]",),
        edits=(Edit("adapters/codes/importing.py", "        if wrong:\n", "        if False:\n"),),
    ),
    Fault(
        name="what-goes-on-is-judged-again",
        promise="an import that was cut off goes on, though its first codes are there",
        tests=(f"{_IMPORTING}test_one_that_was_cut_off_is_finished_with_the_same_counts[memory-whole]",),
        edits=(
            Edit(
                "adapters/codes/importing.py",
                ' == "all_or_nothing" and self.stashing.batch() is None:',
                ' == "all_or_nothing":',
            ),
        ),
    ),
    Fault(
        name="sheets-are-unpacked-whatever-they-hold",
        promise="a sheet that unpacks to too much is not unpacked",
        tests=(f"{_FILES}test_a_sheet_that_unpacks_to_too_much_is_not_unpacked",),
        edits=(Edit("adapters/tables_read.py", "        _check_size(file, largest)\n", ""),),
    ),
    Fault(
        name="traces-without-twins",
        promise="a trace finds every card with that text, equal ones too",
        tests=(f"{_IMPORTING}test_keep_makes_a_card_of_every_line[sqlite]",),
        edits=(
            Edit(
                "adapters/sql/dialects/reading.py",
                "            *self._many(connection, self._selects.copies, asked.blinds),\n",
                "",
            ),
        ),
    ),
    Fault(
        name="traces-are-no-acts",
        promise="that somebody asked for a code is an act of the books",
        tests=(f"{_TRACING}test_a_code_is_traced_to_its_deal_and_its_owner[memory]",),
        edits=(
            Edit(
                "adapters/codes/desk.py",
                '        self.note_act(act, "codes.trace", "done", by=by, rows=len(found))\n',
                "",
            ),
        ),
    ),
    Fault(
        name="new-seals-over-newer-rows",
        promise="a new seal is written only where the one that was read still stands",
        tests=(f"{_RESEALING}test_sales_go_on_meanwhile[sqlite]",),
        edits=(
            Edit(
                "adapters/sql/code_shelf.py",
                'where(stands, code.sealed == bindparam("b_sealed"))',
                "where(code.mall == self.mall)",
            ),
        ),
    ),
    Fault(
        name="codes-in-errors",
        promise="no message quotes a code",
        tests=(f"{_CANARIES}test_codes_stand_in_no_log_message_answer_or_export[memory]",),
        edits=(
            Edit(
                "entitlements/card_codes.py",
                'f"{len(wrong)} of {len(given)} codes',
                'f"{given} {len(wrong)} of {len(given)} codes',
            ),
        ),
    ),
    Fault(
        name="codes-stored-in-clear",
        promise="a stolen database gives no codes",
        tests=(f"{_CANARIES}test_a_stolen_database_gives_no_codes[sqlite]",),
        edits=(
            Edit(
                "adapters/vault.py", "sealed.append(nonce + encrypt(", "sealed.append(nonce + code.encode() + encrypt("
            ),
        ),
    ),
)
