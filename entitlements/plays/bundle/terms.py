"""
The clauses of a bundle: its parts, and the choice that a part may leave to the buyer.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Literal

import attrs

from quanyi.entitlements.calculators import most
from quanyi.entitlements.clauses import Gift
from quanyi.entitlements.plays.sale import Price
from quanyi.entitlements.plays.sale.terms import SaleTerms
from quanyi.entitlements.time import Duration

__all__ = ["BundleTerms", "Choice", "Option", "Part"]

_A_DAY = Duration(seconds=86_400)


@attrs.frozen(kw_only=True)
class Option:
    """One of the things to choose from."""

    name: str
    gifts: tuple[Gift, ...]


@attrs.frozen(kw_only=True)
class Choice:
    """
    Some of several, within a time.

    Attributes:
        of: What there is to choose from, in the order in which it is shown.
        pick: How many of them.
        within: How long the choice stays open.
        default: What is given if nobody has chosen by then; it reads as given from that instant on.
        given: What was chosen is given ``at_once``, or ``at_end`` of the time: till then it can be changed.
    """

    of: tuple[Option, ...]
    pick: int = 1
    within: Duration
    default: tuple[str, ...]
    given: Literal["at_end", "at_once"] = "at_once"

    @property
    def names(self) -> tuple[str, ...]:
        """What there is to choose from, by name."""
        return tuple(option.name for option in self.of)


@attrs.frozen(kw_only=True)
class Part:
    """
    One companion of a bundle.

    Attributes:
        give: What it gives, where there is nothing to choose; amounts are fixed.
        after: How long after paying it is given, or opens for choosing; None for at once.
        tries: How often it is tried again where its stock is gone, and how long apart: `every`.
        instead: What is given once all tries are used up.
        price: Its share of what the bundle costs.
        if_failed: What a part that can't be given at all does: ``nothing``, ``refund`` its price, or
            ``refund_all``: the whole bundle is taken back.
    """

    name: str
    title: Mapping[str, str] = attrs.field(factory=dict)
    give: tuple[Gift, ...] = ()
    choose: Choice | None = None
    after: Duration | None = None
    tries: int = 3
    every: Duration = _A_DAY
    instead: tuple[Gift, ...] = ()
    price: Price = attrs.field(factory=Price)
    if_failed: Literal["nothing", "refund", "refund_all"] = "nothing"

    def gifts(self, chosen: Sequence[str] = ()) -> tuple[Gift, ...]:
        """What it gives, after this choice."""
        options = {option.name: option.gifts for option in self.choose.of} if self.choose is not None else {}
        return (*self.give, *(gift for name in chosen for gift in options.get(name, ())))

    def everything(self) -> Iterator[Gift]:
        """All that it may ever give."""
        yield from self.gifts(self.choose.names if self.choose is not None else ())
        yield from self.instead

    def most_of(self, thing: str) -> int:
        """The most of one thing that it gives, whatever is chosen."""
        return max(self._most({thing: 1}), sum(_amount(g) for g in self.instead if g.thing == thing))

    @property
    def worth(self) -> int:
        """What it would cost a buyer by itself, in the currency's smallest part: the dearest choice."""
        faces = {gift.thing: gift.benefit.face for gift in self.everything() if gift.benefit is not None}
        return self._most(faces)

    def _most(self, weights: Mapping[str, int]) -> int:
        always = sum(_amount(gift) * weights.get(gift.thing, 0) for gift in self.give)
        if self.choose is None:
            return always
        options = [sum(_amount(g) * weights.get(g.thing, 0) for g in option.gifts) for option in self.choose.of]
        return always + sum(sorted(options, reverse=True)[: self.choose.pick])


def _amount(gift: Gift) -> int:
    return most(gift.how_much) or 0


@attrs.frozen(kw_only=True, slots=False)
class BundleTerms(SaleTerms):
    """
    One thing with companions.

    Attributes:
        parts: The companions, in the order in which they are given.
        units: What is spent, and what the parts give.
        benefits: The thing sold, and what the parts give.
    """

    preset: str = "bundle"
    parts: tuple[Part, ...] = ()

    def part(self, name: str) -> Part | None:
        """A part by its name."""
        return next((part for part in self.parts if part.name == name), None)
