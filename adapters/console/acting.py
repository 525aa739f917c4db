"""
Acting: every act has a role, an author and a reason, is noted before it is done, and once more with what came of it.
"""

from __future__ import annotations

from typing import Any

from flask import redirect, request
from werkzeug.exceptions import Forbidden
from werkzeug.wrappers import Response

from quanyi.adapters.console.people.erasing import still_open_says
from quanyi.adapters.console.screens import Action, Booking, Done, Mistyped, Screen, Unconfirmed
from quanyi.adapters.console.showing import answered, shown
from quanyi.adapters.console.visit import Console
from quanyi.adapters.erasure import ErasureRefused
from quanyi.adapters.ids import RandomIds
from quanyi.adapters.proposals import ApprovalRefused
from quanyi.adapters.web.fields import sent, sent_token
from quanyi.entitlements.errors import InputError, KeyReused, NotFound, Outdated, QuanyiError, Refused
from quanyi.entitlements.plays.help import HelpRefused

__all__ = ["act"]

_LONGEST_REASON = 500
_LONGEST_TYPED = 200_000
_SHORTEST_REASON = 4
_CODES: dict[type[QuanyiError], str] = {
    InputError: "invalid",
    KeyReused: "done-already",
    NotFound: "not-found",
    Outdated: "outdated",
}


def act(to: Console, screen: Screen, action: Action) -> Response:
    """
    Answer a form that asks for an act.

    It is refused, and the refusal noted, where the operator has no role for it or gives no reason. What the form
    can't be read by is told at its fields, and nothing is noted: nothing was asked for yet.
    """
    name, reason = f"{screen.name}.{action.name}", sent("reason", longest=_LONGEST_REASON)
    if not to.may(action.roles):
        _note(to, RandomIds().new(), name, "refused", reason=reason, why="role-missing", **_concerns(to))
        raise Forbidden
    to.typed = {field: text[:_LONGEST_TYPED] for field, text in request.form.items()}
    number = sent_token()
    if not action.noted:
        return _kept(to, screen, action, number)
    if len(reason) < _SHORTEST_REASON:
        _note(to, RandomIds().new(), name, "refused", reason=reason, why="reason-missing", **_concerns(to))
        return _again(to, screen, 422, {"reason": to.words("ops.reason_missing")})
    try:
        read = action.read(to)
    except Mistyped as no:
        return _again(to, screen, 422, no.wrong)
    except Unconfirmed as first:
        return answered(first.shown)
    booking = Booking(id=number, by=to.me.by, reason=reason)
    try:
        _note(to, number, name, "begun", reason=reason, **_concerns(to))
        done = action.run(to, read, booking)
    except (InputError, KeyReused, NotFound, Outdated, Refused) as no:
        return _refused(to, screen, name, number, no)
    _note(to, number, name, "done", rows=done.rows, refusals=done.refusals, why=done.why)
    return _went_on(to, done, number)


def _kept(to: Console, screen: Screen, action: Action, number: str) -> Response:
    """Do what is no act in the mall: without a reason, and unnoted."""
    try:
        done = action.run(to, action.read(to), Booking(id=number, by=to.me.by, reason=""))
    except Mistyped as no:
        return _again(to, screen, 422, no.wrong)
    except (InputError, NotFound, Outdated, Refused) as no:
        to.no = _message(no, to)
        return _again(to, screen, 409, {})
    return (
        answered(done.shown)
        if done.shown is not None
        else redirect(done.goes or to.url(_screen_here(), **to.path), 303)
    )


def _went_on(to: Console, done: Done, number: str) -> Response:
    if done.sent is not None:
        return done.sent
    if done.shown is not None:
        return answered(done.shown)
    goes = done.goes or to.url(_screen_here(), **to.path)
    return redirect(f"{goes}{'&' if '?' in goes else '?'}act={number}", 303)


def _screen_here() -> str:
    return str(request.endpoint).rpartition(".")[2].partition(":")[0]


def _refused(to: Console, screen: Screen, name: str, number: str, no: QuanyiError) -> Response:
    """A no of the mall: noted with its code, and told in words above the form."""
    code = _code(no)
    try:
        _note(to, number, name, "refused", why=code)
    except (InputError, KeyReused):  # the form was sent before, and what came of that stands
        code = "done-already"
    to.no = _told(no, code, to)
    return _again(to, screen, 409, {})


def _told(no: QuanyiError, code: str, to: Console) -> str:
    """A refusal in the console's own words where it has any."""
    if isinstance(no, ErasureRefused):
        return still_open_says(no, to)
    return to.words(f"ops.no_{code}") if f"ops.no_{code}" in to.words else _message(no, to)


def _code(no: QuanyiError) -> str:
    """The word by which a refusal is noted."""
    if isinstance(no, ApprovalRefused | ErasureRefused | HelpRefused):
        return no.word
    return no.reason if isinstance(no, Refused) else _CODES[type(no)]


def _message(no: QuanyiError, to: Console) -> str:
    return no.message(to.locale) if isinstance(no, Refused) else to.error_text(no)


def _again(to: Console, screen: Screen, status: int, wrong: dict[str, str] | Any) -> Response:
    """The page once more, with what was typed."""
    to.wrong = wrong
    response = shown(to, screen)
    response.status_code = status
    return response


def _concerns(to: Console) -> dict[str, Any]:
    """Whom and what the page is about: nobody is noted who is not in the books yet."""
    names = dict(to.path)
    holder, campaign = names.pop("holder", ""), names.pop("campaign", "")
    user = to.books.ports.user_of(holder) if holder else ""
    return {"user": user or None, "campaign": campaign, "about": " ".join(names.values())}


def _note(to: Console, number: str, name: str, phase: str, **said: Any) -> None:
    to.books.desk.note_act(number, name, phase, by=to.me.by, **said)
