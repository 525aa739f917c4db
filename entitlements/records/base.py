"""
The base of all records, and the record of a person.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from functools import cached_property
from typing import Any, ClassVar

import attrs

from quanyi.entitlements.accounts import Account, digest16
from quanyi.entitlements.plain import Plain
from quanyi.entitlements.time import aware_or_none

__all__ = ["FIRST_FORMAT", "Move", "Person", "Record", "RecordKey", "lookup_digest"]

FIRST_FORMAT = 1
"""The format of the first release, and of a database without a flag."""


def lookup_digest(name: str, value: str) -> bytes:
    """The 16 bytes that stand for *value* under *name* in a store's look-ups; the value itself is not stored there."""
    return digest16("lookup", name, value)


@attrs.frozen(kw_only=True)
class RecordKey:
    """The typed key of one record."""

    kind: str
    parts: tuple[str, ...]

    @cached_property
    def id(self) -> bytes:
        """The 16 bytes under which a store keeps and locks the record."""
        return digest16("record", self.kind, *self.parts)


@attrs.frozen(kw_only=True)
class Record(Plain):
    """
    The columns that all records share; each kind adds its own fields.

    Attributes:
        holder: The person it belongs to.
        phase: Where it is in its life; each kind has its own words.
        campaign: The campaign that made it; `version` is the version that finishes it.
        item: The benefit or thing it is about.
        due_at: The instant at which it ends or falls due; the instant itself is past the end.
    """

    kind: ClassVar[str] = ""
    shape: ClassVar[int] = 1
    """The number of its form: raised when a field is added, renamed, removed, or gets another meaning."""
    shapes_since: ClassVar[Mapping[int, int]] = {}
    """From which format on a shape is written, ``{2: 3}``; shapes that are not listed, from the first format on."""
    shapes_down: ClassVar[Mapping[int, Callable[[dict[str, Any]], dict[str, Any]]]] = {}
    """By shape: turns a body into one of the shape before, for processes that read no newer one."""

    holder: str | None = None
    phase: str = ""
    campaign: str = ""
    version: str = ""
    item: str = ""
    due_at: datetime | None = attrs.field(default=None, validator=aware_or_none)

    @property
    def parts(self) -> tuple[str, ...]:
        """The fields that tell this record from others of its kind."""
        raise NotImplementedError

    def lookups(self) -> tuple[tuple[str, str], ...]:
        """
        Names and values by which it is found beside its key, ``(("order", "o1"),)``; none by default.

        A store keeps digests of the values, and finds the record by those that its last state names.
        """
        return ()

    @classmethod
    def shape_in(cls, format_: int) -> int:
        """The newest shape that may be written where every process reads *format_*."""
        shapes = range(cls.shape, 0, -1)
        return next((shape for shape in shapes if cls.shapes_since.get(shape, FIRST_FORMAT) <= format_), 1)

    @cached_property
    def key(self) -> RecordKey:
        """The key under which the store keeps it."""
        return RecordKey(kind=self.kind, parts=self.parts)


@attrs.frozen(kw_only=True)
class Person(Record):
    """
    The user behind a holder. Erasing this record leaves the books whole.

    Attributes:
        user: The host's id of the person.
    """

    kind: ClassVar[str] = "person"
    user: str = attrs.field(repr=False)

    @property
    def parts(self) -> tuple[str, ...]:
        """The host's id."""
        return (self.user,)


@attrs.frozen(kw_only=True)
class Move:
    """
    One amount that was booked and can be moved back.

    Attributes:
        source: Where it came from and goes back to.
        back: The endings that give it back; empty if none does.
    """

    source: Account
    destination: Account
    amount: int
    back: tuple[str, ...] = ()
