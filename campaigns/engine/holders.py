"""
Holders: the random ids that stand for the host's users inside a mall.

A holder id is made the first time a user is seen, and is stored in one erasable record. What was
committed once is cached in a bounded map, so that known users cost no look-up.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from threading import Lock

import attrs

from quanyi.entitlements.accounts import Account
from quanyi.entitlements.inputs import Input
from quanyi.entitlements.needs import DueBack, LotsOf, Need
from quanyi.entitlements.ports import Ids, RecordWrite, Store, Transaction
from quanyi.entitlements.records import Person, RecordKey

__all__ = ["Holders", "guessed", "of_newcomers"]

_REMEMBERED = 100_000
_ANY_TIME = datetime(1, 1, 1, tzinfo=UTC)


class Holders:
    """
    Finds the holder of a user, and makes one up for a new user.

    A newcomer's record is written with the batch that first mentions them, under a guard that
    it does not exist yet; whoever loses that race starts again and finds the winner's.

    As long as every unknown user turns out to be new, further ones are taken for new without asking: their
    records are looked up together with what is locked, so they don't cost a statement of their own.
    """

    def __init__(self, ids: Ids) -> None:
        self._ids = ids
        self._known: dict[str, str] = {}
        self._mutex = Lock()
        self._guessing = False

    def recognise(self, asks: Sequence[Input], tx: Transaction) -> tuple[list[Input], list[RecordWrite]]:
        """
        The inputs with their holders filled in, and records for users never seen before.

        Who is not cached is looked up in the very transaction that decides, before anything is locked: another one
        would cost a connection. The caller must check under the lock that the new records do not exist, and call `met`
        for those that do.
        """
        users = {user for ask in asks for user in _users(ask)}
        holders = {user: self._known[user] for user in users if user in self._known}
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
        return [_introduced(ask, holders) for ask in asks], newcomers

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

    def seen(self, people: Iterable[Person]) -> None:
        """Cache people whose records are committed."""
        with self._mutex:
            self._known.update({person.user: str(person.holder) for person in people})

    def look_up(self, users: Iterable[str], store: Store) -> dict[str, str]:
        """The holders of those users who have one. None are made up."""
        known = {user: self._known[user] for user in users if user in self._known}
        keys = {_key(user): user for user in users if user not in known}
        if keys:
            found = store.peek(keys, _ANY_TIME).records
            known.update({keys[key]: str(record.holder) for key, (record, _) in found.items()})
        return known

    def remember(self, asks: Iterable[Input], unwritten: Container[str | None]) -> None:
        """Cache holders that were committed, without those *unwritten*: new users who were only refused."""
        with self._mutex:
            if len(self._known) > _REMEMBERED:
                self._known.clear()
            for ask in asks:
                met = {str(ask.data[name]): holder for name, holder in ask.holders.items()}
                if ask.user is not None and ask.holder is not None:
                    met[ask.user] = ask.holder
                self._known.update({user: holder for user, holder in met.items() if holder not in unwritten})

    def met(self, people: Iterable[Person]) -> None:
        """Cache people who were taken for new and are not, and ask again before the next guess."""
        with self._mutex:
            self._guessing = False
            self._known.update({person.user: str(person.holder) for person in people})

    def forget(self, asks: Iterable[Input]) -> None:
        """Drop cached holders that may never have been committed."""
        with self._mutex:
            self._guessing = False
            for ask in asks:
                self._known.pop(ask.user or "", None)


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
