"""The navigation of mkdocs.yml, with the pages that it leaves to us."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

__all__ = ["filled"]


def filled(nav: list[Any], pages: Iterable[str]) -> list[Any]:
    """
    *nav* with each folder (`decisions/`) as the list of its pages, its README first, and with the pages that stand
    nowhere under "More".
    """
    rest = [page for page in pages if page not in set(_named(nav))]
    folders = {name: [page for page in rest if page.startswith(name)] for name in _named(nav) if name.endswith("/")}
    taken = {page for inside in folders.values() for page in inside}
    more = [page for page in rest if page not in taken]
    whole = [_with_folders(item, folders) for item in nav]
    return [*whole, {"More": more}] if more else whole


def _with_folders(item: Any, folders: dict[str, list[str]]) -> Any:
    if isinstance(item, dict):
        return {title: _with_folders(inside, folders) for title, inside in item.items()}
    if isinstance(item, list):
        return [_with_folders(inside, folders) for inside in item]
    if item in folders:
        return sorted(folders[item], key=lambda page: (not page.endswith(f"{item}README.md"), page))
    return item


def _named(item: Any) -> Iterator[str]:
    if isinstance(item, str):
        yield item
    for inside in item.values() if isinstance(item, dict) else item if isinstance(item, list) else ():
        yield from _named(inside)
