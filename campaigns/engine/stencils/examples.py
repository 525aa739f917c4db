"""
Examples: ordinary decisions on invented requests, from which a stencil is made and by which it is checked.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import count
from typing import TYPE_CHECKING, Any

import attrs

from quanyi.entitlements.accounts import Account
from quanyi.entitlements.derivations import Derivation, derivations
from quanyi.entitlements.inputs import Input, Receipt
from quanyi.entitlements.needs import Need, Picture, with_due_back
from quanyi.entitlements.ports import BalanceWrite, Writing

if TYPE_CHECKING:
    from quanyi.entitlements.plays.base import Play

__all__ = ["LEAST", "Decide", "Example", "Examples", "NoExample", "given_of", "left_of"]

LEAST = "left"
"""The name of the number of pieces left where fewest are left."""

_PLENTY = 611_222_333_444_555
"""How many pieces an invented stock has: a number that no campaign names."""

_numbers = count(1)


class NoExample(Exception):  # noqa: N818  (an answer, not an error)
    """Requests like this one can't be repeated by a stencil."""


@attrs.frozen(kw_only=True)
class Example:
    """
    One ordinary decision.

    Attributes:
        given: What its request brings, by name.
        shared: The balances that all alike requests move, as it wrote them.
        own: The balances of the request's own limits, likewise.
        derived: How its ids were made.
    """

    ask: Input
    given: Mapping[str, Any]
    receipt: Receipt
    writing: Writing
    shared: Sequence[BalanceWrite]
    own: Sequence[BalanceWrite]
    derived: Sequence[Derivation] = ()


Decide = Callable[[Input, Picture], tuple[Receipt, Writing] | None]
"""Takes an ordinary decision on one request: its receipt and what to write; None if it is refused, or lacks a row."""


@attrs.frozen(kw_only=True)
class Examples:
    """Takes ordinary decisions on pictures that no store has."""

    decide: Decide

    def invented(self, play: Play, like: Input) -> Example:
        """A decision on an invented request of an invented user, like *like*. Raises NoExample."""
        number = next(_numbers)
        at = like.at.replace(microsecond=(like.at.microsecond // 1000 * 1000 + 137 * number) % 1_000_000)
        # With quotation marks: in JSON each of them stands in another form than by itself.
        key, user, holder = (f'"{name}" of example {number}' for name in ("key", "user", "holder"))
        with derivations() as derived:
            ask = attrs.evolve(like, at=at, key=key, user=user, holder=holder)
            shared = [need for need in play.needs(ask) if isinstance(need, Account) and not _names(need, ask)]
            order = sorted(shared, key=lambda account: account.id, reverse=number % 2 == 0)
            full = {account: _PLENTY + 1_000 * place + number for place, account in enumerate(order)}
            before = {account: full[account] if account.gives_room > 0 else 0 for account in shared}
            made = self.decided(play, ask, before, at + timedelta(minutes=1, microseconds=1))
        return attrs.evolve(made, derived=derived)

    def decided(self, play: Play, ask: Input, shared: Mapping[Account, int], moment: datetime) -> Example:
        """
        The decision on *ask*, where its holder has none of the rows that it needs.

        Args:
            shared: What the balances that all move hold before it.
            moment: The instant of the batch that it is in.
        """
        needs = set(play.needs(ask))
        if any(type(need) is not Account for need in needs):
            raise NoExample("it reads more than balances")
        picture = Picture(needs=frozenset(with_due_back(needs)), balances=dict(shared))
        decided = self.decide(ask, picture)
        if decided is None:
            raise NoExample("its answer is no, or it reads more than its play foresees")
        receipt, writing = decided
        return _example(ask, needs, shared, receipt, attrs.evolve(writing, moment=moment))


def given_of(ask: Input) -> dict[str, Any]:
    """What a request brings, by name."""
    return {"key": ask.key, "holder": ask.holder, "at": ask.at, "content": ask.digest}


def left_of(moves: Iterable[tuple[Account, int]]) -> int | None:
    """The least that any stock or quota holds; None if there is none."""
    return min((after for account, after in moves if account.gives_room > 0), default=None)


def _example(
    ask: Input, needs: Iterable[Need], shared: Mapping[Account, int], receipt: Receipt, writing: Writing
) -> Example:
    moved = {write.account: write for write in writing.balances}
    if any(need not in moved for need in needs):
        raise NoExample("it reads balances that it does not move")
    if any(write.before is not None for write in writing.records) or not _plain(writing):
        raise NoExample("it changes or draws what is there already")
    given = {**given_of(ask), "moment": writing.moment}
    left = left_of((account, moved[account].after) for account in shared)
    return Example(
        ask=ask,
        given=given if left is None else {**given, LEAST: left},
        receipt=receipt,
        writing=writing,
        shared=[moved[account] for account in shared],
        own=[moved[need] for need in needs if isinstance(need, Account) and need not in shared],
    )


def _plain(writing: Writing) -> bool:
    return not (writing.draws or writing.stash or writing.rung or writing.entries or writing.release)


def _names(account: Account, ask: Input) -> bool:
    """Whether an account's key has the request's holder or key in it."""
    return any(str(ask.holder) in part or ask.key in part for part in account.parts)
