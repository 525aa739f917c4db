"""
Budgets and how they burn down: all of them as a table, one of them day by day with what is left at this pace.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta

from quanyi.adapters.console.screens import Shown
from quanyi.adapters.console.tables import Cell, Column, Table
from quanyi.adapters.console.visit import Console
from quanyi.adapters.figures.burn import Burn, burns
from quanyi.adapters.web.fields import asked
from quanyi.adapters.web.visit import money_text, number_text
from quanyi.entitlements.errors import NotFound

__all__ = ["budget", "budgets_table"]

_AHEAD = 28
"""How many days of what is to come a chart shows at most."""


def budgets_table(found: Sequence[Burn], to: Console) -> Table:
    """The budgets of campaigns that run, those that end first at the beginning; each leads to its days."""
    far = datetime.max.replace(tzinfo=UTC)
    rows = [
        _row(burn, to) for burn in sorted(found, key=lambda each: (each.empty_at or far, each.campaign, each.limit))
    ]
    titles = ("campaign", "used", "cap", "left", "pace", "empty_at", "ends_at")
    numbers = frozenset({"used", "cap", "left", "pace"})
    return Table(
        caption=to.words("overview.budgets"),
        columns=[Column(to.words(f"overview.{t}"), number=t in numbers, main=t == "campaign") for t in titles],
        rows=rows,
        empty=(to.words("overview.no_budgets"), to.words("overview.no_budgets_hint")),
    )


def _row(burn: Burn, to: Console) -> Sequence[Cell]:
    href = to.url("budget", campaign=burn.campaign, of=burn.limit)
    amounts = [_amount(value, burn, to) for value in (burn.used, burn.cap, burn.left, round(burn.pace))]
    return [
        Cell(to.campaign_title(burn.campaign) or burn.campaign, hint=_unit(burn, to), raw=burn.campaign),
        Cell(amounts[0], href=href, raw=burn.used),
        Cell(amounts[1], raw=burn.cap),
        Cell(amounts[2], raw=burn.left),
        Cell(amounts[3], raw=round(burn.pace)),
        _empty(burn, to),
        Cell(
            to.words("overview.endless") if burn.ends_at is None else to.dates.moment_alone(burn.ends_at),
            raw=burn.ends_at or "",
        ),
    ]


def _empty(burn: Burn, to: Console) -> Cell:
    """When it will be used up, and whether that is before it ends."""
    if burn.left <= 0:
        return Cell(to.words("overview.used_up"), tone="bad")
    if burn.empty_at is None or not burn.early:
        return Cell(to.words("overview.enough"), tone="good", raw=burn.empty_at or "")
    return Cell(to.dates.day(burn.empty_at), tone="warn", raw=burn.empty_at)


def _unit(burn: Burn, to: Console) -> str:
    if burn.unit == to.mall.project.currency.id:
        return to.words("overview.money")
    return to.words("overview.pieces") if burn.unit in ("pieces", "times") else to.unit_name(burn.unit)


def _amount(value: int, burn: Burn, to: Console) -> str:
    project = to.mall.project
    if burn.unit == project.currency.id:
        return money_text(value, project.currency.id, project.currency.scale)
    return number_text(value, project.scale_of(burn.unit))


# --- one -----------------------------------------------------------------------------------------


def budget(to: Console) -> Shown:
    """One budget of a campaign, its first unless the address names another: what was used on each day, and the chart of what is left."""
    campaign, of = to.path["campaign"], asked("of")
    burn = next((each for each in burns(to.books.ports) if each.campaign == campaign and of in ("", each.limit)), None)
    if burn is None:
        raise NotFound("no campaign that runs has this budget")
    before = burn.used - sum(amount for _, amount in burn.days)
    rows = [_day_row(to.dates.date(day), day.isoformat(), amount, burn, to) for day, amount in reversed(burn.days)]
    rows += [_day_row(to.words("overview.before"), "", before, burn, to)] if before else []
    total = _day_row(to.words("figures.total"), None, burn.used, burn, to)
    table = Table(
        name="budget",
        caption=to.words("screen.budget"),
        columns=[Column(to.words("figures.by_day"), main=True), Column(to.words("overview.used"), number=True)],
        rows=[total, *rows],
        empty=(to.words("figures.empty"), to.words("figures.empty_hint")),
    )
    said = {"says": _says(burn, to), "early": burn.early, "chart": _chart(burn, to)}
    title = to.words("overview.budget_of", campaign=to.campaign_title(campaign) or campaign, unit=_unit(burn, to))
    return Shown(template="quanyi_console/budget.html", title=title, said=said, table=table)


def _day_row(name: str, raw: str | None, amount: int, burn: Burn, to: Console) -> Sequence[Cell]:
    return [Cell(name, raw=raw), Cell(_amount(amount, burn, to), raw=amount)]


def _says(burn: Burn, to: Console) -> str:
    """How it stands, in a sentence."""
    said = {
        name: _amount(value, burn, to) for name, value in (("used", burn.used), ("cap", burn.cap), ("left", burn.left))
    }
    pace = _amount(round(burn.pace), burn, to)
    if burn.left <= 0:
        return to.words("overview.says_used_up", **said)
    if burn.empty_at is None:
        return to.words("overview.says_unused", **said)
    ends = to.dates.day(burn.empty_at)
    return to.words("overview.says_early" if burn.early else "overview.says_enough", pace=pace, ends=ends, **said)


def _chart(burn: Burn, to: Console) -> str:
    """What is left at the end of each day, and on from today at this pace, for ``figures.js``."""
    left, so_far = [], burn.left
    for _, amount in reversed(burn.days):
        left.append(so_far)
        so_far += amount
    left.reverse()
    days = [day for day, _ in burn.days]
    ahead = _ahead(burn, days[-1])
    gaps: list[int | None] = [None] * (len(days) - 1)
    pace = [max(round(burn.left - burn.pace * n), 0) for n in range(len(ahead) + 1)]
    series = [
        {"label": to.words("overview.left"), "values": [*left, *([None] * len(ahead))]},
        {"label": to.words("overview.at_this_pace"), "values": [*gaps, *pace]},
    ]
    x = [int(datetime.combine(day, time(12), UTC).timestamp()) for day in (*days, *ahead)]
    return json.dumps({"x": x, "series": series, "lang": to.locale}, ensure_ascii=False)


def _ahead(burn: Burn, last: date) -> list[date]:
    """The days that the projection is drawn over: until it is used up or ends, four weeks at most."""
    stops = [at for at in (burn.empty_at, burn.ends_at) if at is not None]
    until = min(stops).date() if stops else last
    return [last + timedelta(days=n) for n in range(1, min((until - last).days + 1, _AHEAD) + 1)] if burn.pace else []
