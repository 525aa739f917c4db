"""Many digests of rows at once are what they are one by one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from itertools import cycle, islice
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quanyi.adapters.sql import digests
from quanyi.entitlements.accounts import digest16
from quanyi.entitlements.derivations import Same, derivations, derived, each
from quanyi.entitlements.derived_ids import derived_id

TEN = datetime(2026, 3, 2, 10, tzinfo=UTC)

WORDS = st.text(st.characters(exclude_categories=["Cs"]), max_size=6) | st.sampled_from(["100%", "%s", '"', "\\", "满"])
INSTANTS = st.integers(0, 10**9).map(lambda n: TEN + timedelta(microseconds=n))
VALUES: dict[str, st.SearchStrategy[Any]] = {
    "words": WORDS,
    "bytes": st.binary(max_size=20),
    "numbers": st.integers(-(10**15), 10**15),
    "instants": INSTANTS,
    "names": st.none() | WORDS,
}


@st.composite
def columns(draw: st.DrawFn, of: Sequence[st.SearchStrategy[Any]], rows: int = 4) -> list[Any]:
    """An argument of many calls for each strategy, the first of which differs from call to call."""
    found: list[Any] = [draw(st.lists(of[0], min_size=rows, max_size=rows))]
    for values in of[1:]:
        varied = draw(st.booleans())
        found.append(draw(st.lists(values, min_size=rows, max_size=rows)) if varied else Same(draw(values)))
    return found


def one_by_one(function: Callable[..., Any], arguments: Sequence[Any]) -> list[Any]:
    return [function(*values) for values in islice(zip(*map(each, arguments), strict=False), 4)]


@given(columns([*VALUES.values(), *VALUES.values()]))
def test_digests_of_lists(arguments: list[Any]) -> None:
    assert derived(digests._digest, arguments) == one_by_one(digests._digest, arguments)


@given(columns([INSTANTS, WORDS, WORDS, st.none() | WORDS, *islice(cycle([VALUES["bytes"], INSTANTS, st.none()]), 9)]))
def test_digests_of_timers_put_what_each_wakes_in_order(found: list[Any]) -> None:
    at, *rest = found
    arguments = [*rest[:3], at, *rest[3:]]

    assert derived(digests._digest_of_timer, arguments) == one_by_one(digests._digest_of_timer, arguments)


@pytest.mark.parametrize("function", [digest16, derived_id])
@given(data=st.data())
def test_ids(function: Callable[..., Any], data: st.DataObject) -> None:
    arguments = data.draw(columns([WORDS, WORDS, WORDS]))
    for turned in (arguments, arguments[::-1], [arguments[1], arguments[0], arguments[2]]):
        assert derived(function, turned) == one_by_one(function, turned)


def test_one_source_says_a_value() -> None:
    """Known digests stay what they are stored as."""
    with derivations() as heard:
        found = digests.event_digest("deal.placed", '{"a":"%"}', None, TEN)

    assert found.hex() == "3992a8eb2781ada8a7c4e05444c57cad"
    assert [one.result for one in heard] == [found]
