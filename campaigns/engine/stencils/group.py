"""
The requests of one batch that have one stencil: which of them fit what is stored.
"""

from __future__ import annotations

from collections.abc import Container, Iterator, Sequence
from datetime import datetime

import attrs

from quanyi.campaigns.engine.stencils.examples import given_of, left_of
from quanyi.campaigns.engine.stencils.part import MovedRow, Part
from quanyi.campaigns.engine.stencils.slots import Columns
from quanyi.campaigns.engine.stencils.stencil import Moved, Stencil
from quanyi.entitlements.inputs import Input
from quanyi.entitlements.needs import DueBack, LotsOf
from quanyi.entitlements.parsing import LARGEST
from quanyi.entitlements.picture import View
from quanyi.entitlements.records import RecordKey

__all__ = ["Group"]


class Group:
    """
    Requests of one stencil.

    Attributes:
        ids: Of each request the ids of its own balances, and of the rows that stand for its wallets.
        apart: Of each request the wallets that it puts points into, and the records that must not be there.
        parts: The requests that the stencil decides, by the units whose lot is there.
    """

    def __init__(self, stencil: Stencil, asks: Sequence[Input]) -> None:
        self.stencil = stencil
        self.asks = asks
        self.parts: dict[frozenset[str], Part] = {}
        columns = self._columns = _columns(asks)
        slots = [*(own.id for own in stencil.own), *(purse.debt for purse in stencil.purses)]
        self.ids = list(columns.rows(slots)) or [()] * len(asks)
        lots = [list(columns.rows((*purse.parts, purse.lot))) for purse in stencil.purses]
        self._lots = list(zip(*lots, strict=True)) or [()] * len(asks)
        records = [list(columns.rows(absent.parts)) for absent in stencil.absent]
        self._records = list(zip(*records, strict=True)) or [()] * len(asks)
        self.apart = [tuple(self._apart(place)) for place in range(len(asks))]
        self._due: list[int | None] | None = None
        self._ready_for: datetime | None = None

    def asked(self, newcomers: Container[str | None]) -> Iterator[bytes]:
        """Those of the ids that may be stored: nothing is that belongs to *newcomers*."""
        of_sources = [n for n, own in enumerate(self.stencil.own) if not own.personal]
        for ask, ids in zip(self.asks, self.ids, strict=True):
            yield from (ids[n] for n in of_sources) if ask.holder in newcomers else ids

    def takes(self, place: int, view: View) -> Part | None:
        """
        Decide one request, if everything that it moves has room; what all of them move is moved at once.

        Returns:
            The part that it belongs to; None if the stencil doesn't hold for it.
        """
        shared = self.stencil.shared
        if self._due is None:
            self._due = [_due_back(moved, view) for moved in shared]
        after = [view.balance(moved.account) + moved.delta for moved in shared]
        if None in self._due or not all(map(_in_bounds, shared, after)) or not self._alone(place, view):
            return None
        own, wallets = self._own_with_room(place, view), self._wallets(place, view)
        if own is None or wallets is None:
            return None
        part = self._part(wallets.there)
        if part is None:
            return None
        for moved, balance in zip(shared, after, strict=True):
            view.balances[moved.account] = balance
        part.add(place, self._left_after(after), wallets.sums, [*own, *wallets.moved])
        return part

    def prepare(self, moment: datetime) -> None:
        """
        Compute what follows from the requests alone, before it is known which of them fit.

        Nothing is computed where there are several forms, of which only what is stored tells the right one.

        Args:
            moment: The batch's own instant, if its last request fits.
        """
        if len(self.stencil.forms) == 1:
            self._ready_for = moment
            self._columns.given["moment"] = [moment] * len(self.asks)
            for form in self.stencil.forms.values():
                for slot in form.early:
                    self._columns.of(slot)

    def settle(self, moment: datetime) -> None:
        """Take the columns of the requests that fit; *moment* is the batch's own instant."""
        columns = self._columns if self._ready_for in (None, moment) else _columns(self.asks)
        for part in self.parts.values():
            part.settle(columns if len(part.places) == len(self.asks) else columns.chosen(part.places), moment)

    def sample(self) -> tuple[Input, Part]:
        """One request that was decided, the first of its part."""
        part = next(iter(self.parts.values()))
        return self.asks[part.places[0]], part

    def made(self) -> Iterator[bytes]:
        """The ids of all that comes into being or is moved for one request alone."""
        for part in self.parts.values():
            for place in part.places:
                yield from self.ids[place]
            yield from part.made()

    def instants(self) -> Iterator[datetime]:
        """The instants of the requests that fit."""
        return (self.asks[place].at for part in self.parts.values() for place in part.places)

    # --- inside ------------------------------------------------------------------------------

    def _apart(self, place: int) -> Iterator[LotsOf | RecordKey]:
        for purse in self.stencil.purses:
            yield LotsOf(str(self.asks[place].holder), purse.unit)
        for absent, parts in zip(self.stencil.absent, self._records[place], strict=True):
            yield RecordKey(kind=absent.kind, parts=parts)

    def _part(self, there: frozenset[str]) -> Part | None:
        form = self.stencil.forms.get(there)
        if form is None:
            return None
        if there not in self.parts:
            self.parts[there] = Part(form, [purse.unit for purse in self.stencil.purses], there)
        return self.parts[there]

    def _alone(self, place: int, view: View) -> bool:
        """Whether no ordinary decision of the batch may look at its wallets and records, and no record is there."""
        return not any(need in view.locked or need in view.picture.records for need in self.apart[place])

    def _left_after(self, after: Sequence[int]) -> int | None:
        """The least of what is left in quotas and stocks, with what is due back there."""
        dues = self._due or ()
        return left_of(
            (moved.account, balance + (due or 0))
            for moved, balance, due in zip(self.stencil.shared, after, dues, strict=True)
        )

    def _own_with_room(self, place: int, view: View) -> list[MovedRow] | None:
        """The moves of the request's own balances that are there already; None if one of them lacks room."""
        picture, found = view.picture, list[MovedRow]()
        for own, id_ in zip(self.stencil.own, self.ids[place], strict=False):
            before = picture.by_id.get(id_)
            if id_ in picture.stirred or (own.cap is not None and (before or 0) + own.delta > own.cap):
                return None
            if before is not None:
                found.append((id_, before, own.delta, own.cap))
        return found

    def _wallets(self, place: int, view: View) -> _Wallets | None:
        """The request's wallets as they are stored; None where something is owed, or would be more than is counted."""
        picture, found, debts = view.picture, _Wallets(), self.ids[place][len(self.stencil.own) :]
        holder = str(self.asks[place].holder)
        for purse, debt, (*parts, id_) in zip(self.stencil.purses, debts, self._lots[place], strict=True):
            owed = picture.by_id.get(debt)
            if owed:
                return None
            need = LotsOf(holder, purse.unit)
            lots = {lot.parts: picture.balances[lot] for lot in picture.lots.get(need, ())}
            before = lots.get(tuple(parts))
            found.sums.append(sum(lots.values()))
            if before is not None:
                found.units.append(purse.unit)
                found.moved.append((id_, before, purse.delta, None))
            elif owed is not None:
                found.moved.append((debt, owed, 0, None))
            if (before or 0) + purse.delta > LARGEST:
                return None
        return found


@attrs.frozen
class _Wallets:
    """
    The wallets of one request.

    Attributes:
        units: Those whose lot is there.
        sums: What is in each.
        moved: The rows that are there and are moved; a wallet's own row, by nothing, where a new lot comes in.
    """

    units: list[str] = attrs.field(factory=list)
    sums: list[int] = attrs.field(factory=list)
    moved: list[MovedRow] = attrs.field(factory=list)

    @property
    def there(self) -> frozenset[str]:
        return frozenset(self.units)


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
