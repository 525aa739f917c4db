"""
Bundles: what is in one before it is bought, how each part stands afterwards, and choosing.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, cast

from flask import Blueprint, redirect, url_for
from werkzeug.wrappers import Response

from quanyi.adapters.web.fields import sent, sent_token, sent_words
from quanyi.adapters.web.kinds.pages import KindPages
from quanyi.adapters.web.manners import manner_of
from quanyi.adapters.web.pages import deal_page
from quanyi.adapters.web.pictures import picture_of
from quanyi.adapters.web.refusals import No, explain_no
from quanyi.adapters.web.visit import Visit, pick, visit
from quanyi.entitlements.calculators import most
from quanyi.entitlements.clauses import Gift
from quanyi.entitlements.errors import NotFound, Refused
from quanyi.entitlements.plays.bundle import Bundle, Part
from quanyi.entitlements.plays.bundle.view import PartView
from quanyi.entitlements.plays.sale.view import Offer

__all__ = ["BUNDLE_PAGES"]


def _add(blueprint: Blueprint) -> None:
    blueprint.add_url_rule("/deals/<deal>/choose", "choose", _choose, methods=["POST"])


def _choose(deal: str) -> Response | tuple[str, int]:
    """What one wants of a part; a choice that no longer counts is explained on the deal's page."""
    to = visit()
    if to.user is None:
        return to.must_sign_in()
    to.mall.deal(deal, to.user)
    part, choice = sent("part"), sent_words("choice")
    try:
        to.mall.choose(deal, part, choice, key=f"web/{sent_token()}", user=to.user, context=to.context)
    except Refused as no:
        return deal_page(deal, refusal=_explain(no, deal, part, to), chosen={part: choice}), 409
    return redirect(url_for("quanyi.deal", deal=deal), 303)


def _explain(no: Refused, deal: str, part: str, to: Visit) -> No:
    """Why a choice doesn't count, with the things by their names."""
    found = next((each for each in to.mall.bundle(deal, to.user).parts if each.name == part), None)
    code = {"wrong-choice": "wrong", "choice-closed": "closed", "out-of-stock": "short"}.get(no.reason)
    if found is None or code is None:
        return explain_no(no, to)
    if code == "closed":
        chosen = _named(found, found.chosen, to)
        text = to.words("pack.choose_closed", chosen=chosen) if chosen else to.words("pack.choose_over")
        return No(title=to.words("pack.choose_closed_title"), text=text)
    title = (
        to.words("pack.choose_wrong_title", n=found.pick) if code == "wrong" else to.words("pack.choose_short_title")
    )
    return No(title=title, text=to.words(f"pack.choose_{code}", options=_named(found, found.options, to)))


def _named(part: PartView, names: Iterable[str], to: Visit) -> str:
    """Options of a part by what they give."""
    return to.listed(to.gifts(part.options[name]) for name in names if name in part.options)


def _contents(offer: Offer, to: Visit) -> list[dict[str, str]]:
    """What comes with the main thing, and when; nothing for what is no bundle."""
    found = to.campaign(offer.campaign, "bundle")
    manner = "" if manner_of(offer) == "cash" else "_exchange"
    return [] if found is None else [_content(part, manner, to) for part in cast("Bundle", found.play).parts]


def _parts(deal: str, to: Visit) -> list[dict[str, Any]]:
    """The parts of a bought bundle, each with its own state; nothing for a deal that is none."""
    try:
        found = to.mall.bundle(deal, to.user)
    except NotFound:
        return []
    return [_part(part, to) for part in found.parts if part.phase != "unpaid"]


def _content(part: Part, manner: str, to: Visit) -> dict[str, str]:
    choice = part.choose
    gives = to.gifts(_things(part.give))
    if choice is not None:
        options = to.words("list.or").join(to.gifts(_things(option.gifts)) for option in choice.of)
        chosen = to.words("pack.pick", n=choice.pick, m=len(choice.of), options=options)
        gives = to.listed([gives, chosen])
    code = f"pack.after{manner}" if part.after is not None else f"pack.at_once{manner}"
    when = to.words(code, **({"term": to.term(part.after)} if part.after is not None else {}))
    instead = to.words("pack.instead", gifts=to.gifts(_things(part.instead))) if part.instead else ""
    return {"name": pick(part.title, to.locale), "gives": gives, "when": when, "instead": instead}


def _things(gifts: Sequence[Gift]) -> tuple[tuple[str, int | None], ...]:
    return tuple((gift.thing, most(gift.how_much)) for gift in gifts)


def _part(part: PartView, to: Visit) -> dict[str, Any]:
    gives = to.gifts(part.things)
    name = pick(part.title, to.locale) or gives or to.words("pack.choice")
    first = next(iter(part.things), (part.name, 0))[0]
    return {
        "part": part.name,
        "name": name,
        "gives": gives if gives != name else "",
        "phase": part.phase,
        "state": to.words(f"pack.phase_{part.phase}"),
        "line": _line(part, to),
        "emblem": picture_of(first, to),
        "open": part.phase == "open",
        "options": [_option(option, things, to) for option, things in part.options.items()],
        "pick": part.pick,
        "until": part.due_at if part.phase == "open" else None,
        "default": _named(part, part.default, to),
        "url": url_for("quanyi.right", entitlement=part.entitlements[0]) if part.entitlements else None,
    }


def _option(name: str, things: Sequence[tuple[str, int]], to: Visit) -> dict[str, Any]:
    return {"name": name, "gives": to.gifts(tuple(things)), "emblem": picture_of(things[0][0], to)}


def _line(part: PartView, to: Visit) -> str:
    if part.phase == "given" and part.defaulted:
        return to.words("pack.defaulted")
    if part.due_at is None or part.phase not in {"waiting", "short", "open"}:
        return ""
    return to.words(f"pack.line_{part.phase}", moment=to.dates.moment(part.due_at))


BUNDLE_PAGES = KindPages(name="bundle", add=_add, contents=_contents, parts=_parts)
