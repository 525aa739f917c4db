"""
YAML files as plain data, with the line and column of every key and value.

YAML 1.2, read without running anything: no tags, few aliases, bounded in size and depth, every
key once. A decimal keeps its exact text (a `Decimal`), a date stays text.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from decimal import Decimal
from itertools import islice
from pathlib import Path
from typing import Any

import attrs

from quanyi.campaigns.language.findings import Finding, Findings
from quanyi.campaigns.language.message import Message
from quanyi.campaigns.language.nodes import (
    DEEPEST,
    LIST,
    LONGEST_NUMBER,
    MAP,
    MOST_NODES,
    SCALAR,
    Node,
    NotPlainError,
    quick_document,
)
from quanyi.campaigns.language.places import Document, Place
from quanyi.campaigns.language.plain_text import UnreadableError, fit, read_text, text_of, unfit_character
from quanyi.campaigns.language.repairs import Part, Slip, diagnosed, parts_of, prepared

__all__ = ["documents_of", "read_documents"]

_Path = tuple[str | int, ...]
_Mark = tuple[int, int]

_MOST_ALIASES = 16
_MOST_DOCUMENTS = 1000
_MOST_SLIPS = 20

_CORE = "tag:yaml.org,2002:"
_WHOLE = re.compile(r"[-+]?\d+")
_CURRENCIES = "¥￥$€£ "
_IN_NUMBER = re.compile(r"\d{3}(\.\d+)?")
_DECIMAL = re.compile(r"[-+]?\d+\.\d+")


def read_documents(path: Path, folder: Path, findings: Findings) -> list[Document]:
    r"""
    The documents of the file at *path*, which must be inside *folder*. What can't be read becomes a finding.

    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as name:
    ...     folder, path = Path(name), Path(name, "mall.yaml")
    ...     _ = path.write_text("price: 19.90\nfrom: 2026-05-01\n")
    ...     read_documents(path, folder, Findings())[0].data  # nothing is lost to a float, and a date stays text
    {'price': Decimal('19.90'), 'from': '2026-05-01'}
    """
    return _documents(path.relative_to(folder).as_posix(), lambda: read_text(path, folder), findings)


def documents_of(name: str, text: str, findings: Findings) -> list[Document]:
    """
    The documents of a text that stands in no file, read like the file *name*. What can't be read becomes a finding.

    >>> documents_of("campaigns/new.yaml", "campaign: new", Findings())[0].data
    {'campaign': 'new'}
    """
    return _documents(name, lambda: text_of(text.encode("utf-8", "surrogatepass")), findings)


def _documents(name: str, read: Callable[[], str], findings: Findings) -> list[Document]:
    try:
        parts = _parts(read())
    except UnreadableError as no:
        findings.unread.add(name)
        findings.items.append(_finding(name, (1, 1), no.code, no.message, no.hint))
        return []
    if not any(line.strip() for part in parts for line in part.lines):
        empty = _finding(name, (1, 1), "empty", "the file is empty", "remove it, or write something")
        findings.items.append(attrs.evolve(empty, level="warning"))
    documents = (_Reader(name, part.top, findings).document(part) for part in parts)
    return [document for document in documents if document is not None]


def _parts(text: str) -> list[Part]:
    parts = list(islice(parts_of(text), _MOST_DOCUMENTS + 1))
    if len(parts) > _MOST_DOCUMENTS:
        raise UnreadableError("too-large", Message("more than {most} documents", most=_MOST_DOCUMENTS))
    return parts


def _finding(file: str, mark: _Mark, code: str, message: str, hint: str = "") -> Finding:
    return Finding(file=file, line=mark[0], column=mark[1], code=code, message=message, hint=hint)


def _body(lines: Sequence[str]) -> str:
    """A document's text, without comments and blank lines at its end."""
    body = list(lines)
    while body and (not body[-1].strip() or body[-1].lstrip().startswith("#")):
        body.pop()
    return "".join(f"{line}\n" for line in body)


class _Reader:
    """Turns the text of one document into a tree of YAML nodes, and the tree into plain data and positions."""

    def __init__(self, file: str, top: int, findings: Findings) -> None:
        self.file = file
        self.top = top
        self.findings = findings
        self.keys: dict[_Path, _Mark] = {}
        self.values: dict[_Path, _Mark] = {}
        self.doubts: list[_Path] = []
        self.moves: dict[int, list[tuple[int, int]]] = {}
        self.patched = False
        self.seen: set[int] = set()
        self.nodes = self.aliases = 0

    def document(self, part: Part) -> Document | None:
        if part.unparted:
            hint = "put --- on a line of its own before it"
            self.findings.items.append(
                _finding(self.file, (part.top + 1, 1), "missing-separator", "a second campaign begins here", hint)
            )
        lines = part.lines
        for slip in prepared(lines):
            lines = self.mended(slip, lines)
        try:
            return self.plain(lines)
        except NotPlainError:
            return self.read(*self.explained(lines))

    def plain(self, lines: tuple[str, ...]) -> Document | None:
        """The document as the quick parser reads it; NotPlainError where it is for the other one, or has a mistake."""
        if self.moves:
            raise NotPlainError
        found = quick_document("\n".join(lines), self.top)
        if found is None:
            return None
        line, text = self.top + found.line + 1, _body(lines[found.line :])
        return Document(file=self.file, line=line, data=found.data, keys=found.keys, values=found.values, text=text)

    def read(self, node: Node | None, lines: tuple[str, ...]) -> Document | None:
        """The document of a tree, and of the lines it was made of."""
        if node is None or (node.id == SCALAR and not node.value.strip()):
            return None
        try:
            data = self.value(node, ())
        except UnreadableError as no:
            self.findings.unread.add(self.file)
            self.note(node, (), no.code, no.message)
            return None
        line, text = self.top + node.start_mark.line + 1, _body(lines[node.start_mark.line :])
        document = Document(
            file=self.file, line=line, data=data, keys=self.keys, values=self.values, text=text, patched=self.patched
        )
        for path in self.doubts:
            self.findings.doubt(Place(document, path))
        if self.patched:
            self.findings.doubt_missing(document.root)
        return document

    def explained(self, lines: tuple[str, ...]) -> tuple[Node | None, tuple[str, ...]]:
        """
        The tree as read by the parser that says what is wrong and where, and the lines it was made of.

        A slip that YAML can't read is noted, repaired, and read past. The parser is loaded only where it is needed.
        """
        from ruamel.yaml import YAML
        from ruamel.yaml.error import MarkedYAMLError, YAMLError

        for _ in range(_MOST_SLIPS):
            try:
                yaml = YAML(typ="safe", pure=True)
                yaml.composer.warn_double_anchors = False  # the later one counts
                return yaml.compose("\n".join(lines)), lines
            except MarkedYAMLError as no:
                slip = diagnosed(lines, no)
                lines = self.mended(slip, lines)
                if slip.mended is None:
                    break
            except (YAMLError, RecursionError) as no:
                message = str(no).splitlines()[0]
                self.findings.items.append(_finding(self.file, (self.top + 1, 1), "not-yaml", message))
                break
        self.findings.unread.add(self.file)
        return None, lines

    def mended(self, slip: Slip, lines: tuple[str, ...]) -> tuple[str, ...]:
        """Note a slip, and return the lines without it."""
        mark = self.mark_at(slip.line, slip.column)
        self.findings.items.append(_finding(self.file, mark, slip.code, slip.message, slip.hint))
        self.moves.setdefault(slip.line, []).append(slip.moved)
        self.patched = self.patched or slip.lost
        return slip.mended or lines

    def mark_at(self, line: int, column: int) -> _Mark:
        """The position in the file of a position in the repaired text."""
        for behind, by in reversed(self.moves.get(line, ())):
            column -= by if column > behind else 0
        return self.top + line + 1, column + 1

    def mark(self, node: Node) -> _Mark:
        return self.mark_at(node.start_mark.line, node.start_mark.column)

    def value(self, node: Node, path: _Path) -> Any:
        self.count(node, path)
        self.values.setdefault(path, self.mark(node))
        if node.id == MAP:
            return self.mapping(node, path)
        if node.id == LIST:
            return [self.value(item, (*path, n)) for n, item in enumerate(node.value)]
        return self.scalar(node, path)

    def count(self, node: Node, path: _Path) -> None:
        self.nodes += 1
        self.aliases += id(node) in self.seen
        self.seen.add(id(node))
        if self.nodes > MOST_NODES or len(path) > DEEPEST:
            raise UnreadableError(
                "too-large",
                Message("more than {most} values, or nested deeper than {deepest}", most=MOST_NODES, deepest=DEEPEST),
            )
        if self.aliases > _MOST_ALIASES:
            raise UnreadableError("too-many-aliases", Message("more than {most} aliases", most=_MOST_ALIASES))

    def mapping(self, node: Node, path: _Path) -> dict[str, Any]:
        data: dict[str, Any] = {}
        for key, value in node.value:
            name = self.key(key, path)
            if name is None:
                continue
            if data and _IN_NUMBER.fullmatch(name) and value.tag == f"{_CORE}null" and not value.value:
                self.join(key, name, data, path)
                continue
            inner = (*path, name)
            if name in data:
                first = self.keys[inner][0]
                self.note(
                    key,
                    inner,
                    "duplicate-key",
                    Message("{name!r} stands here a second time", name=name),
                    Message("first in line {first}", first=first),
                )
                continue
            self.keys[inner] = self.mark(key)
            data[name] = self.value(value, inner)
        return data

    def join(self, node: Node, digits: str, data: dict[str, Any], path: _Path) -> None:
        """Join what a comma has split: YAML reads ``{points: 1,000}`` as points: 1 and a key 000."""
        last = next(reversed(data))
        if isinstance(data[last], dict | list | bool) or not data[last]:
            self.note(
                node,
                (*path, digits),
                "bad-number",
                Message("{digits} stands here alone", digits=digits),
                "a number has no commas",
            )
            return
        whole = f"{data[last]}{digits}"[: LONGEST_NUMBER + 1]
        line, column = self.values[*path, last]
        self.findings.items.append(
            _finding(
                self.file,
                (line, column),
                "bad-number",
                "a number has no commas",
                Message("write {number}", number=whole.lstrip(_CURRENCIES)),
            )
        )
        self.doubts.append((*path, last))
        self.doubts.append((*path, digits))
        data[last] = int(whole) if _WHOLE.fullmatch(whole) else Decimal(whole) if _DECIMAL.fullmatch(whole) else whole

    def key(self, node: Node, path: _Path) -> str | None:
        if node.id == SCALAR and node.value != "<<":
            return self.fit(node, path, str(node.value))
        self.note(
            node, (*path, "<<"), "bad-key", "a key is one word or number", "merge keys and maps as keys are not read"
        )
        return None

    def scalar(self, node: Node, path: _Path) -> Any:
        tag = str(node.tag).removeprefix(_CORE)
        text = str(node.value)
        if tag in ("str", "timestamp"):
            return self.fit(node, path, text)
        if tag in ("int", "float"):
            return self.number(node, path, text)
        if tag in ("bool", "null"):
            return {"bool": text.lower() == "true", "null": None}[tag]
        self.note(node, path, "tag", Message("the tag {tag!r} is not read", tag=node.tag), "write the plain value")
        return text

    def fit(self, node: Node, path: _Path, text: str) -> str:
        """The text without characters that are not allowed in text for people; each is noted."""
        unfit = unfit_character(text)
        if unfit is not None:
            self.note(
                node, path, "bad-character", Message("the text has the character {unfit}", unfit=unfit), "leave it out"
            )
        return text if unfit is None else fit(text)

    def number(self, node: Node, path: _Path, text: str) -> int | Decimal:
        if len(text) > LONGEST_NUMBER:
            self.note(
                node, path, "bad-number", Message("a number of {length} characters is too long", length=len(text))
            )
            return 1
        if _WHOLE.fullmatch(text):
            return int(text)
        if _DECIMAL.fullmatch(text):
            return Decimal(text)
        self.note(
            node,
            path,
            "bad-number",
            Message("{text} is not a plain decimal", text=text),
            "write digits, like 1000 or 19.90",
        )
        return 1

    def note(self, node: Node, path: _Path, code: str, message: str, hint: str = "") -> None:
        self.doubts.append(path)
        self.findings.items.append(_finding(self.file, self.mark(node), code, message, hint))


def _order(item: tuple[_Path, _Mark]) -> _Mark:
    return item[1]
