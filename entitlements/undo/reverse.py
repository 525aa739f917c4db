"""
Undo: give back what was booked, in reverse order, by the declared policy, never more than was booked.

Points that have ended since they were given are gone, and are not taken a second time.

One mechanism for every ending: a hold that lapses, a deal that is refunded, a reward whose
cause went away. Which moves an ending gives back is written on the moves themselves.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import attrs

from quanyi.entitlements.accounts import ended as ended_account
from quanyi.entitlements.benefits import PointsUnit
from quanyi.entitlements.limits.rolling import forget, usage_behind
from quanyi.entitlements.needs import LotsOf, Need
from quanyi.entitlements.picture import Draft
from quanyi.entitlements.points import Ended, TakeBack, give_back, take_back
from quanyi.entitlements.records import Move

__all__ = ["Reversed", "needs_of", "reverse"]


@attrs.frozen(kw_only=True)
class Reversed:
    """
    What giving moves back has come to.

    Attributes:
        changed: What wallets got back (above zero) or lost (below), by unit.
        short: How much should have been taken back, and was not there.
    """

    changed: dict[str, int]
    short: int


def needs_of(moves: Iterable[Move]) -> set[Need]:
    """What must be locked to give *moves* back: balances by name, wallets whole, and what ended of their lots."""
    needs: set[Need] = set()
    for account in (account for move in moves for account in (move.source, move.destination)):
        if account.holder is not None:
            needs.add(LotsOf(account.holder, account.unit))
            needs.update([ended_account(account)] if account.ends is not None else [])
        elif not account.outside:
            needs.add(account)
        elif (usage := usage_behind(account)) is not None:
            needs.add(usage)
    return needs


def reverse(
    draft: Draft,
    moves: Sequence[Move],
    *,
    ending: str,
    units: Mapping[str, PointsUnit],
    take: TakeBack = "left",
    ended: Ended = "stay_ended",
    label: str = "refund",
) -> Reversed:
    """
    Move back what this *ending* gives back, last booked first.

    Raises:
        InsufficientPoints: *take* is ``refuse`` and a wallet no longer has what it was given.
    """
    draft.require(*needs_of(moves), back=False)
    changed: dict[str, int] = {}
    short = 0
    for move in reversed(moves):
        if ending not in move.back:
            continue
        if move.source.kind == "lot":
            got = give_back(draft, move, unit=_unit(units, move), then=ended, label=label)
        elif move.destination.holder is not None:
            taken = take_back(draft, _unit(units, move), move.destination, move.amount, policy=take)
            got, short = -taken.wallet, short + move.amount - taken.wallet - taken.ended
        else:
            _return(draft, move, label)
            continue
        changed[move.source.unit] = changed.get(move.source.unit, 0) + got
    return Reversed(changed=changed, short=short)


def _return(draft: Draft, move: Move, label: str) -> None:
    """Move pieces or places back; a closed window that was cleared away has nothing to return."""
    held = move.destination
    if usage_behind(held) is not None:
        forget(draft, move)
        return
    amount = move.amount if held.outside else min(move.amount, draft.balance(held))
    if amount:
        draft.post(held, move.source, amount, label)


def _unit(units: Mapping[str, PointsUnit], move: Move) -> PointsUnit:
    return units.get(move.source.unit) or PointsUnit(id=move.source.unit)
