"""
What a store promises inside a host's transaction.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import pytest

from quanyi.adapters.conformance.material import (
    NOW,
    PILE,
    WholeStore,
    balance,
    change,
    code,
    deal,
    emit,
    put,
    read,
    receipt,
    write,
)
from quanyi.entitlements.changes import Draw
from quanyi.entitlements.errors import Conflict
from quanyi.entitlements.ports import Store, Transaction, Writing

__all__ = ["JoinSuite"]


class JoinSuite:
    """
    What every store promises to a host that lets it join.

    *host* opens a transaction of the host, as a context manager: what it gives is what `join`
    takes, with ``commit`` and ``rollback``; leaving the block without either rolls back.
    """

    @pytest.fixture
    def open_store(self) -> Callable[[str], WholeStore]:
        """Give the store of the mall of that name; the same one every time."""
        msg = "give a fixture open_store: mall -> store"
        raise NotImplementedError(msg)

    @pytest.fixture
    def host(self) -> Callable[[], AbstractContextManager[Any]]:
        """Give what opens a transaction of the host."""
        msg = "give a fixture host: -> context manager of a connection or session"
        raise NotImplementedError(msg)

    @pytest.fixture
    def mall(self, open_store: Callable[[str], WholeStore]) -> WholeStore:
        """A mall with a pile of ten and one deal."""
        store = open_store("joined")
        write(store, balances=(balance(PILE, None, 10),), records=(put(deal("d1")),), stash=(code("v1"),))
        return store

    def test_the_host_commits(self, mall: WholeStore, host: Callable[[], AbstractContextManager[Any]]) -> None:
        """What was written stands once the host commits, and nobody else sees it before."""
        with host() as connection:
            inside = mall.join(connection)
            _settle(inside)
            before = (mall.peek([PILE], NOW).balances, inside.peek([PILE], NOW).balances)
            connection.commit()

        assert before == ({PILE: 10}, {PILE: 9})
        assert (read(mall, PILE).balances, mall.records("deal")) == ({PILE: 9}, [deal("d1", phase="paid")])
        assert mall.receipt(receipt("k1").id) == receipt("k1").receipt

    def test_the_host_changes_its_mind(self, mall: WholeStore, host: Callable[[], AbstractContextManager[Any]]) -> None:
        """When the host rolls back, nothing of ours has happened."""
        with host() as connection:
            _settle(mall.join(connection))
            connection.rollback()

        assert (read(mall, PILE).balances, mall.records("deal")) == ({PILE: 10}, [deal("d1")])
        assert mall.receipt(receipt("k1").id) is None

    def test_an_exception_undoes_one_step(
        self, mall: WholeStore, host: Callable[[], AbstractContextManager[Any]]
    ) -> None:
        """What fails inside takes only its own writes along; the host goes on."""
        with host() as connection:
            inside = mall.join(connection)
            write(inside, balances=(balance(PILE, 10, 8),))
            with pytest.raises(ZeroDivisionError):
                _settle_and_fail(inside)
            write(inside, balances=(balance(PILE, 8, 7),))
            connection.commit()

        assert (read(mall, PILE).balances, mall.records("deal")) == ({PILE: 7}, [deal("d1")])

    @pytest.mark.parametrize(
        "wrong",
        [
            {"balances": (balance(PILE, 9, 8),)},  # read wrong
            {"balances": (balance(PILE, 10, -1),)},  # below its floor
            {"balances": (balance(PILE, None, 1),)},  # there already
            {"records": (put(deal("d1")),)},  # there already
            {"records": (put(deal("d1"), 7),)},  # another version
            {"receipts": (receipt("k0"), receipt("k0"))},  # twice the same key
            {"changes": (change("c0"), change("c0"))},
            {"outbox": (emit("e0"), emit("e0"))},
            {"draws": (Draw(pool="videos", count=2, owner="x"),)},
            {"stash": (code("v1"),)},
            {"stash": (code("v1"),), "draws": (Draw(pool="videos", count=1, owner="x"),)},
        ],
    )
    def test_a_conflict_leaves_the_host_usable(
        self, mall: WholeStore, host: Callable[[], AbstractContextManager[Any]], wrong: dict[str, Any]
    ) -> None:
        """Whatever guard says no, the host's transaction lives on and can commit."""
        with host() as connection:
            inside = mall.join(connection)
            with pytest.raises(Conflict):
                write(inside, **wrong)
            _settle(inside)
            connection.commit()

        assert (read(mall, PILE).balances, mall.records("deal")) == ({PILE: 9}, [deal("d1", phase="paid")])


def _settle(store: Store) -> None:
    with store.begin() as tx:
        picture = tx.lock([PILE, deal("d1").key], NOW)
        assert tx.known([receipt("k1").id]) == {}
        _settle_in(tx, picture.balances[PILE])


def _settle_and_fail(store: Store) -> None:
    with store.begin() as tx:
        tx.lock([PILE, deal("d1").key], NOW)
        _settle_in(tx, before=8)
        raise ZeroDivisionError


def _settle_in(tx: Transaction, before: int) -> None:
    tx.write(
        Writing(
            balances=(balance(PILE, before, before - 1),),
            records=(put(deal("d1", phase="paid"), 1),),
            receipts=(receipt("k1"),),
            changes=(change("c1"),),
        )
    )
