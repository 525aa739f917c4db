"""
Liability: what is in all wallets together, by the last day on which it can be spent. Read from sums, never from wallets.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta

import attrs

from quanyi.adapters.figures.counting import WHOLE_MARK
from quanyi.adapters.figures.reading import sums_of
from quanyi.campaigns.figures.dimensions import ENDS
from quanyi.campaigns.figures.figures import COUNTED
from quanyi.campaigns.ports import Ports
from quanyi.entitlements.time import zone_of

__all__ = ["TERMS", "Liability", "LiabilityRow", "liability"]

TERMS = ("month", "next", "later", "never")
"""When points end: this month, next month, later, or never."""

_ISSUED, _SPENT = COUNTED.index("issued"), COUNTED.index("spent")


@attrs.frozen(kw_only=True)
class LiabilityRow:
    """
    What of one unit ends on one day, in all wallets together.

    Attributes:
        last: The last day on which it can be spent; None for what never ends.
        term: One of `TERMS`.
    """

    unit: str
    last: date | None
    term: str
    amount: int


@attrs.frozen(kw_only=True)
class Liability:
    """
    What people have, by its end.

    Attributes:
        whole: Whether all of it was counted; else figures were begun by an older program, and are to be counted again.
        rows: By unit, those that end first at the beginning.
    """

    whole: bool
    rows: tuple[LiabilityRow, ...] = ()

    def of(self, unit: str, terms: Iterable[str] = TERMS) -> int:
        """How much of a unit ends in these terms."""
        wanted = frozenset(terms)
        return sum(row.amount for row in self.rows if row.unit == unit and row.term in wanted)

    def within(self, unit: str, last: date) -> int:
        """How much of a unit ends on that day or before."""
        return sum(row.amount for row in self.rows if row.unit == unit and row.last is not None and row.last <= last)

    @property
    def units(self) -> Sequence[str]:
        """The units that somebody has some of."""
        return sorted({row.unit for row in self.rows})


def liability(ports: Ports) -> Liability:
    """
    What people have by now, as far as figures are counted: two small ranges of sums, however many people there are.
    """
    today = ports.now().astimezone(zone_of(ports.project.zone)).date()
    sums = sums_of(ports)
    kept = [*sums.balances(ENDS, "", ""), *sums.balances(ENDS, today.isoformat())]
    rows = []
    for key, amounts in kept:
        amount = amounts[_ISSUED] - amounts[_SPENT]
        if key.value == "" and amount:
            last = date.fromisoformat(key.day) if key.day else None
            rows.append(LiabilityRow(unit=key.item, last=last, term=_term(last, today), amount=amount))
    return Liability(
        whole=not kept or any(key == WHOLE_MARK for key, _ in kept),
        rows=tuple(sorted(rows, key=lambda row: (row.unit, row.last is None, row.last or today))),
    )


def _term(last: date | None, today: date) -> str:
    if last is None:
        return "never"
    following = (today.replace(day=1) + timedelta(days=32)).replace(day=1)
    behind = (following + timedelta(days=32)).replace(day=1)
    return "month" if last < following else "next" if last < behind else "later"
