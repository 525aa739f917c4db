"""One request: to the address that was checked, followed nowhere, and ended in time."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from threading import Thread
from time import monotonic, sleep
from typing import TYPE_CHECKING, Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from quanyi.adapters.webhooks.addresses import Target
from quanyi.adapters.webhooks.post import NotTaken, post

if TYPE_CHECKING:
    from tests.webhooks.conftest import Receiver


def target(port: int, *, host: str = "shop.example", secure: bool = False, path: str = "/hook?a=1") -> Target:
    return Target(secure=secure, host=host, port=port, path=path, address=ip_address("127.0.0.1"))


def test_it_goes_to_the_checked_address_under_the_name_that_was_asked_for(receiver: Callable[..., Receiver]) -> None:
    """The name is resolved by nobody: there is no such host."""
    there = receiver()
    post(target(there.server.server_port, host="nowhere.invalid"), b"{}", {"webhook-id": "1"})
    (got,) = there.got

    assert (got.path, got.body, got.id) == ("/hook?a=1", b"{}", "1")
    assert got.headers["host"] == f"nowhere.invalid:{there.server.server_port}"


def test_a_redirect_is_a_failure_and_is_not_followed(receiver: Callable[..., Receiver]) -> None:
    other = receiver()
    there = receiver(lambda _: 307, headers={"Location": other.url})
    with pytest.raises(NotTaken, match="status 307"):
        post(target(there.server.server_port), b"{}", {})

    assert (len(there.got), other.got) == (1, [])


@pytest.mark.parametrize("status", [200, 201, 204, 299])
def test_what_is_answered_by_2xx_was_taken(receiver: Callable[..., Receiver], status: int) -> None:
    post(target(receiver(lambda _: status).server.server_port), b"{}", {})


@pytest.mark.parametrize("status", [301, 400, 401, 404, 410, 429, 500, 503])
def test_every_other_status_was_not(receiver: Callable[..., Receiver], status: int) -> None:
    with pytest.raises(NotTaken, match=f"status {status}"):
        post(target(receiver(lambda _: status).server.server_port), b"{}", {})


def test_the_environments_proxy_is_not_asked(
    receiver: Callable[..., Receiver], monkeypatch: pytest.MonkeyPatch
) -> None:
    """It would resolve the name again, inside."""
    proxy, there = receiver(), receiver()
    for name in ("http_proxy", "HTTP_PROXY", "https_proxy", "all_proxy"):
        monkeypatch.setenv(name, proxy.url)
    post(target(there.server.server_port), b"{}", {})

    assert (len(there.got), proxy.got) == (1, [])


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


def drip(text: bytes) -> Callable[[socket.socket], None]:
    """Send a byte every 50 ms, for ever."""

    def does(connection: socket.socket) -> None:
        connection.sendall(text)
        while True:
            sleep(0.05)
            connection.sendall(b"x")

    return does


@pytest.mark.timeout(12)
@pytest.mark.parametrize(
    "does",
    [lambda _: sleep(60), drip(b""), drip(b"HTTP/1.1 200 OK\r\nX: "), drip(b"HTTP/1.1 100 Continue\r\n\r\n")],
    ids=["says-nothing", "begins-slowly", "endless-header", "goes-on"],
)
def test_a_receiver_that_takes_its_time_has_no_more_than_it_was_given(
    serve: Callable[..., int], does: Callable[[socket.socket], None]
) -> None:
    port, begun = serve(does), monotonic()
    with pytest.raises(NotTaken, match=r"too long|TimeoutError"):
        post(target(port), b"{}", {}, seconds=0.5)

    assert monotonic() - begun < 3


def test_a_receiver_that_reads_nothing_has_no_more_time(serve: Callable[..., int]) -> None:
    port, begun = serve(lambda _: sleep(60)), monotonic()
    with pytest.raises(NotTaken):
        post(target(port), b"x" * 30_000_000, {}, seconds=0.5)

    assert monotonic() - begun < 3


@pytest.mark.parametrize(
    "text", [b"", b"no HTTP\r\n\r\n", b"HTTP/1.1 abc\r\n\r\n", b"HTTP/1.1 200 OK\r\n" + b"x" * 70_000]
)
def test_what_is_no_answer_is_a_failure(serve: Callable[..., int], text: bytes) -> None:
    def does(connection: socket.socket) -> None:
        connection.recv(65_536)
        connection.sendall(text)
        connection.close()

    with pytest.raises(NotTaken, match="no answer"):
        post(target(serve(does)), b"{}", {})


def test_nobody_there_is_a_failure() -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as gone:
        port = gone.getsockname()[1]
    with pytest.raises(NotTaken, match="ConnectionRefusedError"):
        post(target(port), b"{}", {})


# --- https -----------------------------------------------------------------------------------------


@pytest.fixture
def tls(tmp_path: Path, receiver: Callable[..., Receiver]) -> tuple[Receiver, ssl.SSLContext]:
    """A receiver with a certificate for shop.example, and a context that believes it."""
    key, name = ec.generate_private_key(ec.SECP256R1()), x509.Name([])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("shop.example")]), critical=True)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    (tmp_path / "cert").write_bytes(made.public_bytes(pem))
    (tmp_path / "key").write_bytes(
        key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    there = receiver()
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(tmp_path / "cert", tmp_path / "key")
    there.server.handle_error = lambda *_: None
    there.server.socket = server.wrap_socket(there.server.socket, server_side=True)
    return there, ssl.create_default_context(cafile=str(tmp_path / "cert"))


def test_over_https_the_certificate_is_the_names(tls: Any) -> None:
    there, context = tls
    port = there.server.server_port
    post(target(port, secure=True), b"{}", {}, context=context)
    with pytest.raises(NotTaken, match="SSLCertVerificationError"):
        post(target(port, secure=True, host="other.example"), b"{}", {}, context=context)
    with pytest.raises(NotTaken, match="SSLCertVerificationError"):
        post(target(port, secure=True), b"{}", {})

    assert len(there.got) == 1


def test_a_handshake_that_never_ends_is_ended(serve: Callable[..., int]) -> None:
    port, begun = serve(lambda _: sleep(60)), monotonic()
    with pytest.raises(NotTaken):
        post(target(port, secure=True), b"{}", {}, seconds=0.5)

    assert monotonic() - begun < 3
