"""The index of the site's search: what stands below each heading."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from html.parser import HTMLParser

__all__ = ["parts", "script"]

Part = tuple[str, str, str, str]
"""Address, title of the page, heading or word, text."""


class _Reader(HTMLParser):
    """Cuts a page at what can be led to: its headings, and rows of a table that have an id."""

    def __init__(self, title: str) -> None:
        super().__init__()
        self.found: list[list[str]] = [["", title, ""]]
        self._heading = False
        self._row = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        id_ = dict(attrs).get("id")
        if id_ and (re.fullmatch("h[1-4]", tag) or tag == "tr"):
            self.found.append([f"#{id_}", "", ""])
            self._heading = tag != "tr"
            self._row = tag == "tr"

    def handle_endtag(self, tag: str) -> None:
        self._heading = self._heading and not re.fullmatch("h[1-4]", tag)
        if tag in {"p", "li", "td", "th", "pre", "tr", "h1", "h2", "h3", "h4"}:
            self.handle_data(" ")
        if tag == "td" and self._row:  # a word of the glossary is its row's heading, in both languages
            last = self.found[-1]
            last[1] = f"{last[1]} {last[2]}".strip()
            last[2] = ""
            self._row = " " not in last[1] or not re.search("[㐀-鿿]", last[1])
        if tag == "table":
            self._row = False

    def handle_data(self, data: str) -> None:
        self.found[-1][1 if self._heading else 2] += data


def parts(url: str, title: str, html: str) -> Iterator[Part]:
    """The parts of a page that have something to find."""
    reader = _Reader(title)
    reader.feed(html)
    for anchor, heading, text in reader.found:
        said = " ".join(text.split())
        if said or anchor:
            yield url + anchor, title, " ".join(heading.split()), said


def script(entries: Iterable[Part]) -> str:
    """The index as a script, so that a page opened from a disk can read it as well."""
    return f"window.quanyiParts = {json.dumps(list(entries), ensure_ascii=False, separators=(',', ':'))};\n"
