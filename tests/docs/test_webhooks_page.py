"""The page about webhooks is done as it says: an endpoint, a worker, a receiver; and messages in."""

from __future__ import annotations

import json
import os
import re
import runpy
import sys
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner

from quanyi import KeyRing
from quanyi.adapters.cli import main
from quanyi.adapters.webhooks import post
from quanyi.adapters.webhooks.job import WebhookOptions
from quanyi.adapters.webhooks.signatures import TOLERANCE, new_secret, signed_headers
from tests.docs.pages import ROOT, titled_blocks
from tests.webhooks.conftest import Receiver

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PAGE = ROOT / "docs" / "webhooks.md"
TEXT = PAGE.read_text(encoding="utf-8")
BLOCKS = titled_blocks(PAGE)
SECRETS = {f"{name}_SECRET": new_secret() for name in ("PAY", "PARTNER")}


@pytest.fixture
def host(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The quickstart's mall in a folder, with the page's files and environment."""
    for title, body in (
        titled_blocks(ROOT / "docs" / "quickstart.md") | titled_blocks(ROOT / "docs" / "quickstart-flask.md") | BLOCKS
    ).items():
        (tmp_path / title).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / title).write_text(body, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    environment = {"QUANYI_DB": "sqlite:///host.db", "QUANYI_KEYS": KeyRing.fresh("a").text(), **SECRETS}
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(sys, "path", [str(tmp_path), *sys.path])
    yield tmp_path
    for name in ("hooked", "incoming", "receiver"):
        sys.modules.pop(name, None)


def quanyi(*arguments: str) -> Any:
    return CliRunner().invoke(main, list(arguments), prog_name="quanyi", catch_exceptions=False)


def test_an_event_goes_out_as_the_page_says(host: Path) -> None:
    quanyi("db", "upgrade", "--db", "sqlite:///host.db")
    mall = runpy.run_path("hooked.py")["open_shop"]()
    mall.desk.apply()
    shop = Receiver()
    words = BLOCKS["add"].split()
    words = [os.path.expandvars(word.strip("'\"")) for word in words[1:]]
    words[words.index("https://shop.example/hooks/mall")] = shop.url
    added = quanyi(*words, "--loopback")
    mall.report("joined", user="ann", key="j")
    worked = quanyi("work", "mall", "--once", "--loopback")
    mall.ports.store.engine.dispose()
    shop.close()
    secret = added.stdout.strip()
    (got,) = shop.got
    message = runpy.run_path("receiver.py")["receive"](secret, got.body, got.headers)
    shown = json.loads(BLOCKS["message"])

    assert (added.exit_code, worked.exit_code) == (0, 0), worked.output
    assert set(message) == set(shown)
    assert (message["type"], message["subject"]) == (shown["type"], shown["subject"])
    assert message["data"] == shown["data"]
    assert set(re.findall(r"\| `(webhook-\w+)` \|", TEXT)) == {name for name in got.headers if "webhook" in name}


@pytest.mark.filterwarnings("ignore::ResourceWarning")
def test_messages_come_in_as_the_page_says(host: Path) -> None:
    names = runpy.run_path("incoming.py")
    mall, client = names["mall"], names["app"].test_client()
    answers = []
    said = {
        "pay": {"kind": "payment.done", "buyer": "ann"},
        "partner": {"type": "joined", "subject": "bob", "data": {}},
    }
    for source, message in said.items():
        body = json.dumps(message).encode()
        headers = signed_headers([SECRETS[f"{source.upper()}_SECRET"]], id="m1", at=datetime.now(UTC), body=body)
        for _ in range(2):
            path = f"/api/webhooks/{source}"
            answers.append(client.post(path, data=body, headers=headers, content_type="application/json").json)
    balances = [mall.wallet(user).units["points"].balance for user in ("ann", "bob")]
    names["engine"].dispose()

    assert answers == [{"taken": True, "duplicate": False}, {"taken": True, "duplicate": True}] * 2
    assert balances == [100, 100]


def test_the_numbers_are_the_codes() -> None:
    options = WebhookOptions()
    pauses = [min(options.first_pause * 2**n, options.longest_pause) for n in range(options.tries - 1)]

    assert (options.tries, options.first_pause, options.longest_pause) == (20, timedelta(seconds=5), timedelta(hours=6))
    assert "after 5 seconds, 10, 20, up to 6 hours, twenty times in all: about two days" in TEXT
    assert timedelta(days=1.5) < sum(pauses, timedelta()) < timedelta(days=2.5)
    assert post.LONGEST_SECONDS == 15
    assert "within 15 seconds" in TEXT
    assert options.longest_rest == timedelta(minutes=1)
    assert timedelta(minutes=5) == TOLERANCE
