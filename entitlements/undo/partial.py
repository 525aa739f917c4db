"""
Undone in part: how much of what a cause brought goes with a part of it.

What has gone in all is the share of everything, rounded up; so several parts take no more than
one, and all of them together take exactly what was booked.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import attrs

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from quanyi.entitlements.clauses import Undo
    from quanyi.entitlements.inputs import Input
    from quanyi.entitlements.records import Booked, Move, Promise

__all__ = ["base_of", "gone_by", "lessened", "part_of", "slices", "spread"]

_WHOLE_ONLY = ("pieces", "times")


def base_of(if_undone: Iterable[Undo], ask: Input) -> int:
    """How much there is of a cause that may be undone in part; 0 for one that goes whole."""
    names = [undo.share for undo in if_undone if undo.share]
    return max(_number(ask.data.get(names[0])), 0) if names else 0


def part_of(policy: Undo | None, ask: Input) -> int | None:
    """How much of the cause this undo is about; None for all that is left of it."""
    value = ask.data.get(policy.share) if policy is not None and policy.share else None
    return None if value is None else max(_number(value), 0)


def spread(still: Sequence[Booked], part: int | None) -> dict[str, int | None]:
    """
    How much of each cause is undone in all with this part, which goes off the latest first.

    Returns:
        By the booking's id; None for what is undone whole.
    """
    found: dict[str, int | None] = {}
    left = sum(booked.base for booked in still) if part is None else part
    for booked in reversed(still):
        here = min(left, booked.base - booked.parted)
        left, parted = left - here, booked.parted + here
        found[booked.id] = None if parted >= booked.base else parted
    return found


def gone_by(amount: int, parted: int, base: int) -> int:
    """How much of *amount* is gone with a part of its cause, rounded up."""
    return -(-amount * parted // base) if base else 0


def slices(booked: Booked, parted: int | None, units: Iterable[str]) -> tuple[Move, ...]:
    """What of the moves goes back now; all that is left for None. Places, pieces and benefits go back whole."""
    found = []
    for move in booked.moves:
        shared = move.source.unit in units and move.source.unit not in _WHOLE_ONLY
        before = gone_by(move.amount, booked.parted, booked.base) if shared else 0
        after = move.amount if parted is None else gone_by(move.amount, parted, booked.base) if shared else 0
        found.append(attrs.evolve(move, amount=after - before))
    return tuple(move for move in found if move.amount)


def lessened(promise: Promise, parted: int, base: int, whole: Iterable[int]) -> Promise:
    """An open promise of less; the gifts at the places of *whole* can't be parted."""
    event: dict[str, Any] = {**promise.event, "base": base, "parted": parted}
    event.setdefault("promised", promise.event["gifts"])
    kept = set(whole)
    event["gifts"] = [
        [place, amount if place in kept else amount - gone_by(amount, parted, base)]
        for place, amount in event["promised"]
    ]
    return attrs.evolve(promise, event=event)


def _number(value: object) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) else 0
