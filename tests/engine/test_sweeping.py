"""Timers that can't be booked keep those behind them from nothing, however many they are."""

from __future__ import annotations

import pytest

from quanyi.adapters.clock import FixedClock
from quanyi.adapters.wiring import OpenMall
from quanyi.campaigns.engine import sweeping
from quanyi.entitlements.errors import DataError, LockTimeout

STUCK, FREE = 7, 3


@pytest.fixture(params=[LockTimeout, DataError])
def stuck(
    request: pytest.FixtureRequest, mall: OpenMall, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> set[bytes]:
    """
    The oldest timers, which can't be booked as long as they are in here: another transaction holds their rows, or they
    come to what the database can't store.
    """
    for number in range(STUCK + FREE):
        mall.claim("flash", item="phone", user=f"u{number}", key=f"k{number}")
        clock.advance(seconds=1)
    clock.advance(hours=1)
    found = {timer.id for timer in mall.ports.store.due(clock.now(), STUCK)}
    run = mall.ports.transactions.run

    def refusing(asks, store):
        needs = {ask.id: frozenset({ask.about}) for ask in asks}
        if any(ask.about.id in found for ask in asks):
            late = request.param("held")
            late.wants = needs
            raise late
        return run(asks, store)

    monkeypatch.setattr(type(mall.ports.transactions), "run", lambda _, asks, store: refusing(asks, store))
    monkeypatch.setattr(type(mall.ports.store), "held", lambda _, needs: {need for need in needs if need.id in found})
    return found


def test_what_is_behind_them_is_booked_in_the_same_sweep(mall, clock, stuck):
    assert len(stuck) == STUCK
    assert mall.sweep(limit=2) == 2

    assert [timer.id in stuck for timer in mall.ports.store.due(clock.now(), 99)] == [True] * STUCK + [False] * (
        FREE - 2
    )


def test_a_sweep_tries_a_bounded_number_and_the_next_one_goes_on(mall, stuck, monkeypatch):
    monkeypatch.setattr(sweeping, "_PORTIONS", 1)
    done = []
    for _ in range(STUCK + FREE):
        try:
            done.append(mall.sweep(limit=2))
        except (LockTimeout, DataError):
            done.append(None)

    assert done[:5] == [None, None, None, 1, 2]
    assert sum(filter(None, done)) == FREE


def test_they_are_booked_once_nothing_holds_them(mall, clock, stuck):
    """From the middle a sweep begins again at the end."""
    mall.sweep(limit=2)
    stuck.clear()
    rest = STUCK + FREE - 2

    assert sum(mall.sweep(limit=4) for _ in range(3)) == rest
    assert mall.ports.store.due(clock.now(), 9) == []
