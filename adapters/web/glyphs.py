"""
What things are, as drawings: one for each kind of benefit, on a grid of 24, strokes of 1.75 with round ends.
"""

from __future__ import annotations

from collections.abc import Mapping

__all__ = ["DEEDS", "PATHS", "glyph_of"]

PATHS: Mapping[str, str] = {
    "film": "M5.5 5.5h13a2 2 0 0 1 2 2v9a2 2 0 0 1-2 2h-13a2 2 0 0 1-2-2v-9a2 2 0 0 1 2-2z"
    "M7.5 5.5v13M16.5 5.5v13M3.5 9.75h4M3.5 14.25h4M16.5 9.75h4M16.5 14.25h4",
    "music": "M4.75 17a2.75 2.75 0 1 0 5.5 0a2.75 2.75 0 1 0-5.5 0M14.25 15a2.75 2.75 0 1 0 5.5 0"
    "a2.75 2.75 0 1 0-5.5 0M10.25 17V6.5l9.5-2V15",
    "book": "M12 6.5C10 5 7 4.5 3.5 4.75v13.5c3.5-.25 6.5.25 8.5 1.75 2-1.5 5-2 8.5-1.75V4.75C17 4.5 14 5 12 6.5z"
    "M12 6.5V20",
    "audiobook": "M4.5 15v-3a7.5 7.5 0 0 1 15 0v3M5 14.25h1a1.5 1.5 0 0 1 1.5 1.5v3a1.5 1.5 0 0 1-1.5 1.5H5"
    "a1.5 1.5 0 0 1-1.5-1.5v-3A1.5 1.5 0 0 1 5 14.25zM18 14.25h1a1.5 1.5 0 0 1 1.5 1.5v3a1.5 1.5 0 0 1-1.5 1.5h-1"
    "a1.5 1.5 0 0 1-1.5-1.5v-3a1.5 1.5 0 0 1 1.5-1.5zM12 9.5v5M10 11v2M14 11v2",
    "cup": "M4.5 9.5h12.5v5a5.5 5.5 0 0 1-5.5 5.5h-1.5a5.5 5.5 0 0 1-5.5-5.5zM17 11h1.25a2.5 2.5 0 0 1 0 5H16.75"
    "M8.5 3.5c-1.25 1.25 1.25 2 0 3.25M13 3.5c-1.25 1.25 1.25 2 0 3.25",
    "ticket": "M3.5 8.5A1.5 1.5 0 0 1 5 7h14a1.5 1.5 0 0 1 1.5 1.5v1.75a1.75 1.75 0 0 0 0 3.5v1.75"
    "A1.5 1.5 0 0 1 19 17H5a1.5 1.5 0 0 1-1.5-1.5v-1.75a1.75 1.75 0 0 0 0-3.5zM14.5 7.25v1.5M14.5 11.25v1.5"
    "M14.5 15.25v1.5",
    "gamepad": "M8 7.5h8a5 5 0 0 1 4.9 4.1l.6 3.3a2.4 2.4 0 0 1-4.25 1.9L15.5 15h-7l-1.75 1.8A2.4 2.4 0 0 1 2.5 14.9"
    "l.6-3.3A5 5 0 0 1 8 7.5zM8 9.75v3M6.5 11.25h3M15 12.5h.01M17 10.25h.01",
    "scissors": "M4 7a2.5 2.5 0 1 0 5 0a2.5 2.5 0 1 0-5 0M4 17a2.5 2.5 0 1 0 5 0a2.5 2.5 0 1 0-5 0"
    "M8.6 8.5L20 16.75M8.6 15.5l3.4-2.45M15 10.9l5-3.65",
    "card": "M5.5 6h13a2 2 0 0 1 2 2v8.5a2 2 0 0 1-2 2h-13a2 2 0 0 1-2-2V8a2 2 0 0 1 2-2zM3.5 10h17M7 14.75h4",
    "crown": "M4.25 17L3.25 8l5 3.75L12 5.25l3.75 6.5 5-3.75-1 9zM5 20.25h14",
    "key": "M4 15.5a4 4 0 1 0 8 0a4 4 0 1 0-8 0M10.9 12.6L19.5 4M16.75 6.75l2.75 2.75M13.75 9.75l2 2",
    "lamp": "M9.25 4h5.5l3.75 8.5h-13zM12 12.5v7.25M8 20h8M15.5 12.5v3",
    "badge": "M6.5 9a5.5 5.5 0 1 0 11 0a5.5 5.5 0 1 0-11 0M8.5 13.5L7 20.5l5-2.5 5 2.5-1.5-7M10.25 9"
    "a1.75 1.75 0 1 0 3.5 0a1.75 1.75 0 1 0-3.5 0",
    "gift": "M4.5 11.5V20h15v-8.5M3.5 7.5h17v4h-17zM12 7.5V20M12 7.5c-1.5-4-6-3.5-5-1 .5 1 3 1 5 1z"
    "m0 0c1.5-4 6-3.5 5-1-.5 1-3 1-5 1z",
}

DEEDS: Mapping[str, str] = {
    "streak": "M6 5.5h12a2 2 0 0 1 2 2v10.5a2 2 0 0 1-2 2H6a2 2 0 0 1-2-2V7.5a2 2 0 0 1 2-2zM4 9.75h16M8.5 3.5v4M15.5 3.5v4"
    "M8.75 14.75l2.25 2.25 4.25-4.25",
    "task": "M4 6.75l1.5 1.5L8.25 5.5M4 12.75l1.5 1.5 2.75-2.75M4 18.75l1.5 1.5 2.75-2.75M11.5 7h8.5M11.5 13h8.5M11.5 19h8.5",
    "referral": "M5.5 8.5a3.25 3.25 0 1 0 6.5 0a3.25 3.25 0 1 0-6.5 0M2.75 19.5a6 6 0 0 1 12 0M17.75 8v6M14.75 11h6",
    "reward": "M3.5 12a8.5 8.5 0 1 0 17 0a8.5 8.5 0 1 0-17 0M12 7.75l1.3 2.6 2.9.4-2.1 2.05.5 2.85-2.6-1.35-2.6 1.35"
    ".5-2.85-2.1-2.05 2.9-.4z",
}
"""What people did, by the word of the campaign's kind: for what came without a thing of its own."""

_OF_FORM = {
    "card": "card",
    "code": "key",
    "collectible": "badge",
    "membership": "crown",
    "pass": "ticket",
    "voucher": "scissors",
}
_OF_CATEGORY = {
    "book": "book",
    "food": "cup",
    "game": "gamepad",
    "life": "gift",
    "member": "crown",
    "music": "music",
    "video": "film",
}


def glyph_of(named: str, category: str = "", form: str = "") -> str:
    """
    The drawing for a thing: what the catalogue names, else that of its category, else that of its form.

    >>> glyph_of("lamp", "book"), glyph_of("", "food", "voucher"), glyph_of("", "other", "voucher"), glyph_of("")
    ('lamp', 'cup', 'scissors', 'gift')
    """
    return named or _OF_CATEGORY.get(category) or _OF_FORM.get(form) or "gift"
