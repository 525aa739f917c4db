"""
Reading a change of things as somebody types it: a price, a number of pieces, times; or a list with a line for each thing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import attrs

from quanyi.campaigns.bulk import changing
from quanyi.campaigns.bulk.changing import EntryMistake
from quanyi.campaigns.bulk.entries import Entry
from quanyi.entitlements.amounts import Rounding, parse_amount
from quanyi.entitlements.parsing import parse_whole
from quanyi.entitlements.time import zone_of

if TYPE_CHECKING:
    from quanyi.adapters.bulk_editing import Edit
    from quanyi.adapters.catalogue.lists import ListedThing
    from quanyi.campaigns.project.model import Project

__all__ = ["EDITS", "ROUNDINGS", "MistypedEdit", "TypedEdit", "changes_of", "edit_of", "line_changes", "name_of"]

EDITS = ("price_set", "price_add", "price_percent", "quota_set", "quota_add", "list", "delist", "times")
"""What can be done with things, one of them at a time."""

ROUNDINGS: Mapping[str, Rounding] = {"nearest": "half_up", "down": "down", "up": "up"}

_Name = tuple[str, str]
_MOST_PIECES = 10**9


class MistypedEdit(Exception):  # noqa: N818  (a request to type it again)
    """
    A change that can't be read.

    Attributes:
        field: Which field of it: one of `TypedEdit`, with ``from`` and ``until`` for its times.
        word: What is wrong: the texts ``catalogue.<word>`` say it.
    """

    def __init__(self, field: str, word: str) -> None:
        super().__init__(f"{field}: {word}")
        self.field = field
        self.word = word


@attrs.frozen(kw_only=True)
class TypedEdit:
    """
    One change, as it was typed.

    Attributes:
        edit: One of `EDITS`.
        amount: Money or points, a percentage, or pieces; below zero for less.
        paid_in: Which part of the price.
        step: In whole steps of what a price by percentage is; one of the smallest part unless given.
        rounding: One of `ROUNDINGS`.
        starts: A time as browsers and lists write it; now where it is empty. `ends` likewise, for ``times``.
    """

    edit: str
    amount: str = ""
    paid_in: str = ""
    step: str = ""
    rounding: str = ""
    starts: str = ""
    ends: str = ""


def edit_of(typed: TypedEdit, project: Project, now: datetime) -> Edit:
    """
    What a change does with each thing.

    Raises:
        MistypedEdit: It can't be read.
    """
    if typed.edit not in EDITS:
        raise MistypedEdit("edit", "edit_wrong")
    return _MAKES[typed.edit](typed, project, now.replace(second=0, microsecond=0))


def name_of(text: str) -> _Name:
    """The campaign and the thing of ``CAMPAIGN/THING``; no campaign where only the thing is named."""
    campaign, _, item = text.rpartition("/")
    return campaign, item


def changes_of(texts: Iterable[str], edit: Edit, entries: Iterable[_Name]) -> list[tuple[_Name, Edit]]:
    """
    The same change for each thing that is named: ``CAMPAIGN/THING``, or the thing alone where one campaign sells it.

    Args:
        entries: The names of all that is sold.
    """
    sellers = _sellers(entries)
    return [(_whole_name(text, sellers), _of_one_seller(text, edit, sellers)) for text in texts]


# --- prices --------------------------------------------------------------------------------------


def _price_set(typed: TypedEdit, project: Project, _: datetime) -> Edit:
    unit = _unit(typed, project)
    amount = _amount(typed, unit, project)
    return lambda entry, _: changing.price_set(entry, unit, amount)


def _price_added(typed: TypedEdit, project: Project, _: datetime) -> Edit:
    unit = _unit(typed, project)
    amount = _amount(typed, unit, project)
    return lambda entry, _: changing.price_added(entry, unit, amount)


def _price_by_percent(typed: TypedEdit, project: Project, _: datetime) -> Edit:
    unit, percent = _unit(typed, project), _percent(_signed(typed.amount).rstrip("%％ "))
    if percent is None:
        raise MistypedEdit("amount", "percent_wrong")
    step = _parsed(typed.step, unit, project) if typed.step.strip() else 1
    if step is None or step < 1:
        raise MistypedEdit("step", "step_wrong")
    mode = ROUNDINGS.get(typed.rounding, "half_up")
    return lambda entry, _: changing.price_by_percent(entry, unit, percent, step, mode)


def _percent(text: str) -> Fraction | None:
    """A share to raise or lower by: above -100, and no more than ten times as much."""
    try:
        found = Fraction(parse_amount(text, 4), 10_000)
    except (ArithmeticError, ValueError):
        return None
    return found if found and -100 < found <= 1_000 else None  # noqa: PLR2004


def _unit(typed: TypedEdit, project: Project) -> str:
    if typed.paid_in not in project.units and typed.paid_in != project.currency.id:
        raise MistypedEdit("paid_in", "unit_wrong")
    return typed.paid_in


def _amount(typed: TypedEdit, unit: str, project: Project) -> int:
    found = _parsed(_signed(typed.amount), unit, project)
    if found is None:
        raise MistypedEdit("amount", "amount_wrong")
    return found


def _parsed(text: str, unit: str, project: Project) -> int | None:
    try:
        return parse_amount(text.strip().lstrip("¥￥$€£"), project.scale_of(unit))
    except (ArithmeticError, ValueError):
        return None


def _signed(text: str) -> str:
    return text.strip().replace("−", "-").removeprefix("+")


# --- pieces and times ----------------------------------------------------------------------------


def _quota_set(typed: TypedEdit, _project: Project, _now: datetime) -> Edit:
    pieces = _pieces(typed, least=0)
    return lambda entry, taken: changing.stocked(entry, pieces, taken)


def _quota_added(typed: TypedEdit, _project: Project, _now: datetime) -> Edit:
    pieces = _pieces(typed, least=-_MOST_PIECES)
    return lambda entry, taken: changing.quota_added(entry, pieces, taken)


def _pieces(typed: TypedEdit, *, least: int) -> int:
    text = _signed(typed.amount)
    number = parse_whole(text.removeprefix("-"))
    pieces = None if number is None else -number if text.startswith("-") else number
    if pieces is None or not least <= pieces <= _MOST_PIECES:
        raise MistypedEdit("amount", "pieces_wrong")
    return pieces


def _listed(typed: TypedEdit, _: Project, now: datetime) -> Edit:
    at = _time(typed.starts, "from")
    return lambda entry, _: changing.listed(entry, _instant(at, entry.zone), now)


def _delisted(typed: TypedEdit, _: Project, now: datetime) -> Edit:
    at = _time(typed.starts, "from")
    return lambda entry, _: changing.delisted(entry, _instant(at, entry.zone), now)


def _timed(typed: TypedEdit, _project: Project, _now: datetime) -> Edit:
    starts, ends = _time(typed.starts, "from"), _time(typed.ends, "until")
    return lambda entry, _: changing.timed(entry, _instant(starts, entry.zone), _instant(ends, entry.zone))


def _time(text: str, field: str) -> str:
    """The same text, which is a time or empty."""
    try:
        _instant(text.strip(), "UTC")
    except EntryMistake:
        raise MistypedEdit(field, "time_wrong") from None
    return text.strip()


def _instant(text: str, zone: str) -> datetime | None:
    """A time as browsers and lists say it, in the campaign's zone."""
    try:
        found = datetime.fromisoformat(text) if text else None
    except ValueError:
        raise EntryMistake("time", text=text) from None
    if found is not None and not 1970 <= found.year <= 2999:  # noqa: PLR2004  (as campaign files take years)
        raise EntryMistake("time", text=text)
    return found if found is None or found.tzinfo is not None else found.replace(tzinfo=zone_of(zone))


_MAKES: Mapping[str, Callable[[TypedEdit, Project, datetime], Edit]] = {
    "price_set": _price_set,
    "price_add": _price_added,
    "price_percent": _price_by_percent,
    "quota_set": _quota_set,
    "quota_add": _quota_added,
    "list": _listed,
    "delist": _delisted,
    "times": _timed,
}


# --- lists ---------------------------------------------------------------------------------------


def line_changes(lines: Iterable[ListedThing], entries: Iterable[_Name], project: Project) -> list[tuple[_Name, Edit]]:
    """What each line of a list asks for; *entries* are the names of all that is sold."""
    sellers = _sellers(entries)
    return [
        (_whole_name(line.thing, sellers), _of_one_seller(line.thing, _line_edit(line, project), sellers))
        for line in lines
    ]


def _sellers(entries: Iterable[_Name]) -> dict[str, list[str]]:
    """The campaigns that sell each thing."""
    found: dict[str, list[str]] = {}
    for campaign, item in entries:
        found.setdefault(item, []).append(campaign)
    return found


def _whole_name(text: str, sellers: Mapping[str, Sequence[str]]) -> _Name:
    campaign, item = name_of(text)
    known = sellers.get(item, ())
    return (campaign or known[0], item) if known else (campaign, item)


def _of_one_seller(text: str, edit: Edit, sellers: Mapping[str, Sequence[str]]) -> Edit:
    """The same change; a mistake where *text* names no campaign and several sell the thing."""
    several = sellers.get(text, ()) if "/" not in text else ()
    if len(several) < 2:  # noqa: PLR2004  (one is no choice)
        return edit

    def refused(_entry: Entry, _taken: int) -> Entry:
        raise EntryMistake("several-sell", campaigns=", ".join(several))

    return refused


def _line_edit(line: ListedThing, project: Project) -> Edit:
    def edit(entry: Entry, taken: int) -> Entry:
        if line.price:
            entry = changing.priced(entry, _prices(line.price, entry, project))
        if line.stock:
            pieces = parse_whole(line.stock)
            if pieces is None:
                raise EntryMistake("stock", text=line.stock)
            entry = changing.stocked(entry, pieces, taken)
        if line.starts or line.ends:
            starts, ends = _instant(line.starts, entry.zone), _instant(line.ends, entry.zone)
            entry = changing.timed(entry, starts or entry.span.start, ends or entry.span.end)
        return entry

    return edit


def _prices(text: str, entry: Entry, project: Project) -> dict[str, int]:
    """``300``, ``5.00``, ``300 points + 5.00``; a number without a unit is in the one that the price has."""
    has = [*entry.price.units, *([entry.currency] if entry.price.money else [])]
    found: dict[str, Any] = {}
    for part in text.split("+"):
        number, _, word = part.strip().partition(" ")
        money = word.strip() in ("", "money", entry.currency)
        unit = has[0] if not word.strip() and len(has) == 1 else entry.currency if money else word.strip()
        if not word.strip() and len(has) > 1 and "+" not in text:
            raise EntryMistake("which-unit", text=text)
        known = unit == entry.currency or unit in project.units
        amount = _parsed(number, unit, project) if known else None
        if amount is None or unit in found:
            raise EntryMistake("price", text=text)
        found[unit] = amount
    return found
