"""
Reading what a request sends: body, query, path and key, each bounded and checked before it is used.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any, NoReturn, TypeVar

from flask import request
from pydantic import BaseModel, TypeAdapter, ValidationError

from quanyi.adapters.api.bodies import Identifier
from quanyi.adapters.api.problems import Mistake, Problem, mistakes_in
from quanyi.entitlements.digests import text_digest

__all__ = [
    "LARGEST_BODY",
    "LONGEST_KEY",
    "check_size",
    "checked",
    "parsed",
    "read_body",
    "read_key",
    "read_path",
    "read_query",
    "read_whole",
]

Said = TypeVar("Said", bound=BaseModel)

LARGEST_BODY = 64 * 1024
"""Bytes of the largest body."""

LONGEST_KEY = 128
_MOST_MISTAKES = 20
_KEY = re.compile(rf"[\x21\x23-\x5b\x5d-\x7e]{{1,{LONGEST_KEY}}}", re.ASCII)
_identifier = TypeAdapter(Identifier)


def check_size() -> None:
    """Before anybody reads the body, bound it."""
    request.max_content_length = min(request.max_content_length or LARGEST_BODY + 1, LARGEST_BODY + 1)
    _insist_on_size(request.content_length or 0)


def read_body(model: type[Said]) -> Said:
    """
    The JSON body of the request, as *model*.

    Raises:
        Problem: It is not JSON (400), not said to be (415), too large (413), or not what *model* takes (422).
    """
    return checked(model, parsed(read_whole()), "body")


def read_whole() -> bytes:
    """
    The bytes of a JSON body.

    Raises:
        Problem: It is not said to be JSON (415), or too large (413).
    """
    if request.mimetype != "application/json":
        raise Problem(415, "unsupported-media-type")
    body = request.get_data(cache=False)
    _insist_on_size(len(body))  # of a body without a length, one byte more than is allowed was read
    return body


def read_query(model: type[Said]) -> Said:
    """The query of the address, as *model*; a name that is said twice is a mistake."""
    args = request.args.to_dict(flat=False)
    twice = [
        Mistake(place="query", path=(name,), detail="is said twice") for name, said in args.items() if len(said) > 1
    ]
    if twice:
        raise Problem.malformed(twice[:_MOST_MISTAKES])
    return checked(model, {name: said[0] for name, said in args.items()}, "query")


def read_path(values: Mapping[str, Any]) -> Mapping[str, str]:
    """The parts of the address that are ids."""
    for name, value in values.items():
        try:
            _identifier.validate_python(value)
        except ValidationError as error:
            raise Problem.malformed([Mistake(place="path", path=(name,), detail=error.errors()[0]["msg"])]) from None
    return values


def read_key(user: str | None) -> str:
    """
    The mall's key of a write, from the header ``Idempotency-Key``, bare or as a quoted string.

    Args:
        user: The only user that the caller acts for: their keys are theirs, so that nobody takes another's. A host's
            program has the keys of the mall, and meets those that the host uses in Python.

    Raises:
        Problem: There is none, or it is no key (400).
    """
    text = request.headers.get("Idempotency-Key")
    if text is None:
        raise Problem(400, "idempotency-key-missing")
    bare = text[1:-1] if len(text) > 1 and text[0] == text[-1] == '"' else text
    if not _KEY.fullmatch(bare):
        detail = f"1 to {LONGEST_KEY} visible characters of ASCII, without quotes and backslashes inside"
        raise Problem.malformed([Mistake(place="header", path=("Idempotency-Key",), detail=detail)], status=400)
    return bare if user is None else f"user/{text_digest(user).hex()}/{bare}"


def _insist_on_size(size: int) -> None:
    if size > LARGEST_BODY:
        raise Problem(413, "too-large", f"at most {LARGEST_BODY} bytes")


def checked(model: type[Said], said: Any, place: str) -> Said:
    """What was said as *model*; a `Problem` with each mistake (422) if it is not that."""
    try:
        return model.model_validate(said)
    except ValidationError as error:
        raise Problem.malformed(mistakes_in(error, place)[:_MOST_MISTAKES]) from None


def parsed(body: bytes) -> Any:
    """
    JSON as it is meant: no name twice in one object, no number that JSON does not have.

    A body that is nested too deep, or has a number too long to be counted with, is no body either.
    """
    try:
        return json.loads(body.decode(), object_pairs_hook=_object, parse_constant=_constant)
    except (ValueError, RecursionError) as error:
        at = f"line {error.lineno} column {error.colno}" if isinstance(error, json.JSONDecodeError) else ""
        raise Problem(400, "malformed-json", at) from None


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a name stands twice in one object")
    return found


def _constant(_: str) -> NoReturn:
    raise ValueError("no number of JSON")
