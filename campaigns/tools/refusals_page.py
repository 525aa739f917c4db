"""
The page of refusals, made from the words of a no and their sentences.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from string import Formatter
from typing import Any

from quanyi.campaigns.tools.explain import refusal_of
from quanyi.entitlements.amounts import Amount
from quanyi.entitlements.inputs import Decision
from quanyi.entitlements.messages.catalogue import TEXTS
from quanyi.entitlements.refusals import WORDS, NoWord

__all__ = ["PAGE", "refusals_page", "sample"]

PAGE = "docs/reference/refusals.md"

_HEAD = """# Refusals

Made by `python -m quanyi.campaigns.tools.refusals_page`; a test holds it current.

A no is an answer: `Refused` is raised, nothing was booked, and the same key may be used again. `no.code` is the stable code of its class, `no.reason` the more exact word: one of these, the name of the test that failed (`amount-min`, `level-is`), or the word that the campaign gives (`reason:` of a limit or a condition). `no.message("zh")` is the sentence, with the numbers of this no; where a number is not known, a shorter one. Which of several noes is told is decided by the order of a campaign's checks, which `quanyi show` lists.

The numbers in the sentences are examples.
"""
_MIDNIGHT = datetime(2026, 5, 31, 16, tzinfo=UTC)
_SAMPLES: Mapping[str, Any] = {
    "asked": 3,
    "available": Amount(270, "points"),
    "chosen": "tea",
    "day": date(2026, 5, 1),
    "ended_at": _MIDNIGHT,
    "first": date(2026, 5, 2),
    "last": date(2026, 5, 4),
    "least": 8,
    "left": 2,
    "limit": 2,
    "min": Amount(2500, "CNY", 2),
    "missing": Amount(30, "points"),
    "more_than": Amount(2500, "CNY", 2),
    "needed": Amount(300, "points"),
    "options": "coffee, tea",
    "order": "A1001",
    "pick": 1,
    "until": _MIDNIGHT,
    "used": 2,
    "used_at": _MIDNIGHT,
}


def refusals_page() -> str:
    """The page as Markdown: a table of all words, and by each kind those that it says."""
    rows = [f"| `{word}` | {_codes(no)} | {no.when} | {_by(no)} |" for word, no in WORDS.items()]
    said = [f"| `{word}` | {sample(word, 'zh')} | {sample(word, 'en')} |" for word in WORDS]
    return "\n".join(
        [
            _HEAD,
            "## Words\n",
            "| word | code | said when | by kind or input: check |\n|---|---|---|---|",
            *rows,
            "",
            "## By kind\n",
            "| kind | words |\n|---|---|",
            *_kinds(),
            "",
            "## Sentences\n",
            "| word | Chinese | English |\n|---|---|---|",
            *said,
            "",
        ]
    )


def sample(word: str, locale: str) -> str:
    """The fullest sentence of a word, with numbers as an example; a word without one is told by its code's."""
    code = WORDS[word].code.partition(",")[0]
    entry = TEXTS.get(word) or TEXTS.get(code) or TEXTS["refused"]
    fields = {name for _, name, _, _ in Formatter().parse(entry["en"][0]) if name}
    shows = {name: _SAMPLES[name] for name in fields if name in _SAMPLES}
    if code == "not-eligible" and "min" in shows:
        shows["missing"] = Amount(500, "CNY", 2)
    next_at = _MIDNIGHT if "next_at" in fields else None
    skipped = Decision(campaign="", outcome="skipped", code=code, reason=word, shows=shows, next_at=next_at)
    return refusal_of(skipped, "Asia/Shanghai").message(locale)


def _codes(no: NoWord) -> str:
    return ", ".join(f"`{code}`" for code in no.code.split(", "))


def _by(no: NoWord) -> str:
    sayers: dict[str, list[str]] = {}
    for who, check in no.by:
        sayers.setdefault(who, []).append(f"`{check}`" if check else "")
    return "; ".join(f"{who}: {', '.join(checks)}" if any(checks) else who for who, checks in sayers.items())


def _kinds() -> Iterator[str]:
    """What each kind says, those of every kind first."""
    from quanyi.campaigns.kinds.builtin import BUILTIN

    every = [word for word, no in WORDS.items() if any(who == "every kind" for who, _ in no.by)]
    yield f"| every kind | {', '.join(f'`{word}`' for word in every)} |"
    for kind in sorted(BUILTIN.by_word):
        own = [word for word, no in WORDS.items() if word not in every and kind in _whose(no)]
        yield f"| `{kind}` | {', '.join(f'`{word}`' for word in own)} |"


def _whose(no: NoWord) -> set[str]:
    return {name for who, _ in no.by for name in who.split(", ")}


if __name__ == "__main__":
    Path(PAGE).write_text(refusals_page(), encoding="utf-8")
