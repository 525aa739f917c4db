"""
What a host asks for, as inputs: ids and keys checked, attributes read, who acts noted.

Every write of the face passes through here, so that what a key, an id or an actor is has one home.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import attrs

from quanyi.campaigns.engine.decisions import Outcome
from quanyi.campaigns.language.context import context_of
from quanyi.campaigns.ports import Ports
from quanyi.campaigns.project.model import Project
from quanyi.entitlements.errors import InputError, QuanyiError
from quanyi.entitlements.identifiers import identifier, identifier_or_none
from quanyi.entitlements.inputs import Input, Receipt
from quanyi.entitlements.parsing import LARGEST
from quanyi.entitlements.records import Deal, Entitlement, RecordKey
from quanyi.entitlements.time import zone_of

__all__ = ["Context", "Requests"]

Context = Mapping[str, Any] | None
"""What a host says of a request, by the names that `context:` of `mall.yaml` declares."""


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
        read = declared.read(data, now=now, zone=zone_of(project.zone))
        _insist_on_bounds(named, {**read.data, **read.personal})
        return Input(
            type=named,
            key=identifier(key, "key"),
            at=now,
            user=whose,
            by=identifier_or_none(by, "actor"),
            data=read.data,
            sent=read.sent,
            personal={**context_of(project, named, context, now), **read.personal},
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
        return attrs.evolve(ask, facts=self.ports.said_of(whose, ask.at))

    def about_deal(
        self, type_: str, hold: str, *, key: str, user: str | None, by: str | None, context: Context, **data: Any
    ) -> Input:
        """A command about a deal; *data* as it was checked."""
        deal = identifier(hold, "deal")
        about = RecordKey(kind=Deal.kind, parts=(deal,))
        said = {"deal": deal, **data}
        return self.asked(type_, user=user, key=key, by=by, about=about, data=said, context=context)

    def about_entitlement(
        self, type_: str, number: str, *, user: str | None, key: str, by: str | None, context: Context
    ) -> Input:
        """A command about an entitlement of somebody."""
        right = identifier(number, "entitlement")
        about = RecordKey(kind=Entitlement.kind, parts=(right,))
        return self.asked(type_, user=user, key=key, by=by, about=about, data={"entitlement": right}, context=context)

    def asked(
        self, type_: str, *, user: str | None, key: str, by: str | None, context: Context = None, **fields: Any
    ) -> Input:
        """A command as an input, with further *fields* of it."""
        now = self.ports.now()
        return Input(
            type=type_,
            key=identifier(key, "key"),
            at=now,
            personal=context_of(self.ports.project, type_, context, now),
            user=identifier_or_none(user, "user"),
            by=identifier_or_none(by, "actor"),
            asks=True,
            **fields,
        )

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
