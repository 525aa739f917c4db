"""
Spaces in Chinese sentences: one between a 汉字 and a number or a Latin word, none inside a date.

``还剩 3 天``, ``1,120 积分将于 3月31日到期``, ``4月1日 00:00 起``. Dates are written together: ``2026年3月23日``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

__all__ = ["joined", "spaced"]

_HAN = "\u4e00-\u9fff"
_OTHER = r"0-9A-Za-z¥$€£−+"
_BEFORE = re.compile(rf"(?<=[{_HAN}])(?<![0-9][年月])(?=[{_OTHER}])")
_BEHIND = re.compile(rf"(?<=[0-9A-Za-z%])(?![年月日])(?=[{_HAN}])|(?<=[A-Za-z%])(?=[年月日])")


def spaced(text: str) -> str:
    """
    *text* with the spaces that it lacks.

    >>> spaced("请在3月23日20:00前支付¥9.90"), spaced("2026年3月23日前")
    ('请在 3月23日 20:00 前支付 ¥9.90', '2026年3月23日前')
    """
    return _BEHIND.sub(" ", _BEFORE.sub(" ", text))


def joined(pieces: Iterable[str]) -> str:
    """
    The pieces of a sentence in one; a space where two of them need one. What is inside a piece stays as it is.

    >>> joined(["得", "20 积分"]), joined(["搜索", "“", "茶2包", "”"])
    ('得 20 积分', '搜索“茶2包”')
    """
    text = ""
    for piece in pieces:
        text += f" {piece}" if _apart(text[-2:], piece[:1]) else piece
    return text


def _apart(left: str, right: str) -> bool:
    """Whether a space is lacking between the two."""
    return bool(left and right) and spaced(left + right).endswith(f" {right}") and not left.endswith(" ")
