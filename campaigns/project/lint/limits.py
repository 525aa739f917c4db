"""
Checks limits against each other: the same count twice, and one that another keeps from ever being reached.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from quanyi.campaigns.kinds.limits import limits_at, places_in
from quanyi.campaigns.language.findings import Findings, one_of
from quanyi.campaigns.language.message import Message
from quanyi.campaigns.language.places import Document, Place
from quanyi.campaigns.project.model import Campaign
from quanyi.entitlements.clauses import Limit
from quanyi.entitlements.time import Window

__all__ = ["check_limits", "check_shared_limits", "limits_of"]

_LENGTHS = {"session": 0, "day": 1, "week": 7, "month": 28, "year": 365, "ever": 10**6}


def limits_of(campaign: Campaign, root: Place) -> Iterator[tuple[Limit, Place]]:
    """Every limit of a campaign with its place in the file, in the file's order."""
    play = campaign.play
    yield from limits_at(play.at_most, root / "at_most")
    yield from campaign.kind.lint.limits(play, root)
    budgets = (root / "budget").data or {}
    places = [root / "budget" / unit for unit in budgets]
    yield from zip(play.budget, (spot for place in places for spot in places_in(place)), strict=False)


def check_limits(campaign: Campaign, root: Place, currency: str, findings: Findings) -> None:
    """Note what is wrong with the limits of one campaign."""
    found = [(limit, place) for limit, place in limits_of(campaign, root) if findings.sound(place)]
    for n, (limit, place) in enumerate(found):
        if limit.count == 0:
            findings.warning(place, "limit-of-zero", "a limit of zero lets nobody through")
        if any(limit.id == other.id and _rule(at) == _rule(place) for other, at in found[:n]):
            hint = "give one of them an id of its own, or keep the tighter one"
            findings.error(place, "same-limit-twice", "this counts the same as a limit above", hint)
        for other, at in found:
            if other.id != limit.id and _rule(at) == _rule(place) and _keeps_from(other, limit):
                message = Message("never reached: {other} comes first", other=_said(other))
                findings.warning(place, "limit-never-reached", message)
                break
    if findings.whole(
        root, "give", "instead", "take", "sells", "goals", "all_done", "ladder", "in_a_row", "in_total", "rewards"
    ):
        _check_counted(campaign, found, currency, findings)
    campaign.kind.lint.check_limits(campaign.play, root, found, findings)


def _rule(place: Place) -> tuple[str | int, ...]:
    """
    The part of a campaign that a limit belongs to: a referral's rule, a sale's coupon, the free make-ups.

    Limits of different parts are never used together.
    """
    if place.path[:2] == ("makeup", "free"):
        return place.path[:2]
    return place.path[:2] if place.path[:1] in (("codes",), ("rewards",)) else ()


def check_shared_limits(campaigns: Sequence[tuple[Campaign, Document]], findings: Findings) -> None:
    """Note limits that share an id, and so a count, but count different things."""
    first: dict[str, tuple[Limit, str, Place]] = {}
    for campaign, document in campaigns:
        if not findings.sound(document.root / "campaign", document.root / "zone"):
            continue
        for limit, place in limits_of(campaign, document.root):
            if not findings.sound(place):
                continue
            known, zone, where = first.setdefault(limit.id, (limit, campaign.head.zone, place))
            same = (known.of, known.per, known.window) == (limit.of, limit.per, limit.window)
            if not same or (zone != campaign.head.zone and limit.window.name != "ever"):
                message = Message("the id {id!r} counts something else elsewhere", id=limit.id)
                findings.error(place, "limit-id-clash", message, Message("see {where}", where=where.where))


def _keeps_from(other: Limit, limit: Limit) -> bool:
    """
    Whether *other* always refuses before *limit* can: its window is wider, its cap no larger, and it counts all of it.
    """
    wider = other.per == ("campaign",) or set(other.per) <= set(limit.per)
    nested = _encloses(other.window, limit.window)
    equal = (other.per, other.window, other.count) == (limit.per, limit.window, limit.count)
    return (
        other.of == limit.of
        and wider
        and nested
        and not equal
        and other.count <= limit.count
        and set(other.back) <= set(limit.back)
        and other.over != "flag"
    )


def _encloses(one: Window, other: Window) -> bool:
    """Whether every window of the kind *other* surely lies inside one of the kind *one*."""
    if one.name == "ever" or one == other:
        return True
    if one.name == other.name == "last":
        return _seconds(one) >= _seconds(other)
    if not {one.name, other.name} <= _LENGTHS.keys() or {one.name, other.name} == {"week", "month"}:
        return False
    return _LENGTHS[one.name] >= _LENGTHS[other.name]


def _seconds(window: Window) -> int:
    """The approximate length of a window."""
    return window.length.seconds + 86400 * (window.length.days + 30 * window.length.months)


def _said(limit: Limit) -> str:
    window = "" if limit.window.name == "ever" else f" per {limit.window}"
    counted = limit.of.removesuffix("s") if limit.count == 1 and limit.of in ("times", "pieces") else limit.of
    return f"{limit.count} {counted} per {' and '.join(limit.per)}{window}"


def _check_counted(campaign: Campaign, found: list[tuple[Limit, Place]], currency: str, findings: Findings) -> None:
    """Note a limit on what the campaign never moves. A rule's own limit is compared with what the rule gives."""
    for limit, place in found:
        rule, counted = _rule(place), campaign.kind.lint.counted(campaign.play, place, currency)
        if limit.of not in counted:
            message = Message(
                "the {clause} has no {of} to count", clause=Message("rule" if rule else "campaign"), of=limit.of
            )
            findings.error(place, "limit-counts-nothing", message, one_of(counted))
