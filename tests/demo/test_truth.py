"""What the demo's pages say is so: invitations, ways to earn, refusals, and days before one came."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from tests.adapters.reading import said
from tests.demo.test_flows import balance, token_of

STREAK = "/mall/streaks/daily-check-in"
FLASH = re.compile(r'<div class="(li-flash[^"]*)" role="(\w+)"><p>([^<]*)</p>')


@pytest.mark.parametrize("code", ["ANYTHING", "no-such-code", "%E4%BD%A0%E5%A5%BD", "A" * 99, "a%20b"])
@pytest.mark.parametrize(
    ("lang", "says", "field"),
    [
        ("zh", "没有找到这个邀请码", "邀请码 在好友发来的链接末尾"),
        ("en", "We don’t know this code", "Invitation code It’s at"),
    ],
    ids=["zh", "en"],
)
def test_a_code_of_nobody_promises_nothing(app, lang, says, field, code):
    """It says that the code is not known, and has the field to type another; guessing is braked as everywhere."""
    page = app.test_client().get(f"/join/{code}?lang={lang}")

    assert page.status_code == 404
    assert f"{says} " in said(page.text)
    assert field in said(page.text)
    assert "邀请你加入" not in said(page.text)
    assert "50" not in said(page.text)
    assert 'method="post"' not in page.text.partition("<main")[2].partition("</main>")[0]


@pytest.mark.parametrize(
    ("lang", "what"),
    [
        ("zh", "填写邀请码 好友用邀请码请你加入光屿，你们都有奖励。"),
        ("en", "Enter an invitation code When a friend brings you"),
    ],
    ids=["zh", "en"],
)
def test_an_invitation_without_a_code_says_what_it_is_and_takes_one(app, world, lang, what):
    """A code that was typed with spaces leads to its invitation."""
    client, code = app.test_client(), world.mall.invites("lin")[0].code
    page = client.get(f"/join?lang={lang}")

    assert page.status_code == 200
    assert what in said(page.text)
    assert client.get(f"/join?code={code[:4]}+{code[4:]}+").location == f"/join/{code}"


def test_an_invitation_says_what_it_gives_and_gives_it_once(client_of, world):
    """Accepted twice, it says so, and does not tell of points again; one's own is no invitation."""
    code, client, before = world.mall.invites("lin")[0].code, client_of("mo"), balance(world, "mo")
    assert "接受邀请，马上得到 50 积分。" in said(client.get(f"/join/{code}").text)
    assert '<form method="post" data-once>' in client.get(f"/join/{code}").text

    first = client.post(f"/join/{code}", follow_redirects=True).text
    second = client.post(f"/join/{code}", follow_redirects=True).text

    assert FLASH.findall(first) == [("li-flash", "status", "已接受邀请，50 积分已到账")]
    assert FLASH.findall(second) == [("li-flash is-bad", "alert", "你已经接受过邀请，奖励不会重复发放。")]
    assert balance(world, "mo") == before + 50
    assert "马上得到" not in said(client.get(f"/join/{code}").text)
    assert "你的邀请码 这是你自己的邀请" in said(client_of("lin").get(f"/join/{code}").text)
    assert "好友邀请你加入" not in said(client_of("lin").get(f"/join/{code}").text)


def test_a_refusal_is_no_success(client_of, world):
    """A payment after the hold is told in the bar of bad news."""
    client = client_of("lin")
    path = "/mall/items/evening-sale/film_month"
    till = client.post(path, data={"token": token_of(client.get(path).text), "qty": "1"}).location
    world.clock.advance(timedelta(minutes=16))

    assert FLASH.findall(client.post(till, follow_redirects=True).text) == [
        ("li-flash is-bad", "alert", "支付时间已过，没有扣款")
    ]


@pytest.mark.parametrize("user", ["lin", "zhou", "chen", "mo"])
def test_every_way_to_earn_leads_to_a_page_where_it_can_be_done(client_of, user):
    """去看看 to a film's page has the button to rent it."""
    client = client_of(user)
    ways = re.findall(
        r'<a class="qy-button is-small is-line" href="([^"]+)" aria-label="([^"]+)"', client.get("/mall/").text
    )
    doing = {"去签到": 'action="/check-in"', "去写": 'name="text"', "去看看": "/rent", "去邀请": "invite"}

    assert ways
    for url, label in ways:
        page = client.get(url, follow_redirects=True).text
        assert doing[label.partition(" ")[0]] in page, (url, label)


def test_a_goal_of_renting_leads_to_a_film_that_can_be_rented(client_of, world):
    """Mo's pass has ended by then, so that every film has to be rented."""
    world.clock.advance(timedelta(days=40))
    client = client_of("mo")

    goals = re.findall(r'href="([^"]+)" aria-label="去完成 · 租看[^"]*"', client.get("/mall/tasks").text)

    assert len(goals) == 2  # a film, and films for 30 yuan
    assert all("/rent" in client.get(url).text for url in goals)


def test_who_wrote_two_reviews_today_is_not_sent_to_write_a_third(client_of):
    """The third earns nothing."""
    client = client_of("mo")
    for work in ("north-line", "tide-letters"):
        client.post(f"/works/{work}/reviews", data={"text": "十七站都没有人先下车，可是谁都已经到站了，真好的结尾。"})

    assert not re.search(r'aria-label="去写 ', client.get("/mall/").text)


def test_nobody_makes_up_days_before_coming(client_of, world):
    """Mo joined today: nothing to make up, neither on the page nor by hand."""
    client, before = client_of("mo"), balance(world, "mo")
    page = client.get(STREAK).text

    assert "没有可以补签的日子" in page
    assert "is-missed" not in page.partition("qy-legend")[0]
    answer = client.post(f"{STREAK}/makeup", data={"token": "t", "day": "2026-03-19", "pay": "points"})
    assert answer.status_code == 409
    assert "你还没有加入" in said(answer.text)
    assert balance(world, "mo") == before
    assert world.mall.streak("daily-check-in", "lin").makeup.days != ()


@pytest.mark.parametrize(
    ("lang", "asked", "given"),
    [
        ("zh", "请选择 1 项 可选：单章阅读券、新章抢先读、音乐月卡。", "已经选定 你已选定：新章抢先读，不能再改。"),
        (
            "en",
            "Choose 1 You can choose from: Chapter voucher; New chapters early; Music, one month.",
            "Already chosen",
        ),
    ],
    ids=["zh", "en"],
)
def test_a_choice_that_does_not_count_is_told_by_names(client_of, lang, asked, given):
    """Choosing nothing shows what there is, by what people call it."""
    client = client_of("lin")
    path = client.get("/tour/bundle").location
    nothing = client.post(f"{path}/choose?lang={lang}", data={"part": "pick", "token": "a"})
    client.post(f"{path}/choose", data={"part": "pick", "choice": "early_access", "token": "b"})
    again = client.post(f"{path}/choose?lang={lang}", data={"part": "pick", "choice": "music_month", "token": "c"})

    assert (nothing.status_code, again.status_code) == (409, 409)
    assert asked in said(nothing.text)
    assert given in said(again.text)
    assert not re.search("chapter_pass|early_access,|music_month,", said(nothing.text))


def test_an_evening_sale_has_pieces_again_the_next_evening(client_of, world):
    """Sold out tonight, with when it goes on; on sale tomorrow."""
    client, path = client_of("mo"), "/mall/items/evening-sale/cinema_20"
    assert "明天 18:00 还有下一场" in said(client.get(path).text)

    world.clock.advance(timedelta(days=1))

    assert "剩 12 张" in said(client.get(path).text)


def test_an_order_of_the_host_tells_todays_state_too(client_of, world):
    """A film can be watched for two days, and not for ever after."""
    client = client_of("chen")
    order = client.post("/works/north-line/rent").location
    client.post(order)
    assert "可反复观看" in said(client.get(order).text)

    world.clock.advance(timedelta(days=3))

    page = client.get(order).text
    assert "观看期已于昨天" in said(page)
    assert "/watch" not in page
    assert "退款" not in said(page)


def test_every_benefit_has_a_place_where_it_is_used(client_of, world):
    """Each usable one has its button, and the button leads to a page of the product."""
    client = client_of("lin")
    for n, (item, campaign) in enumerate((("bookmark", "lighthouse"), ("audiobook", "long-evenings"))):
        for unit, amount in (("points", 900), ("sparks", 200)):
            world.mall.desk.adjust("lin", unit, amount, key=f"{unit}/{n}", reason="test")
        world.mall.exchange(item, user="lin", key=item, campaign=campaign)
    rights = world.mall.entitlements("lin", phase="usable")

    for right in rights:
        page = client.get(f"/mall/entitlements/{right.id}").text
        url = re.search(r'href="([^"]+)">立即使用<', page).group(1)
        assert client.get(url).status_code == 200, right.benefit.id
    assert "已佩戴：灯塔数字书签" in said(client.get("/me").text)
    assert "演示没有音频" in said(client.get("/rooms/listen").text)
    assert client_of("mo").get("/rooms/listen").location.endswith("/items/long-evenings/audiobook")


def test_a_voucher_is_used_at_the_counter_once(client_of, world):
    """The second time is no success, and its page says when it was used."""
    client = client_of("lin")
    tea = next(right for right in world.mall.entitlements("lin", phase="usable") if right.benefit.id == "tea")

    first, second = (client.post(f"/counter/{tea.id}", follow_redirects=True).text for _ in range(2))

    assert [FLASH.findall(page)[0][:2] for page in (first, second)] == [
        ("li-flash", "status"),
        ("li-flash is-bad", "alert"),
    ]
    assert "立即使用" not in said(first)
    assert "已使用" in said(first)


@pytest.mark.parametrize(
    ("lang", "all_of", "one"),
    [
        ("zh", "全部完成得 60 积分、1 张补签卡", "¥12 / ¥30 完成得 80 积分"),
        ("en", "Complete them all to get 60 points, 1 streak saver", "¥12 of ¥30 Complete this to get 80 points"),
    ],
    ids=["zh", "en"],
)
def test_a_task_of_one_goal_does_not_speak_of_all(client_of, lang, all_of, one):
    page = said(client_of("lin").get(f"/mall/tasks?lang={lang}").text)

    assert all_of in page
    assert one in page


@pytest.mark.parametrize(
    ("lang", "short", "do"), [("zh", "余额还不够补签", "补签"), ("en", "You don’t have enough", "Restore")]
)
def test_who_cannot_pay_for_a_day_is_told_before_pressing(client_of, lang, short, do):
    """Chen owes points and has no streak saver; Lin has both, and the button."""
    button = f'<button class="qy-button is-wide" type="submit">{do}</button>'
    chen, lin = (client_of(user).get(f"{STREAK}?lang={lang}").text for user in ("chen", "lin"))

    assert (short in said(chen), button in chen) == (True, False)
    assert (short in said(lin), button in lin) == (False, True)


def test_the_longest_streaks_stand_longest_first(client_of):
    """Of two alike the newer one; and no space between two sentences in Chinese."""
    page = said(client_of("lin").get(STREAK).text)

    assert re.findall(r"(\d+) 天 · \d+月", page) == ["12", "12", "9"]
    assert "接起来。还可补签 2 次。" in page


def test_what_is_over_stands_newest_first(client_of, world):
    """The week that ended yesterday, and not the one a month ago."""
    client = client_of("zhou")
    world.clock.advance(timedelta(days=3))
    page = said(client.get("/mall/entitlements?phase=expired").text)

    assert page.index("3月21日已到期") < page.index("2月23日已到期")


@pytest.mark.parametrize(
    ("lang", "said_of_it"),
    [
        ("zh", "没有等待开抢的场次 正在抢的场次结束后，下一场会出现在这里。"),
        ("en", "Nothing is waiting to start Once a sale"),
    ],
    ids=["zh", "en"],
)
def test_a_sale_that_is_on_comes_again(client_of, world, lang, said_of_it):
    """On Saturday evening both sales are on: none is to come just now, and neither is it the last."""
    world.clock.advance(timedelta(days=1))

    assert said_of_it in said(client_of("lin").get(f"/mall/sales?tab=soon&lang={lang}").text)


@pytest.mark.parametrize(("lang", "title"), [("zh", "首页 · 光屿"), ("en", "Home · Lumen Isle")], ids=["zh", "en"])
def test_the_first_page_is_not_called_twice_by_the_house(client_of, lang, title):
    assert f"<title>{title}</title>" in client_of("lin").get(f"/?lang={lang}").text


@pytest.mark.parametrize(
    ("user", "path", "said_of_it"),
    [
        ("chen", "gold-evening/gold_lounge", None),  # for gold members only
        ("chen", "everyday-shelf/film_week", None),  # owes points
        ("zhou", "everyday-shelf/chapter_pass", "你还可兑 2 张"),  # the limit leaves three, 295 points pay for two
        ("lin", "evening-sale/game_card", "你还可抢 1 张"),
    ],
    ids=["barred", "short", "wallet", "sale"],
)
def test_nobody_is_told_to_have_what_cannot_be_had(client_of, user, path, said_of_it):
    """How many one can have stands only where one can have any, and is what limit, stock and wallet leave."""
    found = re.search(r"你还可\w \d+ \w", said(client_of(user).get(f"/mall/items/{path}").text))

    assert (found and found.group()) == said_of_it


@pytest.mark.parametrize(
    ("lang", "ends", "used"), [("zh", "明天 24:00 到期", "已使用"), ("en", "Expires tomorrow at 23:59", "Used")]
)
def test_what_was_used_in_time_did_not_expire(client_of, world, lang, ends, used):
    """A message that something ends tells how it stands when it is read."""
    held = world.mall.entitlements("zhou", phase="usable")
    client, week = client_of("zhou"), next(right for right in held if right.benefit.id == "film_week")
    note = re.compile(rf"entitlements/{week.id}.*?</li>", re.DOTALL)
    before = said(note.search(client.get(f"/mall/messages?lang={lang}").text)[0])
    world.mall.redeem(week.id, key="seen", user="zhou")
    world.clock.advance(timedelta(days=4))
    after = said(note.search(client.get(f"/mall/messages?lang={lang}").text)[0])

    assert ends in before
    assert used in after
    assert not re.search("到期|[Ee]xpired", after)
