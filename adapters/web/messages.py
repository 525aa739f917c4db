"""
The pages of messages and reminders; they are there only where the host keeps an inbox.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from quanyi.adapters.web.cards import card_of
from quanyi.adapters.web.emblem import emblem
from quanyi.adapters.web.fields import sent
from quanyi.adapters.web.inbox import Inbox, Note
from quanyi.adapters.web.visit import Visit, visit
from quanyi.entitlements.errors import NotFound

__all__ = ["add_messages"]

_ROWS = 20


def add_messages(blueprint: Blueprint) -> None:
    """Put the pages on *blueprint*."""
    blueprint.add_url_rule("/messages", "messages", _messages, methods=["GET"])
    blueprint.add_url_rule("/messages/read", "mark_read", _mark_read, methods=["POST"])
    blueprint.add_url_rule("/messages/wanted", "want_messages", _want, methods=["POST"])
    blueprint.add_url_rule("/items/<campaign>/<item>/remind", "remind", _remind, methods=["POST"])


def _messages() -> str | Response:
    to = visit()
    inbox = _inbox(to)
    if to.user is None:
        return to.must_sign_in()
    notes = [shown for note in inbox.notes(to.user) if (shown := _shown(note, to))]
    some = len(notes) > _ROWS and "all" not in request.args
    return render_template(
        "quanyi/messages.html",
        section="messages",
        notes=notes[:_ROWS] if some else notes,
        more=url_for("quanyi.messages", all="yes") if some else None,
        fresh=any(note["new"] for note in notes),
        wanted=inbox.wanted(to.user),
    )


def _mark_read() -> Response:
    to = visit()
    inbox = _inbox(to)
    if to.user is None:
        return to.must_sign_in()
    inbox.mark_read(to.user)
    return redirect(url_for("quanyi.messages"), 303)


def _want() -> Response:
    to = visit()
    inbox = _inbox(to)
    if to.user is None:
        return to.must_sign_in()
    inbox.want(to.user, wanted=sent("wanted") == "yes")
    return redirect(url_for("quanyi.messages"), 303)


def _remind(campaign: str, item: str) -> Response:
    to = visit()
    inbox = _inbox(to)
    if to.user is None:
        return to.must_sign_in()
    (offer,) = to.look(lambda at: at.mall.offer(campaign, item, at.user))
    card = card_of(offer, to)
    if card.calendar and card.until is not None:
        inbox.remind(to.user, campaign, item, card.until)
    return redirect(card.href, 303)


def _inbox(to: Visit) -> Inbox:
    if to.host.inbox is None:
        raise NotFound("this host keeps no messages")
    return to.host.inbox


def _shown(note: Note, to: Visit) -> dict[str, Any] | None:
    """A message in words; None for a kind, or a thing, that this mall does not know."""
    about = note.about
    gives, code = to.gifts((about.get("gives") or {}).items()), f"note.{note.kind}"
    name = to.thing_title(str(about.get("item", ""))) or to.campaign_title(str(about.get("campaign", ""))) or gives
    if not name or code not in to.words:
        return None
    until = about.get("until")
    values = {
        "name": name,
        "campaign": to.campaign_title(str(about.get("campaign", ""))) or name,
        "gives": gives,
        "days": about.get("days", 0),
        "moment": to.dates.last_day(until) if isinstance(until, datetime) else "",
    }
    return {
        "title": to.words(f"{code}_title"),
        "text": to.words(code, **values),
        "at": note.at,
        "url": _url_of(note),
        "emblem": emblem(str(about.get("item") or about.get("campaign")), name),
        "new": not note.read,
    }


def _url_of(note: Note) -> str:
    """Where the thing is that a message is about."""
    about = note.about
    if about.get("entitlement"):
        return url_for("quanyi.right", entitlement=about["entitlement"])
    if about.get("deal"):
        return url_for("quanyi.deal", deal=about["deal"])
    if note.kind == "starts":
        return url_for("quanyi.item", campaign=about["campaign"], item=about["item"])
    return url_for("quanyi.points")
