"""Databases of earlier releases are brought up, opened and verified by this program."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from quanyi.adapters.sql.migrate import check, upgrade
from quanyi.adapters.sql.verify import verify
from tests.releases.kept import RELEASES, restore, rows_of

MALLS = ("lumen", "life")
HELD = 45
"""Deals that are placed; each is found by its own id, and needs no wake for that any more."""


@pytest.fixture(params=RELEASES)
def release(request) -> str:
    return request.param


def test_a_database_of_an_earlier_release_is_brought_up_and_verified(engine, release):
    restore(release, engine)
    before = _counts(engine)
    upgrade(engine)

    assert check(engine) == []
    assert {name: _counts(engine)[name] for name in before} == {**before, "quanyi_wake": before["quanyi_wake"] - HELD}
    assert [difference for mall in MALLS for difference in verify(engine, mall).differences] == []


def test_an_upgrade_that_is_interrupted_leaves_the_old_database(engine, release, monkeypatch):
    """The migration is one transaction: whatever stops it, the next try begins where this one did."""
    restore(release, engine)

    def stopped(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("quanyi.adapters.sql.migrations.filling._STEPS", (stopped,))
        with pytest.raises(KeyboardInterrupt):
            upgrade(engine)
    stood = [finding.code for finding in check(engine)]
    upgrade(engine)

    assert stood == ["migration-missing"]
    assert check(engine) == []
    assert [difference for mall in MALLS for difference in verify(engine, mall).differences] == []


def test_a_program_of_the_earlier_release_still_writes_its_rows(engine, release):
    """Processes of both releases run while a host deploys: what the older one writes lacks the new columns."""
    restore(release, engine)
    upgrade(engine)
    older = {name: tuple(rows[0]) for name, rows in rows_of(release).items()}
    with engine.begin() as connection:
        for name, columns in older.items():
            listed = ", ".join(columns)
            connection.execute(text(f"create temporary table kept as select {listed} from {name} limit 1"))
            where = " and ".join(f"({c} = (select {c} from kept) or {c} is null)" for c in columns)
            gone = connection.execute(text(f"delete from {name} where {where}")).rowcount
            put = connection.execute(text(f"insert into {name} ({listed}) select {listed} from kept")).rowcount
            connection.execute(text("drop table kept"))
            assert (name, gone, put) == (name, 1, 1)


def _counts(engine) -> dict[str, int]:
    """How many rows each table of the release has; but for what the upgrade itself books."""
    named = {"quanyi_journal": " where rule <> 'upgrade'", "quanyi_balance": " where kind <> 'ended'"}
    with engine.connect() as connection:
        return {
            name: connection.scalar(text(f"select count(*) from {name}{named.get(name, '')}"))
            for name in rows_of(RELEASES[0])
        }
