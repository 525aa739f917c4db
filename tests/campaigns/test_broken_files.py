"""Whatever is wrong in a file is said in Chinese: files are broken by program, and every message and hint is read."""

from __future__ import annotations

import random
import re
import shutil
from pathlib import Path

import pytest

from quanyi.adapters.cli.validate import findings_of
from quanyi.campaigns.language.translation import in_language, worded

MALLS = Path(__file__).parents[1] / "malls"
HAN = re.compile("[\u4e00-\u9fff]")
TOKEN = re.compile(r"[^\s:{}\[\],]+")
ODD = (
    *("!!python/object:x y", "!!int x", "!!binary x", "&a", "*a", "%", "@x", "`", "[", "]", "{", "}", "- ", "? ", "|"),
    *("> ", "\t", "'", '"', '"\\x"', '"\\q"', "---", "...", "<<: 1", ": :", "\0", "\ufffd", "1e999", "9" * 50, "-1"),
    *("nan", "2026-99-99", "null", "true", "~", "[1,2", "{a: b", "event.amount + 'x'", "size(event)", "event.", "1 +"),
    *("user.vip &&", "x ? y", "'unterminated", "f(", "[1,2][9]", "event.amount.foo()", "has(event)", "1 2"),
    *("matches('(', 'a')", "duration('x')"),
)
"""What stands in a broken file in the place of a word: odd YAML, odd values, odd expressions."""


def broken(text: str, chance: random.Random) -> str:
    """A text with one word replaced, left out, or with something before it."""
    word, odd = chance.choice(list(TOKEN.finditer(text))), chance.choice(ODD)
    put = chance.choice((odd, odd, odd, "", f"{odd} {word[0]}"))
    return text[: word.start()] + put + text[word.end() :]


@pytest.mark.parametrize("mall", ["engine", "zoo", "errands", "friends", "checkins"])
def test_what_is_wrong_with_a_broken_file_is_said_in_chinese(mall: str, tmp_path: Path) -> None:
    """The same files each time; what only says what to write, in braces, needs no word."""
    chance, english = random.Random(mall), {}
    for n in range(24):
        folder = tmp_path / str(n)
        shutil.copytree(MALLS / mall, folder)
        file = chance.choice(sorted(folder.rglob("*.yaml")))
        file.write_text(broken(file.read_text(), chance))
        for finding in findings_of(folder):
            said = in_language(finding, "zh")
            texts = [text for text in (said.message, said.hint) if text and not text.startswith("{")]
            english |= {text: str(finding) for text in texts if not HAN.search(text)}

    assert english == {}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            "order.paid: unknown attribute 'x'; 'order' is missing; 'amount': 'f(' is not an amount; and 3 more",
            "order.paid：没有声明属性 'x'；缺少 'order'；'amount'：'f(' 不是金额；另有 3 处",
        ),
        (
            "order.paid: 'amount': 1.5 is not an amount; send an int of the smallest unit, or exact decimal text",
            "order.paid：'amount'：1.5 不是金额；请用最小单位的整数，或准确的小数文本",
        ),
        (
            "facts: 'at': 'x' is not an instant like 2026-05-01T10:00+08:00",
            "facts：'at'：'x' 不是 2026-05-01T10:00+08:00 这样的时刻",
        ),
        ("something: nobody knows", "something: nobody knows"),
    ],
    ids=["several", "an-amount", "an-instant", "unknown"],
)
def test_what_is_wrong_with_an_events_data_is_said_part_by_part(text: str, said: str) -> None:
    assert worded(text) == said
