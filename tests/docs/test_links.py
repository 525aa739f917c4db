"""Links between the pages of the repository lead somewhere, read on the disk or where the repository is hosted."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import pytest
import yaml

from tests.docs.pages import ROOT
from tests.shape.source import committed

PAGES = [path for path in committed() if path.endswith(".md")]
_LINK = re.compile(r"\]\(([^)\s]+)\)")
_FENCE = re.compile(r"^ *```.*?^ *```$", re.DOTALL | re.MULTILINE)
_CODE = re.compile(r"`[^`\n]*`")


@pytest.mark.parametrize("page", PAGES)
def test_the_links_of_a_page_lead_somewhere(page: str) -> None:
    text = _CODE.sub("", _FENCE.sub("", (ROOT / page).read_text(encoding="utf-8")))
    links = [link for link in _LINK.findall(text) if not re.match(r"[a-z]+:", link)]

    assert [link for link in links if is_dead(page, link)] == []


def test_the_front_page_leads_to_every_page_that_the_navigation_names() -> None:
    """Whoever reads the repository itself has no navigation but this one."""
    nav = yaml.safe_load((ROOT / "mkdocs.yml").read_text(encoding="utf-8"))["nav"]
    named = {page for page in re.findall(r"'([^']+\.md)'", repr(nav)) if not page.startswith("source/")}
    front = set(_LINK.findall((ROOT / "docs" / "index.md").read_text(encoding="utf-8")))
    reasons = {page for page in named if page.startswith("why/")} - {"why/README.md"}

    assert named - front - reasons == {"index.md", "glossary-a-z.md"}


def is_dead(page: str, link: str) -> bool:
    path, _, anchor = link.partition("#")
    target = (ROOT / page).parent / path if path else ROOT / page
    if not target.exists():
        return True
    return bool(anchor) and target.suffix == ".md" and anchor not in anchors(target)


@cache
def anchors(page: Path) -> set[str]:
    """The addresses of a page's headings, as hosts of repositories make them; the second of a name ends in `-1` or `_1`."""
    found: list[str] = []
    text = _FENCE.sub("", page.read_text(encoding="utf-8"))
    for heading in re.findall(r"^#{1,6} (.+)$", text, re.MULTILINE):
        plain = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading.strip())
        found.append(re.sub(r"\s", "-", re.sub(r"[^\w\s-]", "", plain.lower())))
    twice = {name for name in found if found.count(name) > 1}
    return {*found, *(f"{name}{mark}{n}" for name in twice for n in range(1, found.count(name)) for mark in "-_")}
