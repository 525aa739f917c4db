"""
Tasks and streaks in files: every key means what it says, is shown, kept, and seen on screens.
"""

from __future__ import annotations

import json
from contextlib import contextmanager
from datetime import UTC, date, datetime

import pytest

from quanyi.adapters.stages import memory_stage
from quanyi.campaigns.project.load import load_project
from quanyi.campaigns.project.versions import structure_play, unstructure_play
from quanyi.campaigns.requests import Requests
from quanyi.campaigns.tools.sandbox import perform
from quanyi.campaigns.tools.show import show, show_data
from quanyi.entitlements.errors import NotFound, Refused
from quanyi.entitlements.time import Duration, Window

MALL = """\
mall: small
zone: Asia/Shanghai
currency: CNY
units: {points: {title: {zh: 积分, en: points}, debt: allowed}, card: {title: {zh: 补签卡, en: cards}}}
profile: {vip: bool = false, zone: text}
---
events:
  check_in: {command: true, pages: int = 0}
  check_in.makeup: {command: true, date: date, pay: text = card}
  chapter.read: {source: [book], book: id, level: int = 1}
  chapter.unread: {source: [book], book: id}
  order.paid: {source: [order], order: id, amount: money}
---
benefits:
  coffee: {is: voucher, title: {zh: 咖啡, en: Coffee}, stock: 5}
"""
TASK = """\
campaign: reading
kind: task
title: {zh: 读书周, en: Reading week}
runs: {from: "2026-03-01", through: "2026-03-31"}
goals:
  read: {title: {zh: 读三章, en: Read three chapters}, when: chapter.read, count: 3, only_if: {level: {min: 1}}, give: {points: 10}}
  spend: {when: order.paid, sum: {amount: 50.00}}
  climb: {when: chapter.read, reach: {level: 5}}
all_done: [coffee, {points: 100}]
in: week
at_most: [9 per user]
budget: {points: [{amount: 10000}]}
if_undone: {when: chapter.unread, same: book, take: debt}
"""
STREAK = """\
campaign: daily
kind: streak
zone: user
runs: {from: "2026-03-01", through: "2026-03-31"}
mark: {on: check_in, again: same}
only_if: {pages: {min: 0}}
give: {points: 5}
in_a_row:
  - {days: 2, give: {points: 10}}
  - {days: 7, give: coffee, once: period}
in_total: {days: 3, give: {points: 50}, once: ever}
resets: month
specials: replace
times: [{x: 2, if: {user.vip: true}}, {x: 1.5, if: {pages: {min: 100}}}]
makeup:
  on: check_in.makeup
  within: 2 days
  pay: {choose: event.pay, of: {card: {card: 1}, points: {points: 20}}}
  at_most: [2 per user per month]
  gives: all
checks: [phase, for, only_if, not-marked, not-future, not-today, in-time, at_most, stock, pay, budget]
"""


def project(folder, *campaigns):
    text = "---\n".join([MALL, *campaigns])
    (folder / "mall.yaml").write_text(text.replace("event.pages", "pages"), encoding="utf-8")
    return load_project(folder)


class People:
    """What the host knows: nothing, until it is told."""

    def __init__(self, **facts):
        self.known = facts

    def facts(self, user):
        return self.known.get(user, {})


@contextmanager
def stage(folder, *campaigns, at="2026-03-02T09:00+08:00", **facts):
    with memory_stage(project(folder, *campaigns), People(**facts), moment(at)) as found:
        found.apply()
        yield found


def moment(text):
    return datetime.fromisoformat(text).astimezone(UTC)


def do(found, type_, key, at=None, user="ann", **data):
    if at is not None:
        found.move(moment(at))
    return perform(found, type_, user=user, key=key, data=data)


# --- from files to plays -----------------------------------------------------------------------


def test_a_task_is_what_its_file_says(tmp_path):
    """Targets in smallest parts, the index by equalities, everything pinned."""
    play = project(tmp_path, TASK.replace("{level: {min: 1}}", "{level: 3}")).campaign("reading").play
    read, spend, climb = play.goals

    assert (read.how, read.target, read.unit, read.wheres) == ("count", 3, "times", {"event.level": 3})
    assert (spend.how, spend.target, spend.unit, spend.by) == ("sum", 5000, "CNY", "event.amount")
    assert (climb.how, climb.target, climb.by) == ("reach", 5, "event.level")
    assert (play.window, play.per, play.restart, play.if_undone[0].take) == (Window("week"), ("user",), False, "debt")
    assert [gift.thing for gift in play.gifts] == ["points", "coffee", "points"]


def test_a_streak_is_what_its_file_says(tmp_path):
    """Milestones with their usual once, payments by choice, days of the member."""
    play = project(tmp_path, STREAK).campaign("daily").play
    milestones = [(m.counts, m.days, m.once) for m in play.milestones]

    assert milestones == [("row", 2, "row"), ("row", 7, "period"), ("total", 3, "ever")]
    assert (play.mark.again, play.resets, play.specials, play.member_zone) == (
        "same",
        Window("month"),
        "replace",
        "zone",
    )
    assert (play.head.zone, play.makeup.day, play.makeup.pay_by) == ("Asia/Shanghai", "event.date", "event.pay")
    assert (play.makeup.within, play.makeup.gives) == (Duration(days=2), "all")
    assert [(p.choice, p.take[0].thing) for p in play.makeup.pay] == [("card", "card"), ("points", "points")]
    assert [times.x for times in play.times] == ["2", "1.5"]


@pytest.mark.parametrize("text", [TASK, STREAK], ids=["task", "streak"])
def test_a_kept_play_comes_back_equal(text, tmp_path):
    """Through JSON and back, with everything in it."""
    (campaign,) = project(tmp_path, text).campaigns.values()

    assert structure_play(unstructure_play(campaign.play)) == campaign.play


def test_what_it_gives_is_part_of_its_version(tmp_path):
    """Another stock of the coffee is another campaign."""
    (one,) = project(tmp_path, TASK).campaigns.values()
    path = tmp_path / "mall.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("stock: 5", "stock: 6"), encoding="utf-8")
    (other,) = load_project(tmp_path).campaigns.values()

    assert one.version != other.version


# --- shown -------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", [TASK, STREAK], ids=["task", "streak"])
@pytest.mark.parametrize("locale", ["zh", "en"])
def test_everything_is_shown_and_no_cell_is_empty(text, locale, tmp_path):
    """The sentence, every check with its place, and every phase with every input."""
    found = project(tmp_path, text)
    (name,) = found.campaigns
    data = show_data(found, name, locale)

    assert all(
        len(row["cells"]) == len(data["phases"]["inputs"]) and all(row["cells"]) for row in data["phases"]["rows"]
    )
    assert all(check["says"] for check in data["checks"])
    assert json.loads(json.dumps(data))["campaign"] in show(found, name, locale)


def test_the_sentences(tmp_path):
    """As a product person would say them."""
    found = project(tmp_path, TASK, STREAK)
    said = {name: show_data(found, name)["sentence"] for name in found.campaigns}

    assert said["reading"]["en"].startswith(
        "Do chapter.read 3 times (level is at least 1) for 10 points and order.paid"
    )
    assert "全部完成得到 咖啡、100 积分，每周重新开始" in said["reading"]["zh"]
    assert said["daily"]["en"].startswith("check_in every day for 5 points, if pages is at least 0")
    assert "10 points for 2 days in a row (once a row)" in said["daily"]["en"]
    assert "漏掉的 2 个自然日内可补，花费 1 补签卡 或 20 积分" in said["daily"]["zh"]


def test_what_they_cost_at_most(tmp_path):
    """Nine weeks of the run's five for a task; days, rows and one hundred for a streak."""
    found = project(tmp_path, TASK, STREAK)
    cost = {
        name: {p["unit"]: (p["per_user"], p["total"]) for p in show_data(found, name)["exposure"]}
        for name in found.campaigns
    }

    # six calendar weeks touch March; a row of two days fits fifteen times into 31 days, all of it twice for members
    assert cost["reading"] == {"points": (6 * 110, 10_000), "coffee": (5, 5)}
    assert cost["daily"] == {"points": (2 * (31 * 5 + 15 * 10 + 50), None), "coffee": (1, 5)}


# --- on screens --------------------------------------------------------------------------------


def test_a_task_on_a_screen(tmp_path):
    """Goals with how far they are, what they give, and when the week is over."""
    with stage(tmp_path, TASK) as found:
        fresh = found.mall.task("reading", "ann")
        do(found, "chapter.read", "1", book="b1")
        do(found, "order.paid", "2", order="o1", amount="49.99")
        (task,) = found.mall.tasks("ann")

    assert [(goal.name, goal.done, goal.needed, goal.unit, goal.scale, goal.full) for goal in task.goals] == [
        ("read", 1, 3, "times", 0, False),
        ("spend", 4999, 5000, "CNY", 2, False),
        ("climb", 1, 5, "times", 0, False),
    ]
    assert (fresh.goals[0].done, fresh.state, task.state, task.title["en"]) == (0, "open", "open", "Reading week")
    assert (task.goals[0].gives, task.gives) == ((("points", 10),), (("coffee", 1), ("points", 100)))
    assert (task.resets_at, task.ends_at) == (moment("2026-03-09T00:00+08:00"), moment("2026-04-01T00:00+08:00"))


def test_a_task_is_done_until_its_window_ends(tmp_path):
    """Then it is open again, at nothing."""
    with stage(tmp_path, TASK) as found:
        for n in range(3):
            do(found, "chapter.read", f"r{n}", book=f"b{n}", level=5)
        do(found, "order.paid", "o", order="o1", amount="50.00")
        done = found.mall.task("reading", "ann")
        found.move(moment("2026-03-09T00:00+08:00"))
        anew = found.mall.task("reading", "ann")

    assert (done.state, done.rounds, [goal.full for goal in done.goals]) == ("done", 1, [True] * 3)
    assert (anew.state, anew.rounds, [goal.done for goal in anew.goals]) == ("open", 0, [0] * 3)


def test_a_task_that_begins_again_shows_its_rounds(tmp_path):
    """Until the last one it may have."""
    text = "campaign: again\nkind: task\ngoals: {read: {when: chapter.read, give: {points: 1}}}\nrestart: true\nat_most: [2 per user]\n"
    with stage(tmp_path, text) as found:
        seen = []
        for n in range(2):
            do(found, "chapter.read", f"r{n}", book="b")
            task = found.mall.task("again", "ann")
            seen.append((task.state, task.rounds, task.goals[0].done))

    assert seen == [("open", 1, 0), ("done", 2, 0)]


def test_a_task_of_each_book_is_shown_for_each_book(tmp_path):
    """For those that anything counted of."""
    text = "campaign: books\nkind: task\nper: [user, book]\ngoals: {read: {when: chapter.read, count: 2, give: {points: 1}}}\n"
    with stage(tmp_path, text) as found:
        nothing = found.mall.tasks("ann")
        for n, book in enumerate(["a", "b", "a"]):
            do(found, "chapter.read", f"r{n}", book=book)
        seen = {task.subject: (task.goals[0].done, task.state) for task in found.mall.tasks("ann")}
        with pytest.raises(NotFound):
            found.mall.task("books", "bob")

    assert (nothing, seen) == ([], {("a",): (2, "done"), ("b",): (1, "open")})


def test_a_streak_on_a_screen(tmp_path):
    """Rows, marked and mended days, the next milestone, what can be made up, and for what."""
    with stage(tmp_path, STREAK) as found:
        found.mall.desk.adjust("ann", "card", 3, key="g", reason="given")
        do(found, "check_in", "1")
        do(found, "check_in.makeup", "2", at="2026-03-04T09:00+08:00", date="2026-03-03")
        do(found, "check_in", "3", at="2026-03-06T09:00+08:00")
        view = found.mall.streak("daily", "ann")

    assert (view.present, view.longest, view.total, view.marked_today) == (1, 2, 3, True)
    assert view.marked == (date(2026, 3, 2), date(2026, 3, 3), date(2026, 3, 6))
    assert (view.mended, [row.length for row in view.rows]) == ((date(2026, 3, 3),), [1, 2])
    assert [(m.counts, m.days, m.left, m.paid) for m in view.milestones] == [
        ("row", 2, 1, False),
        ("row", 7, 6, False),
        ("total", 3, 0, True),
    ]
    assert (view.next.counts, view.next.days, view.next.gives) == ("row", 2, (("points", 10),))
    assert (view.makeup.days, view.makeup.left) == ((date(2026, 3, 5), date(2026, 3, 4)), 1)
    assert view.makeup.until[date(2026, 3, 5)] == date(2026, 3, 7)
    assert view.makeup.pay == {"card": (("card", 1),), "points": (("points", 20),)}
    assert (view.today, view.resets_at, view.state) == (date(2026, 3, 6), moment("2026-04-01T00:00+08:00"), "open")


def test_somebody_new_sees_an_empty_streak(tmp_path):
    """And what could be made up since it began."""
    with stage(tmp_path, STREAK) as found:
        view = found.mall.streak("daily", "bob", month="2026-02")
        (same,) = found.mall.streaks("bob")

    assert (view.present, view.longest, view.total, view.marked, view.rows, view.month) == (0, 0, 0, (), (), "2026-02")
    assert (view.makeup.days, same.today) == ((date(2026, 3, 1),), date(2026, 3, 2))


def test_a_streak_by_the_members_own_calendar(tmp_path):
    """In New York it is still the first."""
    with stage(tmp_path, STREAK, ann={"zone": "America/New_York"}, bob={"vip": True}) as found:
        answer = do(found, "check_in", "1")
        do(found, "check_in", "2", user="bob")
        views = [found.mall.streak("daily", user) for user in ("ann", "bob")]
        points = found.mall.wallet("bob").units["points"].balance

    assert [view.today for view in views] == [date(2026, 3, 1), date(2026, 3, 2)]
    assert (answer.day, answer.row, views[0].zone, points) == ("2026-03-01", 1, "America/New_York", 10)


def test_there_is_no_such_streak(tmp_path):
    """Nor is a task one."""
    with stage(tmp_path, TASK) as found, pytest.raises(NotFound, match="reading"):
        found.mall.streak("reading", "ann")


def test_a_no_is_a_sentence_in_both_languages(tmp_path):
    """With the day, and until when."""
    with stage(tmp_path, STREAK) as found, pytest.raises(Refused) as caught:
        do(found, "check_in.makeup", "1", at="2026-03-10T09:00+08:00", date="2026-03-05")

    assert caught.value.message("zh") == "2026年3月5日最晚可在 2026年3月7日补，现在已过期。"
    assert caught.value.message("en") == "5 Mar 2026 could be restored until 7 Mar 2026. It’s too late now."


def test_two_events_of_one_batch_cannot_both_finish_a_goal(tmp_path):
    """The second of two that come together counts on what the first left."""
    text = "campaign: once\nkind: task\ngoals: {read: {when: chapter.read, count: 2, give: {points: 7}}}\n"
    with stage(tmp_path, text) as found:
        asks = [
            Requests(found.mall.ports).event("chapter.read", user="ann", key=f"k{n}", data={"book": f"b{n}"})
            for n in range(4)
        ]
        outcomes = found.transactions.run(asks, found.store)
        points = found.mall.wallet("ann").units["points"].balance

    assert [outcome.decisions[0].outcome for outcome in outcomes] == ["granted", "granted", "skipped", "skipped"]
    assert points == 7
