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

_NOT_PLAIN = re.compile(
    r"^[%?]|[\"'] *:[^\s]|[-\[{,\s]\?\s|^\.\.\.|[|>][-+\d]*#"
    r"|[^\n\x20-\x7e\xa0-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]",
    re.MULTILINE,
)
_PLAIN_NUMBER = re.compile(r"[-+]?\d+(\.\d+)?", re.ASCII)
_LIKE_A_NUMBER = re.compile(r"[-+]?(0[xob]\w*|[\d_.]+([eE][-+]?\d*)?|\.(inf|nan))", re.ASCII | re.IGNORECASE)
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
    if _PARSER is None or _NOT_PLAIN.search(text) or unfit_character(text):
        raise NotPlainError
    try:
        return _Builder(_PARSER(text), top).document()
    except yaml.YAMLError:
        raise NotPlainError from None


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
        first, get, keys, values = self._first, self._next, self._keys, self._values
        in_map = type(data) is dict
        path: _Path = ()  # of the map or list that is open
        outer: list[tuple[Any, _Path]] = []
        values[path] = (first + event.start_mark.line, event.start_mark.column + 1)
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
            if in_map:
                name = self._key(event)
                inner: _Path = (*path, name)
                if name in data:
                    raise NotPlainError
                keys[inner] = (first + mark.line, mark.column + 1)
                event = get()
                kind, mark = type(event), event.start_mark
            else:
                inner = (*path, len(data))
            values[inner] = (first + mark.line, mark.column + 1)
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
        """The text of a key. Things of a kind have the same ones: each is looked at once."""
        if type(event) is not ScalarEvent:
            raise NotPlainError
        text: str = event.value
        if text not in self._names or event.anchor or event.tag:
            _scalar(event)  # refuses what only the other parser may read
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
    if text in _WORDS:
        return _WORDS[text]
    if _LIKE_A_NUMBER.fullmatch(text):
        return _number(text)
    if text in _NOT_A_TEXT:
        raise NotPlainError
    return text


def _number(text: str) -> int | Decimal:
    found = _PLAIN_NUMBER.fullmatch(text)
    if found is None or len(text) > LONGEST_NUMBER:
        raise NotPlainError
    return Decimal(text) if found[1] else int(text)
