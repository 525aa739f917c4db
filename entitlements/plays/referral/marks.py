"""
Marks: what a campaign has seen of people, so that one person can't be two.

Only digests are kept, under the campaign's name: they can be compared, and not read.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from quanyi.entitlements.accounts import digest16
from quanyi.entitlements.conditions import value_at
from quanyi.entitlements.inputs import Input
from quanyi.entitlements.picture import Draft
from quanyi.entitlements.records import RecordKey, Seen

if TYPE_CHECKING:
    from collections.abc import Iterable

    from quanyi.entitlements.plays.referral.model import Referral

__all__ = ["first_seen_with", "leave_marks", "mark_keys"]


def mark_keys(referral: Referral, paths: Iterable[str], ask: Input) -> list[RecordKey]:
    """The records of what stands at *paths* of the input, where anything does."""
    values = {path: value_at(path, ask) for path in paths}
    campaign = referral.head.campaign
    return [
        RecordKey(kind=Seen.kind, parts=(campaign, path, digest16("seen", campaign, path, str(value)).hex()))
        for path, value in values.items()
        if value not in (None, "")
    ]


def first_seen_with(referral: Referral, paths: Iterable[str], ask: Input, draft: Draft) -> list[str]:
    """With whom else the values were seen before."""
    keys = mark_keys(referral, paths, ask)
    draft.require(*keys)
    seen = [draft.get(Seen, *key.parts) for key in keys]
    return [mark.holder or "" for mark in seen if mark is not None and mark.holder != ask.holder]


def leave_marks(referral: Referral, ask: Input, draft: Draft) -> bool:
    """Remember what the input shows for the first time; whether there was anything."""
    keys = mark_keys(referral, referral.bind.marks, ask)
    draft.require(*keys)
    new = [key for key in keys if draft.get(Seen, *key.parts) is None]
    for key in new:
        campaign, *mark = key.parts
        draft.put(Seen(campaign=campaign, mark=tuple(mark), holder=ask.holder, phase="seen"))
    return bool(new)
