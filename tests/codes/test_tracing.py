"""Tracing a code by its text: every card, what became of it, and nothing of the text anywhere."""

from __future__ import annotations

import logging

import pytest

from quanyi.entitlements.errors import InputError


def test_a_code_is_traced_to_its_deal_and_its_owner(mall):
    mall.desk.import_code_file("films", b"code,region\nAB-12,CN\n", by="ops/7", batch="May", channel="app")
    deal = mall.exchange("films", user="ann", key="x/1")
    mall.reveal(mall.entitlements("ann", limit=1)[0].id, user="ann", key="see")
    (card,) = mall.desk.trace_code(" ab12\n", by="ops/7", reason="ann can't use it")

    (batch,) = mall.desk.batches("films")
    assert (card.batch, card.channel, card.region, card.state) == (batch.id, "app", "CN", "seen")
    assert (card.user, card.item, card.phase, card.deal) == ("ann", "films", "usable", deal.hold or card.deal)
    assert card.seen_at is not None
    assert card.came_in == batch.made_at
    (act,) = mall.desk.acts()
    assert (act.name, act.phase, act.by, act.rows, act.reason) == (
        "codes.trace",
        "done",
        "ops/7",
        1,
        "ann can't use it",
    )


def test_another_letter_is_another_code_unless_the_pool_ignores_case(mall):
    mall.desk.import_codes("radio", ["AbC-1"], key="1")

    assert [len(mall.desk.trace_code(text, by="o", reason="why")) for text in ("AbC-1", "abc1", "nothing")] == [1, 0, 0]


def test_a_look_needs_a_reason_and_a_text_that_can_be_a_code(mall, caplog):
    caplog.set_level(logging.DEBUG)
    for text, reason in (("SECRET-1", ""), ("SECRET-1\x07", "why"), ("", "why"), (None, "why")):
        with pytest.raises(InputError) as no:
            mall.desk.trace_code(text, by="ops/7", reason=reason)
        assert "SECRET" not in str(no.value)

    assert [(act.phase, act.why) for act in mall.desk.acts()] == [("refused", "invalid")] * 3
    assert "SECRET" not in caplog.text
