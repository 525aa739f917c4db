"""Codes that the mall makes itself: as many as were asked for, once, and shown to nobody who does not ask for them."""

from __future__ import annotations

import re
from datetime import timedelta

import attrs
import pytest

from quanyi.adapters.codes import by_rule, stash
from quanyi.adapters.wiring import wire
from quanyi.entitlements.code_rules import CodeRule
from quanyi.entitlements.errors import InputError, KeyReused, NotFound
from tests.codes.conftest import NOON, Chance, got, left

RULE = re.compile(r"KQ-(\w{4}-){3}\w")


def test_a_batch_of_codes_is_stock_and_is_given_out(mall):
    made = mall.desk.generate_codes("made", 5, key="may", by="ops/7", batch="May", reason="stock", channel="app")

    assert (made.added, made.codes.free, left(mall, "music"), made.name, made.by) == (5, 5, 5, "May", "ops/7")
    (code,) = got(mall, "music", "x/1")
    assert RULE.fullmatch(code)
    (batch,) = mall.desk.batches("music")
    assert (batch.codes.free, batch.codes.seen, batch.source, batch.phase) == (4, 1, "generate", "done")


def test_the_same_key_generates_once(mall):
    first = mall.desk.generate_codes("made", 5, key="may", by="ops/7")
    again = mall.desk.generate_codes("made", 5, key="may", by="ops/7")

    assert (again.id, again.added, left(mall, "music")) == (first.id, 5, 5)
    with pytest.raises(KeyReused):
        mall.desk.generate_codes("made", 6, key="may", by="ops/7")


def test_one_that_was_cut_off_goes_on(mall, monkeypatch):
    for module in (stash, by_rule):
        monkeypatch.setattr(module, "PART", 4)
    with pytest.raises(KeyboardInterrupt):
        mall.desk.generate_codes("made", 10, key="may", by="ops/7", progress=stop_at(4))
    (batch,) = mall.desk.batches("made")
    assert (batch.added, batch.phase) == (4, "open")

    done = mall.desk.generate_codes("made", 10, key="may", by="ops/7")
    assert (done.added, done.phase, left(mall, "music")) == (10, "done", 10)


def test_codes_that_are_there_already_are_drawn_again(mall):
    """Of sixteen that there can be, ten are there, and the other six come in."""
    tiny = attrs.evolve(mall.ports.project.pools["made"], generate=CodeRule(alphabet="AB", length=4, live=16))
    project = attrs.evolve(mall.ports.project, pools={**mall.ports.project.pools, "made": tiny})
    small = wire(project, mall.ports.store, clock=mall.ports.clock, vault=mall.ports.vault, chance=Chance())

    small.desk.generate_codes("made", 10, key="1", by="ops/7")
    made = small.desk.generate_codes("made", 6, key="2", by="ops/7")

    assert (made.added, made.codes.free, left(small, "music")) == (6, 6, 16)
    assert made.known > 0
    with pytest.raises(InputError, match="at most 0"):
        small.desk.generate_codes("made", 1, key="3", by="ops/7")


def test_no_more_are_made_than_the_rule_is_strong_enough_for(mall):
    mall.desk.generate_codes("made", 4_000, key="1", by="ops/7")
    with pytest.raises(InputError, match="at most 1000"):
        mall.desk.generate_codes("made", 1_001, key="2", by="ops/7")

    assert mall.desk.generate_codes("made", 1_000, key="3", by="ops/7").added == 1_000


def test_plain_codes_are_given_to_who_says_why_and_that_is_an_act(mall):
    made = mall.desk.generate_codes("made", 3, key="may", by="ops/7")
    with pytest.raises(InputError, match="why"):
        list(mall.desk.plain_codes(made.id, by="ops/7", reason=" "))
    codes = list(mall.desk.plain_codes(made.id, by="ops/7", reason="for the printer"))

    assert len(set(codes)) == 3
    assert all(map(RULE.fullmatch, codes))
    (act,) = mall.desk.acts()
    assert (act.name, act.phase, act.by, act.about, act.rows) == ("codes.export", "done", "ops/7", made.id, 3)
    assert got(mall, "music", "x/1") == codes[:1]


def test_what_was_imported_is_not_written_out(mall):
    receipt = mall.desk.import_codes("films", ["AB-1"], key="1")
    with pytest.raises(InputError, match="imported"):
        list(mall.desk.plain_codes(receipt.batch, by="ops/7", reason="curious"))


def test_what_can_not_be_generated_is_refused(mall):
    desk = mall.desk
    with pytest.raises(InputError, match="no rule"):
        desk.generate_codes("films", 1, key="1", by="ops/7")
    with pytest.raises(NotFound, match="loose, made, strict, twins, whole"):
        desk.generate_codes("nothing", 1, key="1", by="ops/7")
    for count in (0, -1, True, "5"):
        with pytest.raises(InputError):
            desk.generate_codes("made", count, key="1", by="ops/7")
    with pytest.raises(InputError, match="zone"):
        desk.generate_codes("made", 1, key="1", by="ops/7", ends_at=NOON.replace(tzinfo=None))


def test_generated_codes_end_too(mall, clock):
    mall.desk.generate_codes("made", 3, key="1", by="ops/7", ends_at=NOON + timedelta(hours=1))
    clock.advance(timedelta(hours=1))

    assert left(mall, "music") == 0 or mall.sweep()
    (batch,) = mall.desk.batches("made")
    assert (batch.codes.free, batch.codes.ended) == (0, 3)


def stop_at(count):
    def told(made):
        if made >= count:
            raise KeyboardInterrupt

    return told
