"""Every page with code in the documentation is read by some test, which runs it, tells it or compares it."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import pytest
from sqlalchemy import create_engine

import quanyi
from tests.docs.pages import ROOT, titled_blocks

DOCS = ROOT / "docs"
_FENCE = re.compile(r"^ *```(\w+)", re.MULTILINE)
PAGES = sorted(
    path.relative_to(ROOT).as_posix()
    for path in [*DOCS.rglob("*.md"), ROOT / "README.md"]
    if _FENCE.search(path.read_text(encoding="utf-8"))
)
SHOWN_ONLY = {
    "docs/formats.md": "a class that nobody has, to show where the numbers stand",
    "docs/reference/cli.md": "one line of a recording; the commands have tests of their own in tests/cli",
}


@pytest.mark.parametrize("page", sorted(set(PAGES) - set(SHOWN_ONLY)))
def test_a_page_with_code_is_read_by_a_test(page: str) -> None:
    """A test that reads a page names its file; which blocks it runs, the page's own tests say."""
    name = Path(page).name

    assert [test for test, text in readers().items() if f'"{name}' in text or f'/{name}"' in text]


@pytest.mark.parametrize("page", SHOWN_ONLY)
def test_what_is_only_shown_is_one_block(page: str) -> None:
    assert len(_FENCE.findall((ROOT / page).read_text(encoding="utf-8"))) == 1


def test_the_waits_of_the_page_are_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    """The mall is opened as it stands there."""
    (block,) = titled_blocks(DOCS / "host-transactions.md").values()
    monkeypatch.chdir(DOCS / "quickstart")
    engine = create_engine("sqlite://")
    names: dict[str, object] = {"quanyi": quanyi, "engine": engine}
    exec(block, names)
    engine.dispose()

    assert "film-sale" in names["mall"].project.campaigns  # type: ignore[attr-defined]


@cache
def readers() -> dict[str, str]:
    """Every module that reads pages, by its path."""
    paths = [
        path for path in (ROOT / "tests").rglob("*.py") if "fault" not in path.parts and path.name != "test_site.py"
    ]
    return {path.as_posix(): path.read_text(encoding="utf-8") for path in paths}
