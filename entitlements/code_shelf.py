"""
What is asked of card codes beside decisions: what seals and opens them, how many are in which state, those of a batch.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Literal, Protocol

import attrs

from quanyi.entitlements.changes import SealedCode
from quanyi.entitlements.plain import Plain

__all__ = ["ENDED_OWNERS", "VOID_OWNERS", "CodeCounts", "CodeShelf", "CodeState", "Ending", "Vault", "state_of"]

CodeState = Literal["free", "issued", "seen", "ended", "void"]

ENDED_OWNERS = "ended/"
"""What the owners of codes begin with that ended before anybody got them."""

VOID_OWNERS = ("quarantine/", ENDED_OWNERS)
"""What the owners of codes begin with that go to nobody."""


def state_of(code: SealedCode, now: datetime) -> CodeState:
    """
    The state of a card code as of *now*.

    ``free`` in its pool, ``issued`` to somebody, ``seen`` by them, ``ended`` before anybody got it, or ``void``: set aside.
    """
    if code.owner is None:
        return "ended" if code.ends_at is not None and code.ends_at <= now else "free"
    if code.owner.startswith(VOID_OWNERS):
        return "ended" if code.owner.startswith(ENDED_OWNERS) else "void"
    return "issued" if code.seen_at is None else "seen"


@attrs.frozen(kw_only=True)
class CodeCounts(Plain):
    """How many card codes are in each state."""

    free: int = 0
    issued: int = 0
    seen: int = 0
    ended: int = 0
    void: int = 0

    @property
    def live(self) -> int:
        """How many can still be used, or were given to somebody: what a guess may hit."""
        return self.free + self.issued + self.seen


@attrs.frozen(kw_only=True)
class Ending:
    """How many free codes of a pool come to their end, and when the first of them does."""

    count: int
    first: datetime


class Vault(Protocol):
    """Encrypts card codes, finds equal ones, and reads them."""

    def seal(
        self, pool: str, codes: Sequence[str], *, ignore_case: bool = False, apart: Sequence[str] = ()
    ) -> Sequence[SealedCode]:
        """
        Encrypt card codes for one pool, each bound to its own id, cleaned by `card_codes.clean_card_codes`.

        Args:
            ignore_case: Whether codes that differ by case, spaces and dashes alone are one code.
            apart: A name for each code, by which it is told from others of equal text.
        """
        ...

    def blind(self, code: str, *, ignore_case: bool = True) -> bytes:
        """The index under which an equal card code is found: by its exact text, or but for case, spaces and dashes."""
        ...

    def open(self, code: SealedCode) -> str:
        """Decrypt one card code. A code that was moved to another row fails."""
        ...


class CodeShelf(Protocol):
    """The card codes of one mall as they stand. Nothing is locked."""

    def code_counts(self, pool: str, now: datetime) -> Mapping[str, CodeCounts]:
        """How many codes of *pool* are in which state, by their batch; empty text for those of none."""
        ...

    def codes_in(self, batch: str, after: str | None, limit: int) -> Sequence[SealedCode]:
        """The codes of one batch in the order in which they came in, behind the one of the id *after*."""
        ...

    def codes_ending(self, pools: Collection[str], now: datetime, until: datetime) -> Mapping[str, Ending]:
        """Of each pool the free codes that end after *now* and by *until*; a pool without any is left out."""
        ...

    def sealed_otherwise(self, key_id: str, after: str | None, limit: int) -> Sequence[SealedCode]:
        """Codes that another key has sealed than that of *key_id*, oldest first, behind the one of the id *after*."""
        ...

    def put_seals(self, before: Sequence[SealedCode], after: Sequence[SealedCode]) -> int:
        """
        Write the seals of *after* where those of *before* still stand; how many that were.

        It is a transaction of its own, and changes nothing of a code but its seal.
        """
        ...
