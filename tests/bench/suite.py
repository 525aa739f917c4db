"""Every row, in the order in which they are measured."""

from __future__ import annotations

from tests.bench.catalogue.rows import ROWS as CATALOGUE
from tests.bench.claims.rows import ROWS as CLAIMS
from tests.bench.facts.rows import ROWS as FACTS
from tests.bench.figures.rows import ROWS as FIGURES
from tests.bench.growth import GROWTH
from tests.bench.matching.rows import ROWS as MATCHING
from tests.bench.rows import Row
from tests.bench.waits.rows import ROWS as WAITS

__all__ = ["ROWS"]

ROWS: tuple[Row, ...] = (*CLAIMS, *FACTS, *MATCHING, *GROWTH, *CATALOGUE, *FIGURES, *WAITS)
