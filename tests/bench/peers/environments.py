"""
Environments for programs of others: one each under build/peers, made when first needed.

A peer is no requirement of ours, so it is in no lock of ours. What can't be installed is absent, and its rows
say so. All of them, beforehand:

    python -m tests.bench.peers.environments
"""

from __future__ import annotations

import json
import subprocess
import sys
from functools import cache
from pathlib import Path

from tests.bench.contest import Absent
from tests.bench.servers import BUILD

__all__ = ["INSTALLED", "PEERS", "python_of"]

PEERS = {
    "django-oscar": ("django-oscar==4.2.1", "psycopg[binary]>=3.2"),
    "rule-engine": ("rule-engine==5.1.0",),
    "stateset-embedded": ("stateset-embedded==1.40.0",),
    "zen-engine": ("zen-engine==2.1.3",),
}
"""What is installed for each peer."""

INSTALLED: dict[str, str] = {}
"""The versions of the peers that this run has used."""

_PATIENCE = 600
_VERSIONS = """
import importlib.metadata as m, json, sys
print(json.dumps({name: m.version(name) for name in sys.argv[1:]}))
"""


@cache
def python_of(peer: str, folder: Path = BUILD / "peers") -> Path:
    """
    The interpreter of a peer's environment.

    Raises:
        Absent: It can't be installed here.
    """
    place = (folder / peer).resolve()
    python, ready = place / "bin" / "python", place / ".ready"
    wanted = "\n".join(PEERS[peer])
    if not ready.exists() or ready.read_text(encoding="utf-8") != wanted:
        _called(peer, [sys.executable, "-m", "venv", "--clear", str(place)])
        _called(peer, [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *PEERS[peer]])
        ready.write_text(wanted, encoding="utf-8")
    names = [wish.partition("==")[0] for wish in PEERS[peer] if "==" in wish]
    INSTALLED.update(json.loads(_called(peer, [str(python), "-c", _VERSIONS, *names])))
    return python


def _called(peer: str, command: list[str]) -> str:
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=_PATIENCE, check=True)
    except subprocess.CalledProcessError as error:
        last = (error.stderr.strip().splitlines() or [str(error)])[-1]
        raise Absent(f"{peer} can't be installed: {last}") from None
    except (OSError, subprocess.TimeoutExpired) as error:
        raise Absent(f"{peer} can't be installed: {type(error).__name__}") from None
    return done.stdout


def main() -> int:
    """Make every environment; 1 if one can't be made."""
    missing = 0
    for peer in PEERS:
        try:
            print(f"{peer}: {python_of(peer)}", flush=True)
        except Absent as why:
            missing += 1
            print(why, flush=True)
    return int(missing > 0)


if __name__ == "__main__":
    raise SystemExit(main())
