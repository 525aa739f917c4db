"""Random bytes: the only place where the operating system's randomness is read."""

from __future__ import annotations

import os

__all__ = ["random_bytes"]


def random_bytes(count: int) -> bytes:
    """*count* bytes from the operating system, fit for keys, nonces and card codes."""
    return os.urandom(count)
