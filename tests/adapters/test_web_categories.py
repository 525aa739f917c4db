"""Headings of lists have names, never ids; and people find things by the names of brands and headings."""

from __future__ import annotations

import re

import pytest

from quanyi.adapters.words import LOCALES, catalogue
from quanyi.campaigns.language.display import CATEGORIES
from tests.adapters.reading import said

MALL = {
    "mall.yaml": "mall: tiny\nzone: Asia/Shanghai\ncurrency: CNY\nunits: {points: {title: {zh: 积分, en: points}}}\n",
    "events/all.yaml": "events: {gift: {}}\n",
    "catalogue/all.yaml": (
        "benefits:\n"
        "  tea: {is: voucher, title: {zh: 茶, en: Tea}, category: food, platform: greenisle, lasts: 9d, face: 8.00}\n"
        "  doll: {is: voucher, title: {zh: 娃娃, en: Doll}, category: toys, lasts: 9d, face: 8.00}\n"
        "  bath: {is: voucher, title: {zh: 泡汤, en: Bath}, category: spa_7, lasts: 9d, face: 8.00}\n"
        "categories: {toys: {title: {zh: 玩具, en: Toys}}}\n"
        "brands: {greenisle: {title: {zh: 青屿, en: Emerald}}}\n"
    ),
    "campaigns/all.yaml": (
        "campaign: shelf\nkind: points_exchange\nsells: {tea: {points: 1}, doll: {points: 1}, bath: {points: 1}}\n"
        "at_most: [9 pieces per user]\n"
    ),
}


@pytest.fixture
def there(open_host):
    return open_host(MALL)


@pytest.mark.parametrize(
    ("lang", "names"),
    [("zh", ["全部", "餐饮", "玩具", "其他"]), ("en", ["All", "Food & drink", "Toys", "Other"])],
    ids=["zh", "en"],
)
def test_a_heading_is_called_by_its_name_and_never_by_its_id(there, lang, names):
    """In the mall and among what one has; one without a name is the other things."""
    mall, client = there
    mall.desk.adjust("ann", "points", 9, key="gift", reason="gift")
    for item in ("tea", "doll", "bath"):
        mall.exchange(item, user="ann", key=item, campaign="shelf")
    heads = {"/mall/things": "按分类查看|Categories", "/mall/entitlements": "按分类查看|Categories"}
    for path, label in heads.items():
        page = client.get(f"{path}?lang={lang}").text
        tabs = re.search(rf'aria-label="(?:{label})"><ul>(.*?)</ul>', page, re.DOTALL)[1]
        assert sorted(map(said, re.findall(r"<a.*?</a>", tabs))) == sorted(names), path

    one = client.get(f"/mall/things?category=spa_7&lang={lang}").text
    assert not re.search(r"spa|toys", said(one))
    assert f"<h1>{names[-1]}</h1>" in one


@pytest.mark.parametrize(
    ("words", "item"),
    [("玩具", "doll"), ("toys", "doll"), ("青屿", "tea"), ("emer", "tea"), ("餐饮", "tea"), ("drink", "tea")],
)
def test_things_are_found_by_the_names_of_brands_and_headings(there, words, item):
    """As the field of the search says."""
    _, client = there
    page = client.get("/mall/things", query_string={"q": words}).text

    assert set(re.findall(r"/mall/items/shelf/(\w+)", page)) == {item}


def test_common_headings_are_called_alike_in_the_files_and_on_pages():
    """So that what is found by a name is shown under it."""
    pages = {name: {lang: catalogue(lang)[f"category.{name}"] for lang in LOCALES} for name in CATEGORIES}

    assert pages == {name: dict(category.title) for name, category in CATEGORIES.items()}
    assert {f"category.{name}" for name in CATEGORIES} == {c for c in catalogue("zh") if c.startswith("category.")}
