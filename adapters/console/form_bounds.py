"""
How much of a form is taken: what is too large is refused before it is read, also where its length was not said.
"""

from __future__ import annotations

from io import BytesIO

from flask import request
from werkzeug.exceptions import RequestEntityTooLarge

from quanyi.adapters.console.visit import LARGEST_FORM

__all__ = ["insist_on_size"]


def insist_on_size() -> None:
    """
    Refuse a form of more than `LARGEST_FORM` bytes, before anybody reads it; a host's own CSRF check included.

    A form in chunks, whose length nobody knows before, is read up to that size. No file is made of it: one that was begun
    for a form that turns out to be too large would stay open.
    """
    request.max_content_length = LARGEST_FORM
    request.max_form_memory_size = LARGEST_FORM
    if (request.content_length or 0) > LARGEST_FORM:
        raise RequestEntityTooLarge
    if request.content_length is None and "chunked" in request.headers.get("Transfer-Encoding", "").lower():
        content = _read(LARGEST_FORM + 1)
        if len(content) > LARGEST_FORM:
            raise RequestEntityTooLarge
        request.environ |= {"wsgi.input": BytesIO(content), "CONTENT_LENGTH": str(len(content))}
        request.environ.pop("HTTP_TRANSFER_ENCODING")


def _read(most: int) -> bytes:
    """The body of the request, up to so many bytes; a server's input gives what it has, piece by piece."""
    pieces, left = [], most
    while left and (piece := request.environ["wsgi.input"].read(min(left, 65_536))):
        pieces.append(piece)
        left -= len(piece)
    return b"".join(pieces)
