"""
What `make docs` does besides: mkdocs calls the functions here while it builds the site.

Pages of the repository that stand outside docs/ are added, links between the two are put right, code blocks show their
file's name, and the index of the search, the sorted glossary and the texts for assistants are written.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from mkdocs.structure.files import File, Files
from mkdocs.structure.nav import Navigation
from mkdocs.structure.pages import Page

from tests.docs.site import assistants, glossary, links, navigation, searching, tables

__all__ = ["on_config", "on_files", "on_nav", "on_page_content", "on_page_markdown", "on_post_build"]

ROOT = Path(__file__).parents[3]
_TITLED = re.compile(r"^( *)```(\w+) title=(\S+)$", re.MULTILINE)
"""A block that has a name: a file's where the name has an ending, else one for our tests."""
_built: dict[str, Any] = {}
"""Between two calls of mkdocs: the navigation, and the Markdown of each page by its address."""


def on_config(config: Any) -> Any:
    """Fill in the parts of the navigation that name a folder, and place what nobody has placed under "More"."""
    docs = ROOT / "docs"
    pages = sorted(path.relative_to(docs).as_posix() for path in docs.rglob("*.md"))
    config.nav = navigation.filled(config.nav, [*pages, *(links.SOURCE + path for path in links.outside(ROOT))])
    return config


def on_files(files: Files, config: Any) -> Files:
    """Add the pages that stand outside docs/, and the sorted glossary."""
    for path in links.outside(ROOT):
        files.append(File.generated(config, links.SOURCE + path, abs_src_path=str(ROOT / path)))
    words = glossary.words((ROOT / "docs" / "glossary.md").read_text(encoding="utf-8"))
    files.append(File.generated(config, "glossary-a-z.md", content=glossary.page(words)))
    return files


def on_nav(nav: Navigation, config: Any, files: Files) -> Navigation:
    """Keep the navigation for the texts that follow it, and begin anew with what is built."""
    _built.clear()
    _built.update(nav=nav, markdown={})
    return nav


def on_page_markdown(markdown: str, page: Page, config: Any, files: Files) -> str:
    """Put links right, say what the page is about, and show the names of files above their code."""
    text = links.followed(markdown, page.file.src_uri, {file.src_uri for file in files})
    page.meta["lead"] = assistants.lead(text)
    _built["markdown"][page.file.src_uri] = text
    return _TITLED.sub(_shown, text)


def _shown(block: re.Match[str]) -> str:
    space, language, name = block.groups()
    return f'{space}<p class="file">{name}</p>\n\n{space}```{language}' if "." in name else f"{space}```{language}"


def on_page_content(html: str, page: Page, config: Any, files: Files) -> str:
    """Let wide tables scroll by themselves, and give each word of the glossary an address."""
    html = glossary.with_addresses(html) if page.file.src_uri == "glossary.md" else html
    return tables.told(html)


def on_post_build(config: Any) -> None:
    """Write what is made of all pages together."""
    site, nav = Path(config.site_dir), _built["nav"]
    entries = [entry for page in nav.pages for entry in searching.parts(page.url, page.title, page.content or "")]
    (site / "search-index.js").write_text(searching.script(entries), encoding="utf-8")
    (site / "llms.txt").write_text(assistants.index(nav), encoding="utf-8")
    (site / "llms-full.txt").write_text(assistants.whole(nav, _built["markdown"]), encoding="utf-8")
