"""
Who lives here, and what is written down about them.
"""

from __future__ import annotations

import random  # noqa: TID251  (it is given in, seeded)
from datetime import date, datetime, time, timedelta
from typing import Any

import attrs

from quanyi.demo_app.people import ZONE

__all__ = ["FIRST", "LAST", "Diary", "Rates", "Reader"]

FIRST, LAST = date(2026, 3, 1), date(2026, 7, 11)
"""The first and the last day of the life."""


@attrs.frozen(kw_only=True)
class Rates:
    """How often things go as they should not; see the head of this package."""

    again: float = 0.02
    second_device: float = 0.05
    second_account: float = 0.15
    second_notice: float = 0.15
    after_midnight: float = 0.03
    early: float = 0.18
    sent_back: float = 0.1
    pressed_again: float = 0.33
    paid_late: float = 0.12
    wrong_amount: float = 0.06
    lapses: float = 0.14
    cancels: float = 0.11
    too_eager: float = 0.15
    shared: float = 0.04
    token: float = 0.05
    treat: float = 0.15
    used_and_back: float = 0.12
    seen_and_back: float = 0.6
    wrong_button: float = 0.1
    old_page: float = 0.16
    too_many: float = 0.25
    insists: float = 0.9
    long_after: float = 0.8
    kept_picture: float = 0.4
    mistyped: float = 0.25
    own_code: float = 0.1
    bound_again: float = 0.25
    bound_back: float = 0.2
    film_back: float = 0.45
    wrong_day: float = 0.12
    wrong_choice: float = 0.25
    box_back: float = 0.6
    wrong_total: float = 0.8


@attrs.define(kw_only=True)
class Reader:
    """
    One person, with habits.

    Attributes:
        week: How likely they come by on each weekday.
        keen: How much they buy, write and invite, around 1.
        purse: What they believe to have; only the mall knows.
    """

    id: str
    joins: date
    level: str
    week: tuple[float, ...]
    keen: float
    away_until: date = FIRST
    purse: dict[str, int] = attrs.field(factory=lambda: {"points": 200, "sparks": 0})
    orders: int = 0


class Diary:
    """
    What was written down, and the chance that everything hangs on.

    Args:
        chance: Seeded; the only source of chance.
    """

    def __init__(self, chance: random.Random, rates: Rates | None = None) -> None:
        self.chance = chance
        self.rates = rates or Rates()
        self.lines: list[tuple[datetime, int, dict[str, Any]]] = []

    def write(self, at: datetime, type_: str, user: str | None, key: str, **more: Any) -> str:
        """Write one line down; its key. *more* are its ``data``, ``facts``, ``campaign`` and ``if_done``."""
        line = {"at": at.isoformat(), "type": type_, "user": user, "key": key, **more}
        kept = {name: value for name, value in line.items() if value not in (None, "", {})}
        self.lines.append((at, len(self.lines), kept))
        if self.happens(self.rates.again):
            again = at + timedelta(seconds=self.chance.randrange(2, 40))
            self.lines.append((again, len(self.lines), {**kept, "at": again.isoformat()}))
        return key

    def happens(self, how_often: float) -> bool:
        """Throw the dice."""
        return self.chance.random() < how_often

    def moment(self, day: date, start: int = 7, end: int = 23) -> datetime:
        """Some moment of a local day, between two full hours."""
        seconds = self.chance.randrange(start * 3600, end * 3600)
        return datetime.combine(day, time(), ZONE) + timedelta(seconds=seconds)

    def later(self, at: datetime, least: float, most: float) -> datetime:
        """Some minutes later."""
        return at + timedelta(seconds=round(self.chance.uniform(least, most) * 60))
