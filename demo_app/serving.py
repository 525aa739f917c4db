"""
A server for the demo: werkzeug's, with a thread for each request, and quiet.
"""

from __future__ import annotations

from typing import Any

from flask import Flask
from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server

__all__ = ["server_of"]


class _Quiet(WSGIRequestHandler):
    """Speaks only of requests that failed: a refusal is an answer."""

    def log_request(self, code: Any = "-", size: Any = "-") -> None:
        if str(code).startswith("5"):
            super().log_request(code, size)


def server_of(app: Flask, *, host: str = "127.0.0.1", port: int = 0) -> BaseWSGIServer:
    """A server that is bound, but does not serve yet; port 0 takes any that is free."""
    return make_server(host, port, app, threaded=True, request_handler=_Quiet)
