"""
The job of a worker that sends the mall's events to the endpoints of webhooks.

Each endpoint has events of its own in the outbox, and each is told in a thread of its own, one request at a time: one that
hangs or fails delays no other. After a failure an endpoint rests, so that a receiver that is away is asked now and then,
and not once for each of its events.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import attrs

from quanyi.adapters.outbox import LEASE, CloudEvent, Relay
from quanyi.adapters.sinks import WEBHOOKS
from quanyi.adapters.webhooks.addresses import Resolve, resolved
from quanyi.adapters.webhooks.endpoints import Endpoint, open_secrets
from quanyi.adapters.webhooks.post import NotTaken, Post, post
from quanyi.adapters.webhooks.signatures import signed_headers
from quanyi.entitlements.errors import InputError
from quanyi.entitlements.plain import plain

if TYPE_CHECKING:
    from quanyi.adapters.leases import Leases
    from quanyi.adapters.sql.store import SqlStore
    from quanyi.entitlements.ports import Clock, Vault

__all__ = ["Outcome", "WebhookOptions", "Webhooks", "message_of"]

_log = logging.getLogger("quanyi.webhooks")

_AT_ONCE = 100
_WAIT_SECONDS = 0.5
"""How long the job waits for endpoints that are being told before it looks for others again."""


@attrs.frozen(kw_only=True)
class WebhookOptions:
    """
    How webhooks are sent.

    Attributes:
        loopback: Whether endpoints may be on this machine itself, without TLS: for development and tests.
        tries: How often an event is sent to an endpoint before it is parked. With these pauses that is about two days.
        first_pause: How long to wait after the first failure of an event, doubled with each further one.
        longest_pause: The most that it waits.
        longest_rest: The most that an endpoint rests that failed, whatever waits for it.
        at_once: How many endpoints are told at the same time.
    """

    loopback: bool = False
    tries: int = 20
    first_pause: timedelta = timedelta(seconds=5)
    longest_pause: timedelta = timedelta(hours=6)
    longest_rest: timedelta = timedelta(seconds=60)
    at_once: int = 32


@attrs.frozen(kw_only=True)
class Outcome:
    """What became of one endpoint's events in one run."""

    done: int = 0
    failed: bool = False


class Webhooks:
    """
    Gives the events of the sink ``webhooks`` to the endpoints that want them, and sends each endpoint its own.

    Args:
        post: Sends one request; `quanyi.adapters.webhooks.post.post` unless given.
        resolve: From host and port to IP addresses; this machine's resolver unless given.
    """

    name = "webhooks"

    def __init__(
        self,
        store: SqlStore,
        vault: Vault | None,
        clock: Clock,
        leases: Leases,
        options: WebhookOptions | None = None,
        *,
        post: Post = post,
        resolve: Resolve | None = None,
    ) -> None:
        from quanyi.adapters.sql.endpoints import SqlEndpoints

        self._store, self._vault, self._clock, self._leases = store, vault, clock, leases
        self._options = options or WebhookOptions()
        self._post, self._resolve = post, resolve
        self._endpoints = SqlEndpoints(store)
        self._busy: dict[str, Future[Outcome]] = {}
        self._failures: dict[str, int] = {}
        self._rests: dict[str, datetime] = {}
        self._threads: ThreadPoolExecutor | None = None

    def run(self, stopping: Callable[[], bool]) -> int:
        """Share out new events and send what waits; how many events were taken or parked, or went to endpoints."""
        now = self._clock.now()
        endpoints = {endpoint.sink: endpoint for endpoint in self._endpoints.all()}
        ready = self._endpoints.ready({WEBHOOKS, *endpoints}, now)
        moved = self._share_out(now) if WEBHOOKS in ready else 0
        for sink in sorted(ready & endpoints.keys() - self._busy.keys()):
            if self._rests.get(sink, now) <= now:
                self._start(endpoints[sink], stopping)
        if self._busy:
            wait(self._busy.values(), timeout=_WAIT_SECONDS, return_when=FIRST_COMPLETED)
        return moved + self._ended(now)

    def leave(self) -> None:
        """Let requests that are under way end, and give back the lease."""
        if self._threads is not None:
            self._threads.shutdown(wait=True)
            self._threads = None
        self._ended(self._clock.now())
        self._leases.leave(self.name, self._clock.now())

    def _share_out(self, now: datetime) -> int:
        """One worker at a time does it, so that the events of a person stay in order."""
        return self._endpoints.share_out(_AT_ONCE) if self._leases.take(self.name, now, now + LEASE) else 0

    def _start(self, endpoint: Endpoint, stopping: Callable[[], bool]) -> None:
        if self._threads is None:
            self._threads = ThreadPoolExecutor(self._options.at_once, thread_name_prefix="quanyi-webhook")
        self._busy[endpoint.sink] = self._threads.submit(self._tell, endpoint, stopping)

    def _ended(self, now: datetime) -> int:
        """How much was done for endpoints whose run has ended; those that failed rest for a while."""
        done = 0
        for sink, future in list(self._busy.items()):
            if future.done():
                del self._busy[sink]
                sent = self._sent(sink, future)
                done += sent.done
                self._failures[sink] = self._failures.get(sink, 0) + 1 if sent.failed else 0
                pause = timedelta(seconds=2 ** min(self._failures[sink] - 1, 30)) if sent.failed else timedelta()
                self._rests[sink] = now + min(pause, self._options.longest_rest)
        return done

    def _sent(self, sink: str, future: Future[Outcome]) -> Outcome:
        error = future.exception()
        if error is not None:
            _log.error("%s: what waits for it can't be sent now", sink, exc_info=error)
            return Outcome(failed=True)
        return future.result()

    def _tell(self, endpoint: Endpoint, stopping: Callable[[], bool]) -> Outcome:
        """
        Send an endpoint a portion of what waits for it, until one event fails.

        No more than a portion: the next one begins with the endpoint's secrets as they are then.
        """
        from quanyi.adapters.sql.outbox import SqlOutbox

        failed: list[str] = []

        def tell(event: CloudEvent) -> None:
            try:
                self._send(endpoint, event)
            except Exception:
                failed.append(event.id)
                raise

        options: Any = attrs.asdict(
            self._options, filter=lambda field, _: field.name in {"tries", "first_pause", "longest_pause"}
        )
        relay = Relay(SqlOutbox(self._store, endpoint.sink), tell, self._clock, **options)
        told = relay.run(_AT_ONCE, lambda: bool(failed) or stopping())
        return Outcome(done=told.told + told.parked, failed=bool(failed))

    def _send(self, endpoint: Endpoint, event: CloudEvent) -> None:
        at = self._clock.now()
        body = message_of(event)
        headers = signed_headers(open_secrets(self._vault, endpoint, at), id=event.id, at=at, body=body)
        try:
            target = resolved(endpoint.url, loopback=self._options.loopback, resolve=self._resolve)
        except (InputError, OSError) as error:  # neither says the address, which may hold a secret
            why = str(error) if isinstance(error, InputError) else "its host can't be found"
            raise NotTaken(f"nobody was asked: {why}") from None
        self._post(target, body, {"Content-Type": "application/json", "User-Agent": "quanyi-webhooks/1", **headers})


def message_of(event: CloudEvent) -> bytes:
    """
    The body of a message: the event as CloudEvents writes it, with ``timestamp``, by which Standard Webhooks calls its time.

    The same bytes each time it is sent.
    """
    told = plain(event.plain())
    return json.dumps({**told, "timestamp": told["time"]}, ensure_ascii=False, sort_keys=True).encode()
