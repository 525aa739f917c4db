"""
Inviting: one's link, code and QR code, whom it brought, and what is pending or there.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from flask import Blueprint, redirect, render_template, url_for
from werkzeug.wrappers import Response

from quanyi.adapters.web.barcodes import qr_code
from quanyi.adapters.web.holdings import grouped_in_fours
from quanyi.adapters.web.kinds.pages import Doing, KindPages
from quanyi.adapters.web.poster import poster
from quanyi.adapters.web.refusals import No, explain_no
from quanyi.adapters.web.visit import Visit, masked, pick, visit
from quanyi.entitlements.accounts import digest16
from quanyi.entitlements.errors import NotFound, Refused
from quanyi.entitlements.plays.referral.view import Invitee, Invites
from quanyi.entitlements.plays.reward.view import PromiseView

__all__ = ["REFERRAL_PAGES"]

_STAGES = ("rewarded", "pending", "bound", "lapsed", "flagged", "ended")


def _add(blueprint: Blueprint) -> None:
    blueprint.add_url_rule("/invites", "invites", _invites, methods=["GET"])
    blueprint.add_url_rule("/invites/<campaign>/poster.svg", "poster", _poster, methods=["GET"])
    blueprint.add_url_rule("/invites/<campaign>/code", "invite_code", _code, methods=["POST"])


def _doings(to: Visit) -> Iterator[Doing]:
    """All invitations in one line."""
    found = to.mall.invites(str(to.user))
    if found:
        line = to.words("invite.line", n=sum(len(one.invitees) for one in found))
        yield Doing(title=to.words("page.invites"), icon="gift", url=url_for("quanyi.invites"), line=line)


def _invites() -> str | Response:
    to = visit()
    return _page(to) if to.user else to.must_sign_in()


def _page(to: Visit, refusal: No | None = None) -> str:
    (found,) = to.look(lambda at: at.mall.invites(str(at.user)), wallet=False)
    if not found:
        raise NotFound("nobody can be invited")
    return render_template(
        "quanyi/invites.html", section="invites", programmes=[_shown(one, to) for one in found], refusal=refusal
    )


def _poster(campaign: str) -> Response:
    """The visitor's own poster of a campaign; NotFound without a code or a link."""
    to = visit()
    if to.user is None:
        return to.must_sign_in()
    (found,) = to.look(lambda at: at.mall.invites(str(at.user)), wallet=False)
    one = next((each for each in found if each.campaign == campaign), None)
    if one is None or not one.code or to.host.invite_link is None:
        raise NotFound("no such poster")
    code = to.words("share.poster_code", said=" ".join(grouped_in_fours(one.code)))
    line, link = to.words("share.poster_line"), to.host.invite_link(one.code)
    return Response(poster(pick(one.title, to.locale), line, code, link), mimetype="image/svg+xml")


def _code(campaign: str) -> str | Response | tuple[str, int]:
    """Give the visitor a code: the same one every time."""
    to = visit()
    if to.user is None:
        return to.must_sign_in()
    try:
        key = f"web/{digest16(campaign, to.user).hex()}"
        to.mall.invite_code(campaign, user=to.user, key=key, context=to.context)
    except Refused as no:
        return _page(to, explain_no(no, to)), 409
    return redirect(url_for("quanyi.invites"), 303)


def _shown(one: Invites, to: Visit) -> dict[str, Any]:
    link = to.host.invite_link(one.code) if to.host.invite_link and one.code else ""
    groups = [(stage, [_friend(i, to) for i in one.invitees if i.stage == stage]) for stage in _STAGES]
    return {
        "campaign": one.campaign,
        "title": pick(one.title, to.locale),
        "text": pick(one.text, to.locale),
        "code": one.code,
        "can_ask": one.has_codes and not one.code,
        "link": link,
        "qr": qr_code(link) if link else "",
        "groups": [(to.words(f"invite.stage_{stage}"), friends) for stage, friends in groups if friends],
        "count": len(one.invitees),
        "pending": _sum(one.pending, to),
        "pending_rows": [_promise(promise, to) for promise in one.pending],
        "confirmed": _sum(one.confirmed, to),
    }


def _friend(invitee: Invitee, to: Visit) -> dict[str, Any]:
    """A friend under a masked name: enough to know whom, too little to tell others."""
    name = to.host.name_of(invitee.user, to.locale) if to.host.name_of and invitee.user else invitee.masked
    due = to.words("invite.due", moment=to.dates.moment(invitee.due_at)) if invitee.due_at else ""
    since = to.words("invite.since", day=to.dates.day(invitee.bound_at)) if invitee.bound_at else ""
    return {"name": masked(name), "initial": name[:1].upper(), "line": due or since}


def _promise(promise: PromiseView, to: Visit) -> dict[str, str]:
    due = to.words("invite.due", moment=to.dates.moment(promise.due_at)) if promise.due_at else ""
    return {"gives": to.gifts(promise.gifts), "due": due}


def _sum(promises: tuple[PromiseView, ...], to: Visit) -> str:
    """All that these promises give, thing by thing."""
    total: dict[str, int] = {}
    for promise in promises:
        for thing, amount in promise.gifts:
            total[thing] = total.get(thing, 0) + amount
    return to.gifts(tuple(total.items()))


REFERRAL_PAGES = KindPages(name="referral", add=_add, doings=_doings)
