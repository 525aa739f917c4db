"""
Where a request belongs: the page to come back to after signing in, or after a form went stale.
"""

from __future__ import annotations

from typing import Any

from flask import request, url_for

from quanyi.adapters.web.fields import address_here

__all__ = ["step_here"]

_PAGES = {
    "cancel": ("deal", ("deal",)),
    "choose": ("deal", ("deal",)),
    "invite_code": ("invites", ()),
    "make_up": ("streak", ("campaign",)),
    "mark_read": ("messages", ()),
    "order": ("item", ("campaign", "item")),
    "remind": ("item", ("campaign", "item")),
    "reveal": ("right", ("entitlement",)),
    "want_messages": ("messages", ()),
}
"""For each form, the page that it stands on, and what names that page."""


def step_here(**more: Any) -> str:
    """The address of this page, or of the page that the form which was sent stands on; *more* stands in its query."""
    name = str(request.endpoint).removeprefix("quanyi.")
    if name in _PAGES:
        page, keys = _PAGES[name]
        arguments = request.view_args or {}
        return url_for(f"quanyi.{page}", **{key: arguments[key] for key in keys}, **more)
    return address_here(**more) if request.method in {"GET", "HEAD"} else url_for("quanyi.home", **more)
