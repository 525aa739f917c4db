"""
What a mall keeps of one person, in full: for whoever asks what is known of them.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from quanyi.campaigns.ports import Ports
from quanyi.entitlements.errors import NotFound
from quanyi.entitlements.identifiers import identifier
from quanyi.entitlements.listings import Listing
from quanyi.entitlements.plain import plain
from quanyi.entitlements.ports import Entry
from quanyi.entitlements.records import Act, Person

__all__ = ["person_data"]

_AT_ONCE = 500
_NOT_THEIRS = (Act.kind, Person.kind)
"""Kinds that are no data of the person themselves: what operators noted, and the record that ties the id to the books."""


def person_data(ports: Ports, user: str) -> dict[str, Any]:
    """
    Everything that stands in the books of *user*, as plain values: balances with their lots, every line of the history,
    and every record of theirs by its kind. Card codes are not in it; their owner reveals them.

    Raises:
        NotFound: The books know nobody of that id.
    """
    holder = ports.holder(identifier(user, "user"))
    if holder == "?":
        raise NotFound("the books know nobody of this id")
    kinds = [kind.kind for kind in ports.project.kinds.records if kind.kind not in _NOT_THEIRS]
    found = zip(kinds, ports.listed([Listing(kind=kind, holders=[holder]) for kind in kinds]), strict=True)
    lots = [{"unit": lot.unit, "amount": amount, "ends": lot.ends} for lot, amount in _lots(ports, holder)]
    return {
        "user": user,
        "mall": ports.project.mall,
        "at": ports.now().isoformat(),
        "balances": lots,
        "history": [entry.to_dict() for unit in ports.project.units for entry in _entries(ports, holder, unit)],
        "records": {kind: [plain(record.to_dict()) for record in records] for kind, records in found if records},
    }


def _lots(ports: Ports, holder: str) -> Any:
    return ports.read(("lots", holder), lambda store: store.lots(holder))


def _entries(ports: Ports, holder: str, unit: str) -> Iterator[Entry]:
    """All lines of one unit, newest first."""
    last: int | None = None
    while True:
        before = last
        page = ports.store.entries(holder, unit, limit=_AT_ONCE, before=before)
        yield from page
        if len(page) < _AT_ONCE:
            return
        last = page[-1].number
