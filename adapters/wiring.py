"""
Put a mall together: the one place where ports meet their adapters.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import attrs

from quanyi.adapters.chance import random_bytes
from quanyi.adapters.clock import SystemClock
from quanyi.adapters.collector import Collector
from quanyi.adapters.desk import OpenDesk
from quanyi.adapters.facts import facts_of
from quanyi.adapters.guarded_clock import GuardedClock
from quanyi.adapters.ids import RandomIds
from quanyi.adapters.sidelines import PatientStore, Sidelines
from quanyi.campaigns.batch import Batch
from quanyi.campaigns.engine.holders import Holders
from quanyi.campaigns.engine.in_force import CampaignsInForce
from quanyi.campaigns.engine.transaction import Transactions
from quanyi.campaigns.kinds.builtin import BUILTIN
from quanyi.campaigns.kinds.kind import Kind
from quanyi.campaigns.language.expressions import CelExpressions
from quanyi.campaigns.mall import Mall
from quanyi.campaigns.ports import MallStore, Ports
from quanyi.campaigns.project.load import load_project
from quanyi.campaigns.project.model import CompiledPlay, Project
from quanyi.campaigns.project.versions import structure_play
from quanyi.campaigns.reminders import answer_reminders
from quanyi.entitlements.arguments import how_many
from quanyi.entitlements.errors import InputError
from quanyi.entitlements.inputs import Input, Receipt
from quanyi.entitlements.plays.basics import basics
from quanyi.entitlements.ports import Clock, Facts, Ids, Vault
from quanyi.entitlements.supply.port import Supplier

if TYPE_CHECKING:
    from datetime import date

    from sqlalchemy import Engine

    from quanyi.adapters.figures.showings import Showings
    from quanyi.adapters.jobs import Job
    from quanyi.adapters.outbox import CloudEvent
    from quanyi.adapters.sql.marks import SqlMarks
    from quanyi.adapters.sql.store import SqlStore
    from quanyi.adapters.sql.watch import Watch
    from quanyi.adapters.telemetry import Telemetry
    from quanyi.adapters.webhooks.job import WebhookOptions
    from quanyi.adapters.witness import Witness
    from quanyi.adapters.worker import Pauses, Worker
    from quanyi.campaigns.figures.figures import Figures

__all__ = ["OpenMall", "guarded", "open_mall", "wire"]

_WAIT_SECONDS = 2.0
"""How long a call waits for rows that other transactions hold, unless the host says otherwise."""

_MOST_WAITING = 5_000
"""How many calls of one process may stand in line, unless the host says otherwise."""


class OpenMall(Mall):
    """A mall as it is opened: on a store of its own, with all that its operators do at its `desk`."""

    def __init__(self, ports: Ports, watch: Watch | None = None, recording: Path | None = None) -> None:
        super().__init__(ports)
        self._watch, self._recording = watch, recording

    @property
    def ports(self) -> Ports:
        """What it stands on, for the product team's tools."""
        return self._ports

    @cached_property
    def showings(self) -> Showings:
        """What pages and answers over HTTP have shown, in this process, until it is written."""
        from quanyi.adapters.figures.showings import Showings

        return Showings(self._ports)

    @property
    def desk(self) -> OpenDesk:
        """What operators do: releases, pauses, wallets, card codes, events that nobody took, backups."""
        from quanyi.adapters.sandboxes import memory_sandboxes

        return OpenDesk(self._requests, self._watch, memory_sandboxes(wire), self._recording)

    def batch(self) -> Batch:
        """Several writes in one commit, each decided on its own: ``with mall.batch() as batch: …``."""
        return Batch(self._ports, lambda asks: self._ports.transactions.run(asks, self._ports.store))

    def sweep(self, limit: int = 500) -> int:
        """
        Book what is due, oldest first; how many timers that were. No result depends on it.

        Timers whose rows another transaction holds are left for a later sweep.

        Raises:
            LockTimeout: Every due timer's rows are held by other transactions.
            DataError: Every timer that is not held has a result that the database cannot store.
        """
        done = super().sweep(limit)
        _keep(self._ports.clock)
        if self._watch is not None:
            self._watch.look()
        return done

    def answer_reminders(self, limit: int = 500) -> int:
        """
        Answer the reminders of what can be had now, each by one event; how many that were. A worker does it by itself.

        >>> mall.answer_reminders()
        0

        Raises:
            Conflict: Others hold what a reminder needs.
        """
        return answer_reminders(self._ports, how_many(limit))

    def figures(
        self,
        *,
        by: str = "",
        first: date | None = None,
        last: date | None = None,
        campaign: str | None = None,
        item: str | None = None,
        brand: str | None = None,
    ) -> Figures:
        """
        What the books come to, from small sums that a worker keeps; no person is in them.

        >>> receipt = mall.report("check_in", user="ann", key="ci/1")
        >>> counted = mall.worker().catch_up()["figures"]
        >>> mall.figures(campaign="days").total.claims
        1

        Args:
            by: By what the rows are told apart: ``day``, ``hour``, ``campaign``, ``item``, ``brand``, or an attribute that
                `mall.yaml` counts by; the total alone without it.
            first: The first day in the mall's zone; 27 days before the last one unless given.
            last: The last day, which belongs to them; today unless given.
            campaign: Only of this campaign; *item* only of this thing, *brand* only of things of this brand.

        Raises:
            InputError: Nothing is told apart by that, or the days are the wrong way round.
        """
        from quanyi.adapters.figures.reading import figures

        asked: dict[str, Any] = {"campaign": campaign, "item": item, "brand": brand}
        return figures(self._ports, by=by, first=first, last=last, **asked)

    def worker(
        self,
        tell: Callable[[CloudEvent], object] | Mapping[str, Callable[[CloudEvent], object]] | None = None,
        *,
        jobs: Iterable[Job] = (),
        pauses: Pauses | None = None,
        webhooks: WebhookOptions | None = None,
        **relay_options: Any,
    ) -> Worker:
        """
        What books what is due, hands events on and counts figures, beside those who call; begins with its `run`.

        >>> receipt = mall.report("check_in", user="ann", key="ci/1")
        >>> types = []
        >>> mall.worker(lambda event: types.append(event.type)).catch_up()["events/host"]
        1
        >>> types
        ['points.changed']

        Args:
            tell: Takes an event of the host's sink, or by sink what takes its events. It may meet an event twice. Without
                it, events stay in the outbox.
            jobs: Jobs of the host's own.
            pauses: How long a job rests when it has nothing to do, or has failed.
            webhooks: How events are sent to the endpoints of webhooks, where `open_mall` was given the sink ``webhooks``.
            relay_options: Those of `quanyi.adapters.outbox.Relay`, for every sink: tries, pauses, the lease.

        Raises:
            InputError: No sink has that name, or the mall is in memory and tells nobody.
        """
        from quanyi.adapters.jobs import jobs_of
        from quanyi.adapters.worker import Worker

        return Worker([*jobs_of(self._ports, self.desk, self.sweep, tell, relay_options, webhooks), *jobs], pauses)

    def within(self, connection: Any) -> Mall:
        """
        The same mall inside the host's transaction, which is never committed or rolled back here.

        Args:
            connection: A SQLAlchemy Session or Connection that has begun; InputError for anything else.
        """
        store, clock = self._ports.store.join(connection), self._ports.clock
        if isinstance(clock, GuardedClock):
            clock = clock.through(_marks(store))
        return Mall(attrs.evolve(self._ports, store=store, submit=None, clock=clock))


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
    suppliers: Mapping[str, Supplier] | None = None,
    chance: Callable[[int], bytes] = random_bytes,
    witness: Witness | str | Path | None = None,
    telemetry: Telemetry | None = None,
    recording: str | Path | None = None,
    wait_seconds: float = _WAIT_SECONDS,
    most_waiting: int = _MOST_WAITING,
    **store_options: Any,
) -> OpenMall:
    """
    Open a mall project on a database. Starts no thread and opens no connection before the first call.

    Args:
        folder: The mall project: `mall.yaml`, `events/`, `catalogue/`, `campaigns/`.
        engine: A SQLAlchemy engine for SQLite, PostgreSQL or MariaDB, prepared by `prepare_engine`.
        mall: The tenant; the project's own id unless given.
        kinds: What its campaigns may be. A host adds kinds of its own to ours: ``[*KINDS, RAFFLE]``.
        clock: The only authority on time, believed as it is. Without one it is the database's clock, or this
            process's where the database has none, guarded: it never goes back, and a leap ahead is refused.
        facts: What the host knows about a user: a port, or a callable from user to values.
        vault: Reads and seals card codes; needed for benefits with a pool.
        suppliers: Who sells what the mall sells on, by the ids that the catalogue names: connectors of ours or the host's.
        chance: Gives so many random bytes, of which card codes are generated.
        wait_seconds: How long a call waits, over all tries, for rows that other transactions hold; then
            it raises `LockTimeout`, a `Conflict` that says what it waited for.
        most_waiting: How many calls of this process may stand in line; the next one raises `Busy`, a
            `Conflict` that says when to come again.
        witness: Keeps a mark of how far the database has come, outside of it, so that one from a backup is
            noticed: a file by its path, or a port of the host's; one for each mall.
        telemetry: Spans and figures for OpenTelemetry: `quanyi.adapters.telemetry.Telemetry`.
        recording: The file of recorded events, as for ``quanyi backtest``, that proposals are tried with.
        store_options: Those of `quanyi.adapters.sql.store.SqlStore`: ``prefix``, ``schema``,
            ``sinks={"orders": ["deal.*"]}`` for consumers of events beside the host's own; ``{"webhooks": ["*"]}`` for
            the endpoints that ``quanyi webhooks`` looks after.

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
    ports |= {"telemetry": telemetry, "recording": recording, "suppliers": suppliers, "chance": chance}
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
    seeds: Ids | None = None,
    facts: Facts | Callable[[str], Mapping[str, Any]] | None = None,
    vault: Vault | None = None,
    suppliers: Mapping[str, Supplier] | None = None,
    chance: Callable[[int], bytes] = random_bytes,
    witness: Witness | str | Path | None = None,
    telemetry: Telemetry | None = None,
    recording: str | Path | None = None,
    wait_seconds: float = _WAIT_SECONDS,
    most_waiting: int = _MOST_WAITING,
    exhaustive: bool = False,
    read_play: Callable[[str], CompiledPlay] | None = None,
) -> OpenMall:
    """
    A mall on any store, for tests and tools.

    Args:
        ids: Where holders come from; random ones unless given.
        seeds: What the ids of deals, entitlements and changes are made of; random unless *ids* are given: then each
            is made of the key of its request, so that a run repeats itself.
        chance: Gives so many random bytes, of which card codes are made.
        exhaustive: Whether campaigns decide events outside their ranges too, so that receipts say why not.
        read_play: Reads stored plays, in place of `structure_play`.
    """
    read = read_play or partial(structure_play, kinds=project.kinds)
    in_force = CampaignsInForce(store, read, basics(project.units, project.zone), exhaustive=exhaustive)
    holders = Holders(ids or RandomIds(), lambda: in_force.epoch)
    fields: dict[str, Any] = {"in_force": in_force, "holders": holders}
    fields["expressions"] = _expressions(project)
    name = getattr(store, "mall", project.mall)
    transactions = Transactions(**fields) if telemetry is None else telemetry.transactions(name, **fields)
    clock = clock or SystemClock()
    watch = _watch(store, witness, clock)
    submit = _marked(_submit(transactions, store, wait_seconds, most_waiting), watch, clock)
    if telemetry is not None:
        submit = _observed(telemetry, submit, store, clock, name)
    ports = Ports(
        store=store,
        clock=clock,
        transactions=transactions,
        project=project,
        facts=facts_of(facts),
        vault=vault,
        suppliers={} if suppliers is None else suppliers,
        chance=chance,
        submit=submit,
        seeds=seeds or (RandomIds() if ids is None else None),
    )
    return OpenMall(ports, watch, None if recording is None else Path(recording))


def _observed(
    telemetry: Telemetry, submit: Callable[[Input], Receipt], store: MallStore, clock: Clock, name: str
) -> Callable[[Input], Receipt]:
    """*submit* with a span for each request; what waits in a database is told too."""
    from quanyi.adapters.sql.store import SqlStore

    if isinstance(store, SqlStore):
        telemetry.watch(store, clock)
    return telemetry.observed(submit, name)


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
