"""Several processes look at once: one alarm, told once, counted once, acknowledged by one, cleared once."""

from __future__ import annotations

import json
import subprocess
import sys
from time import monotonic, sleep

import pytest
from sqlalchemy import create_engine, func, select

from quanyi import open_mall, prepare_engine
from quanyi.adapters.sql.migrate import upgrade
from quanyi.adapters.sql.verify import verify
from quanyi.adapters.vault import KeyRing, SealingVault

pytestmark = pytest.mark.alone

MANY = 6
SCRIPT = """
import json, sys, time
from datetime import datetime, timedelta
from pathlib import Path
from sqlalchemy import create_engine
import quanyi
from quanyi.entitlements.errors import QuanyiError

folder, url, at, name = sys.argv[1:]
engine = quanyi.prepare_engine(create_engine(url))
vault = quanyi.SealingVault(quanyi.KeyRing.for_development())
mall = quanyi.open_mall(folder, engine, clock=quanyi.FixedClock(datetime.fromisoformat(at)), vault=vault, wait_seconds=60)
alarms = mall.desk.alarms
said = []
for turn in ("raise", "acknowledge", "clear"):
    Path(f"ready-{turn}-{name}").touch()
    while not Path(f"go-{turn}").exists():
        time.sleep(0.001)
    try:
        if turn == "acknowledge":
            alarms.acknowledge(Path("number").read_text(), by=f"ops/{name}", reason="I look after it")
            said.append(turn)
        else:
            alarms.look()
    except QuanyiError as no:
        said.append(type(no).__name__)
Path(f"ready-end-{name}").touch()
print(json.dumps(said))
"""


@pytest.mark.parametrize("database", ["sqlite", "postgres", "mariadb"])
def test_processes_that_look_at_once_make_one_alarm(database, request, folder, clock, tmp_path):
    url = request.getfixturevalue(f"{database}_url")
    text = url.render_as_string(hide_password=False)
    engine = prepare_engine(create_engine(url))
    request.addfinalizer(engine.dispose)
    upgrade(engine)
    mall = open_mall(folder, engine, clock=clock, vault=SealingVault(KeyRing.for_development()), wait_seconds=60)
    mall.desk.apply()
    place = tmp_path / "place"
    place.mkdir()
    command = [sys.executable, "-c", SCRIPT, str(folder), text, clock.now().isoformat()]
    lookers = [subprocess.Popen([*command, str(n)], cwd=place, stdout=subprocess.PIPE, text=True) for n in range(MANY)]
    try:
        together(place, "raise", lookers)
        everybody_at(place, "acknowledge", lookers)
        (alarm,) = mall.desk.alarms.list()
        assert (alarm.phase, alarm.count) == ("raised", 1)
        (place / "number").write_text(alarm.id)
        together(place, "acknowledge", lookers)
        everybody_at(place, "clear", lookers)
        mall.desk.import_codes("music", [f"NEW-{n:04}" for n in range(10)], key="codes")
        together(place, "clear", lookers)
        said = [json.loads(looker.communicate(timeout=120)[0]) for looker in lookers]
    finally:
        for looker in lookers:
            looker.kill()
            looker.wait()
    (alarm,) = mall.desk.alarms.list()
    outbox = mall.ports.store.tables.outbox
    with engine.connect() as connection:
        told = dict(connection.execute(select(outbox.c.event, func.count()).group_by(outbox.c.event)).all())
    differences = verify(engine, mall.ports.store.mall).differences

    assert {event: n for event, n in told.items() if event.startswith("alarm.")} == {
        "alarm.raised": 1,
        "alarm.cleared": 1,
    }
    assert sorted(map(str, said)) == sorted(["['acknowledge']", *(MANY - 1) * ["['InputError']"]])
    assert (alarm.phase, alarm.count, alarm.reason) == ("cleared", 1, "I look after it")
    assert differences == ()


def everybody_at(place, turn, lookers):
    """Wait until everybody stands before a turn."""
    until = monotonic() + 120
    while len(list(place.glob(f"ready-{turn}-*"))) < len(lookers):
        assert monotonic() < until
        assert not [looker for looker in lookers if looker.poll()]
        sleep(0.01)


def together(place, turn, lookers):
    """Let all of them go at once."""
    everybody_at(place, turn, lookers)
    (place / f"go-{turn}").touch()
