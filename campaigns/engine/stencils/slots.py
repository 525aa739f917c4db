"""
Slots: the values in which alike decisions differ, each with how it follows from what a request brings.

Slots are computed for many requests at once, as columns: one value for each request.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from json.encoder import encode_basestring
from typing import Any, Protocol

import attrs

from quanyi.entitlements.derivations import Same, derived

__all__ = [
    "Columns",
    "Fixed",
    "Given",
    "Hex",
    "Iso",
    "Joined",
    "Later",
    "Listed",
    "Made",
    "Map",
    "More",
    "Quoted",
    "Slot",
    "Text",
    "given_in",
    "parts_of",
    "quoted",
]


class Slot(Protocol):
    """One value of a decision, as a column over many requests."""

    def column(self, columns: Columns) -> Sequence[Any]:
        """The value for each request."""
        ...

    def parts(self) -> Sequence[Slot]:
        """The slots that it follows from."""
        ...


class Columns:
    """
    The slots of many requests, each computed once.

    Args:
        given: What the requests bring, by name: one value for each request.
        count: How many requests there are.
    """

    def __init__(self, given: Mapping[str, Sequence[Any]], count: int) -> None:
        self.given = dict(given)
        self.count = count
        self._known: dict[int, Sequence[Any]] = {}

    def of(self, slot: Slot) -> Sequence[Any]:
        """The column of *slot*."""
        found = self._known.get(id(slot))
        if found is None:
            found = self._known[id(slot)] = slot.column(self)
        return found

    def chosen(self, places: Sequence[int]) -> Columns:
        """The same of some of the requests, with all that is computed already."""
        some = Columns({name: [values[n] for n in places] for name, values in self.given.items()}, len(places))
        some._known = {slot: [values[n] for n in places] for slot, values in self._known.items()}
        return some

    def rows(self, slots: Iterable[Slot]) -> Iterator[tuple[Any, ...]]:
        """The values of several slots, request by request."""
        return zip(*map(self.of, slots), strict=True)


@attrs.frozen(eq=False)
class Fixed:
    """A value that is the same for all."""

    value: Any

    def column(self, columns: Columns) -> Sequence[Any]:
        return [self.value] * columns.count

    def parts(self) -> Sequence[Slot]:
        return ()


@attrs.frozen(eq=False)
class Given:
    """A value that each request brings: its key, its holder, its instant."""

    name: str

    def column(self, columns: Columns) -> Sequence[Any]:
        return columns.given[self.name]

    def parts(self) -> Sequence[Slot]:
        return ()


@attrs.frozen(eq=False)
class Made:
    """What a function makes of other slots: an id or a digest."""

    function: Callable[..., Any]
    of: tuple[Slot, ...]

    def column(self, columns: Columns) -> Sequence[Any]:
        return derived(
            self.function, [Same(one.value) if isinstance(one, Fixed) else columns.of(one) for one in self.of]
        )

    def parts(self) -> Sequence[Slot]:
        return self.of


@attrs.frozen(eq=False)
class Later:
    """An instant that is always so much later than another one."""

    than: Slot
    by: timedelta

    def column(self, columns: Columns) -> Sequence[Any]:
        by = self.by
        return [at + by for at in columns.of(self.than)]

    def parts(self) -> Sequence[Slot]:
        return (self.than,)


@attrs.frozen(eq=False)
class More:
    """A number that is always so much more than another one."""

    than: Slot
    by: int

    def column(self, columns: Columns) -> Sequence[Any]:
        by = self.by
        return [number + by for number in columns.of(self.than)]

    def parts(self) -> Sequence[Slot]:
        return (self.than,)


@attrs.frozen(eq=False)
class Iso:
    """An instant as ISO text."""

    of: Slot

    def column(self, columns: Columns) -> Sequence[Any]:
        return list(map(datetime.isoformat, columns.of(self.of)))

    def parts(self) -> Sequence[Slot]:
        return (self.of,)


@attrs.frozen(eq=False)
class Hex:
    """Bytes as hexadecimal text."""

    of: Slot

    def column(self, columns: Columns) -> Sequence[Any]:
        return list(map(bytes.hex, columns.of(self.of)))

    def parts(self) -> Sequence[Slot]:
        return (self.of,)


@attrs.frozen(eq=False)
class Quoted:
    """A text as it stands inside a JSON string."""

    of: Slot

    def column(self, columns: Columns) -> Sequence[Any]:
        return list(map(quoted, columns.of(self.of)))

    def parts(self) -> Sequence[Slot]:
        return (self.of,)


@attrs.frozen(eq=False)
class Text:
    """A text with slots in it; *form* has ``%s`` for each, and ``%%`` for a percent sign."""

    form: str
    of: tuple[Slot, ...]

    def column(self, columns: Columns) -> Sequence[Any]:
        return list(map(self.form.__mod__, columns.rows(self.of)))

    def parts(self) -> Sequence[Slot]:
        return self.of


@attrs.frozen(eq=False)
class Joined:
    """Bytes, one after the other."""

    of: tuple[Slot, ...]

    def column(self, columns: Columns) -> Sequence[Any]:
        return list(map(b"".join, columns.rows(self.of)))

    def parts(self) -> Sequence[Slot]:
        return self.of


@attrs.frozen(eq=False)
class Listed:
    """A list of values, a new one for each request."""

    of: tuple[Slot, ...]

    def column(self, columns: Columns) -> Sequence[Any]:
        return list(map(list, columns.rows(self.of))) if self.of else [[] for _ in range(columns.count)]

    def parts(self) -> Sequence[Slot]:
        return self.of


@attrs.frozen(eq=False)
class Map:
    """Values by name, a new map for each request."""

    names: tuple[str, ...]
    of: tuple[Slot, ...]

    def column(self, columns: Columns) -> Sequence[Any]:
        rows = columns.rows(self.of) if self.of else iter([()] * columns.count)
        return [dict(zip(self.names, row, strict=True)) for row in rows]

    def parts(self) -> Sequence[Slot]:
        return self.of


def quoted(text: str) -> str:
    r"""
    A text as it stands inside a JSON string, without the quotes around it.

    >>> print(quoted('a "b"'))
    a \"b\"
    """
    return encode_basestring(text)[1:-1]


def given_in(slot: Slot) -> frozenset[str]:
    """The names of all that is given and that *slot* follows from."""
    own = {slot.name} if isinstance(slot, Given) else set()
    return frozenset(own).union(*map(given_in, slot.parts()))


def parts_of(slots: Iterable[Slot]) -> set[int]:
    """The identities of *slots* and of everything that they follow from."""
    found: set[int] = set()
    waiting = list(slots)
    while waiting:
        slot = waiting.pop()
        if id(slot) not in found:
            found.add(id(slot))
            waiting.extend(slot.parts())
    return found
