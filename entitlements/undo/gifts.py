"""
Gifts taken back: entitlements that are as good as new are withdrawn, and moves reversed.

Law: what was used or seen stays with its holder, or refuses the whole undo, as the policy says.
"""

from __future__ import annotations

from collections.abc import Iterable

from quanyi.entitlements.clauses import Undo
from quanyi.entitlements.errors import VoucherRefused
from quanyi.entitlements.giving import Giver
from quanyi.entitlements.grants import grant_keys, granted, spoiled, withdraw
from quanyi.entitlements.needs import Need
from quanyi.entitlements.picture import Draft
from quanyi.entitlements.records import Booked, Entitlement
from quanyi.entitlements.undo.reverse import needs_of, reverse

__all__ = ["gift_needs", "take_back_gifts"]


def gift_needs(booked: Iterable[Booked]) -> set[Need]:
    """What must be locked to take back what was booked: entitlements, wallets, balances."""
    each = tuple(booked)
    return {*grant_keys(id_ for b in each for id_ in b.grants), *needs_of(move for b in each for move in b.moves)}


def take_back_gifts(play: Giver, policy: Undo, booked: Booked, draft: Draft) -> bool:
    """
    Withdraw what is as good as new, and reverse the moves; used things stay.

    Returns:
        Whether all of it came back, or had ended unused.

    Raises:
        VoucherRefused: The policy is ``refuse``, and something was used or seen.
        InsufficientPoints: The policy is ``refuse``, and the points are spent.
    """
    returned = [_withdrawn(right, policy, draft) for right in granted(booked.grants, draft)]
    back = reverse(draft, booked.moves, ending="undone", units=play.units, take=policy.take, ended=policy.ended)
    draft.given.extend((booked.holder, unit, amount) for unit, amount in back.changed.items() if amount)
    return all(returned) and not back.short


def _withdrawn(right: Entitlement, policy: Undo, draft: Draft) -> bool:
    """Take one entitlement back, unless it is spoiled."""
    reason = spoiled(right)
    if reason and policy.take == "refuse":
        raise VoucherRefused(reason=reason, shows={"item": right.item})
    if not reason:
        withdraw(draft, right)
        draft.given.append((right.holder or "", right.item, -1))
    return not reason
