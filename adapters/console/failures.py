"""
Error pages of the console, each with a number that stands in the log beside what went wrong.
"""

from __future__ import annotations

import logging
from typing import Any
from zlib import crc32

from flask import Blueprint, Response, g, make_response, render_template, request
from werkzeug.exceptions import HTTPException, InternalServerError

from quanyi.adapters.console.visit import PersonErased, console
from quanyi.adapters.ids import RandomIds
from quanyi.entitlements.errors import Conflict, InputError, NotFound, QuanyiError, Unknown

__all__ = ["add_failures"]

_log = logging.getLogger("quanyi.console")
_PAGES = {400: "stale", 403: "forbidden", 404: "not_found", 405: "not_found", 413: "too_large", 503: "busy"}
_STATUSES: dict[type[QuanyiError], int] = {Conflict: 503, InputError: 400, NotFound: 404, Unknown: 503}


def add_failures(blueprint: Blueprint) -> None:
    """Answer what goes wrong in *blueprint*."""
    for status in (400, 403, 404, 405, 413):
        blueprint.register_error_handler(status, _http)
    blueprint.register_error_handler(QuanyiError, _typed)
    blueprint.register_error_handler(InternalServerError, _failed)


def _http(error: HTTPException) -> Response:
    return _page(error, error.code or 400)


def _typed(error: QuanyiError) -> Response:
    status = next((status for kind, status in _STATUSES.items() if isinstance(error, kind)), 409)
    return _page(error, status, "erased" if isinstance(error, PersonErased) else "")


def _failed(error: InternalServerError) -> Response:
    return _page(error.original_exception or error, 500)


def _page(error: BaseException, status: int, code: str = "") -> Response:
    """The page; a plain one where what broke the request breaks the frame as well."""
    number = f"{crc32(RandomIds().new().encode()) % 10**8:08d}"
    level = logging.ERROR if status == 500 else logging.INFO  # noqa: PLR2004  (the status)
    _log.log(level, "error %s: %d at %s", number, status, request.endpoint, exc_info=error if level >= 40 else None)  # noqa: PLR2004
    try:
        return make_response(_rendered(code or _PAGES.get(status, "failed"), number), status)
    except Exception:  # noqa: BLE001  (whatever it was, there is an answer)
        _log.exception("error %s: its page failed too", number)
        plain = f"<!doctype html><meta charset=utf-8><title>{number}</title><p>出了一点问题 · Something went wrong · {number}"
        return make_response(plain, status)


def _rendered(code: str, number: str) -> str:
    g.quanyi_console_failed = True
    words = console().words
    said: dict[str, Any] = {"title": words(f"ops.error_{code}"), "hint": words(f"ops.error_{code}_hint")}
    return render_template("quanyi_console/error.html", page_title=said["title"], number=number, **said)
