"""
Mistakes in campaign files: where, what, and what to write instead.

Nothing here stops at the first mistake. Whoever reads a file notes what is wrong and goes on; the
reader of the findings gets all of them at once, in the order of the files.
"""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches
from typing import TYPE_CHECKING, Literal

import attrs

if TYPE_CHECKING:
    from quanyi.campaigns.documents import Place

__all__ = ["Finding", "Findings", "did_you_mean", "one_of"]


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
    """Where findings are collected while files are read."""

    items: list[Finding] = attrs.field(factory=list)

    def error(self, place: Place, code: str, message: str, hint: str = "") -> None:
        """Note a mistake in a value."""
        self._add(place, place.mark, code, message, hint, "error")

    def error_inside(self, place: Place, at: tuple[int, int], code: str, message: str, hint: str = "") -> None:
        """Note a mistake at a line and column of the text that stands at *place*."""
        self._add(place, place.inside(*at), code, message, hint, "error")

    def key_error(self, place: Place, code: str, message: str, hint: str = "") -> None:
        """Note a mistake in a key, or in something that its key stands for as a whole."""
        self._add(place, place.key_mark, code, message, hint, "error")

    def warning(self, place: Place, code: str, message: str, hint: str = "") -> None:
        """Note something that works, but hardly as it was meant."""
        self._add(place, place.mark, code, message, hint, "warning")

    def sorted(self) -> tuple[Finding, ...]:
        """Everything found, in the order of the files, each thing once."""
        return tuple(sorted(set(self.items)))

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


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """
    Name the known word that was probably meant; else all of them, if they are few.

    >>> did_you_mean("pionts", ["points", "growth"])
    'did you mean points?'
    """
    words = sorted(set(known))
    close = get_close_matches(word, words, n=1, cutoff=0.6)
    return f"did you mean {close[0]}?" if close else one_of(words)


def one_of(words: Iterable[str]) -> str:
    """
    List the words to choose from, unless they are too many to read.

    >>> one_of(["zh", "en"])
    'one of en, zh'
    """
    known = sorted(set(words))
    few = 12
    return f"one of {', '.join(known)}" if 0 < len(known) <= few else ""
