"""The pages of things on offer: search, order, filters and pages, as links that work without a script."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

import pytest

from quanyi.adapters.clock import FixedClock
from quanyi.campaigns.catalogue import pinyin
from tests.campaigns.conftest import CAMPAIGNS, MALL, NOON, THINGS

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask.testing import FlaskClient

SHELF = "campaign: long\nkind: points_exchange\nsells:\n" + "".join(f"  c{n}: {{points: {n + 1}}}\n" for n in range(60))
COUPONS = "benefits:\n" + "".join(
    f"  c{n}: {{is: voucher, title: {{zh: 券 {n}, en: Coupon {n}}}, lasts: 30d}}\n" for n in range(60)
)


@pytest.fixture
def host(open_host: Callable[..., Any]) -> Callable[..., Any]:
    """A mall with six things and sixty coupons; ann has 100 points."""

    def opened(**more: Any) -> FlaskClient:
        files = {
            "mall.yaml": MALL,
            "events/all.yaml": "events:\n  points.granted: {points: int}\n",
            "catalogue/all.yaml": THINGS,
            "catalogue/coupons.yaml": COUPONS,
            "campaigns/all.yaml": CAMPAIGNS,
            "campaigns/long.yaml": SHELF,
        }
        mall, client = open_host(files, clock=FixedClock(NOON), pay=lambda _: "/till", **more)
        mall.report("points.granted", user="ann", key="g", data={"points": 100})
        return client  # type: ignore[no-any-return]

    return opened


def names(page: str) -> list[str]:
    return re.findall(r"<h3>(.*?)</h3>", page.partition('class="qy-tiles"')[2])


def link(page: str, text: str) -> str:
    """Where the link of that text leads."""
    found = re.findall(r'<a [^>]*href="([^"]*)"[^>]*>(.*?)</a>', page, re.DOTALL)
    return next(href.replace("&amp;", "&") for href, inside in found if re.sub("<.*?>", "", inside).strip() == text)


def asked_by(address: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}


def test_pages_of_24_lead_on_and_back(host: Callable[..., FlaskClient]) -> None:
    """From the first page to the last and back, by links; on the first no way back, on the last no way on."""
    client = host()
    page, pages = client.get("/mall/things?lang=en").text, []
    assert "Previous" not in page
    while "Next</span>" in page or ">Next<" in page:
        pages.append(names(page))
        page = client.get(link(page, "Next")).text
    pages.append(names(page))
    back = client.get(link(page, "Previous")).text

    assert [len(shown) for shown in pages] == [24, 24, 17]
    assert len({name for shown in pages for name in shown}) == 65
    assert names(back) == pages[-2]
    assert names(client.get(link(back, "Previous")).text) == pages[0]


def test_a_link_is_a_view(host: Callable[..., FlaskClient]) -> None:
    """What is chosen stands in the address, each choice keeps the others, and a new one begins at the first page."""
    client = host()
    first = client.get("/mall/things?lang=en&q=coupon&sort=price_down").text
    assert names(first)[0] == "Coupon 59"
    second = client.get(link(first, "Next")).text
    assert names(second)[0] == "Coupon 35"

    cheaper = link(second, "Points: low to high")
    assert asked_by(cheaper) == {"q": "coupon", "sort": "price"}
    assert names(client.get(cheaper).text)[0] == "Coupon 0"
    mine = link(second, "Only what I can afford")
    assert asked_by(mine) == {"q": "coupon", "sort": "price_down", "mine": "1"}
    again = client.get(mine).text
    assert "mine" not in asked_by(link(again, "Only what I can afford"))
    assert 'name="sort" value="price_down"' in again
    assert 'value="coupon"' in again
    assert asked_by(link(client.get("/mall/things?lang=en&mine=1&sort=price").text, "Food &amp; drink")) == {
        "category": "food",
        "mine": "1",
        "sort": "price",
    }


def test_the_other_language_shows_the_same_view(host: Callable[..., FlaskClient]) -> None:
    client = host()
    page = client.get(link(client.get("/mall/things?lang=en&sort=price").text, "Next")).text
    other = client.get(link(page, "中文")).text

    assert names(other)[0] == names(page)[0].replace("Coupon", "券")


@pytest.mark.parametrize(
    ("address", "zh", "en", "back"),
    [
        ("q=没有的", "没有找到“没有的”", "No results for “没有的”", {}),
        ("q=没有的&category=food", "没有找到“没有的”", "No results for “没有的”", {}),
        ("mine=1&category=food", "现有的余额还兑不了", "within your balance yet", {"category": "food"}),
        ("category=nothing", "这里暂时没有权益", "Nothing here yet", {}),
        ("q=%3Cscript%3E", "没有找到“&lt;script&gt;”", "No results for “&lt;script&gt;”", {}),
    ],
)
def test_nothing_is_said_with_the_way_back(
    host: Callable[..., FlaskClient], address: str, zh: str, en: str, back: dict[str, str]
) -> None:
    client = host()
    chinese, english = (
        client.get(f"/mall/things?{address}", headers={"Accept-Language": lang}).text for lang in ("zh", "en")
    )

    assert zh in chinese
    assert en in english
    assert asked_by(link(english, "See all benefits")) == back
    assert client.get(link(chinese, "查看全部权益")).status_code == 200


def test_what_an_address_says_wrongly_is_passed_over(host: Callable[..., FlaskClient]) -> None:
    """Unknown orders, forms and places are the first page of everything."""
    client = host()
    first = names(client.get("/mall/things").text)

    for address in ("sort=x", "form=x", "mine=2", "at=x", "at=" + "A" * 3_000, "at=%00", "q=%20", "sort=&at="):
        assert names(client.get(f"/mall/things?{address}").text) == first, address
    assert client.get("/mall/things?q=" + "卡" * 5_000).status_code == 200


def test_nobody_is_asked_what_they_can_afford(host: Callable[..., FlaskClient]) -> None:
    """A link of somebody who is signed in shows everything to somebody who is not."""
    page = host(current_user=lambda: None).get("/mall/things?mine=1&lang=en").text

    assert "Only what I can afford" not in page
    assert len(names(page)) == 24


def test_sales_are_found_by_words_and_have_pages_of_their_own(host: Callable[..., FlaskClient]) -> None:
    client = host()

    assert "Concert ticket" not in client.get("/mall/things?lang=en&sort=newest").text
    assert names(client.get("/mall/things?lang=en&q=concert").text) == ["Concert ticket"]
    assert "1 result<" in client.get("/mall/things?lang=en&q=concert").text
    assert "Concert ticket" in client.get("/mall/sales?lang=en").text


def test_sales_are_paged_too(open_host: Callable[..., Any]) -> None:
    """Thirty things in two sales: what ends first comes first, and the second page goes on."""
    sold = {place: range(place * 15, place * 15 + 15) for place in (0, 1)}
    sales = "---\n".join(
        f'campaign: sale-{place}\nkind: flash_sale\ntitle: Sale {place}\nruns: {{until: "2026-05-0{2 - place} 00:00"}}\n'
        f"sells: {{{', '.join(f'c{n}: 1.00' for n in some)}}}\nquota: {{{', '.join(f'c{n}: 4' for n in some)}}}\n"
        "hold: {pay_within: 15m}\n"
        for place, some in sold.items()
    )
    files = {"mall.yaml": MALL, "catalogue/all.yaml": COUPONS, "campaigns/all.yaml": sales}
    _, client = open_host(files, clock=FixedClock(NOON))
    first = client.get("/mall/sales?lang=en").text
    second = client.get(link(first, "Next")).text
    shown = [re.findall(r"<h3>(.*?)</h3>", page) for page in (first, second)]

    assert [len(names) for names in shown] == [24, 6]
    assert shown[0][0] == "Coupon 15"
    assert len({name for names in shown for name in names}) == 30
    assert re.findall(r"<h3>(.*?)</h3>", client.get(link(second, "Previous")).text) == shown[0]


def test_a_category_of_an_old_address_is_still_shown(host: Callable[..., FlaskClient]) -> None:
    """`/?category=…` was the address of a category once."""
    assert names(host().get("/mall/?category=food&lang=en").text) == ["Latte voucher", "Fruit tea"]


@pytest.mark.parametrize(("there", "said"), [(True, "拼音"), (False, "分类")])
def test_pinyin_is_promised_only_where_it_is_read(
    host: Callable[..., FlaskClient], monkeypatch: pytest.MonkeyPatch, there: bool, said: str
) -> None:
    """A host that has not installed it promises its visitors nothing of it, above the list and where nothing was found."""
    monkeypatch.setattr(pinyin, "is_read", lambda: there)
    client = host()

    assert f'placeholder="搜名称、品牌、{said}"' in client.get("/mall/things?lang=zh").text
    assert ("拼音首字母" in client.get("/mall/things?q=没有").text) is there


def test_a_phone_says_what_is_chosen_where_it_folds_up_the_choices(host: Callable[..., FlaskClient]) -> None:
    page = host().get("/mall/things?lang=en&sort=newest&form=pass&mine=1").text

    assert "Sort and filter<b>Newest · Pass · Only what I can afford</b>" in page
