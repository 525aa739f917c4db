"""
The condition by which one mall's rows are read in the order of their numbers.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement
    from sqlalchemy.sql.compiler import SQLCompiler

__all__ = ["of_mall"]


def of_mall(column: ColumnElement[str], mall: str) -> ColumnElement[bool]:
    """
    Whether *column*, a table's ``mall``, is this one, where the rows are wanted by number and a few at a time.

    Without statistics SQLite takes any index that begins with a column that must be equal: it would read and sort all rows of
    the mall for each page. A column behind a plus is looked up by no index there (https://sqlite.org/optoverview.html#uplus),
    so the rows are found by their numbers. Other databases read the column as it is.
    """
    return _Beside(column) == mall


class _Beside(FunctionElement[str]):
    """A column that SQLite looks up by no index."""

    inherit_cache = True

    def __init__(self, column: ColumnElement[str]) -> None:
        super().__init__(column)
        self.type = column.type


@compiles(_Beside)
def _plainly(element: _Beside, compiler: SQLCompiler, **how: Any) -> str:
    return compiler.process(element.clauses, **how)


@compiles(_Beside, "sqlite")
def _behind_a_plus(element: _Beside, compiler: SQLCompiler, **how: Any) -> str:
    return f"+{compiler.process(element.clauses, **how)}"
