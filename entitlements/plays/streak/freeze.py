"""
Days that are covered by themselves: missed ones just before a mark.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from quanyi.entitlements.accounts import outside
from quanyi.entitlements.clauses import Fixed, Gift
from quanyi.entitlements.picture import Draft
from quanyi.entitlements.plays.streak.records import Marks
from quanyi.entitlements.plays.streak.runs import period_of, present_row, row_of
from quanyi.entitlements.points import available, spend

if TYPE_CHECKING:
    from quanyi.entitlements.plays.streak.terms import StreakTerms

__all__ = ["frozen", "pay_for", "present_length"]


def frozen(streak: StreakTerms, marks: Marks, day: date, draft: Draft) -> tuple[date, ...]:
    """
    The missed days between the last row and *day* that a mark of it lets be covered, oldest first.

    All of them or none: they are few enough, the row is long enough, no period ends between, and the
    wallet holds what all of them take.
    """
    freeze, stride = streak.freeze, timedelta(days=streak.mark.step)
    last = max(marks.days, default=None)
    if freeze is None or last is None or last >= day:
        return ()
    row = row_of(marks.days, last, streak.mark.step, streak.resets)
    missed = tuple(last + stride * n for n in range(1, (day - last).days // streak.mark.step))
    if not missed or row is None or len(missed) > freeze.most or row.length < freeze.row:
        return ()
    if period_of(last, streak.resets) != period_of(day, streak.resets):
        return ()
    return missed if _enough(freeze.take, marks.holder or "", len(missed), draft) else ()


def present_length(streak: StreakTerms, marks: Marks, today: date, draft: Draft) -> int:
    """How long the present row is; one that a mark today would still save is present as it stands."""
    row = present_row(marks.days, today, streak.mark.step, streak.resets)
    if row is None and frozen(streak, marks, today, draft):
        row = row_of(marks.days, max(marks.days), streak.mark.step, streak.resets)
    return row.length if row is not None else 0


def pay_for(streak: StreakTerms, holder: str, days: int, draft: Draft) -> None:
    """Take what so many covered days take."""
    for gift in streak.freeze.take if streak.freeze is not None and days else ():
        amount = _each(gift) * days
        spend(draft, streak.unit(gift.thing), holder, amount, to=outside("revenue", gift.thing))
        draft.given.append((holder, gift.thing, -amount))


def _enough(take: tuple[Gift, ...], holder: str, days: int, draft: Draft) -> bool:
    return all(available(draft, holder, gift.thing) >= _each(gift) * days for gift in take)


def _each(gift: Gift) -> int:
    """What one day takes: always a fixed amount."""
    assert isinstance(gift.how_much, Fixed)
    return gift.how_much.value
