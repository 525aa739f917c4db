"""
Accounts: the typed keys of balances.

A key is a tuple of fields, never a joined string, so two different owners can't meet in one
row. Whether it may be negative, and whether it keeps a balance at all, follows from its kind.

===========  ==================================  ========================================
kind         parts                               what the balance means
===========  ==================================  ========================================
``lot``      holder, end, label                  points that end together
``ended``    holder, end, label                  points that were left in a lot at its end
``debt``     holder                              what a holder owes (0 or below); also the
                                                 row that every change of a wallet locks
``quota``    campaign, thing, split              pieces a campaign may still place
``stock``    thing                               pieces of a benefit still to be had
``used``     limit, window, subject keys         how much of a limit is used up
``held``     deal                                set aside for one deal, empties once
``billed``   supplier                            what a supplier has billed, in money
``outside``  name                                the rest of the world; keeps no balance
===========  ==================================  ========================================
"""

from __future__ import annotations

from functools import cached_property, lru_cache
from hashlib import blake2b
from itertools import repeat, takewhile
from typing import TYPE_CHECKING, Literal, get_args

import attrs

from quanyi.entitlements.derivations import Argument, Same, derivation, many

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

__all__ = [
    "KINDS",
    "Account",
    "Kind",
    "billed",
    "debt",
    "digest16",
    "ended",
    "held",
    "lot",
    "outside",
    "quota",
    "stock",
    "used",
]

Kind = Literal["billed", "debt", "ended", "held", "lot", "outside", "quota", "stock", "used"]
KINDS = frozenset(get_args(Kind))
"""Every kind of account."""

_GIVES_ROOM = {"quota": 1, "stock": 1, "used": -1}


@lru_cache(maxsize=16_384)
@derivation
def digest16(*fields: str) -> bytes:
    """
    The 16-byte digest of *fields*: the same for the same fields, different for any other list of them.

    Each field is preceded by its length, so joining and splitting differently changes the digest. The
    last ones are cached, since one batch names the same things again and again.

    >>> digest16("ab", "c") == digest16("a", "bc")
    False
    """
    return blake2b(_framed(fields), digest_size=16).digest()


@many(digest16)
def _digests16(*fields: Argument) -> list[bytes]:
    """Many digests, which begin alike: what they begin with is digested once."""
    same = [field.value for field in takewhile(_is_same, fields) if isinstance(field, Same)]
    begun = blake2b(_framed(same), digest_size=16)
    rest = [repeat(_framed([f.value])) if isinstance(f, Same) else map(_frame, f) for f in fields[len(same) :]]
    digests = []
    for framed in map(b"".join, zip(*rest, strict=False)):
        whole = begun.copy()
        whole.update(framed)
        digests.append(whole.digest())
    return digests


def _is_same(field: Argument) -> bool:
    return isinstance(field, Same)


def _framed(fields: Iterable[str]) -> bytes:
    return b"".join(map(_frame, fields))


def _frame(field: str) -> bytes:
    raw = field.encode()
    return len(raw).to_bytes(4) + raw


@attrs.frozen(kw_only=True, cache_hash=True)
class Account:
    """
    The typed key of one balance.

    >>> debt("h1", "points").floor is None, quota("may-sale", "mug").floor  # only a debt may go below zero
    (True, 0)

    Attributes:
        kind: What the account is for; see the table above.
        parts: The owner and whatever else tells it from others of its kind.
        unit: What is counted: ``points``, ``CNY``, or ``pieces`` and ``times``.
    """

    kind: Kind
    parts: tuple[str, ...]
    unit: str

    @cached_property
    def id(self) -> bytes:
        """The 16 bytes under which a store keeps and locks the balance."""
        return digest16("account", self.kind, self.unit, *self.parts)

    @property
    def outside(self) -> bool:
        """Whether this is the rest of the world, which keeps no balance and is never locked."""
        return self.kind == "outside"

    @property
    def gives_room(self) -> int:
        """Which way a give-back moves the balance: 1 up (quota, stock), -1 down (what is used of a limit), else 0."""
        return _GIVES_ROOM.get(self.kind, 0)

    @property
    def promised(self) -> bool:
        """Whether a promise that falls due may take from it: true for a stock and for what is used of a limit."""
        return self.kind in ("stock", "used")

    @property
    def floor(self) -> int | None:
        """The least balance allowed; None where there is none."""
        return None if self.kind in ("debt", "outside") else 0

    @property
    def holder(self) -> str | None:
        """The holder of the wallet that a lot or a debt belongs to; None for accounts of other kinds."""
        return self.parts[0] if self.kind in ("lot", "debt") else None

    @property
    def ends(self) -> str | None:
        """For a lot, the instant from which its points are gone, as ISO text in UTC; None if they never end."""
        return (self.parts[1] or None) if self.kind == "lot" else None

    @property
    def label(self) -> str:
        """For a lot, what tells it from other lots of the same end; empty for accounts of other kinds."""
        return self.parts[2] if self.kind == "lot" else ""


def lot(holder: str, unit: str, ends: datetime | None = None, label: str = "") -> Account:
    """
    The lot of *holder*'s points that end at *ends*, an instant in UTC; None for points that never end.

    >>> lot("h1", "points").parts  # no end, no label
    ('h1', '', '')
    """
    end = "" if ends is None else ends.isoformat()
    return Account(kind="lot", parts=(holder, end, label), unit=unit)


def ended(account: Account) -> Account:
    """
    The account that takes in what was left in the lot *account* at its end.

    Nobody can spend it. An undo of what had brought the points takes from here first.
    """
    return Account(kind="ended", parts=account.parts, unit=account.unit)


def debt(holder: str, unit: str) -> Account:
    """
    What *holder* owes in *unit*, 0 or below. Points that come in pay it first.

    Its row is also the lock of the whole wallet, even at 0: a new lot has no row that could be locked.
    """
    return Account(kind="debt", parts=(holder,), unit=unit)


@lru_cache(maxsize=4096)
def quota(campaign: str, thing: str, split: int = 0) -> Account:
    """Pieces of *thing* that *campaign* may still place; *split* counts the balances of a quota that has several."""
    return Account(kind="quota", parts=(campaign, thing, str(split)), unit="pieces")


@lru_cache(maxsize=4096)
def stock(thing: str) -> Account:
    """Pieces of *thing* that the mall still has, whichever campaign sells them."""
    return Account(kind="stock", parts=(thing,), unit="pieces")


def used(limit: str, window: str, *keys: str, unit: str = "times") -> Account:
    """
    How much of *limit* is used in *window* by the subject that *keys* name; *unit* is what the limit counts.

    >>> used("daily", "2026-03-08", "h1").parts  # the window is a part of the key, so nothing is ever reset
    ('daily', '2026-03-08', 'h1')
    """
    return Account(kind="used", parts=(limit, window, *keys), unit=unit)


def held(deal: str, unit: str) -> Account:
    """What one deal has set aside in *unit*."""
    return Account(kind="held", parts=(deal,), unit=unit)


@lru_cache(maxsize=1024)
def billed(supplier: str, currency: str) -> Account:
    """What *supplier* has billed in all, in the currency's smallest unit: a running total."""
    return Account(kind="billed", parts=(supplier,), unit=currency)


@lru_cache(maxsize=1024)
def outside(name: str, unit: str) -> Account:
    """
    A name for the rest of the world, where amounts come from or go to: ``issued``, ``revenue``, ``sold``, ``open``…
    """
    return Account(kind="outside", parts=(name,), unit=unit)
