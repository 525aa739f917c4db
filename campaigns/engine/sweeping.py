"""
The sweep: books what is due, in batches, and passes over rows that somebody else holds.

A host's transaction that stays open must not stop the others' holds from coming back: a timer that needs
its rows is left for a later sweep. So is a timer whose change the database can't store.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence

from quanyi.campaigns.engine.timers import timer_input
from quanyi.campaigns.engine.transaction import Transactions
from quanyi.entitlements.errors import DataError, LockTimeout
from quanyi.entitlements.inputs import Input
from quanyi.entitlements.needs import Timer
from quanyi.entitlements.ports import Store

__all__ = ["book_due"]

_log = logging.getLogger("quanyi")
_BATCH = 64


def book_due(transactions: Transactions, timers: Sequence[Timer], store: Store) -> int:
    """
    Decide *timers*, a batch in each transaction.

    Returns:
        How many were booked.

    Raises:
        LockTimeout: Others hold what every one of them needs, or the database can't tell what they hold.
        DataError: The database can't store what any of them comes to.
    """
    asks = [timer_input(timer) for timer in timers]
    left: list[LockTimeout | DataError] = []
    batches = (asks[start : start + _BATCH] for start in range(0, len(asks), _BATCH))
    booked = sum(_booked(transactions, batch, store, left) for batch in batches)
    if left and not booked:
        raise left[0]
    if left:
        _log.warning("a sweep left %d of %d timers for later: %s", len(asks) - booked, len(asks), left[0])
    return booked


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
