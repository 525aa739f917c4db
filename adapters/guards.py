"""
The memory store's guards: refuse a row that is not as it was read, or that would leave its bounds.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from quanyi.entitlements.accounts import Account
from quanyi.entitlements.errors import Conflict
from quanyi.entitlements.ports import BalanceWrite, RecordWrite
from quanyi.entitlements.records import Record, RecordKey

__all__ = ["guard_balance", "guard_new", "guard_version"]


def guard_balance(balances: Mapping[Account, int], write: BalanceWrite) -> None:
    """Raise Conflict unless the balance is as it was read, and stays within floor and cap."""
    floor, before = write.account.floor, balances.get(write.account)
    low = floor is not None and write.after < floor
    high = write.cap is not None and write.after > max(write.cap, write.before or 0)
    if before != write.before or low or high:
        msg = f"{write.account} stands at {before}, not {write.before}, or may not go to {write.after}"
        raise Conflict(msg)


def guard_version(records: Mapping[RecordKey, tuple[Record, int]], write: RecordWrite) -> None:
    """Raise Conflict unless the record has the version that was read."""
    _, version = records.get(write.record.key, (None, None))
    if version != write.before:
        msg = f"{write.record.key} stands at version {version}, not {write.before}"
        raise Conflict(msg)


def guard_new(table: Mapping[bytes, Any], ids: Sequence[bytes]) -> None:
    """Raise Conflict if any of the ids is in *table* already."""
    if any(id_ in table for id_ in ids):
        msg = "one of the keys is taken"
        raise Conflict(msg)
