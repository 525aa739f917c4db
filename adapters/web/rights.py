"""
The pages of what a person has: a list of stacks with filters, and each entitlement with how to use it.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any, cast

from flask import Blueprint, redirect, render_template, url_for
from werkzeug.wrappers import Response

from quanyi.adapters.ids import RandomIds
from quanyi.adapters.web.details import guide_of
from quanyi.adapters.web.fields import asked, sent, sent_token
from quanyi.adapters.web.holdings import grouped_in_fours, right_shown
from quanyi.adapters.web.refusals import No, explain_no
from quanyi.adapters.web.stacks import stacked
from quanyi.adapters.web.using import using_of
from quanyi.adapters.web.visit import Visit, pick, visit
from quanyi.campaigns.lists import Page
from quanyi.campaigns.own_pages import EndOrder
from quanyi.campaigns.views import EntitlementView, Holding
from quanyi.entitlements.benefits import Benefit
from quanyi.entitlements.errors import InputError, NotFound, Refused

__all__ = ["add_rights"]

_Page = str | Response | tuple[str, int]
_PHASES = {"usable": ("usable",), "used": ("used",), "expired": ("expired", "withdrawn", "void")}
_TRIED_BY_USING = ("card", "code", "voucher")
_MANY = 10
_LONGEST_WISH = 40
_REFUSED = 409
_ROWS, _SEARCHED = 60, 500
"""How many a page shows, and how many are looked through for a part of a number."""


def add_rights(blueprint: Blueprint) -> None:
    """Put the pages and their forms on *blueprint*."""
    blueprint.add_url_rule("/entitlements", "rights", _rights, methods=["GET"])
    blueprint.add_url_rule("/entitlements/<entitlement>", "right", _right, methods=["GET"])
    blueprint.add_url_rule("/entitlements/<entitlement>", "reveal", _reveal, methods=["POST"])
    blueprint.add_url_rule("/entitlements/<entitlement>/rating", "rate", _rate, methods=["POST"])


# --- the list ----------------------------------------------------------------------------------


def _rights() -> _Page:
    to = visit()
    if to.user is None:
        return to.must_sign_in()
    tab = asked("phase", "usable")
    tab = tab if tab in _PHASES else "usable"
    category, typed = asked("category"), asked("q").strip()[:_LONGEST_WISH]
    holdings, wanted, page = _held(to, tab, category, typed)
    tabs = [_phase_tab(name, _count(holdings, phases), here=name == tab, to=to) for name, phases in _PHASES.items()]
    named: dict[str, Any] = {"phase": tab, "category": category or None, "q": wanted or None}
    return render_template(
        "quanyi/rights.html",
        section="rights",
        tab=tab,
        tabs=tabs,
        filters=_filters(_benefits(holdings, _PHASES[tab], to), tab, category, to),
        stacks=[_stack(each, to) for each in stacked(page)],
        search={"wanted": wanted, "offered": _count(holdings) > _MANY, "all": url_for("quanyi.rights", phase=tab)},
        more=url_for("quanyi.rights", **named, after=page.next) if page.next else None,
    )


def _count(holdings: Sequence[Holding], phases: Sequence[str] | None = None) -> int:
    return sum(held.count for held in holdings if phases is None or held.phase in phases)


def _benefits(holdings: Sequence[Holding], phases: Sequence[str], at: Visit) -> list[Benefit]:
    """The benefits among those in some phases."""
    names = {held.benefit for held in holdings if held.phase in phases}
    return [at.mall.project.benefits.get(name) or Benefit(id=name) for name in sorted(names)]


def _phase_tab(name: str, count: int, *, here: bool, to: Visit) -> dict[str, Any]:
    href = url_for("quanyi.rights", phase=name)
    return {"name": to.words(f"right.tab_{name}"), "href": href, "here": here, "count": count or None}


def _filters(benefits: Sequence[Benefit], tab: str, chosen: str, to: Visit) -> list[dict[str, Any]]:
    """The categories among them, where there are several."""
    names = sorted({benefit.category for benefit in benefits if benefit.category})
    if len(names) < 2 and not chosen:  # noqa: PLR2004  (one category is no choice)
        return []
    shown = [{"name": to.words("home.all"), "href": url_for("quanyi.rights", phase=tab), "here": not chosen}]
    for name in names:
        href = url_for("quanyi.rights", phase=tab, category=name)
        shown.append({"name": to.category_name(name), "href": href, "here": name == chosen})
    return [{**each, "count": None} for each in shown]


def _stack(rights: Sequence[EntitlementView], to: Visit) -> dict[str, Any]:
    """Equal ones as one: the first to end stands for all, and the others are links below it."""
    first, *others = (right_shown(right, to) for right in rights)
    return {**first, "count": len(rights), "others": others}


def _held(to: Visit, tab: str, category: str, typed: str) -> tuple[list[Holding], str, Page[EntitlementView]]:
    """What the visitor has, counted; what is looked for; and a page of it."""
    (found,) = to.look(partial(_looked_up, tab, category, typed, asked("after").strip()), wallet=False)
    return cast("tuple[list[Holding], str, Page[EntitlementView]]", found)


def _looked_up(
    tab: str, category: str, typed: str, after: str, at: Visit
) -> tuple[list[Holding], str, Page[EntitlementView]]:
    holdings = at.mall.holdings(str(at.user))
    wanted = typed if _count(holdings) > _MANY else ""
    fitting = [each for each in _benefits(holdings, _PHASES[tab], at) if category in ("", each.category)]
    called = [each.id for each in fitting if wanted.lower() in pick(each.title, at.locale).lower()]
    if wanted and not called:
        return holdings, wanted, _numbered(wanted, tab, [each.id for each in fitting], at)
    narrowed = called if wanted or category else None
    try:
        return holdings, wanted, _page_of(tab, narrowed, at, after=after or None)
    except (InputError, NotFound):  # a place that somebody made up
        return holdings, wanted, _page_of(tab, narrowed, at)


def _numbered(wanted: str, tab: str, benefits: Sequence[str], at: Visit) -> Page[EntitlementView]:
    """The one with the number typed; else those among the first of a tab in whose number the letters stand."""
    number = wanted.replace(" ", "")
    whole = _with_number(number, at)
    if whole is not None:
        return Page([whole] if whole.phase in _PHASES[tab] and whole.benefit.id in benefits else [])
    first = _page_of(tab, benefits, at, limit=_SEARCHED)
    return Page(right for right in first if number.lower() in right.id.lower())


def _with_number(number: str, at: Visit) -> EntitlementView | None:
    try:
        return at.mall.entitlement(number, str(at.user))
    except (InputError, NotFound):
        return None


def _page_of(
    tab: str, benefits: Sequence[str] | None, at: Visit, *, after: str | None = None, limit: int = _ROWS
) -> Page[EntitlementView]:
    """What can be used first in front; what is over with what ended last in front, as one looks for it."""
    order: EndOrder = "ending" if tab == "usable" else "ended"
    asked_for: dict[str, Any] = {"phase": _PHASES[tab], "benefits": benefits, "order": order}
    return at.mall.entitlements(str(at.user), **asked_for, after=after, limit=limit)


# --- one ---------------------------------------------------------------------------------------


def _right(entitlement: str) -> _Page:
    to = visit()
    return _page(_found(entitlement, to)) if to.user else to.must_sign_in()


def _page(right: EntitlementView, *, codes: Sequence[str] = (), refusal: No | None = None) -> str:
    """The page of one entitlement, with its codes if they were just asked for."""
    to = visit()
    (rating,) = to.look(partial(_rating, right.id), wallet=False)
    return render_template(
        "quanyi/right.html",
        section="rights",
        right=right_shown(right, to),
        guide=guide_of(right.benefit, to),
        using=using_of(right, codes, to),
        codes=[{"plain": code, "groups": grouped_in_fours(code)} for code in codes],
        rating=rating,
        rateable=_rateable(right),
        refusal=refusal,
        token=RandomIds().new(),
    )


def _rateable(right: EntitlementView) -> bool:
    """
    Whether somebody can know how it was.

    What expired unused was never tried: a voucher nobody redeemed, a code nobody looked at. Neither was a code that
    nobody has looked at yet. A pass or a membership works by itself while it lasts.
    """
    if right.phase == "usable" and right.has_code and right.revealed_at is None:
        return False
    if right.phase != "expired":
        return right.phase in {"usable", "used"}
    return right.benefit.form not in _TRIED_BY_USING or right.revealed_at is not None or right.uses < right.benefit.uses


def _rating(entitlement: str, at: Visit) -> Any:
    return at.mall.rating(entitlement, at.user)


def _found(entitlement: str, to: Visit) -> EntitlementView:
    """One of the visitor's own; NotFound for anybody else's."""
    (right,) = to.look(lambda at: at.mall.entitlement(entitlement, str(at.user)), wallet=False)
    return cast("EntitlementView", right)


def _reveal(entitlement: str) -> _Page:
    to = visit()
    if to.user is None:
        return to.must_sign_in()
    right = _found(entitlement, to)
    try:
        receipt = to.mall.reveal(entitlement, user=to.user, key=f"web/{sent_token()}", context=to.context)
    except Refused as no:
        return _page(right, refusal=explain_no(no, to)), _REFUSED
    return _page(_found(entitlement, to), codes=receipt.codes)


_WORKED = {"yes": True, "no": False}
_STARS = {str(number): number for number in range(1, 6)}


def _rate(entitlement: str) -> _Page:
    """Keep whether it worked, or how good it was, as one of the form's buttons says."""
    to = visit()
    if to.user is None:
        return to.must_sign_in()
    if not _rateable(_found(entitlement, to)):
        raise NotFound(f"nothing to say of {entitlement}: it expired unused")
    worked, stars = _WORKED.get(sent("worked")), _STARS.get(sent("stars"))
    here = url_for("quanyi.right", entitlement=entitlement)
    try:
        if worked is not None or stars is not None:
            key = f"web/{sent_token()}"
            to.mall.rate(entitlement, user=to.user, key=key, worked=worked, stars=stars, context=to.context)
    except (Refused, InputError):
        raise NotFound(f"no entitlement {entitlement}") from None
    return redirect(f"{here}#rating", 303)
