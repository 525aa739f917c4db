"""
Events on their way out: what waits for each sink, and those that nobody took, to be sent again or given up.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING

from quanyi.adapters.console.screens import Action, Booking, Done, Screen, Shown
from quanyi.adapters.console.tables import Cell, Column, Table
from quanyi.adapters.console.visit import Console
from quanyi.adapters.web.fields import asked
from quanyi.adapters.web.visit import number_text
from quanyi.entitlements.errors import InputError, NotFound

if TYPE_CHECKING:
    from quanyi.adapters.sql.backlog import Backlog
    from quanyi.adapters.sql.parked import Parked

__all__ = ["EVENT_SCREENS"]

_SEE = ("operator", "approver", "auditor")


def _view(to: Console) -> Shown:
    sink = asked("sink") or None
    try:
        waiting, found = to.books.desk.backlog(), _parked(to, sink)
    except InputError:  # a mall in memory tells nobody
        waiting, found = [], []
    page = found[: to.limit]
    titles = ("type", "sink", "about", "decided", "attempts")
    table = Table(
        name="parked",
        caption=to.words("events.parked"),
        columns=[Column(to.words(f"events.{t}"), number=t == "attempts", main=t == "type") for t in titles],
        rows=[_row(one, to) for one in page],
        next=str(page[-1].number) if len(found) > to.limit else None,
        empty=(to.words("events.empty"), to.words("events.empty_hint")),
    )
    return Shown(template="quanyi_console/events.html", said={"sinks": _sinks(waiting, to), "sink": sink}, table=table)


def _parked(to: Console, sink: str | None) -> Sequence[Parked]:
    return to.books.desk.parked.list(sink=sink, after=to.number_after() or 0, limit=to.limit + 1)


def _row(one: Parked, to: Console) -> list[Cell]:
    person = to.books.ports.holder(one.event.subject) if one.event.subject else ""
    return [
        Cell(one.event.type, href=to.url("event", number=str(one.number))),
        Cell(one.sink),
        Cell(one.event.subject or "", href=to.url("person", holder=person) if person and to.sees("person") else ""),
        Cell(to.dates.moment_alone(one.event.time), raw=one.event.time),
        Cell(str(one.attempts), raw=one.attempts),
    ]


def _sinks(waiting: Sequence[Backlog], to: Console) -> Table:
    titles = ("sink", "waiting", "oldest", "parked")
    rows = [
        [
            Cell(each.sink, href=to.url("events", sink=each.sink)),
            Cell(number_text(each.waiting), raw=each.waiting),
            Cell(to.dates.moment_alone(each.oldest) if each.oldest else "", raw=each.oldest or ""),
            Cell(number_text(each.parked), raw=each.parked, tone="bad" if each.parked else ""),
        ]
        for each in waiting
    ]
    return Table(
        caption=to.words("events.waiting_title"),
        columns=[Column(to.words(f"events.{t}"), number=t in ("waiting", "parked"), main=t == "sink") for t in titles],
        rows=rows,
        empty=(to.words("events.no_sinks"), to.words("events.no_sinks_hint")),
    )


# --- one -----------------------------------------------------------------------------------------


def _one(to: Console) -> Parked:
    number = to.path["number"]
    if not (number.isascii() and number.isdigit() and len(number) < 19):  # noqa: PLR2004  (digits of a row's number)
        raise NotFound("no event has this number")
    found = to.books.desk.parked.list(after=int(number) - 1, limit=1)
    if not found or found[0].number != int(number):
        raise NotFound("nothing is parked under this number")
    return found[0]


def _event(to: Console) -> Shown:
    one = _one(to)
    body = json.dumps(dict(one.event.data), ensure_ascii=False, indent=2, default=str)
    pairs = [
        (to.words("events.sink"), one.sink),
        (to.words("events.about"), one.event.subject or ""),
        (to.words("events.decided"), to.dates.moment_alone(one.event.time)),
        (to.words("events.parked_at"), to.dates.moment_alone(one.parked_at)),
        (to.words("events.attempts"), str(one.attempts)),
        (to.words("events.id"), one.event.id),
    ]
    return Shown(
        template="quanyi_console/event.html", title=one.event.type, said={"pairs": pairs, "body": body, "one": one}
    )


def _chosen(to: Console) -> Sequence[int]:
    return [_one(to).number]


def _all_of_sink(to: Console) -> Sequence[int]:
    """Every parked event of the sink that is shown, or of all; so many as one call takes."""
    from quanyi.adapters.sql.parked import AT_ONCE

    return [one.number for one in to.books.desk.parked.list(sink=to.typed.get("sink") or None, limit=AT_ONCE)]


def _requeue(to: Console, numbers: Sequence[int], booking: Booking) -> Done:
    done = to.books.desk.parked.requeue(numbers, by=booking.by, why=booking.reason)
    return Done(goes=to.url("events"), rows=done)


def _drop(to: Console, numbers: Sequence[int], booking: Booking) -> Done:
    done = to.books.desk.parked.drop(numbers, by=booking.by, why=booking.reason)
    return Done(goes=to.url("events"), rows=done)


EVENT_SCREENS = (
    Screen(
        name="events",
        path="/events",
        roles=_SEE,
        view=_view,
        actions=(Action(name="requeue", roles={"operator"}, read=_all_of_sink, run=_requeue),),
    ),
    Screen(
        name="event",
        path="/events/<number>",
        roles=_SEE,
        view=_event,
        under="events",
        actions=(
            Action(name="requeue", roles={"operator"}, read=_chosen, run=_requeue),
            Action(name="drop", roles={"approver"}, read=_chosen, run=_drop),
        ),
    ),
)
