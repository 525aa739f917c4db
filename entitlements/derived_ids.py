"""
Numbers that decisions make up for what they create: derived, so that deciding twice gives the same.
"""

from __future__ import annotations

from base64 import b32encode
from functools import lru_cache

from quanyi.entitlements.accounts import digest16

__all__ = ["bucket", "deal_id", "derived_id"]

_LETTERS = bytes.maketrans(b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", b"0123456789abcdefghjkmnpqrstvwxyz")
_LENGTH = 16


@lru_cache(maxsize=4096)
def derived_id(*fields: str) -> str:
    """
    A number of 16 letters for these fields, the same every time; none of them is i, l, o or u.

    >>> derived_id("deal", "o1") == derived_id("deal", "o1") != derived_id("deal", "o2")
    True
    """
    return b32encode(digest16(*fields))[:_LENGTH].translate(_LETTERS).decode()


def deal_id(type_: str, key: str, order: str = "") -> str:
    """The number of the deal that a request opens: one for each order, else one for each key."""
    return derived_id("deal", order) if order else derived_id("deal", type_, key)


def bucket(size: int, *fields: str) -> int:
    """Where these fields fall among *size* equal parts, by a hash that never changes."""
    return int.from_bytes(digest16(*fields), "big") % size
