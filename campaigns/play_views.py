"""
How campaigns of every kind stand for one user: their kind says what is looked up, and what is shown of it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial

import attrs

from quanyi.campaigns.kinds.view import PlayView, Surroundings
from quanyi.campaigns.lists import every
from quanyi.campaigns.ports import Ports
from quanyi.entitlements.errors import Conflict, InputError, NotFound
from quanyi.entitlements.identifiers import identifier
from quanyi.entitlements.inputs import Input
from quanyi.entitlements.needs import Undeclared
from quanyi.entitlements.plain import Plain
from quanyi.entitlements.plays.base import Play

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
        around = self._surroundings(play, ask, said)
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
        found = [(play, shown) for play in self.ports.plays() if (shown := self._view_of(play, word)) is not None]
        ask = self._asking(whose)
        return [view for play, shown in sorted(found, key=_order) for view in self._several(shown, play, ask)]

    def _several(self, shown: PlayView, play: Play, ask: Input) -> Iterator[Plain]:
        around = self._surroundings(play, ask, {})
        for data in self._subjects(shown, play, around):
            yield self._show(shown, play, attrs.evolve(ask, data=data), around)

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

    def _surroundings(self, play: Play, ask: Input, named: Mapping[str, str]) -> Surroundings:
        ports, project = self.ports, self.ports.project
        scales = {unit.id: unit.scale for unit in project.units.values()}
        scales[project.currency.id] = project.currency.scale
        return Surroundings(
            paused=ports.paused(play),
            scales=scales,
            named=named,
            records=partial(every, ports.store, holder=ask.holder, campaign=play.head.campaign),
            user_of=ports.user_of,
            version=ports.transactions.in_force.play,
        )

    def _show(self, shown: PlayView, play: Play, ask: Input, around: Surroundings) -> Plain:
        """The view on a picture that is widened until it shows all that the view asks for."""
        needs = set(shown.needs(play, ask))
        for _ in range(_LOOKS):
            try:
                return shown.show(play, ask, self.ports.look(needs), around)
            except Undeclared as more:
                needs |= more.needs
        raise Conflict(f"{play.head.campaign} keeps asking for more to look at")


def _order(found: tuple[Play, PlayView]) -> tuple[int, str]:
    head = found[0].head
    return -head.priority, head.campaign
