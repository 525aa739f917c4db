"""The documentation as plain text for assistants: `llms.txt` lists the pages, `llms-full.txt` holds them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from mkdocs.structure.nav import Navigation, Section
from mkdocs.structure.pages import Page

__all__ = ["index", "lead", "whole"]

_WHAT = (
    "An SDK in Python that a product imports to get digital entitlements (vouchers, points, cards, bundles) and campaigns"
    " written as data: checked, tested by stories, planned, applied, and able to explain every yes and every no."
)
_LINK = re.compile(r"\[([^\]]*)\]\([^)]*\)")


def lead(markdown: str) -> str:
    """The first sentence below the title, without marks; empty if the page begins otherwise."""
    for part in re.split(r"\n\s*\n", re.sub(r"^#.*$", "", markdown, flags=re.MULTILINE)):
        if not re.match(r"\s*(\||```|- |>|!|<)", part) and part.strip():
            plain = re.sub(r"[*`]", "", _LINK.sub(r"\1", " ".join(part.split())))
            return re.split(r"(?<=[.。!?])\s", plain)[0].rstrip(":").strip()
    return ""


def index(nav: Navigation) -> str:
    """Every page of the navigation with its address and what it is about."""
    return "\n".join(["# quanyi", "", f"> {_WHAT}", "", "All of it in one file: [llms-full.txt](llms-full.txt)", *_lines(nav), ""])


def whole(nav: Navigation, markdown: Mapping[str, str]) -> str:
    """All pages of the navigation, one after the other, each below its address."""
    pages = [f"<!-- {page.url} -->\n\n{markdown[page.file.src_uri].strip()}\n" for page in nav.pages]
    return "\n\n".join(pages)


def _lines(nav: Navigation) -> Iterator[str]:
    loose = [item for item in nav.items if isinstance(item, Page)]
    yield from ["", *(_line(page) for page in loose)]
    for section in nav.items:
        if isinstance(section, Section):
            yield from ["", f"## {section.title}", "", *(_line(page) for page in _pages(section))]


def _pages(section: Section) -> Iterator[Page]:
    for item in section.children:
        if isinstance(item, Section):
            yield from _pages(item)
        elif isinstance(item, Page):
            yield item


def _line(page: Page) -> str:
    said = page.meta.get("lead", "")
    return f"- [{page.title}]({page.url})" + (f": {said}" if said else "")
