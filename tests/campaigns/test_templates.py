"""Templates write campaigns that are sound, whatever is typed into their forms."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quanyi.campaigns.language.documents import documents_of
from quanyi.campaigns.language.findings import Findings
from quanyi.campaigns.project.load import load_project, try_project
from quanyi.campaigns.templates.templates import TemplateAnswersError, choices, template, templates
from quanyi.entitlements.errors import NotFound

DEMO = Path(__file__).parents[2] / "demo_app" / "mall"
ANSWERS = {
    "campaign": "made-by-form",
    "title_zh": "新活动",
    "title_en": "A new one",
    "thing": "signed_print",
    "price": "9.90",
    "quota": "20",
    "unit": "points",
    "points": "300",
    "on": "check_in",
    "daily": "5",
    "more": "50",
    "budget": "100000",
    "when": "chapter.read",
    "give": "10",
    "count": "3",
    "goal_zh": "读完 3 章",
    "goal_en": "Finish 3 chapters",
    "first": "tea",
    "second": "film_week",
    "joins": "friend.joined",
    "inviter": "inviter",
    "friend_gets": "50",
    "inviter_gets": "100",
}
NAMES = [each.name for each in templates()]
WORDS = st.text(st.characters(blacklist_categories=["Cs", "Cc", "Cf", "Co", "Cn", "Zl", "Zp"]), min_size=1).filter(
    str.strip
)


def answers_for(name: str, **more: str) -> dict[str, str]:
    asked = {field.name for field in template(name).fields()}
    return {key: text for key, text in {**ANSWERS, **more}.items() if key in asked}


@pytest.mark.parametrize("name", NAMES)
def test_what_a_template_writes_has_no_mistake(name, tmp_path):
    folder = shutil.copytree(DEMO, tmp_path / "mall")
    for file in (folder / "campaigns").glob("*.yaml"):
        file.unlink()  # one streak, one referral, one offer of a thing at a time
    shutil.rmtree(folder / "catalogue" / "scenes")
    (folder / "campaigns" / "new.yaml").write_text(template(name).write(answers_for(name)))
    project, findings = try_project(folder)

    assert [finding for finding in findings if finding.level == "error"] == []
    assert project.campaigns["made-by-form"].head.kind == template(name).kind


@pytest.mark.parametrize("name", NAMES)
@given(zh=WORDS, en=WORDS)
def test_a_title_is_text_whatever_it_holds(name, zh, en):
    text = template(name).write(answers_for(name, title_zh=zh, title_en=en))
    (document,) = documents_of("new.yaml", text, findings := Findings())

    assert (document.data["title"], findings.items) == ({"zh": zh.strip(), "en": en.strip()}, [])


@pytest.mark.parametrize(
    ("field", "answer"),
    [
        ("campaign", "a: b"),
        ("campaign", "Ä"),
        ("thing", "x}, y: {z"),
        ("points", "1}"),
        ("points", "-3"),
        ("points", "1e3"),
        ("money", "nan"),
        ("starts", "tomorrow"),
        ("per", "century"),
        ("most", "0"),
        ("campaign", ""),
        ("sells", "x"),
    ],
)
def test_an_answer_that_does_not_fit_is_named(field, answer):
    with pytest.raises(TemplateAnswersError) as no:
        template("exchange").write(answers_for("exchange") | {field: answer})

    assert set(no.value.problems) == {field}


def test_a_mall_of_one_language_is_asked_in_that_alone():
    exchange = template("exchange")
    answers = {name: text for name, text in answers_for("exchange").items() if name != "title_zh"}

    assert "title_zh" not in {field.name for field in exchange.fields(["en"])}
    assert "zh" not in exchange.write(answers, ["en"])
    with pytest.raises(TemplateAnswersError, match="title_zh"):
        exchange.write(answers, ["zh", "en"])


def test_a_form_offers_what_the_mall_has():
    project = load_project(DEMO)
    fields = {field.name: choices(field, project) for field in template("exchange").fields()}

    assert set(fields["unit"]) == set(project.units)
    assert "tea" in fields["thing"]
    assert fields["per"] == ("ever", "day", "week", "month", "year")
    assert fields["title_en"] == ()


def test_an_unknown_template_is_told_with_those_there_are():
    with pytest.raises(NotFound, match="flash-sale"):
        template("lottery")
