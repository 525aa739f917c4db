"""
The desk of an open mall: releases, pauses, the events it tells, codes after a backup, beside what any mall's desk does.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

import attrs

from quanyi.adapters.codes.desk import CodeDesk
from quanyi.campaigns.engine.decisions import told_again
from quanyi.campaigns.ports import MallStore
from quanyi.campaigns.project.model import Project
from quanyi.campaigns.project.release import Applied, apply, set_paused
from quanyi.campaigns.project.versions import structure_project, unstructure_play, unstructure_project
from quanyi.campaigns.requests import Requests
from quanyi.entitlements.errors import InputError
from quanyi.entitlements.inputs import Receipt

if TYPE_CHECKING:
    from quanyi.adapters.alarms.alarms import Alarms
    from quanyi.adapters.bulk_editing import BulkEditing
    from quanyi.adapters.editing import Editing
    from quanyi.adapters.erasure import Erased
    from quanyi.adapters.outbox import CloudEvent, Relay
    from quanyi.adapters.proposals import Proposals
    from quanyi.adapters.sql.backlog import Backlog
    from quanyi.adapters.sql.engine import Finding
    from quanyi.adapters.sql.parked import ParkedEvents
    from quanyi.adapters.sql.store import SqlStore
    from quanyi.adapters.sql.watch import Watch
    from quanyi.adapters.trial_runs import TrialRuns
    from quanyi.adapters.trials import Trials
    from quanyi.campaigns.tools.sandbox import StageFactory

__all__ = ["OpenDesk"]


class OpenDesk(CodeDesk):
    """
    What operators do with an open mall.

    A mall inside the host's transaction and a batch have only what `quanyi.campaigns.desk.Desk` offers: what is here
    commits by itself, or concerns the database as a whole.
    """

    def __init__(
        self, requests: Requests, watch: Watch | None, put_up: StageFactory, recording: Path | None = None
    ) -> None:
        super().__init__(requests)
        self._watch, self._put_up, self._recording = watch, put_up, recording

    @property
    def editing(self) -> Editing:
        """Changes of single campaigns: proposals, plans, earlier releases."""
        from quanyi.adapters.editing import Editing

        return Editing(self._ports, _proposals(self._ports.store), self._bring)

    @property
    def bulk(self) -> BulkEditing:
        """Changes of many things at once, each of which becomes one proposal."""
        from quanyi.adapters.bulk_editing import BulkEditing

        return BulkEditing(self._ports, self.editing)

    @property
    def trials(self) -> TrialRuns:
        """Stories and recordings put through a proposal or what is in force."""
        from quanyi.adapters.trial_runs import TrialRuns

        return TrialRuns(self._ports, _trials(self._ports.store), self.editing, self._put_up, self._recording)

    def apply(self, *, by: str | None = None, reason: str = "") -> Applied:
        """
        Bring the project's campaigns into force, together with what they put on sale.

        >>> mall.desk.apply(by="clerk/7").idle          # they were in force already
        True

        Args:
            by: Who does it, for the journal.
            reason: Why, for the journal.
        """
        return self._bring(self._ports.project, None, by, reason)

    def _bring(self, project: Project, onto: int | None, by: str | None, reason: str) -> Applied:
        ports = self._ports
        return apply(
            project,
            ports.transactions,
            ports.store,
            ports.now(),
            write_play=partial(unstructure_play, kinds=project.kinds),
            write_project=unstructure_project,
            read_project=partial(structure_project, kinds=project.kinds),
            by=by,
            reason=reason,
            onto=onto,
        )

    def pause(self, campaign: str, *, by: str | None = None, reason: str = "") -> None:
        """
        Stop a campaign from taking anything new; *by* is who does it and *reason* why, for the journal.

        >>> mall.desk.pause("days", by="clerk/7")
        >>> mall.view("days", "ann").state
        'paused'

        Raises:
            NotFound: No campaign in force has that name.
        """
        self._set_paused(campaign, paused=True, by=by, reason=reason)

    def resume(self, campaign: str, *, by: str | None = None, reason: str = "") -> None:
        """
        Let a paused campaign go on; *by* is who does it and *reason* why, for the journal.

        >>> mall.desk.resume("days", by="clerk/7")
        >>> mall.view("days", "ann").state
        'open'

        Raises:
            NotFound: No campaign in force has that name.
        """
        self._set_paused(campaign, paused=False, by=by, reason=reason)

    def _set_paused(self, campaign: str, **said: Any) -> None:
        ports = self._ports
        set_paused(campaign, ports.transactions, ports.store, ports.now(), **said)

    def relay(self, tell: Callable[[CloudEvent], object], *, sink: str = "host", **options: Any) -> Relay:
        """
        What hands the mall's events on to one sink; a host's job calls its `run`. For a mall on a database.

        >>> receipt = mall.report("check_in", user="ann", key="ci/1")
        >>> types = []
        >>> relayed = mall.desk.relay(lambda event: types.append(event.type)).run()
        >>> "points.changed" in types
        True

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
    def alarms(self) -> Alarms:
        """
        What wants somebody to look at it: look, list, acknowledge.

        >>> [alarm.name for alarm in mall.desk.alarms.list()]
        []
        """
        from quanyi.adapters.alarms.alarms import Alarms

        return Alarms(self._requests, self._watch)

    @property
    def parked(self) -> ParkedEvents:
        """
        The events that a sink did not take however often it was tried: list, requeue, drop.

        >>> mall.desk.parked.list()
        []
        """
        from quanyi.adapters.sql.parked import ParkedEvents

        return ParkedEvents(self._in_database(), self._ports.clock)

    def backlog(self) -> Sequence[Backlog]:
        """
        How many events wait for each sink, since when, and how many are parked.

        >>> receipt = mall.report("check_in", user="ann", key="ci/1")
        >>> [(sink.sink, sink.waiting, sink.parked) for sink in mall.desk.backlog()]
        [('host', 1, 0)]

        Raises:
            InputError: The mall is in memory.
        """
        from quanyi.adapters.sql.backlog import backlog

        return backlog(self._in_database())

    def erase(self, user: str, *, by: str, reason: str, drop_events: bool = False) -> Erased:
        """
        Erase a person: forget which holder is theirs, and all that was made of the host's id. The books stay whole.

        >>> receipt = mall.desk.adjust("tom", "points", 5, key="tom/1", reason="welcome")
        >>> done = mall.desk.erase("tom", by="clerk/7", reason="asked by letter", drop_events=True)
        >>> done.keys_forgotten, mall.wallet("tom").units["points"].balance
        (1, 0)

        Args:
            by: Who does it; *reason* is why. The journal keeps both, so neither may name the person.
            drop_events: Whether events about them that no sink has taken are dropped; without it they refuse.

        Returns:
            What was done, and where the id is still read: where the host or an operator wrote it themselves.

        Raises:
            NotFound: The books know nobody of that id.
            ErasureRefused: A deal waits for its payment, something is due, or an event waits for a sink.
            LockTimeout: Others hold what is needed; nothing was changed.
        """
        from quanyi.adapters.erasing import erase

        return erase(self._ports, user, by=by, reason=reason, drop_events=drop_events)

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
        declared = self._ports.project.events.get(type_)
        if declared is not None and declared.inner:
            ask = told_again(type_, failed.subject, key, self._ports.now(), what)
        else:
            ask = self._requests.event(type_, user=failed.subject, key=key, data=data)
        return self._requests.run(attrs.evolve(ask, campaign=str(what["campaign"]), asks=False))

    def gone_back(self) -> list[Finding]:
        """
        Whether the database came back from a backup and lost what its witness saw; an empty list is good.

        >>> mall.desk.gone_back()
        []

        Raises:
            InputError: The mall was opened without a witness.
        """
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

    def _in_database(self) -> SqlStore:
        from quanyi.adapters.sql.store import SqlStore

        if not isinstance(self._ports.store, SqlStore):
            raise InputError("a mall in memory tells nobody; open it on a database")
        return self._ports.store

    def _watched(self) -> Watch:
        if self._watch is None:
            raise InputError("this mall was opened without a witness: open_mall(…, witness=PATH)")
        return self._watch


def _proposals(store: MallStore) -> Proposals:
    from quanyi.adapters.proposals import ProposalsInMemory
    from quanyi.adapters.sql.proposals import SqlProposals
    from quanyi.adapters.sql.store import SqlStore

    return SqlProposals(store) if isinstance(store, SqlStore) else _IN_MEMORY.setdefault(store, ProposalsInMemory())


def _trials(store: MallStore) -> Trials:
    from quanyi.adapters.sql.store import SqlStore
    from quanyi.adapters.sql.trials import SqlTrials
    from quanyi.adapters.trials import TrialsInMemory

    return SqlTrials(store) if isinstance(store, SqlStore) else _TRIALS_IN_MEMORY.setdefault(store, TrialsInMemory())


_TRIALS_IN_MEMORY: WeakKeyDictionary[MallStore, Trials] = WeakKeyDictionary()
_IN_MEMORY: WeakKeyDictionary[MallStore, Proposals] = WeakKeyDictionary()
"""The proposals of malls in memory, for as long as their stores are there."""
