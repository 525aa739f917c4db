"""
A YAML text as plain data with the place of everything in it, as read by the parser in C.

It reads a text of usual YAML some twenty times faster than the parser that explains mistakes. Whatever
the two might read differently, or find wrong, is left to the other one: tags, anchors, tabs, directives, keys
behind a question mark, numbers that are no plain decimals, keys that stand there twice, characters that nobody sees.
"""

from __future__ import annotations

import importlib
import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Protocol, cast

import attrs
import yaml
from yaml.events import (
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
    StreamEndEvent,
)

from quanyi.campaigns.language.plain_text import unfit_character

__all__ = [
    "DEEPEST",
    "LIST",
    "LONGEST_NUMBER",
    "MAP",
    "MOST_NODES",
    "SCALAR",
    "Node",
    "NotPlainError",
    "Plain",
    "quick_document",
]

SCALAR, LIST, MAP = "scalar", "sequence", "mapping"

MOST_NODES, DEEPEST, LONGEST_NUMBER = 30_000, 24, 30
"""How many values a document may have, how deep they may be nested, and how many characters a number has at most."""

_Path = tuple[str | int, ...]
_Mark = tuple[int, int]

_PARSER: Any = importlib.import_module("yaml.cyaml").CParser if yaml.__with_libyaml__ else None
"""None where PyYAML was built without libyaml."""

_ODD_CHARACTER = re.compile(r"[^\n\x20-\x7e\xa0-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]")
_NOT_PLAIN: Mapping[str, re.Pattern[str]] = {
    "%": re.compile(r"^%", re.MULTILINE),
    "?": re.compile(r"^\?|[-\[{,\s]\?\s", re.MULTILINE),
    "...": re.compile(r"^\.\.\.", re.MULTILINE),
    "#": re.compile(r"[|>][-+\d]*#"),
    '"': re.compile(r'" *:[^\s]'),
    "'": re.compile(r"' *:[^\s]"),
}
"""What only the other parser may read, by the sign without which it can't be there: most texts lack most signs."""
_PLAIN_NUMBER = re.compile(r"[-+]?\d+(\.\d+)?", re.ASCII)
_LIKE_A_NUMBER = re.compile(r"[-+]?(0[xob]\w*|[\d_.]+([eE][-+]?\d*)?|\.(inf|nan))", re.ASCII | re.IGNORECASE)
_BEGINS_A_NUMBER = frozenset("0123456789+-._")
_WORDS: Mapping[str, bool | None] = {
    **dict.fromkeys(("~", "null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
_BLOCKS = ("|", ">")
_NOT_A_TEXT = frozenset({"", "<<", "="})
"""Nothing, whose place the parsers see differently, and what has a meaning that is not read."""


class Node(Protocol):
    """
    A node of a YAML text.

    Attributes:
        id: `SCALAR`, `LIST` or `MAP`.
        value: Text; the nodes of a list; the pairs of nodes of a map.
    """

    id: str
    tag: Any
    value: Any
    start_mark: Any


class NotPlainError(Exception):
    """The text is for the parser that explains itself."""


@attrs.frozen(kw_only=True)
class Plain:
    """
    A document of usual YAML, without any mistake that is told of.

    Attributes:
        line: Where it begins in its text, from 0.
        data: Maps, lists, text, int, `Decimal`, bool and None.
        keys: Line and column of each key, by path; `values` those of each value.
    """

    line: int
    data: Any
    keys: dict[_Path, _Mark]
    values: dict[_Path, _Mark]


def quick_document(text: str, top: int = 0) -> Plain | None:
    """
    The one document in *text*, a map or a list; None if there is none.

    Args:
        top: The line of the file on which the text begins, from 0.

    Raises:
        NotPlainError: There is something in it that only the other parser may read, or a mistake.
    """
    if _PARSER is None or not _looks_plain(text) or unfit_character(text):
        raise NotPlainError
    try:
        return _Builder(_PARSER(text), top).document()
    except yaml.YAMLError:
        raise NotPlainError from None


def _looks_plain(text: str) -> bool:
    """Whether nothing in it is for the other parser, as far as its signs tell."""
    odd = any(sign in text and rule.search(text) for sign, rule in _NOT_PLAIN.items())
    return not odd and _ODD_CHARACTER.search(text) is None


class _Builder:
    """Puts the events of a text together, without recursion."""

    def __init__(self, parser: Any, top: int) -> None:
        self._next = parser.get_event
        self._first = top + 1
        self._keys: dict[_Path, _Mark] = {}
        self._values: dict[_Path, _Mark] = {}
        self._names: set[str] = set()

    def document(self) -> Plain | None:
        self._next()  # the stream begins
        if type(self._next()) is StreamEndEvent:
            return None
        root = self._next()
        data = self._tree(root)
        self._next()  # the document ends
        if type(self._next()) is not StreamEndEvent or len(self._values) > MOST_NODES:
            raise NotPlainError
        return Plain(line=root.start_mark.line, data=data, keys=self._keys, values=self._values)

    def _tree(self, event: Any) -> Any:
        """What *event* begins, up to its end."""
        root = data = cast("Any", _begun(event))
        first, get, keys, values, names = self._first, self._next, self._keys, self._values, self._names
        in_map = type(data) is dict
        path: _Path = ()  # of the map or list that is open
        outer: list[tuple[Any, _Path]] = []
        mark = event.start_mark
        values[path] = (first + mark.line, mark.column + 1)
        while True:
            event = get()
            kind = type(event)
            if kind is MappingEndEvent or kind is SequenceEndEvent:
                if not outer:
                    return root
                data, path = outer.pop()
                in_map = type(data) is dict
                continue
            mark = event.start_mark
            line = mark.line
            if in_map:
                # Things of a kind have the same keys: each text is looked at once.
                if kind is not ScalarEvent or event.anchor or event.tag or (name := event.value) not in names:
                    name = self._key(event)
                inner: _Path = (*path, name)
                if name in data:
                    raise NotPlainError
                keys[inner] = (first + line, mark.column + 1)
                event = get()
                kind, mark = type(event), event.start_mark
                line = mark.line
            else:
                inner = (*path, len(data))
            values[inner] = (first + line, mark.column + 1)
            value: Any = _scalar(event) if kind is ScalarEvent else _begun(event)
            if in_map:
                data[name] = value
            else:
                data.append(value)
            if kind is not ScalarEvent:
                outer.append((data, path))
                if len(outer) >= DEEPEST:
                    raise NotPlainError
                data, path, in_map = value, inner, kind is MappingStartEvent

    def _key(self, event: Any) -> str:
        """The text of a key that was not met before."""
        if type(event) is not ScalarEvent:
            raise NotPlainError
        _scalar(event)  # refuses what only the other parser may read
        text: str = event.value
        if text == "<<":
            raise NotPlainError
        self._names.add(text)
        return text


def _begun(event: Any) -> dict[str, Any] | list[Any]:
    """An empty map or list for the event that begins one."""
    kind = type(event)
    if kind is MappingStartEvent and not (event.anchor or event.tag):
        return {}
    if kind is SequenceStartEvent and not (event.anchor or event.tag):
        return []
    raise NotPlainError  # a text alone, an alias, something with a name or a tag


def _scalar(event: Any) -> str | int | Decimal | bool | None:
    """The value of a text, number or word."""
    text: str = event.value
    if event.anchor or event.tag or (event.style in _BLOCKS and not text.strip()):
        raise NotPlainError
    if not event.implicit[0]:
        if event.style == '"' and unfit_character(text):  # it may be written as an escape
            raise NotPlainError
        return text
    if text[:1] in _BEGINS_A_NUMBER and _LIKE_A_NUMBER.fullmatch(text):
        return _number(text)
    if text in _WORDS:
        return _WORDS[text]
    if text in _NOT_A_TEXT:
        raise NotPlainError
    return text


def _number(text: str) -> int | Decimal:
    found = _PLAIN_NUMBER.fullmatch(text)
    if found is None or len(text) > LONGEST_NUMBER:
        raise NotPlainError
    return Decimal(text) if found[1] else int(text)
