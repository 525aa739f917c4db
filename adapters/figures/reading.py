"""
Reads figures: which sums answer a question, and the rows that they come to.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING, Any, Protocol

from quanyi.adapters.figures.asking import LAST, Asked, Group, known
from quanyi.adapters.figures.counting import SumKey, costs_in
from quanyi.campaigns.figures.figures import COUNTED, SHOWN, Figures, FiguresRow, added
from quanyi.entitlements.errors import NotFound
from quanyi.entitlements.identifiers import identifier
from quanyi.entitlements.time import zone_of

if TYPE_CHECKING:
    from quanyi.adapters.sql.figures import SqlFigures
    from quanyi.campaigns.ports import Ports

__all__ = ["Sums", "brands", "costs_of", "figures", "in_database", "sums_of"]

_DAYS = 28
_OF_UNITS = ("issued", "spent")


class Sums(Protocol):
    """Where figures are kept."""

    def counted(self, asked: Asked) -> list[Group]:
        """What the journal says, by what was asked and by item."""
        ...

    def balances(self, dimension: str, first: str = "", last: str = LAST) -> list[tuple[SumKey, Sequence[int]]]:
        """The sums of one dimension whose day lies between these two, both included, in the order of `COUNTED`."""
        ...

    def shown(self, asked: Asked) -> list[Group]:
        """What pages say, likewise."""
        ...

    def standing(self, now: datetime) -> tuple[datetime | None, bool]:
        """When the last counted change was decided, and whether another one waits for more than a minute."""
        ...

    def add_showings(self, sums: Mapping[SumKey, Sequence[int]]) -> None:
        """Add what pages have shown."""
        ...


def sums_of(ports: Ports) -> Sums:
    """Where the figures of a mall are kept: in its database, or counted anew each time for one in memory."""
    from quanyi.adapters.sql.store import SqlStore

    if isinstance(ports.store, SqlStore):
        return in_database(ports, ports.store)
    from quanyi.adapters.figures.memory import MemoryFigures

    return MemoryFigures(ports.store, ports.project.zone, costs_of(ports))


def in_database(ports: Ports, store: Any) -> SqlFigures:
    """The figures of a mall in a database."""
    from quanyi.adapters.sql.figures import SqlFigures

    return SqlFigures(store, ports.project.zone, costs_of(ports))


def costs_of(ports: Ports) -> Callable[[str, str], Mapping[str, int]]:
    """What the benefits of a campaign's version cost, by id; each version is read once."""

    @cache
    def costs(campaign: str, version: str) -> Mapping[str, int]:
        try:
            return costs_in(ports.version(campaign, version)) if campaign and version else {}
        except NotFound:
            return {}

    return costs


def figures(
    ports: Ports,
    *,
    by: str = "",
    first: date | None = None,
    last: date | None = None,
    campaign: str | None = None,
    item: str | None = None,
    brand: str | None = None,
) -> Figures:
    """The figures of a mall; see `OpenMall.figures`."""
    project, now = ports.project, ports.now()
    until = last or now.astimezone(zone_of(project.zone)).date()
    asked = Asked(
        first=first or until - timedelta(days=_DAYS - 1),
        last=until,
        by=known(by, project.counted),
        campaign=None if campaign is None else identifier(campaign, "campaign"),
        items=_items(ports, item, brand),
    )
    sums = sums_of(ports)
    counted_to, late = sums.standing(now)
    whole = {key: _row(key, groups) for key, *groups in _by_key(ports, asked, sums)}
    rows = [whole.get(key) or FiguresRow(key=key) for key in _keys(ports, asked, whole)] if by else []
    return Figures(
        first=asked.first,
        last=asked.last,
        by=by,
        zone=project.zone,
        currency=project.currency.id,
        rows=tuple(rows),
        total=added("", whole.values()),
        counted_to=counted_to,
        late=late,
    )


def _items(ports: Ports, item: str | None, brand: str | None) -> frozenset[str] | None:
    """The items that are asked for; None for all."""
    if item is None and brand is None:
        return None
    named = None if item is None else frozenset({identifier(item, "item")})
    if brand is None:
        return named
    its = frozenset(thing for thing, whose in brands(ports).items() if whose == brand)
    return its if named is None else its & named


def brands(ports: Ports) -> dict[str, str]:
    """The brand of each thing that has one."""
    return {id_: benefit.platform for id_, benefit in ports.project.benefits.items() if benefit.platform}


def _by_key(ports: Ports, asked: Asked, sums: Sums) -> Iterator[tuple[Any, ...]]:
    """Of each key what the journal and pages say, by item."""
    of = brands(ports) if asked.by == "brand" else {}
    found: dict[str, tuple[list[Group], list[Group]]] = {}
    for place, groups in enumerate((sums.counted(asked), sums.shown(asked))):
        for group in groups:
            key = of.get(group.item, "") if asked.by == "brand" else group.key
            found.setdefault(key, ([], []))[place].append(group)
    return ((key, *pair) for key, pair in found.items())


def _row(key: str, groups: Sequence[Sequence[Group]]) -> FiguresRow:
    counted, shown = groups
    sums: dict[str, Any] = {}
    for names, some in ((COUNTED, counted), (SHOWN, shown)):
        columns = (
            some[0].sums if len(some) == 1 else [sum(column) for column in zip(*(g.sums for g in some), strict=True)]
        )
        sums.update(zip(names, columns, strict=False))
        for name in _OF_UNITS if names is COUNTED else ():
            place = names.index(name)
            sums[name] = {g.item: g.sums[place] for g in some if g.sums[place]}
    return FiguresRow(key=key, **sums)


def _keys(ports: Ports, asked: Asked, whole: Mapping[str, FiguresRow]) -> list[str]:
    """The keys of all rows in their order: every day and hour, and what is on offer though nobody took it."""
    if asked.by == "day":
        days = (asked.last - asked.first).days + 1
        return [(asked.first + timedelta(days=n)).isoformat() for n in range(days)]
    if asked.by == "hour":
        return [f"{hour:02}" for hour in range(24)]
    idle = [key for key in dict.fromkeys(_idle(ports, asked)) if key not in whole]
    return [*sorted(whole, key=lambda key: (-whole[key].claims, -whole[key].shown, key)), *idle]


def _idle(ports: Ports, asked: Asked) -> Iterable[str]:
    """What could have figures by now: things and their brands on offer, campaigns in force."""
    if asked.by == "campaign" and asked.items is None:
        campaigns = sorted(play.head.campaign for play in ports.plays())
        return [campaign for campaign in campaigns if asked.campaign in (None, campaign)]
    if asked.by not in ("item", "brand"):
        return []
    things = [thing for thing in ports.catalogue().things if asked.campaign in (None, thing.campaign)]
    items = sorted({thing.item for thing in things if asked.items is None or thing.item in asked.items})
    of = brands(ports)
    return [of[item] for item in items if item in of] if asked.by == "brand" else items
