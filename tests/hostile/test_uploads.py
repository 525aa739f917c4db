"""A file of 200 MB sent to the console: refused before it is read, with a page, in little memory; however it is sent."""

from __future__ import annotations

import re
import select
import socket
import tracemalloc
from collections.abc import Callable, Iterator
from threading import Thread
from time import monotonic
from typing import TYPE_CHECKING, Any

import attrs
import pytest
from flask import Flask
from werkzeug.serving import make_server

import quanyi
from quanyi.adapters.memory import MemoryStore
from quanyi.adapters.wiring import wire
from quanyi.campaigns.project.load import load_project
from tests.engine.conftest import FOLDER

if TYPE_CHECKING:
    from playwright.sync_api import Browser

MB = 1024 * 1024
LARGE = 200 * MB
ROLES = frozenset({"operator", "approver", "auditor", "viewer"})
PIECE = b"ann,5\n" * 10_922
HEAD = b'--b\r\nContent-Disposition: form-data; name="file"; filename="list.csv"\r\n\r\n'
SAYS = {"zh": "内容太大", "en": "too large"}


@attrs.frozen
class Answer:
    """What came back, and how much of the file had been sent by then."""

    status: int
    text: str
    sent: int
    seconds: float


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    mall = wire(load_project(FOLDER), MemoryStore())
    mall.desk.apply()
    app = Flask("host")
    app.config.update(PROPAGATE_EXCEPTIONS=False)
    quanyi.init_console(app, mall, operator=lambda: quanyi.Operator(id="7", name="Zhou Ye", roles=ROLES), csrf=None)
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server.server_port
    server.shutdown()
    thread.join(10)
    server.server_close()


def plain() -> Iterator[bytes]:
    """The file as it is; its length was said before."""
    yield HEAD
    while True:
        yield PIECE


def chunked() -> Iterator[bytes]:
    """The file in chunks, whose number nobody knows before."""
    for piece in plain():
        yield f"{len(piece):x}\r\n".encode() + piece + b"\r\n"


def upload(port: int, path: str, headers: dict[str, str], pieces: Callable[[], Iterator[bytes]]) -> Answer:
    """Send a file as browsers do: until there is an answer, which is then read to its end."""
    said = {"Host": "shop", "Content-Type": "multipart/form-data; boundary=b", "Connection": "close", **headers}
    head = f"POST /ops{path} HTTP/1.1\r\n" + "".join(f"{name}: {value}\r\n" for name, value in said.items()) + "\r\n"
    begun, got, sent = monotonic(), b"", 0
    with socket.create_connection(("127.0.0.1", port), timeout=20) as connection:
        connection.sendall(head.encode())
        for piece in pieces():
            readable, writable, _ = select.select([connection], [connection], [], 10)
            if readable or not writable or sent >= LARGE:
                break
            connection.sendall(piece)
            sent += len(piece)
        while more := connection.recv(65_536):
            got += more
            length = re.search(rb"Content-Length: (\d+)", got)
            if length and len(got.partition(b"\r\n\r\n")[2]) >= int(length[1]):
                break
    return Answer(int(got.split(b" ")[1]), got.decode(), sent, monotonic() - begun)


WAYS = {
    "with-its-length": ({"Content-Length": str(LARGE)}, plain),
    "in-chunks": ({"Transfer-Encoding": "chunked"}, chunked),
}


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("path", ["/catalogue/upload", "/people/bulk/give", "/codes/import"])
@pytest.mark.parametrize("way", WAYS)
def test_it_is_refused_early_with_a_page(port: int, way: str, path: str, lang: str) -> None:
    headers, pieces = WAYS[way]
    tracemalloc.start()
    try:
        answer = upload(port, f"{path}?lang={lang}", headers, pieces)
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert answer.status == 413, answer.text[:300]
    assert SAYS[lang] in answer.text.casefold()
    assert "2 MB" in answer.text
    assert answer.sent < 16 * MB
    assert most < 24 * MB
    assert answer.seconds < 5


def test_a_small_file_in_chunks_is_taken(port: int) -> None:
    """As a proxy may hand a form on; it lacks its other fields, which is told at them."""

    def small() -> Iterator[bytes]:
        fields = b"".join(
            b'\r\n--b\r\nContent-Disposition: form-data; name="%s"\r\n\r\n%s' % pair
            for pair in ((b"token", b"t1"), (b"reason", b"a parcel came late"))
        )
        for piece in (HEAD, b"ann,5\n", fields, b"\r\n--b--\r\n", b""):
            yield f"{len(piece):x}\r\n".encode() + piece + b"\r\n"

    answer = upload(port, "/people/bulk/give?lang=en", {"Transfer-Encoding": "chunked"}, small)

    assert answer.status == 422
    assert "qo-error" in answer.text


def test_it_is_read_no_further_where_nothing_is(port: int) -> None:
    headers, pieces = WAYS["with-its-length"]
    answer = upload(port, "/nowhere?lang=en", headers, pieces)

    assert answer.status == 413
    assert answer.sent < 16 * MB


def test_who_sends_all_of_it_slowly_holds_nobody_up(port: int) -> None:
    """A client that goes on sending after the answer is cut off, and others are answered meanwhile."""
    begun = monotonic()
    with socket.create_connection(("127.0.0.1", port), timeout=20) as slow:
        slow.sendall(
            f"POST /ops/codes/import HTTP/1.1\r\nHost: shop\r\nContent-Length: {LARGE}\r\n"
            "Content-Type: multipart/form-data; boundary=b\r\n\r\n".encode()
        )
        assert b"413" in slow.recv(65_536)
        with socket.create_connection(("127.0.0.1", port), timeout=5) as other:
            other.sendall(b"GET /ops/acts?lang=en HTTP/1.1\r\nHost: shop\r\nConnection: close\r\n\r\n")
            assert b"200 OK" in other.recv(65_536)
        while slow.recv(65_536):
            pass

    assert monotonic() - begun < 10


@pytest.mark.browser
@pytest.mark.parametrize("script", [True, False])
def test_a_browser_shows_why(port: int, browser: Browser, tmp_path: Any, script: bool) -> None:
    """With the script beside the field before anything is sent; without it as the page that answers."""
    file = tmp_path / "list.csv"
    with file.open("wb") as written:
        written.truncate(LARGE)
    context = browser.new_context(base_url=f"http://127.0.0.1:{port}", java_script_enabled=script)
    page = context.new_page()
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.method))
    page.goto("/ops/people/bulk?lang=zh")
    page.set_input_files("input[type=file]", str(file))
    page.fill("input[name=name]", "late")
    page.fill("textarea[name=reason], input[name=reason]", "a parcel came late")
    page.click("main form button[type=submit]")
    page.wait_for_selector("main >> text=2 MB >> visible=true", timeout=20_000)
    shown = page.inner_text("main")
    context.close()

    assert "2 MB" in shown
    assert ("POST" in sent) is not script
