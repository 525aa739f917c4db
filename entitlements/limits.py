"""
Limits: how often, how much, until what.

A limit is a balance per subject and window that may not pass its cap. Taking a place posts
into it, with the cap on the posting; giving it back posts the other way round, into the very
window it came from. Nothing is ever reset. Where the window follows what happens (``last``,
``since_first``), a record keeps the uses that still count.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from quanyi.entitlements.accounts import Account, outside, used
from quanyi.entitlements.amounts import Amount
from quanyi.entitlements.clauses import Limit
from quanyi.entitlements.errors import BudgetExhausted, LimitReached
from quanyi.entitlements.inputs import Input
from quanyi.entitlements.picture import Draft
from quanyi.entitlements.records import Move, RecordKey
from quanyi.entitlements.time import zone_of
from quanyi.entitlements.usage import frees_up, record_use, usage_key, uses_now

__all__ = ["limit_account", "limit_need", "no_room", "room", "subject_of", "take_place"]


def limit_need(limit: Limit, ask: Input, zone: str) -> Account | RecordKey:
    """
    What tells how much of *limit* this input's subject has used: the balance of the window of the
    moment, or the record of a window that follows what happens.
    """
    if limit.window.follows:
        return usage_key(limit.id, limit.of, subject_of(limit.per, ask))
    return limit_account(limit, ask, zone)


def limit_account(limit: Limit, ask: Input, zone: str) -> Account:
    """The balance of a limit in a window of the calendar."""
    return used(limit.id, limit.window.key(ask.at, zone_of(zone)), *subject_of(limit.per, ask), unit=limit.of)


def subject_of(per: Sequence[str], ask: Input) -> tuple[str, ...]:
    """Whose place it is, by the names in *per*; everybody's together has no key."""
    return tuple([_key(name, ask) for name in per if name != "campaign"])


def room(draft: Draft, limit: Limit, ask: Input, zone: str) -> int:
    """How much of *limit* is left for this input; below zero where a cap was lowered."""
    return limit.count - _used(draft, limit, ask, zone)


def take_place(
    draft: Draft,
    limit: Limit,
    ask: Input,
    asked: int,
    *,
    zone: str,
    budget: bool = False,
    scale: int = 0,
) -> tuple[Move, ...]:
    """
    Use up *asked* of a limit.

    Returns:
        What was booked, with the endings that give it back; nothing if nothing was asked.

    Raises:
        LimitReached: There is less room than that; `BudgetExhausted` if it is a budget.
    """
    if asked <= 0:
        return ()
    need, source = limit_need(limit, ask, zone), outside("open", limit.of)
    flagged = limit.over == "flag"
    if room(draft, limit, ask, zone) < asked:
        if not flagged:
            raise no_room(draft, limit, ask, asked, zone=zone, budget=budget, scale=scale)
        draft.emit("limit.crossed", {"limit": limit.id, "count": limit.count}, holder=ask.holder)
    if isinstance(need, RecordKey):
        place = record_use(draft, need, limit.window, asked, zone_of(zone))
    else:
        place = draft.post(source, need, asked, "place", cap=None if flagged else limit.count).destination
    return (Move(source=source, destination=place, amount=asked, back=tuple(limit.back)),)


def no_room(
    draft: Draft, limit: Limit, ask: Input, asked: int, *, zone: str, budget: bool = False, scale: int = 0
) -> LimitReached | BudgetExhausted:
    """The refusal of a limit that lacks room: the cap, what is used of it, and when its window ends."""
    taken = _used(draft, limit, ask, zone)
    counted = limit.of in ("times", "pieces")
    shown = {"limit": limit.count, "used": taken, "asked": asked}
    shows: Mapping[str, Any] = shown if counted else {n: Amount(v, limit.of, scale) for n, v in shown.items()}
    kind = BudgetExhausted if budget else LimitReached
    next_at = _room_again(draft, limit, ask, asked + taken - limit.count, zone)
    no = kind(reason=limit.reason or None, shows={**shows, "of": limit.of}, next_at=next_at, zone=zone)
    return no.at(limit.id, limit.where)


def _used(draft: Draft, limit: Limit, ask: Input, zone: str) -> int:
    need = limit_need(limit, ask, zone)
    if isinstance(need, RecordKey):
        return sum(use.amount for use in uses_now(draft, need, limit.window, ask.at, zone_of(zone)))
    return draft.stands(need)


def _room_again(draft: Draft, limit: Limit, ask: Input, missing: int, zone: str) -> datetime | None:
    """When there is room for what is *missing* now, if nothing else is asked; None if there never will be."""
    need = limit_need(limit, ask, zone)
    if isinstance(need, RecordKey):
        uses = uses_now(draft, need, limit.window, ask.at, zone_of(zone))
        return frees_up(uses, limit.window, zone_of(zone), missing)
    return limit.window.ends(ask.at, zone_of(zone))


def _key(name: str, ask: Input) -> str:
    if name == "user":
        return ask.holder or ""
    return ask.holders.get(name) or str(ask.data.get(name, ""))
