"""The screens of figures: what they show, to whom, and in which files."""

from __future__ import annotations

import csv
import io
import json
import re

import attrs
import pytest

from quanyi.adapters.console import Operator


@pytest.fixture
def lived(there):
    """Ann has bought a coffee and claimed a phone; the worker has counted it."""
    mall = there.mall
    mall.desk.adjust("ann", "points", 900, key="a", reason="to spend")
    bought = mall.exchange("coffee", user="ann", key="x1")
    mall.redeem(bought.entitlements[0], user="ann", key="u1")
    mall.claim("flash", item="phone", user="ann", key="c1")
    mall.worker().catch_up()
    return there.as_("operator")


def rows(answer):
    return list(csv.reader(io.StringIO(answer.get_data(as_text=True).lstrip("\ufeff"))))


def test_figures_stand_in_a_table_and_in_a_file(lived):
    page = lived.get("/figures", by="item")
    file = rows(lived.get("/figures", by="item", **{"as": "csv"}))

    assert page.status_code == 200
    assert file[0][:4] == ["Benefit", "Shown", "Eligible", "Claims"]
    claims = {row[0]: row[3] for row in file[1:]}
    assert (claims["Total"], claims["coffee"], claims["phone"], claims["music"]) == ("2", "1", "1", "0")
    assert "Coffee" in page.text


def test_a_chart_has_its_days_beside_the_table(lived):
    page = lived.get("/overview").text
    (said,) = re.findall(r'data-chart="([^"]*)"', page)
    chart = json.loads(said.replace("&#34;", '"').replace("&quot;", '"'))

    assert len(chart["x"]) == 28
    assert sum(chart["series"][0]["values"]) == 2
    assert "<table" in page


def test_the_address_chooses_days(lived):
    assert "Nothing yet" not in lived.get("/figures", by="day", **{"from": "2026-03-08", "to": "2026-03-08"}).text
    file = rows(lived.get("/figures", by="day", **{"from": "2026-03-07", "to": "2026-03-08", "as": "csv"}))

    assert [row[0] for row in file] == ["Day", "Total", "2026-03-08", "2026-03-07"]


@pytest.mark.parametrize(
    "wrong", [{"from": "nonsense"}, {"from": "2026-05-01", "to": "2026-03-01"}, {"by": "ip"}, {"to": "0001-01-01"}]
)
def test_what_an_address_says_wrongly_reads_as_not_said(lived, wrong):
    assert lived.get("/figures", **wrong).status_code == 200


def test_figures_that_nobody_counts_are_told(lived):
    lived.mall.report("check_in", user="ann", key="ci")
    lived.clock.advance(minutes=2)

    assert "These figures are behind" in lived.get("/figures").text
    assert "These figures are behind" in lived.get("/overview").text


@pytest.fixture
def of_a_brand(open_console, lived):
    """An operator who stands behind one brand."""
    project = lived.mall.ports.project
    coffee = attrs.evolve(project.benefits["coffee"], platform="tidewater")
    music = attrs.evolve(project.benefits["music"], platform="another")
    object.__setattr__(project, "benefits", {**project.benefits, "coffee": coffee, "music": music})
    return lived


def brand_page(there, monkeypatch, brands, **query):
    given = there.app.extensions["quanyi_console"]
    operator = Operator(id="b1", name="Brand", roles={"brand"}, brands=brands)
    monkeypatch.setitem(there.app.extensions, "quanyi_console", attrs.evolve(given, operator=lambda: operator))
    return there.get("/brand", **query)


def test_a_brand_sees_its_own_things_without_their_cost(of_a_brand, monkeypatch):
    file = rows(brand_page(of_a_brand, monkeypatch, {"tidewater"}, by="item", **{"as": "csv"}))

    assert [row[0] for row in file] == ["Benefit", "Total", "coffee"]
    assert not {"Cost", "Margin"} & set(file[0])


@pytest.mark.parametrize("asked", [{"of": "another"}, {"brand": "another"}, {"item": "music"}, {"item": "phone"}])
def test_no_address_widens_it(of_a_brand, monkeypatch, asked):
    file = rows(brand_page(of_a_brand, monkeypatch, {"tidewater"}, by="item", **asked, **{"as": "csv"}))

    assert {row[0] for row in file[1:]} <= {"Total", "coffee"}


def test_nobody_without_a_brand_sees_anything(of_a_brand, monkeypatch):
    answer = brand_page(of_a_brand, monkeypatch, set())

    assert answer.status_code == 200
    assert "No brand is assigned to you" in answer.text
    assert of_a_brand.get("/figures").status_code == 403
