"""The index by ranges against a look at every campaign: none that would act is left out, and few others are found."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quanyi.campaigns.engine import by_range, intervals
from quanyi.campaigns.engine.index import Index
from quanyi.campaigns.engine.intervals import IntervalTree
from quanyi.entitlements.checks.conditions import AllOf, Condition, equalities, judge
from quanyi.entitlements.checks.conditions import Test as Compared
from quanyi.entitlements.checks.ranges import Range, ranges
from quanyi.entitlements.clauses import Head
from quanyi.entitlements.errors import NotEligible
from quanyi.entitlements.inputs import Input
from quanyi.entitlements.plays.base import Trigger
from tests.entitlements.stage import moment

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

NOW = moment("2026-03-01T10:00")
NUMBERS = st.one_of(st.integers(-4, 4), st.sampled_from([Decimal("0.5"), Decimal("2.0"), 10**30, -(10**30)]))
TEXTS = st.sampled_from(["", "a", "b", "1", "2026-03-01", "2026-03-01T10:00:00+00:00"])
ODD = st.sampled_from(
    [None, True, False, 1.5, float("nan"), float("inf"), Decimal("NaN"), Decimal("sNaN"), [], {}, [1]]
)
FIELDS = ("event.amount", "event.pieces", "user.level")
OPS = ("less_than", "max", "min", "more_than")


def comparisons(values: st.SearchStrategy[object]) -> st.SearchStrategy[Compared]:
    return st.builds(Compared, path=st.sampled_from(FIELDS), op=st.sampled_from(OPS), value=values)


def conditions(values: st.SearchStrategy[object]) -> st.SearchStrategy[Condition]:
    skus = st.builds(Compared, path=st.just("event.sku"), op=st.just("is"), value=st.sampled_from(["s", "t"]))
    parts = st.lists(comparisons(values), max_size=4), st.lists(skus, max_size=1)
    return st.tuples(*parts).map(lambda found: AllOf(parts=(*found[0], *found[1])))


def inputs(values: st.SearchStrategy[object]) -> st.SearchStrategy[Input]:
    data = st.dictionaries(st.sampled_from(["amount", "pieces"]), values)
    facts = st.dictionaries(st.just("level"), values)
    return st.builds(
        lambda said, known, sku: Input(type="x", key="k", at=NOW, data={**said, "sku": sku}, facts=known),
        data,
        facts,
        st.sampled_from(["s", "t", "u"]),
    )


ORDINARY, ANY = st.one_of(NUMBERS), st.one_of(NUMBERS, TEXTS, ODD)


@attrs.frozen(eq=False)
class Hears:
    """A play that listens by its condition, and does nothing else."""

    head: Head
    condition: Condition

    def listens(self) -> tuple[Trigger, ...]:
        return (Trigger(type="x", where=equalities(self.condition), ranges=ranges(self.condition)),)


def plays(found: Iterable[Condition]) -> list[Hears]:
    return [Hears(Head(campaign=f"c{number}"), condition) for number, condition in enumerate(found)]


def passes(play: Hears, ask: Input) -> bool:
    """Whether the condition holds."""
    try:
        judge(play.condition, ask, never)
    except (ArithmeticError, NotEligible):  # a decimal that is no number breaks the condition
        return False
    return True


def never(*_args: object) -> bool:
    raise AssertionError("there is no expression")


@given(st.lists(conditions(ANY), max_size=40), st.lists(inputs(ANY), min_size=1, max_size=6))
@settings(max_examples=300)
def test_no_campaign_that_would_act_is_left_out(found, asks):
    """Missing values, values of other types, bools, decimals, numbers that are none, huge ones, empty ranges."""
    all_of_them = plays(found)
    index = Index(all_of_them)
    for ask in asks:
        matched, judged = index.match(ask), [play for play in all_of_them if passes(play, ask)]

        assert set(judged) <= set(matched) <= set(index.match(ask, everyone=True))
        assert len(set(matched)) == len(matched)


@given(st.lists(conditions(ORDINARY), max_size=60), st.lists(inputs(ORDINARY), min_size=1, max_size=6))
@settings(max_examples=300)
def test_of_numbers_exactly_those_are_found_whose_conditions_hold(found, asks):
    """So nobody decides, or writes into a receipt, what a range says already."""
    all_of_them = plays(found)
    index = Index(all_of_them)
    for ask in asks:
        assert index.match(ask) == sorted(
            (play for play in all_of_them if passes(play, ask)), key=lambda play: play.head.campaign
        )


@given(st.lists(conditions(ORDINARY), min_size=1, max_size=60), st.data())
def test_campaigns_may_be_added_between_two_inputs(found, data):
    """Each is found from then on, and those before it too."""
    index, known = Index(), []
    for play in plays(found):
        index.add(play)
        known.append(play)
        ask = data.draw(inputs(ORDINARY))

        assert set(index.match(ask)) == {each for each in known if passes(each, ask)}


@given(st.lists(st.tuples(st.integers(-9, 9), st.integers(-9, 9), st.booleans(), st.booleans())), st.integers(-10, 10))
def test_a_tree_finds_what_contains_a_value(bounds, value):
    """Bounds that are equal, ranges that are empty, open and closed ones."""
    found = [Range(low=low, high=high, low_open=a, high_open=b) for low, high, a, b in bounds]
    found_at = IntervalTree([(range_, number) for number, range_ in enumerate(found)]).at(value)
    inside = {number for number, range_ in enumerate(found) if range_.holds(value)}

    assert sorted(found_at) == sorted(inside)


def of(**data: object) -> Input:
    return Input(type="x", key="k", at=NOW, data=data)


def between(low: object, high: object) -> Condition:
    amount = (
        Compared(path="event.amount", op="min", value=low),
        Compared(path="event.amount", op="less_than", value=high),
    )
    return AllOf(parts=amount)


@pytest.mark.parametrize(
    ("value", "found"),
    [
        (9, ""), (10, "c0"), (True, ""), (19, "c0 c1"), (20, "c1"), (Decimal("19.5"), "c0 c1"), (Decimal("10.0"), "c0"),
        (29.5, "c1"), (10**30, ""), (None, ""), ("15", ""), ([15], ""), (float("nan"), ""), (Decimal("NaN"), "c0 c1 c2"),
    ],
)  # fmt: skip
def test_a_value_finds_the_ranges_that_it_lies_in(value, found):
    """At each bound; of another type; and one that the conditions have to refuse themselves."""
    index = Index(plays([between(10, 20), between(11, 30), between(5, 5)]))

    assert " ".join(play.head.campaign for play in index.match(of(amount=value))) == found
    assert index.match(of()) == []


def test_true_is_one_here_as_it_is_in_conditions():
    """It compares as a number, and so it is found as one."""
    assert len(Index(plays([between(1, 2), between(0, 1)])).match(of(amount=True))) == 1


def test_what_is_added_later_is_found_at_once():
    """Beside what was sorted in before."""
    first, second = plays([between(0, 20), between(10, 30)])
    index = Index([first])

    assert index.match(of(amount=15)) == [first]
    index.add(second)
    assert index.match(of(amount=15)) == [first, second]


def test_a_large_tree_finds_ranges_at_their_bounds():
    """Three hundred ranges that overlap, at every bound of them and between two."""
    index = Index(plays(between(10 * n, 10 * n + 500) for n in range(300)))
    for value in range(0, 3_600, 5):
        first, last = max(0, (value - 500) // 10 + 1), min(299, value // 10)
        found = {play.head.campaign for play in index.match(of(amount=value))}

        assert found == {f"c{n}" for n in range(first, last + 1)}


@pytest.mark.parametrize("turns", [1, 50])
def test_what_is_added_is_not_sorted_again_and_again(turns, monkeypatch):
    """A thousand campaigns that come one by one, or in fifties, are sorted O(log n) times each."""
    sorted_in: list[int] = []
    part = by_range._Part

    def counted(entries: list[object]) -> object:
        sorted_in.append(len(entries))
        return part(entries)

    monkeypatch.setattr(by_range, "_Part", counted)
    index = Index()
    ask = of(amount=500)
    for number, play in enumerate(plays(Compared(path="event.amount", op="min", value=n) for n in range(1_000))):
        index.add(play)
        if number % turns == 0:
            index.match(ask)

    assert len(index.match(ask)) == 501
    assert sum(sorted_in) <= 1_000 * 12


def test_an_input_looks_at_few_of_many_campaigns(monkeypatch):
    """Of ten thousand that differ by one range, those are compared by their other one that the first lets through."""
    looked: list[Range] = []
    holds = Range.holds
    monkeypatch.setattr(Range, "holds", lambda self, value: looked.append(self) or holds(self, value))
    pieces = Compared(path="event.pieces", op="min", value=1)
    index = Index(plays(AllOf(parts=(between(n, n + 1), pieces)) for n in range(10_000)))

    assert len(index.match(of(amount=7_777, pieces=1))) == 1
    assert len(looked) <= 2


def test_a_tree_is_divided_until_few_ranges_are_left():
    """So the way to a value is short, and what is looked at there is little."""
    tree = IntervalTree([(Range(low=n, high=n + 1, high_open=True), n) for n in range(10_000)])
    depths = dict(leaves(tree._root))

    assert max(depths.values()) <= intervals._FEW
    assert max(depths) <= 16


def leaves(node: object, depth: int = 0) -> Iterator[tuple[int, int]]:
    """How deep each leaf hangs, and how much is in the largest one there."""
    if isinstance(node, intervals._Branch):
        sizes: dict[int, int] = {}
        for deep, size in (*leaves(node.left, depth + 1), *leaves(node.right, depth + 1)):
            sizes[deep] = max(size, sizes.get(deep, 0))
        yield from sizes.items()
    else:
        yield depth, len(node)
