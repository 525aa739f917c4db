"""
A reminder that needs no account, script or message: a calendar file (RFC 5545).
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from quanyi.adapters.web.cards import Card
from quanyi.adapters.web.manners import manner_of
from quanyi.adapters.web.visit import Visit

__all__ = ["event_file"]

_LONGEST = 70


def event_file(card: Card, to: Visit, url: str) -> str:
    """The start of an offer as an event with an alarm ten minutes before."""
    start = card.until or to.now
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//quanyi//mall//EN",
        "BEGIN:VEVENT",
        f"UID:{card.offer.campaign}-{card.offer.item}-{_stamp(start)}",
        f"DTSTAMP:{_stamp(to.now)}",
        f"DTSTART:{_stamp(start)}",
        f"DTEND:{_stamp(start + timedelta(minutes=30))}",
        f"SUMMARY:{_escaped(to.words(f'sale.summary_{manner_of(card.offer)}', title=card.name))}",
        f"URL:{url}",
        "BEGIN:VALARM",
        "ACTION:DISPLAY",
        "TRIGGER:-PT10M",
        f"DESCRIPTION:{_escaped(card.name)}",
        "END:VALARM",
        "END:VEVENT",
        "END:VCALENDAR",
    ]
    return "\r\n".join(_folded(line) for line in lines) + "\r\n"


def _stamp(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")


def _folded(line: str) -> str:
    """Lines are at most 75 bytes; what is longer goes on in the next line after a space."""
    parts, current = [], ""
    for letter in line:
        if len((current + letter).encode()) > _LONGEST:
            parts.append(current)
            current = ""
        current += letter
    return "\r\n ".join([*parts, current])
