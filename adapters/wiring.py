"""
Put a mall together: the one place where ports meet their adapters.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import attrs

from quanyi.adapters.clock import SystemClock
from quanyi.adapters.collector import Collector
from quanyi.adapters.guarded_clock import GuardedClock
from quanyi.adapters.ids import RandomIds
from quanyi.adapters.sidelines import PatientStore, Sidelines
from quanyi.campaigns.batch import Batch
from quanyi.campaigns.engine.decisions import told_again
from quanyi.campaigns.engine.holders import Holders
from quanyi.campaigns.engine.in_force import CampaignsInForce
from quanyi.campaigns.engine.transaction import Transactions
from quanyi.campaigns.kinds.builtin import BUILTIN
from quanyi.campaigns.kinds.kind import Kind
from quanyi.campaigns.language.expressions import CelExpressions
from quanyi.campaigns.mall import Mall, MallStore, Ports
from quanyi.campaigns.project.load import load_project
from quanyi.campaigns.project.model import Project
from quanyi.campaigns.project.release import Applied, apply, set_paused
from quanyi.campaigns.project.versions import structure_play, structure_project, unstructure_play, unstructure_project
from quanyi.entitlements.errors import InputError
from quanyi.entitlements.inputs import Input, Receipt
from quanyi.entitlements.plays.basics import basics
from quanyi.entitlements.ports import Clock, Facts, Ids, Vault

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from quanyi.adapters.outbox import CloudEvent, Relay
    from quanyi.adapters.sql.engine import Finding
    from quanyi.adapters.sql.marks import SqlMarks
    from quanyi.adapters.sql.parked import ParkedEvents
    from quanyi.adapters.sql.store import SqlStore
    from quanyi.adapters.sql.watch import Watch
    from quanyi.adapters.witness import Witness

__all__ = ["OpenMall", "guarded", "open_mall", "wire"]


_WAIT_SECONDS = 2.0
"""How long a call waits for rows that other transactions hold, unless the host says otherwise."""

_MOST_WAITING = 5_000
"""How many calls of one process may stand in line, unless the host says otherwise."""


class OpenMall(Mall):
    """A mall with the operator's side: bringing campaigns into force, pausing, importing codes."""

    def __init__(self, ports: Ports, watch: Watch | None = None) -> None:
        super().__init__(ports)
        self._ports = ports
        self._watch = watch

    @property
    def ports(self) -> Ports:
        """What it stands on, for the product team's tools."""
        return self._ports

    @property
    def project(self) -> Project:
        """The mall project that this process works with."""
        return self._ports.project

    def apply(self, *, by: str | None = None) -> Applied:
        """
        Bring the project's campaigns into force, together with what they put on sale.

        Args:
            by: Who does it, for the journal.
        """
        ports = self._ports
        return apply(
            ports.project,
            ports.transactions,
            ports.store,
            self.now(),
            write_play=partial(unstructure_play, kinds=ports.project.kinds),
            write_project=unstructure_project,
            read_project=partial(structure_project, kinds=ports.project.kinds),
            by=by,
        )

    def batch(self) -> Batch:
        """Several writes in one commit, each decided on its own: ``with mall.batch() as batch: …``."""
        return Batch(self._ports, lambda asks: self._ports.transactions.run(asks, self._ports.store))

    def relay(self, tell: Callable[[CloudEvent], object], *, sink: str = "host", **options: Any) -> Relay:
        """
        What hands the mall's events on to one sink; a host's job calls its `run`. For a mall on a database.

        Args:
            tell: Takes one event, and may meet it again: its `id` is the same each time.
            sink: Whose events: ``host``, or one of those that `open_mall` was given.
            options: Those of `quanyi.adapters.outbox.Relay`: tries, pauses, the lease.

        Raises:
            InputError: No sink has that name, or the mall is in memory.
        """
        from quanyi.adapters.outbox import Relay
        from quanyi.adapters.sql.outbox import SqlOutbox

        store = self._in_database()
        if sink not in store.sinks.takes:
            raise InputError(f"no sink is called {sink!r}; this mall has {', '.join(sorted(store.sinks.takes))}")
        return Relay(SqlOutbox(store, sink), tell, self._ports.clock, **options)

    @property
    def parked(self) -> ParkedEvents:
        """The events that a sink did not take however often it was tried: list, requeue, drop."""
        from quanyi.adapters.sql.parked import ParkedEvents

        return ParkedEvents(self._in_database(), self._ports.clock)

    def retry(self, failed: CloudEvent) -> Receipt:
        """
        Let a campaign decide again what it broke on, as of now; that campaign alone, and once for each event.

        Args:
            failed: A ``campaign.failed`` event, as a relay handed it on.

        Raises:
            InputError: It is another event, or what broke was neither an event that is reported nor
                one that campaigns tell each other.
        """
        if failed.type != "campaign.failed":
            raise InputError(f"only campaign.failed can be tried again, not {failed.type}")
        what = failed.data
        type_, key, data = str(what["type"]), f"retry/{failed.id}", what["data"]
        declared = self.project.events.get(type_)
        if declared is not None and declared.inner:
            ask = told_again(type_, failed.subject, key, self.now(), what)
        else:
            ask = self.event(type_, user=failed.subject, key=key, data=data)
        return self._run(attrs.evolve(ask, campaign=str(what["campaign"]), asks=False))

    def _in_database(self) -> SqlStore:
        from quanyi.adapters.sql.store import SqlStore

        if not isinstance(self._ports.store, SqlStore):
            raise InputError("a mall in memory tells nobody; open it on a database")
        return self._ports.store

    def sweep(self, limit: int = 500) -> int:
        """
        Book what is due, oldest first; how many timers that were. No result depends on it.

        Timers whose rows another transaction holds are left for a later sweep.

        Raises:
            LockTimeout: That is so for all of them.
            DataError: The database can't keep what any of the others comes to.
        """
        done = super().sweep(limit)
        _keep(self._ports.clock)
        if self._watch is not None:
            self._watch.look()
        return done

    def within(self, connection: Any) -> Mall:
        """
        The same mall inside the host's transaction, which is never committed or rolled back here.

        Args:
            connection: A SQLAlchemy Session or Connection that has begun.
        """
        store, clock = cast("MallStore", self._ports.store.join(connection)), self._ports.clock
        if isinstance(clock, GuardedClock):
            clock = clock.through(_marks(store))
        return Mall(attrs.evolve(self._ports, store=store, submit=None, clock=clock))

    def gone_back(self) -> list[Finding]:
        """Whether the database came back from a backup and lost what its witness saw; an empty list is good."""
        return self._watched().findings()

    def quarantine_codes(self, *, by: str, more: int = 100) -> list[Receipt]:
        """
        Set codes aside that may have been delivered since the backup from which the database came back.

        Args:
            by: Who asks for it; the journal keeps it.
            more: How many more of each pool than the witness saw drawn: for what was drawn after its last mark.

        Raises:
            InputError: The database knows all that the witness saw, or there is no witness.
        """
        from quanyi.adapters.quarantine import quarantine

        return quarantine(self._ports, self._watched(), by=by, more=more)

    def _watched(self) -> Watch:
        if self._watch is None:
            raise InputError("this mall was opened without a witness: open_mall(…, witness=PATH)")
        return self._watch

    def pause(self, campaign: str, *, by: str | None = None) -> None:
        """Stop a campaign from taking anything new; *by* is who does it, for the journal."""
        set_paused(campaign, self._ports.transactions, self._ports.store, self.now(), paused=True, by=by)

    def resume(self, campaign: str, *, by: str | None = None) -> None:
        """Let a paused campaign go on; *by* is who does it, for the journal."""
        set_paused(campaign, self._ports.transactions, self._ports.store, self.now(), paused=False, by=by)


def open_mall(  # noqa: PLR0913  (ports and bounds, each by its name)
    folder: str | Path,
    engine: Engine,
    *,
    mall: str | None = None,
    kinds: Iterable[Kind] = BUILTIN,
    clock: Clock | None = None,
    ids: Ids | None = None,
    facts: Facts | Callable[[str], Mapping[str, Any]] | None = None,
    vault: Vault | None = None,
    witness: Witness | str | Path | None = None,
    wait_seconds: float = _WAIT_SECONDS,
    most_waiting: int = _MOST_WAITING,
    **store_options: Any,
) -> OpenMall:
    """
    Open a mall project on a database.

    Starts no thread and opens no connection before the first call.

    Args:
        folder: The mall project: `mall.yaml`, `events/`, `catalogue/`, `campaigns/`.
        engine: A SQLAlchemy engine for SQLite or PostgreSQL, prepared by `prepare_engine`.
        mall: The tenant; the project's own id unless given.
        kinds: What its campaigns may be. A host adds kinds of its own to ours: ``[*KINDS, RAFFLE]``.
        clock: The only authority on time, believed as it is. Without one it is the database's clock, or this
            process's where the database has none, guarded: it never goes back, and a leap ahead is refused.
        facts: What the host knows about a user: a port, or a callable from user to values.
        vault: Reads and seals card codes; needed for benefits with a pool.
        wait_seconds: How long a call waits, over all tries, for rows that other transactions hold; then
            it raises `LockTimeout`, a `Conflict` that says what it waited for.
        most_waiting: How many calls of this process may stand in line; the next one raises `Busy`, a
            `Conflict` that says when to come again.
        witness: Keeps a mark of how far the database has come, outside of it, so that one from a backup is
            noticed: a file by its path, or a port of the host's; one for each mall.
        store_options: Those of `quanyi.adapters.sql.store.SqlStore`: ``prefix``, ``schema``,
            ``sinks={"orders": ["deal.*"]}`` for consumers of events beside the host's own.

    Raises:
        CampaignFileError: The folder has mistakes; all of them.
    """
    from quanyi.adapters.sql.store import SqlStore

    project = load_project(folder, kinds)
    store_options.setdefault("records", project.kinds.records)
    store_options.setdefault("lock_timeout_ms", int(wait_seconds * 1000))
    store = SqlStore(engine, mall or project.mall, **store_options)
    clock = clock or guarded(store)
    ports: dict[str, Any] = {"clock": clock, "ids": ids, "facts": facts, "vault": vault, "witness": witness}
    return wire(project, store, **ports, wait_seconds=wait_seconds, most_waiting=most_waiting)


def guarded(store: SqlStore, clock: Clock | None = None) -> GuardedClock:
    """*clock*, or this process's, guarded by the mark of the store's mall: never back, and no leap ahead."""
    return GuardedClock(clock or SystemClock(), _marks(store))


def _marks(store: Any) -> SqlMarks:
    from quanyi.adapters.sql.marks import SqlMarks

    return SqlMarks(store)


def wire(  # noqa: PLR0913  (one for each port)
    project: Project,
    store: MallStore,
    *,
    clock: Clock | None = None,
    ids: Ids | None = None,
    facts: Facts | Callable[[str], Mapping[str, Any]] | None = None,
    vault: Vault | None = None,
    witness: Witness | str | Path | None = None,
    wait_seconds: float = _WAIT_SECONDS,
    most_waiting: int = _MOST_WAITING,
) -> OpenMall:
    """A mall on any store, for tests and tools."""
    in_force = CampaignsInForce(store, partial(structure_play, kinds=project.kinds), basics(project.units))
    transactions = Transactions(
        in_force=in_force, holders=Holders(ids or RandomIds()), expressions=_expressions(project)
    )
    clock = clock or SystemClock()
    watch = _watch(store, witness, clock)
    submit = _marked(_submit(transactions, store, wait_seconds, most_waiting), watch, clock)
    ports = Ports(
        store=store,
        clock=clock,
        transactions=transactions,
        project=project,
        facts=_facts(facts),
        vault=vault,
        submit=submit,
    )
    return OpenMall(ports, watch)


def _watch(store: MallStore, witness: Witness | str | Path | None, clock: Clock) -> Watch | None:
    if witness is None:
        return None
    from quanyi.adapters.sql.store import SqlStore
    from quanyi.adapters.sql.watch import Watch
    from quanyi.adapters.witness import witness_of

    if not isinstance(store, SqlStore):
        raise InputError("a mall in memory has no backup to come back from, and takes no witness")
    kept = witness_of(witness)
    return None if kept is None else Watch(store, kept, clock)


def _keep(clock: Clock) -> None:
    """Write how far time has come, now that nothing is locked."""
    if isinstance(clock, GuardedClock):
        clock.keep()


def _marked(submit: Callable[[Input], Receipt], watch: Watch | None, clock: Clock) -> Callable[[Input], Receipt]:
    """The same, with marks of how far the time and the database have come behind each call."""
    if watch is None and not isinstance(clock, GuardedClock):
        return submit

    def submitted(ask: Input) -> Receipt:
        receipt = submit(ask)
        _keep(clock)
        if watch is not None:
            watch.look()
        return receipt

    return submitted


def _submit(
    transactions: Transactions, store: MallStore, wait_seconds: float, most_waiting: int
) -> Callable[[Input], Receipt]:
    """The way in for many callers; beside those that wait for others, where the store can wait."""
    if not hasattr(store, "until"):
        return Collector[Input, Receipt](lambda asks: transactions.run(asks, store), most_waiting=most_waiting).submit
    lines = Sidelines(
        transactions.run,
        transactions.needs_of,
        cast("PatientStore", store),
        wait_seconds=wait_seconds,
        most_waiting=most_waiting,
    )
    return lines.submit


def _expressions(project: Project) -> CelExpressions:
    scales = {unit.id: unit.scale for unit in project.units.values()}
    money = dict.fromkeys(("money", project.currency.id), project.currency.scale)
    return CelExpressions(project.events, project.profile, {**scales, **money}, project.zone)


@attrs.frozen
class _FactsOf:
    """A callable as the facts port."""

    ask: Callable[[str], Mapping[str, Any]]

    def facts(self, user: str) -> Mapping[str, Any]:
        """What the callable says."""
        return self.ask(user)


def _facts(given: Facts | Callable[[str], Mapping[str, Any]] | None) -> Facts | None:
    if given is None or hasattr(given, "facts"):
        return given
    return _FactsOf(given)
