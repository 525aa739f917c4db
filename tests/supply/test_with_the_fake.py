"""
A mall buys from a supplier that misbehaves: a real process over HTTP, reached by YAML alone, with call-backs into a real server.

Whatever happens on the way, at the end both sides agree: each order that was paid is delivered once or its money is back, no code
was given twice, and what the mall owes is what the supplier charged.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread
from time import monotonic, sleep
from typing import Any

import attrs
import pytest
from flask import Flask
from werkzeug.serving import make_server

from quanyi.adapters.suppliers.callbacks import init_callbacks
from quanyi.adapters.suppliers.connector import HttpSupplier
from quanyi.adapters.suppliers.exchange import Reach
from quanyi.adapters.suppliers.fake.server import fake_description
from quanyi.adapters.vault import KeyRing, SealingVault
from quanyi.adapters.wiring import OpenMall, wire
from quanyi.campaigns.project.load import load_project
from quanyi.campaigns.stashing import codes_of
from quanyi.entitlements.amounts import parse_amount
from quanyi.entitlements.derived_ids import deal_id
from tests.engine.conftest import sql_store
from tests.suppliers.conftest import SECRET, FakeProcess, start_fake  # noqa: F401  (a fixture)

ORDERS = 18
PATIENCE = 120
OPEN = ("accepted", "retrying", "sent", "unknown", "wanted")
SWITCHES = {
    "slow": 10,
    "error_before": 10,
    "error_after": 10,
    "rate_limited": 10,
    "silent": 10,
    "fails_later": 10,
    "out_of_stock": 10,
    "early_callback": 20,
    "duplicate_callback": 30,
    "forged_callback": 30,
    "stale_callback": 30,
    "replayed_callback": 30,
    "delivers_after": 0.3,
    "silent_seconds": 2,
}
CATALOGUE = """\
benefits:
  month:
    is: code
    title: {zh: 音乐月卡, en: "Music, a month"}
    face: 20.00
    supply:
      from: [{supplier: fake, product: music-month, cost: 12.00}]
      again: [1s, 1s, 2s, 2s]
      ask_after: [1s, 1s, 2s]
      silence: 3s
"""
SALE = """\
campaign: cards
kind: sale
sells: {month: {money: 20.00}}
"""


@pytest.fixture
def fake(start_fake: Any) -> FakeProcess:  # noqa: F811
    return start_fake()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A mall whose one supplier is the fake."""
    copy = tmp_path / "mall"
    shutil.copytree(Path(__file__).parents[1] / "malls" / "supply", copy, ignore=shutil.ignore_patterns("stories"))
    (copy / "catalogue" / "benefits.yaml").write_text(CATALOGUE, encoding="utf-8")
    (copy / "campaigns" / "sales.yaml").write_text(SALE, encoding="utf-8")
    return copy


@pytest.mark.parametrize("database", ["sqlite", "postgres", "mariadb"])
@pytest.mark.alone
def test_both_sides_agree_whatever_the_supplier_does(
    request: pytest.FixtureRequest, database: str, fake: FakeProcess, folder: Path
) -> None:
    supplier = _patient(fake.url)
    store: Any = sql_store(request.getfixturevalue(f"{database}_engine"))
    vault = SealingVault(KeyRing.for_development())
    mall = wire(load_project(folder), store, vault=vault, suppliers={"fake": supplier})
    mall.desk.apply()
    with callbacks_of(mall, supplier) as address:
        fake.set(callback=address, seed="7", **SWITCHES)
        for n in range(ORDERS):
            mall.claim("cards", item="month", user=f"u{n % 5}", key=f"c{n}", order=f"o{n}")
            mall.settle(deal_id("", "", f"o{n}"), paid=2000, key=f"p{n}")
        _work_until_over(mall)
    kept = fake.get("/purchases")["purchases"]
    charged = sum(parse_amount(each["cost"], 2) for each in kept if each["state"] == "DELIVERED")
    deals = [mall.deal(deal_id("", "", f"o{n}")) for n in range(ORDERS)]
    codes = [code for deal in deals for grant in deal.grants for code in codes_of(grant, mall.ports)]

    assert all(bool(deal.grants) != (deal.phase == "refunded") for deal in deals)
    assert len(codes) == len(set(codes)) == sum(bool(deal.grants) for deal in deals)
    assert mall.desk.supply.billed("fake") == charged
    assert {deal.phase for deal in deals} == {"paid", "refunded"}


def _patient(url: str) -> HttpSupplier:
    """A connector that waits for a second."""
    described = fake_description(url)
    operations = {name: attrs.evolve(each, seconds=1.0) for name, each in described.operations.items()}
    described = attrs.evolve(described, operations=operations)
    return HttpSupplier.of(described, {"FAKE_SUPPLIER_SECRET": SECRET}, reach=Reach(loopback=True))


@contextmanager
def callbacks_of(mall: OpenMall, supplier: HttpSupplier) -> Iterator[str]:
    """A server in this process that takes call-backs."""
    app = Flask("callbacks")
    init_callbacks(app, {"fake": supplier}, mall.desk.supply.hear)
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/callbacks/fake"
    finally:
        server.shutdown()
        thread.join()


def _work_until_over(mall: OpenMall) -> None:
    """Work as a worker does, until nothing is open any more."""
    until = monotonic() + PATIENCE
    while any(mall.desk.supply.purchases(phase, limit=1) for phase in OPEN):
        assert monotonic() < until, {phase: len(mall.desk.supply.purchases(phase)) for phase in OPEN}
        mall.sweep()
        if not mall.desk.supply.work():
            sleep(0.05)
