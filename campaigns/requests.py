"""
What a host asks for, as inputs: ids and keys checked, attributes read, who acts noted.

Every write of the face passes through here, so that what a key, an id or an actor is has one home.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import attrs

from quanyi.campaigns.engine.decisions import Outcome
from quanyi.campaigns.language.context import context_of, counted_of
from quanyi.campaigns.ports import Ports
from quanyi.campaigns.project.model import Project
from quanyi.entitlements.arguments import a_whole_number
from quanyi.entitlements.errors import InputError, QuanyiError
from quanyi.entitlements.identifiers import identifier, identifier_or_none
from quanyi.entitlements.inputs import Decision, Input, Receipt
from quanyi.entitlements.parsing import LARGEST
from quanyi.entitlements.records import Deal, Entitlement, RecordKey
from quanyi.entitlements.time import zone_of

__all__ = ["Context", "Requests", "order_said", "rating_said", "said_of"]

Context = Mapping[str, Any] | None
"""What a host says of a request, by the names that `context:` of `mall.yaml` declares."""


_STARS = range(1, 6)


@attrs.frozen
class Requests:
    """Makes inputs of a host's calls, and has them settled."""

    ports: Ports

    def event(
        self,
        type_: str,
        *,
        user: str | None,
        key: str,
        data: Mapping[str, Any],
        by: str | None = None,
        context: Context = None,
    ) -> Input:
        """A declared event or command as an input; InputError for anything that is not declared."""
        project, named = self.ports.project, identifier(type_, "type")
        declared = project.events.get(named)
        if declared is None:
            raise InputError(f"no event type is called {named!r}; this mall declares {_names(project)}")
        if declared.inner:
            raise InputError(f"{named} is told by campaigns, and never reported")
        if not isinstance(data, Mapping):
            raise InputError(f"the attributes of {named} are a map, not of the type {type(data).__name__}")
        now, whose = self.ports.now(), identifier_or_none(user, "user")
        came = context_of(project, named, context, now)
        read = declared.read(data, now=now, zone=zone_of(project.zone))
        _insist_on_bounds(named, {**read.data, **read.personal})
        return Input(
            type=named,
            key=identifier(key, "key"),
            seed=self._seed(),
            at=now,
            user=whose,
            by=identifier_or_none(by, "actor"),
            data=read.data,
            sent=read.sent,
            personal={**came, **read.personal},
            counted=counted_of(project, came),
            source=read.source,
            users=tuple(a.name for a in declared.attributes.values() if a.type == "user"),
            facts=self.ports.said_of(whose, now),
            about=_about(project, named, read.data),
            asks=declared.command,
        )

    def command(
        self,
        type_: str,
        *,
        user: str,
        key: str,
        by: str | None,
        campaign: str | None = None,
        context: Context = None,
        **data: Any,
    ) -> Input:
        """A command of somebody that is answered by one campaign, or by none; *data* as it was checked."""
        whose, named = identifier(user, "user"), identifier_or_none(campaign, "campaign")
        ask = self.asked(type_, user=whose, key=key, by=by, campaign=named, data=data, context=context)
        facts = self.ports.said_of(whose, ask.at)
        return attrs.evolve(ask, facts=facts) if facts else ask

    def about_deal(
        self, type_: str, hold: str, *, key: str, user: str | None, by: str | None, context: Context, **data: Any
    ) -> Input:
        """A command about a deal; *data* as it was checked."""
        deal = identifier(hold, "deal")
        about = RecordKey(kind=Deal.kind, parts=(deal,))
        said = {"deal": deal, **data}
        return self.asked(type_, user=user, key=key, by=by, about=about, data=said, context=context)

    def about_entitlement(
        self, type_: str, number: str, *, user: str | None, key: str, by: str | None, context: Context, **data: Any
    ) -> Input:
        """A command about an entitlement of somebody; *data* as it was checked."""
        right = identifier(number, "entitlement")
        about = RecordKey(kind=Entitlement.kind, parts=(right,))
        said = {"entitlement": right, **data}
        return self.asked(type_, user=user, key=key, by=by, about=about, data=said, context=context)

    def of_user(
        self, type_: str, data: Mapping[str, Any], *, user: str, key: str, by: str | None, context: Context
    ) -> Input:
        """A command of somebody that no campaign answers; *data* as it was checked."""
        return self.asked(type_, user=identifier(user, "user"), key=key, by=by, context=context, data=data)

    def asked(
        self, type_: str, *, user: str | None, key: str, by: str | None, context: Context = None, **fields: Any
    ) -> Input:
        """A command as an input, with further *fields* of it."""
        now, project = self.ports.now(), self.ports.project
        came = context_of(project, type_, context, now)
        return Input(
            type=type_,
            key=identifier(key, "key"),
            seed=self._seed(),
            at=now,
            personal=came,
            counted=counted_of(project, came),
            user=identifier_or_none(user, "user"),
            by=identifier_or_none(by, "actor"),
            asks=True,
            **fields,
        )

    def _seed(self) -> str:
        return self.ports.seeds.new() if self.ports.seeds is not None else ""

    def explained(
        self, type_: str, *, user: str | None, data: Mapping[str, Any], campaign: str | None, context: Context
    ) -> tuple[Decision, ...]:
        """What would come of an event or command now; NotFound for a campaign that is not in force."""
        if campaign is not None:
            self.ports.play(campaign)  # raises for one that is not in force: else nobody would answer, and say nothing
        asked = self.event(type_, user=user, key="explain", data=data, context=context)
        ask = attrs.evolve(asked, campaign=campaign, asks=False)
        return _answered(self.ports.transactions.exhaustively().preview([ask], self.ports.store)[0]).decisions

    def run(self, ask: Input) -> Receipt:
        """
        Have an input decided and written: with others that wait at the same time, or alone in the host's transaction.

        Raises:
            InputError: A number in it is beyond what is counted.
            Refused: The answer is no.
        """
        _insist_on_bounds(ask.type, ask.data)
        ports = self.ports
        if ports.submit is not None:
            return ports.submit(ask.named())
        return _answered(ports.transactions.run([ask], ports.store, joined=True)[0])


def _about(project: Project, type_: str, data: Mapping[str, Any]) -> RecordKey | None:
    """The record that a command of a kind is about, so that the version that made it decides; None for none."""
    found = project.kinds.about.get(type_)
    return None if found is None else RecordKey(kind=found[0].kind, parts=(str(data[found[1]]),))


def _insist_on_bounds(type_: str, values: Mapping[str, Any]) -> None:
    """No whole number of a request, nor in a list there, is beyond what is counted."""
    for name, value in values.items():
        for number in value if isinstance(value, list | tuple) else (value,):
            if isinstance(number, int) and not -LARGEST <= number <= LARGEST:
                raise InputError(f"{type_}: {name!r} is beyond ±10**15 of the smallest part, the most that is counted")


def _names(project: Project) -> str:
    return ", ".join(sorted(name for name, event in project.events.items() if not event.built_in))


def _answered(outcome: Outcome) -> Receipt:
    if isinstance(outcome, QuanyiError):
        raise outcome
    return outcome


def order_said(number: str) -> dict[str, str]:
    """The host's own number of an order; empty for none."""
    return {"order": identifier(number, "order") if number != "" else ""}


def rating_said(worked: object, stars: object) -> dict[str, Any]:
    """What a holder says of an entitlement: whether it worked, stars, or both."""
    if worked is None and stars is None:
        raise InputError("a rating says worked, stars, or both")
    if worked is not None and type(worked) is not bool:
        raise InputError(f"worked is True or False, not of the type {type(worked).__name__}")
    if stars is not None and a_whole_number(stars, "stars") not in _STARS:
        raise InputError(f"stars go from 1 to 5, not {stars}")
    return {name: value for name, value in (("worked", worked), ("stars", stars)) if value is not None}


def said_of(**values: Any) -> dict[str, Any]:
    """Leave out empty values, so that requests without them keep the digest that they had before there were such values."""
    return {name: value for name, value in values.items() if value}
