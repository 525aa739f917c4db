"""
Several names one after the other in a sentence.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

__all__ = ["enumerated"]

_MARKS = re.compile(r"(?<!\d),|,(?!\d)|[，、]")
"""A comma that is no part of a number."""


def enumerated(parts: Iterable[str], comma: str, semicolon: str) -> str:
    """
    The parts with *comma* between them; with *semicolon* where one of them has a comma of its own, so that nobody takes
    it for two.

    >>> enumerated(["1,200 points", "Tea"], ", ", "; ")
    '1,200 points, Tea'
    >>> enumerated(["Films, series and more", "Tea"], ", ", "; ")
    'Films, series and more; Tea'
    """
    found = [part for part in parts if part]
    return (semicolon if len(found) > 1 and any(map(_MARKS.search, found)) else comma).join(found)
