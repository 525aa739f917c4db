"""
Proposals in a table of the mall's own.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import attrs
from sqlalchemy import and_, insert, or_, select, update

from quanyi.adapters.proposals import Proposal, Review, place_in
from quanyi.entitlements.parsing import parse_instant

if TYPE_CHECKING:
    from quanyi.adapters.sql.store import SqlStore

__all__ = ["SqlProposals"]


class SqlProposals:
    """The proposals of one mall."""

    def __init__(self, store: SqlStore) -> None:
        self._store, self._mall, self._table = store, store.mall, store.tables.proposal

    def find(self, id: str) -> Proposal | None:  # noqa: A002  (the word for it)
        """The proposal called *id*; None if there is none."""
        with self._store.reading() as connection:
            row = connection.execute(select(self._table).where(*self._named(id))).mappings().one_or_none()
        return None if row is None else _proposal(row)

    def all(self, limit: int = 200, *, state: str | None = None, after: str | None = None) -> list[Proposal]:
        """The proposals that were changed last, newest change first; see `Proposals.all`."""
        table, behind = self._table.c, None if after is None else place_in(after)
        mine = select(self._table).where(table.mall == self._mall)
        if state is not None:
            mine = mine.where(table.state == state)
        if behind is not None:
            at, id_ = behind
            mine = mine.where(or_(table.changed_at < at, and_(table.changed_at == at, table.id < id_)))
        with self._store.reading() as connection:
            rows = connection.execute(mine.order_by(table.changed_at.desc(), table.id.desc()).limit(limit)).mappings()
            return [_proposal(row) for row in rows]

    def add(self, proposal: Proposal) -> None:
        """Keep a new proposal."""
        with self._store.working() as connection:
            connection.execute(insert(self._table).values(mall=self._mall, **_row(proposal)))

    def change(self, proposal: Proposal) -> bool:
        """Keep the next edition of a proposal; False if another next edition came first."""
        before = (*self._named(proposal.id), self._table.c.edition == proposal.edition - 1)
        with self._store.working() as connection:
            done = connection.execute(update(self._table).where(*before).values(_row(proposal)))
        return bool(done.rowcount)

    def _named(self, id_: str) -> tuple[Any, ...]:
        return self._table.c.mall == self._mall, self._table.c.id == id_


def _row(proposal: Proposal) -> dict[str, Any]:
    lists = {name: json.dumps(getattr(proposal, name)) for name in ("authors", "campaigns")}
    base, review = json.dumps(dict(proposal.base), sort_keys=True), proposal.review
    told = None if review is None else json.dumps({**attrs.asdict(review), "at": review.at.isoformat()})
    return {**attrs.asdict(proposal, recurse=False), **lists, "base": base, "review": told}


def _review(text: str | None) -> Review | None:
    said = json.loads(text) if text else None
    return said and Review(**{**said, "at": parse_instant(said["at"])})


def _proposal(row: Mapping[Any, Any]) -> Proposal:
    lists = {name: tuple(json.loads(row[name] or "[]")) for name in ("authors", "campaigns")}
    read = {**lists, "base": json.loads(row["base"]), "review": _review(row["review"])}
    return Proposal(**({name: row[name] for name in attrs.fields_dict(Proposal)} | read))
