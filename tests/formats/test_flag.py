"""While programs of two releases run, all write what the older one reads; once the flag is raised, what the newer one knows."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any, ClassVar

import attrs
import pytest
from click.testing import CliRunner
from sqlalchemy import delete, event, func, select, update

from quanyi.adapters.cli import main
from quanyi.adapters.clock import FixedClock
from quanyi.adapters.codec import Codec
from quanyi.adapters.conformance.material import read, write
from quanyi.adapters.sql.formats import NEWEST, flag_findings, flagged, raise_flag
from quanyi.adapters.sql.migrate import upgrade, upgrade_sql
from quanyi.adapters.sql.store import SqlStore
from quanyi.adapters.sql.tables import tables_of
from quanyi.adapters.sql.verify import verify
from quanyi.adapters.vault import KeyRing, SealingVault
from quanyi.adapters.wiring import wire
from quanyi.campaigns.project.load import load_project
from quanyi.entitlements.errors import StorageError
from quanyi.entitlements.ports import RecordWrite
from quanyi.entitlements.records import FIRST_FORMAT, Record
from quanyi.entitlements.releases import Release
from tests.releases.kept import RELEASES, restore

FOLDER = Path(__file__).parents[1] / "malls" / "engine"
NOON = datetime(2026, 3, 2, 4, tzinfo=UTC)
TABLES = tables_of()
ON_SQLITE = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
"""For the command's own part: what it calls is tried on every database."""
NOW = datetime(2026, 11, 28, 4, tzinfo=UTC)


@attrs.frozen(kw_only=True)
class Team(Record):
    """A host's own kind as the older program knows it."""

    kind: ClassVar[str] = "team"
    id: str
    size: int = 0

    @property
    def parts(self) -> tuple[str, ...]:
        return (self.id,)


@attrs.frozen(kw_only=True)
class NewerTeam(Record):
    """The same kind in its second shape: it knows its members, no longer how many there are."""

    kind: ClassVar[str] = "team"
    shape: ClassVar[int] = 2
    shapes_since: ClassVar[Any] = {2: 2}
    shapes_down: ClassVar[Any] = {2: lambda body: {"id": body["id"], "size": len(body.get("members", ()))}}
    id: str
    members: tuple[str, ...] = ()

    @property
    def parts(self) -> tuple[str, ...]:
        return (self.id,)


def up(body: dict[str, Any]) -> dict[str, Any]:
    return {"id": body["id"], "members": [f"member {n}" for n in range(body["size"])]}


def older(engine) -> SqlStore:
    return SqlStore(engine, records=[Team])


def newer(engine) -> SqlStore:
    store = SqlStore(engine, records=[NewerTeam], upcasters={("team", 1): up})
    store.release()
    return store


def put(store: SqlStore, record: Record, before: int | None = None) -> None:
    write(store, records=(RecordWrite(record=record, before=before, after=(before or 0) + 1),))


def got(store: SqlStore, record: Record) -> Record | None:
    found = read(store, record.key).records[record.key]
    return found and found[0]


def lower(engine) -> None:
    """As an upgrade leaves the database of an earlier release."""
    with engine.begin() as connection:
        connection.execute(delete(TABLES.mark))


def flag(engine) -> int:
    with engine.connect() as connection:
        return flagged(connection, TABLES)


def raised(engine) -> int:
    with engine.begin() as connection:
        return raise_flag(connection, TABLES, by="ann", at=NOW)


@pytest.fixture
def shared(engine):
    """Tables with a release, and with processes of two releases."""
    upgrade(engine)
    lower(engine)
    write(older(engine), release=Release(epoch=1))
    return engine


# --- shapes ----------------------------------------------------------------------------------------


def test_before_the_flag_is_raised_both_programs_read_each_other(shared):
    """The newer one writes what the older one reads, and reads both."""
    put(older(shared), Team(id="a", size=2))
    put(newer(shared), NewerTeam(id="b", members=("ann", "bob", "eve")))

    assert got(newer(shared), Team(id="a")) == NewerTeam(id="a", members=("member 0", "member 1"))
    assert got(older(shared), Team(id="b")) == Team(id="b", size=3)


def test_once_the_flag_is_raised_only_what_is_written_anew_is_kept_from_the_older_program(shared):
    """It says so for that record alone; a process learns of the flag when it reads what is in force."""
    running = newer(shared)
    put(older(shared), Team(id="a", size=2))
    raised(shared)
    put(running, NewerTeam(id="b", members=("ann",)))
    running.release()
    put(running, NewerTeam(id="c", members=("ann",)))

    assert got(older(shared), Team(id="a")) == Team(id="a", size=2)
    assert got(older(shared), Team(id="b")) == Team(id="b", size=1)
    assert got(running, Team(id="c")) == NewerTeam(id="c", members=("ann",))
    with pytest.raises(StorageError, match="team of shape 2, written by a newer program"):
        got(older(shared), Team(id="c"))
    put(older(shared), Team(id="d", size=4))
    assert got(running, Team(id="d")).members[-1] == "member 3"


def test_a_record_that_cannot_be_said_in_the_older_shape_is_refused():
    """It is never written in a shape that somebody can't read, nor cut down by guess."""

    class Sized(NewerTeam):
        shapes_down: ClassVar[Any] = {}

    with pytest.raises(StorageError, match="older processes read 1"):
        Codec([Sized], format_=1).record_out(Sized(id="a", members=("ann",)))


def test_the_flag_is_read_with_what_is_in_force(shared):
    """It costs no statement of its own."""
    said = []
    store = older(shared)
    event.listen(shared, "before_cursor_execute", lambda *args: said.append(args[2]))
    store.release()

    assert len([text for text in said if text.lower().startswith("select")]) == 1


# --- the flag --------------------------------------------------------------------------------------


def test_a_new_database_starts_at_the_newest_format(engine):
    """No older program has ever been there; the statements for somebody else say the same."""
    upgrade(engine)
    upgrade(engine)

    assert flag(engine) == NEWEST
    assert flag_findings(engine) == []
    assert f"VALUES ('', 'formats', {NEWEST})" in upgrade_sql(engine.dialect.name)


@pytest.mark.parametrize("release", RELEASES)
def test_an_upgraded_database_waits_for_its_operator(engine, release):
    """Processes of the earlier release may run on for as long as they like."""
    restore(release, engine)
    upgrade(engine)

    assert flag(engine) == FIRST_FORMAT
    assert [finding.code for finding in flag_findings(engine)] == ["formats-behind"]


def test_the_flag_of_a_newer_program_stands(shared):
    """It is never lowered, and doctor says that this program is the one that is behind."""
    raised(shared)
    with shared.begin() as connection:
        connection.execute(update(TABLES.mark).values(number=NEWEST + 1))

    assert raised(shared) == 0
    assert flag(shared) == NEWEST + 1
    assert [finding.code for finding in flag_findings(shared)] == ["formats-ahead"]


# --- digests ---------------------------------------------------------------------------------------


def test_what_older_processes_wrote_is_named_when_the_flag_is_raised(lived):
    """Nothing of it is a difference then; what is changed afterwards is one."""
    assert verify(lived, "engine").unwitnessed > 0
    assert verify(lived, "engine").good

    assert raised(lived) > 0
    found = verify(lived, "engine")
    assert [deal.order for deal in SqlStore(lived, "engine").find("deal", "order", "o1")] == ["o1"]
    assert (found.unwitnessed, found.differences) == (0, ())
    with lived.begin() as connection:
        connection.execute(update(TABLES.record).where(TABLES.record.c.kind == "deal").values(version=9))
    assert {difference.code for difference in verify(lived, "engine").differences} == {"record"}


def test_only_what_had_no_digest_gets_one(lived):
    """An edit that could be told before is still told after."""
    with lived.begin() as connection:
        number = connection.scalar(
            select(func.max(TABLES.journal.c.number)).where(TABLES.journal.c.digest.is_not(None))
        )
        connection.execute(update(TABLES.journal).where(TABLES.journal.c.number == number).values(holder="eve"))
    before = [str(difference) for difference in verify(lived, "engine").differences]
    raised(lived)

    assert before
    assert [str(difference) for difference in verify(lived, "engine").differences] == before


@pytest.fixture
def lived(engine):
    """A mall that processes of two releases wrote: rows of the older one lack their digests and look-ups."""
    upgrade(engine)
    lower(engine)
    vault = SealingVault(KeyRing.for_development())
    mall = wire(load_project(FOLDER), SqlStore(engine, "engine"), clock=FixedClock(NOON), vault=vault)
    mall.desk.apply()
    mall.report("check_in", user="bob", key="in/bob")
    with engine.connect() as connection:
        last = connection.scalar(select(func.max(TABLES.journal.c.number)))
    mall.desk.import_codes("music", ["AAAA-1111", "BBBB-2222"], key="codes")
    mall.report("points.granted", user="ann", key="gift", data={"points": 900})
    mall.exchange("music", user="ann", key="music", order="o1")
    mall.claim("flash", item="phone", user="ann", key="phone")
    mall.desk.pause("hot")
    with engine.begin() as connection:
        connection.execute(
            update(TABLES.journal).where(TABLES.journal.c.number > last).values(digest=None, bodies=None)
        )
        connection.execute(update(TABLES.receipt).values(body_digest=None))
        connection.execute(delete(TABLES.lookup))
        connection.execute(update(TABLES.version).values(digest=None))
        connection.execute(update(TABLES.release).where(TABLES.release.c.epoch > 1).values(digests="{}"))
    return engine


# --- the command -----------------------------------------------------------------------------------


@pytest.fixture
def url(lived) -> str:
    return lived.url.render_as_string(hide_password=False)


def told(*arguments: str, **options: Any) -> tuple[int, str]:
    result = CliRunner().invoke(main, list(arguments), prog_name="quanyi", **options)
    return result.exit_code, result.output


@ON_SQLITE
def test_the_command_says_asks_and_raises(lived, url):
    """And keeps who did it."""
    assert told("db", "formats", "--db", url) == (0, "format 1 is written; this program knows 2\n")
    assert "formats-behind" in told("doctor", "--db", url)[1]
    assert told("db", "formats", "--raise", "--db", url, input="n\n")[0] != 0
    assert flag(lived) == FIRST_FORMAT
    code, said = told("db", "formats", "--raise", "--yes", "--by", "ann", "--db", url)

    assert (code, said.splitlines()[-1]) == (0, "format 2 is written; this program knows 2")
    assert "formats-behind" not in told("doctor", "--db", url)[1]
    with lived.connect() as connection:
        assert connection.scalar(select(TABLES.mark.c.text)) == "ann"
    assert told("verify", "--db", url)[0] == 0
    with lived.begin() as connection:
        connection.execute(update(TABLES.receipt).values(body_digest=None))
    code, said = told("verify", "--db", url)
    assert code == 1
    assert "carries no digest" in said


@ON_SQLITE
def test_the_command_raises_nothing_over_books_that_do_not_come_out(lived, url):
    """What stands there is trusted from then on."""
    with lived.begin() as connection:
        connection.execute(update(TABLES.balance).where(TABLES.balance.c.kind == "lot").values(balance=1))

    code, said = told("db", "formats", "--raise", "--yes", "--db", url)

    assert (code, flag(lived)) == (2, FIRST_FORMAT)
    assert "don't come out" in said
