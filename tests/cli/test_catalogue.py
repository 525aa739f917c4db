"""`quanyi catalogue`: what is on offer, and changes of many things as a plan that is published and taken back."""

from __future__ import annotations

import re

import pytest
from openpyxl import Workbook
from sqlalchemy import create_engine

from quanyi import prepare_engine
from quanyi.adapters.sql.store import SqlStore
from quanyi.adapters.wiring import wire
from quanyi.campaigns.project.load import load_project

THINGS = """benefits:
  tea: {is: voucher, title: {zh: 茶, en: Tea}, face: 9.00, cost: 1.00, lasts: 9d}
  cake: {is: voucher, title: {zh: 糕, en: Cake}, face: 9.00, lasts: 9d}
"""
SHELF = """campaign: shelf
kind: sale
sells: {tea: 5.00, cake: {points: 30, money: 1.00}}
quota: {tea: 10}
at_most: [9 pieces per user]
"""
HAN = re.compile(r"[\u4e00-\u9fff]")


@pytest.fixture
def folder(folder):
    mall = folder / "mall.yaml"
    mall.write_text(mall.read_text().replace("locales: [en]", "locales: [en, zh]"))
    (folder / "catalogue" / "more.yaml").write_text(THINGS)
    (folder / "campaigns" / "shelf.yaml").write_text(SHELF)
    return folder


@pytest.fixture
def shell(quanyi, folder, applied):
    def call(*arguments, **options):
        name, *rest = arguments
        return quanyi("catalogue", name, folder, *rest, "--db", applied, **options)

    return call


@pytest.fixture
def things(shell):
    def listed(*arguments):
        return {each["thing"]: each for each in shell("list", *arguments, "--json").json["things"]}

    return listed


def test_it_lists_what_is_on_offer_in_both_languages(quanyi, folder, applied, things):
    """The first command needs no name."""
    said = {lang: quanyi("catalogue", folder, "--db", applied, "--lang", lang) for lang in ("zh", "en")}
    tea = things("--search", "tea")["shelf/tea"]

    assert {answer.code for answer in said.values()} == {0}
    assert "shelf/tea 茶" in said["zh"].out
    assert "在售" in said["zh"].out
    assert "¥5" in said["en"].out
    assert "On sale" in said["en"].out
    assert not HAN.search(said["en"].out)
    assert (tea["price"], tea["stock"], tea["left"], tea["taken"], tea["state"]) == ("5.00", 10, 10, 0, "on_sale")


@pytest.mark.parametrize(
    ("options", "found"),
    [
        (("--search", "tea"), {"shelf/tea"}),
        (("--campaign", "shelf", "--in", "points", "--least", "1"), {"shelf/cake"}),
        (("--state", "sold_out"), set()),
        (("--state", "on_sale", "--search", "cake"), {"shelf/cake"}),
        (("--state", "not_listed"), set()),
    ],
)
def test_it_is_narrowed(things, options, found):
    assert set(things(*options)) == found


def test_a_change_is_shown_published_and_taken_back(shell, things):
    done = shell("change", "tea", "shelf/cake", "--percent", "10", "--by", "xu", "--yes", "--reason", "spring")
    assert done.code == 0, done
    plan = re.search(r"undo DIR (\w+)", done.out).group(1)

    assert "¥5 → ¥5.50" in done.out
    assert "30 points + ¥1 → 30 points + ¥1.10" in done.out
    assert "unbounded in all" in done.out, "what its campaign can cost then"
    assert [things()[f"shelf/{one}"]["price"] for one in ("tea", "cake")] == ["5.50", "30 points + 1.10"]

    back = shell("undo", plan, "--by", "xu", "--yes", "--lang", "zh")
    assert back.code == 0
    assert "¥5.50 → ¥5" in back.out
    assert "已发布" in back.out
    assert things()["shelf/tea"]["price"] == "5.00"
    assert shell("undo", "nothing", "--by", "xu", "--yes").code == 2


@pytest.mark.parametrize(
    ("options", "field", "value"),
    [
        (("--price", "6"), "price", "6.00"),
        (("--raise", "-0.50"), "price", "4.50"),
        (("--stock", "0"), "stock", 0),
        (("--add", "5"), "stock", 15),
        (("--delist",), "state", "not_listed"),
        (("--list", "--from", "2199-01-01 10:00"), "state", "scheduled"),
        (("--until", "2199-01-01 10:00"), "until", "2199-01-01T02:00:00+00:00"),
    ],
)
def test_each_change_is_done(shell, things, options, field, value):
    assert shell("change", "shelf/tea", *options, "--by", "xu", "--yes").code == 0
    assert things()["shelf/tea"][field] == value


def test_nothing_is_published_without_a_yes(shell, things):
    no = shell("change", "tea", "--price", "6", "--by", "xu", input="n\n")
    kept = shell("change", "tea", "--price", "7", "--by", "xu", "--keep")
    json_ = shell("change", "tea", "--price", "8", "--by", "xu", "--json").json
    assert (no.code, kept.code, json_["release"]) == (1, 0, None)
    assert "discarded" in no.out
    assert things()["shelf/tea"]["price"] == "5.00"

    assert shell("publish", json_["plan"], "--by", "tang", "--yes").code == 0
    assert things()["shelf/tea"]["price"] == "8.00"


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_a_list_is_checked_line_by_line(shell, things, tmp_path, kind):
    """What was listed is read again as a list; what can't be done is told with its line, and left out only when that is said."""
    rows = [["item", "price", "stock"], ["shelf/tea", "5.50", "20"], ["wine", "1", ""], ["cake", "x", ""]]
    file = tmp_path / f"list.{kind}"
    if kind == "csv":
        file.write_text("\n".join(map(",".join, rows)))
    else:
        book = Workbook()
        for row in rows:
            book.active.append(row)
        book.save(file)
    told = {lang: shell("change", "--file", file, "--by", "xu", "--yes", "--lang", lang) for lang in ("zh", "en")}
    assert {answer.code for answer in told.values()} == {1}
    assert "line 3  wine  " in told["en"].out
    assert "第 3 行  wine  没有活动出售这件商品" in told["zh"].out
    assert things()["shelf/tea"]["price"] == "5.00"

    done = shell("change", "--file", file, "--by", "xu", "--yes", "--skip-mistakes")
    assert done.code == 0
    assert (things()["shelf/tea"]["price"], things()["shelf/tea"]["stock"]) == ("5.50", 20)


def test_what_is_listed_is_a_list_of_changes(shell, things, tmp_path):
    file = tmp_path / "again.csv"
    file.write_text(shell("list", "--csv").out.replace("5.00", "9.00"))
    assert shell("change", "--file", file, "--by", "xu", "--yes").code == 0

    assert things()["shelf/tea"]["price"] == "9.00"
    assert things()["shelf/cake"]["price"] == "30 points + 1.00"


def test_a_second_persons_yes_is_waited_for(shell, folder, applied, things):
    mall_file = folder / "mall.yaml"
    mall_file.write_text(f"{mall_file.read_text()}approval: {{changes: [changed]}}\n")
    refused = {
        lang: shell("change", "tea", "--price", "6", "--by", "xu", "--yes", "--lang", lang) for lang in ("zh", "en")
    }
    assert {answer.code for answer in refused.values()} == {1}
    assert "需要非撰写人批准" in refused["zh"].out
    assert "needs somebody else's yes: shelf changes" in refused["en"].out

    engine = prepare_engine(create_engine(applied))
    editing = wire(load_project(folder), SqlStore(engine, "small")).desk.editing
    plan = re.search(r"plan (\w+) is kept", refused["en"].out).group(1)
    editing.review(editing.proposals.find(plan), "approved", by="ops/8", reason="fine")
    engine.dispose()
    assert shell("publish", plan, "--by", "xu", "--yes").code == 0
    assert things()["shelf/tea"]["price"] == "6.00"


@pytest.mark.parametrize(
    "options",
    [
        ("change", "tea", "--by", "xu"),
        ("change", "tea", "--price", "1", "--stock", "2", "--by", "xu"),
        ("change", "--price", "1", "--by", "xu"),
        ("change", "tea", "--all", "--price", "1", "--by", "xu"),
        ("change", "tea", "--price", "x", "--by", "xu"),
        ("change", "tea", "--price", "1", "--in", "gold", "--by", "xu"),
        ("change", "tea", "--from", "tomorrow", "--by", "xu"),
        ("change", "tea", "--price", "1"),
        ("list", "--least", "x"),
        ("list", "--in", "gold"),
        ("publish", "nothing", "--by", "xu"),
    ],
)
def test_wrong_usage_is_one_clear_line(shell, options):
    answer = shell(*options)
    assert answer.code == 2
    assert answer.err.strip()
    assert "should not happen" not in answer.err
