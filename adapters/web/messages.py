"""
The pages of messages and reminders; they are there only where the host keeps an inbox.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import suppress
from functools import partial
from itertools import groupby
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from quanyi.adapters.ids import RandomIds
from quanyi.adapters.web.fields import address_back, sent
from quanyi.adapters.web.inbox import Inbox
from quanyi.adapters.web.notes import background_of, note_shown
from quanyi.adapters.web.visit import Visit, visit
from quanyi.entitlements.errors import NotFound, Refused

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
    kept = inbox.notes(to.user)
    (known,) = to.look(partial(background_of, kept), wallet=False)
    shown = [said for note in kept if (said := note_shown(note, known, to))]
    notes = _together(sorted(shown, key=lambda note: not note["new"]), to)
    some = len(notes) > _ROWS and "all" not in request.args
    return render_template(
        "quanyi/messages.html",
        section="messages",
        groups=_grouped(notes[:_ROWS] if some else notes, to, long=len(notes) > _ROWS),
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
    """Set the reminder of a thing, or take it back; then back to the page on which the form stands."""
    to = visit()
    _inbox(to)
    if to.user is None:
        return to.must_sign_in()
    here = url_for("quanyi.item", campaign=campaign, item=item)
    change = to.mall.cancel_reminder if sent("wanted") == "no" else to.mall.remind
    with suppress(Refused):  # its sale ended meanwhile: its page says so
        change(campaign, item, user=to.user, key=f"web/{RandomIds().new()}", context=to.context)
    return redirect(address_back(here), 303)


def _inbox(to: Visit) -> Inbox:
    if to.host.inbox is None:
        raise NotFound("this host keeps no messages")
    return to.host.inbox


def _together(notes: Iterable[dict[str, Any]], to: Visit) -> list[dict[str, Any]]:
    """Neighbours of one day that say the same and lead to the same place as one row; so friends of one campaign."""

    def alike(note: dict[str, Any]) -> tuple[object, ...]:
        said = ("friend", note["campaign"]) if note["friend"] else (note["title"], note["text"])
        return (to.dates.day(note["at"]), note["url"], note["new"], *said)

    return [_one_row(list(found), to) for _, found in groupby(notes, alike)]


def _one_row(notes: list[dict[str, Any]], to: Visit) -> dict[str, Any]:
    """The newest of equal messages, with how many there are and since when; friends by their names."""
    newest, count = notes[0], len(notes)
    row = {**newest, "count": count, "since": notes[-1]["at"]}
    if newest["friend"] and count > 1:
        names = to.listed(note["friend"] for note in notes)
        row |= {
            "count": 1,
            "title": to.words("note.friends_title", n=count),
            "text": to.words("note.friends", names=names, campaign=newest["campaign"]),
        }
    return row


def _grouped(notes: Sequence[dict[str, Any]], to: Visit, *, long: bool) -> list[dict[str, Any]]:
    """
    Messages under headings: unread ones in front where others are read, then day by day.

    Args:
        long: Whether there are so many that those of earlier months stand together by month.
    """
    mixed = len({note["new"] for note in notes}) > 1

    def heading(note: dict[str, Any]) -> tuple[str, bool]:
        if mixed and note["new"]:
            return to.words("note.new"), False
        return (to.dates.month(note["at"]), False) if long and to.dates.past(note["at"]) else (_day(note, to), True)

    groups = groupby(notes, heading)
    return [{"title": title, "one_day": one_day, "notes": list(found)} for (title, one_day), found in groups]


def _day(note: dict[str, Any], to: Visit) -> str:
    day = to.dates.day(note["at"])
    return day[:1].upper() + day[1:]
