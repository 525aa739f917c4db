"""
Importing codes line by line: what is taken, what is left out and why, and all of it told without quoting a code.

An import comes in by parts of `PART` lines. One that was cut off goes on where it was when the same lines come again under
the same key, and comes to the same counts. What lines say is kept out of every message.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, datetime, timedelta
from itertools import islice
from typing import Any, Literal

import attrs

from quanyi.adapters.codes.files import FileLine
from quanyi.adapters.codes.stash import PART, Stashing
from quanyi.adapters.codes.twins import Twins
from quanyi.campaigns.stashing import known_codes, sealed_codes
from quanyi.entitlements.card_codes import code_fault, trimmed
from quanyi.entitlements.changes import SealedCode
from quanyi.entitlements.errors import InputError
from quanyi.entitlements.parsing import parse_instant
from quanyi.entitlements.plain import Plain
from quanyi.entitlements.time import local_start, zone_of

__all__ = ["CodeImport", "FileImport", "ImportRefused", "LineReport", "Lines", "Outcome"]

Outcome = Literal["taken", "repeated", "known", "empty", "broken"]
Lines = Callable[[], Iterable[FileLine]]
"""Reads the lines from the first on; called once more where all of them are looked at before any is taken."""

_TOLD = 1_000
_LONGEST_MARK = 64
_DAY = len("2026-12-31")


@attrs.frozen(kw_only=True)
class LineReport(Plain):
    """
    What became of one line.

    Attributes:
        line: Where it stands in the file.
        outcome: ``taken``, ``repeated`` in the file, ``known`` before, ``empty``, or ``broken``.
        first: The line in which a repeated code stood first.
        why: What is wrong with a broken one: ``too-long``, ``control``, ``invisible``, ``half``, ``line-end``; ``end`` that
            is no instant, ``ended`` already, or a ``mark`` (channel or region) that is too long.
    """

    line: int
    outcome: Outcome
    first: int | None = None
    why: str = ""


@attrs.frozen(kw_only=True)
class CodeImport(Plain):
    """
    What came of an import.

    Attributes:
        batch: Its number.
        lines: How many lines there were, without a header.
        taken: How many codes came in; the other counts are of lines that were left out.
        told: The first thousand of those lines.
    """

    batch: str
    lines: int = 0
    taken: int = 0
    repeated: int = 0
    known: int = 0
    empty: int = 0
    broken: int = 0
    told: tuple[LineReport, ...] = ()


class ImportRefused(InputError):  # noqa: N818  (the answer to a file, as refusals are to requests)
    """
    Nothing of an import was taken.

    Attributes:
        found: What became, or would have become, of its lines.
    """

    def __init__(self, message: str, found: CodeImport) -> None:
        super().__init__(message)
        self.found = found


@attrs.frozen(kw_only=True)
class _Card:
    """A line that may be taken."""

    line: int
    code: str = attrs.field(repr=False)
    marks: dict[str, Any]


@attrs.define(kw_only=True)
class FileImport:
    """
    Imports the lines of one file into one pool.

    Attributes:
        channel: Of lines that name none; so `region` and `ends_at`.
        report: Is told of every line, in their order.
        progress: Is told after each part how many lines were read, and how many codes were taken.
    """

    stashing: Stashing
    channel: str | None = None
    region: str | None = None
    ends_at: datetime | None = None
    report: Callable[[LineReport], object] | None = None
    progress: Callable[[int, int], object] | None = None
    _counts: Counter[str] = attrs.field(factory=Counter, init=False)
    _told: list[LineReport] = attrs.field(factory=list, init=False)
    _now: datetime = attrs.field(init=False)

    def __attrs_post_init__(self) -> None:
        """Ends are judged as of the first part, so that an import which is run again judges them alike."""
        batch = self.stashing.batch()
        self._now = self.stashing.requests.ports.now() if batch is None else batch.made_at

    def run(self, lines: Lines) -> CodeImport:
        """
        Take the lines in.

        Raises:
            ImportRefused: No line could be taken; or one could not, and the pool takes all of them or none.
        """
        if self.stashing.pool.on_error == "all_or_nothing" and self.stashing.batch() is None:
            self._insist_on_all(lines)
        left_out: Counter[str] = Counter()
        part = 0
        with Twins() as twins:
            for found, cards, last in self._parts(lines, twins):
                left_out.update(report.outcome for report in found)
                knew: frozenset[int] = frozenset()
                if cards or (last and part):
                    counts = {name: left_out[name] for name in ("repeated", "broken")}
                    knew, part, left_out = self._bring(part, cards, last=last, **counts), part + 1, Counter()
                self._tell(found, cards, knew)
        if not part:
            raise ImportRefused("no line has a code that can be taken, so nothing was imported", self._result())
        return self._result()

    def look(self, lines: Lines) -> CodeImport:
        """What would become of the lines, if they were taken now. Nothing is written."""
        refuses = self.stashing.pool.duplicates == "refuse"
        with Twins() as twins:
            for found, cards, _ in self._parts(lines, twins):
                self._tell(found, cards, self._known(cards) if refuses else frozenset())
        return self._result()

    def _insist_on_all(self, lines: Lines) -> None:
        """Look at every line, and refuse all of them if one can't be taken."""
        found = attrs.evolve(self, report=None, progress=None).look(lines)
        wrong = found.broken + (found.known + found.repeated if self.stashing.pool.duplicates == "refuse" else 0)
        if wrong:
            for told in found.told:
                (self.report or _untold)(told)
            raise ImportRefused(f"{wrong} of {found.lines} lines can't be taken, so nothing was imported", found)

    # --- lines -------------------------------------------------------------------------------

    def _parts(self, lines: Lines, twins: Twins) -> Iterator[tuple[list[LineReport], list[_Card], bool]]:
        """The lines in parts: reports on those that are left out, cards of all others, and whether it is the last."""
        rest = iter(lines())
        some = list(islice(rest, PART))
        while some:
            following = list(islice(rest, PART))
            judged = [self._judged(line, twins) for line in some]
            yield (
                [each for each in judged if isinstance(each, LineReport)],
                [each for each in judged if isinstance(each, _Card)],
                not following,
            )
            some = following

    def _judged(self, line: FileLine, twins: Twins) -> LineReport | _Card:
        code = trimmed(line.code)
        fault = code_fault(code)
        if fault:
            return LineReport(line=line.line, outcome="empty" if not code else "broken", why="" if not code else fault)
        marks: dict[str, Any] = {"channel": line.channel or self.channel, "region": line.region or self.region}
        if any(isinstance(mark, str) and len(mark) > _LONGEST_MARK for mark in marks.values()):
            return LineReport(line=line.line, outcome="broken", why="mark")
        try:
            marks["ends_at"] = ends = self._end(line.end) if line.end else self.ends_at
        except ValueError:
            return LineReport(line=line.line, outcome="broken", why="end")
        if ends is not None and ends <= self._now:
            return LineReport(line=line.line, outcome="broken", why="ended")
        if self.stashing.pool.duplicates != "keep":
            vault, pool = self.stashing.requests.ports.code_vault(), self.stashing.pool
            first = twins.first(vault.blind(code, ignore_case=pool.ignore_case), line.line)
            if first is not None:
                return LineReport(line=line.line, outcome="repeated", first=first)
        return _Card(line=line.line, code=code, marks=marks)

    def _end(self, text: str) -> datetime:
        """An instant in the mall's zone; of a day its end."""
        zone = zone_of(self.stashing.requests.ports.project.zone)
        if len(text) == _DAY:
            parse_instant(text)
            return local_start(date.fromisoformat(text) + timedelta(days=1), zone)
        found = parse_instant(text)
        return found if found.tzinfo is not None else found.replace(tzinfo=zone)

    # --- taking them -------------------------------------------------------------------------

    def _bring(self, part: int, cards: Sequence[_Card], **counts: int) -> frozenset[int]:
        """Bring the cards of one part in; the places of those that were known."""
        batch = self.stashing.id
        sealed = tuple(
            attrs.evolve(code, batch=batch, **card.marks) for code, card in zip(self._sealed(cards), cards, strict=True)
        )
        receipt = self.stashing.part(part, sealed, {"told": self.stashing.told(sealed)}, **counts)
        return frozenset(receipt.answer.get("knew", ()))

    def _sealed(self, cards: Sequence[_Card]) -> Sequence[SealedCode]:
        pool, ports = self.stashing.pool, self.stashing.requests.ports
        vault, codes = ports.code_vault(), [card.code for card in cards]
        if not cards:
            return ()
        if pool.duplicates == "refuse":
            now = ports.now()
            return sealed_codes(codes, pool.id, ignore_case=pool.ignore_case, vault=vault, store=ports.store, now=now)
        apart = [f"{self.stashing.id}/{card.line}" for card in cards]
        return vault.seal(pool.id, codes, ignore_case=pool.ignore_case, apart=apart)

    def _known(self, cards: Sequence[_Card]) -> frozenset[int]:
        pool, ports = self.stashing.pool, self.stashing.requests.ports
        vault, codes = ports.code_vault(), [card.code for card in cards]
        return known_codes(codes, ignore_case=pool.ignore_case, vault=vault, store=ports.store, now=ports.now())

    # --- telling -----------------------------------------------------------------------------

    def _tell(self, found: Sequence[LineReport], cards: Sequence[_Card], knew: frozenset[int]) -> None:
        outcomes = [
            LineReport(line=card.line, outcome="known" if place in knew else "taken")
            for place, card in enumerate(cards)
        ]
        for report in sorted([*found, *outcomes], key=lambda each: each.line):
            self._counts[report.outcome] += 1
            if report.outcome != "taken" and len(self._told) < _TOLD:
                self._told.append(report)
            if self.report is not None:
                self.report(report)
        if self.progress is not None:
            self.progress(self._counts.total(), self._counts["taken"])

    def _result(self) -> CodeImport:
        names = ("taken", "repeated", "known", "empty", "broken")
        counts = {name: self._counts[name] for name in names}
        return CodeImport(batch=self.stashing.id, lines=self._counts.total(), told=tuple(self._told), **counts)


def _untold(_: LineReport) -> None:
    """Nobody is told."""
