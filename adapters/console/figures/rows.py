"""
Rows of figures: a table of them, their cells, and single numbers that lead to their rows.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction

from quanyi.adapters.console.tables import Cell, Column, Table
from quanyi.adapters.console.visit import Console
from quanyi.adapters.web.visit import money_text, pick
from quanyi.campaigns.figures.figures import Figures, FiguresRow

__all__ = ["BY_UNIT", "brand_name", "figures_table", "tile", "way_name"]

_MONEY = frozenset({"cost", "income", "margin", "paid", "refunded"})
BY_UNIT = ("issued", "spent")
"""Figures that are amounts of several units."""


def figures_table(found: Figures, to: Console, names: Sequence[str], *, name: str) -> Table:
    """A row for each key, and the total; of days the newest first."""
    columns = [
        Column(way_name(found.by, to), main=True),
        *(Column(to.words(f"figures.{one}"), number=True) for one in names),
    ]
    keyed = list(reversed(found.rows)) if found.by == "day" else list(found.rows)
    rows = [[Cell(_key(row.key, found.by, to), raw=row.key or None), *_cells(row, names, to)] for row in keyed]
    total = [Cell(to.words("figures.total")), *_cells(found.total, names, to)]
    return Table(
        name=name,
        caption=to.words("figures.caption"),
        columns=columns,
        rows=[total, *rows] if rows else [],
        empty=(to.words("figures.empty"), to.words("figures.empty_hint")),
    )


def _cells(row: FiguresRow, names: Sequence[str], to: Console) -> list[Cell]:
    return [_cell(name, row, to) for name in names]


def _cell(name: str, row: FiguresRow, to: Console) -> Cell:
    rates = {"redemption": row.redemption_rate, "works": row.works_rate}
    if name in rates:
        return Cell(_percent(rates[name]))
    if name in BY_UNIT:
        return _by_unit(getattr(row, name), to)
    value: int = getattr(row, name)
    return Cell(_money(value, to) if name in _MONEY else f"{value:,}", raw=value)


def _percent(share: Fraction | None) -> str:
    return "–" if share is None else f"{float(share):.0%}"


def _money(value: int, to: Console) -> str:
    currency = to.mall.project.currency
    return (
        money_text(value, currency.id, currency.scale)
        if value >= 0
        else f"−{money_text(-value, currency.id, currency.scale)}"
    )


def _by_unit(amounts: Mapping[str, int], to: Console) -> Cell:
    """Amounts of several units, one after the other; a file has the number where there is one unit."""
    some = {unit: amount for unit, amount in sorted(amounts.items()) if amount}
    said = to.listed(" ".join(to.counted(amount, unit)) for unit, amount in some.items())
    return Cell(said or "0", raw=sum(some.values()) if len(some) < 2 else None)  # noqa: PLR2004  (one unit, or none)


def tile(name: str, row: FiguresRow, to: Console) -> dict[str, str]:
    """One number of the overview; it leads to the rows that it is the sum of."""
    text = _cell(name, row, to).text
    return {"name": to.words(f"figures.{name}"), "text": text, "href": to.url("figures", by="campaign", only=name)}


def way_name(by: str, to: Console) -> str:
    """What the rows are told apart by, in words; an attribute of the mall's own by its name."""
    code = f"figures.by_{by}"
    return to.words(code) if code in to.words else by


def _key(key: str, by: str, to: Console) -> str:
    """The name of a row; whatever the mall does not know any more by its id."""
    project = to.mall.project
    if by == "campaign" and key in project.campaigns:
        return pick(project.campaigns[key].head.title, to.locale) or key
    if by == "item" and (known := project.benefits.get(key) or project.goods.get(key) or project.units.get(key)):
        return pick(known.title, to.locale) or key
    if by == "brand":
        return brand_name(key, to) if key else to.words("figures.no_brand")
    if by == "hour":
        return f"{key}:00"
    if key == "*":
        return to.words("figures.others")
    return key or to.words("figures.of_the_mall")


def brand_name(brand: str, to: Console) -> str:
    """What a brand is called; its id where the catalogue does not know it."""
    known = to.mall.project.brands.get(brand)
    return pick(known.title, to.locale) if known is not None else brand
