"""
Which campaigns of a proposal need approval, and why.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

import attrs

from quanyi.campaigns.project.model import Campaign, Project

__all__ = ["Approvable", "approvable"]


@attrs.frozen(kw_only=True)
class Approvable:
    """
    Why one campaign needs approval.

    Attributes:
        why: ``new`` or ``changed``, or ``above`` for what it can cost at most.
        unit: In what it costs more than `bound`; `most` is how much, None where it has no bound at all.
    """

    campaign: str
    why: str
    unit: str = ""
    most: int | None = None
    bound: int = 0


def approvable(before: Project, after: Project, campaigns: Collection[str]) -> tuple[Approvable, ...]:
    """
    What needs approval of *campaigns* as *after* has them, by the rule of the mall; nothing if they are as *before*.

    Money counts what is given away below list prices, and what benefits cost.
    """
    found: list[Approvable] = []
    for name in campaigns:
        was, now = before.campaigns.get(name), after.campaigns[name]
        if was is None or was.version != now.version:
            found += _reasons(now, "new" if was is None else "changed", after)
    return tuple(found)


def _reasons(campaign: Campaign, what: str, project: Project) -> Iterator[Approvable]:
    rule = project.approval
    if what in rule.changes:
        yield Approvable(campaign=campaign.id, why=what)
    costs = _costs(campaign, project) if rule.above else {}
    for unit, bound in rule.above.items():
        most = costs.get(unit, 0)
        if most is None or most > bound:
            yield Approvable(campaign=campaign.id, why="above", unit=unit, most=most, bound=bound)


def _costs(campaign: Campaign, project: Project) -> Mapping[str, int | None]:
    """The most that a campaign can cost, by unit; benefits as the money that they cost. None where it has no bound."""
    found: dict[str, int | None] = {}
    for part in campaign.play.exposure():
        benefit = project.benefits.get(part.unit)
        unit = project.currency.id if benefit is not None or part.unit == "money" else part.unit
        each = 1 if benefit is None else benefit.cost
        if each:
            most, before = part.total, found.get(unit, 0)
            found[unit] = None if most is None or before is None else before + most * each
    return found
