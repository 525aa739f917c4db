"""Every call of a host with a right value for each parameter, and values that nobody should send."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any
from uuid import UUID

import attrs

__all__ = ["CALLS", "JUNK", "Call", "Junk"]


@attrs.frozen
class Call:
    """One method of the mall or of its desk, and what to call it with."""

    method: str
    right: dict[str, Any]


@attrs.frozen
class Junk:
    """A value that nobody should send; *name* for the test's id."""

    name: str
    value: Any


CALLS = (
    Call("report", {"type_": "check_in", "user": "ann", "key": "r/1", "by": "clerk"}),
    Call("report", {"type_": "order.paid", "user": "ann", "key": "r/2", "data": {"order": "o1", "amount": "25.00"}}),
    Call(
        "exchange", {"offer": "coffee", "user": "ann", "key": "x/1", "qty": 1, "order": "o1", "code": "", "offset": 0}
    ),
    Call("exchange", {"offer": "coffee", "user": "ann", "key": "x/2", "campaign": "coffee-for-points"}),
    Call(
        "do",
        {
            "type_": "exchange",
            "user": "ann",
            "key": "do/1",
            "campaign": "coffee-for-points",
            "data": {"offer": "coffee"},
        },
    ),
    Call("claim", {"campaign": "arena", "item": "phone", "user": "ann", "key": "c/1", "qty": 1, "order": "o2"}),
    Call("settle", {"deal": "d1", "paid": 569_900, "key": "s/1", "user": "ann"}),
    Call("release", {"deal": "d1", "key": "l/1", "user": "ann"}),
    Call("refund", {"deal": "d1", "key": "b/1", "user": "ann", "qty": 1}),
    Call("redeem", {"entitlement": "e1", "user": "ann", "key": "u/1"}),
    Call("reveal", {"entitlement": "e1", "user": "ann", "key": "v/1"}),
    Call("rate", {"entitlement": "e1", "user": "ann", "key": "w/1", "worked": True, "stars": 4}),
    Call("rating", {"entitlement": "e1", "user": "ann"}),
    Call("remind", {"campaign": "arena", "item": "phone", "user": "ann", "key": "n/1"}),
    Call("cancel_reminder", {"campaign": "arena", "item": "phone", "user": "ann", "key": "n/2"}),
    Call("reminders", {"user": "ann"}),
    Call("choose", {"deal": "d1", "part": "gift", "choice": ["tea"], "key": "h/1", "user": "ann"}),
    Call("invite_code", {"campaign": "friends", "user": "ann", "key": "i/1"}),
    Call("accept_invite", {"code": "ABCD2345", "user": "ben", "key": "a/1"}),
    Call("desk.adjust", {"user": "ann", "unit": "points", "amount": 5, "key": "j/1", "reason": "a mistake"}),
    Call("desk.import_codes", {"benefit": "music", "codes": ["AAAA-1111"], "key": "m/1"}),
    Call("desk.grant", {"user": "ann", "benefit": "coffee", "key": "g/1", "reason": "a late parcel", "by": "ops/7"}),
    Call(
        "desk.note_act",
        {
            "act": "n1",
            "name": "person.adjust",
            "phase": "begun",
            "by": "ops/7",
            "reason": "a late parcel",
            "user": "ann",
            "campaign": "hot",
            "about": "d1",
            "why": "asleep",
            "rows": 1,
            "refusals": 2,
        },
    ),
    Call("desk.act", {"act": "n1"}),
    Call("desk.acts", {"user": "ann", "phase": "done", "after": "n1", "limit": 5}),
    Call("desk.alarms.get", {"alarm": "n1"}),
    Call("desk.alarms.list", {"phase": "raised", "name": "stock.low", "after": "n1", "limit": 5}),
    Call("desk.alarms.acknowledge", {"alarm": "n1", "by": "ops/7", "reason": "on my way", "key": "k/1"}),
    Call(
        "desk.help.ask", {"user": "ann", "thing": "points", "amount": 5, "key": "y/1", "reason": "late", "by": "ops/7"}
    ),
    Call("desk.help.approve", {"number": "n1", "key": "y/2", "reason": "seen", "by": "ops/8"}),
    Call("desk.help.decline", {"number": "n1", "key": "y/3", "reason": "seen", "by": "ops/8"}),
    Call("desk.help.withdraw", {"number": "n1", "key": "y/4", "reason": "seen", "by": "ops/7"}),
    Call("desk.help.bound", {"thing": "points", "amount": 5}),
    Call("desk.help.get", {"number": "n1"}),
    Call("desk.help.of", {"user": "ann"}),
    Call("desk.help.list", {"phase": "waiting", "after": "n1", "limit": 5}),
    Call("desk.person_data", {"user": "ann"}),
    Call("sweep", {"limit": 10}),
    Call("ask", {"key": "r/1", "type_": "check_in"}),
    Call("wallet", {"user": "ann"}),
    Call("entries", {"user": "ann", "unit": "points", "limit": 10, "before": 5}),
    Call("offers", {"user": "ann", "kind": "flash_sale"}),
    Call("offer", {"campaign": "arena", "item": "phone", "user": "ann"}),
    Call("eligible", {"user": "ann"}),
    Call("entitlements", {"user": "ann", "phase": "usable"}),
    Call("entitled", {"benefit": "coffee", "user": "ann"}),
    Call("entitlements", {"user": "ann", "after": "e1", "limit": 5}),
    Call("deals", {"user": "ann", "after": "d1", "limit": 5}),
    Call("desk.find_deals", {"order": "o1", "limit": 5}),
    Call("deal", {"number": "d1", "user": "ann"}),
    Call("promises", {"user": "ann", "after": "p1", "limit": 5}),
    Call("bundle", {"deal": "d1", "user": "ann"}),
    Call("view", {"campaign": "days", "user": "ann", "month": "2026-03"}),
    Call("views", {"kind": "task", "user": "ann"}),
    Call("tasks", {"user": "ann"}),
    Call("task", {"campaign": "errand", "user": "ann"}),
    Call("streaks", {"user": "ann"}),
    Call("streak", {"campaign": "days", "user": "ann", "month": "2026-03"}),
    Call("invites", {"user": "ann"}),
    Call("explain", {"type_": "check_in", "user": "ann", "data": {}, "campaign": "check-in"}),
    Call("desk.pause", {"campaign": "hot"}),
    Call("desk.resume", {"campaign": "hot"}),
)


class _Shouting(str):
    """A text that is more than a text."""

    __slots__ = ()

    def __str__(self) -> str:
        raise RuntimeError("asked for its text")


class _Unprintable:
    def __repr__(self) -> str:
        raise RuntimeError("asked for its name")


def _endless() -> Iterator[str]:
    while True:
        yield "x"


JUNK = (
    Junk("nothing", None),
    Junk("empty", ""),
    Junk("blank", " "),
    Junk("null", "a\0b"),
    Junk("newline", "a\nb"),
    Junk("escape", "\x1b[31m"),
    Junk("surrogate", "\ud800"),
    Junk("long", "x" * 1_000_000),
    Junk("digits", "9" * 100_000),
    Junk("exponent", "1e600000"),
    Junk("not-a-number", "NaN"),
    Junk("endless-decimal", Decimal("Infinity")),
    Junk("great-decimal", Decimal("1e600000")),
    Junk("float", 1.5),
    Junk("nan", float("nan")),
    Junk("zero", 0),
    Junk("below", -1),
    Junk("beyond", 2**63),
    Junk("far-beyond", 10**5_000),
    Junk("true", True),
    Junk("bytes", b"ann"),
    Junk("uuid", UUID(int=7)),
    Junk("list", ["ann"]),
    Junk("deep", [[[[[[[[["a"]]]]]]]]]),
    Junk("map", {"$at": "x"}),
    Junk("instant", datetime(2026, 3, 2, tzinfo=UTC)),
    Junk("naive", datetime(2026, 3, 2)),  # noqa: DTZ001
    Junk("day", date(2026, 3, 2)),
    Junk("fraction", Fraction(1, 3)),
    Junk("shouting", _Shouting("ann")),
    Junk("unprintable", _Unprintable()),
    Junk("class", int),
    Junk("generator", _endless),
    Junk("bidi", "ann\u202e"),
    Junk("astral", "\U0010ffff"),
    Junk("sql", "'; drop table quanyi_balance; --"),
)
