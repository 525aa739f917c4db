"""
Repairs of slips that keep a text from being YAML: each is found, described, and read past.

A Chinese colon, a tab, a missing colon, a bracket left open, a line moved in or out, two campaigns
without a line between them: the parser would stop there, or read something else. Each becomes one
finding, and the text is read on as it was meant, so that no slip hides the mistakes behind it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

import attrs

if TYPE_CHECKING:
    from ruamel.yaml.error import MarkedYAMLError

from quanyi.campaigns.language.message import Message

__all__ = ["Part", "Slip", "diagnosed", "foreign", "parts_of", "prepared"]

_FOREIGN = {
    "：": ":", "，": ",", "；": ";", "（": "(", "）": ")", "［": "[", "］": "]", "｛": "{", "｝": "}",
    "％": "%", "“": '"', "”": '"', "‘": "'", "’": "'", "　": " ",
}  # fmt: skip
_MARKS = "：，；［］｛｝"
_START = re.compile(r"---(\s|$)")
_CAMPAIGN = re.compile(r"campaign\s*[:：]")
_KEY = re.compile(r"^(\s*(?:- +)?[A-Za-z_][\w.-]*)(：\s*)")
_GLUED = re.compile(r"^(\s*[a-z_][\w.]*:)(?=[^\s:/])")
_KEY_IN_FLOW = re.compile(r"[{,]\s*[A-Za-z_][\w.-]*(：\s*)")
_BLOCK = re.compile(r"[|>][+-]?\d?\s*(#.*)?$")
_QUOTED = re.compile(r"\"(?:[^\"\\]|\\.)*\"|'[^']*'|(?:(?<=\s)|^)#.*")
_FIRST_WORD = re.compile(r"^(\s*(?:- +)?[A-Za-z_][\w.-]*)(\s+)(?=\S)")


@attrs.frozen(kw_only=True)
class Slip:
    """
    One slip and its repair.

    Attributes:
        line: From 0, in its part; `column` too.
        mended: The part's lines as they were meant; None if nobody can say.
        moved: Behind which column the repaired line is further right than the written one, and by how much.
        lost: Whether the line was left out, with whatever it said.
    """

    line: int
    column: int
    code: str
    message: str
    hint: str = ""
    mended: tuple[str, ...] | None = None
    moved: tuple[int, int] = (0, 0)
    lost: bool = False


@attrs.frozen(kw_only=True)
class Part:
    """The text of one document, and the line of the file on which it begins, from 0."""

    top: int
    lines: tuple[str, ...]
    unparted: bool = False


def foreign(text: str) -> str:
    """The hint for a full-width or curly mark in *text*: what to write instead. Empty if there is none."""
    found = next((mark for mark in text if mark in _FOREIGN), None)
    return (
        ""
        if found is None
        else Message(
            "{found} is another character than {plain}",
            found=found,
            plain=_FOREIGN[found].strip() or Message("a space"),
        )
    )


def parts_of(text: str) -> Iterator[Part]:
    """The documents of a file, separated by ``---``, or by nothing where a second campaign begins."""
    top, unparted, named, empty = 0, False, False, True
    lines: list[str] = []
    for n, line in enumerate(text.split("\n")):
        campaign = bool(_CAMPAIGN.match(line))
        ends = line.rstrip() == "..."
        if (campaign and named) or ends or (_START.match(line) and not empty):
            yield Part(top=top, lines=tuple(lines), unparted=unparted)
            top, unparted, named, empty, lines = n, campaign, False, True, []
        lines.append("" if ends else line)
        named, empty = named or campaign, empty and _is_head(lines[-1])
    yield Part(top=top, lines=tuple(lines), unparted=unparted)


def prepared(lines: tuple[str, ...]) -> Iterator[Slip]:
    """
    Slips that YAML would read as something else, or report in the wrong place: tabs, and Chinese colons after a key.

    Each is found in the lines that the repair of the one before has left.
    """
    inside = -1
    for n, line in enumerate(lines):
        indent = len(line) - len(line.lstrip())
        if not line.strip() or indent > inside >= 0:
            continue
        inside = indent if ("|" in line or ">" in line) and _BLOCK.search(_bare(line)) else -1
        if "\t" in line[:indent]:
            slip = _tab(lines, n, indent)
            lines = slip.mended or lines
            yield slip
        if _GLUED.match(lines[n]):
            slip = _no_space(lines, n)
            lines = slip.mended or lines
            yield slip
        while "：" in lines[n] and (found := _with_a_chinese_colon(lines[n])) is not None:
            slip = _full_width(lines, n, found.start(found.re.groups))
            lines = slip.mended or lines
            yield slip


def _with_a_chinese_colon(line: str) -> re.Match[str] | None:
    """The first key with a Chinese colon behind it."""
    bare = _bare(line)
    return _KEY.match(bare) or _KEY_IN_FLOW.search(bare)


def diagnosed(lines: tuple[str, ...], no: MarkedYAMLError) -> Slip:
    """The slip behind a parser's error."""
    mark, context = no.problem_mark, no.context_mark
    line, column = (mark.line, mark.column) if mark else (0, 0)
    first = context.line if context else max(line - 1, 0)
    problem = (no.problem or no.context or "not YAML").splitlines()[0]
    for n in dict.fromkeys((line, first)):
        at = next((at for at, char in enumerate(_bare(lines[n])) if char in _MARKS), None) if n < len(lines) else None
        if at is not None:
            return _full_width(lines, n, at)
    if "could not find expected ':'" in problem and context:
        return _no_colon(lines, context.line)
    if "mapping values are not allowed" in problem:
        return _second_colon(lines, line, column)
    if "flow" in (no.context or "") and context and context.line < line:
        return _open_bracket(lines, context.line, context.column)
    if "<block end>" in problem:
        return _indented(lines, line)
    return _blank(
        lines, min(line, len(lines) - 1), column, _plain(problem), _QUOTE if "cannot start" in problem else ""
    )


_QUOTE = "put the value in quotes"


def _tab(lines: tuple[str, ...], n: int, indent: int) -> Slip:
    line = lines[n]
    spaces = line[:indent].replace("\t", "  ")
    return Slip(
        line=n,
        column=line.index("\t"),
        code="tab",
        message="a tab stands here, and YAML counts spaces",
        hint="indent with spaces",
        mended=_with(lines, n, spaces + line[indent:]),
        moved=(-1, len(spaces) - indent),
    )


def _full_width(lines: tuple[str, ...], n: int, at: int) -> Slip:
    line = lines[n]
    mark, rest = line[at], line[at + 1 :]
    plain = _FOREIGN[mark]
    space = " " if plain in ":," and not rest.startswith(" ") else ""
    return Slip(
        line=n,
        column=at,
        code="full-width",
        message=Message("the Chinese {mark} is another character than {plain}", mark=mark, plain=plain),
        hint=Message("write {plain} and a space", plain=plain)
        if plain in ":,"
        else Message("write {plain}", plain=plain),
        mended=_with(lines, n, f"{line[:at]}{plain}{space}{rest}"),
        moved=(at + 1, len(space)),
    )


def _no_space(lines: tuple[str, ...], n: int) -> Slip:
    """A key and its value without a space between them, which YAML reads as one word."""
    parted = _GLUED.sub(r"\1 ", lines[n])
    at = parted.index(":")
    return Slip(
        line=n,
        column=at,
        code="missing-space",
        message="a space is missing behind the colon",
        hint=Message("write {meant}", meant=parted.strip()),
        mended=_with(lines, n, parted),
        moved=(at, 1),
    )


def _no_colon(lines: tuple[str, ...], n: int) -> Slip:
    """A line of words, where a key with a colon is meant."""
    line = lines[n]
    found = _FIRST_WORD.match(line)
    if found is None:
        return _blank(lines, n, len(line) - len(line.lstrip()), "a colon is missing behind the key", "write key: value")
    key, end = found[1].strip(" -"), found.end(1)
    glued = f"{line[:end]}:{line[end:]}"
    return Slip(
        line=n,
        column=end,
        code="missing-colon",
        message=Message("a colon is missing behind {key!r}", key=key),
        hint=Message("write {meant}", meant=glued.strip()),
        mended=_with(lines, n, glued),
        moved=(end, 1),
    )


def _second_colon(lines: tuple[str, ...], n: int, column: int) -> Slip:
    """A key inside a value: a colon is missing above, the line is too far right, or a text has a colon."""
    line, above = lines[n], _above(lines, n)
    if ": " in line[:column]:
        return _blank(lines, n, column, "a second colon in one line", "put a text that has a colon in quotes")
    if above is not None and ":" not in _bare(lines[above]):
        return _no_colon(lines, above)
    return _indented(lines, n)


def _indented(lines: tuple[str, ...], n: int) -> Slip:
    """A line that begins at a column where nothing can begin."""
    line, above = lines[n], _above(lines, n)
    indent = _indent(line)
    levels = {_indent(lines[before]) for before in range(n) if lines[before].strip()}
    lower = [level for level in levels if level < indent]
    if above is None or not lower or line.lstrip().startswith(("- ", "}", "]")):
        return _blank(lines, n, indent, "this line does not fit the one above it", "look at its indentation")
    level = max(lower)
    where = Message("the line above") if level == _indent(lines[above]) else Message("the other keys of its map")
    return Slip(
        line=n,
        column=indent,
        code="indentation",
        message="this line is not in line with its neighbours",
        hint=Message(
            "begin it in column {column}, like {where}; or indent it below a key that has no value yet",
            column=level + 1,
            where=where,
        ),
        mended=_with(lines, n, line[indent - level :]),
        moved=(-1, level - indent),
    )


def _open_bracket(lines: tuple[str, ...], n: int, column: int) -> Slip:
    bracket = lines[n][column]
    closing = {"{": "}", "[": "]"}[bracket]
    bare = _bare(lines[n])
    missing = bare.count(bracket) - bare.count(closing)
    message, hint = (
        Message("{bracket} is never closed", bracket=bracket),
        Message("write {closing} at the end of this line", closing=closing),
    )
    if missing < 1 or n + 1 >= len(lines) or not re.match(r"\s*[\w.-]+:", lines[n + 1]):
        return _blank(lines, n, column, message, Message("write {closing} where it ends", closing=closing))
    mended = _with(lines, n, bare.rstrip() + closing * missing if "#" in bare else lines[n] + closing * missing)
    return Slip(line=n, column=column, code="not-yaml", message=message, hint=hint, mended=mended)


def _blank(lines: tuple[str, ...], n: int, column: int, message: str, hint: str) -> Slip:
    """A slip whose line is read as if it were empty."""
    mended = _with(lines, n, "") if n >= 0 and lines[n].strip() else None
    return Slip(line=max(n, 0), column=column, code="not-yaml", message=message, hint=hint, mended=mended, lost=True)


def _plain(problem: str) -> str:
    found = re.search(r"found character '?(.+?)'? that cannot start any token", problem)
    if found:
        return Message("a value can't begin with {sign}", sign=found[1])
    return problem.replace("<stream end>", "the end of the file").replace("<block end>", "the end of the map")


def _bare(line: str) -> str:
    """The line with quoted text and comment replaced by blanks; every column stays."""
    return _QUOTED.sub(lambda found: (" " if found[0][0] == "#" else "_") * len(found[0]), line)


def _with(lines: tuple[str, ...], n: int, line: str) -> tuple[str, ...]:
    return (*lines[:n], line, *lines[n + 1 :])


def _above(lines: tuple[str, ...], n: int) -> int | None:
    return next((m for m in range(n - 1, -1, -1) if lines[m].strip() and not _is_head(lines[m])), None)


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip(" "))


def _is_head(line: str) -> bool:
    """Whether a line has no content: empty, a comment, a directive."""
    return not line.strip() or line.lstrip().startswith(("#", "%"))
