"""Reminders on pages: set and taken back in lists and on item pages, by those whom a message would reach."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import attrs
import pytest

from quanyi.adapters.clock import FixedClock
from quanyi.adapters.web import Note
from tests.adapters.reading import said

NOW = datetime(2026, 3, 20, 12, 0, tzinfo=UTC)
MALL = {
    "mall.yaml": "mall: tiny\nzone: Asia/Shanghai\ncurrency: CNY\nunits: {points: {title: {zh: 积分, en: points}}}\n",
    "catalogue/all.yaml": (
        "benefits:\n"
        "  tea: {is: voucher, title: {zh: 果茶券, en: Tea voucher}, lasts: 3d, face: 8.00, cost: 4.00}\n"
        "  film: {is: pass, title: {zh: 影视月卡, en: Film pass}, lasts: 30d, face: 25.00, cost: 4.00}\n"
    ),
    "campaigns/all.yaml": (
        "campaign: shelf\nkind: points_exchange\ntitle: {zh: 下午茶, en: Afternoon}\nsells: {tea: {points: 10}, film: {points: 10}}\n"
        "quota: {tea: 1, film: 9}\nat_most: [9 pieces per user]\n---\n"
        "campaign: soon\nkind: flash_sale\ntitle: {zh: 周末, en: Weekend}\nsells: {tea: 5.90}\nquota: {tea: 9}\n"
        'runs: {from: "2026-03-21 10:00", until: "2026-03-22 10:00"}\nat_most: [1 piece per user]\nhold: {pay_within: 15m}\n'
    ),
}
TEA = "/mall/items/shelf/tea"


@attrs.define
class Letters:
    """An inbox with what a test puts into it."""

    kept: list[Note] = attrs.field(factory=list)
    on: bool = True

    def notes(self, _user):
        return self.kept

    def unread(self, _user):
        return 0

    def wanted(self, _user):
        return self.on


@pytest.fixture
def there(open_host):
    inbox, clock = Letters(), FixedClock(NOW)
    mall, client = open_host(MALL, clock=clock, pay=lambda deal: f"/till/{deal.id}", inbox=inbox)
    for user in ("ann", "bob"):
        mall.desk.adjust(user, "points", 100, key=user, reason="test")
    mall.exchange("tea", user="bob", key="x", campaign="shelf")
    return mall, client, inbox, clock


def waits(mall):
    return [(reminder.campaign, reminder.item) for reminder in mall.reminders("ann")]


@pytest.mark.parametrize(
    ("page", "thing", "set_", "cancel"),
    [
        (TEA, ("shelf", "tea"), "到货提醒", "取消提醒"),
        ("/mall/", ("shelf", "tea"), "到货提醒", "取消提醒"),
        ("/mall/things?sort=price", ("shelf", "tea"), "到货提醒", "取消提醒"),
        ("/mall/sales?tab=soon", ("soon", "tea"), "开始提醒", "取消提醒"),
        ("/mall/items/soon/tea", ("soon", "tea"), "开始提醒", "取消提醒"),
        (f"{TEA}?lang=en", ("shelf", "tea"), "Notify me", "Cancel reminder"),
    ],
)
def test_a_reminder_is_set_and_taken_back_where_the_thing_stands(there, page, thing, set_, cancel):
    """Without a script: by a form that comes back to the same place."""
    mall, client, _, _ = there
    found = form(client.get(page).text, thing)
    assert set_ in found["label"]
    answer = client.post(found["action"], data=found["fields"])
    assert waits(mall) == [thing]
    assert answer.location.partition("#")[0] == page.partition("?lang")[0]

    found = form(client.get(page).text, thing)
    assert cancel in found["label"]
    client.post(found["action"], data=found["fields"])
    assert waits(mall) == []


def form(html, thing):
    """The form of one thing's reminder, as a browser would send it."""
    action = f"/mall/items/{thing[0]}/{thing[1]}/remind"
    (text,) = re.findall(rf'<form class="qy-remind" method="post" action="{action}".*?</form>', html, re.DOTALL)[:1]
    fields = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', text))
    return {"action": action, "fields": fields, "label": re.findall(r'aria-label="([^"]*)"', text)[0]}


def test_what_can_be_had_has_no_reminder(there):
    _, client, _, _ = there

    assert "qy-remind" not in client.get("/mall/items/shelf/film").text


def test_nobody_is_promised_a_message_that_does_not_come(there):
    """With messages off there is no button, and the page says how to get one."""
    _, client, inbox, _ = there
    inbox.on = False
    page = client.get(TEA).text

    assert "qy-remind" not in client.get("/mall/").text
    assert "qy-remind" not in page
    assert "消息已关闭，打开后才能设置提醒。" in said(page)


def test_a_host_without_an_inbox_has_no_reminders(open_host):
    mall, client = open_host(MALL, clock=FixedClock(NOW))
    mall.desk.adjust("bob", "points", 100, key="b", reason="test")
    mall.exchange("tea", user="bob", key="x", campaign="shelf")

    assert "qy-remind" not in client.get(TEA).text
    assert client.post(f"{TEA}/remind", data={"wanted": "yes"}).status_code == 404


@pytest.mark.parametrize(
    "back",
    ["https://evil.example/", "//evil.example", "/mall//evil.example", "/mall/\\evil", "/elsewhere", "/mall/\r\nX: y"],
)
def test_a_form_comes_back_to_the_mall_alone(there, back):
    _, client, _, _ = there

    assert client.post(f"{TEA}/remind", data={"wanted": "yes", "back": back}).location == TEA


def test_what_ended_meanwhile_is_not_waited_for(there):
    mall, client, _, clock = there
    clock.move(datetime(2026, 4, 20, tzinfo=UTC))
    answer = client.post("/mall/items/soon/tea/remind", data={"wanted": "yes"})

    assert (answer.status_code, waits(mall)) == (303, [])


def test_messages_of_reminders_say_what_is_back_and_lead_there(there):
    _, client, inbox, _ = there
    about = {"campaign": "shelf", "item": "tea"}
    inbox.kept = [
        Note(id="1", kind="back", at=NOW, about=about),
        Note(id="2", kind="starts", at=NOW, about={"campaign": "soon", "item": "tea"}),
    ]
    page = client.get("/mall/messages").text

    assert "果茶券 未读 又有货了，先到先得" in said(page)
    assert "果茶券 未读 已开始，先到先得" in said(page)
    assert [f'href="{TEA}"' in page, 'href="/mall/items/soon/tea"' in page] == [True, True]
