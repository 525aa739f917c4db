"""
Limits: at most so many, per subject and window.

A limit is a balance per subject and window that may not pass its cap. Taking a place adds to it,
with the cap on the posting; giving a place back subtracts from it, in the window where it was taken.
Nothing is ever reset. Where the window follows what happens (``last``, ``since_first``), a record
keeps the uses that still count.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from quanyi.entitlements.accounts import Account, digest16, outside, used
from quanyi.entitlements.amounts import Amount
from quanyi.entitlements.clauses import Limit
from quanyi.entitlements.errors import BudgetExhausted, LimitReached, NotEligible
from quanyi.entitlements.inputs import Input
from quanyi.entitlements.limits.rolling import frees_up, record_use, usage_behind, usage_key, uses_now
from quanyi.entitlements.picture import Draft
from quanyi.entitlements.records import Move, RecordKey
from quanyi.entitlements.time import zone_of

__all__ = [
    "known_subjects",
    "limit_account",
    "limit_need",
    "limit_needs",
    "no_room",
    "room",
    "subject_of",
    "take_place",
    "tells",
]

_ROLES = ("friend", "inviter")
"""Roles that an input may lack because nobody invited anybody. All such inputs count as one subject."""


def limit_need(limit: Limit, ask: Input, zone: str) -> Account | RecordKey:
    """
    The row that tells how much of *limit* this input's subject has used.

    That is the balance of the current window, or the usage record for a window that follows what happens.
    """
    if limit.window.follows:
        return usage_key(limit.id, limit.of, _whose(limit, ask))
    return limit_account(limit, ask, zone)


def limit_needs(limits: Iterable[Limit], ask: Input, zone: str) -> set[Account | RecordKey]:
    """
    The rows of several limits. A limit whose subject the input does not name is left out; it refuses when it is
    checked.
    """
    return {limit_need(limit, ask, zone) for limit in limits if tells(limit, ask)}


def limit_account(limit: Limit, ask: Input, zone: str) -> Account:
    """The balance of a limit in the calendar window of *zone* that the input falls in."""
    return used(limit.id, limit.window.key(ask.at, zone_of(zone)), *_whose(limit, ask), unit=limit.of)


def subject_of(per: Sequence[str], ask: Input) -> tuple[str, ...]:
    """
    The values by which a limit counts, one for each name in *per*; ``campaign`` (everybody together) adds none.

    Raises:
        NotEligible: The input lacks one of them. Nothing is ever counted under an empty key.

    >>> from datetime import UTC
    >>> order = Input(type="order.paid", key="o1", at=datetime(2026, 3, 8, tzinfo=UTC), holder="h1", data={"store": 7})
    >>> subject_of(("user", "store"), order), subject_of(("campaign",), order)
    (('h1', '7'), ())
    """
    return tuple([_key(name, ask) for name in per if name != "campaign"])


def tells(limit: Limit, ask: Input) -> bool:
    """Whether the input names the subject of *limit*."""
    try:
        _whose(limit, ask)
    except NotEligible:
        return False
    return True


def known_subjects(moves: Iterable[Move]) -> dict[str, tuple[str, ...]]:
    """The subjects of the places that *moves* took, by the limit's id."""
    found: dict[str, tuple[str, ...]] = {}
    for place in (move.destination for move in moves):
        behind = usage_behind(place)
        if place.kind == "used":
            found[place.parts[0]] = place.parts[2:]
        elif behind is not None:
            found[behind.parts[0]] = behind.parts[2:]
    return found


def room(draft: Draft, limit: Limit, ask: Input, zone: str, asked: int | None = None) -> int:
    """
    How much of *limit* is left for this input's subject; below zero where a cap was lowered.

    Args:
        asked: How much the caller wants. Where due promises could decide whether there is enough, they are
            decided first; None for a reader to whom the least that is sure is enough.
    """
    return limit.count - _used(draft, limit, ask, zone, enough=None if asked is None else limit.count - asked)


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
        What was booked, with the endings that give it back; nothing if *asked* is 0.

    Raises:
        LimitReached: There is less room than that; `BudgetExhausted` if it is a *budget*.
    """
    if asked <= 0:
        return ()
    need, source = limit_need(limit, ask, zone), outside("open", limit.of)
    flagged = limit.over == "flag"
    if room(draft, limit, ask, zone, asked) < asked:
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
    """The refusal of a limit that lacks room: the cap, how much is used, and when there is room again."""
    taken = _used(draft, limit, ask, zone)
    counted = limit.of in ("times", "pieces")
    shown = {"limit": limit.count, "used": taken, "asked": asked}
    shows: Mapping[str, Any] = shown if counted else {n: Amount(v, limit.of, scale) for n, v in shown.items()}
    kind = BudgetExhausted if budget else LimitReached
    next_at = _room_again(draft, limit, ask, asked + taken - limit.count, zone)
    no = kind(reason=limit.reason or None, shows={**shows, "of": limit.of}, next_at=next_at, zone=zone)
    return no.at(limit.id, limit.where)


def _used(draft: Draft, limit: Limit, ask: Input, zone: str, enough: int | None = None) -> int:
    need = limit_need(limit, ask, zone)
    if isinstance(need, RecordKey):
        return sum(use.amount for use in uses_now(draft, need, limit.window, ask.at, zone_of(zone)))
    return draft.stands(need, enough)


def _room_again(draft: Draft, limit: Limit, ask: Input, missing: int, zone: str) -> datetime | None:
    """When there will be room for what is *missing* now, if nobody else uses it; None if never."""
    need = limit_need(limit, ask, zone)
    if isinstance(need, RecordKey):
        uses = uses_now(draft, need, limit.window, ask.at, zone_of(zone))
        return frees_up(uses, limit.window, zone_of(zone), missing)
    return limit.window.ends(ask.at, zone_of(zone))


def _whose(limit: Limit, ask: Input) -> tuple[str, ...]:
    """The subject of a limit, with personal values as digests."""
    if limit.id in ask.subjects:
        return ask.subjects[limit.id]
    try:
        found = subject_of(limit.per, ask)
    except NotEligible as no:
        raise no.at(limit.id, limit.where) from None
    if not limit.hidden:
        return found
    names = [name for name in limit.per if name != "campaign"]
    pairs = zip(names, found, strict=True)
    return tuple([_digest(limit, name, key) if name in limit.hidden else key for name, key in pairs])


def _digest(limit: Limit, name: str, value: str) -> str:
    """
    The text that stands for a personal value, the same for equal values of the same limit.

    Keys of balances outlive the request by years, so a phone number must not stand in them. The value can't
    be read off the digest, but trying all phone numbers finds it: the domain has no secret key. The formula
    never changes, since it names balances that exist (docs/decisions/0014).
    """
    return digest16("per", limit.salt, limit.id, name, value).hex()


def _key(name: str, ask: Input) -> str:
    if name == "user":
        return ask.holder or ""
    if ask.holders.get(name):
        return ask.holders[name]
    value = ask.data[name] if name in ask.data else ask.personal.get(name)
    if value is None and name not in _ROLES:
        raise NotEligible(reason="attribute-missing", shows={"attribute": name})
    return "" if value is None else str(value)
