"""
The parts of `kind: bundle`, as they are written.
"""

from __future__ import annotations

from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field, Tag

from quanyi.campaigns.kinds.sale.clauses import PlainPrice
from quanyi.campaigns.language.schema.base import BY_SHAPE, Id, Strict, Texts, Whole, Word
from quanyi.campaigns.language.schema.clauses import Gifts, Names
from quanyi.campaigns.language.schema.values import DurationText

__all__ = ["AgainMap", "ChoiceMap", "PartMap"]


class ChoiceMap(Strict):
    """Some of several, within a time."""

    stand_ins: ClassVar[dict[str, Any]] = {"of": [], "within": "7d", "default": []}

    of: Annotated[Annotated[tuple[Word, ...], Tag("list")] | Annotated[dict[Id, Gifts], Tag("map")], BY_SHAPE]
    """What there is to choose from: a list of benefits, or `{NAME: gifts}`."""
    pick: Annotated[Whole, Field(ge=1)] = 1
    """How many of them, `pick: 2`."""
    within: DurationText
    """How long the choice stays open, `within: 7d`."""
    default: Names
    """What is given if nobody chooses: as many names as there are to pick."""
    given: Literal["at_end", "at_once"] = "at_once"
    """What was chosen is given `at_once` (default), or `at_end` of the time: till then the choice can be changed."""


class AgainMap(Strict):
    """A part that comes several times."""

    stand_ins: ClassVar[dict[str, Any]] = {"every": "1 month", "times": 2}

    every: DurationText
    """How long apart, reckoned from paying, `every: 1 month`."""
    times: Annotated[Whole, Field(ge=2, le=60)]
    """How often in all, `times: 12`."""


class PartMap(Strict):
    """One companion of a bundle."""

    title: Texts | None = None
    """Its shown name; left out: what it gives."""
    give: Gifts = ()
    """What it gives: a benefit, `{points: 100}`, or a list; either this or `choose`."""
    choose: ChoiceMap | None = None
    """What the buyer may choose: `{of: [film, song], pick: 1, within: 7d, default: film}`."""
    after: DurationText | None = None
    """How long after paying it is given, or opens for choosing: `1 month`; left out: at once."""
    tries: Annotated[Whole, Field(ge=0, le=100)] = 3
    """How often it is tried again where its stock is gone, `tries: 3`."""
    every: DurationText = "24h"
    """How long apart the tries are, `every: 24h`."""
    instead: Gifts = ()
    """What is given once all tries are used up: `{points: 100}`; left out: the part fails."""
    price: PlainPrice | None = None
    """Its share of what the bundle costs, `price: 12.00`: what it brings back if it fails, or costs if it was used."""
    if_failed: Literal["nothing", "refund", "refund_all"] = "nothing"
    """What a part that can't be given at all does: `nothing` (default), `refund` its price, or `refund_all` of them."""
    again: AgainMap | None = None
    """More of the same: `{every: 1 month, times: 12}`, each a part of its own, `NAME-1` to `NAME-12`."""
