"""Alarms at the console, and the overview whose numbers lead to rows that add up to them."""

from __future__ import annotations

import csv
import html
import io
import json
import re

import pytest

from quanyi.adapters.figures.burn import burns


def rows(answer):
    assert answer.status_code == 200
    return list(csv.reader(io.StringIO(answer.get_data(as_text=True).lstrip("\ufeff"))))


def file_of(there, href):
    """The rows behind a link, all pages of them."""
    path, _, query = html.unescape(href).removeprefix("/ops").partition("?")
    said = dict(part.split("=", 1) for part in query.split("&")) if query else {}
    return rows(there.get(path, **{name: text.replace("%2F", "/") for name, text in said.items()}, **{"as": "csv"}))


@pytest.fixture
def lived(there):
    """Three people with points of two ends, one who bought something, orders that used a budget; all of it counted."""
    mall = there.mall
    for n, user in enumerate(("ann", "bob", "eve")):
        mall.desk.adjust(user, "points", 400 + n, key=f"a{n}", reason="to spend")
        mall.report("order.paid", user=user, key=f"o{n}", data={"order": f"o{n}", "amount": f"{20 + n}.00"})
        mall.report("check_in", user=user, key=f"c{n}")
    there.clock.advance(days=40)
    mall.desk.adjust("ann", "points", 70, key="late", reason="of another month")
    mall.exchange("coffee", user="ann", key="x1")
    mall.worker().catch_up()
    return there.as_("operator")


def test_points_outstanding_lead_to_days_that_add_up(lived):
    page = lived.get("/overview").text
    found = re.findall(r'<a href="(/ops/points[^"]*)">([\d,]+)</a>', page)
    whole = sum(lived.mall.wallet(user).units["points"].balance for user in ("ann", "bob", "eve"))

    assert found
    for href, number in found:
        head, *all_rows = file_of(lived, href)
        total, days = all_rows[0], all_rows[1:]
        assert head[2] == "Amount"
        assert int(total[2]) == sum(int(day[2]) for day in days) == int(number.replace(",", ""))
    assert int(found[-1][1].replace(",", "")) == whole


@pytest.mark.parametrize(("name", "column"), [("issued", "Points issued"), ("spent", "Points spent"), ("claims", "Claims"), ("delivered", "Delivered"), ("cost", "Cost")])  # fmt: skip
def test_each_number_of_the_last_days_leads_to_campaigns_that_add_up(lived, name, column):
    page = lived.get("/overview").text
    (href,) = re.findall(rf'<a href="(/ops/figures[^"]*only={name})">', page)
    head, total, *campaigns = file_of(lived, href)
    number = [int(row[1]) for row in campaigns]

    assert head[1] == column
    assert int(total[1]) == sum(number) > 0


def test_a_budget_leads_to_days_that_add_up_to_what_is_used(lived):
    page = html.unescape(lived.get("/overview").text)
    (burn,) = [each for each in burns(lived.mall.ports) if each.campaign == "order-points"]
    (href,) = re.findall(r'<a href="(/ops/budgets/order-points\?[^"]*)">', page)
    _, total, *days = file_of(lived, href)
    chart = json.loads(html.unescape(re.findall(r'data-chart="([^"]*)"', lived.get("/budgets/order-points").text)[0]))

    assert int(total[1]) == sum(int(day[1]) for day in days) == burn.used > 0
    assert [value for value in chart["series"][0]["values"] if value is not None][-1] == burn.left
    assert len(chart["x"]) == len(chart["series"][0]["values"]) == len(chart["series"][1]["values"])


def test_what_is_stuck_leads_to_its_rows(lived):
    def busy(_):
        raise ConnectionError("the host is away")

    lived.mall.desk.relay(busy, tries=1).run(3)
    lived.mall.desk.alarms.look()
    raised = len(lived.mall.desk.alarms.standing())
    page = lived.get("/overview").text
    found = {
        html.unescape(href): int(number)
        for href, number in re.findall(r'<a href="(/ops/(?:alarms|events)[^"]*)">(\d+)</a>', page)
    }

    assert found["/ops/events?sink=host"] == len(file_of(lived, "/ops/events?sink=host")) - 1 > 0
    assert found["/ops/alarms"] == len(file_of(lived, "/ops/alarms")) - 1 == raised
    assert (
        f"{raised} <span"
        in re.sub(r"(\d)<span", r"\1 <span", lived.get("/codes").text).split('href="/ops/alarms"')[1].split("</a>")[0]
    )


def test_an_alarm_is_acknowledged_with_a_reason_and_leaves_the_open_list(there):
    there.mall.desk.alarms.look()
    (alarm,) = there.mall.desk.alarms.list()
    there.as_("operator")
    assert "0 left" in there.get(f"/alarms/{alarm.id}").text
    assert there.post(f"/alarms/{alarm.id}/acknowledge", reason="").status_code == 422
    assert there.post(f"/alarms/{alarm.id}/acknowledge", reason="codes are ordered").status_code == 303
    assert there.post(f"/alarms/{alarm.id}/acknowledge", reason="codes are ordered").status_code == 409
    assert there.as_("viewer").post(f"/alarms/{alarm.id}/acknowledge").status_code == 403

    assert "No open alarms" in there.get("/alarms").text
    assert "codes are ordered" in there.get(f"/alarms/{alarm.id}").text
    assert len(file_of(there, "/ops/alarms?phase=acknowledged&name=stock.low")) == 2
    assert len(file_of(there, "/ops/alarms?phase=acknowledged&name=sink.failing")) == 1
    assert "qo-count" not in there.get("/alarms").text


def test_each_alarm_leads_to_the_screen_of_what_it_is_about(lived):
    there, alarms = lived, lived.mall.desk.alarms
    there.clock.advance(hours=1)
    alarms.look()
    names = {alarm.name for alarm in alarms.standing()}
    for alarm in alarms.standing():
        page = there.get(f"/alarms/{alarm.id}").text
        links = re.findall(r'<a class="qo-button is-line" href="(/ops[^"]*)">', page)
        path, _, query = html.unescape(links[0]).removeprefix("/ops").partition("?")
        assert there.get(path, **dict(part.split("=") for part in query.split("&") if part)).status_code == 200

    assert {"stock.low", "events.late"} <= names


def test_sums_that_were_never_counted_are_not_shown_as_none(lived):
    store = lived.mall.ports.store
    figure = store.tables.figure
    with store.working() as connection:
        connection.execute(figure.delete().where(figure.c.value == "whole"))

    assert "quanyi figures rebuild" in lived.get("/overview").text
    assert "/ops/points" not in lived.get("/overview").text


def test_unfounded_addresses_of_budgets_are_answered_as_unknown(lived):
    assert lived.get("/budgets/nobody").status_code == 404
    assert lived.get("/budgets/order-points", of="another").status_code == 404
    assert lived.get("/points", term="nonsense", unit="nothing").status_code == 200
    assert lived.get("/alarms", phase="nonsense", name="nonsense").status_code == 200
