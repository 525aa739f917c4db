"""A project of thousands: ten thousand benefits of a catalogue, on offer in three hundred campaigns."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

__all__ = ["write_large"]

MALL = """\
mall: large
zone: Asia/Shanghai
currency: CNY
units:
  points: {title: {zh: 积分, en: points}}
profile:
  level: text
"""
BENEFIT = "  b{n}: {{is: voucher, title: {{zh: 第{n}号券, en: Voucher {n}}}, face: {face}.00, lasts: {lasts}d, stock: {stock}}}\n"
CAMPAIGN = """\
campaign: shelf-{n}
kind: points_exchange
title: {{zh: 第{n}个货架, en: Shelf {n}}}
for: {{level: {level}}}
sells: {{{sells}}}
at_most: [{most} pieces per user per month]
"""
LEVELS = ("plain", "gold", "diamond")
_BENEFITS_IN_A_FILE, _CAMPAIGNS_IN_A_FILE = 500, 50


def write_large(folder: Path, benefits: int = 10_000, campaigns: int = 300) -> None:
    """Write its files; each campaign sells some of the benefits, and each benefit is sold by one campaign."""
    (folder / "mall.yaml").write_text(MALL, encoding="utf-8")
    for name, text in (*_catalogue(benefits), *_campaigns(benefits, campaigns)):
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")


def _catalogue(benefits: int) -> Iterator[tuple[str, str]]:
    lines = [BENEFIT.format(n=n, face=5 + n % 50, lasts=7 + n % 90, stock=100 + n % 900) for n in range(benefits)]
    for first in range(0, benefits, _BENEFITS_IN_A_FILE):
        yield f"catalogue/benefits-{first}.yaml", "benefits:\n" + "".join(lines[first : first + _BENEFITS_IN_A_FILE])


def _campaigns(benefits: int, campaigns: int) -> Iterator[tuple[str, str]]:
    texts = [
        CAMPAIGN.format(
            n=n,
            level=LEVELS[n % 3],
            most=1 + n % 5,
            sells=", ".join(f"b{b}: {{points: {50 + b % 500}}}" for b in range(n, benefits, campaigns)),
        )
        for n in range(campaigns)
    ]
    for first in range(0, campaigns, _CAMPAIGNS_IN_A_FILE):
        yield f"campaigns/shelves-{first}.yaml", "---\n".join(texts[first : first + _CAMPAIGNS_IN_A_FILE])
