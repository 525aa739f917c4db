"""
Deals in words: what each came to, and how what it brought stands today.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from functools import partial
from typing import Any

from flask import url_for

from quanyi.adapters.web.holdings import spaced_number
from quanyi.adapters.web.manners import SALES
from quanyi.adapters.web.pictures import picture_of
from quanyi.adapters.web.visit import Visit, money_text
from quanyi.campaigns.queries import Queries
from quanyi.campaigns.views import EntitlementView
from quanyi.entitlements.errors import InputError, NotFound
from quanyi.entitlements.records import Deal

__all__ = ["COUNTED", "deal_shown", "deals_called"]

COUNTED = 200
"""How many of a visitor's newest deals are looked through for those that count towards a limit."""

_GONE = ("expired", "used", "withdrawn")
"""Phases of an entitlement after which there is nothing left to do with it."""


def deal_shown(deal: Deal, to: Visit, rights: Sequence[EntitlementView] = (), *, parts: bool = False) -> dict[str, Any]:
    """
    One deal, for the list and for its own page.

    Args:
        rights: The visitor's entitlements; those that the deal brought tell how it stands today.
        parts: Whether the page lists the parts of a bundle beside it.
    """
    name, phase = to.deal_title(deal), _phase(deal, to)
    own = [right for right in rights if right.id in deal.grants]
    stands = _stands(deal, own, to) if phase == "paid" else ""
    return {
        "id": deal.id,
        "url": url_for("quanyi.deal", deal=deal.id),
        "name": name,
        "emblem": picture_of(deal.item, to),
        "phase": phase,
        "stands": stands or phase,
        "state": _state(phase, stands, to),
        "headline": to.words(f"deal.{stands}") if stands in (*_GONE, "coming") else _headline(deal, to),
        "text": _deal_text(deal, own, stands, to, parts=parts),
        "money": _money(deal, to),
        "cost": " + ".join([*_unit_costs(deal, to), *filter(None, [_money(deal, to)])]) or to.words("offer.free"),
        "when": to.dates.moment_alone(deal.placed_at),
        "pay_by": deal.due_at if phase == "placed" else None,
        "pay_url": to.host.pay(deal) if to.host.pay and deal.pay else None,
        "right_url": url_for("quanyi.right", entitlement=deal.grants[0]) if len(deal.grants) == 1 else None,
        "number": spaced_number(deal.id),
        "pairs": _deal_pairs(deal, name, to),
        "cancel_hint": _cancel_hint(deal, to),
    }


def deals_called(numbers: Iterable[str], at: Visit) -> dict[str, Deal]:
    """The visitor's deals of these numbers; those are left out that are somebody else's, or gone."""
    wanted = [number for number in dict.fromkeys(numbers) if number]
    found = at.mall.look(*(partial(_deal_called, number, at.user) for number in wanted)) if wanted else ()
    return {number: deal for number, deal in zip(wanted, found, strict=True) if deal is not None}


def _deal_called(number: str, user: str | None, at: Queries) -> Deal | None:
    try:
        return at.deal(number, user)
    except (InputError, NotFound):
        return None


def _phase(deal: Deal, to: Visit) -> str:
    """The phase as it reads now: a hold past its end is closed, whether or not a sweep came by."""
    over = deal.phase == "placed" and deal.due_at is not None and deal.due_at <= to.now
    return "closed" if over else deal.phase


def _stands(deal: Deal, own: Sequence[EntitlementView], to: Visit) -> str:
    """
    How what a paid deal brought stands today: one word where all of it stands alike, ``several`` else; ``coming`` while a
    supplier has not delivered it.
    """
    benefit = to.mall.project.benefits.get(deal.item)
    if not deal.grants and benefit is not None and benefit.supply is not None:
        return "coming"
    phases = {_today(right) for right in own}
    if len(phases) > 1:
        return "several"
    return next(iter(phases), "usable" if deal.grants else "goods")


def _today(right: EntitlementView) -> str:
    return "withdrawn" if right.phase == "void" else right.phase


def _state(phase: str, stands: str, to: Visit) -> str:
    code = (
        f"right.tab_{stands}"
        if stands == "used"
        else f"deal.state_{stands}"
        if stands in (*_GONE, "coming")
        else f"deal.state_{phase}"
    )
    return to.words(code)


def _headline(deal: Deal, to: Visit) -> str:
    phase = _phase(deal, to)
    if phase != "paid":
        return to.words(f"deal.{phase}")
    if any(deal.price.values()):
        return to.words("deal.done")
    on_sale = to.campaign(deal.campaign, SALES) is not None
    return to.words("deal.done_sale" if on_sale else "deal.done_bought" if deal.pay else "deal.done_free")


def _deal_text(deal: Deal, own: Sequence[EntitlementView], stands: str, to: Visit, *, parts: bool) -> str:
    phase, words = _phase(deal, to), to.words
    if phase == "paid":
        return _paid_text(own, stands, to, parts=parts)
    if phase == "placed":
        return words("deal.pay_by", moment=to.dates.moment(deal.due_at)) if deal.due_at else ""
    gives = to.gifts((unit, n) for unit, n in deal.price.items() if n)
    if phase == "refunded":
        paid = "both" if deal.pay and gives else "points" if gives else "money"
        return words(f"deal.refunded_{paid}", **({"gives": gives} if gives else {}))
    unit, number = next(((u, n) for u, n in deal.price.items() if n), ("", 0))
    amount, word = to.counted(number, unit) if unit else ("", "")
    how = "released" if deal.ended == "released" else "lapsed"
    return words(f"deal.{how}_points", n=amount, unit=word) if unit else words(f"deal.{how}_free")


def _paid_text(own: Sequence[EntitlementView], stands: str, to: Visit, *, parts: bool) -> str:
    """What became of it: today's state, not that of the day it was bought."""
    words = to.words
    if stands == "several":
        counts = Counter(_today(right) for right in own)
        said = (words(f"deal.count_{phase}", n=n) for phase, n in counts.items())
        return words("deal.several", n=len(own), states=words("list.comma").join(said))
    ends = max((right.ends for right in own if right.ends is not None), default=None)
    if stands in _GONE:
        day = {"day": to.dates.last_day(ends)} if ends is not None and stands == "expired" else {}
        return words(f"deal.{stands}_text", **day)
    if stands == "coming":
        return words("deal.coming_text")
    if stands == "goods":
        return words("deal.what_next_parts" if parts else "deal.what_next_goods")
    until = to.dates.valid(ends) if ends is not None else words("right.forever")
    return words("deal.what_next", until=until)


def _cancel_hint(deal: Deal, to: Visit) -> str:
    unit = next((u for u, n in deal.price.items() if n), "")
    return to.words("deal.cancel_hint", unit=to.unit_name(unit)) if unit else to.words("deal.cancel_hint_free")


def _money(deal: Deal, to: Visit) -> str:
    return money_text(deal.pay, deal.currency, to.mall.project.currency.scale) if deal.pay else ""


def _unit_costs(deal: Deal, to: Visit) -> list[str]:
    return [" ".join(to.counted(number, unit)) for unit, number in deal.price.items() if number]


def _deal_pairs(deal: Deal, name: str, to: Visit) -> list[tuple[str, str]]:
    words, phase = to.words, _phase(deal, to)
    pairs = [(words("deal.item"), name)]
    if deal.pieces > 1:
        pairs.append((words("deal.pieces"), str(deal.pieces)))
    units = {"placed": "deal.held_points", "paid": "deal.paid_points"}.get(phase, "deal.back_points")
    pairs += [(words(units), cost) for cost in _unit_costs(deal, to)]
    if deal.pay and phase in {"placed", "paid"}:
        pairs.append((words("deal.to_pay" if phase == "placed" else "deal.paid_money"), _money(deal, to)))
    pairs.append((words("deal.when"), to.dates.moment_alone(deal.paid_at or deal.placed_at)))
    return pairs
