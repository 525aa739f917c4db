"""
What a store promises to many callers at once: threads, and processes where it is shared.

The laws: locks in any order of mention never wait in a ring, sums stay right, nothing is sold
twice, and what is missing is made by exactly one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, ThreadPoolExecutor, wait
from functools import partial
from multiprocessing import get_context
from random import Random  # noqa: TID251  (seeded: the same races every time)
from threading import Event

import attrs
import pytest

from quanyi.adapters.conformance.material import (
    GOLD,
    NOW,
    PILE,
    WholeStore,
    balance,
    code,
    deal,
    put,
    read,
    receipt,
    write,
)
from quanyi.entitlements.accounts import Account, debt, held, quota
from quanyi.entitlements.changes import Draw
from quanyi.entitlements.errors import Conflict
from quanyi.entitlements.needs import CodesOf, LotsOf, Need, Picture
from quanyi.entitlements.ports import BalanceWrite, ReceiptWrite, Transaction, Writing
from quanyi.entitlements.records import Deal

__all__ = ["RaceSuite", "SharedSuite"]

_THREADS = 16
_PROCESSES = 4
_BRIEFLY = 0.3
_PATIENCE = 60
_ROW = tuple(quota("afternoon", f"thing{n}") for n in range(12))
_DEALS = tuple(deal(f"d{n}") for n in range(6))
_FULL = 100


@attrs.frozen(kw_only=True)
class _Tally:
    """What one worker saw."""

    done: int = 0
    refused: int = 0
    conflicts: int = 0

    def __add__(self, other: _Tally) -> _Tally:
        return _Tally(
            done=self.done + other.done,
            refused=self.refused + other.refused,
            conflicts=self.conflicts + other.conflicts,
        )


class RaceSuite:
    """What every store promises to threads."""

    @pytest.fixture
    def open_store(self) -> Callable[[str], WholeStore]:
        """Give the store of the mall of that name; the same one every time."""
        msg = "give a fixture open_store: mall -> store"
        raise NotImplementedError(msg)

    @pytest.fixture
    def raced(self, open_store: Callable[[str], WholeStore]) -> WholeStore:
        """An empty mall."""
        return open_store("races")

    def test_one_hot_row_loses_nothing(self, raced: WholeStore) -> None:
        """Sixteen threads add to one row: every addition stands, and none was told to try again."""
        write(raced, balances=(balance(PILE, None, 0),))
        tally = _together([partial(_add, raced, PILE, 8)] * _THREADS)

        assert read(raced, PILE).balances == {PILE: _THREADS * 8}
        assert tally == _Tally(done=_THREADS * 8)

    def test_a_pile_is_never_oversold(self, raced: WholeStore) -> None:
        """Sixteen threads want five of twenty pieces each: exactly twenty are had."""
        write(raced, balances=(balance(PILE, None, 20),))
        tally = _together([partial(_take, raced, n, 5) for n in range(_THREADS)])

        assert (tally.done, tally.refused, tally.conflicts) == (20, _THREADS * 5 - 20, 0)
        assert read(raced, PILE).balances == {PILE: 0}

    def test_locks_in_any_order_never_wait_in_a_ring(self, raced: WholeStore) -> None:
        """Sixteen threads lock the same rows in random order: no deadlock, no conflict, sums right."""
        _lay_out(raced)
        tally = _together([partial(_shuffle, raced, seed, 12) for seed in range(_THREADS)])

        assert tally == _Tally(done=_THREADS * 12)
        _assert_sums(raced, _THREADS * 12)

    def test_what_is_missing_is_made_by_one(self, raced: WholeStore) -> None:
        """Sixteen threads that all start without rows, in random order: each row is made once, sums right."""
        rows = tuple(held(f"new{n}", "pieces") for n in range(6))
        tally = _together([partial(_grow, raced, rows, seed, 6) for seed in range(_THREADS)])

        assert tally.done == _THREADS * 6
        assert sum(read(raced, *rows).balances.values()) == _THREADS * 6 * 2

    def test_two_who_miss_the_same_row(self, raced: WholeStore) -> None:
        """Of two who see that a row is missing, one makes it and the other is told Conflict."""
        first = _Paused(raced, lambda picture: Writing(balances=(balance(PILE, picture.balances.get(PILE), 1),)))
        second = _Paused(raced, lambda picture: Writing(balances=(balance(PILE, picture.balances.get(PILE), 2),)))
        with ThreadPoolExecutor(2) as threads:
            outcomes = _overlapping(threads, first, second)

        # A store that lets only one in at a time shows the second one the row; then it moves it.
        stale = second.saw == {}
        assert (outcomes[0], isinstance(outcomes[1], Conflict)) == (None, stale)
        assert read(raced, PILE).balances == {PILE: 1 if stale else 2}

    def test_a_lock_shows_what_the_one_before_wrote(self, raced: WholeStore) -> None:
        """Who waits for a row sees it as it is when it gets it, and the key that was taken meanwhile."""
        write(raced, balances=(balance(PILE, None, 5),), records=(put(deal("d1")),))
        kept = receipt("k1", left=4)
        first = _Paused(
            raced,
            lambda _: Writing(
                balances=(balance(PILE, 5, 4),), records=(put(deal("d1", phase="paid"), 1),), receipts=(kept,)
            ),
        )
        second = _Paused(raced, lambda _: Writing(), keys=(kept.id,))
        with ThreadPoolExecutor(2) as threads:
            outcomes = _overlapping(threads, first, second)

        assert outcomes == [None, None]
        assert (first.saw, first.phase, second.saw, second.phase) == ({PILE: 5}, "placed", {PILE: 4}, "paid")
        assert second.known == {kept.id}

    def test_a_wallet_shows_the_lot_that_came_meanwhile(self, raced: WholeStore) -> None:
        """Who waits for a wallet sees it whole when it gets it: the lot that was opened meanwhile, too."""
        wallet, owed = LotsOf("h-ann", "points"), debt("h-ann", "points")
        write(raced, balances=(balance(owed, None, 0),))
        first = _Paused(raced, lambda _: Writing(balances=(balance(GOLD, None, 5),)), needs=(wallet,))
        second = _Paused(raced, lambda _: Writing(), needs=(wallet,))
        with ThreadPoolExecutor(2) as threads:
            outcomes = _overlapping(threads, first, second)

        assert outcomes == [None, None]
        assert (first.saw, second.saw) == ({owed: 0}, {owed: 0, GOLD: 5})

    def test_every_code_goes_to_one(self, raced: WholeStore) -> None:
        """Eight threads draw from one pool: every code is drawn once, and the pool then is dry."""
        write(raced, stash=tuple(code(f"v{n}") for n in range(24)))
        tally = _together([partial(_draw, raced, n, 3) for n in range(8)])
        drawn = [code.id for found in read(raced, *_drawers(8, 3)).codes.values() for code in found]

        assert (tally.done, len(drawn), len(set(drawn))) == (24, 24, 24)
        with pytest.raises(Conflict):
            write(raced, draws=(Draw(pool="videos", count=1, owner="late"),))

    def test_one_key_is_taken_once(self, raced: WholeStore) -> None:
        """Sixteen threads bring the same key at once: one writes, the others see it or are told Conflict."""
        tally = _together([partial(_bring, raced, receipt("k1"))] * _THREADS)

        assert (tally.done, tally.refused + tally.conflicts) == (1, _THREADS - 1)


class SharedSuite:
    """What a store promises to processes. *reopen* must survive pickling."""

    @pytest.fixture
    def open_store(self) -> Callable[[str], WholeStore]:
        """Give the store of the mall of that name; the same one every time."""
        msg = "give a fixture open_store: mall -> store"
        raise NotImplementedError(msg)

    @pytest.fixture
    def reopen(self) -> Callable[[str], WholeStore]:
        """Open the same database from another process: a picklable function of the mall's name."""
        msg = "give a fixture reopen: mall -> store"
        raise NotImplementedError(msg)

    def test_processes_keep_the_laws(
        self, open_store: Callable[[str], WholeStore], reopen: Callable[[str], WholeStore]
    ) -> None:
        """Four processes on hot rows in random order: no deadlock, no oversell, sums right."""
        shared = open_store("processes")
        _lay_out(shared)
        write(shared, balances=(balance(PILE, None, 20),))
        with ProcessPoolExecutor(_PROCESSES, mp_context=get_context("spawn")) as pool:
            tallies = list(pool.map(partial(_work, reopen), range(_PROCESSES), timeout=_PATIENCE * 2))
        mixed, sold = (sum(parts, _Tally()) for parts in zip(*tallies, strict=True))

        assert mixed == _Tally(done=_PROCESSES * 40)
        _assert_sums(shared, _PROCESSES * 40)
        assert (sold.done, sold.conflicts, read(shared, PILE).balances) == (20, 0, {PILE: 0})


def _work(reopen: Callable[[str], WholeStore], seed: int) -> tuple[_Tally, _Tally]:
    """One process's share."""
    store = reopen("processes")
    return _shuffle(store, seed, 40), _take(store, seed, 12)


# --- workers -------------------------------------------------------------------------------------


def _add(store: WholeStore, account: Account, times: int) -> _Tally:
    tally = _Tally()
    for _ in range(times):
        tally += _attempt(store, partial(_move, steps={account: 1}))
    return tally


def _take(store: WholeStore, worker: int, times: int) -> _Tally:
    """Take a piece and put it into an account of one's own, like a claim."""
    tally = _Tally()
    for n in range(times):
        place = held(f"w{worker}-{n}", "pieces")
        tally += _attempt(store, partial(_claim, place=place))
    return tally


def _claim(tx: Transaction, place: Account) -> bool:
    left = tx.lock([PILE], NOW).balances[PILE]
    if left:
        tx.write(Writing(balances=_sorted({PILE: (left, left - 1), place: (None, 1)})))
    return left > 0


def _shuffle(store: WholeStore, seed: int, times: int) -> _Tally:
    """Move amounts around a ring of accounts, and make new versions of some deals."""
    dice, tally = Random(seed), _Tally()  # noqa: S311  (no secret)
    for _ in range(times):
        tally += _attempt(store, partial(_turn, some=dice.sample(_ROW, 4), deals=dice.sample(_DEALS, 2)))
    return tally


def _turn(tx: Transaction, some: Sequence[Account], deals: Sequence[Deal]) -> bool:
    picture = tx.lock([*some, *(deal.key for deal in deals)], NOW)
    steps = dict(zip(some, (-3, 1, 1, 1), strict=True))
    moves = {account: (picture.balances[account], picture.balances[account] + step) for account, step in steps.items()}
    puts = [put(deal, picture.records[deal.key][1]) for deal in deals]
    tx.write(Writing(balances=_sorted(moves), records=tuple(sorted(puts, key=lambda write: write.record.key.id))))
    return True


def _grow(store: WholeStore, rows: Sequence[Account], seed: int, times: int) -> _Tally:
    """Add to rows that may not be there yet."""
    dice, tally = Random(seed), _Tally()  # noqa: S311  (no secret)
    for _ in range(times):
        some = dice.sample(rows, 2)
        tally += _attempt(store, partial(_move, steps=dict.fromkeys(some, 1)))
    return tally


def _move(tx: Transaction, steps: dict[Account, int]) -> bool:
    have = tx.lock(list(steps), NOW).balances
    tx.write(Writing(balances=_sorted({a: (have.get(a), have.get(a, 0) + n) for a, n in steps.items()})))
    return True


def _draw(store: WholeStore, worker: int, times: int) -> _Tally:
    tally = _Tally()
    for n in range(times):
        tally += _attempt(store, partial(_draw_one, owner=f"w{worker}-{n}"))
    return tally


def _draw_one(tx: Transaction, owner: str) -> bool:
    tx.write(Writing(draws=(Draw(pool="videos", count=1, owner=owner),)))
    return True


def _drawers(workers: int, times: int) -> list[CodesOf]:
    return [CodesOf(f"w{worker}-{n}") for worker in range(workers) for n in range(times)]


def _bring(store: WholeStore, kept: ReceiptWrite) -> _Tally:
    """Bring a key, and look whether it is taken, once."""
    try:
        with store.begin() as tx:
            tx.lock([], NOW)
            if tx.known([kept.id]):
                return _Tally(refused=1)
            tx.write(Writing(receipts=(kept,)))
    except Conflict:
        return _Tally(conflicts=1)
    return _Tally(done=1)


def _attempt(store: WholeStore, act: Callable[[Transaction], bool]) -> _Tally:
    """Do it, again while somebody else was first."""
    for conflicts in range(1000):
        try:
            with store.begin() as tx:
                done = act(tx)
        except Conflict:
            continue
        return _Tally(done=int(done), refused=int(not done), conflicts=conflicts)
    msg = "somebody else was always first"
    raise AssertionError(msg)


def _sorted(moves: Mapping[Account, tuple[int | None, int]]) -> tuple[BalanceWrite, ...]:
    writes = [balance(account, before, after) for account, (before, after) in moves.items()]
    return tuple(sorted(writes, key=lambda write: write.account.id))


# --- two at once ---------------------------------------------------------------------------------


class _Paused:
    """A transaction that stops after its locks until it is told to go on."""

    def __init__(
        self,
        store: WholeStore,
        decide: Callable[[Picture], Writing],
        *,
        needs: Sequence[Need] = (PILE, deal("d1").key),
        keys: Sequence[bytes] = (),
    ) -> None:
        self._store, self._decide, self._needs, self._keys = store, decide, needs, keys
        self.locked, self.go_on = Event(), Event()
        self.saw: dict[Account, int] = {}
        self.known: set[bytes] = set()
        self.phase = ""

    def __call__(self) -> None:
        with self._store.begin() as tx:
            picture = tx.lock(self._needs, NOW)
            self.saw = dict(picture.balances)
            self.phase = next((record.phase for record, _ in picture.records.values()), "")
            self.known = set(tx.known(self._keys))
            self.locked.set()
            assert self.go_on.wait(_PATIENCE)
            tx.write(self._decide(picture))


def _overlapping(threads: ThreadPoolExecutor, first: _Paused, second: _Paused) -> list[BaseException | None]:
    """Let *second* ask for its locks while *first* has its own; what each raised."""
    one = threads.submit(first)
    assert first.locked.wait(_PATIENCE)
    two = threads.submit(second)
    second.locked.wait(_BRIEFLY)
    first.go_on.set()
    wait([one], _PATIENCE)
    second.go_on.set()
    return [one.exception(_PATIENCE), two.exception(_PATIENCE)]


def _together(workers: Sequence[Callable[[], _Tally]]) -> _Tally:
    """Run all at once and add up what they saw."""
    with ThreadPoolExecutor(len(workers)) as threads:
        running: list[Future[_Tally]] = [threads.submit(worker) for worker in workers]
        return sum((future.result(_PATIENCE) for future in running), _Tally())


def _lay_out(store: WholeStore) -> None:
    rows = dict.fromkeys(_ROW, (None, _FULL * 10))
    write(store, balances=_sorted(rows), records=tuple(map(put, _DEALS)))


def _assert_sums(store: WholeStore, turns: int) -> None:
    picture = read(store, *_ROW, *(deal.key for deal in _DEALS))
    assert sum(picture.balances.values()) == len(_ROW) * _FULL * 10
    assert sum(version for _, version in picture.records.values()) == len(_DEALS) + turns * 2
