"""
What a kind tells the checks that look at well-formed campaigns: each check knows one mistake, each kind where it can be.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import attrs

from quanyi.campaigns.kinds.links import Link
from quanyi.campaigns.language.findings import Findings
from quanyi.campaigns.language.places import Place
from quanyi.entitlements.checks.conditions import Condition
from quanyi.entitlements.clauses import Limit
from quanyi.entitlements.giving import Undoable

__all__ = ["Lint", "nothing"]


def nothing(*_: Any) -> tuple[()]:
    """For a kind that has nothing of the sort."""
    return ()


def _times(*_: Any) -> set[str]:
    """For a kind in which limits can only count how often."""
    return {"times"}


@attrs.frozen(kw_only=True)
class Lint:
    """
    Where in a kind's campaigns the checks look. Each is called with the play and the place of its document.

    Attributes:
        bounds: Note what is given without a bound: with the currency, where to note it, and what is known to be wrong.
        counted: What limits can count: with the place of the limit and the currency.
        limits: Limits besides `at_most` and `budget`, each with its place.
        check_limits: Note what is wrong with limits in this kind alone: with all that are sound, and the findings.
        conditions: Conditions besides the audience, each with its place.
        undoables: What can be taken back, where it is written, and the events that cause it.
        promises: What promises for later, with its place.
        links: Its rules as links of chains: what each hears and tells.
        offers: What it sells: the command that asks for it, and the thing.
        check: Note whatever else is wrong in this kind alone.
    """

    bounds: Callable[[Any, Place, str, Findings, Findings], object] = nothing
    counted: Callable[[Any, Place, str], set[str]] = _times
    limits: Callable[[Any, Place], Iterable[tuple[Limit, Place]]] = nothing
    check_limits: Callable[[Any, Place, list[tuple[Limit, Place]], Findings], object] = nothing
    conditions: Callable[[Any, Place], Iterable[tuple[Place, Condition | None]]] = nothing
    undoables: Callable[[Any, Place], Iterable[tuple[Undoable, Place, set[str]]]] = nothing
    promises: Callable[[Any, Place], Iterable[tuple[Any, Place]]] = nothing
    links: Callable[[Any, Place], Iterable[Link]] = nothing
    offers: Callable[[Any], Iterable[tuple[str, str]]] = nothing
    check: Callable[[Any, Place, Findings], object] = nothing
