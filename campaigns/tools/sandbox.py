"""
A mall put up for stories and recorded events: the live path, with a clock that can be moved.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Any

import attrs

from quanyi.campaigns.engine.decisions import Outcome
from quanyi.campaigns.engine.timers import timer_input
from quanyi.campaigns.engine.transaction import Transactions
from quanyi.campaigns.kinds.stories import Stage
from quanyi.campaigns.language.context import context_of
from quanyi.campaigns.language.events import EventType, Incoming
from quanyi.campaigns.mall import Mall
from quanyi.campaigns.ports import MallStore
from quanyi.campaigns.project.model import Project
from quanyi.campaigns.project.release import Applied
from quanyi.campaigns.requests import Context
from quanyi.campaigns.supply.story_suppliers import StorySuppliers
from quanyi.campaigns.tools.words import words_of
from quanyi.entitlements.errors import InputError, QuanyiError, Refused
from quanyi.entitlements.inputs import Input, Receipt
from quanyi.entitlements.ports import Facts
from quanyi.entitlements.time import zone_of

__all__ = [
    "YEARS",
    "Sandbox",
    "StageFactory",
    "asks_campaign",
    "buy_all",
    "code_of",
    "load_pieces",
    "own_attributes",
    "pass_time",
    "perform",
    "read_event",
    "stand_in_for",
    "tried_input",
]

_AT_ONE_INSTANT = 10_000
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")


@attrs.frozen(kw_only=True)
class Sandbox:
    """
    A mall with its clock in our hand.

    Attributes:
        move: Sets the clock.
        apply: Brings the project's campaigns into force.
        answer_reminders: Answers some of the reminders of what can be had, as a worker does; how many that were.
        read_codes: The plain codes of an entitlement.
        suppliers: Who replies when something is bought from suppliers.
        over: The same mall, clock and all, with another project to bring into force.
    """

    mall: Mall
    project: Project
    transactions: Transactions
    store: MallStore
    move: Callable[[datetime], object]
    apply: Callable[[], Applied]
    answer_reminders: Callable[[], int]
    read_codes: Callable[[str], tuple[str, ...]]
    suppliers: StorySuppliers
    over: Callable[[Project], Sandbox]


YEARS = range(1970, 3000)
"""The years that a clock may be set to: calendars and durations still fit behind them."""

StageFactory = Callable[[Project, Facts, datetime], AbstractContextManager[Sandbox]]
"""Puts up an empty mall whose clock stands at an instant, and takes it down afterwards."""


def pass_time(stage: Sandbox, to: datetime) -> Iterator[tuple[Input, Outcome]]:
    """
    Let time pass until *to*, which is inside: what falls due is decided in time order, each at
    its own instant, and what that causes too.
    """
    seen: set[bytes] = set()
    while due := stage.store.due(to, 1):
        now = max(due[0].due_at, stage.mall.now())
        stage.move(now)
        timers = [timer for timer in stage.store.due(now, _AT_ONE_INSTANT) if timer.id not in seen]
        if not timers:
            raise RuntimeError(f"a timer can't be booked: {due[0].event} of {due[0].due_at}")
        seen.update(timer.id for timer in timers)
        asks = [timer_input(timer) for timer in timers]
        yield from zip(asks, stage.transactions.run(asks, stage.store), strict=True)
        buy_all(stage)
    stage.move(to)


def buy_all(stage: Sandbox) -> None:
    """What a worker does all the time: order what is paid for, and ask what became of orders."""
    if any(benefit.supply is not None for benefit in stage.project.benefits.values()):
        while stage.mall.desk.supply.work():
            pass


def load_pieces(stage: Sandbox, *, campaign: str, thing: str, total: int, splits: int, key: str) -> Receipt:
    """Bring what is on sale of a quota, or of a benefit's stock where no campaign is named, to *total*."""
    data = {"campaign": campaign, "thing": thing, "total": total, "splits": splits}
    ask = Input(type="stock.load", key=key, at=stage.mall.now(), data=data, asks=True)
    outcome = stage.transactions.run([ask], stage.store)[0]
    if isinstance(outcome, QuanyiError):
        raise outcome
    return outcome


def code_of(no: QuanyiError) -> str:
    """The stable word for an error: a refusal's own code, else the name of its class."""
    return no.code if isinstance(no, Refused) else _CAMEL.sub("-", type(no).__name__).lower()


# --- one input ---------------------------------------------------------------------------------


def perform(
    stage: Sandbox,
    type_: str,
    *,
    user: str | None,
    key: str,
    data: Mapping[str, Any],
    own_key: bool = False,
    context: Context = None,
) -> Receipt:
    """
    Do what a story or a recorded line says, through the public face.

    Args:
        type_: A step that the mall or a kind brings, or a declared event.
        data: As written: amounts are decimals of their unit.
        own_key: Whether *key* comes from the host; else an event's key attribute is stronger.
        context: How the request comes, by the names that the mall declares.

    Raises:
        Refused: The answer is no.
        InputError: It is not said properly.
    """
    said = context and context_of(stage.project, "", context, stage.mall.now(), decimals=True)
    step = words_of(stage.project).steps.get(type_)
    if step is not None:
        return step(stage, user or "", key, dict(data), said)
    event = stage.project.events.get(type_)
    if event is None:
        raise InputError(f"there is no event or command {type_!r}")
    read = read_event(stage, event, data)
    known_by = key if own_key else read.key or key
    asked: dict[str, Any] = {"user": user, "key": known_by, "data": {**read.sent, **read.personal}, "context": said}
    if asks_campaign(event, data):
        return _asked(stage, type_, campaign=str(data["campaign"]), **asked)
    return stage.mall.report(type_, **asked)


def read_event(stage: Sandbox, event: EventType, data: Mapping[str, Any]) -> Incoming:
    """The attributes of a declared event as they are written in a story; `InputError` if they don't fit."""
    now, zone = stage.mall.now(), zone_of(stage.project.zone)
    return event.read(_filled_in(stage, event, own_attributes(event, data)), now=now, zone=zone, decimals=True)


def own_attributes(event: EventType, data: Mapping[str, Any]) -> Mapping[str, Any]:
    """*data* without the name of the campaign that is asked, unless the event has an attribute of that name."""
    if asks_campaign(event, data) and "campaign" not in event.attributes:
        return {name: value for name, value in data.items() if name != "campaign"}
    return data


def _asked(stage: Stage, type_: str, **asked: Any) -> Receipt:
    receipt: Receipt = stage.mall.do(type_, **asked)
    return receipt


def asks_campaign(event: EventType, data: Mapping[str, Any]) -> bool:
    """Whether a line asks one campaign by name: with a command that its kind declares, and no mall by itself."""
    return event.command and event.built_in and bool(data.get("campaign"))


def stand_in_for(project: Project, event: EventType, data: Mapping[str, Any]) -> tuple[str, str] | None:
    """
    The attribute of *data* that stands for another one of the event, and that one's name; None for none.

    As in ``code_of: ann``, which stands for the code that ann has asked for.
    """
    for word in words_of(project).stand_ins:
        if word not in data or word in event.attributes:
            continue  # the plays are asked only about a word that is there: a recording asks for every line
        names = [name for play in project.plays() for name in _stands_for(project, play, word, event)]
        if names:
            return word, names[0]
    return None


def _stands_for(project: Project, play: Any, word: str, event: EventType) -> Iterable[str]:
    stand_in = project.kinds.of(play).story.stand_ins.get(word)
    return stand_in.attributes(play, event) if stand_in is not None else ()


def _filled_in(stage: Sandbox, event: EventType, data: Mapping[str, Any]) -> Mapping[str, Any]:
    """The attributes of an event, with the value that a stand-in stands for."""
    found = stand_in_for(stage.project, event, data)
    if found is None:
        return data
    word, name = found
    kept = {each: value for each, value in data.items() if each != word}
    return {**kept, name: words_of(stage.project).stand_ins[word].find(stage, data)}


def tried_input(
    project: Project,
    type_: str,
    *,
    user: str | None,
    data: Mapping[str, Any],
    at: datetime,
    context: Context = None,
) -> Input | None:
    """A step about a record that exists, as an input that nobody waits for; None for any other step."""
    step = words_of(project).tries.get(type_)
    if step is None:
        return None
    about, values = step(project, data)
    personal = context_of(project, type_, context, at, decimals=True)
    return Input(type=type_, key="explain", at=at, user=user, about=about, data=values, personal=personal)
