"""Batches: what came in together, who brought it in, and in which state its codes are; and codes that end."""

from __future__ import annotations

from datetime import timedelta

import pytest

from quanyi.entitlements.errors import NotFound, OutOfStock
from tests.codes.conftest import NOON, got, left

HOUR = timedelta(hours=1)


def test_every_import_is_a_batch(mall):
    mall.desk.import_codes("films", ["A-1", "A-2", "a2"], key="1", by="ops/7")
    mall.desk.import_codes("films", ["A-2", "A-3"], key="2", by="ops/8")
    newest, oldest = mall.desk.batches("strict")

    assert [(b.added, b.known, b.repeated, b.by) for b in (oldest, newest)] == [(2, 0, 1, "ops/7"), (1, 1, 0, "ops/8")]
    assert (oldest.benefit, oldest.pool, oldest.made_at, oldest.phase) == ("films", "strict", NOON, "done")
    assert mall.desk.batches("films") == mall.desk.batches("strict")
    assert mall.desk.batches("made") == []
    with pytest.raises(NotFound):
        mall.desk.batches("nothing")


def test_states_of_the_codes_of_a_batch(mall):
    mall.desk.import_codes("films", ["A-1", "A-2", "A-3"], key="1")
    mall.exchange("films", user="ann", key="x/1")
    mall.exchange("films", user="ann", key="x/2")
    mall.reveal(mall.entitlements("ann", limit=1)[0].id, user="ann", key="see")
    (batch,) = mall.desk.batches("films")

    assert (batch.codes.free, batch.codes.issued, batch.codes.seen, batch.codes.void) == (1, 1, 1, 0)


def test_a_code_past_its_end_is_not_drawn(mall, clock):
    """The first in the queue ends; who comes later gets the next one, and the stock says so whether or not a sweep came."""
    mall.desk.import_code_file("films", b"code,end\nSOON,2026-03-02 13:00\nLATER,2026-03-03\nEVER,\n", by="ops/7")
    assert left(mall, "films") == 3
    clock.advance(HOUR)

    assert got(mall, "films", "x/1") == ["LATER"]
    assert left(mall, "films") == 1
    (batch,) = mall.desk.batches("films")
    assert (batch.codes.free, batch.codes.ended, batch.codes.seen) == (1, 1, 1)


def test_at_the_very_instant_of_its_end_a_code_is_gone(mall, clock):
    mall.desk.import_code_file("films", b"code,end\nSOON,2026-03-02 13:00\n", by="ops/7")
    clock.advance(HOUR - timedelta(microseconds=1))
    assert got(mall, "films", "x/1") == ["SOON"]

    mall.desk.import_code_file("films", b"code,end\nNEXT,2026-03-02 14:00\n", by="ops/7")
    clock.advance(HOUR + timedelta(microseconds=1))
    with pytest.raises(OutOfStock):
        mall.exchange("films", user="ann", key="x/2")


def test_a_code_that_was_given_in_time_stays(mall, clock):
    mall.desk.import_code_file("films", b"code,end\nSOON,2026-03-02 13:00\n", by="ops/7")
    mall.exchange("films", user="ann", key="x/1")
    clock.advance(2 * HOUR)
    mall.sweep()

    right = mall.entitlements("ann", limit=1)[0]
    assert list(mall.reveal(right.id, user="ann", key="see").answer["codes"]) == ["SOON"]
    (batch,) = mall.desk.batches("films")
    assert (batch.codes.ended, batch.codes.seen) == (0, 1)


def test_ends_of_several_batches_in_one_sweep(mall, clock):
    """Each timer takes what is left of its pool; together they take every code once."""
    for n in range(3):
        mall.desk.import_code_file(
            "films", f"code,end\nA{n},2026-03-02 13:0{n}\nB{n},2026-03-02 13:0{n}\n".encode(), by="o"
        )
    mall.desk.import_codes("films", ["GOOD"], key="good")
    clock.advance(2 * HOUR)
    mall.sweep()

    assert left(mall, "films") == 1
    assert sum(batch.codes.ended for batch in mall.desk.batches("films")) == 6
    assert got(mall, "films", "x/1") == ["GOOD"]
