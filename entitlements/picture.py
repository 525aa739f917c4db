"""
The exact picture that a decision looks at, and the pencil it draws with.

The store fills a `Picture` with what was asked for, locked. A `View` lets decisions of one batch
see each other's results; a `Draft` is one decision's own layer on it: it checks every line
against the picture as it is by then, and is dropped whole if the decision ends in a refusal.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import Any, Protocol, TypeVar

import attrs

from quanyi.entitlements.accounts import Account, debt
from quanyi.entitlements.changes import (
    Because,
    CallOff,
    Changes,
    Draw,
    Emit,
    Line,
    Posting,
    Put,
    SealedCode,
    Stash,
)
from quanyi.entitlements.errors import Refused
from quanyi.entitlements.needs import (
    DUE_AT_ONCE,
    DUE_IN_A_LOOK,
    CodesOf,
    CodeTwin,
    DueBack,
    LotsOf,
    Need,
    Undeclared,
    covering,
    with_due_back,
)
from quanyi.entitlements.parsing import LARGEST
from quanyi.entitlements.records import Record, RecordKey

__all__ = [
    "DUE_AT_ONCE",
    "DUE_IN_A_LOOK",
    "CodeTwin",
    "CodesOf",
    "Draft",
    "DueBack",
    "ExpressionFailed",
    "Expressions",
    "GuardBroken",
    "LotsOf",
    "Need",
    "NoExpressions",
    "Picture",
    "Timer",
    "Undeclared",
    "View",
    "covering",
    "with_due_back",
]


AnyRecord = TypeVar("AnyRecord", bound=Record)


class Expressions(Protocol):
    """Evaluates expressions of the campaign language; pure, typed and bounded in cost."""

    def evaluate(self, text: str, values: Mapping[str, Any]) -> Any:
        """The expression's value; `ExpressionFailed` where it has none."""
        ...


class ExpressionFailed(Exception):  # noqa: N818  (an answer, not an accident)
    """An expression has no value for this input: an attribute is missing, a number overflows…"""


class NoExpressions:
    """Where no evaluator is wired, no expression has a value."""

    def evaluate(self, text: str, values: Mapping[str, Any]) -> Any:
        """Always fail."""
        raise ExpressionFailed(text)


class GuardBroken(Exception):  # noqa: N818  (a broken campaign, caught by the engine)
    """A play tried to write what its own guard forbids; the campaign is broken, not the data."""


@attrs.frozen(kw_only=True)
class Timer:
    """A durable timer as the store gives it back."""

    id: bytes
    event: str
    due_at: datetime
    data: Mapping[str, Any]
    holder: str | None = None


@attrs.define(kw_only=True)
class Picture:
    """
    What stood there when it was locked (or merely read).

    Attributes:
        needs: What was asked for; nothing else may be read.
        balances: Rows that exist; a need without a row has none yet.
        records: Record and version, where there is one.
        due: Timers that wake on these needs and are due, oldest first; and of those that give back to a
            balance that runs short, the oldest that cover it.
        due_back: How much due timers give back to each balance that was asked for by `DueBack`.
        unsummed: Those of them to which due timers of an older program give back nobody knows how much.
        epoch: The number of the set of campaigns in force.
    """

    needs: frozenset[Need] = frozenset()
    balances: dict[Account, int] = attrs.field(factory=dict)
    lots: dict[LotsOf, tuple[Account, ...]] = attrs.field(factory=dict)
    records: dict[RecordKey, tuple[Record, int]] = attrs.field(factory=dict)
    codes: dict[CodesOf | CodeTwin, tuple[SealedCode, ...]] = attrs.field(factory=dict)
    due: tuple[Timer, ...] = ()
    due_back: dict[Account, int] = attrs.field(factory=dict)
    unsummed: frozenset[Account] = frozenset()
    epoch: int = 0


class View:
    """A picture with the results of the decisions taken on it so far."""

    def __init__(self, picture: Picture, expressions: Expressions | None = None) -> None:
        self.picture = picture
        self.expressions = expressions or NoExpressions()
        self.balances: dict[Account, int] = {}
        self.lots: dict[LotsOf, tuple[Account, ...]] = {}
        self.records: dict[RecordKey, tuple[Record | None, int | None]] = {}
        self.due_back = dict(picture.due_back)
        self.locked: set[Need] = set(picture.needs)
        for lots in picture.lots.values():
            self.locked.update(lots)

    def draft(self, now: datetime) -> Draft:
        """Begin one decision at *now*."""
        return Draft(self, now)

    def absorb(self, draft: Draft) -> None:
        """Let later decisions see what *draft* decided."""
        self.balances.update(draft.own_balances)
        self.lots.update(draft.own_lots)
        self.records.update(draft.own_records)

    def declared(self, need: Need) -> bool:
        """Whether *need* was asked for, or is part of something that was."""
        if need in self.locked:
            return True
        if isinstance(need, Account):
            if need.kind == "outside":
                return True
            if need.kind in ("lot", "debt"):
                return LotsOf(need.parts[0], need.unit) in self.locked
        return False

    def balance(self, account: Account) -> int:
        """The balance by now; 0 where there is no row."""
        moved = self.balances.get(account)
        return self.picture.balances.get(account, 0) if moved is None else moved

    def stands(self, account: Account) -> int:
        """The balance with what is due to come back to it; 0 where there is no row."""
        stands = self.balance(account) + account.gives_room * self.due_back.get(account, 0)
        return max(stands, 0) if account.gives_room else stands

    def given_back(self, lines: Iterable[Line]) -> None:
        """A due timer was decided: what it gave back is in the rows from now on."""
        for line in lines:
            if isinstance(line, Posting):
                account = line.destination if line.destination.gives_room > 0 else line.source
                if account in self.due_back:
                    self.due_back[account] = max(self.due_back[account] - line.amount, 0)

    def fork(self) -> View:
        """A view that begins with the results of this one."""
        other = View(self.picture, self.expressions)
        other.balances, other.lots, other.records = self.balances.copy(), self.lots.copy(), self.records.copy()
        other.due_back = self.due_back.copy()
        return other

    def lots_of(self, need: LotsOf) -> tuple[Account, ...]:
        """The lot accounts by now."""
        return self.lots.get(need) or self.picture.lots.get(need, ())

    def stored(self, key: RecordKey) -> tuple[Record | None, int | None]:
        """The record and its version by now; (None, None) where there is none."""
        if key in self.records:
            return self.records[key]
        return self.picture.records.get(key, (None, None))


class Draft:
    """
    One decision being drawn: what it may read, and the lines it has written so far.

    Reading something that was not locked raises `Undeclared`; a line that its guard forbids
    raises `GuardBroken`, so plays ask before they post.
    """

    def __init__(self, view: View, now: datetime) -> None:
        self.view = view
        self.now = now
        self.lines: list[Line] = []
        self.given: list[tuple[str, str, int]] = []
        self.facts: dict[str, Any] = {}
        self.own_balances: dict[Account, int] = {}
        self.own_lots: dict[LotsOf, tuple[Account, ...]] = {}
        self.own_records: dict[RecordKey, tuple[Record | None, int | None]] = {}

    # --- reading -----------------------------------------------------------------------------

    def require(self, *needs: Need, back: bool = True) -> None:
        """
        Ask for all of *needs* at once, where they are not locked yet.

        Args:
            back: Also for what is due to come back to balances among them; else only rows are moved.
        """
        wanted = with_due_back(needs) if back else needs
        missing = [need for need in wanted if not self.view.declared(need)]
        if missing:
            raise Undeclared(missing)

    def stands(self, account: Account) -> int:
        """How much is in *account* by now, with what is due to come back to it."""
        back = account.gives_room * self._due_back(account)
        return max(self.balance(account) + back, 0) if back else self.balance(account)

    def balance(self, account: Account) -> int:
        """How much is in *account* by now, as far as it is booked."""
        own = self.own_balances.get(account)
        if own is not None:
            return own
        if account not in self.view.locked:
            self.require(account, back=False)
        return self.view.balance(account)

    def lots(self, holder: str, unit: str) -> list[tuple[Account, int]]:
        """The holder's lots that still hold something and have not ended by now."""
        need = LotsOf(holder, unit)
        self.require(need)
        accounts = self.own_lots.get(need) or self.view.lots_of(need)
        now = self.now.isoformat()
        live = [(lot, self.balance(lot)) for lot in accounts if lot.ends is None or lot.ends > now]
        return [(lot, amount) for lot, amount in live if amount > 0]

    def owed(self, holder: str, unit: str) -> int:
        """What the holder owes, as a number above zero, or 0."""
        return -self.balance(debt(holder, unit))

    def get(self, kind: type[AnyRecord], *parts: str) -> AnyRecord | None:
        """The record of this kind and key, or None."""
        key = RecordKey(kind=kind.kind, parts=parts)
        record, _ = self._stored(key)
        if record is not None and not isinstance(record, kind):
            msg = f"{key} is a {type(record).__name__}"
            raise TypeError(msg)
        return record

    def evaluate(self, text: str, values: Mapping[str, Any]) -> Any:
        """The value of an expression; `ExpressionFailed` where it has none."""
        return self.view.expressions.evaluate(text, values)

    def codes(self, owner: str) -> tuple[SealedCode, ...]:
        """The sealed codes drawn for *owner*."""
        self.require(CodesOf(owner))
        return self.view.picture.codes.get(CodesOf(owner), ())

    def twin(self, blind: bytes) -> bool:
        """Whether an equal code is there already."""
        self.require(CodeTwin(blind))
        return bool(self.view.picture.codes.get(CodeTwin(blind)))

    # --- writing -----------------------------------------------------------------------------

    def post(self, source: Account, destination: Account, amount: int, label: str, cap: int | None = None) -> Posting:
        """Move *amount*; the guards hold as of now."""
        line = Posting(source=source, destination=destination, amount=amount, label=label, cap=cap)
        return self.post_line(line)

    def post_line(self, line: Posting) -> Posting:
        """Write a ready-made move."""
        self._move(line.source, -line.amount, None)
        self._move(line.destination, line.amount, line.cap)
        self.lines.append(line)
        return line

    def put(self, record: Record) -> None:
        """Write *record* over the version that was read; the first time, as a new one."""
        key = record.key
        _, version = self._stored(key) if self.view.declared(key) or key in self.own_records else (None, None)
        self.lines.append(Put(record=record, expected=version))
        self.own_records[key] = (record, (version or 0) + 1)

    def fresh(self, account: Account) -> Account:
        """Open an account that this very decision makes up: sure to be new, so never locked."""
        self.own_balances.setdefault(account, 0)
        return account

    def draw(self, pool: str, count: int, owner: str) -> None:
        """Take codes out of a pool for an entitlement."""
        self.lines.append(Draw(pool=pool, count=count, owner=owner))

    def stash(self, codes: tuple[SealedCode, ...]) -> None:
        """Bring sealed codes in."""
        self.lines.append(Stash(codes=codes))

    def emit(
        self,
        event: str,
        data: Mapping[str, Any] | None = None,
        *,
        at: datetime | None = None,
        wakes: tuple[Account | RecordKey, ...] = (),
        gives: tuple[tuple[Account, int], ...] = (),
        of: RecordKey | None = None,
        holder: str | None = None,
    ) -> None:
        """Tell the world now, or wake up at an instant."""
        self.lines.append(Emit(event=event, data=data or {}, at=at, wakes=wakes, gives=gives, of=of, holder=holder))

    def call_off(self, record: RecordKey) -> None:
        """Take the record's timer away."""
        self.lines.append(CallOff(record=record))

    @contextmanager
    def part(self) -> Iterator[None]:
        """A part of the decision that may fail alone: a refusal drops what the part wrote, and comes through."""
        before = [(kept, kept.copy()) for kept in (self.own_balances, self.own_lots, self.own_records, self.facts)]
        lines, given = len(self.lines), len(self.given)
        try:
            yield
        except Refused:
            del self.lines[lines:], self.given[given:]
            for kept, copy in before:
                kept.clear()
                kept.update(copy)  # type: ignore[arg-type]
            raise

    def note(self, rule: str, outcome: str) -> None:
        """Keep with the decision what came of one rule of the campaign: ``this-week``'s ``goals.read`` is ``done``."""
        self.facts["rules"] = {**self.facts.get("rules", {}), rule: outcome}

    def done(self, because: Because, **fields: Any) -> Changes:
        """Close the drawing: everything written so far, and why."""
        fields.setdefault("given", tuple(self.given))
        fields.setdefault("facts", dict(self.facts))
        return Changes(because=because, lines=tuple(self.lines), **fields)

    # --- inside ------------------------------------------------------------------------------

    def _due_back(self, account: Account) -> int:
        known = self.view.due_back.get(account) if account.gives_room else 0
        if known is None:
            self.require(DueBack(account))
        return known or 0

    def _stored(self, key: RecordKey) -> tuple[Record | None, int | None]:
        if key in self.own_records:
            return self.own_records[key]
        self.require(key)
        return self.view.stored(key)

    def _move(self, account: Account, delta: int, cap: int | None) -> None:
        if account.kind == "outside":
            return
        if account.holder is not None:
            self.require(LotsOf(account.holder, account.unit))
        after = self.balance(account) + delta
        floor = account.floor
        low = floor - after if delta < 0 and floor is not None else 0
        missing = max(low, after - cap if cap is not None else 0)
        if missing > 0:
            if missing <= self._due_back(account):
                raise Undeclared(short={account: missing})
            msg = f"{account} would hold {after} (floor {floor}, cap {cap})"
            raise GuardBroken(msg)
        if not -LARGEST <= after <= LARGEST:
            msg = f"{account.kind} in {account.unit} would be beyond ±{LARGEST}, the most that is counted"
            raise GuardBroken(msg)
        self.own_balances[account] = after
        if account.kind == "lot":
            need = LotsOf(account.parts[0], account.unit)
            lots = self.own_lots.get(need) or self.view.lots_of(need)
            if account not in lots:
                self.own_lots[need] = (*lots, account)
