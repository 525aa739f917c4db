"""What can be had stands first in a list, then what opens later, then what is gone, whatever the pages are cut to."""

from __future__ import annotations

from itertools import pairwise

import pytest

from quanyi import OfferQuery, OpenMall
from quanyi.campaigns.catalogue.marks import Mark
from tests.campaigns.conftest import CAMPAIGNS, Open
from tests.campaigns.test_catalogue import pages


@pytest.mark.parametrize("limit", [1, 2, 3, 50])
@pytest.mark.parametrize("text", ["", "卡"])
def test_what_can_be_had_stands_before_what_is_gone_on_whichever_page(open_shop: Open, text: str, limit: int) -> None:
    """What opens later stands between them; a thing that sells out goes to the end, and the pages lead back."""
    shop = open_shop(campaigns=_WITH_LITTLE)
    assert listed(shop, limit, text) == (
        ["film", "film_day", "music", "latte", "tea", "gum", "ticket"] if not text else ["film", "film_day", "music"]
    )
    shop.report("points.granted", user="ann", key="g", data={"points": 5_000})
    for number, (campaign, item) in enumerate([("b-shelf", "film"), ("small", "gum")]):
        shop.exchange(item, user="ann", key=f"e{number}", campaign=campaign)
    shop.desk.pause("a-till")

    wanted = (
        ["film_day", "music", "latte", "ticket", "film", "tea", "gum"] if not text else ["film_day", "music", "film"]
    )
    assert listed(shop, limit, text) == wanted
    query = OfferQuery(text=text)
    found = list(pages(shop, query, limit))
    for earlier, later in pairwise(found):
        back = shop.offers("ann", query=query, after=later.previous, limit=limit)
        assert [offer.item for offer in back] == [offer.item for offer in earlier]
    (page,) = shop.look(lambda at: at.offers("ann", query=query, limit=limit))
    assert [offer.item for offer in page] == wanted[:limit]
    assert (page.next, page.previous) == (found[0].next, None)


_WITH_LITTLE = (
    CAMPAIGNS.replace(
        "  music: {points: 300, money: 5.00}\n", "  music: {points: 300, money: 5.00}\nquota: {film: 1}\n"
    )
    + """\
---
campaign: small
kind: points_exchange
priority: -1
sells: {gum: {points: 1}}
quota: {gum: 1}
"""
)


def listed(mall: OpenMall, limit: int, text: str) -> list[str]:
    return [offer.item for page in pages(mall, OfferQuery(text=text), limit) for offer in page]


def test_what_sells_out_while_somebody_reads_is_no_gap(open_shop: Open) -> None:
    """The place that a mark names stays one: what follows it is shown, and what is gone is found at the end."""
    shop = open_shop(campaigns=_WITH_LITTLE)
    shop.report("points.granted", user="ann", key="g", data={"points": 5_000})
    first = shop.offers("ann", query=OfferQuery(), limit=1)
    shop.exchange("film", user="ann", key="e", campaign="b-shelf")

    rest = shop.offers("ann", query=OfferQuery(), after=first.next, limit=50)

    assert (rest.previous, rest.misplaced) == (None, False)
    assert [offer.item for offer in rest] == ["film_day", "music", "latte", "tea", "gum", "ticket", "film"]


@pytest.mark.parametrize("standing", [-1, 3, 2**40])
def test_a_mark_of_a_standing_that_there_is_not_is_the_first_page(open_shop: Open, standing: int) -> None:
    """Its digest is no secret, so that anybody can make one."""
    shop, query = open_shop(campaigns=_WITH_LITTLE), OfferQuery()
    mark = Mark((standing, 0, 0, "b-shelf", 0)).text(("shop", "points", query.name))

    page = shop.offers(query=query, after=mark, limit=2)

    assert [offer.item for offer in page] == ["film", "film_day"]
    assert page.misplaced
