"""Pages of what is on offer: which things, in which order, and that one page follows another without a gap."""

from __future__ import annotations

import sys
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import pytest

from quanyi import FixedClock, InputError, OfferQuery, OpenMall
from quanyi.adapters.memory import MemoryStore
from quanyi.campaigns.catalogue import pinyin
from quanyi.campaigns.catalogue.texts import words_of
from quanyi.campaigns.offers import OfferPage, OffersInForce
from tests.campaigns.conftest import CAMPAIGNS, Open


@pytest.fixture
def shop(open_shop: Open) -> OpenMall:
    return open_shop()


def items(mall: OpenMall, user: str | None = None, **query: Any) -> list[str]:
    return [offer.item for offer in mall.offers(user, query=OfferQuery(**query))]


# --- order and filters -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sort", "wanted"),
    [
        ("recommended", ["film", "film_day", "music", "latte", "tea", "ticket"]),
        ("price", ["film_day", "latte", "film", "music", "ticket", "tea"]),
        ("price_down", ["music", "film", "latte", "film_day", "tea", "ticket"]),
        ("newest", ["ticket", "film", "film_day", "music", "latte", "tea"]),
        ("ending", ["film", "film_day", "music", "latte", "tea", "ticket"]),
    ],
)
def test_things_are_listed_in_each_order(shop: OpenMall, sort: str, wanted: list[str]) -> None:
    """By priority and as written; by points, and what takes none last; by start; by end, what is not open last."""
    assert items(shop, sort=sort) == wanted


def test_what_closes_first_changes_with_the_clock(shop: OpenMall, clock: FixedClock) -> None:
    """In the evening the sale is on, and closes tonight."""
    assert items(shop, sort="ending")[-1] == "ticket"
    clock.advance(hours=7)

    assert items(shop, sort="ending")[0] == "ticket"
    assert items(shop, phases=("soon",)) == []
    clock.advance(hours=4)
    assert items(shop, phases=("soon",)) == ["ticket"]
    clock.advance(days=60)
    assert items(shop, phases=("past",), sort="ending") == ["film", "film_day", "music", "ticket", "old"]


def test_what_is_listed_is_narrowed(shop: OpenMall) -> None:
    """By category, form, kind and phase; and the choices are those of everything there is in kind and phase."""
    assert items(shop, category="food") == ["latte", "tea"]
    assert items(shop, form="voucher", category="food", sort="price_down") == ["latte", "tea"]
    assert items(shop, kinds=("flash_sale",)) == ["ticket"]
    assert "ticket" not in items(shop, but=("flash_sale",))
    assert items(shop, phases=("past",)) == ["old"]
    assert items(shop, category="nothing") == []

    page = shop.offers(query=OfferQuery(category="food", but=("flash_sale",)))
    assert (page.categories, page.forms) == (("food", "video"), ("voucher", "membership", "pass"))


def test_what_somebody_can_afford(shop: OpenMall) -> None:
    """By all points that a price asks for; what costs money alone is not bought with points."""
    assert items(shop, "ann", affordable=True) == []
    shop.report("points.granted", user="ann", key="g/1", data={"points": 120})
    assert items(shop, "ann", affordable=True) == ["film_day", "latte"]
    shop.report("points.granted", user="ann", key="g/2", data={"points": 180})
    assert items(shop, "ann", affordable=True, sort="price_down") == ["music", "film", "latte", "film_day"]
    wallet, found = shop.look(
        lambda at: at.wallet("ann"), lambda at: at.offers("ann", query=OfferQuery(affordable=True), limit=2)
    )
    assert (wallet.units["points"].balance, [offer.item for offer in found]) == (300, ["film", "film_day"])


# --- search ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("电影", ["film", "film_day", "music"]),  # by the name before what is only said
        ("影月", ["film"]),
        ("电影日卡", ["film_day"]),  # most pairs of letters
        ("月卡 音乐", ["music"]),
        ("film", ["film", "film_day"]),
        ("FIL mon", ["film"]),
        ("ilm", []),
        ("ｑｑ", ["latte"]),
        ("qq拿铁", ["latte"]),
        ("VIP日卡", ["film_day"]),
        ("dy", ["film", "film_day"]),
        ("dianying", ["film", "film_day"]),
        ("dianyingyue", ["film"]),
        ("yueka", ["film", "music"]),
        ("cqgc", ["tea"]),  # 重 is chóng here
        ("lumen", ["film"]),
        ("food", ["latte", "tea"]),
        ("picked", ["film", "film_day", "music"]),
        ("演出", ["ticket"]),
        ("!!!", []),
        ("没有这样的", []),
    ],
)
def test_things_are_found_by_what_people_type(shop: OpenMall, text: str, wanted: list[str]) -> None:
    page = shop.offers(query=OfferQuery(text=text))

    assert [offer.item for offer in page] == wanted
    assert page.total == len(wanted)


def test_a_search_is_ordered_and_narrowed_too(shop: OpenMall) -> None:
    assert items(shop, text="电影", sort="price") == ["film_day", "film", "music"]
    assert items(shop, text="电影", form="pass") == ["film_day"]
    assert shop.offers(query=OfferQuery(text="  ")).total is None


def test_without_pypinyin_everything_else_is_found(open_shop: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    """A host that has not installed it finds by letters and words, and pinyin finds nothing."""
    monkeypatch.setitem(sys.modules, "pypinyin", None)
    with _forgotten():
        shop = open_shop()
        assert (items(shop, text="dianying"), items(shop, text="电影月"), items(shop, text="tide")) == (
            [],
            ["film"],
            ["latte"],
        )


class _forgotten:  # noqa: N801  (a context manager)
    """What was read in pinyin is forgotten, before and after."""

    def __enter__(self) -> None:
        pinyin.is_read.cache_clear()
        pinyin.spoken.cache_clear()
        pinyin._reader.cache_clear()

    def __exit__(self, *_: object) -> None:
        self.__enter__()


def test_a_search_looks_at_forty_letters_and_eight_words() -> None:
    """Whatever is typed, and whatever its letters become when they are made alike."""
    assert words_of("a b c d e f g h i j") == list("abcdefgh")
    assert "".join(words_of("卡" * 500)) == "卡" * 40
    assert len("".join(words_of("\ufdfa" * 40))) <= 40  # one letter that becomes eighteen


# --- pages -------------------------------------------------------------------------------------------


def pages(mall: OpenMall, query: OfferQuery, limit: int) -> Iterator[OfferPage]:
    after = None
    for _ in range(50):
        page = mall.offers("ann", query=query, after=after, limit=limit)
        yield page
        if page.next is None:
            return
        after = page.next
    pytest.fail("pages without end")


@pytest.mark.parametrize("sort", ["recommended", "price", "price_down", "newest", "ending"])
@pytest.mark.parametrize("text", ["", "卡"])
def test_pages_follow_each_other_and_lead_back(shop: OpenMall, sort: str, text: str) -> None:
    query = OfferQuery(sort=sort, text=text)
    whole = [offer.item for offer in shop.offers("ann", query=query)]
    found = list(pages(shop, query, 2))

    assert [offer.item for page in found for offer in page] == whole
    assert found[0].previous is None
    for earlier, later in pairwise(found):
        back = shop.offers("ann", query=query, after=later.previous, limit=2)
        assert [offer.item for offer in back] == [offer.item for offer in earlier]
        assert (back.next, back.previous) == (earlier.next, earlier.previous)


def test_a_place_stays_when_things_come_and_go(open_shop: Open) -> None:
    """The thing that a mark names is gone, others are new: what follows is what stands behind that place."""
    store = MemoryStore()
    shop = open_shop(store)
    first = shop.offers(query=OfferQuery(sort="price"), limit=2)
    assert [offer.item for offer in first] == ["film_day", "latte"]

    changed = CAMPAIGNS.replace("  latte: {points: 120}\n", "  gum: {points: 10}\n")
    later = open_shop(store, changed)
    behind = later.offers(query=OfferQuery(sort="price"), after=first.next, limit=2)

    assert [offer.item for offer in behind] == ["film", "music"]
    assert [o.item for o in later.offers(query=OfferQuery(sort="price"), after=behind.previous, limit=2)] == [
        "gum",
        "film_day",
    ]


def test_a_mark_that_was_made_by_hand_is_the_first_page(shop: OpenMall) -> None:
    """So is one of another query or another mall, one that was cut, and one whose place was changed."""
    query = OfferQuery()
    mark = str(shop.offers(query=query, limit=2).next)
    raw = urlsafe_b64decode(mark + "=" * (-len(mark) % 4))
    moved = urlsafe_b64encode(raw.replace(b"b-shelf", b"c-shelf")).decode().rstrip("=")
    first = [offer.item for offer in shop.offers(query=query, limit=2)]
    deep = urlsafe_b64encode(b"[" * 900).decode()

    for text in ("", "x", mark[:-2], mark + "A", moved, deep, "ä", "=" * 9, "A" * 100_000, "bnVsbA"):
        assert [offer.item for offer in shop.offers(query=query, after=text, limit=2)] == first, text[:20]
    assert [offer.item for offer in shop.offers(query=query, after=mark, limit=2)] == ["music", "latte"]
    cheap, dear = OfferQuery(sort="price"), OfferQuery(sort="price_down")
    other = shop.offers(query=cheap, limit=2).next
    assert shop.offers(query=dear, after=other, limit=2) == shop.offers(query=dear, limit=2)


def test_a_mark_behind_the_end_is_the_first_page(open_shop: Open) -> None:
    """What stood behind a place is gone: nobody is shown an empty page."""
    store = MemoryStore()
    mark = open_shop(store).offers(query=OfferQuery(), limit=5).next
    shop = open_shop(store, CAMPAIGNS.replace("\n  ticket: 1.00", ""))
    shop.desk.pause("evening")
    page = shop.offers(query=OfferQuery(but=()), after=mark, limit=5)

    assert [offer.item for offer in page] == ["ticket"]
    without = shop.offers(query=OfferQuery(phases=("now",)), after=mark, limit=5)
    assert len(without) == 5


@pytest.mark.parametrize(
    "bad",
    [
        {"sort": "cheapest"},
        {"sort": 1},
        {"form": "thing"},
        {"phases": ("tomorrow",)},
        {"phases": "now"},
        {"kinds": "flash_sale"},
        {"kinds": [None]},
        {"affordable": 1},
        {"text": b"x"},
        {"text": None},
        {"category": "\x00"},
        {"category": []},
    ],
)
def test_a_query_that_is_none_is_refused(bad: dict[str, Any]) -> None:
    with pytest.raises(InputError):
        OfferQuery(**bad)


def test_a_page_without_a_sensible_limit_or_user_is_refused(shop: OpenMall) -> None:
    for limit in (0, -1, True, "5", 2.5):
        with pytest.raises(InputError):
            shop.offers(limit=limit)  # type: ignore[arg-type]
    with pytest.raises(InputError, match="no user"):
        shop.offers(query=OfferQuery(affordable=True))
    with pytest.raises(InputError):
        shop.offers("", limit=3)


def test_the_call_without_a_query_lists_everything(shop: OpenMall) -> None:
    """By campaign, also what has ended; by kind, as before there were pages."""
    assert [offer.item for offer in shop.offers()] == ["latte", "tea", "film", "film_day", "music", "ticket", "old"]
    assert [offer.item for offer in shop.offers("ann", kind="flash_sale")] == ["ticket"]
    assert [offer.item for offer in shop.offers("ann", kind="points_exchange", limit=2)] == ["film", "film_day"]


# --- what it costs -----------------------------------------------------------------------------------


def test_only_what_is_shown_is_worked_out(shop: OpenMall, monkeypatch: pytest.MonkeyPatch) -> None:
    worked: list[int] = []
    shown = OffersInForce._shown
    monkeypatch.setattr(
        OffersInForce, "_shown", lambda self, things, user: worked.append(len(things)) or shown(self, things, user)
    )
    shop.offers("ann", limit=2)

    assert worked == [2]


def test_things_are_listed_once_for_a_set_of_campaigns(open_shop: Open) -> None:
    """Not again for each page, nor for a pause; again for other campaigns, here or in another process."""
    store = MemoryStore()
    shop, other = open_shop(store), open_shop(store)
    catalogues = set()
    for _ in range(3):
        shop.offers("ann", limit=2)
        catalogues.add(id(shop.ports.catalogue()))
    kept = shop.ports.catalogue()
    shop.desk.pause("a-shelf")
    assert shop.offers("ann", query=OfferQuery(category="food"))[-1].state == "paused"

    assert catalogues == {id(kept)} == {id(shop.ports.catalogue())}
    later = open_shop(store, CAMPAIGNS.replace("latte: {points: 120}", "latte: {points: 10}"))
    assert items(other, sort="price")[0] == "latte" == items(later, sort="price")[0]
    assert shop.ports.catalogue() is not kept
