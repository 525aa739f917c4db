"""
Help by hand that waits for a second person: the list of requests, and one of them with its yes, its no and its withdrawal.
"""

from __future__ import annotations

from typing import Any

from quanyi.adapters.console.people.search import name_of
from quanyi.adapters.console.screens import Action, Booking, Done, Screen, Shown
from quanyi.adapters.console.tables import Cell, Column, Table
from quanyi.adapters.console.visit import Console
from quanyi.adapters.web.fields import asked
from quanyi.adapters.words import money_text
from quanyi.campaigns.help_requests import HelpBound
from quanyi.entitlements.errors import NotFound
from quanyi.entitlements.records import HelpRequest

__all__ = ["REQUEST_SCREENS", "bound_says", "request_row", "requests_of"]

_SEE = ("operator", "approver", "auditor")
_PHASES = ("waiting", "given", "declined", "withdrawn")
_TONES = {"waiting": "warn", "given": "good", "declined": "bad", "withdrawn": "soft", "lapsed": "soft"}
_MOST_COUNTED = 100


def _list(to: Console) -> Shown:
    phase = asked("phase") or "waiting"
    phase = phase if phase in _PHASES else "waiting"
    found = to.books.desk.help.list(phase=phase, after=to.after, limit=to.limit + 1)
    page = found[: to.limit]
    people = to.books.ports.users_of({request.holder or "" for request in page})
    table = Table(
        name="requests",
        caption=to.words("screen.requests"),
        columns=[
            Column(to.words(f"requests.{title}"), main=title == "what")
            for title in ("what", "person", "who", "reason", "since", "state")
        ],
        rows=[_row(request, people.get(request.holder or "", ""), to) for request in page],
        next=page[-1].id if len(found) > to.limit else None,
        empty=(to.words(f"requests.empty_{phase}"), to.words(f"requests.empty_{phase}_hint")),
    )
    tabs = [
        {"name": to.words(f"requests.state_{each}"), "href": to.link(phase=each, after=None), "here": each == phase}
        for each in _PHASES
    ]
    return Shown(template="quanyi_console/requests.html", said={"tabs": tabs}, table=table)


def _row(request: HelpRequest, user: str, to: Console) -> list[Cell]:
    person = to.url("person", holder=request.holder) if user else ""
    state = request.state(to.now)
    return [
        request_row(request, to, linked=bool(user)),
        Cell(user or to.words("acts.erased"), href=person),
        Cell(to.who(request.by), raw=request.by),
        Cell(request.reason),
        Cell(to.dates.moment_alone(request.asked_at), raw=request.asked_at),
        Cell(to.words(f"requests.state_{state}"), tone=_TONES[state], raw=state, hint=_ended_by(request, to)),
    ]


def request_row(request: HelpRequest, to: Console, *, linked: bool = True) -> Cell:
    """What a request is for, leading to its page."""
    href = to.url("request", holder=request.holder, request=request.id) if linked else ""
    return Cell(_thing(request, to), href=href, raw=request.id)


def _thing(request: HelpRequest, to: Console) -> str:
    if request.amount:
        return " ".join(to.counted(request.amount, request.item))
    return to.thing_title(request.item) or request.item


def _ended_by(request: HelpRequest, to: Console) -> str:
    if request.decided_at is None:
        return ""
    return to.words("requests.by", who=to.who(request.decided_by), at=to.dates.moment(request.decided_at))


def requests_of(to: Console) -> list[Cell]:
    """What waits for somebody's yes for the person of the page."""
    found = to.books.desk.help.of(to.person)
    return [request_row(request, to) for request in found if request.state(to.now) == "waiting"]


def bound_says(found: HelpBound, to: Console) -> str:
    """Why help by hand needs a second person."""
    return to.words("requests.above", bound=_amount(found.bound, found.unit, to))


def _amount(number: int, unit: str, to: Console) -> str:
    project = to.mall.project
    if unit == project.currency.id:
        return money_text(number, unit, project.currency.scale)
    return " ".join(to.counted(number, unit))


def _waiting(to: Console) -> int:
    """How many requests somebody may still decide; of a hundred at most."""
    found = to.books.desk.help.list(phase="waiting", limit=_MOST_COUNTED)
    return sum(request.state(to.now) == "waiting" for request in found)


# --- one -----------------------------------------------------------------------------------------


def _here(to: Console) -> HelpRequest:
    """The request that the address names, if it is that person's."""
    found = to.books.desk.help.get(to.path["request"])
    if found.holder != to.path["holder"]:
        raise NotFound("this person has no such request")
    return found


def _one(to: Console) -> Shown:
    request, user = _here(to), to.person
    state, own = request.state(to.now), request.by == to.me.by
    bound = to.books.desk.help.bound(request.item, request.amount)
    pairs = [
        (to.words("requests.person"), name_of(user, to) or user),
        (to.words("requests.what"), _thing(request, to)),
        (to.words("requests.who"), to.who(request.by)),
        (to.words("requests.reason"), request.reason),
        (to.words("requests.since"), to.dates.moment_alone(request.asked_at)),
        (to.words("requests.state"), to.words(f"requests.state_{state}")),
    ]
    if state == "waiting":
        pairs.append((to.words("requests.until"), to.dates.moment_alone(request.until)))
    if request.decided_at is not None:
        pairs += [(to.words("requests.ended"), _ended_by(request, to)), (to.words("requests.why"), request.why)]
    said: dict[str, Any] = {
        "number": request.id,
        "state": state,
        "own": own,
        "holder": request.holder,
        "pairs": pairs,
        "why": "" if bound is None else bound_says(bound, to),
    }
    return Shown(template="quanyi_console/request.html", title=_thing(request, to), said=said)


def _approve(to: Console, _: None, booking: Booking) -> Done:
    to.books.desk.help.approve(_here(to).id, key=booking.key, reason=booking.reason, by=booking.by)
    return Done()


def _decline(to: Console, _: None, booking: Booking) -> Done:
    to.books.desk.help.decline(_here(to).id, key=booking.key, reason=booking.reason, by=booking.by)
    return Done()


def _withdraw(to: Console, _: None, booking: Booking) -> Done:
    to.books.desk.help.withdraw(_here(to).id, key=booking.key, reason=booking.reason, by=booking.by)
    return Done()


REQUEST_SCREENS = (
    Screen(name="requests", path="/requests", roles=_SEE, view=_list, count=_waiting),
    Screen(
        name="request",
        path="/people/<holder>/requests/<request>",
        roles=_SEE,
        view=_one,
        under="requests",
        actions=(
            Action(name="approve", roles={"approver"}, run=_approve),
            Action(name="decline", roles={"approver"}, run=_decline),
            Action(name="withdraw", roles={"operator", "approver"}, run=_withdraw),
        ),
    ),
)
