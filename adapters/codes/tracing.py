"""
Tracing a code by its text: every card that has it, and what became of each. Neither the text nor a code is shown.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

import attrs

from quanyi.campaigns.ports import Ports
from quanyi.entitlements.card_codes import clean_card_codes, trimmed
from quanyi.entitlements.changes import SealedCode
from quanyi.entitlements.code_shelf import CodeState, state_of
from quanyi.entitlements.needs import CodeTwin
from quanyi.entitlements.plain import Plain
from quanyi.entitlements.records import CodeBatch, Deal, Entitlement, Record, RecordKey

__all__ = ["TracedCode", "trace"]


@attrs.frozen(kw_only=True)
class TracedCode(Plain):
    """
    One card with the text that was asked for.

    Attributes:
        code: The card's own number, which says nothing of its text.
        batch: The batch that it came in with; empty for one of an earlier release. `came_in` is when that was.
        state: ``free``, ``issued``, ``seen``, ``ended`` or ``void``.
        entitlement: The entitlement that it was given for, `item` its benefit, and `phase` its phase as of now.
        deal: The deal that gave it, and `order` the host's number of that.
        user: The host's id of whom it was given to; empty for nobody, or somebody who was erased.
        seen_at: When they first looked at it.
    """

    code: str
    pool: str
    state: CodeState
    batch: str = ""
    came_in: datetime | None = None
    channel: str = ""
    region: str = ""
    ends_at: datetime | None = None
    entitlement: str = ""
    item: str = ""
    phase: str = ""
    deal: str = ""
    order: str = ""
    user: str = ""
    seen_at: datetime | None = None


def trace(ports: Ports, text: str) -> list[TracedCode]:
    """
    Every card with that text, oldest first; where its pool ignores case, also one that differs by case, spaces and dashes.

    Raises:
        InputError: It can't be a code; the message does not repeat it.
    """
    (clean,) = clean_card_codes([text])
    vault, now = ports.code_vault(), ports.now()
    needs = [CodeTwin(vault.blind(clean, ignore_case=ignores)) for ignores in (False, True)]
    found = ports.store.peek(set(needs), now).codes
    cards = {code.id: code for need in needs for code in found.get(need, ())}
    return _told(ports, [code for code in cards.values() if _meant(ports, code, clean)], now)


def _meant(ports: Ports, code: SealedCode, text: str) -> bool:
    """Whether it is what was asked for: to the letter, unless its pool ignores case."""
    pool = ports.project.pools.get(code.pool)
    return (pool is not None and pool.ignore_case) or trimmed(ports.code_vault().open(code)) == text


def _told(ports: Ports, cards: Iterable[SealedCode], now: datetime) -> list[TracedCode]:
    found = list(cards)
    rights = _records(ports, Entitlement.kind, (code.owner for code in found))
    deals = _records(ports, Deal.kind, (right.deal for right in rights.values() if isinstance(right, Entitlement)))
    batches = _records(ports, CodeBatch.kind, (code.batch for code in found))
    users = ports.users_of(right.holder for right in rights.values() if right.holder)
    told = []
    for code in found:
        right, batch = rights.get(code.owner or ""), batches.get(code.batch or "")
        said: dict[str, Any] = {}
        if isinstance(right, Entitlement):
            deal = deals.get(right.deal)
            said = {
                "entitlement": right.id,
                "item": right.item,
                "phase": right.phase_at(now),
                "deal": right.deal,
                "order": deal.order if isinstance(deal, Deal) else "",
                "user": users.get(right.holder or "", ""),
            }
        marks = {"channel": code.channel or "", "region": code.region or "", "batch": code.batch or ""}
        came_in = batch.made_at if isinstance(batch, CodeBatch) else None
        told.append(
            TracedCode(
                code=code.id,
                pool=code.pool,
                state=state_of(code, now),
                came_in=came_in,
                ends_at=code.ends_at,
                seen_at=code.seen_at,
                **marks,
                **said,
            )
        )
    return told


def _records(ports: Ports, kind: str, numbers: Iterable[str | None]) -> dict[str, Record]:
    """The records of one kind by their numbers, of those that there are."""
    keys = {number: RecordKey(kind=kind, parts=(number,)) for number in numbers if number}
    view = ports.look(keys.values())
    stored = ((number, view.stored(key)[0]) for number, key in keys.items())
    return {number: record for number, record in stored if record is not None}
