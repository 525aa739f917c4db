"""
The mall and the console inside a host that looks different: whose style is written by element, that reads from right to left, has
large letters and is dark, and that mounts them below prefixes of its own.

A page is looked at with the host's style and without it: inside the mall nothing may differ. Then the host's own page is
looked at with the mall's style and without it: nothing may differ there.
"""

from __future__ import annotations

import re
from pathlib import Path
from threading import Thread

import pytest
from flask import Flask, render_template, send_from_directory

import quanyi
from quanyi import demo_app
from quanyi.demo_app.art import picture
from quanyi.demo_app.inbox import LumenInbox
from quanyi.demo_app.serving import server_of
from tests.demo.test_browser import violations

pytestmark = pytest.mark.browser

CLUB = Path(__file__).parent / "club"
PREFIX, OFFICE = "/club/benefits", "/club/back/office/benefits"
STRANGE = """
html { font-size: 20px; background: #101010; color-scheme: dark; }
body, body * { direction: rtl; unicode-bidi: plaintext; text-align: end; }
button, input, select, textarea { all: unset; }
label, th, h1, h2, summary, legend { text-transform: uppercase; letter-spacing: 3px; }
table, tr, td, th, thead, tbody { display: flex; flex-direction: row-reverse; }
* { color: #ff00aa; min-width: 0; hyphens: auto; word-break: break-all; overflow: visible; }
"""
"""A reset that leaves nothing of a button, and opinions about the direction of everything."""
PAGES = (
    "/",
    "/things?q=nothing",
    "/items/coffee-corner/latte",
    "/items/everyday-shelf/chapter_pass",
    "/items/weekend-market/music_month",
    "/sales",
    "/deals",
    "/messages",
    "/entitlements",
    "/points",
    "/streaks/daily-check-in",
    "/tasks",
    "/invites",
    "/scenes/holiday",
)
DESKS = (
    "/overview",
    "/people?q=lin",
    "/catalogue",
    "/campaigns/evening-sale",
    "/new/exchange",
    "/codes",
    "/acts",
    "/x/y",
)
STYLED = ("/", *PAGES[2:3], *PAGES[5:8], PAGES[8], PAGES[10], PAGES[12])
PROPERTIES = [
    "display",
    "position",
    "box-sizing",
    "float",
    "visibility",
    "opacity",
    "cursor",
    "color",
    "background-color",
    "background-image",
    "box-shadow",
    "filter",
    "margin-top",
    "margin-right",
    "margin-bottom",
    "margin-left",
    "padding-top",
    "padding-right",
    "padding-bottom",
    "padding-left",
    "border-top-width",
    "border-right-width",
    "border-bottom-width",
    "border-left-width",
    "border-top-style",
    "border-top-color",
    "border-bottom-style",
    "border-bottom-color",
    "border-top-left-radius",
    "border-collapse",
    "border-spacing",
    "outline-style",
    "font-family",
    "font-size",
    "font-style",
    "font-weight",
    "font-variant",
    "line-height",
    "letter-spacing",
    "word-spacing",
    "text-align",
    "text-indent",
    "text-transform",
    "text-decoration-line",
    "text-decoration-style",
    "white-space",
    "vertical-align",
    "list-style-type",
    "min-width",
    "max-width",
    "min-height",
    "max-height",
    "flex-grow",
    "flex-shrink",
    "align-items",
    "justify-content",
    "direction",
    "unicode-bidi",
    "word-break",
]
PLACED = ("DIV.qy-body margin-left", "DIV.qy-body margin-right")
"""Where the mall stands in a wide host is a matter of the host's width."""
STYLES = """([root, properties]) => [...document.querySelectorAll(root)].flatMap((top) => [top, ...top.querySelectorAll("*")])
  .filter((e) => !e.closest("svg svg, g, defs, pattern")).flatMap((e) => ["", "::before", "::after"].map((part) => {
    const style = getComputedStyle(e, part), name = `${e.tagName}.${e.getAttribute("class") ?? ""}${part}`;
    if (part && style.content === "none") return [name, "none"];
    return [name, properties.map((p) => style.getPropertyValue(p)).join("|")];
  }))"""


@pytest.fixture(scope="module")
def module_world(seeded_folder, tmp_path_factory):
    """One demo for all tests here, which only read."""
    import shutil

    from tests.demo.conftest import opened

    folder = tmp_path_factory.mktemp("club") / "demo"
    shutil.copytree(seeded_folder, folder)
    with opened(folder) as there:
        there.clock.resume()
        there.clock.stand(there.clock.now())
        yield there


@pytest.fixture(scope="module")
def club(module_world):
    """The address of the club: a plain Flask application."""
    app = Flask("club", root_path=str(CLUB))
    app.config.update(SECRET_KEY="for tests")
    quanyi.init_app(
        app,
        module_world.mall,
        url_prefix=PREFIX,
        current_user=lambda: "lin",
        csrf=None,
        pay=lambda deal: f"/pay/{deal.id}",
        inbox=LumenInbox(module_world),
        check_in=lambda _: "/check-in",
        invite_link=lambda code: f"https://club.example/{code}",
    )
    someone = quanyi.Operator(id="7", name="周野", roles={"viewer", "operator", "approver", "auditor"})
    quanyi.init_console(app, module_world.mall, operator=lambda: someone, csrf=None, url_prefix=OFFICE)
    app.add_url_rule("/", "boats", lambda: render_template("boats.html", mall=True))
    app.add_url_rule("/art/<name>.svg", "art", lambda name: (picture(name), {"Content-Type": "image/svg+xml"}))
    app.add_url_rule("/static/in-the-shop<rest>", "film", film)
    server = server_of(app)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join(10)
    server.server_close()


def film(rest):
    """The catalogue's film stands among the demo's own files."""
    return send_from_directory(Path(demo_app.__file__).parent / "static", f"in-the-shop{rest}")


@pytest.fixture(scope="module")
def page_in(browser, club):
    """A page of the club, of a width and in colours; kept for all tests here."""
    contexts = {}

    def page_in(width, scheme):
        if (width, scheme) not in contexts:
            size = {"width": width, "height": 800}
            contexts[width, scheme] = browser.new_context(
                base_url=club, viewport=size, color_scheme=scheme, reduced_motion="reduce", locale="zh-CN"
            )
        context = contexts[width, scheme]
        for page in context.pages:
            page.close()
        return context.new_page()

    yield page_in
    for context in contexts.values():
        context.close()


def styles(page, path, root, without="", css=""):
    """
    What hosts style, as it is computed for everything below *root* and what is put before and after it.

    Args:
        without: The style sheet that is left out, or replaced by *css*.
    """
    if without:
        page.route(f"**/{without}*", lambda route: route.fulfill(body=css, content_type="text/css"))
    page.goto(path)
    found = page.evaluate(STYLES, [root, PROPERTIES])
    page.unroute_all()
    return found


def differences(one, other):
    assert [name for name, _ in one] == [name for name, _ in other]
    apart = [
        (name, before.split("|"), after.split("|"))
        for (name, before), (_, after) in zip(one, other, strict=True)
        if before != after
    ]
    return {
        f"{name} {prop}": (was, now)
        for name, before, after in apart
        for prop, was, now in zip(PROPERTIES, before, after, strict=False)
        if was != now and f"{name} {prop}" not in PLACED
    }


@pytest.mark.parametrize(("width", "scheme"), [(360, "light"), (1280, "dark")])
def test_the_hosts_style_does_not_reach_into_the_mall(page_in, width, scheme):
    page = page_in(width, scheme)
    for path in STYLED:
        without = styles(page, PREFIX + path, ".qy-body", without="club.css")
        found = differences(without, styles(page, PREFIX + path, ".qy-body"))
        assert dict(list(found.items())[:8]) == {}, path


OF_LETTERS = "html { font-size: 20px; }"


@pytest.mark.parametrize(("width", "scheme"), [(360, "dark"), (1280, "light")])
def test_a_host_of_another_direction_and_size_leaves_the_mall_as_it_is(page_in, width, scheme):
    """Its sizes grow with the host's letters, which are the only thing of that style that comes in."""
    page = page_in(width, scheme)
    asked = [PREFIX + path for path in STYLED]
    plain = {path: styles(page, path, ".qy-body", without="club.css", css=OF_LETTERS) for path in asked}
    page.add_init_script("addEventListener('DOMContentLoaded', () => document.body.setAttribute('dir', 'rtl'))")
    for path, without in plain.items():
        found = differences(without, styles(page, path, ".qy-body", without="club.css", css=STRANGE))
        assert dict(list(found.items())[:8]) == {}, path


@pytest.mark.parametrize(
    ("width", "scheme", "css"), [(360, "light", ""), (1280, "dark", STRANGE)], ids=["usual", "strange"]
)
def test_the_hosts_style_does_not_reach_into_the_console(page_in, width, scheme, css):
    """A host brings its style sheet by a template, for its colours; what it says of elements ends at the console's body."""
    page = page_in(width, scheme)
    for path in DESKS:
        plain = styles(page, OFFICE + path, "body.qo", without="club.css", css=OF_LETTERS if css else "")
        strange = styles(page, OFFICE + path, "body.qo", without="club.css" if css else "", css=css)
        assert plain
        found = differences(plain, strange)
        assert dict(list(found.items())[:8]) == {}, path


@pytest.mark.parametrize("width", [360, 1280])
def test_both_fit_a_host_of_large_letters_that_reads_from_right_to_left(page_in, width):
    """Nothing is wider than the screen, no button cuts its word, and the colours that the host gives are there."""
    page, problems = page_in(width, "dark"), []
    colours = ":root { --qy-accent: rgb(200, 120, 255); --qy-on-accent: rgb(10, 0, 20); }"
    page.add_init_script("addEventListener('DOMContentLoaded', () => document.body.setAttribute('dir', 'rtl'))")
    page.on(
        "console", lambda said: problems.append(said.text) if said.type == "error" and "404" not in said.text else None
    )
    page.route("**/club.css*", lambda route: route.fulfill(body=STRANGE + colours, content_type="text/css"))
    for path in (*(PREFIX + each for each in PAGES), *(OFFICE + each for each in DESKS)):
        page.goto(path)
        root = ".qy-body" if path.startswith(PREFIX) else "body.qo"
        wide = "root => (({scrollWidth, clientWidth}) => scrollWidth - clientWidth)(document.querySelector(root))"
        assert page.evaluate(wide, root) == 0, path
        cut = page.evaluate(
            "[...document.querySelectorAll('.qy-button, .qo-button')].filter((e) => e.scrollWidth > e.clientWidth + 1).map((e) => e.textContent)"
        )
        assert cut == [], path
    page.goto(f"{OFFICE}/new/exchange")

    assert (
        page.evaluate("getComputedStyle(document.querySelector('.qo-button')).backgroundColor") == "rgb(200, 120, 255)"
    )
    assert problems == []


def test_a_host_that_is_dark_alone_has_the_dark_colours_of_a_dark_device():
    """Both are written out; a colour that is changed is changed in both."""
    text = (Path(__file__).parents[2] / "adapters/web/static/styles/1-roles.css").read_text(encoding="utf-8")
    by_device, by_host = (
        re.search(rf"{re.escape(head)} \{{[^\n]*\n(.*?)\n *\}}", text, re.DOTALL)
        for head in (':where(:root:not([data-qy-scheme="light"]))', ':where(:root[data-qy-scheme="dark"])')
    )

    assert by_device
    assert by_host
    assert [line.strip() for line in by_device[1].splitlines()] == [line.strip() for line in by_host[1].splitlines()]


@pytest.mark.parametrize(("width", "scheme"), [(360, "dark"), (1280, "light")])
def test_the_malls_style_does_not_reach_into_the_host(page_in, width, scheme):
    """On a page that loads both, as every page of a host may that has one head."""
    page = page_in(width, scheme)
    for path in ("/", f"{PREFIX}/"):
        for root in ("body > header", "body > footer", *(["main"] if path == "/" else [])):
            without = styles(page, path, root, without="quanyi")
            assert without
            assert differences(without, styles(page, path, root)) == {}, (path, root)


@pytest.mark.parametrize("width", [360, 1280])
def test_the_mall_fits_the_host(page_in, width):
    """Nothing scrolls sideways, no error in the console, every form and link leads below the prefix or to the host."""
    page, problems = page_in(width, "light"), []
    page.on("console", lambda said: problems.append(said.text) if said.type == "error" else None)
    page.on("pageerror", lambda error: problems.append(str(error)))
    for path in PAGES:
        assert page.goto(PREFIX + path).status == 200
        assert (
            page.evaluate(
                "(({scrollWidth, clientWidth}) => scrollWidth - clientWidth)(document.querySelector('.qy-body'))"
            )
            == 0
        ), path
        led = page.evaluate(
            "[...document.querySelectorAll('.qy-body a[href], .qy-body form')].map((e) => e.getAttribute('href') ?? e.action)"
        )
        assert not [to for to in led if to.startswith("/mall") or "/mall/" in to], path

    assert problems == []


@pytest.mark.slow
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_mall_is_accessible_there(page_in, scheme):
    """No rule of axe is broken inside of it."""
    from axe_playwright_python.sync_playwright import Axe

    page, found = page_in(360, scheme), {}
    for path in PAGES:
        page.goto(PREFIX + path)
        hits = violations(Axe().run(page, context={"include": [[".qy-body"]]}))
        found |= {
            f"{path} {hit['id']}": hit["nodes"][0]["html"]
            for hit in hits
            if hit["id"] not in {"landmark-no-duplicate-main", "landmark-main-is-top-level"}
        }

    assert not found


def test_a_host_that_is_light_alone_keeps_the_mall_light(page_in):
    """By one attribute of its root."""
    page = page_in(360, "dark")
    page.goto(f"{PREFIX}/")
    dark = page.evaluate("getComputedStyle(document.querySelector('.qy-card')).backgroundColor")
    page.evaluate("document.documentElement.dataset.qyScheme = 'light'")
    light = page.evaluate("getComputedStyle(document.querySelector('.qy-card')).backgroundColor")
    by_day = page_in(360, "light")
    by_day.goto(f"{PREFIX}/")
    by_day.evaluate("document.documentElement.dataset.qyScheme = 'dark'")

    assert by_day.evaluate("getComputedStyle(document.querySelector('.qy-card')).backgroundColor") == dark
    assert (dark, light) == ("rgb(24, 33, 32)", "rgb(255, 255, 255)")
