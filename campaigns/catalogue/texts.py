"""
Finding things by what somebody types: Chinese by any part, other words by their beginning, Chinese by its pinyin too.

All texts stand in two long strings, one line for each thing, so that a search is a search in a string: its cost is
bounded by the length of the texts, whatever is typed. What is typed is cut to 40 characters and 8 words.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from itertools import pairwise

from quanyi.campaigns.catalogue.pinyin import spoken
from quanyi.campaigns.catalogue.query import LONGEST_TEXT
from quanyi.campaigns.catalogue.thing import Thing

__all__ = ["Found", "Texts", "folded", "words_of"]

_CJK = "\u2e80-\u2fdf\u3005-\u3007\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_WORDS = re.compile(f"[{_CJK}]+|[^\\W_{_CJK}]+")
_IS_CJK = re.compile(f"[{_CJK}]").match
_MOST_WORDS = 8
_LEAST_ALIKE = 3
"""From how many letters on a Chinese word is also found where only most of its pairs of letters stand."""

Found = dict[int, int]
"""How well each thing fits, by its number: 0 by its name, 1 by what else is said of it, 2 by most of its letters."""


def folded(text: str) -> str:
    """*text* with letters of one form: full width as half width, capitals as small ones."""
    return unicodedata.normalize("NFKC", text).casefold()


def words_of(text: str) -> list[str]:
    """
    The words of a search: runs of Chinese, and runs of other letters and digits.

    >>> words_of("ＱＱ音乐 VIP卡!")
    ['qq', '音乐', 'vip', '卡']
    """
    return _WORDS.findall(folded(text[:LONGEST_TEXT])[:LONGEST_TEXT])[:_MOST_WORDS]


class Texts:
    """The texts of *things*, by the place in that list."""

    def __init__(self, things: Sequence[Thing]) -> None:
        self._things = things

    def find(self, text: str) -> Found:
        """Which things have all words of *text*, and how well they fit; none for a text without any word."""
        found: Found | None = None
        for word in words_of(text):
            fits = self._of_word(word)
            found = fits if found is None else {n: max(fit, fits[n]) for n, fit in found.items() if n in fits}
            if not found:
                return {}
        return found or {}

    def _of_word(self, word: str) -> Found:
        if not _IS_CJK(word):
            rest = dict.fromkeys(self._rest_words.starting(word), 1)
            return rest | dict.fromkeys(self._name_words.starting(word), 0)
        found = dict.fromkeys(self._rests.with_part(word), 1) | dict.fromkeys(self._names.with_part(word), 0)
        return found or self._alike(word)

    def _alike(self, word: str) -> Found:
        """Where two of three pairs of letters stand in the name."""
        if len(word) < _LEAST_ALIKE:
            return {}
        pairs = {"".join(pair) for pair in pairwise(word)}
        counted = Counter(number for pair in pairs for number in self._names.with_part(pair))
        return {number: 2 for number, count in counted.items() if count * 3 >= len(pairs) * 2}

    @cached_property
    def _names(self) -> _Lines:
        return _Lines(_joined(thing.said.title) for thing in self._things)

    @cached_property
    def _rests(self) -> _Lines:
        return _Lines(_rest(thing) for thing in self._things)

    @cached_property
    def _name_words(self) -> _Lines:
        return _Lines(_line([*_latin(_joined(thing.said.title)), *_spoken(thing.said.title)]) for thing in self._things)

    @cached_property
    def _rest_words(self) -> _Lines:
        return _Lines(_line(_latin(_rest(thing))) for thing in self._things)


class _Lines:
    """One line of text for each thing, in one string."""

    def __init__(self, lines: Iterable[str]) -> None:
        kept = list(lines)
        self._text = "\n" + "\n".join(kept) + "\n"
        self._starts: list[int] = []
        at = 1
        for line in kept:
            self._starts.append(at)
            at += len(line) + 1

    def with_part(self, part: str) -> Iterator[int]:
        """The numbers of lines that have *part* in them."""
        text, starts = self._text, self._starts
        at = text.find(part)
        while at >= 0:
            number = bisect_right(starts, at) - 1
            yield number
            if number + 1 == len(starts):
                return
            at = text.find(part, starts[number + 1] - 1)

    def starting(self, word: str) -> Iterator[int]:
        """The numbers of lines that have a word which begins so."""
        return self.with_part(f"\t{word}")


def _joined(texts: Mapping[str, str]) -> str:
    return folded(" ".join(texts.values())).replace("\n", " ").replace("\t", " ")


def _rest(thing: Thing) -> str:
    said = thing.said
    return " ".join([_joined(said.text), _joined(said.shelf), folded(f"{said.platform} {said.category} {thing.also}")])


def _latin(text: str) -> list[str]:
    return [word for word in _WORDS.findall(text) if not _IS_CJK(word)]


def _line(words: Iterable[str]) -> str:
    return "".join(f"\t{word}" for word in dict.fromkeys(words))


def _spoken(title: Mapping[str, str]) -> Iterator[str]:
    """How the Chinese of a name is typed in Latin letters."""
    for text in title.values():
        for run in _WORDS.findall(folded(text)):
            if _IS_CJK(run):
                yield from spoken(run)
