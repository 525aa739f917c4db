"""The brake on guessing counts what is recent, forgets what is not, and never grows without end."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest

from quanyi.adapters.brake import GuessBrake, guarded
from quanyi.entitlements.errors import LimitReached, NotEligible, VoucherRefused

NOW = datetime(2026, 3, 20, 12, 0, tzinfo=UTC)


def miss(brake, who, at):
    with guarded(brake, who, now=at):
        raise VoucherRefused(reason="unknown-code")


def test_it_says_when_to_come_again():
    """Ten minutes after the oldest of the last three; then one more try, no three."""
    brake = GuessBrake(tries=3)
    for minute in range(3):
        with pytest.raises(VoucherRefused):
            miss(brake, "ann", NOW + timedelta(minutes=minute))

    with pytest.raises(LimitReached) as no:
        miss(brake, "ann", NOW + timedelta(minutes=4))
    assert no.value.next_at == NOW + timedelta(minutes=10)
    assert "try again" in no.value.message("en")
    assert "起可以再试" in no.value.message("zh")
    with pytest.raises(VoucherRefused):
        miss(brake, "ann", NOW + timedelta(minutes=10))
    with pytest.raises(LimitReached):
        miss(brake, "ann", NOW + timedelta(minutes=10, seconds=1))


def test_only_wrong_codes_count():
    """A right one, and a no for another reason, are no guesses."""
    brake = GuessBrake(tries=1)
    with guarded(brake, "ann", now=NOW):
        pass
    with pytest.raises(NotEligible), guarded(brake, "ann", now=NOW):
        raise NotEligible(reason="self-referral")

    assert brake.until("ann", NOW) is None


def test_its_memory_is_bounded():
    """Those quiet for longest are forgotten first."""
    brake = GuessBrake(tries=1, most=100)
    for n in range(1000):
        brake.missed(f"u{n}", NOW)

    assert [n for n in range(1000) if brake.until(f"u{n}", NOW)] == list(range(900, 1000))


def test_threads_count_together():
    """Many at a time are let through no more often than one after the other would be."""
    brake = GuessBrake(tries=50)
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: brake.missed("ann", NOW), range(49)))
    assert brake.until("ann", NOW) is None
    brake.missed("ann", NOW)

    assert brake.until("ann", NOW) == NOW + brake.window
