"""
Campaigns that would keep an input from ever being decided, and which one of a chain to leave out.

What a campaign causes is decided with its input, in the same transaction. When a chain gets too
deep, or a decision keeps asking for more rows, later decisions in the batch have been built on it
already. So the batch is dropped and decided again without that campaign, for that input alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType

from quanyi.entitlements.accounts import Account
from quanyi.entitlements.needs import Need, Undeclared

__all__ = ["DEPTH", "Endless", "Pair", "StillAsking", "first_in_a_circle"]

DEPTH = 8
"""How long a chain of causes from one input may be, and how often a campaign may cause itself in it."""

Pair = tuple[bytes, str]
"""The id of an input from outside, and a campaign."""


class Endless(Exception):  # noqa: N818  (a request to start again)
    """
    The batch must be decided again without some campaigns.

    Attributes:
        pairs: From which input which campaign is to be left out, and the word for why:
            ``too-deep`` or ``keeps-asking``.
    """

    def __init__(self, pairs: Mapping[Pair, str]) -> None:
        self.pairs = dict(pairs)
        super().__init__(", ".join(f"{campaign} is {why}" for (_, campaign), why in self.pairs.items()))


class StillAsking(Undeclared):
    """
    More must be locked, or due timers be looked for.

    Attributes:
        pairs: Which campaigns asked for it, of which inputs.
        wanted: What each input asked for, by its id.
    """

    def __init__(
        self,
        needs: Iterable[Need],
        pairs: Iterable[Pair],
        wanted: Mapping[bytes, set[Need]],
        short: Mapping[Account, int] = MappingProxyType({}),
    ) -> None:
        super().__init__(needs, short)
        self.pairs = frozenset(pairs)
        self.wanted = wanted


def first_in_a_circle(path: Sequence[str]) -> str:
    """
    The campaign to leave out of a chain of campaigns that is too long.

    That is the first one that comes twice: without it the circle is broken, and what led to it stays. If
    none comes twice the chain is only long, and it is the last one.

    >>> first_in_a_circle(["order", "badge", "bonus", "badge"]), first_in_a_circle(["a", "b", "c"])
    ('badge', 'c')
    """
    return next((campaign for campaign in path if path.count(campaign) > 1), path[-1])
