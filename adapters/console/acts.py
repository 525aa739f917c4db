"""
The screen of acts: who did what, why and when, and what was refused.
"""

from __future__ import annotations

from quanyi.adapters.console.screens import Screen, Shown
from quanyi.adapters.console.tables import Cell, Column, Table
from quanyi.adapters.console.visit import Console
from quanyi.adapters.web.fields import asked
from quanyi.entitlements.records import Act

__all__ = ["ACT_SCREENS", "act_name", "acts_table"]

_PHASES = ("done", "refused", "begun")
_TONES = {"done": "good", "refused": "bad", "begun": "warn"}


def _view(to: Console) -> Shown:
    phase = asked("phase")
    phase = phase if phase in _PHASES else ""
    found = to.books.desk.acts(phase=phase or None, after=to.after, limit=to.limit + 1)
    tabs = [
        {
            "name": to.words(f"acts.tab_{name or 'all'}"),
            "href": to.url("acts", phase=name or None),
            "here": name == phase,
        }
        for name in ("", *_PHASES)
    ]
    return Shown(template="quanyi_console/acts.html", said={"tabs": tabs}, table=acts_table(to, found))


def acts_table(to: Console, found: list[Act], *, name: str = "acts") -> Table:
    """Acts as rows; one more than a page has, so that it is known whether there is another."""
    page = found[: to.limit]
    people = to.books.ports.users_of({act.holder for act in page if act.holder})
    titles = ("when", "what", "who", "about", "reason", "state")
    columns = [Column(to.words(f"acts.{title}"), main=title == "what") for title in titles]
    return Table(
        name=name,
        caption=to.words("screen.acts"),
        columns=columns,
        rows=[_row(act, to, people.get(act.holder or "")) for act in page],
        next=page[-1].id if len(found) > to.limit else None,
        empty=(to.words("acts.empty"), to.words("acts.empty_hint")),
    )


def _row(act: Act, to: Console, user: str | None) -> list[Cell]:
    """One act; whoever is not in the books any more is said to be erased."""
    about = user or act.about or act.campaign
    if act.holder and user is None:
        about = to.words("acts.erased")
    seen = user is not None and to.sees("person")
    return [
        Cell(to.dates.moment_alone(act.at), raw=act.at),
        Cell(act_name(act, to)),
        Cell(to.who(act.by), raw=act.by),
        Cell(about, href=to.url("person", holder=act.holder) if seen else ""),
        Cell(act.reason),
        _state(act, to),
    ]


def _state(act: Act, to: Console) -> Cell:
    """How it ended; what only waits for somebody else now is not called done."""
    if act.phase == "done" and act.why:
        return Cell(to.words(f"acts.state_{act.why}"), tone="warn", hint=_outcome(act, to))
    return Cell(to.words(f"acts.state_{act.phase}"), tone=_TONES[act.phase], hint=_outcome(act, to))


def act_name(act: Act, to: Console) -> str:
    """What was done, in words; the name itself where this console does not know it."""
    code = f"act.{act.name}"
    return to.words(code) if code in to.words else act.name


def _outcome(act: Act, to: Console) -> str:
    if act.rows or act.refusals:
        return to.words("acts.rows", rows=act.rows, refusals=act.refusals)
    code = f"acts.why_{act.why}"
    return to.words(code) if code in to.words else act.why


ACT_SCREENS = (Screen(name="acts", path="/acts", roles={"operator", "approver", "auditor"}, view=_view),)
