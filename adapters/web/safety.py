"""
What every answer of the mall says to browsers about safety, and how large a request may be.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from flask import Response, request
from werkzeug.exceptions import RequestEntityTooLarge

from quanyi.adapters.web.fields import check_address
from quanyi.adapters.web.visit import visit

__all__ = ["add_safety", "content_policy"]

_LARGEST_BODY = 64 * 1024
"""Bytes of the largest form: what a person can type into one of ours is a few hundred."""

_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "SAMEORIGIN",
    "Referrer-Policy": "same-origin",
}


def content_policy(leads_to: Iterable[str] = (), shows_from: Iterable[str] = (), *, framed: bool = True) -> str:
    """
    The Content-Security-Policy of the mall's pages: everything from this site, nothing inline.

    Args:
        leads_to: Origins outside this site that a form may end at, such as the payment provider's.
        shows_from: Origins outside this site that pictures and videos may come from.
        framed: Whether a page of this site may show it in a frame; no other site may.

    >>> content_policy(["https://pay.example"]).split("; ")[5]
    "form-action 'self' https://pay.example"
    """
    seen = list(shows_from)
    images, media = " ".join(["img-src 'self' data:", *seen]), " ".join(["media-src 'self'", *seen])
    own = ("default-src 'none'", "script-src 'self'", "style-src 'self'", images, "connect-src 'self'")
    forms = " ".join(["form-action 'self'", *leads_to])
    frames = "frame-ancestors 'self'" if framed else "frame-ancestors 'none'"
    return "; ".join([*own, forms, media, "font-src 'self'", "base-uri 'none'", frames])


def add_safety(blueprint: Any) -> None:
    """Bound what comes in through *blueprint*, and mark what goes out."""
    blueprint.url_value_preprocessor(_bounded)
    blueprint.after_request(_marked)


def _bounded(_endpoint: str | None, values: dict[str, Any] | None) -> None:
    """Before anybody reads the form, a host's own CSRF check included."""
    request.max_content_length = min(request.max_content_length or _LARGEST_BODY, _LARGEST_BODY)
    if (request.content_length or 0) > _LARGEST_BODY:
        raise RequestEntityTooLarge
    check_address(values)


def _marked(response: Response) -> Response:
    """A host's own header, where it has set one, stands."""
    for name, value in _HEADERS.items():
        response.headers.setdefault(name, value)
    policy = visit().host.csp
    if policy:
        response.headers.setdefault("Content-Security-Policy", policy)
    if request.endpoint != "quanyi.static":  # one person's things: nobody on the way may keep them
        response.headers["Cache-Control"] = "private, no-store"
    return response
