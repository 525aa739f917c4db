"""The rules of docs/texts.md, over all texts: spaces, words, stops, and values that both languages name."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from quanyi.adapters.words import Words, catalogue
from quanyi.demo_app.words import texts
from quanyi.entitlements.messages.catalogue import TEXTS
from quanyi.entitlements.messages.spacing import joined, spaced

ROOT = Path(__file__).parents[2]
SLOT = re.compile(r"\{[^{}]*\}")
NEVER_EN = re.compile(
    r"\b([Ee]xchang\w+|[Aa]ll gone|[Mm]ake it up|[Mm]ade up|make-up|[Nn]ever ends|rows|come again|the way (it|they) came"
    r"|counts no longer|is yours|are there|at the till|anew|cannot|do not|is not|are not)\b|!|'"
)
NEVER_ZH = re.compile("失效的权益将|原路返回|变动|前有效|天连续|周连续|答应的|！|现有-")


def sentences(lang: str) -> dict[str, str]:
    """Every text of the mall, of the demo, and of refusals."""
    refusals = {f"{code}/{n}": said for code, of in TEXTS.items() for n, said in enumerate(of[lang])}
    return {**catalogue(lang), **{f"demo/{code}": said for code, said in texts(lang).items()}, **refusals}


def test_chinese_stands_apart_from_numbers_and_not_inside_dates():
    """One rule; where a value is, it is kept when the value is put in."""
    zh = sentences("zh")
    wrong = {code: text for code, text in zh.items() for part in SLOT.split(text) if spaced(part) != part}

    assert wrong == {}
    assert {
        code: text for code, text in zh.items() if re.search(r"[\u4e00-\u9fff] \{(day|moment|name|gifts)\}", text)
    } == {"date.expires_far": "有效期至 {day}"}


@pytest.mark.parametrize(
    ("code", "values", "text"),
    [
        ("wallet.ending", {"n": "1,120", "unit": "积分", "day": "3月31日"}, "1,120 积分将于 3月31日到期"),
        ("wallet.ending", {"n": 1, "unit": "积分", "day": "今天 24:00"}, "1 积分将于今天 24:00 到期"),
        ("deal.pay_by", {"moment": "今天 20:15"}, "请在今天 20:15 前完成支付"),
        ("deal.pay_by", {"moment": "3月23日 20:15"}, "请在 3月23日 20:15 前完成支付"),
        ("streak.next_row", {"left": 2, "days": 3, "gifts": "20 积分"}, "再签 2 天，得 20 积分"),
        ("streak.next_row", {"left": 2, "days": 3, "gifts": "影视周卡"}, "再签 2 天，得影视周卡"),
        ("date.day_of_year", {"year": "2026", "month": "3月", "day": 23}, "2026年3月23日"),
        ("right.search_none", {"q": "茶2包"}, "没有找到“茶2包”"),
    ],
)
def test_a_value_brings_its_own_space(code, values, text):
    assert Words("zh")(code, **values) == text


def test_pieces_keep_what_is_inside_them():
    assert joined(["得", "20 积分", "，", "共", "3", "份"]) == "得 20 积分，共 3 份"
    assert joined(["茶2包", "到期"]) == "茶2包到期"
    assert joined(["", "20", "", "积分"]) == "20 积分"


@pytest.mark.parametrize(("lang", "never"), [("zh", NEVER_ZH), ("en", NEVER_EN)])
def test_no_text_has_a_word_that_the_glossary_rules_out(lang, never):
    assert {code: text for code, text in sentences(lang).items() if never.search(SLOT.sub("", text))} == {}


COUNTS = re.compile(r"\{(\w+)\|")
NUMBERS = frozenset(["asked", "available", "days", "got", "left", "limit", "minutes", "n", "percent", "used"])
"""Values that are numbers in some text; whatever else is put in is a name or a text of ours."""
WORDS_OF_NUMBERS = [
    "card",
    "character",
    "day",
    "friend",
    "hour",
    "like",
    "minute",
    "month",
    "order",
    "point",
    "result",
    "time",
    "use",
    "week",
]
NO_SENTENCES = {"demo/language", "list.or", "page.other_language"}
ILL_ZH = re.compile(
    r"  |^\s|[\u4e00-\u9fff」』”][ ]?[,;:!?()](?!\d)|[,;:!?(] ?[\u4e00-\u9fff]|[{}|]|。。|，，|[，。：；、] | [，。：；、]|\.\.\."
)
ILL_EN = re.compile(r"  |[\u3000-\u303f\uff00-\uffef\u4e00-\u9fff]|[{}|]|\.\.|,,| [.,;:!?](?!\d)")


@pytest.mark.parametrize("number", [0, 1, 2, 1_000])
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_text_reads_well_with_every_number(lang: str, number: int) -> None:
    """No double space, no stop of the other language, nothing left unfilled; English nouns follow their number."""
    ill, said = {"zh": ILL_ZH, "en": ILL_EN}[lang], {}
    for code, text in {**catalogue(lang), **{f"demo/{code}": text for code, text in texts(lang).items()}}.items():
        names = set(re.findall(r"\{(\w+)", text))
        given = {name: number if _is_number(name, text) else {"zh": "果茶券", "en": "Tea"}[lang] for name in names}
        said[code] = Words(lang, {code: text})(code, **given)

    said = {code: text for code, text in said.items() if code not in NO_SENTENCES}
    assert {
        code: text for code, text in said.items() if ill.search(text.strip() if code == "why.again" else text)
    } == {}
    if lang == "en":
        one, many = (f"(?:{'|'.join(words)})" for words in (WORDS_OF_NUMBERS, [f"{w}s" for w in WORDS_OF_NUMBERS]))
        wrong = re.compile(rf"\b1 {many}\b" if number == 1 else rf"\b{number:,} {one}\b")
        assert {code: text for code, text in said.items() if wrong.search(text)} == {}


def test_every_word_that_follows_a_number_is_looked_at() -> None:
    """A new noun is put into the list, so that its plural is read too."""
    plain = {**catalogue("en"), **texts("en")}.values()
    nouns = {one for text in plain for one, many in re.findall(r"\|([^|{}]*)\|([^|{}]*)\}", text) if many == f"{one}s"}

    assert nouns <= {*WORDS_OF_NUMBERS, "expire"}
    for text in plain:  # a number and a plural without a choice: "{n} days"
        bare = re.findall(rf"\{{(?:n|left|days|used|limit)\}} (?:{'|'.join(WORDS_OF_NUMBERS)})s\b", text)
        assert bare == [], text


def _is_number(name: str, text: str) -> bool:
    return name in NUMBERS or name in COUNTS.findall(text)


def test_a_benefit_has_a_measure_word_of_its_form():
    """Declared, or by what it is; units have one where they say so."""
    from quanyi.entitlements.benefits import Benefit

    found = {form: Benefit(id="x", form=form).counted_in for form in ("card", "pass", "voucher", "membership", "code")}
    assert found == {"card": "张", "pass": "张", "voucher": "张", "membership": "份", "code": "件"}
    assert Benefit(id="latte", measure="杯").counted_in == "杯"


def test_the_glossary_is_in_the_docs():
    """A host that writes texts of its own finds the words."""
    page = (ROOT / "docs" / "texts.md").read_text(encoding="utf-8")

    assert all(word in page for word in ("redeem", "streak saver", "有效期至 3月23日", "measure"))
    assert tomllib.loads((ROOT / "adapters/web/texts/zh.toml").read_text(encoding="utf-8"))["nav"]
