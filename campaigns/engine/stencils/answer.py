"""
The receipts of alike requests: what is the same in all of them, and what differs.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Sequence

import attrs

from quanyi.campaigns.engine.stencils.examples import Example, NoExample
from quanyi.campaigns.engine.stencils.explain import Explained
from quanyi.campaigns.engine.stencils.slots import Columns, Fixed, Slot
from quanyi.entitlements.inputs import Decision, Receipt
from quanyi.entitlements.plays.base import known_of

__all__ = ["Answer", "answer_of"]

_Given = tuple[tuple[Slot, str, int], ...]
"""Who got what, with the slot of the holder."""


@attrs.frozen(kw_only=True, eq=False)
class Answer:
    """
    The receipt of one request.

    Attributes:
        receipt: What is the same in all.
        given: For each of its decisions, who got what.
        names: What its answer says; `slots` are the values.
    """

    receipt: Receipt
    given: tuple[_Given, ...]
    names: tuple[str, ...]
    slots: tuple[Slot, ...]

    def receipts(self, columns: Columns) -> Iterator[Receipt]:
        """The receipts of many requests."""
        same, names = self.receipt, self.names
        answers = columns.rows(self.slots) if names else iter([()] * columns.count)
        decisions = self._decisions(columns)
        for key, at, values, decided in zip(columns.given["key"], columns.given["at"], answers, decisions, strict=True):
            yield Receipt(
                key=key,
                type=same.type,
                at=at,
                decisions=decided,
                answer=dict(zip(names, values, strict=True)),
                by=same.by,
            )

    def _decisions(self, columns: Columns) -> Iterable[tuple[Decision, ...]]:
        if not any(self.given):
            return [self.receipt.decisions] * columns.count
        return zip(*map(_decided, self.receipt.decisions, self.given, [columns] * len(self.given)), strict=True)


def answer_of(example: Example, alike: Hashable, explained: Explained) -> Answer:
    """The receipt of *example* with slots in it. Raises NoExample where its decisions differ in more than who got what."""
    receipt = example.receipt
    noted = known_of(example.ask)
    for decision in receipt.decisions:
        _insist_on_sameness(decision, explained)
        if decision.facts and not _is_in(noted, alike):
            raise NoExample("its decisions note what is known of the person")
    return Answer(
        receipt=receipt,
        given=tuple(tuple(_given(decision, explained)) for decision in receipt.decisions),
        names=tuple(receipt.answer),
        slots=tuple(map(explained.of, receipt.answer.values())),
    )


def _decided(decision: Decision, given: _Given, columns: Columns) -> Sequence[Decision]:
    """One decision, as each of the requests gets it."""
    if not given:
        return [decision] * columns.count
    whom = columns.rows([holder for holder, _, _ in given])
    what = [(thing, amount) for _, thing, amount in given]
    facts = decision.facts
    return [
        attrs.evolve(
            decision,
            given=tuple([(holder, *some) for holder, some in zip(holders, what, strict=True)]),
            facts=dict(facts),
        )
        for holders in whom
    ]


def _given(decision: Decision, explained: Explained) -> Iterator[tuple[Slot, str, int]]:
    for holder, thing, amount in decision.given:
        if not isinstance(explained.of(thing), Fixed):
            raise NoExample("what it gives differs")
        yield explained.of(holder), thing, amount


def _insist_on_sameness(decision: Decision, explained: Explained) -> None:
    """The decisions of a receipt are shared by all, so nothing in them may differ but who got what."""
    texts = [value for value in attrs.astuple(decision, recurse=False) if isinstance(value, str)]
    if decision.shows or any(not isinstance(explained.of(text), Fixed) for text in texts):
        raise NoExample("its decisions are not the same for all")


def _is_in(wanted: Hashable, alike: Hashable) -> bool:
    """Whether a value is *alike* itself, or in it at any depth."""
    return alike == wanted or (isinstance(alike, tuple) and any(_is_in(wanted, part) for part in alike))
