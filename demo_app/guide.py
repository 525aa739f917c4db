"""
What leads people around: a guided tour, links that invite friends, and where a task's goal is done.
"""

from __future__ import annotations

import re
from contextlib import AbstractContextManager
from datetime import timedelta
from typing import Any

from flask import Blueprint, abort, current_app, flash, g, redirect, render_template, request, url_for
from sqlalchemy import select
from werkzeug.wrappers import Response

import quanyi
from quanyi.adapters.web import guarded
from quanyi.demo_app.gains import amounts, tell_gain
from quanyi.demo_app.models import User
from quanyi.demo_app.people import current_locale, current_user, safe_path, sign_in_url, world
from quanyi.demo_app.site import to_rent
from quanyi.demo_app.words import word

__all__ = ["check_in_url", "goal_url", "guide", "invite_link", "name_of"]

guide = Blueprint("guide", __name__)

_NAMES = (User.id, User.name_zh, User.name_en)
_LONGEST_CODE = 40
_CODE = re.compile(rf"[A-Za-z0-9-]{{1,{_LONGEST_CODE}}}")

_STOPS = (
    # name, who to be, address
    ("check_in", "lin", "/mall/streaks/daily-check-in"),
    ("tasks", "lin", "/mall/tasks"),
    ("sale", "zhou", "/mall/sales"),
    ("short", "zhou", "/mall/items/long-evenings/audiobook"),
    ("code", "lin", "/mall/entitlements"),
    ("bundle", "lin", "/tour/bundle"),
    ("invite", "lin", "/mall/invites"),
    ("refund", "chen", "/mall/points"),
)
_GOALS = {
    "come": "quanyi.streaks",
    "read": "site.work",
    "talk": "site.work",
}
_WORKS = {"read": "salt-atlas", "talk": "tide-letters"}
_TO_RENT = ("rent", "spend")


@guide.post("/demo/advance", endpoint="advance")
def _advance() -> Response:
    """Move the demo's time forward by a day or three, and come back."""
    days = {"1": 1, "3": 3}.get(request.form.get("days", "")) or abort(404)
    world().clock.advance(timedelta(days=days))
    return redirect(safe_path(request.form.get("next", "")) or url_for("site.home"), 303)


def check_in_url(campaign: str) -> str | None:
    """The product's own form for the daily check-in."""
    return url_for("site.check_in") if campaign == "daily-check-in" else None


def goal_url(_campaign: str, goal: str) -> str | None:
    """Where to do it."""
    if goal in _TO_RENT:
        return _rent_url()
    if goal not in _GOALS:
        return None
    return url_for(_GOALS[goal], work_id=_WORKS[goal]) if goal in _WORKS else url_for(_GOALS[goal])


def _rent_url() -> str | None:
    """A film that this person can still rent: its page has the button; None where there is none."""
    if "to_rent" not in g:  # two goals of a page ask for it
        with world().session() as db:
            film = to_rent(db, str(current_user()))
        g.to_rent = url_for("site.work", work_id=film.id) if film else None
    url: str | None = g.to_rent
    return url


def invite_link(code: str) -> str:
    """The address that brings a friend."""
    return url_for("guide.join", code=code, _external=True)


def name_of(user: str, locale: str) -> str:
    """What somebody is called here; empty for nobody we know."""
    if "names" not in g:  # all at once, as they are few; a product would keep names in a cache
        with world().session() as db:
            g.names = {id_: {"zh": zh, "en": en} for id_, zh, en in db.execute(select(*_NAMES))}
    return str(g.names.get(user, {}).get(locale, ""))


@guide.get("/tour", endpoint="tour")
def _tour() -> str:
    """Eight stops: what to try, and what to look at."""
    return render_template("lumen/tour.html", stops=_STOPS)


@guide.get("/tour/bundle", endpoint="tour_bundle")
def _tour_bundle() -> Response:
    """To one's newest box, or to the offer for who has none."""
    user = current_user()
    deals = world().mall.deals(user) if user else []
    box = next((deal for deal in deals if deal.campaign == "spring-box" and deal.phase == "paid"), None)
    if box is not None:
        return redirect(url_for("quanyi.deal", deal=box.id))
    return redirect(url_for("quanyi.item", campaign="spring-box", item="spring_pass"))


@guide.get("/join", endpoint="enter_code")
def _enter_code() -> str | Response:
    """What an invitation is, and where to type the code of one; a code that was typed leads to its invitation."""
    typed = "".join(request.args.get("code", "").split())[:_LONGEST_CODE]
    if _CODE.fullmatch(typed):
        return redirect(url_for("guide.join", code=typed))
    return render_template("lumen/enter_code.html", typed=typed, unknown=bool(typed))


@guide.get("/join/<code>", endpoint="join")
def _join(code: str) -> str | tuple[str, int]:
    """An invitation: who is signed in may take it; one that is none, is one's own or was taken says so."""
    if not _CODE.fullmatch(code):
        return _unknown(code[:_LONGEST_CODE])
    try:
        with _braked():
            found = world().mall.invitation(code)
    except quanyi.Refused as no:
        return _unknown(code, "" if no.reason == "unknown-code" else no.message(current_locale()))
    return render_template("lumen/join.html", code=code, sign_in=_sign_in(code), **_standing(found))


def _unknown(code: str, why: str = "") -> tuple[str, int]:
    """A code that leads to nobody, with the field to type another; or why none is looked up just now."""
    return render_template("lumen/enter_code.html", typed=code, unknown=not why, why=why), 404


def _standing(found: Any) -> dict[str, str]:
    """What the invitation gives; or why the one who looks can't take it."""
    user, locale = current_user(), current_locale()
    if found.state != "open":
        return _no("closed", locale)
    if user is not None and user == found.inviter:
        return _no("own", locale)
    mine = {invites.campaign: invites for invites in world().mall.invites(user)} if user else {}
    if found.campaign in mine and mine[found.campaign].invited_by:
        return _no("again", locale)
    return {"gives": amounts(found.gives)}


def _no(code: str, locale: str) -> dict[str, str]:
    return {"title": word(locale, f"join.title_{code}"), "why": word(locale, f"join.{code}")}


def _braked() -> AbstractContextManager[None]:
    """Trying codes is counted, by person and by address."""
    who = (f"user/{current_user()}", f"address/{request.remote_addr}")
    return guarded(current_app.extensions["lumen.brake"], *who, now=world().clock.now())


def _sign_in(code: str) -> str:
    return sign_in_url(url_for("guide.join", code=code))


@guide.post("/join/<code>", endpoint="accept")
def _accept(code: str) -> Response:
    """Take it; a code of nobody, one's own, and a second one are said in words."""
    if not _CODE.fullmatch(code):
        abort(404)
    user = current_user()
    if user is None:
        return redirect(_sign_in(code), 303)
    try:
        with _braked():
            receipt = world().mall.accept_invite(code, user=user, key=f"join/{user}/{code}")
    except quanyi.Refused as no:
        flash(no.message(current_locale()), "bad")
        return redirect(url_for("guide.join", code=code), 303)
    if receipt.duplicate:
        flash(word(current_locale(), "join.again"), "bad")
        return redirect(url_for("guide.join", code=code), 303)
    tell_gain(receipt, "join.done", "join.done_plain")
    return redirect(url_for("quanyi.home"), 303)
