"""Whatever stands in whatever place of a campaign or a story: it is read, or it is a finding, and never an error."""

from __future__ import annotations

import copy
import json
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from quanyi.adapters.cli.validate import findings_of
from quanyi.campaigns.language.documents import documents_of
from quanyi.campaigns.language.findings import Findings
from tests.campaigns.test_findings import project_with

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

CAMPAIGNS = {
    "streak": """
campaign: days
kind: streak
mark: {on: check_in, one_per: day}
ladder: {steps: [{points: 1}, {points: 2}], then: stay}
in_a_row: {days: 7, give: coffee}
resets: month
times: {x: 2, on: [sat]}
makeup: {on: check_in.makeup, within: 3 days, pay: {choose: pay, of: {some: {points: 5}}}, at_most: 3 per user per month}
freeze: {take: {sparks: 1}, most: 2}
budget: {points: [{amount: 1000, in: month}]}
""",
    "plain-payment": """
campaign: days
kind: streak
mark: {on: check_in}
give: {points: 1}
makeup: {on: check_in.makeup, within: month, pay: {points: 5}}
""",
    "sale": """
campaign: evening
kind: sale
runs: {from: "2026-03-01", through: "2026-03-31"}
open: [daily 10:00-12:00]
sells: {video: {slabs: {1: 10.00, 5: {points: 3, money: 9.00}}}, iphone14: list}
quota: {video: [5, {pieces: 2, in: day}]}
on_sale: {video: {from: "2026-03-02 10:00"}}
codes: {SAVE6: {off: 6.00, at_most: [2 per campaign]}}
offset: {worth: {points: 100, money: 5.00}, up_to: 50%}
hold: {from: pay, pay_within: 5m}
late: {accept: {through: "2026-04-02"}}
short: refund
refund: {within: 7d, if_used: keep}
at_most: [{count: 2, of: pieces, per: user, in: {last: 10m}}]
""",
    "bundle": """
campaign: box
kind: bundle
sells: {video: 20.00}
at_most: [1 per user]
parts:
  later: {give: {points: 5}, after: 7d, again: {every: 1 month, times: 2}, price: 1.00, if_failed: refund}
  pick: {choose: {of: {one: coffee, two: {points: 3}}, pick: 1, within: 7d, default: one}, instead: {points: 1}}
""",
    "task": """
campaign: week
kind: task
for: {level: gold}
goals:
  spend: {when: order.paid, sum: {amount: 50.00}, only_if: {amount: {min: 3.00}, items: {has: video}}, give: {points: 1}}
  come: {when: check_in, count: 3, after: spend}
all_done: [{points: 5}, coffee]
in: {every: 2 weeks, from: "2026-01-05"}
budget: {points: [{amount: 1000, in: month}]}
""",
    "reward": """
campaign: back
kind: reward
when: [order.paid]
only_if: {any: [{channel: {in: [app, web]}}, {amount: {more_than: 5.00}}], reason: too-small, says: {zh: 满减, en: More}}
give: {points: {slabs: {1.00: 5, 20.00: 9}, of: amount}}
after: 3d
unless: {event: order.refunded, same: order}
at_payout: {at_most: [500 points per user per day]}
at_most: [{amount: 20, of: points, per: user, in: {since_first: 7d}, over: clip, at_least: 1}]
if_undone: {when: order.refunded, same: order, share: amount, take: debt}
""",
}
MORE = "events: {check_in.makeup: {command: true, date: date, pay: text}}\n---"
STORY = """
story: one day
campaigns: [back]
given: {users: {ann: {level: gold}}, points: {ann: 5}, stock: {video: 3}}
steps:
  - {at: "2026-03-01 10:00", who: ann, do: order.paid, with: {order: o1, amount: 5.00, items: [a]}, key: k1, then: {points: {ann: 5}, promises: {ann: 1}, pay: 0.00, has: {ann: {coffee: 0}}, used: {back/at_payout/points/user/day/Asia/Shanghai: {ann: 0}}}}
  - {at: "2026-03-02 10:00", facts: {ann: {vip: true}}, pause: back, stock: {video: 1}, do: let time pass, then: {lots: {ann: {points: {never: 5}}}, moved: {ann: {points: 0}}, ends: {ann: {coffee: []}}}}
"""
JUNK = (None, True, 5, "x", [], {}, [5], {"a": None})


def places_of(data: Any, way: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """The way to each value that stands somewhere in *data*."""
    if way:
        yield way
    parts = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    for name, part in parts:
        yield from places_of(part, (*way, name))


def with_junk(data: Any, way: tuple[str | int, ...], junk: Any) -> Any:
    """*data* with something else in that place."""
    changed = holder = copy.deepcopy(data)
    for name in way[:-1]:
        holder = holder[name]
    holder[way[-1]] = junk
    return changed


def as_text(data: Any) -> str:
    """JSON, which is YAML, with decimals as they were written."""
    if isinstance(data, dict):
        return "{" + ", ".join(f"{json.dumps(str(name))}: {as_text(part)}" for name, part in data.items()) + "}"
    if isinstance(data, list):
        return "[" + ", ".join(map(as_text, data)) + "]"
    return str(data) if isinstance(data, Decimal) else json.dumps(data, ensure_ascii=False)


def errors_of(folder: Path, file: str, text: str, before: str = "") -> list[str]:
    """What reading breaks with, for each place of the one document in *text* and each sort of junk."""
    path = folder / file
    path.parent.mkdir(exist_ok=True)
    path.write_text(before + text, encoding="utf-8")
    whole = [str(found) for found in findings_of(folder) if found.level == "error"]
    (document,), broken = documents_of(file, text, Findings()), [f"not valid itself: {found}" for found in whole]
    for way in places_of(document.data):
        for junk in JUNK:
            path.write_text(before + as_text(with_junk(document.data, way, junk)), encoding="utf-8")
            try:
                findings_of(folder)
            except Exception as error:
                broken.append(f"{way} = {junk}: {error!r}")
    return broken


@pytest.mark.parametrize("name", CAMPAIGNS)
def test_whatever_stands_in_a_place_of_a_campaign_is_told_in_words(name, tmp_path):
    """`pay: 5` is a slip like any other, and no error of the program."""
    assert errors_of(project_with(tmp_path, ""), "campaigns/bad.yaml", CAMPAIGNS[name], f"{MORE}\n") == []


def test_whatever_stands_in_a_place_of_a_story_is_told_in_words(tmp_path):
    """A map where an amount belongs, a number where a name belongs."""
    folder = project_with(tmp_path, CAMPAIGNS["reward"])

    assert errors_of(folder, "stories/one.yaml", STORY) == []
