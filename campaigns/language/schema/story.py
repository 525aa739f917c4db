"""
The schema of stories.
"""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import ConfigDict, Field, Tag, TypeAdapter

from quanyi.campaigns.language.schema.base import BY_SHAPE, Id, Strict, Whole, Word
from quanyi.campaigns.language.schema.values import Instant, Zone

__all__ = ["STORY", "GivenMap", "StepMap", "StoryFile"]

_Users = Annotated[
    Annotated[tuple[Word, ...], Tag("list")] | Annotated[dict[str, dict[str, Any] | None], Tag("map")],
    BY_SHAPE,
]


class GivenMap(Strict):
    """The state before the first step. The id of any unit is a key for balances: `points: {ann: 2500}`."""

    model_config = ConfigDict(extra="allow", frozen=True)
    __pydantic_extra__: dict[str, dict[str, Any]]

    users: _Users = ()
    stock: dict[str, Whole] = {}
    used: dict[str, Whole] = {}
    codes: dict[str, tuple[Word | int, ...]] = {}


_Several = Annotated[Annotated[Word, Tag("text")] | Annotated[tuple[Word, ...], Tag("list")], BY_SHAPE]


class StepMap(Strict):
    """
    One step: something that happens, and what must be true then.

    Changes by an operator or the host (campaigns, stock, codes, facts) come before what is done.
    """

    at: Instant
    """When, in the story's zone unless it has an offset, `at: "2026-05-01 10:00"`; never before the step above."""
    apply: _Several = ()
    """Files of the project with campaigns that come into force, `apply: changes/stronger.yaml`."""
    pause: _Several = ()
    """Campaigns that an operator stops, `pause: coffee-hour`."""
    resume: _Several = ()
    """Campaigns that an operator lets go on, `resume: coffee-hour`."""
    stock: dict[str, Annotated[Whole, Field(ge=0)]] = {}
    """Pieces that the mall has of a benefit from here on, `stock: {coffee: 10}`."""
    codes: dict[str, tuple[Word | int, ...]] = {}
    """Card codes that come in, `codes: {game: [k3, k4]}`."""
    facts: dict[str, dict[str, Any]] = {}
    """What the host says of users from here on, `facts: {ann: {level: gold}}`; other facts stay."""
    replies: tuple[dict[Id, Any], ...] = ()
    """What suppliers reply when they are called, in this order: `[{alpha: {accepted: s1}}, {alpha: silence}]`."""
    who: Word | None = None
    """The user; left out, or `ops`, for the operator."""
    do: Word | None = None
    """An event, a command, or `let time pass`; left out where a step only changes something."""
    with_: dict[str, Any] | None = Field(None, alias="with")
    """The attributes of what is done, `with: {order: o1, amount: 19.90}`."""
    context: dict[str, Any] = {}
    """The context of the request, by the names that `mall.yaml` declares, `context: {ip: 203.0.113.7}`."""
    key: Word | None = None
    """The idempotency key, `key: k1`: two steps with one key are one call that came twice."""
    then: dict[str, Any] | None = None
    """What must be true afterwards, `then: {points: {ann: 10}}`."""


class StoryFile(Strict):
    """A campaign's test."""

    story: Word
    campaigns: tuple[Id, ...] = ()
    zone: Zone | None = None
    given: GivenMap = GivenMap()
    steps: tuple[StepMap, ...]


STORY: TypeAdapter[StoryFile] = TypeAdapter(StoryFile)
