"""A mall with thousands of things: written as files, and loaded as any host loads them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

__all__ = ["CATEGORIES", "write_catalogue"]

CATEGORIES = ("video", "music", "book", "audio", "coffee", "food", "travel", "game", "hotel", "fresh")
_KINDS = ("影视", "音乐", "读书", "听书", "咖啡", "餐饮", "出行", "游戏", "酒店", "生鲜")
_BRANDS = ("Lumen", "Tidewater", "Northlight", "Maple", "Kite", "Harbor", "Osprey")
_FORMS = (
    ("周卡", "week"),
    ("月卡", "month"),
    ("季卡", "quarter"),
    ("年卡", "year"),
    ("体验券", "trial"),
    ("代金券", "voucher"),
    ("立减券", "discount"),
    ("双人券", "for two"),
)
_PER_FILE = 200

MALL = """\
mall: many
zone: Asia/Shanghai
currency: CNY
units:
  points: {title: {zh: 积分, en: points}}
"""
GIFT = """\
campaign: gift
kind: reward
when: points.granted
give: {points: event.points}
exposure: {accept: "a mall of the tests"}
"""
SHELF = """\
campaign: shelf-%03d
kind: points_exchange
title: {zh: 货架 %d, en: Shelf %d}
sells: {%s}
at_most: [2 pieces per user per month]
"""
SALE = """\
campaign: sale-%03d
kind: flash_sale
title: {zh: 特卖 %d, en: Sale %d}
runs: {from: "2026-03-%02d 00:00", until: "2046-12-01 00:00"}
sells: {%s}
quota: {%s}
at_most: [1 piece per user]
hold: {pay_within: 15m}
"""


def write_catalogue(folder: Path, things: int = 10_000, campaigns: int = 300, sales: int = 12) -> Path:
    """
    The files of a mall with so many *things* in so many *campaigns*, of which *sales* are flash sales.

    Thing ``t00042`` belongs to the campaign whose number is 42 modulo *campaigns*; it costs 60 to 4,059 points.
    """
    for name in ("catalogue", "campaigns", "events"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    (folder / "mall.yaml").write_text(MALL, encoding="utf-8")
    (folder / "events" / "all.yaml").write_text("events:\n  points.granted: {points: int}\n", encoding="utf-8")
    for first in range(0, things, _PER_FILE):
        lines = map(_benefit, range(first, min(first + _PER_FILE, things)))
        text = "benefits:\n" + "\n".join(lines) + "\n"
        (folder / "catalogue" / f"{first:05}.yaml").write_text(text, encoding="utf-8")
    for number, text in enumerate([GIFT, *_campaigns(things, campaigns, sales)]):
        (folder / "campaigns" / f"{number:03}.yaml").write_text(text, encoding="utf-8")
    return folder


def price_of(number: int) -> int:
    """What thing *number* costs in points."""
    return 60 + number * 37 % 4000


def _benefit(number: int) -> str:
    kind, (form, word), brand = number % 10, _FORMS[number // 10 % 8], _BRANDS[number // 3 % 7]
    title = f"{{zh: {brand} {_KINDS[kind]}{form} {number} 号, en: {brand} {CATEGORIES[kind]} {word} no. {number}}}"
    text = "{zh: 全国门店通用，随买随用, en: 'Valid everywhere, at any time'}"
    more = f"category: {CATEGORIES[kind]}, platform: {brand}, face: {10 + number % 90}.00, lasts: 30d"
    stock = f", stock: {5 + number % 50}" if number % 2 else ""
    return f"  t{number:05}: {{is: voucher, title: {title}, text: {text}, {more}{stock}}}"


def _campaigns(things: int, campaigns: int, sales: int) -> Iterator[str]:
    for place in range(campaigns):
        mine = range(place, things, campaigns)
        if place < sales:
            sold = ", ".join(f"t{n:05}: 9.90" for n in mine)
            quota = ", ".join(f"t{n:05}: 20" for n in mine)
            yield SALE % (place, place, place, 1 + place % 28, sold, quota)
        else:
            sold = ", ".join(f"t{n:05}: {{points: {price_of(n)}}}" for n in mine)
            yield SHELF % (place, place, place, sold)
