"""The mall's pages in a host of our own: a plain Flask application, and what it may replace."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from sqlalchemy import Engine, create_engine

import quanyi
from quanyi.adapters.clock import FixedClock
from quanyi.adapters.web.dates import Dates
from quanyi.adapters.web.emblem import emblem
from quanyi.adapters.web.visit import money_text, number_text
from quanyi.adapters.words import Words, unit_word

NOW = datetime(2026, 3, 20, 12, 0, tzinfo=UTC)
MALL = {
    "mall.yaml": "mall: tiny\nzone: Asia/Shanghai\ncurrency: CNY\nunits: {points: {title: {zh: 积分, en: points}}}\n",
    "events/all.yaml": "events: {gift: {}}\n",
    "catalogue/all.yaml": (
        "benefits:\n  tea: {is: voucher, title: {zh: 茶, en: Tea}, lasts: 7d, face: 8.00, cost: 4.00}\n"
    ),
    "campaigns/all.yaml": (
        "campaign: gifts\nkind: reward\nwhen: gift\ngive: {points: 10}\nat_most: [5 per user]\n"
        "budget: {points: [{amount: 1000}]}\n---\n"
        "campaign: shelf\nkind: points_exchange\nsells: {tea: {points: 10}}\nat_most: [1 piece per user]\n---\n"
        "campaign: cash\nkind: flash_sale\nsells: {tea: {points: 1, money: 2.00}}\nquota: {tea: 9}\nat_most: [1 piece per user]\n"
    ),
}


@pytest.fixture
def mall(tmp_path: Path) -> Iterator[quanyi.OpenMall]:
    for name, text in MALL.items():
        path = tmp_path / "mall" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    engine = prepared(tmp_path / "host.db")
    there = quanyi.open_mall(tmp_path / "mall", engine, clock=FixedClock(NOW))
    there.desk.apply()
    yield there
    engine.dispose()


@pytest.fixture
def host(mall) -> Callable[..., Flask]:
    """A plain Flask application with the mall in it."""

    def host(*, user: str | None = "ann", **options) -> Flask:
        app = Flask("somebody_elses_host")
        quanyi.init_app(app, mall, current_user=lambda: user, **{"csrf": None, **options})
        return app

    return host


def prepared(path: Path) -> Engine:
    engine = create_engine(f"sqlite:///{path}")
    quanyi.prepare_engine(engine)
    quanyi.upgrade(engine)
    return engine


def test_a_plain_host_needs_only_to_say_who_is_there(host):
    """Nothing else is required: pages, styles and scripts are answered."""
    client = host().test_client()

    for path in ("/mall/", "/mall/static/quanyi.css", "/mall/static/mall.js"):
        with client.get(path) as answer:
            assert answer.status_code == 200, path


def test_styles_stand_by_subject_and_are_served_as_one(host):
    """In the order of their names; the address changes with any of them, and none has one of its own."""
    client, folder = host().test_client(), Path(quanyi.adapters.web.__file__).parent / "static" / "styles"
    parts = {path.name: path.read_text(encoding="utf-8") for path in sorted(folder.iterdir())}
    page = client.get("/mall/").text
    address = re.search(r'href="(/mall/static/quanyi\.css\?v=[0-9a-f]{16})"', page)[1]
    answer = client.get(address)

    assert answer.text == "".join(parts.values())
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert max(text.count("\n") for text in parts.values()) < 200
    assert client.get("/mall/static/styles/1-roles.css").status_code == 404
    assert client.get("/mall/static/1-roles.css").status_code == 404


def test_letters_are_as_large_as_the_reader_set_them():
    """Every size of letters is in rem; px alone is a bound beside one."""
    folder = Path(quanyi.adapters.web.__file__).parent / "static" / "styles"
    sizes = {
        size for path in folder.iterdir() for size in re.findall(r"font(?:-size)?: ([^;]+);", path.read_text("utf-8"))
    }

    assert {size for size in sizes if "px" in size and "rem" not in size} == set()
    assert len(sizes) > 10


def test_a_second_mall_in_one_application_is_refused(host, mall):
    """Two blueprints of one name would answer for each other."""
    app = host()

    with pytest.raises(RuntimeError, match="has a mall already"):
        quanyi.init_app(app, mall, current_user=lambda: None, csrf=None)


def test_the_prefix_is_the_hosts_choice(host):
    """Links follow the prefix."""
    page = host(url_prefix="/fuli").test_client().get("/fuli/").text

    assert 'href="/fuli/points"' in page
    assert "/mall/" not in page


def test_a_host_replaces_templates_and_texts_by_name(host, tmp_path):
    """Its frame around the pages, its words in them."""
    (tmp_path / "templates" / "quanyi").mkdir(parents=True)
    frame = "<html><body>our header{% block quanyi %}{% endblock %}</body></html>"
    (tmp_path / "templates" / "quanyi" / "frame.html").write_text(frame)
    app = host(texts={"zh": {"page.mall": "福利社"}})
    app.template_folder = str(tmp_path / "templates")

    page = app.test_client().get("/mall/?lang=zh").text

    assert "our header" in page
    assert "福利社" in page


def test_the_language_is_said_by_address_then_cookie_then_browser(host):
    """A choice stays; Chinese is what is left."""
    client = host().test_client()
    english = {"Accept-Language": "en-GB,en;q=0.9"}

    assert 'lang="zh-CN"' in client.get("/mall/").text
    assert 'lang="en"' in client.get("/mall/", headers=english).text
    assert 'lang="zh-CN"' in client.get("/mall/?lang=zh", headers=english).text
    assert 'lang="zh-CN"' in client.get("/mall/points", headers=english).text
    assert 'lang="zh-CN"' in client.get("/mall/?lang=tlh").text


def test_without_a_till_what_costs_money_is_shown_and_cannot_be_ordered(host, mall):
    """No button leads nowhere."""
    mall.report("gift", user="ann", key="g1")
    client = host().test_client()

    page = client.get("/mall/items/cash/tea?lang=en").text

    assert "¥2" in page
    assert 'type="submit"' not in page


def test_the_offer_that_is_shown_is_the_one_that_is_exchanged(host, mall):
    """One thing in two campaigns at two prices: the form buys at the price on its page."""
    mall.report("gift", user="ann", key="g1")
    client = host(pay=lambda deal: f"/pay/{deal.id}").test_client()

    answer = client.post("/mall/items/cash/tea", data={"token": "one", "qty": "1"})

    assert answer.status_code == 303
    assert answer.location.startswith("/pay/")
    assert mall.wallet("ann").units["points"].balance == 9


def test_a_form_without_its_token_is_no_form(host):
    """Without a token two presses would be two deals."""
    assert host().test_client().post("/mall/items/shelf/tea", data={"qty": "1"}).status_code == 404


def test_nobody_signed_in_without_a_place_to_sign_in(host):
    """A page that needs a person answers 404, never with somebody's data."""
    client = host(user=None).test_client()

    assert client.get("/mall/").status_code == 200
    assert client.get("/mall/points").status_code == 404


def test_an_emblem_is_drawn_from_its_id_alone():
    """The same id, the same picture; other ids, other pictures."""
    assert emblem("tea", "cup") == emblem("tea", "cup")
    assert len({emblem(f"benefit-{n}", "cup") for n in range(40)}) > 25


@pytest.mark.parametrize(
    ("at", "zh", "en"),
    [
        (datetime(2026, 3, 20, 12, 0, tzinfo=UTC), "今天 20:00", "today at 20:00"),
        (datetime(2026, 3, 20, 16, 0, tzinfo=UTC), "明天 00:00", "tomorrow at 00:00"),
        (datetime(2026, 3, 18, 16, 30, tzinfo=UTC), "昨天 00:30", "yesterday at 00:30"),
        (datetime(2026, 4, 25, 1, 5, tzinfo=UTC), "4月25日 09:05", "25 April at 09:05"),
        (datetime(2027, 1, 1, 1, 5, tzinfo=UTC), "2027年1月1日 09:05", "1 January 2027 at 09:05"),
    ],
)
def test_instants_are_said_as_people_say_them(at, zh, en):
    """In the mall's zone, near days by their names, the year only where it is another one."""
    assert [dates(lang).moment(at) for lang in ("zh", "en")] == [zh, en]


def test_an_end_at_midnight_is_the_day_before():
    """Half open inside, whole days outside; within two days the hour counts."""
    midnight = datetime(2026, 3, 31, 16, 0, tzinfo=UTC)

    assert dates("zh").last_day(midnight) == "3月31日"
    assert dates("zh").last_day(NOW + timedelta(hours=5)) == "明天 01:00"
    assert [dates(lang).end(midnight) for lang in ("zh", "en")] == ["3月31日", "31 March"]
    assert dates("en").end(midnight - timedelta(hours=2)) == "31 March at 22:00"
    assert dates("en").exact(midnight) == "2026-04-01 00:00 UTC+8"
    assert [dates("en").left(NOW + timedelta(hours=h)) for h in (0.5, 1, 30)] == [
        "30 minutes left",
        "1 hour left",
        "1 day left",
    ]


def test_numbers_are_said_with_their_places_and_signs():
    """No ¥0.00 for nothing, no float on the way."""
    assert money_text(990, "CNY", 2) == "¥9.90"
    assert money_text(123400, "CNY", 2) == "¥1,234"
    assert number_text(-1234567, 3) == "−1,234.567"
    assert [unit_word({"en": "points"}, "points", n, "en") for n in (0, 1, 2)] == ["points", "point", "points"]


def dates(locale: str) -> Dates:
    return Dates(now=NOW, zone=ZoneInfo("Asia/Shanghai"), words=Words(locale))
