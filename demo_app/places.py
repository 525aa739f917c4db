"""
Where benefits are used in the demo: rooms of the product for what belongs to the account, and a counter where the
demo plays the shop and marks vouchers as used.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

import quanyi
from quanyi.demo_app.days import day_said
from quanyi.demo_app.people import current_locale, current_user, sign_in_url, world
from quanyi.demo_app.words import word

__all__ = ["places", "use_url"]

places = Blueprint("places", __name__)

_ROOMS = {"listen": "audiobook", "live": "concert_live", "player": "music_month"}
_WORKS = {
    "chapter_pass": "salt-atlas",
    "early_access": "salt-atlas",
    "film_month": "north-line",
    "film_week": "north-line",
    "spring_pass": "north-line",
}
_CHAPTERS = {"night_lamp": "salt-1"}
_ON_THE_PROFILE = ("bookmark",)


def use_url(right: Any) -> str:
    """Where an entitlement is used: its film or book, its room, the profile, or the counter."""
    benefit = right.benefit.id
    if benefit in _WORKS:
        return url_for("site.work", work_id=_WORKS[benefit])
    if benefit in _CHAPTERS:
        return url_for("site.chapter", chapter_id=_CHAPTERS[benefit])
    if benefit in _ON_THE_PROFILE:
        return url_for("site.me")
    room = next((name for name, what in _ROOMS.items() if what == benefit), None)
    return url_for("places.room", name=room) if room else url_for("places.counter", number=right.id)


@places.get("/rooms/<name>", endpoint="room")
def _room(name: str) -> str | Response:
    """A room of the product; who has no way in is shown where to get one."""
    benefit, user = _ROOMS.get(name) or abort(404), current_user()
    if user is None:
        return redirect(sign_in_url(url_for("places.room", name=name)))
    if not world().mall.entitled(benefit, user):
        return redirect(_offer_url(benefit))
    title = world().mall.project.benefits[benefit].title[current_locale()]
    return render_template("lumen/room.html", title=title, art=benefit, name=name)


@places.get("/counter/<number>", endpoint="counter")
def _counter(number: str) -> str | Response:
    """The shop's counter, with one entitlement on it."""
    user = current_user()
    if user is None:
        return redirect(sign_in_url(url_for("places.counter", number=number)))
    right = next((r for r in world().mall.entitlements(user) if r.id == number), None) or abort(404)
    title = right.benefit.title[current_locale()]
    return render_template("lumen/counter.html", title=title, stands=_stands(right), number=number, open=right.phase)


def _stands(right: Any) -> str:
    """What the shop reads before it takes a voucher: through which day it is valid, or how it is over."""
    locale = current_locale()
    if right.phase not in {"usable", "expired"} or right.ends is None:
        return word(locale, f"counter.{right.phase}")
    return word(locale, f"counter.{right.phase}_day", day=day_said(right.ends - timedelta(seconds=1), locale))


@places.post("/counter/<number>", endpoint="use")
def _use(number: str) -> Response:
    """Marked as used, once; a second time is told as that."""
    user = current_user()
    if user is None:
        return redirect(sign_in_url(url_for("places.counter", number=number)), 303)
    try:
        receipt = world().mall.redeem(number, user=user, key=f"counter/{number}")
    except quanyi.Refused as no:
        flash(no.message(current_locale()), "bad")
        return redirect(url_for("quanyi.rights"), 303)
    said = "counter.again" if receipt.duplicate else "counter.done"
    flash(word(current_locale(), said), *(["bad"] if receipt.duplicate else []))
    return redirect(url_for("quanyi.right", entitlement=number), 303)


def _offer_url(benefit: str) -> str:
    """Where the mall has it; the mall's first page where it is not sold now."""
    offers = [offer for offer in world().mall.offers() if offer.item == benefit]
    best = next((offer for offer in offers if offer.state == "open"), offers[0] if offers else None)
    if best is None:
        return url_for("quanyi.home")
    return url_for("quanyi.item", campaign=best.campaign, item=best.item)
