"""Receivers of webhooks on loopback, and a mall whose events go to them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import attrs
import pytest
from standardwebhooks import Webhook, WebhookVerificationError

import quanyi
from quanyi.adapters.sql.endpoints import SqlEndpoints
from quanyi.adapters.webhooks.endpoints import NewSecret, add_endpoint
from quanyi.adapters.webhooks.job import WebhookOptions
from quanyi.adapters.worker import Worker
from tests.engine.conftest import FOLDER

VAULT = quanyi.SealingVault(quanyi.KeyRing(keys={"a": bytes(32)}, current="a", index=b"i" * 32))


@attrs.frozen
class Got:
    """A request as it came."""

    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def id(self) -> str:
        return self.headers["webhook-id"]

    def read(self, secret: str) -> Any:
        """The message, as the standard's own library reads it."""
        return Webhook(secret).verify(self.body, self.headers)

    def is_signed_by(self, secret: str) -> bool:
        try:
            self.read(secret)
        except WebhookVerificationError:
            return False
        return True


class Receiver:
    """A small HTTP server on loopback that keeps what it got; `answers` says with which status it answers next."""

    def __init__(self, answer: Callable[[Got], int] = lambda _: 204, headers: dict[str, str] | None = None) -> None:
        self.got: list[Got] = []
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                got = Got(self.path, {name.lower(): value for name, value in self.headers.items()}, body)
                receiver.got.append(got)
                self.send_response(answer(got))
                for name, value in (headers or {}).items():
                    self.send_header(name, value)
                self.end_headers()

            do_GET = do_POST  # noqa: N815  (the library's name)

            def log_message(self, *_: Any) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.thread = Thread(target=self.server.serve_forever, args=(0.02,), daemon=True)
        self.thread.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server.server_port}/hook?token=t0p"

    @property
    def times(self) -> Counter[str]:
        return Counter(got.id for got in self.got)

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()


@pytest.fixture
def receiver() -> Iterator[Callable[..., Receiver]]:
    """Start receivers."""
    with ExitStack() as stack:

        def started(*arguments: Any, **options: Any) -> Receiver:
            made = Receiver(*arguments, **options)
            stack.callback(made.close)
            return made

        yield started


@attrs.define
class There:
    """A mall that tells webhooks, by a clock that is right and can be moved on."""

    mall: quanyi.OpenMall
    clock: quanyi.FixedClock
    endpoints: SqlEndpoints

    def add(self, receiver: Receiver, *types: str) -> NewSecret:
        now = self.mall.now()
        return add_endpoint(self.endpoints, VAULT, receiver.url, types or ("*",), now=now, loopback=True)

    def give(self, *users: str, points: int = 5) -> None:
        """One event about each."""
        for user in users:
            self.mall.desk.adjust(user, "points", points, key=f"k/{user}/{points}", reason="a present")

    def worker(self, **options: Any) -> Worker:
        return self.mall.worker(webhooks=WebhookOptions(loopback=True, **options))

    def send(self, **options: Any) -> int:
        """Send what waits, until there is nothing to do."""
        return self.worker(**options).catch_up()["webhooks"]

    def waiting(self) -> dict[str, tuple[int, int]]:
        return {one.sink: (one.waiting, one.parked) for one in self.mall.desk.backlog() if one.sink != "host"}


@pytest.fixture
def there_on() -> Callable[[Any], There]:
    def opened(engine: Any, **options: Any) -> There:
        quanyi.upgrade(engine)
        clock = quanyi.FixedClock(datetime.now(UTC))  # the standard's own library reads the machine's clock
        sinks = {"host": ["campaign.failed"], "webhooks": ["*"]}
        mall = quanyi.open_mall(FOLDER, engine, clock=clock, **{"vault": VAULT, "sinks": sinks, **options})
        mall.desk.apply()
        return There(mall, clock, SqlEndpoints(mall.ports.store))

    return opened


@pytest.fixture
def there(there_on: Callable[[Any], There], sqlite_engine: Any) -> There:
    return there_on(sqlite_engine)
