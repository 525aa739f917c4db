"""Every example in the docstrings of a mall and its desk is run, each on a mall of its own."""

from __future__ import annotations

import doctest
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from quanyi import FixedClock, KeyRing, OpenMall, SealingVault, open_mall, prepare_engine, upgrade
from quanyi.adapters.codes.desk import CodeDesk
from quanyi.adapters.desk import OpenDesk
from quanyi.campaigns.batch import Batch
from quanyi.campaigns.desk import Desk
from quanyi.campaigns.help_requests import HelpRequests
from quanyi.campaigns.mall import Mall
from quanyi.campaigns.queries import Queries
from quanyi.campaigns.supply.desk import SupplyDesk

if TYPE_CHECKING:
    from sqlalchemy import Engine

FILES = {
    "mall.yaml": "mall: examples\nzone: UTC\ncurrency: CNY\nlocales: [en]\nunits: {points: {title: points}}\n",
    "events/events.yaml": (
        "events:\n"
        "  check_in: {}\n"
        "  checkin.makeup: {command: true, date: date}\n"
        "  order.paid: {key: order, source: [order], order: id, amount: money}\n"
    ),
    "catalogue/things.yaml": (
        "benefits: {music: {is: code, title: Music card, lasts: 90d, pool: cards}}\n"
        "goods: {phone: {title: Phone, list: 5999.00}}\n"
        "pools: {cards: {title: Cards, generate: {}}}\n"
    ),
    "campaigns/plays.yaml": (
        "campaign: days\nkind: streak\nmark: {on: check_in}\ngive: {points: 10}\n"
        "makeup: {on: checkin.makeup, within: 7 days, at_most: 3 per user, gives: all}\n---\n"
        "campaign: errand\nkind: task\ngoals: {order: {when: order.paid, count: 3, give: {points: 30}}}\n---\n"
        "campaign: phones\nkind: flash_sale\nsells: {phone: 5699.00}\nquota: {phone: 20}\n"
        "at_most: [1 piece per user]\nhold: {pay_within: 30m}\n"
    ),
}
EXAMPLES = [
    example
    for cls in (Queries, Mall, Desk, CodeDesk, OpenDesk, HelpRequests, SupplyDesk, Batch, OpenMall)
    for example in doctest.DocTestFinder(recurse=True).find(cls, cls.__name__)
    if example.examples
]


@pytest.fixture
def mall(tmp_path: Path, sqlite_engine: Engine) -> OpenMall:
    for name, text in FILES.items():
        path = tmp_path / "mall" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    prepare_engine(sqlite_engine)
    upgrade(sqlite_engine)
    clock, vault = FixedClock(datetime(2026, 4, 2, 12, tzinfo=UTC)), SealingVault(KeyRing.for_development())
    found = open_mall(
        tmp_path / "mall", sqlite_engine, clock=clock, vault=vault, witness=tmp_path / "witness", wait_seconds=1
    )
    found.desk.apply()
    return found


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.name)
def test_an_example_comes_out_as_it_says(example: doctest.DocTest, mall: OpenMall) -> None:
    said: list[str] = []
    example.globs = {"mall": mall}
    failed = doctest.DocTestRunner(verbose=False).run(example, out=said.append, clear_globs=False).failed

    assert not failed, "".join(said)


def test_the_desk_has_examples() -> None:
    assert {"Mall.do", "Queries.view", "Desk.adjust", "OpenDesk.apply"} <= {example.name for example in EXAMPLES}
