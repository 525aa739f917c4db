"""
A look: several questions that are answered together, as of one instant, from one read transaction.

The questions are asked first with nothing loaded, so that the host says what it knows before a connection is taken,
and so that all of them say what they need. That is loaded together; they are asked again until nothing is lacking.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Any, TypeVar, cast

import attrs

from quanyi.campaigns.engine.deciding import without_endless
from quanyi.campaigns.engine.endless import Endless, StillAsking
from quanyi.campaigns.engine.holders import guessed
from quanyi.campaigns.engine.in_force import NotRead
from quanyi.campaigns.engine.rounds import Rounds
from quanyi.campaigns.lists import listed
from quanyi.campaigns.ports import MallStore, Ports
from quanyi.campaigns.seen import Late, NotSeen, Seen, gathered
from quanyi.entitlements.errors import Conflict, Refused
from quanyi.entitlements.identifiers import identifier
from quanyi.entitlements.inputs import Input
from quanyi.entitlements.listings import Listing
from quanyi.entitlements.needs import Need, Picture, Undeclared, with_due_back
from quanyi.entitlements.picture import View
from quanyi.entitlements.plays.base import Play
from quanyi.entitlements.records import Person, Record, RecordKey

__all__ = ["LookPorts", "looked"]

Reads = TypeVar("Reads")
Answer = TypeVar("Answer")

_TRIES = 8
"""How often a look is begun again because other campaigns came into force meanwhile."""

_ROUNDS = 64
"""How often a picture is widened because what is due there asks for more."""


class _Moved(Exception):  # noqa: N818  (a request to start again)
    """Other campaigns have come into force than this process knows."""


def looked(
    ports: Ports, queries: Callable[[Ports], Reads], questions: Sequence[Callable[[Reads], Any]]
) -> tuple[Any, ...]:
    """
    The answers to *questions*, all as of one instant.

    Raises:
        Conflict: Other campaigns kept coming into force meanwhile.
        Exception: What the first question raises that raises anything.
    """
    if isinstance(ports, LookPorts):  # asked inside a look: it is a part of that
        return tuple(gathered([partial(question, queries(ports)) for question in questions]))
    seen = Seen(ports.now())
    for _ in range(_TRIES):
        try:
            return without_endless(lambda excluded: _answers(ports, queries, questions, seen, excluded))
        except _Moved:
            ports.transactions.in_force.reload(ports.store)
        except Late as late:
            late.ask()
    raise Conflict("the campaigns in force kept changing; try again")


def _answers(
    ports: Ports,
    queries: Callable[[Ports], Reads],
    questions: Sequence[Callable[[Reads], Any]],
    seen: Seen,
    excluded: Mapping[Any, str],
) -> tuple[Any, ...]:
    """One try, on one snapshot."""
    seen.begin(excluded, ports.transactions.in_force.epoch)
    asked = queries(_looking(ports, seen))
    asking = _Asking(seen, [partial(question, asked) for question in questions])
    asking.hear()
    with ports.store.snapshot() as store:
        seen.connected = True
        loading = _Loading(ports, store, seen)
        while asking.open:
            if loading.load():
                asking.begin_anew()
            asking.ask()
        loading.insist_on_release()
    return asking.answered()


class _Asking:
    """
    Asks the questions of one look.

    Attributes:
        open: The questions that have no answer yet, by their place.
    """

    def __init__(self, seen: Seen, questions: Sequence[Callable[[], Any]]) -> None:
        self._seen, self._questions = seen, questions
        self.begin_anew()

    def begin_anew(self) -> None:
        """Forget every answer."""
        self._answers: dict[int, Any] = {}
        self.open = list(range(len(self._questions)))

    def hear(self) -> None:
        """Ask with nothing loaded, only to hear what is needed: the answers count for nothing."""
        for question in self._questions:
            _answer(question)

    def ask(self) -> None:
        """Ask what is open. What did not ask for more is answered: the instant stays the same, whatever is loaded."""
        seen = self._seen
        for place in tuple(self.open):
            wanted, seen.wanted = seen.wanted, False
            answer = _answer(self._questions[place])
            if seen.late is not None:  # a question may have caught what it should have let through
                raise Late(seen.late)
            if not seen.wanted:
                self._answers[place] = answer
                self.open.remove(place)
            seen.wanted = wanted or seen.wanted

    def answered(self) -> tuple[Any, ...]:
        """The answers; or what the first question raises that raises anything."""
        found = [self._answers[place] for place in range(len(self._questions))]
        for answer in found:
            if isinstance(answer, Exception):
                raise answer
        return tuple(found)


def _answer(question: Callable[[], Any]) -> Any:
    """The answer, or the error that the question raises."""
    try:
        return question()
    except (Late, Endless):
        raise
    except Exception as error:  # noqa: BLE001  (raised again once nothing is lacking)
        return error


class _Loading:
    """Loads what questions ask for, in as few statements as it takes."""

    def __init__(self, ports: Ports, store: MallStore, seen: Seen) -> None:
        self._transactions, self._store, self._seen = ports.transactions, store, seen
        self._rounds = Rounds(())
        self._picture: Picture | None = None
        self._read_as: tuple[Any, ...] = ()

    def load(self) -> bool:
        """Load all that is wanted by now. True if what is due is decided otherwise than before."""
        seen = self._seen
        lists, readers = tuple(seen.listings), dict(seen.readers)
        needs, asking = set(seen.needs), tuple(seen.asking)
        seen.next()
        if lists:
            seen.lists.update(zip(lists, listed(self._store, lists), strict=True))
        seen.reads |= {name: read(self._store) for name, read in readers.items()}
        self._rounds.needs |= needs
        for more in asking:
            self._rounds.asked(more)
        if asking and not self._rounds.left():
            raise self._rounds.endless()
        before = self._read_as
        if needs or asking or not (lists or readers):
            seen.view = self._view()
        return bool(before) and before != self._read_as

    def insist_on_release(self) -> None:
        """Raise `_Moved` unless all was answered by the campaigns in force that the snapshot shows."""
        if self._picture is None:
            self._view()
        if self._picture is not None and not self._fits(self._picture):
            raise _Moved

    def _fits(self, picture: Picture) -> bool:
        """Whether it shows the release by which the questions are answered, and people are known."""
        return picture.epoch == self._transactions.in_force.epoch == self._seen.epoch

    def _view(self) -> View:
        rounds, seen = self._rounds, self._seen
        for _ in range(_ROUNDS):
            picture = self._picture = self._read()
            if not self._fits(picture):
                raise _Moved
            try:
                return self._transactions.shown(picture, (), seen.now, rounds, seen.excluded)
            except Undeclared as more:
                rounds.asked(more)
            except NotRead as unread:
                self._transactions.in_force.fetch(unread, self._store)
        raise rounds.endless()

    def _read(self) -> Picture:
        """The picture of all needs. What is read already is not read again, unless other timers are decided here."""
        rounds, known = self._rounds, self._picture
        read_as = (dict(rounds.short), set(rounds.deciding))
        if known is None or read_as != self._read_as:
            self._read_as = read_as
            return self._store.peek(rounds.needs, self._seen.now, rounds.short, rounds.deciding)
        missing = rounds.needs - known.needs
        if not missing:
            return known
        return known.joined(self._store.peek(missing, self._seen.now, rounds.short, rounds.deciding))


# --- what questions stand on -------------------------------------------------------------------------


def _looking(ports: Ports, seen: Seen) -> LookPorts:
    fields = {field.name: getattr(ports, field.name) for field in attrs.fields(Ports)}
    return LookPorts(**fields, seen=seen)


@attrs.frozen(kw_only=True)
class LookPorts(Ports):
    """What a mall stands on while it is looked at: one instant, and what was loaded for it."""

    seen: Seen

    def now(self) -> datetime:
        """The instant of the look, in UTC."""
        return self.seen.now

    def look(self, needs: Iterable[Need]) -> View:
        """The view, once it shows *needs*."""
        self.seen.ask(with_due_back(needs))
        return cast("View", self.seen.view)

    def glance(self, needs: Iterable[Need]) -> View | None:
        """The view, once it shows *needs*; None until then."""
        try:
            return self.look(needs)
        except NotSeen:
            return None

    def plays(self) -> list[Play]:
        """Every campaign in force, by id. The look ends only if these were in force in the store too."""
        return self.transactions.in_force.plays()

    def holder(self, user: str) -> str:
        """The random id by which the books know a user; ``?`` for somebody who is in none of them."""
        named = identifier(user, "user")
        return self._holders([named]).get(named, "?")

    def guessed(self, asks: Sequence[Input]) -> list[Input]:
        """Inputs with their holders; users nobody knows get a placeholder."""
        return guessed(asks, self._holders({ask.user for ask in asks if ask.user is not None}))

    def listed(self, asked: Sequence[Listing]) -> list[list[Record]]:
        """All records of each listing."""
        self.seen.ask(listings=asked)
        return [self.seen.lists[listing] for listing in asked]

    def refused(self, asks: Sequence[Input], needs: Iterable[Need]) -> tuple[View, list[Refused | None]]:
        """What *needs* show, and the no that each of *asks* would meet."""
        foresee = self.transactions.foreseen
        # With the asks themselves, so that nothing else gets their id meanwhile.
        _, wanted = self.once(("refused", id(asks)), lambda: (asks, with_due_back({*needs, *foresee(asks)})))
        self.seen.ask(wanted)
        view = cast("View", self.seen.view)
        try:
            return view, self.transactions.refusals(asks, view, self.seen.excluded)
        except StillAsking as more:
            self.seen.miss(more)
            raise

    def once(self, name: tuple[Any, ...], make: Callable[[], Answer]) -> Answer:
        """What *make* makes; once in a look."""
        if name not in self.seen.made:
            self.seen.made[name] = make()
        return cast("Answer", self.seen.made[name])

    def read(self, name: tuple[Any, ...], read: Callable[[MallStore], Answer]) -> Answer:
        """What *read* finds in the store."""
        self.seen.ask(readers={name: read})
        return cast("Answer", self.seen.reads[name])

    def expect(self, needs: Iterable[Need] = (), listings: Iterable[Listing] = ()) -> None:
        """Have all of it loaded."""
        self.seen.ask(with_due_back(needs), listings)

    def said_of(self, user: str | None, now: datetime) -> Mapping[str, Any]:
        """What the host says about *user*: it is asked once in a look, and before a connection is taken."""
        if user is None or self.facts is None:
            return {}
        if user not in self.seen.facts:
            self._ask_alone(partial(self._ask_host, user, now))
        said = self.seen.facts[user]
        if isinstance(said, Exception):
            raise said
        return said

    def version(self, campaign: str, version: str) -> Play:
        """One version of a campaign, however old. It is read before a connection is taken."""
        in_force = self.transactions.in_force
        if not in_force.knows(campaign, version):
            self._ask_alone(partial(in_force.fetch, NotRead(campaign, version), self.store))
        return in_force.play(campaign, version)

    def _ask_alone(self, ask: Callable[[], object]) -> None:
        """Call *ask*, while no connection is taken: two of one pool at once would let many looks wait for each other."""
        if self.seen.connected:
            self.seen.late = ask
            raise Late(ask)
        ask()

    def _ask_host(self, user: str, now: datetime) -> None:
        try:
            self.seen.facts[user] = super(LookPorts, self).said_of(user, now)  # noqa: UP008  (called by a partial)
        except Exception as error:  # noqa: BLE001  (raised again wherever the question is asked)
            self.seen.facts[user] = error

    def _holders(self, users: Iterable[str]) -> dict[str, str]:
        """The holders of those users who have one."""
        cached = {user: self.transactions.holders.known(user) for user in users}
        keys = {user: RecordKey(kind=Person.kind, parts=(user,)) for user, holder in cached.items() if holder is None}
        asked = [Listing(kind=Person.kind, keys=frozenset([key])) for key in keys.values()]
        found = [cast("Person", record) for some in self.listed(asked) for record in some] if asked else []
        if self.submit is not None:  # in a host's transaction they may not be committed yet
            self.transactions.holders.seen(found, self.seen.epoch)
        return {user: holder for user, holder in cached.items() if holder is not None} | {
            person.user: str(person.holder) for person in found
        }
