"""The page about backups: its steps run as they are written, and no delivered code is sold again."""

from __future__ import annotations

import os
import runpy
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from quanyi.adapters.cli import main
from quanyi.adapters.sql.migrate import upgrade
from quanyi.adapters.vault import KeyRing
from quanyi.adapters.witness import Mark
from quanyi.entitlements.errors import InputError
from tests.docs.pages import ROOT, titled_blocks

PAGE = ROOT / "docs" / "backups.md"
BLOCKS = titled_blocks(PAGE)


@pytest.fixture(params=["sqlite", "postgres"])
def place(request, tmp_path, monkeypatch):
    """A database, a witness and a mall's folder, as the page has them."""
    if request.param == "postgres" and not shutil.which("pg_dump"):
        pytest.skip("no pg_dump")
    url = request.getfixturevalue(f"{request.param}_url")
    plain = url.set(drivername=url.drivername.partition("+")[0]).render_as_string(hide_password=False)
    monkeypatch.chdir(tmp_path)
    for name, value in {
        "DB": url.render_as_string(hide_password=False),
        "WITNESS": str(tmp_path / "witness"),
        "FILE": url.database or "",
        "BACKUP": str(tmp_path / "backup"),
        "SCHEMA": str(url.query.get("application_name", "")),
        "WHO": "clerk",
        "QUANYI_KEYS": KeyRing.fresh("2026a").text(),
        "PLAIN": plain,
    }.items():
        monkeypatch.setenv(name, value)
    shutil.copytree(ROOT / "tests" / "malls" / "engine", tmp_path / "mall")
    return request.param


def shop():
    Path("shop.py").write_text(BLOCKS["shop.py"], encoding="utf-8")
    made = runpy.run_path("shop.py")
    return made["mall"], made["engine"]


def quanyi(title):
    """Run a block of the page that is one command of ours."""
    words = shlex.split(os.path.expandvars(BLOCKS[title]))
    assert words[0] == "quanyi"
    return CliRunner().invoke(main, words[1:], prog_name="quanyi")


def back_up(kind):
    if kind == "sqlite":
        Path("backup.py").write_text(BLOCKS["backup.py"], encoding="utf-8")
        subprocess.run([sys.executable, "backup.py"], check=True, timeout=60)
    else:
        _shell("backup.sh")


def restore(kind):
    if kind == "sqlite":
        for file in Path(os.environ["FILE"]).parent.glob("quanyi.db*"):
            file.unlink()
        shutil.copy(os.environ["BACKUP"], os.environ["FILE"])
    else:
        _shell("restore.sh")


def _shell(title):
    env = {**os.environ, "DB": os.environ["PLAIN"]}
    subprocess.run(["bash", "-ec", BLOCKS[title]], check=True, timeout=60, env=env, capture_output=True)


def sell(mall, user):
    """The code that a buyer is shown."""
    mall.report("points.granted", user=user, key=f"g/{user}", data={"points": 100})
    hold = mall.exchange("music", user=user, key=f"x/{user}").hold
    (right,) = mall.settle(hold, paid=500, key=f"p/{user}").entitlements
    return mall.reveal(right, user=user, key=f"r/{user}").codes[0]


def test_no_code_that_was_delivered_is_sold_again(place):
    """Sell, back up, sell more, lose the database: doctor names it, the step sets the codes aside."""
    mall, engine = shop()
    upgrade(engine)
    mall.desk.apply()
    mall.desk.import_codes("music", [f"CODE-{n:02d}" for n in range(20)], key="codes")
    sell(mall, "u0")
    back_up(place)
    delivered = {sell(mall, f"u{n}") for n in range(1, 5)}
    mall._watch.renew()  # the mark that is written every few seconds
    delivered.add(sell(mall, "u5"))  # after the last mark
    engine.dispose()
    restore(place)

    asked = quanyi("ask.sh")
    assert (asked.exit_code, asked.output.startswith("restored: the witness saw change")) == (1, True)
    done = quanyi("quarantine.sh")
    assert (done.exit_code, "music_codes: 9 set aside" in done.output) == (0, True)
    assert (quanyi("ask.sh").exit_code, quanyi("look.sh").exit_code) == (0, 0)
    mall, engine = shop()
    again = {sell(mall, f"v{n}") for n in range(10)}
    engine.dispose()
    assert not again & delivered
    assert len(again) == 10


def test_without_the_step_they_would_be(place):
    """What the page is there for."""
    mall, engine = shop()
    upgrade(engine)
    mall.desk.apply()
    mall.desk.import_codes("music", ["CODE-1", "CODE-2"], key="codes")
    back_up(place)
    delivered = sell(mall, "u1")
    mall._watch.renew()
    before = Path("witness").read_text(encoding="utf-8")
    engine.dispose()
    restore(place)
    mall, engine = shop()
    again = sell(mall, "v1")
    found = [finding.code for finding in mall.desk.gone_back()]
    engine.dispose()

    assert (again, found) == (delivered, ["restored"])
    assert Path("witness").read_text(encoding="utf-8") == before, "a mark that the database fell behind stays"


def test_a_database_that_lost_nothing_is_left_alone(place):
    mall, engine = shop()
    upgrade(engine)
    mall.desk.apply()
    mall.sweep()

    assert mall.desk.gone_back() == []
    with pytest.raises(InputError, match="nothing to set aside"):
        mall.desk.quarantine_codes(by="clerk")
    engine.dispose()


def test_pieces_that_were_promised_are_named(place):
    """A deal that waits for its money holds a piece; what is set aside leaves the stock, as far as there is any."""
    mall, engine = shop()
    upgrade(engine)
    mall.desk.apply()
    mall.desk.import_codes("music", ["CODE-1", "CODE-2", "CODE-3"], key="codes")
    mall.report("points.granted", user="eve", key="g/eve", data={"points": 100})
    mall.exchange("music", user="eve", key="x/eve")
    back_up(place)
    sell(mall, "u1")
    mall._watch.renew()
    engine.dispose()
    restore(place)
    mall, engine = shop()
    (receipt,) = mall.desk.quarantine_codes(by="clerk", more=9)
    engine.dispose()

    assert dict(receipt.answer) == {"pool": "music_codes", "quarantined": 3, "short": 1}


def test_the_mark_names_no_code_and_no_person(place):
    mall, engine = shop()
    upgrade(engine)
    mall.desk.apply()
    mall.desk.import_codes("music", ["CANARY-1"], key="codes")
    sell(mall, "canary")
    mall._watch.renew()
    engine.dispose()
    said = Path("witness").read_text(encoding="utf-8")

    assert "canary" not in said.lower()
    assert Mark.parse(said).drawn == {"music_codes": 1}
