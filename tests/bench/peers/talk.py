"""Asking a program of a peer: one JSON object a line goes in, one comes back."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Timer
from typing import Any

import attrs

from tests.bench.peers.environments import python_of

__all__ = ["Peer", "peer"]

PROGRAMS = Path(__file__).parent / "programs"
_PATIENCE = 300.0


@attrs.frozen
class Peer:
    """A program of another environment that is running."""

    process: subprocess.Popen[str]

    def ask(self, **said: Any) -> dict[str, Any]:
        """Its answer; it is ended if it takes too long."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        watch = Timer(_PATIENCE, self.process.kill)
        watch.start()
        try:
            self.process.stdin.write(json.dumps(said) + "\n")
            self.process.stdin.flush()
            line = self.process.stdout.readline()
        finally:
            watch.cancel()
        if not line:
            raise RuntimeError(f"the peer ended with {self.process.wait()}")
        return json.loads(line)


@contextmanager
def peer(name: str, program: str, *words: str, **settings: str) -> Iterator[Peer]:
    """
    Run `programs/PROGRAM` in the environment of a peer, and end it with the block.

    Args:
        settings: Further variables of its environment.

    Raises:
        Absent: The peer can't be installed here.
    """
    # -P: a program named like its package must not be found in its place.
    command = [str(python_of(name)), "-P", str(PROGRAMS / program), *words]
    lines = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    process = subprocess.Popen(command, **lines, env={**os.environ, **settings})
    try:
        yield Peer(process)
    finally:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.close()
        try:
            process.wait(_PATIENCE)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        process.stdout.close()
