"""
What a play is to the engine: triggers, needs, a pure decision, and the most it can cost.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from typing import Any, ClassVar, Protocol

import attrs

from quanyi.entitlements.benefits import PointsUnit
from quanyi.entitlements.changes import Changes
from quanyi.entitlements.checks.check import Check
from quanyi.entitlements.checks.ranges import Range
from quanyi.entitlements.clauses import Head, Limit
from quanyi.entitlements.inputs import Input
from quanyi.entitlements.limits.bounds import Bound, WindowBound
from quanyi.entitlements.needs import Need
from quanyi.entitlements.picture import Draft

__all__ = ["CompiledPlay", "Exposure", "Play", "Repeated", "Trigger", "known_of"]


@attrs.frozen(kw_only=True)
class Trigger:
    """
    An input type that a play hears.

    Attributes:
        where: Equalities on the input's attributes; the engine finds campaigns by them, so an
            event costs what it touches and not what exists.
        ranges: Between which bounds attributes must lie, likewise. The play refuses every event outside of them:
            it is asked about none.
    """

    type: str
    where: Mapping[str, Any] = attrs.field(factory=dict)
    ranges: Mapping[str, Range] = attrs.field(factory=dict)


@attrs.frozen(kw_only=True)
class Exposure:
    """
    The most that a play can cost.

    Attributes:
        unit: In what: ``points``, ``CNY``, or a benefit's id.
        per_user: The most one person can get; None for unbounded.
        total: The most all people together can get; None for unbounded.
        windows: The most in each window of a campaign without an end: in a month, of a budget by the month.
    """

    unit: str
    per_user: int | None = None
    total: int | None = None
    windows: tuple[WindowBound, ...] = ()

    @classmethod
    def of(cls, unit: str, bound: Bound) -> Exposure:
        """A bound of something as what it can cost."""
        return cls(unit=unit, per_user=bound.per_user, total=bound.total, windows=bound.windows)


class Play(Protocol):
    """
    The engine knows a play by these and nothing else.

    `needs` names what must be locked, from the input alone; what only a record can tell is asked
    for inside `decide` by `Draft.require`. `decide` is pure: it reads the draft, writes lines on
    it and closes it, or raises a refusal, which drops the whole draft.
    """

    @property
    def head(self) -> Head:
        """What the campaign says about itself."""
        ...

    def listens(self) -> tuple[Trigger, ...]:
        """The inputs this play hears."""
        ...

    def needs(self, ask: Input) -> Iterable[Need]:
        """What must be locked to decide *ask*."""
        ...

    def decide(self, ask: Input, draft: Draft) -> Changes:
        """
        Decide *ask* on the locked picture.

        Raises:
            Refused: The answer is no. In a command it is raised to the caller, in an event the
                campaign is skipped with this reason.
        """
        ...

    def exposure(self) -> tuple[Exposure, ...]:
        """The largest possible cost, unit by unit."""
        ...


class Repeated(Play, Protocol):
    """A play whose decisions on many inputs differ in nothing but whom they are about, with which key, and when."""

    def alike(self, ask: Input) -> Hashable | None:
        """
        What *ask* must have in common with other inputs of its type to be decided like them; None if nothing is enough.

        Inputs of equal value get the same decision and write the same lines but for key, holder, the ids of their
        sources, instants, what follows from these, and how much is left, provided that

        - the rows of their holders' own balances are not there, or have room for what the decision adds;
        - every balance that all of them move has room by what is booked;
        - the holder owes nothing in the units that come in;
        - the records that it needs are not there.

        So it has in it, in whatever form, everything else that the decision looks at: the wanted thing, the windows
        of limits that the instant lies in, whether the campaign is open, the amounts that are given, the lot that they
        go into. Where the decision looks at what is known of the person, `known_of` is a part of it. A play answers
        None where it looks at the person's id itself, at what a record says, or at a wallet for anything but to put points
        into it.
        """
        ...


def known_of(ask: Input) -> tuple[str, str]:
    """
    What is known of the person, as a part of `Repeated.alike`: equal for equal values of equal types.

    >>> from datetime import UTC, datetime
    >>> ask = Input(type="order.paid", key="o1", at=datetime(2026, 3, 8, tzinfo=UTC), facts={"level": "gold", "age": 30})
    >>> known_of(ask)
    ('known', "[('age', 30), ('level', 'gold')]")
    """
    return "known", repr(sorted(ask.facts.items()))


class CompiledPlay(Play, Protocol):
    """
    A play as a campaign's file is compiled to: a frozen attrs class with what every campaign may say.

    A host's own play has these too; what it has no use for is empty.

    Attributes:
        all_checks: Every check that the play can make, by name, in their usual order.
    """

    all_checks: ClassVar[Mapping[str, Check[Any]]]

    @property
    def checks(self) -> tuple[str, ...]:
        """Its checks by name, in the order in which they are made."""
        ...

    @property
    def at_most(self) -> tuple[Limit, ...]:
        """How often, or how much, for whom."""
        ...

    @property
    def budget(self) -> tuple[Limit, ...]:
        """What all of it may cost."""
        ...

    @property
    def units(self) -> Mapping[str, PointsUnit]:
        """The units it books in, as the mall declares them."""
        ...
