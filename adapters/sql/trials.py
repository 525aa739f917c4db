"""
Trials in a table of the mall's own.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import attrs
from sqlalchemy import delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from quanyi.adapters.trials import Trial
from quanyi.entitlements.errors import Conflict

if TYPE_CHECKING:
    from quanyi.adapters.sql.store import SqlStore

__all__ = ["SqlTrials"]


class SqlTrials:
    """The trials of one mall."""

    def __init__(self, store: SqlStore) -> None:
        self._store, self._mall, self._table = store, store.mall, store.tables.trial

    def find(self, subject: str, sort: str) -> Trial | None:
        """The last trial of a subject; None if there was none."""
        with self._store.reading() as connection:
            row = connection.execute(select(self._table).where(*self._of(subject, sort))).mappings().one_or_none()
        return None if row is None else _trial(row)

    def waiting(self) -> Trial | None:
        """The trial that was asked for first and waits; None if none does."""
        table = self._table.c
        asked = select(self._table).where(table.mall == self._mall, table.state == "asked")
        with self._store.reading() as connection:
            row = connection.execute(asked.order_by(table.asked_at, table.id).limit(1)).mappings().one_or_none()
        return None if row is None else _trial(row)

    def ask(self, trial: Trial) -> None:
        """Keep a new trial in place of the one before; Conflict if somebody else asks at the same time."""
        try:
            with self._store.working() as connection:
                connection.execute(delete(self._table).where(*self._of(trial.subject, trial.sort)))
                connection.execute(insert(self._table).values(mall=self._mall, **_row(trial)))
        except IntegrityError:
            raise Conflict("somebody else asked for the same trial at this moment") from None

    def finish(self, trial: Trial) -> bool:
        """Keep what came of a trial; False if another one was asked for meanwhile, or it is done already."""
        table = self._table.c
        mine = (*self._of(trial.subject, trial.sort), table.id == trial.id, table.state == "asked")
        with self._store.working() as connection:
            return bool(connection.execute(update(self._table).where(*mine).values(_row(trial))).rowcount)

    def _of(self, subject: str, sort: str) -> tuple[Any, ...]:
        table = self._table.c
        return table.mall == self._mall, table.subject == subject, table.sort == sort


def _row(trial: Trial) -> dict[str, Any]:
    return {**attrs.asdict(trial, recurse=False), "result": json.dumps(trial.result, ensure_ascii=False)}


def _trial(row: Mapping[Any, Any]) -> Trial:
    values = {name: row[name] for name in attrs.fields_dict(Trial)}
    return Trial(**{**values, "result": json.loads(row["result"])})
