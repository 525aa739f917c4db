"""
The decisions of one batch: a verdict for each input, in order of arrival, and what to write for all of them.
"""

from __future__ import annotations

import logging
from collections import Counter, deque
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import attrs

from quanyi.campaigns.engine.endless import DEPTH, Endless, Pair, first_in_a_circle
from quanyi.campaigns.engine.in_force import CampaignsInForce
from quanyi.campaigns.engine.timers import timer_id, timer_input
from quanyi.campaigns.engine.write_set import WriteSet
from quanyi.entitlements.accounts import Account
from quanyi.entitlements.changes import Because, Changes, Emit
from quanyi.entitlements.errors import CampaignFailed, KeyReused, NotFound, NotOpen, QuanyiError, Refused
from quanyi.entitlements.inputs import FORMULA, Decision, Input, Receipt
from quanyi.entitlements.needs import Need, Undeclared
from quanyi.entitlements.picture import Draft, View
from quanyi.entitlements.plays.base import Play
from quanyi.entitlements.ports import Kept, RecordWrite, Writing

if TYPE_CHECKING:
    from quanyi.campaigns.engine.stencils.stamping import Stamping

__all__ = ["Decisions", "Outcome", "told_again"]

Outcome = Receipt | QuanyiError

_PENDING = Receipt(key="", type="", at=datetime.min.replace(tzinfo=UTC))
"""The verdict on a request that a stencil has decided, until its receipt is made with those of the whole batch."""

_ROLES = ("friend", "inviter")
_OUTCOMES = {"done": "granted"}
"""What receipts call the outcomes of plays, where they have another word."""
_log = logging.getLogger("quanyi")


class Decisions:
    """
    Decides inputs one after the other on one view.

    Attributes:
        verdicts: A receipt or an error for each input taken so far.
        undeclared: What decisions asked for beyond what was locked. If there is any, nothing may be written.
        short: By how much balances fell short of what was asked, where what is due gives it back; likewise.
        asking: From which inputs which campaigns asked for it.
        wanted: What each input asked for, by its id.
        endless: Campaigns that have to be left out of an input, with the reason. If there are any, nothing may
            be written either.

    Args:
        excluded: Campaigns found endless before: they decide nothing of these inputs, which are parked.
        stamping: The requests of the batch that stencils decide.
    """

    def __init__(
        self,
        in_force: CampaignsInForce,
        view: View,
        known: Mapping[bytes, Kept],
        newcomers: Sequence[RecordWrite],
        excluded: Mapping[Pair, str] = MappingProxyType({}),
        stamping: Stamping | None = None,
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
        self._stamping = stamping
        self.verdicts: list[Outcome] = []

    def writing(self, needs: Iterable[Need] = ()) -> Writing | None:
        """
        Everything to write; None if there is nothing. Verdicts on requests that stencils decided are there from then on.

        Args:
            needs: What was asked for beside what stencils need.
        """
        if self._stamping is None:
            return self._booking.writing()
        stamped = self._stamping.stamped(needs, self._booking.latest())
        for verdict, receipt in stamped.receipts.items() if stamped is not None else ():
            self.verdicts[verdict] = receipt
        return self._booking.writing(stamped)

    def take(self, ask: Input) -> None:
        """Decide one input, and add its verdict."""
        if self._stamped(ask):
            return
        outcome = self._attempt(ask)
        if outcome is not None:
            self.verdicts.append(outcome)

    def catch_up(self, now: datetime) -> None:
        """Decide timers that were set in this batch and are due by *now*. They have no verdicts."""
        while (timer := self._booking.put_off(now)) is not None:
            self._attempt(timer_input(timer))

    def refusal(self, ask: Input) -> Refused | None:
        """
        The no that *ask* would meet now; None where it would not be refused. Nothing is decided for others to see.

        Only the campaign that answers may refuse, so nobody else hears of it, and nothing that would follow is decided.
        """
        play = next(iter(self._in_force.match(ask, self.view)), None)
        if play is None or (ask.id, play.head.campaign) in self._excluded:
            return None
        try:
            self._decided(ask, play, self.view.draft(ask.at), foreseen=ask.about is None)
        except Refused as no:
            no.of(play.head.campaign, play.head.zone)
            no.__context__ = None
            return no.with_traceback(None)
        except Undeclared as more:
            self.undeclared |= more.needs
            self.short.update(more.short)
            self.asking.add((ask.id, play.head.campaign))
        except QuanyiError:
            return None
        except Exception:  # noqa: BLE001  (whatever a broken campaign raises is its own)
            _log.exception("campaign %s failed on %s", play.head.campaign, ask.type)
        return None

    # --- one input ---------------------------------------------------------------------------

    def _stamped(self, ask: Input) -> bool:
        """Whether a stencil has decided it; its verdict is filled in by `writing`."""
        stamping = self._stamping
        if stamping is None or ask.id in self._known or not stamping.plans(ask):
            return False
        if stamping.takes(ask, self.view, len(self.verdicts)):
            self._booking.heard(ask)
            self.verdicts.append(_PENDING)
            return True
        stamping.admit((need for play in self._in_force.first_match(ask) for need in play.needs(ask)), self.view)
        return False

    def _attempt(self, ask: Input) -> Outcome | None:
        """The verdict; None if more must be locked for it, or a campaign be left out."""
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
            outcome = no.with_traceback(None)  # a traceback refers to the whole batch, which would stay in memory
            outcome.__context__ = None
            return outcome

    def _repeated(self, ask: Input) -> Outcome | None:
        """The first receipt, marked as a duplicate, if the key is taken."""
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
        if plays or ask.due or self._in_force.wanted(ask):
            kept = receipt.kept()
            self._booking.receipt(ask, kept)
            self._known[ask.id] = Kept(ask.digest, kept)
        return receipt

    def _nobody(self, ask: Input) -> QuanyiError:
        """The error if no campaign answers: nothing of that name exists, or it is somebody else's."""
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
        booked = 0
        while queue:
            link = queue.popleft()
            for n, play in enumerate(link.hearing):
                # Only the first answers a command, and may refuse it; the others hear it like an event.
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
                self._not_left_out(link.ask, decision, play)
                _join(answer, {} if link.path else changes.answer)
                self._booking.book(ask, changes, booked := booked + 1)
                by_itself[path[-1]] += path[-1] in link.path
                caused = [_Link(inner, hears, path) for inner, hears in self._caused(link.ask, changes)]
                self._not_endless(ask, caused, by_itself[path[-1]])
                queue.extend(caused)
        if missing or short:
            raise Undeclared(missing, short)
        return decisions, answer

    def _not_endless(self, ask: Input, caused: Sequence[_Link], by_itself: int) -> None:
        """Raise `Endless` if a chain gets too deep, or a campaign causes itself too often."""
        for link in caused:
            far = len(link.path) > DEPTH or by_itself > DEPTH
            if far and any((ask.id, play.head.campaign) not in self._excluded for play in link.hearing):
                raise Endless({(ask.id, first_in_a_circle(link.path)): "too-deep"})

    def _not_left_out(self, ask: Input, decision: Decision, play: Play) -> None:
        """Stop where campaigns are asked exhaustively, and one says yes that would not be asked otherwise."""
        if decision.outcome != "failed" and self._in_force.left_out(ask, play):
            raise RuntimeError(f"{play.head.campaign} acts on {ask.type} outside of the ranges that it declares")

    def _one(self, ask: Input, play: Play, root: Input, *, foreseen: bool) -> tuple[Decision, Changes | None]:
        """
        One campaign's verdict on one input, which is *root* or what it caused. A refusal concerns that campaign alone.

        Args:
            foreseen: Whether the input told all it needs, so that this was locked already.
        """
        endless = self._excluded.get((root.id, play.head.campaign))
        if endless:
            return _failed(ask, play, endless)
        draft = self.view.draft(ask.at, timer_id(root) if root.due else None)
        try:
            changes = self._decided(ask, play, draft, foreseen=foreseen)
        except Refused as no:
            no.of(play.head.campaign, play.head.zone)
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

    def _decided(self, ask: Input, play: Play, draft: Draft, *, foreseen: bool) -> Changes:
        """What one campaign decides, on a draft that nobody has taken over yet."""
        self._stopped(ask, play)
        if not foreseen:
            draft.require(*play.needs(ask))
        return play.decide(ask, draft)

    def _stopped(self, ask: Input, play: Play) -> None:
        """Refuse what is new while an operator has paused the campaign. What is under way goes on."""
        if self._in_force.paused(play.head.campaign) and not ask.due and ask.about is None:
            raise NotOpen(reason="paused")

    def _caused(self, ask: Input, changes: Changes) -> list[tuple[Input, tuple[Play, ...]]]:
        """The emitted events that campaigns listen to, as inputs, each with those campaigns."""
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
    """Add what another campaign answers to the same input: lists are joined, and other values stay as they are."""
    for name, value in more.items():
        known = answer.setdefault(name, value)
        if isinstance(known, list) and isinstance(value, list) and known is not value:
            answer[name] = [*known, *value]


def _overheard(ask: Input) -> Input:
    """A command for campaigns that react to it without being asked: they skip and don't refuse."""
    return attrs.evolve(ask, asks=False) if ask.asks else ask


def _inner(ask: Input, emit: Emit) -> Input:
    """
    Turn an emitted event into an input. Facts and personal attributes are dropped unless it concerns the same user.
    """
    data = dict(emit.data)
    inner = attrs.evolve(ask, type=emit.event, data=data, sent=None, holder=emit.holder, about=None, campaign=None)
    holders = {role: str(data[role]) for role in _ROLES if role in data}
    inner = attrs.evolve(inner, holders=holders, users=(), asks=False, due=False)
    return inner if emit.holder == ask.holder else attrs.evolve(inner, user=None, facts={}, personal={})


def _verdict(ask: Input, play: Play, rule: str = "", **fields: Any) -> Decision:
    head = play.head
    where = head.where.get(rule or "campaign") or head.where.get("campaign", "")
    return Decision(campaign=head.campaign, version=head.version, input_type=ask.type, rule=rule, where=where, **fields)


def told_again(type_: str, user: str | None, key: str, now: datetime, parked: Mapping[str, Any]) -> Input:
    """A parked event that campaigns had caused, as an input again, with its sources and people."""
    data = dict(parked["data"])
    source = tuple((str(name), str(id_)) for name, id_ in parked.get("source", ()))
    holders = {role: str(data[role]) for role in _ROLES if role in data}
    return Input(type=type_, key=key, at=now, user=user, data=data, source=source, holders=holders)


def _failed(ask: Input, play: Play, reason: str) -> tuple[Decision, Changes]:
    """The decision where a campaign broke on an input. Raises CampaignFailed for somebody who asked that campaign."""
    if ask.asks:
        raise CampaignFailed(play.head.campaign, reason)
    return _verdict(ask, play, outcome="failed", reason=reason), _parked(ask, play)


def _parked(ask: Input, play: Play) -> Changes:
    """An event with the broken campaign's input, so that it can be decided again once the campaign is repaired."""
    head = play.head
    data: dict[str, Any] = {"campaign": head.campaign, "type": ask.type, "key": ask.key, "data": ask.stored()}
    data |= {"users": list(ask.users)} if ask.users else {}
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
