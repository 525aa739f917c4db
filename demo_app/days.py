"""
Days and moments as the product says them: today at 20:00, 22 March.
"""

from __future__ import annotations

from datetime import datetime

from quanyi.demo_app.people import ZONE, today
from quanyi.demo_app.words import word

__all__ = ["date_said", "day_said", "moment_said", "when_said"]


def date_said(at: datetime, locale: str) -> str:
    """The local day of *at* by its date: 3月22日, 22 March."""
    local = at.astimezone(ZONE)
    return word(locale, "date.day", month=word(locale, f"month.{local.month}"), day=local.day)


def day_said(at: datetime, locale: str) -> str:
    """The same, and near days by their names: yesterday, today, tomorrow."""
    near = {-1: "date.yesterday", 0: "date.today", 1: "date.tomorrow"}
    code = near.get((at.astimezone(ZONE).date() - today()).days)
    return word(locale, code) if code else date_said(at, locale)


def moment_said(at: datetime, locale: str) -> str:
    """Date and clock time."""
    return _with_clock(date_said(at, locale), at, locale)


def when_said(at: datetime, locale: str) -> str:
    """Day, by its name where it is near, and clock time."""
    return _with_clock(day_said(at, locale), at, locale)


def _with_clock(day: str, at: datetime, locale: str) -> str:
    return f"{day}{' at' if locale == 'en' else ''} {at.astimezone(ZONE):%H:%M}"
