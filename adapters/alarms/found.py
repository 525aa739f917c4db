"""
What a rule finds, and what it may ask.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING

import attrs

from quanyi.adapters.figures.burn import Burn, burns
from quanyi.adapters.figures.liability import Liability, liability
from quanyi.campaigns.language.alarms import AlarmBounds
from quanyi.campaigns.ports import Ports
from quanyi.entitlements.time import aware_or_none

if TYPE_CHECKING:
    from quanyi.adapters.sql.backlog import Backlog
    from quanyi.adapters.sql.store import SqlStore
    from quanyi.adapters.sql.watch import Watch

__all__ = ["FoundAlarm", "Rule", "Watched"]


@attrs.frozen(kw_only=True)
class FoundAlarm:
    """
    Something that a rule found: `amount` where it stands, `bound` from where on that is an alarm.

    Attributes:
        name: One of `ALARM_NAMES`.
        subject: With what; empty for the mall as a whole.
        ends_at: When what it warns of will happen.
        campaign: The campaign that it concerns; `item` the benefit or unit.
    """

    name: str
    subject: str = ""
    severity: str = "warning"
    amount: int = 0
    bound: int = 0
    ends_at: datetime | None = attrs.field(default=None, validator=aware_or_none)
    campaign: str = ""
    item: str = ""


class Watched:
    """
    A mall while its alarms are looked for: what several rules ask is read once.

    Attributes:
        now: The instant of the look.
        bounds: What `mall.yaml` declares.
    """

    def __init__(self, ports: Ports, watch: Watch | None = None) -> None:
        self.ports, self.watch, self.now = ports, watch, ports.now()
        self.bounds: AlarmBounds = ports.project.alarms

    @property
    def database(self) -> SqlStore | None:
        """The mall's database; None for one in memory, which tells nobody and has one process."""
        from quanyi.adapters.sql.store import SqlStore

        return self.ports.store if isinstance(self.ports.store, SqlStore) else None

    @cached_property
    def liability(self) -> Liability:
        """What people have, by its end."""
        return liability(self.ports)

    @cached_property
    def burns(self) -> Sequence[Burn]:
        """The budgets that run."""
        return burns(self.ports)

    @cached_property
    def backlog(self) -> Sequence[Backlog]:
        """What waits for each sink."""
        from quanyi.adapters.sql.backlog import backlog

        return [] if self.database is None else backlog(self.database)


Rule = Callable[[Watched], Iterable[FoundAlarm]]
"""What looks for one sort of alarm; it reads, and writes nothing."""
