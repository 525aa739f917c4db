"""Recorded events: `quanyi run`, `quanyi backtest`, each as the command does it, read from its own JSON."""

from __future__ import annotations

import io
import json
import random
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, redirect_stdout
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import attrs

from quanyi.adapters.cli import main
from quanyi.demo_app.life import live
from tests.bench.contest import Bound, Contest, Side
from tests.bench.matching.project import write_mall
from tests.bench.matching.rules import events, rules
from tests.bench.servers import host_engine, scratch, sqlite_file
from tests.bench.waits.opening import DEMO
from tests.bench.waits.timing import once

__all__ = ["ROWS"]

CAMPAIGNS, TYPES, RECORDED = 100, 5, 1_000
"""Campaigns that hear so few types that about two of them match an event."""

LIVED = 800
"""At least so many lines of the demo's life, and what hangs on them."""

_FIRST = datetime(2026, 3, 1, 8, tzinfo=UTC)


@attrs.frozen(kw_only=True)
class Recording:
    """Two projects, events, and a database for one of them."""

    folder: Path
    other: Path
    events: Path
    url: str
    lines: int


def quanyi(*words: str) -> dict[str, Any]:
    """What a command prints as JSON."""
    said = io.StringIO()
    with redirect_stdout(said):
        main(list(words), standalone_mode=False)
    return json.loads(said.getvalue())


def _run(place: Recording) -> dict[str, Any]:
    return quanyi("run", str(place.folder), "--events", str(place.events), "--db", place.url, "--json")


def _run_in_memory(place: Recording) -> dict[str, Any]:
    return quanyi("run", str(place.folder), "--events", str(place.events), "--memory", "--json")


def _backtest(place: Recording) -> dict[str, Any]:
    against = ("--against", str(place.other))
    return quanyi("backtest", str(place.folder), *against, "--events", str(place.events), "--json")


@contextmanager
def _place(write: Callable[[Path], tuple[Path, Path, list[str]]]) -> Iterator[Recording]:
    with scratch() as folder, sqlite_file() as url:
        project, other, lines = write(folder)
        recorded = folder / "events.jsonl"
        recorded.write_text("\n".join(lines) + "\n", encoding="utf-8")
        host_engine(url).dispose()
        yield Recording(folder=project, other=other, events=recorded, url=url.render_as_string(), lines=len(lines))


def _hundred(folder: Path) -> tuple[Path, Path, list[str]]:
    """A hundred campaigns, and the same that give twice as much."""
    for name, gives in (("one", 1), ("two", 2)):
        (folder / name).mkdir()
        write_mall(folder / name, rules(CAMPAIGNS, types=TYPES), gives=gives)
    return folder / "two", folder / "one", [_line(*one) for one in enumerate(events(RECORDED, types=TYPES))]


def _line(number: int, event: dict[str, Any]) -> str:
    at = _FIRST + timedelta(seconds=number)
    data = {name: value for name, value in event.items() if name != "type"}
    said = {"at": at.isoformat(), "type": event["type"], "user": f"u{number % 200}", "key": f"k{number}", "data": data}
    return json.dumps(said)


def _demo(folder: Path) -> tuple[Path, Path, list[str]]:
    """The demo's mall as it is, and with another welcome."""
    other = folder / "other"
    shutil.copytree(DEMO, other, ignore=shutil.ignore_patterns("stories"))
    return DEMO, other, list(live(random.Random(7), LIVED))


def _inputs(done: dict[str, Any]) -> float:
    return float(done["inputs"])


def _all(done: dict[str, Any]) -> Sequence[str]:
    return [] if done["inputs"] == RECORDED else [f"{done['inputs']} of {RECORDED} events were lived"]


def _some(done: dict[str, Any]) -> Sequence[str]:
    return [] if done["inputs"] >= LIVED else [f"only {done['inputs']} inputs"]


def _differs(done: dict[str, Any]) -> Sequence[str]:
    doubled = all(moved["after"] == str(2 * int(moved["before"])) for moved in done["given"])
    return [*_all(done), *([] if done["given"] and doubled else ["what is given is not twice as much"])]


def _recorded(deed: Callable[[Recording], dict[str, Any]], wrong: Callable[..., Sequence[str]]) -> Side:
    return once(deed, partial(_place, _hundred), amount=_inputs, wrong=wrong)


def _lived(name: str, deed: Callable[[Recording], dict[str, Any]], bound: float) -> Bound:
    side = once(deed, partial(_place, _demo), amount=_inputs, wrong=_some)
    checked = f"at least {LIVED} lines of the demo's life"
    return Bound(name=name, unit="events/s", side=side, bound=bound, checked=checked, less=False)


ROWS = (
    Contest(
        name="backtest.vs_live",
        unit="events/s",
        sides={"ours": _recorded(_backtest, _differs), "floor": _recorded(_run, _all)},
        checked=f"{RECORDED} events through {CAMPAIGNS} campaigns; twice as much is given under the other ones",
    ),
    _lived("wait.run.memory", _run_in_memory, 2_000),
    _lived("wait.run.sqlite", _run, 600),
    _lived("wait.backtest", _backtest, 2_000),
)
