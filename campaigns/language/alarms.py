"""
Alarm bounds: from where on something of a mall is an alarm, as `alarms:` of `mall.yaml` declares it.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

import attrs

__all__ = ["ALARM_NAMES", "AlarmBounds"]

ALARM_NAMES = (
    "stock.low",
    "codes.ending",
    "budget.early",
    "points.expiring",
    "events.late",
    "events.parked",
    "sink.failing",
    "purchases.stuck",
    "timers.late",
    "figures.late",
    "campaign.damaged",
    "books.behind",
)
"""What there can be an alarm about."""


@attrs.frozen(kw_only=True)
class AlarmBounds:
    """
    From where on something is an alarm.

    Attributes:
        stock: So many pieces of a benefit are left, or fewer; of one that declares its stock, `share` percent of that.
        stocks: The same for single benefits, by id.
        budget: A budget without an end will be used up within this time. One that has an end, or whose campaign has,
            is an alarm where it will be used up before.
        expiring: Points that end within `within` come to more than this, by unit; a unit that is not named raises none.
            Free codes that end within `within` are an alarm, too.
        late: Events and timers wait for longer.
        tries: An event was refused so often by its receiver.
        off: Names of alarms that are never raised.
    """

    stock: int = 20
    share: int = 10
    stocks: Mapping[str, int] = attrs.field(factory=dict)
    budget: timedelta = timedelta(days=7)
    expiring: Mapping[str, int] = attrs.field(factory=dict)
    within: timedelta = timedelta(days=14)
    late: timedelta = timedelta(minutes=15)
    tries: int = 5
    off: frozenset[str] = frozenset()

    def stock_of(self, benefit: str, declared: int | None) -> int:
        """
        How many pieces of a benefit are few: what is said of it, or a part of its *declared* stock, or `stock`.

        >>> AlarmBounds(stocks={"music": 200}).stock_of("music", None), AlarmBounds().stock_of("mug", 500)
        (200, 50)
        """
        if benefit in self.stocks:
            return self.stocks[benefit]
        return self.stock if declared is None else declared * self.share // 100
