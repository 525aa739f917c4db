"""
Changes: what a decision wants written, as plain data, all or nothing.

A decision answers with `Changes`: lines of a few kinds, and why. The store applies every
line under its own guard, so that a wrong decision can't be written:

===========  ================================================  ================================
line         for                                               guard
===========  ================================================  ================================
`Posting`    everything that is counted                        the source stays at or above its
                                                               floor, the destination at or
                                                               below ``cap``
`Put`        records                                           the version must match
`Draw`       card codes, each of which is unique               unassigned until now
`CodesSeen`  card codes that their owner has looked at         --
`Stash`      sealed card codes that come in                    the blind index is new
`Emit`       the outbox; with a future ``at`` a timer          --
`InForce`    a set of campaigns that comes into force          the epoch before stands
`CallOff`    the timer of a record that needs it no longer     --
`Counted`    what figures count and no other line says         --
`InContext`  how the request came, as far as that is counted   --
`Erase`       records that an erasure has deleted               --
===========  ================================================  ================================
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Literal

import attrs
from attrs.validators import gt, instance_of

from quanyi.entitlements.accounts import Account
from quanyi.entitlements.records import Record, RecordKey

__all__ = [
    "Because",
    "CallOff",
    "Changes",
    "CodesSeen",
    "Counted",
    "Draw",
    "Emit",
    "Erase",
    "InContext",
    "InForce",
    "Line",
    "Posting",
    "Put",
    "SealedCode",
    "Stash",
]


def _some(instance: Any, attribute: Any, value: int) -> None:
    """A whole number above zero (an attrs validator)."""
    if type(value) is not int or value <= 0:
        instance_of(int)(instance, attribute, value)
        gt(0)(instance, attribute, value)


@attrs.frozen(kw_only=True)
class Posting:
    """
    Move an amount between two accounts.

    Attributes:
        amount: In the smallest unit, above zero.
        label: What the move is for, as lists of points show it: ``earn``, ``spend``, ``lapse``…
        cap: The most that the destination may hold afterwards; None for no bound.
    """

    source: Account
    destination: Account
    amount: int = attrs.field(validator=_some)
    label: str
    cap: int | None = None

    def reversed(self, label: str, amount: int | None = None) -> Posting:
        """The same move in the other direction, or *amount* of it; without a cap."""
        back = self.amount if amount is None else amount
        return Posting(source=self.destination, destination=self.source, amount=back, label=label)


@attrs.frozen(kw_only=True)
class Put:
    """
    Write a record.

    Attributes:
        expected: The version that must stand there now; None if nothing may.
    """

    record: Record
    expected: int | None


@attrs.frozen(kw_only=True)
class Draw:
    """
    Take *count* unassigned card codes out of *pool* for one entitlement, whose id is *owner*.

    Attributes:
        ended: Those whose end has come, which nobody gets; else those that are still good.
    """

    pool: str
    count: int = attrs.field(validator=[instance_of(int), gt(0)])
    owner: str
    ended: bool = False


@attrs.frozen(kw_only=True)
class CodesSeen:
    """The card codes of *owner* were looked at, for the first time."""

    owner: str


@attrs.frozen(kw_only=True)
class SealedCode:
    """
    A card code in the form in which it is stored: unreadable without the key ring.

    Attributes:
        id: The code's own id, part of the bytes its seal is bound to.
        sealed: Cipher text with nonce.
        key_id: Which key sealed it.
        blind: The keyed index under which an equal code would be found.
        batch: The batch that it came in with; None for one of an earlier release.
        channel: Where it comes from or is meant for; `region` for which region.
        ends_at: From when on nobody gets it any more.
        twin_of: The keyed index of its text, where its own `blind` is not made of the text alone: such cards may have
            equal texts.
        seen_at: When its owner first looked at it.
    """

    id: str
    pool: str
    sealed: bytes = attrs.field(repr=False)
    key_id: str
    blind: bytes = attrs.field(repr=False)
    owner: str | None = None
    batch: str | None = None
    channel: str | None = None
    region: str | None = None
    ends_at: datetime | None = None
    twin_of: bytes | None = attrs.field(default=None, repr=False)
    seen_at: datetime | None = None


@attrs.frozen(kw_only=True)
class Stash:
    """Bring sealed card codes into a pool."""

    codes: tuple[SealedCode, ...]


@attrs.frozen(kw_only=True)
class Emit:
    """
    An event for the outbox, or with *at* a timer that falls due at that instant.

    Attributes:
        event: Type name, ``deal.placed``.
        at: None for now (the outbox); an instant for a timer.
        wakes: The accounts and records at which nothing is decided before this timer, once it is due,
            whether or not a sweep has run.
        gives: How much it gives back to balances that many callers share: (account, amount). A reader of
            such a balance adds what is due; it is booked only when the balance runs short.
        of: The record that this timer belongs to; a record has one timer at most. A reader of the record
            sees the timer once it is due, and `CallOff` removes it.
        holder: Whom it is about.
    """

    event: str
    data: Mapping[str, Any] = attrs.field(factory=dict)
    at: datetime | None = None
    wakes: tuple[Account | RecordKey, ...] = ()
    gives: tuple[tuple[Account, int], ...] = ()
    of: RecordKey | None = None
    holder: str | None = None


@attrs.frozen(kw_only=True)
class InForce:
    """
    Bring a set of campaigns into force, or pause some of them.

    Attributes:
        epoch: The number of the set.
        campaigns: (campaign, version, digest of its stored text in hex), sorted.
        paused: Campaigns that take nothing new, sorted.
    """

    epoch: int
    campaigns: tuple[tuple[str, str, str], ...] = ()
    paused: tuple[str, ...] = ()


@attrs.frozen(kw_only=True)
class CallOff:
    """Remove the timer of a record that no longer needs it: a deal that is paid can't lapse."""

    record: RecordKey


@attrs.frozen(kw_only=True)
class Counted:
    """
    An amount for the figures which nothing else in the journal says; a store keeps no row of it.

    Attributes:
        figure: Which figure: ``refunded``, ``worked``, ``failed``, ``rated``, ``stars``.
        amount: By how much it changes; below zero where something said before is taken back.
    """

    figure: str
    amount: int


@attrs.frozen(kw_only=True)
class InContext:
    """
    How the request came, by those attributes of its context that the mall counts by.

    Attributes:
        values: (attribute, value) pairs, sorted: ``(("channel", "app"),)``.
    """

    values: tuple[tuple[str, str], ...]


@attrs.frozen(kw_only=True)
class Erase:
    """
    Records that were deleted, as an erasure does with fingerprints. Nobody misses them from then on.

    Attributes:
        records: The ids of their rows, sorted.
    """

    records: tuple[bytes, ...]


Line = Posting | Put | Draw | CodesSeen | Stash | Emit | InForce | CallOff | Counted | InContext | Erase


@attrs.frozen(kw_only=True)
class Because:
    """
    Why something was booked.

    Attributes:
        version: The version of the campaign that decided.
        rule: The part of the campaign: ``give``, ``place``, ``pay``, ``lapse``…
        source: What caused it and can undo it later: ``("order", "o1")`` pairs, flattened.
        where: ``file:line`` of the clause.
    """

    campaign: str
    version: str = ""
    rule: str = ""
    source: tuple[str, ...] = ()
    where: str = ""


@attrs.frozen(kw_only=True)
class Changes:
    """
    Everything one campaign wants written for one input.

    Attributes:
        lines: In the order in which they were decided.
        answer: The values of the caller's answer, plain.
        given: What people got, for lists and explanations: (holder, thing, amount).
        outcome: ``done``, or a more exact word: ``promised``, ``cancelled``, ``lapsed``.
        facts: The values the decision was based on.
    """

    because: Because
    holder: str | None = None
    lines: tuple[Line, ...] = ()
    answer: Mapping[str, Any] = attrs.field(factory=dict)
    given: tuple[tuple[str, str, int], ...] = ()
    outcome: Literal["cancelled", "done", "lapsed", "promised"] = "done"
    facts: Mapping[str, Any] = attrs.field(factory=dict)
