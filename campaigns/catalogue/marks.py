"""
Marks: places in a list of offers as text that a link can carry.

A mark names a place, a direction and the list that it belongs to. Whatever is no mark of this list, and so also one
that was written by hand, is the beginning of the list.
"""

from __future__ import annotations

import binascii
import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from hashlib import blake2b
from typing import Any

import attrs

from quanyi.campaigns.catalogue.orders import Place
from quanyi.entitlements.identifiers import LONGEST

__all__ = ["LONGEST_MARK", "Mark"]

LONGEST_MARK = 1_400
"""How many characters a mark has at most: a campaign's name may be long, and of letters that take four bytes."""

_CHECK = 6
_PARTS = 5
_FARTHEST = 2**63


@attrs.frozen
class Mark:
    """
    A place in a list.

    Attributes:
        back: Whether what comes before it is meant, instead of what comes behind.
    """

    place: Place
    back: bool = False

    def text(self, of: object) -> str:
        """What a link carries in the list *of*."""
        body = json.dumps([int(self.back), *self.place], ensure_ascii=False, separators=(",", ":")).encode()
        return urlsafe_b64encode(_check(body, of) + body).rstrip(b"=").decode()

    @classmethod
    def read(cls, text: object, of: object) -> Mark | None:
        """The mark that *text* is in the list *of*; None for anything else."""
        if not isinstance(text, str) or not text.isascii() or len(text) > LONGEST_MARK:
            return None
        try:
            raw = urlsafe_b64decode(text + "=" * (-len(text) % 4))
        except (binascii.Error, ValueError):
            return None
        if raw[:_CHECK] != _check(raw[_CHECK:], of):
            return None
        return cls._read(raw[_CHECK:])

    @classmethod
    def _read(cls, body: bytes) -> Mark | None:
        try:
            back, *place = json.loads(body)
        except (ValueError, TypeError, RecursionError):
            return None
        return cls(tuple(place), bool(back)) if _is_place(place) else None


def _check(body: bytes, of: object) -> bytes:
    return blake2b(repr(of).encode() + b"\0" + body, digest_size=_CHECK).digest()


def _is_place(place: list[Any]) -> bool:
    *numbers, campaign, last = place if len(place) == _PARTS else [None, None]
    whole = all(type(number) is int and abs(number) < _FARTHEST for number in [*numbers, last])
    return whole and isinstance(campaign, str) and len(campaign) <= LONGEST
