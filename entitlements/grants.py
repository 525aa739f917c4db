"""
The life of an entitlement: granted, used, withdrawn, or expired.

An entitlement that comes back keeps its end; past it, it reads as expired. A card code is drawn when
the entitlement is granted and never returns to its pool, since somebody may have seen it.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from fractions import Fraction

import attrs

from quanyi.entitlements.benefits import Benefit
from quanyi.entitlements.errors import InputError, VoucherRefused
from quanyi.entitlements.picture import Draft
from quanyi.entitlements.records import Entitlement, RecordKey
from quanyi.entitlements.time import Window, zone_of

__all__ = ["days_left", "end_of", "grant", "grant_keys", "granted", "spoiled", "use", "withdraw"]

_A_DAY = timedelta(days=1)


def grant(
    draft: Draft,
    benefit: Benefit,
    holder: str,
    *,
    id_: str,
    campaign: str,
    version: str = "",
    zone: str = "UTC",
    deal: str = "",
) -> Entitlement:
    """
    Give *holder* one entitlement to *benefit*, with a code if there is a pool behind it.

    Raises:
        InputError: It is bought from suppliers, so that the mall has none to give.
    """
    if benefit.supply is not None:
        raise InputError(f"{benefit.id} is bought from suppliers once somebody has paid for it, and can't be given")
    right = Entitlement(
        id=id_,
        holder=holder,
        phase="usable",
        campaign=campaign,
        version=version,
        item=benefit.id,
        due_at=end_of(benefit, draft.now, zone),
        uses=benefit.uses,
        pool=benefit.pool,
        shared=benefit.shared,
        deal=deal,
        got_at=draft.now,
        starts=draft.now,
    )
    draft.put(right)
    if benefit.pool and not benefit.shared:
        draft.draw(benefit.pool, 1, id_)
    draft.given.append((holder, benefit.id, 1))
    _tell(draft, "entitlement.granted", right)
    return right


def grant_keys(ids: Iterable[str]) -> list[RecordKey]:
    """The keys of the entitlements with these numbers."""
    return [RecordKey(kind=Entitlement.kind, parts=(id_,)) for id_ in ids]


def granted(ids: Iterable[str], draft: Draft) -> list[Entitlement]:
    """Those of these entitlements that are kept; they must be locked."""
    return [right for id_ in ids if (right := draft.get(Entitlement, id_)) is not None]


def use(draft: Draft, right: Entitlement) -> Entitlement:
    """
    Use the entitlement once, and return it as it is afterwards.

    Raises:
        VoucherRefused: It is used up, expired or withdrawn already.
    """
    phase = right.phase_at(draft.now)
    if phase != "usable":
        raise VoucherRefused(reason=_REASONS.get(phase, phase), shows=_story(right))
    left = right.uses - 1
    after = attrs.evolve(right, uses=left, phase="usable" if left else "used", used_at=draft.now)
    draft.put(after)
    _tell(draft, "entitlement.used", after)
    return after


def withdraw(draft: Draft, right: Entitlement) -> None:
    """Take an entitlement away. One that is used or withdrawn already is left as it is."""
    if right.phase == "usable":
        after = attrs.evolve(right, phase="withdrawn")
        draft.put(after)
        _tell(draft, "entitlement.withdrawn", after)


def spoiled(right: Entitlement) -> str:
    """Why it can't be taken back as new: ``already-used`` or ``already-revealed``; empty if it can."""
    if right.used_at is not None:
        return "already-used"
    return "already-revealed" if right.pool and right.revealed_at is not None else ""


def days_left(right: Entitlement, now: datetime) -> Fraction:
    """
    The share of its days that are still to come, between 0 and 1; 1 for an entitlement without an end.

    A day that has begun counts as gone.

    >>> from datetime import UTC
    >>> first, last = datetime(2026, 3, 1, tzinfo=UTC), datetime(2026, 3, 31, tzinfo=UTC)
    >>> right = Entitlement(id="e1", got_at=first, starts=first, due_at=last)
    >>> days_left(right, datetime(2026, 3, 10, 12, tzinfo=UTC))  # 20 of 30 days
    Fraction(2, 3)
    """
    if right.due_at is None:
        return Fraction(1)
    days = -((right.starts - right.due_at) // _A_DAY)
    gone = (now - right.starts) // _A_DAY + 1
    return Fraction(max(days - gone, 0), days)


def end_of(benefit: Benefit, at: datetime, zone: str) -> datetime | None:
    """
    The instant at which an entitlement granted at *at* ends, in UTC; None if it never does.

    With `whole_days`, that is the end of its last day in *zone*. Midnight belongs to the day that it begins.

    >>> from datetime import UTC
    >>> from quanyi.entitlements.time import Duration
    >>> video = Benefit(id="video", lasts=Duration.parse("7 days"), whole_days=True)
    >>> end_of(video, datetime(2026, 3, 1, 2, 0, tzinfo=UTC), "Asia/Shanghai").isoformat()
    '2026-03-08T16:00:00+00:00'
    """
    if benefit.lasts is None:
        return None
    end = benefit.lasts.after(at, zone_of(zone))
    return Window("day").ends(end, zone_of(zone)) if benefit.whole_days else end


_REASONS = {"used": "already-used"}


def _story(right: Entitlement) -> dict[str, datetime]:
    moments = {"used_at": right.used_at, "ended_at": right.due_at}
    return {name: at for name, at in moments.items() if at is not None}


def _tell(draft: Draft, event: str, right: Entitlement) -> None:
    data = {"entitlement": right.id, "item": right.item, "campaign": right.campaign, "deal": right.deal}
    draft.emit(event, data, holder=right.holder)
