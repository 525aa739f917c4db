"""What the demo's pages do, asked without a browser."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from quanyi.adapters.web.glyphs import PATHS
from quanyi.demo_app.inbox import LumenInbox, deliver
from quanyi.demo_app.models import Letter, Order, Review
from tests.adapters.reading import said


def token_of(page: str) -> str:
    return re.search(r'name="token" value="([^"]+)"', page).group(1)


def balance(world, user: str, unit: str = "points") -> int:
    return world.mall.wallet(user).units[unit].balance


def test_a_form_sent_twice_is_one_deal(client_of, world):
    """The token in the form is the key: the second answer is the first one again."""
    client = client_of("lin")
    path = "/mall/items/everyday-shelf/film_week"
    token = token_of(client.get(path).text)
    before = balance(world, "lin")

    first, second = (client.post(path, data={"token": token, "qty": "1"}) for _ in range(2))

    assert first.status_code == second.status_code == 303
    assert first.location == second.location
    assert balance(world, "lin") == before - 300


def test_two_pieces_cost_twice(client_of, world):
    """The quantity typed is the quantity had."""
    client, before = client_of("zhou"), balance(world, "zhou")
    path = "/mall/items/everyday-shelf/chapter_pass"

    client.post(path, data={"token": token_of(client.get(path).text), "qty": "2"})

    assert balance(world, "zhou") == before - 240


@pytest.mark.parametrize("typed", ["0", "-1", "5", "many", "1.5", "", "9999999999", "２"])
def test_a_wrong_quantity_is_said_at_the_field_and_kept(client_of, world, typed):
    """Nothing is taken, and what was typed is still there."""
    client, before = client_of("zhou"), balance(world, "zhou")
    path = "/mall/items/everyday-shelf/chapter_pass"

    answer = client.post(path, data={"token": token_of(client.get(path).text), "qty": typed})

    assert answer.status_code == 422
    assert "请填写 1 到 2 之间的整数" in answer.text
    assert f'value="{typed}"' in answer.text
    assert balance(world, "zhou") == before


def test_the_quantity_asked_for_is_what_limits_stock_and_wallet_leave(client_of, world):
    """Four a month of which some are had, and a wallet for two: the field says what is true now."""
    offer = world.mall.offer("everyday-shelf", "chapter_pass", "zhou")

    assert offer.limit_per_user == 4
    assert offer.most == 3
    assert "最多 2 张" in client_of("zhou").get("/mall/items/everyday-shelf/chapter_pass").text
    assert world.mall.offer("coffee-corner", "latte", "lin").most == 1
    assert 'name="qty"' not in client_of("lin").get("/mall/items/coffee-corner/latte").text


@pytest.mark.parametrize(
    ("lang", "sentence"),
    [
        ("zh", "每月限 2 张，你本月已兑 2 张。4月1日起可再次兑换。"),
        ("en", "Limit: 2 per month. You’ve redeemed 2. Available again 1 April."),
    ],
)
def test_a_limit_names_the_stretch_of_time_it_counts_in(client_of, world, lang, sentence):
    """Two a month, with what is used and when there is more; dates as the page says dates."""
    world.mall.exchange("latte", user="lin", key="one more")

    assert sentence in client_of("lin").get(f"/mall/items/coffee-corner/latte?lang={lang}").text


def test_many_benefits_can_be_searched_by_name_and_number(client_of, world):
    """From the eleventh on there is a field; it needs no script, and says what it did not find."""
    client = client_of("lin")
    for item in ("audiobook", "chapter_pass"):
        world.mall.exchange(item, user="lin", key=item)
    rights = world.mall.entitlements("lin")
    latte = next(right for right in rights if right.benefit.id == "latte" and right.phase == "usable")
    path = "/mall/entitlements"

    assert len(rights) > 10
    assert client.get(f"{path}?q=拿铁").text.count('class="qy-ticket ') == 1
    assert client.get(f"{path}?q={latte.id[:8]}").text.count('class="qy-ticket ') == 1
    assert "没有找到“茶壶”" in client.get(f"{path}?q=茶壶").text
    assert 'role="search"' not in client_of("mo").get(path).text


def test_promises_are_listed_until_they_are_kept(world):
    """What was promised, and when it comes; afterwards it is in the wallet."""
    promised = world.mall.promises("lin")
    assert {promise.campaign for promise in promised} == {"bring-a-friend"}
    assert [promise.gifts for promise in promised] == [(("points", 200),), (("tea", 1),)]
    assert promised[0].due_at.isoformat() == "2026-03-22T04:00:00+00:00"

    world.clock.stand(promised[0].due_at)

    assert world.mall.promises("lin") == promised[1:]


def test_a_refused_order_explains_itself_and_takes_nothing(client_of, world):
    """The state changed while the form was open: the answer is a sentence with numbers."""
    client = client_of("zhou")
    path = "/mall/items/everyday-shelf/film_week"
    token = token_of(client_of("lin").get(path).text)

    answer = client.post(path, data={"token": token, "qty": "1"})

    assert answer.status_code == 409
    assert "还差" in answer.text
    assert balance(world, "zhou") == 295


def test_nobody_signed_in_is_sent_to_sign_in_and_back(app):
    """Prices are for everybody, ordering is not."""
    client = app.test_client()

    assert client.get("/mall/").status_code == 200
    assert client.get("/mall/points").location == "/sign-in?next=/mall/points"
    assert client.post("/mall/items/coffee-corner/latte", data={"token": "t"}).status_code == 303


def test_somebody_elses_things_do_not_exist(client_of, world):
    """Another person's deal or entitlement answers like an unknown one."""
    mine, deal = world.mall.entitlements("lin")[0].id, world.mall.deals("lin")[0].id
    stranger = client_of("zhou")

    assert stranger.get(f"/mall/entitlements/{mine}").status_code == 404
    assert stranger.post(f"/mall/entitlements/{mine}", data={"token": "t"}).status_code == 404
    assert stranger.get(f"/mall/deals/{deal}").status_code == 404
    assert stranger.post(f"/mall/deals/{deal}/cancel").status_code == 404
    assert stranger.get(f"/till/{deal}").status_code == 404


def test_pages_are_kept_by_nobody_on_the_way(client_of):
    """A page shows one person's things."""
    assert client_of("lin").get("/mall/").headers["Cache-Control"] == "private, no-store"


def test_a_payment_after_the_hold_is_not_taken(client_of, world):
    """The order and the settlement stand or vanish together: here neither stands."""
    client = client_of("lin")
    path = "/mall/items/evening-sale/film_month"
    till = client.post(path, data={"token": token_of(client.get(path).text), "qty": "1"}).location
    world.clock.stand(world.mall.deals("lin")[0].due_at)

    answer = client.post(till, follow_redirects=True)

    assert "超时未支付" in answer.text
    with world.session() as db:
        assert db.scalar(select(Order).where(Order.deal == till.rpartition("/")[2])) is None


def test_paying_twice_is_paying_once(client_of, world):
    """The host's till is idempotent too."""
    client = client_of("lin")
    path = "/mall/items/evening-sale/film_month"
    till = client.post(path, data={"token": token_of(client.get(path).text), "qty": "1"}).location

    assert {client.post(till).status_code for _ in range(2)} == {303}
    held = [right for right in world.mall.entitlements("lin") if right.benefit.id == "film_month"]
    assert len(held) == 1


def test_an_order_of_the_host_earns_points_and_a_refund_takes_them_back(client_of, world):
    """Reported inside the host's own transaction."""
    client, before = client_of("lin"), balance(world, "lin")

    order = client.post("/works/north-line/rent").location
    client.post(order)
    assert balance(world, "lin") == before + 60
    client.post(f"{order}/refund")

    assert balance(world, "lin") == before


def test_a_review_earns_and_its_removal_takes_back(client_of, world):
    """A review and what it earned go together."""
    client, before = client_of("lin"), balance(world, "lin")

    short = client.post("/works/north-line/reviews", data={"text": "太短了"})
    assert short.status_code == 422
    assert "太短了" in short.text
    client.post("/works/north-line/reviews", data={"text": "十七站都没有人先下车，可是谁都已经到站了，真好的结尾。"})
    assert balance(world, "lin") == before + 30
    with world.session() as db:
        number = db.scalars(select(Review.id).where(Review.work_id == "north-line")).one()
    client.post(f"/reviews/{number}/remove")

    assert balance(world, "lin") == before


def test_a_chapter_is_opened_with_a_voucher_once(client_of, world):
    """The voucher is used up in the same transaction that opens the chapter."""
    client = client_of("lin")
    vouchers = lambda: [r for r in world.mall.entitlements("lin", phase="usable") if r.benefit.id == "chapter_pass"]  # noqa: E731
    assert len(vouchers()) == 2

    assert "付费章节" in client.get("/chapters/salt-3").text
    for _ in range(2):
        client.post("/chapters/salt-3/open")

    assert "运盐的船" in client.get("/chapters/salt-3").text
    assert len(vouchers()) == 1


def test_early_access_opens_the_newest_chapter_until_it_is_public(client_of, world):
    """A soft right: the host asks the mall, and shows the chapter or the way to it."""
    assert "城是白的" in client_of("lin").get("/chapters/salt-4").text
    assert "城是白的" not in client_of("zhou").get("/chapters/salt-4").text

    world.clock.stand(world.clock.now().replace(day=24))

    assert "城是白的" in client_of("zhou").get("/chapters/salt-4").text


def test_a_reminder_is_a_calendar_file(client_of):
    """It needs no account, no script and no message."""
    answer = client_of("lin").get("/mall/items/weekend-market/music_month/calendar.ics?lang=en")

    assert answer.mimetype == "text/calendar"
    assert "DTSTART:20260321T020000Z" in answer.text
    assert "SUMMARY:Sale: Music\\, one month" in answer.text
    assert all(len(line.encode()) <= 75 for line in answer.text.split("\r\n"))


def test_signing_in_leads_only_to_places_here(app):
    """An address of somebody else's site is not followed."""
    client = app.test_client()

    for target in ("https://elsewhere.example/", "//elsewhere.example", "/\\elsewhere.example"):
        assert client.post("/sign-in", data={"user": "lin", "next": target}).location == "/"
    assert client.post("/sign-in", data={"user": "lin", "next": "/mall/points"}).location == "/mall/points"


def test_a_kept_promise_becomes_a_message(client_of, world):
    """Promised on the nineteenth, kept on the twenty-second: told once, and read when one says so."""
    client, inbox = client_of("lin"), LumenInbox(world)
    inbox.mark_read("lin")
    world.clock.advance(timedelta(days=3))
    world.mall.sweep()

    for _ in range(2):
        deliver(world)

    new = [note for note in inbox.notes("lin") if not note.read and note.kind == "kept"]
    assert [note.about["gives"] for note in new] == [{"points": 200}]
    assert "+200 积分" in client.get("/mall/messages").text
    client.post("/mall/messages/read")
    assert inbox.unread("lin") == 0


def test_who_wants_no_messages_gets_none(client_of, world):
    """The opt-out holds for everything that is told, and can be taken back."""
    client, inbox = client_of("mo"), LumenInbox(world)
    before = len(inbox.notes("mo"))
    client.post("/mall/messages/wanted", data={"wanted": "no"})
    client.post("/mall/items/weekend-market/music_month/remind")
    world.clock.advance(timedelta(days=1))
    deliver(world)
    assert len(inbox.notes("mo")) == before

    client.post("/mall/messages/wanted", data={"wanted": "yes"})

    assert inbox.wanted("mo")


def test_a_reminder_comes_when_the_sale_starts(client_of, world):
    """Asked for twice, told once, at the sale's own hour."""
    client, inbox = client_of("mo"), LumenInbox(world)
    path = "/mall/items/weekend-market/music_month"
    for _ in range(2):
        client.post(f"{path}/remind")
    assert "开始时会在消息里提醒你" in client.get(path).text

    world.clock.advance(timedelta(days=1))
    for _ in range(2):
        deliver(world)

    told = [note for note in inbox.notes("mo") if note.kind == "starts"]
    assert [note.about["item"] for note in told] == ["music_month"]
    assert "已开始，先到先得" in client.get("/mall/messages").text


def test_orders_say_what_was_bought(client_of, world):
    """A deal of the mall goes by its own name at the till, in the list and on its page."""
    client = client_of("mo")
    path = "/mall/items/spring-box/spring_pass"
    page = client.get(path).text
    till = client.post(path, data={"token": token_of(page)}, follow_redirects=True).text
    number = world.mall.deals("mo")[0].id
    paid = client.post(f"/till/{number}", follow_redirects=True).text

    assert "立即购买" in page
    assert "春日影迷礼盒" in till
    assert "购买成功" in paid
    assert "春日影迷礼盒" in client.get("/me").text
    assert "春日影迷礼盒" in client.get(f"/orders/d-{number}").text


def test_what_one_deed_earns_is_added_up(client_of):
    """A check-in is paid by the streak, and by the first steps besides."""
    assert "获得 15 积分" in client_of("mo").post("/check-in", follow_redirects=True).text


def test_a_film_plays_for_those_who_may_watch_it(app, client_of):
    """Everybody else is shown the film's page, where it can be rented."""
    assert "演示没有片源" in client_of("mo").get("/works/tide-letters/watch").text
    assert app.test_client().get("/works/tide-letters/watch").location == "/works/tide-letters"


@pytest.mark.parametrize(
    ("lang", "told"),
    [
        (
            "zh",
            [
                "3 位好友加入 陆***舟、苏***晴、何***其，来自「邀请好友」 2月24日 12:01 – 12:03",
                "+200 积分 × 3 「邀请好友」奖励到账",
            ],
        ),
        (
            "en",
            [
                "3 friends joined L***u, S***g, H***i, from Bring a friend 24 February 12:01 – 12:03",
                "+200 points × 3 Your reward from",
            ],
        ),
    ],
)
def test_what_came_alike_on_a_day_is_one_message(client_of, lang, told):
    """Friends by name under a face, equal rewards counted, each message with the picture of what it is about."""
    page = client_of("lin").get(f"/mall/messages?all=yes&lang={lang}").text
    rows = page.split('class="qy-thumb">')[1:]
    boxes = [row for row in rows if re.search("Spring film box|春日影迷礼盒", row)]

    assert [one for one in told if one not in said(page)] == []
    assert page.count('class="qy-face"') == 2
    assert [row for row in boxes if PATHS["cup"] in row] == boxes
    assert len(boxes) == 1
    assert not any(PATHS["gift"] in row for row in rows)


def test_many_messages_are_shown_in_two_helpings(client_of, world):
    """The newest first, the rest by a link."""
    with world.writing() as db, db.begin():
        for n in range(30):
            at, about = world.clock.now(), {"campaign": "welcome", "gives": {"points": n + 1}}
            db.add(Letter(id=f"more-{n}", user_id="mo", kind="kept", at=at, about=about))
    client = client_of("mo")

    assert client.get("/mall/messages").text.count("qy-row-main") == 20
    assert client.get("/mall/messages?all=yes").text.count("qy-row-main") > 30
