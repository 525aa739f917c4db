"""
A server for the demo: werkzeug's, with a thread for each request, and quiet.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from typing import TYPE_CHECKING, Any, cast

from flask import Flask
from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

__all__ = ["server_of"]


class _Quiet(WSGIRequestHandler):
    """Speaks only of requests that failed: a refusal is an answer."""

    def log_request(self, code: Any = "-", size: Any = "-") -> None:
        if str(code).startswith("5"):
            super().log_request(code, size)


def server_of(app: Flask, *, host: str = "127.0.0.1", port: int = 0) -> BaseWSGIServer:
    """A server that is bound, but does not serve yet; port 0 takes any that is free."""
    return make_server(host, port, _closing(app), threaded=True, request_handler=_Quiet)


def _closing(app: WSGIApplication) -> WSGIApplication:
    """The same app, whose answers are closed also when the reader has hung up.

    Werkzeug reads what is left of a request before it closes the answer; where the connection
    is reset just then, the answer, often an open file, would stay open.
    """

    def answer(environ: WSGIEnvironment, start_response: StartResponse) -> Iterator[bytes]:
        body = app(environ, start_response)
        if hasattr(body, "close"):
            with closing(cast("Any", body)):
                yield from body
        else:
            yield from body

    return answer
