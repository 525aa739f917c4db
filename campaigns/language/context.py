"""
The context of a request: its address, device or channel, as the host knows them.

It is declared once for the mall. Conditions and limits use it by name, and it is never part of
the content: the same request over another network is the same request.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from quanyi.campaigns.figures.dimensions import LONGEST, OTHERS
from quanyi.campaigns.language.events import read_values
from quanyi.campaigns.language.vocabulary import Vocabulary
from quanyi.entitlements.errors import InputError
from quanyi.entitlements.time import zone_of

__all__ = ["RESERVED", "context_of", "counted_of"]

RESERVED = frozenset({"campaign", "friend", "inviter", "user"})
"""Names that every request uses for something else, besides the attributes of commands."""

_LONGEST = 1000
_UNSOUND = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]")


def context_of(
    vocabulary: Vocabulary, type_: str, context: Mapping[str, Any] | None, now: datetime, *, decimals: bool = False
) -> dict[str, Any]:
    """
    Check the context that a host passes with a request, and return its values.

    Args:
        type_: The request's type; an event that declares an attribute of the same name uses its own.
        context: By name; None or an empty text is the same as leaving it out.
        decimals: Whether ints are decimals too, as in stories and recorded files.

    Raises:
        InputError: Something is not declared in `mall.yaml`, of another type, longer than 1000 characters,
            or has control characters. The message gives the name and never the value.
    """
    said = {} if context is None else context
    if not isinstance(said, Mapping):
        raise InputError(f"the context is a map, not of the type {type(said).__name__}")
    if not said and not vocabulary.context:
        return {}
    known = {name: None if value == "" else value for name, value in said.items()}
    zone = zone_of(vocabulary.zone)
    found = read_values("context", vocabulary.context, known, now=now, zone=zone, decimals=decimals, part="context")
    _insist_on_texts(found)
    event = vocabulary.events.get(type_)
    own = event.own if event is not None else {}
    return {name: value for name, value in found.items() if name not in own}


def counted_of(vocabulary: Vocabulary, context: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    """
    Those of the checked values by which the mall's figures are told apart, sorted by name; yes and no as words.

    A value longer than 64 characters is counted with all others, as `OTHERS`: it is no word of a short list.
    """
    found = ((name, context.get(name)) for name in sorted(vocabulary.counted))
    return tuple([(name, _counted_as(value)) for name, value in found if value is not None])


def _counted_as(value: object) -> str:
    text = {True: "yes", False: "no"}[value] if isinstance(value, bool) else str(value)
    return text if len(text) <= LONGEST else OTHERS


def _insist_on_texts(values: Mapping[str, Any]) -> None:
    """Raise InputError if a text is too long, or has characters that can't be stored or shown."""
    for name, value in values.items():
        for text in value if isinstance(value, list) else (value,):
            if isinstance(text, str) and (len(text) > _LONGEST or _UNSOUND.search(text)):
                raise InputError(f"context: {name!r} is longer than {_LONGEST} characters, or has control characters")
