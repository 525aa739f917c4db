"""
Points: earned into lots, spent in the burn order, given back to the same lots, taken back by policy.

A wallet is the lots of one holder in one unit and one debt account. Any credit pays the debt
first, and a debt is only made when no live lot is left: the two are never both non-zero.
Points whose lot has ended read as gone, whether or not that is booked yet. They are kept apart by
lot: an undo of what had brought them finds them there, and takes no other points in their place.
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
from quanyi.entitlements.needs import LotsOf
from quanyi.entitlements.picture import Draft
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
    The result of taking points back.

    Attributes:
        wallet: How much the wallet lost; a new debt counts.
        ended: How much had ended before, so that nobody has it and nobody loses it.
    """

    wallet: int
    ended: int


def available(draft: Draft, holder: str, unit: str) -> int:
    """What the holder can spend now, in the unit's smallest part; below zero if something is owed."""
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
    """
    Credit *amount* points: they pay what is owed, and the rest goes into the lot of its end.

    >>> from datetime import UTC
    >>> from quanyi.entitlements.picture import Picture, View
    >>> wallet, owed = LotsOf("h1", "points"), debt("h1", "points")
    >>> picture = Picture(needs=frozenset({wallet}), balances={owed: -30})
    >>> draft = View(picture).draft(datetime(2026, 3, 8, tzinfo=UTC))
    >>> [(move.destination.kind, move.amount) for move in earn(draft, PointsUnit(id="points"), "h1", 100)]
    [('debt', 30), ('lot', 70)]

    Args:
        back: The endings that take the points back.

    Returns:
        What was booked, without moves of 0.
    """
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
    Move *amount* points out of live lots into *to*, in the unit's burn order.

    Args:
        back: The endings that give the points back.

    Raises:
        InsufficientPoints: The live lots do not cover it; nothing was moved.
    """
    short_of(draft, unit, holder, amount)
    moves = _drain(draft, _burning(draft, unit, holder), amount, to, label)
    _tell(draft, holder, unit.id, -amount, label)
    return tuple(Move(source=m.source, destination=to, amount=m.amount, back=tuple(back)) for m in moves)


def short_of(draft: Draft, unit: PointsUnit, holder: str, amount: int) -> None:
    """
    Check that the holder can spend *amount* now.

    Raises:
        InsufficientPoints: The live lots do not cover it.

    >>> from datetime import UTC
    >>> from quanyi.entitlements.picture import Picture, View
    >>> ended, live = (lot("h1", "points", datetime(2026, month, 1, tzinfo=UTC)) for month in (3, 4))
    >>> wallet = LotsOf("h1", "points")
    >>> picture = Picture(needs=frozenset({wallet}), balances={ended: 90, live: 10}, lots={wallet: (ended, live)})
    >>> short_of(View(picture).draft(datetime(2026, 3, 8, tzinfo=UTC)), PointsUnit(id="points"), "h1", 30)
    Traceback (most recent call last):
    InsufficientPoints: insufficient-points (needed 30, available 10, missing 20)
    """
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
    Return what *move* took out of a lot into the same lot. What is owed is paid first.

    Args:
        then: What happens to points whose lot has ended: they end again at once (``stay_ended``), or go into
            a lot that ends as one earned now (``reopen``).

    Returns:
        How much the wallet has gained.
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
    Take *amount* of earned points back: from the lot *first* that they came into, then from the others.

    What was left in that lot when it ended counts as taken: it is gone already, and nothing is taken
    in its place.

    Returns:
        All of it; with ``left`` what there was.

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
    """
    Book the end of a lot.

    Returns:
        How much was left in it; 0 if nothing was, or if it has not ended.
    """
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
    The instant in UTC at which points earned at *at* end; None for never.

    The end of the day, month or year in which their life ends, in the unit's zone, unless the unit says
    ``exact``. Midnight belongs to the day that it begins.

    >>> from datetime import UTC
    >>> from quanyi.entitlements.benefits import LotRule
    >>> from quanyi.entitlements.time import Duration
    >>> unit = PointsUnit(id="points", zone="Asia/Shanghai", lots=LotRule(lasts=Duration.parse("3 months")))
    >>> lot_end(unit, datetime(2026, 3, 8, 12, 0, tzinfo=UTC)).isoformat()  # the local midnight after 30 June
    '2026-06-30T16:00:00+00:00'
    """
    rule, zone = unit.lots, zone_of(unit.zone)
    if rule.lasts is None:
        return None
    end = rule.lasts.after(at, zone)
    return end if rule.ends_to == "exact" else Window(rule.ends_to).ends(end, zone)


# --- inside ------------------------------------------------------------------------------------


def _pay_debt(draft: Draft, source: Account, holder: str, unit: str, amount: int, label: str) -> int:
    """Pay what is owed out of *amount*, and return how much that took."""
    draft.require(LotsOf(holder, unit))
    paid = min(draft.owed(holder, unit), amount)
    if paid:
        draft.post(source, debt(holder, unit), paid, label, cap=0)
    return paid


def _credit(draft: Draft, source: Account, account: Account, amount: int, label: str) -> None:
    """Put *amount* into a lot. A new lot gets a timer at its end."""
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
    """How much of *amount* was left in its lot when that ended; it is booked as taken."""
    if first.ends is None:
        return 0
    end_lot(draft, first)
    gone = min(draft.balance(ended(first)), amount)
    if gone:
        draft.post(ended(first), outside("issued", first.unit), gone, label)
    return gone


def _from_the_very_lot(draft: Draft, unit: PointsUnit, first: Account) -> list[tuple[Account, int]]:
    """The lot that was credited, then the other live ones in burn order."""
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
