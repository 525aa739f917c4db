"""The console and the mall in a host that differs wherever a host may: each page is what it is in a plain one."""

from __future__ import annotations

import re
from typing import Any

import pytest
from flask import Flask

import quanyi
from quanyi.adapters.console import SCREENS, Operator, init_console
from tests.console.samples import ADDRESSES, FORMS
from tests.console.strange import strange_host

DEEP, MALL = "/intern/a/b/c/benefits/ops", "/intern/a/b/c/benefits/mall"
TABS = ("wallet", "history", "entitlements", "deals", "promises", "eligible", "acts")
EVERY_ROLE = frozenset({"viewer", "operator", "approver", "auditor", "merchant", "brand", "partner"})
SHOPS = (
    "/",
    "/sales",
    "/points",
    "/entitlements",
    "/deals",
    "/tasks",
    "/invites",
    "/items/arena/phone",
    "/things?q=none",
    "/x",
)
RANDOM = re.compile(r'value="[\w.-]{16,}"|\b[0-9a-f]{32}\b|\b\d{8}\b')


@pytest.fixture
def lived(there):
    there.mall.desk.adjust("ann", "points", 1000, key="stake", reason="something to lose")
    there.mall.exchange("coffee", user="ann", key="x/1")
    return there.as_(*EVERY_ROLE)


def mounted(app: Flask, mall: Any, prefix: str, shop: str) -> Any:
    """A client of the host with both mounted."""
    operator = Operator(id="7", name="Zhou Ye", roles=EVERY_ROLE)
    init_console(app, mall, operator=lambda: operator, csrf=None, url_prefix=prefix)
    quanyi.init_app(
        app, mall, current_user=lambda: "ann", csrf=None, url_prefix=shop, pay=lambda deal: f"/till/{deal.id}"
    )
    return app.test_client()


def told(client: Any, path: str, prefixes: tuple[str, str]) -> tuple[int, str]:
    """A page without what is random in it and blanks beside its tags, and with the prefixes as a plain host has them."""
    answer = client.get(f"{path}{'&' if '?' in path else '?'}lang=en")
    text = RANDOM.sub("…", answer.get_data(as_text=True))
    for prefix, plain in zip(prefixes, ("/ops", "/mall"), strict=True):
        text = text.replace(prefix, plain)
    return answer.status_code, re.sub(r"\s*(<[^>]*>)\s*", r"\n\1\n", re.sub(r"\s+", " ", text))


def test_every_page_is_as_in_a_plain_host(lived, tmp_path):
    """Whatever templates, variables, endpoints and settings the host has of the same names."""
    plain = mounted(Flask("plain"), lived.mall, "/ops", "/mall")
    strange = mounted(strange_host(tmp_path / "host"), lived.mall, DEEP, MALL)
    paths = [ADDRESSES[screen.name](lived) for screen in SCREENS]
    paths += [f"{ADDRESSES['person'](lived)}?tab={tab}" for tab in TABS]
    paths += ["/nothing/at/all", "/", "/campaigns/nothing", "/releases/99"]
    odd = {}
    for start, deep, asked in (("/ops", DEEP, paths), ("/mall", MALL, SHOPS)):
        for path in asked:
            one, other = told(plain, start + path, ("/ops", "/mall")), told(strange, deep + path, (DEEP, MALL))
            assert one[0] < 500, path
            odd |= {start + path: first_difference(one, other)} if one != other else {}

    assert odd == {}


def first_difference(one: tuple[int, str], other: tuple[int, str]) -> tuple[int, str, str]:
    """The status, and the first lines that differ."""
    lines = zip(one[1].splitlines(), other[1].splitlines(), strict=False)
    return other[0], *next((pair for pair in lines if pair[0] != pair[1]), ("", ""))


def test_the_hosts_own_stays_the_hosts(lived, tmp_path):
    """Its pages, its files and its errors, beside both."""
    client = mounted(strange_host(tmp_path / "host"), lived.mall, DEEP, MALL)

    assert client.get("/").text == "the host's own front"
    assert client.get("/nothing").text == "the host's own 404"
    with client.get("/static/console.css") as style:
        assert style.text == "the host's own"
    assert client.get("/static/quanyi.css").text == "the host's own style"
    assert client.get("/console/front").text == "the host's own"
    assert "Content-Security-Policy" not in client.get("/").headers


def test_large_lists_come_in_whatever_the_host_allows_of_its_own(lived, tmp_path):
    """A host that takes little stays as it is; the console's own bound holds below its prefix."""
    client = mounted(strange_host(tmp_path / "host"), lived.mall, DEEP, MALL)
    form = {
        "token": "t",
        "benefit": "music",
        "codes": "\n".join(f"AAAA-{n:05}" for n in range(500)),
        "reason": "a delivery",
    }
    answer = client.post(f"{DEEP}/codes/import", data=form)

    assert answer.status_code == 200
    assert client.post("/", data={"x": "y" * 2000}).status_code in (405, 413)


def test_a_form_that_is_refused_is_shown_again_there(lived, tmp_path):
    """Every action without a reason, and with fields that nothing can be read from: the page with its mistakes, none of the program."""
    client = mounted(strange_host(tmp_path / "host"), lived.mall, DEEP, MALL)
    wrong = {name: "\u0000?" for form in FORMS.values() for name in form}
    for screen in SCREENS:
        for action in screen.actions:
            path = f"{DEEP}{ADDRESSES[screen.name](lived)}/{action.name}"
            right = FORMS[f"{screen.name}.{action.name}"]
            for form in ({}, wrong, right, *([{"reason": "of a test", **wrong}] if right else [])):
                answer = client.post(path, data={"token": f"t{next(lived.numbers)}", **form})
                assert answer.status_code < 500, (path, form)
