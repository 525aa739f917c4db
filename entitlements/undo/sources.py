"""
Trails: what hangs on a source, and the mark that a source has been undone.

A reward that can be undone by several sets of attributes (by order, by order and line) leaves
what it booked on the trail of each, so that whichever undo comes first finds it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import chain
from typing import TYPE_CHECKING

import attrs

from quanyi.entitlements.clauses import Undo
from quanyi.entitlements.errors import NotEligible
from quanyi.entitlements.giving import Giver, Undoable
from quanyi.entitlements.picture import Draft
from quanyi.entitlements.records import Booked, RecordKey, Trail

if TYPE_CHECKING:
    from quanyi.entitlements.inputs import Input

__all__ = [
    "booked_by",
    "check_not_undone",
    "mark_undone",
    "note",
    "open_trails",
    "replace",
    "sames_of",
    "sources_of",
    "trail_keys",
    "trail_of",
    "undone_already",
]


def sources_of(reward: Undoable, ask: Input) -> tuple[tuple[str, ...], ...]:
    """The sources by which an undo may find this input, shortest first; those it has no values for are left out."""
    values = {**ask.data, **dict(ask.source)}
    return _sources(reward, {name: str(value) for name, value in values.items() if value not in (None, "")})


def _sources(reward: Undoable, values: Mapping[str, str]) -> tuple[tuple[str, ...], ...]:
    known = [same for same in sames_of(reward) if all(name in values for name in same)]
    return tuple(tuple(chain.from_iterable((name, values[name]) for name in same)) for same in known)


def sames_of(reward: Undoable) -> list[tuple[str, ...]]:
    """The sets of attributes by which an undo finds what it undoes, shortest first."""
    sames = {undo.same for undo in reward.if_undone}
    if reward.unless is not None:
        sames.add((reward.unless.same,))
    return sorted(sames, key=lambda same: (len(same), same))


def trail_keys(sources: Iterable[tuple[str, ...]]) -> list[RecordKey]:
    """The keys of the trails of these sources."""
    return [RecordKey(kind=Trail.kind, parts=source) for source in sources]


def open_trails(draft: Draft, sources: Iterable[tuple[str, ...]]) -> list[Trail]:
    """The trails of these sources, as they stand or new."""
    draft.require(*trail_keys(sources))
    return [draft.get(Trail, *source) or Trail(source=source, phase="open") for source in sources]


def undone_already(draft: Draft, name: str, sources: Iterable[tuple[str, ...]]) -> NotEligible | None:
    """The refusal of what was undone already, even before it happened; None if it was not."""
    for trail in open_trails(draft, sources):
        if any(mark.startswith(f"{name}/") for mark in trail.undone_by):
            return NotEligible(reason="undone", shows=dict(zip(trail.source[::2], trail.source[1::2], strict=True)))
    return None


def check_not_undone(draft: Draft, name: str, sources: Iterable[tuple[str, ...]]) -> None:
    """Refuse what was undone already, even before it happened: `NotEligible`."""
    no = undone_already(draft, name, sources)
    if no is not None:
        raise no


def booked_by(play: Giver, rule: str, id_: str, holder: str, **what: object) -> Booked:
    """What one *rule* of *play* booked for *holder*, as trails keep it; *what* are the other fields of `Booked`."""
    head = play.head
    return Booked(id=id_, campaign=head.campaign, version=head.version, rule=rule, holder=holder, **what)  # type: ignore[arg-type]


def note(draft: Draft, booked: Booked, sources: Iterable[tuple[str, ...]]) -> None:
    """Leave what was booked on each trail."""
    for trail in open_trails(draft, sources):
        draft.put(attrs.evolve(trail, booked=(*trail.booked, booked)))


def replace(draft: Draft, booked: Booked, sources: Iterable[tuple[str, ...]]) -> None:
    """Put a later state of something booked in the place of the earlier one."""
    for trail in open_trails(draft, sources):
        if any(old.id == booked.id for old in trail.booked):
            kept = tuple(booked if old.id == booked.id else old for old in trail.booked)
            draft.put(attrs.evolve(trail, booked=kept))


def trail_of(reward: Undoable, policy: Undo | None, trails: Iterable[Trail]) -> Trail:
    """The trail that this kind of undo is about."""
    same = policy.same if policy is not None else (reward.unless.same,) if reward.unless is not None else ()
    for trail in trails:
        if trail.source[::2] == same:
            return trail
    raise NotEligible(reason="no-source", shows={"same": ", ".join(same)})


def mark_undone(trail: Trail, name: str, ask: Input, draft: Draft) -> None:
    """Remember that the source was undone; whatever comes later because of it is not given."""
    now = draft.get(Trail, *trail.source) or trail
    draft.put(attrs.evolve(now, phase="undone", undone_by=(*now.undone_by, f"{name}/{ask.type}/{ask.root.hex()}")))
