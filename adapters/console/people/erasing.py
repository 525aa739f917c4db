"""
Erase a person: the id is typed once more, what is open is told, and afterwards where the id is still written.
"""

from __future__ import annotations

from quanyi.adapters.console.screens import Action, Booking, Done, Mistyped, Shown
from quanyi.adapters.console.tables import Cell, Column, Table
from quanyi.adapters.console.visit import Console
from quanyi.adapters.erasure import Erased, ErasureRefused, StillOpen, stands_in
from quanyi.adapters.web.visit import number_text

__all__ = ["ERASE", "still_open_says"]

_MOST = 10
"""How many open things are named one by one."""


def still_open_says(no: ErasureRefused, to: Console) -> str:
    """What has to be over before this person can be erased, thing by thing."""
    named = [_says(one, to) for one in no.open[:_MOST]]
    more = [to.words("erase.open_more", n=len(no.open) - _MOST)] if len(no.open) > _MOST else []
    return to.words("ops.no_still-open", what=to.words("releases.and").join(named + more))


def _says(one: StillOpen, to: Console) -> str:
    said = {"name": one.name, "n": one.count}
    if one.what == "deal" and one.until is not None:
        return to.words("erase.open_deal_until", until=to.dates.moment(one.until), **said)
    return to.words(f"erase.open_{one.what}", **said)


def _read(to: Console) -> bool:
    """
    Whether events that nobody was told are dropped.

    The id is typed once more to confirm, and stands nowhere else: the reason is kept.
    """
    if to.typed.get("confirmed", "") != to.person:
        raise Mistyped({"confirmed": to.words("erase.confirm_wrong")})
    if stands_in(to.person, to.typed.get("reason", "")):
        raise Mistyped({"reason": to.words("erase.reason_wrong")})
    return bool(to.typed.get("drop_events"))


def _run(to: Console, drop_events: object, booking: Booking) -> Done:
    user = to.person
    done = to.books.desk.erase(user, by=booking.by, reason=booking.reason, drop_events=bool(drop_events))
    said = {"number": booking.id, "dropped": number_text(done.untold) if done.untold else ""}
    shown = Shown(
        template="quanyi_console/erased.html", title=to.words("erase.done"), said=said, table=_stays(done, to)
    )
    return Done(shown=shown)


def _stays(done: Erased, to: Console) -> Table:
    """Where the id is still written, by somebody else than the mall: told this once, and in no file."""
    rows = [
        [Cell(one.table), Cell(one.column), Cell(number_text(one.rows)), Cell(", ".join(one.values))]
        for one in done.stays
    ]
    titles = ("table", "column", "rows", "values")
    return Table(
        caption=to.words("erase.stays"),
        columns=[Column(to.words(f"erase.{title}"), main=title == "table", number=title == "rows") for title in titles],
        rows=rows,
        empty=(to.words("erase.stays_none"), to.words("erase.stays_none_hint")),
    )


ERASE = Action(name="erase", roles={"approver"}, read=_read, run=_run)
