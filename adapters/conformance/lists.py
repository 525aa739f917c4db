"""
What a store promises of lists: their order, their filters, and their pages.
"""

from __future__ import annotations

from typing import Any

import attrs

from quanyi.adapters.conformance.material import LATER, NOW, WholeStore, change, deal, entry, put, write
from quanyi.entitlements.changes import Put
from quanyi.entitlements.listings import Listing, Stand
from quanyi.entitlements.records import Person

__all__ = ["ListSuite"]


class ListSuite:
    """Lists of records, and histories of wallets."""

    def test_records_are_listed_newest_first(self, store: WholeStore) -> None:
        """Lists follow the order in which records were made, filter, and stop at their limit."""
        write(store, records=tuple(put(deal(name)) for name in ("d1", "d2")))
        write(store, records=(put(deal("d3", holder="h-bob")), put(deal("d4", phase="paid", campaign="evening"))))
        write(store, records=(put(deal("d1", phase="paid"), before=1),))
        write(store, records=(put(Person(user="ann", holder="h-ann")),))

        assert {d.id for d in _deals(store)} == {"d1", "d2", "d3", "d4"}
        assert {d.id for d in _deals(store, limit=2)} == {"d3", "d4"}
        assert {d.id for d in _deals(store, holder="h-ann")} == {"d1", "d2", "d4"}
        assert [d.id for d in _deals(store, holder="h-bob")] == ["d3"]
        assert [d.id for d in _deals(store, phase="paid")] == ["d4", "d1"]
        assert [d.id for d in _deals(store, campaign="evening", phase="paid", holder="h-ann")] == ["d4"]

    def test_a_listing_brings_so_many_at_most_and_those_of_given_ids(self, store: WholeStore) -> None:
        """In one answer with others, each with its own bound; of an id that is no record's nothing comes."""
        write(store, records=tuple(put(deal(f"d{n}", holder="h-ann" if n % 2 else "h-bob")) for n in range(6)))
        ids = frozenset({deal("d0").key.id, deal("d3").key.id, b"\0" * 16})
        few, all_, behind, named, none = store.listed(
            [
                Listing(kind="deal", holders=["h-ann"], most=2),
                Listing(kind="deal"),
                Listing(kind="deal", holders=["h-bob"], after=deal("d4").key, most=1),
                Listing(kind="deal", ids=ids),
                Listing(kind="deal", ids=frozenset()),
            ]
        )

        assert [record.key for record in few] == [record.key for record in all_ if record.holder == "h-ann"][:2]
        assert [record.key for record in behind] == [record.key for record in all_ if record.holder == "h-bob"][1:2]
        assert {record.key for record in named} == {deal("d0").key, deal("d3").key}
        assert (len(all_), len(none)) == (6, 0)

    def test_records_are_paged_by_the_last_one_that_was_seen(self, store: WholeStore) -> None:
        """What follows a record is what was made before it, among those that fit; after an unknown one is nothing."""
        write(store, records=tuple(put(deal(f"d{n}", item="tea" if n % 2 else "mug")) for n in range(9)))
        write(store, records=(put(deal("d1", phase="paid", item="tea"), before=1),))
        pages, last = [], None
        while page := _deals(store, after=last, limit=4):
            pages.append([found.id for found in page])
            last = page[-1].key

        assert [len(page) for page in pages] == [4, 4, 1]
        assert sorted(id_ for page in pages for id_ in page) == [f"d{n}" for n in range(9)]
        assert {d.id for d in _deals(store, item="tea")} == {"d1", "d3", "d5", "d7"}
        assert _deals(store, after=deal("d9").key) == []

    def test_records_are_listed_by_when_they_are_due(self, store: WholeStore) -> None:
        """Soonest first, of equal ones the newest first, and turned round; each page goes on where another ended."""
        due = {"d1": LATER, "d2": NOW, "d3": None, "d4": LATER, "d5": NOW, "d6": None}
        for name, at in due.items():
            write(store, records=(put(deal(name, due_at=at)),))
        soonest, latest = (Listing(kind="deal", holders=["h-ann"], order=order) for order in ("soonest", "latest"))
        endless = Listing(kind="deal", never_due=True, order="oldest")
        behind = [attrs.evolve(each, after=deal("d4").key) for each in (soonest, latest)]
        from_ = attrs.evolve(soonest, due_from=LATER, most=1)
        later = attrs.evolve(endless, after=deal("d3").key)
        asked = [soonest, latest, endless, *behind, from_, later]
        found = [[record.parts[0] for record in some] for some in store.listed(asked)]

        assert found == [
            ["d5", "d2", "d4", "d1"],
            ["d1", "d4", "d2", "d5"],
            ["d3", "d6"],
            ["d1"],
            ["d2", "d5"],
            ["d4"],
            ["d6"],
        ]

    def test_records_are_listed_by_where_they_stand(self, store: WholeStore) -> None:
        """In a phase, and due by an instant, not due by it, or either; what is never due is due by none."""
        put_down = [("d1", "placed", NOW, "tea"), ("d2", "placed", LATER, "tea"), ("d3", "placed", None, "mug")]
        put_down += [("d4", "paid", NOW, "mug"), ("d5", "paid", None, "tea")]
        write(store, records=tuple(put(deal(n, phase=p, due_at=at, item=item)) for n, p, at, item in put_down))
        over, open_, paid = Stand("placed", due=True), Stand("placed", due=False), Stand("paid")
        asked = [
            Listing(kind="deal", stands=stands, at=NOW, items=items)
            for stands, items in [({over}, None), ({open_}, None), ({over, paid}, None), ({paid, open_}, {"tea"})]
        ]
        found = [{record.parts[0] for record in some} for some in store.listed(asked)]
        tallied = {(item, stand.phase, stand.due): n for item, stand, n in store.tallied("deal", "h-ann", NOW)}

        assert found == [{"d1"}, {"d2", "d3"}, {"d1", "d4", "d5"}, {"d2", "d5"}]
        assert tallied == {
            ("tea", "placed", True): 1,
            ("tea", "placed", False): 1,
            ("mug", "placed", False): 1,
            ("mug", "paid", True): 1,
            ("tea", "paid", False): 1,
        }

    def test_records_are_found_by_when_they_are_due(self, store: WholeStore) -> None:
        """Those that are due at an instant, that instant included; what never is due is not."""
        due = (("d1", NOW), ("d2", LATER), ("d3", None))
        write(store, records=tuple(put(deal(name, due_at=at)) for name, at in due))

        assert [d.id for d in _deals(store, due_by=NOW)] == ["d1"]
        assert {d.id for d in _deals(store, due_by=LATER)} == {"d1", "d2"}

    def test_a_wallets_history_is_paged(self, store: WholeStore) -> None:
        """Entries come newest first; the last one's number leads to the next page."""
        write(store, entries=tuple(entry(n) for n in range(1, 6)))
        write(store, entries=(entry(6), entry(7, holder="h-bob"), entry(8, unit="coins")))
        first = store.entries("h-ann", "points", limit=4)
        second = store.entries("h-ann", "points", limit=4, before=first[-1].number)

        assert [line.amount for line in first] == [6, 5, 4, 3]
        assert [line.amount for line in second] == [2, 1]
        assert (first[0].label, first[0].at, first[0].campaign, first[0].rule) == ("earn", NOW, "afternoon", "give")

    def test_a_wallets_history_can_be_read_one_way(self, store: WholeStore) -> None:
        """What came in, or what went out, through all of the history; pages go on in the same way."""
        write(store, entries=(entry(-1), *(entry(n) for n in range(1, 6)), entry(-2)))
        came_in = store.entries("h-ann", "points", limit=3, way="in")
        rest = store.entries("h-ann", "points", limit=3, before=came_in[-1].number, way="in")

        assert [line.amount for line in (*came_in, *rest)] == [5, 4, 3, 2, 1]
        assert [line.amount for line in store.entries("h-ann", "points", limit=3, way="out")] == [-2, -1]

    def test_a_wallets_history_says_which_deal_it_is_about(self, store: WholeStore) -> None:
        """By the record that was written with it; nothing where none was."""
        made = Put(record=deal("d1"), expected=None)
        kept = attrs.evolve(change("c1"), changes=attrs.evolve(change("c1").changes, lines=(made,)))
        line = attrs.evolve(entry(1).entry, record=deal("d1").key.id.hex())
        write(
            store,
            changes=(kept,),
            records=(put(deal("d1")),),
            entries=(attrs.evolve(entry(1), change=kept.id, entry=line), entry(2)),
        )

        assert [found.record for found in store.entries("h-ann", "points")] == ["", deal("d1").key.id.hex()]

    def test_a_wallets_history_says_who_acted(self, store: WholeStore) -> None:
        """The actor of a change stands in the lines that it wrote."""
        kept = attrs.evolve(change("c1"), by="clerk/7")
        line = attrs.evolve(entry(1).entry, by="clerk/7")
        write(store, changes=(kept,), entries=(attrs.evolve(entry(1), change=kept.id, entry=line), entry(2)))

        assert [found.by for found in store.entries("h-ann", "points")] == [None, "clerk/7"]


def _deals(store: WholeStore, **filters: Any) -> list[Any]:
    return list(store.records("deal", **filters))
