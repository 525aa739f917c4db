"""
The batches of a pool, each with what became of its codes; and the plain codes of one that was generated.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import cast

import attrs

from quanyi.campaigns.ports import Ports
from quanyi.entitlements.code_shelf import CodeCounts
from quanyi.entitlements.errors import InputError, NotFound
from quanyi.entitlements.plain import Plain
from quanyi.entitlements.records import CodeBatch, RecordKey

__all__ = ["BatchView", "batch_named", "batches_of", "plain_codes", "view_of"]

_PAGE = 2_000


@attrs.frozen(kw_only=True)
class BatchView(Plain):
    """
    One batch of card codes, and the states of its codes now.

    Attributes:
        id: Its number; empty for the codes that came in before there were batches.
        source: ``import`` or ``generate``.
        phase: ``open`` while parts of it are still to come, then ``done``.
        added: How many codes came in; `known`, `repeated` and `broken` how many did not.
    """

    id: str
    pool: str
    benefit: str
    source: str
    name: str = ""
    by: str = ""
    phase: str = "done"
    made_at: datetime | None = None
    added: int = 0
    known: int = 0
    repeated: int = 0
    broken: int = 0
    codes: CodeCounts = attrs.field(factory=CodeCounts)


def batches_of(ports: Ports, pool: str, benefit: str, limit: int) -> list[BatchView]:
    """The last *limit* batches of a pool, newest first; behind them the codes that have none."""
    counts = ports.store.code_counts(pool, ports.now())
    found = cast("list[CodeBatch]", list(ports.store.find(CodeBatch.kind, "pool", pool, limit=limit)))
    views = [view_of(batch, counts) for batch in found]
    if "" in counts:
        views.append(BatchView(id="", pool=pool, benefit=benefit, source="import", codes=counts[""]))
    return views


def view_of(batch: CodeBatch, counts: Mapping[str, CodeCounts]) -> BatchView:
    """One batch with the states of its codes."""
    shared = ("id", "pool", "source", "name", "by", "phase", "made_at", "added", "known", "repeated", "broken")
    said = {name: getattr(batch, name) for name in shared}
    return BatchView(benefit=batch.item, codes=counts.get(batch.id, CodeCounts()), **said)


def batch_named(ports: Ports, id_: str) -> CodeBatch:
    """
    The batch of a number.

    Raises:
        NotFound: There is none.
    """
    key = RecordKey(kind=CodeBatch.kind, parts=(id_,))
    record, _ = ports.look([key]).stored(key)
    if not isinstance(record, CodeBatch):
        raise NotFound("no batch of codes has this number")
    return record


def plain_codes(ports: Ports, batch: CodeBatch) -> Iterator[str]:
    """
    The codes of a generated batch in clear, in the order in which they came in.

    Raises:
        InputError: The batch was imported: whoever brought it in has its codes.
    """
    if batch.source != "generate":
        raise InputError("only codes that the mall has generated are written out; these were imported")
    vault, after = ports.code_vault(), None
    while page := ports.store.codes_in(batch.id, after, _PAGE):
        yield from map(vault.open, page)
        after = page[-1].id
