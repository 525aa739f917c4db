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
from quanyi.entitlements.needs import Need
from quanyi.entitlements.picture import Draft

__all__ = ["CompiledPlay", "Exposure", "Play", "Repeated", "Trigger"]


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
    """

    unit: str
    per_user: int | None = None
    total: int | None = None


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
    """A play whose decisions on many requests differ in nothing but who asks, with which key, and when."""

    def alike(self, ask: Input) -> Hashable | None:
        """
        What *ask* must have in common with other requests to be decided like them; None if nothing is enough.

        Requests of equal value get the same decision and write the same lines but for key, holder, instants, what
        follows from these, and how much is left, provided that

        - the rows of their holders' own balances are not there, or have room for what the decision adds;
        - every balance that all of them move has room by what is booked.

        So it has in it, in whatever form, everything else that the decision looks at: the wanted thing, the windows
        of limits that the instant lies in, whether the campaign is open. A play answers None where it looks at a
        record, a wallet, an attribute of the person, or the person's id itself.
        """
        ...


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
