"""
What a store promises of snapshots: everything in one is as it stood at one instant; and of several lists at once.
"""

from __future__ import annotations

from threading import Thread

import attrs

from quanyi.adapters.conformance.material import GOLD, LATER, NOW, PILE, WholeStore, balance, deal, emit, put, write
from quanyi.entitlements.listings import AT_ONCE, Listing
from quanyi.entitlements.needs import DueBack, LotsOf, Need
from quanyi.entitlements.records import Person

__all__ = ["SnapshotSuite"]


class SnapshotSuite:
    """Snapshots, and several lists in one go."""

    def test_a_snapshot_stands_still(self, store: WholeStore) -> None:
        """What somebody else writes meanwhile is in no later read of the same snapshot, and in the next snapshot."""
        write(store, balances=(balance(PILE, None, 10),), records=(put(deal("d1")),))
        wallet = LotsOf("h-ann", "points")
        with store.snapshot() as still:
            before = still.peek([PILE], NOW).balances
            _elsewhere(
                store,
                balances=(balance(PILE, 10, 9), balance(GOLD, None, 5)),
                records=(put(deal("d1", phase="paid"), before=1), put(deal("d2"))),
                timers=(emit("t1", NOW, PILE),),
            )
            after = still.peek([PILE, wallet, deal("d1").key, deal("d2").key], LATER)
            listed = still.listed([Listing(kind="deal"), Listing(kind="deal", phase="paid")])
            plain = still.records("deal")
        with store.snapshot() as still:
            now, fresh = still.peek([PILE], NOW).balances, still.listed([Listing(kind="deal", phase="paid")])

        assert (before, after.balances, after.lots[wallet]) == ({PILE: 10}, {PILE: 10}, ())
        assert (after.records, after.due) == ({deal("d1").key: (deal("d1"), 1)}, ())
        assert (listed, plain) == ([[deal("d1")], []], [deal("d1")])
        assert (now, fresh) == ({PILE: 9}, [[deal("d1", phase="paid")]])

    def test_a_snapshot_shows_what_a_picture_shows(self, store: WholeStore) -> None:
        """Read through a snapshot, a picture is the one that is read without: balances, lots, records, sums of timers."""
        write(store, balances=(balance(PILE, None, 10), balance(GOLD, None, 5)), records=(put(deal("d1")),))
        needs: list[Need] = [PILE, GOLD, LotsOf("h-ann", "points"), deal("d1").key, deal("d9").key, DueBack(PILE)]
        with store.snapshot() as still:
            seen = still.peek(needs, LATER)

        assert seen == store.peek(needs, LATER)

    def test_several_lists_are_what_each_of_them_is(self, store: WholeStore) -> None:
        """Each listing brings what `records` brings, in its order; of several people, of keys, and of nobody."""
        write(store, records=tuple(put(deal(f"d{n}", item="tea" if n % 2 else "mug")) for n in range(4)))
        write(store, records=(put(deal("d4", holder="h-bob", due_at=NOW)), put(deal("d5", phase="paid", due_at=LATER))))
        write(store, records=tuple(put(Person(user=name, holder=f"h-{name}")) for name in ("ann", "bob", "cy")))
        asked = [
            Listing(kind="deal"),
            Listing(kind="deal", holders=["h-ann"], item="tea"),
            Listing(kind="deal", due_by=NOW),
            Listing(kind="deal", phase="paid", campaign=deal("d5").campaign),
            Listing(kind="deal", after=deal("d2").key, holders=["h-ann"]),
            Listing(kind="deal", holders=[]),
            Listing(kind="pack-part"),
        ]
        each = [store.records(listing.kind, **listing.filters) for listing in asked]

        assert store.listed(asked) == [*each[:5], [], []]
        assert store.listed([]) == []
        of_two = store.listed([Listing(kind="person", holders=["h-ann", "h-cy"])])[0]
        assert {person.key.parts[0] for person in of_two} == {"ann", "cy"}
        by_key = Listing(kind="deal", keys=frozenset({deal("d1").key, deal("d9").key}))
        assert store.listed([by_key]) == [[record for record in each[0] if record.key == deal("d1").key]]

    def test_a_listing_brings_a_portion(self, store: WholeStore) -> None:
        """No more than `AT_ONCE`, the newest; the rest comes after the last one."""
        write(store, records=tuple(put(attrs.evolve(deal("d"), id=f"d{n}")) for n in range(AT_ONCE + 2)))
        first = store.listed([Listing(kind="deal")])[0]
        rest = store.listed([Listing(kind="deal", after=first[-1].key)])[0]

        assert (len(first), len(rest), len({record.key for record in (*first, *rest)})) == (AT_ONCE, 2, AT_ONCE + 2)

    def test_many_lists_are_read_at_once(self, store: WholeStore) -> None:
        """There is no bound on how many there are."""
        write(store, records=tuple(put(deal(f"d{n}", campaign=f"c{n}")) for n in range(120)))
        found = store.listed([Listing(kind="deal", campaign=f"c{n}") for n in range(120)])

        assert [[record.campaign for record in some] for some in found] == [[f"c{n}"] for n in range(120)]


def _elsewhere(store: WholeStore, **written: object) -> None:
    """Write in another thread, as another request would."""
    thread = Thread(target=write, args=(store,), kwargs=written)
    thread.start()
    thread.join(10)
    assert not thread.is_alive()
