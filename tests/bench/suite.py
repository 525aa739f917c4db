"""Every row, in the order in which they are measured."""

from __future__ import annotations

from tests.bench.claims.rows import ROWS as CLAIMS
from tests.bench.growth import GROWTH
from tests.bench.rows import Row

__all__ = ["ROWS"]

ROWS: tuple[Row, ...] = (*CLAIMS, *GROWTH)
