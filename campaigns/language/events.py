"""
Event types with typed attributes, and the check of what comes in.

Checked values are plain: text, whole numbers of the smallest unit, bools, lists; dates and instants
are ISO text, instants in UTC. So they can be stored as JSON and compared, whoever sent them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import islice
from typing import Any
from zoneinfo import ZoneInfo

import attrs

from quanyi.entitlements.amounts import parse_amount
from quanyi.entitlements.errors import InputError
from quanyi.entitlements.identifiers import identifier
from quanyi.entitlements.parsing import parse_date, parse_instant, parse_whole, quoted

__all__ = [
    "TYPES",
    "Attribute",
    "EventType",
    "Incoming",
    "command",
    "read_values",
    "told",
    "with_context",
]

_LONGEST_TEXT = 10_000
_MOST_ITEMS = 1000
_MOST_TOLD = 20
TYPES = ("bool", "date", "decimal", "id", "instant", "int", "money", "text", "user")
"""The types of attributes, besides the ids of units."""


@attrs.frozen(kw_only=True)
class Attribute:
    """
    One typed value of an event, the profile, or the context.

    Attributes:
        type: One of `TYPES`, or a unit's id.
        scale: Decimal places of an amount.
        many: Whether it is a list.
        default: Used if the value is missing; ``today`` and ``now`` mean the moment of the check.
        personal: Whether it is about a person, so that it is never stored in clear.
        context: Whether it is of the request that brings the event, not of the event itself.
    """

    name: str
    type: str
    scale: int = 0
    many: bool = False
    optional: bool = False
    default: str | None = None
    personal: bool = False
    context: bool = False

    @property
    def is_amount(self) -> bool:
        """Whether it is an amount of money or of a unit."""
        return self.type in ("money", "decimal") or self.type not in TYPES

    @property
    def is_number(self) -> bool:
        """Whether it is a whole number of anything."""
        return not self.many and (self.is_amount or self.type == "int")


@attrs.frozen(kw_only=True)
class Incoming:
    """
    An event's data after they were checked.

    Attributes:
        data: Attributes that are stored; `personal` are those about people.
        sent: Those of `data` that the host named; the others are defaults.
        source: (attribute, value) pairs by which this can be undone.
        key: The value of its key attribute, which makes it unique; None if it has none.
    """

    data: Mapping[str, Any]
    sent: Mapping[str, Any]
    personal: Mapping[str, Any]
    source: tuple[tuple[str, str], ...]
    key: str | None


@attrs.frozen(kw_only=True)
class EventType:
    """
    One type of event or command.

    Attributes:
        key: The attribute that makes it unique if the host sends no key.
        source: The attributes by which it can be undone later.
        command: Whether somebody waits for the answer.
        built_in: Whether every mall has it.
        inner: Whether only decisions cause it, so that no host may report it.
        where: ``file:line``.
    """

    id: str
    attributes: Mapping[str, Attribute] = attrs.field(factory=dict)
    key: str | None = None
    source: tuple[str, ...] = ()
    command: bool = False
    built_in: bool = False
    inner: bool = False
    where: str = attrs.field(default="", eq=False)

    @property
    def own(self) -> Mapping[str, Attribute]:
        """Its attributes without those of the context."""
        return {name: attribute for name, attribute in self.attributes.items() if not attribute.context}

    def read(self, data: Mapping[str, Any], *, now: datetime, zone: ZoneInfo, decimals: bool = False) -> Incoming:
        """
        Check *data* and turn amounts into whole numbers of their smallest unit.

        >>> from datetime import UTC
        >>> paid = EventType(id="order.paid", attributes={"amount": Attribute(name="amount", type="money", scale=2)})
        >>> march = datetime(2026, 3, 8, tzinfo=UTC)
        >>> [paid.read({"amount": said}, now=march, zone=ZoneInfo("UTC")).data["amount"] for said in ("19.90", 1990)]
        [1990, 1990]

        Args:
            data: An int in an amount is in the smallest unit; text and `Decimal` are decimals.
            now: What the default ``now`` means, and ``today`` in *zone*.
            decimals: Whether ints are decimals too, as in stories and recorded files.

        Raises:
            InputError: Something is missing, unknown or of another type; the message lists all of it.
        """
        values = read_values(self.id, self.own, data, now=now, zone=zone, decimals=decimals, part="data")
        personal = {name for name, attribute in self.attributes.items() if attribute.personal}
        source = tuple((name, identifier(values[name], name)) for name in self.source if name in values)
        kept = {name: value for name, value in values.items() if name not in personal}
        return Incoming(
            data=kept,
            sent={name: value for name, value in kept.items() if data.get(name) is not None},
            personal={name: value for name, value in values.items() if name in personal},
            source=source,
            key=identifier(values[self.key], str(self.key)) if self.key in values else None,
        )


def read_values(
    name: str,
    attributes: Mapping[str, Attribute],
    data: Mapping[str, Any],
    *,
    now: datetime,
    zone: ZoneInfo,
    decimals: bool = False,
    open_ended: bool = False,
    part: str = "",
) -> dict[str, Any]:
    """
    Check *data* against *attributes*, as `EventType.read` does.

    Args:
        open_ended: Whether values may be missing, and unknown ones are ignored.
        part: In which part of a request they stand, ``data`` or ``context``; an error names its attributes by it.
    """
    problems = [] if open_ended else [f"unknown attribute {quoted(key)}" for key in data if key not in attributes]
    at = [] if open_ended else [(part, str(key), "unknown attribute") for key in data if key not in attributes]
    values: dict[str, Any] = {}
    for attribute in attributes.values():
        try:
            found = _found(attribute, data, now, zone)
            if found is not None:
                values[attribute.name] = _read(attribute, found, zone, decimals=decimals)
            elif not attribute.optional and not open_ended:
                problems.append(f"{attribute.name!r} is missing")
                at.append((part, attribute.name, "is missing"))
        except (InputError, ValueError) as no:
            problems.append(f"{attribute.name!r}: {no}")
            at.append((part, attribute.name, str(no)))
    if problems:
        more = f"; and {len(problems) - _MOST_TOLD} more" if len(problems) > _MOST_TOLD else ""
        raise InputError(
            f"{name}: {'; '.join(problems[:_MOST_TOLD])}{more}", attributes=tuple(at[:_MOST_TOLD]) if part else ()
        )
    return values


def _found(attribute: Attribute, data: Mapping[str, Any], now: datetime, zone: ZoneInfo) -> Any:
    if data.get(attribute.name) is not None or attribute.default is None:
        return data.get(attribute.name)
    moments = {("date", "today"): now.astimezone(zone).date().isoformat(), ("instant", "now"): now}
    return moments.get((attribute.type, attribute.default), attribute.default)


def _read(attribute: Attribute, value: Any, zone: ZoneInfo, *, decimals: bool) -> Any:
    if not attribute.many:
        return _read_one(attribute, value, zone, decimals=decimals)
    if isinstance(value, str | bytes | AbstractSet | Mapping) or not isinstance(
        value, Iterable
    ):  # a set has no order to keep
        raise _not(value, "a list")
    items = list(islice(value, _MOST_ITEMS + 1))
    if len(items) > _MOST_ITEMS:
        raise ValueError(f"a list of more than {_MOST_ITEMS} items")
    return [_read_one(attribute, item, zone, decimals=decimals) for item in items]


def _read_one(attribute: Attribute, value: Any, zone: ZoneInfo, *, decimals: bool) -> Any:
    if attribute.is_amount:
        return _amount(attribute, value, decimals=decimals)
    if attribute.type == "instant":
        return _instant(value, zone)
    if attribute.type in ("id", "user"):
        return "" if value == attribute.default == "" else identifier(value, attribute.name)
    return {"bool": _bool, "date": _date, "int": _int}.get(attribute.type, _text)(value)


def _amount(attribute: Attribute, value: Any, *, decimals: bool) -> int:
    if isinstance(value, bool | float) or not isinstance(value, int | str | Decimal):
        raise _not(value, "an amount; send an int of the smallest unit, or exact decimal text")
    if isinstance(value, int) and not decimals:
        return value
    try:
        return parse_amount(value, attribute.scale, cut=attribute.type == "decimal")
    except ArithmeticError:
        raise _not(value, "an amount") from None


def _text(value: Any) -> str:
    if isinstance(value, bool) or not isinstance(value, str | int):
        raise _not(value, "text")
    text = str(value)
    if len(text) > _LONGEST_TEXT:
        raise ValueError(f"{quoted(text)} is longer than {_LONGEST_TEXT} characters")
    return text


def _int(value: Any) -> int:
    if isinstance(value, str) and value.lstrip("-").isdigit():
        return parse_whole(value)
    if isinstance(value, bool) or not isinstance(value, int):
        raise _not(value, "a whole number")
    return value


def _bool(value: Any) -> bool:
    if value in ("true", "false"):
        return bool(value == "true")
    if not isinstance(value, bool):
        raise _not(value, "true or false")
    return value


def _date(value: Any) -> str:
    if not isinstance(value, date | str) or isinstance(value, datetime):
        raise _not(value, "a date")
    return parse_date(value if isinstance(value, str) else value.isoformat()).isoformat()


def _instant(value: Any, zone: ZoneInfo) -> str:
    if not isinstance(value, datetime | str):
        raise _not(value, "an instant")
    moment = parse_instant(value if isinstance(value, str) else value.isoformat())
    if moment.tzinfo is None:
        if isinstance(value, datetime):
            raise ValueError(f"{value!r} has no zone")
        moment = moment.replace(tzinfo=zone)
    return moment.astimezone(UTC).isoformat()


def _not(value: Any, wanted: str) -> ValueError:
    return ValueError(f"{quoted(value)} is not {wanted}")


def with_context(event: EventType, context: Mapping[str, Attribute]) -> EventType:
    """The event with the attributes of the context added. Where both have a name, the event's own is used."""
    return attrs.evolve(event, attributes={**context, **event.attributes})


def command(id_: str, *attributes: Attribute) -> EventType:
    """
    A command that a kind of campaign answers.

    >>> command("raffle.enter", Attribute(name="number", type="int")).command
    True
    """
    return EventType(id=id_, attributes={a.name: a for a in attributes}, command=True, built_in=True)


def told(id_: str, *attributes: Attribute) -> EventType:
    """An event that decisions of a kind of campaign tell, and nobody reports."""
    return EventType(id=id_, attributes={a.name: a for a in attributes}, built_in=True, inner=True)
