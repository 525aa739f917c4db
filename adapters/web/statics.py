"""
Styles and scripts, from memory: compressed where the browser takes that, and kept by it.

An address with the file's digest (``?v=…``) may be kept for ever, since another content has another
address; without it a browser asks each time whether anything has changed. Pages are never compressed:
they carry secrets beside what somebody typed. The styles stand in a file for each subject, and are one to browsers.
"""

from __future__ import annotations

import gzip
import mimetypes
from collections.abc import Mapping
from functools import cache
from hashlib import blake2b
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any

import attrs
from flask import Blueprint, Response, request

from quanyi.entitlements.errors import NotFound

__all__ = ["add_statics"]

_STYLES = "quanyi.css"
_YEAR = 365 * 24 * 3600


@attrs.frozen(kw_only=True)
class _File:
    body: bytes
    packed: bytes
    digest: str
    mimetype: str


def add_statics(blueprint: Blueprint, package: str = __package__) -> None:
    """
    Put styles and scripts on *blueprint*; whoever asks for their address gets it with the digest.

    Args:
        package: Whose folder ``static`` has them.
    """

    def with_digest(endpoint: str, values: dict[str, Any]) -> None:
        ours = endpoint == f"{blueprint.name}.static"
        found = _files(package).get(values.get("filename", "")) if ours else None
        if found is not None:
            values.setdefault("v", found.digest)

    def static(filename: str) -> Response:
        return _static(package, filename)

    blueprint.add_url_rule("/static/<path:filename>", "static", static, methods=["GET"])
    blueprint.app_url_defaults(with_digest)


def _static(package: str, filename: str) -> Response:
    """One style or script; NotFound for anything that is not ours."""
    found = _files(package).get(filename)
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
def _files(package: str) -> Mapping[str, _File]:
    folder = files(package).joinpath("static")
    found = {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}
    styles = folder.joinpath("styles")
    whole = {_STYLES: _styles(styles)} if styles.is_dir() else {}
    return {name: _file(name, body) for name, body in {**found, **whole}.items()}


def _styles(folder: Traversable) -> bytes:
    """The styles of all subjects, in the order of their names, which is that in which they override each other."""
    parts = sorted(folder.iterdir(), key=lambda path: path.name)
    return b"".join(path.read_bytes() for path in parts)


def _file(name: str, body: bytes) -> _File:
    kind = "text/javascript" if name.endswith(".js") else mimetypes.guess_type(name)[0] or "application/octet-stream"
    digest = blake2b(body, digest_size=8).hexdigest()
    return _File(body=body, packed=gzip.compress(body, mtime=0), digest=digest, mimetype=kind)
