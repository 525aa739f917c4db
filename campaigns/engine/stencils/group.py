"""
The requests of one batch that have one stencil: what of them fits, and the rows and receipts of those that do.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from quanyi.campaigns.engine.stencils.examples import LEAST, given_of, left_of
from quanyi.campaigns.engine.stencils.slots import Columns
from quanyi.campaigns.engine.stencils.stencil import Moved, Stencil
from quanyi.entitlements.accounts import Account
from quanyi.entitlements.inputs import Input, Receipt
from quanyi.entitlements.needs import DueBack
from quanyi.entitlements.picture import View
from quanyi.entitlements.ports import BalanceWrite

__all__ = ["Group"]


class Group:
    """
    Requests of one stencil.

    Attributes:
        ids: Of each request the ids of its own balances.
        fits: The places of the requests that the stencil decides.
    """

    def __init__(self, stencil: Stencil, asks: Sequence[Input]) -> None:
        self.stencil = stencil
        self.asks = asks
        self._columns = _columns(asks)
        self.ids = list(self._columns.rows([own.id for own in stencil.own])) or [()] * len(asks)
        self.fits: list[int] = []
        self._due: list[int | None] | None = None
        self._left: list[int | None] = []
        self._there: list[BalanceWrite] = []

    def takes(self, place: int, view: View) -> bool:
        """Decide one request, if everything that it moves has room; what all of them move is moved at once."""
        shared = self.stencil.shared
        if self._due is None:
            self._due = [_due_back(moved, view) for moved in shared]
        after = [view.balance(moved.account) + moved.delta for moved in shared]
        there = self._own_with_room(place, view)
        if there is None or None in self._due or not all(map(_in_bounds, shared, after)):
            return False
        self._there += there
        for moved, balance in zip(shared, after, strict=True):
            view.balances[moved.account] = balance
        self.fits.append(place)
        self._left.append(self._left_after(after))
        return True

    def settle(self, moment: datetime) -> None:
        """Compute the columns of the requests that fit; *moment* is the batch's own instant."""
        if len(self.fits) < len(self.asks):
            self._columns = _columns([self.asks[place] for place in self.fits])
        self._columns.given[LEAST] = self._left
        self._columns.given["moment"] = [moment] * len(self.fits)

    def rows(self) -> dict[str, list[tuple[Any, ...]]]:
        """The rows of the requests that fit, by table."""
        tables = self.stencil.tables(self._columns)
        there = {write.account.id for write in self._there}
        return {
            table: [row for row in rows if row[0] not in there] if there and table == "opened" else rows
            for table, rows in tables.items()
        }

    def receipts(self) -> Iterator[Receipt]:
        """The receipts of the requests that fit."""
        return self.stencil.receipts(self._columns)

    def there(self) -> Sequence[BalanceWrite]:
        """The moves of the requests' own balances that were there before."""
        return self._there

    def made(self) -> Iterator[bytes]:
        """The ids of all that comes into being or is moved for one request alone."""
        for place in self.fits:
            yield from self.ids[place]
        for slot in self.stencil.made:
            yield from self._columns.of(slot)

    def sample(self) -> tuple[Input, int | None]:
        """One request that was decided, and what was left after it."""
        return self.asks[self.fits[0]], self._left[0]

    def _left_after(self, after: Sequence[int]) -> int | None:
        """The least of what is left in quotas and stocks, with what is due back there."""
        dues = self._due or ()
        return left_of(
            (moved.account, balance + (due or 0))
            for moved, balance, due in zip(self.stencil.shared, after, dues, strict=True)
        )

    def _own_with_room(self, place: int, view: View) -> list[BalanceWrite] | None:
        """The moves of the request's own balances that are there already; None if one of them lacks room."""
        picture, found = view.picture, list[BalanceWrite]()
        for own, id_ in zip(self.stencil.own, self.ids[place], strict=True):
            before = picture.by_id.get(id_)
            if id_ in picture.stirred or (own.cap is not None and (before or 0) + own.delta > own.cap):
                return None
            if before is not None:
                parts = next(iter(_columns([self.asks[place]]).rows(own.parts)))
                account = Account(kind=own.account.kind, parts=parts, unit=own.account.unit)
                found.append(BalanceWrite(account=account, before=before, after=before + own.delta, cap=own.cap))
        return found


def _columns(asks: Sequence[Input]) -> Columns:
    given = [given_of(ask) for ask in asks]
    return Columns({name: [one[name] for one in given] for name in given[0]} if given else {}, len(asks))


def _due_back(moved: Moved, view: View) -> int | None:
    """
    What due timers give back to a balance. None if that is not known, or promises may take of it.

    Then the ordinary decision has to book what is due.
    """
    due = view.due(DueBack(moved.account))
    return None if due is None or due.taken else due.back


def _in_bounds(moved: Moved, after: int) -> bool:
    """Whether a balance has room by what is booked alone; the ordinary decision says no, or that a bound is crossed."""
    if moved.account.gives_room > 0:
        return after >= 0
    return moved.cap is not None and after <= moved.cap
