"""Faults in the one statement of PostgreSQL, and in how rows that must be new are inserted."""

from __future__ import annotations

from tests.faults.fault import Edit, Fault

__all__ = ["STATEMENT"]

_SQLITE = "tests/conformance/test_sqlite.py::TestSqlite::"
_POSTGRES = "tests/conformance/test_postgres.py::TestPostgres::"
_IN_ARRAYS = "tests/conformance/test_postgres.py::TestPostgresInArrays::"
_ANY = "tests/conformance/test_postgres.py::TestPostgresThroughAnyDriver::"
_RACES = "tests/engine/test_races.py::"
_FILE = "adapters/sql/dialects/sqlite.py"
_GENERIC = "adapters/sql/dialects/generic.py"
_SELECTS = "adapters/sql/dialects/selects.py"
_ONE = "adapters/sql/dialects/guarded.py"
_PG = "adapters/sql/dialects/postgresql.py"
_ROWS = "adapters/sql/rows.py"
_TABLES = "adapters/sql/migrations/versions/0001_first_tables.py"
_TABLES_OF_SQL = "tests/adapters/test_sql_inserts.py::"
_REFUSED = "test_a_refused_piece_takes_all_with_it"

STATEMENT = (
    # --- the one statement of PostgreSQL -------------------------------------------------------
    Fault(
        name="lots-with-their-wallet",
        promise="PostgreSQL: lots are looked for once the wallet is locked, so that none that came meanwhile is missed",
        tests=(f"{_RACES}test_what_came_while_one_waited_can_be_taken[postgres]",),
        edits=(
            Edit(
                _SELECTS,
                """        if asked.accounts or asked.alone:
            ids = Bytes(asked.balances())
""",
                """        if asked.lots or wallets:
            found["lots"] = (self._balances[which, locking], [mall, Bytes(sorted(asked.lots)), *owners])
        if asked.accounts or asked.alone:
            ids = Bytes(asked.balances())
""",
            ),
        ),
    ),
    Fault(
        name="one-statement-before",
        promise="PostgreSQL: a balance that moved meanwhile is not written over",
        tests=(
            f"{_POSTGRES}{_REFUSED}[a balance that was read wrong]",
            f"{_IN_ARRAYS}{_REFUSED}[a balance that was read wrong]",
        ),
        edits=(Edit(_ONE, " and b.balance = u.before", ""),),
    ),
    Fault(
        name="one-statement-floor",
        promise="PostgreSQL refuses what falls below its floor",
        tests=(f"{_POSTGRES}{_REFUSED}[a balance below its floor]",),
        edits=(
            Edit(_ONE, "(b.floor is null or {after} >= b.floor)", "true"),
            Edit(_TABLES, "balance >= floor", "balance >= -1000"),
        ),
    ),
    Fault(
        name="one-statement-cap",
        promise="PostgreSQL refuses what passes its cap",
        tests=(f"{_POSTGRES}{_REFUSED}[a balance above its cap]",),
        edits=(Edit(_ONE, "(u.cap is null or {after} <= greatest(u.cap, b.balance))", "true"),),
    ),
    Fault(
        name="one-statement-version",
        promise="PostgreSQL: a record that was written meanwhile is not written over",
        tests=(f"{_POSTGRES}{_REFUSED}[a record that was read wrong]",),
        edits=(Edit(_ONE, " and r.version = u.before", ""),),
    ),
    Fault(
        name="one-statement-counts",
        promise="PostgreSQL: an update that a guard refused spoils the whole writing, though it is no error there",
        tests=(
            f"{_POSTGRES}{_REFUSED}[a balance that was read wrong]",
            f"{_POSTGRES}{_REFUSED}[a record that is not there]",
        ),
        edits=(Edit(_ONE, "select 1 / (", "select 1 + 0 * ("),),
    ),
    Fault(
        name="one-statement-updates-uncounted",
        promise="PostgreSQL: updates are counted, since a guard of theirs that says no raises nothing",
        tests=(f"{_POSTGRES}{_REFUSED}[a balance that was read wrong]",),
        edits=(Edit(_ONE, '_Step("moved", "balance", _move, counted=True)', '_Step("moved", "balance", _move)'),),
    ),
    Fault(
        name="array-rows-uncounted",
        promise="PostgreSQL: updates are counted where rows go as arrays",
        tests=(f"{_IN_ARRAYS}{_REFUSED}[a balance that was read wrong]",),
        edits=(Edit(_ONE, "f'cardinality(${parameter})'", "f'(select count(*) from step{place})'"),),
    ),
    Fault(
        name="value-rows-uncounted",
        promise="PostgreSQL: updates are counted where rows go value by value",
        tests=(f"{_POSTGRES}{_REFUSED}[a balance that was read wrong]",),
        edits=(Edit(_ONE, "= {count or ", "<= {count or "),),
    ),
    Fault(
        name="steps-backwards",
        promise="PostgreSQL writes tables in one order, keys first, whatever it counts",
        tests=(
            f"{_TABLES_OF_SQL}test_keys_are_written_before_accounts[0]",
            f"{_TABLES_OF_SQL}test_keys_are_written_before_accounts[4]",
        ),
        edits=(Edit(_ONE, "', '.join(reversed(done))", "', '.join(done)"),),
    ),
    Fault(
        name="forms-without-end",
        promise="PostgreSQL: only so many forms of a writing have a plan of their own",
        tests=(f"{_TABLES_OF_SQL}test_few_rows_go_value_by_value_in_few_forms[postgres]",),
        edits=(Edit(_ONE, "if len(self._taken) < self.most:", "if self.most:"),),
    ),
    # --- rows that must be new -----------------------------------------------------------------
    Fault(
        name="one-statement-passes-over",
        promise="PostgreSQL: a key that is taken is not passed over, since nobody counts what is inserted",
        tests=(f"{_POSTGRES}{_REFUSED}[a key that is taken]",),
        edits=(Edit(_ONE, '_Step("receipts", "receipt", _insert)', '_Step("receipts", "receipt", _insert_new)'),),
    ),
    Fault(
        name="sqlite-passes-over",
        promise="SQLite: a key that is taken is not passed over",
        tests=(f"{_SQLITE}{_REFUSED}[a key that is taken]",),
        edits=(Edit(_FILE, '" on conflict do nothing" if only_new else ""', '" on conflict do nothing"'),),
    ),
    Fault(
        name="any-driver-passes-over",
        promise="any database: a key that is taken is not passed over",
        tests=(f"{_ANY}{_REFUSED}[a key that is taken]",),
        edits=(Edit(_GENERIC, "self.insert_new(table) if only_new else insert(table)", "self.insert_new(table)"),),
    ),
    Fault(
        name="taken-is-the-databases-fault",
        promise="PostgreSQL: a row that is there already is a conflict, which is tried again, and no error of the database",
        tests=(
            f"{_POSTGRES}{_REFUSED}[a key that is taken]",
            f"{_POSTGRES}test_a_conflict_leaves_the_host_usable[session-wrong5]",
        ),
        edits=(Edit(_PG, "        _DUPLICATE,  # unique violation: a row that must be new is there already\n", ""),),
    ),
    Fault(
        name="taken-without-a-word",
        promise="SQLite: whoever meets a row that is there already is told which",
        tests=(f"{_TABLES_OF_SQL}test_a_row_that_is_there_already_is_named[sqlite-receipt]",),
        edits=(Edit(_FILE, "sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY, ", ""),),
    ),
    Fault(
        name="first-timer-passes-over",
        promise="the timer of a new record is new, and found to be",
        tests=(
            f"{_TABLES_OF_SQL}test_the_timer_of_a_new_record_is_new[sqlite]",
            f"{_TABLES_OF_SQL}test_the_timer_of_a_new_record_is_new[postgres]",
        ),
        edits=(Edit(_ROWS, "if row[place] in new]", "if row[place] not in new and row[place] in new]"),),
    ),
    Fault(
        name="one-key-woken-twice",
        promise="a timer that wakes and gives back to one key has one row for it",
        tests=(f"{_TABLES_OF_SQL}test_a_timer_has_one_row_for_each_key[postgres]",),
        edits=(
            Edit(
                _ROWS,
                "        amounts.setdefault(account.id, amount)\n",
                "        yield account.id, at, write.id, amount\n",
            ),
        ),
    ),
    Fault(
        name="one-statement-savepoint",
        promise="PostgreSQL: what fails inside a host's transaction takes only its own writes along",
        tests=(f"{_POSTGRES}test_a_conflict_leaves_the_host_usable[session-wrong0]",),
        edits=(
            Edit(
                "adapters/sql/dialects/psycopg.py",
                'b"rollback to savepoint quanyi; release savepoint quanyi"',
                'b"release savepoint quanyi"',
            ),
        ),
    ),
    Fault(
        name="unsent-write",
        promise="PostgreSQL: a write that waits to be sent is sent before the host goes on",
        tests=(f"{_POSTGRES}test_the_host_commits[session]",),
        edits=(
            Edit(
                "adapters/sql/dialects/psycopg.py",
                'self._ask([_set_options(before), ("release savepoint quanyi", ())])',
                'self._waiting = []\n                self._ask([_set_options(before), ("release savepoint quanyi", ())])',
            ),
        ),
    ),
    Fault(
        name="keys-with-locks",
        promise="PostgreSQL: the keys that travel with the locks are looked at behind them",
        tests=(f"{_RACES}test_a_replay_that_overtakes_is_told_the_first_answer[postgres]",),
        edits=(
            Edit(
                "adapters/sql/dialects/psycopg.py",
                'asking["receipts"] = self._dialect.selects.receipts(keys)',
                'asking = {"receipts": self._dialect.selects.receipts(keys), **asking}',
            ),
        ),
    ),
    Fault(
        name="half-a-message",
        promise="PostgreSQL: nothing of a message is done that could not be said to its end",
        tests=("tests/adapters/test_sql_pipeline.py::test_a_value_that_cannot_be_said_takes_its_message_along",),
        edits=(
            Edit(
                "adapters/sql/dialects/pipeline.py",
                "                self._server.send_query_params(_SPOILS, None)\n",
                "",
            ),
        ),
    ),
    Fault(
        name="large-statement-kept-back",
        promise="PostgreSQL works on a large statement while the next one is made",
        tests=("tests/adapters/test_sql_pipeline.py::test_a_large_statement_is_under_way_while_the_next_one_is_made",),
        edits=(Edit("adapters/sql/dialects/pipeline.py", "> _AT_ONCE:", "> 1_000 * _AT_ONCE:"),),
    ),
    Fault(
        name="locks-asked-for-behind-the-work",
        promise="PostgreSQL locks while a batch computes what follows from its requests alone",
        tests=("tests/adapters/test_sql_pipeline.py::test_the_server_works_meanwhile",),
        edits=(
            Edit(
                "adapters/sql/dialects/pipeline.py",
                "            for text, values in statements:\n",
                "            if meanwhile is not None:\n                meanwhile()\n            for text, values in statements:\n",
            ),
        ),
    ),
    Fault(
        name="large-writing-without-guards",
        promise="PostgreSQL: a guard that says no in one statement of a large writing takes the others along",
        tests=(f"{_TABLES_OF_SQL}test_a_large_writing_is_written_whole_or_not_at_all[a balance]",),
        edits=(Edit(_ONE, "select 1 / (", "select 1 + 0 * ("),),
    ),
    Fault(
        name="large-writing-in-pieces",
        promise="PostgreSQL: a large writing lacks no table",
        tests=(f"{_TABLES_OF_SQL}test_a_large_writing_is_written_whole_or_not_at_all[an event]",),
        edits=(Edit(_ONE, "range(7, 9), ", ""),),
    ),
    Fault(
        name="plans-lost",
        promise="PostgreSQL: plans that somebody dropped are made again, in our transactions and in a host's",
        tests=("tests/adapters/test_sql_pipeline.py::test_dropped_plans_are_made_again",),
        edits=(Edit("adapters/sql/dialects/pipeline.py", "            self._names.clear()\n", ""),),
    ),
)
