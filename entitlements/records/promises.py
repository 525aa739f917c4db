"""
Promises, and everything that was booked because of one source.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

import attrs

from quanyi.entitlements.records.base import Move, Record

__all__ = ["Booked", "Promise", "Trail"]

_ONE_THING = 2


@attrs.frozen(kw_only=True)
class Promise(Record):
    """
    Something that will be given at `due_at`, unless its cause is undone first.

    Phases: ``open`` → ``kept`` | ``cancelled`` | ``lapsed``.

    Attributes:
        source: What caused it, and which `Trail` lists it.
        event: The type and data of the causing input, which the rule needs again when the promise is kept.
        moves: What making it used up; a lapse or an undo gives it back.
    """

    kind: ClassVar[str] = "promise"
    id: str
    source: tuple[str, ...] = ()
    event: Mapping[str, Any] = attrs.field(factory=dict)
    moves: tuple[Move, ...] = ()

    @property
    def parts(self) -> tuple[str, ...]:
        """The promise's number."""
        return (self.id,)

    def lookups(self) -> tuple[tuple[str, str], ...]:
        """Its cause, where that is one thing with an id: ``order``, ``o1``."""
        return ((self.source[0], self.source[1]),) if len(self.source) == _ONE_THING else ()


@attrs.frozen(kw_only=True)
class Booked:
    """
    What one firing of a rule booked because of a source.

    Attributes:
        id: The id of the change.
        moves: The amounts, in booking order.
        grants: Entitlements given.
        promises: Promises made.
        values: The different values that it counted for goals of a task, by goal.
        base: How much there was of the cause, where it may be undone in part; `parted` how much of
            that is undone so far.
        undone: How much of the moves' total was dealt with by an undo: taken back, or ended before;
            0 while it stands.
    """

    id: str
    campaign: str
    version: str
    rule: str
    holder: str
    moves: tuple[Move, ...] = ()
    grants: tuple[str, ...] = ()
    promises: tuple[str, ...] = ()
    values: Mapping[str, str] = attrs.field(factory=dict)
    base: int = 0
    parted: int = 0
    undone: int = 0


@attrs.frozen(kw_only=True)
class Trail(Record):
    """
    Everything that was booked because of one source, and whether the source has been undone.

    A refund that comes before its order leaves an undone trail (a tombstone). Every reward and promise
    checks for one, so that the late order gives nothing.

    Attributes:
        source: ``("order", "o1")``.
        undone_by: The undo events that came, by ``campaign/type/root``, see `Input.root`.
    """

    kind: ClassVar[str] = "trail"
    source: tuple[str, ...]
    booked: tuple[Booked, ...] = ()
    undone_by: tuple[str, ...] = ()

    @property
    def parts(self) -> tuple[str, ...]:
        """The source."""
        return self.source
