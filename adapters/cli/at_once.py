"""
Two long computations at once, the first in a process of its own, where the machine has a processor for each.
"""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from multiprocessing import get_context
from multiprocessing.connection import Connection
from typing import TypeVar

__all__ = ["at_once", "processors"]

First = TypeVar("First")
Second = TypeVar("Second")


def at_once(first: Callable[[], First], second: Callable[[], Second]) -> tuple[First, Second]:
    """
    What *first* and *second* return, as if they were called one after the other here.

    The first may be called in a copy of this process, so what it changes is not seen here, and what it
    returns is copied. If either fails there, both are called here, one after the other.
    """
    if not _can_part():
        return first(), second()
    context = get_context("fork")
    here, there = context.Pipe(duplex=False)
    other = context.Process(target=_tell, args=(first, there), daemon=True)
    other.start()
    there.close()
    try:
        return _parted(second, here)
    except Exception:  # noqa: BLE001  (what it was is said again where it can be seen)
        return first(), second()
    finally:
        here.close()
        other.kill()
        other.join()


def processors() -> int:
    """How many processors this process may use."""
    allowed = getattr(os, "sched_getaffinity", None)
    return len(allowed(0)) if allowed is not None else os.cpu_count() or 1


def _can_part() -> bool:
    """Whether this process can be copied, and gains by it: a copy has none of its other threads."""
    return sys.platform == "linux" and threading.active_count() == 1 and processors() > 1


def _parted(second: Callable[[], Second], here: Connection) -> tuple[First, Second]:
    mine = second()
    theirs: First = here.recv()  # EOFError if the other process has failed
    return theirs, mine


def _tell(first: Callable[[], object], there: Connection) -> None:
    """Run in the copy: send the answer back. A failure sends nothing, and is met again by the process that waits."""
    with suppress(Exception):
        there.send(first())
