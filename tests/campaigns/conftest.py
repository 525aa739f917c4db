"""A mall of eight things in six campaigns, to be listed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from quanyi import FixedClock, OpenMall
from quanyi.adapters.memory import MemoryStore
from quanyi.adapters.wiring import wire
from quanyi.campaigns.project.load import load_project

NOON = datetime(2026, 4, 2, 4, tzinfo=UTC)

MALL = "mall: shop\nzone: Asia/Shanghai\ncurrency: CNY\nunits:\n  points: {title: {zh: 积分, en: points}}\n"
THINGS = """\
benefits:
  film: {is: membership, title: {zh: 电影月卡, en: Film month}, category: video, platform: Lumen, lasts: 30d}
  film_day: {is: pass, title: {zh: 电影 VIP 日卡, en: Film VIP day}, category: video, lasts: 1d}
  music: {is: membership, title: {zh: 音乐月卡, en: Music month}, text: {zh: 看电影送的, en: Songs}, lasts: 30d}
  latte: {is: voucher, title: {zh: ＱＱ拿铁咖啡券, en: Latte voucher}, category: food, platform: Tidewater, lasts: 30d}
  tea: {is: voucher, title: {zh: 重庆果茶券, en: Fruit tea}, category: food, lasts: 30d}
  ticket: {is: code, title: {zh: 演出票, en: Concert ticket}, lasts: 30d, stock: 4}
  gum: {is: code, title: {zh: 糖, en: Gum}, lasts: 30d}
  old: {is: code, title: {zh: 旧票, en: Old ticket}, lasts: 30d}
"""
CAMPAIGNS = """\
campaign: gift
kind: reward
when: points.granted
give: {points: event.points}
exposure: {accept: "a test"}
---
campaign: b-shelf
kind: points_exchange
priority: 5
title: {zh: 精选, en: Picked}
runs: {from: "2026-02-01 00:00", until: "2026-06-01 00:00"}
sells:
  film: {points: 300}
  film_day: {points: 50}
  music: {points: 300, money: 5.00}
---
campaign: a-shelf
kind: points_exchange
sells:
  latte: {points: 120}
---
campaign: a-till
kind: sale
sells: {tea: 9.00}
hold: {pay_within: 15m}
---
campaign: evening
kind: flash_sale
runs: {from: "2026-03-01 00:00", until: "2026-05-01 00:00"}
open: daily 18:00-22:00
sells: {ticket: 1.00}
quota: {ticket: 4}
hold: {pay_within: 15m}
---
campaign: winter
kind: points_exchange
runs: {from: "2026-01-01 00:00", until: "2026-02-01 00:00"}
sells: {old: {points: 1}}
"""

Open = Callable[..., OpenMall]


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(NOON)


@pytest.fixture
def open_shop(tmp_path: Path, clock: FixedClock) -> Open:
    """Open a mall on a store, with other *campaigns* if they are given."""

    def opened(store: Any = None, campaigns: str = CAMPAIGNS, things: str = THINGS) -> OpenMall:
        for name, text in {"mall": MALL, "catalogue/all": things, "campaigns/all": campaigns}.items():
            path = tmp_path / "mall" / f"{name}.yaml"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        events = tmp_path / "mall" / "events" / "all.yaml"
        events.parent.mkdir(exist_ok=True)
        events.write_text("events:\n  points.granted: {points: int}\n", encoding="utf-8")
        mall = wire(load_project(tmp_path / "mall"), store or MemoryStore(), clock=clock)
        mall.desk.apply()
        return mall

    return opened
