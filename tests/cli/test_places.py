"""Every command that opens a database finds a mall by its name, its tables' prefix and their schema."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click
import pytest

from quanyi.adapters.cli import COMMANDS, main
from quanyi.adapters.cli.options import Books, open_engine, open_store

if TYPE_CHECKING:
    from collections.abc import Iterator

EVENTS = '{"at": "2026-03-01 10:00", "user": "ann", "type": "order.paid", "data": {"order": "o1", "amount": 50.00}}\n'


def commands(group: click.Group) -> Iterator[click.Command]:
    """Every command, those of groups too; the demo keeps a database of its own."""
    for name in group.list_commands(click.Context(group)):
        found = group.get_command(click.Context(group), name)
        if isinstance(found, click.Group):
            yield from commands(found) if name != "demo" else ()
        elif found is not None:
            yield found


def test_every_command_that_opens_a_database_says_which_mall_and_which_tables() -> None:
    options = {command.name: {word for p in command.params for word in p.opts} for command in commands(main)}
    opening = {name: words for name, words in options.items() if "--db" in words}

    assert {
        *opening,
        "api-keys",
        "catalogue",
        "codes",
        "db",
        "figures",
        "outbox",
        "person",
        "releases",
        "webhooks",
    } >= {*COMMANDS} - {
        "new",
        "validate",
        "show",
        "schema",
        "fake-supplier",
        "demo",
    }
    assert {name for name, words in opening.items() if not words >= {"--mall", "--prefix", "--schema"}} == set()


def test_a_mall_under_a_name_and_a_prefix_of_its_own_is_found_by_all_of_them(quanyi, folder, tmp_path) -> None:
    """Made, checked, planned, applied, told, run, explained, swept and verified; nothing stands elsewhere."""
    url = f"sqlite:///{tmp_path / 'shared.db'}"
    (tmp_path / "events.jsonl").write_text(EVENTS, encoding="utf-8")
    place = ["--db", url, "--mall", "north", "--prefix", "shop_"]
    stream = ["--events", tmp_path / "events.jsonl", "--until", "2026-03-09"]

    for call in (
        ["db", "upgrade"],
        ["db", "check"],
        ["doctor"],
        ["plan", folder],
        ["apply", folder, "--yes"],
        ["test", folder],
        ["run", folder, *stream],
        ["backtest", folder, *stream],
        ["explain", "--event", "order.paid", "--user", "ann", "--data", '{"order": "o2", "amount": 30.00}'],
        ["sweep"],
        ["verify"],
    ):
        answer = quanyi(*call, *place)
        assert answer.code == 0, (call, answer)

    engine = open_engine(Books(url=url))
    store = open_store(engine, Books(mall="north", prefix="shop_"))
    with engine.connect() as connection:
        tables = {name for (name,) in connection.exec_driver_sql("select name from sqlite_master where type = 'table'")}
        malls = set(connection.scalars(store.tables.journal.select().with_only_columns(store.tables.journal.c.mall)))
    engine.dispose()
    assert {name for name in tables if not name.startswith(("shop_", "sqlite_"))} == set()
    assert malls == {"north"}


@pytest.mark.parametrize("command", ["sweep", "verify"])
def test_the_only_mall_need_not_be_named(quanyi, folder, tmp_path, command) -> None:
    place = ["--db", f"sqlite:///{tmp_path / 'one.db'}", "--prefix", "shop_"]
    quanyi("db", "upgrade", *place)
    quanyi("apply", folder, "--yes", *place)

    call = (command, *place)
    assert quanyi(*call).code == 0
    assert "the database has no mall 'south' (hint: name one: --mall small)" in quanyi(*call, "--mall", "south").err
