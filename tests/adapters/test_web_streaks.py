"""The pages of streaks: what the next day gives, ladders, and weeks that are called weeks."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest

from quanyi.adapters.clock import FixedClock

NOW = datetime(2026, 3, 20, 12, 0, tzinfo=UTC)  # a Friday
MALL = {
    "mall.yaml": (
        "mall: tiny\nzone: Asia/Shanghai\ncurrency: CNY\n"
        "units: {points: {title: {zh: 积分, en: points}}, cards: {title: {zh: 补签卡, en: cards}}}\n"
    ),
    "events/all.yaml": "events: {come: {command: true}, mend: {command: true, date: date, pay: text = card}}\n",
    "campaigns/all.yaml": """\
campaign: daily
kind: streak
mark: {on: come}
give: {points: 1}
ladder: {steps: [{points: 5}, {points: 10}, {points: 20}]}
in_a_row: {every: 2, give: {points: 7}}
makeup: {on: mend, within: month, free: 1 per user per month, pay: {cards: 2}, at_most: 3 per user per month}
---
campaign: weeks
kind: streak
mark: {on: come, one_per: week, again: same}
ladder: {by: total, then: stay, steps: [{points: 1}, {points: 2}]}
in_a_row: {days: 3, give: {points: 30}}
makeup: {on: mend, within: 2 weeks, pay: {cards: 1}}
""",
}


@pytest.fixture
def there(open_host):
    """The mall, its clock, and a client for its pages."""
    clock = FixedClock(NOW)
    mall, client = open_host(MALL, clock=clock)
    return mall, clock, client


def come(mall, clock, *days):
    for n in days:
        clock.move(NOW + timedelta(days=n))
        mall.report("come", user="ann", key=f"c{n}")


def words(client, campaign, lang):
    page = client.get(f"/mall/streaks/{campaign}?lang={lang}").text
    return " ".join(re.sub(r"<[^>]*>", " ", page).split())


def test_a_week_to_make_up_is_called_a_week(there):
    """In both languages; it is named by its Monday."""
    mall, clock, client = there
    come(mall, clock, -28)
    clock.move(NOW)
    zh, en = words(client, "weeks", "zh"), words(client, "weeks", "en")

    assert "补上漏掉的一周，前后的连续周数会接起来。" in zh
    assert "补哪一周" in zh
    assert "起的一周" in zh
    assert "一天" not in zh
    assert "Restore a week Restore a week you missed, and the streaks before and after it become one." in en
    assert "Week of 9 Mar" in en
    assert not re.search(r"\b[Dd]ays?\b", en)


@pytest.mark.parametrize(
    ("days", "campaign", "lang", "told"),
    [
        ((), "daily", "zh", "连续签到 0 天"),
        ((), "daily", "en", "0-day streak"),
        ((0,), "daily", "en", "1-day streak"),
        ((-1, 0), "daily", "zh", "连续签到 2 天"),
        ((-7, 0), "weeks", "en", "2-week streak"),
        ((0,), "weeks", "zh", "连续打卡 1 周"),
    ],
)
def test_the_present_row_is_read_as_one_word(there, days, campaign, lang, told):
    """Its number stands out, and the whole is what one says aloud: a 5-week streak."""
    mall, clock, client = there
    come(mall, clock, *days)
    hero = client.get(f"/mall/streaks/{campaign}?lang={lang}").text.partition('class="qy-hero-number">')[2]

    assert re.sub(r"<[^>]*>", "", hero.partition("</p>")[0]) == told


def test_the_ladder_shows_which_step_is_next_and_what_it_gives(there):
    """Three steps again and again: after the fourth day the second of the next round."""
    mall, clock, client = there
    come(mall, clock, -3, -2, -1, 0)
    view = mall.streak("daily", "ann")
    page = words(client, "daily", "en")

    assert [(step.number, step.done, step.next) for step in view.ladder] == [
        (4, True, False),
        (5, False, True),
        (6, False, False),
    ]
    assert view.gives == (("points", 1), ("points", 10))
    assert "Day by day Day 4 5 points Day 5 10 points Next Day 6 20 points" in page
    assert "Every 2 days in a row 7 points 2 days to go" in page


def test_the_last_step_stays(there):
    """By the number of weeks, gaps or not."""
    mall, clock, _ = there
    come(mall, clock, -28, -14, 0)
    view = mall.streak("weeks", "ann")

    assert [(step.number, step.done, step.next) for step in view.ladder] == [(1, True, False), (2, False, True)]
    assert view.gives == (("points", 2),)


def test_a_free_make_up_asks_for_nothing_and_the_next_one_says_what_it_costs(there):
    """One a month is free; the others take two cards."""
    mall, clock, client = there
    come(mall, clock, -3, 0)
    free = words(client, "daily", "en")
    mall.report("mend", user="ann", key="m1", data={"date": "2026-03-18"})
    paid = words(client, "daily", "en")

    assert "You can restore 3 more days. You get 1 for free." in free
    assert "Restore for" not in free
    assert "Restore for 2 cards" in paid
