"""The clocks and the ids."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest

from quanyi.adapters.clock import FixedClock, SystemClock
from quanyi.adapters.ids import CountedIds, RandomIds

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


def test_the_systems_clock_speaks_utc():
    """Time is aware and in UTC, whatever the machine's zone is."""
    assert SystemClock().now().tzinfo is UTC


def test_a_fixed_clock_stands_still():
    """Two looks at it see the same instant."""
    clock = FixedClock(NOON)

    assert clock.now() == clock.now() == NOON


def test_a_fixed_clock_goes_where_it_is_told():
    """It is set to an instant, and goes on by a duration."""
    clock = FixedClock(NOON)
    clock.move(NOON - timedelta(days=1))
    clock.advance(timedelta(hours=1), minutes=30)

    assert clock.now() == datetime(2026, 2, 28, 13, 30, tzinfo=UTC)


def test_a_fixed_clock_turns_any_zone_into_utc():
    """What is set in Shanghai is read in UTC."""
    shanghai = timezone(timedelta(hours=8))

    assert FixedClock(datetime(2026, 3, 1, 20, tzinfo=shanghai)).now().isoformat() == "2026-03-01T12:00:00+00:00"


def test_a_clock_without_a_zone_is_refused():
    """An instant without a zone is no instant."""
    with pytest.raises(ValueError, match="with a zone"):
        FixedClock(datetime(2026, 3, 1))  # noqa: DTZ001


def test_random_ids_are_long_and_differ():
    """A thousand ids of 22 characters, no two alike."""
    ids = {RandomIds().new() for _ in range(1000)}

    assert len(ids) == 1000
    assert set(map(len, ids)) == {22}


def test_counted_ids_repeat_themselves():
    """Two runs give the same ids."""
    first, second = CountedIds("h"), CountedIds("h")

    assert [first.new() for _ in range(3)] == [second.new() for _ in range(3)] == ["h1", "h2", "h3"]
