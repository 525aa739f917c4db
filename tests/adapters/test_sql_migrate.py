"""Our migrations beside a host's: own version table, the host's transaction, and out of its autogenerate's sight."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import URL, Column, Engine, Integer, MetaData, Table, create_engine, inspect, text

from quanyi.adapters.conformance.material import PILE, balance, read, write
from quanyi.adapters.sql.engine import prepare_engine
from quanyi.adapters.sql.migrate import alembic_filter, check, upgrade, upgrade_sql
from quanyi.adapters.sql.store import SqlStore
from quanyi.adapters.sql.tables import tables_of


@pytest.fixture
def mariadb_engine(bare_mariadb_url: URL) -> Iterator[Engine]:
    """A database in which nothing is made yet."""
    engine = prepare_engine(create_engine(bare_mariadb_url))
    yield engine
    engine.dispose()


HOST_ENV = """
from alembic import context

given = context.config.attributes
context.configure(connection=given["connection"], target_metadata=given["metadata"], **given["options"])
with context.begin_transaction():
    context.run_migrations()
"""
SCRIPT = """revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}
${imports if imports else ""}
import sqlalchemy as sa
from alembic import op


def upgrade():
    ${upgrades if upgrades else "pass"}
"""


def table_names(engine: Engine) -> set[str]:
    return set(inspect(engine).get_table_names())


def test_upgrade_makes_what_the_program_expects(engine):
    """After the upgrade, and after another one, the tables are those of the metadata."""
    assert [finding.code for finding in check(engine)] == ["migration-missing"]
    upgrade(engine)
    upgrade(engine)

    assert check(engine) == []
    assert table_names(engine) == tables_of().names()


@pytest.mark.parametrize(
    "statement",
    [
        "drop index quanyi_balance_wallet",
        "alter table quanyi_outbox drop column parked_at",
        "drop table quanyi_wake",
    ],
)
def test_check_sees_what_somebody_changed(engine, statement):
    """A table, column or index that is missing is named."""
    upgrade(engine)
    if engine.dialect.name == "mariadb" and statement.startswith("drop index"):
        statement += " on quanyi_balance"
    with engine.begin() as connection:
        connection.execute(text(statement))

    assert {finding.code for finding in check(engine)} == {"tables-differ"}


def test_a_prefix_is_a_separate_installation(engine):
    """Two installations stand side by side in one database, each with its own version table."""
    upgrade(engine, prefix="mall_")
    upgrade(engine)
    write(SqlStore(engine, prefix="mall_"), balances=(balance(PILE, None, 5),))

    assert (check(engine), check(engine, prefix="mall_")) == ([], [])
    assert {"mall_balance", "mall_alembic_version", "quanyi_balance"} <= table_names(engine)
    assert read(SqlStore(engine), PILE).balances == {}


def test_a_schema_of_its_own(postgres_engine):
    """On PostgreSQL the tables may stand in another schema than the connection's own."""
    name = postgres_engine.url.query["application_name"]
    place = f"{name}_books"
    with postgres_engine.begin() as connection:
        connection.execute(text(f"create schema {place}"))
    try:
        upgrade(postgres_engine, schema=place)
        store = SqlStore(postgres_engine, schema=place)
        write(store, balances=(balance(PILE, None, 5),))

        assert read(store, PILE).balances == {PILE: 5}
        assert check(postgres_engine, schema=place) == []
        assert table_names(postgres_engine) == set()
    finally:
        with postgres_engine.begin() as connection:
            connection.execute(text(f"drop schema {place} cascade"))


@pytest.mark.parametrize("engine", ["sqlite", "postgres"], indirect=True)
def test_upgrade_in_the_hosts_transaction(engine):
    """On a connection of the host, the host decides whether the tables stand."""
    with engine.connect() as connection:
        upgrade(connection)
        connection.rollback()
    gone = table_names(engine)
    with engine.begin() as connection:
        upgrade(connection)

    assert gone == set()
    assert check(engine) == []


def test_several_upgrade_at_once(engine):
    """Processes that start together bring the tables up once."""
    with ThreadPoolExecutor(4) as threads:
        list(threads.map(lambda _: upgrade(engine), range(4)))

    assert check(engine) == []


@pytest.mark.parametrize("dialect", ["postgresql", "sqlite", "mariadb", "mysql"])
def test_upgrade_as_statements(dialect):
    """Somebody else may run the statements."""
    script = upgrade_sql(dialect, prefix="mall_")

    assert "CREATE TABLE mall_balance" in script
    assert "INSERT INTO mall_alembic_version (version_num)" in script


def test_the_statements_do_what_upgrade_does(sqlite_engine):
    """A database made by the statements passes the check."""
    with sqlite_engine.begin() as connection:
        for statement in upgrade_sql("sqlite").split(";"):
            if statement.strip() and statement.strip() not in {"BEGIN", "COMMIT"}:
                connection.execute(text(statement))

    assert check(sqlite_engine) == []


# --- the host's own Alembic ------------------------------------------------------------------------


def host_metadata() -> MetaData:
    metadata = MetaData()
    Table("host_order", metadata, Column("id", Integer, primary_key=True))
    return metadata


def autogenerated(engine: Engine, tmp_path, **options: object) -> str:
    """What a host's `alembic revision --autogenerate` writes."""
    folder = tmp_path / "host"
    (folder / "versions").mkdir(parents=True)
    (folder / "env.py").write_text(HOST_ENV)
    (folder / "script.py.mako").write_text(SCRIPT)
    config = Config()
    config.set_main_option("script_location", str(folder))
    config.set_main_option("path_separator", "os")
    with engine.connect() as connection:
        config.attributes.update(connection=connection, metadata=host_metadata(), options=options)
        command.revision(config, "host", autogenerate=True)
    (script,) = ScriptDirectory.from_config(config).walk_revisions()
    return (folder / "versions" / f"{script.revision}_host.py").read_text()


def test_a_hosts_autogenerate_would_drop_our_tables(engine, tmp_path):
    """Without the filter the danger is real, so that the next test means something."""
    upgrade(engine)

    assert "op.drop_table('quanyi_balance')" in autogenerated(engine, tmp_path)


def test_the_filter_keeps_our_tables(engine, tmp_path):
    """With the filter the host's revision makes the host's table and touches nothing else."""
    upgrade(engine)
    script = autogenerated(engine, tmp_path, include_name=alembic_filter())

    assert "op.create_table('host_order'" in script
    assert "drop" not in script
    assert "quanyi" not in script


def test_the_filter_asks_the_hosts_own(engine):
    """The host's own filter still decides about everything else, and tables of others are seen."""
    upgrade(engine)
    with engine.begin() as connection:
        connection.execute(text("create table quanyi_fan (id integer)"))
        connection.execute(text("create table old_stuff (id integer)"))
    include_name = alembic_filter(lambda name, *_: name != "old_stuff")
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"include_name": include_name})
        found = compare_metadata(context, host_metadata())

    assert {(kind, table.name) for kind, table in (entry[:2] for entry in found)} == {
        ("add_table", "host_order"),
        ("remove_table", "quanyi_fan"),
    }
