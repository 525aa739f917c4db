"""
Who is here, in which language: the host's own session.
"""

from __future__ import annotations

from datetime import date, timedelta
from secrets import token_urlsafe  # noqa: TID251  (the host's own session numbers)
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from flask import Blueprint, current_app, g, redirect, render_template, request, session, url_for
from sqlalchemy import delete, select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from quanyi.demo_app.models import SignedIn, User
from quanyi.demo_app.words import LOCALES
from quanyi.demo_app.world import World

__all__ = [
    "ZONE",
    "current_locale",
    "current_user",
    "people",
    "safe_path",
    "sign_in_url",
    "step_back",
    "this_week",
    "today",
    "world",
]

ZONE = ZoneInfo("Asia/Shanghai")
_COOKIE = "lang"
_NUMBER = "number"
_STAYS = timedelta(days=30)
_YEAR = 365 * 24 * 3600
_LONGEST_PATH = 500

people = Blueprint("people", __name__)


def world() -> World:
    """The world of this application."""
    found: World = current_app.extensions["lumen"]
    return found


def current_user() -> str | None:
    """The id of the person who is signed in, as the database knows it: a cookie alone is nobody."""
    if "me" not in g:
        g.me = _signed_in()
    return g.me.id if g.me is not None else None


def _signed_in() -> User | None:
    number = session.get(_NUMBER)
    if not isinstance(number, str):
        return None
    here = select(User).join(SignedIn, SignedIn.user_id == User.id)
    with world().session() as db:
        return db.scalar(here.where(SignedIn.id == number, SignedIn.until > world().clock.now()))


def current_locale() -> str:
    """The person's language: what was just chosen, chosen before, or what the browser prefers."""
    wishes = (request.args.get("lang"), request.cookies.get(_COOKIE))
    chosen = next((wish for wish in wishes if wish in LOCALES), None)
    return chosen or request.accept_languages.best_match(LOCALES) or LOCALES[0]


def today() -> date:
    """The local day."""
    return world().clock.now().astimezone(ZONE).date()


def this_week() -> list[date]:
    """The local days of this week, from Monday."""
    monday = today() - timedelta(days=today().weekday())
    return [monday + timedelta(days=n) for n in range(7)]


def sign_in_url(path: str) -> str:
    """Where to sign in and come back to *path*."""
    return url_for("people.sign_in", next=path)


@people.get("/sign-in", endpoint="sign_in")
def _sign_in() -> str:
    """Choose one of the demo's people."""
    with world().session() as db:
        users = db.scalars(select(User).where(User.listed).order_by(User.joined_at, User.id)).all()
        return render_template("lumen/sign_in.html", users=users, next=safe_path(request.args.get("next", "")))


@people.post("/sign-in", endpoint="enter")
def _enter() -> Response:
    """Be that person from now on."""
    with world().session() as db:
        user = db.get(User, request.form.get("user", ""))
    if user is None or not user.listed:
        return redirect(url_for("people.sign_in"), 303)
    with world().writing() as db, db.begin():
        number = _forget(db)
        db.add(SignedIn(id=number, user_id=user.id, until=world().clock.now() + _STAYS))
    session[_NUMBER] = number
    return redirect(safe_path(request.form.get("next", "")) or url_for("site.home"), 303)


@people.post("/sign-out", endpoint="leave")
def _leave() -> Response:
    """Be nobody; a copy of the cookie is nobody from now on as well."""
    with world().writing() as db, db.begin():
        _forget(db)
    return redirect(url_for("site.home"), 303)


def _forget(db: Session) -> str:
    """End the session there is, and make a number for the next one."""
    db.execute(delete(SignedIn).where(SignedIn.id == str(session.get(_NUMBER, ""))))
    session.clear()
    return token_urlsafe(24)


@people.before_app_request
def _who() -> None:
    current_user()


@people.after_app_request
def _remember_language(response: Response) -> Response:
    wish = request.args.get("lang")
    if wish in LOCALES:
        response.set_cookie(_COOKIE, wish, max_age=_YEAR, samesite="Lax", httponly=True, secure=request.is_secure)
    return response


def safe_path(path: str) -> str:
    """*path* if it stays on this site, else nothing."""
    if len(path) > _LONGEST_PATH or not path.isprintable() or "\\" in path:
        return ""
    ours = path.startswith("/") and not path.startswith("//") and not urlsplit(path).netloc
    return path if ours else ""


def step_back() -> str:
    """The page that a form was sent from, if it is one of ours; else the front page."""
    parts = urlsplit((request.referrer or "")[:_LONGEST_PATH])
    path = safe_path(parts.path + (f"?{parts.query}" if parts.query else ""))
    return path if path and parts.netloc == request.host else url_for("site.home")
