"""
One signed request to one address: to the machine that was checked, no further, and not for longer than was allowed.
"""

from __future__ import annotations

import socket
import ssl
from collections.abc import Callable, Mapping
from functools import cache
from http.client import HTTPConnection, HTTPException
from threading import Timer

from quanyi.adapters.webhooks.addresses import Target

__all__ = ["LONGEST_SECONDS", "NotTaken", "Post", "post"]

LONGEST_SECONDS = 15.0
"""How long one request may take as a whole; a lease of events is longer."""

Post = Callable[[Target, bytes, Mapping[str, str]], None]


class NotTaken(Exception):  # noqa: N818  (what became of a message)
    """A receiver did not take a message; says why in words that hold nothing of it, nor of the address."""


def post(
    target: Target,
    body: bytes,
    headers: Mapping[str, str],
    *,
    seconds: float = LONGEST_SECONDS,
    context: ssl.SSLContext | None = None,
) -> None:
    """
    POST *body*; a status of 200 to 299 means that it was taken. A redirect is not followed, and what is answered is not read.

    Args:
        seconds: How long all of it may take: a receiver that sends a byte now and then gains no time.
        context: Which certificates are believed; the system's authorities unless given.

    Raises:
        NotTaken: There was no such answer in time.
    """
    connection = _Connection(target, seconds, context)
    watch = Timer(seconds, connection.cut)
    watch.daemon = True
    watch.start()
    try:
        connection.request("POST", target.path, body=body, headers=dict(headers))
        status = connection.getresponse().status
    except (OSError, HTTPException, ValueError) as error:  # ValueError: a host that TLS can't name
        late = "took too long" if connection.was_cut else type(error).__name__
        raise NotTaken(f"no answer: {late}") from None
    finally:
        watch.cancel()
        connection.close()
    if connection.was_cut:  # a header that was cut off reads as one that has ended
        raise NotTaken("no answer: took too long")
    if not 200 <= status <= 299:  # noqa: PLR2004  (what HTTP calls a success)
        raise NotTaken(f"answered with status {status}")


class _Connection(HTTPConnection):
    """A connection to the address that was checked, under the name that it was asked for by."""

    def __init__(self, target: Target, seconds: float, context: ssl.SSLContext | None) -> None:
        super().__init__(target.host, target.port, timeout=seconds)
        self._target, self._context = target, context
        self.default_port = 443 if target.secure else 80  # the header Host has no port where it is this one
        self.was_cut = False

    def connect(self) -> None:
        """Connect without resolving anything; for https, the certificate must be the name's."""
        self.sock = socket.create_connection((str(self._target.address), self.port), self.timeout)
        if self._target.secure:
            context = self._context or _system_context()
            host = self._target.host
            self.sock = tls = context.wrap_socket(self.sock, server_hostname=host, do_handshake_on_connect=False)
            tls.do_handshake()  # once it can be cut
        if self.was_cut:
            raise TimeoutError

    def cut(self) -> None:
        """End whatever the connection waits for; called from another thread."""
        self.was_cut = True
        waiting = self.sock
        if waiting is not None:
            try:
                socket.socket.shutdown(waiting, socket.SHUT_RDWR)  # that of TLS would take its state from who reads
            except OSError:  # it has ended already
                return


@cache
def _system_context() -> ssl.SSLContext:
    return ssl.create_default_context()
