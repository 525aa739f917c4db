"""
Records that all plays share: a person, a deal, an entitlement, a promise, and what a source booked.

A record is a frozen value with a version kept by the store. It carries the few columns that
lists ask for (`holder`, `phase`, `campaign`, `item`, `due_at`) as fields of its own.
"""

from quanyi.entitlements.records.base import FIRST_FORMAT, Move, Person, Record, RecordKey, lookup_digest
from quanyi.entitlements.records.deals import Deal, Entitlement, Loaded, shared_codes
from quanyi.entitlements.records.promises import Booked, Promise, Trail
from quanyi.entitlements.records.usage import Usage, Use

__all__ = [
    "FIRST_FORMAT",
    "RECORDS",
    "Booked",
    "Deal",
    "Entitlement",
    "Loaded",
    "Move",
    "Person",
    "Promise",
    "Record",
    "RecordKey",
    "Trail",
    "Usage",
    "Use",
    "lookup_digest",
    "shared_codes",
]

RECORDS: tuple[type[Record], ...] = (
    Deal,
    Entitlement,
    Loaded,
    Person,
    Promise,
    Trail,
    Usage,
)
"""The kinds that all plays share; what one play alone keeps stands in its `records.py`."""
