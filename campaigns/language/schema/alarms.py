"""
The schema of alarms: `alarms:` of `mall.yaml`.
"""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from quanyi.campaigns.language.schema.base import Id, Strict, Whole, Word
from quanyi.campaigns.language.schema.values import DurationText, MinutesText, Number, Percentage

__all__ = ["AlarmsMap"]

_NoneOrMore = Annotated[Whole, Field(ge=0)]


class AlarmsMap(Strict):
    """From where on something is an alarm; what is left out has its default."""

    stock: _NoneOrMore = 20
    """So many pieces or codes of a benefit are left, or fewer: `stock: 20` (default)."""
    share: Percentage = "10"
    """The same for a benefit that declares its `stock`, as a part of it: `share: 10%` (default)."""
    stocks: dict[Id, _NoneOrMore] = {}
    """The same for single benefits, `{music: 200}`; left out: as `stock` and `share` say."""
    budget: DurationText = "7d"
    """A budget without an end will be used up within this time, `budget: 7d` (default). One with an end: before it."""
    expiring: dict[Id, Number] = {}
    """Points that end soon come to more than this, `{points: 50000}`; a unit that is left out raises no alarm."""
    within: DurationText = "14d"
    """How soon that is, `within: 14d` (default)."""
    late: MinutesText = "15m"
    """Events or timers wait for longer than this, `late: 15m` (default)."""
    tries: Annotated[Whole, Field(ge=1)] = 5
    """A receiver or webhook did not take an event so often, `tries: 5` (default)."""
    off: tuple[Word, ...] = ()
    """Alarms that are never raised, `[stock.low]`; left out: none."""
