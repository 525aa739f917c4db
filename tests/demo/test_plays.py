"""Checking in, tasks, invitations and bundles, as people meet them in the demo."""

from __future__ import annotations

import re
from datetime import timedelta

from tests.demo.test_flows import balance, token_of

STREAK = "/mall/streaks/daily-check-in"


def test_a_day_made_up_joins_two_rows_and_pays_the_milestone(client_of, world):
    """Missed on the eighteenth: made up with a card, the row grows from one day to eight."""
    client, before, cards = client_of("lin"), balance(world, "lin"), balance(world, "lin", "cards")
    page = client.get(STREAK).text
    assert 'value="2026-03-18"' in page

    data = {"token": token_of(page), "day": "2026-03-18", "pay": "card"}
    answers = [client.post(f"{STREAK}/makeup", data=data) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [303, 303]
    streak = world.mall.streak("daily-check-in", "lin")
    assert streak.present == 8
    assert balance(world, "lin", "cards") == cards - 1
    assert balance(world, "lin") > before
    assert "已补签" in client.get(STREAK).text


def test_a_day_that_cannot_be_made_up_is_said_in_words(client_of, world):
    """Too long ago: a sentence, and nothing is taken."""
    client, before = client_of("lin"), balance(world, "lin")

    data = {"token": token_of(client.get(STREAK).text), "day": "2026-03-11", "pay": "points"}
    answer = client.post(f"{STREAK}/makeup", data=data)

    assert answer.status_code == 409
    assert "qy-notice is-bad" in answer.text
    assert balance(world, "lin") == before


def test_a_check_in_from_the_mall_comes_back_to_it(client_of, world):
    """The form is the product's own; its week on the front page and the mall's month say the same."""
    client = client_of("lin")

    answer = client.post("/check-in", data={"next": STREAK}, follow_redirects=True)

    assert "今天已签到" in answer.text
    assert world.mall.streak("daily-check-in", "lin").present == 2


def test_the_month_before_is_one_link_away(client_of):
    """Nothing lies before the first mark, nothing after today, and what is no month has no page."""
    page = client_of("lin").get(f"{STREAK}?month=2026-01").text

    assert "2026年1月" in page
    assert "month=2025-12" not in page
    assert "month=2026-02" in page
    assert client_of("lin").get(f"{STREAK}?month=soon").status_code == 404


def test_a_streak_of_weeks_counts_weeks(client_of):
    """Five weeks are not called five days."""
    page = client_of("lin").get("/mall/streaks/reading-weeks").text

    assert "连续打卡" in page
    assert "连续签到" not in page
    assert re.search(r"连续打卡 \d+ 周", re.sub(r"<[^>]+>", "", page))
    assert "本周已完成" in page


def test_a_task_moves_with_what_one_does(client_of, world):
    """A chapter read is one more of three, and the third gives its sparks at once."""
    client, before = client_of("lin"), balance(world, "lin", "sparks")
    assert "2 / 3" in client.get("/mall/tasks").text

    client.post("/chapters/salt-1/read")

    assert "3 / 3" in client.get("/mall/tasks").text
    assert balance(world, "lin", "sparks") == before + 5 + 10


def test_a_newcomer_sees_tasks_at_their_beginning(client_of):
    """Nothing done yet, with the way to each goal."""
    page = client_of("mo").get("/mall/tasks").text

    assert page.count("去完成") >= 7
    assert "0 / 3" in page


def test_an_invitation_is_a_code_a_link_and_a_picture_of_it(client_of, world):
    """Asked for once, the same ever after; the picture is drawn here and fetched from nowhere."""
    client = client_of("zhou")
    assert "领取我的邀请码" in client.get("/mall/invites").text

    for _ in range(2):
        client.post("/mall/invites/bring-a-friend/code")

    code = world.mall.invites("zhou")[0].code
    page = client.get("/mall/invites").text
    assert f"/join/{code}" in page
    assert page.count("<svg") > 1
    assert "http://localhost/join/" in page


def test_an_invitation_is_accepted_once_and_never_by_oneself(client_of, world):
    """Fifty points for the friend; oneself, a second time and an unknown code are told in words."""
    code, before = world.mall.invites("lin")[0].code, balance(world, "mo")

    assert "已接受邀请" in client_of("mo").post(f"/join/{code}", follow_redirects=True).text
    assert balance(world, "mo") == before + 50
    for user, used in (("lin", code), ("zhou", "AAAA2222")):
        answer = client_of(user).post(f"/join/{used}", follow_redirects=True)
        assert "已接受邀请" not in answer.text
        assert "li-flash" in answer.text
    stages = {friend.user: friend.stage for friend in world.mall.invites("lin")[0].invitees}
    assert stages["mo"] == "pending"


def test_friends_are_shown_under_masked_names(client_of):
    """Enough to know whom, too little to tell others."""
    page = client_of("lin").get("/mall/invites").text

    assert "苏***晴" in page
    assert "苏晚晴" not in page
    assert "friend-2" not in page


def test_every_part_of_a_box_has_its_own_state(client_of):
    """Received, to choose, waiting for stock, and to come in the months ahead."""
    page = client_of("lin").get("/tour/bundle", follow_redirects=True).text

    assert [page.count(state) > 0 for state in ("已到账", "待选择", "等待补货", "待发放")] == [True] * 4
    assert "4月18日 21:00 发放" in page


def test_a_choice_is_made_once(client_of, world):
    """One of three; a second choice of the same part is explained, and changes nothing."""
    client = client_of("lin")
    path = client.get("/tour/bundle").location
    wanted = {"part": "pick", "choice": "early_access"}

    first = client.post(f"{path}/choose", data={**wanted, "token": "one"})
    second = client.post(f"{path}/choose", data={**wanted, "choice": "music_month", "token": "two"})

    assert first.status_code == 303
    assert second.status_code == 409
    deal = path.rpartition("/")[2]
    assert {p.name: p.chosen for p in world.mall.bundle(deal, "lin").parts}["pick"] == ("early_access",)


def test_what_nobody_chose_comes_by_itself(client_of, world):
    """Seven days on, the default is there, and the page says so."""
    client = client_of("lin")
    world.clock.advance(timedelta(days=7))

    page = client.get("/tour/bundle", follow_redirects=True).text

    assert "逾期未选，已按默认发放" in page


def test_a_bundle_for_points_is_exchanged_and_chosen_from(client_of, world):
    """Two of three, with boxes to tick."""
    client, path = client_of("lin"), "/mall/items/story-night/night_lamp"
    before = balance(world, "lin")

    answer = client.post(path, data={"token": token_of(client.get(path).text), "qty": "1"}, follow_redirects=True)

    assert balance(world, "lin") == before - 260
    assert answer.text.count('type="checkbox"') == 3


def test_a_choice_that_does_not_count_keeps_its_ticks(client_of):
    """One of two that are wanted stays ticked, and no other."""
    client, path = client_of("lin"), "/mall/items/story-night/night_lamp"
    deal = client.post(path, data={"token": token_of(client.get(path).text), "qty": "1"}).location
    answer = client.post(f"{deal}/choose", data={"part": "two", "choice": ["film_week"], "token": "a"})

    assert answer.status_code == 409
    assert re.findall(r'value="(\w+)"( checked)?><span class="qy-option', answer.text) == [
        ("tea", ""),
        ("film_week", " checked"),
        ("chapter_pass", ""),
    ]


def test_every_stop_of_the_tour_leads_somewhere(client_of):
    """Eight stops, each with a page behind it for the person it names."""
    page = client_of("lin").get("/tour").text
    links = re.findall(r'class="qy-button is-small" href="([^"]+)"', page)
    forms = re.findall(r'name="next" value="([^"]+)".*?name="user" value="([^"]+)"', page, re.DOTALL)

    assert len(links) + len(forms) == 8
    for path in links:
        assert client_of("lin").get(path, follow_redirects=True).status_code == 200, path
    for path, user in forms:
        assert client_of(user).get(path, follow_redirects=True).status_code == 200, path


def test_a_make_up_says_what_there_is_to_pay_with(client_of):
    """Who has no card is proposed points."""
    page = client_of("zhou").get("/mall/streaks/daily-check-in").text

    assert "你有 0 张<" in page
    assert re.search(r'value="points" checked', page)
