"""
Records of what the mall buys for its buyers: purchases at suppliers, and how a supplier's last ones ended.
"""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

import attrs

from quanyi.entitlements.records.base import Record
from quanyi.entitlements.time import aware, aware_or_none

__all__ = ["OPEN_PHASES", "Purchase", "ReplyNote", "Standing"]


OPEN_PHASES = ("accepted", "retrying", "sent", "unknown", "wanted")
"""Phases of a purchase from which more is expected."""


@attrs.frozen(kw_only=True)
class ReplyNote:
    """
    One reply of a supplier, as it was understood.

    Attributes:
        round: The order that it is about, see `Purchase.round`.
        what: ``accepted``, ``delivered``, ``refused``, ``busy``, ``absent`` or ``unknown``.
        word: The supplier's own word, or why nothing can be concluded.
        number: The supplier's number of the order, if it said one.
    """

    at: datetime = attrs.field(validator=aware)
    round: int
    supplier: str
    what: str
    word: str = ""
    number: str = ""


@attrs.frozen(kw_only=True)
class Purchase(Record):
    """
    What the mall buys from a supplier for one paid deal; `item` is the benefit.

    Phases: ``wanted`` → ``sent`` → ``accepted`` | ``retrying`` | ``unknown`` → ``delivered`` | ``refused``. A final no may
    send it to the next supplier: ``wanted`` again. ``called_off``: the deal was taken back before anything was bought.
    ``written_off``: an operator took the deal back while nobody knew what became of the order.

    Attributes:
        id: Derived from the deal's number.
        deal: The deal that it is bought for.
        quantity: How many pieces.
        supplier: Whom the order of this round went to; empty before the first one.
        round: Which order this is, counted from 1: each supplier that is asked, and each new order after a final no, is one. 0
            before the first.
        tries: How often the order of this round was sent; `calls` how often any was.
        tried: The suppliers that gave a final no.
        number: The supplier's number of the order of this round.
        cost: What it costs, in the currency's smallest unit, as far as it is owed; 0 until then.
        word: The word of the last reply that changed anything.
        to_do: What a worker has to ask the supplier: ``order`` or ``query``; empty for nothing.
        asked: How often the supplier was asked what became of the order of this round.
        opened_at: When it was paid for.
        unknown_at: Since when its outcome is unknown; None while it is not.
        reported: Whether an unknown outcome was reported as overdue.
        heard: The last replies, oldest first.
        troubles: What an operator was told about, oldest first: ``unknown``, ``overdue``, ``refused``, ``contradicted``.
        due_at: When something is due: the end of the silence, the next try, the next question.
    """

    kind: ClassVar[str] = "purchase"
    id: str
    deal: str
    quantity: int = 1
    supplier: str = ""
    round: int = 0
    tries: int = 0
    calls: int = 0
    tried: tuple[str, ...] = ()
    number: str = ""
    cost: int = 0
    word: str = ""
    to_do: str = ""
    asked: int = 0
    opened_at: datetime = attrs.field(validator=aware)
    unknown_at: datetime | None = attrs.field(default=None, validator=aware_or_none)
    reported: bool = False
    heard: tuple[ReplyNote, ...] = ()
    troubles: tuple[str, ...] = ()

    @property
    def parts(self) -> tuple[str, ...]:
        """Its number."""
        return (self.id,)

    @property
    def reference(self) -> str:
        """What the supplier knows the order of this round by: the same each time it is sent."""
        return f"{self.id}-{self.round}"

    @property
    def ended(self) -> bool:
        """Whether nothing more is expected."""
        return self.phase not in OPEN_PHASES

    def lookups(self) -> tuple[tuple[str, str], ...]:
        """Its deal, and what a worker has to do about it."""
        return (("deal", self.deal), *([("to_do", self.to_do)] if self.to_do else []))


@attrs.frozen(kw_only=True)
class Standing(Record):
    """
    How the last purchases at one supplier ended; `item` is the supplier's id.

    Attributes:
        delivered: For each of the last ones, oldest first, whether it was delivered.
        ended_count: How many ended since an operator last cleared it.
    """

    kind: ClassVar[str] = "standing"
    delivered: tuple[bool, ...] = ()
    ended_count: int = 0

    @property
    def parts(self) -> tuple[str, ...]:
        """The supplier."""
        return (self.item,)
