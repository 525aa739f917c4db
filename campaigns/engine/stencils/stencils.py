"""
The stencils of the campaigns in force: found for a request, made when many like it have come.
"""

from __future__ import annotations

import logging
from collections.abc import Hashable
from datetime import UTC, datetime
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


class Stencils:
    """Finds the stencil for a request. One object for all threads: what two of them learn at once, one learns again."""

    def __init__(self, in_force: CampaignsInForce, decide: Decide) -> None:
        self._in_force = in_force
        self._examples = Examples(decide=decide)
        self._epoch = -1
        self._known: dict[Hashable, Stencil | int | None] = {}
        self._stamped = 0

    def of(self, ask: Input, rows_of: RowsOf) -> Stencil | None:
        """The stencil for *ask*; None where it is decided in the ordinary way."""
        found = self._sort(ask)
        if found is None:
            return None
        play, sort = found
        known = self._known.get(sort, 0)
        if not isinstance(known, int):
            return known
        if known < _OFTEN:
            self._known[sort] = known + 1
            return None
        made = self._known[sort] = self._made(play, ask, sort, rows_of)
        return made

    def give_up(self, stencil: Stencil) -> None:
        """Use *stencil* never again: an ordinary decision was another one."""
        _log.error("a stencil disagrees with an ordinary decision, and is used no more: %r", stencil.alike)
        self._known[stencil.alike] = None

    def is_sampled(self, more: int) -> bool:
        """Count *more* requests that stencils decided. True if one of them is to be compared."""
        before, self._stamped = self._stamped, self._stamped + more
        return before // _SAMPLE != self._stamped // _SAMPLE

    def agrees(self, stencil: Stencil, ask: Input, left: int | None, moment: datetime, rows_of: RowsOf) -> bool:
        """
        Whether the ordinary decision on *ask* is what *stencil* says.

        Args:
            left: How many pieces were left after it, as the stencil was told.
            moment: The instant of its batch.
        """
        (play,) = self._in_force.first_match(ask)
        before = {moved.account: (left or 0) - moved.delta for moved in stencil.shared if moved.account.gives_room > 0}
        before |= {moved.account: 0 for moved in stencil.shared if moved.account not in before}
        try:
            return matches(stencil, self._examples.decided(play, ask, before, moment), rows_of)
        except NoExample:
            return False

    def _sort(self, ask: Input) -> tuple[Play, Hashable] | None:
        """The play that decides *ask*, and what it has in common with others; None if it can't be repeated."""
        if ask.about is not None or ask.due or not ask.asks or ask.users or ask.holders or ask.subjects:
            return None
        if ask.at.tzinfo is not UTC:
            return None
        if self._epoch != self._in_force.epoch or len(self._known) > _MOST:
            self._epoch, self._known = self._in_force.epoch, {}
        plays = self._in_force.first_match(ask)
        if len(plays) != 1 or not hasattr(plays[0], "alike"):
            return None
        play, head = cast("Repeated", plays[0]), plays[0].head
        alike = None if self._in_force.paused(head.campaign) else play.alike(ask)
        if alike is None:
            return None
        return play, (head.campaign, head.version, ask.type, ask.campaign, ask.by, ask.source, alike)

    def _made(self, play: Play, ask: Input, sort: Hashable, rows_of: RowsOf) -> Stencil | None:
        """A stencil that was checked by further examples; None where none can be made."""
        try:
            made = stencil_of(sort, self._epoch, self._examples.invented(play, ask), rows_of)
            others = [self._examples.invented(play, ask) for _ in range(_EXAMPLES)]
            found = all(self._sort(other.ask) == (play, sort) for other in others)
            return made if found and all(matches(made, other, rows_of) for other in others) else None
        except NoExample as why:
            _log.debug("no stencil for %s: %s", ask.type, why)
            return None
