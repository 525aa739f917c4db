"""
Pools of card codes and stocks: how many pieces are left, bringing codes in, their batches, and tracing one. No code is ever shown.
"""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO
from itertools import islice
from typing import Any

import attrs
from flask import request

from quanyi.adapters.codes.batches import BatchView
from quanyi.adapters.codes.files import lines_of
from quanyi.adapters.codes.importing import ImportRefused, LineReport
from quanyi.adapters.codes.tracing import TracedCode, trace
from quanyi.adapters.console.screens import Action, Booking, Done, Mistyped, Screen, Shown
from quanyi.adapters.console.tables import Cell, Column, Table
from quanyi.adapters.console.visit import Console
from quanyi.adapters.web.fields import asked
from quanyi.adapters.web.visit import number_text, pick
from quanyi.entitlements.accounts import stock
from quanyi.entitlements.benefits import Benefit
from quanyi.entitlements.card_codes import clean_card_codes
from quanyi.entitlements.errors import InputError, NotFound

__all__ = ["CODE_SCREENS"]

_MOST_CODES = 20_000
_MOST_LINES = 200
_MOST_BATCHES = 200
_LONGEST_NAME = 100
_FIELD, _TRACED = "codes", "text"
_LEFT_OUT = ("known", "repeated", "empty", "broken")
_STATES = ("free", "issued", "seen", "ended", "void")
_BATCH = ("batch", "made_at", "by", *_STATES)
_TONES = {"free": "good", "issued": "good", "seen": "soft", "ended": "warn", "void": "bad"}
_READERS = frozenset({"viewer", "operator", "approver", "auditor"})


@attrs.frozen(kw_only=True)
class _Import:
    """Lines with codes, for which benefit, and what the batch is called."""

    benefit: str
    content: bytes = attrs.field(repr=False)
    batch: str


@attrs.frozen
class _Text:
    """A code that somebody wants traced."""

    text: str = attrs.field(repr=False)


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
        Cell(name or to.words("codes.no_pool"), href=to.url("code_pool", pool=benefit.pool) if pool else ""),
        Cell(number_text(left), raw=left),
        Cell(to.words(f"codes.{state}"), tone=tone),
    ]


def _read(to: Console) -> _Import:
    """The form. The codes themselves are never shown again, also not where something is wrong."""
    file = request.files.get("file")
    content = (file.read() if file else b"") or to.typed.get(_FIELD, "").encode()
    to.typed = {name: said for name, said in to.typed.items() if name != _FIELD}
    benefit = to.mall.project.benefits.get(to.typed.get("benefit", ""))
    wrong = {}
    if benefit is None or not benefit.pool:
        wrong["benefit"] = to.words("codes.benefit_wrong")
    try:
        lines = sum(1 for _ in islice(lines_of(BytesIO(content)), _MOST_CODES + 1))
        if not content.strip() or lines > _MOST_CODES:
            wrong[_FIELD] = to.words("codes.codes_wrong", n=_MOST_CODES)
    except InputError:
        wrong[_FIELD] = to.words("codes.file_wrong")
    if wrong or benefit is None:
        raise Mistyped(wrong)
    return _Import(benefit=benefit.id, content=content, batch=to.typed.get("batch", "").strip()[:_LONGEST_NAME])


def _import(to: Console, found: _Import, booking: Booking) -> Done:
    said: dict[str, Any] = {
        "key": booking.key,
        "by": booking.by,
        "reason": booking.reason,
        "batch": found.batch,
    }
    refused = False
    try:
        done = to.books.desk.import_code_file(found.benefit, found.content, **said)
    except ImportRefused as no:
        done, refused = no.found, True
    counts = [(to.words(f"codes.line_{name}"), getattr(done, name)) for name in ("taken", *_LEFT_OUT)]
    more = {"number": booking.id, "benefit": to.thing_title(found.benefit), "refused": refused, "counts": counts}
    page = Shown(
        template="quanyi_console/codes_result.html",
        title=to.words("codes.result"),
        said=more,
        table=_lines(to, done.told[:_MOST_LINES]),
    )
    left_out = done.lines if refused else done.known + done.repeated + done.broken
    return Done(rows=0 if refused else done.taken, refusals=left_out, shown=page)


def _lines(to: Console, told: Sequence[LineReport]) -> Table:
    """The lines that were left out, each with why; no line is quoted."""
    rows = [
        [
            Cell(number_text(each.line), raw=each.line),
            Cell(to.words(f"codes.line_{each.outcome}")),
            Cell(
                to.words("codes.first", n=each.first)
                if each.first
                else to.words(f"codes.why_{each.why.replace('-', '_')}")
                if each.why
                else ""
            ),
        ]
        for each in told
    ]
    columns = [Column(to.words(f"codes.{title}"), number=title == "line") for title in ("line", "outcome", "why")]
    return Table(caption=to.words("codes.lines"), columns=columns, rows=rows, empty=(to.words("codes.all_taken"), ""))


# --- one pool ------------------------------------------------------------------------------------


def _pool(to: Console) -> Shown:
    pool = to.path["pool"]
    if not any(benefit.pool == pool for benefit in to.mall.project.benefits.values()):
        raise NotFound("no pool has this name")
    named = to.mall.project.pools.get(pool)
    title = pick(named.title, to.locale) if named is not None else ""
    columns = [Column(to.words(f"codes.{title}"), number=title in _STATES, main=title == "batch") for title in _BATCH]
    table = Table(
        name="batches",
        caption=to.words("codes.batches"),
        columns=columns,
        rows=[_batch(batch, to) for batch in to.books.desk.batches(pool, limit=_MOST_BATCHES)],
        empty=(to.words("codes.no_batches"), to.words("codes.no_batches_hint")),
    )
    return Shown(template="quanyi_console/code_pool.html", title=title or pool, table=table)


def _batch(batch: BatchView, to: Console) -> list[Cell]:
    name = batch.name or (batch.id[:8] if batch.id else to.words("codes.earlier"))
    made = Cell("") if batch.made_at is None else Cell(to.dates.moment_alone(batch.made_at), raw=batch.made_at)
    states = batch.codes.to_dict()
    return [
        Cell(name, raw=batch.id, hint=to.words(f"codes.source_{batch.source}") if batch.id else ""),
        made,
        Cell(batch.by.removeprefix("ops/"), raw=batch.by),
        *(Cell(number_text(states[state]), raw=states[state]) for state in _STATES),
    ]


# --- tracing -------------------------------------------------------------------------------------


def _asked_for(to: Console) -> _Text:
    """The code to trace. It comes in a form, is taken out of what is shown again, and stands in no address."""
    text = to.typed.get(_TRACED, "")
    to.typed = {name: said for name, said in to.typed.items() if name != _TRACED}
    try:
        clean_card_codes([text])
    except InputError:
        raise Mistyped({_TRACED: to.words("codes.text_wrong")}) from None
    return _Text(text)


def _trace(to: Console, asked_for: _Text, booking: Booking) -> Done:
    cards = trace(to.books.ports, asked_for.text)
    titles = ("pool", "batch", "state", "holder", "deal", "seen_at")
    table = Table(
        caption=to.words("codes.cards"),
        columns=[Column(to.words(f"codes.{title}"), main=title == "pool") for title in titles],
        rows=[_card(card, to) for card in cards],
        empty=(to.words("codes.no_cards"), to.words("codes.no_cards_hint")),
    )
    title, said = to.words("codes.traced"), {"number": booking.id}
    page = Shown(template="quanyi_console/codes_traced.html", title=title, said=said, table=table)
    return Done(rows=len(cards), shown=page)


def _card(card: TracedCode, to: Console) -> list[Cell]:
    marks = " · ".join(filter(None, (card.channel, card.region)))
    seen = "" if card.seen_at is None else to.dates.moment_alone(card.seen_at)
    erased = to.words("acts.erased") if card.entitlement and not card.user else ""
    return [
        Cell(card.pool, href=to.url("code_pool", pool=card.pool)),
        Cell(card.batch[:8] or to.words("codes.earlier"), hint=marks),
        Cell(to.words(f"codes.state_{card.state}"), tone=_TONES[card.state]),
        Cell(card.user or erased),
        Cell(card.order or card.deal[:12]),
        Cell(seen),
    ]


CODE_SCREENS = (
    Screen(
        name="codes",
        path="/codes",
        roles=_READERS,
        view=_view,
        actions=(
            Action(name="import", roles={"operator"}, read=_read, run=_import),
            Action(name="trace", roles={"operator", "auditor"}, read=_asked_for, run=_trace),
        ),
    ),
    Screen(name="code_pool", path="/codes/<pool>", roles=_READERS, view=_pool, under="codes"),
)
