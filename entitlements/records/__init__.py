"""
Records that all plays share: a person, a deal, an entitlement, a promise, a rating, a reminder, an act of an operator, help that waits
for a yes, an alarm, a purchase at a supplier, a batch of card codes, and what a source booked.

A record is a frozen value with a version kept by the store. It carries the few columns that
lists ask for (`holder`, `phase`, `campaign`, `item`, `due_at`) as fields of its own.
"""

from quanyi.entitlements.records.acts import Act
from quanyi.entitlements.records.alarms import Alarm
from quanyi.entitlements.records.base import FIRST_FORMAT, Move, Person, Record, RecordKey, lookup_digest
from quanyi.entitlements.records.codes import CodeBatch, ended_codes
from quanyi.entitlements.records.deals import Deal, Entitlement, Loaded, shared_codes
from quanyi.entitlements.records.help import HelpRequest
from quanyi.entitlements.records.promises import Booked, Promise, Trail
from quanyi.entitlements.records.purchases import Purchase, ReplyNote, Standing
from quanyi.entitlements.records.ratings import Rating
from quanyi.entitlements.records.reminders import Reminder, Waitlist
from quanyi.entitlements.records.usage import Usage, Use

__all__ = [
    "FIRST_FORMAT",
    "RECORDS",
    "Act",
    "Alarm",
    "Booked",
    "CodeBatch",
    "Deal",
    "Entitlement",
    "HelpRequest",
    "Loaded",
    "Move",
    "Person",
    "Promise",
    "Purchase",
    "Rating",
    "Record",
    "RecordKey",
    "Reminder",
    "ReplyNote",
    "Standing",
    "Trail",
    "Usage",
    "Use",
    "Waitlist",
    "ended_codes",
    "lookup_digest",
    "shared_codes",
]

RECORDS: tuple[type[Record], ...] = (
    Act,
    Alarm,
    CodeBatch,
    Deal,
    Entitlement,
    HelpRequest,
    Loaded,
    Person,
    Promise,
    Purchase,
    Rating,
    Reminder,
    Standing,
    Trail,
    Usage,
    Waitlist,
)
"""The kinds that all plays share; what one play alone keeps stands in its `records.py`."""
