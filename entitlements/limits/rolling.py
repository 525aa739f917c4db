"""
Windows that follow what happens: the last 30 days, or 30 days since the first use.

Such a window has no name in the calendar, so a record keeps when each use was. The record is locked
and written by version like every other: two callers can't both take the last use.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import attrs

from quanyi.entitlements.accounts import Account
from quanyi.entitlements.records import Move, RecordKey, Usage, Use

if TYPE_CHECKING:
    from quanyi.entitlements.picture import Draft
    from quanyi.entitlements.time import Window

__all__ = ["forget", "frees_up", "open_since", "record_use", "usage_behind", "usage_key", "uses_now"]

_MARK = "usage"


def usage_key(name: str, unit: str, subject: Sequence[str]) -> RecordKey:
    """The key of the record that keeps when *subject* used one limit."""
    return RecordKey(kind=Usage.kind, parts=(name, unit, *subject))


def uses_now(draft: Draft, key: RecordKey, window: Window, at: datetime, zone: ZoneInfo) -> tuple[Use, ...]:
    """The uses that count at *at*, oldest first."""
    record = draft.get(Usage, *key.parts)
    uses = record.uses if record is not None else ()
    if window.name == "since_first":
        return uses if uses and window.length.after(uses[0].at, zone) > at else ()
    return tuple(use for use in uses if window.length.after(use.at, zone) > at)


def open_since(draft: Draft, key: RecordKey, window: Window, at: datetime, zone: ZoneInfo) -> datetime | None:
    """When the window that *at* lies in began; None if none is open and the next use begins one."""
    uses = uses_now(draft, key, window, at, zone)
    return uses[0].at if uses else None


def frees_up(uses: Sequence[Use], window: Window, zone: ZoneInfo, missing: int) -> datetime | None:
    """When at least *missing* of the uses no longer count; None if they are fewer than that."""
    for use in uses:
        missing -= use.amount
        if window.name == "since_first" or missing <= 0:
            return window.length.after(use.at, zone)
    return None


def record_use(draft: Draft, key: RecordKey, window: Window, amount: int, zone: ZoneInfo) -> Account:
    """Record that *amount* is used now. The account returned stands for this use; `forget` takes it back by that."""
    at = draft.now
    uses = {use.at: use.amount for use in uses_now(draft, key, window, at, zone)}
    counted_at = next(iter(uses)) if uses and window.name == "since_first" else at
    uses[counted_at] = uses.get(counted_at, 0) + amount
    kept = [Use(at=when, amount=used) for when, used in sorted(uses.items())]
    _put(draft, key, kept, window.length.after(kept[-1].at, zone))
    name, unit, *subject = key.parts
    return Account(kind="outside", parts=(_MARK, name, counted_at.isoformat(), *subject), unit=unit)


def usage_behind(place: Account) -> RecordKey | None:
    """The record behind a place that `record_use` returned; None for any other account."""
    if not place.outside or place.parts[0] != _MARK:
        return None
    _, name, _, *subject = place.parts
    return usage_key(name, place.unit, subject)


def forget(draft: Draft, move: Move) -> None:
    """Take a recorded use back; nothing happens if its window has passed."""
    key = usage_behind(move.destination)
    record = draft.get(Usage, *key.parts) if key is not None else None
    if key is None or record is None:
        return
    at = move.destination.parts[2]
    uses = [_less(use, move.amount) if use.at.isoformat() == at else use for use in record.uses]
    _put(draft, key, [*uses[:1], *(use for use in uses[1:] if use.amount)], record.due_at)


def _less(use: Use, amount: int) -> Use:
    return attrs.evolve(use, amount=max(use.amount - amount, 0))


def _put(draft: Draft, key: RecordKey, uses: Sequence[Use], ends: datetime | None) -> None:
    name, unit, *subject = key.parts
    draft.put(Usage(name=name, unit=unit, subject=tuple(subject), uses=tuple(uses), due_at=ends))
