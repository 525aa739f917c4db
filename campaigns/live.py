"""
The campaigns in force, and every version that something still in flight was made by.

A store's epoch tells when another set has come into force; every settled batch reads it, so a
process learns of an `apply` or a pause with its next input.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from threading import Lock

from quanyi.campaigns.index import Index
from quanyi.entitlements.inputs import Input
from quanyi.entitlements.picture import Undeclared, View
from quanyi.entitlements.plays.base import Play
from quanyi.entitlements.ports import Release, Shelf

__all__ = ["Live"]


class Live:
    """
    Finds who hears an input.

    Args:
        shelf: Where releases and versions stand.
        read_play: Makes a play of a stored version.
        basics: Plays that belong to no campaign, by input type: redeem, reveal, adjust…
    """

    def __init__(self, shelf: Shelf, read_play: Callable[[str], Play], basics: Mapping[str, Play]) -> None:
        self._shelf = shelf
        self._read_play = read_play
        self._basics = basics
        self._mutex = Lock()
        self._plays: dict[tuple[str, str], Play] = {}
        self._newest: dict[str, Play] = {}
        self._index = Index()
        self._makers: dict[str, Play] = {}
        self.release = Release(epoch=-1)

    @property
    def epoch(self) -> int:
        """The number of the set in force here."""
        return self.release.epoch

    def reload(self) -> None:
        """Take over the set in force in the store."""
        release = self._shelf.release()
        with self._mutex:
            newest = {campaign: self.play(campaign, version) for campaign, version in release.campaigns.items()}
            self._newest, self._index = newest, Index(newest.values())
            self.release = release

    def play(self, campaign: str, version: str) -> Play:
        """One version of a campaign, however old."""
        play = self._plays.get((campaign, version))
        if play is None:
            play = self._plays[campaign, version] = self._read_play(self._shelf.version(campaign, version))
        return play

    def newest(self, campaign: str) -> Play | None:
        """The version in force; None for a campaign that is not."""
        return self._newest.get(campaign)

    def plays(self) -> list[Play]:
        """Every campaign in force, by id."""
        return [self._newest[campaign] for campaign in sorted(self._newest)]

    def basics(self) -> frozenset[str]:
        """The commands and timers that belong to no campaign."""
        return frozenset(self._basics)

    def paused(self, campaign: str) -> bool:
        """Whether an operator stopped it for now."""
        return campaign in self.release.paused

    def hears(self, type_: str) -> bool:
        """Whether any campaign listens to inputs of this type."""
        return self._index.hears(type_)

    def match(self, ask: Input, view: View) -> list[Play]:
        """
        Everybody who decides *ask*: the maker of the record it is about, in the version that
        made it; the campaign it names; else whoever listens.
        """
        if ask.about is not None and ask.type not in self._basics:
            return self._maker(ask, view)
        return self.first_match(ask)

    def first_match(self, ask: Input) -> list[Play]:
        """What of `match` can be told from the input alone."""
        if ask.type in self._basics:
            return [self._basics[ask.type]]
        if ask.about is not None:
            return []
        if ask.campaign is not None:
            play = self._newest.get(ask.campaign)
            return [play] if play is not None else []
        return self._index.match(ask)

    def likely(self, ask: Input) -> list[Play]:
        """
        A guess at who will decide an input about a record that nobody has looked at yet: whoever
        decided the last one of its type. What a wrong guess needs is locked in vain, no more.
        """
        play = self._makers.get(ask.type) if ask.about is not None else None
        return [] if play is None else [play]

    def _maker(self, ask: Input, view: View) -> list[Play]:
        about = ask.about
        if about is None or not view.declared(about):
            raise Undeclared([about] if about else [])
        record, _ = view.stored(about)
        if record is None or not record.campaign:
            return []
        play = self._makers[ask.type] = self.play(record.campaign, record.version)
        return [play]
