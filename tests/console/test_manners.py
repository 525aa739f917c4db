"""What all screens share: the door, roles, reasons, exports, addresses that lead nowhere."""

from __future__ import annotations

import csv
from io import BytesIO, StringIO

import pytest
from flask import Flask

import quanyi
from quanyi.adapters.console import (
    Action,
    Cell,
    Column,
    Done,
    Mistyped,
    Operator,
    Screen,
    Shown,
    Table,
    init_console,
)
from quanyi.entitlements.errors import InputError, NotEligible

TEXTS = {
    "en": {"screen.till": "Till", "act.till.count": "Count the till"},
    "zh": {"screen.till": "收银", "act.till.count": "清点"},
}


TITLE = "=row"


def _till(to):
    rows = [[Cell(f"{TITLE} {n}", raw=f"{TITLE} {n}"), Cell(str(n), raw=-n)] for n in range(120)]
    start = int(to.after or 0)
    table = Table(
        name="till",
        caption="Rows",
        columns=[Column("what", main=True), Column("n", number=True)],
        rows=rows[start : start + to.limit],
        next=str(start + to.limit) if start + to.limit < len(rows) else None,
        empty=("none", "none"),
    )
    return Shown(template="quanyi_console/acts.html", said={"tabs": []}, table=table)


def _read(to):
    if to.typed.get("amount") == "many":
        raise Mistyped({"amount": "a number"})
    return to.typed.get("amount")


def _run(to, amount, booking):
    if amount == "no":
        raise NotEligible(reason="asleep")
    to.books.desk.adjust("ann", "points", 5, key=booking.key, reason=booking.reason, by=booking.by)
    return Done()


TILL = Screen(
    name="till",
    path="/till",
    roles={"operator", "viewer"},
    view=_till,
    actions=(Action(name="count", roles={"operator"}, read=_read, run=_run),),
)


@pytest.fixture
def till(open_console):
    """A console with a screen of the host's own alone."""
    return open_console(screens=[TILL], texts=TEXTS)


def points(there):
    return there.mall.wallet("ann").units["points"].balance


def test_nobody_is_let_in(there):
    answer = there.as_().get("/acts")

    assert (answer.status_code, "don’t have access" in answer.text) == (403, True)


def test_a_screen_opens_for_its_roles_alone(till):
    assert till.as_("viewer").get("/till").status_code == 200
    assert till.as_("auditor").get("/till").status_code == 403
    assert till.as_("auditor").get("/").status_code == 403

    assert till.as_("viewer").get("/").headers["Location"].endswith("/ops/till")


def test_an_act_is_noted_before_and_after(till):
    answer = till.post("/till/count", token="once", amount="5")

    assert answer.status_code == 303
    (act,) = till.mall.desk.acts()
    assert (act.name, act.phase, act.by, act.reason, act.id) == (
        "till.count",
        "done",
        "ops/7",
        "a parcel came late",
        "once",
    )
    assert points(till) == 5


def test_the_journal_keeps_author_and_reason(till):
    from quanyi.adapters.sql.forward import changes_after

    till.post("/till/count", token="once")
    said = [(c.rule, c.by, c.source) for c in changes_after(till.mall.ports.store) if c.by == "ops/7"]

    assert said == [
        ("act.note", "ops/7", ("act", "once", "name", "till.count", "reason", "a parcel came late")),
        ("wallet.adjust", "ops/7", ("reason", "a parcel came late")),
        ("act.note", "ops/7", ("act", "once", "name", "till.count", "reason", "")),
    ]


def test_a_form_that_is_sent_again_does_nothing_twice(till):
    till.post("/till/count", token="once")
    answer = till.post("/till/count", token="once")

    assert answer.status_code in (303, 409)
    assert points(till) == 5
    assert till.acts() == [("till.count", "done", "")]


@pytest.mark.parametrize(
    "roles", [("viewer",), ("approver", "auditor", "merchant", "brand", "partner")], ids=["viewer", "others"]
)
def test_an_act_without_a_role_is_refused_and_noted(till, roles):
    answer = till.as_(*roles).post("/till/count")

    assert answer.status_code == 403
    assert till.acts() == [("till.count", "refused", "role-missing")]
    assert points(till) == 0


@pytest.mark.parametrize("reason", ["", "   ", "abc"])
def test_an_act_without_a_reason_is_refused_and_noted(till, reason):
    answer = till.post("/till/count", reason=reason)

    assert (answer.status_code, "Give a reason" in answer.text or "Correct" in answer.text) == (422, True)
    assert till.acts() == [("till.count", "refused", "reason-missing")]
    assert points(till) == 0


def test_what_cannot_be_read_is_no_act(till):
    answer = till.post("/till/count", amount="many")

    assert answer.status_code == 422
    assert till.acts() == []


def test_a_no_of_the_mall_is_noted_with_its_word(till):
    answer = till.post("/till/count", amount="no")

    assert answer.status_code == 409
    assert till.acts() == [("till.count", "refused", "asleep")]


def test_files_have_all_rows_and_no_formula(till):
    body = till.get("/till", **{"as": "csv"}).data.decode("utf-8-sig")
    rows = list(csv.reader(StringIO(body)))

    assert len(rows) == 121
    assert rows[1] == ["'=row 0", "0"]
    assert rows[120] == ["'=row 119", "-119"]


def test_a_file_has_no_formula_for_whoever_parts_columns_otherwise(till, monkeypatch):
    """Where the decimal sign is a comma, spreadsheets part columns by semicolons, and begin a row where a line ends."""
    monkeypatch.setattr(f"{__name__}.TITLE", "tea;=1+1; ＋2\n@3;4")
    body = till.get("/till", **{"as": "csv"}).data.decode("utf-8-sig")

    assert "tea;'=1+1; '＋2\n'@3;4 0" in body


def test_a_sheet_has_text_and_numbers(till):
    from openpyxl import load_workbook

    sheet = load_workbook(BytesIO(till.get("/till", **{"as": "xlsx"}).data)).active
    rows = list(sheet.iter_rows(values_only=True))

    assert (len(rows), rows[1], rows[120]) == (121, ("'=row 0", 0), ("'=row 119", -119))


def test_pages_follow_each_other(till):
    first = till.get("/till").text
    assert "=row 24" in first
    assert "=row 25" not in first

    assert "after=25" in first
    assert "=row 119" in till.get("/till", after="100").text


def test_what_leads_nowhere_is_said_so(there):
    assert there.get("/nowhere/at/all").status_code == 404
    assert there.get("/acts/" + "x" * 300).status_code == 404

    assert there.client.post("/ops/acts").status_code in (404, 405)


def test_answers_say_how_safe_they_are(there):
    headers = there.get("/acts").headers

    assert headers["Cache-Control"] == "private, no-store"
    assert "script-src 'self'" in headers["Content-Security-Policy"]
    assert headers["X-Frame-Options"] == "DENY"


def test_a_console_is_mounted_with_its_protection_named(there):
    with pytest.raises(InputError, match="csrf="):
        init_console(Flask("x"), there.mall, operator=lambda: None)
    with pytest.raises(RuntimeError, match="already"):
        init_console(there.app, there.mall, operator=lambda: None, csrf=None)
    with pytest.raises(InputError, match="name of its own"):
        init_console(Flask("x"), there.mall, operator=lambda: None, csrf=None, screens=[TILL, TILL])


@pytest.mark.parametrize("wrong", [{"roles": {"king"}}, {"id": ""}, {"id": "x" * 101}, {"id": "a\nb"}])
def test_an_operator_is_somebody(wrong):
    with pytest.raises(quanyi.InputError):
        Operator(**{"id": "7", "name": "Zhou", "roles": {"viewer"}, **wrong})


def test_it_stands_behind_the_protection_of_a_host(open_console):
    """Flask-WTF refuses a form without its token, before anything is noted; pages and styles are let through."""
    from flask_wtf.csrf import CSRFProtect, generate_csrf

    there = open_console(screens=[TILL], texts=TEXTS, csrf=generate_csrf)
    there.app.config.update(SECRET_KEY="of a test")
    CSRFProtect(there.app)

    assert there.get("/till").status_code == 200
    assert there.client.get("/ops/static/console.css").status_code == 200
    assert there.post("/till/count").status_code == 400
    assert there.acts() == []
