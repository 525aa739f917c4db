"""Two worker processes behind a proxy that takes a prefix away: each request meets another one, and nobody notices."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.request import urlopen

import attrs
import pytest
from sqlalchemy import create_engine

import quanyi
from tests.console.worker_host import FOLDER, host

pytestmark = pytest.mark.browser

PREFIX = "/club/deep"
ROOT = Path(__file__).parents[2]


@attrs.define
class Proxy:
    """Where the host is reached from outside, and how often each worker was asked."""

    url: str
    asked: dict[int, int]


def handler(ports: list[int], asked: dict[int, int]) -> type[BaseHTTPRequestHandler]:
    """Sends each request to the next worker, with its address as the worker is to see it."""
    turn = count()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._pass("GET")

        def do_POST(self) -> None:
            self._pass("POST")

        def _pass(self, method: str) -> None:
            if not self.path.startswith(f"{PREFIX}/"):
                self.send_error(404, "outside of the prefix")
                return
            port = ports[next(turn) % len(ports)]
            asked[port] = asked.get(port, 0) + 1
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            headers = {name: text for name, text in self.headers.items() if name.lower() not in ("host", "connection")}
            headers |= {
                "Host": "inside.invalid",
                "X-Forwarded-For": "203.0.113.7",
                "X-Forwarded-Proto": "http",
                "X-Forwarded-Host": self.headers["Host"],
                "X-Forwarded-Prefix": PREFIX,
            }
            inside = HTTPConnection("127.0.0.1", port, timeout=30)
            inside.request(method, self.path.removeprefix(PREFIX), body, headers)
            answer = inside.getresponse()
            told = answer.read()
            self.send_response(answer.status)
            for name, text in answer.getheaders():
                if name.lower() not in ("connection", "transfer-encoding", "content-length", "date", "server"):
                    self.send_header(name, text)
            self.send_header("Content-Length", str(len(told)))
            self.end_headers()
            self.wfile.write(told)
            inside.close()

        def log_message(self, *_: Any) -> None:
            pass

    return Handler


@pytest.fixture
def database(tmp_path: Path) -> str:
    """The database of both workers, made ready."""
    address = f"sqlite:///{tmp_path / 'host.db'}"
    host(address)
    return address


@pytest.fixture
def proxy(database: str) -> Iterator[Proxy]:
    command = [sys.executable, "-m", "tests.console.worker_host", database]
    workers = [subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    ports = [int(str(worker.stdout.readline())) for worker in workers if worker.stdout]
    asked: dict[int, int] = {}
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler(ports, asked))
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield Proxy(f"http://127.0.0.1:{server.server_port}", asked)
    server.shutdown()
    server.server_close()
    for worker in workers:
        worker.terminate()
        worker.communicate(timeout=10)


def test_a_customer_and_an_operator_meet_another_worker_each_time(proxy, database, browser):
    """Forms made by one are taken by the other; every address stays below the prefix; what one publishes the other knows."""
    engine = quanyi.prepare_engine(create_engine(database))
    mall = quanyi.open_mall(FOLDER, engine)
    mall.desk.adjust("ann", "points", 1000, key="stake", reason="something to spend")
    page = browser.new_context(base_url=proxy.url, viewport={"width": 1280, "height": 800}).new_page()
    problems: list[str] = []
    page.on(
        "response", lambda answer: problems.append(f"{answer.status} {answer.url}") if answer.status >= 400 else None
    )
    page.on(
        "console",
        lambda said: problems.append(said.text) if said.type == "error" and "status of" not in said.text else None,
    )
    page.route("**/favicon.ico", lambda route: route.fulfill(body=""))
    page.set_default_timeout(20_000)

    page.goto(f"{PREFIX}/enter")
    assert page.url == f"{proxy.url}{PREFIX}/mall/"
    page.goto(f"{PREFIX}/mall/items/coffee-for-points/coffee?lang=en")
    page.locator(".qy-form button").first.click()
    page.wait_for_url(f"**{PREFIX}/mall/deals/*")
    assert mall.wallet("ann").units["points"].balance == 700
    assert outside(page) == []

    page.goto(f"{PREFIX}/ops/people?lang=en&q=ann")
    page.click("main table a")
    page.locator("details", has=page.locator("form[action$='/adjust']")).locator("summary").click()
    page.fill("#adjust-amount", "25")
    page.fill("#adjust-reason", "a parcel came late")
    page.locator("form[action$='/adjust'] button").click()
    page.wait_for_url("**act=*")
    assert page.locator(".qo-notice.is-good").count() == 1
    assert mall.wallet("ann").units["points"].balance == 725
    assert outside(page) == []

    page.goto(f"{PREFIX}/ops/campaigns/coffee-for-points")
    page.fill("#pause-reason", "out of cups")
    page.locator("form[action$='/pause'] button").click()
    page.wait_for_url("**act=*")
    for _ in range(4):
        page.goto(f"{PREFIX}/mall/items/coffee-for-points/coffee?lang=en")
        assert page.locator(".qy-form button:not([disabled])").count() == 0

    assert problems == []
    assert min(proxy.asked.values()) > 5
    assert len(proxy.asked) == 2
    engine.dispose()


def outside(page: Any) -> list[str]:
    """Addresses of a page that lead out of the prefix."""
    script = "[...document.querySelectorAll('[href], [src], [action]')].map((e) => e.getAttribute('href') ?? e.getAttribute('src') ?? e.getAttribute('action'))"
    return [
        to
        for to in page.evaluate(script)
        if to.startswith("/") and not to.startswith(f"{PREFIX}/") and not to.startswith("/till/")
    ]


def test_the_document_of_the_api_leads_to_itself(proxy):
    """Both workers name the address at which callers reach them."""
    for _ in range(2):
        with urlopen(f"{proxy.url}{PREFIX}/api/openapi.json", timeout=30) as answer:
            assert json.load(answer)["servers"] == [{"url": f"{PREFIX}/api"}]
