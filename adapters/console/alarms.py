"""
The screens of alarms: what wants somebody to look at it, and saying that somebody does.
"""

from __future__ import annotations

from typing import Any

from quanyi.adapters.console.screens import Action, Booking, Done, Screen, Shown
from quanyi.adapters.console.tables import Cell, Column, Table
from quanyi.adapters.console.visit import Console
from quanyi.adapters.web.fields import asked
from quanyi.adapters.web.visit import number_text, pick
from quanyi.campaigns.language.alarms import ALARM_NAMES
from quanyi.entitlements.records import Alarm

__all__ = ["ALARM_SCREENS", "alarm_href", "alarm_says", "open_alarms"]

_SEES = ("viewer", "operator", "approver", "auditor")
_PHASES = ("raised", "acknowledged", "cleared")
_TONES = {"warning": "warn", "critical": "bad"}


def _list(to: Console) -> Shown:
    phase, name = asked("phase") or "raised", asked("name")
    phase = phase if phase in _PHASES else "raised"
    name = name if name in ALARM_NAMES else ""
    found = to.books.desk.alarms.list(phase=phase, name=name or None, after=to.after, limit=to.limit + 1)
    page = found[: to.limit]
    table = Table(
        name="alarms",
        caption=to.words("screen.alarms"),
        columns=[
            Column(to.words(f"alarms.{title}"), main=title == "alarm", number=title == "count")
            for title in ("alarm", "about", "severity", "since", "counted", "count")
        ],
        rows=[_row(alarm, to) for alarm in page],
        next=page[-1].id if len(found) > to.limit else None,
        empty=(to.words(f"alarms.empty_{phase}"), to.words(f"alarms.empty_{phase}_hint")),
    )
    tabs = [
        {"name": to.words(f"alarms.phase_{each}"), "href": to.link(phase=each, after=None), "here": each == phase}
        for each in _PHASES
    ]
    names = [("", to.words("alarms.all")), *((each, to.words(f"alarms.name_{each}")) for each in ALARM_NAMES)]
    return Shown(
        template="quanyi_console/alarms.html",
        said={"tabs": tabs, "names": names, "name": name, "phase": phase},
        table=table,
    )


def _row(alarm: Alarm, to: Console) -> list[Cell]:
    return [
        Cell(to.words(f"alarms.name_{alarm.name}"), href=to.url("alarm", alarm=alarm.id), raw=alarm.name),
        Cell(_subject(alarm, to), href=alarm_href(alarm, to), raw=alarm.subject),
        Cell(to.words(f"alarms.severity_{alarm.severity}"), tone=_TONES[alarm.severity], raw=alarm.severity),
        Cell(to.dates.moment_alone(alarm.first_at), raw=alarm.first_at),
        Cell(to.dates.moment_alone(alarm.last_at), raw=alarm.last_at),
        Cell(number_text(alarm.count), raw=alarm.count),
    ]


def _subject(alarm: Alarm, to: Console) -> str:
    """What it is about, by its name where it has one."""
    match alarm.name:
        case "stock.low":
            name = to.thing_title(alarm.subject)
        case "codes.ending":
            named = to.mall.project.pools.get(alarm.subject)
            name = pick(named.title, to.locale) if named is not None else ""
        case "budget.early":
            name = to.words("alarms.budget_of", campaign=to.campaign_title(alarm.campaign) or alarm.campaign)
        case "points.expiring":
            name = to.unit_name(alarm.subject)
        case "campaign.damaged":
            name = to.campaign_title(alarm.subject)
        case _:
            name = ""
    return name or alarm.subject or to.words("alarms.the_mall")


def alarm_href(alarm: Alarm, to: Console) -> str:
    """Where what an alarm is about can be looked at; empty where there is no such screen, or not for this operator."""
    screen, query = _SCREENS.get(alarm.name, ("", {}))
    if not screen or not to.sees(screen):
        return ""
    return to.url(screen, **{name: getattr(alarm, field, field) for name, field in query.items()})


_SCREENS: dict[str, tuple[str, dict[str, str]]] = {
    "stock.low": ("codes", {}),
    "codes.ending": ("code_pool", {"pool": "subject"}),
    "budget.early": ("budget", {"campaign": "campaign", "of": "subject"}),
    "points.expiring": ("owed", {"unit": "subject"}),
    "events.late": ("events", {"sink": "subject"}),
    "events.parked": ("events", {"sink": "subject"}),
    "sink.failing": ("events", {"sink": "subject"}),
    "figures.late": ("overview", {}),
    "campaign.damaged": ("campaigns", {"state": "damaged"}),
}
"""Where each alarm's subject is looked at: a screen, and its query by the alarm's attributes, or as it is written."""


def alarm_says(alarm: Alarm, to: Console) -> str:
    """What is wrong, in one sentence with its numbers."""
    amount, bound = (_amount(value, alarm, to) for value in (alarm.amount, alarm.bound))
    said: dict[str, Any] = {"subject": _subject(alarm, to), "n": alarm.amount, "amount": amount, "bound": bound}
    if alarm.ends_at is not None:
        said["ends"] = to.dates.day(alarm.ends_at)
    return to.words(f"alarms.says_{alarm.name}", **said)


def _amount(value: int, alarm: Alarm, to: Console) -> str:
    points = alarm.item in to.mall.project.units
    return to.amount(value, alarm.item) if points else number_text(value)


# --- one -----------------------------------------------------------------------------------------


def _one(to: Console) -> Shown:
    alarm = to.books.desk.alarms.get(to.path["alarm"])
    moment = to.dates.moment_alone
    pairs = [
        (to.words("alarms.state"), to.words(f"alarms.phase_{alarm.phase}")),
        (to.words("alarms.severity"), to.words(f"alarms.severity_{alarm.severity}")),
        (to.words("alarms.since"), moment(alarm.first_at)),
        (to.words("alarms.counted"), moment(alarm.last_at)),
        (to.words("alarms.count"), number_text(alarm.count)),
    ]
    if alarm.acknowledged_at is not None:
        by = to.words("alarms.by", who=to.who(alarm.by), at=to.dates.moment(alarm.acknowledged_at))
        pairs += [(to.words("alarms.acknowledged"), by), (to.words("alarms.reason"), alarm.reason)]
    if alarm.cleared_at is not None:
        pairs.append((to.words("alarms.cleared"), moment(alarm.cleared_at)))
    said = {"alarm": alarm, "says": alarm_says(alarm, to), "pairs": pairs, "href": alarm_href(alarm, to)}
    return Shown(template="quanyi_console/alarm.html", title=to.words(f"alarms.name_{alarm.name}"), said=said)


def _read(_: Console) -> None:
    """The form has no field but its reason."""


def _acknowledge(to: Console, _: None, booking: Booking) -> Done:
    to.books.desk.alarms.acknowledge(to.path["alarm"], by=booking.by, reason=booking.reason, key=booking.key)
    return Done()


def open_alarms(to: Console) -> int:
    """How many alarms nobody has acknowledged yet."""
    return sum(alarm.phase == "raised" for alarm in to.books.desk.alarms.standing())


ALARM_SCREENS = (
    Screen(name="alarms", path="/alarms", roles=_SEES, view=_list, count=open_alarms),
    Screen(
        name="alarm",
        path="/alarms/<alarm>",
        roles=_SEES,
        view=_one,
        under="alarms",
        actions=(Action(name="acknowledge", roles={"operator", "approver"}, read=_read, run=_acknowledge),),
    ),
)
