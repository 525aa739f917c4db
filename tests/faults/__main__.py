"""
Plant every fault, and see that its tests turn red.

    python -m tests.faults [--only NAME] [--list]
"""

from __future__ import annotations

import argparse
import os
import shutil
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic
from typing import Literal

import attrs

from tests.faults.bench import ROOT, Run, copied, run_tests
from tests.faults.fault import Fault, Misplaced
from tests.faults.plan import FAULTS

_AT_ONCE = 2
_LIMIT_SECONDS = 30
_WHOLE_SECONDS = 600


@attrs.frozen(kw_only=True)
class Verdict:
    """What became of one fault; `why` says it where it was not caught."""

    fault: Fault
    word: Literal["away", "caught", "left out", "misplaced"]
    seconds: float = 0.0
    why: str = ""

    def __str__(self) -> str:
        line = f"{self.word:>9}  {self.seconds:4.1f} s  {self.fault.name}: {self.fault.promise}"
        return f"{line}\n{'':19}{self.why}" if self.why else line


def main(arguments: Sequence[str] | None = None) -> int:
    """Run what was asked for; 1 if anything got away."""
    parser = argparse.ArgumentParser(prog="tests.faults", description=(__doc__ or "").strip().splitlines()[0])
    parser.add_argument("--only", default="", metavar="NAME", help="faults whose name contains this")
    parser.add_argument("--list", action="store_true", help="say what there is, and plant nothing")
    wanted = parser.parse_args(arguments)
    faults = [fault for fault in FAULTS if wanted.only in fault.name]
    if wanted.list or not faults:
        print("\n".join(f"{fault.name}: {fault.promise}" for fault in faults) or f"no fault is called {wanted.only!r}")
        return int(not faults)
    begun = monotonic()
    with TemporaryDirectory(prefix="faults-") as folder:
        verdicts = _judge(faults, Path(folder))
    return _sum_up(verdicts, monotonic() - begun)


def _judge(faults: Sequence[Fault], folder: Path) -> list[Verdict]:
    whole = copied(ROOT, folder / "whole")
    green = _without_faults(whole, faults)
    verdicts: list[Verdict] = []
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        jobs = ((fault, whole, folder / fault.name, green) for fault in faults)
        for verdict in pool.map(lambda job: _plant(*job), jobs):
            print(verdict, flush=True)
            verdicts.append(verdict)
    return verdicts


def _without_faults(whole: Path, faults: Iterable[Fault]) -> dict[str, str]:
    """Every named test in the copy as it is; in one process, which also compiles for all that follow."""
    tests = sorted({test for fault in faults for test in fault.tests})
    run = run_tests(whole, tests, limit=_WHOLE_SECONDS)
    passed = sum(outcome == "passed" for outcome in run.outcomes.values())
    print(f"without faults: {passed} of {len(tests)} tests are green ({run.seconds:.1f} s)", flush=True)
    if set(run.outcomes.values()) - {"passed", "skipped"} or len(run.outcomes) < len(tests):
        print(run.said)
    return run.outcomes


def _plant(fault: Fault, whole: Path, place: Path, green: dict[str, str]) -> Verdict:
    before = {test: green.get(test, "not found") for test in fault.tests}
    if "skipped" in before.values():
        return Verdict(fault=fault, word="left out", why="what its test needs is not here")
    if sick := [test for test, outcome in before.items() if outcome != "passed"]:
        return Verdict(fault=fault, word="misplaced", why=f"without the fault: {before[sick[0]]} {sick[0]}")
    try:
        fault.plant(copied(whole, place))
        return _verdict(fault, run_tests(place, fault.tests, limit=_LIMIT_SECONDS))
    except Misplaced as wrong:
        return Verdict(fault=fault, word="misplaced", why=str(wrong))
    finally:
        shutil.rmtree(place, ignore_errors=True)


def _verdict(fault: Fault, run: Run) -> Verdict:
    missed = [test for test in fault.tests if run.outcomes.get(test) != "failed"]
    if not missed:
        return Verdict(fault=fault, word="caught", seconds=run.seconds)
    outcome = run.outcomes.get(missed[0], f"no verdict after {run.seconds:.0f} s")
    last = "" if outcome == "passed" else "\n".join(run.said.splitlines()[-12:])
    return Verdict(fault=fault, word="away", seconds=run.seconds, why=f"{outcome} {missed[0]} {last}")


def _sum_up(verdicts: Sequence[Verdict], seconds: float) -> int:
    caught = [verdict for verdict in verdicts if verdict.word == "caught"]
    left = [verdict for verdict in verdicts if verdict.word == "left out"]
    wrong = [verdict.fault.name for verdict in verdicts if verdict.word in ("away", "misplaced")]
    slowest = max((verdict.seconds for verdict in caught), default=0.0)
    if left:
        print(f"left out, for want of a backend: {', '.join(verdict.fault.name for verdict in left)}")
    print(
        f"{len(caught)} of {len(verdicts) - len(left)} caught, the slowest in {slowest:.1f} s; {seconds:.0f} s in all"
    )
    if wrong:
        print(f"not caught: {', '.join(wrong)}")
    return int(bool(wrong) or (bool(left) and os.environ.get("CI") == "true"))


raise SystemExit(main())
