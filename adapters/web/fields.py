"""
Reading what a request sent, field by field: each is bounded in length and form before it is used.

An address or a form is written by anybody. What does not fit is NotFound or a mistake at the field,
never an error of the program.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import date
from typing import Any

from flask import request, url_for

from quanyi.campaigns.catalogue.marks import LONGEST_MARK
from quanyi.campaigns.catalogue.query import LONGEST_TEXT
from quanyi.entitlements.errors import NotFound
from quanyi.entitlements.parsing import parse_date, parse_whole

__all__ = [
    "address_back",
    "address_here",
    "asked",
    "asked_cursor",
    "asked_mark",
    "asked_words",
    "check_address",
    "cursor",
    "month_asked",
    "sent",
    "sent_token",
    "sent_words",
]

_LONGEST = 60
_LONGEST_ID = 200
_LONGEST_PATH = 2000
_MOST_WORDS = 50
_PATH = re.compile(r"/[A-Za-z0-9/_.~%+=&?-]*(#[A-Za-z0-9._-]*)?")
_TOKEN = re.compile(r"[A-Za-z0-9_-]{1,64}")
_MONTH = re.compile(r"[0-9]{4}-[0-9]{2}")
_UNSEEN = {"Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp"}
"""Kinds of letters that nobody sees: controls, marks of direction, of no width, halves, lines."""

_MARK = re.compile(rf"[A-Za-z0-9_-]{{1,{LONGEST_MARK}}}")

_FILTERS = ("all", "category", "form", "mine", "month", "phase", "q", "sort", "tab", "unit", "way")
"""What the pages take from an address, besides the language and a place in a list."""


def asked(name: str, default: str = "") -> str:
    """One value of the address; *default* if it is not there, or no text that a page could use."""
    return _plain(request.args.get(name, default), default)


def asked_cursor(name: str, longest: int) -> str | None:
    """A place in a list as a page's own link names it, cut to *longest* letters; None for what nobody could see or write."""
    text = request.args.get(name, "")[:longest]
    return text if text and not any(map(_unseen, text)) else None


def asked_words(name: str) -> str:
    """The words that somebody looks for: as many letters as a search takes, without those that nobody sees."""
    text = request.args.get(name, "")[: 4 * LONGEST_TEXT]
    return " ".join("".join(letter for letter in text if not _unseen(letter)).split())[:LONGEST_TEXT]


def asked_mark(name: str) -> str:
    """A place in a list of things, as a page's own link names it; empty for what can be none."""
    text = request.args.get(name, "")
    return text if _MARK.fullmatch(text) else ""


def sent(name: str, default: str = "", *, longest: int = _LONGEST) -> str:
    """One value of the form, cut to *longest* characters; what cannot be seen is put as a mark that can."""
    text = request.form.get(name, default).strip()[:longest]
    return "".join("\ufffd" if _unseen(letter) else letter for letter in text)


def sent_words(name: str) -> list[str]:
    """All values of the form under one name."""
    return [_plain(text, "") for text in request.form.getlist(name)[:_MOST_WORDS]]


def sent_token() -> str:
    """The token of the form that was sent; NotFound for a form without one."""
    token = request.form.get("token", "")
    if len(token) > _LONGEST or not _TOKEN.fullmatch(token):
        raise NotFound("a form without its token")
    return token


def cursor(name: str) -> int | None:
    """A place in a list, as a page's own link names it; None for the beginning, NotFound for anything else."""
    text = request.args.get(name)
    if text is None:
        return None
    try:
        found = parse_whole(text)
    except ValueError:
        raise NotFound("no such place in the list") from None
    if found < 1:
        raise NotFound("no such place in the list")
    return found


def month_asked() -> date | None:
    """The first day of the month in the address; None if none is named, NotFound for what is no month."""
    text = request.args.get("month")
    if not text:
        return None
    try:
        return parse_date(f"{text}-01") if len(text) == len("2026-05") and _MONTH.fullmatch(text) else _nothing()
    except ValueError:
        return _nothing()


def check_address(values: dict[str, Any] | None) -> None:
    """NotFound for an address with a part that no id of ours can be."""
    for value in (values or {}).values():
        if isinstance(value, str) and (len(value) > _LONGEST_ID or any(map(_unseen, value))):
            raise NotFound("no such address")


def address_here(**more: Any) -> str:
    """
    The address of this page, with what it takes from the address and nothing else.

    What a stranger put into the query is not repeated, least of all as an argument of `url_for`.
    """
    kept = {name: text for name in _FILTERS if (text := asked(name))}
    kept |= {name: text for name in ("at",) if (text := asked_mark(name))}
    return url_for(str(request.endpoint), **{**kept, **(request.view_args or {}), **more})


def address_back(default: str) -> str:
    """The page of the mall that the form names as the one it stands on; *default* if it names none."""
    path = request.form.get("back", "")[:_LONGEST_PATH]
    within = path.startswith(url_for("quanyi.home")) and "//" not in path
    return path if within and _PATH.fullmatch(path) else default


def _plain(text: str, default: str) -> str:
    return text if len(text) <= _LONGEST and not any(map(_unseen, text)) else default


def _unseen(letter: str) -> bool:
    return unicodedata.category(letter) in _UNSEEN


def _nothing() -> date:
    raise NotFound("no such month")
