"""
Erasing a person: afterwards the host's id of them is in no row that the mall made of it.

The books stay as they are, under a holder that is nobody's. What would be left half done refuses, and what a host or an
operator wrote themselves stays and is told.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

import attrs

from quanyi.adapters.erasure import Erased, Mention, Wish, stands_in
from quanyi.adapters.memory import MemoryStore
from quanyi.adapters.memory_erasing import MemoryErasures
from quanyi.campaigns.ports import MallStore, Ports
from quanyi.entitlements.arguments import a_text
from quanyi.entitlements.errors import Conflict, InputError, LockTimeout
from quanyi.entitlements.identifiers import identifier

__all__ = ["erase"]

_TRIES = 5


class _Erasures(Protocol):
    """How one kind of store erases people."""

    def erase(self, wish: Wish) -> Erased:
        """
        Erase a person in one transaction.

        Raises:
            NotFound: The books know nobody of that id.
            ErasureRefused: Something of theirs is not over.
        """
        ...

    def mentions(self, user: str) -> Iterator[Mention]:
        """Where the id is read in what is stored."""
        ...


def erase(ports: Ports, user: str, *, by: str, reason: str, drop_events: bool = False) -> Erased:
    """Erase a person, see `OpenDesk.erase`."""
    who, actor, why = identifier(user, "user"), identifier(by, "actor"), a_text(reason, "reason")
    if not why.strip():
        raise InputError("an erasure has a reason")
    if stands_in(who, why) or stands_in(who, actor):
        raise InputError("neither the reason nor the actor of an erasure names who is erased: both are kept")
    books = _erasures(ports.store)
    done = _done(books, Wish(user=who, by=actor, reason=why, at=ports.now(), drop_events=drop_events))
    ports.transactions.in_force.reload()
    return attrs.evolve(done, stays=tuple(books.mentions(who)))


def _done(books: _Erasures, wish: Wish) -> Erased:
    """Try again while somebody else is first: another release, another erasure."""
    for left in reversed(range(_TRIES)):
        try:
            return books.erase(wish)
        except LockTimeout:
            raise
        except Conflict:
            if not left:
                raise
    raise AssertionError


def _erasures(store: MallStore) -> _Erasures:
    from quanyi.adapters.sql.erasing import SqlErasures
    from quanyi.adapters.sql.store import SqlStore

    if isinstance(store, SqlStore):
        return SqlErasures(store)
    if isinstance(store, MemoryStore):
        return MemoryErasures(store)
    raise InputError("this store knows no way to erase a person")
