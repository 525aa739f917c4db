"""Commands about a project: validate, show, test, schema."""

from __future__ import annotations

import json

import pytest

from tests.stories.samples import GOOD, write_project

MISSPELT = "campaign: more\nkind: rewrd\nwhen: order.paid\ngive: {points: 1}\nat_most: [1 per user]\n"


def test_a_project_without_mistakes_is_valid(quanyi, folder):
    assert quanyi("validate", folder).code == 0
    assert quanyi("validate", folder, "--json").json == {"valid": True, "findings": []}


def test_every_mistake_is_printed_with_its_place_and_a_hint(quanyi, folder):
    (folder / "campaigns" / "more.yaml").write_text(MISSPELT, encoding="utf-8")

    answer = quanyi("validate", folder)

    assert answer.code == 1
    assert answer.out == "campaigns/more.yaml:2:7 unknown-kind there is no kind 'rewrd' (did you mean reward?)\n"
    assert answer.err == "1 mistake, 0 warnings\n"


def test_mistakes_in_stories_are_found_too(quanyi, tmp_path):
    folder = write_project(tmp_path, one=GOOD.replace("promises: {ann: 1}", "promise: {ann: 1}", 1))

    (finding,) = quanyi("validate", folder, "--json").json["findings"]

    assert (finding["file"], finding["line"], finding["code"]) == ("stories/one.yaml", 5, "unknown-check")
    assert finding["hint"] == "did you mean promises?"


def test_warnings_are_no_failure_unless_asked(quanyi, folder):
    story = "story: a\ngiven: {stock: {phone: 1}}\nsteps: [{at: '2026-03-01 10:00', do: let time pass}]\n"
    (folder / "stories" / "good.yaml").write_text(story, encoding="utf-8")
    (folder / "catalogue" / "goods.yaml").write_text("goods: {phone: {list: 1.00}}\n", encoding="utf-8")

    answer = quanyi("validate", folder)

    assert answer.code == 0
    assert answer.out.rstrip().endswith("[warning]")
    assert quanyi("validate", folder, "--strict").code == 1


def test_a_folder_without_a_mall_is_a_finding(quanyi, tmp_path):
    answer = quanyi("validate", tmp_path)

    assert answer.code == 1
    assert "no-mall" in answer.out


@pytest.mark.parametrize("command", [["test"], ["show"], ["run", "--memory", "--events", __file__]])
def test_commands_that_need_a_good_project_print_its_mistakes(quanyi, folder, command):
    (folder / "campaigns" / "more.yaml").write_text(MISSPELT, encoding="utf-8")

    answer = quanyi(command[0], folder, *command[1:])

    assert answer.code == 1
    assert answer.err.splitlines() == [
        "campaigns/more.yaml:2:7 unknown-kind there is no kind 'rewrd' (did you mean reward?)",
        "error: 1 mistake, 0 warnings",
    ]


# --- show ----------------------------------------------------------------------------------------


def test_show_says_campaigns_of_a_folder_a_file_or_one(quanyi, folder):
    whole, file = quanyi("show", folder).out, quanyi("show", folder / "campaigns" / "coffee.yaml").out
    one = quanyi("show", folder, "coffee-hour").out

    assert "coffee-hour" in whole
    assert "thanks" in whole
    assert one == file
    assert "thanks" not in one


def test_show_speaks_both_languages(quanyi, folder):
    assert "Checks, in order" in quanyi("show", folder, "thanks").out
    assert "检查顺序" in quanyi("show", folder, "thanks", "--lang", "zh").out


def test_show_prints_json(quanyi, folder):
    (data,) = quanyi("show", folder, "coffee-hour", "--json").json

    assert (data["campaign"], data["kind"]) == ("coffee-hour", "flash_sale")


def test_show_does_not_know_what_is_not_there(quanyi, folder, tmp_path):
    assert "there is no campaign 'tea'" in quanyi("show", folder, "tea").err
    assert "is in no mall project" in quanyi("show", tmp_path).err


def test_show_names_the_folder_that_stands_as_a_dot(quanyi, folder, monkeypatch):
    monkeypatch.chdir(folder)

    assert f"there is no campaign 'tea' in {folder.name} (" in quanyi("show", ".", "tea").err


# --- test ----------------------------------------------------------------------------------------


def test_stories_that_come_true(quanyi, folder):
    answer = quanyi("test", folder)

    assert answer.code == 0
    assert answer.out.splitlines() == [
        "ok    stories/good.yaml:1  thanks come after a week",
        "ok    stories/good.yaml:12  an hour of coffee",
        "stories: 2, steps: 13, not as told: 0",
    ]


def test_a_story_that_does_not_come_true_is_explained(quanyi, tmp_path):
    folder = write_project(tmp_path, one=GOOD.replace("skipped: {thanks: amount-min}", "skipped: {thanks: late}"))

    answer = quanyi("test", folder, "--story", "week")

    assert answer.code == 1
    assert answer.out.splitlines()[:3] == [
        "FAIL  stories/one.yaml:1  thanks come after a week",
        "stories/one.yaml:6: expected skipped of thanks to be late, got amount-min",
        "    thanks: skipped amount-min (amount 19.99, min 20.00, missing 0.01)  campaigns/thanks.yaml:4",
    ]


def test_a_warning_is_no_mistake_of_a_story(quanyi, folder):
    """It is printed as what it is and alone is no failure; beside a mistake it is not counted as one."""
    story = "story: a\ngiven: {stock: {phone: 1}}\nsteps: [{at: '2026-03-01 10:00', do: let time pass}]\n"
    (folder / "stories" / "good.yaml").write_text(story, encoding="utf-8")
    (folder / "catalogue" / "goods.yaml").write_text("goods: {phone: {list: 1.00}}\n", encoding="utf-8")

    told, strict, body = quanyi("test", folder), quanyi("test", folder, "--strict"), quanyi("test", folder, "--json")
    assert (told.code, strict.code, body.code) == (0, 1, 0)
    assert told.err.splitlines() == [
        "stories/good.yaml:2:24 no-stock 'phone' is the host's own and has no stock here; this changes nothing [warning]"
    ]
    assert told.out.splitlines()[-1] == "stories: 1, steps: 1, not as told: 0, warnings: 1"
    assert [(found["code"], found["level"]) for found in body.json["warnings"]] == [("no-stock", "warning")]

    (folder / "stories" / "good.yaml").write_text(story.replace("let time pass", "nap"), encoding="utf-8")
    wrong = quanyi("test", folder)
    assert wrong.code == 1
    assert wrong.err.splitlines()[-1] == "error: 1 mistake, 1 warning"


def test_warnings_of_a_project_that_cannot_be_read_are_not_called_mistakes(quanyi, folder):
    text = "campaign: c\nkind: reward\nwhen: order.paid\ngive: coffee\nat_most: [1 per user, 0 per user per day]\n"
    (folder / "campaigns" / "more.yaml").write_text(f"{text}---\n{MISSPELT}", encoding="utf-8")

    assert quanyi("plan", folder, "--db", "sqlite://").err.splitlines()[-1] == "error: 1 mistake, 1 warning"


def test_stories_are_told_in_a_database_that_is_left_as_it_was(quanyi, folder, db):
    assert quanyi("test", folder, "--db", db).code == 0
    assert "nothing is in force" in quanyi("sweep", "--db", db).err


def test_coverage_lists_silent_clauses(quanyi, folder):
    answer = quanyi("test", folder, "--coverage")

    assert answer.code == 0
    assert "silent  campaigns/thanks.yaml:8  thanks: at_most 2 times per user per month" in answer.out.splitlines()
    assert answer.out.rstrip().endswith(", silent clauses: 5")


def test_stories_as_json(quanyi, folder):
    body = quanyi("test", folder, "--coverage", "--json").json

    assert body["good"] is True
    assert [story["steps"] for story in body["stories"]] == [6, 7]
    assert body["silent"][0]["campaign"] == "coffee-hour"


# --- schema --------------------------------------------------------------------------------------


def test_the_schema_is_json_and_knows_stories(quanyi):
    schema = json.loads(quanyi("schema").out)

    assert "StoryFile" in schema["$defs"]


def test_mistakes_are_said_in_chinese(quanyi, folder):
    """Message, hint, warning and summing up; place, code and the words of the language stay as they are."""
    (folder / "campaigns" / "more.yaml").write_text(MISSPELT, encoding="utf-8")

    answer = quanyi("validate", folder, "--lang", "zh")

    assert answer.out == "campaigns/more.yaml:2:7 unknown-kind 没有 'rewrd' 这种活动类型 (是不是想写 reward？)\n"
    assert answer.err == "1 处错误，0 处警告\n"
    assert quanyi("validate", folder, "--lang", "zh", "--json").json["findings"][0]["code"] == "unknown-kind"
