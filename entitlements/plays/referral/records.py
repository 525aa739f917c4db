"""
What a referral keeps: who was brought by whom, the codes that bring, and marks of what was seen before.
"""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

import attrs

from quanyi.entitlements.records import Record, RecordKey
from quanyi.entitlements.time import aware_or_none

__all__ = ["RECORDS", "Bond", "Invite", "Seen", "bond_key"]


@attrs.frozen(kw_only=True)
class Bond(Record):
    """
    One person's place in a campaign's tree of invitations: one record each, so nobody is bound twice.

    Phases: ``free`` (has invited, was not invited) → ``bound``. Past `due_at` a bound one *reads* as
    free. Whoever has invited somebody has such a record, too, and binding locks both: two bonds that
    would close a circle can't be made at once.

    Attributes:
        holder: The inviter, so that invitees can be listed; None for a free one.
        friend: Whose place it is.
        flags: Why nobody is rewarded for it: ``seen-before``.
        by: How it was made: ``link`` or ``code``.
        given: The rules that gave the inviter something at once; what was promised is in `Promise` records.
    """

    kind: ClassVar[str] = "bond"
    friend: str
    flags: tuple[str, ...] = ()
    by: str = ""
    given: tuple[str, ...] = ()
    bound_at: datetime | None = attrs.field(default=None, validator=aware_or_none)

    @property
    def parts(self) -> tuple[str, ...]:
        """The campaign and the friend."""
        return (self.campaign, self.friend)

    def inviter_at(self, now: datetime) -> str:
        """
        The inviter as of *now*; empty for a free bond, and for one past its end.

        >>> from datetime import UTC
        >>> end = datetime(2026, 4, 1, tzinfo=UTC)
        >>> bond = Bond(holder="h1", friend="h2", phase="bound", due_at=end)
        >>> bond.inviter_at(datetime(2026, 3, 31, tzinfo=UTC)), bond.inviter_at(end)  # the end itself is outside
        ('h1', '')
        """
        ended = self.due_at is not None and self.due_at <= now
        return (self.holder or "") if self.phase == "bound" and not ended else ""


@attrs.frozen(kw_only=True)
class Invite(Record):
    """
    An invitation code, and in `holder` the inviter it belongs to.

    Attributes:
        code: The code in lower case, with letters that are mistaken for others replaced.
    """

    kind: ClassVar[str] = "invite"
    code: str

    @property
    def parts(self) -> tuple[str, ...]:
        """The code."""
        return (self.code,)


@attrs.frozen(kw_only=True)
class Seen(Record):
    """
    A personal value that a campaign has seen, such as a device; only its digest is stored.

    Attributes:
        holder: The person it was seen with.
        mark: The attribute's name and the digest of its value.
    """

    kind: ClassVar[str] = "seen"
    mark: tuple[str, ...]

    @property
    def parts(self) -> tuple[str, ...]:
        """The campaign and the mark."""
        return (self.campaign, *self.mark)


def bond_key(campaign: str, friend: str) -> RecordKey:
    """The record of a person's place in a campaign's tree."""
    return RecordKey(kind=Bond.kind, parts=(campaign, friend))


RECORDS: tuple[type[Record], ...] = (Bond, Invite, Seen)
"""The kinds of records that referrals keep."""
