"""A mall of card codes, with a pool for each way to take them in, on every store."""

from __future__ import annotations

import random
from datetime import UTC, datetime
from pathlib import Path

import pytest

from quanyi.adapters.clock import FixedClock
from quanyi.adapters.memory import MemoryStore
from quanyi.adapters.sql.migrate import upgrade
from quanyi.adapters.sql.store import SqlStore
from quanyi.adapters.sql.verify import verify
from quanyi.adapters.vault import KeyRing, SealingVault
from quanyi.adapters.wiring import OpenMall, wire
from quanyi.campaigns.project.load import load_project

NOON = datetime(2026, 3, 2, 4, tzinfo=UTC)  # 12:00 in Shanghai
RING = KeyRing(keys={"2026": b"k" * 32}, current="2026", index=b"i" * 32)
FILES = {
    "mall.yaml": "mall: codes\nzone: Asia/Shanghai\ncurrency: CNY\nlocales: [en]\nunits: {points: {title: points}}\n",
    "catalogue/things.yaml": """
benefits:
  music: {is: code, title: Music, pool: made}
  films: {is: code, title: Films, pool: strict}
  books: {is: code, title: Books, pool: loose}
  games: {is: code, title: Games, pool: twins}
  radio: {is: code, title: Radio, pool: whole}
pools:
  made: {generate: {length: 12, prefix: KQ-, check: true, group: 4, live: 5000}}
  strict: {ignore_case: true}
  loose: {duplicates: within_import}
  twins: {duplicates: keep}
  whole: {on_error: all_or_nothing}
""",
    "campaigns/shop.yaml": """
campaign: shop
kind: points_exchange
sells: {music: {points: 1}, films: {points: 1}, books: {points: 1}, games: {points: 1}, radio: {points: 1}}
""",
}


class Chance:
    """Bytes that look random and are the same every time."""

    def __init__(self, seed: int = 7) -> None:
        self._random = random.Random(seed)

    def __call__(self, count: int) -> bytes:
        return self._random.randbytes(count)


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(NOON)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, text in FILES.items():
        path = tmp_path / "mall" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return tmp_path / "mall"


@pytest.fixture(params=["memory", "sqlite", "postgres", "mariadb"])
def mall(request: pytest.FixtureRequest, clock: FixedClock, folder: Path) -> OpenMall:
    """The mall on each store in turn."""
    return opened(request, clock, folder, request.param)


def opened(request, clock, folder, name, **ports):
    """The mall on the store of a name; at its end the books of a database come out."""
    if name == "memory":
        store = MemoryStore()
    else:
        engine = request.getfixturevalue(f"{name}_engine")
        upgrade(engine)
        store = SqlStore(engine, "codes")
        request.addfinalizer(lambda: _come_out(engine))
    ports.setdefault("vault", SealingVault(RING))
    mall = wire(load_project(folder), store, clock=clock, chance=Chance(), **ports)
    mall.desk.apply()
    mall.desk.adjust("ann", "points", 100, key="stake", reason="to begin with")
    return mall


def _come_out(engine) -> None:
    found = verify(engine, "codes")
    assert found.differences == (), found.differences


def left(mall: OpenMall, benefit: str) -> int:
    """How many pieces the stock of a benefit says."""
    from quanyi.entitlements.accounts import stock

    return mall.ports.look([stock(benefit)]).stands(stock(benefit))


def got(mall: OpenMall, benefit: str, key: str) -> list[str]:
    """The codes that ann gets for a point."""
    before = {right.id for right in mall.entitlements("ann")}
    mall.exchange(benefit, user="ann", key=key)
    (new,) = [right.id for right in mall.entitlements("ann") if right.id not in before]
    return list(mall.reveal(new, user="ann", key=f"see/{key}").answer["codes"])
