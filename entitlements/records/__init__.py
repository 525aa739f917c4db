"""
Everything with a story: a person, a deal, an entitlement, a promise, a bond, what a source booked.

A record is a frozen value with a version kept by the store. It carries the few columns that
lists ask for (`holder`, `phase`, `campaign`, `item`, `due_at`) as fields of its own.
"""

from quanyi.entitlements.records.base import FIRST_FORMAT, Move, Person, Record, RecordKey, lookup_digest
from quanyi.entitlements.records.bonds import Bond, Invite, Seen
from quanyi.entitlements.records.deals import Deal, Entitlement, Loaded, PackPart, shared_codes
from quanyi.entitlements.records.marks import MarkedDay, Marks, Progress, Usage, Use
from quanyi.entitlements.records.promises import Booked, Promise, Trail

__all__ = [
    "BUILTIN_RECORDS",
    "FIRST_FORMAT",
    "Bond",
    "Booked",
    "Deal",
    "Entitlement",
    "Invite",
    "Loaded",
    "MarkedDay",
    "Marks",
    "Move",
    "PackPart",
    "Person",
    "Progress",
    "Promise",
    "Record",
    "RecordKey",
    "Seen",
    "Trail",
    "Usage",
    "Use",
    "lookup_digest",
    "shared_codes",
]

BUILTIN_RECORDS: tuple[type[Record], ...] = (
    Bond,
    Deal,
    Entitlement,
    Invite,
    Loaded,
    MarkedDay,
    Marks,
    PackPart,
    Person,
    Progress,
    Promise,
    Seen,
    Trail,
    Usage,
)
"""The kinds a store knows from the start; a host's own plays add theirs."""
