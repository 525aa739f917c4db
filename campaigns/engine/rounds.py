"""
The rounds of one batch: a decision asks for more to be locked, and all of it is decided again.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from quanyi.campaigns.engine.endless import Endless, Pair, StillAsking
from quanyi.campaigns.engine.timers import timer_id
from quanyi.entitlements.accounts import Account
from quanyi.entitlements.errors import Conflict
from quanyi.entitlements.inputs import Input
from quanyi.entitlements.needs import DUE_AT_ONCE, Need, Picture, Timer, Undeclared

__all__ = ["Rounds"]

_ROUNDS = 64
"""How often a batch is decided again because a decision asked for more to be locked."""


class Rounds:
    """
    The rounds of one batch: what to lock in the next, and who asked for more in the past ones.

    Attributes:
        needs: What to lock.
        short: By how much balances run short of what is asked, where what is due may change that.
        deciding: The timers that are decided here, so that they are in no sum of what is due.
    """

    def __init__(self, needs: Iterable[Need], asks: Iterable[Input] = ()) -> None:
        self.needs: set[Need] = set(needs)
        self.short: dict[Account, int] = {}
        self.deciding = {timer_id(ask) for ask in asks if ask.due}
        self._left = _ROUNDS
        self._asked: Counter[Pair] = Counter()
        self._wanted: dict[bytes, set[Need]] = {}

    def left(self) -> bool:
        """Count a round; False once there have been too many."""
        self._left -= 1
        return self._left >= 0

    def asked(self, more: Undeclared) -> None:
        """Lock that as well. Where something runs short again, twice as much is looked for, to need few rounds."""
        if isinstance(more, StillAsking):
            self._asked.update(more.pairs)
            for id_, needs in more.wanted.items():
                self._wanted.setdefault(id_, set()).update(needs)
        self.needs |= more.needs
        for account, missing in more.short.items():
            self.short[account] = self.short.get(account, 0) * 2 + missing

    def decides(self, due: Iterable[Timer]) -> bool:
        """Decide these timers as well. True if any of them is new."""
        before = len(self.deciding)
        self.deciding.update(timer.id for timer in due)
        return len(self.deciding) > before

    def few(self, picture: Picture) -> None:
        """
        If few promises are due at a balance, decide them for an exact number; else the least that is certain is shown.
        """
        dues = {need.account: due for need, due in picture.due_back.items() if due.taken and due.timers <= DUE_AT_ONCE}
        unknown = dues.keys() - self.short.keys()
        if unknown:
            raise Undeclared((), {account: dues[account].back + dues[account].taken for account in unknown})

    def wanted(self, ask: Input) -> set[Need]:
        """What an input has asked for so far."""
        return self._wanted.get(ask.id, set())

    def endless(self) -> Exception:
        """The error after too many rounds: `Endless` for those who asked most often, else a Conflict."""
        if not self._asked:
            return Conflict("what is due here keeps growing")
        most = max(self._asked.values())
        return Endless({pair: "keeps-asking" for pair, times in self._asked.items() if times == most})
