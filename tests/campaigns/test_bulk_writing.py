"""Values of things are written into the text of a campaign; comments, order and the way of writing stay."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quanyi.campaigns.bulk.changing import EntryMistake, listed, priced, timed
from quanyi.campaigns.bulk.entries import Entry, entries_of
from quanyi.campaigns.bulk.writing import written
from quanyi.campaigns.kinds.builtin import BUILTIN
from quanyi.entitlements.plays.sale.terms import Price
from quanyi.entitlements.time import Span
from tests.campaigns.samples import campaign

SCALES = {"CNY": 2, "points": 0}
NOON = datetime(2026, 3, 2, 4, tzinfo=UTC)
FLOW = """\
# the shelf
campaign: c  # its name
kind: sale
sells: {coffee: 9.90, phone: {points: 30, money: 5.00}}  # prices
quota: {coffee: 3}
at_most: [9 pieces per user]
"""
BLOCK = """\
campaign: c
kind: sale
on_sale:
  coffee: {until: "2026-03-01 10:00"}  # until spring

  # phones are new
  phone: {from: "2026-03-01 10:00"}
sells:
  # hot
  coffee: 9.90  # a cup
  phone:
    points: 30
    money: 5.00
at_most: [9 pieces per user]  # the end
# really"""
ANCHORED = """\
campaign: c
kind: sale
sells: {coffee: &p 9.90, phone: *p}
at_most: [9 pieces per user]
"""


def entry(item: str, **more: object) -> Entry:
    known: dict[str, object] = {"price": Price(money=990), "quota": None, "zone": "Asia/Shanghai", "currency": "CNY"}
    return Entry(campaign="c", item=item, **(known | more))  # type: ignore[arg-type]


def put(text: str, **after: Entry) -> str:
    before = {"coffee": entry("coffee", quota=3), "phone": entry("phone", price=Price(units={"points": 30}, money=500))}
    return written(text, [(before[item], each) for item, each in after.items()], SCALES)


def test_a_price_is_replaced_where_it_stands():
    assert put(FLOW, coffee=entry("coffee", price=Price(money=1990), quota=3)) == FLOW.replace("9.90", "19.90")
    assert put(FLOW, phone=entry("phone", price=Price(units={"points": 7}))) == FLOW.replace(
        "{points: 30, money: 5.00}", "{points: 7}"
    )


def test_a_quota_comes_and_goes():
    assert put(FLOW, phone=entry("phone", price=Price(units={"points": 30}, money=500), quota=8)) == FLOW.replace(
        "{coffee: 3}", "{coffee: 3, phone: 8}"
    )
    assert put(FLOW, coffee=entry("coffee")) == FLOW.replace("quota: {coffee: 3}\n", "")
    assert put(BLOCK, coffee=entry("coffee", quota=5)).endswith("# the end\nquota:\n  coffee: 5\n# really\n")


def test_times_get_a_key_of_their_own():
    span = Span(start=NOON)
    assert put(FLOW, coffee=entry("coffee", quota=3, span=span)).endswith(
        'at_most: [9 pieces per user]\non_sale:\n  coffee: {from: "2026-03-02 12:00"}\n'
    )


def test_a_line_that_goes_takes_nothing_else_along(tmp_path):
    (tmp_path / "mall").mkdir()
    play = campaign(tmp_path / "mall", BLOCK.partition("\n")[2])
    before = {each.item: each for each in entries_of([play], BUILTIN.of)}
    after = timed(before["coffee"], None, None)

    text = written(BLOCK, [(before["coffee"], after)], SCALES)
    assert text == BLOCK.replace('  coffee: {until: "2026-03-01 10:00"}  # until spring\n', "") + "\n"
    both = written(BLOCK, [(before[name], timed(before[name], None, None)) for name in before], SCALES)
    assert "on_sale" not in both
    assert "# hot\n  coffee: 9.90  # a cup" in both


def test_what_is_written_with_anchors_is_left_alone():
    with pytest.raises(EntryMistake, match="anchored"):
        put(ANCHORED, coffee=entry("coffee", price=Price(money=5), quota=3))
    with pytest.raises(EntryMistake, match="no-text"):
        put("", coffee=entry("coffee"))


def test_a_local_time_that_clocks_show_twice_is_written_from_utc():
    both = entry("coffee", quota=3, zone="Europe/Berlin", span=Span(start=datetime(2026, 10, 25, 0, 30, tzinfo=UTC)))
    assert '{from: "2026-10-25T00:30:00+00:00"}' in put(FLOW, coffee=both)


def test_listing_at_once_forgets_the_times_that_are_over():
    over = entry("coffee", span=Span(start=NOON.replace(day=1), end=NOON.replace(hour=3)))
    assert listed(over, None, NOON).span == Span()


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_what_is_written_reads_as_what_was_asked(data, tmp_path_factory):
    """Whatever changes of either thing, the campaign compiles to it."""
    text = data.draw(st.sampled_from([FLOW, BLOCK]))
    folder: Path = tmp_path_factory.mktemp("mall")
    before = {
        each.item: each for each in entries_of([campaign(folder, text.replace("campaign: c", "#", 1))], BUILTIN.of)
    }
    after = {}
    for item, each in before.items():
        units = data.draw(st.sampled_from([{"CNY": 1234}, {"points": 5}, {"points": 5, "CNY": 10}]))
        quota = data.draw(st.none() | st.integers(1, 99))
        start = data.draw(st.none() | st.just(NOON))
        end = data.draw(st.none() | st.just(NOON.replace(day=9)))
        changed = attrs.evolve(timed(priced(each, units), start, end), quota=quota)
        after[item] = data.draw(st.sampled_from([each, changed]))
    new = written(text, [(before[item], after[item]) for item in before], SCALES)
    again = {each.item: each for each in entries_of([campaign(folder, new.replace("campaign: c", "#", 1))], BUILTIN.of)}

    assert {item: each.says for item, each in again.items()} == {item: each.says for item, each in after.items()}
    assert [word for word in ("# the shelf", "# its name", "# prices", "# hot", "# really") if word in text] == [
        word for word in ("# the shelf", "# its name", "# prices", "# hot", "# really") if word in new
    ]
