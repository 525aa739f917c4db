"""
Points: earned into lots, spent in the burn order, given back to the very lots, taken back by policy.

A wallet is the lots of one holder in one unit and one debt account. Any credit pays the debt
first, and a debt is only made when no live lot is left: the two are never both non-zero.
Points whose lot has ended read as gone; whoever meets them may book it. They are kept apart by
lot, so that an undo of what brought them finds them gone, and takes no others for them.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Literal

import attrs

from quanyi.entitlements.accounts import Account, debt, ended, lot, outside
from quanyi.entitlements.amounts import Amount
from quanyi.entitlements.benefits import PointsUnit
from quanyi.entitlements.errors import InsufficientPoints
from quanyi.entitlements.picture import Draft, LotsOf
from quanyi.entitlements.records import Move
from quanyi.entitlements.time import Window, zone_of

__all__ = [
    "Ended",
    "TakeBack",
    "Taken",
    "available",
    "earn",
    "end_lot",
    "give_back",
    "lot_end",
    "short_of",
    "spend",
    "take_back",
]

Ended = Literal["reopen", "stay_ended"]
TakeBack = Literal["debt", "left", "refuse"]


@attrs.frozen(kw_only=True)
class Taken:
    """
    What became of points that were to be taken back.

    Attributes:
        wallet: How much the wallet lost, what it owes now included.
        ended: How much had ended before, so that nobody has it and nobody loses it.
    """

    wallet: int
    ended: int


def available(draft: Draft, holder: str, unit: str) -> int:
    """What the holder can spend by now; below zero for a debt."""
    return sum(amount for _, amount in draft.lots(holder, unit)) - draft.owed(holder, unit)


def earn(
    draft: Draft,
    unit: PointsUnit,
    holder: str,
    amount: int,
    *,
    label: str = "earn",
    back: Sequence[str] = ("undone",),
) -> tuple[Move, ...]:
    """Credit *amount*: what is owed is paid first, the rest goes into the lot of its end."""
    issued = outside("issued", unit.id)
    account = lot(holder, unit.id, lot_end(unit, draft.now))
    paid = _pay_debt(draft, issued, holder, unit.id, amount, label)
    if amount > paid:
        _credit(draft, issued, account, amount - paid, label)
    _tell(draft, holder, unit.id, amount, label)
    parts = ((debt(holder, unit.id), paid), (account, amount - paid))
    return tuple(Move(source=issued, destination=to, amount=n, back=tuple(back)) for to, n in parts if n)


def spend(
    draft: Draft,
    unit: PointsUnit,
    holder: str,
    amount: int,
    *,
    to: Account,
    label: str = "spend",
    back: Sequence[str] = (),
) -> tuple[Move, ...]:
    """
    Move *amount* out of live lots, in the unit's burn order.

    Raises:
        InsufficientPoints: The live lots do not cover it; nothing was moved.
    """
    short_of(draft, unit, holder, amount)
    moves = _drain(draft, _burning(draft, unit, holder), amount, to, label)
    _tell(draft, holder, unit.id, -amount, label)
    return tuple(Move(source=m.source, destination=to, amount=m.amount, back=tuple(back)) for m in moves)


def short_of(draft: Draft, unit: PointsUnit, holder: str, amount: int) -> None:
    """Refuse if the holder cannot spend *amount* by now: `InsufficientPoints`."""
    have = available(draft, holder, unit.id)
    if have >= amount:
        return
    shown = {"needed": amount, "available": have, "missing": amount - have}
    shows: dict[str, object] = {name: Amount(value, unit.id, unit.scale) for name, value in shown.items()}
    if unit.title:
        shows["title"] = dict(unit.title)
    raise InsufficientPoints(shows=shows)


def give_back(draft: Draft, move: Move, *, unit: PointsUnit, then: Ended = "stay_ended", label: str = "refund") -> int:
    """
    Return what *move* took out of a lot into that very lot; a debt is paid first.

    Args:
        then: Where the lot has ended meanwhile, its points end again at once (``stay_ended``), or live
            on in a lot of today's end (``reopen``).

    Returns:
        How much the wallet has got by it.
    """
    origin, holder = move.source, move.source.parts[0]
    gone = origin.ends is not None and origin.ends <= draft.now.isoformat()
    target = lot(holder, unit.id, lot_end(unit, draft.now), origin.label) if gone and then == "reopen" else origin
    stays_ended = gone and target == origin
    owed = 0 if stays_ended else _pay_debt(draft, move.destination, holder, unit.id, move.amount, label)
    rest = move.amount - owed
    if rest:
        _credit(draft, move.destination, target, rest, label)
    if stays_ended:
        draft.post(target, ended(target), rest, "expire")
        return 0
    _tell(draft, holder, unit.id, move.amount, label)
    return move.amount


def take_back(
    draft: Draft,
    unit: PointsUnit,
    first: Account,
    amount: int,
    *,
    policy: TakeBack = "left",
    label: str = "takeback",
) -> Taken:
    """
    Take *amount* of earned points back: from the lot they came into, then from the others.

    What was left in that lot at its end counts as taken: it is gone already, and nothing is taken
    in its place.

    Returns:
        All of it, or with ``left`` what there was.

    Raises:
        InsufficientPoints: The policy is ``refuse`` and not all of the rest is there.
    """
    holder, issued = first.parts[0], outside("issued", unit.id)
    gone = _ended_before(draft, first, amount, label)
    rest = amount - gone
    lots = _from_the_very_lot(draft, unit, first)
    if policy == "refuse" and sum(n for _, n in lots) < rest:
        short_of(draft, unit, holder, rest)
    taken = sum(move.amount for move in _drain(draft, lots, rest, issued, label))
    if policy == "debt" and unit.debt and taken < rest:
        draft.post(debt(holder, unit.id), issued, rest - taken, label)
        taken = rest
    if taken:
        _tell(draft, holder, unit.id, -taken, label)
    return Taken(wallet=taken, ended=gone)


def end_lot(draft: Draft, account: Account) -> int:
    """Book what is left in a lot that has ended as ended; the amount, 0 if none or not yet."""
    if account.ends is None or account.ends > draft.now.isoformat():
        return 0
    draft.require(LotsOf(account.parts[0], account.unit), ended(account))
    left = draft.balance(account)
    if not left:
        return 0
    draft.post(account, ended(account), left, "expire")
    _tell(draft, account.parts[0], account.unit, -left, "expire")
    return left


def lot_end(unit: PointsUnit, at: datetime) -> datetime | None:
    """
    The instant at which points got at *at* are gone: the end of the day, month or year in which their own life ends.

    Days are those of the unit's zone. Midnight belongs to the day that it begins.
    """
    rule, zone = unit.lots, zone_of(unit.zone)
    if rule.lasts is None:
        return None
    end = rule.lasts.after(at, zone)
    return end if rule.ends_to == "exact" else Window(rule.ends_to).ends(end, zone)


# --- inside ------------------------------------------------------------------------------------


def _pay_debt(draft: Draft, source: Account, holder: str, unit: str, amount: int, label: str) -> int:
    """Pay what is owed out of *amount*; how much that took."""
    draft.require(LotsOf(holder, unit))
    paid = min(draft.owed(holder, unit), amount)
    if paid:
        draft.post(source, debt(holder, unit), paid, label, cap=0)
    return paid


def _credit(draft: Draft, source: Account, account: Account, amount: int, label: str) -> None:
    """Put *amount* into a lot; a lot that is new gets the timer of its end."""
    need = LotsOf(account.parts[0], account.unit)
    draft.require(need)
    new = account not in (draft.own_lots.get(need) or draft.view.lots_of(need))
    draft.post(source, account, amount, label)
    if new and account.ends is not None:
        data = {"holder": need.holder, "unit": need.unit, "ends": account.ends, "label": account.label}
        at, wallet = datetime.fromisoformat(account.ends), debt(need.holder, need.unit)
        draft.emit("lot.ends", data, at=at, wakes=(wallet,), holder=need.holder)


def _burning(draft: Draft, unit: PointsUnit, holder: str) -> list[tuple[Account, int]]:
    """Live lots in the order in which they are spent; lots without an end come last."""
    return sorted(draft.lots(holder, unit.id), key=lambda pair: _burn_key(pair[0], unit.lots.burn))


def _burn_key(account: Account, burn: Sequence[str]) -> tuple[object, ...]:
    keys = {"ends": (account.ends is None, account.ends or ""), "got": (False, account.label)}
    return (*(keys[name] for name in burn), account.parts)


def _ended_before(draft: Draft, first: Account, amount: int, label: str) -> int:
    """How much of *amount* was left in its lot at the lot's end; the end is booked, and that much counts as taken."""
    if first.ends is None:
        return 0
    end_lot(draft, first)
    gone = min(draft.balance(ended(first)), amount)
    if gone:
        draft.post(ended(first), outside("issued", first.unit), gone, label)
    return gone


def _from_the_very_lot(draft: Draft, unit: PointsUnit, first: Account) -> list[tuple[Account, int]]:
    """The lot that was credited, then the other live ones."""
    others = [(a, n) for a, n in _burning(draft, unit, first.parts[0]) if a != first]
    if first.kind != "lot" or not (left := draft.balance(first)):
        return others
    return [(first, left), *others]


def _drain(draft: Draft, lots: Sequence[tuple[Account, int]], amount: int, to: Account, label: str) -> list[Move]:
    """Move up to *amount* out of *lots*, one after the other."""
    moves = []
    for account, have in lots:
        part = min(have, amount)
        if part:
            draft.post(account, to, part, label)
            moves.append(Move(source=account, destination=to, amount=part))
            amount -= part
    return moves


def _tell(draft: Draft, holder: str, unit: str, amount: int, label: str) -> None:
    draft.emit("points.changed", {"unit": unit, "amount": amount, "label": label}, holder=holder)
