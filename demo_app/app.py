"""
The demo's application: a Flask product with the mall mounted by its public face.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from flask import Flask, flash, g, request, url_for
from flask.sessions import SecureCookieSessionInterface
from flask_wtf.csrf import CSRFProtect, generate_csrf  # type: ignore[import-untyped]
from werkzeug.wrappers import Response

import quanyi
from quanyi.adapters.web import GuessBrake, Way, content_policy
from quanyi.demo_app.art import poster
from quanyi.demo_app.days import date_said, moment_said, when_said
from quanyi.demo_app.failures import add_failures
from quanyi.demo_app.guide import check_in_url, goal_url, guide, invite_link, name_of
from quanyi.demo_app.inbox import LumenInbox, deliver
from quanyi.demo_app.models import CheckIn
from quanyi.demo_app.people import ZONE, current_locale, current_user, people, safe_path, sign_in_url, today, world
from quanyi.demo_app.places import places, use_url
from quanyi.demo_app.site import REVIEWS_A_DAY, reviews_today, site, to_rent
from quanyi.demo_app.staff import console_sign_in, current_operator, operator_called, staff
from quanyi.demo_app.till import pay_url, till
from quanyi.demo_app.words import LOCALES, in_fours, word
from quanyi.demo_app.world import World

__all__ = ["create_app"]

_LARGEST_BODY = 64 * 1024
_SAFE = {
    "Content-Security-Policy": content_policy(),
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "SAMEORIGIN",
}


def create_app(there: World, *, secret_key: str) -> Flask:
    """The application on a world that is open."""
    app = Flask(__name__)
    app.config.update(SECRET_KEY=secret_key, SESSION_COOKIE_SAMESITE="Lax", SESSION_COOKIE_HTTPONLY=True)
    app.config.update(WTF_CSRF_TIME_LIMIT=None, MAX_CONTENT_LENGTH=_LARGEST_BODY, SEND_FILE_MAX_AGE_DEFAULT=3600)
    app.session_interface = _Sessions()
    brake = GuessBrake()
    app.extensions.update({"lumen": there, "lumen.brake": brake})
    CSRFProtect(app)
    for blueprint in (people, site, till, guide, places, staff):
        app.register_blueprint(blueprint)
    quanyi.init_app(
        app,
        there.mall,
        current_user=current_user,
        csrf=generate_csrf,
        locale=current_locale,
        pay=pay_url,
        sign_in=_signed_out,
        ways=_ways,
        inbox=LumenInbox(there),
        check_in=check_in_url,
        goal=goal_url,
        invite_link=invite_link,
        name_of=name_of,
        use=use_url,
        brake=brake,
        texts={lang: {"reason.level-is": word(lang, "reason.level")} for lang in LOCALES},
    )
    quanyi.init_console(
        app,
        there.mall,
        operator=current_operator,
        csrf=generate_csrf,
        locale=current_locale,
        home=lambda: url_for("site.home"),
        sign_in=console_sign_in,
        name_of=name_of,
        operator_name=operator_called,
        inbox=LumenInbox(there),
    )
    app.context_processor(_for_templates)
    app.after_request(_mark_time)
    app.after_request(_safe)
    add_failures(app)
    return app


class _Sessions(SecureCookieSessionInterface):
    """The session's cookie travels over https alone where the page does."""

    def get_cookie_secure(self, app: Flask) -> bool:
        return request.is_secure or super().get_cookie_secure(app)


def _signed_out(path: str) -> str:
    """Where the mall sends who is signed out; a form is shown to those who are signed in alone, so its session has ended."""
    if request.method == "POST":
        flash(word(current_locale(), "error.signed_out"), "bad")
    return sign_in_url(path)


def _safe(response: Response) -> Response:
    """The product's own pages say what the mall's say."""
    for name, value in _SAFE.items():
        response.headers.setdefault(name, value)
    if response.mimetype == "text/html":
        response.headers["Cache-Control"] = "private, no-store"
    return response


def _ways(user: str, locale: str) -> Sequence[Way]:
    """What the product offers to earn points with: what can be done, and leads to a page with a button for it."""
    with world().session() as db:
        checked = db.get(CheckIn, (user, today().isoformat())) is not None
        reviews = reviews_today(db, user)
        rents = to_rent(db, user)
    ways = [
        ("check_in", url_for("quanyi.streaks"), 10, checked),
        ("review", url_for("site.work", work_id="tide-letters") + "#review", 30, reviews >= REVIEWS_A_DAY),
        *([("rent", url_for("site.work", work_id=rents.id), rents.rent // 100 * 10, False)] if rents else []),
        ("invite", url_for("quanyi.invites"), 200, False),
    ]
    film = getattr(rents, f"title_{locale}") if rents else ""
    return [
        Way(
            title=word(locale, f"way.{name}", film=film),
            text=word(locale, f"way.{name}_text"),
            action=word(locale, f"way.{name}_do"),
            url=url,
            points=points,
            done=done,
        )
        for name, url, points, done in ways
    ]


def _for_templates() -> dict[str, Any]:
    locale = current_locale()
    return {
        "w": lambda code, **values: word(locale, code, **values),
        "lang": locale,
        "me": g.get("me"),
        "csrf_value": generate_csrf,
        "poster": poster,
        "said": lambda row, name: getattr(row, f"{name}_{locale}"),
        "yuan": _yuan,
        "day": lambda at: date_said(at, locale),
        "moment": lambda at: moment_said(at, locale),
        "when": lambda at: when_said(at, locale),
        "in_fours": in_fours,
        "clock_now": world().clock.now(),
        "part_of_day": _part_of_day(world().clock.now()),
        "other_lang": next(other for other in LOCALES if other != locale),
        "other_lang_url": _other_language(locale),
    }


def _other_language(locale: str) -> str:
    other = next(name for name in LOCALES if name != locale)
    if request.method != "GET" or request.endpoint is None:
        return url_for("site.home", lang=other)
    here: dict[str, Any] = {"next": path} if (path := safe_path(request.args.get("next", ""))) else {}
    return url_for(request.endpoint, **here, **(request.view_args or {}), lang=other)


def _part_of_day(at: datetime) -> str:
    starts = ((18, "evening"), (12, "day"), (5, "morning"), (0, "night"))
    hour = at.astimezone(ZONE).hour
    return next(name for start, name in starts if hour >= start)


def _yuan(fen: int) -> str:
    return f"¥{fen // 100}" if fen % 100 == 0 else f"¥{fen / 100:.2f}"


def _mark_time(response: Response) -> Response:
    """Remember the time after a write, so that the world goes on from there; deliver its messages."""
    if request.method == "POST":
        world().clock.mark()
        deliver(world())
    return response
