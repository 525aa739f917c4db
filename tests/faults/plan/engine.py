"""Faults in the engine: keys, locks, the batch, newcomers, versions, the collector."""

from __future__ import annotations

from tests.faults.fault import Edit, Fault

__all__ = ["ENGINE"]

_COLLECTOR = "tests/adapters/test_collector.py::"
_GUARDS = "tests/engine/test_guards.py::"
_ISOLATION = "tests/engine/test_isolation.py::"
_PROMISES = "tests/engine/test_promises.py::"
_RACES = "tests/engine/test_races.py::"

_BOOKING = "campaigns/engine/write_set.py"
_HOLDERS = "campaigns/engine/holders.py"
_TRANSACTION = "campaigns/engine/transaction.py"
_SHEET = "campaigns/engine/decisions.py"
_READING_ON = "campaigns/engine/reading_on.py"
_LATE = "tests/engine/test_reading_on.py::"

_LOCKING = "                    picture = self._locked(tx, introduced, rounds, stamping)\n"
_KEYS_FIRST = """\
                    early = tx.known([ask.id for ask in asks])
                    picture = self._locked(tx, introduced, rounds, stamping)
                    tx = type("KeysFirst", (), {"known": lambda _, ids: early, "write": tx.write})()
"""

ENGINE = (
    # --- keys ----------------------------------------------------------------------------------
    Fault(
        name="receipt-not-kept",
        promise="an effect and its key are written together",
        tests=(f"{_PROMISES}test_the_same_key_is_answered_with_the_first_receipt[memory]",),
        edits=(Edit(_BOOKING, "receipts=tuple(self._receipts)", "receipts=()"),),
    ),
    Fault(
        name="content-not-compared",
        promise="a key that was used for something else is refused",
        tests=(f"{_PROMISES}test_the_same_key_is_answered_with_the_first_receipt[memory]",),
        edits=(Edit(_SHEET, "if kept.digest != digest:", "if False:"),),
    ),
    Fault(
        name="keys-before-locks",
        promise="keys are read after the locks, so that a racing replay is seen",
        tests=(f"{_RACES}test_a_replay_that_overtakes_is_told_the_first_answer[postgres]",),
        edits=(Edit(_TRANSACTION, _LOCKING, _KEYS_FIRST),),
    ),
    Fault(
        name="replay-in-a-batch",
        promise="the same key twice in one batch is one effect",
        tests=(f"{_ISOLATION}test_one_user_in_one_batch_meets_their_own_limit[memory]",),
        edits=(Edit(_SHEET, "            self._known[ask.id] = Kept(ask.digest, kept)\n", ""),),
    ),
    # --- the batch -----------------------------------------------------------------------------
    Fault(
        name="another-now",
        promise="everything is decided at the moment of acceptance",
        tests=(f"{_GUARDS}test_what_is_decided_is_decided_at_the_moment_of_acceptance",),
        edits=(Edit(_BOOKING, "decided_at=ask.at, changes", "decided_at=ask.at.now(ask.at.tzinfo), changes"),),
    ),
    Fault(
        name="clock-read-twice",
        promise="the clock is asked once a call",
        tests=(f"{_GUARDS}test_what_is_decided_is_decided_at_the_moment_of_acceptance",),
        edits=(
            Edit(
                "campaigns/requests.py",
                "        ports = self.ports\n        if ports.submit is not None:",
                "        ports = self.ports\n        ask = attrs.evolve(ask, at=ports.now())\n"
                "        if ports.submit is not None:",
            ),
        ),
    ),
    Fault(
        name="decisions-unseen",
        promise="decisions of one batch see each other",
        tests=(f"{_ISOLATION}test_one_user_in_one_batch_meets_their_own_limit[memory]",),
        edits=(Edit(_SHEET, "        self.view.absorb(draft)\n", ""),),
    ),
    Fault(
        name="refusal-keeps-its-draft",
        promise="what a refused write took is there for the next",
        tests=(f"{_GUARDS}test_what_a_refused_write_took_is_there_for_the_next[memory]",),
        edits=(
            Edit(
                _SHEET,
                "            no.of(play.head.campaign, play.head.zone)\n            if ask.asks:\n",
                "            no.of(play.head.campaign, play.head.zone)\n            self.view.absorb(draft)\n            if ask.asks:\n",
            ),
        ),
    ),
    Fault(
        name="broken-campaign-spreads",
        promise="a broken campaign hurts only itself",
        tests=(f"{_ISOLATION}test_a_broken_campaign_hurts_only_itself[memory]",),
        edits=(Edit(_SHEET, 'return _failed(ask, play, "failed")', "raise"),),
    ),
    Fault(
        name="history-from-zero",
        promise="each line of a wallet's history goes on from the one before",
        tests=(f"{_PROMISES}test_history_adds_up[memory]",),
        edits=(Edit(_BOOKING, "(self._opening(purse) if before is None else before)", "(before or 0)"),),
    ),
    Fault(
        name="timer-not-rung",
        promise="a timer that has done its work is gone",
        tests=(f"{_GUARDS}test_a_promise_that_is_met_late_is_kept_at_its_instant[memory]",),
        edits=(Edit(_BOOKING, "self._rung.append(bytes.fromhex(ask.key))", "pass"),),
    ),
    Fault(
        name="due-not-decided",
        promise="what is due is decided before whoever meets it",
        tests=(f"{_PROMISES}test_an_overdue_hold_reads_as_lapsed_before_any_sweep[memory]",),
        edits=(
            Edit(
                "campaigns/engine/deciding.py",
                "for ask in map(timer_input, picture.due) if ask.id not in taken]",
                "for ask in map(timer_input, ()) if ask.id not in taken]",
            ),
        ),
    ),
    Fault(
        name="chained-timer-left",
        promise="what falls due because of something due is done before anything later",
        tests=("tests/engine/test_chained_timers.py::test_a_deadline_that_another_set_reads_as_over[memory-unswept]",),
        edits=(Edit("campaigns/engine/deciding.py", "            sheet.catch_up(ask.at)\n", ""),),
    ),
    Fault(
        name="due-at-another-instant",
        promise="a timer is decided at its own instant, however late it is met",
        tests=(f"{_GUARDS}test_a_promise_that_is_met_late_is_kept_at_its_instant[memory]",),
        edits=(
            Edit(
                "campaigns/engine/timers.py",
                "        at=timer.due_at,\n",
                "        at=timer.due_at.replace(year=timer.due_at.year + 1),\n",
            ),
        ),
    ),
    Fault(
        name="new-lot-alone",
        promise="with a new lot the wallet's own account is written, so that an old snapshot meets a conflict",
        tests=(f"{_RACES}test_a_host_with_an_old_snapshot_never_books_on_half_a_wallet",),
        edits=(Edit(_BOOKING, " or account in anchors\n", "\n"),),
    ),
    # --- the set in force ----------------------------------------------------------------------
    Fault(
        name="epoch-not-compared",
        promise="a pause or apply elsewhere is met by the next call",
        tests=(f"{_RACES}test_a_pause_elsewhere_is_met_by_the_next_call[memory]",),
        edits=(
            Edit(
                _TRANSACTION,
                "        if not picture.epoch == self.in_force.epoch == batch.epoch:\n            raise _Stale\n",
                "",
            ),
        ),
    ),
    Fault(
        name="pause-stops-what-is-under-way",
        promise="a pause stops what is new, and nothing that is under way",
        tests=(f"{_PROMISES}test_a_paused_campaign_takes_nothing_new_and_finishes_what_is_under_way[memory]",),
        edits=(Edit(_SHEET, " and not ask.due and ask.about is None:", " and not ask.due:"),),
    ),
    # --- newcomers -----------------------------------------------------------------------------
    Fault(
        name="two-holders",
        promise="of two who meet a newcomer, one makes the person",
        tests=(f"{_RACES}test_two_who_meet_a_newcomer_make_one_person[sqlite]",),
        edits=(
            Edit("adapters/sql/dialects/generic.py", '"a record was made by somebody else")', "None)"),
            Edit(_TRANSACTION, "        _meet(batch.newcomers, picture)\n", ""),
        ),
    ),
    Fault(
        name="stranger-taken-for-new",
        promise="somebody known whom this process never met is not decided about as if they were new",
        tests=("tests/engine/test_strangers.py::test_a_stranger_who_is_known_keeps_their_wallet[sqlite]",),
        edits=(Edit(_TRANSACTION, "        _meet(batch.newcomers, picture)\n", ""),),
    ),
    Fault(
        name="known-people-not-looked-up",
        promise="whom this process never met is looked up before the locks, so that no second try is needed",
        tests=(
            "tests/engine/test_strangers.py::test_who_is_known_is_looked_up_in_the_transaction_that_decides[sqlite]",
        ),
        edits=(Edit(_HOLDERS, "if strangers and not self._guessing:", "if False:"),),
    ),
    Fault(
        name="people-mixed-up",
        promise="each of many people is found by their own record",
        tests=("tests/conformance/test_postgres.py::TestPostgres::test_people_are_found_before_anything_is_locked",),
        edits=(
            Edit(
                "adapters/sql/needs_by_table.py",
                "return {asked[bytes(id_)]: value for id_, value in look(asked)}",
                "return dict(zip(asked.values(), (value for _, value in look(asked)), strict=False))",
            ),
        ),
    ),
    Fault(
        name="newcomers-rows-asked",
        promise="of a holder made up in this batch nothing is stored, and nothing asked",
        tests=("tests/engine/test_strangers.py::test_nothing_of_a_newcomer_is_asked_but_who_they_are[sqlite]",),
        edits=(Edit(_TRANSACTION, "rounds.needs - absent", "rounds.needs"),),
    ),
    Fault(
        name="known-taken-with-newcomers",
        promise="what is asked of known people is read, whoever new is in their batch",
        tests=(
            "tests/engine/test_strangers.py::test_known_people_are_read_beside_newcomers[memory]",
            "tests/engine/test_strangers.py::test_known_people_are_read_beside_newcomers[sqlite]",
        ),
        edits=(Edit(_HOLDERS, "if not fresh.isdisjoint(_named_by(need))}", "if fresh and _named_by(need)}"),),
    ),
    Fault(
        name="user-called-like-a-holder",
        promise="whether a user is new is always asked, even if they are called like a holder",
        tests=("tests/engine/test_strangers.py::test_who_a_user_is_is_always_asked",),
        edits=(
            Edit(_HOLDERS, "isinstance(need, RecordKey) and need.kind != Person.kind", "isinstance(need, RecordKey)"),
        ),
    ),
    Fault(
        name="refusal-keeps-its-batch",
        promise="a refusal leaves nothing of its batch in memory",
        tests=(f"{_ISOLATION}test_a_refusal_keeps_nothing_of_its_batch",),
        edits=(Edit(_SHEET, "outcome = no.with_traceback(None)", "outcome = no"),),
    ),
    Fault(
        name="newcomer-remembered-too-early",
        promise="nobody new is remembered before the host commits",
        tests=(f"{_RACES}test_a_newcomer_whose_host_changed_its_mind_is_new_again[sqlite]",),
        edits=(Edit(_TRANSACTION, "if done.written is not None and not joined:", "if done.written is not None:"),),
    ),
    # --- the collector -------------------------------------------------------------------------
    Fault(
        name="hand-over-not-in-finally",
        promise="a leader that dies strands nobody",
        tests=(f"{_RACES}test_a_leader_that_is_killed_strands_nobody",),
        edits=(
            Edit(
                "adapters/collector.py",
                "        finally:\n            line.hand_over()",
                "        except Exception:\n            raise\n        line.hand_over()",
            ),
        ),
    ),
    Fault(
        name="poison-spreads",
        promise="an item that can't be run fails alone",
        tests=(f"{_COLLECTOR}TestFailures::test_poison_is_found_by_halving",),
        edits=(
            Edit(
                "adapters/collector.py",
                "            if len(items) == 1:\n                return [failure]\n",
                "            return [failure] * len(items)\n",
            ),
        ),
    ),
    Fault(
        name="another-ones-answer",
        promise="everybody gets their own answer",
        tests=(f"{_COLLECTOR}TestFailures::test_a_wrong_number_of_answers_is_nobodys_answer",),
        edits=(Edit("adapters/collector.py", "if len(answers) != len(items):", "if False:"),),
    ),
    # --- reading on ----------------------------------------------------------------------------
    Fault(
        name="reads-on-past-what-is-due",
        promise="what is due at rows that are read late is decided before what reads them",
        tests=(f"{_LATE}test_a_life_in_which_nobody_sweeps_is_lived_the_same[0]",),
        edits=(
            Edit(
                _READING_ON,
                "if any(timer.id != own for timer in picture.due) or picture.unsummed - rounds.short.keys():",
                "if False:",
            ),
        ),
    ),
    Fault(
        name="reads-on-over-what-was-written",
        promise="what a decision wrote without reading it is not read late, but everything decided again",
        tests=(f"{_LATE}test_what_an_earlier_decision_wrote_unread_is_not_read_on",),
        edits=(Edit(_READING_ON, "if any(need in rows for need in needs for rows in written):", "if False:"),),
    ),
    Fault(
        name="reads-on-over-its-own-draft",
        promise="what a decision itself wrote without reading it is not read late either",
        tests=(f"{_LATE}test_what_the_same_decision_wrote_unread_is_not_read_on",),
        edits=(
            Edit(
                "entitlements/picture.py",
                "if any(need in rows for need in needs for rows in written) or not self.view.see(needs):",
                "if not self.view.see(needs):",
            ),
        ),
    ),
    Fault(
        name="forgets-what-it-read-on",
        promise="a transaction that begins again after all asks at once for what was read late before",
        tests=(f"{_LATE}test_what_is_asked_for_is_needed_in_the_next_round_too",),
        edits=(Edit(_READING_ON, "        rounds.needs |= picture.needs\n", ""),),
    ),
    Fault(
        name="reads-on-for-ever",
        promise="a decision that keeps asking is not answered for ever",
        tests=(f"{_LATE}test_a_decision_that_asks_for_ever_more_gives_up",),
        edits=(Edit(_READING_ON, "        self._left -= 1\n", ""),),
    ),
    Fault(
        name="release-indexed-by-everybody",
        promise="of many who notice a release one indexes it, and a pause changes nothing of what is heard",
        tests=(
            "tests/engine/test_publishing.py::test_a_pause_changes_nothing_of_what_is_heard",
            "tests/engine/test_publishing.py::test_of_many_who_notice_a_release_one_indexes_it",
        ),
        edits=(Edit("campaigns/engine/in_force.py", "self._index if same else Index(", "Index("),),
    ),
    Fault(
        name="same-release-taken-over-again",
        promise="of the release that a process has nothing is read again, but what is parked",
        tests=(
            "tests/engine/test_publishing.py::test_the_release_that_a_process_has_is_neither_read_nor_indexed_again",
        ),
        edits=(
            Edit("campaigns/engine/in_force.py", "self._index if same else Index(", "Index("),
            Edit("campaigns/engine/in_force.py", "if release == self.release and not self._any_parked():", "if False:"),
        ),
    ),
    Fault(
        name="pages-read-whole-lists",
        promise="a page of somebody's deals and of their history costs what is on it",
        tests=("tests/engine/test_long_lists.py::test_a_page_of_deals_and_of_history_costs_what_is_on_it[sqlite]",),
        edits=(Edit("campaigns/own_queries.py", "some_deals(*asked)", "some_deals(user, after, 9_999)"),),
    ),
)
