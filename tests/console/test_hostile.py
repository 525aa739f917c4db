"""Whatever is sent to the console is answered by a page: the right one, without an error of the program, leading nowhere else."""

from __future__ import annotations

import logging
from html.parser import HTMLParser
from urllib.parse import quote, urlsplit

import pytest
from flask_wtf.csrf import CSRFProtect, generate_csrf
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from werkzeug.middleware.proxy_fix import ProxyFix

from quanyi.adapters.console import SCREENS
from tests.console.samples import ADDRESSES, FORMS

EVERY_ROLE = ("viewer", "operator", "approver", "auditor", "merchant", "brand", "partner")
CURSORS = (
    "", " ", "0", "-1", "1", "²", "٣", "1_0", "1e5", "1.5", "9" * 15, "9" * 18, "9" * 19, "9" * 400, "\x00", "\u202e",
    "a", "a/b", "../..", "'; drop table", "<script>", "\U0001f381" * 90, str(2**63), "None", "0" * 30, "\ud7ff",
)  # fmt: skip
LEADS = {
    "_scheme": "javascript", "_external": "1", "_anchor": "x", "_method": "DELETE", "endpoint": "x", "self": "x",
    "values": "x", "holder": "of-somebody-else", "campaign": "other", "number": "9", "alarm": "x", "deal": "x", "rest": "x",
    "template": "x", "proposal": "x", "release": "9", "": "x", "next": "https://evil.example", "url": "//evil.example",
}  # fmt: skip
"""Names that a careless `url_for` would take for its own arguments, or for the names in an address."""


class Leads(HTMLParser):
    """Where a page leads, and what of it could run."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.leads: list[str] = []
        self.odd: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = dict(attrs)
        self.leads += [said[name] or "" for name in ("href", "src", "action", "formaction") if name in said]
        self.odd += [f"{tag} {name}" for name in said if name.startswith("on") or name in ("srcdoc", "style")]
        if (tag == "script" and "src" not in said) or tag in ("iframe", "object", "embed", "base", "img"):
            self.odd.append(tag)


@pytest.fixture
def lived(there):
    there.mall.desk.adjust("ann", "points", 1000, key="stake", reason="something to lose")
    there.as_(*EVERY_ROLE)
    return there


@pytest.fixture
def addresses(lived):
    return {screen.name: ADDRESSES[screen.name](lived) for screen in SCREENS}


def seen(caplog) -> list[str]:
    return [record.getMessage() for record in caplog.records if record.levelno >= logging.ERROR]


def test_a_query_leads_no_link_anywhere_else(lived, addresses):
    """Every link of a page stays below the console, and one of the page itself names what the page is about."""
    singly = [{key: text} for key, text in LEADS.items()]
    breaking = [{key: LEADS[key]} for key in ("endpoint", "_method", "self")]
    for name, path in addresses.items():
        for query in (LEADS, *(singly if name in ("acts", "person") else breaking)):
            answer = lived.client.get(f"/ops{path}", query_string={"lang": "en", **query})
            assert answer.status_code == 200, (name, query)
            for lead in Leads(answer.text).leads:
                assert lead.startswith(("/ops/", "#", "data:,")), (name, query, lead)
                if lead.startswith(f"/ops{path}?"):
                    assert "evil.example" not in urlsplit(lead).path


@pytest.mark.parametrize("tab", ["history", "entitlements", "deals", "promises", "acts"])
def test_a_link_of_a_persons_page_leads_to_that_person(lived, addresses, tab):
    """Whoever is named in the query, and by whatever cursor."""
    place = {"after": "1"} if tab == "history" else {}
    answer = lived.get(addresses["person"], tab=tab, holder="of-somebody-else", **place)
    about = [lead for lead in Leads(answer.text).leads if "/people/" in lead]

    assert answer.status_code == 200
    assert about
    assert {urlsplit(lead).path.split("/")[3] for lead in about} == {addresses["person"].split("/")[2], "bulk"} & {
        urlsplit(lead).path.split("/")[3] for lead in about
    }


@pytest.mark.parametrize("cursor", CURSORS, ids=range(len(CURSORS)))
def test_whatever_stands_for_a_place_in_a_list_is_answered(lived, addresses, caplog, cursor):
    """The rows from there on, the beginning, or a page that says there is nothing; as a file, too."""
    tabs = [f"{addresses['person']}?tab={tab}" for tab in ("history", "entitlements", "deals", "promises", "acts")]
    for path in (*addresses.values(), *tabs):
        for file in ("", "&as=csv"):
            answer = lived.client.get(f"/ops{path}{'&' if '?' in path else '?'}after={quote(cursor)}{file}")
            assert answer.status_code in (200, 404), (path, file, seen(caplog))


NAMES = (
    "after", "as", "act", "q", "tab", "unit", "sink", "phase", "name", "state", "campaign", "brand", "category", "least",
    "most", "from", "to", "by", "item", "of", "key", "type", "older", "newer", "lang", "token", "reason", "amount",
    "list", "text", "edition", "onto", "thing", "benefit", "confirmed", "days", "edit", "step", "_method", "endpoint",
)  # fmt: skip
TEXTS = st.one_of(
    st.sampled_from(
        ["1e600000", "-1", "9" * 30, "0", "1", "²", "2026-03-01", "9999-12-31", "t", "\x00", "\u202e", "csv"]
    ),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=30),
    st.integers().map(str),
)
FIELDS = st.dictionaries(st.sampled_from(NAMES), TEXTS, max_size=5)


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data(), query=FIELDS, form=FIELDS)
def test_no_request_meets_an_error_of_the_program(lived, caplog, data, query, form):
    """Any of our fields with any text, on any screen and any action."""
    screen = data.draw(st.sampled_from(SCREENS))
    action = data.draw(st.sampled_from([None, *screen.actions]))
    path = ADDRESSES[screen.name](lived)
    caplog.clear()
    if action is None:
        answer = lived.client.get(f"/ops{path}", query_string=query)
    else:
        sent = {**FORMS[f"{screen.name}.{action.name}"], "token": "t", "reason": "of a test", **form}
        answer = lived.client.post(f"/ops{path}/{action.name}", data=sent, query_string=query)

    assert answer.status_code < 500, (path, action, seen(caplog))
    assert answer.headers["Cache-Control"] == "private, no-store"


@pytest.mark.parametrize(
    "headers",
    [
        {"X-HTTP-Method-Override": "POST"},
        {"X-HTTP-Method": "POST"},
        {"X-Method-Override": "POST"},
        {"Content-Type": "application/x-www-form-urlencoded"},
    ],
    ids=lambda one: next(iter(one)),
)
def test_looking_does_nothing_whatever_a_header_says(lived, addresses, headers):
    """A link that somebody is led to acts in nobody's name."""
    query = {"unit": "points", "amount": "50", "token": "t1", "reason": "of a link", "_method": "POST"}
    before = lived.mall.wallet("ann")
    answer = lived.client.get(f"/ops{addresses['person']}/adjust", query_string=query, headers=headers)

    assert answer.status_code in (404, 405)
    assert lived.mall.wallet("ann") == before
    assert lived.acts() == []


@pytest.mark.parametrize(
    "headers", [{}, {"Origin": "null"}, {"Origin": "https://evil.example"}, {"X-Requested-With": "x"}]
)
def test_a_form_of_another_site_does_nothing(open_console, headers):
    """Every action, behind Flask-WTF, with the operator's own session but without the token of its form."""
    there = open_console(csrf=generate_csrf)
    there.app.config.update(SECRET_KEY="of a test")
    CSRFProtect(there.app)
    there.mall.desk.adjust("ann", "points", 1000, key="stake", reason="something to lose")
    there.as_(*EVERY_ROLE)
    client = there.client
    client.get("/ops/acts")
    for screen in SCREENS:
        for action in screen.actions:
            form = {**FORMS[f"{screen.name}.{action.name}"], "token": "t", "reason": "of another site"}
            path = f"/ops{ADDRESSES[screen.name](there)}/{action.name}"
            assert client.post(path, data=form, headers=headers).status_code == 400, path

    assert there.acts() == []


def test_no_page_of_the_console_stands_in_a_frame(lived, addresses):
    """Not of this site either: browsers that know `frame-ancestors` leave the older header out."""
    for path in (*addresses.values(), "/nothing/at/all"):
        headers = lived.get(path).headers
        assert "frame-ancestors 'none'" in headers["Content-Security-Policy"], path
        assert headers["X-Frame-Options"] == "DENY"
        assert headers["Cache-Control"] == "private, no-store"


def test_signing_in_leads_back_below_the_hosts_prefix(open_console):
    """To the page with its query, also where a proxy has taken a prefix away."""
    there = open_console(sign_in=lambda path: f"/enter?{path}")
    there.app.wsgi_app = ProxyFix(there.app.wsgi_app, x_prefix=1)
    headers = {"X-Forwarded-Prefix": "/club"}
    page = there.as_().client.get("/ops/acts?phase=done&lang=en&x=https://evil.example", headers=headers)
    (lead,) = [lead for lead in Leads(page.text).leads if lead.startswith("/enter")]

    assert page.status_code == 403
    assert lead.startswith("/enter?/club/ops/acts?phase=done")
