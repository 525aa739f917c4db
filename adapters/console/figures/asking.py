"""
What the address of a page of figures asks for: by what, for which days, of which campaign, thing or brand.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import attrs

from quanyi.adapters.console.visit import Console
from quanyi.adapters.web.fields import asked
from quanyi.campaigns.figures.figures import Figures
from quanyi.entitlements.time import zone_of

__all__ = ["Question", "question", "today"]

_DAYS = 28
_MOST = 366


@attrs.frozen(kw_only=True)
class Question:
    """One question to the figures; what an address says wrongly reads as not said."""

    by: str
    first: date
    last: date
    campaign: str | None = None
    item: str | None = None
    brand: str | None = None

    def answer(self, to: Console, by: str | None = None) -> Figures:
        """The figures, by what was asked, or by something else."""
        whose: dict[str, Any] = {"campaign": self.campaign, "item": self.item, "brand": self.brand}
        return to.books.figures(by=self.by if by is None else by, first=self.first, last=self.last, **whose)


def question(to: Console, ways: tuple[str, ...], brand: str | None = None) -> Question:
    """
    What the address asks for.

    Args:
        ways: By what the rows may be told apart; the first unless one is named.
        brand: The brand that is shown, whatever the address says.
    """
    by = asked("by")
    last = _day(asked("to")) or today(to)
    first = _day(asked("from")) or last - timedelta(days=_DAYS - 1)
    if first > last or (last - first).days >= _MOST:
        first = last - timedelta(days=_DAYS - 1)
    named = {name: asked(name) or None for name in ("campaign", "item", "brand")}
    return Question(
        by=by if by in ways else ways[0],
        first=first,
        last=last,
        campaign=named["campaign"],
        item=named["item"],
        brand=named["brand"] if brand is None else brand,
    )


def today(to: Console) -> date:
    """The present day in the mall's zone."""
    return to.books.now().astimezone(zone_of(to.mall.project.zone)).date()


def _day(text: str) -> date | None:
    try:
        found = date.fromisoformat(text) if text else None
    except ValueError:
        return None
    return found if found is not None and 2000 <= found.year <= 9000 else None  # noqa: PLR2004  (days one can reckon with)
