"""A side that does one thing, and is measured by the clock, by processor time, or by how much it did in a second."""

from __future__ import annotations

import os
import resource
import time
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, contextmanager
from typing import TYPE_CHECKING, Any

import attrs

from tests.bench.contest import Figure, Side
from tests.bench.servers import BUILD

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["COMMAND", "Deed", "as_installed", "children_seconds", "once"]

COMMAND = "from quanyi.adapters.cli import main; main()"
"""`quanyi`, as another process of this interpreter runs it."""


def as_installed() -> dict[str, str]:
    """
    The environment of a command that finds its modules compiled, as whoever installs a package leaves them.

    The first command of a run compiles them; an environment that keeps no bytecode would compile them for each.
    """
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return {**kept, "PYTHONPYCACHEPREFIX": str((BUILD / "bytecode").resolve())}


Deed = Callable[[Any], Any]
"""What is timed; it gets what was prepared, and what it returns is checked."""

Check = Callable[[Any], Sequence[str]]


def _nothing(done: Any) -> Sequence[str]:
    return ()


def children_seconds() -> float:
    """Processor seconds of programs that we have run, and that have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


@attrs.frozen(kw_only=True)
class _Once:
    prepared: Any
    deed: Deed
    clock: Callable[[], float]
    amount: Callable[[Any], float] | None
    wrong: Check

    def measure(self, seconds: float) -> Figure:
        begun = self.clock()
        done = self.deed(self.prepared)
        took = self.clock() - begun
        return Figure(value=took if self.amount is None else self.amount(done) / took, found=done)

    def check(self, figure: Figure) -> Sequence[str]:
        return self.wrong(figure.found)


def once(
    deed: Deed,
    prepare: Callable[[], AbstractContextManager[Any]],
    *,
    clock: Callable[[], float] = time.perf_counter,
    amount: Callable[[Any], float] | None = None,
    wrong: Check = _nothing,
) -> Side:
    """
    A side that does *deed* once in each round.

    Args:
        clock: `time.process_time` for processor seconds of this process, `children_seconds` for those of others.
        amount: How much of the unit was done, for figures by the second; without it the figure is the time.
        wrong: What is wrong with what was done.
    """

    @contextmanager
    def opened() -> Iterator[_Once]:
        with prepare() as prepared:
            yield _Once(prepared=prepared, deed=deed, clock=clock, amount=amount, wrong=wrong)

    return opened
