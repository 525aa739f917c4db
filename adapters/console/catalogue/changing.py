"""
Reading a change of many things: a form that says what to do with those that are ticked, or a list with a line for each.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from fractions import Fraction
from functools import partial
from typing import Any

from flask import request

from quanyi.adapters.bulk_editing import MOST_LINES, Edit
from quanyi.adapters.console.catalogue.asking import Asked
from quanyi.adapters.console.catalogue.lists import ListedThing, UnreadableListError, things_in
from quanyi.adapters.console.screens import Mistyped
from quanyi.adapters.console.visit import Console
from quanyi.campaigns.bulk import changing
from quanyi.campaigns.bulk.changing import EntryMistake
from quanyi.campaigns.bulk.entries import Entry
from quanyi.entitlements.amounts import Rounding, parse_amount
from quanyi.entitlements.parsing import parse_whole
from quanyi.entitlements.time import zone_of

__all__ = ["EDITS", "ROUNDINGS", "changes_sent", "listed_changes"]

EDITS = ("price_set", "price_add", "price_percent", "quota_set", "quota_add", "list", "delist", "times")
"""What a form can do with the things that are ticked."""

ROUNDINGS: Mapping[str, Rounding] = {"nearest": "half_up", "down": "down", "up": "up"}

_Name = tuple[str, str]


def changes_sent(to: Console) -> list[tuple[_Name, Edit]]:
    """What the form asks for, thing by thing."""
    names = _names(to)
    edit = _edit(to)
    return [(name, edit) for name in names]


def _names(to: Console) -> list[_Name]:
    """The things that are ticked, or all that the search finds."""
    if to.typed.get("all") == "1":
        names = [(thing.campaign, thing.item) for thing in Asked.here(to, to.typed).found(to)]
    else:
        names = [_named(text) for text in request.form.getlist("thing")[: MOST_LINES + 1]]
    if not names or len(names) > MOST_LINES:
        raise Mistyped({"thing": to.words("catalogue.things_wrong", n=MOST_LINES)})
    return list(dict.fromkeys(names))


def _named(text: str) -> _Name:
    campaign, _, item = text.rpartition("/")
    return campaign, item


def _edit(to: Console) -> Edit:
    what = to.typed.get("edit", "")
    makes: Mapping[str, Callable[[Console], Edit]] = {
        "price_set": _price_set,
        "price_add": _price_added,
        "price_percent": _price_by_percent,
        "quota_set": partial(_pieces, changing.stocked, least=0),
        "quota_add": partial(_pieces, changing.quota_added, least=-_MOST_PIECES),
        "list": partial(_at_time, changing.listed),
        "delist": partial(_at_time, changing.delisted),
        "times": _times,
    }
    if what not in makes:
        raise Mistyped({"edit": to.words("catalogue.edit_wrong")})
    return makes[what](to)


_MOST_PIECES = 10**9


def _price_set(to: Console) -> Edit:
    unit, amount = _unit(to), _amount(to)
    return lambda entry, _: changing.price_set(entry, unit, amount)


def _price_added(to: Console) -> Edit:
    unit, amount = _unit(to), _amount(to)
    return lambda entry, _: changing.price_added(entry, unit, amount)


def _price_by_percent(to: Console) -> Edit:
    unit, percent = _unit(to), _percent(_sign(to.typed.get("amount", "")).rstrip("%％ "))
    if percent is None:
        raise Mistyped({"amount": to.words("catalogue.percent_wrong")})
    typed = to.typed.get("step", "").strip()
    step = _parsed(typed, unit, to) if typed else 1
    if step is None or step < 1:
        raise Mistyped({"step": to.words("catalogue.step_wrong")})
    mode = ROUNDINGS.get(to.typed.get("rounding", ""), "half_up")
    return lambda entry, _: changing.price_by_percent(entry, unit, percent, step, mode)


def _percent(text: str) -> Fraction | None:
    """A share to raise or lower by: above -100, and no more than ten times as much."""
    try:
        found = Fraction(parse_amount(text, 4), 10_000)
    except (ArithmeticError, ValueError):
        return None
    return found if found and -100 < found <= 1_000 else None  # noqa: PLR2004


def _unit(to: Console) -> str:
    unit = to.typed.get("paid_in", "")
    if unit not in to.mall.project.units and unit != to.mall.project.currency.id:
        raise Mistyped({"paid_in": to.words("catalogue.unit_wrong")})
    return unit


def _amount(to: Console) -> int:
    found = _parsed(_sign(to.typed.get("amount", "")), _unit(to), to)
    if found is None:
        raise Mistyped({"amount": to.words("catalogue.amount_wrong")})
    return found


def _parsed(text: str, unit: str, to: Console) -> int | None:
    try:
        return parse_amount(text.strip().lstrip("¥￥$€£"), to.mall.project.scale_of(unit))
    except (ArithmeticError, ValueError):
        return None


def _sign(text: str) -> str:
    return text.strip().replace("−", "-").removeprefix("+")


def _pieces(change: Callable[[Entry, int, int], Entry], to: Console, *, least: int) -> Edit:
    text = _sign(to.typed.get("amount", ""))
    number = parse_whole(text.removeprefix("-"))
    pieces = None if number is None else -number if text.startswith("-") else number
    if pieces is None or not least <= pieces <= _MOST_PIECES:
        raise Mistyped({"amount": to.words("catalogue.pieces_wrong")})
    return lambda entry, taken: change(entry, pieces, taken)


def _at_time(change: Callable[[Entry, datetime | None, datetime], Entry], to: Console) -> Edit:
    text, now = to.typed.get("from", "").strip(), to.now.replace(second=0, microsecond=0)
    _moment(text, "from", to)
    return lambda entry, _: change(entry, _instant(text, entry.zone), now)


def _times(to: Console) -> Edit:
    starts, ends = to.typed.get("from", "").strip(), to.typed.get("until", "").strip()
    _moment(starts, "from", to)
    _moment(ends, "until", to)
    return lambda entry, _: changing.timed(entry, _instant(starts, entry.zone), _instant(ends, entry.zone))


def _moment(text: str, field: str, to: Console) -> None:
    try:
        _instant(text, "UTC")
    except EntryMistake:
        raise Mistyped({field: to.words("catalogue.time_wrong")}) from None


def _instant(text: str, zone: str) -> datetime | None:
    """A time as browsers and lists say it, in the campaign's zone."""
    try:
        found = datetime.fromisoformat(text) if text else None
    except ValueError:
        raise EntryMistake("time", text=text) from None
    if found is not None and not 1970 <= found.year <= 2999:  # noqa: PLR2004  (as campaign files take years)
        raise EntryMistake("time", text=text)
    return found if found is None or found.tzinfo is not None else found.replace(tzinfo=zone_of(zone))


# --- lists ---------------------------------------------------------------------------------------


def listed_changes(to: Console) -> tuple[list[ListedThing], list[tuple[_Name, Edit]]]:
    """The lines of the list, and what each asks for."""
    file = request.files.get("file")
    content = (file.read() if file else b"") or request.form.get("list", "").encode()
    try:
        lines = things_in(content, MOST_LINES)
    except UnreadableListError:
        raise Mistyped({"list": to.words("catalogue.list_unreadable")}) from None
    if not lines or len(lines) > MOST_LINES:
        raise Mistyped({"list": to.words("catalogue.list_wrong", n=MOST_LINES)})
    sellers = _sellers(to.books.desk.bulk.entries())
    return lines, [(_whole_name(line.thing, sellers), _line_edit(line, sellers, to)) for line in lines]


def _sellers(entries: Mapping[_Name, Entry]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for campaign, item in entries:
        found.setdefault(item, []).append(campaign)
    return found


def _whole_name(text: str, sellers: Mapping[str, Sequence[str]]) -> _Name:
    campaign, item = _named(text)
    known = sellers.get(item, ())
    return (campaign or known[0], item) if known else (campaign, item)


def _line_edit(line: ListedThing, sellers: Mapping[str, Sequence[str]], to: Console) -> Edit:
    several = sellers.get(line.thing, ()) if "/" not in line.thing else ()

    def edit(entry: Entry, taken: int) -> Entry:
        if len(several) > 1:
            raise EntryMistake("several-sell", campaigns=", ".join(several))
        if line.price:
            entry = changing.priced(entry, _prices(line.price, entry, to))
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


def _prices(text: str, entry: Entry, to: Console) -> dict[str, int]:
    """``300``, ``5.00``, ``300 points + 5.00``; a number without a unit is in the one that the price has."""
    has = [*entry.price.units, *([entry.currency] if entry.price.money else [])]
    found: dict[str, Any] = {}
    for part in text.split("+"):
        number, _, word = part.strip().partition(" ")
        money = word.strip() in ("", "money", entry.currency)
        unit = has[0] if not word.strip() and len(has) == 1 else entry.currency if money else word.strip()
        if not word.strip() and len(has) > 1 and "+" not in text:
            raise EntryMistake("which-unit", text=text)
        known = unit == entry.currency or unit in to.mall.project.units
        amount = _parsed(number, unit, to) if known else None
        if amount is None or unit in found:
            raise EntryMistake("price", text=text)
        found[unit] = amount
    return found
