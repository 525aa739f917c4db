"""Whatever is sent to the mall's pages is answered by a page: the right one, soon, and without an error of the program."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from time import process_time

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import create_engine

import quanyi
from quanyi.adapters.clock import FixedClock
from tests.hostile.web_inputs import GETS, POSTS, SHELF

MALL = {
    "mall.yaml": "mall: tiny\nzone: Asia/Shanghai\ncurrency: CNY\nunits: {points: {title: {zh: 积分, en: points}}}\n",
    "events/all.yaml": "events: {visit: {command: true}, mend: {command: true, date: date}}\n",
    "catalogue/all.yaml": "benefits: {tea: {is: voucher, title: {zh: 茶, en: Tea}, lasts: 7d, face: 8.00}}\n",
    "campaigns/all.yaml": """\
campaign: shelf
kind: points_exchange
sells: {tea: {points: 10}}
at_most: [1 piece per user]
---
campaign: cash
kind: sale
sells: {tea: 2.00}
at_most: [500 pieces per user]
codes: {SAVE: {off: 1.00, at_most: [1 per user]}}
offset: {worth: {points: 100, money: 1.00}, up_to: 50%}
---
campaign: days
kind: streak
mark: {on: visit}
give: {points: 1}
makeup: {on: mend, within: month, at_most: 3 per user per month}
""",
}
NOW = datetime(2026, 3, 20, 12, 0, tzinfo=UTC)
CPU_SECONDS = 2.0


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlaskClient]:
    """Ann in the mall of a plain host; what fails is not raised through, but answered as in production."""
    folder: Path = tmp_path_factory.mktemp("host")
    for name, text in MALL.items():
        path = folder / "mall" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    engine = quanyi.prepare_engine(create_engine(f"sqlite:///{folder / 'host.db'}"))
    quanyi.upgrade(engine)
    mall = quanyi.open_mall(folder / "mall", engine, clock=FixedClock(NOW))
    mall.desk.apply()
    mall.desk.adjust("ann", "points", 5000, key="gift", reason="gift")
    app = Flask("host")
    quanyi.init_app(app, mall, current_user=lambda: "ann", csrf=None, brake=None, pay=lambda deal: f"/till/{deal.id}")
    yield app.test_client()
    engine.dispose()


def ask(client: FlaskClient, caplog: pytest.LogCaptureFixture, method: str, path: str, **more) -> int:
    """Send it; it took little time, and nothing failed."""
    caplog.clear()
    began = process_time()
    with caplog.at_level(logging.WARNING):
        answer = client.open(path, method=method, **more)
    assert process_time() - began < CPU_SECONDS
    assert not caplog.records, caplog.text
    assert len(answer.data) < 100_000
    # Double slashes are led to single ones, and no route holds a line break: there the host answers.
    assert "Content-Security-Policy" in answer.headers or answer.status_code == 308 or "%0A" in path
    return answer.status_code


@pytest.mark.parametrize(("path", "status"), GETS.items(), ids=[path[:60] for path in GETS])
def test_an_address_is_answered_by_the_right_page(client, caplog, path, status):
    """Huge, negative, empty, repeated, invisible, of another type: a page, or a typed no."""
    assert ask(client, caplog, "GET", path) == status


@pytest.mark.parametrize(("path", "form", "status"), POSTS, ids=[f"{n}-{p[0][:40]}" for n, p in enumerate(POSTS)])
def test_a_form_is_answered_by_the_right_page(client, caplog, path, form, status):
    """What does not fit is said at its field, or is no form of ours."""
    if form.get("token") == "t":
        form = {**form, "token": f"t{abs(hash((path, str(form))))}"}  # each is a form of its own
    assert ask(client, caplog, "POST", path, data=form) == status


def test_there_are_many_of_them():
    """The list is kept, and does not shrink unseen."""
    assert len(GETS) + len(POSTS) >= 120


ROUTES = (
    "/mall/", "/mall/sales", "/mall/deals", "/mall/entitlements", "/mall/points", "/mall/messages", "/mall/tasks",
    "/mall/invites", "/mall/streaks", "/mall/streaks/days", SHELF, "/mall/items/cash/tea", f"{SHELF}/calendar.ics",
    f"{SHELF}/remind", "/mall/deals/x", "/mall/deals/x/cancel", "/mall/deals/x/choose", "/mall/entitlements/x",
    "/mall/streaks/days/makeup", "/mall/invites/x/code", "/mall/messages/read", "/mall/messages/wanted",
    "/mall/static/quanyi.css", "/mall/nothing",
)  # fmt: skip
NAMES = (
    "before", "month", "unit", "way", "tab", "phase", "q", "category", "lang", "all", "qty", "code", "offset", "token",
    "day", "pay", "part", "choice", "wanted", "v", "_method", "endpoint", "_anchor",
)  # fmt: skip
TEXTS = st.one_of(
    st.sampled_from(
        ["1e600000", "-1", "9" * 30, "0", "1", "2026-03", "9999-12", "0001-01-01", "t", "\x00", "\u202e", ""]
    ),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=30),
    st.integers().map(str),
    st.decimals().map(str),
)
FIELDS = st.dictionaries(st.sampled_from(NAMES), TEXTS, max_size=4)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    method=st.sampled_from(["GET", "POST", "PUT", "DELETE"]), path=st.sampled_from(ROUTES), query=FIELDS, form=FIELDS
)
def test_no_request_meets_an_error_of_the_program(client, caplog, method, path, query, form):
    """Any of our fields with any text, on any of our addresses."""
    body = {"data": form} if method != "GET" else {}

    assert ask(client, caplog, method, path, query_string=query, **body) < 500


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(parts=st.lists(st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=20), max_size=4))
def test_no_address_meets_an_error_of_the_program(client, caplog, parts):
    """Addresses below the mall's that nobody ever made."""
    from urllib.parse import quote

    assert ask(client, caplog, "GET", "/mall/" + "/".join(quote(part, safe="") for part in parts)) < 500
