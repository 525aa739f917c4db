"""
Entries: what a campaign's file says of one thing on offer, as far as it can be changed in bulk.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime

import attrs

from quanyi.campaigns.kinds.kind import Kind
from quanyi.entitlements.plays.base import Play
from quanyi.entitlements.plays.sale.terms import Price, SaleTerms
from quanyi.entitlements.time import Span

__all__ = ["Entry", "entries_of", "moved"]


@attrs.frozen(kw_only=True)
class Entry:
    """
    One thing that a campaign sells.

    Attributes:
        price: What a piece costs, without what it costs elsewhere.
        quota: Pieces of this campaign in all; None where they are not counted.
        splits: In how many balances the quota is kept.
        by_window: Whether pieces are counted by session or day, which is changed in the campaign's own file.
        span: From when to when it is on sale inside the campaign's run.
        ends_at: When the campaign's run ends.
    """

    campaign: str
    item: str
    price: Price
    quota: int | None
    splits: int = 1
    by_window: bool = False
    span: Span = attrs.field(factory=Span)
    zone: str
    currency: str
    ends_at: datetime | None = None

    @property
    def name(self) -> tuple[str, str]:
        """The campaign and the thing."""
        return self.campaign, self.item

    @property
    def says(self) -> tuple[object, ...]:
        """What of it can be changed."""
        return dict(self.price.units), self.price.money, self.price.steps, self.quota, self.span


def entries_of(plays: Iterable[Play], kind_of: Callable[[Play], Kind | None]) -> Iterator[Entry]:
    """The entries of all that these campaigns sell, as their files list it; *kind_of* is None for one that is parked."""
    for play in plays:
        kind = kind_of(play)
        terms = None if kind is None or kind.offers is None else kind.offers.terms(play)
        yield from (_entry(terms, item) for item in terms.sells) if terms is not None else ()


def _entry(terms: SaleTerms, item: str) -> Entry:
    """The entry of a thing that is sold."""
    return Entry(
        campaign=terms.head.campaign,
        item=item,
        price=attrs.evolve(terms.sells[item], list_price=0),
        quota=terms.quota.get(item),
        splits=terms.splits,
        by_window=item in terms.rounds,
        span=terms.on_sale.get(item, Span()),
        zone=terms.head.zone,
        currency=terms.currency,
        ends_at=terms.head.runs.end,
    )


def moved(before: Mapping[tuple[str, str], Entry], after: Mapping[tuple[str, str], Entry]) -> list[tuple[Entry, Entry]]:
    """What differs between two states of the same things, before and after."""
    both = ((before[name], after[name]) for name in before if name in after)
    return [(one, other) for one, other in both if one.says != other.says]
