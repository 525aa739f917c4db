"""
Inputs and receipts: what comes in, and what is answered.

An `Input` is an event (a fact, never refused as such), a command (a request that is answered) or
a timer that fell due. A `Receipt` is what happened to it, stored under its key: the same input under
the same key is answered with the same receipt.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from functools import cached_property
from hashlib import blake2b
from itertools import chain
from operator import attrgetter
from typing import Any, Literal

import attrs

from quanyi.entitlements.accounts import digest16
from quanyi.entitlements.plain import Plain, plain
from quanyi.entitlements.records import RecordKey
from quanyi.entitlements.time import aware, aware_or_none

__all__ = ["FORMULA", "Decision", "Input", "Receipt"]

FORMULA = 3
"""The formula by which the content of an input is digested today, see `Input.digest_by`."""


def _plain(value: object) -> object:
    """Text for values that JSON lacks: instants and dates as ISO text."""
    return value.isoformat() if hasattr(value, "isoformat") else str(value)


_encoder = json.JSONEncoder(sort_keys=True, default=_plain, ensure_ascii=False)
# The standard library makes its encoder in C anew for every text; ours is made once.
_make: Any = json.encoder.c_make_encoder  # type: ignore[attr-defined]
_chunks = _make and _make(None, _plain, json.encoder.encode_basestring, None, ": ", ", ", 1, 0, 1)


_set = object.__setattr__


def _canonical(body: list[Any]) -> str:
    return "".join(_chunks(body, 0)) if _chunks else _encoder.encode(body)


@attrs.frozen(kw_only=True)
class Input:
    """
    One event, command or due timer.

    >>> from datetime import UTC
    >>> one = Input(type="sale.place", key="k1", at=datetime(2026, 3, 8, tzinfo=UTC), data={"item": "mug"})
    >>> later = attrs.evolve(one, at=datetime(2026, 3, 9, tzinfo=UTC), by="clerk/7")
    >>> one.id == later.id, one.digest == later.digest  # when it came and who acted are no part of the content
    (True, True)

    Attributes:
        type: ``order.paid``, ``sale.place``, ``sale.lapse``…
        key: The caller's idempotency key; unique per mall and type.
        seed: Random text that the ids of all that follows are made of, so that no id tells the key to who tries keys.
            Empty for a timer, whose key is made of such an id, and where a run must repeat itself: then it is the key.
        at: The moment of acceptance, in UTC; a timer's own due instant.
        user: The host's id of the subject, if there is one.
        holder: The subject's random id inside the mall, filled in by the engine.
        by: Who acts, where it is not the user: a clerk, a job, an API client. Never part of the content.
        campaign: The campaign that must answer; None for all that listen to the type.
        about: The record it is about (a deal, a promise). The campaign that made it answers, in its version.
        data: The declared attributes; amounts in smallest units.
        sent: Those of them that the host named, without defaults; None where that is all of `data`.
        source: What it stems from and can be undone by: pairs of name and id.
        facts: What the host says about the subject, read before the transaction.
        users: The attributes in `data` that name other users.
        holders: Their random ids inside the mall, by attribute, filled in by the engine.
        personal: Attributes about people, and the context of the request. Decisions see them; they are not part
            of the content and never stored.
        subjects: Subjects of limits that an earlier input told, by limit: for a deal that is taken again.
        counted: Those values of the context that the mall counts by, sorted by name; the journal keeps them.
        asks: Whether somebody waits for an answer: refusals are raised, not skipped.
        due: Whether this is a timer that fell due.
    """

    type: str
    key: str
    seed: str = attrs.field(default="", repr=False)
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
    counted: tuple[tuple[str, str], ...] = ()
    asks: bool = False
    due: bool = False

    @cached_property
    def id(self) -> bytes:
        """The 16 bytes under which its receipt is stored: a digest of type and key."""
        return digest16("key", self.type, self.key)

    @property
    def origin(self) -> str:
        """What the ids of all that follows from it are made of."""
        return self.seed or self.key

    @cached_property
    def root(self) -> bytes:
        """The 16 bytes by which the journal names it."""
        return blake2b(self.seed.encode(), digest_size=16).digest() if self.seed else self.id

    @cached_property
    def digest(self) -> bytes:
        """
        The digest of the content, by today's `FORMULA`. It tells a reused key from a repeated call.

        People are in it by their holders, so it is known once the input is introduced.
        """
        return self.digest_by(FORMULA)

    def digest_by(self, formula: int) -> bytes:
        """
        The digest of the content by one of the formulas that receipts were stored with.

        Args:
            formula: 1 covers the host's id of the user and the attributes with the defaults that were filled in, as
                older releases did; 2 the id and what was sent; 3 what was sent, with holders in place of ids, so
                that nobody finds an id by trying.
        """
        if formula == FORMULA:
            people = "\0".join(self._people()) if self.users else self.holder or ""
            return blake2b(self._content + people.encode(), digest_size=16).digest()
        said = self.data if formula == 1 else self._said()
        body = [self.type, self.user, self.campaign, self.about and self.about.parts, said]
        return blake2b(_canonical(body).encode(), digest_size=16).digest()

    @cached_property
    def _content(self) -> bytes:
        """The digest of what was sent, without the people in it."""
        said = self._said()
        if self.users:
            said = {name: value for name, value in said.items() if name not in self.users}
        body = [self.type, self.campaign, self.about and self.about.parts, said]
        return blake2b(_canonical(body).encode(), digest_size=16).digest()

    def _people(self) -> list[str]:
        """The holders of the user and of everybody whom the attributes name, each behind the attribute's name."""
        named = [(name, self.holders.get(name, "")) for name in sorted(self.users) if self._said().get(name)]
        return [self.holder or "", *chain.from_iterable(named)]

    def _said(self) -> Mapping[str, Any]:
        """What the host named, as far as that is known; else all attributes."""
        return self.data if self.sent is None else self.sent

    def stored(self) -> dict[str, Any]:
        """
        The attributes as they are stored: whoever they name stands there by their holder.

        >>> from datetime import UTC
        >>> ask = Input(type="joined", key="k1", at=datetime(2026, 3, 8, tzinfo=UTC), data={"by": "ann"}, users=("by",))
        >>> ask.introduced("h1", {"by": "h2"}).stored()
        {'by': 'h2'}
        """
        return {**self.data, **{name: self.holders[name] for name in self.users if name in self.holders}}

    def named(self) -> Input:
        """
        Itself, with what can be digested before its people are known. Callers do so in their own threads, to spare the
        one that runs a batch.
        """
        _ = self.id, self.root, self._content
        return self

    def introduced(self, holder: str | None, holders: Mapping[str, str]) -> Input:
        """The same input with the random ids of the people in it; its `id` and `root` stay."""
        self.named()
        same = object.__new__(Input)  # `attrs.evolve` takes twice as long, in the thread that everybody waits for
        for name, value in zip(_SAME, _values(self), strict=True):
            _set(same, name, value)
        _set(same, "holder", holder)
        _set(same, "holders", holders)
        return same


_SAME = (*(field.name for field in attrs.fields(Input) if "holder" not in field.name), "id", "root", "_content")
"""What an input keeps once its people are known."""

_values = attrgetter(*_SAME)


@attrs.frozen(kw_only=True)
class Decision(Plain):
    """
    One campaign's answer to one input.

    Attributes:
        outcome: ``granted``, ``promised``, ``cancelled``, ``lapsed``; ``skipped`` (an event or timer that the
            campaign has a reason not to act on); ``refused`` (the same for somebody who asked); ``failed`` (the
            campaign is broken).
        reason: The campaign's word for a refusal; `code` the stable one.
        clause: The clause that refused, as a refusal names it.
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
        """
        What a receipt stores of it: all but the values that were compared and their places.

        Of a refusal only the campaign, the outcome, the reason and the code are stored.
        """
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
        decisions: One per campaign that was asked, causes before what they caused. Campaigns for other values of
            the event, or for values in another range, are not asked; `Mall.explain` says why not.
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
        What all people together got because of the input, by thing: from every campaign, and from what followed.

        Amounts are in the unit's smallest part; a negative one was taken. `decisions` tell who got what.

        >>> from datetime import UTC
        >>> both = Decision(campaign="invite", given=(("h1", "points", 30), ("h2", "points", 10)))
        >>> Receipt(key="k1", type="order.paid", at=datetime(2026, 3, 8, tzinfo=UTC), decisions=(both,)).given
        {'points': 40}
        """
        found: dict[str, int] = {}
        for decision in self.decisions:
            for _, thing, amount in decision.given:
                found[thing] = found.get(thing, 0) + amount
        return found

    def to_dict(self) -> dict[str, Any]:
        """The receipt as a map of plain values. Card codes are masked here too; read them as `codes`."""
        shown = {name: "***" if name == "codes" else value for name, value in self.answer.items()}
        return {**super().to_dict(), "answer": plain(shown)}

    def kept(self) -> Receipt:
        """What is stored of it: every campaign with its outcome and reason, without the values that were compared."""
        return attrs.evolve(self, decisions=tuple(decision.kept() for decision in self.decisions))

    def __getattr__(self, name: str) -> Any:
        """
        A value of the answer, read as an attribute: ``receipt.hold``.

        >>> from datetime import UTC
        >>> receipt = Receipt(key="k1", type="reveal", at=datetime(2026, 3, 8, tzinfo=UTC), answer={"codes": ("AB-1",)})
        >>> receipt.codes, receipt.to_dict()["answer"]  # card codes are shown only where they are named
        (('AB-1',), {'codes': '***'})
        """
        if name.startswith("_") or name not in self.answer:
            msg = f"this receipt has no {name!r}"
            raise AttributeError(msg)
        return self.answer[name]
