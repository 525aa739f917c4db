"""`quanyi figures`."""

from __future__ import annotations

import csv
import io
import json
from datetime import date

import pytest
from click.testing import CliRunner

from quanyi.adapters.cli import main
from quanyi.adapters.figures.tables import write_csv
from quanyi.adapters.sql.engine import prepare_engine
from quanyi.adapters.sql.migrate import upgrade
from quanyi.adapters.wiring import open_mall
from quanyi.campaigns.figures.figures import Figures, FiguresRow


@pytest.fixture
def shop(folder, sqlite_url, clock):
    """A mall in which three were bought, and its database."""
    from sqlalchemy import create_engine

    engine = prepare_engine(create_engine(sqlite_url))
    upgrade(engine)
    mall = open_mall(folder, engine, clock=clock)
    mall.desk.apply()
    for n, channel in enumerate(["web", "web", "=1+1"]):
        mall.claim("flash", item="phone", user=f"u{n}", key=f"c{n}", context={"channel": channel})
    mall.worker().catch_up()
    return [str(folder), "--db", f"sqlite:///{sqlite_url.database}"]


def said(*arguments):
    return CliRunner().invoke(main, ["figures", *arguments], standalone_mode=False)


def test_figures_are_printed_for_people(shop):
    answer = said(*shop, "--from", "2026-03-02", "--to", "2026-03-02", "--by", "campaign")

    assert answer.exit_code == 0
    (flash,) = [line.split() for line in answer.output.splitlines() if line.startswith("flash")]
    assert flash[3] == "3"
    assert "in Asia/Shanghai, counted to 2026-03-02T04:00:00+00:00" in answer.output


def test_csv_has_every_figure_and_no_formula(shop):
    answer = said(*shop, "--from", "2026-03-02", "--to", "2026-03-02", "--by", "channel", "--csv")
    rows = list(csv.DictReader(io.StringIO(answer.output)))

    assert [(row["channel"], row["claims"]) for row in rows] == [("web", "2"), ("'=1+1", "1"), ("total", "3")]


def test_csv_has_no_formula_for_whoever_parts_columns_by_semicolons():
    row, into = FiguresRow(key="web;=1+1"), io.StringIO()
    day = date(2026, 3, 2)
    write_csv(Figures(first=day, last=day, by="channel", zone="UTC", currency="CNY", rows=(row,), total=row), into)

    assert "web;'=1+1," in into.getvalue()


def test_a_brand_that_there_is_not_is_refused(shop):
    """Zeros would read as if nothing of it had been taken."""
    answer = said(*shop, "--brand", "nobody")

    assert "there is no brand 'nobody'" in f"{answer.exception}{answer.output}"


def test_json_is_the_whole_answer(shop):
    answer = said(*shop, "--from", "2026-03-02", "--to", "2026-03-02", "--campaign", "flash", "--json")

    assert json.loads(answer.output)["total"]["claims"] == 3


def test_rebuilding_comes_to_the_same_and_says_so(shop):
    checked, rebuilt = said("rebuild", *shop, "--check"), said("rebuild", *shop)

    assert "; 0 stood otherwise" in checked.output
    assert "; 0 stood otherwise" in rebuilt.output
