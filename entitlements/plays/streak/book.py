"""
A day is marked, or made up, and what that gives is handed out.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import attrs

from quanyi.entitlements.accounts import stock
from quanyi.entitlements.changes import Changes
from quanyi.entitlements.inputs import Input
from quanyi.entitlements.limits import limit_account
from quanyi.entitlements.numbers import derived_id
from quanyi.entitlements.picture import Draft, LotsOf, Need
from quanyi.entitlements.plays.reward.fire import because
from quanyi.entitlements.plays.streak.marking import Marking
from quanyi.entitlements.records import Marks, RecordKey
from quanyi.entitlements.rows import present_row

if TYPE_CHECKING:
    from quanyi.entitlements.plays.streak.model import Streak

__all__ = ["mark", "needs"]


def needs(streak: Streak, ask: Input) -> Iterable[Need]:
    """The marks, limits, and the wallets and stocks that gifts and payment may touch."""
    makes_up = streak.makeup is not None and ask.type == streak.makeup.on
    limits = (*streak.at_most, *streak.budget)
    things, holder = streak.gifts, ask.holder or ""
    if streak.makeup is not None and makes_up:
        limits = (*limits, *streak.makeup.at_most)
        things = (*things, *(gift for payment in streak.makeup.pay for gift in payment.take))
    found: set[Need] = {limit_account(limit, ask, streak.head.zone) for limit in limits}
    found.add(RecordKey(kind=Marks.kind, parts=(streak.head.campaign, holder)))
    found.update(stock(gift.benefit.id) for gift in things if gift.benefit is not None and gift.benefit.counted)
    return found | {LotsOf(holder, gift.thing) for gift in things if gift.benefit is None}


def mark(streak: Streak, ask: Input, draft: Draft) -> Changes:
    """
    Mark the day, and give what it gives.

    Raises:
        Refused: The first of the streak's checks that fails.
    """
    found = Marking(streak, ask, draft)
    if found.again:
        return draft.done(because(streak, ask, "mark"), holder=ask.holder, answer=_answer(found, found.marks))
    found.run()
    head = streak.head
    id_ = derived_id("mark", head.campaign, ask.type, ask.key, ask.digest.hex())
    _, grants = found.handing.hand_out(draft, id_)
    marks = _marked(found)
    draft.put(marks)
    _tell(found)
    answer = {**_answer(found, marks), "entitlements": grants}
    rule = "makeup" if found.makeup is not None else "mark"
    return draft.done(because(streak, ask, rule), holder=ask.holder, answer=answer)


def _marked(found: Marking) -> Marks:
    day = found.day.isoformat()
    paid = {m.id: (*found.marks.paid.get(m.id, ()), day) for m in found.reached}
    mended = (*found.marks.mended, day) if found.makeup is not None else found.marks.mended
    zone = found.zone if found.streak.member_zone else ""
    return attrs.evolve(
        found.marks.with_day(found.day),
        version=found.streak.head.version,
        paid={**found.marks.paid, **paid},
        mended=mended,
        zone=zone,
    )


def _tell(found: Marking) -> None:
    campaign, holder = found.streak.head.campaign, found.ask.holder
    for milestone in found.reached:
        data = {"campaign": campaign, "milestone": milestone.id, "days": milestone.days}
        found.draft.emit("milestone.reached", data, holder=holder)


def _answer(found: Marking, marks: Marks) -> dict[str, object]:
    present = present_row(marks.days, found.today, found.streak.mark.step, found.streak.resets)
    given = {} if found.again else {gift.thing: amount for gift, amount in found.handing.gifts}
    return {
        "day": found.day.isoformat(),
        "row": present.length if present is not None else 0,
        "total": found.total,
        "given": given,
    }
