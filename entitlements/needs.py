"""
Needs: what a decision asks to see, and the `Picture` of it that a store gives.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

import attrs

from quanyi.entitlements.accounts import Account
from quanyi.entitlements.changes import SealedCode
from quanyi.entitlements.records import Record, RecordKey

__all__ = [
    "DUE_AT_ONCE",
    "DUE_IN_A_LOOK",
    "Age",
    "ById",
    "CodeTwin",
    "CodesOf",
    "Due",
    "DueBack",
    "EndedCodes",
    "LotsOf",
    "Need",
    "Picture",
    "Short",
    "Timer",
    "Undeclared",
    "covering",
    "with_due_back",
]

DUE_AT_ONCE = 64
"""How many due timers a locked picture contains at most. Whoever needs more must lock again."""

DUE_IN_A_LOOK = 4_096
"""How many due timers a picture contains at most that is only read, to show what is due as if it were booked."""


@attrs.frozen
class LotsOf:
    """All of a holder's lots of one unit, and the debt account that stands for the wallet."""

    holder: str
    unit: str


@attrs.frozen
class CodesOf:
    """The card codes drawn for one entitlement, whose id is *owner*."""

    owner: str


@attrs.frozen
class CodeTwin:
    """Whether a card code with this blind index is stored already, in whatever pool."""

    blind: bytes


@attrs.frozen
class EndedCodes:
    """How many card codes of *pool* belong to nobody and have come to their end."""

    pool: str


Age = tuple[datetime, bytes]
"""When a timer is due, and its id. Timers are decided in this order."""


@attrs.frozen(cache_hash=True)
class DueBack:
    """
    What unbooked due timers give back to a shared balance, and take from it. It is summed and not locked.

    Attributes:
        before: Only timers older than this; None for all that are due by the picture's instant.
    """

    account: Account
    before: Age | None = None


@attrs.frozen
class Due:
    """
    The sums of due timers at one balance: lapsed holds give back, promises take.

    A promise that finds no room takes nothing, so *taken* is an upper bound.

    Attributes:
        back: How much they give back.
        taken: How much they take at most.
        timers: How many there are.
        last: When the latest of them is due; None if there is none.
    """

    back: int = 0
    taken: int = 0
    timers: int = 0
    last: datetime | None = None

    @classmethod
    def of(cls, moved: Sequence[int], last: datetime) -> Due:
        """
        The sums of timers by what each moves: above zero it gives back, below zero it takes.

        >>> due = Due.of([3, -1, 2], datetime(2026, 1, 1))
        >>> due.back, due.taken, due.timers
        (5, 1, 3)
        """
        taken = -sum(amount for amount in moved if amount < 0)
        return cls(back=sum(moved) + taken, taken=taken, timers=len(moved), last=last)


Need = Account | RecordKey | LotsOf | CodesOf | CodeTwin | EndedCodes | DueBack

Short = Mapping[Account, int]
"""By how much each balance is below what is asked."""


class Undeclared(Exception):  # noqa: N818  (a request, not an error)
    """
    A decision needs rows that were not locked. The engine drops the transaction and starts again with them.

    Attributes:
        short: By how much a balance falls short of what is asked, where timers that are due could give it back.
    """

    def __init__(self, needs: Iterable[Need] = (), short: Mapping[Account, int] | None = None) -> None:
        self.needs = frozenset(needs)
        self.short = dict(short or {})
        super().__init__(f"not locked: {sorted(map(str, self.needs))}, short: {self.short}")


@attrs.frozen(kw_only=True)
class Timer:
    """A timer as the store returns it."""

    id: bytes
    event: str
    due_at: datetime
    data: Mapping[str, Any]
    holder: str | None = None


@attrs.frozen(kw_only=True)
class ById:
    """
    Rows that requests need which a stencil decides. They are asked for beside the needs, and locked with them.

    Attributes:
        balances: Ids of balances.
        apart: Wallets and records. The picture shows what is there of them as if they were needs, but does not name
            them among its needs: no ordinary decision may read them unless it asks.
    """

    balances: frozenset[bytes] = frozenset()
    apart: frozenset[LotsOf | RecordKey] = frozenset()


@attrs.define(kw_only=True)
class Picture:
    """
    The rows that were locked (or merely read), as they stood then.

    Attributes:
        needs: What was asked for; nothing else may be read.
        balances: Rows that exist; a need without a row has none yet.
        records: Record and version, where there is one.
        due: Due timers that wake on these needs, oldest first; and of those that give to or take from a balance
            that runs short, the oldest that cover it.
        due_back: The sums of due timers for each `DueBack` that was asked for and where any is due, without those
            that the caller decides itself.
        unsummed: Balances to which a due timer gives, or from which it takes, an amount that nobody knows.
        epoch: The number of the set of campaigns in force.
        by_id: The balances that were asked for by id alone, where there is a row.
        stirred: Those at which a timer is due.
    """

    needs: frozenset[Need] = frozenset()
    balances: dict[Account, int] = attrs.field(factory=dict)
    lots: dict[LotsOf, tuple[Account, ...]] = attrs.field(factory=dict)
    records: dict[RecordKey, tuple[Record, int]] = attrs.field(factory=dict)
    codes: dict[CodesOf | CodeTwin, tuple[SealedCode, ...]] = attrs.field(factory=dict)
    ended: dict[EndedCodes, int] = attrs.field(factory=dict)
    due: tuple[Timer, ...] = ()
    due_back: dict[DueBack, Due] = attrs.field(factory=dict)
    unsummed: frozenset[Account] = frozenset()
    epoch: int = 0
    by_id: dict[bytes, int] = attrs.field(factory=dict)
    stirred: frozenset[bytes] = frozenset()

    def take_in(self, more: Picture) -> None:
        """Show what *more* shows too, which was read under the same locks and with the same timers left out."""
        self.needs |= more.needs
        self.balances |= more.balances
        self.lots |= more.lots
        self.records |= more.records
        self.codes |= more.codes
        self.ended |= more.ended
        self.due_back |= more.due_back

    def joined(self, other: Picture) -> Picture:
        """What it shows together with *other*, which was read as of the same instant and with the same timers left out."""
        due = {timer.id: timer for timer in (*self.due, *other.due)}
        return Picture(
            needs=self.needs | other.needs,
            balances=self.balances | other.balances,
            lots=self.lots | other.lots,
            records=self.records | other.records,
            codes=self.codes | other.codes,
            ended=self.ended | other.ended,
            due=tuple(sorted(due.values(), key=lambda timer: (timer.due_at, timer.id))),
            due_back=self.due_back | other.due_back,
            unsummed=self.unsummed | other.unsummed,
            epoch=other.epoch,
        )


def covering(rows: Iterable[tuple[bytes, int]], missing: int) -> list[bytes]:
    """
    The oldest timers of *rows* that together move *missing*, either way; all of them if they are not enough.

    Args:
        rows: Id and amount of each timer, oldest first.

    >>> covering([(b"a", 2), (b"b", -2), (b"c", 2)], 3)
    [b'a', b'b']
    """
    found = []
    for timer, amount in rows:
        if missing <= 0:
            break
        found.append(timer)
        missing -= abs(amount)
    return found


def with_due_back(needs: Iterable[Need], before: Age | None = None, *, promised: bool = False) -> set[Need]:
    """
    *needs*, and a `DueBack` for each balance among them to which holds give back.

    Args:
        before: As for `DueBack`.
        promised: Only for balances from which promises take.
    """
    found = set(needs)
    for need in tuple(found):
        if isinstance(need, Account) and need.gives_room and (need.promised or not promised):
            found.add(DueBack(need, before))
    return found
