"""
One of everything: what a mall holds, what a guard must refuse, a record of every kind.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from quanyi.adapters.conformance.material import (
    HALL,
    LATER,
    NOW,
    PILE,
    WholeStore,
    balance,
    change,
    code,
    deal,
    emit,
    put,
    receipt,
    write,
)
from quanyi.entitlements.accounts import held
from quanyi.entitlements.changes import Draw
from quanyi.entitlements.ports import Writing
from quanyi.entitlements.records import Booked, Entitlement, Loaded, Move, Person, Promise, Record, Trail
from quanyi.entitlements.releases import Release

__all__ = ["EVERYTHING", "RECORDS", "WRONG", "furnish"]

# Each is a piece of a writing that a guard must refuse, given what `furnish` wrote.
WRONG: Mapping[str, Mapping[str, Any]] = {
    "a balance below its floor": {"balances": (balance(PILE, 10, -1),)},
    "a new balance below its floor": {"balances": (balance(HALL, None, -1),)},
    "a balance above its cap": {"balances": (balance(PILE, 10, 12, cap=11),)},
    "a new balance above its cap": {"balances": (balance(HALL, None, 3, cap=2),)},
    "a balance that was read wrong": {"balances": (balance(PILE, 9, 8),)},
    "a balance that is not there": {"balances": (balance(HALL, 5, 4),)},
    "a balance that is there already": {"balances": (balance(PILE, None, 1),)},
    "a record that was read wrong": {"records": (put(deal("d1"), before=2),)},
    "a record that is not there": {"records": (put(deal("d9"), before=1),)},
    "a record that is there already": {"records": (put(deal("d1")),)},
    "a key that is taken": {"receipts": (receipt("k1"),)},
    "a change that was written": {"changes": (change("c1"),)},
    "an event that was written": {"outbox": (emit("e1"),)},
    "more codes than there are": {"draws": (Draw(pool="videos", count=3, owner="x"),)},
    "a code of another pool": {"draws": (Draw(pool="books", count=1, owner="x"),)},
    "a code that is there already": {"stash": (code("one"),)},
    "a release that was": {"release": Release(epoch=1)},
    "a release too many": {"release": Release(epoch=3)},
}

EVERYTHING = Writing(
    balances=(balance(PILE, None, 10), balance(held("d5", "pieces"), None, 1)),
    records=(put(deal("d5")),),
    receipts=(receipt("k5"),),
)

RECORDS: tuple[Record, ...] = (
    Person(user="ann@example", holder="h-ann"),
    deal("d7", due_at=LATER, pay=990, price={"points": 300}, moves=(Move(source=PILE, destination=HALL, amount=2),)),
    Entitlement(id="e1", holder="h-ann", phase="usable", item="video", got_at=NOW, starts=NOW, due_at=LATER, pool="p"),
    Promise(id="p1", source=("order", "o1"), event={"type": "order.paid", "at": NOW, "amounts": (1, 2)}, due_at=LATER),
    Trail(
        source=("order", "订单/1"),
        booked=(Booked(id="b", campaign="c", version="v", rule="give", holder="h-ann", grants=("e1",), undone=3),),
        undone_by=("x",),
    ),
    Loaded(thing=("quota", "afternoon", "iphone14"), total=10, splits=2),
)


def furnish(store: WholeStore) -> None:
    """Something of everything."""
    write(
        store,
        balances=(balance(PILE, None, 10),),
        records=(put(deal("d1")),),
        changes=(change("c1"),),
        outbox=(emit("e1"),),
        receipts=(receipt("k1", hold="d1"),),
        stash=(code("one"), code("two")),
        release=Release(epoch=1, project="{}", campaigns={"afternoon": "v1"}),
    )
