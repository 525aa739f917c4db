"""Small malls, made for one test each."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from quanyi.campaigns.project.load import load_project

if TYPE_CHECKING:
    from quanyi.campaigns.project.model import CompiledPlay, Project
    from quanyi.entitlements.plays.reward import Reward

BASIC = Path(__file__).parents[1] / "malls" / "basic"

MALL = """\
mall: small
zone: Asia/Shanghai
currency: CNY
units: {points: {debt: allowed}, credit: {scale: 2}}
profile: {vip: bool = false, joined: instant, level: text}
---
events:
  check_in: {}
  order.paid: {key: order, source: [order], order: id, amount: money, items: "id*", at: instant?}
  order.refunded: {source: [order], order: id}
---
benefits:
  coffee: {is: voucher, face: 18.00, stock: 5, lasts: 30d}
goods:
  phone: {list: 10.00}
"""


def mall(folder: Path, campaigns: str = "") -> Project:
    """The small mall with these campaigns."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "mall.yaml").write_text(MALL + ("---\n" + campaigns if campaigns else ""), encoding="utf-8")
    return load_project(folder)


def campaign(folder: Path, text: str) -> CompiledPlay:
    """The play of one campaign called c."""
    return mall(folder, f"campaign: c\n{text}").campaign("c").play


def reward(folder: Path, *, only: str = "", **keys: str) -> Reward:
    """The play of one reward; what is not named gives ten points."""
    defaults = {"kind": "reward", "when": "check_in", "give": "{points: 10}", "at_most": "[9 points per user]"}
    words = {**defaults, **keys}
    if only:  # a budget only for what is given
        unit = words[only].strip("{").split(":")[0]
        words["budget"] = f"{{{unit}: [{{amount: 100}}]}}"
    text = "".join(f"{key}: {value}\n" for key, value in words.items())
    return campaign(folder, text)  # type: ignore[return-value]
