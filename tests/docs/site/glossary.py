"""The words of the glossary, sorted in both languages."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from itertools import groupby

import attrs
from pypinyin import lazy_pinyin

__all__ = ["Word", "page", "with_addresses", "words"]

_ROW = re.compile(r"^\| \*\*([^*|]+)\*\*([^|]*)\| ([^|]+) \| ([^|]+) \| ([^|]+) \|$", re.MULTILINE)
_CELL = re.compile(r"<tr>\n<td><strong>([^<]+)</strong>")
_HEAD = """# Glossary, A–Z and 拼音

Every word of the [glossary](glossary.md), sorted by its English and by its Chinese name; each leads to what it means.
词汇表的每个词，按英文字母与汉语拼音排列，点开即见含义。
"""


@attrs.frozen(kw_only=True)
class Word:
    """One word of the glossary in both languages."""

    english: str
    chinese: str

    @property
    def address(self) -> str:
        return f"glossary.md#{_anchor(self.english)}"


def words(glossary: str) -> list[Word]:
    """The words of the glossary's tables, in its order."""
    return [Word(english=row[0].strip(), chinese=row[2].strip()) for row in _ROW.findall(glossary)]


def with_addresses(html: str) -> str:
    """Each row of a word gets an address of its own."""
    return _CELL.sub(lambda row: row.group().replace("<tr>", f'<tr id="{_anchor(row[1])}">', 1), html)


def page(found: Iterable[Word]) -> str:
    """The page with both orders."""
    known = list(found)
    latin = _listed("A–Z", known, lambda word: word.english.lower(), lambda word: f"{word.english} {word.chinese}")
    pinyin = _listed("拼音", known, lambda word: _sound(word.chinese), lambda word: f"{word.chinese} {word.english}")
    return "\n".join([_HEAD, *latin, "", *pinyin, ""])


def _listed(title: str, found: list[Word], key: Callable[[Word], str], shown: Callable[[Word], str]) -> list[str]:
    lines = [f"## {title}", ""]
    for letter, group in groupby(sorted(found, key=key), key=lambda word: key(word)[0].upper()):
        links = " · ".join(f"[{shown(word)}]({word.address})" for word in group)
        lines += [f"**{letter}**  {links}", ""]
    return lines


def _sound(chinese: str) -> str:
    return " ".join(lazy_pinyin(chinese)).lower()


def _anchor(word: str) -> str:
    return "word-" + re.sub(r"[^a-z0-9]+", "-", word.lower()).strip("-")
