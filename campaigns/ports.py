"""
What a mall stands on, and how it stands now: who is known, what is in force, what a look finds.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Any, Protocol, TypeVar, cast

import attrs

from quanyi.campaigns.catalogue.catalogue import Catalogue
from quanyi.campaigns.catalogue.thing import things_of
from quanyi.campaigns.engine.in_force import NotRead
from quanyi.campaigns.engine.sweeping import Sweep
from quanyi.campaigns.engine.transaction import Transactions
from quanyi.campaigns.kinds.kind import Kind
from quanyi.campaigns.language.events import read_values
from quanyi.campaigns.lists import listed
from quanyi.campaigns.project.kept_files import KeptFiles
from quanyi.campaigns.project.model import Project
from quanyi.campaigns.project.proposal import with_plays
from quanyi.entitlements.code_shelf import CodeShelf
from quanyi.entitlements.errors import InputError, NotFound, Refused
from quanyi.entitlements.identifiers import identifier
from quanyi.entitlements.inputs import Input, Receipt
from quanyi.entitlements.listings import AT_ONCE, Listing, Snapshots
from quanyi.entitlements.needs import Need
from quanyi.entitlements.picture import View
from quanyi.entitlements.plays.base import Play
from quanyi.entitlements.plays.parked import Parked
from quanyi.entitlements.ports import Clock, Facts, Ids, Store, Vault, Views
from quanyi.entitlements.records import Person, Record
from quanyi.entitlements.supply.port import Supplier
from quanyi.entitlements.time import zone_of

__all__ = ["MallStore", "Ports"]

Answer = TypeVar("Answer")


class MallStore(Store, Views, Snapshots, CodeShelf, Protocol):
    """A store with its read side, its snapshots, its shelf and its card codes."""


@attrs.frozen(kw_only=True)
class Ports:
    """
    What a mall stands on. Its methods read, and never write.

    Attributes:
        submit: Settles one input with others that wait at the same time; None inside a host's
            transaction, where each is settled alone.
        files: The project's files as they were last read for a proposal.
        sweeps: Where the sweeps of this process have come to.
        suppliers: Who sells what the mall sells on, by their ids.
        chance: Gives so many random bytes, of which card codes are made.
        seeds: Where the random text of each request comes from, see `Input.seed`; None where a run must repeat itself.
    """

    store: MallStore
    clock: Clock
    transactions: Transactions
    project: Project
    facts: Facts | None = None
    vault: Vault | None = None
    submit: Callable[[Input], Receipt] | None = None
    sweeps: Sweep = attrs.field(factory=Sweep, eq=False, repr=False)
    files: KeptFiles = attrs.field(factory=KeptFiles, eq=False, repr=False)
    suppliers: Mapping[str, Supplier] = attrs.field(factory=dict, eq=False, repr=False)
    seeds: Ids | None = None
    chance: Callable[[int], bytes] | None = None

    def now(self) -> datetime:
        """The present instant, in UTC."""
        return self.clock.now()

    def look(self, needs: Iterable[Need]) -> View:
        """What stands there now, with everything that is due read as done."""
        return self.transactions.look(needs, self.now(), self.store)

    def glance(self, needs: Iterable[Need]) -> View | None:
        """
        The same; None in a look that has not loaded it yet.

        What a question makes of None counts for nothing: it is asked again with the view. So it can go on and say what
        else it will need, and all of that is loaded together.
        """
        return self.look(needs)

    def as_in_force(self) -> Project:
        """The project with what is in force by now in place of the folder's campaigns; those stay whose play is gone."""
        return self.transactions.in_force.made("project", self._with_plays)

    def _with_plays(self, plays: Sequence[Play]) -> Project:
        return with_plays(self.project, plays)

    def plays(self) -> list[Play]:
        """Every campaign in force in the store by now, by id; parked ones too."""
        self.look([])
        return self.transactions.in_force.plays()

    def plays_of(self, word: str) -> Sequence[Play]:
        """The campaigns in force of one kind, by id."""
        self.plays()  # which takes over what others have brought into force
        return self.transactions.in_force.made(f"kind {word}", partial(self._of_kind, word))

    def _of_kind(self, word: str, plays: Sequence[Play]) -> Sequence[Play]:
        return [play for play in plays if (kind := self.kind(play)) is not None and kind.word == word]

    def catalogue(self) -> Catalogue:
        """All that the campaigns in force sell; made once for them, however often it is asked for."""
        self.plays()  # which takes over what others have brought into force
        return self.transactions.in_force.made("catalogue", self._catalogue)

    def _catalogue(self, plays: Sequence[Play]) -> Catalogue:
        kinds = ((play, self.kind(play)) for play in plays)
        selling = [(play, kind.offers) for play, kind in kinds if kind is not None and kind.offers is not None]
        things = (thing for play, offers in selling for thing in things_of(play, offers, self.project))
        return Catalogue(name=self.project.mall, unit=next(iter(self.project.units), ""), things=tuple(things))

    def play(self, campaign: str) -> Play:
        """A campaign in force; NotFound for any other name."""
        named = identifier(campaign, "campaign")
        found = next((play for play in self.plays() if play.head.campaign == named), None)
        if found is None:
            raise NotFound(f"no campaign in force is called {campaign!r}")
        return found

    def kind(self, play: Play) -> Kind | None:
        """The kind of a campaign in force; None for one that is parked, of which nothing is known."""
        return None if isinstance(play, Parked) else self.project.kinds.of(play)

    def paused(self, play: Play) -> bool:
        """Whether an operator stopped a campaign for now."""
        return self.transactions.in_force.paused(play.head.campaign)

    def holder(self, user: str) -> str:
        """The random id by which the books know a user; ``?`` for somebody who is in none of them."""
        known = identifier(user, "user")
        return self.transactions.holders.look_up([known], self.store).get(known, "?")

    def user_of(self, holder: str) -> str:
        """The host's id of somebody by their id in the books; empty if the person was erased."""
        return self.users_of([holder]).get(holder, "")

    def users_of(self, holders: Iterable[str]) -> dict[str, str]:
        """The host's ids of several people by their ids in the books, without those who were erased."""
        wanted = sorted(set(holders))
        portions = [wanted[start : start + AT_ONCE] for start in range(0, len(wanted), AT_ONCE)]
        found = self.listed([Listing(kind=Person.kind, holders=frozenset(some)) for some in portions]) if wanted else []
        return {str(person.holder): person.user for some in found for person in cast("list[Person]", some)}

    def version(self, campaign: str, version: str) -> Play:
        """One version of a campaign, however old; `Parked` if its text can't be used."""
        in_force = self.transactions.in_force
        if not in_force.knows(campaign, version):
            in_force.fetch(NotRead(campaign, version), self.store)
        return in_force.play(campaign, version)

    def listed(self, asked: Sequence[Listing]) -> list[list[Record]]:
        """All records of each listing, as they were last booked."""
        return listed(self.store, asked)

    def refused(self, asks: Sequence[Input], needs: Iterable[Need]) -> tuple[View, list[Refused | None]]:
        """What *needs* show, and the no that each of *asks* would meet, as of one instant; see `guessed`."""
        return self.transactions.refused(asks, needs, self.now(), self.store)

    def guessed(self, asks: Sequence[Input]) -> list[Input]:
        """Inputs with their holders, to be tried and never written; users nobody knows get a placeholder."""
        return self.transactions.holders.guess(asks, self.store)

    def read(self, name: tuple[Any, ...], read: Callable[[MallStore], Answer]) -> Answer:
        """What *read* finds in the store; *name* tells it from all others."""
        return read(self.store)

    def once(self, name: tuple[Any, ...], make: Callable[[], Answer]) -> Answer:
        """What *make* makes of what is in force; a look makes it once. *name* tells it from all others."""
        return make()

    def expect(self, needs: Iterable[Need] = (), listings: Iterable[Listing] = ()) -> None:
        """Say what is asked next, so that a look can load all of it at once; without a look nothing happens."""

    def said_of(self, user: str | None, now: datetime) -> Mapping[str, Any]:
        """What the host says about *user*, as the profile declares it, at the moment of acceptance."""
        if user is None or self.facts is None:
            return {}
        zone, said = zone_of(self.project.zone), self.facts.facts(user)
        return read_values("profile", self.project.profile, said, now=now, zone=zone, open_ended=True)

    def unit(self, unit: str) -> str:
        """A unit of this mall; InputError for any other."""
        units = self.project.units
        if identifier(unit, "unit") not in units:
            raise InputError(f"this mall has no unit {unit!r}; it has {', '.join(sorted(units)) or 'none'}")
        return unit

    def random_bytes(self, count: int) -> bytes:
        """So many bytes that nobody can foretell; NotFound where the mall was put together without a source of them."""
        if self.chance is None:
            raise NotFound("this mall has no source of chance, so it can't generate codes")
        return self.chance(count)

    def code_vault(self) -> Vault:
        """What seals and opens card codes; NotFound where the mall was opened without."""
        if self.vault is None:
            raise NotFound("this mall was opened without a vault, so it can't read or seal codes")
        return self.vault
