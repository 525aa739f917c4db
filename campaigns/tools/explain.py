"""
Why a campaign did what it did: a decision in a sentence, with the values compared and the place in the file.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import attrs

from quanyi.campaigns.language.context import context_of
from quanyi.campaigns.language.events import EventType
from quanyi.campaigns.language.formatting import said, said_all
from quanyi.campaigns.language.speaker import Speaker
from quanyi.campaigns.ports import Ports
from quanyi.campaigns.project.model import CompiledPlay, Project
from quanyi.campaigns.requests import Context, Requests
from quanyi.campaigns.tools.sandbox import tried_input
from quanyi.entitlements import errors
from quanyi.entitlements.amounts import Amount
from quanyi.entitlements.errors import InputError, NotFound, QuanyiError, Refused
from quanyi.entitlements.inputs import Decision, Input
from quanyi.entitlements.time import zone_of

__all__ = ["explain", "explanation", "refusal_of"]

_WORDS = {
    "granted": ("通过", "granted"),
    "promised": ("已承诺，到期发放", "promised, given when it is due"),
    "cancelled": ("已取消", "cancelled"),
    "lapsed": ("已失效", "lapsed"),
    "failed": ("活动出错，已转人工", "the campaign is broken; the input is kept for somebody to mend"),
}
_ELSEWHERE = ("不适用于这个事件", "not about this event")


def explain(
    ports: Ports,
    type_: str,
    *,
    user: str | None,
    data: Mapping[str, Any],
    campaign: str | None = None,
    context: Context = None,
) -> tuple[Decision, ...]:
    """
    What would happen now: a decision for each campaign that hears the input, and for each that
    would hear it if an attribute were another.

    Args:
        data: As in a story: amounts are decimals of their unit, deals are named by their order.
        context: How the request would come.

    Raises:
        InputError: It is not declared, or not said properly.
        NotFound: It is about a deal that does not exist, or is somebody else's.
    """
    tried = tried_input(ports.project, type_, user=user, data=data, at=ports.clock.now(), context=context)
    if tried is not None:
        return _previewed(ports, tried) or _nothing_there(tried)
    declared = ports.project.events.get(type_)
    if declared is None:
        raise InputError(f"no event type is called {type_!r}")
    plain = {"item" if name == "sku" and type_ == "order.place" else name: value for name, value in data.items()}
    read = declared.read(plain, now=ports.clock.now(), zone=zone_of(ports.project.zone), decimals=True)
    values = {**read.data, **read.personal}
    said = context_of(ports.project, type_, context, ports.clock.now(), decimals=True)
    ask = Requests(ports).event(type_, user=user, key="explain", data=values, context=said)
    found = _previewed(ports, attrs.evolve(ask, campaign=campaign))
    heard = {decision.campaign for decision in found}
    plays = [play for play in ports.project.plays() if campaign in (None, play.head.campaign)]
    others = [play for play in plays if play.head.campaign not in heard]
    return (*found, *(decision for play in others for decision in _elsewhere(play, declared, {**said, **values})))


def _previewed(ports: Ports, ask: Input) -> tuple[Decision, ...]:
    """What each campaign makes of it; those too that are not asked, because it lies outside their ranges."""
    outcome = ports.transactions.exhaustively().preview([attrs.evolve(ask, asks=False)], ports.store)[0]
    if isinstance(outcome, QuanyiError):
        raise outcome
    return outcome.decisions


def _nothing_there(ask: Input) -> tuple[Decision, ...]:
    assert ask.about is not None
    raise NotFound(f"no {ask.about.kind} {'/'.join(ask.about.parts)}")


def explanation(decision: Decision, project: Project, locale: str) -> dict[str, Any]:
    """A decision as plain values, with a sentence in *locale*."""
    known = project.campaigns.get(decision.campaign)
    zone = known.head.zone if known else project.zone
    next_at = {} if decision.next_at is None else {"next_at": said(decision.next_at, zone)}
    return {
        "campaign": decision.campaign,
        "version": decision.version,
        "outcome": decision.outcome,
        "rule": decision.rule,
        "reason": decision.reason,
        "clause": decision.clause,
        "sentence": _sentence(decision, project, zone, locale),
        "shows": {**said_all({n: v for n, v in decision.shows.items() if n != "says"}, zone), **next_at},
        "given": [
            {"thing": thing, "amount": str(_amount(amount, thing, project))} for _, thing, amount in decision.given
        ],
        "facts": dict(decision.facts),
        "where": decision.where,
    }


def refusal_of(decision: Decision, zone: str) -> Refused:
    """The refusal behind a skipped decision."""
    kind = next((no for no in _refusals() if no.code == decision.code), Refused)
    return kind(reason=decision.reason, shows=decision.shows, next_at=decision.next_at, zone=zone)


def _sentence(decision: Decision, project: Project, zone: str, locale: str) -> str:
    speaker = Speaker(project=project, locale=locale)
    if decision.outcome in ("refused", "skipped"):
        if decision.reason == "elsewhere":
            return speaker.pair(_ELSEWHERE)
        return refusal_of(decision, zone).message(locale)
    words = speaker.pair(_WORDS[decision.outcome])
    given = speaker.several(speaker.amount(amount, thing) for _, thing, amount in decision.given)
    return f"{words}{speaker.say('：', ': ')}{given}" if given else words


def _amount(amount: int, thing: str, project: Project) -> Any:
    return Amount(amount, thing, project.scale_of(thing))


def _refusals() -> Iterator[type[Refused]]:
    for name in errors.__all__:
        kind = getattr(errors, name)
        if isinstance(kind, type) and issubclass(kind, Refused):
            yield kind


def _elsewhere(play: CompiledPlay, event: EventType, values: Mapping[str, Any]) -> Iterator[Decision]:
    """A campaign that hears the type, but compares an attribute with another value."""
    for trigger in play.listens():
        if trigger.type != event.id:
            continue
        shows: dict[str, Any] = {}
        for path, wanted in trigger.where.items():
            name = path.rpartition(".")[2]
            shows |= {name: _as_told(event, name, values.get(name, "missing")), "wanted": _as_told(event, name, wanted)}
        yield Decision(
            campaign=play.head.campaign,
            version=play.head.version,
            outcome="skipped",
            reason="elsewhere",
            clause="when",
            shows=shows,
            input_type=event.id,
            where=play.head.place_of("when"),
        )
        return


def _as_told(event: EventType, name: str, value: Any) -> Any:
    """An attribute's value as people read it: an amount with its places."""
    attribute = event.attributes.get(name)
    counts = attribute is not None and attribute.is_amount and isinstance(value, int)
    return Amount(value, attribute.type, attribute.scale) if attribute is not None and counts else value
