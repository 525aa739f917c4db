"""
The product's own texts: one file per language, keyed by codes.
"""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from typing import Any

from quanyi.adapters.web import Words

__all__ = ["LOCALES", "in_fours", "texts", "word"]

LOCALES = ("zh", "en")


@cache
def texts(locale: str) -> dict[str, str]:
    """All texts of one language."""
    raw = files(__package__).joinpath("texts", f"{locale}.toml").read_text(encoding="utf-8")
    return tomllib.loads(raw)


def word(locale: str, code: str, **values: Any) -> str:
    """One text, with its values."""
    return Words(locale, texts(locale))(code, **values)


def in_fours(number: str) -> str:
    """
    A number as it is read out: in groups of four.

    >>> in_fours("240931223355")
    '2409 3122 3355'
    """
    return " ".join(number[start : start + 4] for start in range(0, len(number), 4))
