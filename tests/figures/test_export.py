"""The export to Parquet, and the questions of the page, which run as they are written."""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest
from click.testing import CliRunner

from quanyi.adapters.cli import main
from quanyi.adapters.figures.export import export_parquet
from quanyi.adapters.memory import MemoryStore
from quanyi.entitlements.errors import InputError
from tests.docs.pages import ROOT, titled_blocks
from tests.engine.conftest import sql_store
from tests.figures.conftest import opened
from tests.figures.lives import Life

duckdb = pytest.importorskip("duckdb")
QUESTIONS = {
    title: body for title, body in titled_blocks(ROOT / "docs" / "figures.md").items() if title.endswith(".sql")
}


@pytest.fixture
def lived(folder, sqlite_engine, clock):
    """Some weeks in the mall, whose check-in half of the people are held out of."""
    plays = folder / "campaigns" / "plays.yaml"
    plays.write_text(
        plays.read_text("utf-8").replace("campaign: check-in\n", "campaign: check-in\nholdout: 50%\n"), "utf-8"
    )
    mall = opened(folder, sql_store(sqlite_engine), clock)
    life = Life(mall, clock, Random(4))
    for _ in range(250):
        life.step()
    while mall.worker().catch_up()["figures"]:
        pass
    return mall


@pytest.fixture
def facts(lived, tmp_path, monkeypatch):
    export_parquet(lived.ports, tmp_path / "facts")
    monkeypatch.chdir(tmp_path / "facts")
    return lived


def answer(question):
    return duckdb.sql(QUESTIONS[question]).fetchall()


def test_facts_come_to_what_figures_say(facts):
    total = facts.figures(first=facts.now().date().replace(month=1, day=1)).total
    found = dict(duckdb.sql("SELECT figure, sum(amount) FROM 'facts.parquet' GROUP BY figure").fetchall())

    assert {name: found.get(name, 0) for name in ("claims", "paid", "redeemed", "cost", "refunded", "delivered")} == {
        name: getattr(total, name) for name in ("claims", "paid", "redeemed", "cost", "refunded", "delivered")
    }


def test_nobody_is_named(facts):
    whole = "".join(map(str, duckdb.sql("SELECT * EXCLUDE (campaign, item) FROM 'facts.parquet'").fetchall()))
    people = {facts.ports.holder(f"u{n}") for n in range(8)}

    assert not [
        name for name in (*people, "u1", "10.0.0.9") if f"'{name}'" in whole or (name in people and name in whole)
    ]
    assert duckdb.sql("SELECT count(DISTINCT person) FROM 'facts.parquet'").fetchone() == (8,)


def test_channels_by_hour(facts):
    rows = answer("channels.sql")

    assert {channel for channel, _, _ in rows} == {"app", "web", "shop", None}
    assert sum(claims for *_, claims in rows) == sum(
        r.claims for r in facts.figures(by="day", first=facts.now().date().replace(month=1, day=1)).rows
    )


def test_used_within_a_week(facts):
    rows = {item: (people, used) for item, people, used in answer("within_a_week.sql")}

    assert rows["coffee"][0] >= rows["coffee"][1] > 0


def test_retention_against_the_holdout(facts):
    rows = [row for row in answer("retention.sql") if row[0] == "check-in"]
    takers = {who for _, who, _, _ in rows}

    assert "holdout" in takers
    assert sum(people for _, _, people, _ in rows) == 8
    assert all(back <= people for _, _, people, back in rows)


def test_returns_of_campaigns(facts):
    rows = {campaign: rest for campaign, *rest in answer("returns.sql")}
    coffee = facts.figures(campaign="coffee-for-points", first=facts.now().date().replace(month=1, day=1)).total

    assert rows["coffee-for-points"][2] == coffee.cost > 0


def test_the_page_has_four_questions():
    assert len(QUESTIONS) == 4


def test_the_command_writes_both_files(lived, folder, tmp_path):
    place = f"sqlite:///{lived.ports.store.engine.url.database}"
    said = CliRunner().invoke(
        main,
        ["export", str(folder), "--db", place, "--mall", "engine", "--parquet", str(tmp_path / "out")],
        standalone_mode=False,
    )

    assert "rows about 8 people" in said.output
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["arms.parquet", "facts.parquet"]


def test_a_mall_in_memory_has_nothing_to_export(folder, clock):
    with pytest.raises(InputError):
        export_parquet(opened(folder, MemoryStore(), clock).ports, Path("nowhere"))
