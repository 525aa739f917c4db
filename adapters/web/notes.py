"""
A message in words: what somebody got or lost as its title, why in one line, and where it leads.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Any, cast

import attrs
from flask import url_for
from markupsafe import Markup

from quanyi.adapters.web.deals import deals_called
from quanyi.adapters.web.emblem import emblem
from quanyi.adapters.web.glyphs import DEEDS
from quanyi.adapters.web.holdings import right_line
from quanyi.adapters.web.inbox import Note
from quanyi.adapters.web.pictures import picture_of
from quanyi.adapters.web.visit import Visit, masked
from quanyi.campaigns.queries import Queries
from quanyi.campaigns.views import EntitlementView
from quanyi.entitlements.clauses import Fixed, Gift
from quanyi.entitlements.errors import InputError, NotFound
from quanyi.entitlements.plays.bundle.view import BundleView
from quanyi.entitlements.plays.streak import Streak
from quanyi.entitlements.plays.task import Task
from quanyi.entitlements.plays.task.view import given_of
from quanyi.entitlements.records import Deal

__all__ = ["Background", "background_of", "note_shown"]

_ABOUT_PARTS = "part"


@attrs.frozen(kw_only=True)
class Background:
    """
    What messages are about, by the deal's number.

    Attributes:
        deals: The visitor's deals.
        bundles: Those of them that are bundles of which a part came.
        rights: By their numbers the entitlements of which a message said that they end.
    """

    deals: Mapping[str, Deal]
    bundles: Mapping[str, BundleView]
    rights: Mapping[str, EntitlementView]


def background_of(notes: Iterable[Note], at: Visit) -> Background:
    """What must be known to tell *notes*: a question of the page's look."""
    notes = list(notes)
    named = {str(note.about["deal"]): note.kind for note in notes if note.about.get("deal")}
    deals = deals_called(named, at)
    boxes = [number for number, kind in named.items() if kind == _ABOUT_PARTS and number in deals]
    bundles = {number: found for number in boxes if (found := _bundle(number, at)) is not None}
    ending = list(dict.fromkeys(str(note.about.get("entitlement", "")) for note in notes if note.kind == "ending"))
    ended = at.mall.look(*(partial(_right, number, at.user) for number in ending)) if ending else ()
    rights = {number: right for number, right in zip(ending, ended, strict=True) if right is not None}
    return Background(deals=deals, bundles=bundles, rights=rights)


def _right(number: str, user: str | None, at: Queries) -> EntitlementView | None:
    try:
        return at.entitlement(number, user)
    except (InputError, NotFound):
        return None


def note_shown(note: Note, known: Background, to: Visit) -> dict[str, Any] | None:
    """A message in words; None for a kind, or a thing, that this mall does not know."""
    values = _values(note, known, to)
    code = f"note.{_code(note, values)}"
    if not values["name"] or code not in to.words:
        return None
    return {
        "title": _plus(note, to.words(f"{code}_title", **values)),
        "text": to.words(code, **values),
        "at": note.at,
        "url": _url_of(note, to),
        "picture": _picture(note, known, to),
        "friend": values["friend"] if note.kind == "friend" else "",
        "campaign": values["campaign"],
        "new": not note.read,
    }


def _picture(note: Note, known: Background, to: Visit) -> Markup:
    """That of the thing, also of the thing that was ordered; else a drawing of what people did for it."""
    deal = known.deals.get(str(note.about.get("deal", "")))
    came = [thing for thing, _ in _things_of_part(note, known)]
    thing = str(note.about.get("item") or (came[0] if came else deal.item if deal else ""))
    campaign = str(note.about.get("campaign", ""))
    found = to.mall.project.campaigns.get(campaign)
    if to.thing_title(thing) or found is None or found.kind.word not in DEEDS:
        return picture_of(thing or campaign, to)
    return emblem(campaign, found.kind.word)


def _values(note: Note, known: Background, to: Visit) -> dict[str, Any]:
    """What the sentences of a message may name."""
    about, until = note.about, note.about.get("until")
    deal = known.deals.get(str(about.get("deal", "")))
    campaign = to.campaign_title(str(about.get("campaign", "")))
    gives = to.gifts((about.get("gives") or {}).items()) or _given(note, deal, known, to)
    name = (to.deal_title(deal) if deal else "") or to.thing_title(str(about.get("item", ""))) or campaign or gives
    return {
        "name": name,
        "campaign": campaign or name,
        "gives": gives,
        "money": bool(about.get("pay")),
        "reached": _reached(note, to),
        "friend": _friend(note, to),
        "moment": to.dates.moment(note.at),
        "until": _until(until, known.rights.get(str(about.get("entitlement", ""))), to),
    }


def _code(note: Note, values: Mapping[str, Any]) -> str:
    """Which sentences tell it: what is not known is not told."""
    kind, gives = note.kind, values["gives"]
    if kind == "refunded":
        return f"refunded_{'both' if values['money'] and gives else 'points' if gives else 'money'}"
    if kind == "lapsed":
        return "lapsed_points" if gives else "lapsed"
    return f"{kind}_plain" if kind in {"cancelled", "done", "milestone", "part"} and not gives else kind


def _given(note: Note, deal: Deal | None, known: Background, to: Visit) -> str:
    """What it gave or gave back, as far as that is certain."""
    about = note.about
    if note.kind in {"lapsed", "refunded"}:
        return to.gifts((unit, n) for unit, n in deal.price.items() if n) if deal else ""
    if note.kind == _ABOUT_PARTS:
        return to.gifts(_things_of_part(note, known))
    if note.kind == "milestone":
        return to.gifts(given_of(_of_milestone(note, to)))
    if note.kind == "done":
        found = to.campaign(str(about.get("campaign", "")), "task")
        return to.gifts(given_of(_certain(cast("Task", found.play).all_done))) if found else ""
    return ""


def _things_of_part(note: Note, known: Background) -> Sequence[tuple[str, int | None]]:
    """What came with a part of a bundle; nothing for a part that it no longer has."""
    box = known.bundles.get(str(note.about.get("deal", "")))
    parts = box.parts if box is not None and note.kind == _ABOUT_PARTS else ()
    return next((part.things for part in parts if part.name == note.about.get("part")), ())


def _of_milestone(note: Note, to: Visit) -> tuple[Gift, ...]:
    """What a milestone gives to everybody alike; nothing where it depends on the day, the person or the stock."""
    found = to.campaign(str(note.about.get("campaign", "")), "streak")
    play = cast("Streak", found.play) if found else None
    if play is None or play.times:
        return ()
    stones = [stone for stone in play.milestones if stone.id == note.about.get("milestone") and not stone.instead]
    return _certain(stones[0].give) if stones else ()


def _certain(gifts: Sequence[Gift]) -> tuple[Gift, ...]:
    return tuple(gifts) if all(isinstance(gift.how_much, Fixed) for gift in gifts) else ()


def _reached(note: Note, to: Visit) -> str:
    """A milestone in the unit that its streak counts in: 连续签到 7 天, 连续打卡 2 周."""
    found = to.campaign(str(note.about.get("campaign", "")), "streak")
    if found is None or note.kind != "milestone":
        return ""
    kind = "streak" if cast("Streak", found.play).mark.step == 1 else "weeks"
    counts = "total" if str(note.about.get("milestone", "")).startswith("total") else "row"
    return to.words(f"{kind}.milestone_{counts}", n=note.about.get("days", 0))


def _friend(note: Note, to: Visit) -> str:
    """A friend under a masked name."""
    friend = str(note.about.get("friend", ""))
    return masked((to.host.name_of(friend, to.locale) if to.host.name_of and friend else "") or friend)


def _until(until: object, right: EntitlementView | None, to: Visit) -> str:
    """Until when something lasts; or how it stands now, for who reads it late: what was used did not expire."""
    if right is not None:
        return right_line(right, to)
    if not isinstance(until, datetime):
        return ""
    return to.dates.valid(until) if until > to.now else to.words("right.ended", day=to.dates.last_day(until))


def _plus(note: Note, title: str) -> str:
    """Amounts that came in have their sign."""
    return f"+{title}" if note.kind in {"done", "kept", "milestone", "part"} and title[:1].isdigit() else title


def _url_of(note: Note, to: Visit) -> str:
    """Where the thing is that a message is about."""
    about = note.about
    if about.get("entitlement"):
        return url_for("quanyi.right", entitlement=about["entitlement"])
    if about.get("deal"):
        return url_for("quanyi.deal", deal=about["deal"])
    if note.kind in {"back", "starts"}:
        return url_for("quanyi.item", campaign=about["campaign"], item=about["item"])
    pages = {"streak": "quanyi.streak", "task": "quanyi.tasks", "referral": "quanyi.invites"}
    found = to.mall.project.campaigns.get(str(about.get("campaign", "")))
    page = pages.get(found.kind.word) if found is not None else None
    if page is None or page not in to.pages:
        return url_for("quanyi.points")
    return url_for(page, campaign=about["campaign"]) if page == "quanyi.streak" else url_for(page)


def _bundle(number: str, at: Visit) -> BundleView | None:
    try:
        return at.mall.bundle(number, at.user)
    except NotFound:
        return None
