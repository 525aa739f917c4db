"""
One thing that a campaign in force sells, with what it is found, filtered and sorted by.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import attrs

from quanyi.campaigns.kinds.view import Offers, Said
from quanyi.campaigns.language.vocabulary import Vocabulary
from quanyi.entitlements.clauses import Head
from quanyi.entitlements.plays.base import Play

__all__ = ["Thing", "things_of"]


@attrs.frozen(kw_only=True, eq=False)
class Thing:
    """
    One thing that a campaign sells.

    Attributes:
        campaign: The name of the campaign that sells it.
        offers: How the campaign's kind shows it.
        head: What the campaign says about itself, with the run of this thing in it.
        place: Which of the campaign's things it is, from 0.
        said: Its name, category and price, as they are written.
        also: What its brand and its category are called, for searching.
    """

    campaign: str
    play: Play
    offers: Offers
    item: str
    head: Head
    place: int
    said: Said
    also: str = ""

    @property
    def timed(self) -> str:
        """What tells its times from others': the campaign's name, with its own where it has times of its own."""
        return self.campaign if self.head is self.play.head else f"{self.campaign}/{self.item}"

    def within(self, balances: Mapping[str, int]) -> bool:
        """Whether *balances* pay for one piece; not for what costs money alone."""
        price = self.said.price
        if price is None or (price.money and not any(price.units.values())):
            return False
        return all(balances.get(unit, 0) >= amount for unit, amount in price.units.items())


def things_of(play: Play, offers: Offers, known: Vocabulary) -> Iterable[Thing]:
    """All that a campaign sells, as its file lists it."""
    for place, item in enumerate(offers.things(play)):
        said = offers.said(play, item, known.goods.get(item))
        also = known.called(said.platform, said.category)
        head = offers.head(play, item)
        yield Thing(
            campaign=play.head.campaign,
            play=play,
            offers=offers,
            item=item,
            head=head,
            place=place,
            said=said,
            also=also,
        )
