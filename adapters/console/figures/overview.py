"""
The overview: what was issued and redeemed, what people have and when it ends, how budgets burn down, what is stuck.
Each number leads to the rows that add up to it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta

from quanyi.adapters.console.alarms import open_alarms
from quanyi.adapters.console.figures.asking import Question, today
from quanyi.adapters.console.figures.burning import budgets_table
from quanyi.adapters.console.figures.charts import chart
from quanyi.adapters.console.figures.rows import figures_table, tile
from quanyi.adapters.console.screens import Shown
from quanyi.adapters.console.tables import Cell, Column, Table
from quanyi.adapters.console.visit import Console
from quanyi.adapters.figures.burn import burns
from quanyi.adapters.figures.liability import TERMS, Liability, liability
from quanyi.adapters.web.fields import asked
from quanyi.adapters.web.visit import number_text
from quanyi.campaigns.figures.figures import Figures

__all__ = ["overview", "owed"]

_TILES = ("claims", "delivered", "redeemed", "income", "cost", "issued", "spent")


def overview(to: Console) -> Shown:
    """How the mall stands."""
    last = today(to)
    found = Question(by="day", first=last - timedelta(days=27), last=last).answer(to)
    said = {
        "tiles": [tile(name, found.total, to) for name in _TILES],
        "chart": chart(found, ("claims", "redeemed"), to),
        "figures": found,
        "stuck": _stuck_table(to, found),
        "owed": _owed_table(liability(to.books.ports), to),
        "budgets": budgets_table(burns(to.books.ports), to),
    }
    days = figures_table(found, to, ("claims", "delivered", "redeemed", "paid"), name="overview")
    return Shown(template="quanyi_console/overview.html", said=said, table=days)


# --- what is stuck -------------------------------------------------------------------------------


def _stuck_table(to: Console, found: Figures) -> Table:
    columns = [Column(to.words("overview.what"), main=True), Column(to.words("overview.how_many"), number=True)]
    return Table(
        caption=to.words("overview.stuck"),
        columns=columns,
        rows=list(_stuck(to, found)),
        empty=(to.words("overview.nothing_stuck"), to.words("overview.nothing_stuck_hint")),
    )


def _stuck(to: Console, found: Figures) -> Iterator[Sequence[Cell]]:
    """What waits for somebody: alarms, events that nobody took or hands on, figures that nobody counts."""
    if count := open_alarms(to):
        yield _stuck_row(to, to.words("overview.alarms"), count, "alarms", {})
    for sink in to.books.desk.backlog():
        if sink.parked:
            yield _stuck_row(
                to, to.words("overview.parked", sink=sink.sink), sink.parked, "events", {"sink": sink.sink}
            )
        if sink.waiting:
            yield _stuck_row(to, to.words("overview.waiting", sink=sink.sink), sink.waiting, "events", {})
    if found.late:
        yield [Cell(to.words("figures.late"), tone="warn"), Cell("")]


def _stuck_row(to: Console, what: str, count: int, screen: str, query: dict[str, str]) -> Sequence[Cell]:
    href = to.url(screen, **query) if to.sees(screen) else ""
    return [Cell(what), Cell(number_text(count), href=href, raw=count)]


# --- what people have ----------------------------------------------------------------------------


def _owed_table(found: Liability, to: Console) -> Table:
    """By unit how much ends when; each number leads to its days."""
    columns = [Column(to.words("overview.unit"), main=True)]
    columns += [Column(to.words(f"overview.{term}"), number=True) for term in (*TERMS, "all")]
    rows = [
        [Cell(to.unit_name(unit)), *(_owed_cell(found, unit, term, to) for term in (*TERMS, ""))]
        for unit in found.units
    ]
    empty = "owed_none" if found.whole else "owed_not_counted"
    return Table(
        caption=to.words("screen.owed"),
        columns=columns,
        rows=rows if found.whole else [],
        empty=(to.words(f"overview.{empty}"), to.words(f"overview.{empty}_hint")),
    )


def _owed_cell(found: Liability, unit: str, term: str, to: Console) -> Cell:
    amount = found.of(unit, [term] if term else TERMS)
    query = {"unit": unit, **({"term": term} if term else {})}
    return Cell(_points(amount, unit, to), href=to.url("owed", **query) if amount else "", raw=amount)


def owed(to: Console) -> Shown:
    """What people have together, day by day of its end: a unit, and a term of it if one is named."""
    found, unit, term = liability(to.books.ports), asked("unit"), asked("term")
    term = term if term in TERMS else ""
    rows = [row for row in found.rows if unit in ("", row.unit) and term in ("", row.term)] if found.whole else []
    cells = [
        [
            Cell(to.dates.date(row.last) if row.last else to.words("overview.never"), raw=str(row.last or "")),
            Cell(to.unit_name(row.unit), raw=row.unit),
            Cell(_points(row.amount, row.unit, to), raw=row.amount),
        ]
        for row in rows
    ]
    one = {row.unit for row in rows}
    total = sum(row.amount for row in rows)
    whole = (
        [[Cell(to.words("figures.total")), Cell(""), Cell(_points(total, min(one), to), raw=total)]]
        if len(one) == 1
        else []
    )
    empty = "owed_none" if found.whole else "owed_not_counted"
    table = Table(
        name="owed",
        caption=to.words("screen.owed"),
        columns=[
            Column(to.words("overview.last_day"), main=True),
            Column(to.words("overview.unit")),
            Column(to.words("overview.amount"), number=True),
        ],
        rows=[*whole, *cells],
        empty=(to.words(f"overview.{empty}"), to.words(f"overview.{empty}_hint")),
    )
    tabs = [
        {"name": to.words(f"overview.{each or 'all'}"), "href": to.link(term=each or None), "here": each == term}
        for each in ("", *TERMS)
    ]
    return Shown(template="quanyi_console/owed.html", said={"tabs": tabs}, table=table)


def _points(amount: int, unit: str, to: Console) -> str:
    known = to.mall.project.units.get(unit)
    return number_text(amount, known.scale if known else 0)
