"""
`kind: streak`.
"""

from __future__ import annotations

from decimal import Decimal
from itertools import chain
from typing import Literal

import attrs

from quanyi.campaigns.kinds.streak.schema import (
    WEEKDAYS,
    ChooseMap,
    FreezeMap,
    LadderMap,
    MakeupMap,
    MarkMap,
    MilestoneMap,
    StreakFile,
    TimesMap,
)
from quanyi.campaigns.language.compile.causes import events, undos_of_some, units
from quanyi.campaigns.language.compile.conditions import condition
from quanyi.campaigns.language.compile.gifts import gifts
from quanyi.campaigns.language.compile.head import checks, head
from quanyi.campaigns.language.compile.limits import at_most, budget, limits
from quanyi.campaigns.language.compile.scope import Scope
from quanyi.campaigns.language.compile.times import window
from quanyi.campaigns.language.message import Message
from quanyi.campaigns.language.places import Place
from quanyi.campaigns.language.schema.clauses import GiftMap, WindowMap
from quanyi.entitlements.checks.conditions import equalities
from quanyi.entitlements.clauses import Fixed, Gift
from quanyi.entitlements.plays.streak import Freeze, Ladder, Makeup, Mark, Milestone, Payment, Streak, Times
from quanyi.entitlements.time import Duration, Window

__all__ = ["streak"]

_CHECKS: tuple[str, ...] = tuple(Streak.all_checks)
_MOST_DAYS = {"day": {"week": 7, "month": 31, "year": 366}, "week": {"week": 1, "month": 5, "year": 53}}
_DATE_LENGTH = len("2026-05-01")
_DAY_SECONDS = 24 * 60 * 60
_NEWS = "31 days"


def streak(file: StreakFile, root: Place, scope: Scope) -> Streak:
    """Compile one streak."""
    own = attrs.evolve(scope, events=events(file.mark.on, root / "mark" / "on", scope))
    mark = _mark(file, root / "mark", own)
    makes_up = scope.event(root / "makeup" / "on", file.makeup.on) if file.makeup is not None else None
    both = attrs.evolve(own, events=(*own.events, makes_up)) if makes_up is not None else own
    only_if = condition(root.data["only_if"], root / "only_if", own) if file.only_if is not None else None
    mending = attrs.evolve(scope, events=(makes_up,) if makes_up is not None else ())
    makeup = None if file.makeup is None else _makeup(file.makeup, root / "makeup", mending, mark)
    on_time = both if makeup is not None and makeup.gives == "all" else own
    give, ladder = gifts(file.give, root / "give", on_time), _ladder(file.ladder, root / "ladder", on_time)
    resets = _resets(file.resets, root / "resets", scope)
    milestones = tuple(
        milestone for counts in ("row", "total") for milestone in _milestones(counts, file, root, both, resets)
    )
    steps = ladder.steps if ladder is not None else ()
    given = (*give, *chain(*steps), *(gift for m in milestones for gift in (*m.give, *m.instead)))
    if not given and scope.findings.whole(root, "give", "ladder", "in_a_row", "in_total"):
        scope.findings.key_error(root, "gives-nothing", "neither a day nor a milestone gives anything")
    paid = tuple(gift for payment in makeup.pay for gift in payment.take) if makeup is not None else ()
    freeze = _freeze(file.freeze, root / "freeze", own, dated=file.mark.day)
    return Streak(
        head=head(file, file.kind, root, own),
        mark=mark,
        only_if=only_if,
        give=give,
        ladder=ladder,
        milestones=milestones,
        resets=resets,
        specials=file.specials,
        times=_times(file, root / "times", own),
        makeup=makeup,
        freeze=freeze,
        member_zone=_member_zone(file, root, scope),
        at_most=at_most(file.at_most, root / "at_most", own),
        budget=budget(file.budget, root / "budget", own),
        if_undone=undos_of_some(file.if_undone, root / "if_undone", own),
        checks=checks(file, root, scope, _CHECKS, _used(file, makeup, given)),
        units=units((*given, *paid, *(freeze.take if freeze is not None else ())), scope),
        wheres=equalities(only_if),
    )


def _mark(file: StreakFile, place: Place, scope: Scope) -> Mark:
    return Mark(
        on=tuple(event.id for event in scope.events),
        one_per=file.mark.one_per,
        again=file.mark.again,
        day=_day(file.mark.day, place / "day", scope) if file.mark.day else "",
        not_older=_not_older(file.mark, place / "not_older", scope),
    )


def _not_older(file: MarkMap, place: Place, scope: Scope) -> Duration | None:
    """How late news of a day may come; where marks are of now there are none."""
    if file.day:
        return _by_dates(Duration.parse(file.not_older or _NEWS))
    if file.not_older is not None and scope.findings.whole(place.parent, "day"):
        message = "a mark is of now, so it is never old"
        scope.findings.key_error(place, "not-older-without-day", message, "say which attribute names the day: day: on")
    return None


def _since(name: str | None, place: Place, scope: Scope) -> str:
    """The profile's value that says when somebody came: a date or an instant."""
    found = scope.fact(place, name) if name is not None else None
    if found is not None and (found.type not in ("date", "instant") or found.many):
        scope.findings.error(
            place, "not-a-day", Message("{name} is {type}, not a date or an instant", name=found.name, type=found.type)
        )
    return name or ""


def _day(name: str, place: Place, scope: Scope) -> str:
    """The attribute that names a day: a date, or an instant on it."""
    found = scope.attribute(place, name)
    if found is not None and (found.type not in ("date", "instant") or found.many):
        scope.findings.error(
            place, "not-a-day", Message("{name} is {type}, not a date or an instant", name=found.name, type=found.type)
        )
    return f"event.{found.name if found is not None else name}"


def _resets(value: str | WindowMap | None, place: Place, scope: Scope) -> Window:
    """The period in which all begins anew; one of so many days is reckoned in dates, whoever's they are."""
    if not isinstance(value, WindowMap):
        return Window(value or "ever")  # type: ignore[arg-type]
    found = window(value, place, attrs.evolve(scope, zone="UTC"))
    whole = found.name == "every" and not found.length.seconds % _DAY_SECONDS and len(value.from_ or "") == _DATE_LENGTH
    if not whole and scope.findings.sound(place):
        hint = 'write resets: {every: 14 days, from: "2026-06-01"}'
        scope.findings.key_error(place, "bad-window", "all begins anew every so many days, from a date on", hint)
    return found if whole else Window()


def _milestones(
    counts: Literal["row", "total"], file: StreakFile, root: Place, scope: Scope, resets: Window
) -> list[Milestone]:
    key = "in_a_row" if counts == "row" else "in_total"
    value, place = getattr(file, key), root / key
    if isinstance(value, MilestoneMap):
        return [_milestone(counts, value, place, scope, _most(file, resets))]
    found = [_milestone(counts, item, place / n, scope, _most(file, resets)) for n, item in enumerate(value)]
    for n, milestone in enumerate(found):
        if milestone.id in [other.id for other in found[:n]]:
            message = Message("there is a milestone of {days} days already", days=milestone.days)
            spot = place / n / ("every" if milestone.every else "days")
            scope.findings.error(spot, "milestone-twice", message, "give a list of things in one")
    return found


def _ladder(file: LadderMap | None, place: Place, scope: Scope) -> Ladder | None:
    if file is None:
        return None
    steps = tuple(gifts(step, place / "steps" / n, scope) for n, step in enumerate(file.steps))
    return Ladder(steps=steps, then=file.then, by=file.by)


def _milestone(
    counts: Literal["row", "total"], file: MilestoneMap, place: Place, scope: Scope, most: int | None
) -> Milestone:
    days, key = file.days or file.every or 1, "every" if file.every else "days"
    if (file.days is None) == (file.every is None) and scope.findings.sound(place):
        message = "a milestone is either of so many days, or of every so many"
        scope.findings.key_error(place, "bad-milestone", message, "write days: 7, or every: 7")
    if most is not None and days > most:
        message = Message("there are at most {most} before all begins anew", most=most)
        scope.findings.error(place / key, "milestone-never-reached", message)
    once: Literal["ever", "period", "row"] = "row" if counts == "row" else "period"
    if _fits(counts, file, place, scope):
        once = file.once or once
    return Milestone(
        counts=counts,
        days=days,
        give=gifts(file.give, place / "give", scope),
        once=once,
        instead=gifts(file.instead, place / "instead", scope),
        every=bool(file.every),
    )


def _most(file: StreakFile, resets: Window) -> int | None:
    """How many marks fit into one period; None if nobody can say."""
    if resets.name != "every":
        return _MOST_DAYS[file.mark.one_per].get(resets.name)
    days = resets.length.days + resets.length.seconds // _DAY_SECONDS
    return (
        None
        if resets.length.months
        else days // (7 if file.mark.one_per == "week" else 1) + (file.mark.one_per == "week")
    )


def _fits(counts: Literal["row", "total"], file: MilestoneMap, place: Place, scope: Scope) -> bool:
    """Whether `once` says something that there is."""
    if counts == "total" and file.once == "row":
        message = "days in total have no row"
        scope.findings.error(place / "once", "once-does-not-fit", message, "write period or ever")
    elif file.every and file.once is not None:
        message = Message("every {every} days is more than once", every=file.every)
        scope.findings.error(place / "once", "once-does-not-fit", message, "leave once out")
    else:
        return True
    return False


def _times(file: StreakFile, place: Place, scope: Scope) -> tuple[Times, ...]:
    if isinstance(file.times, TimesMap):
        return (_multiplier(file.times, place, scope),)
    return tuple(_multiplier(item, place / n, scope) for n, item in enumerate(file.times))


def _multiplier(file: TimesMap, place: Place, scope: Scope) -> Times:
    if Decimal(file.x) <= 0:
        scope.findings.error(place / "x", "amount-not-positive", Message("{x} times is nothing", x=file.x))
    only_if = condition(place.data["if"], place / "if", scope) if file.if_ is not None else None
    days = (file.on,) if isinstance(file.on, str) else file.on
    weekdays = tuple(WEEKDAYS.index(day) for day in days if day in WEEKDAYS)
    return Times(x=file.x, only_if=only_if, weekdays=weekdays, dates=tuple(d for d in days if d not in WEEKDAYS))


def _freeze(file: FreezeMap | None, place: Place, scope: Scope, *, dated: str | None) -> Freeze | None:
    if file is None:
        return None
    if dated:
        message = "marks that say their day come in any order: nobody knows what was missed"
        scope.findings.key_error(place, "freeze-of-dated-marks", message, "leave freeze out, or mark.day")
    take = tuple(gift for gift in gifts(file.take, place / "take", scope, take=True) if _fixed(gift, place, scope))
    return Freeze(take=take, most=file.most, row=file.row)


def _fixed(gift: Gift, place: Place, scope: Scope) -> bool:
    """Whether a covered day takes so much whatever the event says."""
    if isinstance(gift.how_much, Fixed):
        return True
    message = "a covered day takes the same whatever the event says"
    scope.findings.key_error(
        place / "take" / gift.thing, "bad-amount", message, Message("write {{{thing}: 1}}", thing=gift.thing)
    )
    return False


def _by_dates(length: Duration) -> Duration:
    """Whole days of 24 hours as days of the calendar: what is reckoned in dates knows no long and short ones."""
    days, seconds = divmod(length.seconds, _DAY_SECONDS)
    return Duration(seconds=seconds, days=length.days + days, months=length.months)


def _makeup(file: MakeupMap, place: Place, scope: Scope, mark: Mark) -> Makeup:
    week_word = "week" if mark.one_per == "week" else None
    if file.on in mark.on:
        message: str = Message("{on} marks, so it can't make up", on=file.on)
        scope.findings.error(place / "on", "makeup-is-the-mark", message, "declare an event of its own for making up")
    pay_by, pay = _payment(file.pay, place / "pay", scope)
    inside = file.within in ("week", "month", "year")
    within = Duration() if inside else _by_dates(Duration.parse(file.within))
    if file.within == week_word or (not inside and within.seconds < _DAY_SECONDS and not within.days + within.months):
        message = "it would be too late as soon as it is over"
        scope.findings.error(place / "within", "makeup-never", message, "write within: 1 day, or more")
    if file.free and not pay and scope.findings.sound(place / "pay"):
        message = "making up costs nothing, so none of it is free"
        scope.findings.error(place / "free", "free-without-pay", message, "say what the others cost: pay: {points: 50}")
    return Makeup(
        on=file.on,
        day=_day(file.day, place / "day", scope),
        within=within,
        inside=Window(file.within if inside else "ever"),  # type: ignore[arg-type]
        since=_since(file.since, place / "since", scope),
        free=limits(file.free, place / "free", scope, "makeup/free"),
        pay_by=pay_by,
        pay=pay,
        at_most=limits(file.at_most, place / "at_most", scope, "makeup"),
        gives=file.gives,
    )


def _payment(file: GiftMap | ChooseMap, place: Place, scope: Scope) -> tuple[str, tuple[Payment, ...]]:
    """The attribute that chooses, empty where there is one way, and the ways."""
    if not isinstance(file, ChooseMap):
        return "", (Payment(take=gifts(file, place, scope, take=True)),) if file else ()
    found = scope.attribute(place / "choose", file.choose)
    ways = [
        Payment(choice=word, take=gifts(things, place / "of" / word, scope, take=True))
        for word, things in file.of.items()
    ]
    return f"event.{found.name}" if found is not None else "", tuple(ways)


def _member_zone(file: StreakFile, root: Place, scope: Scope) -> str:
    """The profile's value that names the member's zone; empty where days are the campaign's."""
    if file.zone != "user":
        return ""
    if "zone" not in scope.mall.profile and not scope.mall.unsure("zone"):
        message = "the profile in mall.yaml has no 'zone', so nobody knows whose day it is"
        scope.findings.error(root / "zone", "unknown-attribute", message, "declare profile: {zone: text}")
    return "zone"


def _used(file: StreakFile, makeup: Makeup | None, given: tuple[Gift, ...]) -> set[str]:
    named = {
        "for": file.for_,
        "only_if": file.only_if,
        "undone": file.if_undone,
        "not-future": file.mark.day or makeup,
        "not-today": makeup,
        "in-time": makeup or file.mark.day,
        "at_most": (file.at_most != "none" and file.at_most) or (makeup is not None and makeup.at_most),
        "stock": any(gift.benefit is not None and gift.benefit.counted for gift in given),
        "pay": makeup is not None and makeup.pay,
        "budget": file.budget,
    }
    return {"phase", "not-marked", *(name for name, value in named.items() if value)}
