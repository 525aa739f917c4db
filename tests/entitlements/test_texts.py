"""
Every no can be said: each code and reason in each language, with its numbers, its date and the way on.
"""

from __future__ import annotations

import ast
from pathlib import Path
from string import Formatter

import pytest

from quanyi import entitlements
from quanyi.entitlements import errors
from quanyi.entitlements.amounts import Amount
from quanyi.entitlements.errors import (
    InsufficientPoints,
    LimitReached,
    NotEligible,
    NotOpen,
    OutOfStock,
    Refused,
    VoucherRefused,
)
from quanyi.entitlements.texts import LANGUAGES, TEXTS, say_when
from tests.entitlements.stage import moment

FOLDER = Path(entitlements.__file__).parent
CODES = sorted({kind.code for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, Refused)})
INSIDE = {  # skipped lines of a decision: support reads them, customers do not
    "amount-missing",
    "day-missing",
    "holdout",
    "no-receiver",
    "no-source",
    "nothing-to-count",
    "nothing-to-give",
    "rollout",
}


def reasons_in_the_source():
    """The reasons that plays and mechanisms give themselves."""
    found = set()
    for path in FOLDER.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.keyword) and node.arg == "reason":
                found |= {n.value for n in ast.walk(node.value) if isinstance(n, ast.Constant) and n.value}
    plain = (reason for reason in found if isinstance(reason, str))
    return {reason for reason in plain if reason.islower() and " " not in reason and not reason.endswith("-")}


def fields(text):
    return {name for _, name, _, _ in Formatter().parse(text) if name}


@pytest.mark.parametrize("code", CODES)
def test_every_code_has_a_text_in_each_language(code):
    """A host can show any refusal as it comes."""
    assert {language for language in LANGUAGES if TEXTS[code][language]} == set(LANGUAGES)


@pytest.mark.parametrize("reason", sorted(reasons_in_the_source() - INSIDE - {"paid", "refunded"}))
def test_every_reason_that_a_customer_can_meet_has_a_text(reason):
    """Reasons of our own are no exception; only those of campaign files fall back to the code."""
    assert reason in TEXTS


@pytest.mark.parametrize("entry", sorted(TEXTS))
def test_languages_say_the_same(entry):
    """The same values stand in the sentences of each language, and the last one needs none."""
    asked = {language: [fields(text) for text in TEXTS[entry][language]] for language in LANGUAGES}

    assert asked["zh"] == asked["en"]
    assert asked["zh"][-1] == set()


POINTS = {name: Amount(value, "points") for name, value in (("needed", 300), ("available", 270), ("missing", 30))}
ONE = {name: Amount(value, "points") for name, value in (("needed", 300), ("available", 299), ("missing", 1))}
STARS = {**POINTS, "title": {"zh": "星星", "en": "stars"}}
TIMES = {"limit": 2, "used": 1, "asked": 1, "of": "times"}
EIGHTH = moment("2026-03-08T16:00")


@pytest.mark.parametrize(
    ("refusal", "zh", "en"),
    [
        (
            InsufficientPoints(shows=POINTS),
            "还差 30 积分：需要 300 积分，现有 270 积分。做任务可以再攒一些。",
            "30 points short: it takes 300 points, and you have 270 points. You can earn more with tasks.",
        ),
        (
            InsufficientPoints(shows=ONE),
            "还差 1 积分：需要 300 积分，现有 299 积分。做任务可以再攒一些。",
            "1 point short: it takes 300 points, and you have 299 points. You can earn more with tasks.",
        ),
        (
            InsufficientPoints(shows=STARS),
            "还差 30 星星：需要 300 星星，现有 270 星星。做任务可以再攒一些。",
            "30 stars short: it takes 300 stars, and you have 270 stars. You can earn more with tasks.",
        ),
        (
            LimitReached(shows=TIMES, next_at=EIGHTH, zone="Asia/Shanghai"),
            "最多 2 次，已用 1 次，2026年3月9日 00:00 起可以再来。",
            "At most 2 times, and 1 time used. You can come again from 9 Mar 2026, 00:00.",
        ),
        (
            LimitReached(reason="word-of-a-campaign", shows={**TIMES, "of": "pieces"}),
            "最多 2 件，已用 1 件。",
            "At most 2 pieces, and 1 piece used.",
        ),
        (
            NotOpen(next_at=EIGHTH),
            "尚未开始，2026年3月8日 16:00 UTC 开放。",
            "Not open yet; it opens on 8 Mar 2026, 16:00 UTC.",
        ),
        (NotOpen(), "现在不在开放时间。", "It is not open now."),
        (
            OutOfStock(shows={"left": 1, "asked": 3, "missing": 2}),
            "仅剩 1 件，不足 3 件，请减少数量。",
            "Only 1 piece left of the 3 pieces you want. Please choose fewer.",
        ),
        (
            OutOfStock(shows={"left": 0, "asked": 1, "missing": 1}),
            "已兑完，看看其他好物吧。",
            "Sold out. Have a look at what else there is.",
        ),
        (
            NotEligible(reason="amount-min", shows={"missing": Amount(1, "CNY", 2), "min": Amount(2000, "CNY", 2)}),
            "还差 0.01 元，达到 20.00 元 即可参加。",
            "CNY 0.01 short; it takes CNY 20.00 to take part.",
        ),
        (VoucherRefused(reason="already-used"), "已经使用过。", "It has been used already."),
    ],
)
def test_a_refusal_says_its_numbers_and_the_way_on(refusal, zh, en):
    """The sentence that says most is taken, where its values are there."""
    assert (refusal.message("zh-CN"), refusal.message("en")) == (zh, en)


def test_an_instant_is_told_in_the_zone_of_the_campaign():
    """16:00 in UTC is midnight of the next day in Shanghai."""
    assert say_when(EIGHTH, "Asia/Shanghai", "zh") == "2026年3月9日 00:00"
