"""Ours in two processes of one host, each with half of the crowd, on the same stock row."""

from __future__ import annotations

import multiprocessing
from multiprocessing.connection import Connection

import attrs
from sqlalchemy import URL, make_url

from tests.bench.claims.crowd import PATIENCE, Claim, Crowd, Measured
from tests.bench.claims.ours import Ours

__all__ = ["OursInProcesses"]

PROCESSES = 2


class OursInProcesses:
    """Each process opens the mall for itself; the books are looked at from this one."""

    def __init__(self, url: URL) -> None:
        self.here = Ours(url)
        made = [_start(url.render_as_string(hide_password=False)) for _ in range(PROCESSES)]
        self.processes = [process for process, _ in made]
        self.lines = [line for _, line in made]
        for line in self.lines:
            _told(line, PATIENCE)  # it is open

    def claims(self, threads: int) -> list[Claim]:
        raise NotImplementedError("its claims are made in other processes")

    def call(self, crowd: Crowd, seconds: float) -> Measured:
        """Let both processes call at once."""
        share = crowd.size // PROCESSES
        for number, line in enumerate(self.lines):
            line.send((attrs.evolve(crowd, first=number * share), share, seconds))
        first, *others = [_told(line, seconds + 2 * PATIENCE) for line in self.lines]
        return sum(others, first)

    def books(self) -> dict[str, int]:
        return self.here.books()

    def close(self) -> None:
        for line in self.lines:
            line.close()
        for process in self.processes:
            process.join(PATIENCE)
            if process.is_alive():
                process.kill()
        self.here.close()


def _start(url: str) -> tuple[multiprocessing.process.BaseProcess, Connection]:
    context = multiprocessing.get_context("spawn")
    here, there = context.Pipe()
    process = context.Process(target=_serve, args=(url, there), daemon=True)
    process.start()
    there.close()
    return process, here


def _serve(url: str, line: Connection) -> None:
    """Open the mall, and let a share of the crowd call whenever that is asked for."""
    shop = Ours(make_url(url))
    line.send("open")
    while True:
        try:
            crowd, share, seconds = line.recv()
        except (EOFError, ConnectionError):
            break
        try:
            line.send(crowd.call(shop.claims(share), seconds))
        except BaseException as failure:
            line.send(f"{type(failure).__name__}: {failure}")
    shop.close()


def _told(line: Connection, seconds: float) -> Measured:
    """What a process answers; its failure is raised here."""
    if not line.poll(seconds):
        raise TimeoutError("a process has not answered")
    told = line.recv()
    if isinstance(told, str) and told != "open":
        raise RuntimeError(told)
    return told
