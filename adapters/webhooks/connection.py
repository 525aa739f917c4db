"""
A connection to an address that was checked: to that machine, no further, and not for longer than was allowed.
"""

from __future__ import annotations

import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from http.client import HTTPConnection
from threading import Timer

from quanyi.adapters.webhooks.addresses import Target

__all__ = ["Connection", "connection_to"]


class Connection(HTTPConnection):
    """
    A connection to the address that was checked, under the name that it was asked for by.

    Attributes:
        was_cut: Whether its time is over; what was read by then may be half of something.
    """

    def __init__(self, target: Target, connect: float, seconds: float, context: ssl.SSLContext | None) -> None:
        super().__init__(target.host, target.port, timeout=connect)
        self._target, self._context, self._seconds = target, context, seconds
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
        self.sock.settimeout(self._seconds)
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


@contextmanager
def connection_to(
    target: Target, *, seconds: float, connect: float | None = None, context: ssl.SSLContext | None = None
) -> Iterator[Connection]:
    """
    A connection that is not open yet, and that is cut when its time is over.

    Args:
        seconds: How long all of it may take: a receiver that sends a byte now and then gains no time.
        connect: How long it may take until the connection stands; all of the time unless given.
        context: Which certificates are believed; the system's authorities unless given.
    """
    connection = Connection(target, seconds if connect is None else min(connect, seconds), seconds, context)
    watch = Timer(seconds, connection.cut)
    watch.daemon = True
    watch.start()
    try:
        yield connection
    finally:
        watch.cancel()
        connection.close()


@cache
def _system_context() -> ssl.SSLContext:
    return ssl.create_default_context()
