"""
Writing entries into the text of a campaign: the values change, and everything else stays as it stands.

Comments, the order of keys and the way of writing are kept, as far as they are not about a value that is replaced.
"""

from __future__ import annotations

import importlib
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import attrs
import yaml

from quanyi.campaigns.bulk.changing import EntryMistake
from quanyi.campaigns.bulk.entries import Entry
from quanyi.entitlements.amounts import Amount
from quanyi.entitlements.time import Span, zone_of

__all__ = ["span_text", "written"]

_LOADER: Any = importlib.import_module("yaml.cyaml").CSafeLoader if yaml.__with_libyaml__ else yaml.SafeLoader
_PARTS = ("sells", "quota", "on_sale")


def written(text: str, changes: Iterable[tuple[Entry, Entry]], scales: Mapping[str, int]) -> str:
    """
    The text of a campaign with what changed, each before and after, written into it.

    Args:
        scales: Decimal places by unit and currency.

    Raises:
        EntryMistake: The text was not kept, or it is written with anchors: ``no-text``, ``anchored``.
    """
    if not text.strip():
        raise EntryMistake("no-text")
    wanted: dict[str, dict[str, str | None]] = {part: {} for part in _PARTS}
    for before, after in changes:
        for part, value in _values(before, after, scales):
            wanted[part][after.item] = value
    document = _Document(text)
    for part in _PARTS:
        if wanted[part]:
            document.put(part, wanted[part])
    return document.edited()


def _values(before: Entry, after: Entry, scales: Mapping[str, int]) -> Iterable[tuple[str, str | None]]:
    """What each part of the file says of the thing now, where it is something else; None for nothing any more."""
    if before.says[:2] != after.says[:2]:
        yield "sells", _price_text(after, scales)
    if before.quota != after.quota:
        yield "quota", None if after.quota is None else str(after.quota)
    if before.span != after.span:
        yield "on_sale", span_text(after.span, after.zone) or None


def _price_text(entry: Entry, scales: Mapping[str, int]) -> str:
    money = str(Amount(entry.price.money, entry.currency, scales[entry.currency]))
    if not entry.price.units:
        return money
    parts = [f"{unit}: {Amount(amount, unit, scales.get(unit, 0))}" for unit, amount in entry.price.units.items()]
    return "{" + ", ".join([*parts, *([f"money: {money}"] if entry.price.money else [])]) + "}"


def span_text(span: Span, zone: str) -> str:
    """A span as files write it, in the campaign's zone; empty for one without start and end."""
    named = (("from", span.start), ("until", span.end))
    parts = [f'{name}: "{_moment(at, zone)}"' for name, at in named if at is not None]
    return "{" + ", ".join(parts) + "}" if parts else ""


def _moment(at: datetime, zone: str) -> str:
    """A local time, with its distance from UTC where the clocks show it twice."""
    local = at.astimezone(zone_of(zone))
    places = "seconds" if local.second else "minutes"
    text = local.replace(tzinfo=None, microsecond=0).isoformat(" ", timespec=places)
    same = local.replace(fold=0).utcoffset() == local.replace(fold=1).utcoffset()
    return text if same else local.astimezone(UTC).replace(microsecond=0).isoformat()


@attrs.frozen
class _Map:
    """A map in the text: where each key begins and each value ends, in characters."""

    flow: bool
    start: int
    end: int
    pairs: Sequence[tuple[str, int, int, int]]
    """Key, where it begins, where its value begins, where its value ends."""


class _Document:
    """The text of one campaign, and the edits of it."""

    def __init__(self, text: str) -> None:
        self.text = text if text.endswith("\n") else f"{text}\n"
        self.starts = [0]
        for line in self.text.split("\n"):
            self.starts.append(self.starts[-1] + len(line) + 1)
        self.edits: list[tuple[int, int, str]] = []
        root = yaml.compose(self.text, Loader=_LOADER)
        self.nodes = {key.value: value for key, value in root.value}
        self.root = self.map_of(root)

    def edited(self) -> str:
        """The text with all edits, those at one place in their order."""
        parts, at = [], 0
        for start, end, new in sorted(self.edits, key=lambda edit: edit[:2]):
            parts += [self.text[at:start], new]
            at = end
        return "".join([*parts, self.text[at:]])

    def put(self, part: str, values: Mapping[str, str | None]) -> None:
        """Write *values* into the map *part*, which is made where it is missing and goes where nothing is left in it."""
        node = self.nodes.get(part)
        if node is None:
            self.add(self.root, [(part, _block({key: text for key, text in values.items() if text is not None}))])
            return
        found = self.map_of(node)
        known = {key for key, *_ in found.pairs}
        gone = {key for key in known if key in values and values[key] is None}
        new = [(key, text) for key, text in values.items() if key not in known and text is not None]
        if gone == known and not new:
            self.remove(self.root, {part})
            return
        for key, _, start, end in found.pairs:
            text = values.get(key)
            if text is not None:
                self.edits.append((start, end, text))
        if gone == known:
            self.edits.append((found.start, found.end, "{" + ", ".join(f"{key}: {text}" for key, text in new) + "}"))
            return
        self.remove(found, gone)
        self.add(found, new, gone)

    def add(self, to: _Map, new: Sequence[tuple[str, str]], gone: Iterable[str] = ()) -> None:
        """Write new keys behind the last one that stays."""
        if not new:
            return
        if not to.pairs:
            self.edits.append((to.start + 1, to.start + 1, ", ".join(f"{key}: {text}" for key, text in new)))
            return
        _, begins, _, end = [pair for pair in to.pairs if pair[0] not in set(gone)][-1]
        if to.flow:
            self.edits.append((end, end, "".join(f", {key}: {text}" for key, text in new)))
            return
        line_end = self.text.index("\n", end - 1 if self.text[end - 1] == "\n" else end)
        indent = " " * (begins - self.text.rfind("\n", 0, begins) - 1)
        lines = [f"\n{indent}{key}:{text if text.startswith(chr(10)) else f' {text}'}" for key, text in new]
        self.edits.append((line_end, line_end, "".join(lines)))

    def remove(self, of: _Map, gone: Iterable[str]) -> None:
        """Take keys out, each with its value."""
        names = set(gone)
        kept = [n for n, pair in enumerate(of.pairs) if pair[0] not in names]
        for n, (key, start, _, end) in enumerate(of.pairs):
            if key not in names:
                continue
            if not of.flow:
                first = self.text.rfind("\n", 0, start) + 1
                self.edits.append(
                    (first, self.text.index("\n", end - 1 if self.text[end - 1] == "\n" else end) + 1, "")
                )
            elif kept and n < kept[-1]:
                self.edits.append((start, of.pairs[n + 1][1], ""))
        if of.flow and kept and kept[-1] + 1 < len(of.pairs):
            self.edits.append((of.pairs[kept[-1]][3], of.pairs[-1][3], ""))

    def map_of(self, node: Any) -> _Map:
        pairs = []
        for key, value in node.value:
            start, value_start = self.at(key.start_mark), self.at(value.start_mark)
            if value_start < start:
                raise EntryMistake("anchored")
            pairs.append((str(key.value), start, value_start, self.end(value)))
        return _Map(bool(node.flow_style), self.at(node.start_mark), self.end(node), pairs)

    def at(self, mark: Any) -> int:
        found: int = self.starts[mark.line] + mark.column
        return found

    def end(self, node: Any) -> int:
        """Where a node ends; a block ends with the last value in it, and not where the next key begins."""
        while not isinstance(node, yaml.ScalarNode) and not node.flow_style and node.value:
            last = node.value[-1]
            node = last[1] if isinstance(last, tuple) else last
        return self.at(node.end_mark)


def _block(values: Mapping[str, str]) -> str:
    """A map below its key, one line for each thing."""
    return "".join(f"\n  {key}: {text}" for key, text in values.items())
