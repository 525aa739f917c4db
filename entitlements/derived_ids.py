"""
Ids of what decisions create, derived from the input, so that deciding twice gives the same id.
"""

from __future__ import annotations

from base64 import b32encode
from functools import lru_cache

from quanyi.entitlements.accounts import digest16
from quanyi.entitlements.derivations import Argument, derivation, derived, many

__all__ = ["bucket", "deal_id", "derived_id"]

_LETTERS = bytes.maketrans(b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", b"0123456789abcdefghjkmnpqrstvwxyz")
_BYTES = 10
"""How many bytes of a digest make 16 letters."""


@lru_cache(maxsize=4096)
@derivation
def derived_id(*fields: str) -> str:
    """
    An id of 16 letters and digits, always the same for these fields, without i, l, o and u.

    >>> derived_id("deal", "o1")
    's1f6xpswxswk8b6r'
    >>> derived_id("deal", "o1") == derived_id("deal", "o1") != derived_id("deal", "o2")
    True
    """
    return _lettered(digest16(*fields))


@many(derived_id)
def _derived_ids(*fields: Argument) -> list[str]:
    """Many of them."""
    return list(map(_lettered, derived(digest16, fields)))


def _lettered(digest: bytes) -> str:
    return b32encode(digest[:_BYTES]).translate(_LETTERS).decode()


def deal_id(type_: str, key: str, order: str = "") -> str:
    """
    The id of the deal that a request opens: derived from the host's *order* if there is one, else from the key.

    >>> deal_id("sale.place", "key-1", "o1") == deal_id("sale.place", "key-2", "o1")  # one deal for an order
    True
    """
    return derived_id("deal", order) if order else derived_id("deal", type_, key)


def bucket(size: int, *fields: str) -> int:
    """
    Which of *size* equal parts these fields fall into, counted from 0, by a hash that never changes.

    >>> [bucket(4, "split", holder) for holder in ("h1", "h2", "h3")]
    [0, 0, 2]
    """
    return int.from_bytes(digest16(*fields), "big") % size
