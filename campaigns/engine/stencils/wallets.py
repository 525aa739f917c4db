"""
Wallets that alike requests put points into: as an example shows them, and as one finds them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import attrs

from quanyi.entitlements.accounts import Account, debt, lot
from quanyi.entitlements.needs import LotsOf, Need, Picture
from quanyi.entitlements.ports import BalanceWrite, Writing

__all__ = ["Gain", "Wallet", "gain_of", "shown", "units_of"]

_OTHER = "of an example"
"""The label of all other lots of a wallet together."""


@attrs.frozen(kw_only=True)
class Wallet:
    """
    What somebody has in one unit before a decision; nothing is owed.

    Attributes:
        lot: The lot that will be credited, where it is there already.
        before: What is in it.
        rest: What is in all other lots.
    """

    lot: Account | None
    before: int
    rest: int


@attrs.frozen(kw_only=True)
class Gain:
    """
    A wallet that a decision puts points into.

    Attributes:
        debt: The row that stands for the wallet.
        lot: The move of its lot; without *before* where the lot is new.
    """

    unit: str
    debt: Account
    lot: BalanceWrite

    @property
    def gained(self) -> int:
        """How many points came in."""
        return self.lot.after - (self.lot.before or 0)

    @property
    def there(self) -> bool:
        """Whether the lot was there before."""
        return self.lot.before is not None


def units_of(needs: Iterable[Need]) -> list[str]:
    """The units of the wallets among *needs*, sorted."""
    return sorted({need.unit for need in needs if isinstance(need, LotsOf)})


def shown(picture: Picture, holder: str, wallets: Mapping[str, Wallet]) -> None:
    """Let a picture show these wallets of *holder*."""
    for unit, wallet in wallets.items():
        other = lot(holder, unit, label=_OTHER)
        lots = (other,) if wallet.lot is None else (wallet.lot, other)
        picture.lots[LotsOf(holder, unit)] = lots
        picture.balances |= dict(zip(lots, (wallet.before, wallet.rest)[-len(lots) :], strict=True))


def gain_of(unit: str, wallet: Wallet, holder: str, writing: Writing) -> Gain | None:
    """What was done to a wallet; None if that is anything but to put points into one lot of it."""
    writes = [write for write in writing.balances if write.account.holder == holder and write.account.unit == unit]
    lots = [write for write in writes if write.account.kind == "lot"]
    anchors = [(write.account, write.before, write.after) for write in writes if write.account.kind == "debt"]
    owed = debt(holder, unit)
    if len(lots) != 1 or lots[0].after <= wallet.before or lots[0].cap is not None:
        return None
    if lots[0].account != wallet.lot and (wallet.lot is not None or lots[0].before is not None):
        return None
    if anchors != ([] if wallet.lot is not None else [(owed, None, 0)]):  # a new lot comes with its wallet's row
        return None
    return Gain(unit=unit, debt=owed, lot=lots[0])
