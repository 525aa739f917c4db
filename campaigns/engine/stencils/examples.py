"""
Examples: ordinary decisions on invented requests, from which a stencil is made and by which it is checked.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import count
from typing import TYPE_CHECKING, Any

import attrs

from quanyi.campaigns.engine.stencils.wallets import Gain, Wallet, gain_of, shown, units_of
from quanyi.entitlements.accounts import Account
from quanyi.entitlements.derivations import Derivation, derivations
from quanyi.entitlements.inputs import Input, Receipt
from quanyi.entitlements.needs import LotsOf, Need, Picture, with_due_back
from quanyi.entitlements.ports import BalanceWrite, Writing
from quanyi.entitlements.records import RecordKey

if TYPE_CHECKING:
    from quanyi.entitlements.plays.base import Play

__all__ = ["LEAST", "Decide", "Example", "Examples", "NoExample", "given_of", "left_of", "sum_of"]

LEAST = "left"
"""The name of the number of pieces left where fewest are left."""

_PLENTY = 611_222_333_444_555
"""How many pieces an invented stock has: a number that no campaign names."""

_LOT, _REST = 23_456_789_012_345, 34_567_890_123_456
"""
How many points an invented lot holds, and the other lots of its wallet; as often in the second wallet as it is the second
one, so that nothing in one of them seems to follow from another.
"""

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
        gains: The wallets that it puts points into.
        absent: The records that it needs, none of which is there.
        derived: How its ids were made.
    """

    ask: Input
    given: Mapping[str, Any]
    receipt: Receipt
    writing: Writing
    shared: Sequence[BalanceWrite]
    own: Sequence[BalanceWrite]
    gains: Sequence[Gain]
    absent: Sequence[RecordKey]
    derived: Sequence[Derivation] = ()

    @property
    def there(self) -> frozenset[str]:
        """The units whose lot was there before."""
        return frozenset(one.unit for one in self.gains if one.there)


Decide = Callable[[Input, Picture], tuple[Receipt, Writing] | None]
"""Takes an ordinary decision on one request: its receipt and what to write; None if it is refused, or lacks a row."""


@attrs.frozen(kw_only=True)
class Examples:
    """Takes ordinary decisions on pictures that no store has."""

    decide: Decide

    def invented(self, plays: Sequence[Play], like: Input, there: Iterable[str] = ()) -> Example:
        """
        A decision on an invented request of an invented user, like *like*.

        Args:
            there: The units of which the user has the lot that is credited; in all wallets other lots are.

        Raises:
            NoExample: There is none.
        """
        ask, number = _invented(like)
        return self._made(plays, ask, number, self._lots(plays, ask, there) if there else {})

    def _made(self, plays: Sequence[Play], ask: Input, number: int, lots: Mapping[str, Account]) -> Example:
        with derivations() as derived:
            needs = _needs(plays, ask)
            shared = [need for need in needs if isinstance(need, Account) and not _names(need, ask)]
            order = sorted(shared, key=lambda account: account.id, reverse=number % 2 == 0)
            full = {account: _PLENTY + 1_000 * place + number for place, account in enumerate(order)}
            before = {account: full[account] if account.gives_room > 0 else 0 for account in shared}
            wallets = {
                unit: Wallet(
                    lot=lots.get(unit), before=_LOT * n + number if unit in lots else 0, rest=_REST * n + number
                )
                for n, unit in enumerate(units_of(needs), 1)
            }
            made = self.decided(plays, ask, before, wallets, ask.at + timedelta(minutes=1, microseconds=1))
        return attrs.evolve(made, derived=derived)

    def decided(
        self,
        plays: Sequence[Play],
        ask: Input,
        shared: Mapping[Account, int],
        wallets: Mapping[str, Wallet],
        moment: datetime,
    ) -> Example:
        """
        The decision on *ask*, where its holder has none of the rows that it needs but *wallets*.

        Args:
            shared: What the balances that all move hold before it.
            wallets: What the holder has, by unit.
            moment: The instant of the batch that it is in.
        """
        needs = _needs(plays, ask)
        if any(not isinstance(need, Account) and not _of_its_own(need, ask) for need in needs):
            raise NoExample("it reads more than balances, wallets to credit, and records of its own")
        picture = Picture(needs=frozenset(with_due_back(needs)), balances=dict(shared))
        shown(picture, str(ask.holder), wallets)
        decided = self.decide(ask, picture)
        if decided is None:
            raise NoExample("its answer is no, or it reads more than its play foresees")
        receipt, writing = decided
        if [decision.campaign for decision in receipt.decisions] != [play.head.campaign for play in plays]:
            raise NoExample("another campaign hears of what follows from it")
        return _example(ask, needs, shared, wallets, receipt, attrs.evolve(writing, moment=moment))

    def repeated(
        self,
        plays: Sequence[Play],
        ask: Input,
        shared: Mapping[Account, int],
        wallets: Mapping[str, tuple[bool, int]],
        moment: datetime,
    ) -> Example:
        """The same for a request that has come, by whether the lot is there and how much its wallet holds, by unit."""
        there = [unit for unit, (is_there, _) in wallets.items() if is_there]
        lots = self._lots(plays, ask, there) if there else {}
        held = {
            unit: Wallet(lot=lots.get(unit), before=sum_ if is_there else 0, rest=0 if is_there else sum_)
            for unit, (is_there, sum_) in wallets.items()
        }
        return self.decided(plays, ask, shared, held, moment)

    def _lots(self, plays: Sequence[Play], like: Input, there: Iterable[str]) -> dict[str, Account]:
        """The lots that will be credited: what another user's like request opens, with the holder of *like*."""
        other, number = _invented(like)
        opened = self._made(plays, attrs.evolve(other, at=like.at), number, {}).gains
        return {
            one.unit: attrs.evolve(one.lot.account, parts=(str(like.holder), *one.lot.account.parts[1:]))
            for one in opened
            if one.unit in there
        }


def given_of(ask: Input) -> dict[str, Any]:
    """What a request brings, by name."""
    given = {"key": ask.key, "origin": ask.origin, "root": ask.root, "holder": ask.holder, "at": ask.at}
    given["content"] = ask.digest
    for name, value in ask.source:
        given[f"source {name}"] = value
    return given


def left_of(moves: Iterable[tuple[Account, int]]) -> int | None:
    """The least that any stock or quota holds; None if there is none."""
    return min((after for account, after in moves if account.gives_room > 0), default=None)


def sum_of(unit: str) -> str:
    """The name of what a wallet held before, in a unit."""
    return f"sum {unit}"


def _invented(like: Input) -> tuple[Input, int]:
    """A request that no user makes, and its number."""
    number = next(_numbers)
    at = like.at.replace(microsecond=(like.at.microsecond // 1000 * 1000 + 137 * number) % 1_000_000)
    # With quotation marks: in JSON each of them stands in another form than by itself.
    key, seed, user, holder = (f'"{name}" of example {number}' for name in ("key", "seed", "user", "holder"))
    source = {name: f'"source {name}" of example {number}' for name, _ in like.source}
    data = {name: source.get(name, value) for name, value in like.data.items()}
    sent = None if like.sent is None else {name: source.get(name, value) for name, value in like.sent.items()}
    ask = attrs.evolve(like, at=at, key=key, seed=seed, user=user, holder=holder, data=data, sent=sent)
    return attrs.evolve(ask, source=tuple(source.items())), number


def _needs(plays: Iterable[Play], ask: Input) -> list[Need]:
    return list({need: None for play in plays for need in play.needs(ask)})


def _of_its_own(need: Need, ask: Input) -> bool:
    """Whether a need is a wallet of the request's own holder, or a record named by what the request brings."""
    if isinstance(need, LotsOf):
        return need.holder == ask.holder
    return isinstance(need, RecordKey) and _names(need, ask)


def _example(
    ask: Input,
    needs: Sequence[Need],
    shared: Mapping[Account, int],
    wallets: Mapping[str, Wallet],
    receipt: Receipt,
    writing: Writing,
) -> Example:
    moved = {write.account: write for write in writing.balances}
    if any(need not in moved for need in needs if isinstance(need, Account)):
        raise NoExample("it reads balances that it does not move")
    if any(write.before is not None for write in writing.records) or not _plain(writing):
        raise NoExample("it changes or draws what is there already")
    given = {**given_of(ask), "moment": writing.moment}
    given |= {sum_of(unit): wallet.before + wallet.rest for unit, wallet in wallets.items()}
    left = left_of((account, moved[account].after) for account in shared)
    found = [gain_of(unit, wallet, str(ask.holder), writing) for unit, wallet in wallets.items()]
    return Example(
        ask=ask,
        given=given if left is None else {**given, LEAST: left},
        receipt=receipt,
        writing=writing,
        shared=[moved[account] for account in shared],
        own=[moved[need] for need in needs if isinstance(need, Account) and need not in shared],
        gains=[one for one in found if one is not None] if None not in found else _not_credited(),
        absent=[need for need in needs if isinstance(need, RecordKey)],
    )


def _not_credited() -> Sequence[Gain]:
    raise NoExample("it looks at a wallet, and does not put points into one lot of it")


def _plain(writing: Writing) -> bool:
    return not (writing.draws or writing.stash or writing.rung or writing.release)


def _names(need: Account | RecordKey, ask: Input) -> bool:
    """Whether the key of a balance or record has the request's holder, key or source in it."""
    own = (str(ask.holder), ask.key, ask.origin, *(value for _, value in ask.source))
    return any(name in part for part in need.parts for name in own)
