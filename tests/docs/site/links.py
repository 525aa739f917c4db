"""Links between pages of docs/ and pages elsewhere in the repository, as the site has them."""

from __future__ import annotations

import os.path
import re
from collections.abc import Iterator, Set
from pathlib import Path

__all__ = ["SOURCE", "followed", "outside"]

SOURCE = "source/"
"""Where the site keeps the pages from outside docs/."""
_LINK = re.compile(r"(?<!!)\[([^\]]*)\]\(([^)\s]+)\)")
_FENCE = re.compile(r"^ *```.*?^ *```$", re.DOTALL | re.MULTILINE)
_ELSEWHERE = re.compile(r"^(?:[a-z]+:|#)")


def outside(root: Path) -> list[str]:
    """The pages that belong to the code: how to contribute, what changed, and what each folder is for."""
    folders = ("entitlements", "campaigns", "adapters", "demo_app", "tests")
    readmes = {path.relative_to(root).as_posix() for folder in folders for path in (root / folder).rglob("README.md")}
    return ["CONTRIBUTING.md", "CHANGELOG.md", *sorted(readmes)]


def followed(markdown: str, page: str, pages: Set[str]) -> str:
    """The text of *page* with links that fit the site; a link to what the site has not (code) becomes its words."""

    def follow(found: re.Match[str]) -> str:
        words, target = found.groups()
        if _ELSEWHERE.match(target):
            return found.group()
        path, hash_, anchor = target.partition("#")
        there = _in_site(path, page, pages)
        if there is None:
            return words
        return f"[{words}]({os.path.relpath(there, os.path.dirname(page) or '.')}{hash_}{anchor})"  # noqa: PTH120 - an address

    return "".join(text if code else _LINK.sub(follow, text) for text, code in _parted(markdown))


def _in_site(path: str, page: str, pages: Set[str]) -> str | None:
    """The site's page for a path that stands in *page*; None if it has none."""
    here = page.removeprefix(SOURCE) if page.startswith(SOURCE) else f"docs/{page}"
    target = os.path.normpath(os.path.join(os.path.dirname(here), path))  # noqa: PTH118, PTH120 - an address
    names = [target, f"{target}/README.md"]
    places = [name.removeprefix("docs/") if name.startswith("docs/") else SOURCE + name for name in names]
    return next((place for place in places if place in pages), None)


def _parted(markdown: str) -> Iterator[tuple[str, bool]]:
    """The text piece by piece, with whether it is a block of code."""
    done = 0
    for block in _FENCE.finditer(markdown):
        yield markdown[done : block.start()], False
        yield block.group(), True
        done = block.end()
    yield markdown[done:], False
