"""
What a host asks for, as inputs: ids and keys checked, attributes read, who acts noted.

Every write of the face passes through here, so that what a key, an id or an actor is has one home.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import attrs

from quanyi.campaigns.engine.decisions import Outcome
from quanyi.campaigns.language.context import context_of
from quanyi.campaigns.playing import Playing
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


class Requests(Playing):
    """Makes inputs of a host's calls, and settles them."""

    def event(
        self,
        type_: str,
        *,
        user: str | None,
        key: str,
        data: Mapping[str, Any],
        at: datetime | None = None,
        by: str | None = None,
        context: Context = None,
    ) -> Input:
        """A declared event or command as an input; InputError for anything that is not declared."""
        project, named = self._ports.project, identifier(type_, "type")
        declared = project.events.get(named)
        if declared is None:
            raise InputError(f"no event type is called {named!r}; this mall declares {_names(project)}")
        if declared.inner:
            raise InputError(f"{named} is told by campaigns, and never reported")
        if not isinstance(data, Mapping):
            raise InputError(f"the attributes of {named} are a map, not of the type {type(data).__name__}")
        now, whose = at or self.now(), identifier_or_none(user, "user")
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
            facts=self._facts(whose, now),
            asks=declared.command,
        )

    # --- inside ------------------------------------------------------------------------------

    def _command(
        self,
        type_: str,
        *,
        user: str,
        key: str,
        by: str | None,
        campaign: str | None = None,
        context: Context = None,
        **data: Any,
    ) -> Receipt:
        """A command of somebody that is answered by one campaign, or by none."""
        whose, named = identifier(user, "user"), identifier_or_none(campaign, "campaign")
        ask = self._asked(type_, user=whose, key=key, by=by, campaign=named, data=data, context=context)
        return self._run(attrs.evolve(ask, facts=self._facts(whose, ask.at)))

    def _deal(
        self, type_: str, hold: str, *, key: str, user: str | None, by: str | None, context: Context, **data: Any
    ) -> Receipt:
        """A command about a deal."""
        deal = identifier(hold, "deal")
        about = RecordKey(kind=Deal.kind, parts=(deal,))
        said = {"deal": deal, **data}
        return self._run(self._asked(type_, user=user, key=key, by=by, about=about, data=said, context=context))

    def _about_entitlement(
        self, type_: str, number: str, *, user: str | None, key: str, by: str | None, context: Context
    ) -> Input:
        """A command about an entitlement of somebody."""
        right = identifier(number, "entitlement")
        about = RecordKey(kind=Entitlement.kind, parts=(right,))
        return self._asked(type_, user=user, key=key, by=by, about=about, data={"entitlement": right}, context=context)

    def _asked(
        self, type_: str, *, user: str | None, key: str, by: str | None, context: Context = None, **fields: Any
    ) -> Input:
        """A command as an input."""
        now = self.now()
        return Input(
            type=type_,
            key=identifier(key, "key"),
            at=now,
            personal=context_of(self._ports.project, type_, context, now),
            user=identifier_or_none(user, "user"),
            by=identifier_or_none(by, "actor"),
            asks=True,
            **fields,
        )

    def _run(self, ask: Input) -> Receipt:
        _insist_on_bounds(ask.type, ask.data)
        ports = self._ports
        if ports.submit is not None:
            return ports.submit(ask.named())
        return _answered(ports.transactions.run([ask], ports.store, joined=True)[0])


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
