"""
Checks of the journal, and of everything that follows from it: balances, histories, receipts.
"""

from __future__ import annotations

from datetime import UTC, datetime
from functools import lru_cache
from operator import attrgetter
from typing import Any

import attrs

from quanyi.adapters.codec import account_in, load
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
from quanyi.entitlements.inputs import Decision, Receipt
from quanyi.entitlements.records import Person

__all__ = ["Books", "account_words"]

_NOTHING_BOOKED = frozenset({"refused", "skipped"})
_EVENT, _TIMER_OF = 2, 5
"""How long the line of an event of the outbox is, and that of a record's one timer."""

_OF_THE_MALL = frozenset({"covered", "in_force"})
_STAYS = frozenset({"code", "record", "release", "version"})
_KEY = 32
_JOURNAL, _DECIDED_AT = attrgetter(*JOURNAL), JOURNAL.index("decided_at")
_RECEIPT, _DECISION = (frozenset(attrs.fields_dict(cls)) for cls in (Receipt, Decision))
"""The fields that this program knows of a receipt, and of each decision in it."""


class Books:
    """The checks of the journal, balances, histories and receipts."""

    def __init__(self, scan: Scan) -> None:
        self._scan, self._ledger = scan, scan.ledger
        self._mixed: set[bytes] = set()

    def look(self) -> None:
        """Read the four tables and note every difference."""
        scan, tables = self._scan, self._scan.tables
        scan.each(tables.journal, self._change, "number")
        scan.each(tables.balance, self._balance, "id")
        scan.each(tables.receipt, self._receipt, "id")
        self._history()

    # --- the journal ---------------------------------------------------------------------------

    def _change(self, row: Any) -> None:
        self._own_digest(row)
        lines = self._scan.codec.lines_in(row.lines)
        kinds = {line[0] for line in lines}
        if not kinds & _OF_THE_MALL:
            name = f"of {row.campaign or 'the mall'}/{row.rule}" if self._ledger.named else ""
            self._ledger.add("receipt", row.input, name, booked=1)
        wallets: dict[tuple[str, str], dict[str, int]] = {}
        for place, line in enumerate(lines):
            if line[0] == "post":
                self._posting(line, wallets, imports="stash" in kinds)
            elif line[0] != "covered":
                self._line(row, place, line)
        self._witnesses(row, lines)
        if not wallets:
            return
        for (holder, unit), amounts in wallets.items():
            if len(amounts) > 1:
                self._mixed.add(digest16(bytes(row.id).hex(), holder, unit))
            name = f"{_change_name(row)} in the wallet of {holder}" if self._ledger.named else ""
            for label, amount in amounts.items():
                if amount:
                    key = self._entry_key(row, bytes(row.id), (holder, unit), row.decided_at, label)
                    self._ledger.add("entry", key, name, booked=amount)

    def _entry_key(self, row: Any, change: bytes, wallet: tuple[str, str], at: datetime, label: str) -> bytes:
        """
        What names the lines that a change wrote into the history of a wallet, by what they were for.

        Lines of a change that did several things to one wallet count together: earlier releases wrote one for all.
        """
        if digest16(change.hex(), *wallet) in self._mixed:
            label = ""
        return digest16(change.hex(), *wallet, row.campaign, row.rule, _stamp(at), label)

    def _own_digest(self, row: Any) -> None:
        if row.digest is None:
            self._scan.undigested("journal", _change_name(row))
            return
        values = list(_JOURNAL(row))
        values[_DECIDED_AT] = instant(row.decided_at)
        if journal_digest(values) != bytes(row.digest):
            self._scan.tell("journal", f"{_change_name(row)} is not as it was written")

    def _witnesses(self, row: Any, lines: list[list[Any]]) -> None:
        """Note the digests that this change names; a change of a program without digests names none."""
        covered = next((line[1] for line in lines if line[0] == "covered"), "")
        for id_ in (id_ for line in lines if line[0] == "gone" for id_ in line[1:]):
            self._ledger.gone(bytes.fromhex(id_))
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

    def _posting(self, line: list[Any], wallets: dict[tuple[str, str], dict[str, int]], *, imports: bool) -> None:
        _, source, destination, amount, label = line[:5]
        giver, taker = _account(*source), _account(*destination)
        for account, change in ((giver, -amount), (taker, amount)):
            if not account.outside:
                self._ledger.add("balance", account.id, self._words(account), booked=change)
            if account.holder is not None:
                amounts = wallets.setdefault((account.holder, account.unit), {})
                amounts[label] = amounts.get(label, 0) + change
        if not imports and (giver.outside or taker.outside):
            self._loaded(taker, giver, amount)
            self._loaded(giver, taker, -amount)

    def _loaded(self, account: Account, other: Account, amount: int) -> None:
        """Note what was put on sale."""
        if other.outside and other.parts == ("loaded",) and account.kind in ("quota", "stock"):
            thing = (account.kind, *account.parts[:2])
            self._ledger.add("loaded", digest16(*thing), " ".join(thing), booked=amount)

    def _words(self, account: Account) -> str:
        """The account's name, where the ledger keeps names."""
        return account_words(account) if self._ledger.named else ""

    # --- what must come out ----------------------------------------------------------------------

    def _balance(self, row: Any) -> None:
        account = _account(row.kind, row.unit, *load(row.parts))
        name = self._words(account)
        self._ledger.add("balance", row.id, name, stands=row.balance)
        ends = None if row.ends_at is None else instant(row.ends_at).isoformat()
        if (account.id, account.floor, account.holder) != (row.id, row.floor, row.holder):
            self._scan.tell("account", f"{account_words(account)}: id, floor or holder of the row is not its own")
        if ends != account.ends:
            self._scan.tell(
                "account", f"{account_words(account)}: the row says it ends at {ends}, its key {account.ends}"
            )
        if account.kind == "held":
            self._ledger.add("held", account.id, name, stands=row.balance)
        if account.holder is not None:
            wallet = (account.holder, account.unit)
            name = _wallet(*wallet) if self._ledger.named else ""
            self._ledger.add("wallet", digest16(*wallet), name, stands=row.balance)

    def _receipt(self, row: Any) -> None:
        as_written = row.body_digest is not None and (
            receipt_digest(row.id, row.digest, instant(row.at), row.formula, row.body, row.holder, row.input)
            == bytes(row.body_digest)
        )
        type_, key, outcomes = self._said(row.body, trusted=as_written)
        name = f"of {type_} {key}" if self._ledger.named or not as_written else ""
        if row.body_digest is None:
            self._scan.undigested("receipt", f"the receipt {name}")
        elif not as_written:
            self._scan.tell("receipt", f"the receipt {name} is not as it was written")
        self._scan.failed += outcomes.count("failed")
        booked = sum(outcome not in _NOTHING_BOOKED for outcome in outcomes)
        self._ledger.add("receipt", bytes(row.input or row.id), name, stands=booked)
        if len(key) == _KEY:
            self._rung(key)

    def _said(self, body: str, *, trusted: bool) -> tuple[str, str, list[str]]:
        """
        Type, key and outcomes of a receipt.

        One that is as it was written need not be turned into objects, if it has nothing but what this program knows.
        """
        if trusted:
            plain = load(body)
            decisions = plain.get("decisions", ())
            if plain.keys() <= _RECEIPT and all(decision.keys() <= _DECISION for decision in decisions):
                return plain["type"], plain["key"], [decision.get("outcome", "granted") for decision in decisions]
        receipt = self._scan.codec.receipt_in(body)
        return receipt.type, receipt.key, [decision.outcome for decision in receipt.decisions]

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
            key = self._entry_key(row, bytes(row.change), wallet, row.at, row.label)
            name = _wallet(*wallet) if self._ledger.named else ""
            self._ledger.add("entry", key, f"{name}, line {row.number}" if name else "", stands=row.amount)
            self._ledger.add("wallet", digest16(*wallet), name, booked=row.amount)
            if row.balance != before + row.amount:
                words = f"{_wallet(*wallet)}, line {row.number}: it says {row.balance}, its amounts come to {before + row.amount}"
                self._scan.tell("history", words)

        self._scan.each(entry, look, "holder", "unit", "number")


def account_words(account: Account) -> str:
    """An account as text for people: kind, parts, unit."""
    return f"{account.kind} {'/'.join(account.parts)} in {account.unit}"


@lru_cache(maxsize=65_536)
def _account(kind: str, unit: str, *parts: str) -> Account:
    """The account that a row or line names, kept for its next lines; ValueError if there is no such kind."""
    if kind not in KINDS:
        msg = f"there is no kind of account called {kind!r}"
        raise ValueError(msg)
    return account_in([kind, unit, *parts])


def _change_name(row: Any) -> str:
    return f"change {row.number} ({row.campaign or 'the mall'}/{row.rule})"


def _wallet(holder: str, unit: str) -> str:
    return f"wallet of {holder} in {unit}"


def _emit_id(row: Any, place: int) -> bytes:
    return digest16("emit", bytes(row.id).hex(), str(place))


@lru_cache(maxsize=1024)
def _stamp(value: str | datetime) -> str:
    return instant(value).astimezone(UTC).isoformat()
