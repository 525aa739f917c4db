"""
What one transaction promises, one at a time. Races are in `races`, the host's side in `joined`.
"""

# ruff: noqa: PLR2004  (numbers are the point)
from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import attrs
import pytest

from quanyi.adapters.conformance.lists import ListSuite
from quanyi.adapters.conformance.material import (
    GOLD,
    HALL,
    LATER,
    NOW,
    PILE,
    WholeStore,
    balance,
    code,
    deal,
    emit,
    entry,
    put,
    read,
    receipt,
    write,
)
from quanyi.adapters.conformance.samples import EVERYTHING, RECORDS, WRONG, furnish
from quanyi.adapters.conformance.snapshots import SnapshotSuite
from quanyi.adapters.conformance.timers import TimerPromises
from quanyi.entitlements.accounts import debt, lot
from quanyi.entitlements.amounts import Amount
from quanyi.entitlements.changes import Draw
from quanyi.entitlements.digests import text_digest
from quanyi.entitlements.errors import Conflict
from quanyi.entitlements.inputs import FORMULA, Decision, Receipt
from quanyi.entitlements.needs import CodesOf, CodeTwin, LotsOf
from quanyi.entitlements.ports import Kept, ReceiptWrite, Writing
from quanyi.entitlements.records import Person, Record
from quanyi.entitlements.releases import KeptVersion, Release, VersionWrite

__all__ = ["StoreSuite"]

_WALLET = LotsOf("h-ann", "points")


class StoreSuite(ListSuite, SnapshotSuite, TimerPromises):
    """What every store promises to one caller."""

    @pytest.fixture
    def open_store(self) -> Callable[[str], WholeStore]:
        """Give the store of the mall of that name; the same one every time."""
        msg = "give a fixture open_store: mall -> store"
        raise NotImplementedError(msg)

    @pytest.fixture
    def store(self, open_store: Callable[[str], WholeStore]) -> WholeStore:
        """An empty mall."""
        return open_store("suite")

    # --- all or nothing ----------------------------------------------------------------------

    def test_what_is_written_is_read_back(self, store: WholeStore) -> None:
        """A picture shows the rows that exist, records with their versions, and the epoch."""
        furnish(store)
        picture = read(store, PILE, HALL, deal("d1").key, deal("d2").key)

        assert picture.balances == {PILE: 10}
        assert picture.records == {deal("d1").key: (deal("d1"), 1)}
        assert (picture.epoch, picture.due) == (1, ())

    def test_peek_reads_the_same(self, store: WholeStore) -> None:
        """Reading without a lock shows the same picture."""
        furnish(store)
        needs = (PILE, _WALLET, deal("d1").key, CodesOf("x"), CodeTwin(code("one").blind))

        assert store.peek(needs, NOW) == read(store, *needs)

    def test_people_are_found_before_anything_is_locked(self, store: WholeStore) -> None:
        """Whoever has a record has a holder, in the very transaction that locks and writes afterwards; nobody else."""
        people = [Person(user=name, holder=f"h-{name}") for name in ("ann", "bob", "cy")]
        write(store, records=tuple(map(put, people[:2])))
        with store.begin() as tx:
            found = tx.holders([person.key for person in reversed(people)])
            picture = tx.lock([PILE, people[0].key], NOW)
            tx.write(Writing(records=(put(people[2]),)))

        assert found == {people[0].key: "h-ann", people[1].key: "h-bob"}
        assert picture.records == {people[0].key: (people[0], 1)}
        with store.begin() as tx:
            assert tx.holders([]) == {}
            assert tx.holders([people[2].key]) == {people[2].key: "h-cy"}

    def test_an_exception_leaves_nothing(self, store: WholeStore) -> None:
        """What fails after the write takes the write with it."""
        with pytest.raises(ZeroDivisionError):
            _write_and_fail(store)

        assert read(store, PILE, deal("d5").key).balances == {}
        assert store.receipt(receipt("k5").id) is None

    @pytest.mark.parametrize("wrong", WRONG)
    def test_a_refused_piece_takes_all_with_it(self, store: WholeStore, wrong: str) -> None:
        """Whichever guard says no, nothing of the writing stands, and the next one goes through."""
        furnish(store)
        good: dict[str, Any] = {
            "balances": (balance(GOLD, None, 5),),
            "records": (put(deal("d5")),),
            "receipts": (receipt("k5"),),
            "entries": (entry(5),),
            "timers": (emit("t5", NOW, GOLD),),
        }
        bad = {
            name: (*good.get(name, ()), *piece) if name != "release" else piece for name, piece in WRONG[wrong].items()
        }
        with pytest.raises(Conflict):
            write(store, **{**good, **bad})

        picture = read(store, PILE, GOLD, HALL, deal("d1").key, deal("d5").key, deal("d9").key)
        assert picture.balances == {PILE: 10}
        assert picture.records == {deal("d1").key: (deal("d1"), 1)}
        assert (picture.due, picture.epoch, store.receipt(receipt("k5").id)) == ((), 1, None)
        assert (store.entries("h-ann", "points"), store.due(LATER, 10)) == ([], [])
        write(store, **good, draws=(Draw(pool="videos", count=2, owner="x"),))
        assert len(read(store, CodesOf("x")).codes[CodesOf("x")]) == 2

    # --- look-ups ----------------------------------------------------------------------------

    def test_a_record_is_found_by_what_it_names(self, store: WholeStore) -> None:
        """By kind, name and value, newest first; what names nothing is found by nothing."""
        write(store, records=(put(deal("d1", order="o1")), put(deal("d2", order="o2")), put(deal("d3"))))
        write(store, records=(put(deal("d4", order="o1")),))

        assert [found.key.parts for found in store.find("deal", "order", "o1")] == [("d4",), ("d1",)]
        assert [found.key.parts for found in store.find("deal", "order", "o1", limit=1)] == [("d4",)]
        nothing = [
            store.find(*asked) for asked in (("deal", "order", ""), ("promise", "order", "o1"), ("deal", "d", "o1"))
        ]
        assert not any(nothing)

    def test_a_record_is_found_by_what_it_names_last(self, store: WholeStore) -> None:
        """Another value takes the place of the one before; the same one stays, and so does everybody else's."""
        write(store, records=(put(deal("d1", order="o1")), put(deal("d2", order="o2")), put(deal("d3", order="o3"))))
        others = (put(deal("d2", order="o2", phase="paid"), 1), put(deal("d3"), 1))
        write(store, records=(put(deal("d1", order="o9"), 1), *others))

        found = {
            order: [r.key.parts[0] for r in store.find("deal", "order", order)] for order in ("o1", "o2", "o3", "o9")
        }
        assert found == {"o1": [], "o2": ["d2"], "o3": [], "o9": ["d1"]}
        assert [record.phase for record in store.find("deal", "order", "o2")] == ["paid"]

    def test_a_refused_writing_names_nothing(self, store: WholeStore) -> None:
        """Look-ups stand and fall with the rest of the writing."""
        furnish(store)
        with pytest.raises(Conflict):
            write(store, records=(put(deal("d5", order="o5")), put(deal("d1", order="o1"), before=2)))

        assert store.find("deal", "order", "o5") == store.find("deal", "order", "o1") == []

    # --- balances ----------------------------------------------------------------------------

    def test_balances_move(self, store: WholeStore) -> None:
        """A balance goes down to its floor and up to its cap, both included."""
        write(store, balances=(balance(PILE, None, 10),))
        write(store, balances=(balance(PILE, 10, 0),))
        write(store, balances=(balance(PILE, 0, 7, cap=7),))

        assert read(store, PILE).balances == {PILE: 7}

    def test_a_lowered_cap_lets_a_balance_come_down(self, store: WholeStore) -> None:
        """A balance above a cap that was lowered later may fall, if not to the cap at once."""
        write(store, balances=(balance(PILE, None, 10),))
        write(store, balances=(balance(PILE, 10, 9, cap=5),))

        assert read(store, PILE).balances == {PILE: 9}

    def test_debt_has_no_floor(self, store: WholeStore) -> None:
        """What somebody owes is a balance below zero."""
        owed = debt("h-ann", "points")
        write(store, balances=(balance(owed, None, -30),))
        write(store, balances=(balance(owed, -30, -50),))

        assert read(store, _WALLET).balances == {owed: -50}

    def test_amounts_may_be_large(self, store: WholeStore) -> None:
        """Nine quintillion fits."""
        write(store, balances=(balance(PILE, None, 2**62),))
        write(store, balances=(balance(PILE, 2**62, 2**62 + 1),))

        assert read(store, PILE).balances == {PILE: 2**62 + 1}

    def test_a_wallet_is_all_its_lots_and_its_debt(self, store: WholeStore) -> None:
        """Every lot is seen, emptied and ended ones included, and nobody else's, nor another unit's."""
        old, bare = lot("h-ann", "points", NOW - timedelta(days=9)), lot("h-ann", "points", None, "order/1")
        others = (lot("h-bob", "points"), lot("h-ann", "coins"), lot("H-ANN", "points"))
        mine = (debt("h-ann", "points"), GOLD, old, bare)
        writes = [balance(account, None, n) for n, account in enumerate((*mine, *others))]
        write(store, balances=tuple(sorted(writes, key=lambda write: write.account.id)))

        picture = read(store, _WALLET)
        assert set(picture.lots[_WALLET]) == {GOLD, old, bare}
        assert picture.balances == {account: n for n, account in enumerate(mine)}
        assert dict(store.lots("h-ann")) == {GOLD: 1, old: 2, bare: 3, others[1]: 5}

    def test_a_wallet_without_rows_has_no_lots(self, store: WholeStore) -> None:
        """Nothing there is nothing found."""
        picture = read(store, _WALLET)

        assert (picture.lots, picture.balances) == ({_WALLET: ()}, {})

    # --- records and receipts ----------------------------------------------------------------

    @pytest.mark.parametrize("record", RECORDS, ids=lambda record: record.kind)
    def test_a_record_comes_back_as_it_was(self, store: WholeStore, record: Record) -> None:
        """Every field of every kind survives, to the microsecond and in type."""
        write(store, records=(put(record),))

        assert read(store, record.key).records == {record.key: (record, 1)}
        assert store.records(record.kind) == [record]

    def test_a_record_is_replaced(self, store: WholeStore) -> None:
        """The next version takes the place of the one before, which can't be written over again."""
        write(store, records=(put(deal("d1")),))
        write(store, records=(put(deal("d1", phase="paid"), before=1),))
        with pytest.raises(Conflict):
            write(store, records=(put(deal("d1", phase="closed"), before=1),))

        assert read(store, deal("d1").key).records[deal("d1").key] == (deal("d1", phase="paid"), 2)

    def test_receipts_come_back_as_they_were(self, store: WholeStore) -> None:
        """A receipt is kept with its decisions, amounts, instants, tuples and facts."""
        decision = Decision(
            campaign="afternoon",
            outcome="skipped",
            reason="limit-reached",
            shows={"missing": Amount(5, "points"), "price": Amount(990, "CNY", 2)},
            next_at=LATER,
            given=(("h-ann", "video", 1),),
            facts={"level": "gold", "birthday": date(2000, 2, 29), "spent": Decimal("12.50"), "tags": ["a", "b"]},
        )
        answer = {
            "hold": "d1",
            "pay": 990,
            "due_at": LATER,
            "entitlements": ("e1", "e2"),
            "raw": b"\x00\xff",
            "no": None,
        }
        kept = Receipt(key="k1", type="order.place", at=NOW, decisions=(decision,), answer=answer)
        write(store, receipts=(ReceiptWrite(id=b"k" * 16, digest=b"d" * 16, receipt=kept),))

        assert store.receipt(b"k" * 16) == kept
        with store.begin() as tx:
            tx.lock([], NOW)
            assert tx.known([b"k" * 16, b"x" * 16]) == {b"k" * 16: Kept(b"d" * 16, kept)}
            assert tx.known([]) == {}
        with store.begin() as tx:
            tx.lock([], NOW, [b"k" * 16])
            assert tx.known([b"x" * 16, b"k" * 16]) == {b"k" * 16: Kept(b"d" * 16, kept)}

    def test_a_receipt_keeps_the_formula_of_its_content(self, store: WholeStore) -> None:
        """A digest of an older release is compared as that release reckoned it."""
        old = attrs.evolve(receipt("k1"), formula=1)
        write(store, receipts=(old, receipt("k2")))
        with store.begin() as tx:
            tx.lock([], NOW)
            known = tx.known([old.id, receipt("k2").id])

        assert {id_: kept.formula for id_, kept in known.items()} == {old.id: 1, receipt("k2").id: FORMULA}

    # --- codes -------------------------------------------------------------------------------

    def test_codes_are_drawn_once_first_come_first_out(self, store: WholeStore) -> None:
        """Codes leave a pool in the order in which they came in, each to one owner."""
        write(store, stash=(*map(code, ("v0", "v1", "v2", "v3", "v4")), code("b0", "books")))
        write(store, draws=(Draw(pool="videos", count=2, owner="x"), Draw(pool="videos", count=1, owner="y")))
        write(store, draws=(Draw(pool="books", count=1, owner="x"), Draw(pool="videos", count=1, owner="z")))

        codes = read(store, *map(CodesOf, "xyz")).codes
        drawn = {need.owner: [code.id for code in found] for need, found in codes.items() if isinstance(need, CodesOf)}
        assert {owner: sorted(ids) for owner, ids in drawn.items()} == {
            "x": ["b0", "v0", "v1"],
            "y": ["v2"],
            "z": ["v3"],
        }

    def test_a_code_comes_back_as_it_was_sealed(self, store: WholeStore) -> None:
        """Seal, key and blind index are kept to the byte; a twin is found by its blind index."""
        write(store, stash=(code("v1"),))
        twin, stranger = CodeTwin(code("v1").blind), CodeTwin(b"nobody")

        assert read(store, twin, stranger).codes == {twin: (code("v1"),), stranger: ()}

    # --- lists, releases, malls --------------------------------------------------------------

    def test_releases_follow_each_other(self, store: WholeStore) -> None:
        """Each release takes the place of the one before, and every picture names its epoch."""
        assert store.release() == Release()
        first = Release(epoch=1, project='{"zone":"UTC"}', campaigns={"a": "1"})
        digests = {"": "0a", "a": "0b"}
        second = Release(
            epoch=2, project="{}", campaigns={"a": "2", "b": "1"}, paused=frozenset({"b"}), digests=digests
        )
        write(store, release=first)
        write(store, release=second)

        assert (store.release(), read(store).epoch) == (second, 2)

    def test_versions_are_kept(self, store: WholeStore) -> None:
        """Every version of a campaign can be read for ever; writing the same again does no harm."""
        old, new = (VersionWrite(campaign="a", version=v, body=f'{{"v":{v}}}', source="a: 1") for v in "12")
        write(store, versions=(old,))
        write(store, versions=(old, new))

        kept = store.versions([("a", v) for v in "123"])
        assert kept == {("a", v.version): KeptVersion(body=v.body, digest=text_digest(v.body)) for v in (old, new)}
        assert store.versions([]) == {}

    def test_many_versions_are_read_at_once(self, store: WholeStore) -> None:
        """Each by its campaign and version together: the same version of another campaign is another text."""
        wanted = {(f"c{n}", f"v{n % 3}"): f'{{"v":{n}}}' for n in range(1_001)}
        texts = [VersionWrite(campaign=c, version=v, body=body, source="") for (c, v), body in wanted.items()]
        write(store, versions=(*texts, VersionWrite(campaign="c0", version="v1", body="{}", source="")))

        assert {name: kept.body for name, kept in store.versions(wanted.keys()).items()} == wanted

    def test_a_version_stays_as_it_was_unless_it_was_damaged(self, store: WholeStore) -> None:
        """Other text under the same name is let be, but where it is to take a damaged one's place."""
        first, other = (VersionWrite(campaign="a", version="1", body=body, source="a: 1") for body in ("{}", '{"v":1}'))
        write(store, versions=(first,))
        write(store, versions=(other,), release=Release(epoch=1))
        assert store.versions([("a", "1")])["a", "1"].body == "{}"

        write(store, versions=(attrs.evolve(other, anew=True),), release=Release(epoch=2))
        assert store.versions([("a", "1")]) == {("a", "1"): KeptVersion(body='{"v":1}', digest=text_digest('{"v":1}'))}

    def test_malls_do_not_meet(self, open_store: Callable[[str], WholeStore]) -> None:
        """The same names in two malls are two different things."""
        ours, theirs = open_store("suite"), open_store("other")
        furnish(ours)
        write(ours, timers=(emit("t1", NOW, PILE),), entries=(entry(1),), balances=(balance(GOLD, None, 5),))

        picture = read(theirs, PILE, _WALLET, deal("d1").key, CodeTwin(code("one").blind))
        assert (picture.balances, picture.records, picture.due, picture.epoch) == ({}, {}, (), 0)
        assert picture.codes == {CodeTwin(code("one").blind): ()}
        assert (theirs.records("deal"), theirs.lots("h-ann"), theirs.entries("h-ann", "points")) == ([], [], [])
        assert (theirs.receipt(receipt("k1").id), theirs.due(NOW, 9), theirs.release()) == (None, [], Release())
        furnish(theirs)
        write(theirs, balances=(balance(PILE, 10, 3),), rung=(emit("t1").id,))
        assert (read(ours, PILE).balances, len(ours.due(NOW, 9))) == ({PILE: 10}, 1)


def _write_and_fail(store: WholeStore) -> None:
    with store.begin() as tx:
        tx.lock([PILE], NOW)
        tx.write(EVERYTHING)
        raise ZeroDivisionError
