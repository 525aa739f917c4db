"""
Where a request belongs: the page to come back to after signing in, or after a form went stale.
"""

from __future__ import annotations

from typing import Any

from flask import request, url_for

from quanyi.adapters.web.fields import address_here

__all__ = ["page_above", "step_here"]

_PAGES = {
    "cancel": ("deal", ("deal",)),
    "choose": ("deal", ("deal",)),
    "invite_code": ("invites", ()),
    "make_up": ("streak", ("campaign",)),
    "mark_read": ("messages", ()),
    "order": ("item", ("campaign", "item")),
    "rate": ("right", ("entitlement",)),
    "remind": ("item", ("campaign", "item")),
    "reveal": ("right", ("entitlement",)),
    "want_messages": ("messages", ()),
}
"""For each form, the page that it stands on, and what names that page."""


_ABOVE = {
    "deal": ("deals", "page.deals"),
    "deals": ("rights", "page.mine"),
    "invites": ("home", "nav.mall"),
    "item": ("home", "nav.mall"),
    "right": ("rights", "page.mine"),
    "scene": ("home", "nav.mall"),
    "streak": ("home", "nav.mall"),
    "tasks": ("home", "nav.mall"),
}
"""The page above each inner page, and what it is called."""


def page_above() -> tuple[str, str] | None:
    """The page above this one, and the code of its name; None for those of the navigation, and a host's own."""
    name = str(request.endpoint).removeprefix("quanyi.")
    return _ABOVE.get(_PAGES[name][0] if name in _PAGES else name)


def step_here(**more: Any) -> str:
    """The address of this page, or of the page that the form which was sent stands on; *more* stands in its query."""
    name = str(request.endpoint).removeprefix("quanyi.")
    if name in _PAGES:
        page, keys = _PAGES[name]
        arguments = request.view_args or {}
        return url_for(f"quanyi.{page}", **{key: arguments[key] for key in keys}, **more)
    return address_here(**more) if request.method in {"GET", "HEAD"} else url_for("quanyi.home", **more)
