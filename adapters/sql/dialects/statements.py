"""
Statements as texts, made once for each length of their lists, and run by the driver with values as they are.

SQLAlchemy writes out a list anew for each call, and looks at the type of every value. That costs more than
SQLite needs for the answer.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

import attrs
from sqlalchemy import Select

if TYPE_CHECKING:
    from sqlalchemy import Connection, Dialect

__all__ = ["Statements"]

_KEPT = 2_048
"""The longest list whose text is kept, and is rounded up to the next power of two."""

_Processor = Callable[[Any], Any]


@attrs.frozen
class _Spelled:
    """
    A statement as its text.

    Attributes:
        names: The parameters in the order in which the text has them: a name, and a place if it is one of a list.
        fixed: Values that every call has.
        read: How values of a row are read, by their places, where they are not as they are.
    """

    text: str
    names: tuple[tuple[str, int | None], ...]
    fixed: Mapping[str, Any]
    read: tuple[tuple[int, _Processor], ...]

    def values(self, said: Mapping[str, Any]) -> tuple[Any, ...]:
        """The parameters of one call."""
        return tuple(
            self.fixed[name] if name not in said else said[name] if place is None else said[name][place]
            for name, place in self.names
        )

    def rows(self, found: Sequence[Sequence[Any]]) -> list[tuple[Any, ...]]:
        """What was found, read."""
        if not self.read:
            return list(map(tuple, found))
        rows = [list(row) for row in found]
        for row in rows:
            for place, processor in self.read:
                row[place] = processor(row[place])
        return list(map(tuple, rows))


class Statements:
    """
    The texts of one dialect's statements.

    Args:
        dialect: For its grammar, and for how it reads what it stores.
        instant: An instant as it is stored.
    """

    def __init__(self, dialect: Dialect, instant: Callable[[datetime], Any]) -> None:
        self._dialect = dialect
        self._instant = instant
        self._spelled: dict[tuple[int, tuple[int, ...]], tuple[Any, _Spelled]] = {}

    def rows(self, connection: Connection, statement: Any, said: Mapping[str, Any]) -> list[tuple[Any, ...]]:
        """What *statement* finds; for a list among the parameters it has a bound parameter that expands."""
        spelled, values = self._said(statement, said)
        return spelled.rows(connection.exec_driver_sql(spelled.text, spelled.values(values)).fetchall())

    def run(self, connection: Connection, statement: Any, said: Mapping[str, Any]) -> None:
        """Run *statement*, which finds nothing."""
        spelled, values = self._said(statement, said)
        connection.exec_driver_sql(spelled.text, spelled.values(values))

    def _said(self, statement: Any, said: Mapping[str, Any]) -> tuple[_Spelled, dict[str, Any]]:
        values = {name: self._plain(value) for name, value in said.items()}
        key = id(statement), tuple(len(value) for value in values.values() if isinstance(value, list))
        kept = self._spelled.get(key)
        if kept is None:
            kept = statement, self._spell(statement, values)
            if max(key[1], default=0) <= _KEPT:  # with the statement, so that its id stays its own
                self._spelled[key] = kept
        return kept[1], values

    def _plain(self, value: Any) -> Any:
        if isinstance(value, datetime):
            return self._instant(value)
        return _rounded(value) if isinstance(value, list) else value

    def _spell(self, statement: Any, values: Mapping[str, Any]) -> _Spelled:
        written = statement.compile(dialect=self._dialect).construct_expanded_state(values)
        lists = {name: len(value) for name, value in values.items() if isinstance(value, list)}
        places = {f"{name}_{n + 1}": (name, n) for name, many in lists.items() for n in range(many)}
        names = tuple(places.get(name, (name, None)) for name in written.positiontup or ())
        fixed = {name: value for name, value in written.parameters.items() if name not in values}
        return _Spelled(text=written.statement, names=names, fixed=fixed, read=self._readers(statement))

    def _readers(self, statement: Any) -> tuple[tuple[int, _Processor], ...]:
        columns = list(statement.selected_columns) if isinstance(statement, Select) else []
        found = [column.type.dialect_impl(self._dialect).result_processor(self._dialect, None) for column in columns]
        return tuple((place, processor) for place, processor in enumerate(found) if processor is not None)


def _rounded(values: list[Any]) -> list[Any]:
    """
    The list with its last value so often that its length is a power of two, so that there are few texts.

    >>> _rounded([1, 2, 3]), _rounded([]), len(_rounded([*range(5_000)]))
    ([1, 2, 3, 3], [], 5000)
    """
    if not values or len(values) > _KEPT:
        return values
    return values + values[-1:] * ((1 << (len(values) - 1).bit_length()) - len(values))
