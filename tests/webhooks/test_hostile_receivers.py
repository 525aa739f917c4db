"""Receivers and name servers that mean harm: what they cost, and where they can't lead."""

from __future__ import annotations

import socket
import tracemalloc
from collections.abc import Callable, Iterator
from datetime import timedelta
from ipaddress import ip_address
from threading import Event, Thread
from time import monotonic, sleep
from typing import TYPE_CHECKING, Any

import pytest

from quanyi import InputError
from quanyi.adapters.outbox import LEASE
from quanyi.adapters.webhooks import addresses
from quanyi.adapters.webhooks.addresses import LONGEST_RESOLVING, Target, resolved
from quanyi.adapters.webhooks.endpoints import add_endpoint
from quanyi.adapters.webhooks.job import WebhookOptions
from quanyi.adapters.webhooks.post import LONGEST_SECONDS, NotTaken, post
from tests.webhooks.conftest import VAULT

if TYPE_CHECKING:
    from tests.webhooks.conftest import Receiver, There

MB = 1024 * 1024


@pytest.fixture
def serve() -> Iterator[Callable[..., int]]:
    """A server that does with each connection what it is told; its port."""
    sockets: list[socket.socket] = []

    def started(does: Callable[[socket.socket], Any]) -> int:
        listening = socket.create_server(("127.0.0.1", 0))
        sockets.append(listening)

        def run() -> None:
            try:
                while True:
                    connection = listening.accept()[0]
                    sockets.append(connection)
                    does(connection)
            except OSError:
                return

        Thread(target=run, daemon=True).start()
        return int(listening.getsockname()[1])

    yield started
    for each in sockets:
        each.close()


def to(port: int) -> Target:
    return Target(secure=False, host="shop.example", port=port, path="/hook", address=ip_address("127.0.0.1"))


def for_ever(head: bytes, piece: bytes, pause: float = 0.0) -> Callable[[socket.socket], None]:
    def does(connection: socket.socket) -> None:
        connection.recv(65_536)
        connection.sendall(head)
        while True:
            connection.sendall(piece)
            sleep(pause)

    return does


@pytest.mark.timeout(20)
@pytest.mark.parametrize(
    "does",
    [
        for_ever(b"HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n", b"x" * MB),
        for_ever(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", b"100000\r\n" + b"x" * MB + b"\r\n"),
        for_ever(b"HTTP/1.1 200 OK\r\n\r\n", b"x", 0.05),
    ],
    ids=["endless", "endless-in-chunks", "byte-by-byte"],
)
def test_an_answer_counts_by_its_status_and_is_not_read(serve: Callable[..., int], does: Any) -> None:
    """Whatever follows costs neither time nor memory."""
    port, begun = serve(does), monotonic()
    tracemalloc.start()
    try:
        post(to(port), b"{}", {}, seconds=5)
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert monotonic() - begun < 2
    assert most < 4 * MB


@pytest.mark.timeout(20)
@pytest.mark.parametrize(
    "does",
    [
        for_ever(b"", b"HTTP/1.1 100 Continue\r\n\r\n" * 1000),
        for_ever(b"HTTP/1.1 200 OK\r\n", b"X-A: " + b"x" * 60_000 + b"\r\n"),
        for_ever(b"HTTP/1.1 ", b"2", 0.02),
    ],
    ids=["goes-on-for-ever", "large-headers", "a-status-without-end"],
)
def test_what_never_becomes_an_answer_is_ended(serve: Callable[..., int], does: Any) -> None:
    port, begun = serve(does), monotonic()
    tracemalloc.start()
    try:
        with pytest.raises(NotTaken):
            post(to(port), b"{}", {}, seconds=0.5)
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert monotonic() - begun < 3
    assert most < 16 * MB


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@pytest.mark.parametrize(
    "to_where", ["http://127.0.0.1:1/", "http://169.254.169.254/latest/", "file:///etc/passwd", "//x"]
)
def test_a_redirect_leads_nowhere(there: There, receiver: Callable[..., Receiver], status: int, to_where: str) -> None:
    """Whatever it names, the event waits, and only the address that was given was asked."""
    first = receiver(lambda _: status, headers={"Location": to_where})
    there.add(first)
    there.give("ann")
    there.send()

    assert len(first.got) == 1
    assert sum(waiting for waiting, _ in there.waiting().values()) == 1


# --- name servers ----------------------------------------------------------------------------------


def test_a_name_that_changes_between_check_and_connection_leads_to_what_was_checked(
    there: There, receiver: Callable[..., Receiver], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The name is asked for once for each request, and never while connecting."""
    checked, inside = receiver(), receiver()
    port = checked.server.server_port
    answers = iter([["127.0.0.1"], ["127.0.0.1"], ["127.0.0.2"]])
    asked: list[str] = []
    real = socket.getaddrinfo

    def watched(host: Any, *more: Any, **options: Any) -> Any:
        asked.append(str(host))
        return real(host, *more, **options)

    monkeypatch.setattr(socket, "getaddrinfo", watched)

    def changing(host: str, _port: int) -> list[str]:
        assert host == "shop.example"
        return next(answers)

    add_endpoint(
        there.endpoints,
        VAULT,
        f"http://shop.example:{port}/hook",
        ("*",),
        now=there.mall.now(),
        loopback=True,
        resolve=changing,
    )
    there.give("ann")
    _worker(there, changing).catch_up()

    assert [got.headers["host"] for got in checked.got] == [f"shop.example:{port}"]
    assert inside.got == []
    assert "shop.example" not in asked


@pytest.mark.parametrize(
    "later", [["10.0.0.1"], ["169.254.169.254"], ["93.184.215.14", "127.0.0.1"], ["::ffff:127.0.0.1"]]
)
def test_a_name_that_leads_inside_by_the_time_of_sending_gets_nothing(
    there: There, receiver: Callable[..., Receiver], later: list[str]
) -> None:
    """It was public when it was added."""
    target = receiver()
    url = f"https://shop.example:{target.server.server_port}/hook"
    add_endpoint(there.endpoints, VAULT, url, ("*",), now=there.mall.now(), resolve=lambda *_: ["93.184.215.14"])
    there.give("ann")
    _worker(there, lambda *_: later, loopback=False).catch_up()

    assert target.got == []
    assert sum(waiting for waiting, _ in there.waiting().values()) == 1


def test_a_name_server_that_never_answers_holds_up_its_own_endpoint_alone(
    there: There, receiver: Callable[..., Receiver], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(addresses, "LONGEST_RESOLVING", 0.5)
    other, never = receiver(), Event()

    def resolve(host: str, _port: int) -> list[str]:
        if host == "silent.example":
            never.wait(20)
        return ["127.0.0.1"]

    for host in ("silent.example", "shop.example"):
        url = f"http://{host}:{other.server.server_port}/hook"
        add_endpoint(
            there.endpoints, VAULT, url, ("*",), now=there.mall.now(), loopback=True, resolve=lambda *_: ["127.0.0.1"]
        )
    there.give("ann")
    begun = monotonic()
    _worker(there, resolve).catch_up()
    never.set()

    assert monotonic() - begun < 6
    assert [got.headers["host"].partition(":")[0] for got in other.got] == ["shop.example"]


def test_a_host_that_is_not_resolved_in_time_is_told_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(addresses, "LONGEST_RESOLVING", 0.2)
    never = Event()
    with pytest.raises(OSError, match="in time"):
        resolved("https://shop.example/", resolve=lambda *_: never.wait(5) and [])
    never.set()


def test_resolving_and_sending_end_before_the_lease_does() -> None:
    """Else somebody else would send the same events beside it."""
    assert timedelta(seconds=LONGEST_RESOLVING + LONGEST_SECONDS) < LEASE


def test_what_a_resolver_raises_is_raised() -> None:
    def broken(*_: Any) -> list[str]:
        raise InputError("no such thing")

    with pytest.raises(InputError, match="no such thing"):
        resolved("https://shop.example/", resolve=broken)


def _worker(there: There, resolve: Any, *, loopback: bool = True) -> Any:
    """A worker whose names are resolved so."""
    worker = there.mall.worker(webhooks=WebhookOptions(loopback=loopback))
    job: Any = next(loop._job for loop in worker._loops if loop.name == "webhooks")
    job._resolve = resolve
    return worker
