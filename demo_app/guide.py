"""
What leads people around: a guided tour, links that invite friends, and where a task's goal is done.
"""

from __future__ import annotations

import re

from flask import Blueprint, abort, current_app, flash, g, redirect, render_template, request, url_for
from sqlalchemy import select
from werkzeug.wrappers import Response

import quanyi
from quanyi.adapters.web import guarded
from quanyi.demo_app.models import User
from quanyi.demo_app.people import current_locale, current_user, sign_in_url, world
from quanyi.demo_app.words import word

__all__ = ["check_in_url", "goal_url", "guide", "invite_link", "name_of"]

guide = Blueprint("guide", __name__)

_NAMES = (User.id, User.name_zh, User.name_en)
_CODE = re.compile(r"[A-Za-z0-9-]{1,40}")

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
    "rent": "site.work",
    "spend": "site.work",
    "talk": "site.work",
}
_WORKS = {"read": "salt-atlas", "rent": "north-line", "spend": "north-line", "talk": "tide-letters"}


def check_in_url(campaign: str) -> str | None:
    """The product's own form for the daily check-in."""
    return url_for("site.check_in") if campaign == "daily-check-in" else None


def goal_url(_campaign: str, goal: str) -> str | None:
    """Where to do it."""
    if goal not in _GOALS:
        return None
    return url_for(_GOALS[goal], work_id=_WORKS[goal]) if goal in _WORKS else url_for(_GOALS[goal])


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


@guide.get("/join/<code>", endpoint="join")
def _join(code: str) -> str:
    """An invitation: who is signed in may take it."""
    if not _CODE.fullmatch(code):
        abort(404)
    return render_template("lumen/join.html", code=code, sign_in=sign_in_url(url_for("guide.join", code=code)))


@guide.post("/join/<code>", endpoint="accept")
def _accept(code: str) -> Response:
    """Take it; a code of nobody, one's own, and a second one are said in words."""
    if not _CODE.fullmatch(code):
        abort(404)
    user = current_user()
    if user is None:
        return redirect(sign_in_url(url_for("guide.join", code=code)), 303)
    who = (f"user/{user}", f"address/{request.remote_addr}")
    try:
        with guarded(current_app.extensions["lumen.brake"], *who, now=world().clock.now()):
            world().mall.accept_invite(code, user=user, key=f"join/{user}/{code}")
    except quanyi.Refused as no:
        flash(no.message(current_locale()))
        return redirect(url_for("guide.join", code=code), 303)
    flash(word(current_locale(), "join.done"))
    return redirect(url_for("quanyi.home"), 303)
