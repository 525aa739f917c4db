"""
Pools of card codes and stocks: how many pieces are left, and bringing codes in. No code is ever shown.
"""

from __future__ import annotations

from collections.abc import Sequence

import attrs
from flask import request

from quanyi.adapters.console.screens import Action, Booking, Done, Mistyped, Screen, Shown
from quanyi.adapters.console.tables import Cell, Column, Table
from quanyi.adapters.console.visit import Console
from quanyi.adapters.web.fields import asked
from quanyi.adapters.web.visit import number_text, pick
from quanyi.entitlements.accounts import stock
from quanyi.entitlements.benefits import Benefit
from quanyi.entitlements.card_codes import clean_card_codes
from quanyi.entitlements.errors import InputError

__all__ = ["CODE_SCREENS"]

_MOST_CODES = 20_000
_MOST_LINES = 20
_FIELD = "codes"


@attrs.frozen(kw_only=True)
class _Import:
    """Codes that were read, for which benefit."""

    benefit: str
    codes: Sequence[str] = attrs.field(repr=False)


def _view(to: Console) -> Shown:
    words = asked("q").casefold()
    counted = [benefit for benefit in to.mall.project.benefits.values() if benefit.counted and _fits(benefit, words)]
    begin = next((place for place, benefit in enumerate(counted, 1) if benefit.id == to.after), 0)
    page = counted[begin : begin + to.limit]
    draft = to.books.ports.look([stock(benefit.id) for benefit in page]).draft(to.now)
    rows = [_row(benefit, draft.stands(stock(benefit.id)), to) for benefit in page]
    titles = ("benefit", "pool", "left", "state")
    table = Table(
        name="stock",
        caption=to.words("screen.codes"),
        columns=[Column(to.words(f"codes.{t}"), number=t == "left", main=t == "benefit") for t in titles],
        rows=rows,
        next=page[-1].id if begin + to.limit < len(counted) else None,
        empty=(to.words("codes.none"), to.words("codes.none_hint"))
        if words
        else (to.words("codes.empty"), to.words("codes.empty_hint")),
    )
    pools = [(b.id, pick(b.title, to.locale) or b.id) for b in to.mall.project.benefits.values() if b.pool]
    said = {"pools": pools, "most": _MOST_CODES, "q": asked("q")}
    return Shown(template="quanyi_console/codes.html", said=said, table=table)


def _fits(benefit: Benefit, words: str) -> bool:
    """Whether *words* stand in its id or in one of its titles."""
    return words in f"{benefit.id} {' '.join(benefit.title.values())}".casefold()


def _row(benefit: Benefit, left: int, to: Console) -> list[Cell]:
    pool = to.mall.project.pools.get(benefit.pool)
    name = pick(pool.title, to.locale) or benefit.pool if pool else benefit.pool
    state = (
        "gone"
        if left <= 0
        else "few"
        if left <= to.mall.project.alarms.stock_of(benefit.id, benefit.stock)
        else "enough"
    )
    tone = {"gone": "bad", "few": "warn", "enough": "good"}[state]
    return [
        Cell(pick(benefit.title, to.locale) or benefit.id, hint=benefit.id),
        Cell(name or to.words("codes.no_pool")),
        Cell(number_text(left), raw=left),
        Cell(to.words(f"codes.{state}"), tone=tone),
    ]


def _read(to: Console) -> _Import:
    """The form. The codes themselves are never shown again, also not where something is wrong."""
    file = request.files.get("file")
    text = (file.read().decode("utf-8", "replace") if file else "") or to.typed.get(_FIELD, "")
    to.typed = {name: said for name, said in to.typed.items() if name != _FIELD}
    benefit = to.mall.project.benefits.get(to.typed.get("benefit", ""))
    lines = [(number, line) for number, line in enumerate(text.split("\n"), 1) if line.strip("\ufeff \t\r")]
    wrong = {}
    if benefit is None or not benefit.pool:
        wrong["benefit"] = to.words("codes.benefit_wrong")
    if not lines or len(lines) > _MOST_CODES:
        wrong[_FIELD] = to.words("codes.codes_wrong", n=_MOST_CODES)
    elif odd := [number for number, line in lines if not _sound(line)]:
        said = to.words("list.comma").join(map(str, odd[:_MOST_LINES]))
        wrong[_FIELD] = to.words("codes.lines_wrong", n=len(odd), lines=said)
    if wrong or benefit is None:
        raise Mistyped(wrong)
    return _Import(benefit=benefit.id, codes=[line for _, line in lines])


def _sound(line: str) -> bool:
    try:
        clean_card_codes([line])
    except InputError:
        return False
    return True


def _import(to: Console, found: _Import, booking: Booking) -> Done:
    receipt = to.books.desk.import_codes(found.benefit, found.codes, key=booking.key, by=booking.by)
    counts = [(to.words(f"codes.{name}"), receipt.answer[name]) for name in ("added", "known", "repeated")]
    said = {"counts": counts, "number": booking.id, "benefit": to.thing_title(found.benefit)}
    page = Shown(template="quanyi_console/codes_result.html", title=to.words("codes.result"), said=said)
    added, duplicates = receipt.answer["added"], receipt.answer["duplicates"]
    return Done(rows=added, refusals=duplicates, shown=page)


CODE_SCREENS = (
    Screen(
        name="codes",
        path="/codes",
        roles={"viewer", "operator", "approver", "auditor"},
        view=_view,
        actions=(Action(name="import", roles={"operator"}, read=_read, run=_import),),
    ),
)
