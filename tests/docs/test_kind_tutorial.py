"""The tutorial about a kind of one's own, word for word: every command and the page know the kind it builds."""

from __future__ import annotations

import importlib
import json
import sys
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, create_engine

from quanyi import FixedClock, NotFound, prepare_engine
from quanyi.adapters.cli.options import known_kinds
from quanyi.adapters.wiring import OpenMall, open_mall
from quanyi.campaigns.language.findings import Finding
from quanyi.campaigns.project.load import check_project
from tests.cli.conftest import Answer, quanyi
from tests.docs.pages import ROOT, titled_blocks
from tests.engine.conftest import NOON

PAGE = ROOT / "docs" / "tutorial" / "a-kind-of-your-own.md"
MODULES = ("raffle", "raffle.play", "raffle.kind", "raffle.pages", "shop")
SURROUNDINGS = {
    "raffle/__init__.py": "",
    "mall/mall.yaml": (
        "mall: corner\nzone: Asia/Shanghai\ncurrency: CNY\nlocales: [zh, en]\n"
        "units:\n  points: {title: {zh: 积分, en: points}}\n"
    ),
    "mall/catalogue/drinks.yaml": (
        "benefits:\n  latte: {is: voucher, title: {zh: 拿铁, en: Latte}, face: 28.00, stock: 20, lasts: 30d}\n"
    ),
}

__all__ = ["quanyi"]


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The files of the page as an installed package, with its entry point, and a mall project beside it."""
    files = {**SURROUNDINGS, **titled_blocks(PAGE)}
    points = tomllib.loads(files["pyproject.toml"])["project"]["entry-points"]["quanyi.kinds"]
    files["raffle-1.dist-info/METADATA"] = "Metadata-Version: 2.1\nName: raffle\nVersion: 1\n"
    lines = [f"{name} = {place}" for name, place in points.items()]
    files["raffle-1.dist-info/entry_points.txt"] = "\n".join(["[quanyi.kinds]", *lines, ""])
    for name, text in files.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    known_kinds.cache_clear()
    yield tmp_path
    known_kinds.cache_clear()
    for name in MODULES:
        sys.modules.pop(name, None)


@pytest.fixture
def engine(shop: Path) -> Iterator[Engine]:
    made = prepare_engine(create_engine(f"sqlite:///{shop / 'shop.db'}"))
    yield made
    made.dispose()


@pytest.fixture
def applied(shop: Path, quanyi: Callable[..., Answer]) -> str:
    """A database in which the raffle is in force."""
    url = f"sqlite:///{shop / 'shop.db'}"
    assert quanyi("db", "upgrade", "--db", url).code == 0
    assert "new spring (raffle)" in quanyi("apply", shop / "mall", "--db", url, "--yes").out
    return url


@pytest.fixture
def mall(shop: Path, applied: str, engine: Engine) -> OpenMall:
    """The shop's mall, in which ann has points for three tickets."""
    opened: OpenMall = open_mall(
        shop / "mall", engine, kinds=importlib.import_module("shop").KINDS_OF_SHOP, clock=FixedClock(NOON)
    )
    opened.desk.adjust("ann", "points", 40, key="a", reason="welcome")
    return opened


def test_it_is_short():
    """All of it, the page included, is under 200 lines besides imports, docstrings and blank lines."""
    code = {name: text for name, text in titled_blocks(PAGE).items() if name.endswith((".py", ".html"))}
    lines = [line for text in code.values() for line in text.splitlines() if line.strip()]

    assert len([line for line in lines if not line.strip().startswith(('"""', "import ", "from "))]) < 200


# --- files and commands --------------------------------------------------------------------------


def test_its_files_are_checked_like_all_others(shop, quanyi):
    assert quanyi("validate", shop / "mall").out == "no mistakes\n"
    path = shop / "mall" / "campaigns" / "spring.yaml"
    path.write_text(path.read_text("utf-8").replace("every: 2", "evry: 2"))

    found = quanyi("validate", shop / "mall").out
    assert "spring.yaml:5:1 unknown-key there is no key 'evry' here (did you mean every?)" in found


def test_what_its_compile_notes_has_its_place(shop, quanyi):
    path = shop / "mall" / "campaigns" / "spring.yaml"
    path.write_text(path.read_text("utf-8").replace("every: 2", "every: 9"))

    assert "spring.yaml:5:8 nobody-wins no ticket can win (write 1 to 5)" in quanyi("validate", shop / "mall").out


@pytest.mark.parametrize(
    ("lang", "sentence"),
    [
        ("zh", "10 积分 换一张奖券，共 5 张；每 2 张中一张，得到 拿铁。"),
        ("en", "10 points for a ticket, 5 in all; one in 2 wins Latte."),
    ],
)
def test_it_is_shown_in_both_languages(shop, quanyi, lang, sentence):
    shown = quanyi("show", shop / "mall", "spring", "--lang", lang)

    assert shown.code == 0
    assert sentence in shown.out
    assert {"zh": "还有奖券", "en": "there are tickets left"}[lang] in shown.out


def test_its_stories_come_true_and_say_what_they_left_out(shop, quanyi):
    told = quanyi("test", shop / "mall", "--coverage")

    assert told.code == 0, told.out
    assert "stories: 1, steps: 5, not as told: 0, silent clauses: 2" in told.out


def test_a_recording_meets_it(shop, quanyi):
    lines = [
        {
            "type": "wallet.adjust",
            "user": "ann",
            "key": "w",
            "at": "2026-03-06T10:00:00+08:00",
            "data": {"unit": "points", "amount": 30, "reason": "given"},
        },
        {
            "type": "raffle.enter",
            "user": "ann",
            "key": "e1",
            "at": "2026-03-06T11:00:00+08:00",
            "data": {"campaign": "spring"},
        },
        {
            "type": "raffle.return",
            "user": "ann",
            "key": "r1",
            "at": "2026-03-06T12:00:00+08:00",
            "data": {"ticket": "spring.1"},
        },
    ]
    path = shop / "events.jsonl"
    path.write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")

    parts = quanyi("run", shop / "mall", "--events", path, "--memory", "--reach", "1", "--json").json["reach"]
    met = {part["name"]: part["count"] for part in parts if (part["campaign"], part["part"]) == ("spring", "does")}
    assert met == {"raffle.enter": 1, "raffle.return": 1}


def test_an_editor_completes_its_keys(shop, quanyi):
    keys = quanyi("schema").json["$defs"]["RaffleFile"]["properties"]

    assert keys["every"]["description"] == "Which tickets win, `every: 10`: the 10th, the 20th and so on."


def test_explain_says_why(shop, applied, quanyi):
    said = quanyi(
        "explain", shop / "mall", "--db", applied, "--event", "raffle.enter", "--user", "ann", "--campaign", "spring"
    )

    assert "insufficient-points" in said.out
    assert "campaigns/spring.yaml:6" in said.out


# --- the books -----------------------------------------------------------------------------------


def test_a_ticket_is_bought_wins_and_is_given_back(mall, quanyi, applied):
    first = mall.do("raffle.enter", user="ann", key="t1", campaign="spring")
    second = mall.do("raffle.enter", user="ann", key="t2", campaign="spring")
    assert (first.answer["number"], first.answer["won"], second.answer["won"]) == (1, False, True)
    assert mall.wallet("ann").units["points"].balance == 20

    back = mall.do("raffle.return", user="ann", key="b1", data={"ticket": first.answer["ticket"]})
    assert back.answer["returned"] == {"points": 10}
    assert mall.wallet("ann").units["points"].balance == 30
    assert [view.benefit.id for view in mall.entitlements("ann")] == ["latte"]
    assert mall.view("spring", "ann").tickets == (("spring.1", 1, "returned"), ("spring.2", 2, "won"))
    assert quanyi("verify", "--db", applied).code == 0


def test_each_call_is_done_once(mall):
    once = mall.do("raffle.enter", user="ann", key="t1", campaign="spring")
    again = mall.do("raffle.enter", user="ann", key="t1", campaign="spring")

    assert again.duplicate
    assert once.answer == again.answer


def test_a_ticket_of_somebody_else_is_unknown(mall):
    mall.do("raffle.enter", user="ann", key="t1", campaign="spring")
    for user, ticket in (("bea", "spring.1"), ("ann", "spring.9")):
        with pytest.raises(NotFound):
            mall.do("raffle.return", user=user, key=f"b/{user}", data={"ticket": ticket})


def test_what_is_in_flight_is_finished_by_its_own_version(mall, shop, engine):
    """A ticket is given back at the price that it was bought for."""
    mall.do("raffle.enter", user="ann", key="t1", campaign="spring")
    path = shop / "mall" / "campaigns" / "spring.yaml"
    path.write_text(path.read_text("utf-8").replace("price: {points: 10}", "price: {points: 25}"))
    later = open_mall(shop / "mall", engine, kinds=mall.project.kinds, clock=FixedClock(NOON))
    later.desk.apply()

    later.do("raffle.return", user="ann", key="b1", data={"ticket": "spring.1"})
    assert later.wallet("ann").units["points"].balance == 40


# --- without the kind ----------------------------------------------------------------------------


def test_a_program_without_the_kind_says_so(shop, mall, engine):
    """The file is a finding; a campaign in force is parked, and everything else goes on."""
    found = [finding for finding in check_project(shop / "mall") if isinstance(finding, Finding)]
    assert ("unknown-kind", "there is no kind 'raffle' yet") in [(each.code, each.message) for each in found]

    (shop / "mall" / "campaigns" / "spring.yaml").unlink()
    poorer = open_mall(shop / "mall", engine, clock=FixedClock(NOON))
    assert poorer.wallet("ann").units["points"].balance == 40
    with pytest.raises(NotFound, match="has no view"):
        poorer.view("spring", "ann")


# --- the page ------------------------------------------------------------------------------------


@pytest.fixture
def client(mall):
    app = importlib.import_module("shop").create_app(mall, lambda: "ann")
    return app.test_client()


@pytest.mark.parametrize(
    ("lang", "texts"),
    [("zh", ("抽奖", "还剩 5 张奖券", "换一张奖券")), ("en", ("Raffle", "5 tickets left", "Get a ticket"))],
)
def test_its_page_speaks_both_languages(client, lang, texts):
    page = client.get(f"/mall/raffles/spring?lang={lang}").text

    assert [text for text in texts if text not in page] == []


def test_the_first_page_leads_to_it(client):
    page = client.get("/mall/?lang=en").text

    assert 'href="/mall/raffles/spring"' in page
    assert "5 tickets left" in page


def test_a_form_is_one_ticket_and_a_no_is_the_kind_s_own_sentence(client, mall):
    for token in ("one", "one", "two", "three"):
        assert client.post("/mall/raffles/spring?lang=en", data={"token": token}).status_code == 303
    assert [number for _, number, _ in mall.view("spring", "ann").tickets] == [1, 2, 3]

    refused = client.post("/mall/raffles/spring?lang=en", data={"token": "four", "ticket": "spring.2"})
    assert refused.status_code == 409
    assert "It has already been used" in refused.text


def test_a_full_raffle_says_so_with_its_number(client, mall):
    mall.desk.adjust("bea", "points", 90, key="b", reason="welcome")
    for n, user in enumerate(("ann", "ann", "ann", "bea", "bea")):
        mall.do("raffle.enter", user=user, key=f"t{n}", campaign="spring")

    zh, en = (client.post(f"/mall/raffles/spring?lang={lang}", data={"token": lang}).text for lang in ("zh", "en"))
    assert "5 张奖券已全部售出" in zh
    assert "All 5 tickets are sold." in en
