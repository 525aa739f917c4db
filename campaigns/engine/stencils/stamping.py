"""
The requests of one batch that stencils decide.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import attrs

from quanyi.campaigns.engine.stencils.group import Group
from quanyi.campaigns.engine.stencils.stencil import Stencil
from quanyi.campaigns.engine.stencils.stencils import Stencils
from quanyi.entitlements.accounts import Account
from quanyi.entitlements.inputs import Input, Receipt
from quanyi.entitlements.needs import ById, DueBack, Need, with_due_back
from quanyi.entitlements.picture import View
from quanyi.entitlements.ports import BalanceWrite, RowsOf

__all__ = ["Plan", "Stamped", "Stamping", "Unlike", "planned"]

Plan = Sequence[tuple[Stencil, Sequence[Input]]]
"""Which requests of a batch have which stencil."""

_AT_ONCE = timedelta(0)


class Unlike(Exception):  # noqa: N818  (a request to start again)
    """The batch has to be decided without stencils."""


@attrs.frozen(kw_only=True)
class Stamped:
    """
    What stencils made of a batch.

    Attributes:
        rows: By table.
        balances: Moves of balances that one request has for itself, and that were there before.
        caps: The bounds of balances that all move.
        receipts: By the place of their verdict.
    """

    rows: Mapping[str, Sequence[tuple[Any, ...]]]
    balances: Sequence[BalanceWrite]
    caps: Mapping[Account, int]
    receipts: Mapping[int, Receipt]
    moment: datetime


def planned(asks: Sequence[Input], stencils: Stencils, rows_of: RowsOf | None) -> Plan:
    """
    The requests that have a stencil.

    Whoever is named twice in a batch is decided in the ordinary way, where each decision sees the one before.
    """
    if rows_of is None:
        return ()
    ids, people = Counter(ask.id for ask in asks), Counter(_people(asks))
    latest = max((ask.at for ask in asks), default=None)
    groups: dict[int, tuple[Stencil, list[Input]]] = {}
    for ask in asks:
        alone = ids[ask.id] == 1 and people[ask.holder] == 1
        stencil = stencils.of(ask, rows_of) if alone else None
        if stencil is None or latest is None:
            continue
        if stencil.lasts is None or latest - ask.at < stencil.lasts:  # else its timer is due in this very batch
            groups.setdefault(id(stencil), (stencil, []))[1].append(ask)
    return tuple(groups.values())


def _people(asks: Iterable[Input]) -> Iterator[str | None]:
    for ask in asks:
        yield ask.holder
        yield from ask.holders.values()


class Stamping:
    """One try of one batch: the requests of its plan, as far as they fit what is stored."""

    def __init__(self, plan: Plan, stencils: Stencils, rows_of: RowsOf) -> None:
        self._stencils = stencils
        self._rows_of = rows_of
        self._groups = [Group(stencil, asks) for stencil, asks in plan]
        self._places = {ask.id: (group, n) for group in self._groups for n, ask in enumerate(group.asks)}
        self._verdicts: list[tuple[Group, int]] = []

    def made_under(self, epoch: int) -> bool:
        """Whether all of its stencils were made under that set of campaigns."""
        return all(group.stencil.epoch == epoch for group in self._groups)

    def needs(self) -> set[Need]:
        """The balances that all requests of a stencil move."""
        return with_due_back(moved.account for group in self._groups for moved in group.stencil.shared)

    def by_id(self, newcomers: Container[str | None] = ()) -> ById:
        """The balances that each request has for itself; without those of *newcomers*, of whom nothing is stored."""
        own = ((ask, ids) for group in self._groups for ask, ids in zip(group.asks, group.ids, strict=True))
        return ById(balances=frozenset(id_ for ask, ids in own if ask.holder not in newcomers for id_ in ids))

    def plans(self, ask: Input) -> bool:
        """Whether *ask* has a stencil."""
        return ask.id in self._places

    def takes(self, ask: Input, view: View, verdict: int) -> bool:
        """
        Decide *ask* by its stencil, if what is stored is as the stencil needs it.

        Args:
            verdict: The place of its verdict.
        """
        group, place = self._places[ask.id]
        if not group.takes(place, view):
            return False
        self._verdicts.append((group, verdict))
        return True

    def admit(self, needs: Iterable[Need], view: View) -> None:
        """Let an ordinary decision see those of its *needs* that were locked by their ids alone."""
        found, by_id = with_due_back(needs), view.picture.by_id
        asked = self.by_id().balances - view.picture.stirred
        known = [need for need in found if isinstance(need, Account) and need.id in asked]
        backs = [need for need in found if isinstance(need, DueBack) and need.account.id in asked]
        view.admit([*known, *backs], {account: by_id[account.id] for account in known if account.id in by_id})

    def stamped(self, needs: Iterable[Need], ordinary: datetime | None) -> Stamped | None:
        """
        Everything that stencils decided; None if they decided nothing.

        Args:
            needs: What ordinary decisions of the batch were made on.
            ordinary: The latest instant of those.

        Raises:
            Unlike: An ordinary decision was made on something that a stencil makes, or is another one than its.
        """
        groups = [group for group in self._groups if group.fits]
        if not groups:
            return None
        moments = [group.asks[place].at for group in groups for place in group.fits]
        moment = max(moments if ordinary is None else [*moments, ordinary])
        for group in groups:
            group.settle(moment)
        self._insist_on_strangers(groups, needs)
        self._insist_on_likeness(groups, moment)
        return Stamped(
            rows=_joined(group.rows() for group in groups),
            balances=[write for group in groups for write in group.there()],
            caps={m.account: m.cap for group in groups for m in group.stencil.shared if m.cap is not None},
            receipts=self._receipts(groups),
            moment=moment,
        )

    def _receipts(self, groups: Iterable[Group]) -> dict[int, Receipt]:
        """The receipts by the places of their verdicts; both are in the order of the requests."""
        made = {id(group): group.receipts() for group in groups}
        return {verdict: next(made[id(group)]) for group, verdict in self._verdicts}

    def _insist_on_strangers(self, groups: Iterable[Group], needs: Iterable[Need]) -> None:
        ids = {need.id for need in needs if hasattr(need, "id")} - {
            moved.account.id for group in groups for moved in group.stencil.shared
        }
        if ids and any(not ids.isdisjoint(group.made()) for group in groups):
            raise Unlike

    def _insist_on_likeness(self, groups: Iterable[Group], moment: datetime) -> None:
        """Compare one in a thousand with the ordinary decision."""
        for group in groups:
            if self._stencils.is_sampled(len(group.fits)):
                ask, left = group.sample()
                if not self._stencils.agrees(group.stencil, ask, left, moment, self._rows_of):
                    self._stencils.give_up(group.stencil)
                    raise Unlike


def _joined(tables: Iterable[Mapping[str, Sequence[tuple[Any, ...]]]]) -> dict[str, list[tuple[Any, ...]]]:
    found: dict[str, list[tuple[Any, ...]]] = {}
    for some in tables:
        for table, rows in some.items():
            found.setdefault(table, []).extend(rows)
    return found
