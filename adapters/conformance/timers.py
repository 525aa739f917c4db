"""
What a store promises about timers: who hears of one that is due, and what is due to come back.
"""

# ruff: noqa: PLR2004  (numbers are the point)
from __future__ import annotations

from datetime import datetime, timedelta

from quanyi.adapters.conformance.material import (
    GOLD,
    HALL,
    LATER,
    NOW,
    PILE,
    WholeStore,
    balance,
    deal,
    emit,
    put,
    read,
    receipt,
    write,
)
from quanyi.entitlements.accounts import debt, used
from quanyi.entitlements.needs import DUE_AT_ONCE, Due, DueBack, LotsOf

__all__ = ["TimerPromises"]

_WALLET = LotsOf("h-ann", "points")
_DEBT = debt("h-ann", "points")
_PLACES = used("limit", "", "h-ann")
_A_MOMENT = timedelta(microseconds=1)


class TimerPromises:
    """The part of `StoreSuite` that is about timers."""

    def test_a_due_timer_wakes_whoever_reads(self, store: WholeStore) -> None:
        """A timer is found through each of the accounts and records it wakes, from its instant on."""
        record = deal("d1")
        write(store, timers=(emit("t1", LATER, _DEBT, record.key),))

        assert [read(store, need, now=LATER - _A_MOMENT).due for need in (_DEBT, record.key)] == [(), ()]
        assert [t.id for need in (_DEBT, record.key) for t in read(store, need, now=LATER).due] == [emit("t1").id] * 2
        assert read(store, debt("h-bob", "points"), now=LATER).due == ()
        (timer,) = read(store, _DEBT, record.key, now=LATER).due
        assert (timer.event, timer.due_at, timer.holder) == ("deal.lapse", LATER, "h-ann")
        assert timer.data == {"deal": "t1", "at": NOW}

    def test_the_timer_of_a_record_is_found_by_the_record(self, store: WholeStore) -> None:
        """It has the record's id, so that whoever reads the record hears of it, with no row to say so."""
        mine, other = deal("d1").key, deal("d2").key
        write(store, timers=(emit("t1", NOW, of=mine), emit("t2", LATER, of=other)))

        assert [timer.id for timer in read(store, mine, other).due] == [mine.id]
        assert [timer.id for timer in store.peek([mine, other], LATER).due] == [mine.id, other.id]
        write(store, rung=(mine.id,))
        assert read(store, mine).due == ()

    def test_a_lots_timer_wakes_whoever_reads_the_wallet(self, store: WholeStore) -> None:
        """Timers of lots are found by those who ask for all lots."""
        write(store, balances=(balance(GOLD, None, 5),), timers=(emit("t1", NOW, GOLD),))

        assert [timer.id for timer in read(store, _WALLET).due] == [emit("t1").id]

    def test_an_empty_wallet_hears_of_what_it_will_get(self, store: WholeStore) -> None:
        """A timer that wakes the debt account is found by whoever asks for the wallet, though no row is there yet."""
        write(store, timers=(emit("t1", NOW, _DEBT),))

        assert [timer.id for timer in read(store, _WALLET).due] == [emit("t1").id]

    def test_timers_come_oldest_first_and_not_all_at_once(self, store: WholeStore) -> None:
        """A picture names the oldest due timers, so many at most; a sweep takes as many as it likes."""
        count = DUE_AT_ONCE + 4
        timers = [emit(f"t{n}", NOW - timedelta(minutes=n), _DEBT, deal("d1").key) for n in range(count)]
        write(store, timers=tuple(timers))
        oldest = [timer.id for timer in reversed(timers)]

        assert [timer.id for timer in read(store, _DEBT, deal("d1").key).due] == oldest[:DUE_AT_ONCE]
        assert [timer.id for timer in store.due(NOW, 1000)] == oldest
        assert [timer.id for timer in store.due(NOW - timedelta(minutes=count - 2), 1000)] == oldest[:2]
        assert len(store.due(NOW, 3)) == 3

    def test_a_rung_timer_is_gone(self, store: WholeStore) -> None:
        """A timer that has done its work is found no more, and ringing it twice does no harm."""
        write(store, timers=(emit("t1", NOW, _DEBT), emit("t2", NOW, _DEBT)))
        write(store, rung=(emit("t1").id,))
        write(store, rung=(emit("t1").id,), receipts=(receipt("k1"),))

        assert [timer.id for timer in read(store, _DEBT).due] == [emit("t2").id]
        assert [timer.id for timer in store.due(NOW, 10)] == [emit("t2").id]

    # --- what comes back ---------------------------------------------------------------------

    def test_what_is_due_back_is_summed(self, store: WholeStore) -> None:
        """Whoever asks what comes back to a balance is told the sum of what is due by now, and of nothing else."""
        due = [emit(f"t{n}", NOW - timedelta(minutes=n), gives={PILE: n + 1, _PLACES: 1}) for n in range(4)]
        write(store, timers=(*due, emit("t9", LATER, gives={PILE: 100})))
        picture = read(store, PILE, DueBack(PILE), DueBack(HALL), DueBack(_PLACES))

        assert (picture.due, picture.unsummed) == ((), frozenset())
        assert picture.due_back == {
            DueBack(PILE): Due(back=1 + 2 + 3 + 4, timers=4, last=NOW),
            DueBack(_PLACES): Due(back=4, timers=4, last=NOW),
        }
        assert store.peek([DueBack(PILE)], LATER).due_back == {DueBack(PILE): Due(back=110, timers=5, last=LATER)}
        write(store, rung=(emit("t3").id,))
        assert read(store, DueBack(PILE)).due_back == {DueBack(PILE): Due(back=1 + 2 + 3, timers=3, last=NOW)}

    def test_promises_take(self, store: WholeStore) -> None:
        """What due timers take is summed apart from what they give back, and brought along by its size."""
        moved = {"t1": 5, "t2": -2, "t3": -1, "t4": 1}
        write(
            store,
            timers=tuple(emit(name, NOW - timedelta(hours=int(name[1])), gives={PILE: n}) for name, n in moved.items()),
        )

        assert read(store, DueBack(PILE)).due_back == {DueBack(PILE): Due(back=6, taken=3, timers=4, last=_ago(1))}
        assert [t.id for t in read(store, PILE, short={PILE: 2}).due] == [emit("t4").id, emit("t3").id]
        assert [t.id for t in read(store, PILE, short={PILE: 3}).due] == [emit(f"t{n}").id for n in (4, 3, 2)]

    def test_what_is_decided_with_it_is_in_no_sum(self, store: WholeStore) -> None:
        """Timers that the caller decides itself are left out, those without an amount too."""
        write(
            store,
            timers=(emit("t1", _ago(1), gives={PILE: 5}), emit("t2", _ago(2), gives={PILE: -2}), emit("t3", NOW, PILE)),
        )
        own = [emit("t2").id, emit("t3").id]
        with store.begin() as tx:
            locked = tx.lock([DueBack(PILE)], NOW, (), {}, own)

        assert (locked.due_back, locked.unsummed) == ({DueBack(PILE): Due(back=5, timers=1, last=_ago(1))}, frozenset())
        assert store.peek([DueBack(PILE)], NOW, None, own).due_back == locked.due_back
        assert read(store, DueBack(PILE)).unsummed == frozenset({PILE})

    def test_what_was_due_before_a_timer(self, store: WholeStore) -> None:
        """Of one instant a timer comes before another by its id; younger ones are not counted, whoever asks."""
        twins = sorted(
            (emit(name, _ago(2), gives={PILE: n}) for name, n in (("a", 10), ("b", 100))), key=lambda t: t.id
        )
        write(store, timers=(emit("t1", _ago(1), gives={PILE: 1}), emit("t3", _ago(3), gives={PILE: -4}), *twins))
        first, second = (DueBack(PILE, (_ago(2), twin.id)) for twin in twins)
        early = DueBack(PILE, (_ago(3), b""))
        found = read(store, DueBack(PILE), first, second, early, DueBack(HALL, (NOW, b""))).due_back

        assert found[DueBack(PILE)] == Due(back=111, taken=4, timers=4, last=_ago(1))
        assert found[first] == Due(taken=4, timers=1, last=_ago(3))
        assert found[second] == Due(back=dict(twins[0].emit.gives)[PILE], taken=4, timers=2, last=_ago(2))
        assert (early in found, len(found)) == (False, 3)

    def test_the_oldest_that_cover_what_is_missing_come(self, store: WholeStore) -> None:
        """A balance that runs short brings along so many of the oldest holds on it, and none of the others."""
        write(store, timers=tuple(emit(f"t{n}", NOW - timedelta(minutes=n), gives={PILE: 2}) for n in range(5)))
        write(store, timers=(emit("t9", NOW - timedelta(hours=9), gives={HALL: 2}), emit("t8", LATER, gives={PILE: 9})))

        assert read(store, PILE, DueBack(PILE)).due == ()
        assert [t.id for t in read(store, PILE, short={PILE: 3}).due] == [emit("t4").id, emit("t3").id]
        assert len(store.peek([PILE], NOW, {PILE: 99}).due) == 5
        assert [t.id for t in read(store, PILE, short={PILE: 1, HALL: 1}).due] == [emit("t9").id, emit("t4").id]

    def test_many_that_give_back_come_in_portions(self, store: WholeStore) -> None:
        """However much is missing, a picture brings a bounded number; none while it is full without them."""
        due = [emit(f"t{n:03}", NOW - timedelta(minutes=n), gives={PILE: 1}) for n in range(DUE_AT_ONCE + 9)]
        write(store, timers=tuple(due))
        assert [t.id for t in read(store, PILE, short={PILE: 999}).due] == [t.id for t in due[: -DUE_AT_ONCE - 1 : -1]]
        write(store, timers=tuple(emit(f"p{n}", NOW, _DEBT) for n in range(DUE_AT_ONCE)))

        assert {t.id for t in read(store, _DEBT, short={PILE: 1}).due} == {emit(f"p{n}").id for n in range(DUE_AT_ONCE)}

    def test_a_timer_that_is_found_twice_comes_once(self, store: WholeStore) -> None:
        """Through its record, a wallet and what it gives back."""
        write(store, timers=(emit("t1", NOW, _DEBT, gives={PILE: 1}, of=deal("d1").key),))

        assert len(read(store, _WALLET, PILE, deal("d1").key, short={PILE: 1}).due) == 1

    def test_nobody_knows_what_an_older_timer_gives(self, store: WholeStore) -> None:
        """An older program's timer wakes a balance and says no amount: it is told of, and comes when asked for."""
        write(store, timers=(emit("t1", NOW, PILE), emit("t2", NOW, gives={PILE: 2}), emit("t3", LATER, HALL)))
        picture = read(store, PILE, HALL, DueBack(PILE), DueBack(HALL))

        assert (picture.due, picture.unsummed) == ((), frozenset({PILE}))
        assert picture.due_back == {DueBack(PILE): Due(back=2, timers=1, last=NOW)}
        assert [timer.id for timer in read(store, PILE, short={PILE: 0}).due] == [emit("t1").id]

    def test_a_record_and_its_timer_are_two_things(self, store: WholeStore) -> None:
        """The timer goes and the record stays."""
        record = deal("d1")
        write(store, records=(put(record),), timers=(emit("t1", NOW, of=record.key),))
        write(store, rung=(record.key.id,))

        assert read(store, record.key).records == {record.key: (record, 1)}
        assert store.due(NOW, 9) == []

    def test_due_timers_are_paged_behind_one_of_them(self, store: WholeStore) -> None:
        """By instant, then by id; one that is gone meanwhile still says where its page ends."""
        write(store, timers=tuple(emit(f"t{n}", NOW - timedelta(hours=n // 2)) for n in range(6)))
        write(store, timers=(emit("later", LATER),))
        whole = list(store.due(NOW, 9))
        pages, page = [], store.due(NOW, 2)
        while page:
            pages.append(list(page))
            write(store, rung=(page[-1].id,))
            page = store.due(NOW, 2, page[-1])

        assert [timer for page in pages for timer in page] == whole
        assert [len(page) for page in pages] == [2, 2, 2]
        assert sorted(whole, key=lambda timer: (timer.due_at, timer.id)) == whole


def _ago(hours: int) -> datetime:
    return NOW - timedelta(hours=hours)
