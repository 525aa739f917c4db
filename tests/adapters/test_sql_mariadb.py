"""What only MariaDB does: it takes texts for the same, cuts them, commits every table, and is told off by the doctor."""

from __future__ import annotations

from collections.abc import Iterator

import pymysql
import pytest
from sqlalchemy import URL, Engine, create_engine, event, inspect, text
from sqlalchemy.exc import OperationalError

from quanyi.adapters.conformance.material import PILE, balance, change, code, deal, put, read, receipt, write
from quanyi.adapters.sql.dialects.sessions import refuse_old
from quanyi.adapters.sql.engine import doctor, prepare_engine
from quanyi.adapters.sql.formats import flag_findings
from quanyi.adapters.sql.migrate import check, upgrade
from quanyi.adapters.sql.store import SqlStore
from quanyi.adapters.sql.tables import tables_of
from quanyi.entitlements.changes import Put
from quanyi.entitlements.errors import Conflict, DataError, InputError, StorageError, Unknown
from quanyi.entitlements.ports import Writing
from tests.engine.crash import killed_at

ALIKE = ("mall", "mall ", "Mall", "mäll", "mall\t", "ｍall")


@pytest.fixture
def store(mariadb_engine: Engine) -> SqlStore:
    return SqlStore(mariadb_engine)


@pytest.fixture
def bare(bare_mariadb_url: URL) -> Iterator[Engine]:
    engine = prepare_engine(create_engine(bare_mariadb_url))
    yield engine
    engine.dispose()


def codes(engine: Engine) -> set[str]:
    return {finding.code for finding in doctor(engine)}


# --- texts -----------------------------------------------------------------------------------------


def test_texts_that_look_alike_are_different(mariadb_engine: Engine) -> None:
    """Case, accents, widths and blanks at the end count, in keys and in what is asked for."""
    for n, name in enumerate(ALIKE):
        write(SqlStore(mariadb_engine, name), balances=(balance(PILE, None, n),))

    assert [read(SqlStore(mariadb_engine, name), PILE).balances[PILE] for name in ALIKE] == list(range(len(ALIKE)))


@pytest.mark.parametrize("mode", ["", "NO_BACKSLASH_ESCAPES"], ids=["loose", "no-escapes"])
def test_a_text_that_is_too_long_is_refused_whatever_the_host_has_set(mariadb_url: URL, mode: str) -> None:
    """Nothing is cut, and nothing of the batch stands."""
    engine = create_engine(mariadb_url)
    event.listen(engine, "connect", lambda driver, _: driver.cursor().execute(f"set session sql_mode = '{mode}'"))
    store = SqlStore(engine)
    with pytest.raises(DataError):
        write(store, balances=(balance(PILE, None, 1),), records=(put(deal("d1", item="x" * 192)),))

    assert read(store, PILE).balances == {}
    write(store, records=(put(deal("d2", item="'\\\"%s x" * 9)),))
    assert [record.item for record in store.records("deal")] == ["'\\\"%s x" * 9]
    engine.dispose()


def test_a_row_that_is_there_is_a_conflict_and_stays(store: SqlStore) -> None:
    """No insert passes over it, or over anything else that is wrong."""
    write(store, stash=(code("v1"),))
    with pytest.raises(Conflict):
        write(store, stash=(code("v2"), code("v1")), balances=(balance(PILE, None, 1),))

    assert read(store, PILE).balances == {}


def test_a_change_names_as_many_rows_as_it_wrote(store: SqlStore) -> None:
    """Hundreds of records in one change: the column of their digests is wide enough."""
    deals = [put(deal(f"d{n}")) for n in range(300)]
    lines = [Put(record=write.record, expected=None) for write in deals]
    write(store, records=tuple(deals), changes=(change("c1", *lines),))
    with store.engine.connect() as connection:
        size = connection.execute(text("select length(bodies) from quanyi_journal")).scalar_one()

    assert size == 300 * 32


# --- settings --------------------------------------------------------------------------------------


def test_a_bare_engine_is_refused(mariadb_url: URL) -> None:
    """The servers' own level shows old rows, so a host's transaction on such an engine can't be joined."""
    engine = create_engine(mariadb_url)

    assert codes(engine) == {"isolation-level"}
    engine.dispose()


@pytest.mark.parametrize(
    ("setting", "code"),
    [
        ("session sql_mode = 'NO_ENGINE_SUBSTITUTION'", "not-strict"),
        ("session tx_isolation = 'REPEATABLE-READ'", "isolation-level"),
        ("names latin1", "charset"),
        ("session default_storage_engine = 'MyISAM'", "default-storage-engine"),
        ("session autocommit = 1", "autocommit"),
    ],
)
def test_a_setting_that_was_undone_is_found(mariadb_engine: Engine, setting: str, code: str) -> None:
    """Somebody's own event that loosens a setting does not pass."""
    event.listen(mariadb_engine, "connect", lambda driver, _: driver.cursor().execute(f"set {setting}"))

    assert codes(mariadb_engine) == {code}


def test_a_server_that_may_forget_commits_is_named(mariadb_engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    """The setting is the whole server's, so the test only says that it were so."""
    monkeypatch.setattr("quanyi.adapters.sql.findings._value", lambda _c, name: _LOOSE.get(name, _TIGHT.get(name)))

    assert codes(mariadb_engine) == {"innodb-flush-log-at-trx-commit", "old-server"}


_LOOSE = {"innodb_flush_log_at_trx_commit": 2, "version": "10.6.16-MariaDB"}
_TIGHT = {
    "innodb_doublewrite": 1,
    "read_only": 0,
    "default_storage_engine": "InnoDB",
    "sql_mode": "STRICT_TRANS_TABLES",
    "character_set_connection": "utf8mb4",
    "autocommit": 0,
}


@pytest.mark.parametrize("version", ["5.5.5-10.6.16-MariaDB", "10.5.1-MariaDB-log", "5.7.44", "5.6.0-log"])
def test_a_server_that_is_too_old_is_refused_at_the_first_connection(
    mariadb_url: URL, monkeypatch: pytest.MonkeyPatch, version: str
) -> None:
    """With an error of ours that says which are taken."""
    monkeypatch.setattr(pymysql.Connection, "get_server_info", lambda _: version)
    engine = prepare_engine(create_engine(mariadb_url))
    with pytest.raises(StorageError, match=r"MariaDB 10\.11 and MySQL 8\.0"):
        read(SqlStore(engine), PILE)
    engine.dispose()


@pytest.mark.parametrize("version", ["10.11.6-MariaDB", "5.5.5-11.4.2-MariaDB-ubu", "8.0.36", "8.4.0", "9.1.0-log"])
def test_newer_servers_are_taken(version: str) -> None:
    refuse_old(version)


# --- tables ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("statement", "code"),
    [
        ("alter table quanyi_code modify pool varchar(191) collate utf8mb4_bin not null", "collation"),
        ("alter table quanyi_mark engine = Aria", "storage-engine"),
        ("alter table quanyi_record drop index quanyi_record_campaign", "tables-differ"),
    ],
    ids=["collation", "engine", "index"],
)
def test_check_sees_what_somebody_changed(bare: Engine, statement: str, code: str) -> None:
    """A column that compares otherwise, or a table without transactions, is named."""
    upgrade(bare)
    sound = check(bare)
    with bare.begin() as connection:
        connection.execute(text(statement))

    assert sound == []
    assert code in {finding.code for finding in check(bare)}


@pytest.mark.parametrize(
    ("only", "grows", "least"), [("create|alter|drop", False, 8), ("insert|update", True, 6)], ids=["tables", "rows"]
)
def test_an_upgrade_that_dies_anywhere_is_run_again(bare: Engine, only: str, grows: bool, least: int) -> None:
    """Each run is killed some statements further; the last one finds all tables made, and makes nothing twice."""
    deaths = 0
    while killed_at(deaths + 1 if grows else 6, bare.url, upgrade, only=only):
        deaths += 1

    assert deaths >= least
    assert (check(bare), flag_findings(bare)) == ([], [])
    assert set(inspect(bare).get_table_names()) == tables_of().names()
    write(SqlStore(bare), balances=(balance(PILE, None, 1),))


def test_the_tables_may_stand_in_another_database(bare: Engine, mariadb_url: URL) -> None:
    """What is a schema elsewhere is a database here."""
    upgrade(bare, schema=mariadb_url.database, prefix="else_")
    store = SqlStore(bare, schema=mariadb_url.database, prefix="else_")
    write(store, balances=(balance(PILE, None, 5),))

    assert read(store, PILE).balances == {PILE: 5}
    assert check(bare, schema=mariadb_url.database, prefix="else_") == []
    assert inspect(bare).get_table_names() == []


def test_a_connection_that_somebody_kills_is_an_error_of_ours(store: SqlStore) -> None:
    """Before the write nothing stands."""
    write(store, balances=(balance(PILE, None, 10),))
    with pytest.raises(StorageError), store.begin() as tx:  # noqa: PT012
        tx.lock([PILE], change("c1").decided_at)
        end_connections(store.engine)
        tx.known([b"0" * 16])

    assert read(store, PILE).balances == {PILE: 10}


def end_connections(engine: Engine) -> None:
    knife = create_engine(engine.url.set(database="information_schema"), isolation_level="AUTOCOMMIT")
    with knife.connect() as connection:
        query = text("select id from information_schema.processlist where db = :name")
        for id_ in connection.scalars(query, {"name": engine.url.database}).all():
            try:
                connection.execute(text(f"kill {id_}"))
            except OperationalError:
                continue
    knife.dispose()


def test_a_connection_that_is_killed_at_the_commit(store: SqlStore) -> None:
    """Nobody can say whether it stands: Unknown, and the key answers later."""
    write(store, balances=(balance(PILE, None, 10),))
    with pytest.raises(Unknown), store.begin() as tx:  # noqa: PT012
        tx.lock([PILE], change("c1").decided_at)
        tx.write(Writing(balances=(balance(PILE, 10, 9),), receipts=(receipt("k1"),)))
        end_connections(store.engine)

    assert store.receipt(receipt("k1").id) is None
    assert read(store, PILE).balances == {PILE: 10}


def test_our_own_transactions_see_what_is_committed_meanwhile(mariadb_url: URL) -> None:
    """Whatever the engine's level: under the servers' own, the second look would show what the first one did."""
    engine = create_engine(mariadb_url)
    store, key = SqlStore(engine), receipt("k1")
    with store.begin() as tx:
        before = tx.known([key.id])
        write(store, receipts=(key,))
        after = tx.known([key.id])
    engine.dispose()

    assert (set(before), set(after)) == (set(), {key.id})


def test_another_driver_is_refused(mariadb_url: URL) -> None:
    """Before anything is asked of it; another driver sends other statements."""
    engine = create_engine(mariadb_url)
    engine.dialect.driver = "mysqlconnector"
    with pytest.raises(InputError, match="PyMySQL"):
        prepare_engine(engine)
    with pytest.raises(InputError, match="PyMySQL"):
        SqlStore(engine)
    engine.dispose()
