"""
The sweep: books what is due, in batches, and passes over rows that somebody else holds.

A host's transaction that stays open must not stop the others' holds from coming back: a timer that needs
its rows is left for a later sweep. So is a timer whose change the database can't store. Those that are due after it are
booked all the same, however many such timers there are.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import datetime

from quanyi.campaigns.engine.timers import timer_input
from quanyi.campaigns.engine.transaction import Transactions
from quanyi.entitlements.errors import DataError, LockTimeout
from quanyi.entitlements.inputs import Input
from quanyi.entitlements.needs import Timer
from quanyi.entitlements.ports import Store

__all__ = ["Sweep"]

_log = logging.getLogger("quanyi")
_BATCH = 64
_PORTIONS = 8
"""How many portions one sweep tries at most where it can't book a whole one: each timer that is held costs a wait."""


class Sweep:
    """The sweeps of one process: each goes on behind the timers that the one before could not book, and begins again at the end."""

    def __init__(self) -> None:
        self._after: Timer | None = None

    def book(self, transactions: Transactions, store: Store, now: datetime, limit: int) -> int:
        """
        Book timers that are due, oldest first, in portions.

        Returns:
            How many were booked, *limit* at most.

        Raises:
            LockTimeout: Others hold what every timer needs that was tried, or the database can't tell what they hold.
            DataError: The database can't store what any of them comes to.
        """
        left: list[LockTimeout | DataError] = []
        booked, tried, whole = 0, 0, self._after is None
        for _ in range(_PORTIONS):
            wanted, stuck = limit - booked, len(left)
            timers = store.due(now, wanted, self._after)
            tried += len(timers)
            booked += _book_all(transactions, timers, store, left)
            passed = len(left) > stuck or self._after is not None
            self._after = timers[-1] if passed and len(timers) == wanted else None
            if booked >= limit or (whole and self._after is None):
                break
            whole = whole or self._after is None
        if left and not booked:
            raise left[0]
        if left:
            _log.warning("a sweep left %d of %d timers for later: %s", tried - booked, tried, left[0])
        return booked


def _book_all(
    transactions: Transactions, timers: Sequence[Timer], store: Store, left: list[LockTimeout | DataError]
) -> int:
    """Decide *timers*, a batch in each transaction; how many were booked. Why the others were not is added to *left*."""
    asks = [timer_input(timer) for timer in timers]
    batches = (asks[start : start + _BATCH] for start in range(0, len(asks), _BATCH))
    return sum(_booked(transactions, batch, store, left) for batch in batches)


def _booked(
    transactions: Transactions, asks: Sequence[Input], store: Store, left: list[LockTimeout | DataError]
) -> int:
    """The number of a batch that was booked; why the others were not is added to *left*."""
    if not asks:
        return 0
    try:
        transactions.run(asks, store)
    except LockTimeout as late:
        held = store.held(late.needed())
        if held is None:
            raise
        free = [ask for ask in asks if not held & late.needed(ask.id)]
        left.append(late)
        if len(free) < len(asks):
            return _booked(transactions, free, store, left)
        return _halved(transactions, asks, store, left)  # what they waited for is no row yet, or free by now
    except DataError as unfit:
        left.append(unfit)
        return _halved(transactions, asks, store, left)
    return len(asks)


def _halved(
    transactions: Transactions, asks: Sequence[Input], store: Store, left: list[LockTimeout | DataError]
) -> int:
    middle = len(asks) // 2
    parts = (asks[:middle], asks[middle:]) if middle else ()
    return sum(_booked(transactions, part, store, left) for part in parts)
