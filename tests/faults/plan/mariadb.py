"""Faults in what is done for MariaDB: its texts, its inserts, its sessions, its deadlocks, its migrations."""

from __future__ import annotations

from tests.faults.fault import Edit, Fault

__all__ = ["MARIADB"]

_SUITE = "tests/conformance/test_mariadb.py::TestMariadb::test_a_refused_piece_takes_all_with_it"
_OWN = "tests/adapters/test_sql_mariadb.py::"
_HOSTS = "tests/engine/test_mariadb_hosts.py::"
_FORWARD = "tests/adapters/test_sql_forward.py::"
_RACES = "tests/engine/test_races.py::"
_HELD = "tests/engine/test_held_rows.py::"
_OUTBOX = "tests/adapters/test_outbox_sinks.py::"

_DIALECT = "adapters/sql/dialects/mariadb.py"
_SESSIONS = "adapters/sql/dialects/sessions.py"
_TYPES = "adapters/sql/types.py"
_TABLES = "adapters/sql/migrations/versions/0001_first_tables.py"
_AGAIN = "adapters/sql/migrations/again.py"

MARIADB = (
    # --- texts ---------------------------------------------------------------------------------
    Fault(
        name="mariadb-padded-texts",
        promise="MariaDB: a text with a blank behind it is another text",
        tests=(f"{_OWN}test_texts_that_look_alike_are_different",),
        edits=(Edit(_TYPES, 'True: "utf8mb4_nopad_bin"', 'True: "utf8mb4_bin"'),),
    ),
    Fault(
        name="mariadb-engine-unchecked",
        promise="a table that knows no transactions is named",
        tests=(f"{_OWN}test_check_sees_what_somebody_changed[engine]",),
        edits=(Edit("adapters/sql/migrate.py", "if connection.dialect.name in SERVERS else []", "if False else []"),),
    ),
    Fault(
        name="mariadb-insert-ignore",
        promise="MariaDB: no row is cut or passed over as it is inserted",
        tests=(
            f"{_OWN}test_a_text_that_is_too_long_is_refused_whatever_the_host_has_set[loose]",
            f"{_OWN}test_a_row_that_is_there_is_a_conflict_and_stays",
        ),
        edits=(Edit(_DIALECT, 'return f"insert into', 'return f"insert ignore into'),),
    ),
    Fault(
        name="mariadb-not-strict",
        promise="MariaDB: a text that is too long is refused, whatever the host has set",
        tests=(f"{_OWN}test_a_text_that_is_too_long_is_refused_whatever_the_host_has_set[loose]",),
        edits=(Edit(_SESSIONS, '_OUR_MODE = f"{MODE},', '_OUR_MODE = f"'),),
    ),
    Fault(
        name="mariadb-narrow-digests",
        promise="MariaDB: a change names as many rows as it wrote",
        tests=(f"{_OWN}test_a_change_names_as_many_rows_as_it_wrote",),
        edits=(Edit(_TYPES, "mysql.LONGBLOB()", "mysql.VARBINARY(1024)"),),
    ),
    # --- transactions ---------------------------------------------------------------------------
    Fault(
        name="mariadb-half-an-order",
        promise="MariaDB: after a deadlock nothing more of a host's transaction can be committed",
        tests=(
            f"{_HOSTS}test_half_of_a_sessions_order_is_never_committed",
            f"{_HOSTS}test_half_of_a_connections_order_is_never_committed",
        ),
        edits=(
            Edit(
                _DIALECT,
                "            connection.invalidate()\n            raise TransactionLost",
                "            raise TransactionLost",
            ),
        ),
    ),
    Fault(
        name="mariadb-deadlock-is-final",
        promise="MariaDB: a transaction of ours that met a deadlock is tried again",
        tests=(f"{_HOSTS}test_a_transaction_of_ours_that_met_a_deadlock_is_tried_again",),
        edits=(Edit(_DIALECT, "        1213,  # deadlock\n", ""),),
    ),
    Fault(
        name="mariadb-old-snapshot",
        promise="MariaDB: our own transactions see what is committed, whatever the engine's level",
        tests=(f"{_OWN}test_our_own_transactions_see_what_is_committed_meanwhile",),
        edits=(Edit(_SESSIONS, ", session {level} = '{_LEVEL}'\"\n    )", '"\n    )'),),
    ),
    Fault(
        name="mariadb-stale-host",
        promise="MariaDB: a host's transaction that may see old rows is not joined",
        tests=(f"{_HOSTS}test_a_host_that_may_see_old_rows_is_refused[REPEATABLE READ]",),
        edits=(Edit(_SESSIONS, "    if level != _LEVEL:\n", "    if not level:\n"),),
    ),
    Fault(
        name="mariadb-session-kept",
        promise="MariaDB: a session's settings stay the host's",
        tests=(f"{_HOSTS}test_sessions_are_given_back_as_they_were_lent",),
        edits=(Edit(_SESSIONS, "session sql_mode = @quanyi_mode,", ""),),
    ),
    Fault(
        name="mariadb-locks-backwards",
        promise="MariaDB: locks are taken in one order, so that nobody waits in a ring",
        tests=(f"{_RACES}test_who_waits_for_a_row_holds_none_behind_it[mariadb]",),
        edits=(
            Edit(
                _DIALECT,
                "[(id_,) for id_ in sorted(ids)]):\n            # In",
                "[(id_,) for id_ in sorted(ids, reverse=True)]):\n            # In",
            ),
        ),
    ),
    Fault(
        name="mariadb-nothing-locked",
        promise="MariaDB: what is decided about is locked",
        tests=("tests/conformance/test_mariadb.py::TestMariadb::test_a_lock_shows_what_the_one_before_wrote",),
        edits=(Edit(_DIALECT, "t.id = u.id for update", "t.id = u.id"),),
    ),
    Fault(
        name="mariadb-scans-as-it-deletes",
        promise="MariaDB: who deletes timers waits for nobody else's",
        tests=(f"{_HELD}test_a_sweep_passes_by_what_a_host_holds[mariadb]",),
        edits=(Edit(_DIALECT, "t {forced} on", "t on"),),
    ),
    Fault(
        name="mariadb-relays-wait",
        promise="MariaDB: relays pass over what another one is just leasing",
        tests=(f"{_OUTBOX}test_who_is_just_being_leased_is_passed_without_waiting[mariadb]",),
        edits=(
            Edit(
                "adapters/sql/outbox.py", "free.with_for_update(skip_locked=True)", "free.with_for_update(nowait=True)"
            ),
        ),
    ),
    # --- guards ---------------------------------------------------------------------------------
    Fault(
        name="mariadb-before",
        promise="MariaDB: a balance that moved meanwhile is not written over",
        tests=(f"{_SUITE}[a balance that was read wrong]",),
        edits=(Edit(_DIALECT, 't.balance = u.before{guards}"', 'true{guards}"'),),
    ),
    Fault(
        name="mariadb-floor",
        promise="MariaDB refuses what falls below its floor",
        tests=(f"{_SUITE}[a balance below its floor]",),
        edits=(
            Edit(_DIALECT, "(t.floor is null or {after} >= t.floor)", "true"),
            Edit(_TABLES, "balance >= floor", "balance >= -1000"),
        ),
    ),
    Fault(
        name="mariadb-cap",
        promise="MariaDB refuses what passes its cap",
        tests=(f"{_SUITE}[a balance above its cap]",),
        edits=(Edit(_DIALECT, "(u.cap is null or {after} <= greatest(u.cap, t.balance))", "true"),),
    ),
    Fault(
        name="mariadb-version",
        promise="MariaDB: a record that was written meanwhile is not written over",
        tests=(f"{_SUITE}[a record that was read wrong]",),
        edits=(Edit(_DIALECT, '"t.version = u.before"', '"true"'),),
    ),
    # --- migrations, followers, settings ----------------------------------------------------------
    Fault(
        name="mariadb-upgrade-once",
        promise="MariaDB: an upgrade that died halfway is run again",
        tests=(f"{_OWN}test_an_upgrade_that_dies_anywhere_is_run_again[tables]",),
        edits=(Edit(_AGAIN, "if looker is None or not looker.has_table(name, schema=schema):", "if True:"),),
    ),
    Fault(
        name="mariadb-flag-forgotten",
        promise="MariaDB: an upgrade that died before the flag of the formats was set sets it later",
        tests=(f"{_OWN}test_an_upgrade_that_dies_anywhere_is_run_again[rows]",),
        edits=(Edit("adapters/sql/migrate.py", "return connection.dialect.name in SERVERS and", "return False and"),),
    ),
    Fault(
        name="mariadb-one-place-for-all",
        promise="MariaDB: who follows the journal loses no change that commits late",
        tests=(f"{_FORWARD}test_where_transactions_have_no_numbers_a_late_commit_is_not_lost",),
        edits=(Edit("adapters/sql/places.py", "values(number=place)", "values(number=0)"),),
    ),
    Fault(
        name="mariadb-forgets-commits",
        promise="the doctor names a MariaDB that may forget commits",
        tests=(f"{_OWN}test_a_server_that_may_forget_commits_is_named",),
        edits=(Edit("adapters/sql/findings.py", 'frozenset({"1"})', 'frozenset({"1", "2"})'),),
    ),
    Fault(
        name="mariadb-too-old",
        promise="a server that is too old is refused at the first connection",
        tests=(f"{_OWN}test_a_server_that_is_too_old_is_refused_at_the_first_connection[5.7.44]",),
        edits=(Edit(_SESSIONS, "(_MARIADB if mariadb else _MYSQL)", "(_MARIADB if mariadb else ())"),),
    ),
    Fault(
        name="timers-of-people",
        promise="nothing is asked about timers of people, who have none",
        tests=("tests/adapters/test_needs_by_table.py::test_nothing_is_asked_about_timers_of_people",),
        edits=(Edit("adapters/sql/needs_by_table.py", " if record.kind != Person.kind)", ")"),),
    ),
)
