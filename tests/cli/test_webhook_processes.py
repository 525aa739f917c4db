"""Webhooks of workers that are killed, to a receiver that is killed: everything arrives, in order, and little twice."""

from __future__ import annotations

import json
import sys
from collections import Counter
from subprocess import PIPE, Popen

import pytest

from quanyi import KeyRing, SealingVault
from quanyi.adapters.sql.endpoints import SqlEndpoints
from quanyi.adapters.sql.verify import verify
from quanyi.adapters.webhooks.endpoints import add_endpoint
from tests.cli.test_work_processes import PATIENCE, Place, ended, place, url

__all__ = ["place", "url"]

pytestmark = pytest.mark.alone

RING = KeyRing(keys={"a": bytes(32)}, current="a", index=b"i" * 32)
HOST = """
import os
from datetime import timedelta
from pathlib import Path
from sqlalchemy import create_engine
from quanyi import KeyRing, SealingVault, open_mall, prepare_engine
from quanyi.adapters.clock import SystemClock
from quanyi.adapters.webhooks.job import WebhookOptions
from quanyi.adapters.worker import Pauses

class Clock:
    "The machine's time, moved on by the seconds in a file."
    def now(self):
        return SystemClock().now() + timedelta(seconds=float(Path("ahead").read_text() or 0))

def worker():
    engine = prepare_engine(create_engine(os.environ["QUANYI_DB"]))
    mall = open_mall("mall", engine, clock=Clock(), vault=SealingVault(KeyRing.from_environment()), sinks={"webhooks": ["*"]})
    return mall.worker(pauses=Pauses(every=0.05), webhooks=WebhookOptions(loopback=True, longest_rest=timedelta(seconds=1)))
"""
RECEIVER = """
import sys, time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

class Handler(BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        time.sleep(0.004)
        with open("got", "ab") as out:
            out.write(body + b"\\n")
        self.send_response(204)
        self.end_headers()

    def log_message(self, *_):
        pass

ThreadingHTTPServer.allow_reuse_address = True
server = ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Handler)
print(server.server_port, flush=True)
server.serve_forever()
"""


class Shop:
    """A receiver in a process of its own."""

    def __init__(self, place: Place) -> None:
        self.place, self.port = place, 0
        self.start()

    def start(self) -> None:
        command = [sys.executable, "-c", RECEIVER, str(self.port)]
        self.process = Popen(command, cwd=self.place.path, stdout=PIPE, text=True)
        self.place.stack.callback(self.process.stdout.close)
        self.place.stack.callback(self.process.wait)
        self.place.stack.callback(self.process.kill)
        self.port = int(self.process.stdout.readline())

    def kill(self) -> None:
        self.process.kill()
        self.process.wait(PATIENCE)

    @property
    def got(self) -> list[dict]:
        path = self.place.path / "got"
        text = path.read_text() if path.exists() else ""
        return [json.loads(line) for line in text.split("\n")[:-1]]


@pytest.fixture
def shop(place: Place, monkeypatch: pytest.MonkeyPatch) -> Shop:
    """An endpoint that wants the events of this test, and gets them from the common sink."""
    monkeypatch.setenv("QUANYI_KEYS", RING.text())
    (place.path / "host.py").write_text(HOST)
    shop = Shop(place)
    vault, endpoints = SealingVault(RING), SqlEndpoints(place.mall.ports.store)
    url = f"http://127.0.0.1:{shop.port}/"
    add_endpoint(endpoints, vault, url, ["deal.paid"], now=place.now(), loopback=True)
    place.mall.ports.store.sinks.takes.pop("host")
    place.mall.ports.store.sinks.takes["webhooks"] = ("*",)
    return shop


def in_order(told: list[dict], people: int) -> bool:
    """Whether each person's events came in order, but for what came again."""
    firsts = list(dict.fromkeys(one["data"]["n"] for one in told))
    return all(mine == sorted(mine) for p in range(people) if (mine := [n for n in firsts if n % people == p]))


def test_two_workers_share_out_and_send_five_hundred_events_once(place: Place, shop: Shop) -> None:
    workers = [place.start("--app", "host:worker") for _ in range(2)]
    place.emit(500, people=25)
    place.wait(lambda: place.waiting() == 0)

    assert ended(*workers) == [0, 0]
    assert Counter(one["data"]["n"] for one in shop.got) == Counter(range(500))
    assert in_order(shop.got, 25)


def test_what_a_killed_worker_had_another_sends(place: Place, shop: Shop) -> None:
    """In order, with at most what the killed one had just sent a second time."""
    killed, survivor = (place.start("--app", "host:worker") for _ in range(2))
    place.emit(300, people=30)
    place.wait(lambda: len(shop.got) > 40)
    killed.kill()
    killed.wait()
    place.ahead(31)
    place.wait(lambda: place.waiting() == 0)
    codes = ended(survivor)
    times = Counter(one["id"] for one in shop.got)

    assert codes == [0]
    assert len(times) == 300
    assert max(times.values()) <= 2
    assert sum(times.values()) <= 320
    assert in_order(shop.got, 30)
    assert verify(place.engine, "engine").differences == ()


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
def test_a_receiver_that_was_killed_gets_the_rest_when_it_is_back(place: Place, shop: Shop) -> None:
    worker = place.start("--app", "host:worker")
    place.emit(200, people=20)
    place.wait(lambda: len(shop.got) > 40)
    shop.kill()
    place.wait(lambda: "was not taken" in place.log())
    before = len(shop.got)
    shop.start()
    place.ahead(3600)
    place.wait(lambda: place.waiting() == 0)
    times = Counter(one["id"] for one in shop.got)

    assert before < 200
    assert ended(worker) == [0]
    assert len(times) == 200
    assert in_order(shop.got, 20)
