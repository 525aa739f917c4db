"""
Articles: Markdown of the mall's editors as HTML that can't carry a script.

HTML in an article is shown as it is typed. Links and pictures lead to ``https://…`` or this site, as everywhere in a
catalogue; anything else stays text. Headings begin below those of the page.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from markdown_it import MarkdownIt
from markupsafe import Markup

from quanyi.campaigns.language.display import safe

__all__ = ["article"]

_BELOW = 3
_DEEPEST = 6


@lru_cache(maxsize=256)
def article(text: str) -> Markup:
    """
    The article as HTML.

    >>> print(article("# *Hot* at [the till](https://till.example)"))
    <h4><em>Hot</em> at <a href="https://till.example">the till</a></h4>
    <BLANKLINE>
    >>> "<script" in article("<script>alert(1)</script>") or "<a" in article("[x](javascript:alert(1))")
    False
    """
    return Markup(_reader().render(text))  # noqa: S704  (the reader escapes all HTML)


@lru_cache(maxsize=1)
def _reader() -> MarkdownIt:
    reader = MarkdownIt("commonmark", {"html": False}).enable("table")
    reader.validateLink = _leads  # type: ignore[method-assign]
    for rule in ("heading_open", "heading_close"):
        reader.add_render_rule(rule, _lower)
    reader.add_render_rule("table_open", lambda *_: '<div class="qy-scroll"><table>\n')
    reader.add_render_rule("table_close", lambda *_: "</table></div>\n")
    return reader


def _leads(url: str) -> bool:
    return safe(url)


def _lower(renderer: Any, tokens: Any, number: int, options: Any, _env: Any) -> str:
    """A heading one page deep: ``#`` of an article stands under the article's own heading."""
    token = tokens[number]
    token.tag = f"h{min(_DEEPEST, int(token.tag[1]) + _BELOW)}"
    return str(renderer.renderToken(tokens, number, options, {}))
