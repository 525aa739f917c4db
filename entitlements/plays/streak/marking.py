"""
One day being marked or made up: its checks in the declared order, and which milestones it completes.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING

from quanyi.entitlements import admission
from quanyi.entitlements.accounts import outside
from quanyi.entitlements.amounts import round_to
from quanyi.entitlements.clauses import Gift, Limit
from quanyi.entitlements.conditions import judge, value_at
from quanyi.entitlements.errors import NotEligible, Refused
from quanyi.entitlements.gifts import amount_of
from quanyi.entitlements.inputs import Input
from quanyi.entitlements.picture import Draft
from quanyi.entitlements.plays.reward.handing import Handing, trimmed
from quanyi.entitlements.plays.streak.days import asked_day, began, last_date, member_zone, today_of
from quanyi.entitlements.points import spend
from quanyi.entitlements.records import Marks
from quanyi.entitlements.rows import Row, in_period, period_of, row_of
from quanyi.entitlements.time import local_start, zone_of

if TYPE_CHECKING:
    from quanyi.entitlements.plays.streak.model import Makeup, Milestone, Streak

__all__ = ["Marking"]


class Marking:
    """
    What one input does to somebody's days.

    Attributes:
        marks: What stood before.
        zone: Whose days these are.
        makeup: How the day is made up; None for a mark on time.
        day: The day that it is about; `today` is the present one.
    """

    def __init__(self, streak: Streak, ask: Input, draft: Draft) -> None:
        if not ask.holder:
            raise NotEligible(reason="no-receiver", shows={"to": "user"})
        self.streak, self.ask, self.draft = streak, ask, draft
        self.marks = draft.get(Marks, streak.head.campaign, ask.holder) or _new(streak, ask)
        self.zone = member_zone(streak, self.marks, ask.facts, ask.at)
        if streak.member_zone:
            draft.facts["zone"] = self.zone
        self.makeup: Makeup | None = streak.makeup if streak.makeup and ask.type == streak.makeup.on else None
        self.today = today_of(streak, self.zone, ask.at)
        self.day: date = asked_day(streak, ask, self.zone)

    def run(self) -> None:
        """Go through the checks; the first that fails refuses."""
        for check in self.streak.checks:
            try:
                getattr(self, f"_{check.replace('-', '_')}")()
            except Refused as no:
                no.at(check, self.streak.head.place_of(check))
                raise

    @property
    def again(self) -> bool:
        """Whether it repeats a mark, and that is answered like the first."""
        return self.makeup is None and self.streak.mark.again == "same" and self.day in self.marks.days

    @cached_property
    def days(self) -> frozenset[date]:
        """Every day marked, this one included."""
        return self.marks.days | {self.day}

    @cached_property
    def row(self) -> Row:
        """The row that the day is in by now."""
        row = row_of(self.days, self.day, self.streak.mark.step, self.streak.resets)
        assert row is not None
        return row

    @cached_property
    def total(self) -> int:
        """How many days are marked in its period by now."""
        return len(in_period(self.days, self.day, self.streak.resets))

    @cached_property
    def reached(self) -> list[Milestone]:
        """The milestones that the day completes and that were not paid for before."""
        counts = {"row": self.row.length, "total": self.total}
        return [m for m in self.streak.milestones if counts[m.counts] >= m.days and not self._is_paid(m)]

    @cached_property
    def handing(self) -> Handing:
        """What it gives."""
        gifts = [(gift, self._amount(gift)) for gift in self._due()]
        full = [(gift, amount) for gift, amount in gifts if amount > 0]
        limits, zone = (*self.streak.at_most, *self.streak.budget), self.streak.head.zone
        less = trimmed(full, limits, self.ask, self.draft, zone)
        return Handing(reward=self.streak, receiver=self.ask.holder or "", gifts=less, wanted=full)

    # --- the checks --------------------------------------------------------------------------

    def _phase(self) -> None:
        admission.check_phase(self.streak.head, self.ask.at)
        admission.check_open(self.streak.head, self.ask.at)

    def _for(self) -> None:
        admission.check_audience(self.streak.head, self.ask, self.draft)

    def _only_if(self) -> None:
        if self.streak.only_if is not None and self.makeup is None:
            self.draft.facts.update(self.ask.facts)
            judge(self.streak.only_if, self.ask, self.draft.evaluate)

    def _not_future(self) -> None:
        if self.day > self.today:
            raise NotEligible(reason="day-to-come", shows=self._shown())

    def _not_today(self) -> None:
        if self.makeup is not None and self.day == self.today:
            raise NotEligible(reason="day-not-over", shows=self._shown())

    def _not_marked(self) -> None:
        if self.day in self.marks.days and not self.again:
            raise NotEligible(reason="already-marked", shows=self._shown(), next_at=self._next(), zone=self.zone)

    def _in_time(self) -> None:
        if not began(self.streak, self.day, self.zone):
            raise NotEligible(reason="day-before-start", shows=self._shown())
        last = None if self.makeup is None else last_date(self.streak, self.makeup, self.day, self.zone)
        if last is not None and last < self._date():
            raise NotEligible(reason="too-late-to-make-up", shows={**self._shown(), "last": last})

    def _at_most(self) -> None:
        if self.makeup is not None:
            self._places(self.makeup.at_most)
        self._places([limit for limit in self.streak.at_most if self.makeup is None or limit.of != "times"])

    def _stock(self) -> None:
        self.handing.take_stock(self.draft)

    def _pay(self) -> None:
        holder = self.ask.holder or ""
        for gift in self._price():
            unit, amount = self.streak.unit(gift.thing), amount_of(gift.how_much, self.ask, self.draft)
            spend(self.draft, unit, holder, amount, to=outside("revenue", gift.thing))
            self.draft.given.append((holder, gift.thing, -amount))

    def _budget(self) -> None:
        self._places(self.streak.budget, budget=True)

    # --- inside ------------------------------------------------------------------------------

    def _is_paid(self, milestone: Milestone) -> bool:
        """A milestone paid on some day belongs to whichever row, or period, that day is in by now."""
        paid = [date.fromisoformat(day) for day in self.marks.paid.get(milestone.id, ())]
        if milestone.once == "ever":
            return bool(paid)
        if milestone.once == "row":
            return any(day in self.row for day in paid)
        here = period_of(self.day, self.streak.resets)
        return any(period_of(day, self.streak.resets) == here for day in paid)

    def _due(self) -> list[Gift]:
        """The gifts of the day, and of what it completes."""
        special = [gift for milestone in self.reached for gift in milestone.give]
        plain = self.makeup is None or self.makeup.gives == "all"
        if not plain or (self.reached and self.streak.specials == "replace"):
            return special
        return [*self.streak.give, *special]

    def _amount(self, gift: Gift) -> int:
        """How much of it, multiplied if it is an amount and a multiplier's condition holds."""
        amount = amount_of(gift.how_much, self.ask, self.draft)
        return amount if gift.benefit is not None else round_to(self._factor * amount, "down")

    @cached_property
    def _factor(self) -> Fraction:
        for times in self.streak.times:
            self.draft.facts.update(self.ask.facts)
            try:
                if times.only_if is not None:
                    judge(times.only_if, self.ask, self.draft.evaluate)
            except NotEligible:
                continue
            return Fraction(times.x)
        return Fraction(1)

    def _price(self) -> tuple[Gift, ...]:
        """What making up takes, by the way that the input chooses."""
        if self.makeup is None:
            return ()
        chosen = str(value_at(self.makeup.pay_by, self.ask) or "") if self.makeup.pay_by else ""
        found = next((payment for payment in self.makeup.pay if payment.choice == chosen), None)
        if found is None and self.makeup.pay:
            raise NotEligible(reason="unknown-payment", shows={"pay": chosen})
        return found.take if found is not None else ()

    def _places(self, limits: Iterable[Limit], *, budget: bool = False) -> None:
        self.handing.take_places(self.draft, limits, self.ask, budget=budget)

    def _next(self) -> datetime | None:
        """When the next day begins; only a mark on time can be had then."""
        following = self.today + timedelta(days=self.streak.mark.step)
        return local_start(following, zone_of(self.zone)) if self.makeup is None else None

    def _date(self) -> date:
        return self.ask.at.astimezone(zone_of(self.zone)).date()

    def _shown(self) -> dict[str, date]:
        return {"day": self.day, "today": self.today}


def _new(streak: Streak, ask: Input) -> Marks:
    head = streak.head
    return Marks(holder=ask.holder, phase="open", campaign=head.campaign, version=head.version)
