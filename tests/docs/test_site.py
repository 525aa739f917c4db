"""The built documentation: no dead link, every page in its place, found in English and Chinese, readable by everybody."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import pytest

from tests.docs.pages import ROOT
from tests.docs.site import glossary

DOCS = ROOT / "docs"
MOST_WORDS = {
    "../README.md": 1000,
    "index.md": 450,
    "quickstart.md": 700,
    "quickstart-flask.md": 600,
    "quickstart-fastapi.md": 900,
    "quickstart-django.md": 900,
    "operate/day.md": 1300,
    "operate/troubleshooting.md": 1300,
}
"""How much each reader is asked to read before something works."""
PHONE, DESKTOP = {"width": 360, "height": 800}, {"width": 1280, "height": 800}
TOO_WIDE = "() => document.documentElement.scrollWidth > innerWidth"


class Page(HTMLParser):
    """The addresses of a page, and where it leads."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.ids: set[str] = set()
        self.leads: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            if name == "id" and value:
                self.ids.add(value)
            elif name in {"href", "src"} and value:
                self.leads.append(value)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site, built as `make docs` builds it: a warning is an error."""
    folder = tmp_path_factory.mktemp("site")
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", "--site-dir", str(folder)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return folder


@pytest.fixture(scope="module")
def pages(site: Path) -> dict[str, Page]:
    """Each built page by its address; the page for dead addresses has none of its own."""
    files = {path.relative_to(site).as_posix(): path for path in site.rglob("*.html") if path.name != "404.html"}
    return {address: Page(path.read_text(encoding="utf-8")) for address, path in files.items()}


def test_no_link_is_dead(site: Path, pages: dict[str, Page]) -> None:
    dead = [
        f"{address}: {lead}"
        for address, page in pages.items()
        for lead in page.leads
        if is_dead(site, pages, address, lead)
    ]

    assert dead == []
    assert len(pages) > 80


def is_dead(site: Path, pages: dict[str, Page], address: str, lead: str) -> bool:
    scheme, host, path, _, anchor = urlsplit(lead)
    if scheme or host:
        return not lead.startswith("https://")
    target = (site / address).parent / unquote(path) if path else site / address
    name = target.resolve().relative_to(site.resolve()).as_posix()
    if not target.exists():
        return True
    return bool(anchor) and name in pages and unquote(anchor) not in pages[name].ids


def test_pages_load_nothing_from_elsewhere_and_code_is_code(site: Path, pages: dict[str, Page]) -> None:
    for address in pages:
        html = (site / address).read_text(encoding="utf-8")
        assert not re.search(r'(src|href)="(https?:)?//[^"]+\.(js|css|woff2?)"', html), address
        assert "<style" not in html
        assert not re.search(r"<p>[^<]*```", html), address
        assert not re.search(r"<p>[^<]*\n[-*] ", html), address


def test_every_page_of_docs_is_in_the_navigation(site: Path) -> None:
    front = (site / "index.html").read_text(encoding="utf-8")
    rail = Page(front[front.index('class="rail"') :]).leads
    expected = {path.relative_to(DOCS).as_posix() for path in DOCS.rglob("*.md")}
    built = {re.sub(r"(^|/)README\.md$", r"\1index.html", page).replace(".md", ".html") for page in expected}

    assert built - set(rail) == set()


def test_the_texts_for_assistants_hold_every_page(site: Path, pages: dict[str, Page]) -> None:
    index = (site / "llms.txt").read_text(encoding="utf-8")
    whole = (site / "llms-full.txt").read_text(encoding="utf-8")
    listed = re.findall(r"^- \[[^\]]+\]\(([^)]+)\)", index, re.MULTILINE)

    assert index.startswith("# quanyi\n\n> ")
    assert set(listed) == set(pages) - {"search.html"}
    assert re.findall(r"^<!-- (\S+\.html) -->$", whole, re.MULTILINE) == listed
    for path in ("quickstart-django.md", "glossary.md", "operate/day.md"):
        last = (DOCS / path).read_text(encoding="utf-8").strip().splitlines()[-1]
        assert last[-30:] in whole, path
    described = re.findall(r"^- \[[^\]]+\]\([^)]+\): .{12,}", index, re.MULTILINE)
    assert len(described) > 0.9 * len(listed)


def test_the_glossary_is_sorted_in_both_languages() -> None:
    """Every word of the glossary stands in both orders."""
    words = glossary.words((DOCS / "glossary.md").read_text(encoding="utf-8"))
    latin, _, pinyin = glossary.page(words).partition("## 拼音")
    english = [shown.rpartition(" ")[0] for shown in re.findall(r"\[([^\]]+)\]\(glossary.md#word-", latin)]
    chinese = re.findall(r"\[([^\]]+)\]\(glossary.md#word-", pinyin)
    rows = re.findall(r"^\| \*\*", (DOCS / "glossary.md").read_text(encoding="utf-8"), re.MULTILINE)

    assert len(words) == len(rows) == len(english) == len(chinese)
    assert english == sorted(english, key=str.lower)
    letters = re.findall(r"^\*\*(.)\*\*", pinyin, re.MULTILINE)
    assert letters == sorted(letters)
    assert len(letters) < 27


def test_each_word_of_the_glossary_has_an_address(pages: dict[str, Page]) -> None:
    words = glossary.words((DOCS / "glossary.md").read_text(encoding="utf-8"))

    assert {word.address.partition("#")[2] for word in words} <= pages["glossary.html"].ids


@pytest.mark.parametrize(("page", "most"), MOST_WORDS.items())
def test_a_page_is_no_longer_than_its_reader_is_patient(page: str, most: int) -> None:
    assert len((DOCS / page).read_text(encoding="utf-8").split()) <= most


# --- in a browser --------------------------------------------------------------------------------


@pytest.fixture
def opened(browser: Any, site: Path) -> Iterator[Any]:
    """A function that opens a page from the disk."""
    contexts = []

    def open_(address: str, **options: Any) -> Any:
        contexts.append(browser.new_context(**{"viewport": PHONE, **options}))
        page = contexts[-1].new_page()
        page.goto(f"{site.as_uri()}/{address}")
        return page

    yield open_
    for context in contexts:
        context.close()


@pytest.mark.browser
@pytest.mark.parametrize(
    ("words", "first"),
    [
        ("核销", "Glossary 词汇表 · redemption 核销"),
        ("entitlement", "Glossary 词汇表 · entitlement 用户权益"),
        ("KeyReused", "Python · Exceptions"),
        ("秒杀", None),
        ("flash sale", None),
    ],
    ids=["chinese", "english", "name", "inside-a-word", "two-words"],
)
def test_a_search_finds_words_of_both_languages(opened: Any, words: str, first: str | None) -> None:
    page = opened(f"search.html?q={words}")
    found = page.locator("#found a").all_inner_texts()

    assert len(found) > 2
    assert first is None or first in found[:5]
    assert page.locator("#found mark").first.inner_text().lower() in words.lower()


@pytest.mark.browser
@pytest.mark.parametrize("words", ["活动预算", "积分过期时间", "权益怎么核销", "卡密库存不足"], ids=range(4))
def test_what_stands_nowhere_as_a_whole_leads_to_the_nearest(opened: Any, words: str) -> None:
    """Chinese has no blanks between its words, so a question is rarely written as a page has it."""
    page = opened(f"search.html?q={words}")
    pairs = {words[at : at + 2] for at in range(len(words) - 1)}

    assert page.locator("#found a").count() > 2
    assert page.locator("#found mark").first.inner_text() in {*pairs, words}
    page.fill("#q", "龘靐齉")
    assert "Nothing has" in page.inner_text("#said")
    assert page.locator("#found a").count() == 0


@pytest.mark.browser
def test_a_search_is_made_by_keyboard_and_says_when_there_is_nothing(opened: Any) -> None:
    page = opened("index.html", viewport=DESKTOP)
    page.keyboard.press("/")
    page.keyboard.type("zzzqqq")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search.html?q=zzzqqq")

    assert "Nothing has “zzzqqq” in it" in page.inner_text("#said")
    page.fill("#q", "<img src=x onerror=alert(1)> 积分")
    assert page.locator("#said img, #found img").count() == 0


@pytest.mark.browser
@pytest.mark.parametrize("address", ["index.html", "quickstart-django.html", "glossary.html", "search.html?q=points"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_page_is_accessible_and_fits_a_phone(opened: Any, address: str, scheme: str) -> None:
    from axe_playwright_python.sync_playwright import Axe

    page = opened(address, color_scheme=scheme)
    assert not page.evaluate(TOO_WIDE)
    found = Axe().run(page).response["violations"]

    assert [(each["id"], each["nodes"][0]["html"]) for each in found] == []


@pytest.mark.browser
def test_every_page_fits_a_phone(opened: Any, site: Path, pages: dict[str, Page]) -> None:
    page = opened("index.html")
    wide = []
    for address in sorted(pages):
        page.goto(f"{site.as_uri()}/{address}")
        wide += [address] if page.evaluate(TOO_WIDE) else []

    assert wide == []
