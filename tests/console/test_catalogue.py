"""The catalogue at the console: found, changed many at a time, published, taken back."""

from __future__ import annotations

import re
from io import BytesIO
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from openpyxl import Workbook, load_workbook

from quanyi.adapters.catalogue import finding
from quanyi.adapters.console import visit
from quanyi.adapters.console.catalogue import screens


def told(answer: Any) -> str:
    plain = re.sub(r"<(svg|script|head)\b.*?</\1>", "", answer.text, flags=re.DOTALL)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", plain))


def names(there: Any, **query: str) -> list[str]:
    return re.findall(r'name="thing" value="([^"]+)"', there.get("/catalogue", **query).text)


@pytest.fixture
def shop(there: Any) -> Any:
    return there.as_("operator", "approver")


def planned(shop: Any, **said: Any) -> str:
    answer = shop.post("/catalogue/change", said)
    assert answer.status_code == 303, told(answer)
    return str(answer.headers["Location"]).removeprefix("/ops")


def publish(shop: Any, plan: str) -> Any:
    return shop.post(f"{plan}/apply", {"onto": str(shop.mall.desk.editing.epoch), "edition": "1"})


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"q": "kfq"}, ["coffee-for-points/coffee"]),
        ({"q": "phone", "campaign": "hot"}, ["hot/phone"]),
        ({"state": "sold_out"}, ["music-for-both/music"]),
        ({"unit": "points", "least": "200"}, ["coffee-for-points/coffee"]),
        ({"unit": "CNY", "most": "5"}, ["music-for-both/music"]),
        ({"state": "not_listed"}, []),
        ({"least": "nonsense", "brand": "", "category": "food"}, []),
    ],
)
def test_it_is_found_by_words_and_filters(shop, query, found):
    assert names(shop, **query) == found


def test_the_list_goes_on_behind_its_first_page(shop, monkeypatch):
    monkeypatch.setattr(screens, "_ON_A_PAGE", 2)
    monkeypatch.setattr(visit, "_ON_A_PAGE", 2)
    first = names(shop)
    assert [first, names(shop, after=first[-1]), names(shop, after="hot/phone")] == [
        ["arena/phone", "coffee-for-points/coffee"],
        ["flash/phone", "hot/phone"],
        ["music-for-both/music"],
    ]


def test_a_change_is_planned_published_and_taken_back(shop):
    before = shop.mall.desk.editing.text_in_force("flash")
    plan = planned(
        shop, thing=["flash/phone", "hot/phone"], edit="price_percent", amount="-10%", paid_in="CNY", step="100"
    )
    page = told(shop.get(plan))
    assert "¥5,699 → ¥5,100" in page
    assert shop.mall.offer("flash", "phone").price.money == 569900

    publish(shop, plan)
    assert [shop.mall.offer(name, "phone").price.money for name in ("flash", "hot")] == [510000, 510000]
    assert ("change.apply", "done", "") in shop.acts()
    assert "Release 2" in told(shop.get(plan))

    back = shop.post(f"{plan}/undo", {}).headers["Location"].removeprefix("/ops")
    publish(shop, back)
    assert shop.mall.offer("flash", "phone").price.money == 569900
    assert shop.mall.desk.editing.text_in_force("flash") == before


def test_delisting_and_listing_at_once_and_at_a_time(shop):
    publish(shop, planned(shop, thing="flash/phone", edit="delist"))
    assert shop.mall.offer("flash", "phone").state == "ended"
    assert names(shop, state="not_listed") == ["flash/phone"]

    publish(shop, planned(shop, thing="flash/phone", edit="list", **{"from": "2026-03-09T10:00"}))
    assert shop.mall.offer("flash", "phone").state == "not_started"
    assert names(shop, state="scheduled") == ["flash/phone"]
    shop.clock.advance(days=2)
    assert shop.mall.offer("flash", "phone").state == "open"

    publish(shop, planned(shop, thing="flash/phone", edit="times", until="2026-03-11T10:00"))
    assert names(shop, state="ends_soon") == ["flash/phone"]


def test_all_that_a_search_finds_is_changed(shop):
    plan = planned(shop, all="1", q="phone", edit="quota_add", amount="5")
    assert "Items that change: 3" in told(shop.get(plan))
    publish(shop, plan)
    assert [shop.mall.offer(name, "phone").total for name in ("arena", "flash", "hot")] == [205, 25, 55]


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"edit": "price_set", "amount": "1", "paid_in": "CNY"}, "thing"),
        ({"thing": "flash/phone", "edit": "burn"}, "edit"),
        ({"thing": "flash/phone", "edit": "price_set", "amount": "x", "paid_in": "CNY"}, "amount"),
        ({"thing": "flash/phone", "edit": "price_set", "amount": "1", "paid_in": "x"}, "paid_in"),
        ({"thing": "flash/phone", "edit": "price_percent", "amount": "-100", "paid_in": "CNY"}, "amount"),
        ({"thing": "flash/phone", "edit": "price_percent", "amount": "5", "paid_in": "CNY", "step": "-1"}, "step"),
        ({"thing": "flash/phone", "edit": "quota_set", "amount": "-1"}, "amount"),
        ({"thing": "flash/phone", "edit": "list", "from": "tomorrow"}, "from"),
        ({"thing": "flash/phone", "edit": "times", "until": "9999-12-31T00:00"}, "until"),
    ],
)
def test_what_is_mistyped_is_told_at_its_field(shop, said, field):
    answer = shop.post("/catalogue/change", said)
    assert answer.status_code == 422
    assert "qo-error" in answer.text
    assert 'value="flash/phone" checked' in answer.text or field == "thing"
    assert shop.mall.desk.editing.proposals.all() == [], field


def test_what_is_redeemed_is_what_the_quota_has_lost(shop):
    """A thing without codes has none left, and yet nobody took one."""
    shop.mall.claim("flash", item="phone", user="ann", key="k")
    publish(shop, planned(shop, thing="music-for-both/music", edit="quota_set", amount="8"))
    lines = shop.get("/catalogue", **{"as": "csv"}).data.decode().splitlines()

    assert "flash/phone,5699.00,20,19,1,on_sale,," in lines
    assert "music-for-both/music,100 points + 5.00,8,0,0,sold_out,," in lines


def test_a_line_that_cannot_be_done_is_told_first_and_left_out(shop):
    shop.mall.claim("flash", item="phone", user="ann", key="k")
    said = {"thing": ["flash/phone", "hot/phone"], "edit": "quota_set", "amount": "0"}
    page = told(shop.post("/catalogue/change", said))
    assert "1 are redeemed or on hold, so 0 is 1 too few" in page
    assert shop.mall.desk.editing.proposals.all() == []

    plan = planned(shop, **said, without="yes")
    assert "Items that change: 1" in told(shop.get(plan))


def test_a_list_says_what_becomes_of_each_line(shop):
    said = (
        "thing,price,stock,to\nflash/phone,5599.00,,2026-05-01 10:00\nphone,3\ncoffee,=1\nmusic,'90 points + 4.00\n,5\n"
    )
    page = told(shop.post("/catalogue/upload", {"list": said}))
    for why in ("Sold by arena, flash, hot", "=1 isn’t a price here", "No campaign sells this"):
        assert why in page
    assert "change something: 2" in page

    answer = shop.post("/catalogue/upload", {"list": said, "without": "yes"})
    publish(shop, answer.headers["Location"].removeprefix("/ops"))
    offer = shop.mall.offer("flash", "phone")
    assert (offer.price.money, offer.ends_at.isoformat()) == (559900, "2026-05-01T02:00:00+00:00")
    assert dict(shop.mall.offer("music-for-both", "music").price.units) == {"points": 90}


@pytest.mark.parametrize(
    ("part", "filling"),
    [
        ("xl/worksheets/sheet1.xml", b"<c><v>1</v></c>" * 700_000),
        ("xl/sharedStrings.xml", b"<si><t>a</t></si>" * 600_000),
        ("xl/styles.xml", b"<xf/>" * 300_000),
        ("xl/worksheet", b"<row/>" * 200_000),
    ],
    ids=["cells", "texts", "styles", "another-name"],
)
def test_a_small_file_that_unpacks_to_a_large_one_is_not_unpacked(shop, monkeypatch, part, filling):
    """A hundred kilobytes can take a gigabyte of memory: what is in a sheet is counted before it is read."""
    monkeypatch.setattr("openpyxl.load_workbook", lambda *_, **__: pytest.fail("it was unpacked"))
    kept = BytesIO()
    with ZipFile(kept, "w", ZIP_DEFLATED) as file:
        file.writestr(part, filling)
    answer = shop.post("/catalogue/upload", {"file": (BytesIO(kept.getvalue()), "a.xlsx")}, lang="en")

    assert len(kept.getvalue()) < 100_000
    assert (answer.status_code, "The file can’t be read. Save it as CSV or XLSX" in answer.text) == (422, True)


@pytest.mark.parametrize(("form", "lang"), [("csv", "en"), ("csv", "zh"), ("xlsx", "en")])
def test_a_file_of_the_catalogue_changes_nothing_and_its_cells_can_be_changed(shop, form, lang):
    publish(shop, planned(shop, thing="flash/phone", edit="times", **{"from": "2026-03-01T10:00"}))
    file = shop.get("/catalogue", **{"as": form, "lang": lang}).data
    unchanged = shop.post("/catalogue/upload", {"file": (BytesIO(file), f"catalogue.{form}")})
    assert unchanged.status_code == 200
    assert "change something: 0" in told(unchanged)
    assert "can’t be done: 0" in told(unchanged)


def test_a_sheet_is_read_and_a_broken_one_is_told(shop):
    book = Workbook()
    book.active.append(["Item", "Price"])
    book.active.append(["flash/phone", 5599.5])
    kept = BytesIO()
    book.save(kept)
    answer = shop.post("/catalogue/upload", {"file": (BytesIO(kept.getvalue()), "a.xlsx")})
    publish(shop, answer.headers["Location"].removeprefix("/ops"))
    assert shop.mall.offer("flash", "phone").price.money == 559950
    assert load_workbook(kept).active is not None

    for broken in (b"PK\x03\x04nonsense", b"", b'"' + b"x" * 200_000):
        assert shop.post("/catalogue/upload", {"file": (BytesIO(broken), "a.xlsx")}).status_code in (200, 422)


def test_a_plan_that_something_overtook_says_so(shop):
    mine, theirs = (planned(shop, thing="flash/phone", edit="quota_set", amount=n) for n in ("30", "31"))
    page = shop.get(mine).text
    onto = re.search(r'name="onto" value="(\d+)"', page)
    assert onto is not None
    publish(shop, theirs)

    assert shop.post(f"{mine}/apply", {"onto": onto[1], "edition": "1"}).status_code == 409
    assert "This plan is out of date" in told(shop.get(mine))
    assert shop.mall.offer("flash", "phone").total == 31


def test_an_undo_names_the_release_that_changed_it_since(shop):
    first = planned(shop, thing=["flash/phone", "hot/phone"], edit="quota_add", amount="5")
    publish(shop, first)
    publish(shop, planned(shop, thing="flash/phone", edit="quota_add", amount="1"))
    page = told(shop.post(f"{first}/undo", {}))

    assert "Release 3 has changed it since" in page
    answer = shop.post(f"{first}/undo", {"without": "yes"})
    publish(shop, answer.headers["Location"].removeprefix("/ops"))
    assert [shop.mall.offer(name, "phone").total for name in ("flash", "hot")] == [26, 50]


def test_a_page_that_has_not_looked_at_all_says_so_and_leads_on(shop, monkeypatch):
    """In both languages; an empty page is no end, and a file has all of it."""
    monkeypatch.setattr(finding, "_MOST_LOOKED", 2)
    zh, en = (shop.get("/catalogue", state="sold_out", lang=lang) for lang in ("zh", "en"))
    assert names(shop, state="sold_out") == []
    assert "前 2 项里没有符合条件的商品" in told(zh)
    assert "还有 3 项没有查看" in told(zh)
    assert "3 more not looked at yet" in told(en)
    assert "Look further" in told(en)
    after, found = "", []
    while after is not None:
        page = shop.get("/catalogue", state="sold_out", **({"after": after} if after else {})).text
        found += re.findall(r'name="thing" value="([^"]+)"', page)
        following = re.search(r'rel="next" href="[^"]*after=([^"&]+)', page)
        after = following.group(1).replace("%2F", "/") if following else None
    lines = shop.get("/catalogue", state="sold_out", **{"as": "csv"}).data.decode().splitlines()

    assert found == ["music-for-both/music"]
    assert len(lines) == 2
