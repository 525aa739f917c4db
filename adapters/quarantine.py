"""
Quarantine: after a backup was restored, set aside card codes that may have been delivered since.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

from quanyi.entitlements.errors import InputError, QuanyiError
from quanyi.entitlements.inputs import Input, Receipt

if TYPE_CHECKING:
    from quanyi.adapters.sql.watch import Watch
    from quanyi.campaigns.ports import Ports

__all__ = ["quarantine"]


def quarantine(ports: Ports, watch: Watch, *, by: str, more: int = 100) -> list[Receipt]:
    """
    Set aside, in every pool, the free card codes that the witness saw drawn, and *more* behind them.

    The database does not know which of them were delivered, so none of them is given to anybody. The journal
    keeps what was done, with *by*. If it is interrupted, call it again: it goes on where it was.

    Args:
        more: How many more of each pool, for what was drawn after the last mark: at least what
            the pool delivers in the seconds between two marks.

    Raises:
        InputError: There is no mark, or the database knows what the witness saw.
    """
    mark = watch.lost()
    if mark is None:
        raise InputError("the database knows all that the witness has seen, so there is nothing to set aside")
    if not by.strip() or more < 0:
        raise InputError("say by whom codes are set aside, and how many more of each pool: 0 or above")
    receipts = []
    for benefit in ports.project.benefits.values():
        if not benefit.pool or benefit.shared:
            continue
        ask = Input(
            type="codes.quarantine", key=f"{mark.change}/{benefit.pool}", at=ports.clock.now(), asks=True, by=by
        )
        receipts += _set_aside(ports, ask, benefit.id, benefit.pool, watch.in_front(benefit.pool, mark, more))
    watch.renew()
    return receipts


def _set_aside(ports: Ports, ask: Input, benefit: str, pool: str, count: int) -> list[Receipt]:

    done = ports.store.receipt(ask.id)
    if done is not None or not count:
        return [] if done is None else [done]
    asked = attrs.evolve(ask, data={"benefit": benefit, "pool": pool, "count": count})
    outcome = ports.transactions.run([asked], ports.store)[0]
    if isinstance(outcome, QuanyiError):
        raise outcome
    return [outcome]
