"""Faults in the stores: guards, locks, timers, codes, tenants, the host's transaction."""

from __future__ import annotations

from tests.faults.fault import Edit, Fault

__all__ = ["STORES"]

_MEMORY = "tests/conformance/test_memory.py::TestMemory::"
_SQLITE = "tests/conformance/test_sqlite.py::TestSqlite::"
_POSTGRES = "tests/conformance/test_postgres.py::TestPostgres::"
_ANY = "tests/conformance/test_postgres.py::TestPostgresThroughAnyDriver::"
_GUARDS = "tests/engine/test_guards.py::"
_HOST = "tests/engine/test_host_transaction.py::"
_PROMISES = "tests/engine/test_promises.py::"
_RACES = "tests/engine/test_races.py::"

_TEXTS = "tests/adapters/test_sql_statements.py::"
_PORTIONS = "tests/adapters/test_portions.py::"

_STAGES = "adapters/stages.py"
_STATEMENTS = "adapters/sql/dialects/statements.py"
_READING = "adapters/sql/dialects/reading.py"
_FILE = "adapters/sql/dialects/sqlite.py"
_GENERIC = "adapters/sql/dialects/generic.py"
_SELECTS = "adapters/sql/dialects/selects.py"
_STORE = "adapters/memory.py"
_MEMORY_GUARDS = "adapters/guards.py"
_TABLES = "adapters/sql/migrations/versions/0001_first_tables.py"
_REFUSED = "test_a_refused_piece_takes_all_with_it"

STORES = (
    Fault(
        name="memory-due-unseen",
        promise="a timer that is due at this very instant is seen before anything is decided",
        tests=(f"{_MEMORY}test_a_lots_timer_wakes_whoever_reads_the_wallet",),
        edits=(Edit(_STORE, "tables.agenda[0][0] <= now\n", "tables.agenda[0][0] < now\n"),),
    ),
    Fault(
        name="memory-forgets-ids",
        promise="what was written is not written again, also where only its id is kept",
        tests=("tests/conformance/test_memory.py::test_without_a_journal_only_ids_are_kept",),
        edits=(
            Edit(
                _STORE,
                "tables.journal.update({change.id: change if self._journaled else None for change in writing.changes})",
                "tables.journal.update({change.id: change for change in writing.changes if self._journaled})",
            ),
        ),
    ),
    Fault(
        name="json-with-a-tail",
        promise="a stored text with something behind its value can't be read",
        tests=("tests/adapters/test_codec.py::test_a_text_is_read_whole_or_not_at_all[[1] [2]]",),
        edits=(Edit("adapters/codec.py", "if end == len(text):", "if end >= 0:"),),
    ),
    # --- guards --------------------------------------------------------------------------------
    Fault(
        name="memory-floor",
        promise="the memory store, which is the specification, refuses what falls below its floor",
        tests=(f"{_MEMORY}{_REFUSED}[a balance below its floor]",),
        edits=(Edit(_MEMORY_GUARDS, "low = floor is not None and write.after < floor", "low = False"),),
    ),
    Fault(
        name="memory-version",
        promise="the memory store refuses a record that was read wrong",
        tests=(f"{_MEMORY}{_REFUSED}[a record that was read wrong]",),
        edits=(Edit(_MEMORY_GUARDS, "if version != write.before:", "if version is None and write.before:"),),
    ),
    Fault(
        name="sqlite-before",
        promise="SQLite: a balance that moved meanwhile is not written over",
        tests=(f"{_SQLITE}{_REFUSED}[a balance that was read wrong]",),
        edits=(Edit(_FILE, " and balance = ?3", ""),),
    ),
    Fault(
        name="any-driver-before",
        promise="any database: a balance that moved meanwhile is not written over",
        tests=(f"{_ANY}{_REFUSED}[a balance that was read wrong]",),
        edits=(Edit(_GENERIC, ', balance.balance == bindparam("before"))', ")"),),
    ),
    Fault(
        name="sqlite-floor",
        promise="SQLite refuses what falls below its floor: in the statement, and behind it in the table",
        tests=(f"{_SQLITE}{_REFUSED}[a balance below its floor]",),
        edits=(
            Edit(_FILE, "(floor is null or balance + ?4 >= floor)", "1"),
            Edit(_TABLES, "balance >= floor", "balance >= -1000"),
        ),
    ),
    Fault(
        name="any-driver-floor",
        promise="any database refuses what falls below its floor",
        tests=(f"{_ANY}{_REFUSED}[a balance below its floor]",),
        edits=(
            Edit(_GENERIC, "or_(balance.floor.is_(None), after >= balance.floor), ", ""),
            Edit(_TABLES, "balance >= floor", "balance >= -1000"),
        ),
    ),
    Fault(
        name="table-floor",
        promise="the table itself knows the floor, whoever writes",
        tests=(f"{_GUARDS}test_the_database_itself_knows_the_floor[sqlite]",),
        edits=(Edit(_TABLES, "balance >= floor", "balance >= -1000"),),
    ),
    Fault(
        name="sqlite-cap",
        promise="SQLite refuses what passes its cap",
        tests=(f"{_SQLITE}{_REFUSED}[a balance above its cap]",),
        edits=(Edit(_FILE, "(?5 is null or balance + ?4 <= max(?5, balance))", "(?5 is null or 1)"),),
    ),
    Fault(
        name="any-driver-cap",
        promise="any database refuses what passes its cap",
        tests=(f"{_ANY}{_REFUSED}[a balance above its cap]",),
        edits=(Edit(_GENERIC, ", or_(cap.is_(None), after <= highest))", ")"),),
    ),
    Fault(
        name="sql-new-cap",
        promise="a row that is new may not pass its cap either",
        tests=(f"{_SQLITE}{_REFUSED}[a new balance above its cap]",),
        edits=(
            Edit("adapters/sql/rows.py", "if write.cap is not None and write.after > max(write.cap, 0):", "if False:"),
        ),
    ),
    Fault(
        name="sqlite-version",
        promise="SQLite: a record that was written meanwhile is not written over",
        tests=(f"{_SQLITE}{_REFUSED}[a record that was read wrong]",),
        edits=(
            Edit(
                _FILE,
                "id = {place['id']} and version = {place['before']}",
                "id = {place['id']} and {place['before']} > 0",
            ),
        ),
    ),
    Fault(
        name="any-driver-version",
        promise="any database: a record that was written meanwhile is not written over",
        tests=(f"{_ANY}{_REFUSED}[a record that was read wrong]",),
        edits=(Edit(_GENERIC, ', record.version == bindparam("before"))', ")"),),
    ),
    Fault(
        name="sql-count",
        promise="a guarded statement that changed too few rows is a conflict",
        tests=(
            f"{_SQLITE}{_REFUSED}[a balance that is not there]",
            f"{_SQLITE}{_REFUSED}[a record that is not there]",
        ),
        edits=(Edit(_GENERIC, "    if done != wanted:\n", "    if done > wanted:\n"),),
    ),
    Fault(
        name="receipt-not-written",
        promise="an effect is never written without its key",
        tests=(f"{_PROMISES}test_the_same_key_is_answered_with_the_first_receipt[sqlite]",),
        edits=(
            Edit(_GENERIC, '        self._insert(connection, tables.receipt, rows.receipts, "a key is taken")\n', ""),
        ),
    ),
    Fault(
        name="half-a-writing",
        promise="all or nothing: what fails after the write takes the write with it",
        tests=(f"{_SQLITE}test_an_exception_leaves_nothing",),
        edits=(
            Edit(
                _GENERIC,
                "            with suppress(SQLAlchemyError):\n                connection.rollback()\n            raise\n        finally:",
                "            with suppress(SQLAlchemyError):\n                connection.commit()\n            raise\n        finally:",
            ),
        ),
    ),
    # --- locks ---------------------------------------------------------------------------------
    Fault(
        name="nothing-locked",
        promise="what is decided about is locked",
        tests=(f"{_POSTGRES}test_a_lock_shows_what_the_one_before_wrote",),
        edits=(Edit(_SELECTS, '{True: "for update", False: "limit 1"}', '{True: "limit 1", False: "limit 1"}'),),
    ),
    Fault(
        name="locks-in-any-order",
        promise="locks are taken in one order, so that nobody waits in a ring",
        tests=(f"{_RACES}test_who_waits_for_a_row_holds_none_behind_it[postgres]",),
        edits=(
            Edit(
                _SELECTS,
                '_KEYS = "with k as (select id from unnest($2) a(id) order by id)"',
                '_KEYS = "with k as (select id from unnest($2) a(id) order by random())"',
            ),
        ),
    ),
    # --- timers --------------------------------------------------------------------------------
    Fault(
        name="empty-wallet-is-deaf",
        promise="a wallet without a row hears of what falls due on it",
        tests=(f"{_MEMORY}test_an_empty_wallet_hears_of_what_it_will_get",),
        edits=(Edit(_STORE, "*picture.balances, *wallets)", "*picture.balances)"),),
    ),
    Fault(
        name="timers-not-read",
        promise="whoever locks an account hears what is due on it: no deadline waits for a sweep",
        tests=(f"{_SQLITE}test_a_due_timer_wakes_whoever_reads",),
        edits=(
            Edit(
                _READING,
                "due = waking(connection, keys, asked.timed(), now, most)",
                "due = []",
            ),
        ),
    ),
    Fault(
        name="timer-due-exclusive",
        promise="a timer is due at its instant",
        tests=(f"{_SQLITE}test_a_due_timer_wakes_whoever_reads",),
        edits=(
            Edit(
                _READING,
                'wake.timer).where(wake.due_at <= bindparam("now"))',
                'wake.timer).where(wake.due_at < bindparam("now"))',
            ),
        ),
    ),
    Fault(
        name="sweep-due-exclusive",
        promise="a sweep finds a timer at its instant",
        tests=(f"{_SQLITE}test_timers_come_oldest_first_and_not_all_at_once",),
        edits=(
            Edit(
                _READING,
                "select(*timers).where(timer.mall == mall, timer.due_at <= ",
                "select(*timers).where(timer.mall == mall, timer.due_at < ",
            ),
        ),
    ),
    Fault(
        name="rung-timer-stays",
        promise="a timer that has done its work is taken away",
        tests=(f"{_SQLITE}test_a_rung_timer_is_gone",),
        edits=(Edit(_GENERIC, "        self._ring(connection, rows.rung)\n", ""),),
    ),
    # --- codes and tenants ---------------------------------------------------------------------
    Fault(
        name="code-drawn-twice",
        promise="a code goes to one owner",
        tests=(f"{_SQLITE}test_codes_are_drawn_once_first_come_first_out",),
        edits=(
            Edit(
                _GENERIC, "where(code.c.mall == self.mall, code.c.owner.is_(None))", "where(code.c.mall == self.mall)"
            ),
            Edit(_GENERIC, ", code.c.owner.is_(None))\n        pairs", ")\n        pairs"),
        ),
    ),
    Fault(
        name="pool-of-another",
        promise="a code comes out of its own pool",
        tests=(f"{_SQLITE}{_REFUSED}[a code of another pool]",),
        edits=(Edit(_GENERIC, "free.where(code.c.pool == pool, which).order_by", "free.where(which).order_by"),),
    ),
    Fault(
        name="tenants-meet",
        promise="one mall never reads another one's history",
        tests=(f"{_SQLITE}test_malls_do_not_meet",),
        edits=(Edit("adapters/sql/views.py", "where(entry.mall == self.mall, entry.holder", "where(entry.holder"),),
    ),
    Fault(
        name="tenants-write",
        promise="one mall never writes another one's balance",
        tests=(f"{_SQLITE}test_malls_do_not_meet",),
        edits=(
            Edit(_FILE, " where mall = ?1 and id = ?2 and balance = ?3", " where ?1 <> 0 and id = ?2 and balance = ?3"),
        ),
    ),
    # --- the host's transaction ----------------------------------------------------------------
    Fault(
        name="no-savepoint",
        promise="what fails inside a host's transaction takes only its own writes along",
        tests=(f"{_SQLITE}test_an_exception_undoes_one_step[session]",),
        edits=(Edit(_GENERIC, "            savepoint.rollback()\n", "            savepoint.commit()\n"),),
    ),
    Fault(
        name="host-committed-by-us",
        promise="the host's transaction is the host's to end",
        tests=(
            f"{_HOST}test_a_hosts_rollback_takes_ours_along[sqlite]",
            f"{_SQLITE}test_the_host_changes_its_mind[connection]",
        ),
        edits=(
            Edit(
                _GENERIC,
                "                savepoint.commit()\n",
                "                savepoint.commit()\n                connection.commit()\n",
            ),
        ),
    ),
    Fault(
        name="version-of-another-campaign",
        promise="a stored text is found by its campaign and its version together",
        tests=(f"{_SQLITE}test_many_versions_are_read_at_once",),
        edits=(
            Edit(
                "adapters/sql/views.py",
                "tuple_(kept.campaign, kept.version).in_(wanted[first : first + _VERSIONS])",
                "kept.campaign.in_([name for name, _ in wanted[first : first + _VERSIONS]])",
            ),
        ),
    ),
    # --- statements as texts, and portions ---------------------------------------------------
    Fault(
        name="list-of-another-length",
        promise="a statement's text has a place for each value of its lists",
        tests=(f"{_TEXTS}test_two_lists_of_different_lengths_are_told_apart",),
        edits=(
            Edit(
                _STATEMENTS,
                "key = id(statement), tuple(len(value) for value in values.values() if isinstance(value, list))",
                "key = id(statement), tuple(len(value) for value in values.values() if isinstance(value, list))[:1]",
            ),
        ),
    ),
    Fault(
        name="instant-as-its-text",
        promise="an instant that a text finds is read as SQLAlchemy reads it",
        tests=(f"{_TEXTS}test_an_instant_is_read_as_it_was_written",),
        edits=(
            Edit(
                _STATEMENTS,
                "enumerate(found) if processor is not None)",
                "enumerate(found) if processor is not None and place != 2)",
            ),
        ),
    ),
    Fault(
        name="portion-never-over",
        promise="a replay commits what it did from time to time",
        tests=(f"{_PORTIONS}test_what_was_done_is_seen_by_others_once_a_portion_is_over",),
        edits=(Edit(_STAGES, "if monotonic() - since > _PORTION_SECONDS:", "if False:"),),
    ),
    Fault(
        name="last-portion-lost",
        promise="what a replay did is committed at its end, however it ends",
        tests=(
            f"{_PORTIONS}test_the_end_of_the_block_commits_the_last_portion",
            f"{_PORTIONS}test_a_replay_that_breaks_off_has_written_what_it_did",
        ),
        edits=(
            Edit(
                _STAGES,
                "        finally:\n            with store.translated():\n                connection.commit()\n",
                "        finally:\n            pass\n",
            ),
        ),
    ),
    Fault(
        name="sorted-for-each-page",
        promise="what is read on from a number on SQLite costs what is behind it",
        tests=(
            "tests/adapters/test_sql_plans.py::test_sqlite_sorts_nothing_that_is_read_in_order[a check of the books]",
        ),
        edits=(Edit("adapters/sql/in_order.py", "return _Beside(column) == mall", "return column == mall"),),
    ),
)
