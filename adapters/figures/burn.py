"""
Burn-down: how fast the budgets of campaigns are used up, and when they will be, by what was used in the last days.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import attrs

from quanyi.adapters.figures.counting import limit_value
from quanyi.adapters.figures.reading import sums_of
from quanyi.campaigns.figures.dimensions import PLACES
from quanyi.campaigns.figures.figures import COUNTED
from quanyi.campaigns.ports import Ports
from quanyi.entitlements.accounts import Account, used
from quanyi.entitlements.clauses import Head, Limit
from quanyi.entitlements.time import zone_of

__all__ = ["Burn", "burns"]

_DAYS = 7
"""How many days the pace is the mean of, today included."""

_SHOWN = 28
_WINDOWS = frozenset({"ever", "month", "week", "year"})
"""A budget of a day or a session has no days to burn down over."""

_LONGEST = timedelta(days=3_660)
_ISSUED, _SPENT = COUNTED.index("issued"), COUNTED.index("spent")


@attrs.frozen(kw_only=True)
class Burn:
    """
    One budget of a campaign in force, in the window of now.

    Attributes:
        limit: The budget's id; `unit` is what it counts.
        cap: How much it is; `used` how much of it is used up, by the books.
        days: What was used on each of the last days, given-back amounts taken off; up to 28, today last.
        pace: How much a day, as a mean over the last seven; 0 where nothing was used.
        empty_at: When it will be used up at this pace; None if not, or not within ten years.
        ends_at: When its window or its campaign ends, whichever is first; None if neither does.
    """

    campaign: str
    limit: str
    unit: str
    cap: int
    used: int
    days: tuple[tuple[date, int], ...]
    pace: float
    empty_at: datetime | None = None
    ends_at: datetime | None = None

    @property
    def left(self) -> int:
        """How much is left; 0 where a cap was lowered below what is used."""
        return max(self.cap - self.used, 0)

    @property
    def early(self) -> bool:
        """Whether it will be used up before it ends."""
        return self.empty_at is not None and (self.ends_at is None or self.empty_at < self.ends_at)


def burns(ports: Ports) -> list[Burn]:
    """The budgets for everybody together of the campaigns in force that run now; by campaign."""
    now, found = ports.now(), []
    ports.plays()  # which takes over what others have brought into force
    for campaign in ports.as_in_force().campaigns.values():
        head, runs = campaign.head, campaign.head.runs
        if (runs.start is None or runs.start <= now) and (runs.end is None or now < runs.end):
            found += [(head, limit) for limit in campaign.play.budget if _counts(limit)]
    accounts = [_account(head, limit, now) for head, limit in found]
    draft = ports.look(accounts).draft(now) if accounts else None
    days = _by_day(ports, now) if accounts else {}
    return [
        _burn(head, limit, draft.stands(account), days, now)
        for (head, limit), account in zip(found, accounts, strict=True)
        if draft is not None
    ]


def _counts(limit: Limit) -> bool:
    """Whether it is for everybody together, in a window of the calendar that has days to burn down over."""
    return limit.per == ("campaign",) and limit.window.name in _WINDOWS


def _account(head: Head, limit: Limit, now: datetime) -> Account:
    return used(limit.id, limit.window.key(now, zone_of(head.zone)), unit=limit.of)


def _by_day(ports: Ports, now: datetime) -> Mapping[tuple[str, str], int]:
    """What was used of each limit on each of the last days."""
    last = now.astimezone(zone_of(ports.project.zone)).date()
    kept = sums_of(ports).balances(PLACES, (last - timedelta(days=_SHOWN - 1)).isoformat(), last.isoformat())
    return {(key.value, key.day): amounts[_SPENT] - amounts[_ISSUED] for key, amounts in kept}


def _burn(head: Head, limit: Limit, so_far: int, days: Mapping[tuple[str, str], int], now: datetime) -> Burn:
    zone = zone_of(head.zone)
    shown = _days(head, limit, now, zone)
    each = tuple((day, days.get((limit_value(limit.id), day.isoformat()), 0)) for day in shown)
    recent: Sequence[int] = [amount for _, amount in each[-_DAYS:]]
    pace = max(sum(recent) / len(recent), 0.0)
    ends = [at for at in (head.runs.end, limit.window.ends(now, zone)) if at is not None]
    left = max(limit.count - so_far, 0)
    return Burn(
        campaign=head.campaign,
        limit=limit.id,
        unit=limit.of,
        cap=limit.count,
        used=so_far,
        days=each,
        pace=pace,
        empty_at=_empty_at(now, left, pace),
        ends_at=min(ends, default=None),
    )


def _days(head: Head, limit: Limit, now: datetime, zone: ZoneInfo) -> list[date]:
    """The last 28 days, as far as they lie in the present window and in the campaign's time; today last."""
    today, key = now.astimezone(zone).date(), limit.window.key(now, zone)
    found = []
    for n in range(_SHOWN):
        at = now - timedelta(days=n)
        started = head.runs.start is None or at.astimezone(zone).date() >= head.runs.start.astimezone(zone).date()
        if not started or limit.window.key(at, zone) != key:
            break
        found.append(today - timedelta(days=n))
    return found[::-1]


def _empty_at(now: datetime, left: int, pace: float) -> datetime | None:
    """When *left* is used up; now for what is used up already."""
    if left <= 0:
        return now
    span = timedelta(days=left / pace) if pace > left / _LONGEST.days else _LONGEST
    return now + span if span < _LONGEST else None
