"""Reading pages as people do: the words in their order."""

from __future__ import annotations

import re
from html import unescape

__all__ = ["said"]

_SILENT = re.compile(r"<(script|style|svg|head)\b.*?</\1>", re.DOTALL)
_TAG = re.compile(r"<[^>]*>")


def said(page: str) -> str:
    """The words of a page in one line, without what is drawn."""
    return " ".join(unescape(_TAG.sub(" ", _SILENT.sub(" ", page))).split())
