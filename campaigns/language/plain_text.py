"""
Reads the text of a file, and tells whether it is fit to be shown.

Only regular files are read, of bounded size, from inside the folder that was named: a pipe would
wait for ever, a device would never end, and a link may lead to what nobody meant to show. Characters
that control a terminal, are invisible, or change the direction of reading are refused, since
titles from these files are shown on pages and in terminals.
"""

from __future__ import annotations

import re
import stat
from pathlib import Path

from quanyi.campaigns.language.message import Message

__all__ = ["UnreadableError", "fit", "read_text", "text_of", "unfit_character"]

_LARGEST_FILE = 1_000_000
_MOST_SIGNS = 20_000
_BREAKS = dict.fromkeys(map(ord, "\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029"), " ")
_BREAK = re.compile(f"[{''.join(map(chr, _BREAKS))}]")
_SIGNS = ":,[]{}"
_ITEM = re.compile(r"^\s*- ", re.MULTILINE)

# Controls but for tab and line ends, surrogates, what is invisible, what turns the direction of
# reading, non-characters. Joiners stay: some scripts and emoji are written with them.
_UNFIT = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff"
    "\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb\ufffe\uffff]"
)


class UnreadableError(Exception):
    """A file can't be read; with the code and the hint of its finding."""

    def __init__(self, code: str, message: str, hint: str = "") -> None:
        self.code = code
        self.message = message
        self.hint = hint
        super().__init__(message)


def read_text(path: Path, folder: Path) -> str:
    """
    The UTF-8 text of the file at *path*, its odd line breaks made spaces.

    Raises:
        UnreadableError: It is no regular file inside *folder*, is larger than 1 MB or has more
            keys and items than are read, or is not UTF-8 text.
    """
    _insist_on_a_file(path, folder)
    return text_of(path.read_bytes())


def text_of(raw: bytes) -> str:
    """
    Bytes as text, whose odd line breaks are made spaces.

    Raises:
        UnreadableError: They are more than 1 MB, no UTF-8 text, or have more keys and items than are read.
    """
    if len(raw) > _LARGEST_FILE:
        raise UnreadableError(
            "too-large", Message("larger than {most} bytes", most=_LARGEST_FILE), "split it into several files"
        )
    save = "save the file as UTF-8"
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as no:
        utf_16 = raw[:2] in (b"\xff\xfe", b"\xfe\xff")
        what = Message("UTF-16 text") if utf_16 else Message("not UTF-8 text: byte {start}", start=no.start)
        raise UnreadableError("not-text", Message("the file is {what}", what=what), save) from no
    if "\0" in text:
        raise UnreadableError("not-text", "the file is not UTF-8 text: it has null characters", save)
    if _signs_in(text) > _MOST_SIGNS:  # told before the parser, whose time grows with them
        raise UnreadableError("too-large", "more keys and items than are read", "split it into several files")
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return text.translate(_BREAKS) if _BREAK.search(text) else text


def _signs_in(text: str) -> int:
    """How many signs there are that part keys and items."""
    return sum(map(text.count, _SIGNS)) + (len(_ITEM.findall(text)) if "- " in text else 0)


def unfit_character(text: str) -> str | None:
    r"""
    The first character of *text* that is not allowed in text for people, as ``U+202E``; None if there is none.

    >>> unfit_character("a\u202eb"), unfit_character("两行\n文字"), unfit_character("\ud800")
    ('U+202E', None, 'U+D800')
    """
    found = _UNFIT.search(text)
    return None if found is None else f"U+{ord(found[0]):04X}"


def fit(text: str) -> str:
    r"""
    *text* without characters that are not allowed in text for people.

    >>> fit("5\u202e00 points")  # what would be shown from right to left
    '500 points'
    """
    return _UNFIT.sub("", text)


def _insist_on_a_file(path: Path, folder: Path) -> None:
    try:
        real, seen = path.resolve(), path.stat()
    except (OSError, RuntimeError) as no:
        raise UnreadableError("no-file", Message("the file can't be opened: {no}", no=no)) from no
    if not real.is_relative_to(folder.resolve()):
        raise UnreadableError("no-file", "the file is a link that leads out of the folder", "put the file itself here")
    if not stat.S_ISREG(seen.st_mode):
        raise UnreadableError("no-file", "this is no regular file", "put a text file here")
    if seen.st_size > _LARGEST_FILE:
        raise UnreadableError(
            "too-large", Message("larger than {most} bytes", most=_LARGEST_FILE), "split it into several files"
        )
