"""
The desk of an open mall: releases, pauses, the events it tells, codes after a backup, beside what any mall's desk does.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

import attrs

from quanyi.campaigns.desk import Desk
from quanyi.campaigns.engine.decisions import told_again
from quanyi.campaigns.project.release import Applied, apply, set_paused
from quanyi.campaigns.project.versions import structure_project, unstructure_play, unstructure_project
from quanyi.campaigns.requests import Requests
from quanyi.entitlements.errors import InputError
from quanyi.entitlements.inputs import Receipt

if TYPE_CHECKING:
    from quanyi.adapters.outbox import CloudEvent, Relay
    from quanyi.adapters.sql.engine import Finding
    from quanyi.adapters.sql.parked import ParkedEvents
    from quanyi.adapters.sql.store import SqlStore
    from quanyi.adapters.sql.watch import Watch

__all__ = ["OpenDesk"]


class OpenDesk(Desk):
    """
    What operators do with an open mall.

    A mall inside the host's transaction and a batch have only what `Desk` offers: what is here
    commits by itself, or concerns the database as a whole.
    """

    def __init__(self, requests: Requests, watch: Watch | None = None) -> None:
        super().__init__(requests)
        self._watch = watch

    def apply(self, *, by: str | None = None) -> Applied:
        """
        Bring the project's campaigns into force, together with what they put on sale.

        >>> mall.desk.apply(by="clerk/7").idle          # they were in force already
        True

        Args:
            by: Who does it, for the journal.
        """
        ports = self._ports
        return apply(
            ports.project,
            ports.transactions,
            ports.store,
            self._ports.now(),
            write_play=partial(unstructure_play, kinds=ports.project.kinds),
            write_project=unstructure_project,
            read_project=partial(structure_project, kinds=ports.project.kinds),
            by=by,
        )

    def pause(self, campaign: str, *, by: str | None = None) -> None:
        """
        Stop a campaign from taking anything new; *by* is who does it, for the journal.

        >>> mall.desk.pause("days", by="clerk/7")
        >>> mall.view("days", "ann").state
        'paused'

        Raises:
            NotFound: No campaign in force has that name.
        """
        set_paused(campaign, self._ports.transactions, self._ports.store, self._ports.now(), paused=True, by=by)

    def resume(self, campaign: str, *, by: str | None = None) -> None:
        """
        Let a paused campaign go on; *by* is who does it, for the journal.

        >>> mall.desk.resume("days", by="clerk/7")
        >>> mall.view("days", "ann").state
        'open'

        Raises:
            NotFound: No campaign in force has that name.
        """
        set_paused(campaign, self._ports.transactions, self._ports.store, self._ports.now(), paused=False, by=by)

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
    def parked(self) -> ParkedEvents:
        """
        The events that a sink did not take however often it was tried: list, requeue, drop.

        >>> mall.desk.parked.list()
        []
        """
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
