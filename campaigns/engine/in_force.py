"""
The campaigns in force, and every version that made something which is still under way.

A stored text is used only if it is what was applied, and can be read; else that campaign is parked.

A store's epoch tells when another set has come into force; every batch reads it, so a
process learns of an `apply` or a pause with its next input.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Mapping, Sequence
from copy import copy
from operator import is_
from threading import Lock
from typing import Any, TypeVar, cast

import attrs

from quanyi.campaigns.engine.index import Index
from quanyi.entitlements.clauses import Head
from quanyi.entitlements.digests import text_digest
from quanyi.entitlements.errors import QuanyiError
from quanyi.entitlements.inputs import Input
from quanyi.entitlements.needs import Undeclared
from quanyi.entitlements.picture import View
from quanyi.entitlements.plays.base import Play
from quanyi.entitlements.plays.parked import Parked, damage
from quanyi.entitlements.ports import Store
from quanyi.entitlements.releases import KeptVersion, Release, Shelf

__all__ = ["CampaignsInForce", "NotRead"]

Made = TypeVar("Made")

_log = logging.getLogger("quanyi")


class NotRead(Exception):  # noqa: N818  (a request to start again)
    """
    A version that made a record was never read by this process.

    It is read after the transaction that met it has given its connection back: two of one pool at once would let
    many wait for each other.
    """

    def __init__(self, campaign: str, version: str) -> None:
        self.campaign, self.version = campaign, version
        super().__init__(f"version {version} of campaign {campaign} is not read yet")


class CampaignsInForce:
    """
    Finds which campaigns decide an input.

    Args:
        shelf: Where releases and versions are stored.
        read_play: Makes a play of a stored version.
        basics: Plays that belong to no campaign, by input type: redeem, reveal, adjust…
        exhaustive: Whether campaigns decide an event that lies outside their ranges too, so that they say why
            not. Nothing else may come of it, see `left_out`.
    """

    def __init__(
        self,
        shelf: Shelf,
        read_play: Callable[[str], Play],
        basics: Mapping[str, Play],
        *,
        exhaustive: bool = False,
    ) -> None:
        self._shelf = shelf
        self._read_play = read_play
        self._basics = basics
        self._exhaustive = exhaustive
        self._mutex = Lock()
        self._plays: dict[tuple[str, str], Play] = {}
        self._newest: dict[str, Play] = {}
        self._index = Index()
        self._deaf: list[Play] = []
        self._makers: dict[str, Play] = {}
        self._made: dict[str, tuple[int, Sequence[Play], Any]] = {}
        self._of_release: dict[str, tuple[int, Any]] = {}
        self.release = Release(epoch=-1)

    @property
    def epoch(self) -> int:
        """The number of the set that this process uses."""
        return self.release.epoch

    def reload(self, store: Store | None = None) -> None:
        """
        Take over the set that is in force in the store; nothing is read or indexed again of what is the same.

        The database is read before anything here is locked: who waited for a connection under our lock would
        keep those waiting who have one.

        Args:
            store: Where another set was noticed. If that is inside a host's transaction, it is read on the host's
                connection: another one of the same pool may not come before that is given back. A transaction that
                sees only what stood when it began shows an older set than ours; it is not taken over.
        """
        shelf = store if store is not None and store.joined else self._shelf
        release = shelf.release()
        if shelf is not self._shelf and release.epoch < self.epoch:
            return
        if release == self.release and not self._any_parked():
            return
        usable = self._usable()
        kept = shelf.versions([name for name in release.campaigns.items() if name not in usable])
        with self._mutex:
            self._plays = self._usable()
            newest = {
                name[0]: self._plays.get(name) or self._keep(name, kept.get(name), release.digests.get(name[0]))
                for name in sorted(release.campaigns.items())
            }
            same = len(newest) == len(self._newest) and all(map(is_, newest.values(), self._newest.values()))
            # Of many who notice the same release one indexes it, and a pause changes nothing of what is heard.
            self._newest, self._index = newest, self._index if same else Index(newest.values())
            self._deaf = [play for play in newest.values() if isinstance(play, Parked) and play.heard is None]
            self.release = release

    def play(self, campaign: str, version: str, applied: str | None = None) -> Play:
        """
        One version of a campaign, however old; `Parked` if its text can't be used.

        Args:
            applied: The digest of its text in hex, where a release repeats it.
        """
        play = self._plays.get((campaign, version))
        return play if play is not None else self._fetched(campaign, version, self._shelf, applied)

    def fetch(self, unread: NotRead, shelf: Shelf) -> None:
        """Read the version that was met from *shelf*: inside a host's transaction, on the host's connection."""
        self._fetched(unread.campaign, unread.version, shelf, None)

    def knows(self, campaign: str, version: str) -> bool:
        """Whether a version is read already, so that `play` asks no database for it."""
        return (campaign, version) in self._plays

    def why_parked(self, campaign: str, version: str, applied: str | None = None) -> str:
        """What is wrong with the stored text of a version; empty if it can be used."""
        play = self.play(campaign, version, applied)
        return play.why if isinstance(play, Parked) else ""

    def stored(self, names: Collection[tuple[str, str]]) -> Mapping[tuple[str, str], KeptVersion]:
        """The stored texts of versions, by campaign and version; those that are unknown are left out."""
        return self._shelf.versions(names)

    def damaged(self) -> dict[str, str]:
        """What is wrong with stored texts in force: by campaign, and under ``""`` with the project's own."""
        found = {name: play.why for name, play in self._newest.items() if isinstance(play, Parked)}
        project = self.release.project
        if self.release.digests.get("", text_digest(project).hex()) != text_digest(project).hex():
            found[""] = "the stored units, events and catalogue are not what was applied"
        return dict(sorted(found.items()))

    def newest(self, campaign: str) -> Play | None:
        """The version in force of a campaign; None if it has none."""
        return self._newest.get(campaign)

    def plays(self) -> list[Play]:
        """Every campaign in force, by id."""
        return list(self._newest.values())

    def made(self, name: str, make: Callable[[Sequence[Play]], Made]) -> Made:
        """What *make* makes of every campaign in force; made anew when others come into force, and not for a pause."""
        epoch = self.epoch  # read first: a set that comes meanwhile is made under the old number, and looked at again
        known = self._made.get(name)
        if known is None or known[0] != epoch:
            plays = self.plays()
            same = known is not None and len(known[1]) == len(plays) and all(map(is_, known[1], plays))
            known = self._made[name] = (epoch, plays, known[2] if known is not None and same else make(plays))
        return cast("Made", known[2])

    def of_release(self, name: str, make: Callable[[], Made]) -> Made:
        """What *make* makes for the release in force; made anew for every other one, a pause too."""
        known = self._of_release.get(name)
        if known is None or known[0] != self.epoch:
            known = self._of_release[name] = (self.epoch, make())
        return cast("Made", known[1])

    def basics(self) -> frozenset[str]:
        """The commands and timers that belong to no campaign."""
        return frozenset(self._basics)

    def paused(self, campaign: str) -> bool:
        """Whether an operator has paused the campaign."""
        return campaign in self.release.paused

    def hears(self, type_: str) -> bool:
        """Whether any campaign listens to inputs of this type."""
        return self._index.hears(type_)

    def match(self, ask: Input, view: View) -> list[Play]:
        """
        All plays that decide *ask*.

        That is the maker of the record it is about, in the version that made it; or the campaign it names; or all
        that listen. Raises `NotRead` for a version that this process has not read.
        """
        if ask.about is not None and ask.type not in self._basics:
            return self._maker(ask, view)
        return self.first_match(ask)

    def first_match(self, ask: Input) -> list[Play]:
        """The part of `match` that can be told from the input alone."""
        if ask.type in self._basics:
            return [self._basics[ask.type]]
        if ask.about is not None:
            return []
        if ask.campaign is not None:
            play = self._newest.get(ask.campaign)
            return [play] if play is not None else []
        found = self._index.match(ask, everyone=self._exhaustive)
        return found if ask.asks else [*found, *self._deaf]

    def wanted(self, ask: Input) -> bool:
        """Whether any campaign wants the values that an event has, were its ranges not looked at."""
        return self._from_index(ask) and self._index.wanted(ask)

    def left_out(self, ask: Input, play: Play) -> bool:
        """Whether *play* decides *ask* only because it is exhaustive here: by its ranges it would not be asked."""
        if not self._exhaustive or not self._from_index(ask):
            return False
        return not any(found is play for found in (*self._index.match(ask), *self._deaf))

    def exhaustively(self) -> CampaignsInForce:
        """The same campaigns, all of them asked. Take a new one for each question: it reloads for itself."""
        same = copy(self)
        same._exhaustive = True  # noqa: SLF001  (its own class)
        return same

    def likely(self, ask: Input) -> list[Play]:
        """
        A guess at who will decide an input about a record that nobody has read yet.

        It is whoever decided the last one of its type. If the guess is wrong, some rows are locked in vain.
        """
        play = self._makers.get(ask.type) if ask.about is not None else None
        return [] if play is None else [play]

    def _any_parked(self) -> bool:
        """Whether any campaign in force is parked: its text may have been mended meanwhile."""
        return any(isinstance(play, Parked) for play in self._newest.values())

    def _usable(self) -> dict[tuple[str, str], Play]:
        """The versions that are read and not parked."""
        return {name: play for name, play in list(self._plays.items()) if not isinstance(play, Parked)}

    def _from_index(self, ask: Input) -> bool:
        return ask.about is None and ask.campaign is None and ask.type not in self._basics

    def _maker(self, ask: Input, view: View) -> list[Play]:
        about = ask.about
        if about is None or not view.declared(about):
            raise Undeclared([about] if about else [])
        record, _ = view.stored(about)
        if record is None or not record.campaign:
            return []
        if not self.knows(record.campaign, record.version):
            raise NotRead(record.campaign, record.version)
        play = self._makers[ask.type] = self.play(record.campaign, record.version)
        return [play]

    def _fetched(self, campaign: str, version: str, shelf: Shelf, applied: str | None) -> Play:
        name = (campaign, version)
        return self._keep(name, shelf.versions([name]).get(name), applied)

    def _keep(self, name: tuple[str, str], kept: KeptVersion | None, applied: str | None) -> Play:
        play = self._plays[name] = self._read(*name, kept, applied)
        return play

    def _read(self, campaign: str, version: str, kept: KeptVersion | None, applied: str | None) -> Play:
        if kept is None:
            return _parked(campaign, version, f"version {version} of campaign {campaign} is gone")
        try:
            play = self._read_play(kept.body)
        except Exception as error:  # noqa: BLE001  (whatever an edited text makes of the reader)
            why = damage(campaign, version, kept, applied) or _unreadable(campaign, version, error)
            return _parked(campaign, version, why)
        why = damage(campaign, version, kept, applied)
        return _parked(campaign, version, why, play) if why else play


def _parked(campaign: str, version: str, why: str, play: Play | None = None) -> Parked:
    _log.error("campaign %s is parked: %s", campaign, why)
    head = Head(campaign=campaign, version=version, priority=0 if play is None else play.head.priority)
    # What a damaged text says of its ranges can't be believed: it would hide what has to be parked.
    heard = None if play is None else tuple(attrs.evolve(trigger, ranges={}) for trigger in play.listens())
    return Parked(head=head, why=why, heard=heard)


def _unreadable(campaign: str, version: str, error: Exception) -> str:
    said = str(error) if isinstance(error, QuanyiError) else f"{type(error).__name__}: {error}"
    return f"the stored text of version {version} of campaign {campaign} can't be read: {said}"
