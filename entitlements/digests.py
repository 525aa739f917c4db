"""
Digests of stored texts, by which a later edit is found.
"""

from __future__ import annotations

from hashlib import blake2b

__all__ = ["text_digest"]


def text_digest(text: str) -> bytes:
    """
    The 16-byte digest of a stored text.

    Digests are stored, so the formula never changes.

    >>> text_digest("a price").hex()
    '7964d6be0920d1c73ca5008add49f92d'
    """
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).digest()
