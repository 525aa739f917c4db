"""
A stage for plays: decides inputs on a picture filled from dictionaries, and books what they say.

Nothing of a store is in here. The lines of each decision are applied one by one under their own
guards, so that a decision whose lines do not carry it is noticed.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import attrs

from quanyi.entitlements.accounts import Account, debt
from quanyi.entitlements.changes import CallOff, Changes, Draw, Emit, Posting, Put, SealedCode, Stash
from quanyi.entitlements.errors import Refused
from quanyi.entitlements.inputs import Input
from quanyi.entitlements.needs import CodesOf, LotsOf, Need, Picture, Undeclared, with_due_back
from quanyi.entitlements.picture import View
from quanyi.entitlements.records import Record, RecordKey

if TYPE_CHECKING:
    from quanyi.entitlements.expressions import Expressions
    from quanyi.entitlements.plays.base import Play

__all__ = ["Stage", "moment"]

ROUNDS = 4


def moment(text: str) -> datetime:
    """An instant in UTC: `2026-03-01T10:00` is UTC, `…+08:00` is converted."""
    at = datetime.fromisoformat(text)
    return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)


@attrs.define
class Stage:
    """What stands: balances, records with versions, codes, timers and what was told."""

    balances: dict[Account, int] = attrs.field(factory=dict)
    records: dict[RecordKey, tuple[Record, int]] = attrs.field(factory=dict)
    codes: dict[str, SealedCode] = attrs.field(factory=dict)
    timers: list[tuple[datetime, int, Emit]] = attrs.field(factory=list)
    told: list[Emit] = attrs.field(factory=list)
    expressions: Expressions | None = None
    asked: int = 0
    rounds: int = 0

    # --- deciding ----------------------------------------------------------------------------

    def ask(self, play: Play, type_: str, at: str, user: str | None = None, **more: Any) -> Changes:
        """Decide one command or event and book it; `Refused` and others come through."""
        self.asked += 1
        fields: dict[str, Any] = {"key": f"k{self.asked}", "holder": user and f"h-{user}", "asks": True, **more}
        source = more.pop("source", None)
        if source is not None:
            fields["source"] = tuple(source.items())
        if "about" in more and isinstance(more["about"], str):
            fields["about"] = RecordKey(kind="deal", parts=(more["about"],))
        return self.take(play, Input(type=type_, at=moment(at), user=user, **fields))

    def take(self, play: Play, ask: Input) -> Changes:
        changes = self.decide(play, ask)
        self.book(changes)
        return changes

    def decide(self, play: Play, ask: Input) -> Changes:
        """Decide on a picture of exactly what was declared; more is asked for in rounds."""
        needs = with_due_back(play.needs(ask))
        for self.rounds in range(1, ROUNDS + 1):
            draft = View(self.picture(needs), self.expressions).draft(ask.at)
            try:
                return play.decide(ask, draft)
            except Undeclared as more:
                needs |= more.needs
        raise AssertionError(f"{ask.type} needs more than {ROUNDS} rounds")

    def refusal(self, play: Play, type_: str, at: str, user: str | None = None, **more: Any) -> Refused:
        """The no that an input gets; nothing is booked."""
        try:
            changes = self.ask(play, type_, at, user, **more)
        except Refused as no:
            return no
        raise AssertionError(f"{type_} was not refused: {changes.answer}")

    def pass_time(self, play: Play, to: str, *others: Play) -> list[Changes]:
        """Let every timer ring that is due by then, in time order."""
        rung = []
        while self.timers and min(self.timers)[0] <= moment(to):
            due = min(self.timers)
            self.timers.remove(due)
            rung += self.ring(due, (play, *others))
        return rung

    def ring(self, due: tuple[datetime, int, Emit], plays: tuple[Play, ...]) -> list[Changes]:
        at, number, emit = due
        kind = next((kind for kind in ("deal", "promise") if kind in emit.data), None)
        about = RecordKey(kind=kind, parts=(emit.data[kind],)) if kind else None
        ask = Input(type=emit.event, key=f"t{number}", at=at, holder=emit.holder, about=about, data=emit.data, due=True)
        for play in plays:
            if emit.event in {trigger.type for trigger in play.listens()}:
                try:
                    return [self.take(play, ask)]
                except Refused:
                    return []
        return []

    # --- the picture -------------------------------------------------------------------------

    def picture(self, needs: set[Need]) -> Picture:
        picture = Picture(needs=frozenset(needs))
        for need in needs:
            if isinstance(need, LotsOf):
                lots = tuple(a for a in self.balances if a.kind == "lot" and LotsOf(a.parts[0], a.unit) == need)
                picture.lots[need] = lots
                wanted = (*lots, debt(need.holder, need.unit))
                picture.balances.update({a: self.balances[a] for a in wanted if a in self.balances})
            elif isinstance(need, CodesOf):
                picture.codes[need] = tuple(code for code in self.codes.values() if code.owner == need.owner)
            elif isinstance(need, Account):
                picture.balances.update({need: self.balances[need]} if need in self.balances else {})
            elif need in self.records:
                picture.records[need] = self.records[need]
        return picture

    def record(self, kind: type[Record], *parts: str) -> Any:
        return self.records[RecordKey(kind=kind.kind, parts=parts)][0]

    def points(self, user: str, unit: str = "points", at: str = "9999-01-01") -> int:
        """The wallet's balance: live lots less debt."""
        mine = [(a, n) for a, n in self.balances.items() if a.holder == f"h-{user}" and a.unit == unit]
        return sum(n for a, n in mine if a.kind == "debt" or a.ends is None or a.ends > moment(at).isoformat())

    def rights(self, user: str) -> list[str]:
        """Benefits of the entitlements the user can use."""
        stored = [record for record, _ in self.records.values() if record.kind == "entitlement"]
        return sorted(right.item for right in stored if right.holder == f"h-{user}" and right.phase == "usable")

    def events(self, name: str) -> list[Emit]:
        return [emit for emit in self.told if emit.event == name]

    # --- booking -----------------------------------------------------------------------------

    def book(self, changes: Changes) -> None:
        for line in changes.lines:
            if isinstance(line, Posting):
                self._move(line.source, -line.amount, None)
                self._move(line.destination, line.amount, line.cap)
            elif isinstance(line, Put):
                self._put(line)
            elif isinstance(line, Draw):
                self._draw(line)
            elif isinstance(line, Stash):
                self.codes.update({code.id: code for code in line.codes})
            elif isinstance(line, CallOff):
                self.timers = [timer for timer in self.timers if timer[2].of != line.record]
            elif not isinstance(line, Emit):
                continue  # what is counted for figures moves nothing
            elif line.at is not None:
                self.timers.append((line.at, len(self.told) + len(self.timers), line))
            else:
                self.told.append(line)

    def _move(self, account: Account, delta: int, cap: int | None) -> None:
        if account.outside:
            return
        after = self.balances.get(account, 0) + delta
        assert delta > 0 or account.floor is None or after >= account.floor, f"{account} at {after}"
        assert cap is None or after <= cap, f"{account} at {after}, above {cap}"
        self.balances[account] = after

    def _put(self, put: Put) -> None:
        key = put.record.key
        _, version = self.records.get(key, (None, None))
        assert version == put.expected, f"{key} stands at {version}, not {put.expected}"
        self.records[key] = (put.record, (version or 0) + 1)

    def _draw(self, draw: Draw) -> None:
        free = [code for code in self.codes.values() if code.pool == draw.pool and code.owner is None]
        assert len(free) >= draw.count, f"pool {draw.pool} ran dry"
        for code in free[: draw.count]:
            self.codes[code.id] = attrs.evolve(code, owner=draw.owner)
