"""stateset-embedded as a side of a row: reservations of stock, on the same disk."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import attrs

from tests.bench.contest import Figure, Side
from tests.bench.peers.talk import Peer, peer
from tests.bench.servers import scratch

__all__ = ["reservations"]


@attrs.frozen
class _Reservations:
    program: Peer

    def measure(self, seconds: float) -> Figure:
        told = self.program.ask(seconds=seconds)
        return Figure(value=told["per_second"], p50_ms=told["p50_ms"], p99_ms=told["p99_ms"], found=told)

    def check(self, figure: Figure) -> Sequence[str]:
        made, reserved = figure.found["made"], figure.found["reserved"]
        return [] if made == reserved else [f"{made} were told yes, {reserved:g} pieces are reserved"]


def reservations(threads: int, *, durable: bool = False) -> Side:
    """
    So many threads, on a file of its own in each round.

    Args:
        durable: Sync each commit as ours does. The peer's own default may lose the last ones when the power goes.
    """
    settings = {"STATESET_SQLITE_SYNCHRONOUS": "FULL" if durable else "NORMAL"}

    @contextmanager
    def opened() -> Iterator[_Reservations]:
        file = "embedded.db"
        words = ("embedded.py", str(threads))
        with scratch() as folder, peer("stateset-embedded", *words, str(folder / file), **settings) as program:
            yield _Reservations(program)

    return opened
