"""A campaign is shown as the engine understands it, with file and line."""

from __future__ import annotations

import json

import pytest

from quanyi.campaigns.kinds.builtin import KINDS
from quanyi.campaigns.language.speaker import CHECKS
from quanyi.campaigns.project.load import load_project
from quanyi.campaigns.tools.show import show, show_data
from quanyi.entitlements.errors import NotFound
from tests.campaigns.samples import BASIC, MALL, mall


@pytest.fixture(scope="module")
def basic():
    return load_project(BASIC)


def test_the_sentence_is_said_in_both_languages(basic):
    """Numbers in the unit's places, names in the language."""
    sentence = show_data(basic, "music-exchange")["sentence"]

    assert "音乐卡 300 积分 + 5.00 CNY（原价 15.00 CNY），共 10 件" in sentence["zh"]
    assert "Music card for 300 points + 5.00 CNY (list price 15.00 CNY), 10 pieces in all" in sentence["en"]


def test_a_unit_beside_one_is_singular(tmp_path):
    """Wherever an amount of it is said: given, taken, bounded."""
    units = "units: {cards: {title: {zh: 补签卡, en: streak savers}}}"
    files = {
        "mall.yaml": f"mall: m\nzone: Asia/Shanghai\ncurrency: CNY\n{units}\n",
        "events/own.yaml": "events: {user.joined: {key: account, account: id}}\n",
        "campaigns/gift.yaml": "campaign: gift\nkind: reward\nwhen: user.joined\ngive: {cards: 1}\n"
        "at_most: [1 per user]\nbudget: {cards: [{amount: 50}]}\n",
    }
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")

    shown = show(load_project(tmp_path), "gift", "en")

    assert "1 streak saver " in shown
    assert "50 streak savers in all" in shown
    assert "1 streak savers" not in shown


def test_checks_stand_in_their_order(basic):
    """With the line that each looks at, and without one where there is nothing to look at."""
    checks = show_data(basic, "iphone-afternoon")["checks"]

    assert [check["check"] for check in checks[:5]] == ["phase", "open", "at_most", "quota", "budget"]
    assert checks[3]["where"] == "campaigns/iphone-afternoon.yaml:9"
    assert {check["check"]: check["where"] for check in checks}["stock"] == ""


def test_limits_show_their_identity(basic):
    """So that a plan can say what starts counting from zero."""
    (limit,) = show_data(basic, "check-in")["limits"]

    assert limit["id"] == "check-in/at_most/times/user/day/Asia/Shanghai"
    assert limit["where"] == "campaigns/earning.yaml:7"


@pytest.mark.parametrize("name", ["check-in", "order-points", "video-exchange", "music-exchange", "iphone-afternoon"])
@pytest.mark.parametrize("locale", ["zh", "en"])
def test_no_cell_of_the_table_is_empty(basic, name, locale):
    """Every phase answers every input."""
    table = show_data(basic, name, locale)["phases"]

    assert all(len(row["cells"]) == len(table["inputs"]) and all(row["cells"]) for row in table["rows"])


def test_the_cost_is_bounded(basic):
    """Ten phones at 300.00 below list."""
    (cost,) = show_data(basic, "iphone-afternoon")["exposure"]

    assert (cost["unit"], cost["per_user"], cost["total"]) == ("CNY", 30000, 300000)


@pytest.mark.parametrize(
    ("more", "windows", "zh", "en"),
    [
        (
            "budget: {points: [{amount: 1000, in: month}]}\nat_most: [3 per user per day]\n",
            [("day", 30, None), ("month", None, 1000)],
            "points：每人每天 30 points，全体每月 1000 points",
            "points: 30 points per user per day, 1000 points in all per month",
        ),
        (
            "budget: {points: [{amount: 1000, in: month}]}\n",
            [("month", None, 1000)],
            "points：每人每月 1000 points，全体每月 1000 points",
            "points: 1000 points per user per month, 1000 points in all per month",
        ),
        (
            "at_most: [3 per user per day]\nexposure: {accept: a test}\n",
            [("day", 30, None)],
            "points：每人每天 30 points，共无上限",
            "points: 30 points per user per day, unbounded in all",
        ),
        (
            'budget: {points: [{amount: 1000, in: month}]}\nruns: {from: "2026-01-01 00:00", until: "2026-03-01 00:00"}\n',
            [],
            "points：每人 2000 points，共 2000 points",
            "points: 2000 points per user, 2000 points in all",
        ),
    ],
    ids=["day-and-month", "month", "nobody-else", "with-an-end"],
)
def test_what_goes_on_for_ever_is_bounded_in_each_window(tmp_path, more, windows, zh, en):
    """A month's budget is a bound, though a campaign without an end has no sum of them."""
    project = mall(tmp_path, f"campaign: c\nkind: reward\nwhen: order.paid\ngive: {{points: 10}}\n{more}")
    (found,) = show_data(project, "c", "en")["exposure"]

    assert [(each["window"], each["per_user"], each["total"]) for each in found["windows"]] == windows
    assert (found["says"], show_data(project, "c", "zh")["exposure"][0]["says"]) == (en, zh)


def test_a_thing_is_written_as_it_is_named(tmp_path):
    """No capital letter is put on what is a name: one may begin with a small one."""
    (tmp_path / "campaigns").mkdir()
    goods = "goods: {earbuds: {title: iPods, list: 9.00}}\n"
    (tmp_path / "mall.yaml").write_text(f"mall: m\nzone: Asia/Shanghai\ncurrency: CNY\nlocales: [en]\n---\n{goods}")
    text = "campaign: c\nkind: flash_sale\nsells: {earbuds: 1.00}\nquota: {earbuds: 3}\nat_most: [1 piece per user]\n"
    (tmp_path / "campaigns" / "c.yaml").write_text(text)

    assert show_data(load_project(tmp_path), "c", "en")["sentence"]["en"].startswith("iPods for 1.00")


MONTHLY = """\
campaign: c
kind: {kind}
sells: {{phone: 1.00}}
quota: {{phone: {{pieces: 9, in: session}}}}
open: daily 10:00-12:00
at_most: [1 piece per user per month]
{parts}"""


def test_a_sale_and_a_bundle_are_bounded_in_each_window(tmp_path):
    """What parts give and what is below the list price are bounded by the month where pieces are."""
    text = MONTHLY.format(kind="bundle", parts="parts: {later: {give: {points: 100}}}\n")
    found = {part["unit"]: part for part in show_data(mall(tmp_path, text), "c", "en")["exposure"]}

    assert found["points"]["says"].startswith("points: 100 points per user per month")
    assert all(part["per_user"] is None and part["windows"] for part in found.values())


@pytest.mark.parametrize("locale", ["zh", "en"])
def test_everything_can_be_said(basic, locale, tmp_path):
    """As text and as JSON; a rich reward too."""
    for name in basic.campaigns:
        text = show(basic, name, locale)
        assert name in text
        assert json.loads(json.dumps(show_data(basic, name, locale)))["campaign"] == name


def test_a_percentage_is_shown_as_written(tmp_path):
    """Although it is kept in smallest parts."""
    text = "campaign: c\nkind: reward\nwhen: order.paid\ngive: {points: {percent: 10%, of: amount}}\n"
    project = mall(tmp_path, text + "budget: {points: {amount: 9}}\n")

    assert "points (10% of amount)" in show_data(project, "c")["sentence"]["en"]


def test_an_unknown_campaign_is_not_found(basic):
    """By an error of the library's own tree."""
    with pytest.raises(NotFound):
        show(basic, "ghost")


@pytest.mark.parametrize(
    ("over", "zh", "en"),
    [
        pytest.param("", "超出时跳过，不发", "beyond it: skipped, and nothing is given", id="skip"),
        (", over: flag", "照常通过，只作记录", "it goes on, and is only told"),
        (
            ", over: clip, at_least: 3",
            "给余下的部分，不足 3 points则不发",
            "what is left is given, if it is 3 points or more",
        ),
    ],
)
def test_what_happens_beyond_a_cap_is_said(over, zh, en, tmp_path):
    text = "campaign: c\nkind: reward\nwhen: check_in\ngive: {points: 10}\n"
    project = mall(tmp_path, f"{text}at_most: [9 per user]\nbudget: {{points: {{amount: 99{over}}}}}\n")

    assert zh in show(project, "c", "zh")
    assert en in show(project, "c", "en")


@pytest.mark.parametrize(
    ("count", "said"),
    [pytest.param(1, ["after 1 month,", "1 piece in all"], id="one"), (2, ["after 2 months,", "2 pieces in all"])],
)
def test_one_is_said_in_the_singular(count, said, tmp_path):
    text = f"""\
campaign: c
kind: reward
when: order.paid
give: {{points: 10}}
after: {count} month
unless: {{event: order.refunded, same: order}}
at_most: [9 per user]
---
campaign: d
kind: sale
sells: {{phone: 9.00}}
quota: {{phone: {count}}}
per_order: {count}
"""
    project = mall(tmp_path, text)

    assert said[0] in show_data(project, "c")["sentence"]["en"]
    assert said[1] in show_data(project, "d")["sentence"]["en"]


@pytest.mark.parametrize(("count", "said"), [(1, "for 1 day in a row"), (2, "for 2 days in a row")])
def test_one_day_is_no_days(count, said, tmp_path):
    project = mall(
        tmp_path,
        f"campaign: c\nkind: streak\nmark: {{on: check_in}}\nin_a_row: {{days: {count}, give: {{points: 1}}}}\n",
    )

    assert said in show_data(project, "c")["sentence"]["en"]


def test_every_check_of_every_kind_has_a_sentence():
    """And the sentences are of checks that there are."""
    assert {check for kind in KINDS for check in kind.play.all_checks} == set(CHECKS)


def test_every_way_to_take_back_is_said(tmp_path):
    """Two events with two policies: each stands in the sentence, and in its own column of the table."""
    undo = (
        "if_undone: [{when: order.refunded, same: order, take: debt}, {when: order.voided, same: order, take: left}]\n"
    )
    text = f"campaign: c\nkind: reward\nwhen: order.paid\ngive: {{points: 10}}\nat_most: [9 per user]\n{undo}"
    events = "  order.voided: {source: [order], order: id}\n"
    (tmp_path / "mall.yaml").write_text(
        MALL.replace("  check_in: {}\n", f"  check_in: {{}}\n{events}") + "---\n" + text, "utf-8"
    )

    shown = show_data(load_project(tmp_path), "c")
    given = next(row for row in shown["phases"]["rows"] if row["phase"] == "已发放")
    assert "order.refunded" in shown["sentence"]["en"]
    assert "order.voided" in shown["sentence"]["en"]
    assert given["cells"][1:] == ["收回，可欠", "收回余下的"]


def test_what_is_asked_at_payout_says_so(tmp_path):
    text = "campaign: c\nkind: reward\nwhen: check_in\ngive: {points: 10}\nafter: 7d\nat_payout: {at_most: [2 per user per month]}\n"

    assert "at most 2 per user per month when it falls due" in show_data(mall(tmp_path, text), "c")["sentence"]["en"]
