"""
Checks of how the books stand: lots, ends, uses of limits, the states of card codes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, cast

import attrs

from quanyi.campaigns.kinds.expectation import Expectation
from quanyi.campaigns.kinds.reader import Reader
from quanyi.campaigns.language.compile.times import instant
from quanyi.campaigns.language.formatting import said
from quanyi.campaigns.language.message import Message
from quanyi.campaigns.language.places import Place
from quanyi.campaigns.lists import every
from quanyi.campaigns.project.compile import MallParts, Scope
from quanyi.campaigns.project.model import Campaign
from quanyi.campaigns.tools.show import limits_of
from quanyi.campaigns.tools.stories.scene import Scene
from quanyi.campaigns.tools.words import words_of
from quanyi.entitlements.amounts import Amount
from quanyi.entitlements.clauses import Limit
from quanyi.entitlements.inputs import Input
from quanyi.entitlements.limits.limit import limit_need, room
from quanyi.entitlements.records import Entitlement

__all__ = ["ends", "lots", "pool", "read_ends", "read_lots", "read_pool", "read_used", "used"]

_NEVER = "never"
_STATES = ("drawn", "free", "seen")


# --- what is said --------------------------------------------------------------------------------


def read_lots(reader: Reader, name: str, value: Any, place: Place) -> Iterator[Expectation]:
    """`{ann: {points: {"2027-01-01": 100, never: 20}}}`: all of a wallet, by the instant at which it ends."""
    for user, units, at in reader.map(value, place):
        for unit, lots, spot in reader.map(units, at):
            if reader.known("unit", unit, reader.project.units, spot):
                found = [_lot(reader, end, amount, unit, inside) for end, amount, inside in reader.map(lots, spot)]
                if isinstance(lots, dict) and None not in found:
                    wanted = dict(pair for pair in found if pair is not None)
                    yield Expectation(what=name, about=(user, unit), wanted=wanted, place=spot)


def read_ends(reader: Reader, name: str, value: Any, place: Place) -> Iterator[Expectation]:
    """`{ann: {coffee: "2026-05-01"}}`, or a list of them: when usable entitlements end, soonest first."""
    for user, benefits, at in reader.map(value, place):
        for benefit, ends, spot in reader.map(benefits, at):
            if reader.known("benefit", benefit, reader.project.benefits, spot):
                texts = ends if isinstance(ends, list) else [ends]
                wanted = [_end(reader, text, spot / n if texts is ends else spot) for n, text in enumerate(texts)]
                if None not in wanted:
                    yield Expectation(what=name, about=(user, benefit), wanted=wanted, place=spot)


def read_used(reader: Reader, name: str, value: Any, place: Place) -> Iterator[Expectation]:
    """`{thanks: {ann: 2}}`, by the limit's identity where it has several; `{thanks: 5}` for one that all share."""
    for limit, uses, at in reader.map(value, place):
        names = _limit_names(reader.project.campaigns)
        if not reader.known("limit", limit, names, at):
            continue
        found, _ = names[limit]
        if found.per == ("campaign",):
            yield from reader.amount(uses, found.of, at, name, limit, "")
            continue
        for whose, count, spot in reader.map(uses, at):
            user = whose if found.per == ("user",) else ""
            expected = reader.amount(count, found.of, spot, name, limit, whose)
            yield from (attrs.evolve(each, user=user) for each in expected)


def read_pool(reader: Reader, name: str, value: Any, place: Place) -> Iterator[Expectation]:
    """`{game: {free: 1, drawn: 1, seen: 0}}`, or by code: `{game: {k1: seen}}`."""
    for benefit, states, at in reader.map(value, place):
        if reader.known("benefit", benefit, reader.project.benefits, at):
            for word, wanted, spot in reader.map(states, at):
                if word in _STATES and not isinstance(wanted, str):
                    yield from reader.count(wanted, spot, name, benefit, word)
                else:
                    yield from reader.one_word(wanted, _STATES, spot, name, benefit, word)


def _lot(reader: Reader, end: str, amount: Any, unit: str, place: Place) -> tuple[str, Amount] | None:
    number, when = reader.number(amount, unit, place), _end(reader, end, place, key=True)
    scale = reader.project.scale_of(unit)
    return None if number is None or when is None else (when, Amount(number, unit, scale))


def _end(reader: Reader, text: Any, place: Place, *, key: bool = False) -> str | None:
    """An instant as `said` says it, or `never`; None after a mistake."""
    if text == _NEVER:
        return _NEVER
    scope = Scope(mall=MallParts(), findings=reader.findings, zone=reader.zone)
    try:
        return said(instant(str(text), place, scope), reader.zone)
    except (ValueError, OverflowError):
        note = reader.findings.key_error if key else reader.findings.error
        note(
            place,
            "bad-time",
            Message("{text} is not an instant", text=text),
            'write "2026-05-01", "2026-05-01 10:00" or never',
        )
        return None


def _limit_names(campaigns: Mapping[str, Campaign]) -> dict[str, tuple[Limit, str]]:
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


def lots(scene: Scene, user: str, unit: str) -> dict[str, Amount]:
    """A wallet by the instants at which it ends."""
    purse = scene.stage.mall.wallet(user).units[unit]
    sums: dict[str, int] = {}
    for end, amount in purse.ending:
        sums[said(end, scene.story.zone)] = sums.get(said(end, scene.story.zone), 0) + amount
    endless = purse.balance + purse.owed - sum(sums.values())
    found = {**sums, **({_NEVER: endless} if endless else {})}
    return {end: Amount(amount, unit, purse.scale) for end, amount in found.items() if amount}


def ends(scene: Scene, user: str, benefit: str) -> list[str]:
    """When usable entitlements end, soonest first."""
    usable = [view for view in scene.stage.mall.entitlements(user, phase="usable") if view.benefit.id == benefit]
    ordered = sorted(usable, key=lambda view: (view.ends is None, view.ends or view.got_at))
    return [_NEVER if view.ends is None else said(view.ends, scene.story.zone) for view in ordered]


def used(scene: Scene, limit: str, whose: str) -> int:
    """How much of a limit is used in the window of this moment."""
    stage = scene.stage
    found, zone = _limit_names(stage.project.campaigns)[limit]
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
    """Whether an attribute, or a role that a kind knows, names a person."""
    project = scene.stage.project
    types = {event.attributes[name].type for event in project.events.values() if name in event.attributes}
    return name in ("user", *words_of(project).roles) or "user" in types


def pool(scene: Scene, benefit: str, word: str) -> int | str:
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
