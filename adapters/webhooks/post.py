"""
One signed request to one address: to the machine that was checked, no further, and not for longer than was allowed.
"""

from __future__ import annotations

import ssl
from collections.abc import Callable, Mapping
from http.client import HTTPException

from quanyi.adapters.webhooks.addresses import Target
from quanyi.adapters.webhooks.connection import connection_to

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
    with connection_to(target, seconds=seconds, context=context) as connection:
        try:
            connection.request("POST", target.path, body=body, headers=dict(headers))
            status = connection.getresponse().status
        except (OSError, HTTPException, ValueError) as error:  # ValueError: a host that TLS can't name
            late = "took too long" if connection.was_cut else type(error).__name__
            raise NotTaken(f"no answer: {late}") from None
    if connection.was_cut:  # a header that was cut off reads as one that has ended
        raise NotTaken("no answer: took too long")
    if not 200 <= status <= 299:  # noqa: PLR2004  (what HTTP calls a success)
        raise NotTaken(f"answered with status {status}")
