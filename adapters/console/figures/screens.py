"""
The screens of figures: overview, figures, and those of one brand, which has no people and no cost in it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import attrs

from quanyi.adapters.console.figures.asking import Question, question, today
from quanyi.adapters.console.figures.burning import budget
from quanyi.adapters.console.figures.charts import chart, funnel
from quanyi.adapters.console.figures.overview import overview, owed
from quanyi.adapters.console.figures.rows import BY_UNIT, brand_name, figures_table, way_name
from quanyi.adapters.console.screens import Screen, Shown
from quanyi.adapters.console.tables import Table
from quanyi.adapters.console.visit import Console
from quanyi.adapters.web.fields import asked

__all__ = ["FIGURES_SCREENS", "figures_of_campaign"]

_STAFF = ("viewer", "operator", "approver", "auditor")
_WAYS = ("day", "campaign", "item", "brand", "hour")
_OF_A_BRAND = ("day", "item", "campaign", "hour")
_COLUMNS = (
    "shown",
    "eligible",
    "claims",
    "delivered",
    "redeemed",
    "redemption",
    "paid",
    "refunded",
    "cost",
    "margin",
    "works",
)
_ALONE = frozenset({*_COLUMNS, *BY_UNIT, "income"})
"""What can be shown without the others, as the rows of one number."""

_TWO_WEEKS = 14
_OF_A_CAMPAIGN = ("shown", "eligible", "claims", "delivered", "redeemed", "redemption", "cost", "margin", "works")
_SECRET = frozenset({"cost", "margin"})
"""What a brand is not told."""


def _figures(to: Console) -> Shown:
    ways = (*_WAYS, *to.mall.project.counted)
    only = asked("only")
    return _page(to, question(to, ways), ways, (only,) if only in _ALONE else _COLUMNS)


def _brand(to: Console) -> Shown:
    """A brand of the operator's own, and never another, whatever the address says."""
    own = sorted(to.me.brands)
    if not own:
        return Shown(template="quanyi_console/no_brand.html")
    wanted = asked("of")
    brand = wanted if wanted in own else own[0]
    columns = tuple(name for name in _COLUMNS if name not in _SECRET)
    page = _page(to, question(to, _OF_A_BRAND, brand), _OF_A_BRAND, columns)
    brands = [{"name": brand_name(one, to), "href": to.link(of=one), "here": one == brand} for one in own]
    return Shown(
        template=page.template,
        title=to.words("figures.of_brand", brand=brand_name(brand, to)),
        said={**page.said, "brands": brands if len(own) > 1 else [], "mine": brand},
        table=page.table,
    )


def figures_of_campaign(to: Console, campaign: str) -> tuple[dict[str, Any], Table]:
    """The figures of one campaign over the last two weeks, each with the address that tells it apart; and its days."""
    last = today(to)
    asked_for = Question(by="day", first=last - timedelta(days=_TWO_WEEKS - 1), last=last, campaign=campaign)
    found = asked_for.answer(to)
    table = figures_table(found, to, _OF_A_CAMPAIGN, name="campaign")
    linked = [
        [
            attrs.evolve(cell, href=_hours(str(cell.raw), campaign, to)) if cell.raw and not n else cell
            for n, cell in enumerate(row)
        ]
        for row in table.rows
    ]
    said = {
        "funnel": funnel(found.total, to),
        "chart": chart(found, ("eligible", "claims", "redeemed"), to),
        "figures": found,
        "more": to.url("figures", campaign=campaign, by="item", **_from_to(found.first, found.last)),
    }
    return said, attrs.evolve(table, rows=linked)


def _hours(day: str, campaign: str, to: Console) -> str:
    """Where the hours of one day of a campaign stand."""
    return to.url("figures", campaign=campaign, by="hour", **{"from": day, "to": day})


def _from_to(first: date, last: date) -> dict[str, str]:
    return {"from": first.isoformat(), "to": last.isoformat()}


def _page(to: Console, asked_for: Question, ways: Sequence[str], columns: Sequence[str]) -> Shown:
    found = asked_for.answer(to)
    days = found if asked_for.by == "day" else asked_for.answer(to, "day")
    tabs = [
        {"name": way_name(way, to), "href": to.link(by=way, after=None), "here": way == asked_for.by} for way in ways
    ]
    said = {
        "tabs": tabs,
        "question": asked_for,
        "figures": found,
        "funnel": funnel(found.total, to),
        "chart": chart(days, ("claims", "delivered", "redeemed"), to),
        "brands": [],
        "mine": "",
        "only": asked("only") if len(columns) == 1 else "",
    }
    return Shown(
        template="quanyi_console/figures.html", said=said, table=figures_table(found, to, columns, name="figures")
    )


FIGURES_SCREENS = (
    Screen(name="overview", path="/overview", roles=_STAFF, view=overview),
    Screen(name="owed", path="/points", roles=_STAFF, view=owed, under="overview"),
    Screen(name="budget", path="/budgets/<campaign>", roles=_STAFF, view=budget, under="overview"),
    Screen(name="figures", path="/figures", roles=_STAFF, view=_figures),
    Screen(name="brand", path="/brand", roles={"brand"}, view=_brand),
)
