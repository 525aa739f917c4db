"""
YAML files as plain data, with the line and column of every key and value.

YAML 1.2, read without running anything: no tags, few aliases, bounded in size and depth, every
key once. A decimal stays the exact text it was written as (a `Decimal`), a date stays text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

import attrs
from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from quanyi.campaigns.findings import Finding, Findings

__all__ = ["Document", "Place", "read_documents"]

_Path = tuple[str | int, ...]
_Mark = tuple[int, int]

_LARGEST_FILE = 1_000_000
_MOST_NODES = 50_000
_DEEPEST = 24
_MOST_ALIASES = 16

_CORE = "tag:yaml.org,2002:"
_WHOLE = re.compile(r"[-+]?\d+")
_DECIMAL = re.compile(r"[-+]?\d+\.\d+")


@attrs.frozen(kw_only=True, eq=False)
class Document:
    """
    One YAML document of a file.

    Attributes:
        file: The file's path relative to the project's folder.
        line: Where the document begins, from 1.
        data: Maps, lists, text, int, `Decimal`, bool and None. Keys are text, as written.
        keys: Line and column of each key, by path; `values` those of each value.
        text: The document as it was written.
    """

    file: str
    line: int
    data: Any
    keys: Mapping[_Path, _Mark]
    values: Mapping[_Path, _Mark]
    text: str

    @property
    def root(self) -> Place:
        """The whole document."""
        return Place(self, ())

    def lines(self) -> dict[str, str]:
        """``file:line`` of every key and item, by its dotted path: ``sells.iphone14``, ``at_most.0``."""
        marks = {path: mark for path, mark in self.values.items() if path} | dict(self.keys)
        return {
            ".".join(map(str, path)): f"{self.file}:{line}" for path, (line, _) in sorted(marks.items(), key=_order)
        }


@attrs.frozen(eq=False)
class Place:
    """A spot in a document: ``document.root / "sells" / "iphone14"``."""

    document: Document
    path: _Path

    def __truediv__(self, step: str | int) -> Place:
        return Place(self.document, (*self.path, step))

    @property
    def parent(self) -> Place:
        """The map or list that holds this."""
        return Place(self.document, self.path[:-1])

    @property
    def data(self) -> Any:
        """The plain value that stands here; None if nothing does."""
        value = self.document.data
        for step in self.path:
            try:
                value = value[step]
            except (KeyError, IndexError, TypeError):
                return None
        return value

    @property
    def mark(self) -> _Mark:
        """Line and column of the value; of whatever holds it, if there is none."""
        return self._nearest(self.document.values)

    @property
    def key_mark(self) -> _Mark:
        """Line and column of the key; of the value, for what has no key."""
        return self.document.keys.get(self.path) or self.mark

    def inside(self, line: int, column: int) -> _Mark:
        """The spot at *line* and *column* (from 1) of the text that stands here."""
        top, left = self.mark
        lines = self.document.text.splitlines()[top - self.document.line :]
        first = lines[0][left - 1 :] if lines else ""
        if first[:1] in ("|", ">") and len(lines) > 1:
            return top + line, len(lines[1]) - len(lines[1].lstrip()) + column
        quoted = first[:1] in ("'", '"')
        return (top, left + quoted + column - 1) if line == 1 else (top + line - 1, column)

    @property
    def where(self) -> str:
        """``file:line``."""
        return f"{self.document.file}:{self.key_mark[0]}"

    def _nearest(self, marks: Mapping[_Path, _Mark]) -> _Mark:
        path = self.path
        while path and path not in marks:
            path = path[:-1]
        return marks.get(path, (self.document.line, 1))


def read_documents(path: Path, name: str, findings: Findings) -> list[Document]:
    """Read the file at *path*, called *name* in findings; what can't be read is noted and left out."""
    try:
        text = _text(path)
        nodes = list(YAML(typ="safe", pure=True).compose_all(text))
    except _UnreadableError as no:
        findings.items.append(_finding(name, (1, 1), no.code, str(no)))
        return []
    except UnicodeDecodeError as no:
        findings.items.append(_finding(name, (1, 1), "not-text", f"not UTF-8 text: byte {no.start}"))
        return []
    except MarkedYAMLError as no:
        findings.items.append(_syntax(name, no))
        return []
    except (YAMLError, RecursionError) as no:
        findings.items.append(_finding(name, (1, 1), "not-yaml", str(no).splitlines()[0]))
        return []
    spans = _spans(text, nodes)
    documents = [_Reader(name, findings).document(node, span) for node, span in zip(nodes, spans, strict=True)]
    return [document for document in documents if document is not None]


class _UnreadableError(Exception):
    def __init__(self, code: str, message: str) -> None:
        self.code = code
        super().__init__(message)


def _text(path: Path) -> str:
    if path.stat().st_size > _LARGEST_FILE:
        raise _UnreadableError("too-large", f"larger than {_LARGEST_FILE} bytes")
    return path.read_text(encoding="utf-8-sig")


def _finding(file: str, mark: _Mark, code: str, message: str, hint: str = "") -> Finding:
    return Finding(file=file, line=mark[0], column=mark[1], code=code, message=message, hint=hint)


def _syntax(name: str, no: MarkedYAMLError) -> Finding:
    mark = no.problem_mark or no.context_mark
    at = (mark.line + 1, mark.column + 1) if mark else (1, 1)
    problem = no.problem or no.context or "not YAML"
    return _finding(name, at, "not-yaml", problem.splitlines()[0])


def _spans(text: str, nodes: list[Node | None]) -> Iterator[tuple[int, str]]:
    """The first line and the text of each document."""
    lines = text.splitlines(keepends=True)
    starts = [node.start_mark.line if node is not None else 0 for node in nodes]
    for n, start in enumerate(starts):
        end = starts[n + 1] if n + 1 < len(starts) else len(lines)
        body = lines[start:end]
        while body and (not body[-1].strip() or body[-1].lstrip().startswith(("---", "#"))):
            body.pop()
        yield start + 1, "".join(body)


class _Reader:
    """Turns one tree of YAML nodes into plain data and marks."""

    def __init__(self, file: str, findings: Findings) -> None:
        self.file = file
        self.findings = findings
        self.keys: dict[_Path, _Mark] = {}
        self.values: dict[_Path, _Mark] = {}
        self.seen: set[int] = set()
        self.nodes = self.aliases = 0

    def document(self, node: Node | None, span: tuple[int, str]) -> Document | None:
        line, text = span
        if node is None or (isinstance(node, ScalarNode) and not node.value.strip()):
            return None
        try:
            data = self.value(node, ())
        except _UnreadableError as no:
            self.note(node, no.code, str(no))
            return None
        return Document(file=self.file, line=line, data=data, keys=self.keys, values=self.values, text=text)

    def value(self, node: Node, path: _Path) -> Any:
        self.count(node, path)
        self.values.setdefault(path, _mark(node))
        if isinstance(node, MappingNode):
            return self.mapping(node, path)
        if isinstance(node, SequenceNode):
            return [self.value(item, (*path, n)) for n, item in enumerate(node.value)]
        return self.scalar(node)

    def count(self, node: Node, path: _Path) -> None:
        self.nodes += 1
        self.aliases += id(node) in self.seen
        self.seen.add(id(node))
        if self.nodes > _MOST_NODES or len(path) > _DEEPEST:
            raise _UnreadableError("too-large", f"more than {_MOST_NODES} values, or nested deeper than {_DEEPEST}")
        if self.aliases > _MOST_ALIASES:
            raise _UnreadableError("too-many-aliases", f"more than {_MOST_ALIASES} aliases")

    def mapping(self, node: MappingNode, path: _Path) -> dict[str, Any]:
        data: dict[str, Any] = {}
        for key, value in node.value:
            name = self.key(key)
            if name is None:
                continue
            if name in data:
                first = self.keys[*path, name][0]
                self.note(key, "duplicate-key", f"{name!r} stands here a second time", f"first in line {first}")
                continue
            self.keys[*path, name] = _mark(key)
            data[name] = self.value(value, (*path, name))
        return data

    def key(self, node: Node) -> str | None:
        if isinstance(node, ScalarNode) and node.value != "<<":
            return str(node.value)
        self.note(node, "bad-key", "a key is one word or number", "merge keys and maps as keys are not read")
        return None

    def scalar(self, node: Node) -> Any:
        tag = str(node.tag).removeprefix(_CORE)
        text = str(node.value)
        if tag in ("str", "timestamp"):
            return text
        if tag in ("int", "float"):
            return self.number(node, text)
        if tag in ("bool", "null"):
            return {"bool": text.lower() == "true", "null": None}[tag]
        self.note(node, "tag", f"the tag {node.tag!r} is not read", "write the plain value")
        return text

    def number(self, node: Node, text: str) -> int | Decimal:
        if _WHOLE.fullmatch(text):
            return int(text)
        if _DECIMAL.fullmatch(text):
            return Decimal(text)
        self.note(node, "bad-number", f"{text} is not a plain decimal", "write digits, like 1000 or 19.90")
        return 1

    def note(self, node: Node, code: str, message: str, hint: str = "") -> None:
        self.findings.items.append(_finding(self.file, _mark(node), code, message, hint))


def _order(item: tuple[_Path, _Mark]) -> _Mark:
    return item[1]


def _mark(node: Node) -> _Mark:
    return node.start_mark.line + 1, node.start_mark.column + 1
