"""
What one kind of campaign adds to the mall's pages, as a value.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import attrs
from flask import current_app

if TYPE_CHECKING:
    from flask import Blueprint, Flask

    from quanyi.adapters.web.visit import Visit
    from quanyi.entitlements.plays.sale.view import Offer

__all__ = ["Doing", "KindPages", "mount", "mounted"]

_EXTENSION = "quanyi.kinds"


def _nothing(*_: Any) -> tuple[()]:
    return ()


@attrs.frozen(kw_only=True)
class Doing:
    """
    Something to do in the mall beside buying, as a line of the first page.

    Attributes:
        title: What it is called, in the visitor's language.
        icon: The name of a picture in `quanyi/parts.html`: ``back``, ``bell``, ``calendar``, ``check``, ``clock``,
            ``closed``, ``code``, ``gift``, ``info`` or ``next``.
        url: Where it is done.
        line: Where the visitor stands.
        done: Whether there is nothing left to do for now.
        days: A strip of days, each a map of ``name``, ``number``, ``today``, ``state`` (``marked``, ``missed``,
            ``today``, ``coming``) and ``gift``, what a mark on it would give besides; empty for a line without a strip.
        post: The address of a form that does it at once, ``action`` the word on its button; empty for none.
    """

    title: str
    icon: str
    url: str
    line: str
    done: bool = False
    days: tuple[Mapping[str, Any], ...] = ()
    post: str = ""
    action: str = ""


@attrs.frozen(kw_only=True)
class KindPages:
    """
    The pages of one kind.

    Attributes:
        name: The kind's word; it names the pages' templates folder among those of others.
        add: Puts addresses on the mall's blueprint. Endpoints are reached as ``quanyi.<endpoint>``.
        doings: The kind's lines on the first page, for a visitor who is signed in. It is a question of the page's look
            (`Visit.look`): it reads ``to.mall`` and may be called several times; so is `parts`.
        contents: What comes with an offer, on the page of the offer: maps of ``name``, ``gives`` and ``when``.
        parts: What became of a deal's parts, on the page of the deal: maps as `deal.html` reads them.
        templates: A folder of Jinja templates; pages extend ``quanyi/base.html``.
        texts: The texts of these pages by language and dotted code.
    """

    name: str
    add: Callable[[Blueprint], object] = _nothing
    doings: Callable[[Visit], Iterable[Doing]] = _nothing
    contents: Callable[[Offer, Visit], Iterable[dict[str, str]]] = _nothing
    parts: Callable[[str, Visit], Iterable[dict[str, Any]]] = _nothing
    templates: Path | None = None
    texts: Mapping[str, Mapping[str, str]] = attrs.field(factory=dict)


def mount(app: Flask, pages: Iterable[KindPages]) -> None:
    """Let `mounted` find *pages* in requests of this application."""
    app.extensions[_EXTENSION] = tuple(pages)


def mounted() -> tuple[KindPages, ...]:
    """The pages of kinds in the application of this request."""
    found: tuple[KindPages, ...] = current_app.extensions[_EXTENSION]
    return found
