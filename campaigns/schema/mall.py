"""
The documents that campaigns stand on: the mall, its events, its catalogue.
"""

from __future__ import annotations

import re
from typing import Annotated, Literal

from pydantic import AfterValidator, ConfigDict, Field, Tag

from quanyi.campaigns.schema.base import BY_SHAPE, Event, Flag, Id, Strict, Texts, Whole, Word, wrong
from quanyi.campaigns.schema.values import DurationText, Number, Zone

__all__ = [
    "TYPE",
    "BenefitMap",
    "CatalogueFile",
    "CurrencyMap",
    "EventMap",
    "EventsFile",
    "GoodsMap",
    "LotsMap",
    "MallFile",
    "PoolMap",
    "Scale",
    "TypeText",
    "UnitMap",
]

TYPE = re.compile(r"(?P<type>[A-Za-z][A-Za-z0-9_-]*)(?P<many>\*)?(?P<optional>\?)?(?: ?= ?(?P<default>.*))?")
"""An attribute's type: `money`, `id*`, `user?`, `int = 1`."""


def _type(value: str) -> str:
    if TYPE.fullmatch(value) is None:
        raise wrong("bad-type", f"{value!r} is not a type", "write money, id*, user? or int = 1")
    return value


Scale = Annotated[Whole, Field(ge=0, le=8)]
TypeText = Annotated[Word, AfterValidator(_type)]


class LotsMap(Strict):
    """How points end and in which order they are spent."""

    lasts: DurationText | None = None
    ends_to: Literal["day", "exact", "month", "year"] = "month"
    burn: tuple[Literal["ends", "got"], ...] = ("ends", "got")


class UnitMap(Strict):
    """Something counted: points, chances, credit."""

    title: Texts | None = None
    scale: Scale = 0
    lots: LotsMap = LotsMap()
    debt: Literal["allowed", "none"] = "none"


class CurrencyMap(Strict):
    """The mall's currency and how many decimal places it has."""

    id: Annotated[Word, Field(pattern=r"^[A-Z]{3}$")]
    scale: Scale = 2


class MallFile(Strict):
    """The mall: its calendar, its money, its languages, what it counts, what it knows of people."""

    mall: Id
    zone: Zone
    currency: Annotated[
        Annotated[Annotated[Word, Field(pattern=r"^[A-Z]{3}$")], Tag("text")] | Annotated[CurrencyMap, Tag("map")],
        BY_SHAPE,
    ]
    locales: Annotated[tuple[Word, ...], Field(min_length=1)] = ("zh", "en")
    units: dict[Id, UnitMap] = {}
    profile: dict[Id, TypeText] = {}


class EventMap(Strict):
    """One type of event: its attributes, and which of them identify, undo or are personal."""

    model_config = ConfigDict(extra="allow", frozen=True)
    __pydantic_extra__: dict[str, TypeText]

    key: Id | None = None
    source: Annotated[tuple[Id, ...], Field(max_length=4)] = ()
    personal: tuple[Id, ...] = ()
    command: Flag = False


class EventsFile(Strict):
    """What can happen."""

    events: dict[Event, EventMap]


class BenefitMap(Strict):
    """Something worth having, as listed."""

    is_: Literal["card", "code", "collectible", "membership", "pass", "voucher"] = Field(alias="is")
    title: Texts | None = None
    text: Texts | None = None
    guide: Texts | None = None
    category: Word = ""
    platform: Word = ""
    face: Number | None = None
    cost: Number | None = None
    lasts: DurationText | None = None
    to: Literal["day_end"] | None = None
    uses: Annotated[Whole, Field(ge=1)] = 1
    stock: Annotated[Whole, Field(ge=0)] | None = None
    pool: Id | None = None


class GoodsMap(Strict):
    """A thing of the host's own: sold here, delivered by the host."""

    title: Texts | None = None
    text: Texts | None = None
    list: Number


class PoolMap(Strict):
    """A pool of card codes; the codes themselves are imported, never written in files."""

    title: Texts | None = None
    text: Texts | None = None


class CatalogueFile(Strict):
    """What can be given or sold."""

    benefits: dict[Id, BenefitMap] = {}
    goods: dict[Id, GoodsMap] = {}
    pools: dict[Id, PoolMap] = {}
