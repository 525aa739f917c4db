"""
How campaigns of every kind stand for one user: their kind says what is looked up, and what is shown of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import partial

import attrs

from quanyi.campaigns.kinds.view import PlayView, Surroundings
from quanyi.campaigns.ports import Ports
from quanyi.campaigns.seen import gathered
from quanyi.entitlements.errors import Conflict, InputError, NotFound
from quanyi.entitlements.identifiers import identifier
from quanyi.entitlements.inputs import Input
from quanyi.entitlements.listings import Listing
from quanyi.entitlements.needs import Undeclared
from quanyi.entitlements.plain import Plain
from quanyi.entitlements.plays.base import Play
from quanyi.entitlements.records import Record

__all__ = ["PlayViews"]

_LOOKS = 8
"""How often a picture is widened: a row may name the next, as a task's window names its round, and that its goals."""


@attrs.frozen
class PlayViews:
    """The views of a mall's campaigns in force."""

    ports: Ports

    def one(self, campaign: str, user: str, named: Mapping[str, str], *, word: str | None = None) -> Plain:
        """
        How one campaign stands for *user*.

        Args:
            named: Values for the view's `keys` (``book: b1``) and for what else it `takes` (``month: 2026-04``).
            word: The kind that it must be of; any that shows something unless given.
        """
        whose, play = identifier(user, "user"), self.ports.play(campaign)
        shown = self._view_of(play, word)
        if shown is None:
            raise NotFound(f"no {word} is called {campaign!r}" if word else f"{campaign!r} has no view of its own")
        ask, keys = self._asking(whose), shown.keys(play)
        said = {name: identifier(value, name) for name, value in named.items()}
        unknown = sorted(said.keys() - {*keys, *shown.takes})
        if unknown:
            known = ", ".join((*keys, *shown.takes)) or "nothing more"
            raise InputError(f"{campaign!r} is not shown by {', '.join(unknown)}; it takes {known}")
        around = self._surroundings(shown, play, ask, said)
        data = {name: value for name, value in said.items() if name in keys}
        found = iter([data]) if data else self._subjects(shown, play, around)
        for one in found:
            return self._show(shown, play, attrs.evolve(ask, data=one), around)
        raise NotFound(shown.empty(play))

    def all(self, word: str, user: str) -> list[Plain]:
        """
        How every campaign of one kind stands for *user*: by priority, then by campaign.

        Raises:
            InputError: No kind that shows something has that word.
        """
        whose, words = (
            identifier(user, "user"),
            [kind.word for kind in self.ports.project.kinds if kind.view is not None],
        )
        if word not in words:
            raise InputError(f"no kind that shows something is called {word!r}; there are {', '.join(words)}")
        plays = self.ports.plays_of(word)
        found = [(play, shown) for play in plays if (shown := self._view_of(play, word)) is not None]
        ask = self._asking(whose)
        several = gathered([partial(self._several, shown, play, ask) for play, shown in sorted(found, key=_order)])
        return [view for views in several for view in views]

    def _several(self, shown: PlayView, play: Play, ask: Input) -> list[Plain]:
        around = self._surroundings(shown, play, ask, {})
        asks = [attrs.evolve(ask, data=data) for data in self._subjects(shown, play, around)]
        return gathered([partial(self._show, shown, play, one, around) for one in asks])

    def _view_of(self, play: Play, word: str | None) -> PlayView | None:
        kind = self.ports.kind(play)
        return kind.view if kind is not None and word in (None, kind.word) else None

    def _subjects(self, shown: PlayView, play: Play, around: Surroundings) -> Iterator[Mapping[str, str]]:
        """The data of an input for each that is to be shown."""
        yield from shown.subjects(play, around) if shown.keys(play) else ({},)

    def _asking(self, user: str) -> Input:
        """The input of somebody who looks, now."""
        now, holder = self.ports.now(), self.ports.holder(user)
        facts = self.ports.said_of(user, now)
        return Input(type="look", key="look", at=now, user=user, holder=holder, facts=facts)

    def _surroundings(self, shown: PlayView, play: Play, ask: Input, named: Mapping[str, str]) -> Surroundings:
        ports, project = self.ports, self.ports.project
        scales = {unit.id: unit.scale for unit in project.units.values()}
        scales[project.currency.id] = project.currency.scale
        return Surroundings(
            paused=ports.paused(play),
            scales=scales,
            named=named,
            records=_Records(ports, shown.records, str(ask.holder), play.head.campaign).of,
            user_of=ports.user_of,
            users_of=ports.users_of,
            version=ports.version,
        )

    def _show(self, shown: PlayView, play: Play, ask: Input, around: Surroundings) -> Plain:
        """The view on a picture that is widened until it shows all that the view asks for."""
        needs = set(shown.needs(play, ask))
        self.ports.expect(needs, _Records(self.ports, shown.records, str(ask.holder), play.head.campaign).listings)
        for _ in range(_LOOKS):
            try:
                return shown.show(play, ask, self.ports.look(needs), around)
            except Undeclared as more:
                needs |= more.needs
        raise Conflict(f"{play.head.campaign} keeps asking for more to look at")


class _Records:
    """A user's records of one campaign: those of all kinds that its view names are listed at once."""

    def __init__(self, ports: Ports, kinds: Iterable[str], holder: str, campaign: str) -> None:
        self._ports = ports
        self._listing = partial(Listing, holders=[holder], campaign=campaign)
        self._kinds = tuple(kinds)
        self._found: dict[str, list[Record]] = {}

    @property
    def listings(self) -> list[Listing]:
        """Those that the view names."""
        return [self._listing(kind=kind) for kind in self._kinds]

    def of(self, kind: str) -> list[Record]:
        """Those of one kind, newest first."""
        if kind not in self._found:
            kinds = self._kinds if kind in self._kinds else (kind,)
            listings = [self._listing(kind=each) for each in kinds]
            self._found.update(zip(kinds, self._ports.listed(listings), strict=True))
        return self._found[kind]


def _order(found: tuple[Play, PlayView]) -> tuple[int, str]:
    head = found[0].head
    return -head.priority, head.campaign
