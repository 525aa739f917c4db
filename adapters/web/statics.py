"""
Styles and scripts, from memory: compressed where the browser takes that, and kept by it.

An address with the file's digest (``?v=…``) may be kept for ever, since another content has another
address; without it a browser asks each time whether anything has changed. Pages are never compressed:
they carry secrets beside what somebody typed.
"""

from __future__ import annotations

import gzip
import mimetypes
from collections.abc import Mapping
from functools import cache
from hashlib import blake2b
from importlib.resources import files
from typing import Any

import attrs
from flask import Blueprint, Response, request

from quanyi.entitlements.errors import NotFound

__all__ = ["add_statics"]

_YEAR = 365 * 24 * 3600


@attrs.frozen(kw_only=True)
class _File:
    body: bytes
    packed: bytes
    digest: str
    mimetype: str


def add_statics(blueprint: Blueprint) -> None:
    """Put styles and scripts on *blueprint*; whoever asks for their address gets it with the digest."""
    blueprint.add_url_rule("/static/<path:filename>", "static", _static, methods=["GET"])
    blueprint.app_url_defaults(_with_digest)


def _with_digest(endpoint: str, values: dict[str, Any]) -> None:
    found = _files().get(values.get("filename", "")) if endpoint == "quanyi.static" else None
    if found is not None:
        values.setdefault("v", found.digest)


def _static(filename: str) -> Response:
    """One style or script; NotFound for anything that is not ours."""
    found = _files().get(filename)
    if found is None:
        raise NotFound("no such file")
    packed = request.accept_encodings.quality("gzip") > 0
    response = Response(found.packed if packed else found.body, mimetype=found.mimetype)
    if packed:
        response.headers["Content-Encoding"] = "gzip"
    response.headers["Vary"] = "Accept-Encoding"
    response.set_etag(f"{found.digest}-{'gzip' if packed else 'plain'}")
    for_ever = request.args.get("v") == found.digest
    response.headers["Cache-Control"] = f"public, max-age={_YEAR}, immutable" if for_ever else "public, no-cache"
    response.make_conditional(request)
    return response


@cache
def _files() -> Mapping[str, _File]:
    folder = files(__package__).joinpath("static")
    return {path.name: _file(path.name, path.read_bytes()) for path in folder.iterdir() if path.is_file()}


def _file(name: str, body: bytes) -> _File:
    kind = "text/javascript" if name.endswith(".js") else mimetypes.guess_type(name)[0] or "application/octet-stream"
    digest = blake2b(body, digest_size=8).hexdigest()
    return _File(body=body, packed=gzip.compress(body, mtime=0), digest=digest, mimetype=kind)
