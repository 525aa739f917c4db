"""
One day being marked or made up: its checks in the declared order, and which milestones it completes.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import TYPE_CHECKING

from quanyi.entitlements.accounts import outside
from quanyi.entitlements.calculators import amount_of
from quanyi.entitlements.checks import admission
from quanyi.entitlements.checks.check import Check, by_name, go_through
from quanyi.entitlements.checks.conditions import judge, value_at
from quanyi.entitlements.clauses import Gift
from quanyi.entitlements.errors import NotEligible, Refused
from quanyi.entitlements.giving import short_benefits
from quanyi.entitlements.inputs import Input
from quanyi.entitlements.limits.limit import room
from quanyi.entitlements.picture import Draft
from quanyi.entitlements.plays.streak.days import asked_day, began, came, last_date, last_news, member_zone, today_of
from quanyi.entitlements.plays.streak.freeze import frozen
from quanyi.entitlements.plays.streak.gifts import MARK, Gains
from quanyi.entitlements.plays.streak.records import MarkedDay, Marks
from quanyi.entitlements.plays.streak.runs import Row, in_period, period_of, row_of
from quanyi.entitlements.points import spend
from quanyi.entitlements.time import local_start, zone_of
from quanyi.entitlements.undo.sources import check_not_undone, sources_of

if TYPE_CHECKING:
    from quanyi.entitlements.plays.streak.terms import Makeup, Milestone, StreakTerms

__all__ = ["CHECKS", "StreakAttempt"]


_OLDEST = timedelta(days=20 * 366)
"""Whatever a campaign says, days of longer ago are nobody's."""


class StreakAttempt:
    """
    What one input does to somebody's days.

    Attributes:
        marks: What stood before.
        zone: Whose days these are.
        makeup: How the day is made up; None for a mark on time.
        day: The day that it is about; `today` is the present one.
    """

    def __init__(self, streak: StreakTerms, ask: Input, draft: Draft) -> None:
        if not ask.holder:
            raise NotEligible(reason="no-receiver", shows={"to": "user"})
        self.streak, self.head, self.ask, self.draft = streak, streak.head, ask, draft
        self.marks = draft.get(Marks, streak.head.campaign, ask.holder) or _new(streak, ask)
        self.zone = member_zone(streak, self.marks, ask.facts, ask.at)
        if streak.member_zone:
            draft.facts["zone"] = self.zone
        self.makeup: Makeup | None = streak.makeup if streak.makeup and ask.type == streak.makeup.on else None
        self.today = today_of(streak, self.zone, ask.at)
        self.day: date = asked_day(streak, ask, self.zone)

    def run(self) -> None:
        """Go through the checks; the first that fails refuses."""
        go_through(self.streak.checks, CHECKS, self, self.draft)

    @property
    def again(self) -> bool:
        """Whether it repeats a mark, and that is answered like the first."""
        return self.makeup is None and self.streak.mark.again == "same" and self.day in self.marks.days

    @cached_property
    def days(self) -> frozenset[date]:
        """Every day marked, this one and those that it lets be covered included."""
        return self.marks.days | {self.day, *self.covered}

    @cached_property
    def covered(self) -> tuple[date, ...]:
        """The missed days just before it that are covered by themselves."""
        if self.makeup is not None:
            return ()
        return frozen(self.streak, self.marks, self.day, self.draft)

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
    def number(self) -> int:
        """Which day it is: of its row, or of its period, as the ladder counts."""
        if self.streak.ladder is None or self.streak.ladder.by == "total":
            return self.total
        return (self.day - self.row.first).days // self.streak.mark.step + 1

    @cached_property
    def reached(self) -> list[Milestone]:
        """The milestones that the day completes and that were not paid for before."""
        counts = {"row": self.row.length, "total": self.total}
        return [m for m in self.streak.milestones if m.owed(counts[m.counts]) > self._paid(m)]

    @property
    def paid_by(self) -> str:
        """The word by which the input chooses how to pay for making up; empty where there is no choice."""
        by = self.makeup.pay_by if self.makeup is not None else ""
        return str(value_at(by, self.ask) or "") if by else ""

    @cached_property
    def record(self) -> MarkedDay:
        """What the day rests on so far, where marks can be taken back."""
        head, day = self.streak.head, self.day.isoformat()
        found = self.draft.get(MarkedDay, head.campaign, self.ask.holder or "", day)
        new = MarkedDay(holder=self.ask.holder, phase="out", campaign=head.campaign, version=head.version, day=day)
        return found or new

    @cached_property
    def gains(self) -> Gains:
        """What it gives, by rule: the day's own, and milestones."""
        milestones = {milestone.id: self._special(milestone) for milestone in self.reached}
        return Gains(self.streak, self.ask, self.draft, {MARK: self._plain(), **milestones}, day=self.day)

    @cached_property
    def is_free(self) -> bool:
        """Whether it is one of those that cost nothing."""
        free, zone = self.makeup.free if self.makeup is not None else (), self.streak.head.zone
        return bool(free) and all(room(self.draft, limit, self.ask, zone, 1) > 0 for limit in free)

    def holds(self) -> bool:
        """Whether an event that repeats a mark holds the day up too: it would mark it, and was not undone."""
        try:
            go_through(("for", "only_if", "undone"), CHECKS, self, self.draft)
        except Refused:
            return False
        return True

    # --- the checks --------------------------------------------------------------------------

    def only_if(self, draft: Draft) -> None:
        """The condition holds for a mark on time; making up asks for none."""
        if self.streak.only_if is not None and self.makeup is None:
            draft.facts.update(self.ask.facts)
            judge(self.streak.only_if, self.ask, draft.evaluate)

    def undone(self, draft: Draft) -> None:
        """The event that marks was not undone before it came."""
        if self.makeup is None:
            check_not_undone(draft, self.streak.head.campaign, sources_of(self.streak, self.ask))

    def not_future(self, _draft: Draft) -> None:
        """The day has come."""
        if self.day > self.today:
            raise NotEligible(reason="day-to-come", shows=self._shown())

    def not_today(self, _draft: Draft) -> None:
        """A day that is made up is over."""
        if self.makeup is not None and self.day == self.today:
            raise NotEligible(reason="day-not-over", shows=self._shown())

    def not_marked(self, _draft: Draft) -> None:
        """The day is not marked yet."""
        if self.day in self.marks.days and not self.again:
            raise NotEligible(reason="already-marked", shows=self._shown(), next_at=self._next(), zone=self.zone)

    def in_time(self, _draft: Draft) -> None:
        """The day is not too long ago, nor before the campaign, nor before the member came."""
        if self.today - self.day > _OLDEST:
            reason = "day-too-old" if self.makeup is None else "too-late-to-make-up"
            raise NotEligible(reason=reason, shows=self._shown())
        until = last_news(self.streak, self.day, self.zone) if self.makeup is None else None
        if until is not None and self._date() > until:
            raise NotEligible(reason="day-too-old", shows={**self._shown(), "last": until})
        if not began(self.streak, self.day, self.zone):
            raise NotEligible(reason="day-before-start", shows=self._shown())
        last = None if self.makeup is None else last_date(self.streak, self.makeup, self.day, self.zone)
        if last is not None and last < self._date():
            raise NotEligible(reason="too-late-to-make-up", shows={**self._shown(), "last": last})
        first = came(self.streak, self.ask.facts, self.zone) if self.makeup is not None else None
        if first is not None and self.day < first:
            raise NotEligible(reason="day-before-joining", shows={**self._shown(), "first": first})

    def at_most(self, _draft: Draft) -> None:
        """The limits have room, and places are taken; days made up are no times."""
        if self.makeup is not None:
            self.gains.take_places(self.makeup.at_most)
        mends = self.makeup is not None
        self.gains.take_places([limit for limit in self.streak.at_most if not mends or limit.of != "times"])

    def stock(self, _draft: Draft) -> None:
        """The pieces are there, and are taken."""
        self.gains.take_stock()

    def pay(self, draft: Draft) -> None:
        """The balance covers what making up costs, and it is paid, unless it is free."""
        holder = self.ask.holder or ""
        if self.is_free:
            self.gains.take_places(self.makeup.free if self.makeup is not None else ())
            return
        for gift in self._price():
            unit, amount = self.streak.unit(gift.thing), amount_of(gift.how_much, self.ask, draft)
            spend(draft, unit, holder, amount, to=outside("revenue", gift.thing))
            draft.given.append((holder, gift.thing, -amount))

    def budget(self, _draft: Draft) -> None:
        """The budgets have room, and it is taken."""
        self.gains.take_places(self.streak.budget, budget=True)

    # --- inside ------------------------------------------------------------------------------

    def _paid(self, milestone: Milestone) -> int:
        """How often it was paid: what was paid on some day belongs to whichever row, or period, has that day by now."""
        paid = [date.fromisoformat(day) for day in self.marks.paid.get(milestone.id, ())]
        if milestone.once == "ever":
            return len(paid)
        if milestone.once == "row":
            return sum(day in self.row for day in paid)
        here = period_of(self.day, self.streak.resets)
        return sum(period_of(day, self.streak.resets) == here for day in paid)

    def _plain(self) -> tuple[Gift, ...]:
        """What the day gives by itself; nothing once more where it could not be taken back."""
        plain = self.makeup is None or self.makeup.gives == "all"
        replaced = self.reached and self.streak.specials == "replace"
        kept = self.streak.if_undone and any(booked.rule == MARK for booked in self.record.given)
        if not plain or replaced or kept:
            return ()
        return (*self.streak.give, *(self.streak.ladder.step(self.number) if self.streak.ladder is not None else ()))

    def _special(self, milestone: Milestone) -> tuple[Gift, ...]:
        """What a milestone gives: something else, if it says what, where a gift's stock is gone."""
        gifts = [(gift, amount_of(gift.how_much, self.ask, self.draft)) for gift in milestone.give]
        short = milestone.instead and short_benefits(gifts, self.draft)
        return milestone.instead if short else milestone.give

    def _price(self) -> tuple[Gift, ...]:
        """What making up takes, by the way that the input chooses."""
        if self.makeup is None:
            return ()
        found = next((payment for payment in self.makeup.pay if payment.choice == self.paid_by), None)
        if found is None and self.makeup.pay:
            raise NotEligible(reason="unknown-payment", shows={"pay": self.paid_by})
        return found.take if found is not None else ()

    def _next(self) -> datetime | None:
        """When the next day begins; only a mark on time can be had then."""
        following = self.today + timedelta(days=self.streak.mark.step)
        return local_start(following, zone_of(self.zone)) if self.makeup is None else None

    def _date(self) -> date:
        return self.ask.at.astimezone(zone_of(self.zone)).date()

    def _shown(self) -> dict[str, date]:
        return {"day": self.day, "today": self.today}


CHECKS: Mapping[str, Check[StreakAttempt]] = by_name(
    admission.RUNS_AND_OPEN,
    admission.AUDIENCE,
    Check(name="only_if", run=StreakAttempt.only_if),
    Check(name="undone", run=StreakAttempt.undone, keys=("if_undone",)),
    Check(name="not-future", run=StreakAttempt.not_future, keys=("mark.day", "makeup")),
    Check(name="not-today", run=StreakAttempt.not_today, keys=("makeup",)),
    Check(name="not-marked", run=StreakAttempt.not_marked, keys=("mark",)),
    Check(
        name="in-time",
        run=StreakAttempt.in_time,
        keys=("makeup.within", "makeup", "mark.not_older", "mark.day"),
    ),
    Check(name="at_most", run=StreakAttempt.at_most),
    Check(name="stock", run=StreakAttempt.stock, keys=("give", "in_a_row", "in_total")),
    Check(name="pay", run=StreakAttempt.pay, keys=("makeup.pay", "makeup")),
    Check(name="budget", run=StreakAttempt.budget),
)
"""The checks of a streak, in their usual order."""


def _new(streak: StreakTerms, ask: Input) -> Marks:
    head = streak.head
    return Marks(holder=ask.holder, phase="open", campaign=head.campaign, version=head.version)
