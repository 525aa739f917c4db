"""What the product told a person, and what colleagues are called, on the console's pages in both languages."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest

from quanyi.adapters.web import Note
from tests.console.conftest import START
from tests.console.test_requests import told

HAN = re.compile(r"[\u4e00-\u9fff]")
CODE = "ABCD-EFGH-2345"


class Kept:
    """A host's inbox of ann's messages."""

    def __init__(self, notes: Sequence[Note], *, wants: bool = True) -> None:
        self.kept, self.wants = notes, wants

    def notes(self, user: str) -> Sequence[Note]:
        return self.kept if user == "ann" else []

    def unread(self, user: str) -> int:
        raise AssertionError("the console counts nothing")

    def mark_read(self, user: str) -> None:
        raise AssertionError("whoever looks for somebody reads nothing for them")

    def wanted(self, user: str) -> bool:
        return self.wants

    def want(self, user: str, *, wanted: bool) -> None:
        raise AssertionError("the console says nothing for somebody")


NOTES = (
    Note(
        id="n1",
        kind="granted",
        at=START,
        about={"item": "coffee", "campaign": "hot", "entitlement": "e1", "code": CODE},
    ),
    Note(
        id="n2",
        kind="kept",
        at=START - timedelta(hours=3),
        about={"campaign": "hot", "gives": {"points": 20}},
        read=True,
    ),
    Note(id="n3", kind="refunded", at=START, about={"item": "phone", "deal": "d1", "card": [CODE], "gives": CODE}),
    Note(id="n4", kind="own-news", at=START, about={"item": CODE.encode(), "gives": {CODE: 1, "points": CODE}}),
)


@pytest.fixture
def there(open_console: Any) -> Any:
    made = open_console(inbox=Kept(NOTES))
    made.mall.desk.adjust("ann", "points", 1, key="stake", reason="known")
    return made


def page(there: Any, **query: str) -> Any:
    return there.get(f"/people/{there.holder('ann')}", tab="messages", **query)


@pytest.mark.parametrize("role", ["operator", "approver", "auditor"])
def test_a_persons_page_has_what_they_were_told(there, role):
    there.as_(role)
    zh, en = (told(page(there, lang=lang)) for lang in ("zh", "en"))

    for said in ("权益到账", "咖啡券", "未读", "已读", "奖励到账", "20 积分", "订单退回", "手机", "该用户接收消息"):
        assert said in zh
    for said in (
        "Benefit received",
        "Coffee",
        "Unread",
        "Read",
        "Reward received",
        "20 points",
        "Order refunded",
        "Phone",
    ):
        assert said in en
    assert not HAN.search(en)


def test_no_code_is_shown_nor_exported(there):
    assert CODE not in page(there).text
    lines = page(there, **{"as": "csv"}).data.decode("utf-8-sig").splitlines()
    assert len(lines) == 1 + len(NOTES)
    assert CODE not in "".join(lines)


def test_looking_reads_nothing_for_the_person_and_notes_nothing(there):
    before = there.acts()
    assert page(there).status_code == 200
    assert there.acts() == before


@pytest.mark.parametrize("role", ["viewer", "merchant", "brand", "partner"])
def test_they_are_for_those_who_see_people_alone(there, role):
    assert page(there.as_(role)).status_code == 403


def test_a_long_list_goes_on(open_console):
    there = open_console(
        inbox=Kept([Note(id=f"n{n}", kind="kept", at=START, about={"campaign": "hot"}) for n in range(60)])
    )
    there.mall.desk.adjust("ann", "points", 1, key="stake", reason="known")
    first = page(there).text
    after = re.search(r"after=(n\d+)", first).group(1)

    assert after == "n24"
    assert page(there, after="n49").text.count("Reward received") == 10
    assert len(page(there, **{"as": "csv"}).data.decode().splitlines()) == 61


def test_whoever_turned_messages_off_is_said_to(open_console):
    there = open_console(inbox=Kept((), wants=False))
    there.mall.desk.adjust("ann", "points", 1, key="stake", reason="known")

    assert "已关闭消息" in told(page(there, lang="zh"))
    assert "No messages sent" in told(page(there))


def test_without_an_inbox_there_is_no_such_tab(open_console):
    there = open_console()
    there.mall.desk.adjust("ann", "points", 1, key="stake", reason="known")

    assert "tab=messages" not in there.get(f"/people/{there.holder('ann')}").text
    assert "Adjust the balance" in told(page(there))


def test_colleagues_are_called_as_the_host_calls_them(open_console):
    """The one who looks by their own name, others by what the host says, and by their id where it says nothing."""
    there = open_console(
        operator_name=lambda number, lang: {"8": {"zh": "顾一", "en": "Gu Yi"}}.get(number, {}).get(lang, "")
    )
    there.as_("operator", "approver", "viewer")
    editing = there.mall.desk.editing
    drafts = {who: editing.begin(editing.text_in_force("flash"), by=f"ops/{who}").id for who in ("7", "8", "9")}
    called = {who: told(there.get(f"/proposals/{draft}", lang="zh")) for who, draft in drafts.items()}
    listed = told(there.get("/proposals", lang="en"))

    assert "Zhou Ye" in called["7"]
    assert "顾一" in called["8"]
    assert re.search(r"\b9 ?(于|在|，|·|创建)", called["9"]) or " 9 " in called["9"]
    assert "Gu Yi" in listed
    assert "ops/8" not in there.get("/proposals", lang="en").text
