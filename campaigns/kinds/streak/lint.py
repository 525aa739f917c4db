"""
Where checks look in a streak.
"""

from __future__ import annotations

from collections.abc import Iterator

from quanyi.campaigns.kinds.bounds import check_amounts, counted_of
from quanyi.campaigns.kinds.limits import limits_at
from quanyi.campaigns.kinds.links import Link, given
from quanyi.campaigns.kinds.lint import Lint
from quanyi.campaigns.language.findings import Findings
from quanyi.campaigns.language.places import Place
from quanyi.entitlements.checks.conditions import Condition
from quanyi.entitlements.clauses import Limit
from quanyi.entitlements.giving import Undoable
from quanyi.entitlements.plays.streak import Streak

__all__ = ["LINT"]


def _bounds(play: Streak, root: Place, currency: str, findings: Findings, _known: Findings) -> None:
    """A day is marked once, so only amounts need a bound of their own."""
    check_amounts(play.gifts, (*play.at_most, *play.budget), root, currency, findings)


def _counted(play: Streak, _place: Place, currency: str) -> set[str]:
    return counted_of(play.gifts, currency)


def _limits(play: Streak, root: Place) -> Iterator[tuple[Limit, Place]]:
    if play.makeup is not None:
        yield from limits_at(play.makeup.at_most, root / "makeup" / "at_most")
        yield from limits_at(play.makeup.free, root / "makeup" / "free")


def _conditions(play: Streak, root: Place) -> Iterator[tuple[Place, Condition | None]]:
    yield root / "only_if", play.only_if


def _undoables(play: Streak, root: Place) -> Iterator[tuple[Undoable, Place, set[str]]]:
    yield play, root, {*play.mark.on, *([play.makeup.on] if play.makeup is not None else [])}


def _links(play: Streak, root: Place) -> Iterator[Link]:
    """A day is marked once, whatever marks it again."""
    reached = [("milestone.reached", {"campaign": play.head.campaign, "milestone": m.id}) for m in play.milestones]
    limits = (*play.at_most, *play.budget)
    told = (*reached, *given(play.gifts, play.head, limits))
    yield Link(
        head=play.head, hears=play.mark.on, only_if=play.only_if, tells=told, times=1, place=root / "mark" / "on"
    )


LINT = Lint(
    bounds=_bounds,
    counted=_counted,
    limits=_limits,
    conditions=_conditions,
    undoables=_undoables,
    links=_links,
)
