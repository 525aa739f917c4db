"""
The product's own texts: one file per language, keyed by codes.
"""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from typing import Any

__all__ = ["LOCALES", "texts", "word"]

LOCALES = ("zh", "en")


@cache
def texts(locale: str) -> dict[str, str]:
    """All texts of one language."""
    raw = files(__package__).joinpath("texts", f"{locale}.toml").read_text(encoding="utf-8")
    return tomllib.loads(raw)


def word(locale: str, code: str, **values: Any) -> str:
    """One text, with its values."""
    return texts(locale)[code].format(**values)
