"""
A day is marked, or made up, and what that gives is handed out.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import reduce
from typing import TYPE_CHECKING

import attrs

from quanyi.entitlements.accounts import stock
from quanyi.entitlements.because import because
from quanyi.entitlements.changes import Changes
from quanyi.entitlements.derived_ids import derived_id
from quanyi.entitlements.inputs import Input
from quanyi.entitlements.limits.limit import limit_needs
from quanyi.entitlements.needs import LotsOf, Need
from quanyi.entitlements.picture import Draft
from quanyi.entitlements.plays.streak.attempt import StreakAttempt
from quanyi.entitlements.plays.streak.freeze import pay_for, present_length
from quanyi.entitlements.plays.streak.records import Marks
from quanyi.entitlements.records import Booked, RecordKey
from quanyi.entitlements.undo.sources import booked_by, note, sources_of, trail_keys

if TYPE_CHECKING:
    from quanyi.entitlements.plays.streak.terms import StreakTerms

__all__ = ["day_rule", "mark", "needs"]


def needs(streak: StreakTerms, ask: Input) -> Iterable[Need]:
    """The marks, limits, trails, and the wallets and stocks that gifts and payment may touch."""
    makes_up = streak.makeup is not None and ask.type == streak.makeup.on
    limits = (*streak.at_most, *streak.budget)
    things, holder = streak.gifts, ask.holder or ""
    if streak.freeze is not None:
        things = (*things, *streak.freeze.take)
    if streak.makeup is not None and makes_up:
        limits = (*limits, *streak.makeup.at_most, *streak.makeup.free)
        things = (*things, *(gift for payment in streak.makeup.pay for gift in payment.take))
    found: set[Need] = {*limit_needs(limits, ask, streak.head.zone)}
    found.add(RecordKey(kind=Marks.kind, parts=(streak.head.campaign, holder)))
    found.update(() if makes_up else trail_keys(sources_of(streak, ask)))
    found.update(stock(gift.benefit.id) for gift in things if gift.benefit is not None and gift.benefit.counted)
    return found | {LotsOf(holder, gift.thing) for gift in things if gift.benefit is None}


def mark(streak: StreakTerms, ask: Input, draft: Draft) -> Changes:
    """
    Mark the day, and give what it gives.

    Raises:
        Refused: The first of the streak's checks that fails.
    """
    found = StreakAttempt(streak, ask, draft)
    if found.again:
        _hold_up(found)
        return draft.done(because(streak, ask, "mark"), holder=ask.holder, answer=_answer(found, found.marks))
    found.run()
    pay_for(streak, ask.holder or "", len(found.covered), draft)
    booked, grants = _handed_out(found)
    marks = _marked(found)
    draft.put(marks)
    if streak.if_undone:
        _remember(found, booked)
    _tell(found)
    answer = {**_answer(found, marks), "entitlements": grants}
    rule = "makeup" if found.makeup is not None else "mark"
    return draft.done(because(streak, ask, rule), holder=ask.holder, answer=answer)


def day_rule(day: str) -> str:
    """The rule under which a trail lists a marked day, an ISO date."""
    return f"day/{day}"


def _handed_out(found: StreakAttempt) -> tuple[list[Booked], list[str]]:
    """Give what each rule gives; what was booked by it, and all entitlements."""
    booked: list[Booked] = []
    for rule, portion in found.gains.portions.items():
        id_ = f"{_id(found)}/{rule}"
        moves, grants = portion.hand_out(found.draft, id_)
        taken = found.gains.taken[rule]
        what = {"moves": (*taken, *moves), "grants": tuple(grants)}
        booked.append(booked_by(found.streak, rule, id_, found.ask.holder or "", **what))
    return booked, [grant for part in booked for grant in part.grants]


def _remember(found: StreakAttempt, booked: Iterable[Booked]) -> None:
    """Keep with the day what it gave, and on the trails of its event that it holds the day up."""
    record, more = found.record, tuple(part for part in booked if part.moves or part.grants)
    found.draft.put(attrs.evolve(record, phase="marked", held=record.held + 1, given=(*record.given, *more)))
    if found.makeup is None:
        _note(found)


def _hold_up(found: StreakAttempt) -> None:
    """One more event for a day that is marked: it stays until all of them are undone."""
    if found.streak.if_undone and found.record.held and found.holds():
        found.draft.put(attrs.evolve(found.record, held=found.record.held + 1))
        _note(found)


def _note(found: StreakAttempt) -> None:
    rule = day_rule(found.day.isoformat())
    held = booked_by(found.streak, rule, _id(found), found.ask.holder or "")
    note(found.draft, held, sources_of(found.streak, found.ask))


def _id(found: StreakAttempt) -> str:
    ask = found.ask
    return derived_id("mark", found.streak.head.campaign, ask.type, ask.origin, ask.digest.hex())


def _marked(found: StreakAttempt) -> Marks:
    day = found.day.isoformat()
    paid = {m.id: (*found.marks.paid.get(m.id, ()), day) for m in found.reached}
    more = (found.day,) if found.makeup is not None else found.covered
    mended = (*found.marks.mended, *(each.isoformat() for each in more))
    zone = found.zone if found.streak.member_zone else ""
    marks = reduce(Marks.with_day, (*found.covered, found.day), found.marks)
    return attrs.evolve(
        marks,
        version=found.streak.head.version,
        paid={**found.marks.paid, **paid},
        mended=mended,
        zone=zone,
    )


def _tell(found: StreakAttempt) -> None:
    campaign, holder = found.streak.head.campaign, found.ask.holder
    for milestone in found.reached:
        data = {"campaign": campaign, "milestone": milestone.id, "days": milestone.days}
        found.draft.emit("milestone.reached", data, holder=holder)
        found.draft.note(milestone.id, "done")
    if found.makeup is not None:
        way = "free" if found.is_free else found.paid_by
        found.draft.note(f"makeup/{way}" if way else "makeup", "done")


def _answer(found: StreakAttempt, marks: Marks) -> dict[str, object]:
    return {
        "day": found.day.isoformat(),
        "row": present_length(found.streak, marks, found.today, found.draft),
        "total": found.total,
        "given": {} if found.again else found.gains.given,
        **({"covered": [each.isoformat() for each in found.covered]} if found.covered else {}),
    }
