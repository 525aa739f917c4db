"""The shell of the mall's pages: ways back, a week of check-ins, posters, and a demo that can be moved along."""

from __future__ import annotations

import re
from datetime import timedelta
from xml.etree import ElementTree as ET

import pytest


@pytest.mark.parametrize(
    ("path", "above"),
    [
        ("/mall/items/coffee-corner/latte", "/mall/"),
        ("/mall/scenes/holiday", "/mall/"),
        ("/mall/streaks/daily-check-in", "/mall/"),
        ("/mall/deals", "/mall/entitlements"),
    ],
)
def test_an_inner_page_has_a_way_back(client_of, path, above):
    text = client_of("lin").get(path).text

    assert f'<a class="qy-back" href="{above}">' in text


def test_a_page_of_the_navigation_has_none(client_of):
    assert "qy-back" not in client_of("lin").get("/mall/").text


def test_the_first_page_shows_a_week_with_its_gifts(client_of):
    """Lin was here yesterday: with today and tomorrow it is three days, which give twenty points."""
    text = client_of("lin").get("/mall/", headers={"Accept-Language": "en"}).text
    days = re.findall(r'<li class="(is-[^"]*)">', text.split('class="qy-days"', 1)[1].split("</ol>", 1)[0])

    assert [day.split()[0] for day in days[:3]] == ["is-missed", "is-marked", "is-today"]
    assert [n for n, day in enumerate(days) if "is-gift" in day] == [3]
    assert 'name="next" value="/mall/"' in text


def test_a_poster_is_ones_own(client_of):
    """With one's code, as one file that a browser can draw."""
    lin, zhou = (client_of(user).get("/mall/invites/bring-a-friend/poster.svg") for user in ("lin", "zhou"))

    assert lin.mimetype == "image/svg+xml"
    assert ET.fromstring(lin.text).tag.endswith("svg")
    assert lin.text != zhou.text


def test_no_poster_of_what_is_no_invitation(client_of):
    assert client_of("lin").get("/mall/invites/nothing/poster.svg").status_code == 404


def test_the_demo_is_moved_along_by_a_form(client_of, world):
    """By a day or three, and nothing else."""
    client = client_of("lin")
    token = re.search(r'name="csrf_token" value="([^"]+)"', client.get("/mall/").text)[1]
    before = world.clock.now()

    moved = client.post("/demo/advance", data={"csrf_token": token, "days": "3", "next": "/mall/sales"})
    odd = client.post("/demo/advance", data={"csrf_token": token, "days": "300"})

    assert moved.location == "/mall/sales"
    assert odd.status_code == 404
    assert timedelta(days=3) <= world.clock.now() - before < timedelta(days=3, hours=1)
