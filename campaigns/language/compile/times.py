"""
Compiles times: local dates and clock times become instants.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from quanyi.campaigns.language.compile.scope import Scope
from quanyi.campaigns.language.message import Message
from quanyi.campaigns.language.places import Place
from quanyi.campaigns.language.schema.clauses import RunsMap, WindowMap, WindowWord
from quanyi.entitlements.time import Duration, Span, Window, local_start, zone_of

__all__ = ["instant", "runs", "window"]

_DATE_LENGTH = len("2026-05-01")


def runs(file: RunsMap, place: Place, scope: Scope) -> Span:
    """The half-open span in which a campaign runs, in UTC."""
    start = instant(file.from_, place / "from", scope) if file.from_ else None
    end = _end(file, place, scope)
    if start is not None and end is not None and end <= start:
        scope.findings.key_error(place, "ends-before-start", "it ends before it starts, or at once")
        return Span(start=start)
    return Span(start=start, end=end)


def instant(text: str, place: Place, scope: Scope) -> datetime:
    """
    The instant of a text, or the beginning of a local day.

    A local time that a change of summer time skips or repeats is a finding.
    """
    if len(text) <= _DATE_LENGTH:
        return local_start(date.fromisoformat(text), zone_of(scope.zone))
    found = datetime.fromisoformat(text)
    if found.tzinfo is not None:
        return found.astimezone(UTC)
    first = found.replace(tzinfo=zone_of(scope.zone))
    second = first.replace(fold=1)
    if first.utcoffset() != second.utcoffset():
        _changed_clock(first, second, place, scope)
    return first.astimezone(UTC)


def window(value: WindowWord | WindowMap, place: Place, scope: Scope) -> Window:
    """A calendar window, or one of a given length."""
    if not isinstance(value, WindowMap):
        return Window(value)
    hint = "{last: 10m}, {since_first: 7d} or {every: 2 weeks, from: a date}"
    names = [name for name in ("every", "last", "since_first") if getattr(value, name) is not None]
    if len(names) != 1:
        if scope.findings.sound(place):
            scope.findings.key_error(place, "bad-window", "a window is one of last, since_first and every", hint)
        return Window()
    if (value.every is None) != (value.from_ is None):
        if scope.findings.sound(place):
            message = "every and from belong together: how long, and when the first one begins"
            scope.findings.key_error(place, "bad-window", message, hint)
        return Window()
    start = instant(value.from_, place / "from", scope) if value.from_ is not None else None
    length = Duration.parse(value.every or value.last or value.since_first or "")
    return Window("every" if value.every else "last" if value.last else "since_first", length, start)


def _changed_clock(first: datetime, second: datetime, place: Place, scope: Scope) -> None:
    """Note a local time that exists twice, or not at all, because of a change of summer time."""
    zone = zone_of(scope.zone)
    exists = first.astimezone(UTC).astimezone(zone).replace(tzinfo=None) == first.replace(tzinfo=None)
    hint = Message.any_of(f'"{moment.isoformat(timespec="minutes")}"' for moment in (first, second))
    if exists:
        message = Message("the clocks in {zone} show this time twice that day", zone=scope.zone)
        scope.findings.error(place, "time-twice", message, Message("write {hint}", hint=hint))
    else:
        message = Message("the clocks in {zone} skip this time that day", zone=scope.zone)
        scope.findings.error(place, "time-does-not-exist", message, Message("write {hint}", hint=hint))


def _end(file: RunsMap, place: Place, scope: Scope) -> datetime | None:
    if file.until and file.through:
        scope.findings.key_error(place / "through", "until-and-through", "an end is written either way, not both")
    if file.until:
        if len(file.until) <= _DATE_LENGTH:
            hint = Message(
                'write through: "{until}" if the whole day counts, or until: "{until} 00:00"', until=file.until
            )
            scope.findings.error(place / "until", "until-without-clock", "until needs a clock time", hint)
        return instant(file.until, place / "until", scope)
    if not file.through:
        return None
    if len(file.through) > _DATE_LENGTH:
        hint = Message('write until: "{through}"', through=file.through)
        scope.findings.error(place / "through", "through-with-clock", "through is a date, all of which counts", hint)
        return instant(file.through, place / "through", scope)
    day = date.fromisoformat(file.through) + timedelta(days=1)
    return local_start(day, zone_of(scope.zone))
