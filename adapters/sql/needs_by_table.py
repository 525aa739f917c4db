"""
The needs of a picture, sorted by table and by the ids under which a database stores them.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import attrs

from quanyi.adapters.codec import Codec, account_in
from quanyi.entitlements.accounts import Account, debt
from quanyi.entitlements.changes import SealedCode
from quanyi.entitlements.needs import (
    ById,
    CodesOf,
    CodeTwin,
    Due,
    DueBack,
    EndedCodes,
    LotsOf,
    Need,
    Picture,
    Timer,
    covering,
)
from quanyi.entitlements.records import Person, RecordKey

__all__ = ["CODE", "Back", "NeedsByTable", "by_record", "code_in", "due_in", "merged", "needed", "timer_in"]

CODE = (
    "id",
    "pool",
    "sealed",
    "key_id",
    "blind",
    "owner",
    "batch",
    "channel",
    "region",
    "ends_at",
    "twin_of",
    "seen_at",
)
"""The columns of a card code, in the order of its fields."""

_BYTES = ("sealed", "blind", "twin_of")

Back = tuple[int | None, int | None, int, int, datetime | None]
"""The sums of due timers at a balance: given back, taken, timers, timers of unknown amount, the latest instant."""


@attrs.define(kw_only=True)
class NeedsByTable:
    """
    Needs, sorted into the tables that hold them.

    Attributes:
        accounts: By id; the debt account of every asked wallet is among them.
        lots: Lots that were asked for by name, by id. They are locked after all other balances: whoever changes
            a wallet has locked its debt account first, so a lot that came in while we waited for that lock is
            seen. Locked together with the accounts, it would be missed.
        records: By id.
        wallets: By (holder, unit).
        owners: Ids of entitlements whose card codes are asked for.
        blinds: Blind indexes of card codes that may be stored already.
        pools: Pools of which it is asked how many of their codes have come to their end.
        backs: Balances at which something may be due, by id, and for each what is asked of it.
        short: How much is missing where, by the balance's id.
        deciding: Timers that the caller decides itself.
        alone: Balances that are asked for by id alone.
        epoch: The number of the set of campaigns in force, where that is known already.
    """

    needs: frozenset[Need]
    accounts: dict[bytes, Account] = attrs.field(factory=dict)
    lots: dict[bytes, Account] = attrs.field(factory=dict)
    records: dict[bytes, RecordKey] = attrs.field(factory=dict)
    wallets: dict[tuple[str, str], LotsOf] = attrs.field(factory=dict)
    owners: dict[str, CodesOf] = attrs.field(factory=dict)
    blinds: dict[bytes, CodeTwin] = attrs.field(factory=dict)
    pools: dict[str, EndedCodes] = attrs.field(factory=dict)
    backs: dict[bytes, list[DueBack]] = attrs.field(factory=dict)
    short: dict[bytes, int] = attrs.field(factory=dict)
    deciding: list[bytes] = attrs.field(factory=list)
    alone: frozenset[bytes] = frozenset()
    epoch: int | None = None

    @classmethod
    def of(
        cls,
        needs: Iterable[Need],
        short: Mapping[Account, int] | None = None,
        deciding: Collection[bytes] = (),
        by_id: ById | None = None,
    ) -> NeedsByTable:
        """Sort *needs* by table."""
        asked = cls(needs=frozenset(needs), deciding=sorted(deciding))
        asked.alone, apart = (frozenset(), frozenset[Need]()) if by_id is None else (by_id.balances, by_id.apart)
        asked.short = {account.id: missing for account, missing in short.items()} if short else {}
        for need in (*asked.needs, *apart):
            if isinstance(need, Account):
                (asked.lots if need.kind == "lot" else asked.accounts)[need.id] = need
            elif isinstance(need, RecordKey):
                asked.records[need.id] = need
            elif isinstance(need, LotsOf):
                # The lock of the whole wallet: a lot that another transaction adds has no row yet to wait for,
                # and two payments at once would each see only the lots of before.
                owed = debt(need.holder, need.unit)
                asked.accounts[owed.id] = owed
                asked.wallets[need.holder, need.unit] = need
            elif isinstance(need, CodesOf):
                asked.owners[need.owner] = need
            elif isinstance(need, EndedCodes):
                asked.pools[need.pool] = need
            elif isinstance(need, DueBack):
                asked.backs.setdefault(need.account.id, []).append(need)
            else:
                asked.blinds[need.blind] = need
        return asked

    def keys(self) -> list[bytes]:
        """The ids of accounts and records at which due timers are decided before anything else."""
        waited = (id_ for id_, account in self.accounts.items() if not account.gives_room)
        return sorted({*waited, *self.lots, *self.timed()})

    def timed(self) -> list[bytes]:
        """The ids of records that timers may be about: all but people, at whom nothing is ever due."""
        return sorted(id_ for id_, record in self.records.items() if record.kind != Person.kind)

    def balances(self) -> list[bytes]:
        """The ids of all balances but lots, sorted."""
        return sorted({*self.accounts, *self.alone})

    def stirring(self) -> list[bytes]:
        """The ids of balances at which something may be due, sorted."""
        return sorted({*self.backs, *self.alone})

    def account(self, id_: bytes, kind: str, unit: str, parts: str) -> Account:
        """The account of a row; the very object that was asked for, if there is one."""
        return self.accounts.get(id_) or self.lots.get(id_) or account_in([kind, unit, *json.loads(parts)])

    def picture(  # noqa: PLR0913  (one for each question)
        self,
        *,
        balances: Iterable[tuple[Account, int]],
        by_id: Mapping[bytes, int],
        records: Iterable[Any],
        codes: Iterable[SealedCode],
        ended: Mapping[str, int],
        due: Iterable[Timer],
        backs: Mapping[bytes, Back],
        older: Mapping[DueBack, Back],
        epoch: int,
        codec: Codec,
    ) -> Picture:
        """The picture: what was found, by the needs that asked for it."""
        found = dict(balances)
        kept = {
            self.records[id_]: (codec.record_in(kind, shape, body), version)
            for id_, kind, shape, body, version in records
        }
        return Picture(
            needs=self.needs,
            balances=found,
            lots=self._lots(found),
            records=kept,
            codes=self._codes(codes),
            ended={self.pools[pool]: count for pool, count in ended.items()},
            due=tuple(due),
            due_back=self._due({**self._now(backs), **older}),
            unsummed=frozenset(need.account for id_, back in backs.items() if back[3] for need in self._backs(id_)),
            epoch=epoch,
            by_id=dict(by_id),
            stirred=self.alone & backs.keys(),
        )

    def older(self, backs: Collection[bytes]) -> list[DueBack]:
        """The needs that ask only for timers older than another, at balances where any timer is due."""
        return [need for id_ in backs for need in self._backs(id_) if need.before]

    def _now(self, backs: Mapping[bytes, Back]) -> dict[DueBack, Back]:
        return {need: back for id_, back in backs.items() for need in self._backs(id_) if not need.before}

    def _backs(self, id_: bytes) -> list[DueBack]:
        """What was asked of due timers at a balance; nothing of one that was asked for by id alone."""
        return self.backs.get(id_, [])

    def _due(self, backs: Mapping[DueBack, Back]) -> dict[DueBack, Due]:
        return {need: due_in(back) for need, back in backs.items() if back[2]}

    def _lots(self, balances: Iterable[Account]) -> dict[LotsOf, tuple[Account, ...]]:
        lots: dict[LotsOf, list[Account]] = {need: [] for need in self.wallets.values()}
        for account in balances:
            need = self.wallets.get((account.parts[0], account.unit)) if account.kind == "lot" else None
            if need is not None:
                lots[need].append(account)
        return {need: tuple(sorted(found, key=_by_end)) for need, found in lots.items()}

    def _codes(self, codes: Iterable[SealedCode]) -> dict[CodesOf | CodeTwin, tuple[SealedCode, ...]]:
        needs: list[CodesOf | CodeTwin] = [*self.owners.values(), *self.blinds.values()]
        found: dict[CodesOf | CodeTwin, list[SealedCode]] = {need: [] for need in needs}
        for code in codes:
            twin = self.blinds.get(code.blind if code.twin_of is None else code.twin_of)
            for need in (self.owners.get(code.owner or ""), twin):
                if need is not None:
                    found[need].append(code)
        return {need: tuple(some) for need, some in found.items()}


def by_record(
    keys: Iterable[RecordKey], look: Callable[[Collection[bytes]], Iterable[Sequence[Any]]]
) -> dict[RecordKey, Any]:
    """What *look* finds of records: it takes their ids, and gives a row for each that exists: its id, and a value."""
    asked = {key.id: key for key in keys}
    return {asked[bytes(id_)]: value for id_, value in look(asked)}


def code_in(row: tuple[Any, ...]) -> SealedCode:
    """A card code from its row, whose columns are `CODE`."""
    said = dict(zip(CODE, row, strict=False))
    for name in _BYTES:
        said[name] = None if said[name] is None else bytes(said[name])
    return SealedCode(**said)


def due_in(back: Back) -> Due:
    """The sums of due timers, from a row of the database."""
    given, taken, timers, _, last = back
    return Due(back=int(given or 0), taken=int(taken or 0), timers=timers, last=last.astimezone(UTC) if last else None)


def timer_in(row: tuple[bytes, str, datetime, str, str | None], codec: Codec) -> Timer:
    """A timer from its row: id, event, due_at, data, holder."""
    id_, event, due_at, data, holder = row
    return Timer(id=bytes(id_), event=event, due_at=due_at, data=codec.data_in(data), holder=holder)


def needed(rows: Iterable[tuple[Any, ...]], short: Mapping[bytes, int]) -> list[bytes]:
    """
    The due timers that must be booked, of those that move something at balances which run short.

    Args:
        rows: (key, timer, amount), oldest first.
        short: How much is missing, by key. A timer whose amount is not known is always needed.
    """
    giving: dict[bytes, list[tuple[bytes, int]]] = {}
    unknown = []
    for key, timer, amount in rows:
        if amount is None:
            unknown.append(bytes(timer))
        else:
            giving.setdefault(bytes(key), []).append((bytes(timer), amount))
    return [*unknown, *(timer for key, found in giving.items() for timer in covering(found, short[key]))]


def merged(*timers: Iterable[Timer]) -> list[Timer]:
    """The timers of all arguments, each once, oldest first."""
    found = {timer.id: timer for some in timers for timer in some}
    return sorted(found.values(), key=lambda timer: (timer.due_at, timer.id))


def _by_end(lot: Account) -> tuple[bool, str, str]:
    """Soonest first, those without an end last."""
    return lot.ends is None, lot.ends or "", lot.label
