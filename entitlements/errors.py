"""
Everything the library raises on purpose, drawn as one tree.

::

    QuanyiError
    ├── Refused                understood; the answer is no
    │   ├── NotOpen            not-open · ended · paused · parked
    │   ├── Blocked            blocked
    │   ├── NotEligible        not-eligible
    │   ├── LimitReached       limit-reached        (next_at where the window ends)
    │   ├── OutOfStock         out-of-stock
    │   ├── InsufficientPoints insufficient-points  (missing)
    │   ├── BudgetExhausted    budget-exhausted
    │   ├── VoucherRefused     voucher-refused
    │   └── HoldClosed         hold-closed
    ├── InputError             the request itself is malformed
    ├── CampaignFileError      campaign files with mistakes; every finding at once
    ├── CampaignFailed         the campaign that was asked is broken; nothing was booked
    ├── Conflict               the world moved; try again           (retry_after)
    │   ├── Busy               more callers than can be answered    (retry_after)
    │   ├── LockTimeout        rows were held by another transaction for too long (retry_after)
    │   └── TransactionLost    the database rolled back the host's whole transaction (retry_after)
    ├── KeyReused              the key was used for something else
    ├── Unknown                nobody can say yet; ask again with the key (retry_after)
    ├── NotFound               no such campaign, deal or entitlement
    ├── SupplierError          a supplier said no, is away, or is silent
    │   ├── SupplierRefused
    │   ├── SupplierUnavailable
    │   └── OutcomeUnknown
    ├── ClockAhead             the clock has leapt ahead of the mall's time; nothing is decided by it
    └── StorageError           the database failed; the driver's error is the cause
        └── DataError          the database can't keep one of this request's values

When several refusals hold, the order of the tree is not what decides: every play has one
ordered list of checks, and the first check that fails gives the answer.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Any, ClassVar, Self

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from datetime import datetime

from quanyi.entitlements.messages.catalogue import Language, Sentences
from quanyi.entitlements.messages.render import refusal_text

__all__ = [
    "Blocked",
    "BudgetExhausted",
    "Busy",
    "CampaignFailed",
    "CampaignFileError",
    "ClockAhead",
    "Conflict",
    "DataError",
    "HoldClosed",
    "InputError",
    "InsufficientPoints",
    "KeyReused",
    "LimitReached",
    "LockTimeout",
    "NotEligible",
    "NotFound",
    "NotOpen",
    "OutOfStock",
    "OutcomeUnknown",
    "Outdated",
    "QuanyiError",
    "Refused",
    "StorageError",
    "SupplierError",
    "SupplierRefused",
    "SupplierUnavailable",
    "TransactionLost",
    "Unknown",
    "VoucherRefused",
]


class QuanyiError(Exception):
    """Anything this library raises on purpose."""


class Refused(QuanyiError):
    """
    The request was understood and the answer is no. Nothing was booked.

    Args:
        reason: The word the campaign gives this no, where it gives one; else the code.
        shows: The values that were compared, for people: ints, texts, instants, Amounts.
        next_at: The first instant at which the same request may succeed, where known.
        campaign: The campaign that said no, filled in by the engine.
        zone: The zone in which instants are told.

    Attributes:
        clause: The clause that said no, by its check: ``quota``, ``only_if/amount-min``,
            ``at_most/LIMIT``; `where` is its ``file:line``.
        sentences: What a class of refusals of a host's own play says to people: by language the sentences, of
            which the first is taken whose values are all in `shows`. Without any the catalogue of messages is asked.
    """

    code: ClassVar[str] = "refused"
    sentences: ClassVar[Mapping[Language, Sentences]] = MappingProxyType({})

    def __init__(
        self,
        *,
        reason: str | None = None,
        shows: Mapping[str, Any] | None = None,
        next_at: datetime | None = None,
        campaign: str | None = None,
        zone: str | None = None,
    ) -> None:
        self.reason = reason or self.code
        self.shows: Mapping[str, Any] = MappingProxyType(dict(shows or {}))
        self.next_at = next_at
        self.campaign = campaign
        self.zone = zone
        self.clause = self.where = ""
        told = ", ".join(f"{name} {value}" for name, value in self.shows.items())
        super().__init__(f"{self.reason} ({told})" if told else self.reason)

    @property
    def missing(self) -> Any:
        """How much is short, of what the refusal is about: points, pieces, an amount; None if nothing is."""
        return self.shows.get("missing")

    def of(self, campaign: str, zone: str | None = None) -> Self:
        """Set `campaign` and `zone`, unless they are set already, and return the refusal."""
        self.campaign = self.campaign or campaign
        self.zone = self.zone or zone
        return self

    def at(self, clause: str, where: str = "") -> Self:
        """
        Set `clause` and `where`, and return the refusal. A second call puts the outer clause in front of the first.
        """
        self.clause = f"{clause}/{self.clause}" if self.clause else clause
        self.where = self.where or where
        return self

    def message(self, locale: str = "zh") -> str:
        """The sentence for a person, with the numbers and what to do next, in the language of *locale*."""
        return refusal_text(self, locale)


class NotOpen(Refused):
    """The campaign does not take requests now: not started, between sessions, ended, paused or parked."""

    code = "not-open"


class Blocked(Refused):
    """The request is not possible for this account at the moment."""

    code = "blocked"


class NotEligible(Refused):
    """The campaign is for other people, or its condition does not hold."""

    code = "not-eligible"


class LimitReached(Refused):
    """The limit does not allow more in this window; `next_at` says when the next one begins, where it does."""

    code = "limit-reached"


class OutOfStock(Refused):
    """Fewer pieces are left than were asked for."""

    code = "out-of-stock"


class InsufficientPoints(Refused):
    """The balance does not cover the price."""

    code = "insufficient-points"


class BudgetExhausted(Refused):
    """The campaign's budget does not cover the request."""

    code = "budget-exhausted"


class VoucherRefused(Refused):
    """The entitlement or its card code can't be used: unknown, used, expired, or somebody else's."""

    code = "voucher-refused"


class HoldClosed(Refused):
    """The hold has ended already: settled, released or lapsed."""

    code = "hold-closed"


class InputError(QuanyiError):
    """
    The request itself is malformed: unknown type, missing or mistyped attribute, naive time.

    Args:
        attributes: Which attributes are wrong, where that is known: for each whether it stands in the event's ``data``
            or in the ``context``, its name, and what is wrong.
    """

    def __init__(self, message: str = "", *, attributes: tuple[tuple[str, str, str], ...] = ()) -> None:
        self.attributes = attributes
        super().__init__(message)


class CampaignFileError(QuanyiError):
    """
    Campaign files have mistakes.

    Attributes:
        findings: Every mistake found, in file order.
    """

    def __init__(self, findings: tuple[Any, ...]) -> None:
        self.findings = findings
        super().__init__("\n".join(str(finding) for finding in findings))


class CampaignFailed(QuanyiError):
    """
    The campaign that was asked is broken, and nothing was booked; other campaigns go on.

    Attributes:
        campaign: The campaign that has to be mended.
        reason: ``failed``: its decision ended in an error; ``too-deep``: what it causes sets it off
            again and again; ``keeps-asking``: its decision never has all the rows that it needs.
    """

    def __init__(self, campaign: str, reason: str = "failed") -> None:
        self.campaign = campaign
        self.reason = reason
        super().__init__(f"campaign {campaign} is broken ({reason}); nothing was booked")


class Conflict(QuanyiError):
    """
    Another transaction wrote first, or a lock could not be had in time. The same call may succeed later.

    Args:
        retry_after: After how many seconds to try again, with the same key.
    """

    def __init__(self, message: str = "", *, retry_after: float = 0.1) -> None:
        self.retry_after = retry_after
        super().__init__(message)


class Outdated(Conflict):
    """What the caller looked at has changed since: look again, and decide anew. The same call never succeeds."""


class Busy(Conflict):
    """More callers wait than can be answered in time. Nothing was tried for this one."""


class LockTimeout(Conflict):
    """
    Another transaction held rows that this one needs for longer than a caller may wait; the message names them.

    Attributes:
        rows: What was held, where that is known.
        wants: What the inputs of the batch need, by their ids, as far as the engine has found out.
    """

    def __init__(self, message: str = "", *, rows: frozenset[Any] = frozenset(), retry_after: float = 1.0) -> None:
        self.rows = rows
        self.wants: Mapping[bytes, Collection[Any]] = {}
        super().__init__(message, retry_after=retry_after)

    def needed(self, id_: bytes | None = None) -> frozenset[Any]:
        """What one input needs, or what all of them need if no id is given."""
        wanted = self.wants.values() if id_ is None else [self.wants.get(id_, ())]
        return frozenset(need for needs in wanted for need in needs)


class TransactionLost(Conflict):
    """
    The database has rolled back the host's whole transaction, with what the host had written in it before.

    The connection is closed, so nothing more can be written or committed on it. Begin the transaction again, from
    its first statement. MariaDB and MySQL do that to one of two transactions that wait for each other.
    """


class KeyReused(QuanyiError):
    """The key belongs to an earlier request with other content."""


class Unknown(QuanyiError):
    """
    The outcome is not known: the write may or may not have happened. Ask again with the same key.

    Args:
        retry_after: After how many seconds to ask.
    """

    def __init__(self, message: str = "", *, retry_after: float = 1.0) -> None:
        self.retry_after = retry_after
        super().__init__(message)


class NotFound(QuanyiError):
    """Nothing of that name exists, or it belongs to somebody else; the two can't be told apart."""


class SupplierError(QuanyiError):
    """A supplier did not deliver."""


class SupplierRefused(SupplierError):
    """The supplier's final no."""


class SupplierUnavailable(SupplierError):
    """The supplier could not be reached and has certainly not delivered."""


class OutcomeUnknown(SupplierError):
    """The supplier may or may not have delivered; query before anything else."""


class ClockAhead(QuanyiError):
    """
    The clock is so far ahead of the mall's last instant that it is not believed; nothing is decided by it.

    An operator who knows that the clock is right accepts it with ``quanyi clock --accept``.

    Attributes:
        now: What the clock says.
        mark: How far the mall's time has come.
    """

    def __init__(self, now: datetime, mark: datetime) -> None:
        self.now, self.mark = now, mark
        super().__init__(
            f"the clock says {now.isoformat()}, and the mall's time has come to {mark.isoformat()} only;"
            " if the clock is right: quanyi clock --accept"
        )


class StorageError(QuanyiError):
    """The database failed; the driver's error is the cause."""


class DataError(StorageError):
    """
    The database can't store a value of this request: a number too large, or text in characters that it lacks.

    Only this request is concerned; sending it again does not help.
    """
