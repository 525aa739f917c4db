"""
What a decision may read and write of card codes.
"""

from __future__ import annotations

from typing import Protocol

from quanyi.entitlements.changes import CodesSeen, Draw, Line, SealedCode, Stash
from quanyi.entitlements.needs import CodesOf, CodeTwin, EndedCodes, Need, Picture

__all__ = ["CodeDraft"]


class _View(Protocol):
    """As much of a view as concerns codes: `blinds` that came in, and how many `ended` ones were taken, in this batch."""

    picture: Picture
    blinds: set[bytes]
    ended: dict[str, int]


class CodeDraft:
    """The part of a draft that concerns card codes."""

    view: _View
    lines: list[Line]

    def require(self, *needs: Need, back: bool = True) -> None:
        """See that *needs* were asked for."""
        raise NotImplementedError

    def codes(self, owner: str) -> tuple[SealedCode, ...]:
        """The sealed card codes drawn for the entitlement *owner*."""
        self.require(CodesOf(owner))
        return self.view.picture.codes.get(CodesOf(owner), ())

    def twin(self, blind: bytes) -> bool:
        """Whether an equal card code is stored already, or was brought in by an earlier decision."""
        self.require(CodeTwin(blind))
        return blind in self.view.blinds or bool(self.view.picture.codes.get(CodeTwin(blind)))

    def ended_codes(self, pool: str) -> int:
        """How many card codes of *pool* belong to nobody and have come to their end."""
        self.require(EndedCodes(pool))
        return self.view.picture.ended.get(EndedCodes(pool), 0) - self.view.ended.get(pool, 0)

    def draw(self, pool: str, count: int, owner: str, *, ended: bool = False) -> None:
        """Take *count* card codes out of *pool* for the entitlement *owner*; with *ended*, of those whose end has come."""
        self.lines.append(Draw(pool=pool, count=count, owner=owner, ended=ended))

    def saw(self, owner: str) -> None:
        """Note that the card codes of *owner* were looked at for the first time."""
        self.lines.append(CodesSeen(owner=owner))

    def stash(self, codes: tuple[SealedCode, ...]) -> None:
        """Bring sealed card codes in."""
        self.lines.append(Stash(codes=codes))
