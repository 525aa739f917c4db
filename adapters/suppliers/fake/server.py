"""
The fake supplier as a server: its application, its worker beside it, and its description for a connector.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from socket import create_server
from threading import Thread
from typing import Any

import attrs
from werkzeug.serving import WSGIRequestHandler, make_server

from quanyi.adapters.suppliers.fake.app import create_fake
from quanyi.adapters.suppliers.fake.book import Book
from quanyi.adapters.suppliers.fake.callbacks import FakeWorker
from quanyi.campaigns.language.suppliers import SupplierDescription
from quanyi.campaigns.project.suppliers import load_supplier

__all__ = ["FAKE_YAML", "Fake", "fake_description"]

FAKE_YAML = Path(__file__).with_name("fake.yaml")
"""The description of the fake supplier."""


def fake_description(url: str | None = None) -> SupplierDescription:
    """
    The description of the fake supplier.

    Args:
        url: Where it is, if not at the port that the file names.
    """
    found = load_supplier(FAKE_YAML)
    return found if url is None else attrs.evolve(found, url=url)


class _Quiet(WSGIRequestHandler):
    """Says nothing of requests: thousands come in a test."""

    def log_request(self, code: Any = "-", size: Any = "-") -> None:
        pass


class Fake:
    """
    A fake supplier that listens.

    Args:
        port: 0 takes one that is free.
        file: Where its books are kept; in memory unless given.

    Attributes:
        url: Where it is.
    """

    def __init__(self, secret: str, *, host: str = "127.0.0.1", port: int = 0, file: Path | None = None) -> None:
        self._book = Book(file)
        app = create_fake(self._book, secret)
        with closing(create_server((host, port))) as listening:  # werkzeug would end the process if the port is taken
            self._server = make_server(host, port, app, threaded=True, request_handler=_Quiet, fd=listening.fileno())
        self._server.daemon_threads = True  # type: ignore[attr-defined]  # of the server with threads
        self._worker = FakeWorker(self._book, secret)
        self.url = f"http://{host}:{self._server.port}"

    def set(self, said: Mapping[str, Any]) -> None:
        """Set switches; InputError for what there is not."""
        self._book.set_switches(said)

    def serve(self) -> None:
        """Answer until `close`, or until the process is interrupted."""
        thread = Thread(target=self._worker.run, name="worker", daemon=True)
        thread.start()
        try:
            self._server.serve_forever()
        finally:
            self._worker.stopped.set()
            thread.join()

    def stop(self) -> None:
        """Let `serve` return; called from another thread."""
        self._server.shutdown()

    def close(self) -> None:
        """Close its port and its books."""
        self._server.server_close()
        self._book.close()
