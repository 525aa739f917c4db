"""`quanyi work` as processes on one database: they share the work, and one that is killed or stopped loses nothing."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from collections import Counter
from contextlib import ExitStack
from datetime import timedelta
from time import monotonic, sleep

import pytest
from sqlalchemy import create_engine, func, select, text

from quanyi import open_mall, prepare_engine
from quanyi.adapters.clock import SystemClock
from quanyi.adapters.sql.migrate import upgrade
from quanyi.adapters.sql.verify import verify
from quanyi.campaigns.language.alarms import ALARM_NAMES
from quanyi.entitlements.changes import Emit
from quanyi.entitlements.ports import EmitWrite, Writing
from tests.engine.conftest import FOLDER

pytestmark = pytest.mark.alone

PATIENCE = 120
QUANYI = "from quanyi.adapters.cli import main; main(prog_name='quanyi')"
HOST = """
import os, time
from datetime import timedelta
from pathlib import Path
from sqlalchemy import create_engine
from quanyi import open_mall, prepare_engine
from quanyi.adapters.clock import SystemClock
from quanyi.adapters.worker import Pauses

OUT = os.open("told", os.O_APPEND | os.O_CREAT | os.O_WRONLY)

class Clock:
    "The machine's time, moved on by the seconds in a file."
    def now(self):
        return SystemClock().now() + timedelta(seconds=float(Path("ahead").read_text() or 0))

def say(*words):
    os.write(OUT, (" ".join(map(str, words)) + "\\n").encode())

def tell(event):
    say(os.getpid(), event.id, event.type, event.data.get("n", ""))
    time.sleep(0.004)

def until_allowed(event):
    say("begins", event.id)
    while not Path("go").exists():
        time.sleep(0.01)
    say("ends", event.id)

def worker():
    engine = prepare_engine(create_engine(os.environ["QUANYI_DB"]))
    return open_mall("mall", engine, clock=Clock()).worker(tell, pauses=Pauses(every=0.05))
"""


class Place:
    """A folder with a host in it, a database, and the workers that were started there."""

    def __init__(self, path, url, stack):
        self.path, self.stack = path, stack
        self.url = url.render_as_string(hide_password=False)
        shutil.copytree(FOLDER, path / "mall")
        with (path / "mall" / "mall.yaml").open("a") as file:  # an alarm is an event too, and these tests count theirs
            file.write(f"alarms: {{off: [{', '.join(ALARM_NAMES)}]}}\n")
        (path / "host.py").write_text(HOST)
        self.ahead(0)
        self.engine = prepare_engine(create_engine(url))
        stack.callback(self.engine.dispose)
        upgrade(self.engine)
        self.mall = open_mall(path / "mall", self.engine, clock=self)
        self.mall.desk.apply()

    def now(self):
        return SystemClock().now() + timedelta(seconds=float((self.path / "ahead").read_text()))

    def ahead(self, seconds):
        new = self.path / "ahead.new"
        new.write_text(str(seconds))
        new.rename(self.path / "ahead")

    def start(self, *arguments):
        """Start a worker, and wait until it works."""
        log = (self.path / "log").open("ab")
        self.stack.callback(log.close)
        begun = self.log().count("the worker begins")
        process = subprocess.Popen(
            [sys.executable, "-c", QUANYI, "work", *arguments],
            cwd=self.path,
            stderr=log,
            stdout=log,
            env={**os.environ, "QUANYI_DB": self.url},
        )
        self.stack.callback(process.wait)
        self.stack.callback(process.kill)
        self.wait(lambda: self.log().count("the worker begins") > begun or process.poll() is not None)
        assert process.poll() is None, self.log()
        return process

    def log(self):
        return (self.path / "log").read_text()

    def told(self):
        """Lines that receivers have written, as words; without one that is being written."""
        path = self.path / "told"
        text = path.read_text() if path.exists() else ""
        return [line.split() for line in text.split("\n")[:-1]]

    def wait(self, until):
        end = monotonic() + PATIENCE
        while not until():
            assert monotonic() < end, self.log()[-3000:]
            sleep(0.02)

    def emit(self, count, people):
        """Events about *people*, each with its number."""
        writes = tuple(
            EmitWrite(
                id=(n + 1).to_bytes(16),
                emit=Emit(event="deal.paid", data={"n": n}, holder=f"h{n % people}"),
                emitted_at=self.now(),
            )
            for n in range(count)
        )
        with self.mall.ports.store.begin() as tx:
            tx.write(Writing(outbox=writes))

    def waiting(self):
        rows = self.mall.ports.store.tables.outbox
        with self.engine.connect() as connection:
            return connection.scalar(select(func.count()).select_from(rows))


@pytest.fixture
def place(tmp_path, url):
    with ExitStack() as stack:
        yield Place(tmp_path, url, stack)


@pytest.fixture(params=["sqlite", "postgres", "mariadb"])
def url(request):
    return request.getfixturevalue(f"{request.param}_url")


def ended(*processes):
    """Ask all to end; what each ended with."""
    for process in processes:
        process.send_signal(signal.SIGTERM)
    return [process.wait(PATIENCE) for process in processes]


def test_two_workers_share_a_thousand_events(place):
    """Each is told once, a person's in order; both have a part in it, and both end with 0."""
    arguments = ("mall", "--tell", "host:tell", "--every", "0.05")
    workers = [place.start(*arguments) for _ in range(2)]
    place.emit(1000, people=50)
    place.wait(lambda: place.waiting() == 0)
    codes = ended(*workers)

    told = place.told()
    numbers = [int(words[3]) for words in told]
    assert codes == [0, 0]
    assert Counter(numbers) == Counter(range(1000))
    assert {words[0] for words in told} == {str(worker.pid) for worker in workers}
    assert all(mine == sorted(mine) for p in range(50) if (mine := [n for n in numbers if n % 50 == p]))


def test_what_a_killed_worker_had_another_tells(place):
    """After the lease. Nothing is lost, and nothing but what the killed one had just told comes twice."""
    killed, survivor = (place.start("--app", "host:worker") for _ in range(2))
    place.emit(300, people=300)
    place.wait(lambda: sum(words[0] == str(killed.pid) for words in place.told()) > 25)
    killed.kill()
    killed.wait()
    its_own = {words[1] for words in place.told() if words[0] == str(killed.pid)}
    place.wait(lambda: place.waiting() <= 100)  # what the killed one had leased is left
    place.ahead(31)
    place.wait(lambda: place.waiting() == 0)
    codes = ended(survivor)

    told = Counter(words[1] for words in place.told())
    twice = {id for id, count in told.items() if count > 1}
    assert codes == [0]
    assert len(told) == 300
    assert twice <= its_own
    assert len(twice) <= 20
    assert max(told.values()) <= 2


@pytest.mark.parametrize("url", ["postgres"], indirect=True)
def test_a_worker_goes_on_when_its_connections_were_cut(place):
    """After a pause. Nothing is lost; what had not been written down is told again."""
    worker = place.start("--app", "host:worker")
    place.emit(200, people=200)
    cut = text(
        "select pg_terminate_backend(pid) from pg_stat_activity where application_name = :name and pid <> pg_backend_pid()"
    )
    name = place.engine.url.query["application_name"]
    for least in (10, 60):
        place.wait(lambda least=least: len(place.told()) > least)
        with place.engine.connect() as connection:
            connection.execute(cut, {"name": name})
    place.ahead(31)
    place.wait(lambda: place.waiting() == 0)

    assert ended(worker) == [0]
    assert {words[3] for words in place.told()} == {str(n) for n in range(200)}


def test_timers_ring_once_with_three_workers_of_which_one_is_killed(place):
    """Nobody calls; each order that was not paid is closed once, and told once."""
    deals = [place.mall.claim("arena", item="phone", user=f"u{n}", key=f"k{n}").hold for n in range(40)]
    workers = [place.start("--app", "host:worker") for _ in range(3)]
    place.wait(lambda: place.waiting() == 0)
    place.ahead(1801)
    workers[0].kill()
    workers[0].wait()
    place.ahead(1840)  # should it have had the lease
    place.wait(lambda: place.mall.ports.store.due(place.now(), 1) == [])
    place.wait(lambda: place.waiting() == 0)
    codes = ended(*workers[1:])

    closed = Counter(words[1] for words in place.told() if words[2] == "deal.closed")
    assert codes == [0, 0]
    assert len(closed) == len(deals)
    assert {deal.phase for n in range(40) for deal in place.mall.deals(f"u{n}")} == {"closed"}
    assert place.mall.offer("arena", "phone").left == 200
    assert verify(place.engine, "engine").differences == ()


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_a_worker_when_it_has_finished_what_it_has_in_hand(place, number):
    """The receiver is not cut off, what it took is gone, and the rest is free for others at once."""
    worker = place.start("mall", "--tell", "host:until_allowed", "--every", "0.05")
    place.emit(3, people=3)
    place.wait(lambda: len(place.told()) == 1)
    worker.send_signal(number)
    sleep(0.2)
    assert worker.poll() is None
    (place.path / "go").touch()

    assert worker.wait(PATIENCE) == 0
    first = (1).to_bytes(16).hex()
    assert place.told() == [["begins", first], ["ends", first]]
    assert "the worker has stopped" in place.log()
    left = []
    place.mall.desk.relay(lambda event: left.append(event.data["n"])).run()
    assert left == [1, 2]


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
def test_a_second_signal_ends_a_worker_whose_receiver_hangs(place):
    """What it had in hand comes again."""
    worker = place.start("mall", "--tell", "host:until_allowed", "--every", "0.05")
    place.emit(1, people=1)
    place.wait(lambda: len(place.told()) == 1)
    worker.send_signal(signal.SIGTERM)
    sleep(0.2)
    worker.send_signal(signal.SIGTERM)

    assert worker.wait(PATIENCE) == -signal.SIGTERM
    assert place.waiting() == 1
