"""Faults in what is kept beside the books: look-ups, the outbox and its sinks, codes as they come in, backups."""

from __future__ import annotations

from tests.faults.fault import Edit, Fault

__all__ = ["KEEPING"]

_MEMORY = "tests/conformance/test_memory.py::TestMemory::"
_SQLITE = "tests/conformance/test_sqlite.py::TestSqlite::"
_POSTGRES = "tests/conformance/test_postgres.py::TestPostgres::"
_SINKS = "tests/adapters/test_outbox_sinks.py::"
_PARKED = "tests/adapters/test_outbox_parked.py::"
_FORWARD = "tests/adapters/test_sql_forward.py::"
_CODES = "tests/engine/test_codes_in.py::"
_BACKUPS = "tests/docs/test_backups_page.py::"
_LAST = "test_a_record_is_found_by_what_it_names_last"

KEEPING = (
    # --- look-ups ------------------------------------------------------------------------------
    Fault(
        name="memory-found-by-the-past",
        promise="the memory store, which is the specification, finds no record by what it names no longer",
        tests=(f"{_MEMORY}{_LAST}",),
        edits=(Edit("adapters/memory.py", "tables.named[record.kind, name, value].pop(key, None)", "pass"),),
    ),
    Fault(
        name="sqlite-found-by-the-past",
        promise="SQLite and any driver: no record is found by what it names no longer",
        tests=(f"{_SQLITE}{_LAST}",),
        edits=(Edit("adapters/sql/dialects/generic.py", "        self._forget(connection, rows.forgotten)\n", ""),),
    ),
    Fault(
        name="one-statement-found-by-the-past",
        promise="PostgreSQL: no record is found by what it names no longer",
        tests=(f"{_POSTGRES}{_LAST}",),
        edits=(
            Edit(
                "adapters/sql/dialects/guarded.py",
                '    _Step("forgotten", "lookup", _forget),\n',
                "",
            ),
        ),
    ),
    Fault(
        name="one-statement-forgets-what-stays",
        promise="PostgreSQL: a changed record is still found by what it goes on naming",
        tests=(f"{_POSTGRES}{_LAST}",),
        # In the order in which the steps run today, what was deleted would be inserted again.
        edits=(
            Edit("adapters/sql/dialects/guarded.py", " and not (k.value = any(u.stays))", ""),
            Edit("adapters/sql/dialects/guarded.py", "', '.join(reversed(done))", "', '.join(done)"),
        ),
    ),
    Fault(
        name="old-records-without-names",
        promise="records of an earlier release are found by what they name",
        tests=("tests/releases/test_lookups.py::test_old_records_are_found_by_what_they_name[0.1-2026-11-sqlite]",),
        edits=(Edit("adapters/sql/migrations/filling.py", "name_records, *STEPS)", "*STEPS)"),),
    ),
    Fault(
        name="found-as-it-stood",
        promise="a deal that is found by its order reads as it is now, not as it was last booked",
        tests=("tests/engine/test_find.py::test_deals_are_found_by_the_hosts_order_number[memory]",),
        edits=(
            Edit(
                "campaigns/desk.py",
                'return [cast("Deal", view.stored(record.key)[0]) for record in found]',
                'return [cast("Deal", record) for record in found if view]',
            ),
        ),
    ),
    # --- the outbox ----------------------------------------------------------------------------
    Fault(
        name="the-host-eats-all",
        promise="a relay hands on the events of its own sink alone",
        tests=(f"{_SINKS}test_each_sink_has_what_it_takes_and_no_sink_eats_anothers[sqlite]",),
        edits=(
            Edit(
                "adapters/sql/outbox.py",
                "rows.sink == self._sink, rows.parked_at.is_(None), rows.number > after",
                "rows.parked_at.is_(None), rows.number > after",
            ),
        ),
    ),
    Fault(
        name="families-by-their-letters",
        promise="a family of types ends at its dot: deal.* takes no dealer.met",
        tests=(f"{_SINKS}test_each_sink_has_what_it_takes_and_no_sink_eats_anothers[sqlite]",),
        edits=(Edit("adapters/sinks.py", "event.startswith(taken[:-1])", "event.startswith(taken[:-2])"),),
    ),
    Fault(
        name="lease-of-another",
        promise="only who still has the lease says what became of an event",
        tests=(f"{_SINKS}test_only_who_has_the_lease_says_what_became_of_an_event[sqlite]",),
        edits=(Edit("adapters/sql/outbox.py", " & (rows.lease == lease)", ""),),
    ),
    Fault(
        name="overtaken-while-leased",
        promise="who waits behind an event that is being leased, or has been, waits",
        tests=(f"{_SINKS}test_who_is_just_being_leased_is_passed_without_waiting[postgres]",),
        edits=(
            Edit(
                "adapters/sql/outbox.py",
                "wanted = [row for row in ready if first.get(row.order, row.number) in mine]",
                "wanted = [row for row in ready if row.number in mine or row.number not in first.values()]",
            ),
        ),
    ),
    Fault(
        name="lease-for-ever",
        promise="a relay whose lease has run out hands nothing on",
        tests=(f"{_SINKS}test_a_relay_whose_lease_has_run_out_stops[sqlite]",),
        edits=(Edit("adapters/outbox.py", "if now >= until:", "if False:"),),
    ),
    Fault(
        name="parked-without-a-trace",
        promise="the journal keeps who sent a parked event again or gave it up",
        tests=(f"{_PARKED}test_the_journal_keeps_who_and_why[sqlite-requeue]",),
        edits=(Edit("adapters/sql/parked.py", "                self._note(connection, what, found, by, why)\n", ""),),
    ),
    Fault(
        name="dropped-while-it-waits",
        promise="only parked events are sent again or given up",
        tests=(f"{_PARKED}test_only_parked_events_are_touched[sqlite]",),
        edits=(
            Edit(
                "adapters/sql/parked.py",
                "where(rows.mall == self._store.mall, rows.parked_at.is_not(None))",
                "where(rows.mall == self._store.mall)",
            ),
        ),
    ),
    # --- reading forward -----------------------------------------------------------------------
    Fault(
        name="beyond-the-horizon",
        promise="who reads the journal forward loses no change that commits late",
        tests=(f"{_FORWARD}test_a_late_commit_is_not_lost",),
        edits=(
            Edit(
                "adapters/sql/forward.py",
                '"xact < txid_snapshot_xmin(txid_current_snapshot())"',
                '"xact is not null"',
            ),
        ),
    ),
    Fault(
        name="forward-by-number",
        promise="who reads forward loses no change of a transaction that began later and was numbered earlier",
        tests=(f"{_FORWARD}test_a_transaction_that_began_late_and_wrote_early_is_not_lost",),
        edits=(
            Edit(
                "adapters/sql/forward.py",
                "journal.xact > start.transaction, and_(",
                "and_(journal.xact > start.transaction, journal.number > start.number), and_(",
            ),
        ),
    ),
    Fault(
        name="rows-of-before-passed-by",
        promise="changes from before transactions were kept are read as well",
        tests=(f"{_FORWARD}test_changes_from_before_transactions_were_kept_come_first",),
        edits=(
            Edit(
                "adapters/sql/forward.py",
                "    if start.transaction:\n",
                '    if start.transaction or connection.dialect.name == "postgresql":\n',
            ),
        ),
    ),
    # --- codes as they come in -----------------------------------------------------------------
    Fault(
        name="text-as-codes",
        promise="one text is no list of codes",
        tests=(f"{_CODES}test_one_text_is_no_list_of_codes[memory-ABCD0]",),
        edits=(Edit("entitlements/card_codes.py", "isinstance(codes, str | bytes) or not", "not"),),
    ),
    Fault(
        name="codes-with-ends",
        promise="a code has no line's end and no control character inside",
        tests=(f"{_CODES}test_all_of_them_are_named_at_once_and_none_is_shown",),
        edits=(
            Edit("entitlements/card_codes.py", "if clean.isascii() and clean.isprintable():", "if clean.isascii():"),
        ),
    ),
    Fault(
        name="case-merged",
        promise="codes that differ by case are two, unless their pool ignores case",
        tests=(f"{_CODES}test_case_matters[memory]",),
        edits=(
            Edit(
                "adapters/vault.py",
                "normalised(code).encode() if ignore_case else _TO_THE_LETTER + code.encode()",
                "normalised(code).encode()",
            ),
        ),
    ),
    Fault(
        name="old-codes-unknown",
        promise="codes that an earlier release brought in are known, and not sold twice",
        tests=(f"{_CODES}test_codes_of_an_earlier_release_are_known_to_the_letter[memory]",),
        edits=(Edit("campaigns/stashing.py", "for old in found)", "for old in ())"),),
    ),
    Fault(
        name="repeats-as-known",
        promise="what was known and what was repeated are counted apart",
        tests=(f"{_CODES}test_what_is_known_and_what_is_repeated_are_counted_apart[memory]",),
        edits=(
            Edit(
                "entitlements/plays/codes.py",
                "known, repeated = len(knew), len(codes) - len(distinct)",
                "known, repeated = len(codes) - len(fresh), 0",
            ),
        ),
    ),
    # --- backups -------------------------------------------------------------------------------
    Fault(
        name="delivered-codes-again",
        promise="after a backup was restored, what the witness saw drawn is set aside",
        tests=(f"{_BACKUPS}test_no_code_that_was_delivered_is_sold_again[sqlite]",),
        edits=(Edit("adapters/sql/watch.py", "(connection.scalar(passed) or 0) + more)", "more)"),),
    ),
    Fault(
        name="witness-written-over",
        promise="a mark that the database has fallen behind is not written over",
        tests=(f"{_BACKUPS}test_without_the_step_they_would_be[sqlite]",),
        edits=(
            Edit(
                "adapters/sql/watch.py",
                '            _log.error("%s", finding)\n            return\n',
                '            _log.error("%s", finding)\n',
            ),
        ),
    ),
    Fault(
        name="quarantine-leaves-the-stock",
        promise="codes that are set aside are no pieces of the stock any more",
        tests=(f"{_BACKUPS}test_pieces_that_were_promised_are_named[sqlite]",),
        edits=(Edit("entitlements/plays/codes.py", "free = min(count, draft.balance(pieces))", "free = count"),),
    ),
    Fault(
        name="imports-of-one-batch-strangers",
        promise="card codes that two imports of one batch bring in are one piece each",
        tests=(f"{_CODES}test_imports_of_one_batch_know_each_other[sqlite]",),
        edits=(Edit("entitlements/code_draft.py", "return blind in self.view.blinds or bool(", "return bool("),),
    ),
    Fault(
        name="version-read-beside-the-transaction",
        promise="the text of an old version is read while no other connection of the pool is taken",
        tests=("tests/engine/test_old_versions.py::test_a_write_gives_its_connection_back_first[sqlite]",),
        edits=(
            Edit(
                "campaigns/engine/in_force.py",
                "            raise NotRead(record.campaign, record.version)\n",
                "            pass\n",
            ),
        ),
    ),
    Fault(
        name="another-set-read-beside-the-host",
        promise="another set of campaigns is read on the connection of the host's transaction that meets it",
        tests=(
            "tests/engine/test_old_versions.py::test_another_set_of_campaigns_is_read_on_the_hosts_connection[sqlite]",
        ),
        edits=(
            Edit(
                "campaigns/engine/in_force.py",
                "shelf = store if store is not None and store.joined else self._shelf",
                "shelf = self._shelf",
            ),
        ),
    ),
    Fault(
        name="hosts-kept-waiting-by-a-reader",
        promise="a process that waits for the database keeps no host waiting that has a connection",
        tests=("tests/engine/test_publishing.py::test_a_process_that_waits_for_the_database_keeps_no_host_waiting",),
        edits=(
            Edit(
                "campaigns/engine/in_force.py",
                "        release = shelf.release()\n",
                "        self._mutex.acquire()\n        release = shelf.release()\n",
            ),
            Edit(
                "campaigns/engine/in_force.py",
                "        with self._mutex:\n            self._plays =",
                "        if True:\n            self._plays =",
            ),
            Edit(
                "campaigns/engine/in_force.py",
                "            self.release = release\n",
                "            self.release = release\n        self._mutex.release()\n",
            ),
        ),
    ),
)
