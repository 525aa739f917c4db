"""
The stencils of the campaigns in force: found for a request, made when many like it have come.
"""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Hashable, Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from itertools import combinations
from typing import TYPE_CHECKING, cast

from quanyi.campaigns.engine.stencils.examples import Decide, Examples, NoExample
from quanyi.campaigns.engine.stencils.stencil import Stencil, matches, stencil_of
from quanyi.entitlements.inputs import Input
from quanyi.entitlements.plays.base import Play, Repeated
from quanyi.entitlements.ports import RowsOf

if TYPE_CHECKING:
    from quanyi.campaigns.engine.in_force import CampaignsInForce

__all__ = ["Stencils"]

_log = logging.getLogger("quanyi")

_OFTEN = 8
"""How many requests that are alike are decided in the ordinary way before a stencil is made of them."""

_MOST = 512
"""How many sorts of requests are remembered."""

_SAMPLE = 1_000
"""Of how many requests that stencils decide one is decided in the ordinary way too, to compare."""

_EXAMPLES = 3
"""By how many more examples a stencil is checked before it is used."""


_UNITS = 2
"""How many wallets alike requests may put points into at most: each of them doubles the examples."""


class Stencils:
    """Finds the stencil for a request. One object for all threads: what two of them learn at once, one learns again."""

    def __init__(self, in_force: CampaignsInForce, decide: Decide) -> None:
        self._in_force = in_force
        self._examples = Examples(decide=decide)
        self._epoch = -1
        self._known: dict[Hashable, Stencil | int | None] = {}
        self._wanted: deque[tuple[Sequence[Play], Input, Hashable]] = deque(maxlen=_MOST)
        self._stamped = 0

    def of(self, ask: Input) -> Stencil | None:
        """The stencil for *ask*; None where it is decided in the ordinary way. If many like it have come, one is wanted."""
        found = self._sort(ask)
        if found is None:
            return None
        plays, sort = found
        known = self._known.get(sort, 0)
        if not isinstance(known, int):
            return known
        often = known + 1 >= _OFTEN
        self._known[sort] = None if often else known + 1  # by one thread alone
        if often:
            self._wanted.append((plays, ask, sort))
        return None

    def learn(self, rows_of: RowsOf | None) -> None:
        """Make the stencils that are wanted. That takes as long as dozens of decisions: nothing should be locked meanwhile."""
        while self._wanted and rows_of is not None:
            with suppress(IndexError):  # another thread was first
                plays, ask, sort = self._wanted.popleft()
                self._known[sort] = self._made(plays, ask, sort, rows_of)

    def give_up(self, stencil: Stencil) -> None:
        """Use *stencil* never again: an ordinary decision was another one."""
        _log.error("a stencil disagrees with an ordinary decision, and is used no more: %r", stencil.alike)
        self._known[stencil.alike] = None

    def is_sampled(self, more: int) -> bool:
        """Count *more* requests that stencils decided. True if one of them is to be compared."""
        before, self._stamped = self._stamped, self._stamped + more
        return before // _SAMPLE != self._stamped // _SAMPLE

    def agrees(
        self,
        stencil: Stencil,
        ask: Input,
        left: int | None,
        wallets: Mapping[str, tuple[bool, int]],
        moment: datetime,
        rows_of: RowsOf,
    ) -> bool:
        """
        Whether the ordinary decision on *ask* is what *stencil* says.

        Args:
            left: How many pieces were left after it, as the stencil was told.
            wallets: Of each unit whether the lot was there, and what the wallet held.
            moment: The instant of its batch.
        """
        plays = self._in_force.first_match(ask)
        before = {moved.account: (left or 0) - moved.delta for moved in stencil.shared if moved.account.gives_room > 0}
        before |= {moved.account: 0 for moved in stencil.shared if moved.account not in before}
        try:
            return matches(stencil, self._examples.repeated(plays, ask, before, wallets, moment), rows_of)
        except NoExample:
            return False

    def _sort(self, ask: Input) -> tuple[Sequence[Play], Hashable] | None:
        """The plays that decide *ask*, and what it has in common with others; None if it can't be repeated."""
        if ask.about is not None or ask.due or ask.users or ask.holders or ask.subjects or ask.at.tzinfo is not UTC:
            return None
        if any(ask.data.get(name, value) != value for name, value in ask.source):
            return None
        if self._epoch != self._in_force.epoch:
            self._epoch, self._known = self._in_force.epoch, {}
        if len(self._known) > _MOST:
            self._forget()
        plays = self._in_force.first_match(ask)
        if not plays or (ask.asks and len(plays) != 1):
            return None
        alike = []
        for play in plays:
            said = None if self._in_force.paused(play.head.campaign) else _alike(play, ask)
            if said is None:
                return None
            alike.append((play.head.campaign, play.head.version, said))
        sources = tuple([name for name, _ in ask.source])
        return plays, (tuple(alike), ask.type, ask.asks, ask.campaign, ask.by, sources, ask.counted)

    def _forget(self) -> None:
        """Forget what has not come often; all, where too many sorts have."""
        kept = {sort: found for sort, found in self._known.items() if isinstance(found, Stencil)}
        self._known = {} if len(kept) > _MOST // 2 else dict[Hashable, Stencil | int | None](kept)

    def _made(self, plays: Sequence[Play], ask: Input, sort: Hashable, rows_of: RowsOf) -> Stencil | None:
        """A stencil that was checked by further examples; None where none can be made."""
        try:
            first = self._examples.invented(plays, ask)
            states = _states(gain.unit for gain in first.gains)
            examples = [first, *(self._examples.invented(plays, ask, there) for there in states[1:])]
            made = stencil_of(sort, self._epoch, examples, rows_of)
            others = [self._examples.invented(plays, ask, there) for there in states for _ in range(_EXAMPLES)]
            found = all(self._sort(other.ask) == (plays, sort) for other in (*examples, *others))
            return made if found and all(matches(made, other, rows_of) for other in others) else None
        except NoExample as why:
            _log.debug("no stencil for %s: %s", ask.type, why)
            return None


def _alike(one: Play, ask: Input) -> Hashable | None:
    """What a play says that *ask* has in common with others; None also where it says nothing of that."""
    return cast("Repeated", one).alike(ask) if hasattr(one, "alike") else None


def _states(units: Iterable[str]) -> list[tuple[str, ...]]:
    """The states that wallets can be in, as the units whose lot is there: from none to all of them."""
    found = sorted(units)
    if len(found) > _UNITS:
        raise NoExample("it puts points into too many wallets")
    return [some for many in range(len(found) + 1) for some in combinations(found, many)]
