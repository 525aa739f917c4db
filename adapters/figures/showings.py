"""
Showings: what pages and answers over HTTP have shown, summed in memory and written later, outside of any request.

They decide nothing. A process that dies takes up to a minute of them with it.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from datetime import datetime
from threading import Lock
from typing import TYPE_CHECKING

from quanyi.adapters.figures.counting import SumKey, keys_of
from quanyi.adapters.figures.reading import sums_of
from quanyi.campaigns.figures.dimensions import ALL, HOUR, MOST, OTHERS, WHOLE
from quanyi.campaigns.language.context import context_of, counted_of
from quanyi.entitlements.errors import InputError, QuanyiError
from quanyi.entitlements.time import zone_of

if TYPE_CHECKING:
    from quanyi.campaigns.ports import Ports
    from quanyi.campaigns.requests import Context
    from quanyi.entitlements.plays.sale.view import Offer

__all__ = ["EVERY", "Showings"]

EVERY = 15.0
"""After how many seconds what was summed is written."""

_MOST_SUMS = 20_000
_log = logging.getLogger("quanyi.figures")


class Showings:
    """
    The showings of one process. Any thread may add to them.

    It starts no thread: whoever adds asks `due` once its answer is sent, and calls `write` then.
    """

    def __init__(self, ports: Ports) -> None:
        self._ports, self._lock = ports, Lock()
        self._sums: dict[SumKey, list[int]] = {}
        self._known: dict[str, set[str]] = {}
        self._since: datetime | None = None
        self.lost = 0

    def add(self, offers: Iterable[Offer], context: Context = None) -> None:
        """
        Note that *offers* were shown to somebody, each once.

        Args:
            context: How the request came; one that is not as declared is left out.
        """
        project, now = self._ports.project, self._ports.now()
        try:
            counted = counted_of(project, context_of(project, "", context, now))
        except InputError:
            counted = ()
        local = now.astimezone(zone_of(project.zone))
        day, parts = local.date().isoformat(), [(WHOLE, ""), (HOUR, f"{local.hour:02}")]
        seen = {(offer.campaign, offer.item): offer for offer in offers}
        with self._lock:
            parts += [(name, self._value(name, value)) for name, value in counted]
            for (campaign, item), offer in seen.items():
                eligible = offer.state == "open" and offer.why_not is None
                for key in keys_of(parts, day, campaign, item):
                    self._one(key, int(eligible))
                self._one(SumKey(ALL, "", day, "", ""), int(eligible))
            self._since = self._since or now

    def due(self) -> bool:
        """Whether it is time to write what was summed."""
        since = self._since
        return since is not None and (self._ports.now() - since).total_seconds() >= EVERY

    def write(self) -> None:
        """Write what was summed. What can't be written now is kept for the next time."""
        with self._lock:
            sums, self._sums, self._since = self._sums, {}, None
        if not sums:
            return
        try:
            sums_of(self._ports).add_showings(sums)
        except QuanyiError:
            _log.warning("showings could not be written, and are kept for the next time", exc_info=True)
            with self._lock:
                self._since = self._since or self._ports.now()
                for key, (shown, eligible) in sums.items():
                    self._one(key, eligible, shown)

    def _one(self, key: SumKey, eligible: int, shown: int = 1) -> None:
        found = self._sums.get(key)
        if found is not None:
            found[0] += shown
            found[1] += eligible
        elif len(self._sums) < _MOST_SUMS:
            self._sums[key] = [shown, eligible]
        else:
            self.lost += shown

    def _value(self, name: str, value: str) -> str:
        known = self._known.setdefault(name, set())
        if value in known or len(known) < MOST:
            known.add(value)
            return value
        return OTHERS
