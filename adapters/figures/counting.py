"""
Counts changes of the journal into sums by day: the one place that says what each figure counts.

A change says in its lines what was written, and its records say of which campaign and thing that was: of an order and an
entitlement only what never changes afterwards is read, so that counting again later comes to the same.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any, NamedTuple, Protocol
from zoneinfo import ZoneInfo

import attrs

from quanyi.campaigns.figures.dimensions import ALL, ENDS, HOUR, MOST, OTHERS, PLACES, WHOLE, monthly
from quanyi.campaigns.figures.figures import COUNTED
from quanyi.entitlements.accounts import digest16
from quanyi.entitlements.benefits import Benefit
from quanyi.entitlements.records import Deal, Entitlement, Promise, Rating, Record

__all__ = [
    "COUNTED_RECORDS",
    "WHOLE_MARK",
    "Counting",
    "SumKey",
    "amounts_of",
    "costs_in",
    "keys_of",
    "limit_value",
    "record_ids",
]

COUNTED_RECORDS = frozenset({Deal.kind, Entitlement.kind, Promise.kind, Rating.kind})
"""The kinds of records that figures look at."""

_PLACE = {name: place for place, name in enumerate(COUNTED)}
_OF_UNITS = frozenset({_PLACE["issued"], _PLACE["spent"]})
_LONGEST_VALUE = 120
_FOR_ALL = 2
"""How many parts the account of a limit has that counts everybody together: the limit and its window."""


class SumKey(NamedTuple):
    """What a sum is of: *value* is the hour or the value of a context, empty in the dimension `WHOLE`."""

    dimension: str
    value: str
    day: str
    campaign: str
    item: str


WHOLE_MARK = SumKey(ENDS, "whole", "", "", "")
"""The sum that says that points by their end were counted from the first change on."""


def limit_value(limit: str) -> str:
    """What stands for a limit among sums: its id, or a digest of one that is too long for a key of a table."""
    return limit if len(limit) <= _LONGEST_VALUE else digest16("limit", limit).hex()


def keys_of(parts: Iterable[tuple[str, str]], day: str, campaign: str, item: str) -> Iterator[SumKey]:
    """The sums of a day and those of its month, as a whole and by hour and context; `ALL` has its own."""
    for dimension, value in parts:
        yield SumKey(dimension, value, day, campaign, item)
        yield SumKey(monthly(dimension), value, day[:7], campaign, item)


class _Change(Protocol):
    """A change as a store's journal has it."""

    @property
    def campaign(self) -> str: ...
    @property
    def decided_at(self) -> datetime: ...
    @property
    def lines(self) -> Iterable[Any]: ...


def record_ids(lines: Iterable[Any]) -> Iterator[str]:
    """The ids, in hex, of the records that must be read to count these lines."""
    return (line[2] for line in lines if line[0] == "put" and line[1] in COUNTED_RECORDS)


class Counting:
    """
    Sums that changes are counted into, one after the other, in the order of the journal.

    Attributes:
        sums: By key, in the order of `COUNTED`.

    Args:
        zone: Whose days and hours they are.
        costs: What the benefits of a campaign's version cost, by id.
        known: Values of contexts that are counted by themselves already, by attribute.
        whole: Whether the first change of the journal is the first that is counted.
    """

    def __init__(
        self,
        zone: str,
        costs: Callable[[str, str], Mapping[str, int]],
        known: Mapping[str, Iterable[str]] | None = None,
        *,
        whole: bool = False,
    ) -> None:
        self.sums: dict[SumKey, list[int]] = {}
        self._zone, self._costs = ZoneInfo(zone), costs
        self._known = {name: set(values) for name, values in (known or {}).items()}
        self._whole = whole

    def add(self, change: _Change, records: Mapping[str, Record]) -> None:
        """Count one change. *records* are those that its lines name, by id in hex; one that is gone is not counted."""
        if self._whole:
            self._add(WHOLE_MARK, [(_PLACE["claims"], 1)])
            self._whole = False
        self._add_balances(change)
        amounts, context = amounts_of(change, records, self._costs)
        if not amounts:
            return
        local = change.decided_at.astimezone(self._zone)
        parts = [(WHOLE, ""), (HOUR, f"{local.hour:02}")]
        parts += [(name, self._value(name, value)) for name, value in context]
        by_item: dict[tuple[str, str], list[tuple[int, int]]] = {}
        for (campaign, item, figure), amount in amounts.items():
            by_item.setdefault((campaign, item), []).append((_PLACE[figure], amount))
        for (campaign, item), some in by_item.items():
            for key in keys_of(parts, local.date().isoformat(), campaign, item):
                self._add(key, some)
            day = local.date().isoformat()
            for place, amount in some:
                self._add(SumKey(ALL, "", day, "", item if place in _OF_UNITS else ""), [(place, amount)])

    def _add_balances(self, change: _Change) -> None:
        """What is in wallets by its end, and what is used of limits for everybody; these have no campaign and no month."""
        day = change.decided_at.astimezone(self._zone).date().isoformat()
        for line in change.lines:
            if line[0] == "post":
                for account, came in ((line[1], False), (line[2], True)):
                    kind, unit, *parts = account
                    if kind == "lot":
                        key = SumKey(ENDS, "", self._last_day(parts[1]), "", unit)
                        self._add(key, [(_PLACE["issued" if came else "spent"], line[3])])
                    elif kind == "used" and len(parts) == _FOR_ALL:
                        key = SumKey(PLACES, limit_value(parts[0]), day, "", unit)
                        self._add(key, [(_PLACE["spent" if came else "issued"], line[3])])

    def _last_day(self, ends: str) -> str:
        """The last day on which points can be spent that end at that instant; empty for those that never end."""
        if not ends:
            return ""
        return (datetime.fromisoformat(ends) - timedelta(microseconds=1)).astimezone(self._zone).date().isoformat()

    def _add(self, key: SumKey, some: Iterable[tuple[int, int]]) -> None:
        sums = self.sums.get(key)
        if sums is None:
            sums = self.sums[key] = [0] * len(COUNTED)
        for place, amount in some:
            sums[place] += amount

    def _value(self, name: str, value: str) -> str:
        """The value itself while there are few of them, else that of all others."""
        known = self._known.setdefault(name, set())
        if value in known or value == OTHERS:
            return value
        if len(known) >= MOST:
            return OTHERS
        known.add(value)
        return value


def amounts_of(
    change: _Change, records: Mapping[str, Record], costs: Callable[[str, str], Mapping[str, int]]
) -> tuple[dict[tuple[str, str, str], int], list[tuple[str, str]]]:
    """What one change counts, by campaign, item and figure; and how its request came, as far as that is counted by."""
    found = _found(change, records)
    return dict(_amounts(found, costs)), found.context


def costs_in(play: object) -> dict[str, int]:
    """What the benefits cost that a play names anywhere, by id."""
    found: dict[str, int] = {}
    waiting, seen = [play], set[int]()
    while waiting:
        value = waiting.pop()
        if id(value) in seen:
            continue
        seen.add(id(value))
        if isinstance(value, Benefit):
            found[value.id] = value.cost
        elif isinstance(value, Mapping):
            waiting += value.values()
        elif isinstance(value, list | tuple | frozenset):
            waiting += value
        elif attrs.has(kind := type(value)):
            waiting += [getattr(value, name) for name in attrs.fields_dict(kind)]
    return found


# --- one change -------------------------------------------------------------------------------------


@attrs.define
class _Found:
    """
    What one change wrote.

    Attributes:
        new: Records that came into being; `kept` whether a promise was kept, `parts` whether a part of a bundle stands in it.
        uses: The entitlements that were used; `taken` those that were withdrawn.
        told: The events it told.
        points: (``issued`` or ``spent``, unit, amount, label) of each posting.
    """

    campaign: str
    new: list[Record] = attrs.field(factory=list)
    uses: list[Entitlement] = attrs.field(factory=list)
    taken: list[Entitlement] = attrs.field(factory=list)
    deals: dict[str, Deal] = attrs.field(factory=dict)
    ratings: list[Rating] = attrs.field(factory=list)
    told: set[str] = attrs.field(factory=set)
    points: list[tuple[str, str, int, str]] = attrs.field(factory=list)
    counted: list[tuple[str, int]] = attrs.field(factory=list)
    context: list[tuple[str, str]] = attrs.field(factory=list)
    kept: bool = False
    parts: bool = False

    @property
    def takes(self) -> bool:
        """Whether what is given here was taken here, and not with an order or a promise before."""
        return bool(self.campaign) and not (self.kept or self.parts or self.deals)


def _found(change: _Change, records: Mapping[str, Record]) -> _Found:
    found, right = _Found(campaign=change.campaign), None
    for line in change.lines:
        match line[0]:
            case "put":
                record = _put(found, line, records)
                right = record if isinstance(record, Entitlement) else right
            case "emit" if len(line) == 2:  # noqa: PLR2004  (a timer's line has its instant)
                _told(found, line[1], right)
            case "post":
                found.points += _points(line)
            case "counted":
                found.counted.append((line[1], line[2]))
            case "context":
                found.context += [(name, value) for name, value in line[1:]]
    return found


def _put(found: _Found, line: list[Any], records: Mapping[str, Record]) -> Record | None:
    _, kind, id_, expected, phase = line
    found.parts |= kind == "part"
    record = records.get(id_)
    if record is None:
        return None
    if expected is None:
        found.new.append(record)
    elif isinstance(record, Promise) and phase == "kept":
        found.kept = True
    if isinstance(record, Deal):
        found.deals[id_] = record
    elif isinstance(record, Rating):
        found.ratings.append(record)
    return record


def _told(found: _Found, event: str, right: Entitlement | None) -> None:
    """An event; that of an entitlement is told right behind the line that writes it."""
    found.told.add(event)
    if right is not None and event == "entitlement.used":
        found.uses.append(right)
    elif right is not None and event == "entitlement.withdrawn":
        found.taken.append(right)


def _points(line: list[Any]) -> Iterator[tuple[str, str, int, str]]:
    """What a posting issues or spends. What goes to or comes from anywhere else in the world is neither."""
    source, destination, amount, label = line[1:5]
    if source[0] == "outside" and source[2] in _WORLD:
        figure, sign = _WORLD[source[2]]
        yield figure, source[1], sign * amount, label
    if destination[0] == "outside" and destination[2] in _WORLD:
        figure, sign = _WORLD[destination[2]]
        yield figure, destination[1], -sign * amount, label


_WORLD = {"issued": ("issued", 1), "revenue": ("spent", -1)}

_Amounts = Iterator[tuple[tuple[str, str, str], int]]
"""By campaign, item and figure."""


def _amounts(found: _Found, costs: Callable[[str, str], Mapping[str, int]]) -> _Amounts:
    """The amounts of all figures, each campaign, item and figure once, without zeros."""
    sums: dict[tuple[str, str, str], int] = {}
    for campaign, item, figure, amount in (*_of_deals(found), *_of_rights(found, costs), *_of_points(found)):
        key = (campaign, item, figure)
        sums[key] = sums.get(key, 0) + amount
    return (item for item in sums.items() if item[1])


_Lines = Iterator[tuple[str, str, str, int]]


def _of_deals(found: _Found) -> _Lines:
    handed = {(right.deal, right.item) for right in found.new if isinstance(right, Entitlement)}
    for deal in found.deals.values():
        of = (deal.campaign, deal.item)
        if deal in found.new:
            yield *of, "claims", 1
            yield *of, "claimed", deal.pieces
        if "deal.paid" in found.told:
            yield *of, "paid", deal.pay
            yield *of, "discount", max(deal.list_price - deal.pay, 0)
            if (deal.id, deal.item) not in handed:
                yield *of, "delivered", deal.pieces
        if "deal.closed" in found.told and "deal.paid" not in found.told:
            yield *of, "closed", 1
        if "deal.refunded" in found.told or any(figure == "refunded" for figure, _ in found.counted):
            yield *of, "refunds", 1
    for one in (*list(found.deals.values())[:1], *found.ratings[:1]):
        for figure, amount in found.counted:
            if figure in _PLACE:
                yield one.campaign, one.item, figure, amount


def _of_rights(found: _Found, costs: Callable[[str, str], Mapping[str, int]]) -> _Lines:
    given = [right for right in found.new if isinstance(right, Entitlement)]
    for right in given:
        yield right.campaign, right.item, "delivered", 1
        yield right.campaign, right.item, "granted", 1
        yield right.campaign, right.item, "cost", _cost(right, costs)
    for right in found.uses:
        yield right.campaign, right.item, "redeemed", 1
    for right in found.taken:
        yield right.campaign, right.item, "withdrawn", 1
        if not right.pool or right.shared:  # a code that was drawn is gone, whoever has it
            yield right.campaign, right.item, "cost", -_cost(right, costs)
    for promise in found.new:
        if isinstance(promise, Promise):
            yield promise.campaign, promise.item, "claims", 1
            yield promise.campaign, promise.item, "claimed", 1
    if found.takes:
        for campaign, item in dict.fromkeys((right.campaign, right.item) for right in given):
            yield campaign, item, "claims", 1
        for right in given:
            yield right.campaign, right.item, "claimed", 1


def _of_points(found: _Found) -> _Lines:
    earned = set()
    for figure, unit, amount, label in found.points:
        yield found.campaign, unit, figure, amount
        if figure == "issued" and label == "earn" and amount > 0:
            earned.add(unit)
    for unit in sorted(earned):
        yield found.campaign, unit, "delivered", 1
        if found.takes:
            yield found.campaign, unit, "claims", 1
            yield found.campaign, unit, "claimed", 1


def _cost(right: Entitlement, costs: Callable[[str, str], Mapping[str, int]]) -> int:
    return costs(right.campaign, right.version).get(right.item, 0)
