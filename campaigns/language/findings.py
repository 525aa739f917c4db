"""
Findings: mistakes in campaign files, with the place and what to write instead.

No check stops at the first mistake: it notes what is wrong and goes on, so that whoever wrote the
files gets all findings at once, in the order of the files.

A place where something is wrong is in doubt, so that a later check can tell a second mistake from a
consequence of the first: a campaign whose limit is misspelt is not blamed for having none.
"""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Set as AbstractSet
from difflib import SequenceMatcher
from typing import TYPE_CHECKING, Literal

import attrs

if TYPE_CHECKING:
    from quanyi.campaigns.language.places import Place

from quanyi.campaigns.language.message import Message

__all__ = ["Finding", "Findings", "closest", "did_you_mean", "one_of"]

_Path = tuple[str | int, ...]
_ANY_KEY: _Path = ("*",)
_CLOSE, _CLEARLY = 0.6, 0.03


@attrs.frozen(kw_only=True, order=True)
class Finding:
    """
    One mistake.

    Attributes:
        file: Relative to the project's folder.
        line: From 1; 0 where the whole project is meant.
        column: From 1.
        code: The stable word for this kind of mistake, explained in docs/reference/findings.md.
        hint: What to write instead, where that can be said.
        level: An ``error`` keeps the project from being loaded, a ``warning`` does not.

    >>> print(Finding(file="mall.yaml", line=2, column=1, code="unknown-key", message="no key 'zon'", hint="zone?"))
    mall.yaml:2:1 unknown-key no key 'zon' (zone?)
    """

    file: str
    line: int
    column: int
    code: str
    message: str
    hint: str = ""
    level: Literal["error", "warning"] = "error"

    def __str__(self) -> str:
        hint = f" ({self.hint})" if self.hint else ""
        return f"{self.file}:{self.line}:{self.column} {self.code} {self.message}{hint}"


@attrs.define
class Findings:
    """
    Collects findings while files are read.

    Attributes:
        unread: The files that could not be read at all, so that their declarations are not known.
    """

    items: list[Finding] = attrs.field(factory=list)
    unread: set[str] = attrs.field(factory=set)
    _doubts: dict[tuple[str, int], set[_Path]] = attrs.field(factory=dict)

    def error(self, place: Place, code: str, message: str, hint: str = "") -> None:
        """Note a mistake in a value."""
        self._add(place, place.mark, code, message, hint, "error")

    def error_inside(self, place: Place, at: tuple[int, int], code: str, message: str, hint: str = "") -> None:
        """Note a mistake at a line and column of the text that stands at *place*."""
        self._add(place, place.inside(*at), code, message, hint, "error")

    def key_error(self, place: Place, code: str, message: str, hint: str = "") -> None:
        """Note a mistake in a key, or in something that the key stands for as a whole."""
        self._add(place, place.key_mark, code, message, hint, "error")

    def warning(self, place: Place, code: str, message: str, hint: str = "") -> None:
        """Note something that works, but hardly in the way that was meant."""
        self._add(place, place.mark, code, message, hint, "warning")

    def doubt(self, place: Place) -> None:
        """Remember that the value at *place* is not what was meant."""
        self._doubts.setdefault(_document(place), set()).add(place.path)

    def doubt_missing(self, root: Place) -> None:
        """Remember that a key of the document is wrong, and that nobody knows which one was meant."""
        self._doubts.setdefault(_document(root), set()).add(_ANY_KEY)

    def doubts_of(self, root: Place) -> frozenset[_Path]:
        """The paths of a document at which something is in doubt."""
        return frozenset(self._of(root))

    def sound(self, *places: Place) -> bool:
        """Whether nothing is in doubt at, in or around any of *places*."""
        return not self._doubts or not any(_meet(path, place.path) for place in places for path in self._of(place))

    def whole(self, root: Place, *keys: str) -> bool:
        """Whether keys that are missing under *keys* were left out, rather than misspelt or malformed."""
        if not self._doubts:
            return True
        return _ANY_KEY not in self._of(root) and self.sound(*(root / key for key in keys))

    def sorted(self) -> tuple[Finding, ...]:
        """Everything found, in the order of the files, each finding once."""
        return tuple(sorted(set(self.items)))

    def _of(self, place: Place) -> AbstractSet[_Path]:
        return self._doubts.get(_document(place), frozenset())

    def _add(
        self,
        place: Place,
        mark: tuple[int, int],
        code: str,
        message: str,
        hint: str,
        level: Literal["error", "warning"],
    ) -> None:
        line, column = mark
        if level == "error":
            self.doubt(place)
        self.items.append(
            Finding(
                file=place.document.file,
                line=line,
                column=column,
                code=code,
                message=message,
                hint=hint,
                level=level,
            )
        )


def _document(place: Place) -> tuple[str, int]:
    return place.document.file, place.document.line


def closest(word: str, known: Iterable[str]) -> str | None:
    """
    The known word that was clearly meant; None if there is none, or if two are equally close.

    >>> closest("pionts", ["points", "growth"]), closest("order.x", ["order.a", "order.b"])
    ('points', None)
    """
    ranked = _ranked(word, known)
    if not ranked or (len(ranked) > 1 and ranked[1][0] > ranked[0][0] - _CLEARLY):
        return None
    return ranked[0][1]


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """
    A hint: the known word that was probably meant; else all of them, if they are few.

    >>> did_you_mean("pionts", ["points", "growth"])
    'did you mean points?'
    """
    words = sorted(set(known))
    ranked = _ranked(word, words)
    return Message("did you mean {meant}?", meant=ranked[0][1]) if ranked else one_of(words)


def one_of(words: Iterable[str]) -> str:
    """
    A hint with the words to choose from; empty if they are too many to read.

    >>> one_of(["zh", "en"])
    'one of en, zh'
    """
    known = sorted(set(words))
    few = 12
    return Message("one of {known}", known=", ".join(known)) if 0 < len(known) <= few else ""


def _ranked(word: str, known: Iterable[str]) -> list[tuple[float, str]]:
    """ReferralRecords words that look alike, the most alike first; capitals don't matter."""
    matcher = SequenceMatcher(b=word.casefold())
    found = []
    for other in sorted(set(known)):
        matcher.set_seq1(other.casefold())
        if matcher.real_quick_ratio() >= _CLOSE and matcher.quick_ratio() >= _CLOSE and matcher.ratio() >= _CLOSE:
            found.append((matcher.ratio(), other))
    return sorted(found, key=lambda pair: (-pair[0], pair[1]))


def _meet(one: _Path, other: _Path) -> bool:
    """Whether one of two paths leads to the other."""
    shorter = min(len(one), len(other))
    return one[:shorter] == other[:shorter]
