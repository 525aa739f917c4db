"""
Findings in the languages of their readers: one table from each English template to the sentence in Chinese.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from typing import Any

import attrs

from quanyi.campaigns.language.findings import Finding
from quanyi.campaigns.language.message import Message
from quanyi.campaigns.language.translation.clauses import CLAUSES
from quanyi.campaigns.language.translation.form import FORM
from quanyi.campaigns.language.translation.kinds import KINDS
from quanyi.campaigns.language.translation.parse import ELSEWHERE
from quanyi.campaigns.language.translation.reading import READING
from quanyi.campaigns.language.translation.stories import STORIES
from quanyi.campaigns.language.translation.suppliers import SUPPLIERS
from quanyi.campaigns.language.translation.vocabulary import NAMES

__all__ = ["CHINESE", "in_language", "worded"]

CHINESE: Mapping[str, str] = {**READING, **FORM, **NAMES, **CLAUSES, **KINDS, **STORIES, **SUPPLIERS, **ELSEWHERE}
"""The sentence in Chinese for each English template, with parts of the same names."""

_WRITE = "write "
_PART = re.compile(r"\\{(\w+)\\}")
_BETWEEN = re.compile("(?<=[\u4e00-\u9fff]) (?=[\u4e00-\u9fff])")
"""A space that stands between a word of ours and another, where the part might have been in Latin letters."""


def in_language(finding: Finding, locale: str) -> Finding:
    """
    A finding with message and hint in the language *locale*; English is what is written in files of any other.

    >>> message = Message("there is no unit {word!r}", word="pionts")
    >>> found = Finding(file="a.yaml", line=2, column=1, code="unknown-unit", message=message, hint="use an id")
    >>> print(in_language(found, "zh"))
    a.yaml:2:1 unknown-unit 没有“pionts”这个单位 (请用编号（id）)
    """
    if locale != "zh":
        return finding
    return attrs.evolve(finding, message=worded(finding.message), hint=worded(finding.hint))


def worded(text: str) -> str:
    """
    A message or a hint in Chinese; as it is where the table has nothing for it.

    What only says how to write something needs no entry: ``write {points: 10}``.

    >>> worded("write {points: 10}"), worded("20.005 has more than 2 decimal places")
    ('写成 {points: 10}', '20.005 的小数超过 2 位')
    """
    template = text.template if isinstance(text, Message) else str(text)
    parts = text.parts if isinstance(text, Message) else {}
    found = CHINESE.get(template)
    if found is None and not parts:
        return _recognised(template)
    if found is None:
        found = f"写成 {template.removeprefix(_WRITE)}" if template.startswith(_WRITE) else template
    if not parts:
        return found
    return _BETWEEN.sub("", found.format(**{name: _part(part) for name, part in parts.items()}))


def _part(part: Any) -> Any:
    return worded(part) if isinstance(part, Message) else part


def _recognised(text: str) -> str:
    """The sentence for a text that came from elsewhere as plain English."""
    if text.startswith(_WRITE):
        return f"写成 {text.removeprefix(_WRITE)}"
    for pattern, sentence in _patterns():
        match = pattern.fullmatch(text)
        if match is not None:
            return sentence.format(**match.groupdict())
    return text


@cache
def _patterns() -> tuple[tuple[re.Pattern[str], str], ...]:
    """What recognises a text from elsewhere, with its sentence; the longest template first, as the most particular."""
    longest = sorted(ELSEWHERE.items(), key=lambda pair: -len(pair[0]))
    return tuple(
        (re.compile(_PART.sub(r"(?P<\1>.+)", re.escape(template)), re.DOTALL), sentence)
        for template, sentence in longest
        if "{" in template
    )
