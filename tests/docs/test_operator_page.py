"""The operator's day is lived through in a mall that runs: each command and each program of the page."""

from __future__ import annotations

import inspect
import shutil
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner

from quanyi import KeyRing
from quanyi.adapters.cli import main
from quanyi.adapters.outbox import Relay
from tests.docs.pages import ROOT, titled_blocks
from tests.docs.told import blocks, differences

PAGE = ROOT / "docs" / "operate" / "day.md"
ALARMS = ROOT / "docs" / "operate" / "alarms.md"
CODES = """
benefits:
  game: {is: code, pool: game_codes, title: {zh: 游戏卡密, en: Game code}, face: 30.00}
pools:
  game_codes: {title: {zh: 游戏卡密, en: Game codes}}
"""
CORNER = """
campaign: game-corner
kind: points_exchange
sells: {game: {points: 90}}
at_most: [1 piece per user per month]
"""


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The quickstart's mall with a pool of codes, in force, after somebody's first day."""
    shutil.copytree(ROOT / "docs" / "quickstart" / "mall", tmp_path / "mall")
    (tmp_path / "mall/catalogue/codes.yaml").write_text(CODES, encoding="utf-8")
    (tmp_path / "mall/campaigns/game.yaml").write_text(CORNER, encoding="utf-8")
    (tmp_path / "codes.txt").write_text("AAAA-1111\nBBBB-2222\nAAAA-1111\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("QUANYI_DB", "sqlite:///shop.db")
    monkeypatch.setenv("QUANYI_KEYS", KeyRing.fresh("test").text())
    monkeypatch.syspath_prepend(str(tmp_path))
    for command in (["db", "upgrade"], ["apply", "mall", "--yes"]):
        assert CliRunner().invoke(main, command).exit_code == 0
    (tmp_path / "desk.py").write_text({title: text for _, title, text in blocks(PAGE)}["desk.py"], encoding="utf-8")
    sys.modules.pop("desk", None)
    mall = __import__("desk").mall
    mall.report("joined", user="ann", key="joined/ann")
    mall.exchange("coffee", user="ann", key="x/1")
    mall.claim("film-sale", item="film", user="ann", key="c/1", order="o1")
    yield tmp_path
    mall.ports.store.engine.dispose()
    sys.modules.pop("desk", None)


def test_the_worker_gives_an_event_so_long() -> None:
    """Twelve tries, with the pauses between them that the relay keeps unless it is told others."""
    relay = inspect.signature(Relay).parameters
    pauses = [min(relay["first_pause"].default * 2**n, relay["longest_pause"].default) for n in range(11)]

    assert relay["tries"].default == 12
    assert timedelta(hours=2.25) < sum(pauses, timedelta()) < timedelta(hours=2.75)
    assert "twelve times in two and a half hours" in PAGE.read_text(encoding="utf-8")


def test_the_day_goes_as_the_page_tells(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What its console shows is answered word for word; its programs print what an operator looks for."""
    assert differences(PAGE, shop) == []
    said = capsys.readouterr().out

    assert "film placed 990 " in said
    assert "{'points': 50}" in said
    assert "2 1\n" in said


def test_an_order_is_taken_back_before_and_after_it_is_paid(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    mall = sys.modules["desk"].mall
    block = titled_blocks(PAGE)["take_back.py"]
    exec(block, {})
    assert mall.desk.find_deals(order="o1")[0].phase == "closed"
    deal = mall.claim("film-sale", item="film", user="bob", key="c/2", order="o2").deal
    mall.settle(deal, paid=990, key="p/2")

    exec(block.replace("o1", "o2").replace("ticket/4712", "ticket/4713"), {})

    assert capsys.readouterr().out == "990\n"
    assert mall.deal(deal).phase == "refunded"


def test_the_alarms_of_the_page_are_what_mall_yaml_takes(shop: Path) -> None:
    declared = shop / "mall/mall.yaml"
    declared.write_text(
        declared.read_text(encoding="utf-8") + titled_blocks(ALARMS)["alarms-of-mall.yaml"], encoding="utf-8"
    )

    assert CliRunner().invoke(main, ["validate", "mall"]).exit_code == 0


def test_an_alarm_is_acknowledged_by_a_program_and_by_the_command(
    shop: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The pool has no codes in this morning."""
    found = CliRunner().invoke(main, ["alarms", "mall"])
    assert found.exit_code == 1
    assert "stock.low" in found.stdout
    exec(titled_blocks(ALARMS)["acknowledge.py"], {})
    assert capsys.readouterr().out == "stock.low game 0 critical\n"

    assert CliRunner().invoke(main, ["alarms", "mall"]).exit_code == 0


def test_the_defaults_of_the_page_are_those_of_the_files() -> None:
    from quanyi.campaigns.language.alarms import ALARM_NAMES, AlarmBounds

    page, bounds = ALARMS.read_text(encoding="utf-8"), AlarmBounds()

    assert all(f"`{name}`" in page for name in ALARM_NAMES)
    assert (bounds.stock, bounds.share, bounds.tries, bounds.budget.days, bounds.within.days) == (20, 10, 5, 7, 14)
    assert bounds.late == timedelta(minutes=15)
