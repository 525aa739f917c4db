"""
Checks of the journal, and of everything that follows from it: balances, histories, receipts.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from quanyi.adapters.codec import account_in, posting_in
from quanyi.adapters.sql.audit.scan import UNTOLD, Scan, instant
from quanyi.adapters.sql.digests import (
    JOURNAL,
    code_id,
    journal_digest,
    receipt_digest,
    release_id,
    timer_id,
    version_id,
    witnesses,
)
from quanyi.entitlements.accounts import KINDS, Account, digest16
from quanyi.entitlements.changes import Posting
from quanyi.entitlements.records import Person

__all__ = ["Books", "account_words"]

_NOTHING_BOOKED = frozenset({"refused", "skipped"})
_EVENT, _TIMER_OF = 2, 5
"""How long the line of an event of the outbox is, and that of a record's one timer."""

_OF_THE_MALL = frozenset({"covered", "in_force"})
_STAYS = frozenset({"code", "record", "release", "version"})
_KEY = 32


class Books:
    """The checks of the journal, balances, histories and receipts."""

    def __init__(self, scan: Scan) -> None:
        self._scan, self._ledger = scan, scan.ledger

    def look(self) -> None:
        """Read the four tables and note every difference."""
        scan, tables = self._scan, self._scan.tables
        scan.each(tables.journal, self._change, "number")
        scan.each(tables.balance, self._balance, "id")
        scan.each(tables.receipt, self._receipt, "id")
        self._history()

    # --- the journal ---------------------------------------------------------------------------

    def _change(self, row: Any) -> None:
        name = f"change {row.number} ({row.campaign or 'the mall'}/{row.rule})"
        self._own_digest(row, name)
        lines = self._scan.codec.lines_in(row.lines)
        kinds = {line[0] for line in lines}
        if not kinds & _OF_THE_MALL:
            self._ledger.add("receipt", bytes(row.input), f"of {row.campaign or 'the mall'}/{row.rule}", booked=1)
        wallets: dict[tuple[str, str], list[Any]] = {}
        for place, line in enumerate(lines):
            if line[0] == "post":
                self._posting(posting_in(line), wallets, imports="stash" in kinds)
            elif line[0] != "covered":
                self._line(row, place, line)
        self._witnesses(row, lines)
        at = _stamp(row.decided_at)
        for (holder, unit), (amount, label) in wallets.items():
            if amount:
                key = digest16(bytes(row.id).hex(), holder, unit, row.campaign, row.rule, at, label)
                self._ledger.add("entry", key, f"{name} in the wallet of {holder}", booked=amount)

    def _own_digest(self, row: Any, name: str) -> None:
        if row.digest is None:
            self._scan.undigested("journal", name)
            return
        values = [instant(row.decided_at) if column == "decided_at" else getattr(row, column) for column in JOURNAL]
        if journal_digest(values) != bytes(row.digest):
            self._scan.tell("journal", f"{name} is not as it was written")

    def _witnesses(self, row: Any, lines: list[list[Any]]) -> None:
        """Note the digests that this change names; a change of a program without digests names none."""
        covered = next((line[1] for line in lines if line[0] == "covered"), "")
        for id_, digest in witnesses(bytes(row.bodies or b"")).items():
            self._ledger.say(id_, f"{covered} {id_.hex()}" if covered else "", said=digest, needed=covered in _STAYS)
        if row.digest is not None:
            return
        for line in lines:
            if line[0] == "put":
                self._ledger.say(bytes.fromhex(line[2]), said=UNTOLD)
            elif line[0] == "stash":
                for pool, id_ in line[1:]:
                    self._ledger.say(code_id(pool, id_), said=UNTOLD)
        for place, line in enumerate(lines):
            if line[0] == "emit":
                id_ = _emit_id(row, place)
                self._ledger.say(id_ if len(line) == _EVENT else timer_id(id_), said=UNTOLD)

    def _line(self, row: Any, place: int, line: list[Any]) -> None:
        if line[0] == "draw":
            _, pool, count, owner = line
            self._ledger.add("code", digest16(pool, owner), f"{owner} from pool {pool}", booked=count)
        elif line[0] == "stash":
            for pool, id_ in line[1:]:
                self._ledger.add("stash", digest16(pool, id_), f"{id_} in pool {pool}", booked=1)
        elif line[0] == "put" and line[1] != Person.kind:
            version = (line[3] or 0) + 1
            self._ledger.say(bytes.fromhex(line[2]), f"{line[1]} {line[2]}, in version {version}", needed=True)
        elif line[0] == "in_force":
            self._ledger.say(release_id(line[1]), f"the release of epoch {line[1]}", needed=True)
            for campaign, version, _ in line[2]:
                name = f"the stored text of version {version} of campaign {campaign}"
                self._ledger.say(version_id(campaign, version), name, needed=True)
        elif line[0] == "emit" and len(line) > 2:  # noqa: PLR2004  (a timer's line has its instant)
            timer = bytes.fromhex(line[4]) if len(line) == _TIMER_OF else _emit_id(row, place)
            self._ledger.add("timer", timer, f"{line[1]} of change {row.number}", booked=1)
        elif line[0] == "off":
            self._ledger.add("timer", bytes.fromhex(line[2]), stands=1)

    def _posting(self, posting: Posting, wallets: dict[tuple[str, str], list[Any]], *, imports: bool) -> None:
        for account, amount in ((posting.source, -posting.amount), (posting.destination, posting.amount)):
            _known(account)
            if not account.outside:
                self._ledger.add("balance", account.id, account_words(account), booked=amount)
            if account.holder is not None:
                wallet = wallets.setdefault((account.holder, account.unit), [0, posting.label])
                wallet[0] += amount
        for account, other, amount in (
            (posting.destination, posting.source, posting.amount),
            (posting.source, posting.destination, -posting.amount),
        ):
            if other.outside and other.parts == ("loaded",) and not imports and account.kind in ("quota", "stock"):
                thing = (account.kind, *account.parts[:2])
                self._ledger.add("loaded", digest16(*thing), " ".join(thing), booked=amount)

    # --- what must come out ----------------------------------------------------------------------

    def _balance(self, row: Any) -> None:
        account = account_in([row.kind, row.unit, *json.loads(row.parts)])
        _known(account)
        name = account_words(account)
        self._ledger.add("balance", bytes(row.id), name, stands=row.balance)
        ends = None if row.ends_at is None else instant(row.ends_at).isoformat()
        if (account.id, account.floor, account.holder) != (bytes(row.id), row.floor, row.holder):
            self._scan.tell("account", f"{name}: id, floor or holder of the row is not its own")
        if ends != account.ends:
            self._scan.tell("account", f"{name}: the row says it ends at {ends}, its key {account.ends}")
        if account.kind == "held":
            self._ledger.add("held", account.id, name, stands=row.balance)
        if account.holder is not None:
            wallet = (account.holder, account.unit)
            self._ledger.add("wallet", digest16(*wallet), _wallet(*wallet), stands=row.balance)

    def _receipt(self, row: Any) -> None:
        receipt = self._scan.codec.receipt_in(row.body)
        name = f"the receipt of {receipt.type} {receipt.key}"
        if row.body_digest is None:
            self._scan.undigested("receipt", name)
        elif receipt_digest(row.id, row.digest, instant(row.at), row.formula, row.body) != bytes(row.body_digest):
            self._scan.tell("receipt", f"{name} is not as it was written")
        outcomes = [decision.outcome for decision in receipt.decisions]
        self._scan.failed += outcomes.count("failed")
        booked = sum(outcome not in _NOTHING_BOOKED for outcome in outcomes)
        self._ledger.add("receipt", bytes(row.id), f"of {receipt.type} {receipt.key}", stands=booked)
        if len(receipt.key) == _KEY:
            self._rung(receipt.key)

    def _rung(self, key: str) -> None:
        """A receipt under a timer's own id means that the timer was decided."""
        try:
            self._ledger.add("timer", bytes.fromhex(key), stands=1)
        except ValueError:
            return

    def _history(self) -> None:
        """Each line of a wallet's history follows from the line before, and belongs to its change."""
        entry, last = self._scan.tables.entry, {"wallet": ("", ""), "balance": 0}

        def look(row: Any) -> None:
            wallet = (row.holder, row.unit)
            before = last["balance"] if last["wallet"] == wallet else 0
            last.update(wallet=wallet, balance=row.balance)
            line = f"{_wallet(*wallet)}, line {row.number}"
            key = digest16(bytes(row.change).hex(), *wallet, row.campaign, row.rule, _stamp(row.at), row.label)
            self._ledger.add("entry", key, line, stands=row.amount)
            self._ledger.add("wallet", digest16(*wallet), _wallet(*wallet), booked=row.amount)
            if row.balance != before + row.amount:
                words = f"{line}: it says {row.balance}, its amounts come to {before + row.amount}"
                self._scan.tell("history", words)

        self._scan.each(entry, look, "holder", "unit", "number")


def account_words(account: Account) -> str:
    """An account as text for people: kind, parts, unit."""
    return f"{account.kind} {'/'.join(account.parts)} in {account.unit}"


def _known(account: Account) -> None:
    if account.kind not in KINDS:
        msg = f"there is no kind of account called {account.kind!r}"
        raise ValueError(msg)


def _wallet(holder: str, unit: str) -> str:
    return f"wallet of {holder} in {unit}"


def _emit_id(row: Any, place: int) -> bytes:
    return digest16("emit", bytes(row.id).hex(), str(place))


@lru_cache(maxsize=1024)
def _stamp(value: str | datetime) -> str:
    return instant(value).astimezone(UTC).isoformat()
