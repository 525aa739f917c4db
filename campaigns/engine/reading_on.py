"""
Reading on: what a decision asks for beyond what was locked, read where it is decided.

Where nobody else can write until the transaction ends, nothing has to begin again because a decision asks for
rows that its input did not tell of: they are read at once, and are what the next round would have shown. Only
where something is due at them, or where it was written without being read, all of it is decided again.
"""

from __future__ import annotations

from collections.abc import Collection

import attrs

from quanyi.campaigns.engine.rounds import Rounds
from quanyi.campaigns.engine.timers import timer_id
from quanyi.entitlements.expressions import Expressions
from quanyi.entitlements.inputs import Input
from quanyi.entitlements.needs import Need, Picture
from quanyi.entitlements.picture import View
from quanyi.entitlements.ports import Transaction

__all__ = ["ReadingOn", "ReadingView"]

_MOST = 32
"""How often one transaction reads on: half as often as a batch is begun again, so that what ends there ends here too."""


@attrs.define(kw_only=True)
class ReadingOn:
    """
    Reads more for the only input of a transaction.

    Attributes:
        tx: Nobody else can write until it ends.
        given_up: Whether a decision has asked too often.
    """

    tx: Transaction
    ask: Input
    rounds: Rounds
    given_up: bool = False
    _left: int = _MOST

    def more(self, needs: Collection[Need]) -> Picture | None:
        """A picture of *needs*; None if something is due there that comes before the input, or it was asked for too often."""
        self._left -= 1
        if self._left < 0:
            self.given_up = True
            return None
        rounds = self.rounds
        picture = self.tx.lock(needs, self.ask.at, (), rounds.short, rounds.deciding)
        own = timer_id(self.ask) if self.ask.due else None
        if any(timer.id != own for timer in picture.due) or picture.unsummed - rounds.short.keys():
            return None
        rounds.needs |= picture.needs
        return picture


class ReadingView(View):
    """A view that reads on."""

    def __init__(self, picture: Picture, expressions: Expressions, reading: ReadingOn) -> None:
        super().__init__(picture, expressions)
        self._reading = reading

    def see(self, needs: Collection[Need]) -> bool:
        """Read *needs* and show them; not where a decision has written without reading what is there."""
        written = (self.balances, self.lots, self.records)
        if any(need in rows for need in needs for rows in written):
            return False
        more = self._reading.more(needs)
        if more is None:
            return False
        self.picture.take_in(more)
        self.admit(more.needs, {})
        return True
