"""Help by hand that waits for a second person, at the console, in both languages."""

from __future__ import annotations

import re
import shutil
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import create_engine

import quanyi
from tests.console.conftest import FOLDER, START

HAN = re.compile(r"[\u4e00-\u9fff]")


def told(answer: Any) -> str:
    body = re.sub(r"<(svg|script|head|nav|header)\b.*?</\1>", "", answer.text, flags=re.DOTALL)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", body))


@pytest.fixture
def there(open_console: Any, tmp_path: Any) -> Any:
    """A mall with a bound, whose operator can be somebody else."""
    shutil.copytree(FOLDER, tmp_path / "mall")
    with (tmp_path / "mall" / "mall.yaml").open("a") as file:
        file.write("approval: {by_hand: {points: 500, money: 5.00}}\n")
    engine = quanyi.prepare_engine(create_engine(f"sqlite:///{tmp_path / 'help.db'}"))
    quanyi.upgrade(engine)
    clock = quanyi.FixedClock(START)
    mall = quanyi.open_mall(tmp_path / "mall", engine, clock=clock)
    mall.desk.apply()
    mall.desk.adjust("ann", "points", 100, key="stake", reason="known")
    who = {"id": "7"}
    made = open_console(
        mall,
        operator=lambda: quanyi.Operator(id=who["id"], name="Zhou Ye", roles=made.roles or frozenset()),
    )
    made.clock, made.me = clock, who
    yield made
    engine.dispose()


def ask(there: Any, **said: str) -> str:
    """Ask for something above the bound; the address of the request."""
    there.as_("operator")
    form = {"unit": "points", "amount": "900"}
    answer = there.post(f"/people/{there.holder('ann')}/adjust", {**form, **said})
    assert answer.status_code == 303, told(answer)
    return str(answer.headers["Location"]).removeprefix("/ops").partition("?")[0]


def balance(there: Any) -> int:
    return int(there.mall.wallet("ann").units["points"].balance)


def test_help_above_the_bound_waits_and_says_so_in_both_languages(there):
    address = ask(there)
    pages = {lang: told(there.get(address, lang=lang)) for lang in ("zh", "en")}
    person = told(there.get(f"/people/{there.holder('ann')}", lang="zh"))
    log = told(there.get("/acts", lang="zh"))

    assert balance(there) == 100
    assert "待他人批准，还没有发放" in pages["zh"]
    assert "单次超过 500 积分，需要他人批准" in pages["zh"]
    assert "nothing given yet" in pages["en"]
    assert not HAN.search(pages["en"])
    assert "900 积分 待他人批准，还没有发放" in person
    assert "已提交申请" in log
    assert "Approve and give" not in pages["en"], "whoever asked gives it no yes"
    assert there.acts()[0] == ("person.adjust", "done", "asked")


def test_somebody_else_gives_it(there):
    address = ask(there)
    there.as_("operator", "approver")
    assert there.post(f"{address}/approve").status_code == 409  # their own
    assert balance(there) == 100

    there.me["id"] = "8"
    assert "900 积分" in told(there.get("/requests", lang="zh"))
    assert there.post(f"{address}/approve").status_code == 303
    assert balance(there) == 1000
    assert "已批准并发放" in told(there.get(address, lang="zh"))
    assert "没有待批准的补偿" in told(there.get("/requests", lang="zh"))
    again = there.post(f"{address}/approve")
    assert again.status_code == 409
    assert "nothing was given twice" in told(again)
    assert balance(there) == 1000
    assert there.differences() == ()


@pytest.mark.parametrize(
    ("ended", "zh", "en"),
    [
        ("withdraw", "申请人已撤回，没有发放", "Withdrawn by who asked; nothing was given"),
        ("decline", "已拒绝，没有发放", "Declined; nothing was given"),
        ("lapse", "申请已过期，没有发放", "so it lapsed; nothing was given"),
    ],
)
def test_what_is_over_is_told(there, ended, zh, en):
    """On the page that an approver had open, and on the one that is sent."""
    address = ask(there)
    there.as_("operator", "approver")
    if ended == "lapse":
        there.clock.advance(seconds=timedelta(days=7).total_seconds())
        there.me["id"] = "8"
    else:
        there.me["id"] = "7" if ended == "withdraw" else "9"
        assert there.post(f"{address}/{ended}").status_code == 303
        there.me["id"] = "8"
    assert zh in told(there.get(address, lang="zh"))
    assert en in told(there.get(address))
    answer = there.post(f"{address}/approve")

    assert answer.status_code == 409
    assert "qo-notice is-bad" in answer.text
    assert balance(there) == 100


def test_a_second_request_of_the_same_is_refused(there):
    ask(there)
    answer = there.post(f"/people/{there.holder('ann')}/adjust", {"unit": "points", "amount": "800"})

    assert answer.status_code == 409
    assert "already waits for approval" in told(answer)


def test_a_benefit_that_costs_more_waits_too(there):
    there.as_("operator")
    answer = there.post(f"/people/{there.holder('ann')}/grant", {"benefit": "coffee"})
    address = str(answer.headers["Location"]).removeprefix("/ops").partition("?")[0]
    assert there.mall.entitlements("ann") == []
    there.as_("approver")
    there.me["id"] = "8"
    there.post(f"{address}/approve")

    assert [right.benefit.id for right in there.mall.entitlements("ann")] == ["coffee"]


def test_below_the_bound_nobody_is_asked(there):
    there.as_("operator")
    there.post(f"/people/{there.holder('ann')}/adjust", {"unit": "points", "amount": "500"})
    assert balance(there) == 600


def test_a_row_above_the_bound_is_not_booked_by_a_list(there):
    there.as_("operator")
    form = {"name": "late", "thing": "points", "list": "ann,900\nann2,5"}
    page = there.post("/people/bulk/give", form)
    assert "Above the limit for one person" in told(page)
    there.post("/people/bulk/give", {**form, "confirmed": "yes"})

    assert balance(there) == 100


def test_a_request_is_found_under_its_person_alone(there):
    address = ask(there)
    there.mall.desk.adjust("ben", "points", 1, key="ben", reason="known")
    other = address.replace(there.holder("ann"), there.holder("ben"))

    assert there.get(other).status_code == 404
