"""
Records of what is bought: deals, entitlements, parts of bundles, and what was put on sale.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import ClassVar

import attrs

from quanyi.entitlements.records.base import Move, Record
from quanyi.entitlements.time import aware, aware_or_none

__all__ = ["Deal", "Entitlement", "Loaded", "shared_codes"]


@attrs.frozen(kw_only=True)
class Deal(Record):
    """
    One purchase or exchange in the mall, with its hold.

    Phases: ``placed`` → ``paid`` → ``refunded``; or ``placed`` → ``closed``.

    Attributes:
        id: The number that support will ask for.
        order: The host's own number, if it gave one.
        pieces: How many of `item`.
        code: The word that lowered the price, if one did.
        pay: Money the host must collect, in the smallest unit of `currency`; 0 for none.
        price: What one deal costs in counted units: ``{"points": 300}``.
        list_price: What it would cost outside the campaign.
        moves: What placing booked, in booking order; closing moves it back.
        grants: Ids of the entitlements that paying gave.
        ended: How a closed deal ended: ``lapsed``, ``released``, ``refunded``, ``short``…
        returned: How many pieces were taken back.
        refunded: Money that the host was told to return, all in all.
        due_at: The end of the hold; None once paid.
    """

    kind: ClassVar[str] = "deal"
    id: str
    order: str = ""
    pieces: int = 1
    code: str = ""
    pay: int = 0
    currency: str = ""
    price: Mapping[str, int] = attrs.field(factory=dict)
    list_price: int = 0
    moves: tuple[Move, ...] = ()
    grants: tuple[str, ...] = ()
    ended: str = ""
    returned: int = 0
    refunded: int = 0
    placed_at: datetime = attrs.field(validator=aware)
    paid_at: datetime | None = attrs.field(default=None, validator=aware_or_none)

    @property
    def parts(self) -> tuple[str, ...]:
        """The deal's number."""
        return (self.id,)

    def lookups(self) -> tuple[tuple[str, str], ...]:
        """The host's own id of the order, if it gave one."""
        return (("order", self.order),) if self.order else ()


@attrs.frozen(kw_only=True)
class Entitlement(Record):
    """
    One person's right to one benefit.

    Phases: ``usable`` → ``used`` | ``withdrawn`` | ``void``. Past `due_at` a usable one *reads*
    as expired, whether or not a sweep came by.

    Attributes:
        uses: How many uses are left.
        pool: The pool its code was drawn from; empty if it has none.
        shared: Whether that is one code for everybody.
        revealed_at: When the holder first saw the code.
        deal: The deal that gave it, if one did.
    """

    kind: ClassVar[str] = "entitlement"
    id: str
    uses: int = 1
    pool: str = ""
    shared: bool = False
    deal: str = ""
    got_at: datetime = attrs.field(validator=aware)
    starts: datetime = attrs.field(validator=aware)
    revealed_at: datetime | None = attrs.field(default=None, validator=aware_or_none)
    used_at: datetime | None = attrs.field(default=None, validator=aware_or_none)

    @property
    def parts(self) -> tuple[str, ...]:
        """The entitlement's number."""
        return (self.id,)

    def lookups(self) -> tuple[tuple[str, str], ...]:
        """The deal that gave it."""
        return (("deal", self.deal),) if self.deal else ()

    @property
    def codes_of(self) -> str:
        """The owner under which its card codes are stored: its own id, or the pool's name where all share one code."""
        return shared_codes(self.pool) if self.shared else self.id

    def phase_at(self, now: datetime) -> str:
        """The phase as of *now*: a usable one past its end is ``expired``."""
        ended = self.due_at is not None and self.due_at <= now
        return "expired" if self.phase == "usable" and ended else self.phase


def shared_codes(pool: str) -> str:
    """The owner under which the card codes of a shared pool are stored."""
    return f"pool/{pool}"


@attrs.frozen(kw_only=True)
class Loaded(Record):
    """
    How many pieces were ever put on sale, which an applied quota or stock is compared with.

    Attributes:
        thing: ``quota/<campaign>/<thing>`` or ``stock/<benefit>``, as parts.
    """

    kind: ClassVar[str] = "loaded"
    thing: tuple[str, ...]
    total: int
    splits: int = 1

    @property
    def parts(self) -> tuple[str, ...]:
        """The thing."""
        return self.thing
