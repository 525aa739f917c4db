"""
What a decision asks to see: balances, records, wallets, codes, and what is due to come back.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import attrs

from quanyi.entitlements.accounts import Account
from quanyi.entitlements.records import RecordKey

__all__ = [
    "DUE_AT_ONCE",
    "DUE_IN_A_LOOK",
    "CodeTwin",
    "CodesOf",
    "DueBack",
    "LotsOf",
    "Need",
    "Short",
    "Undeclared",
    "covering",
    "with_due_back",
]

DUE_AT_ONCE = 64
"""How many due timers one locked picture brings along at most; whoever needs more comes again."""

DUE_IN_A_LOOK = 4_096
"""How many a picture brings along that is merely read, and shown with what is due as done."""


@attrs.frozen
class LotsOf:
    """All of a holder's lots of one unit, and the debt account that stands for the wallet."""

    holder: str
    unit: str


@attrs.frozen
class CodesOf:
    """The card codes drawn for one entitlement."""

    owner: str


@attrs.frozen
class CodeTwin:
    """A card code that is there already under this blind index, in whatever pool."""

    blind: bytes


@attrs.frozen
class DueBack:
    """How much is due to come back to a balance that many draw on, whether or not anybody booked it; not locked."""

    account: Account


Need = Account | RecordKey | LotsOf | CodesOf | CodeTwin | DueBack

Short = Mapping[Account, int]
"""By how much balances fall short of what is asked."""


class Undeclared(Exception):  # noqa: N818  (a request, not an error)
    """
    A decision needs more than was locked; the engine starts again with these as well.

    Attributes:
        short: By how much a balance falls short of what is asked, that what is due gives back.
    """

    def __init__(self, needs: Iterable[Need] = (), short: Mapping[Account, int] | None = None) -> None:
        self.needs = frozenset(needs)
        self.short = dict(short or {})
        super().__init__(f"not locked: {sorted(map(str, self.needs))}, short: {self.short}")


def covering(rows: Iterable[tuple[bytes, int]], missing: int) -> list[bytes]:
    """
    The timers of *rows*, oldest first, that are needed to give *missing* back; all if they are not enough.

    >>> covering([(b"a", 2), (b"b", 2), (b"c", 2)], 3)
    [b'a', b'b']
    """
    found = []
    for timer, amount in rows:
        if missing <= 0:
            break
        found.append(timer)
        missing -= amount
    return found


def with_due_back(needs: Iterable[Need]) -> set[Need]:
    """*needs*, and for each balance among them to which holds give back, what is due to come back to it."""
    found = set(needs)
    return found | {DueBack(need) for need in found if isinstance(need, Account) and need.gives_room}
