"""What the mall's answers say about safety, what they refuse, and what happens when something goes wrong."""

from __future__ import annotations

import gzip
import logging
import re

import pytest
from flask import Flask, abort
from flask_wtf.csrf import CSRFProtect, generate_csrf

import quanyi
from quanyi.adapters.web import GuessBrake
from quanyi.adapters.web.safety import content_policy

MALL = {
    "mall.yaml": "mall: tiny\nzone: Asia/Shanghai\ncurrency: CNY\nunits: {points: {title: {zh: 积分, en: points}}}\n",
    "events/all.yaml": "events: {gift: {}, come: {command: true}}\n",
    "catalogue/all.yaml": "benefits: {tea: {is: voucher, title: {zh: 茶, en: Tea}, lasts: 7d, face: 8.00}}\n",
    "campaigns/all.yaml": """\
campaign: shop
kind: sale
sells: {tea: 2.00}
at_most: [50 pieces per user]
codes: {SAVE: {off: 1.00, at_most: [1 per user]}}
---
campaign: days
kind: streak
mark: {on: come}
give: {points: 1}
""",
}
TEA = "/mall/items/shop/tea"
PAGES = ("/mall/", TEA, "/mall/points", "/mall/streaks/days", "/mall/nothing", "/mall/static/quanyi.css")


@pytest.fixture
def there(open_host):
    return open_host(MALL, pay=lambda deal: f"/till/{deal.id}", sign_in=lambda path: f"/sign-in?next={path}")


@pytest.fixture
def mall(there):
    return there[0]


@pytest.fixture
def client(there):
    return there[1]


def mounted(mall, **options) -> Flask:
    app = Flask("another")
    app.secret_key = "for tests"
    quanyi.init_app(app, mall, **{"current_user": lambda: "ann", "csrf": None, **options})
    return app


# --- what every answer says --------------------------------------------------------------------


@pytest.mark.parametrize("path", PAGES)
def test_every_answer_says_what_browsers_may_do_with_it(client, path):
    """Scripts and styles from this site alone, no guessing of types, no frame elsewhere, no address told away."""
    headers = client.get(path).headers

    assert headers["Content-Security-Policy"] == content_policy()
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert "frame-ancestors 'self'" in headers["Content-Security-Policy"]


@pytest.mark.parametrize("path", PAGES[:5])
def test_pages_carry_nothing_inline(client, path):
    """No style, no script and no handler stands in a page, so the policy needs no exception."""
    page = client.get(path).text

    assert not re.search(r"<style|\sstyle=|\son\w+=|<script(?![^>]*\ssrc=)|javascript:", page)


def test_a_host_names_where_forms_lead_or_brings_its_own_policy(mall):
    """A till of somebody else; a policy for the whole site; none."""

    def policy(**options):
        return mounted(mall, **options).test_client().get("/mall/").headers.get("Content-Security-Policy")

    assert "form-action 'self' https://pay.example;" in policy(leads_to=["https://pay.example"])
    assert policy(csp="default-src 'self'") == "default-src 'self'"
    assert policy(csp=None) is None


@pytest.mark.parametrize("path", PAGES[:5])
def test_pages_are_kept_by_nobody(client, path):
    """A page shows one person's things, and a redirect or a no may as well."""
    assert client.get(path).headers["Cache-Control"] == "private, no-store"
    assert client.post(TEA, data={"token": "a"}).headers["Cache-Control"] == "private, no-store"


def test_the_language_cookie_is_secure_where_the_page_is(client):
    """Not read by scripts, not sent along from other sites."""
    plain, safe = (
        client.get("/mall/?lang=en", base_url=f"{way}://localhost").headers["Set-Cookie"] for way in ("http", "https")
    )

    assert "HttpOnly" in plain
    assert "SameSite=Lax" in plain
    assert "Secure" not in plain
    assert "Secure" in safe


# --- styles and scripts ------------------------------------------------------------------------


def test_styles_are_compressed_and_kept(client):
    """By the digest in the address for ever; what has not changed is not sent again."""
    url = re.search(r'href="([^"]+quanyi\.css[^"]*)"', client.get("/mall/").text)[1]
    packed = client.get(url, headers={"Accept-Encoding": "gzip"})
    plain = client.get(url)

    assert gzip.decompress(packed.data) == plain.data
    assert len(packed.data) < len(plain.data) / 2
    assert "immutable" in plain.headers["Cache-Control"]
    assert packed.headers["Vary"] == "Accept-Encoding"
    assert packed.headers["ETag"] != plain.headers["ETag"]
    assert client.get(url, headers={"If-None-Match": plain.headers["ETag"]}).status_code == 304
    assert client.get("/mall/static/mall.js").headers["Cache-Control"] == "public, no-cache"
    assert client.get(url, headers={"Accept-Encoding": "gzip;q=0"}).headers.get("Content-Encoding") is None


# --- forms -------------------------------------------------------------------------------------


def test_a_mall_without_csrf_protection_is_not_mounted_by_oversight(mall):
    """The message names what to pass; None, written out, is a decision."""
    with pytest.raises(quanyi.InputError, match=r"csrf=.*generate_csrf.*csrf=None"):
        quanyi.init_app(Flask("another"), mall, current_user=lambda: "ann")

    assert mounted(mall).test_client().get("/mall/").status_code == 200


def protected(mall, user):
    app = mounted(mall, current_user=lambda: user, csrf=generate_csrf, sign_in=lambda path: f"/sign-in?next={path}")
    CSRFProtect(app)
    return app.test_client()


@pytest.mark.parametrize(
    ("path", "step"),
    [
        (TEA, TEA),
        (f"{TEA}/remind", TEA),
        ("/mall/deals/d1/cancel", "/mall/deals/d1"),
        ("/mall/deals/d1/choose", "/mall/deals/d1"),
        ("/mall/entitlements/e1", "/mall/entitlements/e1"),
        ("/mall/streaks/days/makeup", "/mall/streaks/days"),
        ("/mall/invites/share/code", "/mall/invites"),
        ("/mall/messages/read", "/mall/messages"),
    ],
)
def test_an_expired_session_leads_to_signing_in_and_back_to_the_step(mall, path, step):
    """With the session the form's token is gone too: whichever is noticed first, the way is the same."""
    signed_out = [
        protected(mall, None),
        mounted(mall, current_user=lambda: None, sign_in=lambda p: f"/sign-in?next={p}").test_client(),
    ]

    for client in signed_out[: 1 if "messages" in path or "remind" in path else 2]:
        answer = client.post(path, data={"token": "a"})
        assert answer.status_code == 303
        assert answer.location == f"/sign-in?next={step}"


def test_a_stale_form_of_somebody_signed_in_shows_the_way_back(mall):
    """Nothing was done; the page says so and leads to the same step, where the form is fresh."""
    answer = protected(mall, "ann").post(TEA, data={"token": "a", "csrf_token": "old"})

    assert answer.status_code == 400
    assert "登录已过期" in answer.text
    assert f'href="{TEA}"' in answer.text
    assert mall.deals("ann") == []


def test_coming_back_keeps_what_was_looked_at(mall):
    """The filters of ours, and nothing a stranger put beside them; below a proxy's prefix as well."""
    client = mounted(mall, current_user=lambda: None, sign_in=lambda path: f"/sign-in?next={path}").test_client()

    assert client.get("/mall/points?way=in&evil=1&_scheme=x").location == "/sign-in?next=/mall/points?way=in"
    assert client.get("/mall/points", base_url="http://localhost/shop").location == "/sign-in?next=/shop/mall/points"


def test_a_form_is_bounded_before_anybody_reads_it(mall):
    """Also before a host's own CSRF check, which reads the form first; with a length that lies as well."""
    client = protected(mall, "ann")

    assert client.post(TEA, data={"code": "x" * 70_000}).status_code == 413
    assert client.post(TEA, data={"token": "a"}, environ_overrides={"CONTENT_LENGTH": "99999999"}).status_code == 413
    assert "内容太长了" in client.post(TEA, data={"code": "x" * 70_000}).text


# --- when something goes wrong -----------------------------------------------------------------


def broken(mall, **options):
    """A mall in which asking who is there fails in the middle of a page."""

    def way(*_of):
        raise ZeroDivisionError("at the host")

    return mounted(mall, ways=way, **options)


@pytest.mark.parametrize(("lang", "said"), [("zh", "出了一点问题"), ("en", "Something went wrong")])
def test_an_error_is_a_page_with_a_number_that_stands_in_the_log(mall, caplog, lang, said):
    """The traceback is beside it, and none of it is on the page."""
    answer = broken(mall).test_client().get(f"/mall/?lang={lang}")
    number = re.search(r"(?:编号|Error) (\w{8})", answer.text)[1]
    logged = [record for record in caplog.records if number in record.getMessage()]

    assert answer.status_code == 500
    assert said in answer.text
    assert "qy-nav" in answer.text
    assert "ZeroDivisionError" not in answer.text
    assert [record.exc_info[0] for record in logged] == [ZeroDivisionError]
    assert logged[0].levelno == logging.ERROR


def test_an_error_is_answered_where_the_hosts_frame_fails_too(mall, tmp_path, caplog):
    """A plain page with the number, in both languages."""
    (tmp_path / "templates" / "quanyi").mkdir(parents=True)
    (tmp_path / "templates" / "quanyi" / "frame.html").write_text("{{ 1 // 0 }}")
    app = mounted(mall)
    app.template_folder = str(tmp_path / "templates")

    answer = app.test_client().get("/mall/")

    assert answer.status_code == 500
    assert "出了一点问题 · Something went wrong" in answer.text
    assert "its page failed too" in caplog.text


@pytest.mark.parametrize(
    ("method", "path", "status", "zh", "en"),
    [
        ("GET", "/mall/nothing", 404, "没有找到这个页面", "Page not found"),
        ("POST", "/mall/points", 405, "请从页面进入", "Please open this from its page"),
        ("DELETE", "/mall/", 405, "请从页面进入", "Please open this from its page"),
        ("GET", "/mall/deals/x/cancel", 405, "请从页面进入", "Please open this from its page"),
    ],
)
def test_a_no_of_the_web_is_in_the_malls_look(client, method, path, status, zh, en):
    """In both languages, with a way on."""
    for lang, said in (("zh", zh), ("en", en)):
        answer = client.open(f"{path}?lang={lang}", method=method)
        assert answer.status_code == status
        assert said in answer.text
        assert 'href="/mall/"' in answer.text
    if status == 405:
        assert answer.headers["Allow"]


def test_a_403_of_the_host_is_in_the_malls_look(mall):
    """Whatever of the host's own turns somebody away."""
    app = mounted(mall)
    app.before_request(lambda: abort(403))

    answer = app.test_client().get("/mall/?lang=en")

    assert answer.status_code == 403
    assert "have access to this page" in answer.text


def test_what_somebody_asks_for_writes_no_lines_into_the_log(mall, caplog):
    """An address with a line break stands in the log as one line."""
    with caplog.at_level(logging.INFO, "quanyi.web"):
        mounted(mall).test_client().get("/mall/items/x%0Aerror%20forged/tea")

    assert all("\nerror forged" not in record.getMessage() for record in caplog.records)


# --- guessing ----------------------------------------------------------------------------------


def till(_deal):
    return "/till"


def guess(client, n, code):
    return client.post(f"{TEA}?lang=en", data={"token": f"t{n}", "qty": "1", "code": code})


def test_guessing_codes_is_braked(mall):
    """After ten wrong ones even a right one waits, and the page says until when; buying goes on."""
    client = mounted(mall, pay=lambda deal: f"/till/{deal.id}").test_client()

    answers = [guess(client, n, f"NO{n}").text for n in range(11)]
    assert "valid. Please check it" in answers[9]
    assert "Too many wrong codes. You can try again" in answers[10]
    assert "Too many wrong codes" in guess(client, 20, "SAVE").text
    assert guess(client, 21, "").status_code == 303


def test_an_address_is_braked_whoever_asks_from_it(mall):
    """A guesser with many accounts."""
    users = iter(f"u{n}" for n in range(100))
    client = mounted(mall, current_user=lambda: next(users), pay=till).test_client()

    assert "Too many wrong codes" in [guess(client, n, "NO").text for n in range(11)][10]


def test_a_host_brings_its_own_brake_or_none(mall):
    """One that counts for all processes; one with other numbers; none."""
    strict = mounted(mall, brake=GuessBrake(tries=1), pay=till).test_client()
    free = mounted(mall, brake=None, pay=till).test_client()

    assert "Too many wrong codes" in [guess(strict, n, "NO").text for n in range(2)][1]
    assert "valid. Please check it" in [guess(free, n, "NO").text for n in range(15)][14]
