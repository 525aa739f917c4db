"""A small mall project: a promise with an end, a sale with a hold, an exchange."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

FILES = {
    "mall.yaml": """\
        mall: small
        zone: Asia/Shanghai
        currency: CNY
        locales: [en]
        units:
          points: {title: points}
          credit: {scale: 2}
        profile: {vip: bool = false}
        """,
    "events/shop.yaml": """\
        events:
          order.paid: {key: order, source: [order], order: id, amount: money}
          order.returned: {source: [order], order: id}
        """,
    "catalogue/things.yaml": """\
        benefits:
          coffee: {is: voucher, title: Coffee, face: 20.00, stock: 5, lasts: 1d}
        """,
    "campaigns/thanks.yaml": """\
        campaign: thanks
        kind: reward
        when: order.paid
        only_if: {amount: {min: 20.00}}
        give: {points: {percent: 10%, of: amount}}
        after: 7d
        unless: {event: order.returned, same: order}
        at_most: [2 per user per month]
        budget: {points: [{amount: 1000}]}
        """,
    "campaigns/coffee.yaml": """\
        campaign: coffee-hour
        kind: flash_sale
        open: daily 14:00-16:00
        for: {vip: true}
        sells: {coffee: 9.90}
        quota: {coffee: 3}
        at_most: [1 pieces per user]
        """,
}

GOOD = """\
story: thanks come after a week
campaigns: [thanks]
given: {users: [ann]}
steps:
  - {at: "2026-03-01 10:00", who: ann, do: order.paid, with: {order: o1, amount: 50.00}, then: {promises: {ann: 1}, outcome: {thanks: promised}}}
  - {at: "2026-03-01 11:00", who: ann, do: order.paid, with: {order: o2, amount: 19.99}, then: {skipped: {thanks: amount-min}, shows: {amount: 19.99, min: 20.00, missing: 0.01}}}
  - {at: "2026-03-01 12:00", who: ann, do: order.paid, with: {order: o3, amount: 30.00}, then: {promises: {ann: 2}}}
  - {at: "2026-03-02 10:00", who: ann, do: order.returned, with: {order: o3}, then: {promises: {ann: 1}}}
  - {at: "2026-03-08 09:59:59", do: let time pass, then: {points: {ann: 0}}}
  - {at: "2026-03-08 10:00", do: let time pass, then: {points: {ann: 5}, promises: {ann: 0}, moved: {ann: {points: 5}}}}
---
story: an hour of coffee
campaigns: [coffee-hour]
given:
  users: {ann: {vip: true}, bob: {vip: true}, cat: {vip: false}}
  used: {coffee-hour.quota.coffee: 2}
steps:
  - {at: "2026-03-01 13:59:59", who: ann, do: order.place, with: {item: coffee, order: o1}, then: {refused: not-open, why: not-open, shows: {next_at: "2026-03-01 14:00"}}}
  - {at: "2026-03-01 14:00", who: cat, do: order.place, with: {item: coffee, order: o2}, then: {refused: not-eligible}}
  - {at: "2026-03-01 14:00", who: ann, do: order.place, with: {item: coffee, order: o3}, then: {pay: 9.90, price: {list: 20.00}, left: {coffee: 0}, stock: {coffee: 4}, order: {o3: placed}}}
  - {at: "2026-03-01 14:01", who: bob, do: order.place, with: {item: coffee, order: o4}, then: {refused: out-of-stock}}
  - {at: "2026-03-01 14:02", who: ann, do: order.pay, with: {order: o3, amount: 9.90}, then: {has: {ann: {coffee: 1}}}}
  - {at: "2026-03-01 14:03", who: ann, do: redeem, with: {benefit: coffee}, then: {has: {ann: {coffee: 0}}}}
  - {at: "2026-03-01 14:04", who: ann, do: redeem, with: {benefit: coffee}, then: {refused: already-used, why: voucher-refused}}
"""


def write_project(folder: Path, **more: str) -> Path:
    """Write the sample project, and its stories; *more* are story files by name."""
    from textwrap import dedent

    stories = {f"stories/{name}.yaml": text for name, text in (more or {"good": GOOD}).items()}
    for name, text in {**FILES, **stories}.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(dedent(text), encoding="utf-8")
    return folder
