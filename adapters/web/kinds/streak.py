"""
Checking in: the present row, a month as a calendar, milestones, and days that can be made up.
"""

from __future__ import annotations

from calendar import Calendar
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any, cast

from flask import Blueprint, redirect, render_template, url_for
from werkzeug.wrappers import Response

from quanyi.adapters.ids import RandomIds
from quanyi.adapters.web.fields import month_asked, sent, sent_token
from quanyi.adapters.web.kinds.pages import Doing, KindPages
from quanyi.adapters.web.kinds.week import week_of
from quanyi.adapters.web.refusals import No, explain_no
from quanyi.adapters.web.visit import Visit, visit
from quanyi.adapters.words import grouped
from quanyi.entitlements.errors import InputError, NotFound, Refused
from quanyi.entitlements.plays.streak import Streak
from quanyi.entitlements.plays.streak.view import MakeupView, MilestoneView, StepView, StreakView
from quanyi.entitlements.plays.task.view import Gifts

__all__ = ["STREAK_PAGES"]

_MONDAY, _SUNDAY = 0, 6
_MOST_MISSED = 7
_ROWS = 3


def _add(blueprint: Blueprint) -> None:
    blueprint.add_url_rule("/streaks", "streaks", _first, methods=["GET"])
    blueprint.add_url_rule("/streaks/<campaign>", "streak", _streak, methods=["GET"])
    blueprint.add_url_rule("/streaks/<campaign>/makeup", "make_up", _make_up, methods=["POST"])


def _doings(to: Visit) -> Iterator[Doing]:
    """The first streak that is open."""
    for view in [view for view in to.mall.streaks(str(to.user)) if view.state == "open"][:1]:
        url = url_for("quanyi.streak", campaign=view.campaign)
        gives = to.gifts(view.gives)
        yield Doing(
            title=to.words("page.streak"),
            icon="calendar",
            url=url,
            line=_line(view, to),
            done=view.marked_today,
            days=week_of(view, to) if view.step == 1 else (),
            post=(to.host.check_in(view.campaign) or "") if to.host.check_in and not view.marked_today else "",
            action=to.words("streak.do", gifts=gives) if gives else to.words("streak.do_plain"),
        )


def _line(view: StreakView, to: Visit) -> str:
    """One line about where somebody stands and what comes next."""
    if view.next is None:
        return to.words(f"{_kind(view)}.present", n=view.present)
    gifts = to.gifts(view.next.gives)
    if not view.present and not view.marked_today and view.next.counts == "row":
        return to.words(f"{_kind(view)}.start", days=view.next.days, gifts=gifts)
    return to.words(f"{_kind(view)}.next_{view.next.counts}", left=view.next.left, days=view.next.days, gifts=gifts)


def _first() -> str | Response:
    to = visit()
    if to.user is None:
        return to.must_sign_in()
    (views,) = to.look(_streaks, wallet=False)
    found = [view for view in views if view.state != "ended"]
    if not found:
        raise NotFound("no streak is in force")
    return redirect(url_for("quanyi.streak", campaign=found[0].campaign))


def _streak(campaign: str) -> str | Response:
    to = visit()
    return _page(campaign, to) if to.user else to.must_sign_in()


def _make_up(campaign: str) -> str | Response | tuple[str, int]:
    """Make up one missed day: the form's token is the key, so it is paid for once."""
    to = visit()
    play = _play(campaign, to)
    if to.user is None:
        return to.must_sign_in()
    if play.makeup is None:
        raise NotFound(f"nothing can be made up in {campaign}")
    data = {_name(play.makeup.day): sent("day")}
    if play.makeup.pay_by:
        data[_name(play.makeup.pay_by)] = sent("pay")
    try:
        to.mall.report(play.makeup.on, user=to.user, key=f"web/{sent_token()}", data=data, context=to.context)
    except Refused as no:
        return _page(campaign, to, refusal=explain_no(no, to)), 409
    except InputError:
        raise NotFound("no such day") from None
    return redirect(url_for("quanyi.streak", campaign=campaign), 303)


def _page(campaign: str, to: Visit, *, refusal: No | None = None) -> str:
    month = month_asked()
    wanted = f"{month:%Y-%m}" if month else None
    view, views = to.look(lambda at: at.mall.streak(campaign, str(at.user), month=wanted), _streaks)
    first = month or view.today.replace(day=1)
    return render_template(
        "quanyi/streak.html",
        section="streaks",
        streak=view,
        kind=_kind(view),
        refusal=refusal,
        hero=_hero(view, to),
        gives=to.gifts(view.gives),
        next_line=_line(view, to) if view.next else "",
        month=to.words("streak.month", year=str(first.year), month=to.words(f"month.{first.month}")),
        weeks=_weeks(view, first) if view.step == 1 else [],
        months=_months(view, first),
        rows=[_row(row, view, to) for row in sorted(view.best(_ROWS), key=lambda row: -row.length)],
        ladder=[_step(step, view, to) for step in view.ladder],
        milestones=[_milestone(m, view, to) for m in view.milestones],
        makeup=_makeup(view.makeup, view, to) if view.makeup else None,
        check_in=to.host.check_in(campaign) if to.host.check_in else None,
        others=[v for v in views if v.campaign != campaign and v.state == "open"],
        token=RandomIds().new(),
    )


def _hero(view: StreakView, to: Visit) -> dict[str, str]:
    """The present row in words, parted at its number, which stands out."""
    number = grouped(view.present)
    before, _, after = to.words(f"{_kind(view)}.hero", n=view.present).partition(number)
    return {"before": before, "number": number, "after": after}


def _streaks(at: Visit) -> list[StreakView]:
    return at.mall.streaks(str(at.user))


def _play(campaign: str, to: Visit) -> Streak:
    found = to.campaign(campaign, "streak")
    if found is None:
        raise NotFound(f"no streak is called {campaign}")
    return cast("Streak", found.play)


def _kind(view: StreakView) -> str:
    """Where the words for its days, or its weeks, are."""
    return "streak" if view.step == 1 else "weeks"


def _name(path: str) -> str:
    """The attribute's own name: ``date`` of ``event.date``."""
    return path.removeprefix("event.")


def _weeks(view: StreakView, first: date) -> list[list[dict[str, Any]]]:
    """The month in weeks from Monday; days of one row are joined."""
    weeks = Calendar(_MONDAY).monthdatescalendar(first.year, first.month)
    return [[_day(day, view, first) for day in days] for days in weeks]


def _day(day: date, view: StreakView, first: date) -> dict[str, Any]:
    joined = any(day in row and day < row.last for row in view.rows) and day.weekday() != _SUNDAY
    return {
        "day": day,
        "here": day.month == first.month,
        "state": _state(day, view),
        "today": day == view.today,
        "joins": joined,
    }


def _state(day: date, view: StreakView) -> str:
    if day in view.mended:
        return "mended"
    if day in view.marked:
        return "marked"
    return "missed" if view.makeup is not None and day in view.makeup.days else "plain"


def _months(view: StreakView, first: date) -> dict[str, str | None]:
    before, after = first - timedelta(days=1), (first + timedelta(days=32)).replace(day=1)
    oldest = min((row.first for row in view.rows), default=view.today)
    return {
        "before": _month_url(view, before) if before >= oldest.replace(day=1) else None,
        "after": _month_url(view, after) if after <= view.today else None,
    }


def _month_url(view: StreakView, day: date) -> str:
    return url_for("quanyi.streak", campaign=view.campaign, month=f"{day:%Y-%m}")


def _row(row: Any, view: StreakView, to: Visit) -> str:
    first, last = to.dates.calendar(row.first), to.dates.calendar(row.last + timedelta(days=view.step - 1))
    days = to.words(f"{_kind(view)}.days", n=row.length)
    return to.words("streak.row", days=days, first=first, last=last) if row.length > 1 else f"{days} · {first}"


def _milestone(milestone: MilestoneView, view: StreakView, to: Visit) -> dict[str, Any]:
    reached = milestone.paid or not milestone.left
    left = to.words("streak.reached") if reached else to.words(f"{_kind(view)}.left", n=milestone.left)
    often = "every" if milestone.every else "milestone"
    days = to.words(f"{_kind(view)}.{often}_{milestone.counts}", n=milestone.every or milestone.days)
    return {"days": days, "gives": to.gifts(milestone.gives), "left": left, "reached": reached}


def _step(step: StepView, view: StreakView, to: Visit) -> dict[str, Any]:
    number = to.words(f"{_kind(view)}.step", n=step.number)
    return {"day": number, "gives": to.gifts(step.gives), "done": step.done, "next": step.next}


def _makeup(makeup: MakeupView, view: StreakView, to: Visit) -> dict[str, Any]:
    """What can be made up; while it is free there is no way to choose."""
    ways = [] if makeup.free else [_way(word, cost, to) for word, cost in makeup.pay.items()]
    left = [to.words(f"{_kind(view)}.makeup_left", n=makeup.left)] if makeup.left is not None else []
    left += [to.words(f"{_kind(view)}.makeup_free", n=makeup.free)] if makeup.free else []
    return {
        "days": [
            {
                "day": day,
                "said": _alone(to.words(f"{_kind(view)}.makeup_day", day=to.dates.date(day))),
                "until": to.dates.date(makeup.until[day]),
            }
            for day in makeup.days[:_MOST_MISSED]
        ],
        "ways": ways,
        "first": next((way["word"] for way in ways if way["enough"]), ways[0]["word"] if ways else ""),
        "hint": ("" if to.locale == "zh" else " ").join([to.words(f"{_kind(view)}.makeup_hint"), *left]),
        "short": bool(ways) and not any(way["enough"] for way in ways),
        "spent": makeup.left == 0,
    }


def _alone(text: str) -> str:
    return text[:1].upper() + text[1:]


def _way(word: str, cost: Gifts, to: Visit) -> dict[str, Any]:
    """One way to pay, and what there is for it."""
    prices = [(to.purse(unit), amount or 0) for unit, amount in cost]
    held = [(purse.unit, purse.balance, amount) for purse, amount in prices if purse]
    owed, comma = [to.amount(-balance, unit) for unit, balance, _ in held if balance < 0], to.words("list.comma")
    have = to.words("streak.makeup_have", held=comma.join(to.amount(balance, unit) for unit, balance, _ in held))
    return {
        "word": word,
        "cost": to.gifts(cost) or to.words("offer.free"),
        "have": to.words("streak.makeup_owe", owed=comma.join(owed)) if owed else have if held else "",
        "enough": all(balance >= amount for _, balance, amount in held),
    }


STREAK_PAGES = KindPages(name="streak", add=_add, doings=_doings)
