"""
Every no can be said: each code and reason in each language, with its numbers, its date and the way on.
"""

from __future__ import annotations

import ast
import re
from datetime import UTC, date, datetime
from pathlib import Path
from string import Formatter
from typing import ClassVar

import pytest

from quanyi import entitlements
from quanyi.entitlements import errors, grants
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
from quanyi.entitlements.messages.render import LANGUAGES, TEXTS, say_day, say_when
from quanyi.entitlements.plays.sale import pay
from tests.entitlements.stage import moment

ROOT = Path(entitlements.__file__).parents[1]
KINDS = {name: kind for name, kind in vars(errors).items() if isinstance(kind, type) and issubclass(kind, Refused)}
CODES = sorted({kind.code for kind in KINDS.values()})

FROM_ELSEWHERE = {
    # reasons that are not written where they are raised: the expression, and every word it may stand for
    "_FINAL[deal.phase]": set(pay._FINAL.values()),
    "_REASONS.get(phase, phase)": {*grants._REASONS.values(), "expired", "withdrawn", "void"},
    "flag": {"not-bound", "seen-before"},
    "own or 'only-new-users'": {"only-new-users"},
    "reason": {
        *("already-used", "already-revealed", "goal-done", "task-done"),
        *("failed", "too-deep", "keeps-asking"),
    },
    "right.phase": {"withdrawn", "void"},
}
BY_FILES = {
    # words that campaign files make up: they fall back to the text of the code, which has the numbers
    "f'not-{part.reason}' if isinstance(part, Test) else None",
    "condition.reason",
    "limit.reason or None",
    "test.reason",
}
PASSED_ON = {"decision.reason", "no.reason"}  # what another refusal said


def refusals_in_the_source():
    """Every place in the product that makes a refusal: the expression of its reason, and the words in it."""
    for path in (
        path for folder in ("entitlements", "campaigns", "adapters") for path in (ROOT / folder).rglob("*.py")
    ):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and name_of(node.func) in {*KINDS, "kind", "type", "_verdict"}:
                yield from ((keyword.value, path) for keyword in node.keywords if keyword.arg == "reason")


def name_of(called):
    return called.id if isinstance(called, ast.Name) else name_of(called.func) if isinstance(called, ast.Call) else ""


def words_in(reason):
    """The words that an expression gives by itself: ``a``, or ``a if … else b``; None where they come from elsewhere."""
    if isinstance(reason, ast.IfExp):
        both = words_in(reason.body), words_in(reason.orelse)
        return None if None in both else both[0] | both[1]
    return {reason.value} if isinstance(reason, ast.Constant) and reason.value else None


def reasons():
    """Every reason word that the product says of its own."""
    written = set().union(*(words_in(reason) or set() for reason, _ in refusals_in_the_source()))
    return written.union(*FROM_ELSEWHERE.values())


def test_every_place_that_says_no_is_known():
    """A reason that comes from elsewhere is listed above with its words, so that a new one is not forgotten."""
    unread = {ast.unparse(reason) for reason, _ in refusals_in_the_source() if words_in(reason) is None}

    assert unread == {*FROM_ELSEWHERE, *BY_FILES, *PASSED_ON}
    assert len(reasons()) > 30


@pytest.mark.parametrize("word", sorted({*CODES, *reasons()}))
def test_every_code_and_every_reason_has_a_text_in_each_language(word):
    """A host can show any refusal as it comes; only reasons of campaign files fall back to the code."""
    assert {language for language in LANGUAGES if TEXTS[word][language]} == set(LANGUAGES)


def test_every_text_is_said_by_somebody():
    """A text for a reason that nobody gives any more is dead."""
    assert set(TEXTS) == {*CODES, *reasons()}


SAMPLES = {
    "asked": 3,
    "available": Amount(270, "points"),
    "chosen": "film, song",
    "day": date(2026, 3, 8),
    "ended_at": datetime(2026, 3, 8, 16, tzinfo=UTC),
    "first": date(2026, 3, 8),
    "last": date(2026, 3, 9),
    "least": 4,
    "left": 2,
    "limit": 2,
    "min": Amount(2000, "CNY", 2),
    "missing": Amount(1, "CNY", 2),
    "more_than": Amount(2000, "CNY", 2),
    "needed": Amount(300, "points"),
    "next_at": datetime(2026, 3, 8, 16, tzinfo=UTC),
    "of": "amount",
    "options": "film, song, book",
    "order": "A-17",
    "pick": 2,
    "same": "order",
    "to": "friend",
    "until": datetime(2026, 3, 8, 16, tzinfo=UTC),
    "used": 2,
    "used_at": datetime(2026, 3, 8, 16, tzinfo=UTC),
}


def spoken():
    """Every sentence of every entry, said by a refusal that has just the values it asks for."""
    for word, texts in sorted(TEXTS.items()):
        for number in range(len(texts["zh"])):
            shows = {name: SAMPLES[name] for name in sorted(fields(texts["zh"][number]))}
            next_at = shows.pop("next_at", None)
            yield word, number, Refused(reason=word, shows=shows, next_at=next_at, zone="Asia/Shanghai")


def fields(text):
    return {name for _, name, _, _ in Formatter().parse(text) if name}


@pytest.mark.parametrize(("word", "number", "no"), list(spoken()), ids=lambda value: str(value)[:40])
def test_every_sentence_can_be_read_aloud(word, number, no):
    """Whole sentences without a placeholder or a word of ours in them, in the language that was asked for."""
    zh, en = no.message("zh"), no.message("en")

    assert zh.endswith("。")
    assert not re.search(r"[{}_]|None|,|;|  |。。|[a-z]+-[a-z]+", zh)
    assert en.endswith(".")
    assert not re.search(r"[{}_]|None|  |\.\.|[\u4e00-\u9fff]", en)
    assert en[0].isupper() or en[0].isdigit()
    assert len(zh) <= 60
    assert len(en) <= 130
    assert en.count(". ") <= 2
    assert all(said(value) in en for value in no.shows.values())
    assert no.next_at is None or "9 Mar 2026, 00:00" in en


def said(value):
    """A sample as a sentence has it: numbers and names as they are, days and moments as people say them."""
    if isinstance(value, datetime):
        return "9 Mar 2026, 00:00"
    return say_day(value, "en") if isinstance(value, date) else str(value).partition(" ")[0]


WAYS_ON = re.compile(
    r"next|from|until|please|have a look|see |send|enter|you can|once|with |support|takes|come back|first|another",
    re.IGNORECASE,
)
FINAL = {
    # nothing is left to do, and the sentence says what has come of it
    "already-bound", "already-marked", "already-paid", "already-refunded", "already-revealed", "already-used", "amount-missing",
    "choice-closed", "day-before-joining", "day-before-start", "day-not-over", "day-to-come", "day-too-old", "expired", "failed", "hold-closed", "keeps-asking", "insufficient-points",
    "kept-already", "loop", "no-receiver", "no-source", "not-eligible", "not-paid", "not-open", "nothing-to-count", "promise-closed",
    "refused", "seen-before", "still-placed", "task-done", "too-deep", "too-late-to-make-up", "tree-too-tall", "undone", "voucher-refused", "wallet-full", "limit-reached",
}  # fmt: skip


@pytest.mark.parametrize("word", sorted(set(TEXTS) - FINAL))
def test_a_no_that_is_not_final_says_the_way_on(word):
    """Each of its sentences: when again, what to do instead, whom to ask."""
    assert [text for text in TEXTS[word]["en"] if not WAYS_ON.search(text)] == []


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
            "还差 30 积分：需要 300 积分，你有 270 积分。做任务可以再攒一些。",
            "You’re 30 points short: it takes 300 points, and you have 270 points. Tasks earn you more.",
        ),
        (
            InsufficientPoints(shows=ONE),
            "还差 1 积分：需要 300 积分，你有 299 积分。做任务可以再攒一些。",
            "You’re 1 point short: it takes 300 points, and you have 299 points. Tasks earn you more.",
        ),
        (
            InsufficientPoints(shows=STARS),
            "还差 30 星星：需要 300 星星，你有 270 星星。做任务可以再攒一些。",
            "You’re 30 stars short: it takes 300 stars, and you have 270 stars. Tasks earn you more.",
        ),
        (
            LimitReached(shows=TIMES, next_at=EIGHTH, zone="Asia/Shanghai"),
            "最多 2 次，你已有 1 次，2026年3月9日 00:00 起可以再来。",
            "Limit: 2 times. You’ve already had 1 time. Available again from 9 Mar 2026, 00:00.",
        ),
        (
            LimitReached(reason="word-of-a-campaign", shows={**TIMES, "of": "pieces"}),
            "最多 2 件，你已有 1 件。",
            "Limit: 2 pieces. You’ve already had 1 piece.",
        ),
        (
            NotOpen(next_at=EIGHTH),
            "尚未开始，2026年3月8日 16:00 UTC 开放。",
            "Not open yet. It opens on 8 Mar 2026, 16:00 UTC.",
        ),
        (NotOpen(), "现在不在开放时间。", "It’s not open right now."),
        (
            OutOfStock(shows={"left": 1, "asked": 3, "missing": 2}),
            "仅剩 1 件，不足 3 件，请减少数量。",
            "Only 1 piece left of the 3 pieces you want. Please choose fewer.",
        ),
        (
            OutOfStock(shows={"left": 0, "asked": 1, "missing": 1}),
            "已兑完，看看其他好物吧。",
            "Sold out. See what else there is.",
        ),
        (
            NotEligible(reason="amount-min", shows={"missing": Amount(1, "CNY", 2), "min": Amount(2000, "CNY", 2)}),
            "还差 0.01 元，达到 20.00 元即可参加。",
            "You’re CNY 0.01 short: it takes CNY 20.00 to take part.",
        ),
        (VoucherRefused(reason="already-used"), "已经使用过。", "It has already been used."),
    ],
)
def test_a_refusal_says_its_numbers_and_the_way_on(refusal, zh, en):
    """The sentence that says most is taken, where its values are there."""
    assert (refusal.message("zh-CN"), refusal.message("en")) == (zh, en)


def test_an_instant_is_told_in_the_zone_of_the_campaign():
    """16:00 in UTC is midnight of the next day in Shanghai."""
    assert say_when(EIGHTH, "Asia/Shanghai", "zh") == "2026年3月9日 00:00"


def test_a_refusal_whose_sentences_need_more_than_it_shows_is_said_all_the_same():
    """A slip in a host's own class is no crash for whoever is refused."""

    class Full(errors.OutOfStock):
        sentences: ClassVar = {"zh": ("{place} 个名额已满。",), "en": ("All {place} places are taken.",)}

    said = [Full(reason="full", shows={"places": 2}).message(locale) for locale in ("zh", "en")]
    assert said == ["暂时无法办理。", "We can’t do this right now."]
