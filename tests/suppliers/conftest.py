"""A fake supplier as a real process, and a small host on loopback that keeps the call-backs it gets."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Condition, Thread
from typing import Any

import attrs
import pytest

from quanyi.adapters.clock import SystemClock
from quanyi.adapters.suppliers.connector import HttpSupplier
from quanyi.adapters.suppliers.exchange import Reach
from quanyi.adapters.suppliers.fake.server import fake_description
from quanyi.entitlements.supply.port import CallbackRequest, Order

SECRET = "tests-only-5f1c"
LOOPBACK = Reach(loopback=True)
_COMMAND = "from quanyi.adapters.cli import main; main(prog_name='quanyi')"


@attrs.define
class FakeProcess:
    """`quanyi fake-supplier` that runs."""

    url: str
    process: subprocess.Popen[str]

    def get(self, path: str) -> Any:
        with urllib.request.urlopen(f"{self.url}{path}", timeout=10) as answer:
            return json.load(answer)

    def set(self, **switches: Any) -> Any:
        body = json.dumps(switches).encode()
        request = urllib.request.Request(
            f"{self.url}/switches", data=body, headers={"Content-Type": "application/json"}
        )
        with urllib.request.urlopen(request, timeout=10) as answer:
            return json.load(answer)

    def kept(self, reference: str) -> dict[str, Any] | None:
        """The purchase as the supplier keeps it."""
        found = self.get("/purchases")["purchases"]
        return next((each for each in found if each["reference"] == reference), None)

    def kill(self) -> None:
        self.process.kill()
        self.close()

    def close(self) -> None:
        self.process.terminate()
        self.process.communicate(timeout=10)


@pytest.fixture(scope="session")
def start_fake() -> Iterator[Callable[..., FakeProcess]]:
    """Start a fake supplier with more options; it is stopped at the end."""
    with ExitStack() as stack:

        def start(*options: str) -> FakeProcess:
            command = [sys.executable, "-c", _COMMAND, "fake-supplier", "--port", "0", "--secret", SECRET, *options]
            process = subprocess.Popen(
                command, stdout=subprocess.PIPE, text=True, env={**os.environ, "PYTHONUNBUFFERED": "1"}
            )
            assert process.stdout is not None
            line = process.stdout.readline()
            found = FakeProcess(line.split()[2], process)
            stack.callback(lambda: found.process.poll() is None and found.close())
            return found

        yield start


@pytest.fixture(scope="session")
def one_fake(start_fake: Callable[..., FakeProcess]) -> FakeProcess:
    return start_fake()


@pytest.fixture
def fake(one_fake: FakeProcess) -> FakeProcess:
    """The fake, with every switch as it is at the beginning."""
    known = one_fake.get("/switches")
    texts = {"seed": "0", "callback": ""}
    usual = {"delivers_after": 0, "slow_seconds": 2, "silent_seconds": 30, "late_seconds": 5}
    one_fake.set(**{name: texts.get(name, usual.get(name, 0)) for name in known})
    return one_fake


def connector_to(url: str, **options: Any) -> HttpSupplier:
    """A connector to a fake, by its YAML alone; options are those of its description."""
    described = attrs.evolve(fake_description(url), **options)
    return HttpSupplier.of(described, {"FAKE_SUPPLIER_SECRET": SECRET}, reach=LOOPBACK)


@pytest.fixture
def supplier(fake: FakeProcess) -> HttpSupplier:
    return connector_to(fake.url)


@pytest.fixture
def impatient(fake: FakeProcess) -> HttpSupplier:
    """A connector that waits for half a second."""
    return patient_for(0.5, fake.url)


def patient_for(seconds: float, url: str) -> HttpSupplier:
    described = fake_description(url)
    operations = {name: attrs.evolve(each, seconds=seconds) for name, each in described.operations.items()}
    return connector_to(url, operations=operations)


_NUMBERS = iter(range(1, 1_000_000))


@pytest.fixture
def order() -> Callable[..., Order]:
    """An order under a reference of its own."""

    def made(product: str = "music-month", **options: Any) -> Order:
        reference = options.pop("reference", f"t{os.getpid()}-{next(_NUMBERS)}")
        return Order(reference=reference, product=product, at=SystemClock().now(), **options)

    return made


class Inbox:
    """A server on loopback that keeps what it gets as `CallbackRequest`s, and answers by `status`."""

    def __init__(self) -> None:
        self.got: list[CallbackRequest] = []
        self.status = 200
        self.came = Condition()
        inbox = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                headers = {name.lower(): value for name, value in self.headers.items()}
                now = SystemClock().now()
                found = CallbackRequest(method="POST", path=self.path, headers=headers, body=body, at=now)
                with inbox.came:
                    inbox.got.append(found)
                    inbox.came.notify_all()
                self.send_response(inbox.status)
                self.end_headers()

            def log_message(self, *_: Any) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_port}/callbacks/fake"
        self._thread = Thread(target=self.server.serve_forever, args=(0.02,), daemon=True)
        self._thread.start()

    def of(self, reference: str, count: int = 1, seconds: float = 10) -> list[CallbackRequest]:
        """The first requests about a reference, once there are as many."""

        def found() -> list[CallbackRequest]:
            return [each for each in self.got if json.loads(each.body)["reference"] == reference]

        with self.came:
            assert self.came.wait_for(lambda: len(found()) >= count, seconds), f"{len(found())} call-backs came"
        return found()

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()
        self._thread.join()


@pytest.fixture
def inbox() -> Iterator[Inbox]:
    found = Inbox()
    yield found
    found.close()


@pytest.fixture
def second(tmp_path: Path) -> Path:
    """The description of a supplier of quite another shape."""
    return Path(__file__).with_name("wave.yaml")
