"""
Whether the machine is quiet: what others do on it while a row is measured.

The load average counts our own threads and the server's backends too, so it is printed with every row, and
judged before the first one only. During a row, and in the pauses around it, we look at how many cores were busy
with anything that is neither this process with its children, nor PostgreSQL, nor the kernel's own threads and interrupts,
which write and send what we ask for. What others ask of the same PostgreSQL is not told apart.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from time import monotonic, sleep

import attrs

__all__ = ["CROWDED", "OTHERS", "Machine", "Moment", "is_crowded"]

CROWDED = 1.5
"""The load average above which a machine on which we do nothing yet is crowded."""

OTHERS = 0.5
"""How many cores others may keep busy while we measure."""

PAUSE = 1.0
PATIENCE = 30.0
FIRST_PATIENCE = 120.0
"""A load average of the last minute takes that long to forget what was before us."""

_TICKS = os.sysconf("SC_CLK_TCK") if hasattr(os, "sysconf") else 100
_BUSY = (0, 1, 2, 7)
"""Columns of /proc/stat: user, nice, system, and what other machines on the same host have taken."""


@attrs.frozen(kw_only=True)
class Moment:
    """
    How the machine was at one moment.

    Attributes:
        average: The load average of the last minute.
        others: Cores that were busy with something else just then; None where that can't be seen.
        busy: Seconds of all cores since the machine started; `ours` those of our own processes.
    """

    average: float
    others: float | None = None
    busy: float = 0.0
    ours: float = 0.0
    at: float = 0.0

    def others_until(self, later: Moment) -> float | None:
        """How many cores were busy with something else between this moment and *later*."""
        seconds = later.at - self.at
        if self.others is None or later.others is None or seconds <= 0:
            return None
        return max(((later.busy - self.busy) - (later.ours - self.ours)) / seconds, 0.0)


def is_crowded(before: Moment, after: Moment | None = None, *, first: bool = False) -> bool:
    """
    Whether others were at work: just before, just after, or meanwhile.

    Args:
        first: Nothing of ours ran before, so that the load average is all of others.
    """
    if first and before.average > CROWDED:
        return True
    seen = [before.others]
    if after is not None:
        seen += [after.others, before.others_until(after)]
    return any(others is not None and others > OTHERS for others in seen)


@attrs.define(kw_only=True)
class Machine:
    """
    Looks at this machine.

    Args:
        servers: Process ids of servers that work for us: of each, its children count as ours as well.
    """

    servers: Sequence[int] = ()
    pause: float = PAUSE
    patience: float = PATIENCE
    first_patience: float = FIRST_PATIENCE
    wait: Callable[[float], None] = sleep

    def look(self) -> Moment:
        """Pause a little, and see what goes on meanwhile."""
        begun = self._now()
        self.wait(self.pause)
        ended = self._now()
        return attrs.evolve(ended, others=begun.others_until(ended))

    def settled(self, *, first: bool = False) -> Moment:
        """Look until the machine is quiet, or patience ends."""
        end = monotonic() + (self.first_patience if first else self.patience)
        while is_crowded(seen := self.look(), first=first) and monotonic() < end:
            self.wait(self.pause)
        return seen

    def _now(self) -> Moment:
        average, busy = os.getloadavg()[0], _all_cores()
        others = None if busy is None else 0.0
        return Moment(average=average, others=others, busy=busy or 0.0, ours=self._our_seconds(), at=monotonic())

    def _our_seconds(self) -> float:
        times = os.times()
        mine = times.user + times.system + times.children_user + times.children_system
        return mine + sum(map(_family_seconds, (*self.servers, *_kernel())))


def _all_cores() -> float | None:
    """Busy seconds of all cores, time stolen by other machines on the same host included."""
    try:
        columns = Path("/proc/stat").read_text().split("\n", 1)[0].split()[1:]
        return sum(int(columns[place]) for place in _BUSY) / _TICKS
    except (IndexError, OSError, ValueError):
        return None


@cache
def _kernel() -> tuple[int, ...]:
    """The parent of the kernel's own threads; none in a container, which does not see it."""
    try:
        return (2,) if Path("/proc/2/comm").read_text().strip() == "kthreadd" else ()
    except OSError:
        return ()


def _family_seconds(server: int) -> float:
    """What a server, its children, and those that it has seen end have used."""
    found = 0.0
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and (words := _stat(int(entry.name))):
            parent, used = int(words[1]), [int(word) for word in words[11:15]]
            if int(entry.name) == server:
                found += sum(used) / _TICKS
            elif parent == server:
                found += sum(used[:2]) / _TICKS
    return found


def _stat(process: int) -> list[str]:
    """The words of /proc/PID/stat behind the program's name, which may have spaces and brackets."""
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return []


def parent_of(process: int) -> int | None:
    """The parent of a process on this machine; None for one that is elsewhere."""
    words = _stat(process)
    return int(words[1]) if words else None
