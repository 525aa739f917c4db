"""
One batch being decided: verdicts in order of arrival, and what to write for all of them.
"""

from __future__ import annotations

import logging
from collections import Counter, deque
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any

import attrs

from quanyi.campaigns.engine.endless import DEPTH, Endless, Pair, first_in_a_circle
from quanyi.campaigns.engine.in_force import CampaignsInForce
from quanyi.campaigns.engine.timers import timer_id, timer_input
from quanyi.campaigns.engine.write_set import WriteSet
from quanyi.entitlements.accounts import Account
from quanyi.entitlements.changes import Because, Changes, Emit
from quanyi.entitlements.errors import CampaignFailed, KeyReused, NotFound, NotOpen, QuanyiError, Refused
from quanyi.entitlements.inputs import FORMULA, Decision, Input, Receipt
from quanyi.entitlements.picture import Need, Undeclared, View
from quanyi.entitlements.plays.base import Play
from quanyi.entitlements.ports import Kept, RecordWrite, Writing

__all__ = ["Decisions", "Outcome", "told_again"]

Outcome = Receipt | QuanyiError

_ROLES = ("friend", "inviter")
_OUTCOMES = {"done": "granted"}
_log = logging.getLogger("quanyi")


class Decisions:
    """
    Decides inputs one after the other on one view.

    Attributes:
        verdicts: A receipt or an error for each input taken so far.
        undeclared: What decisions asked for beyond what was locked; if there is any, nothing of
            this sheet may be written.
        short: By how much balances fell short of what was asked, where what is due gives it back; likewise.
        asking: From which inputs which campaigns asked for it.
        wanted: What each input asked for, by its id.
        endless: The same for those that have to be left out, with why; if there are any, nothing
            of this sheet may be written either.

    Args:
        excluded: Who was found endless before: they decide nothing of these inputs, and are parked.
    """

    def __init__(
        self,
        in_force: CampaignsInForce,
        view: View,
        known: Mapping[bytes, Kept],
        newcomers: Sequence[RecordWrite],
        excluded: Mapping[Pair, str] = MappingProxyType({}),
    ) -> None:
        self.undeclared: set[Need] = set()
        self.short: Counter[Account] = Counter()
        self.asking: set[Pair] = set()
        self.wanted: dict[bytes, set[Need]] = {}
        self.endless: dict[Pair, str] = {}
        self.view = view
        self._in_force = in_force
        self._known = dict(known)
        self._excluded = excluded
        self._booking = WriteSet(view, newcomers)
        self.verdicts: list[Outcome] = []

    def writing(self) -> Writing | None:
        """Everything to write; None if there is nothing."""
        return self._booking.writing()

    def take(self, ask: Input) -> None:
        """Decide one input."""
        outcome = self._attempt(ask)
        if outcome is not None:
            self.verdicts.append(outcome)

    def catch_up(self, now: datetime) -> None:
        """Decide what decisions of this batch have put off to an instant that is over by *now*: it has no verdict here."""
        while (timer := self._booking.put_off(now)) is not None:
            self._attempt(timer_input(timer))

    # --- one input ---------------------------------------------------------------------------

    def _attempt(self, ask: Input) -> Outcome | None:
        """The verdict; None if more must be locked for it, or some campaign be left out."""
        try:
            return self._repeated(ask) or self._decide(ask)
        except Undeclared as more:
            self.undeclared |= more.needs
            self.wanted[ask.id] = set(more.needs)
            self.short.update(more.short)
            return None
        except Endless as found:
            self.endless |= found.pairs
            return None
        except QuanyiError as no:
            outcome = no.with_traceback(None)  # its frames would keep the whole batch in memory, and themselves
            outcome.__context__ = None
            return outcome

    def _repeated(self, ask: Input) -> Outcome | None:
        """The first answer, if the key is taken."""
        if ask.id not in self._known:
            return None
        kept = self._known[ask.id]
        digest = ask.digest if kept.formula == FORMULA else ask.digest_by(kept.formula)
        if kept.digest != digest:
            return KeyReused(f"the key {ask.key!r} was used for another {ask.type}")
        return attrs.evolve(kept.receipt, duplicate=True)

    def _decide(self, ask: Input) -> Receipt:
        plays = self._in_force.match(ask, self.view)
        if not plays and ask.asks:
            raise self._nobody(ask)
        decisions, answer = self._chain(ask, plays)
        receipt = Receipt(
            key=ask.key,
            type=ask.type,
            at=ask.at.astimezone(UTC),
            decisions=tuple(decisions),
            answer=answer,
            by=ask.by,
        )
        if "given" in answer:
            receipt = attrs.evolve(receipt, answer={**answer, "given": receipt.given})
        if plays or ask.due:
            kept = receipt.kept()
            self._booking.receipt(ask, kept)
            self._known[ask.id] = Kept(ask.digest, kept)
        return receipt

    def _nobody(self, ask: Input) -> QuanyiError:
        """Nobody answers: nothing of that name, or it is somebody else's."""
        if ask.about is not None:
            return NotFound(f"no {ask.about.kind} {'/'.join(ask.about.parts)}")
        if ask.campaign is not None:
            return NotFound(f"no campaign is called {ask.campaign!r}")
        wanted = ask.data.get("offer") or ask.data.get("item")
        return NotFound(f"nothing on offer is called {wanted!r}" if wanted else f"no campaign answers {ask.type}")

    def _chain(self, ask: Input, plays: Sequence[Play]) -> tuple[list[Decision], dict[str, object]]:
        """Decide the input and what it causes, breadth first."""
        decisions: list[Decision] = []
        answer: dict[str, object] = {}
        queue = deque([_Link(ask, tuple(plays), ())])
        missing: set[Need] = set()
        short: Counter[Account] = Counter()
        by_itself: Counter[str] = Counter()
        while queue:
            link = queue.popleft()
            for n, play in enumerate(link.hearing):
                current, path = link.ask if n == 0 else _overheard(link.ask), (*link.path, play.head.campaign)
                try:
                    decision, changes = self._one(current, play, ask, foreseen=not link.path and current.about is None)
                except Undeclared as more:  # those behind it may need something too
                    missing |= more.needs
                    short.update(more.short)
                    self.asking.add((ask.id, play.head.campaign))
                    continue
                decisions.append(decision)
                if changes is None:
                    continue
                _join(answer, {} if link.path else changes.answer)
                self._booking.book(ask, changes, len(decisions))
                by_itself[path[-1]] += path[-1] in link.path
                caused = [_Link(inner, hears, path) for inner, hears in self._caused(link.ask, changes)]
                self._not_endless(ask, caused, by_itself[path[-1]])
                queue.extend(caused)
        if missing or short:
            raise Undeclared(missing, short)
        return decisions, answer

    def _not_endless(self, ask: Input, caused: Sequence[_Link], by_itself: int) -> None:
        """Leave a campaign out, and begin again, where a chain goes too deep or a campaign sets itself off too often."""
        for link in caused:
            far = len(link.path) > DEPTH or by_itself > DEPTH
            if far and any((ask.id, play.head.campaign) not in self._excluded for play in link.hearing):
                raise Endless({(ask.id, first_in_a_circle(link.path)): "too-deep"})

    def _one(self, ask: Input, play: Play, root: Input, *, foreseen: bool) -> tuple[Decision, Changes | None]:
        """
        One campaign's verdict on one input, *root* or what it caused; a no concerns that campaign alone.

        What is *foreseen* is locked as far as it can be told from the input.
        """
        endless = self._excluded.get((root.id, play.head.campaign))
        if endless:
            return _failed(ask, play, endless)
        draft = self.view.draft(ask.at, timer_id(root) if root.due else None)
        try:
            self._stopped(ask, play)
            if not foreseen:
                draft.require(*play.needs(ask))
            changes = play.decide(ask, draft)
        except Refused as no:
            no.of(play.head.campaign)
            if ask.asks:
                raise
            return _skipped(ask, play, no), None
        except (Undeclared, QuanyiError):
            raise
        except Exception:  # noqa: BLE001  (whatever a broken campaign raises is its own)
            _log.exception("campaign %s failed on %s", play.head.campaign, ask.type)
            return _failed(ask, play, "failed")
        self.view.absorb(draft)
        return _granted(ask, play, changes), changes

    def _stopped(self, ask: Input, play: Play) -> None:
        """An operator's pause stops everything that is new, and nothing that is under way."""
        if self._in_force.paused(play.head.campaign) and not ask.due and ask.about is None:
            raise NotOpen(reason="paused")

    def _caused(self, ask: Input, changes: Changes) -> list[tuple[Input, tuple[Play, ...]]]:
        """What a decision tells the world, where a campaign listens."""
        emits = [line for line in changes.lines if isinstance(line, Emit) and line.at is None]
        inner = [_inner(ask, emit) for emit in emits if self._in_force.hears(emit.event)]
        heard = [(caused, tuple(self._in_force.match(caused, self.view))) for caused in inner]
        return [(caused, plays) for caused, plays in heard if plays]


@attrs.frozen
class _Link:
    """
    One input of a chain.

    Attributes:
        path: The campaigns that led to it, the first cause first; empty for what came from outside.
    """

    ask: Input
    hearing: tuple[Play, ...]
    path: tuple[str, ...]


def _join(answer: dict[str, object], more: Mapping[str, object]) -> None:
    """Add what another campaign answers to the same input: lists go on, and what is said already stands."""
    for name, value in more.items():
        known = answer.setdefault(name, value)
        if isinstance(known, list) and isinstance(value, list) and known is not value:
            answer[name] = [*known, *value]


def _overheard(ask: Input) -> Input:
    """A command as those see it who react to it without being asked."""
    return attrs.evolve(ask, asks=False) if ask.asks else ask


def _inner(ask: Input, emit: Emit) -> Input:
    """What is told, as an input; of somebody else than the subject the host has said nothing."""
    data = dict(emit.data)
    inner = attrs.evolve(ask, type=emit.event, data=data, holder=emit.holder, about=None, campaign=None)
    holders = {role: str(data[role]) for role in _ROLES if role in data}
    inner = attrs.evolve(inner, holders=holders, users=(), asks=False, due=False)
    return inner if emit.holder == ask.holder else attrs.evolve(inner, user=None, facts={}, personal={})


def _verdict(ask: Input, play: Play, rule: str = "", **fields: Any) -> Decision:
    head = play.head
    where = head.where.get(rule or "campaign") or head.where.get("campaign", "")
    return Decision(campaign=head.campaign, version=head.version, input_type=ask.type, rule=rule, where=where, **fields)


def told_again(type_: str, user: str | None, key: str, now: datetime, parked: Mapping[str, Any]) -> Input:
    """What campaigns tell each other, as an input that comes again: with the sources and people it had."""
    data = dict(parked["data"])
    source = tuple((str(name), str(id_)) for name, id_ in parked.get("source", ()))
    holders = {role: str(data[role]) for role in _ROLES if role in data}
    return Input(type=type_, key=key, at=now, user=user, data=data, source=source, holders=holders)


def _failed(ask: Input, play: Play, reason: str) -> tuple[Decision, Changes]:
    """What becomes of an input where a campaign broke on it; whoever asked that campaign is told so instead."""
    if ask.asks:
        raise CampaignFailed(play.head.campaign, reason)
    return _verdict(ask, play, outcome="failed", reason=reason), _parked(ask, play)


def _parked(ask: Input, play: Play) -> Changes:
    """A broken campaign's input goes to the outbox, so that somebody mends it and nothing is lost."""
    head = play.head
    data: dict[str, Any] = {"campaign": head.campaign, "type": ask.type, "key": ask.key, "data": dict(ask.data)}
    data |= {"source": [list(pair) for pair in ask.source]} if ask.source else {}
    because = Because(campaign=head.campaign, version=head.version, rule="failed")
    return Changes(
        because=because, holder=ask.holder, lines=(Emit(event="campaign.failed", data=data, holder=ask.holder),)
    )


def _skipped(ask: Input, play: Play, no: Refused) -> Decision:
    decision = _verdict(ask, play, outcome="skipped", reason=no.reason, shows=dict(no.shows), next_at=no.next_at)
    return attrs.evolve(decision, code=no.code, clause=no.clause, where=no.where or decision.where)


def _granted(ask: Input, play: Play, changes: Changes) -> Decision:
    outcome = _OUTCOMES.get(changes.outcome, changes.outcome)
    facts = dict(changes.facts)
    why = {name: value for name, value in facts.pop("no", {}).items() if value}  # a promise that found no room
    made = _verdict(ask, play, outcome=outcome, rule=changes.because.rule, given=changes.given, facts=facts)
    return attrs.evolve(made, **why) if why else made
