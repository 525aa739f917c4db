"""One request: to a machine that is allowed, followed nowhere, bounded in time and size; and what its failure means."""

from __future__ import annotations

import re
import socket
from collections.abc import Callable, Iterator
from threading import Thread
from time import monotonic, sleep
from typing import Any

import attrs
import pytest

from quanyi.adapters.suppliers import exchange as module
from quanyi.adapters.suppliers.connector import HttpSupplier
from quanyi.adapters.suppliers.exchange import Reach
from quanyi.adapters.suppliers.fake.server import fake_description
from quanyi.entitlements.supply.port import Order
from quanyi.entitlements.supply.replies import Absent, Busy, Delivered, Unknown
from tests.suppliers.conftest import LOOPBACK, SECRET, patient_for

DONE = '{"number": "n1", "state": "DELIVERED", "cost": "12.00", "codes": [{"code": "C1"}]}'


def answer(body: str | bytes, status: str = "200 OK", *headers: str, length: int | None = None) -> bytes:
    raw = body.encode() if isinstance(body, str) else body
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(raw) if length is None else length}", *headers, "", ""]
    return "\r\n".join(lines).encode() + raw


def whole(connection: socket.socket) -> bytes:
    """A request with its body: a socket that is closed with some of it unread is reset."""
    got = connection.recv(65536)
    head, _, body = got.partition(b"\r\n\r\n")
    length = re.search(rb"Content-Length: (\d+)", head)
    while length is not None and len(body) < int(length[1]):
        body += connection.recv(65536)
    return head


@pytest.fixture
def serve() -> Iterator[Callable[..., str]]:
    """A server that says to each request what it is told to; its URL. `asked` counts requests."""
    sockets: list[socket.socket] = []

    def started(says: bytes | Callable[[socket.socket], Any], asked: list[bytes] | None = None) -> str:
        listening = socket.create_server(("127.0.0.1", 0))
        sockets.append(listening)

        def run() -> None:
            try:
                while True:
                    connection = listening.accept()[0]
                    sockets.append(connection)
                    Thread(target=told, args=(connection,), daemon=True).start()
            except OSError:
                return

        def told(connection: socket.socket) -> None:
            try:
                got = whole(connection)
                if asked is not None:
                    asked.append(got)
                if callable(says):
                    says(connection)
                else:
                    connection.sendall(says)
                connection.close()
            except OSError:
                return

        Thread(target=run, daemon=True).start()
        return f"http://127.0.0.1:{listening.getsockname()[1]}"

    yield started
    for each in sockets:
        each.close()


def said(url: str, order: Order) -> Any:
    return patient_for(0.6, url).order(order)


def test_a_whole_answer_is_read(serve: Callable[..., str], order: Callable[..., Order]) -> None:
    assert said(serve(answer(DONE)), order()) == Delivered("n1", 1200, ("C1",))


def test_a_redirect_is_not_followed(serve: Callable[..., str], order: Callable[..., Order]) -> None:
    """Not even to the same machine, and what it says itself is not believed."""
    asked: list[bytes] = []
    other = serve(answer(DONE), asked)
    for status in ("301 Moved", "302 Found", "303 See Other", "307 Temporary", "308 Permanent"):
        found = said(serve(answer(DONE, status, f"Location: {other}/orders")), order())

        assert found == Unknown(f"status {status[:3]}: a redirect is not followed")
    assert asked == []


@pytest.mark.parametrize(
    ("says", "why"),
    [
        (answer("", "200 OK"), "status 200: no JSON that can be read"),
        (answer("<html>busy</html>"), "status 200: no JSON that can be read"),
        (answer("[]"), "status 200: no JSON map"),
        (answer('{"number": "n1", "state": "DELIVERED", "state": "FAILED"}'), "status 200: no JSON that can be read"),
        (answer('{"number": NaN}'), "status 200: no JSON that can be read"),
        (answer("[" * 100_000), "status 200: no JSON that can be read"),
        (answer(b"\xff\xfe"), "status 200: no JSON that can be read"),
        (answer(DONE, "500 Oops"), "status 500"),
        (answer(DONE, "503 Away"), "status 503"),
        (answer(DONE, "404 Not Found"), "status 404 without a word that is declared"),
        (answer(DONE, length=5_000), "the answer was cut off"),
        (b"SMTP ready\r\n\r\n", "no answer: BadStatusLine"),
        (b"", "no answer: RemoteDisconnected"),
        (answer("x" * 5_000_000), "the answer has more than 4000000 bytes"),
        (lambda _: sleep(5), "no answer in time"),
    ],
)
def test_what_is_no_answer_says_nothing(
    serve: Callable[..., str], order: Callable[..., Order], says: Any, why: str
) -> None:
    assert said(serve(says), order()) == Unknown(why)


def test_what_is_cut_off_is_no_answer(serve: Callable[..., str], order: Callable[..., Order]) -> None:
    """Though what came of it could be read as a whole."""
    assert said(serve(answer(DONE, length=5_000)), order()) == Unknown("the answer was cut off")


@pytest.mark.parametrize("start", [b"", b"HTTP/1.1 200 OK\r\nX: ", answer("", length=10_000)])
def test_a_byte_now_and_then_gains_no_time(
    serve: Callable[..., str], order: Callable[..., Order], start: bytes
) -> None:
    def drip(connection: socket.socket) -> None:
        connection.sendall(start)
        while True:
            sleep(0.05)
            connection.sendall(b" ")

    begun = monotonic()
    found = said(serve(drip), order())

    assert found == Unknown("no answer in time")
    assert monotonic() - begun < 3


def test_where_no_connection_stands_nothing_was_sent(order: Callable[..., Order]) -> None:
    """An order may be sent again; a query has learned nothing of the purchase."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    supplier = patient_for(1, f"http://127.0.0.1:{port}")

    assert supplier.order(order()) == Busy("not reached: ConnectionRefusedError")
    assert supplier.query("r") == Unknown("not reached: ConnectionRefusedError")
    assert supplier.cancel("r") == Unknown("not reached: ConnectionRefusedError")


@pytest.mark.parametrize(
    ("host", "reach", "why"),
    [
        ("127.0.0.1", Reach(), "leads to a private network"),
        ("10.1.2.3", Reach(loopback=True), "leads to a private network"),
        ("169.254.169.254", Reach(loopback=True, private=True), "leads to a private network"),
        ("[fd00:ec2::254]", Reach(loopback=True, private=True), "leads to a private network"),
        ("93.184.215.14", Reach(loopback=True, private=True), "begins with https://"),
    ],
)
def test_a_request_goes_only_where_the_host_allows(
    order: Callable[..., Order], host: str, reach: Reach, why: str
) -> None:
    """It is told, and no connection is tried; an order that was not sent may be sent again."""
    described = fake_description(f"http://{host}:9")
    supplier = HttpSupplier.of(described, {"FAKE_SUPPLIER_SECRET": SECRET}, reach=reach)

    assert supplier.order(order()) == Busy(f"not reached: a supplier's address {why}")


def test_a_private_network_is_reached_where_it_is_allowed(serve: Callable[..., str], monkeypatch: Any) -> None:
    """Without TLS, since it is the host's own."""
    target = module._target("http://10.1.2.3:80/x", 1, Reach(private=True))

    assert (str(target.address), target.secure) == ("10.1.2.3", False)


def test_a_resolver_that_hangs_is_not_waited_for(order: Callable[..., Order]) -> None:
    def hangs(*_: Any) -> list[str]:
        sleep(5)
        return []

    reach = Reach(resolve=hangs)
    described = attrs.evolve(fake_description("https://acme.example"), connect=0.2)
    supplier = HttpSupplier.of(described, {"FAKE_SUPPLIER_SECRET": SECRET}, reach=reach)
    begun = monotonic()

    assert supplier.order(order()) == Busy("not reached: its name was not resolved in time")
    assert monotonic() - begun < 2


def test_a_status_means_something_only_where_it_is_declared(
    serve: Callable[..., str], order: Callable[..., Order]
) -> None:
    """And only where no word says more; a number speaks against it."""
    described = fake_description(serve(answer("", "404 Not Found")))
    plain = described.operations["query"]
    absent = attrs.evolve(plain, reading=attrs.evolve(plain.reading, status={404: "absent"}))
    supplier = HttpSupplier.of(
        attrs.evolve(described, operations={"query": absent}), {"FAKE_SUPPLIER_SECRET": SECRET}, reach=LOOPBACK
    )
    numbered = HttpSupplier.of(
        attrs.evolve(supplier.description, url=serve(answer(DONE, "404 Not Found"))),
        {"FAKE_SUPPLIER_SECRET": SECRET},
        reach=LOOPBACK,
    )

    assert supplier.query("r") == Absent()
    assert isinstance(numbered.query("r"), Unknown)
