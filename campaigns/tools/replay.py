"""
Recorded events through the live path: the clock moves with the stream, and what falls due between
two events is decided between them, in time order.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from decimal import Decimal
from hashlib import blake2b
from os import SEEK_END
from pathlib import Path
from typing import Any

import attrs

from quanyi.campaigns.engine.decisions import Outcome
from quanyi.campaigns.language.context import context_of
from quanyi.campaigns.language.events import read_values
from quanyi.campaigns.language.findings import Finding
from quanyi.campaigns.project.model import Project
from quanyi.campaigns.tools.coverage.keys import REASON, Key, met_by, met_by_no
from quanyi.campaigns.tools.sandbox import YEARS, Sandbox, buy_all, code_of, load_pieces, pass_time, perform
from quanyi.entitlements.errors import (
    CampaignFileError,
    HoldClosed,
    InputError,
    KeyReused,
    NotFound,
    QuanyiError,
    Refused,
)
from quanyi.entitlements.identifiers import identifier, identifier_or_none
from quanyi.entitlements.inputs import Decision, Receipt
from quanyi.entitlements.parsing import parse_instant
from quanyi.entitlements.records import Person
from quanyi.entitlements.time import aware, zone_of

__all__ = ["Recorded", "Replay", "Tally", "read_events", "read_latest"]

_NAMES = {"at": "time", "user": "subject", "key": "id"}
"""Our names for an event's attributes, and those of CloudEvents."""

_KNOWN = {*_NAMES, *_NAMES.values(), "type", "data", "facts", "campaign", "context", "if_done"}
_IGNORED = {"specversion", "source", "datacontenttype", "dataschema"}
_DEADLINES = ("deal.lapse", "part.due", "promise.due", "purchase.due")
_ANSWERS = ("pay", "price", "refund")
_CODES, _STOCK = "codes.import", "stock.load"

_A_LINE = 2_048
_INNER = {"redeem": "entitlement.redeem", "reveal": "entitlement.reveal"}


@attrs.frozen(kw_only=True)
class Recorded:
    """
    One line of a recording.

    Attributes:
        own_key: Whether the key was written, or is only the number of the line.
        context: How the request came.
        facts: What the host said about the user from then on.
        if_done: The key of an earlier line: without a yes to that one, nobody came to this one.
    """

    at: datetime = attrs.field(validator=aware)
    type: str
    user: str | None = None
    key: str
    own_key: bool = False
    data: Mapping[str, Any] = attrs.field(factory=dict)
    context: Mapping[str, Any] = attrs.field(factory=dict)
    facts: Mapping[str, Any] | None = None
    if_done: str = ""


@attrs.define
class Tally:
    """
    What came of a recording.

    Attributes:
        counts: How often, by (campaign, outcome, reason); no campaign where nobody answered.
        given: What people got in all, in smallest units, by (campaign, thing); `got` by (user, thing).
        met: How often each part of the campaigns was met, as `met_by` names it.
        inputs: Lines done; `left_out` those whose `if_done` was not done; `timers` what fell due
            between them; `duplicates` keys known already.
        reused: Lines whose key belongs to another line's user or content, as ``TYPE KEY of USER``: nothing
            came of them.
        misread: How many lines no event or command could read, by ``TYPE: what is wrong``: nothing came of them either.
        days: Outcomes by (day, campaign, outcome), and `given_by_day` gifts by (day, campaign, thing), in days of the
            mall's zone; only of a replay that counts from an instant on.
        digest: A hash over all decisions, the same on every store.
    """

    counts: Counter[tuple[str, str, str]] = attrs.field(factory=Counter)
    given: Counter[tuple[str, str]] = attrs.field(factory=Counter)
    got: Counter[tuple[str, str]] = attrs.field(factory=Counter)
    met: Counter[Key] = attrs.field(factory=Counter)
    days: Counter[tuple[str, str, str]] = attrs.field(factory=Counter)
    given_by_day: Counter[tuple[str, str, str]] = attrs.field(factory=Counter)
    inputs: int = 0
    left_out: int = 0
    timers: int = 0
    duplicates: int = 0
    reused: list[str] = attrs.field(factory=list)
    misread: Counter[str] = attrs.field(factory=Counter)
    first: datetime | None = None
    last: datetime | None = None
    digest: str = ""


class Replay:
    """
    Puts recorded events through a stage.

    Args:
        facts: What the stage's facts port says about users; recorded facts are written into it.
        since: Count only what is decided from this instant on, day by day; everything if left out.
    """

    def __init__(self, stage: Sandbox, facts: dict[str, Mapping[str, Any]], since: datetime | None = None) -> None:
        self._stage = stage
        self._since = since
        self._zone = zone_of(stage.project.zone)
        self._facts = facts
        self._hash = blake2b(digest_size=16)
        self._users: dict[str, str] = {}
        self._done: set[str] = set()
        self.tally = Tally()

    def run(self, events: Iterable[Recorded], until: datetime | None = None) -> Tally:
        """
        Go through *events* in their order; the clock never goes back.

        Args:
            until: Let time pass until then after the last one.
        """
        tally = self.tally
        for event in events:
            if event.if_done and event.if_done not in self._done:
                tally.left_out += 1
                continue
            self._pass_time(event.at)
            if event.facts is not None and event.user is not None:
                self._facts[event.user] = event.facts
            tally.inputs += 1
            tally.first = tally.first or event.at
            tally.last = event.at
            self._note(event.type, f"{event.user}", self._perform(event))
            buy_all(self._stage)
        if until is not None:
            self._pass_time(until)
        tally.digest = self._hash.hexdigest()
        return tally

    def _pass_time(self, to: datetime) -> None:
        for ask, outcome in pass_time(self._stage, max(to, self._stage.mall.now())):
            self.tally.timers += 1
            self._note(ask.type, ask.at.isoformat(), outcome)

    def _perform(self, event: Recorded) -> Outcome:
        try:
            receipt = self._receipt(event)
        except KeyReused as no:
            self.tally.reused.append(f"{event.type} {event.key} of {event.user or 'nobody'}")
            return no
        except InputError as no:
            said = str(no)
            self.tally.misread[said if said.startswith(f"{event.type}: ") else f"{event.type}: {said}"] += 1
            return no
        except (NotFound, Refused) as no:
            return no
        if any(decision.outcome != "skipped" for decision in receipt.decisions):
            self._done.add(event.key)
        return receipt

    def _receipt(self, event: Recorded) -> Receipt:
        if event.type == _CODES:
            codes = [str(code) for code in event.data.get("codes", ())]
            return self._stage.mall.desk.import_codes(str(event.data.get("benefit")), codes, key=event.key)
        if event.type == _STOCK:
            total, thing = event.data.get("total"), str(event.data.get("benefit"))
            if not isinstance(total, int) or thing not in self._stage.project.benefits:
                raise InputError("stock is brought in for a benefit, to a whole total")
            return load_pieces(self._stage, campaign="", thing=thing, total=total, splits=1, key=event.key)
        said: dict[str, Any] = {
            "key": event.key,
            "own_key": event.own_key,
            "data": event.data,
            "context": event.context,
        }
        return perform(self._stage, event.type, user=event.user, **said)

    # --- counting ----------------------------------------------------------------------------

    def _note(self, type_: str, whose: str, outcome: Outcome) -> None:
        if self._since is not None and self._stage.mall.now() < self._since:
            return
        what = f"{type_} {whose}"
        if isinstance(outcome, Receipt):
            self.tally.duplicates += outcome.duplicate
            self.tally.met["", REASON, "known already"] += outcome.duplicate
            decisions = [decision for decision in outcome.decisions if not _idle(decision)]
            self.tally.met.update(met for d in decisions if not outcome.duplicate for met in met_by(d))
            lines = [self._decided(decision) for decision in decisions]
            answer = {name: outcome.answer[name] for name in _ANSWERS if name in outcome.answer}
            self._hash.update(_line(what, lines, answer))
            return
        campaign, reason = _no(outcome)
        self.tally.met.update(_met_by_error(_INNER.get(type_, type_), outcome))
        self.tally.counts[campaign, "refused", reason] += 1
        self._by_day(campaign, "refused", ())
        self._hash.update(_line(what, [[campaign, "refused", reason]], {}))

    def _decided(self, decision: Decision) -> list[Any]:
        campaign, outcome, reason = decision.campaign, decision.outcome, decision.reason
        self.tally.counts[campaign, outcome, reason] += 1
        self._by_day(campaign, outcome, decision.given)
        for holder, thing, amount in decision.given:
            self.tally.given[campaign, thing] += amount
            self.tally.got[self._user(holder), thing] += amount
        given = [[self._user(holder), thing, amount] for holder, thing, amount in decision.given]
        return [campaign, outcome, reason, sorted(given)]

    def _by_day(self, campaign: str, outcome: str, given: Iterable[tuple[str, str, int]]) -> None:
        if self._since is not None:
            day = self._stage.mall.now().astimezone(self._zone).date().isoformat()
            self.tally.days[day, campaign, outcome] += 1
            for _, thing, amount in given:
                self.tally.given_by_day[day, campaign, thing] += amount

    def _user(self, holder: str) -> str:
        """Holder ids are random, so the hash names people as the host does."""
        if holder not in self._users:
            found = self._stage.store.records(Person.kind, holder=holder, limit=1)
            person = found[0] if found else None
            self._users[holder] = person.user if isinstance(person, Person) else "?"
        return self._users[holder]


def _idle(decision: Decision) -> bool:
    """A deadline of something that has ended otherwise: nothing was asked, and nothing is done."""
    return decision.outcome == "skipped" and decision.code == HoldClosed.code and decision.input_type in _DEADLINES


def _no(error: QuanyiError) -> tuple[str, str]:
    if isinstance(error, Refused):
        return error.campaign or "", error.reason
    return "", code_of(error)


def _met_by_error(type_: str, error: QuanyiError) -> Iterable[Key]:
    """A refusal by its campaign and clause; other errors by their word, whatever the input was."""
    campaign, word = _no(error)
    return met_by_no(campaign, type_, error.clause, word) if isinstance(error, Refused) else [("", REASON, word)]


def _line(what: str, decisions: list[list[Any]], answer: Mapping[str, Any]) -> bytes:
    return json.dumps([what, decisions, answer], sort_keys=True, default=str).encode() + b"\n"


# --- reading -----------------------------------------------------------------------------------


def read_events(path: Path, project: Project) -> list[Recorded]:
    """
    Read a recording: one JSON object a line, with ``at``, ``type``, ``user``, ``key`` and ``data``,
    or under the names of CloudEvents: ``time``, ``subject``, ``id``.

    Args:
        project: Whose zone instants without an offset are in, and whose profile `facts` follow.

    Raises:
        CampaignFileError: Some lines can't be read; all of them are in `findings`.
    """
    events: list[Recorded] = []
    findings: list[Finding] = []
    for number, line in enumerate(path.read_bytes().splitlines(), 1):
        try:
            if line.strip():
                events.append(_event(_body(line), number, project))
        except (InputError, ValueError) as no:
            findings.append(_finding(path.name, number, no))
    if findings:
        raise CampaignFileError(tuple(findings))
    return events


def read_latest(path: Path, project: Project, most: int) -> tuple[list[Recorded], int]:
    """
    Read the last lines of a recording, as `read_events` reads all.

    Args:
        most: How many lines at most; and of each line that is read 2 KB on average.

    Returns:
        The events, and how many of these lines can't be read. The keys that are made up for lines without one count from
        the first line that was read.
    """
    events: list[Recorded] = []
    lines = [line for line in _last_bytes(path, most * _A_LINE).splitlines() if line.strip()][-most:]
    for number, line in enumerate(lines, 1):
        try:
            events.append(_event(_body(line), number, project))
        except (InputError, ValueError):
            continue
    return events, len(lines) - len(events)


def _last_bytes(path: Path, most: int) -> bytes:
    """The end of a file, from the beginning of a line on."""
    with path.open("rb") as file:
        start = max(file.seek(0, SEEK_END) - most, 0)
        file.seek(start)
        found = file.read(most)
    return found if start == 0 else found.partition(b"\n")[2]


def _body(line: bytes) -> Any:
    try:
        body = json.loads(line.decode(), parse_float=Decimal, parse_constant=_no_number)
        json.dumps(body, default=str, ensure_ascii=False).encode()  # half of a character is no text
    except RecursionError:
        raise ValueError("nested too deeply to be an event") from None
    return body


def _no_number(text: str) -> Any:
    raise ValueError(f"{text} is not a number here")


def _finding(file: str, line: int, no: Exception) -> Finding:
    column, said = 1, str(no)
    if isinstance(no, json.JSONDecodeError):
        column, said = no.colno, f"not JSON: {no.msg}"
    elif isinstance(no, UnicodeError):
        said = "not UTF-8 text"
    return Finding(file=file, line=line, column=column, code="bad-event", message=said)


def _event(body: Any, number: int, project: Project) -> Recorded:
    if not isinstance(body, dict):
        raise ValueError('an event is a map: {"at": …, "type": …, "user": …, "data": {…}}')  # noqa: TRY004  (read like JSON errors)
    if unknown := sorted(body.keys() - _KNOWN - _IGNORED):
        raise ValueError(f"unknown name {', '.join(map(repr, unknown))}; attributes stand inside data")
    values = {ours: body.get(ours, body.get(theirs)) for ours, theirs in _NAMES.items()}
    data, at = body.get("data") or {}, values["at"]
    if not at or not body.get("type") or not isinstance(data, dict):
        raise ValueError("'at' and 'type' are needed, and 'data' is a map")
    campaign = {"campaign": body["campaign"]} if body.get("campaign") else {}
    moment = _instant(str(at), project.zone)
    return Recorded(
        at=moment,
        type=identifier(body["type"], "type"),
        user=identifier_or_none(values["user"], "user"),
        key=identifier(values["key"] or f"line-{number}", "key"),
        own_key=bool(values["key"]),
        data={**data, **campaign},
        context=context_of(project, "", body.get("context"), moment, decimals=True),
        facts=_facts(body["facts"], project, moment) if body.get("facts") is not None else None,
        if_done=str(body.get("if_done") or ""),
    )


def _facts(facts: Any, project: Project, now: datetime) -> dict[str, Any]:
    if not isinstance(facts, dict):
        raise ValueError("'facts' is a map")  # noqa: TRY004  (read like JSON errors)
    if unknown := sorted(facts.keys() - project.profile.keys()):
        raise ValueError(f"the profile in mall.yaml has no {', '.join(map(repr, unknown))}")
    zone = zone_of(project.zone)
    return read_values("facts", project.profile, facts, now=now, zone=zone, decimals=True, open_ended=True)


def _instant(text: str, zone: str) -> datetime:
    at = parse_instant(text)
    if at.year not in YEARS:
        raise ValueError(f"{text!r} is not of our time")
    return (at.replace(tzinfo=zone_of(zone)) if at.tzinfo is None else at).astimezone(UTC)
