"""
What a story says, and what came of it.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

import attrs

from quanyi.campaigns.kinds.expectation import Expectation
from quanyi.campaigns.language.places import Place
from quanyi.campaigns.project.model import Project
from quanyi.campaigns.supply.story_suppliers import Line
from quanyi.entitlements.errors import QuanyiError
from quanyi.entitlements.inputs import Decision
from quanyi.entitlements.time import aware

__all__ = ["Given", "Midway", "Outcome", "Problem", "Said", "Step", "StepOutcome", "Story", "with_campaigns"]


@attrs.frozen(kw_only=True)
class Given:
    """
    How things stand before the first step.

    Attributes:
        users: Profile facts by user, checked against the mall's profile.
        balances: (user, unit) → amount in the unit's smallest part.
        stock: Pieces of a benefit in the mall.
        sold: (campaign, thing) → pieces of its quota that are sold already.
        codes: Card codes by benefit.
    """

    users: Mapping[str, Mapping[str, Any]] = attrs.field(factory=dict)
    balances: Mapping[tuple[str, str], int] = attrs.field(factory=dict)
    stock: Mapping[str, int] = attrs.field(factory=dict)
    sold: Mapping[tuple[str, str], int] = attrs.field(factory=dict)
    codes: Mapping[str, tuple[str, ...]] = attrs.field(factory=dict)


@attrs.frozen(kw_only=True)
class Midway:
    """
    What the host or an operator changes at a step, before anything is done.

    Attributes:
        applies: The files whose campaigns come into force; `project` is what is in force with them.
        pauses: Campaigns that are stopped; `resumes` those that go on.
        stock: How many pieces of a benefit the mall has from here on.
        codes: Card codes that come in, by benefit.
        facts: What the host says of users from here on, by user; what it said before stays.
    """

    applies: tuple[str, ...] = ()
    project: Project | None = attrs.field(default=None, eq=False, repr=False)
    pauses: tuple[str, ...] = ()
    resumes: tuple[str, ...] = ()
    stock: Mapping[str, int] = attrs.field(factory=dict)
    codes: Mapping[str, tuple[str, ...]] = attrs.field(factory=dict)
    facts: Mapping[str, Mapping[str, Any]] = attrs.field(factory=dict)

    @property
    def title(self) -> str:
        """What changes, in a few words: `apply changes/stronger.yaml`; empty if nothing does."""
        words = [
            *(f"apply {file}" for file in self.applies),
            *(f"pause {campaign}" for campaign in self.pauses),
            *(f"resume {campaign}" for campaign in self.resumes),
            *(f"stock of {benefit}" for benefit in self.stock),
            *(f"codes of {benefit}" for benefit in self.codes),
            *(f"facts of {user}" for user in self.facts),
        ]
        return ", ".join(words)


@attrs.frozen(kw_only=True)
class Step:
    """
    One thing that happens, and what must be true then.

    Attributes:
        at: When, in UTC.
        who: The host's id of the user; None for the operator, or where only time passes.
        midway: What the host or an operator changes before it.
        do: An event or command; empty where only time passes, or something is changed.
        data: Its attributes as written: decimals are `Decimal`.
        context: How the request comes, as written.
        replies: What suppliers reply when they are called on the way to this step and by it.
        key: The idempotency key; made up from the place in the story unless written.
        then: What must be true afterwards.
        place: Where it stands.
    """

    at: datetime = attrs.field(validator=aware)
    who: str | None = None
    midway: Midway = attrs.field(factory=Midway)
    do: str = ""
    data: Mapping[str, Any] = attrs.field(factory=dict)
    context: Mapping[str, Any] = attrs.field(factory=dict)
    replies: tuple[Line, ...] = ()
    key: str = ""
    then: tuple[Expectation, ...] = ()
    place: Place = attrs.field(eq=False, repr=False)

    @property
    def title(self) -> str:
        """The step in a few words: `ann order.place`."""
        return f"{self.who or 'ops'} {self.do}" if self.do else self.midway.title or "time passes"


@attrs.frozen(kw_only=True)
class Story:
    """
    One story of a file.

    Attributes:
        campaigns: Which campaigns are in force; all of the project if none is named.
        zone: In which its instants are written.
    """

    name: str
    campaigns: tuple[str, ...] = ()
    zone: str = "UTC"
    given: Given = attrs.field(factory=Given)
    steps: tuple[Step, ...] = ()
    place: Place = attrs.field(eq=False, repr=False)


@attrs.frozen(kw_only=True)
class Said:
    """
    One line of an explanation: what a campaign made of a step.

    Attributes:
        campaign: Empty where nobody answered at all.
        outcome: ``granted``, ``refused``, ``skipped``…
        shows: The values compared, as people read them.
        where: ``file:line`` of the clause.
    """

    campaign: str = ""
    outcome: str = ""
    reason: str = ""
    shows: Mapping[str, str] = attrs.field(factory=dict)
    where: str = ""

    def __str__(self) -> str:
        values = ", ".join(f"{name} {value}" for name, value in self.shows.items())
        parts = [f"{self.campaign or 'the mall'}: {self.outcome}", self.reason, f"({values})" if values else ""]
        return "  ".join(part for part in [" ".join(filter(None, parts)), self.where] if part)


@attrs.frozen(kw_only=True)
class Problem:
    """
    Something that is not as the story says.

    Attributes:
        where: ``file:line`` of the check, or of the step.
        message: What was expected and what was found; `chinese` is the same, empty where it is said in English alone.
        why: What the campaigns made of the step.
    """

    where: str
    message: str
    chinese: str = ""
    why: tuple[Said, ...] = ()

    def __str__(self) -> str:
        return "\n".join([f"{self.where}: {self.message}", *(f"    {line}" for line in self.why)])


@attrs.frozen(kw_only=True)
class StepOutcome:
    """
    What came of one step.

    Attributes:
        decisions: What campaigns made of it, and of what fell due on the way to it.
        no: The refusal or error that it met; None if it was accepted.
        good: Whether all was as the story says.
    """

    step: Step
    decisions: tuple[Decision, ...] = ()
    no: QuanyiError | None = None
    good: bool = True


@attrs.frozen(kw_only=True)
class Outcome:
    """
    How a story went.

    Attributes:
        problems: In the order of the steps; none if all went as told.
        nos: (campaign, clause) pairs that said no in it.
        steps: What came of each step; none where the campaigns could not come into force.
    """

    story: Story
    steps: tuple[StepOutcome, ...] = ()
    problems: tuple[Problem, ...] = ()
    nos: frozenset[tuple[str, str]] = frozenset()

    @property
    def good(self) -> bool:
        """Whether everything was as told."""
        return not self.problems


def with_campaigns(project: Project, campaigns: Collection[str]) -> Project:
    """The project with no more than these *campaigns* in force; all of them if none is named."""
    wanted = campaigns or tuple(project.campaigns)
    return attrs.evolve(project, campaigns={name: project.campaigns[name] for name in wanted})
