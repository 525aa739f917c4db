"""
A back-test: one recording lived under two sets of campaigns, and what became different.

Both lives are whole: what somebody could afford, what was sold out and what fell due follow from
the campaigns of that life. What people would have done otherwise is not known, and not guessed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

import attrs

from quanyi.campaigns.tools.replay import Tally

__all__ = ["Backtest", "Moved", "People", "backtest"]


@attrs.frozen(kw_only=True)
class Moved:
    """
    A number that is another one now.

    Attributes:
        campaign: Empty for what no campaign did.
        what: (outcome, reason), or the thing that was given.
    """

    campaign: str
    what: tuple[str, ...]
    before: int
    after: int


@attrs.frozen(kw_only=True)
class People:
    """How many people end with more, or with less, of one thing, and by how much at most."""

    thing: str
    more: int
    less: int
    most_more: int
    most_less: int


@attrs.frozen(kw_only=True)
class Backtest:
    """
    What became different.

    Attributes:
        same: Whether every decision is the same, to the last.
        misread: How many lines could not be read under one of the two, by what is wrong with them.
    """

    inputs: int
    same: bool
    misread: Mapping[str, int]
    decisions: tuple[Moved, ...]
    given: tuple[Moved, ...]
    people: tuple[People, ...]


def backtest(before: Tally, after: Tally) -> Backtest:
    """Compare what came of one recording under two sets of campaigns."""
    return Backtest(
        inputs=after.inputs,
        same=before.digest == after.digest,
        misread=dict(before.misread | after.misread),
        decisions=tuple(_moved(before.counts, after.counts)),
        given=tuple(_moved(before.given, after.given)),
        people=tuple(_people(before.got, after.got)),
    )


def _moved(before: Counter[Any], after: Counter[Any]) -> Iterator[Moved]:
    for key in sorted(before.keys() | after.keys()):
        if before[key] != after[key]:
            campaign, *what = key
            yield Moved(campaign=campaign, what=tuple(what), before=before[key], after=after[key])


def _people(before: Counter[tuple[str, str]], after: Counter[tuple[str, str]]) -> Iterator[People]:
    keys = before.keys() | after.keys()
    for thing in sorted({thing for _, thing in keys}):
        moves = [after[key] - before[key] for key in keys if key[1] == thing]
        more, less = [n for n in moves if n > 0], [-n for n in moves if n < 0]
        if more or less:
            yield People(
                thing=thing,
                more=len(more),
                less=len(less),
                most_more=max(more, default=0),
                most_less=max(less, default=0),
            )
