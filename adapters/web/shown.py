"""
Notes which offers a page has shown, once its answer is sent.
"""

from __future__ import annotations

import atexit
from typing import TYPE_CHECKING

from flask import Blueprint, Response, g

from quanyi.adapters.wiring import OpenMall

if TYPE_CHECKING:
    from collections.abc import Iterable

    from quanyi.adapters.figures.showings import Showings
    from quanyi.campaigns.mall import Mall
    from quanyi.campaigns.requests import Context
    from quanyi.entitlements.plays.sale.view import Offer

__all__ = ["add_showings", "note_shown"]


def add_showings(blueprint: Blueprint) -> None:
    """Note what the pages of *blueprint* show: the offers of which cards were made for an answer that went well."""
    blueprint.after_request(_noted)


def _noted(response: Response) -> Response:
    to = g.get("quanyi_visit")
    if to is not None and to.shown and response.status_code == 200:  # noqa: PLR2004  (the status)
        note_shown(response, to.host.mall, to.shown, to.context)
    return response


def note_shown(response: Response, mall: Mall, offers: Iterable[Offer], context: Context) -> None:
    """Note that an answer shows *offers*; it is summed, and sometimes written, when the answer has been sent."""
    if isinstance(mall, OpenMall):
        shown, showings = list(offers), mall.showings

        def sent() -> None:
            showings.add(shown, context)
            if showings.due():
                showings.write()

        _at_the_end(showings)
        response.call_on_close(sent)


_ending: set[int] = set()


def _at_the_end(showings: Showings) -> None:
    """Let a process that ends in order write what it has."""
    if id(showings) not in _ending:
        _ending.add(id(showings))
        atexit.register(showings.write)
