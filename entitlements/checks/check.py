"""
A check as a value, and the one way through the checks of a play.

Each play lists its checks in a table beside its attempt; a campaign says in which order they are asked. A
check both refuses and books, so what was booked before a refusal is dropped with the draft.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType
from typing import Generic, Protocol, TypeVar

import attrs

from quanyi.entitlements.clauses import Head
from quanyi.entitlements.errors import Refused, StorageError
from quanyi.entitlements.inputs import Input
from quanyi.entitlements.picture import Draft

__all__ = ["Attempt", "Check", "by_name", "go_through"]


class Attempt(Protocol):
    """One input meeting one play: what every check may ask of it."""

    @property
    def head(self) -> Head:
        """What the campaign says about itself."""
        ...

    @property
    def ask(self) -> Input:
        """The input that is decided."""
        ...


A_contra = TypeVar("A_contra", contravariant=True)
A = TypeVar("A", bound=Attempt)


@attrs.frozen(kw_only=True)
class Check(Generic[A_contra]):
    """
    One place at which a play may say no.

    Attributes:
        name: What campaigns and refusals call it.
        run: Called with the attempt and its draft; it books, or raises `Refused`.
        keys: The keys of a campaign file that it looks at, where they have another name than the check; a
            refusal points at the first that the file has.
    """

    name: str
    run: Callable[[A_contra, Draft], None]
    keys: tuple[str, ...] = attrs.field()

    @keys.default
    def _own_name(self) -> tuple[str, ...]:
        return (self.name,)


def by_name(*checks: Check[A_contra]) -> Mapping[str, Check[A_contra]]:
    """
    The checks of a play by their names, in the order in which they are asked unless a campaign says otherwise.

    >>> list(by_name(Check(name="phase", run=print), Check(name="quota", run=print)))
    ['phase', 'quota']
    """
    return MappingProxyType({check.name: check for check in checks})


def go_through(names: Iterable[str], checks: Mapping[str, Check[A]], attempt: A, draft: Draft) -> None:
    """
    Ask the checks called *names*, in that order.

    Raises:
        Refused: The first check that fails; the refusal names the check, and its place in the campaign file.
        StorageError: A stored campaign names a check that this play has not.
    """
    for name in names:
        check = checks.get(name)
        if check is None:
            head = attempt.head
            raise StorageError(f"version {head.version} of {head.campaign} names an unknown check, {name!r}")
        try:
            check.run(attempt, draft)
        except Refused as no:
            no.at(name, attempt.head.place_of(*check.keys))
            raise
