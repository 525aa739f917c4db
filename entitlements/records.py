"""
Everything with a story: a person, a deal, an entitlement, a promise, what a source booked.

A record is a frozen value with a version kept by the store. It carries the few columns that
lists ask for (`holder`, `phase`, `campaign`, `item`, `due_at`) as fields of its own.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import cached_property
from typing import Any, ClassVar

import attrs

from quanyi.entitlements.accounts import Account, digest16
from quanyi.entitlements.time import aware, aware_or_none

__all__ = [
    "BUILTIN_RECORDS",
    "Booked",
    "Deal",
    "Entitlement",
    "Loaded",
    "Move",
    "Person",
    "Promise",
    "Record",
    "RecordKey",
    "Trail",
]


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
class Record:
    """
    The columns that all records share; each kind adds its own fields.

    Attributes:
        holder: The person it belongs to.
        phase: Where its story stands; the words are the kind's.
        campaign: The campaign that made it, and in `version` which version finishes it.
        item: The benefit or thing it is about.
        due_at: The instant at which it ends or falls due; half open.
    """

    kind: ClassVar[str] = ""
    shape: ClassVar[int] = 1

    holder: str | None = None
    phase: str = ""
    campaign: str = ""
    version: str = ""
    item: str = ""
    due_at: datetime | None = attrs.field(default=None, validator=aware_or_none)

    @property
    def parts(self) -> tuple[str, ...]:
        """What tells this record from others of its kind."""
        raise NotImplementedError

    @property
    def key(self) -> RecordKey:
        """The key under which the store keeps it."""
        return RecordKey(kind=self.kind, parts=self.parts)


@attrs.frozen(kw_only=True)
class Person(Record):
    """
    Who a holder is. Erasing this record leaves the books whole.

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
        back: The endings that give it back; empty means none does.
    """

    source: Account
    destination: Account
    amount: int
    back: tuple[str, ...] = ()


@attrs.frozen(kw_only=True)
class Deal(Record):
    """
    One purchase or exchange in the mall, with its hold.

    Phases: ``placed`` → ``paid`` → ``refunded``; or ``placed`` → ``closed``.

    Attributes:
        id: The number that support will ask for.
        order: The host's own number, if it gave one.
        pieces: How many of `item`.
        pay: Money the host must collect, in the smallest unit of `currency`; 0 for none.
        price: What one deal costs in counted units: ``{"points": 300}``.
        list_price: What it would cost outside the campaign.
        moves: What placing booked, in booking order; closing moves it back.
        grants: Ids of the entitlements that paying gave.
        ended: How a closed deal ended: ``lapsed``, ``released``, ``refunded``…
        due_at: The end of the hold; None once paid.
    """

    kind: ClassVar[str] = "deal"
    id: str
    order: str = ""
    pieces: int = 1
    pay: int = 0
    currency: str = ""
    price: Mapping[str, int] = attrs.field(factory=dict)
    list_price: int = 0
    moves: tuple[Move, ...] = ()
    grants: tuple[str, ...] = ()
    ended: str = ""
    placed_at: datetime = attrs.field(validator=aware)
    paid_at: datetime | None = attrs.field(default=None, validator=aware_or_none)

    @property
    def parts(self) -> tuple[str, ...]:
        """The deal's number."""
        return (self.id,)


@attrs.frozen(kw_only=True)
class Entitlement(Record):
    """
    One person's right to one benefit.

    Phases: ``usable`` → ``used`` | ``withdrawn`` | ``void``. Past `due_at` a usable one *reads*
    as expired, whether or not a sweep came by.

    Attributes:
        uses: How many uses are left.
        pool: The pool its code was drawn from; empty if it has none.
        revealed_at: When the holder first saw the code.
        deal: The deal that gave it, if one did.
    """

    kind: ClassVar[str] = "entitlement"
    id: str
    uses: int = 1
    pool: str = ""
    deal: str = ""
    got_at: datetime = attrs.field(validator=aware)
    starts: datetime = attrs.field(validator=aware)
    revealed_at: datetime | None = attrs.field(default=None, validator=aware_or_none)
    used_at: datetime | None = attrs.field(default=None, validator=aware_or_none)

    @property
    def parts(self) -> tuple[str, ...]:
        """The entitlement's number."""
        return (self.id,)

    def phase_at(self, now: datetime) -> str:
        """The phase as it reads at *now*: a usable one past its end is expired."""
        ended = self.due_at is not None and self.due_at <= now
        return "expired" if self.phase == "usable" and ended else self.phase


@attrs.frozen(kw_only=True)
class Promise(Record):
    """
    Something that will be given at `due_at`, unless its cause is undone first.

    Phases: ``open`` → ``kept`` | ``cancelled`` | ``lapsed``.

    Attributes:
        source: What caused it: the trail it hangs on.
        event: The type and data of the causing input, as the rule needs them again.
        moves: What making it used up; a lapse or an undo gives it back.
    """

    kind: ClassVar[str] = "promise"
    id: str
    source: tuple[str, ...] = ()
    event: Mapping[str, Any] = attrs.field(factory=dict)
    moves: tuple[Move, ...] = ()

    @property
    def parts(self) -> tuple[str, ...]:
        """The promise's number."""
        return (self.id,)


@attrs.frozen(kw_only=True)
class Booked:
    """
    What one rule firing booked because of a source.

    Attributes:
        id: The change's own number.
        moves: The amounts, in booking order.
        grants: Entitlements given.
        promises: Promises made.
        undone: How much of the moves' total was dealt with by an undo: taken back, or found gone;
            0 while it stands.
    """

    id: str
    campaign: str
    version: str
    rule: str
    holder: str
    moves: tuple[Move, ...] = ()
    grants: tuple[str, ...] = ()
    promises: tuple[str, ...] = ()
    undone: int = 0


@attrs.frozen(kw_only=True)
class Trail(Record):
    """
    Everything that hangs on one source, and whether the source has been undone.

    A refund that comes before its order leaves an undone trail behind (a tombstone), which every
    reward and promise checks.

    Attributes:
        source: ``("order", "o1")``.
        undone_by: The undo events that came, by ``campaign/type/key``.
    """

    kind: ClassVar[str] = "trail"
    source: tuple[str, ...]
    booked: tuple[Booked, ...] = ()
    undone_by: tuple[str, ...] = ()

    @property
    def parts(self) -> tuple[str, ...]:
        """The source."""
        return self.source


@attrs.frozen(kw_only=True)
class Loaded(Record):
    """
    How many pieces were ever put on sale: what an applied quota or stock is compared with.

    Attributes:
        thing: ``quota/<campaign>/<thing>`` or ``stock/<benefit>``, as parts.
    """

    kind: ClassVar[str] = "loaded"
    thing: tuple[str, ...]
    total: int
    splits: int = 1

    @property
    def parts(self) -> tuple[str, ...]:
        """The thing."""
        return self.thing


BUILTIN_RECORDS: tuple[type[Record], ...] = (Deal, Entitlement, Loaded, Person, Promise, Trail)
"""The kinds a store knows from the start; a host's own plays add theirs."""
