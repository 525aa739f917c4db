"""
What requests for a sale have in common, so that one is decided like the other.
"""

from __future__ import annotations

from collections.abc import Container, Hashable, Iterable
from typing import TYPE_CHECKING

from quanyi.entitlements.checks.openings import is_open
from quanyi.entitlements.clauses import Head, Limit
from quanyi.entitlements.inputs import Input
from quanyi.entitlements.time import zone_of

if TYPE_CHECKING:
    from quanyi.entitlements.plays.sale.terms import SaleTerms

__all__ = ["alike", "repeated"]

_ASKED = frozenset({"item", "offer", "qty"})
_SUBJECTS = frozenset({"campaign", "user"})
_WHOLE = 10_000  # basis points


def alike(sale: SaleTerms, things: Container[str], ask: Input) -> Hashable | None:
    """
    The thing, the pieces, the length of the hold, and the windows of the limits; see `Repeated`.

    None for what looks at more than pieces and limits: an audience, points, a code, an order number, sessions of a
    thing, a quota in several balances.

    Args:
        things: Those for which requests can be alike, see `repeated`.
    """
    thing, pieces = str(ask.data.get("item") or ask.data.get("offer")), ask.data.get("qty", 1)
    if thing not in things or type(pieces) is not int or pieces < 1:
        return None
    if not _ASKED.issuperset([name for name, value in ask.data.items() if value]):
        return None
    head, at = sale.head_of(thing), ask.at
    if at not in head.runs or not is_open(head, at):
        return None
    zone, hold = zone_of(head.zone), sale.hold.pay_within
    windows = tuple([limit.window.key(at, zone) for limit in (*sale.at_most, *sale.budget)])
    said = tuple(sorted(ask.data))
    return thing, pieces, said, hold.after(at, zone) - at if hold.days or hold.months else hold, windows


def repeated(sale: SaleTerms) -> frozenset[str]:
    """The things for which requests can be alike: what is sold for money, to everybody, from one balance."""
    limits = (*sale.at_most, *sale.budget)
    if not _for_all(sale.head) or not _counted_by_user(limits):
        return frozenset()
    return frozenset(thing for thing in sale.sells if _plain(sale, thing))


def _plain(sale: SaleTerms, thing: str) -> bool:
    priced = any(price.units for price in sale.sells[thing].all)
    return not priced and thing not in sale.rounds and (sale.splits == 1 or thing not in sale.quota)


def _for_all(head: Head) -> bool:
    return head.audience is None and not head.holdout and head.rollout == _WHOLE


def _counted_by_user(limits: Iterable[Limit]) -> bool:
    """Whether the limits count users or everybody, in windows of the calendar, and refuse what is above."""
    return all(
        _SUBJECTS.issuperset(limit.per) and not limit.window.follows and limit.over == "refuse" and not limit.hidden
        for limit in limits
    )
