"""
Limits among each other: the same count twice, one that another keeps from ever being reached.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from quanyi.campaigns.documents import Document, Place
from quanyi.campaigns.findings import Findings
from quanyi.campaigns.project import Campaign
from quanyi.entitlements.clauses import Limit
from quanyi.entitlements.plays.reward import Reward
from quanyi.entitlements.plays.sale import Sale

__all__ = ["check_limits", "check_shared_limits", "limits_of"]

_LENGTHS = {"day": 1, "week": 7, "month": 28, "year": 365, "ever": 10**6}


def limits_of(campaign: Campaign, root: Place) -> Iterator[tuple[Limit, Place]]:
    """Every limit of a campaign with its place in the file."""
    play = campaign.play
    named = {"at_most": play.at_most, "budget": play.budget}
    if isinstance(play, Reward):
        named["at_payout"] = play.at_payout
    for name, limits in named.items():
        for limit in limits:
            yield limit, _place(limit, root / name)


def check_limits(campaign: Campaign, root: Place, findings: Findings) -> None:
    """Note what is wrong with the limits of one campaign."""
    found = list(limits_of(campaign, root))
    for n, (limit, place) in enumerate(found):
        if limit.count == 0:
            findings.warning(place, "limit-of-zero", "a limit of zero lets nobody through")
        if any(limit.id == other.id for other, _ in found[:n]):
            hint = "give one of them an id of its own, or keep the tighter one"
            findings.error(place, "same-limit-twice", "this counts the same as a limit above", hint)
        for other, _ in found:
            if other is not limit and _keeps_from(other, limit):
                message = f"never reached: {_said(other)} comes first"
                findings.warning(place, "limit-never-reached", message)
                break
    if isinstance(campaign.play, Reward):
        _check_budget(campaign.play, root, findings)
    else:
        _check_per_order(campaign.play, root, findings)


def check_shared_limits(campaigns: Sequence[tuple[Campaign, Document]], findings: Findings) -> None:
    """Note limits that share an id, and so a count, but don't count the same."""
    first: dict[str, tuple[Limit, str, Place]] = {}
    for campaign, document in campaigns:
        for limit, place in limits_of(campaign, document.root):
            known, zone, where = first.setdefault(limit.id, (limit, campaign.head.zone, place))
            same = (known.of, known.per, known.window) == (limit.of, limit.per, limit.window)
            if not same or (zone != campaign.head.zone and limit.window.name != "ever"):
                message = f"the id {limit.id!r} counts something else elsewhere"
                findings.error(place, "limit-id-clash", message, f"see {where.where}")


def _keeps_from(other: Limit, limit: Limit) -> bool:
    """Whether *other* refuses before *limit* ever could: wider, not larger, and full whenever it is."""
    wider = other.per == ("campaign",) or set(other.per) <= set(limit.per)
    longer = _LENGTHS[other.window.name] >= _LENGTHS[limit.window.name]
    nested = {other.window.name, limit.window.name} != {"week", "month"} and longer
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


def _said(limit: Limit) -> str:
    window = "" if limit.window.name == "ever" else f" per {limit.window.name}"
    return f"{limit.count} {limit.of} per {' and '.join(limit.per)}{window}"


def _place(limit: Limit, place: Place) -> Place:
    """A limit knows its line; its column follows from the item that begins there."""
    marks = place.document.values
    line = int(limit.where.rpartition(":")[2])
    paths = [path for path, mark in marks.items() if path[: len(place.path)] == place.path and mark[0] == line]
    items = [path for path in paths if path and isinstance(path[-1], int)]
    return Place(place.document, min(items, default=place.path, key=lambda path: (len(path), marks[path])))


def _check_budget(play: Reward, root: Place, findings: Findings) -> None:
    given = {gift.thing for gift in (*play.give, *play.instead)}
    for limit in play.budget:
        if limit.of not in given:
            message = f"the campaign gives no {limit.of}"
            findings.key_error(root / "budget", "budget-not-given", message, f"it gives {', '.join(sorted(given))}")


def _check_per_order(play: Sale, root: Place, findings: Findings) -> None:
    for limit in play.at_most:
        if limit.of == "pieces" and play.per_order is not None and limit.count < play.per_order:
            message = f"never reached: at most {limit.count} pieces come first"
            findings.warning(root / "per_order", "limit-never-reached", message)
            return
