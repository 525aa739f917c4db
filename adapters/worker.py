"""
The worker: does the jobs of a mall beside its callers, in a process of its own or in threads of the host's.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from queue import Empty, SimpleQueue
from threading import Thread

import attrs

from quanyi.adapters.jobs import Job
from quanyi.entitlements.errors import InputError

__all__ = ["Pauses", "Worker"]

_log = logging.getLogger("quanyi.worker")


@attrs.frozen
class Pauses:
    """
    How long a job rests before it looks for work again, in seconds; all above zero.

    Attributes:
        every: After it found nothing to do.
        first: After a first failure; doubled with each further one, up to `longest`.
    """

    every: float = 1.0
    first: float = 1.0
    longest: float = 30.0

    def __attrs_post_init__(self) -> None:
        if not (self.every > 0 and self.first > 0 and self.longest > 0):
            raise InputError("a worker's pauses are longer than nothing")

    def after(self, failures: int) -> float:
        """The pause after so many failures in a row."""
        return min(self.first * 2 ** min(failures - 1, 30), self.longest) if failures else self.every


class Worker:
    """
    Does jobs until it is stopped, each in a thread of its own: one that is slow or fails delays no other.

    Any number of workers may work on one mall at once, in one process or many.

    Args:
        jobs: What it does.
        pauses: How long a job rests when it has nothing to do, or has failed.

    Raises:
        InputError: Two jobs have one name.
    """

    def __init__(self, jobs: Iterable[Job], pauses: Pauses | None = None) -> None:
        self._loops = [_Loop(job, pauses or Pauses()) for job in jobs]
        if len(set(self.jobs)) < len(self.jobs):
            raise InputError(f"each job has a name of its own, not {', '.join(sorted(self.jobs))}")

    @property
    def jobs(self) -> tuple[str, ...]:
        """The names of its jobs: ``timers``, ``events/host``."""
        return tuple(loop.name for loop in self._loops)

    def run(self) -> None:
        """
        Work until `stop` is called, then finish what is in hand and return. A worker runs once.

        An exception that ends a program (KeyboardInterrupt, SystemExit), here or in a job, stops all jobs and is raised.
        """
        ended = SimpleQueue[BaseException | None]()
        threads = [Thread(target=loop.run, args=(ended,), name=loop.name, daemon=True) for loop in self._loops]
        _log.info("the worker begins: %s", ", ".join(self.jobs))
        for thread in threads:
            thread.start()
        try:
            for _ in threads:
                failure = ended.get()
                if failure is not None:
                    raise failure
        finally:
            self.stop()
            for thread in threads:
                thread.join()
            _log.info("the worker has stopped")

    def stop(self) -> None:
        """Let `run` return once what is in hand is finished. Any thread may call it, and a signal's handler too."""
        for loop in self._loops:
            loop.stop()

    def catch_up(self) -> dict[str, int]:
        """
        Do what there is to do now, in this thread, and return how much that was, by job.

        A job that fails is left alone; once the others are done, the first of these errors is raised.
        """
        done = dict.fromkeys(self.jobs, 0)
        failed: dict[str, Exception] = {}
        busy = True
        while busy:
            busy = False
            for loop in self._loops:
                count = 0 if loop.name in failed else _caught(loop, failed)
                done[loop.name] += count
                busy = busy or count > 0
        for loop in self._loops:
            loop.leave()
        if failed:
            raise next(iter(failed.values()))
        return done


def _caught(loop: _Loop, failed: dict[str, Exception]) -> int:
    """How much a portion was; a failure is noted."""
    try:
        return loop.portion()
    except Exception as error:  # noqa: BLE001  (whatever a job raises, the others go on)
        failed[loop.name] = error
        return 0


class _Loop:
    """One job of a worker, done again and again until it is stopped."""

    def __init__(self, job: Job, pauses: Pauses) -> None:
        self._job = job
        self._pauses = pauses
        self._failures = 0
        self._stopped = False
        self._woken = SimpleQueue[
            None
        ]()  # the one thing that both wakes a thread and may be used in a signal's handler

    @property
    def name(self) -> str:
        """The job's name."""
        return self._job.name

    def stop(self) -> None:
        """End once the job has finished what it has in hand."""
        self._stopped = True
        self._woken.put(None)

    def run(self, ended: SimpleQueue[BaseException | None]) -> None:
        """Do the job until it is stopped; then say so, with what ended it otherwise."""
        failure: BaseException | None = None
        try:
            while not self._stopped:
                self._turn()
        except BaseException as error:  # noqa: BLE001  (it is raised where the worker was started)
            failure = error
        finally:
            self.leave()
            ended.put(failure)

    def portion(self) -> int:
        """Do a portion; how much that was."""
        return 0 if self._stopped else self._job.run(lambda: self._stopped)

    def leave(self) -> None:
        """Give back what is leased. A lease that can't be given back ends by itself."""
        try:
            self._job.leave()
        except Exception:  # noqa: BLE001  (whatever it was, the lease ends)
            _log.exception("%s: what was leased is free only when the lease ends", self.name)

    def _turn(self) -> None:
        """A portion; and a pause, unless there was something to do."""
        try:
            done = self.portion()
        except Exception:  # noqa: BLE001  (whatever a job raises, it is tried again)
            self._failures += 1
            done = 0
            _log.exception("%s failed, %d in a row", self.name, self._failures)
        else:
            self._failures = 0
        if not done:
            self._rest(self._pauses.after(self._failures))

    def _rest(self, seconds: float) -> None:
        """Wait so long, or until the job is stopped."""
        try:
            self._woken.get(timeout=seconds)
        except Empty:
            return
