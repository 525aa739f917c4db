"""
The view that a batch decides on, and the draft of one decision.

The store fills a `Picture` with what was asked for, locked. A `View` lets decisions of one batch
see each other's results; a `Draft` is one decision's own layer on it: it checks every line
against the view as it is by then, and is dropped whole if the decision ends in a refusal.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from copy import copy
from datetime import datetime
from typing import Any, TypeVar

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
    Stash,
)
from quanyi.entitlements.code_draft import CodeDraft
from quanyi.entitlements.errors import Refused
from quanyi.entitlements.expressions import Expressions, NoExpressions
from quanyi.entitlements.needs import (
    Age,
    Due,
    DueBack,
    LotsOf,
    Need,
    Picture,
    Undeclared,
    with_due_back,
)
from quanyi.entitlements.parsing import LARGEST
from quanyi.entitlements.records import Record, RecordKey

__all__ = ["Draft", "GuardBroken", "View"]


AnyRecord = TypeVar("AnyRecord", bound=Record)


class GuardBroken(Exception):  # noqa: N818  (a broken campaign, caught by the engine)
    """A play wrote a line that its guard forbids. The campaign is broken, not the data."""


class View:
    """
    A picture together with the results of the decisions taken on it so far.

    Attributes:
        guessing: Whether nothing decided on it will be written. Then due promises are not booked first; where
            they leave open how much there is, the decision is made with the least that is certain.
    """

    def __init__(self, picture: Picture, expressions: Expressions | None = None, *, guessing: bool = False) -> None:
        self.picture = picture
        self.guessing = guessing
        self.expressions = expressions or NoExpressions()
        self.balances: dict[Account, int] = {}
        self.lots: dict[LotsOf, tuple[Account, ...]] = {}
        self.records: dict[RecordKey, tuple[Record | None, int | None]] = {}
        self.blinds: set[bytes] = set()
        self.ended: dict[str, int] = {}
        self.locked: set[Need] = set(picture.needs)
        for need, lots in picture.lots.items():
            if need in picture.needs:
                self.locked.update(lots)

    def draft(self, now: datetime, timer: bytes | None = None) -> Draft:
        """Begin one decision at *now*; *timer* is the id of the due timer that is decided, if it is one."""
        return Draft(self, now, timer)

    def absorb(self, draft: Draft) -> None:
        """Take over what *draft* decided, so that later decisions see it."""
        self.balances.update(draft.own_balances)
        self.lots.update(draft.own_lots)
        self.records.update(draft.own_records)
        for line in draft.lines:
            if isinstance(line, Stash):
                self.blinds.update(blind for code in line.codes for blind in (code.blind, code.twin_of) if blind)
            elif isinstance(line, Draw) and line.ended:
                self.ended[line.pool] = self.ended.get(line.pool, 0) + line.count

    def admit(self, needs: Iterable[Need], balances: Mapping[Account, int]) -> None:
        """Take in what was locked beside the needs, as if it had been asked for: *needs*, and *balances* of theirs."""
        for need in needs:
            self.locked.add(need)
            if isinstance(need, LotsOf):
                self.locked.update(self.picture.lots.get(need, ()))
        self.picture.balances.update(balances)

    def see(self, needs: Collection[Need]) -> bool:
        """
        Show *needs* as well, if that is possible now; False where they must be asked for, and everything be decided again.

        Here it is never possible. A view that can read from its store while a decision is made says how.
        """
        return False

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
        """The booked balance; 0 where there is no row."""
        moved = self.balances.get(account)
        return self.picture.balances.get(account, 0) if moved is None else moved

    def due(self, need: DueBack) -> Due | None:
        """The sums of due timers at a balance; None if they were not asked for."""
        return self.picture.due_back.get(need, _NOTHING if need in self.locked else None)

    def stands(self, account: Account) -> int:
        """The balance with everything that is due there; the least that is certain; 0 where there is no row."""
        return _least(account, self.balance(account), self.due(DueBack(account)) or _NOTHING)

    def fork(self) -> View:
        """A view that begins with the results of this one and goes on by itself, on the same picture."""
        other = copy(self)  # what is locked is shared, for there may be many forks of a large picture
        other.balances, other.lots, other.records = self.balances.copy(), self.lots.copy(), self.records.copy()
        other.blinds, other.ended = self.blinds.copy(), self.ended.copy()
        return other

    def lots_of(self, need: LotsOf) -> tuple[Account, ...]:
        """The lot accounts of a wallet, in whatever state."""
        return self.lots.get(need) or self.picture.lots.get(need, ())

    def stored(self, key: RecordKey) -> tuple[Record | None, int | None]:
        """The record and its version; (None, None) where there is none."""
        if key in self.records:
            return self.records[key]
        return self.picture.records.get(key, (None, None))


class Draft(CodeDraft):
    """
    The draft of one decision: what it may read, and the lines it has written so far.

    Reading something that was not locked raises `Undeclared`; a line that its guard forbids
    raises `GuardBroken`, so plays ask before they post.

    Attributes:
        now: The instant of the decision.
        before: Whose due timers are decided before this one: the age of the timer that it is; None for a call.
        lines: What was written so far.
        given: What people got or lost by it: (holder, thing, amount).
        facts: What the decision was based on, and what it notes beside: see `note`.
        own_balances: What `lines` made of balances; `own_lots` and `own_records` likewise.
    """

    def __init__(self, view: View, now: datetime, timer: bytes | None = None) -> None:
        self.view: View = view
        self.now = now
        self.before: Age | None = None if timer is None else (now, timer)
        self.lines: list[Line] = []
        self.given: list[tuple[str, str, int]] = []
        self.facts: dict[str, Any] = {}
        self.own_balances: dict[Account, int] = {}
        self.own_lots: dict[LotsOf, tuple[Account, ...]] = {}
        self.own_records: dict[RecordKey, tuple[Record | None, int | None]] = {}

    # --- reading -----------------------------------------------------------------------------

    def require(self, *needs: Need, back: bool = True) -> None:
        """
        Ask for all of *needs* at once. Raises `Undeclared` if any of them is not locked yet.

        Args:
            back: Also for all that is due at balances among them. Without it only for what due promises take:
                enough for a decision that moves amounts and compares none.
        """
        wanted = with_due_back(needs, self.before, promised=not back or self.before is not None)
        missing = [need for need in wanted if not self.view.declared(need)]
        if missing:
            self._see(missing)

    def stands(self, account: Account, enough: int | None = None) -> int:
        """
        How much is in *account*, with what is due there; the least that is certain where promises are due.

        Args:
            enough: The balance that the decision needs. Of a stock at least so much: 3 where 3 pieces are asked
                for. Of what a limit counts at most so much: 1 where the cap is 2 and one place is asked for. If it
                depends on due promises, the oldest of them are decided first.
        """
        balance = self.balance(account)
        if not account.gives_room:
            return balance
        due = self._due(account)
        if due.taken and enough is not None and not self.view.guessing:
            missing = account.gives_room * (enough - balance)  # as far as the row itself does not cover it
            if -due.taken < missing <= due.back:
                raise Undeclared(
                    short={account: due.back + due.taken}
                )  # decide all that is due there at once, as most of it is kept
        return _least(account, balance, due)

    def balance(self, account: Account) -> int:
        """The booked balance of *account*, with what this draft has moved."""
        own = self.own_balances.get(account)
        if own is not None:
            return own
        if account not in self.view.locked and not self.view.declared(account):
            self._see([account])
        return self.view.balance(account)

    def lots(self, holder: str, unit: str) -> list[tuple[Account, int]]:
        """The holder's lots that hold something and have not ended, with their amounts."""
        need = LotsOf(holder, unit)
        self.require(need)
        accounts = self.own_lots.get(need) or self.view.lots_of(need)
        now = self.now.isoformat()
        live = [(lot, self.balance(lot)) for lot in accounts if lot.ends is None or lot.ends > now]
        return [(lot, amount) for lot, amount in live if amount > 0]

    def owed(self, holder: str, unit: str) -> int:
        """What the holder owes: 0 or more."""
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

    # --- writing -----------------------------------------------------------------------------

    def post(self, source: Account, destination: Account, amount: int, label: str, cap: int | None = None) -> Posting:
        """
        Move *amount* from *source* to *destination*, checked against their guards at once.

        >>> from datetime import UTC
        >>> from quanyi.entitlements.accounts import outside, used
        >>> times = used("daily", "2026-03-08", "h1")
        >>> draft = View(Picture(needs=frozenset({times, DueBack(times)}))).draft(datetime(2026, 3, 8, tzinfo=UTC))
        >>> _ = draft.post(outside("open", "times"), times, 1, "place", cap=1)
        >>> draft.balance(times)
        1
        """
        line = Posting(source=source, destination=destination, amount=amount, label=label, cap=cap)
        return self.post_line(line)

    def post_line(self, line: Posting) -> Posting:
        """Write a posting that is ready."""
        self._move(line.source, -line.amount, None)
        self._move(line.destination, line.amount, line.cap)
        self.lines.append(line)
        return line

    def put(self, record: Record) -> None:
        """Write *record* over the version that was read, or as a new one where none was."""
        key = record.key
        _, version = self._stored(key) if self.view.declared(key) or key in self.own_records else (None, None)
        self.lines.append(Put(record=record, expected=version))
        self.own_records[key] = (record, (version or 0) + 1)

    def fresh(self, account: Account) -> Account:
        """Open an account whose id this decision has just made up. It can't exist yet, so it need not be locked."""
        self.own_balances.setdefault(account, 0)
        return account

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
        """Write an event for the outbox, or with *at* a timer; see `Emit` for the arguments."""
        self.lines.append(Emit(event=event, data=data or {}, at=at, wakes=wakes, gives=gives, of=of, holder=holder))

    def call_off(self, record: RecordKey) -> None:
        """Remove the record's timer."""
        self.lines.append(CallOff(record=record))

    @contextmanager
    def part(self) -> Iterator[None]:
        """
        A part of the decision that may be refused by itself: what it wrote is dropped, and the refusal is raised on.
        """
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
        """Record with the decision what came of one rule of the campaign: rule ``goals.read``, outcome ``done``."""
        self.facts["rules"] = {**self.facts.get("rules", {}), rule: outcome}

    def done(self, because: Because, **fields: Any) -> Changes:
        """The changes: everything written so far, and why."""
        fields.setdefault("given", tuple(self.given))
        fields.setdefault("facts", dict(self.facts))
        return Changes(because=because, lines=tuple(self.lines), **fields)

    # --- inside ------------------------------------------------------------------------------

    def _see(self, needs: Collection[Need]) -> None:
        """Have the view show *needs*; `Undeclared` where it can't, or where this draft has written there unread."""
        written = (self.own_balances, self.own_lots, self.own_records)
        if any(need in rows for need in needs for rows in written) or not self.view.see(needs):
            raise Undeclared(needs)

    def _due(self, account: Account) -> Due:
        """The sums of what is due at *account* before this decision: before a timer's own turn, or before now."""
        due = self._asked(DueBack(account, self.before))
        late = self.before is None and due.last is not None and due.last > self.now
        return self._asked(DueBack(account, (self.now, _YOUNGEST))) if late else due

    def _asked(self, need: DueBack) -> Due:
        if self.view.due(need) is None:
            self._see([need])
        return self.view.due(need) or _NOTHING

    def _promises_first(self, account: Account) -> None:
        """Before room is added: due promises that were short of it must be decided on what was there until now."""
        due = self._due(account)
        enough = account.gives_room > 0 and due.taken <= self.balance(account)
        if due.taken and not enough and not self.view.guessing:
            raise Undeclared(short={account: due.back + due.taken})

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
        if account.promised and delta * account.gives_room > 0:
            self._promises_first(account)
        after = self.balance(account) + delta
        floor = account.floor
        low = floor - after if delta < 0 and floor is not None else 0
        missing = max(low, after - cap if cap is not None else 0)
        if missing > 0:
            if account.gives_room and missing <= self._due(account).back:
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


_NOTHING = Due()
_YOUNGEST = b"\xff" * 17
"""Sorts after the id of every timer of the same instant."""


def _least(account: Account, balance: int, due: Due) -> int:
    """The balance once everything due is booked, if every promise takes all that it may."""
    stands = balance + account.gives_room * (due.back - due.taken)
    return max(stands, 0) if account.gives_room and due.timers else stands
