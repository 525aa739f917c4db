"""How things are shown: whose picture it is, what an article can't carry, and shelves that are there in their time."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from urllib.parse import quote

import pytest

from quanyi.adapters.clock import FixedClock
from quanyi.adapters.web.articles import article
from quanyi.adapters.web.glyphs import PATHS

NOW = datetime(2026, 5, 1, 2, 0, tzinfo=UTC)
CATALOGUE = """
benefits:
  tea:
    is: voucher
    title: {zh: 茶, en: Tea}
    category: food
    platform: isle
    image: {src: "https://cdn.example/tea.jpg?w=3&h=2", alt: {zh: '一杯"热"茶', en: 'A "hot" tea'}}
    where: {zh: 全国门店, en: All shops}
    stock: 9
    compare: {list: 12.00, official: 8.00, seen: 2026-03-01, source: {zh: 菜单, en: The menu}, link: https://isle.example/menu}
    video: {src: /v/tea.mp4, poster: /v/tea.jpg, title: {zh: 泡茶, en: Brewing}, captions: {en: /v/tea.vtt}}
    guides:
      - title: {zh: "<b>泡茶</b>", en: "<b>Brewing</b>"}
        text: {zh: "**热水**", en: "**Hot** <script>alert(1)</script> [here](javascript:alert(1)) [there](/shops)"}
  cake: {is: voucher, title: {zh: 蛋糕, en: Cake}, category: food, platform: isle}
  film: {is: pass, title: {zh: 影视, en: Film}, category: video, glyph: crown}
  odd: {is: code, title: {zh: 别的, en: Odd}}
brands:
  isle: {title: {zh: 岛屿茶铺, en: Isle Tea}, mark: /brands/isle.svg}
scenes:
  holiday:
    title: {zh: 假期, en: Holiday}
    runs: {from: "2026-05-01 00:00", through: "2026-05-02"}
    shows: [film, tea, box]
"""
MALL = {
    "mall.yaml": "mall: tiny\nzone: Asia/Shanghai\ncurrency: CNY\nunits: {points: {title: {zh: 积分, en: points}}}\n",
    "events/all.yaml": "events: {gift: {}}\n",
    "catalogue/all.yaml": CATALOGUE,
    "campaigns/all.yaml": (
        "campaign: shelf\nkind: points_exchange\nsells: {tea: {points: 10}, cake: {points: 5}, film: {points: 8}, odd: {points: 2}}\n"
        "at_most: [3 pieces per user]\n---\n"
        "campaign: box\nkind: bundle\ntitle: {zh: 礼盒, en: Box}\nsells: {odd: {points: 3}}\nat_most: [1 piece per user]\n"
        "parts: {one: {give: film}}\n"
    ),
}


@pytest.fixture
def clock():
    return FixedClock(NOW)


@pytest.fixture
def opened(open_host, clock):
    mall, client = open_host(MALL, clock=clock, shows_from=["https://cdn.example"])
    mall.desk.adjust("ann", "points", 100, key="gift", reason="gift")
    return mall, client


def page(client, path: str, lang: str = "en") -> str:
    return client.get(f"/mall/{path}", headers={"Accept-Language": lang}).text


def picture_on(text: str) -> str:
    """The large picture of an item page."""
    return text.split('class="qy-item-art qy-art">', 1)[1].split("</div>", 1)[0]


def test_a_picture_of_the_hosts_stands_before_any_other(opened):
    """With its words for who does not see it; a quotation mark in them ends nothing."""
    art = picture_on(page(opened[1], "items/shelf/tea"))

    assert 'src="https://cdn.example/tea.jpg?w=3&amp;h=2"' in art
    assert 'alt="A &#34;hot&#34; tea"' in art
    assert "<svg" not in art


def test_else_the_mark_of_the_brand_and_else_a_glyph(opened):
    """A mark before a glyph; a glyph that is named before that of the category, and that before the form's."""
    cake, film, odd = (picture_on(page(opened[1], f"items/shelf/{name}")) for name in ("cake", "film", "odd"))

    assert 'src="/brands/isle.svg"' in cake
    assert PATHS["crown"] in film
    assert PATHS["key"] in odd
    assert "<text" not in cake + film + odd


def test_pictures_may_come_from_where_the_host_says(opened):
    """Browsers show none from elsewhere, and no video either."""
    policy = opened[1].get("/mall/").headers["Content-Security-Policy"]

    assert "img-src 'self' data: https://cdn.example;" in policy
    assert "media-src 'self' https://cdn.example;" in policy


def test_an_item_page_tells_what_is_known_of_a_thing(opened):
    """Who stands behind it, where it works, what it costs elsewhere, how many are gone and how many one may have."""
    mall, client = opened
    mall.exchange("tea", user="ann", key="1", campaign="shelf")

    text = page(client, "items/shelf/tea")

    assert "Isle Tea · All shops" in text
    assert "1 redeemed · 8 left · You can redeem 2" in text
    assert re.search(r"List price</dt><dd>¥12</dd>.*Official price</dt><dd>¥8</dd>", text, re.DOTALL)
    assert '<a href="https://isle.example/menu" rel="noopener">' in text
    assert 'controls preload="none"' in text
    assert "autoplay" not in text
    assert '<track kind="captions" srclang="en" src="/v/tea.vtt" default>' in text


def test_neither_a_title_nor_an_article_can_carry_a_script(opened):
    """HTML is shown as it is typed, and a link that leads nowhere good is text."""
    text = page(opened[1], "items/shelf/tea")

    assert "<h2>&lt;b&gt;Brewing&lt;/b&gt;</h2>" in text
    assert "<strong>Hot</strong> &lt;script&gt;alert(1)&lt;/script&gt;" in text
    assert 'href="javascript' not in text
    assert '<a href="/shops">there</a>' in text


@pytest.mark.parametrize(
    "text",
    [
        "[x](JaVaScRiPt:alert(1))",
        "[x](data:text/html;base64,AAAA)",
        "[x](//elsewhere.example)",
        "![x](http://plain.example/x.png)",
        "<javascript:alert(1)>",
        "[x]\n\n[x]: vbscript:x",
        '<img src=x onerror="alert(1)">',
        '[x](https://a.example/"onmouseover="alert(1))',
    ],
    ids=["case", "data", "host", "plain", "bare", "reference", "html", "attribute"],
)
def test_what_an_article_leads_to_is_on_the_list_of_what_it_may(text):
    """No scheme but https, no other host without one, no attribute out of an address."""
    html = str(article(text))

    assert not re.search(r"<(a|img)\b(?![^>]*\"(https://|/)[^\"]*\")", html)
    assert not re.search(r"<[^>]*\son\w+=", html)
    assert not re.search(r"(href|src)=\"(//|http:|data:|javascript)", html, re.IGNORECASE)


def test_things_like_it_are_of_its_brand_or_category(opened):
    """Not the thing itself, and nothing that is neither."""
    alike = page(opened[1], "items/shelf/tea").split('id="qy-alike"', 1)[1]

    assert "items/shelf/cake" in alike
    assert "items/shelf/tea" not in alike
    assert "items/shelf/film" not in alike


def test_a_scene_is_a_shelf_and_a_page_while_it_runs(opened, clock):
    """In the order that the file says; gone with its last day, page and shelf."""
    _, client = opened
    home, scene = page(client, ""), page(client, "scenes/holiday")

    assert 'href="/mall/scenes/holiday"' in home
    assert [*dict.fromkeys(re.findall(r"items/(shelf/film|shelf/tea|box/odd)", scene))] == [
        "shelf/film",
        "shelf/tea",
        "box/odd",
    ]

    clock.advance(timedelta(days=1, hours=14))  # midnight after the second of May, in the mall's zone

    assert "Holiday" not in page(client, "")
    assert client.get("/mall/scenes/holiday").status_code == 404


def test_a_scene_is_not_shown_before_it_runs(open_host):
    _, client = open_host(MALL, clock=FixedClock(NOW - timedelta(days=1)))

    assert "Holiday" not in page(client, "")
    assert client.get("/mall/scenes/holiday").status_code == 404
    assert client.get("/mall/scenes/nowhere").status_code == 404


def test_another_picture_is_no_other_version(opened, tmp_path):
    """Nothing of how things are shown has a say in what campaigns do, so what is under way is not touched by it."""
    from quanyi.campaigns.project.load import load_project

    mall, _ = opened
    for name, text in MALL.items():
        path = tmp_path / "other" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text.replace("tea.jpg?w=3", "other.jpg?w=3").replace("mark: /brands", "mark: /marks"), "utf-8")
    other = load_project(tmp_path / "other")

    assert other.displays["tea"] != mall.project.displays["tea"]
    assert {c.id: c.version for c in other.campaigns.values()} == {
        c.id: c.version for c in mall.project.campaigns.values()
    }


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_no_title_and_no_search_becomes_a_part_of_the_page(open_host, lang):
    """Of things, brands, campaigns and scenes, wherever they stand; and what somebody typed."""
    evil = "<img src=x onerror=alert(1)>"
    both = f"{{zh: '{evil}', en: '{evil}'}}"
    files = {
        "mall.yaml": f"mall: tiny\nzone: Asia/Shanghai\ncurrency: CNY\nunits: {{points: {{title: {both}}}}}\n",
        "events/all.yaml": "events: {gift: {}}\n",
        "catalogue/all.yaml": f"benefits: {{tea: {{is: voucher, title: {both}, text: {both}, platform: b, lasts: 30d}}}}\n"
        f"brands: {{b: {{title: {both}}}}}\nscenes: {{all: {{title: {both}, text: {both}, shows: [tea]}}}}\n",
        "campaigns/all.yaml": f"campaign: gifts\nkind: reward\nwhen: gift\ntitle: {both}\ngive: {{points: 500}}\n"
        f"exposure: {{accept: a test}}\n---\ncampaign: shelf\nkind: points_exchange\ntitle: {both}\n"
        "sells: {tea: {points: 1}}\nat_most: [1 piece per user]\n",
    }
    mall, client = open_host(files)
    mall.report("gift", user="ann", key="g")
    mall.exchange("tea", user="ann", key="x", campaign="shelf")
    for path in (
        "",
        "things",
        f"things?q={quote(evil)}",
        "items/shelf/tea",
        "scenes/all",
        "entitlements",
        "deals",
        "points",
    ):
        answer = client.get(f"/mall/{path}{'&' if '?' in path else '?'}lang={lang}")

        assert answer.status_code == 200, path
        assert "<img src=x" not in answer.text, path
        assert "&lt;img src=x" in answer.text, path
