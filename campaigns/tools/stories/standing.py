"""
Checks of how the books stand: lots, ends, uses of limits, a ladder's step, the states of card codes.

`Standing` reads them from a `then`; `LOOKS` finds what they are compared with.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, cast

import attrs

from quanyi.campaigns.language.compile.times import instant
from quanyi.campaigns.language.places import Place
from quanyi.campaigns.lists import every
from quanyi.campaigns.project.compile import MallParts, Scope
from quanyi.campaigns.project.model import Campaign
from quanyi.campaigns.tools.formatting import said
from quanyi.campaigns.tools.show import limits_of
from quanyi.campaigns.tools.stories.expectation import Expectation, Shapes
from quanyi.entitlements.amounts import Amount
from quanyi.entitlements.clauses import Limit
from quanyi.entitlements.inputs import Input
from quanyi.entitlements.limits.limit import limit_need, room
from quanyi.entitlements.plays.streak import Streak
from quanyi.entitlements.records import Entitlement

if TYPE_CHECKING:
    from quanyi.campaigns.tools.stories.scene import Scene

__all__ = ["LOOKS", "Standing", "limit_names"]

_NEVER = "never"
_STATES = ("drawn", "free", "seen")


class Standing(Shapes):
    """Reads what a story says about the books."""

    def lots(self, name: str, value: Any, place: Place) -> Iterator[Expectation]:
        """`{ann: {points: {"2027-01-01": 100, never: 20}}}`: all of a wallet, by the instant at which it ends."""
        for user, units, at in self.map(value, place):
            for unit, lots, spot in self.map(units, at):
                if self.known("unit", unit, self.project.units, spot):
                    ends = {end: self._lot(end, amount, unit, inside) for end, amount, inside in self.map(lots, spot)}
                    if isinstance(lots, dict) and None not in ends.values():
                        wanted = dict(pair for pair in ends.values() if pair is not None)
                        yield Expectation(what=name, about=(user, unit), wanted=wanted, place=spot)

    def ends(self, name: str, value: Any, place: Place) -> Iterator[Expectation]:
        """`{ann: {coffee: "2026-05-01"}}`, or a list of them: when usable entitlements end, soonest first."""
        for user, benefits, at in self.map(value, place):
            for benefit, ends, spot in self.map(benefits, at):
                if self.known("benefit", benefit, self.project.benefits, spot):
                    texts = ends if isinstance(ends, list) else [ends]
                    wanted = [self._end(text, spot / n if texts is ends else spot) for n, text in enumerate(texts)]
                    if None not in wanted:
                        yield Expectation(what=name, about=(user, benefit), wanted=wanted, place=spot)

    def used(self, name: str, value: Any, place: Place) -> Iterator[Expectation]:
        """`{thanks: {ann: 2}}`, by the limit's identity where it has several; `{thanks: 5}` for one that all share."""
        for limit, uses, at in self.map(value, place):
            names = limit_names(self.project.campaigns)
            if not self.known("limit", limit, names, at):
                continue
            found, _ = names[limit]
            if found.per == ("campaign",):
                yield from self.amount(uses, found.of, at, name, limit, "")
                continue
            for whose, count, spot in self.map(uses, at):
                user = whose if found.per == ("user",) else ""
                expected = self.amount(count, found.of, spot, name, limit, whose)
                yield from (attrs.evolve(each, user=user) for each in expected)

    def step(self, name: str, value: Any, place: Place) -> Iterator[Expectation]:
        """`{ann: 3}`; `{check-in.ann: 3}` where the story has several streaks."""
        for whose, wanted, at in self.map(value, place):
            campaign, user = self.of_kind(whose, Streak, at)
            if campaign:
                yield from self.count(wanted, at, name, campaign, user)

    def pool(self, name: str, value: Any, place: Place) -> Iterator[Expectation]:
        """`{game: {free: 1, drawn: 1, seen: 0}}`, or by code: `{game: {k1: seen}}`."""
        for benefit, states, at in self.map(value, place):
            if self.known("benefit", benefit, self.project.benefits, at):
                for word, wanted, spot in self.map(states, at):
                    if word in _STATES and not isinstance(wanted, str):
                        yield from self.count(wanted, spot, name, benefit, word)
                    else:
                        yield from self.one_word(wanted, _STATES, spot, name, benefit, word)

    # --- inside ------------------------------------------------------------------------------

    def _lot(self, end: str, amount: Any, unit: str, place: Place) -> tuple[str, Amount] | None:
        number, when = self.number(amount, unit, place), self._end(end, place, key=True)
        return None if number is None or when is None else (when, Amount(number, unit, self.project.scale_of(unit)))

    def _end(self, text: Any, place: Place, *, key: bool = False) -> str | None:
        """An instant as `said` says it, or `never`; None after a mistake."""
        if text == _NEVER:
            return _NEVER
        scope = Scope(mall=MallParts(), findings=self.findings, zone=self.zone)
        try:
            return said(instant(str(text), place, scope), self.zone)
        except (ValueError, OverflowError):
            note = self.findings.key_error if key else self.findings.error
            note(place, "bad-time", f"{text} is not an instant", 'write "2026-05-01", "2026-05-01 10:00" or never')
            return None


def limit_names(campaigns: Mapping[str, Campaign]) -> dict[str, tuple[Limit, str]]:
    """
    Every limit, with the zone that it counts in, as stories name it: by its campaign where that has
    one, and by its identity, as `quanyi show` prints it.
    """
    alone: dict[str, tuple[Limit, str]] = {}
    found: dict[str, tuple[Limit, str]] = {}
    for campaign in campaigns.values():
        limits = [(limit, campaign.head.zone) for limit in dict.fromkeys(limits_of(campaign))]
        found |= {limit.id: (limit, zone) for limit, zone in limits}
        alone |= {campaign.id: limits[0]} if len(limits) == 1 else {}
    return {**alone, **found}


# --- what is found -------------------------------------------------------------------------------


def _lots(scene: Scene, user: str, unit: str) -> dict[str, Amount]:
    purse = scene.stage.mall.wallet(user).units[unit]
    sums: dict[str, int] = {}
    for end, amount in purse.ending:
        sums[said(end, scene.story.zone)] = sums.get(said(end, scene.story.zone), 0) + amount
    endless = purse.balance + purse.owed - sum(sums.values())
    found = {**sums, **({_NEVER: endless} if endless else {})}
    return {end: Amount(amount, unit, purse.scale) for end, amount in found.items() if amount}


def _ends(scene: Scene, user: str, benefit: str) -> list[str]:
    usable = [view for view in scene.stage.mall.entitlements(user, phase="usable") if view.benefit.id == benefit]
    ordered = sorted(usable, key=lambda view: (view.ends is None, view.ends or view.got_at))
    return [_NEVER if view.ends is None else said(view.ends, scene.story.zone) for view in ordered]


def _used(scene: Scene, limit: str, whose: str) -> int:
    """How much of a limit is used in the window of this moment."""
    stage = scene.stage
    found, zone = limit_names(stage.project.campaigns)[limit]
    ask = _asked(scene, found, whose)
    view = stage.transactions.look([limit_need(found, ask, zone)], ask.at, stage.store)
    return found.count - room(view.draft(ask.at), found, ask, zone)


def _asked(scene: Scene, limit: Limit, whose: str) -> Input:
    """An input whose place a limit would count: `ann`, or `ann/b1` for one per user and book."""
    stage, names = scene.stage, [name for name in limit.per if name != "campaign"]
    data = dict(zip(names, whose.split("/") if len(names) > 1 else [whose], strict=False))
    known = stage.transactions.holders.look_up(data.values(), stage.store)
    users = {name: known[value] for name, value in data.items() if value in known and _is_user(scene, name)}
    holder = known.get(data.get("user", ""), "?")
    return Input(type="", key="", at=stage.mall.now(), data=data, personal=data, holder=holder, holders=users)


def _is_user(scene: Scene, name: str) -> bool:
    """Whether an attribute, or a role of a referral, names a person."""
    types = {e.attributes[name].type for e in scene.stage.project.events.values() if name in e.attributes}
    return name in ("friend", "inviter", "user") or "user" in types


def _step(scene: Scene, campaign: str, user: str) -> int:
    """The step of the ladder that the next mark is on; 0 where there is none any more."""
    return next((step.number for step in scene.stage.mall.streak(campaign, user).ladder if step.next), 0)


def _pool(scene: Scene, benefit: str, word: str) -> int | str:
    """How many codes are in a state, or the state of one code."""
    rights = cast("list[Entitlement]", list(every(scene.stage.store, Entitlement.kind)))
    states = {
        code: "drawn" if right.revealed_at is None else "seen"
        for right in rights
        if right.item == benefit
        for code in scene.stage.read_codes(right.id)
    }
    known = scene.codes_in.get(benefit, ())
    if word not in _STATES:
        return states.get(word, "free" if word in known else "unknown")
    drawn = list(states.values())
    return len({*known}) - len(drawn) if word == "free" else drawn.count(word)


LOOKS: Mapping[str, Callable[..., Any]] = MappingProxyType(
    {"ends": _ends, "lots": _lots, "pool": _pool, "step": _step, "used": _used}
)
"""What a check finds, by its name: called with the scene and what the check is about."""
