"""
Holders: the random ids that stand for the host's users inside a mall.

A holder id is made the first time a user is seen, and is stored in one erasable record. What was
committed once is cached in a bounded map, so that known users cost no look-up. An erasure raises the epoch, and
nothing that was cached under another epoch is believed.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from threading import Lock
from typing import cast

import attrs

from quanyi.entitlements.accounts import Account
from quanyi.entitlements.inputs import Input
from quanyi.entitlements.needs import DueBack, LotsOf, Need
from quanyi.entitlements.ports import Ids, RecordWrite, Store, Transaction
from quanyi.entitlements.records import Person, RecordKey

__all__ = ["GivenHolders", "Holders", "guessed", "of_newcomers"]

_REMEMBERED = 100_000
_ANY_TIME = datetime(1, 1, 1, tzinfo=UTC)


@attrs.frozen(kw_only=True)
class GivenHolders:
    """
    Inputs with their people.

    Attributes:
        newcomers: Records for users never seen before; `known` the holders of all others, by their records' keys.
        epoch: The epoch that was used meanwhile.
    """

    asks: Sequence[Input]
    newcomers: Sequence[RecordWrite]
    known: Mapping[RecordKey, str]
    epoch: int | None


@attrs.frozen
class _Cache:
    """The holders of users that are known, as of one epoch."""

    epoch: int | None
    known: dict[str, str] = attrs.field(factory=dict)


class Holders:
    """
    Finds the holder of a user, and makes one up for a new user.

    A newcomer's record is written with the batch that first mentions them, under a guard that
    it does not exist yet; whoever loses that race starts again and finds the winner's.

    As long as every unknown user turns out to be new, further ones are taken for new without asking: their
    records are looked up together with what is locked, so they don't cost a statement of their own.

    Args:
        epoch: The number of the set of campaigns that this process uses; an erasure raises it.
    """

    def __init__(self, ids: Ids, epoch: Callable[[], int]) -> None:
        self._ids, self._epoch = ids, epoch
        self._cache = _Cache(None)
        self._mutex = Lock()
        self._guessing = False

    @property
    def _known(self) -> dict[str, str]:
        return self._now().known

    def _now(self) -> _Cache:
        """What is cached as of the epoch that is used now."""
        cache, epoch = self._cache, self._epoch()
        if cache.epoch == epoch:
            return cache
        with self._mutex:
            if self._cache.epoch != epoch:
                self._cache = _Cache(epoch)
            return self._cache

    def recognise(self, asks: Sequence[Input], tx: Transaction) -> GivenHolders:
        """
        The inputs with their holders filled in, and records for users never seen before.

        Who is not cached is looked up in the very transaction that decides, before anything is locked: another one
        would cost a connection. The caller must check under the lock that the epoch is still the one that is returned,
        that the new records do not exist, and call `met` for those that do.
        """
        cache = self._now()
        users = {user for ask in asks for user in _users(ask)}
        holders = {user: cache.known[user] for user in users if user in cache.known}
        strangers = sorted(users - holders.keys())
        newcomers: list[RecordWrite] = []
        if strangers and not self._guessing:
            keys = {_key(user): user for user in strangers}
            found = {keys[key]: holder for key, holder in tx.holders(keys).items()}
            self._guessing = not found
            holders.update(found)
        for user in strangers:
            if user not in holders:
                person = Person(user=user, holder=self._ids.new(), phase="known")
                holders[user] = str(person.holder)
                newcomers.append(RecordWrite(record=person, before=None, after=1))
        known = {_key(user): holders[user] for user in users - {cast("Person", new.record).user for new in newcomers}}
        return GivenHolders(
            asks=[_introduced(ask, holders) for ask in asks], newcomers=newcomers, known=known, epoch=cache.epoch
        )

    def guess(self, asks: Sequence[Input], store: Store) -> list[Input]:
        """
        The inputs with their holders filled in, for decisions that are not written. Unknown users get a placeholder.
        """
        return guessed(asks, self.look_up({user for ask in asks for user in _users(ask)}, store))

    def named(self, ask: Input) -> Input:
        """The input with the holders that are cached, and placeholders for everybody else."""
        return _introduced(ask, {user: self._known.get(user, f"?{user}") for user in _users(ask)})

    def known(self, user: str) -> str | None:
        """The holder of a user as far as it is cached; None for everybody else."""
        return self._known.get(user)

    def seen(self, people: Iterable[Person], epoch: int | None) -> None:
        """Cache people whose records were committed under that *epoch* or a later one."""
        with self._mutex:
            self._fill(epoch, {person.user: str(person.holder) for person in people})

    def look_up(self, users: Iterable[str], store: Store) -> dict[str, str]:
        """The holders of those users who have one. None are made up."""
        cached = self._known
        known = {user: cached[user] for user in users if user in cached}
        keys = {_key(user): user for user in users if user not in known}
        if keys:
            found = store.peek(keys, _ANY_TIME).records
            known.update({keys[key]: str(record.holder) for key, (record, _) in found.items()})
        return known

    def remember(self, asks: Iterable[Input], unwritten: Container[str | None], epoch: int | None) -> None:
        """Cache holders committed under *epoch*, without those *unwritten*: new users who were only refused."""
        with self._mutex:
            for ask in asks:
                met = {str(ask.data[name]): holder for name, holder in ask.holders.items()}
                if ask.user is not None and ask.holder is not None:
                    met[ask.user] = ask.holder
                self._fill(epoch, {user: holder for user, holder in met.items() if holder not in unwritten})

    def met(self, people: Iterable[Person], epoch: int | None) -> None:
        """Cache people who were taken for new and are not, and ask again before the next guess."""
        with self._mutex:
            self._guessing = False
            self._fill(epoch, {person.user: str(person.holder) for person in people})

    def _fill(self, epoch: int | None, found: Mapping[str, str]) -> None:
        """Add to what is cached, under the mutex; nothing that was found under another epoch."""
        cache = self._cache
        if cache.epoch != epoch:
            return
        if len(cache.known) > _REMEMBERED:
            cache.known.clear()
        cache.known.update(found)

    def forget(self, asks: Iterable[Input]) -> None:
        """Drop cached holders that may never have been committed."""
        with self._mutex:
            self._guessing = False
            for ask in asks:
                for user in _users(ask):
                    self._cache.known.pop(user, None)


def guessed(asks: Iterable[Input], known: Mapping[str, str]) -> list[Input]:
    """The inputs with the holders that are *known* by user, and placeholders for everybody else."""
    named = [_introduced(ask, {user: known.get(user, f"?{user}") for user in _users(ask)}) for ask in asks]
    return [ask if ask.holder else attrs.evolve(ask, holder="?") for ask in named]


def of_newcomers(needs: Iterable[Need], newcomers: Iterable[RecordWrite]) -> set[Need]:
    """
    Those of *needs* that belong to holders made up for *newcomers*, so that nothing of them is stored.

    A holder id is random and was made a moment ago: no account and no record can name it. The newcomers' own
    records are never among them, since they go by the user's name and tell whether the user is new at all.
    """
    fresh = {newcomer.record.holder for newcomer in newcomers}
    return {need for need in needs if not fresh.isdisjoint(_named_by(need))} if fresh else set()


def _named_by(need: Need) -> tuple[str, ...]:
    """The parts of a need's key, among which its holder is."""
    if isinstance(need, DueBack):
        return need.account.parts
    if isinstance(need, LotsOf):
        return (need.holder,)
    if isinstance(need, Account) or (isinstance(need, RecordKey) and need.kind != Person.kind):
        return need.parts
    return ()


def _key(user: str) -> RecordKey:
    return RecordKey(kind=Person.kind, parts=(user,))


def _users(ask: Input) -> list[str]:
    named = [str(ask.data[name]) for name in ask.users if ask.data.get(name)]
    return [*named, ask.user] if ask.user is not None else named


def _introduced(ask: Input, holders: Mapping[str, str]) -> Input:
    others = {name: holders[str(ask.data[name])] for name in ask.users if ask.data.get(name)}
    if ask.user is None and not others:
        return ask
    holder = ask.holder if ask.user is None else holders[ask.user]
    return ask.introduced(holder, {**ask.holders, **others})
