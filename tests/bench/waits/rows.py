"""The rows of what people wait for."""

from __future__ import annotations

from tests.bench.waits import books, opening, page, recordings

__all__ = ["ROWS"]

ROWS = (*recordings.ROWS, *books.ROWS, *opening.ROWS, *page.ROWS)
