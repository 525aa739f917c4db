"""
Numbers that decisions make up for what they create: derived, so that deciding twice gives the same.
"""

from __future__ import annotations

from quanyi.entitlements.accounts import digest16

__all__ = ["bucket", "deal_id", "derived_id"]

_LETTERS = "0123456789abcdefghjkmnpqrstvwxyz"
_LENGTH = 16


def derived_id(*fields: str) -> str:
    """
    A number of 16 letters for these fields: no vowels to misread, the same every time.

    >>> derived_id("deal", "o1") == derived_id("deal", "o1") != derived_id("deal", "o2")
    True
    """
    number = int.from_bytes(digest16(*fields), "big")
    return "".join(_LETTERS[number >> 5 * n & 31] for n in range(_LENGTH))


def deal_id(type_: str, key: str, order: str = "") -> str:
    """The number of the deal that a request opens: one for each order, else one for each key."""
    return derived_id("deal", order) if order else derived_id("deal", type_, key)


def bucket(size: int, *fields: str) -> int:
    """Where these fields fall among *size* equal parts, by a hash that never changes."""
    return int.from_bytes(digest16(*fields), "big") % size
