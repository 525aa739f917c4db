"""
What a mall stands on, and how it stands now: who is known, what is in force, what a look finds.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any, Protocol, cast

import attrs

from quanyi.campaigns.engine.transaction import Transactions
from quanyi.campaigns.kinds.kind import Kind
from quanyi.campaigns.language.events import read_values
from quanyi.campaigns.project.model import Project
from quanyi.entitlements.errors import InputError, NotFound
from quanyi.entitlements.identifiers import identifier
from quanyi.entitlements.inputs import Input, Receipt
from quanyi.entitlements.needs import Need
from quanyi.entitlements.picture import View
from quanyi.entitlements.plays.base import Play
from quanyi.entitlements.plays.parked import Parked
from quanyi.entitlements.ports import Clock, Facts, Store, Vault, Views
from quanyi.entitlements.records import Person
from quanyi.entitlements.releases import Shelf
from quanyi.entitlements.time import zone_of

__all__ = ["MallStore", "Ports"]


class MallStore(Store, Views, Shelf, Protocol):
    """A store with its read side and its shelf."""


@attrs.frozen(kw_only=True)
class Ports:
    """
    What a mall stands on. Its methods read, and never write.

    Attributes:
        submit: Settles one input with others that wait at the same time; None inside a host's
            transaction, where each is settled alone.
    """

    store: MallStore
    clock: Clock
    transactions: Transactions
    project: Project
    facts: Facts | None = None
    vault: Vault | None = None
    submit: Callable[[Input], Receipt] | None = None

    def now(self) -> datetime:
        """The present instant, in UTC."""
        return self.clock.now()

    def look(self, needs: Iterable[Need]) -> View:
        """What stands there now, with everything that is due read as done."""
        return self.transactions.look(needs, self.now(), self.store)

    def plays(self) -> list[Play]:
        """Every campaign in force in the store by now, by id; parked ones too."""
        self.look([])
        return self.transactions.in_force.plays()

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
        found = self.store.records(Person.kind, holder=holder, limit=1)
        return cast("Person", found[0]).user if found else ""

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

    def code_vault(self) -> Vault:
        """What seals and opens card codes; NotFound where the mall was opened without."""
        if self.vault is None:
            raise NotFound("this mall was opened without a vault, so it can't read or seal codes")
        return self.vault
