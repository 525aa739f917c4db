"""
One request to a supplier and its answer: bounded in time and size, followed nowhere.
"""

from __future__ import annotations

import ssl
from collections.abc import Mapping
from http.client import HTTPException
from threading import Thread
from time import monotonic

import attrs

from quanyi.adapters.webhooks.addresses import Resolve, Target, resolved
from quanyi.adapters.webhooks.connection import Connection, connection_to
from quanyi.entitlements.errors import InputError

__all__ = ["MOST_BYTES", "Answer", "NoAnswer", "NotReached", "Reach", "Request", "exchange"]

MOST_BYTES = 4_000_000
"""How long an answer may be."""


class NotReached(Exception):  # noqa: N818  (what became of a request)
    """No connection stood, so nothing of the request was sent; says why in words that hold nothing of it."""


class NoAnswer(Exception):  # noqa: N818  (what became of a request)
    """Some of the request may have arrived, and no whole answer came; says why in words that hold nothing of it."""


@attrs.frozen(kw_only=True)
class Request:
    """A request as it is sent. Its parts may hold secrets, and no repr shows them."""

    method: str
    url: str = attrs.field(repr=False)
    headers: Mapping[str, str] = attrs.field(repr=False)
    body: bytes = attrs.field(default=b"", repr=False)


@attrs.frozen(kw_only=True)
class Answer:
    """
    What came back.

    Attributes:
        headers: By name in small letters.
    """

    status: int
    headers: Mapping[str, str] = attrs.field(repr=False)
    body: bytes = attrs.field(repr=False)


@attrs.frozen(kw_only=True)
class Reach:
    """
    To which machines requests may go, besides those of the public internet.

    Attributes:
        loopback: To this machine itself, also without TLS: for development and tests.
        private: To machines of its own network (10.0.0.0/8 and its like), also without TLS.
        resolve: Takes the place of this machine's resolver.
        context: Takes the place of the system's certificate authorities.
    """

    loopback: bool = False
    private: bool = False
    resolve: Resolve | None = None
    context: ssl.SSLContext | None = None


def exchange(request: Request, *, connect: float, seconds: float, reach: Reach) -> Answer:
    """
    Send a request, and read its answer. A redirect is an answer like any other.

    Args:
        connect: How many seconds it may take until the host is resolved, and until a connection stands.
        seconds: How many all of it may take: a supplier that sends a byte now and then gains no time.

    Raises:
        NotReached: Nothing was sent.
        NoAnswer: No whole answer of at most `MOST_BYTES` came in time.
    """
    ends = monotonic() + seconds
    target = _target(request.url, connect, reach)
    left = max(ends - monotonic(), 0.001)
    with connection_to(target, seconds=left, connect=connect, context=reach.context) as connection:
        _stand(connection)
        return _answer(connection, target, request)


def _stand(connection: Connection) -> None:
    try:
        connection.connect()
    except (OSError, ValueError) as error:  # ValueError: a host that TLS can't name
        raise NotReached(f"not reached: {type(error).__name__}") from None


def _answer(connection: Connection, target: Target, request: Request) -> Answer:
    try:
        connection.request(request.method, target.path, body=request.body or None, headers=dict(request.headers))
        response = connection.getresponse()
        body = response.read(MOST_BYTES + 1)
    except (OSError, HTTPException, ValueError) as error:
        late = connection.was_cut or isinstance(error, TimeoutError)
        raise NoAnswer("no answer in time" if late else f"no answer: {type(error).__name__}") from None
    if connection.was_cut:  # what was cut off may read as what has ended
        raise NoAnswer("no answer in time")
    if len(body) > MOST_BYTES:
        raise NoAnswer(f"the answer has more than {MOST_BYTES} bytes")
    if response.length:  # what was announced, less what came
        raise NoAnswer("the answer was cut off")
    headers = {name.lower(): value for name, value in response.getheaders()}
    return Answer(status=response.status, headers=headers, body=body)


def _target(url: str, seconds: float, reach: Reach) -> Target:
    """Where a URL leads; a resolver that does not answer is not waited for."""
    found: list[Target | Exception] = []

    def look() -> None:
        try:
            found.append(
                resolved(
                    url,
                    loopback=reach.loopback,
                    private=reach.private,
                    resolve=reach.resolve,
                    whose="a supplier",
                )
            )
        except (InputError, OSError) as error:
            found.append(error)

    thread = Thread(target=look, daemon=True)
    thread.start()
    thread.join(seconds)
    if not found:
        raise NotReached("not reached: its name was not resolved in time")
    if isinstance(found[0], InputError):
        raise NotReached(f"not reached: {found[0]}")
    if isinstance(found[0], Exception):
        raise NotReached("not reached: its name was not resolved")
    return found[0]
