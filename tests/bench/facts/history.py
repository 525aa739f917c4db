"""A wallet with a long history is read like one with a short one: balance and lots, one reader."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from statistics import median
from time import perf_counter

import attrs

from quanyi import OpenMall
from tests.bench.contest import Contest, Figure, Side
from tests.bench.facts.ours import FactMall
from tests.bench.prepared import postgres_mall

__all__ = ["HISTORY"]

ENTRIES = {"long": 10_000, "short": 10}
_BATCH = 1_000


def lived(mall: OpenMall) -> None:
    """One person with a long history of points, one with a short one."""
    for user, entries in ENTRIES.items():
        for first in range(0, entries, _BATCH):
            with mall.batch() as batch:
                for number in range(first, min(first + _BATCH, entries)):
                    chapter = f"{user}.{number}"
                    batch.report("chapter.read", user=user, key=chapter, data={"chapter": chapter})


@attrs.frozen
class _Reader:
    mall: OpenMall
    user: str

    def measure(self, seconds: float) -> Figure:
        self.mall.wallet(self.user)
        times: list[float] = []
        end = perf_counter() + seconds
        while (begun := perf_counter()) < end:
            self.mall.wallet(self.user)
            times.append((perf_counter() - begun) * 1000)
        times.sort()
        return Figure(value=median(times), p50_ms=median(times), p99_ms=times[int(len(times) * 0.99)])

    def check(self, figure: Figure) -> Sequence[str]:
        found, wanted = self.mall.wallet(self.user).units["points"].balance, 2 * ENTRIES[self.user]
        return [] if found == wanted else [f"{self.user} has {found} points instead of {wanted}"]


def _reads(user: str) -> Side:
    @contextmanager
    def opened() -> Iterator[_Reader]:
        with postgres_mall("facts", lived) as url:
            shop = FactMall(url, ())
            try:
                yield _Reader(shop.mall, user)
            finally:
                shop.close()

    return opened


HISTORY = Contest(
    name="points.read.history",
    unit="ms p50",
    sides={"ours": _reads("long"), "floor": _reads("short")},
    checked="the balance is what the history adds up to",
    less=True,
)
