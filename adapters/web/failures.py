"""
Error pages: in the mall's look, with the way on, and with a number that stands in the log beside the traceback.
"""

from __future__ import annotations

import logging
from math import ceil
from typing import Any
from zlib import crc32

import attrs
from flask import Blueprint, Response, current_app, g, make_response, redirect, render_template, request, url_for
from werkzeug.exceptions import HTTPException, InternalServerError, MethodNotAllowed
from werkzeug.wrappers import Response as AnyResponse

from quanyi.adapters.ids import RandomIds
from quanyi.adapters.web.steps import step_here
from quanyi.adapters.web.visit import visit
from quanyi.entitlements.errors import (
    CampaignFailed,
    ClockAhead,
    Conflict,
    InputError,
    KeyReused,
    NotFound,
    QuanyiError,
    Refused,
    Unknown,
)

__all__ = ["add_failures"]

_log = logging.getLogger("quanyi.web")
_METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
_SIGNED_OUT = {400, 403}
_WORDS = {400: "bad_request", 403: "forbidden", 404: "not_found", 405: "not_allowed", 413: "too_large"}
_KINDS: dict[type[QuanyiError], tuple[int, str]] = {
    CampaignFailed: (503, "broken"),
    ClockAhead: (503, "failed"),
    Conflict: (503, "conflict"),
    InputError: (404, "not_found"),
    KeyReused: (409, "bad_request"),
    NotFound: (404, "not_found"),
    Refused: (409, "forbidden"),
    Unknown: (503, "unknown"),
}


@attrs.frozen(kw_only=True)
class _Way:
    """The button of an error page."""

    url: str
    label: str


def add_failures(blueprint: Blueprint, *, everywhere: bool) -> None:
    """
    Answer what goes wrong in *blueprint*.

    Args:
        everywhere: Whether addresses below the mall's prefix that lead nowhere are answered here too.
    """
    for status in (400, 403, 404, 405, 413):
        blueprint.register_error_handler(status, _refused)
    for kind in _KINDS:
        blueprint.register_error_handler(kind, _typed)
    blueprint.register_error_handler(InternalServerError, _failed)
    if everywhere:
        blueprint.add_url_rule("/<path:rest>", "nowhere", _nowhere, methods=list(_METHODS))
        blueprint.add_url_rule("/", "nowhere", _nowhere, methods=list(_METHODS[1:]), defaults={"rest": ""})


def _nowhere(rest: str) -> Any:
    """404 for an address that leads nowhere, 405 for one that is asked in a wrong way."""
    paths = current_app.create_url_adapter(request)
    allowed = []
    for method in _METHODS:
        try:
            endpoint = paths.match(method=method)[0] if paths else "quanyi.nowhere"
        except HTTPException:
            continue
        if endpoint != "quanyi.nowhere":
            allowed.append(method)
    if allowed:
        raise MethodNotAllowed(valid_methods=allowed)
    raise NotFound(f"nothing is at {rest[:60]}")


def _refused(error: HTTPException) -> AnyResponse:
    status = error.code or 400
    if request.method == "POST" and status in _SIGNED_OUT:
        return _stale(error, status)
    response = _page(error, status, _WORDS[status])
    if isinstance(error, MethodNotAllowed) and error.valid_methods:
        response.headers["Allow"] = ", ".join(error.valid_methods)
    return response


def _stale(error: HTTPException, status: int) -> AnyResponse:
    """
    A form that the host did not take: its session or its token has run out.

    Nothing was done. Who is signed out signs in and comes back to the same step; anybody else is shown the
    way back to it, where the form is fresh.
    """
    to, step = visit(), step_here()
    if to.user is None and (url := to.sign_in_url(step)) is not None:
        return redirect(url, 303)
    return _page(error, status, "stale", _Way(url=step, label=to.words("error.stale_back")))


def _typed(error: QuanyiError) -> AnyResponse:
    status, code = next(found for kind, found in _KINDS.items() if isinstance(error, kind))
    response = _page(error, status, code)
    seconds = getattr(error, "retry_after", None)
    if seconds is not None:
        response.headers["Retry-After"] = str(ceil(seconds))
    return response


def _failed(error: InternalServerError) -> AnyResponse:
    return _page(error.original_exception or error, 500, "failed")


def _page(error: BaseException, status: int, code: str, way: _Way | None = None) -> Response:
    number = f"{crc32(RandomIds().new().encode()) % 10**8:08d}"  # digits are read alike in every language
    level = {500: logging.ERROR, 503: logging.WARNING}.get(status, logging.INFO)
    # The path is the requester's text: as repr it can't write lines of its own into the log.
    _log.log(level, "error %s: %d at %s %.200r", number, status, request.method, request.path, exc_info=error)
    return make_response(_rendered(code, number, way), status)


def _rendered(code: str, number: str, way: _Way | None) -> str:
    """The page; a plain one where what broke the request breaks the host's frame as well."""
    g.quanyi_failed = True
    try:
        words = visit().words
        title, hint = words(f"error.{code}"), words(f"error.{code}_hint")
        way = way or _Way(url=url_for("quanyi.home"), label=words("page.back_home"))
        return render_template("quanyi/error.html", title=title, hint=hint, number=number, way=way)
    except Exception:  # noqa: BLE001  (whatever it was, there is an answer)
        _log.exception("error %s: its page failed too", number)
        return f"<!doctype html><meta charset=utf-8><title>{number}</title><p>出了一点问题 · Something went wrong · {number}"
