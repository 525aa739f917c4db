"""
Tabs: links to views of one page, of which one is this.
"""

from __future__ import annotations

import attrs

__all__ = ["Tab", "tab_of"]


@attrs.frozen(kw_only=True)
class Tab:
    """
    A link to one view.

    Attributes:
        here: Whether it is the view that is shown.
        count: How many things are there; None where that is not told.
    """

    name: str
    href: str
    here: bool
    count: int | None = None


def tab_of(name: str, href: str, *, here: bool, count: int | None = None) -> Tab:
    """A link to one view."""
    return Tab(name=name, href=href, here=here, count=count)
