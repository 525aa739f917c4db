"""
Marks: what a campaign has seen of people, so that one person can't be two.

Only digests are kept, under the campaign's name: they can be compared, and not read. What inviter and
friend may not have in common is remembered of each person, so that a device which others use too is
still known as the inviter's.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from quanyi.entitlements.accounts import digest16
from quanyi.entitlements.checks.conditions import value_at
from quanyi.entitlements.inputs import Input
from quanyi.entitlements.picture import Draft
from quanyi.entitlements.plays.referral.records import Seen
from quanyi.entitlements.records import RecordKey

if TYPE_CHECKING:
    from collections.abc import Iterable

    from quanyi.entitlements.plays.referral.terms import ReferralTerms

__all__ = ["leave_marks", "mark_keys", "seen_before", "shown_by"]


def mark_keys(referral: ReferralTerms, ask: Input, who: str = "") -> list[RecordKey]:
    """All marks that the input would leave or meet: what anybody may have shown, and what *who* and the subject may."""
    bind = referral.bind
    people = dict.fromkeys(filter(None, (ask.holder, who)))
    return [*_keys(referral, bind.seen_before, ask), *(k for p in people for k in _keys(referral, bind.same, ask, p))]


def seen_before(referral: ReferralTerms, ask: Input, draft: Draft) -> bool:
    """Whether anybody else brought along what nobody may have brought before."""
    found = _found(_keys(referral, referral.bind.seen_before, ask), draft)
    return any(mark.holder != ask.holder for mark in found)


def shown_by(referral: ReferralTerms, who: str, ask: Input, draft: Draft) -> bool:
    """Whether *who* has shown anything that the input shows, of what two people may not have in common."""
    return bool(who and _found(_keys(referral, referral.bind.same, ask, who), draft))


def leave_marks(referral: ReferralTerms, ask: Input, draft: Draft) -> bool:
    """Remember what the input shows for the first time; whether there was anything."""
    keys = mark_keys(referral, ask)
    draft.require(*keys)
    new = [key for key in keys if draft.get(Seen, *key.parts) is None]
    for key in new:
        campaign, *mark = key.parts
        draft.put(Seen(campaign=campaign, mark=tuple(mark), holder=ask.holder, phase="seen"))
    return bool(new)


def _keys(referral: ReferralTerms, paths: Iterable[str], ask: Input, who: str = "") -> list[RecordKey]:
    """The records of what stands at *paths* of the input, where anything does; of one person, or of the first."""
    values = {path: value_at(path, ask) for path in paths}
    campaign = referral.head.campaign
    return [
        RecordKey(kind=Seen.kind, parts=(campaign, path, digest16("seen", campaign, path, str(value), who).hex()))
        for path, value in values.items()
        if value not in (None, "")
    ]


def _found(keys: list[RecordKey], draft: Draft) -> list[Seen]:
    draft.require(*keys)
    marks = (draft.get(Seen, *key.parts) for key in keys)
    return [mark for mark in marks if mark is not None]
