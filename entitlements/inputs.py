"""
What comes in, and what is said back.

An `Input` is an event (a fact, never refused as such), a command (a request that is answered) or
a timer that fell due. A `Receipt` is what happened to it, kept with its key: the same input under
the same key is answered with the same receipt.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from functools import cached_property
from hashlib import blake2b
from typing import Any, Literal

import attrs

from quanyi.entitlements.accounts import digest16
from quanyi.entitlements.plain import Plain, plain
from quanyi.entitlements.records import RecordKey
from quanyi.entitlements.time import aware, aware_or_none

__all__ = ["FORMULA", "Decision", "Input", "Receipt"]

FORMULA = 2
"""How the content of an input is reckoned today, see `Input.digest_by`."""


def _plain(value: object) -> object:
    """Say instants and the like the same way every time."""
    return value.isoformat() if hasattr(value, "isoformat") else str(value)


_canonical = json.JSONEncoder(sort_keys=True, default=_plain, ensure_ascii=False).encode


@attrs.frozen(kw_only=True)
class Input:
    """
    One event, command or due timer.

    Attributes:
        type: ``order.paid``, ``sale.place``, ``sale.lapse``…
        key: The caller's idempotency key; unique per mall and type.
        at: The moment of acceptance, in UTC; a timer's own due instant.
        user: The host's id of the subject, if there is one.
        holder: The subject's random id inside, filled in by the engine.
        by: Who acts, where it is not the user: a clerk, a job, an API client. Never part of the content.
        campaign: Who must answer; None: whoever listens to the type.
        about: The record it is about (a deal, a promise): its maker answers, in its version.
        data: The declared attributes; amounts in smallest units.
        sent: Those of them that the host named, without what was filled in; None where that is all of `data`.
        source: What it stems from and can be undone by: pairs of name and id.
        facts: What the host says about the subject, read before the transaction.
        users: The attributes in `data` that name other users.
        holders: Their random ids inside, by attribute, filled in by the engine.
        personal: Attributes about people, and the context of the request: seen by decisions, never part of the
            content, never stored.
        subjects: Whose place it is, by limit, where an earlier input told it: a deal that is taken again.
        asks: Whether somebody waits for an answer: refusals are raised, not skipped.
        due: Whether this is a timer that fell due.
    """

    type: str
    key: str
    at: datetime = attrs.field(validator=aware)
    user: str | None = None
    holder: str | None = None
    by: str | None = None
    campaign: str | None = None
    about: RecordKey | None = None
    data: Mapping[str, Any] = attrs.field(factory=dict)
    sent: Mapping[str, Any] | None = None
    source: tuple[tuple[str, str], ...] = ()
    facts: Mapping[str, Any] = attrs.field(factory=dict)
    personal: Mapping[str, Any] = attrs.field(factory=dict, repr=False)
    subjects: Mapping[str, tuple[str, ...]] = attrs.field(repr=False, factory=dict)
    users: tuple[str, ...] = ()
    holders: Mapping[str, str] = attrs.field(factory=dict)
    asks: bool = False
    due: bool = False

    @cached_property
    def id(self) -> bytes:
        """The 16 bytes under which its receipt is kept."""
        return digest16("key", self.type, self.key)

    @cached_property
    def digest(self) -> bytes:
        """The content by which a reused key is told from a repeated one: what the host sent."""
        return self.digest_by(FORMULA)

    def digest_by(self, formula: int) -> bytes:
        """
        The content as a receipt's formula reckons it.

        Args:
            formula: 1 over the attributes with the defaults that were filled in, as older releases
                did; 2 over what was sent.
        """
        said = self.data if formula == 1 or self.sent is None else self.sent
        body = [self.type, self.user, self.campaign, self.about and self.about.parts, said]
        return blake2b(_canonical(body).encode(), digest_size=16).digest()

    def named(self) -> Input:
        """Itself, its id and digest worked out: by the caller's own thread, not by whoever settles a batch."""
        _ = self.id, self.digest
        return self

    def introduced(self, holder: str | None, holders: Mapping[str, str]) -> Input:
        """The same, with the random ids of those it is about; what it is known by stays."""
        same = attrs.evolve(self, holder=holder, holders=holders)
        object.__setattr__(same, "id", self.id)
        object.__setattr__(same, "digest", self.digest)
        return same


@attrs.frozen(kw_only=True)
class Decision(Plain):
    """
    What one campaign made of one input.

    Attributes:
        outcome: ``granted``, ``promised``, ``cancelled``, ``lapsed``; ``skipped`` (a reason, no
            harm); ``refused`` (the same, to somebody who asked); ``failed`` (the campaign is broken).
        reason: The campaign's word for the no; `code` the stable one.
        clause: The clause that said no, as a refusal names it.
        shows: The values that were compared.
        given: (holder, thing, amount) triples.
        facts: The values the decision was based on.
        where: ``file:line`` of the clause that decided.
    """

    campaign: str
    version: str = ""
    outcome: Literal["cancelled", "failed", "granted", "lapsed", "promised", "refused", "skipped"] = "granted"
    rule: str = ""
    reason: str = ""
    code: str = ""
    clause: str = ""
    shows: Mapping[str, Any] = attrs.field(factory=dict)
    next_at: datetime | None = attrs.field(default=None, validator=aware_or_none)
    given: tuple[tuple[str, str, int], ...] = ()
    facts: Mapping[str, Any] = attrs.field(factory=dict)
    where: str = ""
    input_type: str = ""

    def kept(self) -> Decision:
        """What a receipt keeps of it: who decided and what came of it; of a no, who said it and why."""
        if self.outcome in ("skipped", "refused"):
            return Decision(campaign=self.campaign, outcome=self.outcome, reason=self.reason, code=self.code)
        said = self.shows or self.facts or self.where or self.clause
        return attrs.evolve(self, shows={}, facts={}, where="", clause="") if said else self


def _masked(answer: Mapping[str, Any]) -> str:
    """An answer for logs: card codes are hidden."""
    return repr({name: "***" if name == "codes" else value for name, value in answer.items()})


@attrs.frozen(kw_only=True)
class Receipt(Plain):
    """
    What happened to one input.

    Attributes:
        key: The caller's key.
        at: When it was decided.
        decisions: One per campaign that it touched, causes before what they caused.
        answer: For a command: plain values, ``hold``, ``pay``, ``due_at``, ``entitlements``…
        by: Who acted, where it was not the user.
        duplicate: Whether this is the receipt of an earlier call.
    """

    key: str
    type: str
    at: datetime
    decisions: tuple[Decision, ...] = ()
    answer: Mapping[str, Any] = attrs.field(factory=dict, repr=_masked)
    by: str | None = None
    duplicate: bool = False

    @property
    def given(self) -> Mapping[str, int]:
        """
        What everybody got because of it, thing by thing: from every campaign, and from what followed.

        Below zero is what somebody lost. Who got what stands in the decisions. Amounts are in the unit's
        smallest part.
        """
        found: dict[str, int] = {}
        for decision in self.decisions:
            for _, thing, amount in decision.given:
                found[thing] = found.get(thing, 0) + amount
        return found

    def to_dict(self) -> dict[str, Any]:
        """Itself as a map of plain values; card codes are hidden here too, and read as `codes`."""
        shown = {name: "***" if name == "codes" else value for name, value in self.answer.items()}
        return {**super().to_dict(), "answer": plain(shown)}

    def kept(self) -> Receipt:
        """What is kept of it: every campaign with its outcome and reason, without the values that were looked at."""
        return attrs.evolve(self, decisions=tuple(decision.kept() for decision in self.decisions))

    def __getattr__(self, name: str) -> Any:
        """Read a value of the answer as an attribute: ``receipt.hold``."""
        if name.startswith("_") or name not in self.answer:
            msg = f"this receipt has no {name!r}"
            raise AttributeError(msg)
        return self.answer[name]
