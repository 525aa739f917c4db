"""
What goes wrong on the product's own pages: a page with a number that stands in the log, and a way on.
"""

from __future__ import annotations

import logging
from secrets import randbelow  # noqa: TID251  (the host's own numbers of errors)

from flask import Flask, flash, redirect, render_template, request
from flask_wtf.csrf import CSRFError  # type: ignore[import-untyped]
from werkzeug.exceptions import HTTPException, InternalServerError
from werkzeug.wrappers import Response

import quanyi
from quanyi.demo_app.people import current_locale, current_user, sign_in_url, step_back
from quanyi.demo_app.words import word

__all__ = ["add_failures"]

_log = logging.getLogger("quanyi.demo")
_KINDS: dict[type[quanyi.QuanyiError], tuple[int, str]] = {
    quanyi.Conflict: (503, "error.busy"),
    quanyi.InputError: (400, "error.bad_request"),
    quanyi.NotFound: (404, "error.not_found"),
    quanyi.Refused: (409, "error.bad_request"),
}
_WORDS = {404: "error.not_found", 405: "error.not_found", 413: "error.too_large", 500: "error.failed"}


def add_failures(app: Flask) -> None:
    """Answer what goes wrong in *app*."""
    for status in _WORDS:
        app.register_error_handler(status, _failed)
    app.register_error_handler(400, _failed)
    app.register_error_handler(403, _failed)
    app.register_error_handler(CSRFError, _stale_form)
    for kind in _KINDS:
        app.register_error_handler(kind, _typed)


def _failed(error: HTTPException) -> tuple[str, int]:
    status = error.code or 500
    return _page(error, _WORDS.get(status, "error.bad_request"), status)


def _typed(error: quanyi.QuanyiError) -> tuple[str, int]:
    status, code = next(found for kind, found in _KINDS.items() if isinstance(error, kind))
    return _page(error, code, status)


def _stale_form(_error: CSRFError) -> Response:
    """Back to the page of the form, by way of signing in where that is needed; nothing was done."""
    signed_out = current_user() is None
    flash(word(current_locale(), "error.signed_out" if signed_out else "error.stale_form"), "bad")
    return redirect(sign_in_url(step_back()) if signed_out else step_back(), 303)


def _page(error: Exception, code: str, status: int) -> tuple[str, int]:
    number = f"{randbelow(10**8):08d}"
    cause = error.original_exception or error if isinstance(error, InternalServerError) else error
    level = logging.ERROR if status == 500 else logging.INFO  # noqa: PLR2004
    _log.log(level, "error %s: %d at %s %.200r", number, status, request.method, request.path, exc_info=cause)
    return render_template("lumen/message.html", code=code, number=number), status
