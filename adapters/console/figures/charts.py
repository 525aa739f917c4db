"""
Charts of figures: what a script draws beside a table that says the same, and a funnel that needs no script.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, date, datetime

import attrs

from quanyi.adapters.console.visit import Console
from quanyi.campaigns.figures.figures import Figures, FiguresRow

__all__ = ["Step", "chart", "funnel"]

_STEPS = ("shown", "eligible", "claimed", "delivered", "redeemed")


@attrs.frozen(kw_only=True)
class Step:
    """One step of the funnel: how many came so far, and how many of the largest step in percent."""

    name: str
    count: int
    percent: int


def funnel(total: FiguresRow, to: Console) -> list[Step]:
    """How many were shown, could have had it, took it, got it and used it."""
    most = max(getattr(total, name) for name in _STEPS) or 1
    return [
        Step(name=to.words(f"figures.{name}"), count=getattr(total, name), percent=getattr(total, name) * 100 // most)
        for name in _STEPS
    ]


def chart(days: Figures, names: Sequence[str], to: Console) -> str:
    """Days and series as JSON for ``figures.js``: instants in seconds at noon UTC, so that no zone moves a day."""
    x = [int(_noon(row.key).timestamp()) for row in days.rows]
    series = [
        {"label": to.words(f"figures.{name}"), "values": [getattr(row, name) for row in days.rows]} for name in names
    ]
    return json.dumps({"x": x, "series": series, "lang": to.locale}, ensure_ascii=False)


def _noon(day: str) -> datetime:
    found = date.fromisoformat(day)
    return datetime(found.year, found.month, found.day, 12, tzinfo=UTC)
