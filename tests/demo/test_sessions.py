"""Signing in and out in the demo: a cookie is a number, and dies with what it stands for."""

from __future__ import annotations

from datetime import timedelta

import pytest

from quanyi.demo_app.app import create_app


def cookie_of(client) -> str:
    return client.get_cookie("session").value


def test_the_old_cookie_dies_at_sign_out(app, client_of):
    """A copy that somebody kept is nobody's."""
    client = client_of("lin")
    kept = cookie_of(client)
    thief = app.test_client()
    thief.set_cookie("session", kept)
    assert thief.get("/mall/points").status_code == 200

    client.post("/sign-out")

    assert thief.get("/mall/points").status_code == 302
    assert client.get("/mall/points").status_code == 302


def test_signing_in_renews_the_session(app, client_of):
    """The number from before is no longer anybody, and cannot be planted on somebody."""
    client = client_of("lin")
    before = cookie_of(client)
    client.post("/sign-in", data={"user": "mo"})
    old = app.test_client()
    old.set_cookie("session", before)

    assert cookie_of(client) != before
    assert old.get("/mall/points").status_code == 302
    assert client.get("/mall/points").status_code == 200


def test_a_session_ends_by_itself(client_of, world):
    """After thirty days of the demo's time."""
    client = client_of("lin")
    world.clock.advance(timedelta(days=31))

    assert client.get("/mall/points").status_code == 302


def test_the_sessions_cookie_is_secure_where_the_page_is(app):
    """Over https it is sent over https alone."""
    for way, secure in (("http", False), ("https", True)):
        said = (
            app.test_client()
            .post("/sign-in", data={"user": "lin"}, base_url=f"{way}://localhost")
            .headers["Set-Cookie"]
        )
        assert ("Secure" in said) is secure
        assert "HttpOnly" in said
        assert "SameSite=Lax" in said


@pytest.fixture
def checked(world):
    """The demo with its CSRF checks on."""
    return create_app(world, secret_key="for tests")


def test_a_form_after_the_session_ended_leads_to_signing_in_and_back(checked):
    """On the product's own pages and on the mall's, to the very step; a stranger's page is no step of ours."""
    client = checked.test_client()
    own = client.post("/works/north-line/rent", headers={"Referer": "http://localhost/works/north-line?lang=en"})
    mall = client.post("/mall/items/coffee-corner/latte", data={"token": "t"})
    foreign = client.post("/works/north-line/rent", headers={"Referer": "https://elsewhere.example/trap"})

    assert own.location == "/sign-in?next=/works/north-line?lang%3Den"
    assert mall.location == "/sign-in?next=/mall/items/coffee-corner/latte"
    assert foreign.location == "/sign-in?next=/"
    assert "登录已过期，登录后会回到这一步" in client.get(own.location).text


@pytest.mark.parametrize("path", ["/works/north-line/rent", "/mall/items/coffee-corner/latte", "/mall/messages/read"])
def test_whose_session_ended_is_told_so(checked, path):
    """Each by a browser of its own: nobody stands before the sign-in page and wonders why; a link alone says nothing."""
    pressed, linked = checked.test_client(), checked.test_client()
    to = pressed.post(path, data={"token": "t"}, headers={"Referer": "http://localhost/mall/"}).location

    assert "登录已过期，登录后会回到这一步" in pressed.get(to).text
    assert "登录已过期" not in linked.get("/mall/messages", follow_redirects=True).text


@pytest.mark.parametrize(
    "path",
    [
        "//evil.example",
        "https://evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "/\t/evil.example",
        "/" + "a" * 1000,
        "x",
    ],
)
def test_next_leads_only_to_places_here(app, path):
    """Whatever stands in the form."""
    assert app.test_client().post("/sign-in", data={"user": "lin", "next": path}).location == "/"


@pytest.mark.parametrize("path", ["/", "/sign-in", "/works/north-line", "/mall/", "/nothing"])
def test_every_page_says_what_browsers_may_do_with_it(client_of, path):
    """The product's own pages like the mall's."""
    answer = client_of("lin").get(path)

    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert " style=" not in answer.text


def test_guessing_invitation_codes_is_braked(client_of):
    """Three hundred codes: ten are looked up, and the page says until when the rest have to wait."""
    client = client_of("zhou")
    for n in range(300):
        client.post(f"/join/GUESS{n}?lang=en")

    assert "You can try again from" in client.get("/join/GUESS300?lang=en").text


@pytest.mark.parametrize(
    "path",
    [
        "/join/%00",
        "/join/" + "a" * 5000,
        "/works/%00",
        "/till/%00",
        "/orders/" + "9" * 5000,
        "/?_method=POST",
        "/?endpoint=x",
        "/sign-in?next=%00",
    ],
)
def test_hostile_addresses_are_answered(client_of, path):
    """By a page, and never by an error of the program."""
    assert client_of("lin").get(path).status_code in (200, 400, 404)
