"""
A bought bundle for screens: its parts, how each stands, what there is to choose and until when.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import attrs

from quanyi.entitlements.calculators import most
from quanyi.entitlements.clauses import Gift
from quanyi.entitlements.errors import NotFound
from quanyi.entitlements.needs import Need
from quanyi.entitlements.picture import View
from quanyi.entitlements.plain import Plain
from quanyi.entitlements.plays.bundle.records import PackPart, part_key
from quanyi.entitlements.plays.bundle.terms import BundleTerms, Part
from quanyi.entitlements.records import Deal

__all__ = ["BundleView", "PartView", "bundle_needs", "bundle_view"]

_Things = tuple[tuple[str, int], ...]
"""(unit or benefit, amount) pairs."""


@attrs.frozen(kw_only=True)
class PartView(Plain):
    """
    One part of a bought bundle.

    Attributes:
        title: Its own name; empty where it goes by what it gives.
        phase: ``unpaid``, ``waiting`` (for `due_at`), ``open`` (to choose, until `due_at`), ``given``,
            ``short`` (out of stock; tried again at `due_at`), ``failed``, ``cancelled``, ``withdrawn``.
        things: What it gives, or gave, as far as that is settled.
        options: What there is to choose from, by name; empty where there is no choice.
        pick: How many of them; `default` what is given if nobody chooses, `chosen` what was.
        defaulted: Whether the default was given because nobody chose.
        entitlements: Ids of what it gave.
    """

    name: str
    title: Mapping[str, str]
    phase: str
    due_at: datetime | None
    things: _Things
    options: Mapping[str, _Things]
    pick: int
    default: tuple[str, ...]
    chosen: tuple[str, ...]
    defaulted: bool
    entitlements: tuple[str, ...]


@attrs.frozen(kw_only=True)
class BundleView(Plain):
    """
    One bought bundle.

    Attributes:
        item: The main thing, whose entitlements are the deal's own.
        phase: The deal's: ``placed``, ``paid``, ``closed``, ``refunded``.
    """

    deal: str
    campaign: str
    title: Mapping[str, str]
    item: str
    phase: str
    parts: tuple[PartView, ...]


def bundle_needs(deal: Deal, play: Any) -> set[Need]:
    """What tells how the parts of a deal stand; nothing for a deal that is no bundle."""
    return {part_key(deal.id, part.name) for part in play.parts} if isinstance(play, BundleTerms) else set()


def bundle_view(deal: Deal, play: Any, view: View) -> BundleView:
    """
    Show a deal, made by that version of its campaign, on a picture of its parts.

    Raises:
        NotFound: It is no bundle.
    """
    if not isinstance(play, BundleTerms):
        raise NotFound(f"{deal.id} is no bundle")
    return BundleView(
        deal=deal.id,
        campaign=deal.campaign,
        title=play.head.title,
        item=deal.item,
        phase=deal.phase,
        parts=tuple(_part(deal, part, view) for part in play.parts),
    )


def _part(deal: Deal, part: Part, view: View) -> PartView:
    record, _ = view.stored(part_key(deal.id, part.name))
    found = record if isinstance(record, PackPart) else PackPart(deal=deal.id, name=part.name, phase="unpaid")
    choice = part.choose
    return PartView(
        name=part.name,
        title=part.title,
        phase=found.phase,
        due_at=found.due_at,
        things=_things(part.gifts(found.chosen)),
        options={option.name: _things(option.gifts) for option in choice.of} if choice is not None else {},
        pick=choice.pick if choice is not None else 0,
        default=choice.default if choice is not None else (),
        chosen=found.chosen,
        defaulted=found.defaulted,
        entitlements=found.grants,
    )


def _things(gifts: tuple[Gift, ...]) -> _Things:
    return tuple((gift.thing, most(gift.how_much) or 0) for gift in gifts)
