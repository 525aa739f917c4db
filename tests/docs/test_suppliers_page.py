"""The page about suppliers is done as it says: a fake that misbehaves, a purchase, call-backs, the suite."""

from __future__ import annotations

import json
import os
import re
import runpy
import shlex
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import attrs
import pytest

from quanyi.adapters.suppliers.fake.switches import SWITCHES
from quanyi.adapters.suppliers.verifying import LARGEST_CALLBACK
from quanyi.entitlements.supply import replies
from quanyi.entitlements.supply.port import REFUSALS
from tests.docs.pages import ROOT, titled_blocks

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PAGE = ROOT / "docs" / "suppliers.md"
TEXT = PAGE.read_text(encoding="utf-8")
BLOCKS = titled_blocks(PAGE)
SECRET = "s3cret-of-the-fake"
FILES = ("suppliers/fake.yaml", "buy.py", "host.py", "test_acme.py")


@pytest.fixture
def fake(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The fake as the page starts it, but at a free port, to which the page's file is pointed."""
    command = shlex.split(BLOCKS["start"])[1:]
    command[command.index("8799")] = "0"
    run = [sys.executable, "-c", "from quanyi.adapters.cli import main; main(prog_name='quanyi')", *command]
    environment = {**os.environ, "PYTHONUNBUFFERED": "1"}
    process = subprocess.Popen(run, stdout=subprocess.PIPE, text=True, cwd=tmp_path, env=environment)
    assert process.stdout is not None
    url = process.stdout.readline().split()[2]
    for name in FILES:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(BLOCKS[name].replace("http://127.0.0.1:8799", url), encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("FAKE_SUPPLIER_SECRET", SECRET)
    monkeypatch.setattr(sys, "path", [str(tmp_path), *sys.path])
    yield url
    process.terminate()
    process.communicate(timeout=10)
    sys.modules.pop("buy", None)


@pytest.mark.skipif(not shutil.which("curl"), reason="the page uses curl")
def test_what_is_bought_is_what_the_page_shows(fake: str) -> None:
    names = runpy.run_path("buy.py")
    supplier = names["open_supplier"]()
    said = [repr(names["buy"](supplier, "r-1"))]
    subprocess.run(
        shlex.split(BLOCKS["switch"].replace("http://127.0.0.1:8799", fake)), check=True, capture_output=True
    )
    said += [repr(names["buy"](supplier, "r-2")), repr(supplier.query("r-2"))]

    assert said == BLOCKS["bought"].splitlines()


def test_call_backs_come_in_as_the_page_says(fake: str) -> None:
    from quanyi.adapters.clock import SystemClock
    from quanyi.adapters.suppliers.fake.callbacks import sign

    names = runpy.run_path("host.py")
    client, answers = names["app"].test_client(), []
    for reference, secret in (("r-1", SECRET), ("r-9", SECRET), ("r-1", "guess")):
        body = json.dumps({"reference": reference, "number": "n", "state": "DELIVERED"}).encode()
        headers = sign(secret, "POST", "/callbacks/fake", body, SystemClock().now(), os.urandom(8).hex())
        answers.append(client.post("/callbacks/fake", data=body, headers=headers).status_code)

    assert answers == [200, 404, 401]
    assert names["bought"] == {"r-1": replies.Delivered("n")}
    assert names["counted"] == [("fake", "unknown_reference"), ("fake", "bad_signature")]


def test_the_suite_of_the_page_is_collected_and_green(fake: str, tmp_path: Path) -> None:
    """But for call-backs, which need the host's own."""
    found: Any = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "test_acme.py", "-k", "not call_back"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), str(tmp_path)])},
        capture_output=True,
        text=True,
        check=False,
    )

    assert re.search(r"\b1[0-9] passed", found.stdout), found.stdout
    assert "failed" not in found.stdout


def test_the_tables_are_the_codes() -> None:
    """Replies with their fields, and reasons with their status."""
    told = dict(re.findall(r"^\| `(\w+)\(([^)]*)\)` \|", TEXT, re.MULTILINE))
    fields = {name: ", ".join(each.name for each in attrs.fields(getattr(replies, name))) for name in told}
    reasons = {name: int(status) for name, status in re.findall(r"^\| `(\w+)` \| (\d+) \|", TEXT, re.MULTILINE)}

    assert told == fields
    assert len(told) == 6
    assert reasons == dict(REFUSALS)
    assert f"more than {LARGEST_CALLBACK:,} bytes" in TEXT
    assert set(json.loads(shlex.split(BLOCKS["switch"])[-1])) <= set(SWITCHES)
