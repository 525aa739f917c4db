"""
Explains the values of one decision: which are the same for all alike requests, and how the others follow from
what a request brings.

The example's key, holder and instants are invented, so that they can't be in a value by chance. A value that
has them in it in no way that is known here stays as it is; a second example then shows that it differs.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from quanyi.campaigns.engine.stencils.slots import (
    Fixed,
    Given,
    Hex,
    Iso,
    Joined,
    Later,
    Listed,
    Made,
    Map,
    More,
    Quoted,
    Slot,
    Text,
    parts_of,
    quoted,
)
from quanyi.entitlements.derivations import Derivation

__all__ = ["Explained"]

_ID = 16
"""How many bytes an id has, or a digest."""

_NEAR = 10**12
"""How much more than a number of the request another one may be that follows from it."""


class Explained:
    """
    The slots behind the values of one example.

    Args:
        given: What its request brings, by name. ``at`` is among them.
        derived: How its ids and digests were made, inner ones first.
        values: The values in its rows. Instants that follow from ``at`` have its fraction of a second; numbers that
            follow from one of *sums* are a little more.
        sums: The names of what is given and is a sum, such as what a wallet held before.
    """

    def __init__(
        self,
        given: Mapping[str, Any],
        derived: Iterable[Derivation],
        values: Collection[Any] = (),
        sums: Iterable[str] = (),
    ) -> None:
        self._known: dict[Any, Slot] = {}
        self._texts: dict[str, Slot] = {}
        self._numbers: dict[str, Slot] = {}
        self._made: list[tuple[tuple[Any, ...], Slot]] = []
        for name, value in given.items():
            self._learn(value, Given(name))
        self._learn_instants(given["at"], {value for value in values if type(value) is datetime})
        for name in sums:
            self._learn_numbers(given[name], {value for value in values if type(value) is int})
        for one in derived:
            self._learn_derived(one)

    def of(self, value: Any) -> Slot:
        """The slot of one value; `Fixed` if nothing in it is known to differ."""
        kind = type(value)
        if kind is dict:
            return Map(tuple(value), self.row(tuple(value.values())))
        if kind is list:
            return Listed(self.row(value))
        if kind is str:
            return self._text(value)
        if kind is bytes:
            return self._bytes(value)
        known = self._known.get(value) if kind in (int, datetime) else None
        return Fixed(value) if known is None else known

    def row(self, values: Sequence[Any]) -> tuple[Slot, ...]:
        """The slots of several values."""
        return tuple(map(self.of, values))

    def unused(self, slots: Iterable[Slot]) -> bool:
        """Whether something was derived from what the request brings that is in none of *slots*: it may have decided."""
        used = parts_of(slots)
        # An id that one function makes by calling another one has been heard twice, with the same values.
        behind = [given for given, slot in self._made if id(slot) in used]
        return any(given not in behind for given, _ in self._made)

    # --- what is known -----------------------------------------------------------------------

    def _learn(self, value: Any, slot: Slot) -> None:
        self._known[value] = slot
        if type(value) is int:
            self._numbers[str(value)] = slot
        elif type(value) is bytes:
            self._texts[value.hex()] = Hex(slot)
        elif type(value) is str:
            self._texts[value] = slot
            if quoted(value) != value:
                self._texts[quoted(value)] = Quoted(slot)
        else:
            self._texts[value.isoformat()] = Iso(slot)

    def _learn_instants(self, at: datetime, instants: Iterable[datetime]) -> None:
        for instant in sorted(instants):
            if instant not in self._known and instant.microsecond == at.microsecond:
                self._learn(instant, Later(self._known[at], instant - at))

    def _learn_numbers(self, before: int, numbers: Iterable[int]) -> None:
        for number in sorted(numbers):
            if number not in self._known and before < number < before + _NEAR:
                self._learn(number, More(self._known[before], number - before))

    def _learn_derived(self, one: Derivation) -> None:
        slots = self.row(one.given)
        if one.result not in self._known and not all(isinstance(slot, Fixed) for slot in slots):
            made = Made(one.function, slots)
            self._made.append((one.given, made))
            self._learn(one.result, made)

    # --- values ------------------------------------------------------------------------------

    def _text(self, value: str) -> Slot:
        if value in self._texts:
            return self._texts[value]
        pieces = self._split(value)
        if len(pieces) == 1:
            return Fixed(value)
        names = [self._texts.get(piece) or self._numbers[piece] for piece in pieces[1::2]]
        constants = [piece.replace("%", "%%") for piece in pieces[::2]]
        return Text("%s".join(constants), tuple(names))

    def _split(self, value: str) -> list[str]:
        """The text in pieces: constant ones, and between each two of them one that differs."""
        # Only what is in it goes into the pattern: to compile one of all that is known takes milliseconds.
        found = sorted((text for text in self._texts if text in value), key=len, reverse=True)
        numbers = [rf"(?<!\d){number}(?!\d)" for number in self._numbers if number in value]
        return re.split(f"({'|'.join([*map(re.escape, found), *numbers])})", value) if found or numbers else [value]

    def _bytes(self, value: bytes) -> Slot:
        known = self._known.get(value)
        if known is not None:
            return known
        starts = range(0, len(value), _ID)
        parts = [value[start : start + _ID] for start in starts]
        if not any(part in self._known for part in parts):
            return Fixed(value)
        return Joined(tuple(self._known.get(part) or Fixed(part) for part in parts))
