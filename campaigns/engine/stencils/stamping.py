"""
The requests of one batch that stencils decide.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import cached_property, partial
from typing import Any

import attrs

from quanyi.campaigns.engine.stencils.group import Group
from quanyi.campaigns.engine.stencils.part import Part
from quanyi.campaigns.engine.stencils.stencil import Stencil
from quanyi.campaigns.engine.stencils.stencils import Stencils
from quanyi.entitlements.accounts import Account
from quanyi.entitlements.inputs import Input, Receipt
from quanyi.entitlements.needs import ById, DueBack, LotsOf, Need, with_due_back
from quanyi.entitlements.picture import View
from quanyi.entitlements.ports import MakesRows, RowsOf
from quanyi.entitlements.records import RecordKey

__all__ = ["Plan", "Stamped", "Stamping", "Unlike", "planned"]

Plan = Sequence[tuple[Stencil, Sequence[Input]]]
"""Which requests of a batch have which stencil."""


class Unlike(Exception):  # noqa: N818  (a request to start again)
    """The batch has to be decided without stencils."""


@attrs.frozen(kw_only=True)
class Stamped:
    """
    What stencils made of a batch.

    Attributes:
        rows: By table, what computes them.
        caps: The bounds of balances that all move.
        receipts: By the place of their verdict.
    """

    rows: Mapping[str, MakesRows]
    caps: Mapping[Account, int]
    receipts: Mapping[int, Receipt]
    moment: datetime


def planned(asks: Sequence[Input], stencils: Stencils, rows_of: RowsOf | None) -> Plan:
    """
    The requests that have a stencil.

    Whoever is named twice in a batch is decided in the ordinary way, where each decision sees the one before; and so is
    what stems from one source.
    """
    if rows_of is None:
        return ()
    ids, people = Counter(ask.id for ask in asks), Counter(_people(asks))
    sources = Counter(pair for ask in asks for pair in ask.source)
    latest = max((ask.at for ask in asks), default=None)
    groups: dict[int, tuple[Stencil, list[Input]]] = {}
    for ask in asks:
        alone = ids[ask.id] == 1 and people[ask.holder] == 1 and all(sources[pair] == 1 for pair in ask.source)
        stencil = stencils.of(ask) if alone else None
        if stencil is None or latest is None:
            continue
        if stencil.outlasts(ask.at, latest):  # else its timer is due in this very batch
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
        self._verdicts: list[tuple[Part, int]] = []
        self._admitted: set[Need] = set()

    def made_under(self, epoch: int) -> bool:
        """Whether all of its stencils were made under that set of campaigns."""
        return all(group.stencil.epoch == epoch for group in self._groups)

    def needs(self) -> set[Need]:
        """The balances that all requests of a stencil move."""
        return with_due_back(moved.account for group in self._groups for moved in group.stencil.shared)

    def by_id(self, newcomers: Container[str | None] = ()) -> ById:
        """What each request has for itself; without what belongs to *newcomers*, of whom nothing is stored."""
        groups = self._groups
        apart = (need for group in groups for needs in group.apart for need in needs)
        return ById(
            balances=frozenset(id_ for group in groups for id_ in group.asked(newcomers)),
            apart=frozenset(n for n in apart if not isinstance(n, LotsOf) or n.holder not in newcomers),
        )

    @cached_property
    def _beside(self) -> ById:
        return self.by_id()

    def prepare(self) -> None:
        """Compute what follows from the requests alone."""
        moment = max(ask.at for group in self._groups for ask in group.asks)
        for group in self._groups:
            group.prepare(moment)

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
        part = group.takes(place, view)
        if part is None:
            return False
        self._verdicts.append((part, verdict))
        return True

    def admit(self, needs: Iterable[Need], view: View) -> None:
        """Let an ordinary decision see those of its *needs* that were locked beside all other needs."""
        found, by_id = with_due_back(needs), view.picture.by_id
        beside = self._beside
        asked = {id_ for need in found if (id_ := _balance_of(need)) in beside.balances} - view.picture.stirred
        known = [need for need in found if isinstance(need, Account) and need.id in asked]
        backs = [need for need in found if isinstance(need, DueBack) and need.account.id in asked]
        admitted = [*known, *backs, *(need for need in found if need in beside.apart)]
        self._admitted.update(admitted)
        view.admit(admitted, {account: by_id[account.id] for account in known if account.id in by_id})

    def stamped(self, needs: Iterable[Need], ordinary: datetime | None) -> Stamped | None:
        """
        Everything that stencils decided; None if they decided nothing.

        Args:
            needs: What ordinary decisions of the batch were made on.
            ordinary: The latest instant of those.

        Raises:
            Unlike: An ordinary decision was made on something that a stencil makes, or is another one than its.
        """
        groups = [group for group in self._groups if group.parts]
        if not groups:
            return None
        moments = [at for group in groups for at in group.instants()]
        moment = max(moments if ordinary is None else [*moments, ordinary])
        for group in groups:
            group.settle(moment)
        self._insist_on_strangers(groups, needs)
        self._insist_on_likeness(groups, moment)
        return Stamped(
            rows=_joined([part for group in groups for part in group.parts.values()]),
            caps={m.account: m.cap for group in groups for m in group.stencil.shared if m.cap is not None},
            receipts=self._receipts(),
            moment=moment,
        )

    def _receipts(self) -> dict[int, Receipt]:
        """The receipts by the places of their verdicts; both are in the order of the requests."""
        made = {id(part): part.receipts() for part, _ in self._verdicts}
        return {verdict: next(made[id(part)]) for part, verdict in self._verdicts}

    def _insist_on_strangers(self, groups: Iterable[Group], needs: Iterable[Need]) -> None:
        """Raise `Unlike` if two decisions of the batch are about one thing, but for what all requests of a stencil move."""
        shared = {moved.account.id for group in groups for moved in group.stencil.shared}
        ids = {need.id for need in (*needs, *self._admitted) if isinstance(need, Account | RecordKey)} | shared
        if any(not ids.isdisjoint(group.made()) for group in groups):
            raise Unlike

    def _insist_on_likeness(self, groups: Iterable[Group], moment: datetime) -> None:
        """Compare one in a thousand with the ordinary decision."""
        for group in groups:
            if self._stencils.is_sampled(sum(len(part.places) for part in group.parts.values())):
                ask, part = group.sample()
                if not self._stencils.agrees(group.stencil, ask, *part.first(), moment, self._rows_of):
                    self._stencils.give_up(group.stencil)
                    raise Unlike


def _balance_of(need: Need) -> bytes | None:
    """The id of the balance that a need is, or is about."""
    if isinstance(need, DueBack):
        return need.account.id
    return need.id if isinstance(need, Account) else None


def _joined(parts: Sequence[Part]) -> dict[str, MakesRows]:
    """For each table, what computes the rows of all parts."""
    having: dict[str, list[Part]] = {}
    for part in parts:
        for table in part.tables():
            having.setdefault(table, []).append(part)
    return {table: partial(_rows, table, some) for table, some in having.items()}


def _rows(table: str, parts: Sequence[Part]) -> list[tuple[Any, ...]]:
    return [row for part in parts for row in part.table(table)]
