"""
Recovery: what can still be read of a document with mistakes.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from typing import Any

import attrs
from pydantic_core import ErrorDetails

from quanyi.campaigns.language.findings import Findings, closest
from quanyi.campaigns.language.places import Document, Place
from quanyi.campaigns.language.schema.base import Reading, Strict
from quanyi.campaigns.language.schema.hints import KEYS_MEANT

__all__ = ["Recovery", "place_of"]

_Path = tuple[str | int, ...]
_EMPTY = ("empty", "too_short")


def place_of(document: Document, loc: tuple[int | str, ...]) -> Place:
    """The place that pydantic means; steps that only name alternatives are left out."""
    place = document.root
    for step in loc:
        data = place.data
        if (isinstance(data, dict) and step in data) or (
            isinstance(data, list) and isinstance(step, int) and step < len(data)
        ):
            place /= step
    return place


@attrs.define
class Recovery:
    """
    The repairs made to one document so far.

    Attributes:
        named: Misspelt keys of this round, and the key that each is read as.
        gone: Where something was left out; that it is missing there is no second mistake.
        unclean: Where reading the text found something wrong already.
    """

    unclean: frozenset[_Path] = frozenset()
    named: dict[_Path, str] = attrs.field(factory=dict)
    gone: set[_Path] = attrs.field(factory=set)

    def begin(self, document: Document, errors: Sequence[ErrorDetails], reading: Reading) -> None:
        """Find the unknown keys that are known ones, misspelt."""
        self.named = {}
        for error in errors:
            if error["type"] == "extra_forbidden":
                place = place_of(document, error["loc"])
                holder = reading.models.get(id(place.parent.data))
                meant = _misspelt(place, holder)
                if meant and (*place.path[:-1], meant) not in {(*path[:-1], to) for path, to in self.named.items()}:
                    self.named[place.path] = meant

    def explains(self, place: Place, error: ErrorDetails) -> bool:
        """Whether a mistake only follows from one that is noted."""
        if any(place.path[: len(path)] == path for path in self.unclean):
            return True
        if error["type"] == "missing":
            if place.document.patched:
                return True
            path = (*place.path, error["loc"][-1])
            return path in self.gone or path in {(*old[:-1], meant) for old, meant in self.named.items()}
        return error["type"] in _EMPTY and place.path in self.gone

    def mended(
        self, document: Document, errors: Sequence[ErrorDetails], reading: Reading, findings: Findings
    ) -> Document | None:
        """The document without these mistakes; None if nothing of it can be read."""
        lost: set[_Path] = set()
        doubted: list[_Path] = []
        added: dict[_Path, Any] = {}
        for error in errors:
            place = place_of(document, error["loc"])
            if error["type"] == "missing":
                name = str(error["loc"][-1])
                doubted.append((*place.path, name))
                stand_in = _stand_in(reading.models.get(id(place.data)), name)
                if stand_in is not None:
                    added[*place.path, name] = stand_in
                    continue
            elif error["type"] == "extra_forbidden" and place.path in self.named:
                doubted.append(place.path)
                continue
            doubted += self._leave_out(place, error, lost, findings)
            if not place.path:
                return None
        moved = _Moved(lost, self.named)
        self.gone = {moved.to(path) for path in self.gone}
        for path in doubted:
            findings.doubt(Place(document, moved.to(path)))
        return _rebuilt(document, lost, self.named, added)

    def _leave_out(self, place: Place, error: ErrorDetails, lost: set[_Path], findings: Findings) -> list[_Path]:
        """Leave out the value at *place*; returns the paths that are in doubt then."""
        lost.add(place.path)
        holder = place.path[:-1]
        self.gone |= {holder} if place.path and isinstance(place.path[-1], int) else {holder, place.path}
        if error["type"] != "extra_forbidden":
            return [place.path]
        if holder:
            return [holder]
        findings.doubt_missing(place.document.root)
        return []


class _Moved:
    """Where paths are once some list items are left out; one that is gone is at -1."""

    def __init__(self, lost: set[_Path], named: Mapping[_Path, str]) -> None:
        self.named = named
        self.lost: dict[_Path, list[int]] = {}
        for *holder, step in sorted((path for path in lost if path and isinstance(path[-1], int)), key=str):
            self.lost.setdefault(tuple(holder), []).append(int(step))
        for steps in self.lost.values():
            steps.sort()

    def to(self, path: _Path) -> _Path:
        return tuple(self._step(path[:n], step) for n, step in enumerate(path))

    def _step(self, holder: _Path, step: str | int) -> str | int:
        if isinstance(step, str):
            return self.named.get((*holder, step), step)
        lost = self.lost.get(holder, [])
        return -1 if step in lost else step - bisect_left(lost, step)


def _misspelt(place: Place, holder: type[Strict] | None) -> str | None:
    """The key that was clearly meant, unless it is present as well."""
    word, beside = str(place.path[-1]), place.parent.data
    other = KEYS_MEANT.get(word, "")
    if holder and other in holder.keys() and other not in beside:  # noqa: SIM118  (a method of ours)
        return other
    return closest(word, (key for key in holder.keys() if key not in beside)) if holder else None  # noqa: SIM118


def _stand_in(model: type[Strict] | None, name: str) -> Any:
    return model.stand_ins.get(name) if model is not None else None


def _rebuilt(document: Document, lost: set[_Path], named: Mapping[_Path, str], added: Mapping[_Path, Any]) -> Document:
    """The document with other contents; every value and key keeps the position where it was written."""
    keys: dict[_Path, tuple[int, int]] = {}
    values: dict[_Path, tuple[int, int]] = {}

    def copied(value: Any, old: _Path, new: _Path) -> Any:
        if old in document.values:
            values[new] = document.values[old]
        if old in document.keys:
            keys[new] = document.keys[old]
        if isinstance(value, list):
            kept = [(n, item) for n, item in enumerate(value) if (*old, n) not in lost]
            return [copied(item, (*old, n), (*new, m)) for m, (n, item) in enumerate(kept)]
        if not isinstance(value, dict):
            return value
        found = {
            (name := named.get((*old, key), key)): copied(item, (*old, key), (*new, name))
            for key, item in value.items()
            if (*old, key) not in lost
        }
        return found | {path[-1]: stand_in for path, stand_in in added.items() if path[:-1] == old}

    return attrs.evolve(document, data=copied(document.data, (), ()), keys=keys, values=values)
