"""Two spellings of one play compile to equal plays: presets of a sale, bundles without their parts, short and long."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import attrs
import pytest

from quanyi.adapters.stages import memory_stage
from quanyi.entitlements.plays.bundle import Bundle
from quanyi.entitlements.plays.sale import Sale
from tests.campaigns.samples import campaign, mall

if TYPE_CHECKING:
    from pathlib import Path

    from quanyi.campaigns.project.model import Project

HEAD = """\
title: {zh: 抢购, en: A rush}
text: Today only
zone: UTC
runs: {from: "2026-05-01", through: "2026-05-31"}
open: [daily 10:00-12:00, daily 14:00-16:00]
for: {vip: true}
priority: 7
rollout: 50%
holdout: 5%
"""
BOUNDS = """\
at_most: [1 piece per user per day, {count: 40, per: campaign, back: never, reason: enough}]
"""
CHECKS = "checks: [phase, open, for, at_most, quota{}]\n"
MONEY = "sells: {phone: 9.00}\nquota: {phone: 10}\nsplits: 4\nbudget: {money: [{amount: 5.00, in: day}]}\n"
HOLD = "hold: {pay_within: 10m, overdue: stays}\nlate: {accept: {take_again: false, through: '2026-06-03'}}\n"
POINTS = "sells: {coffee: {points: 30, money: 1.00}}\nquota: {coffee: 3}\nper_order: 2\n"
PART = "parts: {tea: {give: {points: 5}}}\n"

BODIES = {
    "least": "sells: {phone: 9.00}\nquota: {phone: 1}\n",
    "everything": HEAD + BOUNDS + CHECKS.format(", budget") + MONEY + HOLD,
    "without checks": HEAD + BOUNDS + MONEY + HOLD,
    "points": HEAD + BOUNDS + POINTS + HOLD,
    "points alone": "sells: {coffee: {points: 30}}\nquota: {coffee: 3}\n",
    "list price": "sells: {coffee: list}\nquota: {coffee: 3}\nat_most: none\nbudget: {money: [{amount: 90.00}]}\n",
}
IN_POINTS = ("points", "points alone")


def plain(value: Any) -> Any:
    """A play without the word that it was written with, its version and its places in the file, however deep."""
    if attrs.has(type(value)):
        return {f.name: plain(getattr(value, f.name)) for f in attrs.fields(type(value)) if f.name not in OF_THE_FILE}
    if isinstance(value, dict):
        return {key: plain(part) for key, part in value.items()}
    return [plain(part) for part in value] if isinstance(value, tuple) else value


OF_THE_FILE = ("kind", "preset", "version", "where")


@pytest.mark.parametrize("body", BODIES)
def test_a_flash_sale_is_a_sale_with_a_quota(tmp_path: Path, body: str) -> None:
    """All keys: head, prices, limits, budget, hold, late, checks."""
    plays = [campaign(tmp_path / kind, f"kind: {kind}\n{BODIES[body]}") for kind in ("sale", "flash_sale")]

    assert plain(plays[0]) == plain(plays[1])


@pytest.mark.parametrize("body", IN_POINTS)
def test_a_points_exchange_is_a_sale_in_points(tmp_path: Path, body: str) -> None:
    """It answers another command, and is the same in everything else."""
    kinds = ("sale", "points_exchange", "flash_sale")
    sale, exchange, flash = (campaign(tmp_path / kind, f"kind: {kind}\n{BODIES[body]}") for kind in kinds)

    assert plain(sale) == plain(exchange) == plain(flash)
    assert {t.type for t in exchange.listens()} - {t.type for t in sale.listens()} == {"exchange"}


@pytest.mark.parametrize("body", ["least", "without checks", "points alone"])
def test_a_bundle_without_its_parts_is_the_sale_it_is(tmp_path: Path, body: str) -> None:
    """All about the deal is the same; what its parts give adds their units."""
    bundle = campaign(tmp_path / "a", f"kind: bundle\n{BODIES[body]}{PART}")
    sale = campaign(tmp_path / "b", f"kind: sale\nper_order: 1\n{BODIES[body]}")
    assert isinstance(bundle, Bundle)
    assert isinstance(sale, Sale)
    alone = Sale(**{field.name: getattr(bundle, field.name) for field in attrs.fields(Sale)})

    assert plain(attrs.evolve(alone, units=sale.units)) == plain(sale)
    assert sale.units.items() <= alone.units.items()


SPELLINGS = {
    "limit": ("at_most: [2 per user per day]", "at_most: {count: 2, per: user, in: day, of: times, back: always}"),
    "one or a list of one": ("at_most: 2 per user", "at_most: [{count: 2}]"),
    "amount": ("at_most: [20 points per user]", "at_most: [{amount: 20, of: points, per: user}]"),
    "gift": ("give: {points: 10}\nat_most: 1 per user", "give: [{points: 10}]\nat_most: [1 per user]"),
    "condition": (
        "only_if: {amount: {min: 5.00}}\nat_most: 1 per user",
        "only_if: {all: [{event.amount: {min: 5.00}}]}\nat_most: 1 per user",
    ),
    "causes": ("when: order.paid\nat_most: 1 per user", "when: [order.paid]\nat_most: 1 per user"),
    "undo": (
        "if_undone: {when: order.refunded, same: order}\nat_most: 1 per user",
        "if_undone: [{when: [order.refunded], same: [order], take: left, ended: stay_ended}]\nat_most: 1 per user",
    ),
}


@pytest.mark.parametrize("name", SPELLINGS)
def test_short_and_long_spellings_are_one_reward(tmp_path: Path, name: str) -> None:
    """Also inside: the identity of a limit does not hang on how it is written."""
    defaults = {"when": "order.paid", "give": "{points: 10}"}
    plays = []
    for n, text in enumerate(SPELLINGS[name]):
        rest = "".join(f"{key}: {value}\n" for key, value in defaults.items() if f"{key}:" not in text.split())
        plays.append(campaign(tmp_path / str(n), f"kind: reward\n{rest}{text}\n"))

    assert plain(plays[0]) == plain(plays[1])


TWICE = """\
campaign: c
kind: task
goals: {buy: {when: order.paid, only_if: {amount: {min: 5.00}}, give: {points: 10}}}
in: day
if_undone: {when: order.refunded, same: order, take: debt}
"""
ONCE = """\
campaign: c
kind: reward
when: order.paid
only_if: {amount: {min: 5.00}}
give: {points: 10}
at_most: [1 per user per day]
if_undone: {when: order.refunded, same: order, take: debt}
"""


def test_a_task_of_one_goal_pays_like_the_reward_it_is(tmp_path: Path) -> None:
    """
    They are two plays with records of their own, and nobody's wallet can tell them apart.

    As long as nothing stands beyond the target when something before it is undone: that keeps a goal
    full (`test_task_undone.py`), while a limit has refused it once and for all.
    """
    assert wallets(mall(tmp_path / "task", TWICE)) == wallets(mall(tmp_path / "reward", ONCE))


def wallets(project: Project) -> list[int]:
    """What ann has after each of some orders and returns: small ones, a second one of a day, undone ones, early ones."""
    start, found = datetime.fromisoformat("2026-05-01T00:00+08:00"), []
    days = [("o1", 400), ("o2", 500), ("-o2", 0), ("o4", 700), ("o3", 900), ("-o9", 0), ("o9", 900), ("o5", 500)]
    with memory_stage(project, _Nothing(), start) as stage:
        stage.apply()
        for hour, (order, amount) in enumerate(days * 3):
            at, number = hour // len(days), order.removeprefix("-")
            stage.move(start + timedelta(hours=3 * hour))
            paid = {"amount": amount, "items": []}
            data = {"order": f"{number}/{at}", **({} if order.startswith("-") else paid)}
            event = "order.refunded" if order.startswith("-") else "order.paid"
            stage.mall.report(event, user="ann", key=f"{order}/{at}", data=data)
            found.append(stage.mall.wallet("ann").units["points"].balance)
    return found


class _Nothing:
    def facts(self, user: str) -> dict[str, object]:
        return {}
