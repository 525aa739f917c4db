"""
The form of a story's document.
"""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import ConfigDict, Field, Tag, TypeAdapter

from quanyi.campaigns.schema.base import BY_SHAPE, Id, Strict, Whole, Word
from quanyi.campaigns.schema.values import Instant, Zone

__all__ = ["STORY", "GivenMap", "StepMap", "StoryFile"]

_Users = Annotated[
    Annotated[tuple[Word, ...], Tag("list")] | Annotated[dict[str, dict[str, Any] | None], Tag("map")],
    BY_SHAPE,
]


class GivenMap(Strict):
    """How things stand before the first step; any unit's id holds balances: `points: {ann: 2500}`."""

    model_config = ConfigDict(extra="allow", frozen=True)
    __pydantic_extra__: dict[str, dict[str, Any]]

    users: _Users = ()
    stock: dict[str, Whole] = {}
    used: dict[str, Whole] = {}
    codes: dict[str, tuple[Word | int, ...]] = {}


class StepMap(Strict):
    """One thing that happens, and what must be true then."""

    at: Instant
    who: Word | None = None
    do: Word
    with_: dict[str, Any] | None = Field(None, alias="with")
    key: Word | None = None
    then: dict[str, Any] | None = None


class StoryFile(Strict):
    """A campaign's test."""

    story: Word
    campaigns: tuple[Id, ...] = ()
    zone: Zone | None = None
    given: GivenMap = GivenMap()
    steps: tuple[StepMap, ...]


STORY: TypeAdapter[StoryFile] = TypeAdapter(StoryFile)
